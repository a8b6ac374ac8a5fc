import { expect, test } from "vitest";
import type { ValuesAnswer } from "./answers";
import { baseOf, changesBetween, medians, trendOf } from "./trend";

const BOTH = { de: "", en: "" };
const VALUES: ValuesAnswer = {
  release: "r",
  indicator: "i",
  layer: "l",
  unit: BOTH,
  decimals: 1,
  periods: ["2018/19", "2019/20", "2020/21", "2021/22"],
  keys: ["a", "b", "c"],
  ids: [1, 2, 3],
  names: ["A", "B", "C"],
  values: [
    [1, null, null],
    [2, 4, 9],
    [3, 5, null],
    [5, 5, 7],
  ],
  states: { "2018/19": { b: "suppressed" }, "2021/22": { c: "provisional" } },
  converted: { "2019/20": ["b"] },
  breaks: [],
};
const at = (period: number) => ({ period, reason: BOTH });

test("an area's trend has its states, and what was converted", () => {
  expect(trendOf(VALUES, "b").map(({ number, state, isConverted }) => [number, state, isConverted])).toEqual([
    [null, "suppressed", false],
    [4, undefined, true],
    [5, undefined, false],
    [5, undefined, false],
  ]);
  expect(trendOf(VALUES, "nobody")).toEqual([]);
});

test("the base is the earliest period with enough numbers, and not before a break", () => {
  expect(baseOf(VALUES, "2021/22", [])).toBe("2019/20");
  expect(baseOf(VALUES, "2021/22", [at(2020)])).toBe("2020/21");
  expect(baseOf(VALUES, "2021/22", [at(2021)])).toBeNull();
  expect(baseOf(VALUES, "2019/20", [at(2020)])).toBeNull();
  expect(baseOf(VALUES, "2018/19", [])).toBeNull();
});

test("only areas with both numbers have a change", () => {
  expect([...changesBetween(VALUES, "2019/20", "2020/21")]).toEqual([
    ["a", 1],
    ["b", 1],
  ]);
});

test("the median is of released numbers, and not of one or two", () => {
  expect(medians(VALUES)).toEqual([null, 4, null, 5]);
});
