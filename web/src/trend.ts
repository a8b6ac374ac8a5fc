/** One area's figures over time, and how they have changed: from the values of a whole layer, without another request. */
import type { Period, SeriesBreak, ValueState, ValuesAnswer } from "./answers";
import { acrossBreak, isFrom } from "./period";

export interface Point {
  period: Period;
  number: number | null;
  /** `undefined` = exact or zero. */
  state: ValueState | undefined;
  /** Made of figures of former areas. */
  isConverted: boolean;
}

/** The area's figures in all periods. Empty for an area that the values do not know. */
export function trendOf(values: ValuesAnswer, key: string): Point[] {
  const at = values.keys.indexOf(key);
  if (at === -1) return [];
  return values.periods.map((period, index) => ({
    period,
    number: values.values[index]?.[at] ?? null,
    state: values.states[String(period)]?.[key],
    isConverted: values.converted?.[String(period)]?.includes(key) ?? false,
  }));
}

/**
 * The earliest period that a period can be compared with: no break lies between them, and at least half as many areas
 * have a number. `null` where there is none.
 */
export function baseOf(values: ValuesAnswer, period: Period, breaks: readonly SeriesBreak[]): Period | null {
  const at = values.periods.indexOf(period);
  const since = Math.max(...breaks.filter((each) => isFrom(period, each.period)).map((each) => each.period), -1);
  const known = (index: number) => (values.values[index] ?? []).filter((number) => number !== null).length;
  const base = values.periods.findIndex((each, index) => isFrom(each, since) && known(index) * 2 >= known(at));
  return base === -1 || base >= at ? null : (values.periods[base] ?? null);
}

/** How each area's number has changed from one period to another; areas without both have none. */
export function changesBetween(values: ValuesAnswer, from: Period, to: Period): Map<string, number> {
  const [before, after] = [from, to].map((period) => values.values[values.periods.indexOf(period)] ?? []);
  return new Map(
    values.keys.flatMap((key, index) => {
      const [one, other] = [before?.[index] ?? null, after?.[index] ?? null];
      return one === null || other === null ? [] : [[key, other - one] as const];
    }),
  );
}

/** The stretches of a series without gaps or breaks; `breaks` are the first years of the new kind. */
export function stretchesOf(
  periods: readonly Period[],
  values: readonly (number | null)[],
  breaks: readonly number[],
): { period: Period; value: number }[][] {
  const starts = breaks.flatMap((year) => acrossBreak(periods, year)?.after ?? []);
  const stretches: { period: Period; value: number }[][] = [[]];
  periods.forEach((period, index) => {
    const value = values[index] ?? null;
    if (value === null || starts.includes(period)) stretches.push([]);
    if (value !== null) stretches.at(-1)?.push({ period, value });
  });
  return stretches.filter((stretch) => stretch.length > 0);
}

/** The median of all areas in each period; `null` where fewer than three have a number. */
export function medians(values: ValuesAnswer): (number | null)[] {
  return values.values.map((row) => {
    const sorted = row.filter((number) => number !== null).sort((a, b) => a - b);
    if (sorted.length < 3) return null;
    const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
    return ((low ?? 0) + (high ?? 0)) / 2;
  });
}
