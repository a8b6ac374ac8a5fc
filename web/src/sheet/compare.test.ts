import { expect, test } from "vitest";
import { profileOf } from "../../test/mock/atlas";
import type { ProfileAnswer, ProfileIndicator } from "../answers";
import { linesOf } from "./compare";

const made = profileOf("municipalities", "03358001");
const [base] = made?.indicators ?? [];
if (!made || !base) throw new Error("the mock has this area");

function areaWith(...indicators: Partial<ProfileIndicator>[]): ProfileAnswer {
  if (!made || !base) throw new Error("the mock has this area");
  const periods = [2019, 2020, 2021];
  return { ...made, indicators: indicators.map((own) => ({ ...base, periods, states: {}, ...own })) };
}

test("the period is the newest in which all areas have a number", () => {
  const [line] = linesOf([areaWith({ id: "a", values: [1, 2, 3] }), areaWith({ id: "a", values: [4, 5, null] })]);
  expect(line?.period).toBe(2020);
  expect(line?.figures.map(({ number }) => number)).toEqual([2, 5]);
});

test("where there is none, it is the newest in which one has, and the others say why they have none", () => {
  const secret = areaWith({ id: "a", values: [4, null, null], states: { 2021: "suppressed" } });
  const [line] = linesOf([areaWith({ id: "a", values: [null, 2, 3] }), secret]);
  expect(line?.period).toBe(2021);
  expect(line?.figures).toEqual([
    { number: 3, state: "exact" },
    { number: null, state: "suppressed" },
  ]);
});

test("counts are summed up, ratios are not, and what is missing is no zero", () => {
  const sums = (measure: "count" | "ratio", ...values: (number | null)[]) =>
    linesOf(values.map((value) => areaWith({ id: "a", measure, values: [1, 1, value] })));
  expect(sums("count", 3, 4)[0]?.together).toBe(7);
  expect(sums("ratio", 3, 4)[0]?.together).toBeNull();
  expect(sums("count", 0, 0)[0]?.together).toBe(0);
  const gap = linesOf([
    areaWith({ measure: "count", values: [null, null, 3] }),
    areaWith({ measure: "count", values: [1, null, null] }),
  ]);
  expect(gap[0]?.together).toBeNull();
});

test("an indicator that only one area has is not left out", () => {
  const lines = linesOf([areaWith({ id: "a", values: [1, 2, 3] }), areaWith({ id: "b", values: [1, 2, 3] })]);
  expect(lines.map(({ indicator }) => indicator.id)).toEqual(["a", "b"]);
  expect(lines[1]?.figures[0]).toEqual({ number: null, state: "missing" });
});
