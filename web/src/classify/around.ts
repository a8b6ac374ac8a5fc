/** Classes on both sides of a number that means something: of another area, of a target, or zero. */
import type { Classes } from "../answers";

/** From far below to far above, neither good nor bad; told apart with every kind of colour vision. */
export const DIVERGING: readonly string[] = [
  "#8f4300",
  "#d58a3d",
  "#f2d3ab",
  "#f1f1ea",
  "#b9d9e1",
  "#569fb2",
  "#0d566b",
];

/** Without the middle: a number lies on one side or the other. */
const SIDES: readonly string[] = DIVERGING.toSpliced(3, 1);

/** Two limits on each side of the middle, as far apart as most numbers lie away from it. */
export function around(middle: number, numbers: readonly number[], range: Classes["range"]): Classes {
  const distances = numbers.map((number) => Math.abs(number - middle)).sort((a, b) => a - b);
  const covered = distances[Math.floor((distances.length - 1) * 0.85)] ?? 0;
  if (covered <= 0) return { limits: [middle], colors: [SIDES[1] ?? "", SIDES[4] ?? ""], range };
  const step = stepOf(covered / 2.5);
  const at = (steps: number) => Number((middle + steps * step).toPrecision(12));
  return { limits: [-2, -1, 0, 1, 2].map(at), colors: [...SIDES], range };
}

/** 1, 2, 2.5 or 5 times a power of ten, not above. */
function stepOf(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  const digit = size / power;
  return power * (digit >= 5 ? 5 : digit >= 2.5 ? 2.5 : digit >= 2 ? 2 : 1);
}
