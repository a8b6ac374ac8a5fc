import { expect, test } from "vitest";
import { atlas, profileOf } from "../../test/mock/atlas";
import type { ProfileIndicator } from "../answers";
import { byTheme, toLine } from "./profile";

const profile = profileOf("municipalities", "03358001");
if (!profile) throw new Error("the mock has this area");
const [first] = profile.indicators;
if (!first) throw new Error("the mock has indicators");

test("the newest period with a number is shown", () => {
  const gap: ProfileIndicator = {
    ...first,
    periods: [2019, 2020, 2021],
    values: [1, 2, null],
    states: { 2021: "pending" },
  };
  expect(toLine(gap)).toMatchObject({ period: 2020, figure: { number: 2, state: "exact" } });
});

test("an area without any number shows the reason of the newest period", () => {
  const none: ProfileIndicator = {
    ...first,
    periods: [2020, 2021],
    values: [null, null],
    states: { 2021: "suppressed" },
  };
  expect(toLine(none)).toMatchObject({ period: 2021, figure: { number: null, state: "suppressed" } });
});

test("comparison is of the same period, and a median of one area is none", () => {
  const lone: ProfileIndicator = {
    ...first,
    periods: [2020, 2021],
    values: [1, 2],
    parent: { values: [5, 6], states: {} },
    siblings: { count: [1, 1], mean: [1, 2], median: [1, 2] },
  };
  expect(toLine(lone)).toMatchObject({ parent: 6, median: null });
});

test("an indicator without periods is left out", () => {
  expect(toLine({ ...first, periods: [], values: [] })).toBeNull();
});

test("figures stand under the atlas's themes, and none is lost", () => {
  const groups = byTheme(profile, atlas.themes.slice(0, 1));
  expect(groups.map((group) => group.id)).toEqual(["people", ""]);
  expect(groups.flatMap((group) => group.lines)).toHaveLength(profile.indicators.length);
});
