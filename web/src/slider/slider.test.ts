import { expect, test } from "vitest";
import { breakPlaces, following, labelled, moved, placeOf } from "./slider";

const PERIODS = [1998, 2000, 2011, 2012, 2018];
const REASON = { de: "Zensus", en: "Census" };

test("years stand where they belong in time", () => {
  expect(PERIODS.map((year) => placeOf(year, PERIODS))).toEqual([0, 0.1, 0.65, 0.7, 1]);
  expect(placeOf(2020, [2020])).toBe(0.5);
});

test("a year without figures is stepped over in the direction of the movement", () => {
  expect(moved(2000, 2001, PERIODS)).toBe(2011);
  expect(moved(2011, 2010, PERIODS)).toBe(2000);
  expect(moved(2000, 2012, PERIODS)).toBe(2012);
  expect(moved(2018, 2019, PERIODS)).toBe(2018);
});

test("playing goes on from the last year to the first", () => {
  expect(following(2000, PERIODS)).toBe(2011);
  expect(following(2018, PERIODS)).toBe(1998);
});

test("first and last year are labelled, and labels do not touch", () => {
  expect(labelled(PERIODS, 5)).toEqual([1998, 2005, 2010, 2015, 2018]);
  expect(labelled(PERIODS, 2)).toEqual([1998, 2018]);
  expect(labelled([2020], 5)).toEqual([2020]);
  expect(labelled([], 5)).toEqual([]);
});

test("a break lies between the last year of the old kind and the first of the new", () => {
  const breaks = [2005, 1998, 2030].map((period) => ({ period, reason: REASON }));
  expect(breakPlaces(breaks, PERIODS).map(({ at, place }) => [at.period, place])).toEqual([[2005, 0.375]]);
});
