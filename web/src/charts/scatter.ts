/** Areas by two indicators: a point for each that has both numbers. */
import type { AreaFigure } from "../series";

export interface Pair {
  figure: AreaFigure;
  x: number;
  y: number;
  other: AreaFigure;
}

/** Areas with both numbers, and how many lack one of them. Areas are told by their keys. */
export function pairsOf(
  figures: readonly AreaFigure[],
  others: readonly AreaFigure[],
): { pairs: Pair[]; missing: number } {
  const byKey = new Map(others.map((other) => [other.key, other]));
  const pairs = figures.flatMap((figure): Pair[] => {
    const other = byKey.get(figure.key);
    const [x, y] = [figure.number, other?.number ?? null];
    return other === undefined || x === null || y === null ? [] : [{ figure, x, y, other }];
  });
  return { pairs, missing: figures.length - pairs.length };
}
