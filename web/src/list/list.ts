/** The list beside the map: the same areas and figures, in the order the reader wants. */
import { compareNames } from "../format";
import type { AreaFigure } from "../series";
import type { Language, Sort } from "../state";

/**
 * Sorts areas by name, value or change. Areas without a number come last in both directions, by name: their place among
 * numbers would say something about a figure that nobody may know. The same holds for equal values.
 */
export function sorted(
  figures: readonly AreaFigure[],
  sort: Sort,
  language: Language,
  changes: ReadonlyMap<string, number> = new Map(),
): AreaFigure[] {
  const sign = sort.order === "ascending" ? 1 : -1;
  const byName = (a: AreaFigure, b: AreaFigure) =>
    compareNames(a.name, b.name, language) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
  if (sort.by === "name") return figures.toSorted((a, b) => sign * byName(a, b));
  const numberOf = (figure: AreaFigure) => (sort.by === "change" ? (changes.get(figure.key) ?? null) : figure.number);
  return figures.toSorted((a, b) => {
    const [one, other] = [numberOf(a), numberOf(b)];
    if (one === null || other === null) return Number(one === null) - Number(other === null) || byName(a, b);
    return sign * (one - other) || byName(a, b);
  });
}

/** Where the bar behind a number begins and ends, in per cent of the width; the scale is that of the whole series. */
export function barOf(number: number, range: readonly [number, number]): { start: number; length: number } {
  const low = Math.min(0, range[0]);
  const high = Math.max(0, range[1]);
  if (high === low) return { start: 0, length: 0 };
  const place = (value: number) => ((value - low) / (high - low)) * 100;
  const [start, end] = number < 0 ? [place(number), place(0)] : [place(0), place(number)];
  return { start, length: end - start };
}

/** The areas with the highest and the lowest number; `null` unless at least two areas have different numbers. */
export function extremes(figures: readonly AreaFigure[]): { highest: AreaFigure; lowest: AreaFigure } | null {
  const numbered = figures.filter((figure) => figure.number !== null);
  const order = numbered.toSorted((a, b) => (a.number ?? 0) - (b.number ?? 0));
  const [lowest, highest] = [order[0], order.at(-1)];
  if (lowest === undefined || highest === undefined || lowest.number === highest.number) return null;
  return { highest, lowest };
}
