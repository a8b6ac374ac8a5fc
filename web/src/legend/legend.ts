/** The legend as data: the same figures and the same limits the map is drawn from. */
import type { Classes, Measure } from "../answers";
import {
  ABSENT,
  type AbsentState,
  type AreaFigure,
  type Drawing,
  drawingOf,
  isRemarked,
  REMARKED,
  type RemarkedState,
  radiusOf,
} from "../series";
import type { Texts } from "../texts";

export interface ClassEntry {
  color: string;
  /** Lower limit, inclusive; `null` = none. */
  from: number | null;
  /** Upper limit, exclusive; `null` = none. */
  to: number | null;
  /** Number of areas in the period shown. */
  count: number;
}

export interface CircleEntry {
  number: number;
  radius_px: number;
}

export interface Legend {
  /** Empty for counts. */
  classes: ClassEntry[];
  /** Sample circles, largest first; empty for ratios. */
  circles: CircleEntry[];
  /** Number of areas with a circle. */
  circled: number;
  /** Only if a figure of the series is drawn so. */
  zero: { count: number } | null;
  /** Only those that occur in the period shown. */
  absent: { state: AbsentState; count: number }[];
  /** Numbers that need a remark, by kind; they are drawn like others. */
  remarked: { state: RemarkedState; count: number }[];
}

/** Builds the legend for one period. Limits and colours are the same for every period, only the counts differ. */
export function toLegend(figures: readonly AreaFigure[], classes: Classes, measure: Measure): Legend {
  const drawings = figures.map((figure) => drawingOf(figure, classes, measure));
  const countOf = (test: (drawing: Drawing) => boolean) => drawings.filter(test).length;
  const zeros = countOf((drawing) => drawing.kind === "zero");
  return {
    classes: measure === "count" ? [] : classEntries(classes, drawings),
    circles: measure === "count" ? circleEntries(classes) : [],
    circled: countOf((drawing) => drawing.kind === "circle"),
    zero: zeros > 0 ? { count: zeros } : null,
    absent: ABSENT.map((state) => ({
      state,
      count: countOf((drawing) => drawing.kind === "absent" && drawing.state === state),
    })).filter((entry) => entry.count > 0),
    remarked: REMARKED.map((state) => ({
      state,
      count: figures.filter((figure) => isRemarked(figure.state) && figure.state === state).length,
    })).filter((entry) => entry.count > 0),
  };
}

function classEntries(classes: Classes, drawings: readonly Drawing[]): ClassEntry[] {
  return classes.colors.map((color, index) => ({
    color,
    from: classes.limits[index - 1] ?? null,
    to: classes.limits[index] ?? null,
    count: drawings.filter((drawing) => drawing.kind === "class" && drawing.index === index).length,
  }));
}

/** Limits are rounded to what a person can read: they need no more decimals than they have. */
export function limitDecimals(limits: readonly number[], most: number): number {
  let decimals = 0;
  while (decimals < most + 2 && limits.some((limit) => Math.abs(limit - Number(limit.toFixed(decimals))) > 1e-9))
    decimals += 1;
  return decimals;
}

/** What a class holds, in words. */
export function rangeText({ from, to }: ClassEntry, write: (limit: number) => string, { legend }: Texts): string {
  if (from !== null && to !== null) return legend.between(write(from), write(to));
  if (to !== null) return legend.under(write(to));
  return from !== null ? legend.over(write(from)) : legend.all;
}

/** Height of a circle's number in the legend: circles stand on one line, their numbers at their tops. */
const NUMBER_HEIGHT_PX = 13;

/**
 * Up to three circles that show the scale: a round number near the largest, and about a third and a tenth of
 * it, as far as their numbers do not cover each other.
 */
function circleEntries(classes: Classes): CircleEntry[] {
  const largest = classes.range?.[1] ?? 0;
  if (largest <= 0) return [];
  const numbers = [largest, largest / 3, largest / 10].map(roundedDown).filter((number) => number >= 1);
  const entries: CircleEntry[] = [];
  for (const number of new Set(numbers)) {
    const radius_px = radiusOf(number, classes);
    const above = entries.at(-1);
    if (above && 2 * (above.radius_px - radius_px) < NUMBER_HEIGHT_PX) continue;
    entries.push({ number, radius_px });
  }
  return entries;
}

/** The next number below with one digit: 1, 2 or 5 times a power of ten. */
function roundedDown(number: number): number {
  const power = 10 ** Math.floor(Math.log10(number));
  const digit = number / power;
  return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
}
