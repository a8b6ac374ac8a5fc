/**
 * Class limits by the reader's choice: over the whole series, so that a colour means the same in every period, from
 * released values only, and rounded for reading. The atlas's own classes are the default.
 */
import type { Classes } from "../answers";
import { around } from "./around";
import { deviation } from "./deviation";
import { equal } from "./equal";
import { jenks } from "./jenks";
import { quantile } from "./quantile";
import { rampOf } from "./ramp";
import { roundedTo, roundest } from "./round";

/** Methods that find limits themselves. */
export const METHODS = ["quantile", "equal", "jenks", "deviation"] as const;
export type Method = (typeof METHODS)[number];

/** What classes can lie around: the larger area, a target, zero, the median of all areas. */
export const MIDDLES = ["larger", "target", "zero", "median"] as const;
export type Middle = (typeof MIDDLES)[number];

/** How classes are made: by a method with a number of classes, by limits of the reader, or on both sides of a number. */
export type Scheme =
  | { method: Method; count: number }
  | { method: "manual"; limits: readonly number[] }
  | { method: "around"; middle: Middle };

export const FEWEST_CLASSES = 2;
export const MOST_CLASSES = 7;

const BREAKS: Record<Method, (sorted: readonly number[], count: number) => number[]> = {
  quantile,
  equal,
  jenks,
  deviation,
};

/**
 * The classes of a scheme, in the colours of the atlas's own; these themselves where there is no scheme, and where the
 * number that classes are to lie around is not known.
 */
export function classesBy(
  scheme: Scheme | null,
  own: Classes,
  numbers: readonly number[],
  middle: number | null = null,
): Classes {
  if (scheme === null || own.range === null) return own;
  if (scheme.method === "around") return middle === null ? own : around(middle, numbers, own.range);
  const limits = scheme.method === "manual" ? ascending(scheme.limits) : limitsOf(scheme, numbers);
  return { ...own, limits, colors: rampOf(own.colors, limits.length + 1) };
}

function limitsOf({ method, count }: { method: Method; count: number }, numbers: readonly number[]): number[] {
  const sorted = numbers.toSorted((a, b) => a - b);
  const exact = BREAKS[method](sorted, count);
  const follows = method === "quantile" || method === "jenks";
  const step = Math.min(...exact.slice(1).map((limit, index) => limit - (exact[index] ?? limit)), spread(sorted));
  const rounded = exact.map((limit) =>
    follows ? roundest(below(sorted, limit), limit) : step > 0 ? roundedTo(limit, step) : limit,
  );
  const [low = 0, high = 0] = [sorted[0], sorted.at(-1)];
  // A limit beyond all numbers makes a class that stays empty in every period.
  return ascending(rounded).filter((limit) => limit > low && limit <= high);
}

function spread(sorted: readonly number[]): number {
  return (sorted.at(-1) ?? 0) - (sorted[0] ?? 0);
}

/** The largest number below a limit. */
function below(sorted: readonly number[], limit: number): number {
  return sorted.findLast((number) => number < limit) ?? limit;
}

function ascending(limits: readonly number[]): number[] {
  return [...new Set(limits)].sort((a, b) => a - b);
}
