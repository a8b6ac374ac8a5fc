import { expect, test } from "vitest";
import { layers } from "../../test/mock/atlas";
import type { AreaFigure } from "../series";
import { paintOf } from "./scene";
import { facilityClusters, facilityFilter } from "./style";

const CLASSES = { limits: [4], colors: ["#aaaaaa", "#bbbbbb"], range: [0, 8] as [number, number] };
const figure = (number: number | null, state: AreaFigure["state"]): AreaFigure => ({
  key: "1",
  id: 1,
  name: "A",
  number,
  state,
});

test("an area has a colour, a circle or a pattern, never two of them", () => {
  expect(paintOf(figure(5, "exact"), { classes: CLASSES, measure: "ratio", chosen: null })).toEqual({
    color: "#bbbbbb",
    pattern: null,
    radius_px: 0,
    isDimmed: false,
  });
  expect(paintOf(figure(8, "exact"), { classes: CLASSES, measure: "count", chosen: null })).toEqual({
    color: null,
    pattern: null,
    radius_px: 34,
    isDimmed: false,
  });
  expect(paintOf(figure(null, "suppressed"), { classes: CLASSES, measure: "ratio", chosen: null })).toEqual({
    color: null,
    pattern: "suppressed",
    radius_px: 0,
    isDimmed: false,
  });
  expect(paintOf(figure(0, "zero"), { classes: CLASSES, measure: "count", chosen: null })).toEqual({
    color: null,
    pattern: "zero",
    radius_px: 0,
    isDimmed: false,
  });
});

test("only categories that are switched on pass the filter", () => {
  const layer = layers.find((candidate) => candidate.kind === "facility");
  if (layer?.kind !== "facility") throw new Error("the mock has a facility layer");
  expect(JSON.stringify(facilityFilter(layer, ["health.pharmacy"], 2026))).toContain('["literal",["pharmacy"]]');
});

test("a layer has clusters only where the server makes them, and they count what is switched on", () => {
  const layer = layers.find((candidate) => candidate.kind === "facility");
  if (layer?.kind !== "facility") throw new Error("the mock has a facility layer");
  expect(facilityClusters(layer, ["health.pharmacy"])).toEqual([]);
  const [discs, counts] = facilityClusters({ ...layer, points: "cluster", exact_from: 14 }, ["health.pharmacy"]);
  const count = ["+", 0, ["coalesce", ["get", "count:pharmacy"], 0]];
  expect(discs).toMatchObject({ type: "circle", filter: ["all", ["has", "cluster"], [">", count, 0]] });
  expect(counts?.type).toBe("symbol");
});

test("an area is dimmed where others stand out", () => {
  const shown = { classes: CLASSES, measure: "ratio" as const, chosen: new Set([99]) };
  expect(paintOf({ ...figure(8, "exact"), id: 99 }, shown).isDimmed).toBe(false);
  expect(paintOf({ ...figure(8, "exact"), id: 98 }, shown).isDimmed).toBe(true);
});
