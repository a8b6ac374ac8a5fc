import { expect, test } from "vitest";
import { atlas, facilities, layers } from "../test/mock/atlas";
import type { FacilityLayer } from "./answers";
import { existenceIn, firstCategories, shownPlaces, toPlaces, unlistedLayers } from "./facilities";

const layer = layers.find((candidate) => candidate.kind === "facility");
if (layer?.kind !== "facility") throw new Error("the mock has a facility layer");
const places = toPlaces(layer, facilities["health"] ?? []);

test("a facility is planned, open or gone", () => {
  expect(existenceIn({ opened: 2028, closed: null }, 2026)).toBe("planned");
  expect(existenceIn({ opened: 2026, closed: 2026 }, 2026)).toBe("open");
  expect(existenceIn({ opened: null, closed: 2025 }, 2026)).toBe("gone");
  expect(existenceIn({ opened: null, closed: null }, 2026)).toBe("open");
});

test("what has closed or is switched off is not listed; what is planned is", () => {
  const names = shownPlaces(places, ["health.hospital", "health.pharmacy"], 2026, "de").map(
    ({ facility }) => facility.name,
  );
  expect(names).toContain("Apotheke Grünhof");
  expect(names).not.toContain("Apotheke Jarlingen");
  const pharmacies = shownPlaces(places, ["health.pharmacy"], 2026, "de");
  expect(pharmacies.every(({ category }) => category?.id === "pharmacy")).toBe(true);
});

test("few places are all shown at first, of many only the first layer", () => {
  const second = { ...layer, id: "schools", count: 200 };
  const catalogue = (facilityLayers: FacilityLayer[]) => ({ atlas, areaLayers: [], facilityLayers, indicators: [] });
  expect(firstCategories(catalogue([layer]))).toEqual(["health.hospital", "health.pharmacy"]);
  expect(firstCategories(catalogue([layer, second]))).toEqual(["health.hospital", "health.pharmacy"]);
  expect(firstCategories(catalogue([second]))).toEqual(["schools.hospital", "schools.pharmacy"]);
});

test("a facility without a category belongs to the layer's first", () => {
  const [some] = facilities["health"] ?? [];
  if (!some) throw new Error("the mock has facilities");
  expect(toPlaces(layer, [{ ...some, category: null }])[0]?.category?.id).toBe("hospital");
});

test("a layer with very many facilities is not listed, and said to be so when it is on the map", () => {
  const huge = { ...layer, id: "cells", count: 1_000_000 };
  expect(unlistedLayers([layer, huge], ["health.hospital"])).toEqual([]);
  expect(unlistedLayers([layer, huge], ["health.hospital", "cells.hospital"])).toEqual([huge]);
});
