import { expect, test } from "vitest";
import type { IndicatorAnswer, ValuesAnswer } from "./answers";
import { around } from "./classify/around";
import { ownMiddles } from "./middles";

const TEXT = { de: "Heidekreis", en: "Heidekreis" };
const INDICATOR = { references: [], targets: [] } as unknown as IndicatorAnswer;
const VALUES = {
  decimals: 1,
  periods: [2010, 2011],
  keys: ["a", "b", "c"],
  values: [
    [1, 2, 3],
    [1, 5, 6],
  ],
} as unknown as ValuesAnswer;

test("a middle is the newest number, with its name and period", () => {
  const references = [{ title: TEXT, periods: [2010, 2011, 2012], values: [4, 5, null], states: {} }];
  const targets = [{ value: 3, period: 2030, title: null, source: TEXT, date: null }];
  const found = ownMiddles({ ...INDICATOR, references, targets }, VALUES);
  expect(found.larger).toEqual({ number: 5, period: 2011, title: TEXT });
  expect(found.target).toEqual({ number: 3, period: 2030, title: null });
  expect(found.median).toEqual({ number: 5, period: 2011, title: null });
});

test("zero is a middle only where numbers lie on both sides of it", () => {
  expect(ownMiddles(INDICATOR, VALUES).zero).toBeUndefined();
  const both = { ...VALUES, values: [[-1, 0, 3]] } as unknown as ValuesAnswer;
  expect(ownMiddles(INDICATOR, both).zero?.number).toBe(0);
});

test("classes lie on both sides of the middle, which is a limit", () => {
  const { limits, colors } = around(5, [1, 2, 3, 4, 5, 6, 9], [1, 9]);
  expect(limits).toContain(5);
  expect(limits[2]).toBe(5);
  expect(colors).toHaveLength(limits.length + 1);
  expect(new Set(colors).size).toBe(colors.length);
  expect(around(5, [5, 5], [5, 5]).limits).toEqual([5]);
});
