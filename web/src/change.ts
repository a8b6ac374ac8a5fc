/** How figures have changed between two periods: what a map of differences draws. */
import type { Classes, Measure, Period, SeriesBreak, Text, ValuesAnswer } from "./answers";
import { DIVERGING } from "./classify/around";
import { isFrom, timeOf } from "./period";
import { type AreaFigure, figuresOf } from "./series";

const PER_CENT: Text = { de: "%", en: "%" };
const POINTS: Text = { de: "Prozentpunkte", en: "percentage points" };

/**
 * What a change is counted in. Counts change in per cent, as a map of their differences would be a map of large places;
 * per cent change in percentage points.
 */
export function changeUnit({ measure, unit }: { measure: Measure; unit: Text }): Text {
  if (measure === "count") return PER_CENT;
  return unit.de.trim() === "%" ? POINTS : unit;
}

/** How many classes lie on each side of the middle one. */
const SIDES = 3;
/** Outermost classes hold what lies beyond this share of all changes. */
const COVERED = 0.9;

/** Breaks in the series that lie between two periods: numbers on both sides cannot be compared. */
export function breaksBetween(from: Period, to: Period, breaks: readonly SeriesBreak[]): SeriesBreak[] {
  return breaks.filter(({ period }) => !isFrom(from, period) && isFrom(to, period));
}

/** Periods before another one that it can be compared with. */
export function comparable(periods: readonly Period[], to: Period, breaks: readonly SeriesBreak[]): Period[] {
  return periods.filter((from) => timeOf(from) < timeOf(to) && breaksBetween(from, to, breaks).length === 0);
}

/**
 * The change of each area's number; counts in per cent of the earlier number. Where one of the two is absent, so is the
 * change, for the same reason; of nothing there are no per cent.
 */
export function changeFigures(values: ValuesAnswer, from: Period, to: Period, measure: Measure): AreaFigure[] {
  const before = figuresOf(values, from);
  return figuresOf(values, to).map((after, index): AreaFigure => {
    const { key, id, name } = after;
    const first = before[index];
    if (first === undefined || first.number === null) {
      return { key, id, name, number: null, state: first?.state ?? "missing" };
    }
    if (after.number === null) return after;
    const by = after.number - first.number;
    if (measure === "ratio") return { key, id, name, number: by, state: remarkOf(first, after) };
    if (first.number === 0) return { key, id, name, number: null, state: "not_applicable" };
    return { key, id, name, number: (100 * by) / first.number, state: remarkOf(first, after) };
  });
}

/** A change is as good as the weaker of its two figures. */
function remarkOf(first: AreaFigure, after: AreaFigure): AreaFigure["state"] {
  for (const state of ["provisional", "estimated", "rounded"] as const) {
    if (first.state === state || after.state === state) return state;
  }
  return "exact";
}

/**
 * Classes around no change: as wide on both sides, the middle one holds what has hardly changed. They are made of the
 * changes up to every later period, so that they hold while the slider moves.
 */
export function changeClasses(
  values: ValuesAnswer,
  from: Period,
  measure: Measure,
  breaks: readonly SeriesBreak[],
): Classes {
  const later = values.periods.filter(
    (to) => timeOf(to) > timeOf(from) && breaksBetween(from, to, breaks).length === 0,
  );
  const changes = later
    .flatMap((to) => changeFigures(values, from, to, measure))
    .flatMap(({ number }) => (number === null ? [] : [number]));
  const sizes = changes.map(Math.abs).sort((a, b) => a - b);
  const covered = sizes[Math.floor((sizes.length - 1) * COVERED)] ?? 0;
  if (covered <= 0)
    return { limits: [], colors: DIVERGING.slice(SIDES, SIDES + 1), range: sizes.length > 0 ? [-1, 1] : null };
  const step = roundStep(covered / SIDES);
  const sides = Array.from({ length: SIDES }, (_, index) => Number(((index + 1) * step).toPrecision(6)));
  const [low, high] = [Math.min(...changes), Math.max(...changes)];
  return {
    limits: [...sides.map((limit) => -limit).reverse(), ...sides],
    colors: [...DIVERGING],
    range: [Math.min(low, -step), Math.max(high, step)],
  };
}

/** 1, 2 or 5 times a power of ten, the nearest. */
export function roundStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  const digit = size / power;
  const factor = digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10;
  return Number((factor * power).toPrecision(6));
}
