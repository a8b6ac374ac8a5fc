import { expect, test } from "vitest";
import { toSparkline } from "./sparkline";

const FRAME = { width: 104, height: 24, inset: 2 };

test("the line runs from the first year to the last, and high values are on top", () => {
  const { lines, end } = toSparkline([2000, 2010], [1, 3], [], FRAME);
  expect(lines).toEqual(["M2.0 22.0L102.0 2.0"]);
  expect(end).toEqual({ x: 102, y: 2 });
});

test("a gap stays a gap, and a year alone is a dot", () => {
  const { lines, dots } = toSparkline([2000, 2001, 2002, 2003], [1, 2, null, 3], [], FRAME);
  expect(lines).toHaveLength(1);
  expect(dots).toHaveLength(1);
});

test("a break cuts the line between the two years", () => {
  const { lines, breaks } = toSparkline([2000, 2001, 2002, 2003], [1, 2, 3, 4], [2002], FRAME);
  expect(lines).toHaveLength(2);
  expect(breaks[0]).toBeCloseTo(52);
});

test("a series that does not move is a line in the middle", () => {
  expect(toSparkline([2000, 2001], [5, 5], [], FRAME).lines).toEqual(["M2.0 12.0L102.0 12.0"]);
});

test("a series without a number has nothing to draw", () => {
  expect(toSparkline([2000], [null], [], FRAME)).toEqual({ lines: [], dots: [], end: null, breaks: [] });
});

test("school years are cut where the first of the new kind begins", () => {
  const { lines, breaks } = toSparkline(["2014/15", "2015/16", "2016/17", "2017/18"], [1, 2, 3, 4], [2016], FRAME);
  expect(lines).toHaveLength(2);
  expect(breaks[0]).toBeCloseTo(52);
});
