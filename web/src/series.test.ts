import { expect, test } from "vitest";
import type { Classes, ValuesAnswer } from "./answers";
import { classOf, drawingOf, figuresOf, LARGEST_RADIUS_PX, radiusOf, toFigure } from "./series";

const CLASSES: Classes = { limits: [4, 6], colors: ["#a", "#b", "#c"], range: [0, 9] };

const VALUES: ValuesAnswer = {
  release: "r",
  indicator: "rate",
  layer: "municipalities",
  unit: { de: "%", en: "%" },
  decimals: 1,
  periods: [2020, 2021],
  keys: ["03358001", "03358002", "03358003"],
  ids: [11, 12, 13],
  names: ["A", "B", "C"],
  values: [
    [1, null, 0],
    [2, 3, null],
  ],
  breaks: [],
  states: { 2020: { "03358002": "suppressed" }, 2021: { "03358002": "estimated" } },
};

test("a year's figures carry number, state and feature id of each area", () => {
  expect(figuresOf(VALUES, 2020)).toEqual([
    { key: "03358001", id: 11, name: "A", number: 1, state: "exact" },
    { key: "03358002", id: 12, name: "B", number: null, state: "suppressed" },
    { key: "03358003", id: 13, name: "C", number: 0, state: "zero" },
  ]);
});

test("a number may have a remark, and no number without a reason is missing", () => {
  expect(figuresOf(VALUES, 2021).map(({ state }) => state)).toEqual(["exact", "estimated", "missing"]);
});

test("a year that the series does not have has no numbers", () => {
  expect(figuresOf(VALUES, 1999).map(({ number }) => number)).toEqual([null, null, null]);
});

test("absent is never zero, even if the state claims a number", () => {
  expect(toFigure(null, "exact")).toEqual({ number: null, state: "missing" });
  expect(drawingOf(toFigure(null, undefined), CLASSES, "ratio")).toEqual({ kind: "absent", state: "missing" });
});

test("a number equal to a limit belongs to the class above it", () => {
  expect([3.9, 4, 5.9, 6, 7].map((number) => classOf(CLASSES.limits, number))).toEqual([0, 1, 1, 2, 2]);
  expect(classOf([], 5)).toBe(0);
});

test("a ratio is drawn in the colour of its class", () => {
  expect(drawingOf(toFigure(4, undefined), CLASSES, "ratio")).toEqual({ kind: "class", index: 1, color: "#b" });
});

test("an exact zero stands out, but not where numbers can be negative, nor if it was rounded", () => {
  const around: Classes = { ...CLASSES, range: [-2, 2] };
  expect(drawingOf(toFigure(0, undefined), CLASSES, "ratio")).toEqual({ kind: "zero" });
  expect(drawingOf(toFigure(0, undefined), around, "ratio").kind).toBe("class");
  expect(drawingOf(toFigure(0, "rounded"), CLASSES, "ratio").kind).toBe("class");
});

test("a count is a circle, whose area grows with it", () => {
  const counts: Classes = { ...CLASSES, range: [0, 400] };
  expect(drawingOf(toFigure(100, undefined), counts, "count")).toEqual({ kind: "circle", number: 100 });
  expect(radiusOf(400, counts)).toBe(LARGEST_RADIUS_PX);
  expect(radiusOf(100, counts)).toBe(LARGEST_RADIUS_PX / 2);
  expect(radiusOf(0, counts)).toBe(0);
  expect(radiusOf(5, { ...counts, range: null })).toBe(0);
});
