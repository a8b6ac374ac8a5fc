/** The distribution of one period's figures: each area a dot over its number, or bars where there are too many. */
import type { AreaFigure } from "../series";
import type { Scale } from "./axis";

export interface Dot {
  figure: AreaFigure;
  x: number;
  y: number;
}

export interface Bar {
  /** Left edge and width in pixels. */
  x: number;
  width: number;
  count: number;
  /** The number in the middle of the bar. */
  middle: number;
}

const RADII = [7, 6, 5, 4, 3.5, 3, 2.5, 2];
/** Beyond this many, dots are no longer told apart. */
export const MOST_DOTS = 400;

/** Dots stacked from the base line upwards, as large as fits. */
export function dotsOf(
  figures: readonly AreaFigure[],
  x: Scale,
  height_px: number,
): { dots: Dot[]; radius_px: number } {
  const numbered = figures
    .filter((figure) => figure.number !== null)
    .toSorted((a, b) => (a.number ?? 0) - (b.number ?? 0));
  for (const radius_px of RADII) {
    const heights = new Map<number, number>();
    const dots = numbered.map((figure) => {
      const column = Math.round(x(figure.number ?? 0) / (2 * radius_px));
      const height = heights.get(column) ?? 0;
      heights.set(column, height + 1);
      return { figure, x: column * 2 * radius_px, y: height_px - (2 * height + 1) * radius_px };
    });
    const fits = Math.max(0, ...heights.values()) * 2 * radius_px <= height_px;
    if (fits || radius_px === RADII.at(-1)) return { dots, radius_px };
  }
  return { dots: [], radius_px: 0 };
}

/** How many numbers fall into each stretch of the axis. */
export function barsOf(figures: readonly AreaFigure[], x: Scale, width_px: number, bars: number): Bar[] {
  const width = width_px / bars;
  const counts = new Array<number>(bars).fill(0);
  const start = x(x.invert(0));
  for (const { number } of figures) {
    if (number === null) continue;
    const at = Math.min(bars - 1, Math.max(0, Math.floor((x(number) - start) / width)));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts.map((count, index) => ({
    x: start + index * width,
    width,
    count,
    middle: x.invert(start + (index + 0.5) * width),
  }));
}

/** A limit moved to another number, kept between its neighbours by at least a step. */
export function movedLimit(limits: readonly number[], index: number, wish: number, step: number): number[] {
  const [below, above] = [limits[index - 1], limits[index + 1]];
  const low = below === undefined ? Number.NEGATIVE_INFINITY : below + step;
  const high = above === undefined ? Number.POSITIVE_INFINITY : above - step;
  if (low > high) return [...limits];
  const rounded = Number((Math.round(wish / step) * step).toPrecision(12));
  return limits.map((limit, at) => (at === index ? Math.min(Math.max(rounded, low), high) : limit));
}
