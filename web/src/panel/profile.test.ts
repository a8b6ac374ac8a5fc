import { expect, test } from "vitest";
import { atlas, profileOf } from "../../test/mock/atlas";
import type { ProfileIndicator } from "../answers";
import { byTheme, changeOf, comparedWith, isItsOwnParent, otherReferences, toLine } from "./profile";

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

test("references are of the same period, and the target is the next one", () => {
  const text = (de: string) => ({ de, en: de });
  const target = (period: number | null, value: number) => ({
    value,
    period,
    title: null,
    source: text("Beschluss"),
    date: null,
  });
  const compared: ProfileIndicator = {
    ...first,
    periods: [2020, 2021],
    values: [1, 2],
    references: [
      { title: text("Land"), area: { layer: "state", key: "03" }, values: [5, 6], states: {} },
      { title: text("Bund"), source: text("Amt"), values: [7, null], states: { 2021: "missing" } },
    ],
    targets: [target(2030, 9), target(null, 4), target(2025, 8), target(2019, 3)],
  };
  expect(toLine(compared)).toMatchObject({
    references: [{ title: text("Land"), number: 6, key: "03" }],
    target: { value: 8 },
  });
  const line = toLine(compared);
  if (!line) throw new Error("it has periods");
  expect(otherReferences(line, profile)).toHaveLength(1);
  expect(otherReferences(line, { ...profile, key: "03" })).toEqual([]);
  expect(toLine({ ...compared, targets: [target(2019, 3), target(null, 4)] })?.target?.value).toBe(4);
  expect(toLine({ ...compared, targets: [target(2019, 3)] })?.target).toBeNull();
});

test("a town that is its own association is compared with the association's county, year by year", () => {
  const one = (values: number[], periods: number[], parent: number[]): ProfileIndicator => ({
    ...first,
    periods,
    values,
    parent: { values: parent, states: {} },
    siblings: { count: periods.map(() => 12), mean: parent, median: parent },
  });
  const town = { ...profile, name: "Munster", parent: { layer: "associations", key: "1", name: "Munster" } };
  const itself = { ...town, indicators: [one([3, 4], [2020, 2021], [3, 4])] };
  const county = { layer: "districts", key: "03358", name: "Heidekreis" };
  const above = { ...town, parent: county, indicators: [one([3, 4], [2019, 2021], [8, 9])] };
  expect(isItsOwnParent(itself)).toBe(true);
  const compared = comparedWith(itself, above);
  expect(compared.parent).toEqual(county);
  expect(compared.indicators[0]?.values).toEqual([3, 4]);
  expect(compared.indicators[0]?.parent?.values).toEqual([null, 9]);
  expect(compared.indicators[0]?.siblings.count).toEqual([0, 12]);
  expect(isItsOwnParent(compared)).toBe(false);
});

test("an indicator without periods is left out", () => {
  expect(toLine({ ...first, periods: [], values: [] })).toBeNull();
});

test("figures stand under the atlas's themes, and none is lost", () => {
  const groups = byTheme(profile, atlas.themes.slice(0, 1));
  expect(groups.map((group) => group.id)).toEqual(["people", ""]);
  expect(groups.flatMap((group) => group.lines)).toHaveLength(profile.indicators.length);
});

test("the change is counted from the earliest number that can be compared", () => {
  const base: ProfileIndicator = {
    ...first,
    periods: ["2018/19", "2019/20", "2020/21", "2021/22"],
    values: [null, 4, 6, 7.5],
    breaks: [],
  };
  expect(changeOf(base, "2021/22")).toEqual({ since: "2019/20", by: 3.5 });
  const broken = { ...base, breaks: [{ period: 2020, reason: { de: "", en: "" } }] };
  expect(changeOf(broken, "2021/22")).toEqual({ since: "2020/21", by: 1.5 });
  expect(changeOf(broken, "2020/21")).toBeNull();
  expect(changeOf(base, "2018/19")).toBeNull();
});
