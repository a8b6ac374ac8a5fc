/** The slider's arithmetic: periods stand where they belong in time, and only periods with figures can be chosen. */
import type { Period, SeriesBreak } from "../answers";
import { acrossBreak, nearest, timeOf, yearOf } from "../period";

/** The track's length in units of the slider. */
export const TRACK = 1000;

/** Place of a period on the track, from 0 to 1. */
export function placeOf(period: Period, periods: readonly Period[]): number {
  const [first, last] = [periods[0], periods.at(-1)];
  if (first === undefined || last === undefined || timeOf(first) === timeOf(last)) return 0.5;
  return (timeOf(period) - timeOf(first)) / (timeOf(last) - timeOf(first));
}

/** The period nearest to a place on the track. */
export function periodAt(place: number, periods: readonly Period[]): Period | null {
  const [first, last] = [periods[0], periods.at(-1)];
  if (first === undefined || last === undefined) return null;
  return nearest(periods, timeOf(first) + place * (timeOf(last) - timeOf(first)));
}

/** The period so many steps away, as far as the series goes. */
export function stepped(from: Period, steps: number, periods: readonly Period[]): Period {
  const at = Math.min(Math.max(periods.indexOf(from) + steps, 0), periods.length - 1);
  return periods[at] ?? from;
}

/** The following period; from the last one it starts again. */
export function following(period: Period, periods: readonly Period[]): Period {
  return periods[periods.indexOf(period) + 1] ?? periods[0] ?? period;
}

/** Every so many years; 0 is every period. */
const ROUND_YEARS = [0, 1, 2, 5, 10, 20, 50, 100];

/** Periods that get a label, of which `most` fit: first and last always, between them as many of round years as fit. */
export function labelled(periods: readonly Period[], most: number): Period[] {
  const [first, last] = [periods[0], periods.at(-1)];
  if (first === undefined || last === undefined || first === last) return periods.slice(0, 1);
  const gap = 1 / most;
  const distance = (a: Period, b: Period) => Math.abs(placeOf(a, periods) - placeOf(b, periods));
  const inner = periods.filter((period) => distance(period, first) >= gap && distance(period, last) >= gap);
  for (const step of ROUND_YEARS) {
    const round = inner.filter(
      (period, index) =>
        step === 0 || (yearOf(period) % step === 0 && yearOf(inner[index - 1] ?? first) !== yearOf(period)),
    );
    const fit = round.every((period, index) => index === 0 || distance(round[index - 1] ?? first, period) >= gap);
    if (fit) return [first, ...round, last];
  }
  return [first, last];
}

/** Where a break is drawn: in the middle between the last period of the old kind and the first of the new. */
export function breakPlaces(
  breaks: readonly SeriesBreak[],
  periods: readonly Period[],
): { at: SeriesBreak; place: number }[] {
  return breaks.flatMap((at) => {
    const sides = acrossBreak(periods, at.period);
    return sides ? [{ at, place: (placeOf(sides.before, periods) + placeOf(sides.after, periods)) / 2 }] : [];
  });
}
