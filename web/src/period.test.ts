import { expect, test } from "vitest";
import type { Period } from "./answers";
import { commonKind, isFrom, kindOf, nearest, readPeriod, timeOf, yearOf } from "./period";

test("a period is read from a year, a school year or a day, and from nothing else", () => {
  expect(["2015", "2015/16", "1999/00", "2015-06-30"].map(readPeriod)).toEqual([
    2015,
    "2015/16",
    "1999/00",
    "2015-06-30",
  ]);
  for (const wrong of ["", "15", "2015/17", "2015/2016", "2015-02-29", "2015-13-01", "30.06.2015", "2015/", "abcd"]) {
    expect(readPeriod(wrong), wrong).toBeNull();
  }
  expect(readPeriod(undefined)).toBeNull();
});

test("kinds are told apart, and a series of one kind is known as such", () => {
  expect([2015, "2015/16", "2015-06-30"].map(kindOf)).toEqual(["year", "school_year", "day"]);
  expect(commonKind(["2015/16", "2016/17"])).toBe("school_year");
  expect(commonKind([2015, "2016/17"])).toBeNull();
  expect(commonKind([])).toBeNull();
});

test("time grows in the server's order, and a year stands at its own number", () => {
  // The order that src/value/period.rs tests.
  const sorted: Period[] = [2014, "2015-06-30", "2015/16", 2015, "2016-01-01", 2016];
  expect(sorted.toReversed().sort((a, b) => timeOf(a) - timeOf(b))).toEqual([
    2014,
    "2015-06-30",
    2015,
    "2015/16",
    "2016-01-01",
    2016,
  ]);
  expect(timeOf(2015)).toBe(2015);
  expect(timeOf("2015/16")).toBe(2015);
  expect(timeOf("2015-06-30")).toBeCloseTo(2014 + 181 / 365, 10);
  expect(timeOf("2016-06-30")).toBeCloseTo(2015 + 182 / 366, 10);
});

test("a school year counts in the year in which it begins; a break is from a year on", () => {
  expect([2015, "2015/16", "2015-06-30"].map(yearOf)).toEqual([2015, 2015, 2015]);
  expect(isFrom("2015/16", 2015)).toBe(true);
  expect(isFrom("2015/16", 2016)).toBe(false);
  expect(isFrom("2016-01-01", 2016)).toBe(true);
});

test("the nearest period is found over kinds, the later one of two", () => {
  expect(nearest([2010, 2012], 2011)).toBe(2012);
  expect(nearest(["2019/20", "2021/22"], timeOf("2020-03-01"))).toBe("2019/20");
  expect(nearest([], 2011)).toBeNull();
});
