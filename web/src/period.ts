/**
 * The time a value speaks of, as the server writes it: a year (`2015`), a school year (`"2015/16"`) or a day
 * (`"2015-06-30"`). Two periods are the same if `===` says so; their order and distance come from {@link timeOf}.
 */
import type { Period } from "./answers";

export type PeriodKind = "year" | "school_year" | "day";

const YEAR = /^(\d{4})$/;
const SCHOOL_YEAR = /^(\d{4})\/(\d{2})$/;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAY_MS = 86_400_000;

/** Reads a period from an address; `null` for what is none. */
export function readPeriod(text: string | undefined): Period | null {
  if (text === undefined) return null;
  if (YEAR.test(text)) return Number(text);
  const [, begins, ends] = SCHOOL_YEAR.exec(text) ?? [];
  if (begins !== undefined) return (Number(begins) + 1) % 100 === Number(ends) ? text : null;
  return DAY.test(text) && dayOf(text) !== null ? text : null;
}

export function kindOf(period: Period): PeriodKind {
  if (typeof period === "number") return "year";
  return SCHOOL_YEAR.test(period) ? "school_year" : "day";
}

/** The kind that all periods have; `null` where kinds are mixed, and for none. */
export function commonKind(periods: readonly Period[]): PeriodKind | null {
  const [first] = periods;
  if (first === undefined) return null;
  return periods.every((period) => kindOf(period) === kindOf(first)) ? kindOf(first) : null;
}

/** The calendar year in which a period counts: that of a day, that in which a school year begins. */
export function yearOf(period: Period): number {
  return typeof period === "number" ? period : Number(period.slice(0, 4));
}

/**
 * Where a period stands in time, in years. A year counts on its last day, and so does a school year in the year in
 * which it begins. A year stands at its own number, and so the days of 2015 lie after 2014 and up to 2015.
 */
export function timeOf(period: Period): number {
  const day = kindOf(period) === "day" ? dayOf(String(period)) : null;
  if (day === null) return yearOf(period);
  const year = day.getUTCFullYear();
  const begins = Date.UTC(year, 0, 1);
  const days = (Date.UTC(year + 1, 0, 1) - begins) / DAY_MS;
  return year - 1 + ((day.getTime() - begins) / DAY_MS + 1) / days;
}

/** Whether a period is of the new kind, after a break that is said to be in a year. */
export function isFrom(period: Period, year: number): boolean {
  return yearOf(period) >= year;
}

/** The neighbours on both sides of a break in a year: the last period of the old kind and the first of the new one. */
export function acrossBreak(periods: readonly Period[], year: number): { before: Period; after: Period } | null {
  const at = periods.findIndex((period) => isFrom(period, year));
  const [before, after] = [periods[at - 1], periods[at]];
  return before === undefined || after === undefined ? null : { before, after };
}

/** The period that lies nearest in time; of two that are equally near the later one. `null` where there is none. */
export function nearest(periods: readonly Period[], time: number): Period | null {
  return periods.reduce<Period | null>(
    (best, period) =>
      best === null || Math.abs(timeOf(period) - time) <= Math.abs(timeOf(best) - time) ? period : best,
    null,
  );
}

/** A day that the calendar has; `null` for 30 February. */
export function dayOf(text: string): Date | null {
  const [year = 0, month = 0, day = 0] = (DAY.exec(text) ?? []).slice(1).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date : null;
}
