import { expect, test } from "vitest";
import { readLimits } from "./limits";

test("limits are read as each language writes numbers, and put in order", () => {
  expect(readLimits("3,5; 5; 1.000", "de")).toEqual([3.5, 5, 1000]);
  expect(readLimits("7.5;3.5; -1;1,000", "en")).toEqual([-1, 3.5, 7.5, 1000]);
  expect(readLimits("5;5", "de")).toEqual([5]);
});

test("what is no number, and too many limits, are refused", () => {
  for (const wrong of ["", "; ;", "a;b", "1;2;3;4;5;6;7", "3;x", "--2"])
    expect(readLimits(wrong, "de"), wrong).toBeNull();
});
