import { expect, test } from "vitest";
import type { AreaFigure } from "../series";
import { extended, marks, scaleOf } from "./axis";
import { barsOf, dotsOf, movedLimit } from "./distribution";

const figure = (number: number | null, index: number): AreaFigure => ({
  key: `k${index}`,
  id: index,
  name: `Area ${index}`,
  number,
  state: number === null ? "missing" : "exact",
});

test("a scale leads there and back", () => {
  const scale = scaleOf([10, 20], [0, 200]);
  expect(scale(15)).toBe(100);
  expect(scale.invert(50)).toBe(12.5);
  expect(scaleOf([3, 3], [0, 10])(3)).toBe(5);
});

test("marks are round, and not too many", () => {
  expect(marks([0, 10], 6)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(marks([0.13, 0.58], 5)).toEqual([0.2, 0.3, 0.4, 0.5]);
  expect(marks([-3, 3], 4)).toEqual([-2, 0, 2]);
  expect(extended([0.13, 0.58], 5)).toEqual([0.1, 0.6000000000000001]);
  expect(extended([5, 5], 5)).toEqual([4, 6]);
});

test("every area with a number is one dot, and no two lie on each other", () => {
  const numbers = [1, 1, 1, 2, 2.01, 9, null, 5];
  const { dots, radius_px } = dotsOf(numbers.map(figure), scaleOf([0, 10], [0, 300]), 60);
  expect(dots).toHaveLength(7);
  for (const [index, one] of dots.entries()) {
    for (const other of dots.slice(index + 1)) {
      expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThanOrEqual(2 * radius_px - 1e-9);
    }
    expect(one.y - radius_px).toBeGreaterThanOrEqual(0);
    expect(Math.abs(one.x - (one.figure.number ?? 0) * 30)).toBeLessThanOrEqual(radius_px);
  }
});

test("dots get smaller until the highest stack fits", () => {
  const same = Array.from({ length: 12 }, (_, index) => figure(5, index));
  expect(dotsOf(same, scaleOf([0, 10], [0, 300]), 60).radius_px).toBe(2.5);
});

test("bars count every number once", () => {
  const figures = Array.from({ length: 1000 }, (_, index) => figure((index % 100) / 10, index));
  const bars = barsOf([...figures, figure(null, 0)], scaleOf([0, 10], [0, 300]), 300, 10);
  expect(bars.map(({ count }) => count)).toEqual(new Array(10).fill(100));
});

test("a limit is moved in steps, and never past its neighbours", () => {
  expect(movedLimit([2, 4, 6], 1, 4.56, 0.1)).toEqual([2, 4.6, 6]);
  expect(movedLimit([2, 4, 6], 1, 99, 0.1)).toEqual([2, 5.9, 6]);
  expect(movedLimit([2, 4, 6], 0, -3, 0.5)).toEqual([-3, 4, 6]);
});
