import { expect, test } from "vitest";
import { atlas, describe, layers, made, RELEASE } from "../test/mock/atlas";
import { byTheme, contextLayer, layerFor, settle, settlePeriod, toCatalogue } from "./catalogue";

const indicators = made.map((one) => ({ ...describe(one), invented: one.invented }));
const catalogue = toCatalogue(atlas, { release: RELEASE, layers }, { release: RELEASE, indicators });
const shown = (layer: string | null, indicator: string | null) => {
  const choice = settle(catalogue, { layer, indicator });
  return [choice?.layer.id, choice?.indicator?.id];
};

test("without a wish the atlas's first view is shown", () => {
  expect(shown(null, null)).toEqual(["municipalities", "rate"]);
});

test("what does not exist gives way to the first view", () => {
  expect(shown("villages", "weather")).toEqual(["municipalities", "rate"]);
});

test("an indicator finds a layer it is published for", () => {
  expect(shown(null, "people")).toEqual(["municipalities", "people"]);
});

test("a layer that was asked for is stronger than the indicator", () => {
  expect(shown("districts", "people")).toEqual(["districts", "rate"]);
});

test("an atlas without areas has nothing to show", () => {
  expect(settle({ ...catalogue, areaLayers: [] }, { layer: null, indicator: null })).toBeNull();
});

test("a layer without indicators is shown without one", () => {
  const bare = catalogue.areaLayers.map((layer) => ({ ...layer, indicators: [] }));
  expect(settle({ ...catalogue, areaLayers: bare }, { layer: "districts", indicator: "rate" })?.indicator).toBeNull();
});

test("a year that is missing gives way to the nearest, and of two to the newer", () => {
  expect(settlePeriod([2000, 2010, 2020], 2011)).toBe(2010);
  expect(settlePeriod([2000, 2010, 2020], 2015)).toBe(2020);
  expect(settlePeriod([2000, 2010, 2020], 1990)).toBe(2000);
  expect(settlePeriod([2000, 2010, 2020], null)).toBe(2020);
  expect(settlePeriod([], 2000)).toBeNull();
  expect(settlePeriod(["2019/20", "2021/22"], "2021/22")).toBe("2021/22");
  expect(settlePeriod(["2019/20", "2021/22"], 2019)).toBe("2019/20");
  expect(settlePeriod(["2019-06-30", "2019-12-01"], "2019-07-15")).toBe("2019-06-30");
});

test("the neighbourhood comes from the layer that reaches further, and the widest has none", () => {
  const layerOf = (id: string) => catalogue.areaLayers.find((layer) => layer.id === id);
  const [municipalities, districts] = [layerOf("municipalities"), layerOf("districts")];
  if (!municipalities || !districts) throw new Error("the mock has both");
  expect(contextLayer(catalogue, municipalities)?.id).toBe("districts");
  expect(contextLayer(catalogue, districts)).toBeNull();
});

test("indicators stand under their themes, in the atlas's order, and none is lost", () => {
  const themeless = { ...catalogue, atlas: { ...atlas, themes: atlas.themes.slice(0, 1) } };
  expect(byTheme(catalogue).map(({ theme, indicators }) => [theme, indicators.length])).toEqual([
    ["people", 1],
    ["social", 2],
  ]);
  expect(byTheme(themeless).map(({ theme, indicators }) => [theme, indicators.length])).toEqual([
    ["people", 1],
    ["", 2],
  ]);
});

test("an indicator stays in the layer that is shown, if it is published there", () => {
  const districts = catalogue.areaLayers.find((layer) => layer.id === "districts");
  if (!districts) throw new Error("the mock has districts");
  expect(layerFor(catalogue, "rate", districts)?.id).toBe("districts");
  expect(layerFor(catalogue, "people", districts)?.id).toBe("municipalities");
});
