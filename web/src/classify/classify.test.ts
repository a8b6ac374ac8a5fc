import { expect, test } from "vitest";
import { classOf } from "../series";
import { classesBy } from "./classify";
import { deviation } from "./deviation";
import { equal } from "./equal";
import { jenks } from "./jenks";
import { quantile } from "./quantile";
import { rampOf } from "./ramp";
import { roundedTo, roundest } from "./round";

/** Numbers that look like shares, the same in every run. */
function shares(n: number): number[] {
  let seed = 7;
  const next = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  return Array.from({ length: n }, () => Math.round(100 * (2 + 8 * next() ** 2)) / 10).sort((a, b) => a - b);
}

test("equal intervals are equally wide", () => {
  expect(equal([0, 1, 10], 4)).toEqual([2.5, 5, 7.5]);
  expect(equal([3, 3], 4)).toEqual([]);
});

test("quantiles hold equally many numbers", () => {
  expect(quantile([1, 2, 3, 4], 2)).toEqual([3]);
  const numbers = Array.from({ length: 20 }, (_, index) => index);
  expect(quantile(numbers, 5)).toEqual([4, 8, 12, 16]);
});

test("the limits of the standard deviation lie around the mean", () => {
  // mean 5, standard deviation 2: the example in Wikipedia's "Standard deviation".
  const numbers = [2, 4, 4, 4, 5, 5, 7, 9];
  expect(deviation(numbers, 4)).toEqual([3, 5, 7]);
  expect(deviation(numbers, 3)).toEqual([4, 6]);
  expect(deviation([1, 1], 3)).toEqual([]);
});

/** Every way to cut the numbers into classes, judged: slow, and sure. */
function bestByTrying(sorted: number[], count: number): number {
  const cost = (part: number[]) => {
    const mean = part.reduce((sum, number) => sum + number, 0) / part.length;
    return part.reduce((sum, number) => sum + (number - mean) ** 2, 0);
  };
  if (count === 1) return cost(sorted);
  let least = Number.POSITIVE_INFINITY;
  for (let at = 1; at <= sorted.length - count + 1; at += 1) {
    least = Math.min(least, cost(sorted.slice(0, at)) + bestByTrying(sorted.slice(at), count - 1));
  }
  return least;
}

function costOf(sorted: number[], limits: number[]): number {
  const parts = Array.from({ length: limits.length + 1 }, (_, index) =>
    sorted.filter((number) => classOf(limits, number) === index),
  );
  return parts.reduce((sum, part) => sum + bestByTrying(part, 1), 0);
}

test.each([2, 3, 4, 5])("natural breaks are the best of all ways to cut: %i classes", (count) => {
  const sorted = shares(18);
  const limits = jenks(sorted, count);
  expect(limits).toHaveLength(count - 1);
  expect(costOf(sorted, limits)).toBeCloseTo(bestByTrying(sorted, count), 9);
});

test("natural breaks of few different numbers, of large ones, and of very many", () => {
  expect(jenks([1, 2, 9, 10], 2)).toEqual([9]);
  expect(jenks([1, 1, 5], 4)).toEqual([5]);
  expect(jenks([1e9 + 1, 1e9 + 2, 1e9 + 9, 1e9 + 10], 2)).toEqual([1e9 + 9]);
  const many = Array.from({ length: 50_000 }, (_, index) => index / 50_000 + (index >= 20_000 ? 3 : 0));
  expect(jenks(many, 2)[0]).toBeCloseTo(3.4, 2);
});

test("a limit becomes the roundest number with the same numbers on both sides", () => {
  expect(roundest(3.3816, 3.412)).toBe(3.4);
  expect(roundest(4.7, 5.3)).toBe(5);
  expect(roundest(97, 132)).toBe(100);
  expect(roundest(-0.2, 0.3)).toBe(0);
  expect(roundest(-3.41, -3.38)).toBe(-3.4);
  expect(roundest(0.12, 0.12)).toBe(0.12);
  expect(roundedTo(3.3333, 1.11)).toBe(3.3);
  expect(roundedTo(12345, 1000)).toBe(12300);
});

test("classes of a scheme are ascending, in the atlas's colours, and divide the numbers as the method does", () => {
  const own = { limits: [5], colors: ["#ffffff", "#000000"], range: [2, 10] as [number, number] };
  const numbers = shares(60);
  for (const method of ["quantile", "equal", "jenks", "deviation"] as const) {
    const { limits, colors } = classesBy({ method, count: 5 }, own, numbers);
    expect(colors).toHaveLength(limits.length + 1);
    expect([colors[0], colors.at(-1)]).toEqual(["#ffffff", "#000000"]);
    expect(limits).toEqual([...new Set(limits)].sort((a, b) => a - b));
    expect(limits.length).toBeGreaterThan(1);
  }
  const rounded = classesBy({ method: "jenks", count: 4 }, own, numbers).limits;
  expect(numbers.map((number) => classOf(rounded, number))).toEqual(
    numbers.map((number) => classOf(jenks(numbers, 4), number)),
  );
  expect(classesBy({ method: "manual", limits: [7, 4, 7] }, own, numbers).limits).toEqual([4, 7]);
  expect(classesBy(null, own, numbers)).toBe(own);
});

test("a ramp is stretched to any number of colours", () => {
  expect(rampOf(["#000000", "#ffffff"], 3)).toEqual(["#000000", "#808080", "#ffffff"]);
  expect(rampOf(["#000000", "#ffffff", "#000000"], 2)).toEqual(["#000000", "#000000"]);
  expect(rampOf(["#112233"], 2)).toEqual(["#112233", "#112233"]);
});
