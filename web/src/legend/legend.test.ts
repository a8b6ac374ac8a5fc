import { expect, test } from "vitest";
import { made, valuesOf } from "../../test/mock/atlas";
import { type AreaFigure, figuresOf, LARGEST_RADIUS_PX } from "../series";
import { toLegend } from "./legend";

function madeOf(id: string) {
  const found = made.find((one) => one.id === id);
  if (!found) throw new Error(`the mock has no ${id}`);
  return found;
}

const rate = madeOf("rate");
const people = madeOf("people");
const figures = figuresOf(valuesOf(rate, "municipalities"), 2021);

test("every area is counted once", () => {
  const legend = toLegend(figures, rate.classes, "ratio");
  const counts = [...legend.classes, ...legend.absent, ...(legend.zero ? [legend.zero] : [])].map(({ count }) => count);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(figures.length);
});

test("limits and colours are the same in every year", () => {
  const ofYear = (year: number) =>
    toLegend(figuresOf(valuesOf(rate, "municipalities"), year), rate.classes, "ratio").classes.map(
      ({ color, from, to }) => [color, from, to],
    );
  expect(ofYear(2000)).toEqual(ofYear(2021));
  expect(ofYear(2000)[0]).toEqual(["#e8f1f2", null, 4]);
  expect(ofYear(2000).at(-1)).toEqual(["#0b4f5c", 10, null]);
});

test("reasons for no number, zero and remarks stand in it only if they occur", () => {
  const legend = toLegend(figures, rate.classes, "ratio");
  expect(legend.absent.map(({ state }) => state)).toEqual([
    "suppressed",
    "missing",
    "pending",
    "not_applicable",
    "unreliable",
  ]);
  expect(legend.zero).toEqual({ count: 1 });
  expect(legend.remarked).toEqual([{ state: "estimated", count: 1 }]);
  const plain: AreaFigure[] = [{ key: "1", id: 1, name: "A", number: 5, state: "exact" }];
  const bare = toLegend(plain, rate.classes, "ratio");
  expect([bare.absent, bare.zero, bare.remarked]).toEqual([[], null, []]);
});

test("counts have circles of round numbers that do not cover each other, and no classes", () => {
  const legend = toLegend(figuresOf(valuesOf(people, "municipalities"), 2021), people.classes, "count");
  expect(legend.classes).toEqual([]);
  expect(legend.circles.map(({ number }) => number)).toEqual([20000, 5000]);
  const tops_px = legend.circles.map(({ radius_px }) => 2 * radius_px);
  expect((tops_px[0] ?? 0) - (tops_px[1] ?? 0)).toBeGreaterThan(12);
  expect(legend.circles[0]?.radius_px).toBeLessThanOrEqual(LARGEST_RADIUS_PX);
  expect(legend.circled).toBe(20);
});

test("a series without any number has a legend without samples", () => {
  const empty = { limits: [], colors: [], range: null };
  expect(toLegend([], empty, "count").circles).toEqual([]);
  expect(toLegend([], empty, "ratio").classes).toEqual([]);
});
