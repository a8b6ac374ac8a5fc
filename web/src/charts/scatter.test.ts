import { expect, test } from "vitest";
import type { AreaFigure } from "../series";
import { pairsOf } from "./scatter";

const figure = (key: string, number: number | null): AreaFigure => ({
  key,
  id: 1,
  name: key,
  number,
  state: number === null ? "missing" : "exact",
});

test("a pair needs both numbers; what lacks one is counted", () => {
  const { pairs, missing } = pairsOf(
    [figure("a", 1), figure("b", null), figure("c", 0), figure("d", 4)],
    [figure("c", 0), figure("a", 7), figure("b", 2)],
  );
  expect(pairs.map(({ figure, x, y }) => [figure.key, x, y])).toEqual([
    ["a", 1, 7],
    ["c", 0, 0],
  ]);
  expect(missing).toBe(2);
});
