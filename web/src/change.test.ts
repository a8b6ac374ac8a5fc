import { expect, test } from "vitest";
import type { ValuesAnswer } from "./answers";
import { breaksBetween, changeClasses, changeFigures, changeUnit, comparable, roundStep } from "./change";
import { classOf } from "./series";

const TEXT = { de: "%", en: "%" };
const BREAK = { period: 2011, reason: TEXT };
const VALUES: ValuesAnswer = {
  release: "r",
  indicator: "rate",
  layer: "areas",
  unit: TEXT,
  decimals: 1,
  periods: [2009, 2010, 2011, 2012],
  keys: ["a", "b", "c", "d"],
  ids: [1, 2, 3, 4],
  names: ["A", "B", "C", "D"],
  values: [
    [1, 2, null, 0],
    [2, 2, 3, 0],
    [3, 1, 3, 4],
    [8, null, 1, 4],
  ],
  states: { 2009: { c: "suppressed" }, 2012: { b: "not_applicable", c: "estimated" } },
  breaks: [BREAK],
};

test("a break lies between what is before it and its first year", () => {
  expect(breaksBetween(2010, 2011, [BREAK])).toEqual([BREAK]);
  expect(breaksBetween(2011, 2012, [BREAK])).toEqual([]);
  expect(breaksBetween(2009, 2010, [BREAK])).toEqual([]);
  expect(comparable(VALUES.periods, 2012, [BREAK])).toEqual([2011]);
  expect(comparable(VALUES.periods, 2012, [])).toEqual([2009, 2010, 2011]);
});

test("the change of what is absent is absent for the same reason, and never zero", () => {
  const changes = changeFigures(VALUES, 2009, 2012, "ratio");
  expect(changes.map(({ number, state }) => [number, state])).toEqual([
    [7, "exact"],
    [null, "not_applicable"],
    [null, "suppressed"],
    [4, "exact"],
  ]);
  expect(changeFigures(VALUES, 2011, 2012, "ratio")[2]).toMatchObject({ number: -2, state: "estimated" });
});

test("a count changes in per cent, and of nothing there are none", () => {
  const changes = changeFigures(VALUES, 2010, 2012, "count");
  expect(changes.map(({ number, state }) => [number, state])).toEqual([
    [300, "exact"],
    [null, "not_applicable"],
    [expect.closeTo(-66.67, 1), "estimated"],
    [null, "not_applicable"],
  ]);
  expect(changeUnit({ measure: "ratio", unit: TEXT }).de).toBe("Prozentpunkte");
  expect(changeUnit({ measure: "count", unit: { de: "Personen", en: "people" } }).de).toBe("%");
});

test("classes lie around no change, as wide on both sides, and hold for every later period", () => {
  const { limits, colors, range } = changeClasses(VALUES, 2009, "ratio", []);
  expect(limits).toEqual([...limits].sort((a, b) => a - b));
  expect(limits.map((limit) => -limit).reverse()).toEqual(limits);
  expect(colors).toHaveLength(limits.length + 1);
  expect(classOf(limits, 0)).toBe((colors.length - 1) / 2);
  expect(range?.[0]).toBeLessThan(0);
});

test("where nothing has changed there is one class, and where nothing is known no range", () => {
  const same = { ...VALUES, values: VALUES.values.map(() => [1, 1, 1, 1]), states: {} };
  expect(changeClasses(same, 2009, "ratio", [])).toMatchObject({ limits: [], range: [-1, 1] });
  expect(changeClasses(same, 2009, "ratio", []).colors).toHaveLength(1);
  expect(changeClasses(VALUES, 2012, "ratio", []).range).toBeNull();
});

test("steps are round", () => {
  expect([0.13, 0.3, 0.6, 0.8, 1.2, 34, 70].map(roundStep)).toEqual([0.1, 0.2, 0.5, 1, 1, 20, 50]);
});
