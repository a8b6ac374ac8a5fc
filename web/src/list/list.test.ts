import { expect, test } from "vitest";
import type { AreaFigure } from "../series";
import { barOf, extremes, sorted } from "./list";

const figure = (name: string, number: number | null): AreaFigure => ({
  key: name,
  id: 1,
  name,
  number,
  state: number === null ? "suppressed" : "exact",
});

const AREAS = [
  figure("Walsrode", 5),
  figure("Öhringen", null),
  figure("Ahlden", 9),
  figure("Essel", 5),
  figure("Buch", null),
];
const namesOf = (figures: AreaFigure[]) => figures.map(({ name }) => name);

test("areas without a number come last in both directions, by name", () => {
  expect(namesOf(sorted(AREAS, { by: "value", order: "descending" }, "de"))).toEqual([
    "Ahlden",
    "Essel",
    "Walsrode",
    "Buch",
    "Öhringen",
  ]);
  expect(namesOf(sorted(AREAS, { by: "value", order: "ascending" }, "de"))).toEqual([
    "Essel",
    "Walsrode",
    "Ahlden",
    "Buch",
    "Öhringen",
  ]);
});

test("by name, the order is that of the language", () => {
  expect(namesOf(sorted(AREAS, { by: "name", order: "descending" }, "de"))[0]).toBe("Walsrode");
  expect(namesOf(sorted(AREAS, { by: "name", order: "ascending" }, "de")).at(-2)).toBe("Öhringen");
});

test("a bar begins at zero, on the scale of the whole series", () => {
  expect(barOf(5, [2, 10])).toEqual({ start: 0, length: 50 });
  expect(barOf(-5, [-10, 10])).toEqual({ start: 25, length: 25 });
  expect(barOf(5, [-10, 10])).toEqual({ start: 50, length: 25 });
  expect(barOf(0, [0, 0])).toEqual({ start: 0, length: 0 });
});

test("highest and lowest are named only where they differ", () => {
  expect(extremes(AREAS)?.highest.name).toBe("Ahlden");
  expect(extremes([figure("A", 1), figure("B", 1)])).toBeNull();
  expect(extremes([figure("A", null)])).toBeNull();
});
