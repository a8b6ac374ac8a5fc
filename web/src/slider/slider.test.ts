import { expect, test } from "vitest";
import { breakPlaces, following, labelled, periodAt, placeOf, stepped } from "./slider";

const PERIODS = [1998, 2000, 2011, 2012, 2018];
const REASON = { de: "Zensus", en: "Census" };

test("years stand where they belong in time", () => {
  expect(PERIODS.map((year) => placeOf(year, PERIODS))).toEqual([0, 0.1, 0.65, 0.7, 1]);
  expect(placeOf(2020, [2020])).toBe(0.5);
});

test("school years and days stand in time, too", () => {
  expect(["2019/20", "2020/21", "2023/24"].map((at) => placeOf(at, ["2019/20", "2020/21", "2023/24"]))).toEqual([
    0, 0.25, 1,
  ]);
  const days = ["2022-12-31", "2023-06-30", "2023-12-31"];
  expect(placeOf("2023-06-30", days)).toBeCloseTo(181 / 365, 6);
});

test("a step leads to the next period with figures, and stays at the ends", () => {
  expect(stepped(2000, 1, PERIODS)).toBe(2011);
  expect(stepped(2011, -1, PERIODS)).toBe(2000);
  expect(stepped(2018, 1, PERIODS)).toBe(2018);
  expect(stepped(2011, Number.NEGATIVE_INFINITY, PERIODS)).toBe(1998);
  expect(stepped("2020-06-30", 1, ["2020-06-30", "2020/21"])).toBe("2020/21");
});

test("a place on the track leads to the nearest period", () => {
  expect([0, 0.36, 0.4, 0.68, 1].map((place) => periodAt(place, PERIODS))).toEqual([1998, 2000, 2011, 2012, 2018]);
  expect(periodAt(0.5, [])).toBeNull();
});

test("playing goes on from the last year to the first", () => {
  expect(following(2000, PERIODS)).toBe(2011);
  expect(following(2018, PERIODS)).toBe(1998);
});

test("first and last year are labelled, and labels do not touch", () => {
  const years = Array.from({ length: 20 }, (_, index) => 2001 + index);
  expect(labelled(years, 5)).toEqual([2001, 2005, 2010, 2015, 2020]);
  expect(labelled(years, 4)).toEqual([2001, 2010, 2015, 2020]);
  expect(labelled(PERIODS, 5)).toEqual([1998, 2012, 2018]);
  expect(labelled(PERIODS, 2)).toEqual([1998, 2018]);
  expect(labelled(["2019/20", "2020/21", "2021/22"], 4)).toEqual(["2019/20", "2020/21", "2021/22"]);
  expect(labelled(["2019-06-30", "2019-12-01", "2020-06-30"], 5)).toEqual(["2019-06-30", "2019-12-01", "2020-06-30"]);
  expect(labelled([2020], 5)).toEqual([2020]);
  expect(labelled([], 5)).toEqual([]);
});

test("a break lies between the last year of the old kind and the first of the new", () => {
  const breaks = [2005, 1998, 2030].map((period) => ({ period, reason: REASON }));
  expect(breakPlaces(breaks, PERIODS).map(({ at, place }) => [at.period, place])).toEqual([[2005, 0.375]]);
});
