/** A small trend line as SVG paths. Gaps stay gaps, and a break in the series cuts the line. */

import type { Period } from "../answers";
import { acrossBreak, timeOf } from "../period";
import { stretchesOf } from "../trend";

export interface Sparkline {
  /** Path data of the unbroken stretches. */
  lines: string[];
  /** Periods that stand alone between gaps or breaks: drawn as dots, a line needs two. */
  dots: { x: number; y: number }[];
  /** The newest number. */
  end: { x: number; y: number } | null;
  /** Where the breaks are. */
  breaks: number[];
}

export interface Frame {
  width: number;
  height: number;
  /** Room for line width and dots. */
  inset: number;
}

/** `breaks` are the first years of the new kind. */
export function toSparkline(
  periods: readonly Period[],
  values: readonly (number | null)[],
  breaks: readonly number[],
  frame: Frame,
): Sparkline {
  const numbers = values.filter((value) => value !== null);
  const times = periods.map(timeOf);
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0];
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const x = (period: Period) => scaled(timeOf(period), first, last, frame.inset, frame.width - frame.inset);
  const y = (value: number) => scaled(value, low, high, frame.height - frame.inset, frame.inset);

  const inside = breaks.flatMap((year) => acrossBreak(periods, year) ?? []);
  const stretches = stretchesOf(periods, values, breaks).map((stretch) =>
    stretch.map(({ period, value }) => ({ x: x(period), y: y(value) })),
  );
  return {
    lines: stretches.filter((points) => points.length > 1).map(toPath),
    dots: stretches.filter((points) => points.length === 1).flat(),
    end: stretches.flat().at(-1) ?? null,
    breaks: inside.map(({ before, after }) => (x(before) + x(after)) / 2),
  };
}

/** Linear from [low, high] to [start, end]; where there is no extent, the middle. */
function scaled(value: number, low: number, high: number, start: number, end: number): number {
  return high === low ? (start + end) / 2 : start + ((value - low) / (high - low)) * (end - start);
}

/** Path data through points. */
export function toPath(points: readonly { x: number; y: number }[]): string {
  return points.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}
