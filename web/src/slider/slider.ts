/** The year slider's arithmetic: years stand where they belong in time, and only years with figures can be chosen. */
import type { SeriesBreak } from "../answers";

/** Place of a year on the track, from 0 to 1. */
export function placeOf(year: number, periods: readonly number[]): number {
  const [first, last] = [periods[0], periods.at(-1)];
  if (first === undefined || last === undefined || first === last) return 0.5;
  return (year - first) / (last - first);
}

/** The year a movement leads to: a year without figures is stepped over in the direction of the movement. */
export function moved(from: number, to: number, periods: readonly number[]): number {
  if (periods.includes(to)) return to;
  const next = to > from ? periods.find((period) => period >= to) : periods.findLast((period) => period <= to);
  return next ?? from;
}

/** The following year with figures; from the last one it starts again. */
export function following(year: number, periods: readonly number[]): number {
  return periods.find((period) => period > year) ?? periods[0] ?? year;
}

/** Years that get a label: first and last always, between them as many round ones as fit. */
export function labelled(periods: readonly number[], most: number): number[] {
  const [first, last] = [periods[0], periods.at(-1)];
  if (first === undefined || last === undefined) return [];
  if (first === last) return [first];
  const step = [1, 2, 5, 10, 20, 50].find((size) => (last - first) / size <= most - 1) ?? 100;
  const clear = step * 0.6;
  const between: number[] = [];
  for (let year = Math.ceil(first / step) * step; year < last; year += step) {
    if (year - first >= clear && last - year >= clear) between.push(year);
  }
  return [first, ...between, last];
}

/** Where a break is drawn: in the middle between the last year of the old kind and the first of the new. */
export function breakPlaces(
  breaks: readonly SeriesBreak[],
  periods: readonly number[],
): { at: SeriesBreak; place: number }[] {
  return breaks.flatMap((at) => {
    const before = periods.findLast((period) => period < at.period);
    const after = periods.find((period) => period >= at.period);
    if (before === undefined || after === undefined) return [];
    return [{ at, place: (placeOf(before, periods) + placeOf(after, periods)) / 2 }];
  });
}
