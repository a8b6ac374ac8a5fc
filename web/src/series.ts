/** One indicator's figures in one layer: which figure an area has in a period, and how it is drawn. */
import type { Classes, Measure, Period, ValueState, ValuesAnswer } from "./answers";

export interface Figure {
  number: number | null;
  state: ValueState;
}

/** One area's figure in one period. */
export interface AreaFigure extends Figure {
  key: string;
  /** Feature id in the tiles. */
  id: number;
  name: string;
}

/** States without a number, in the order of the legend. */
export const ABSENT = ["suppressed", "missing", "pending", "not_applicable", "unreliable"] as const;
export type AbsentState = (typeof ABSENT)[number];

/** States of a number that cannot be read without a remark. */
export const REMARKED = ["rounded", "estimated", "provisional"] as const;
export type RemarkedState = (typeof REMARKED)[number];

/** How an area is drawn: by a class, as an exact zero, as a circle, or by the pattern of an absent state. */
export type Drawing =
  | { kind: "class"; index: number; color: string }
  | { kind: "circle"; number: number }
  | { kind: "zero" }
  | { kind: "absent"; state: AbsentState };

/** The figures of all areas in one period, in the server's order. */
export function figuresOf(values: ValuesAnswer, period: Period): AreaFigure[] {
  const row = values.values[values.periods.indexOf(period)] ?? [];
  const states = values.states[String(period)] ?? {};
  return values.keys.map((key, index) => ({
    key,
    id: values.ids[index] ?? 0,
    // An area without a name is called by its key.
    name: values.names[index] || key,
    ...toFigure(row[index] ?? null, states[key]),
  }));
}

/** A number without a named state is exact, or zero; no number without a state is missing. Absent is never zero. */
export function toFigure(number: number | null, state: ValueState | undefined): Figure {
  if (number === null) return { number, state: state !== undefined && isAbsent(state) ? state : "missing" };
  return { number, state: state ?? (number === 0 ? "zero" : "exact") };
}

export function isAbsent(state: ValueState): state is AbsentState {
  return (ABSENT as readonly ValueState[]).includes(state);
}

export function isRemarked(state: ValueState): state is RemarkedState {
  return (REMARKED as readonly ValueState[]).includes(state);
}

/** Index of the class a number belongs to: a number equal to a limit belongs to the class above it. */
export function classOf(limits: readonly number[], number: number): number {
  return limits.filter((limit) => limit <= number).length;
}

/**
 * Whether an exact zero is drawn on its own. Where figures can be negative (a change, an index around its mean)
 * zero is a number like any other.
 */
export function zeroStandsOut(classes: Classes): boolean {
  return classes.range !== null && classes.range[0] >= 0;
}

export function drawingOf(figure: Figure, classes: Classes, measure: Measure): Drawing {
  if (figure.number === null) return { kind: "absent", state: isAbsent(figure.state) ? figure.state : "missing" };
  // A rounded 0 means "less than half of the last digit", not nothing: it stays in its class.
  if (figure.state === "zero" && zeroStandsOut(classes)) return { kind: "zero" };
  if (measure === "count" && figure.number >= 0) return { kind: "circle", number: figure.number };
  const index = classOf(classes.limits, figure.number);
  const color = classes.colors[index];
  return color === undefined ? { kind: "absent", state: "missing" } : { kind: "class", index, color };
}

/** The legend's entry for a drawing, as it stands in the address; circles of all sizes have one entry together. */
export function entryOf(drawing: Drawing): string {
  switch (drawing.kind) {
    case "class":
      return String(drawing.index);
    case "absent":
      return drawing.state;
    default:
      return drawing.kind;
  }
}

/** All numbers of the series that are put into classes, each as often as it comes. */
export function numbersOf(values: ValuesAnswer, classes: Classes): number[] {
  const all = values.values.flat().filter((number) => number !== null);
  return zeroStandsOut(classes) ? all.filter((number) => number !== 0) : all;
}

/** Radius in pixels of the largest circle. */
export const LARGEST_RADIUS_PX = 34;

/** Circles of counts grow by area, not by radius: four times as many people are a circle twice as wide. */
export function radiusOf(number: number, classes: Classes): number {
  const largest = classes.range?.[1] ?? 0;
  return largest <= 0 || number <= 0 ? 0 : LARGEST_RADIUS_PX * Math.sqrt(number / largest);
}
