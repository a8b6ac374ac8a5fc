/** A small trend line as SVG paths. Gaps stay gaps, and a break in the series cuts the line. */

export interface Sparkline {
  /** Path data of the unbroken stretches. */
  lines: string[];
  /** Years that stand alone between gaps or breaks: drawn as dots, a line needs two. */
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

/** `breaks` are the first periods of the new kind. */
export function toSparkline(
  periods: readonly number[],
  values: readonly (number | null)[],
  breaks: readonly number[],
  frame: Frame,
): Sparkline {
  const numbers = values.filter((value) => value !== null);
  const [first, last] = [periods[0] ?? 0, periods.at(-1) ?? 0];
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const x = (period: number) => scaled(period, first, last, frame.inset, frame.width - frame.inset);
  const y = (value: number) => scaled(value, low, high, frame.height - frame.inset, frame.inset);

  const stretches: { x: number; y: number }[][] = [[]];
  let before: number | null = null;
  periods.forEach((period, index) => {
    const value = values[index] ?? null;
    const cut = before !== null && breaks.some((at) => (before ?? 0) < at && at <= period);
    if (value === null || cut) stretches.push([]);
    if (value !== null) stretches.at(-1)?.push({ x: x(period), y: y(value) });
    before = period;
  });
  const inside = breaks.filter((at) => at > first && at <= last);
  return {
    lines: stretches.filter((points) => points.length > 1).map(toPath),
    dots: stretches.filter((points) => points.length === 1).flat(),
    end: stretches.flat().at(-1) ?? null,
    breaks: inside.map((at) => (x(at) + x(periods.findLast((period) => period < at) ?? at)) / 2),
  };
}

/** Linear from [low, high] to [start, end]; where there is no extent, the middle. */
function scaled(value: number, low: number, high: number, start: number, end: number): number {
  return high === low ? (start + end) / 2 : start + ((value - low) / (high - low)) * (end - start);
}

function toPath(points: readonly { x: number; y: number }[]): string {
  return points.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}
