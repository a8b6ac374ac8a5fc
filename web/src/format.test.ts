import { expect, test } from "vitest";
import {
  compareNames,
  formatDate,
  formatFigure,
  formatNumber,
  formatPeriod,
  formatQuantity,
  shortPeriod,
} from "./format";

const PER_CENT = { de: "%", en: "%" };
const NONE = { de: "", en: "" };

test("numbers are written as each language writes them", () => {
  expect(formatNumber(1234.56, 1, "de")).toBe("1.234,6");
  expect(formatNumber(1234.56, 1, "en")).toBe("1,234.6");
});

test("as many decimals as the indicator has, also where they are zero", () => {
  expect(formatNumber(7, 2, "de")).toBe("7,00");
});

test("a minus is a minus, and nothing is never negative", () => {
  expect(formatNumber(-1.5, 1, "de")).toBe("−1,5");
  expect(formatNumber(-0.01, 1, "de")).toBe("0,0");
});

test("the unit stands behind the number, and an index has none", () => {
  expect(formatQuantity(8.4, 1, PER_CENT, "de")).toBe("8,4\u202f%");
  expect(formatQuantity(8.4, 1, NONE, "de")).toBe("8,4");
});

test("a figure without a number says why", () => {
  expect(formatFigure({ number: null, state: "suppressed" }, 1, PER_CENT, "de")).toBe("geheim gehalten");
  expect(formatFigure({ number: null, state: "not_applicable" }, 1, PER_CENT, "en")).toBe("not applicable");
});

test("a figure with a remark says both", () => {
  expect(formatFigure({ number: 3, state: "estimated" }, 0, NONE, "de")).toBe("3 (geschätzt)");
  expect(formatFigure({ number: 0, state: "zero" }, 0, NONE, "de")).toBe("0");
});

test("umlauts are sorted where German readers look for them", () => {
  const names = ["Zeven", "Ölstorf", "Osten", "Ahlden", "Äpfelbach"];
  expect(names.toSorted((a, b) => compareNames(a, b, "de"))).toEqual([
    "Ahlden",
    "Äpfelbach",
    "Ölstorf",
    "Osten",
    "Zeven",
  ]);
});

test("dates are as exact as the source is", () => {
  expect(formatDate("2016-01-01", "de")).toBe("1. Januar 2016");
  expect(formatDate("2016-01", "en")).toBe("January 2016");
  expect(formatDate("2016", "de")).toBe("2016");
  expect(formatDate("unbekannt", "de")).toBe("unbekannt");
});

test("periods are written for reading, and shorter where there is little room", () => {
  expect([2015, "2015/16", "2015-06-30"].map((period) => formatPeriod(period, "de"))).toEqual([
    "2015",
    "2015/16",
    "30. Juni 2015",
  ]);
  expect(formatPeriod("2015-06-30", "en")).toBe("30 June 2015");
  expect(shortPeriod("2015-06-30", "de")).toBe("30.06.2015");
  expect(shortPeriod("2015-06-30", "en")).toBe("30/06/2015");
  expect(shortPeriod("2015/16", "en")).toBe("2015/16");
});
