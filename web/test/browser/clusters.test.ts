/** Facilities too close for a zoom: discs with their number, which open; and every symbol of the catalogue. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LayersAnswer } from "../../src/answers";
import { AtlasPage, LAPTOP, launch, PHONE } from "./atlas-page";
import { at, catalogueCategories, hasProgram, type Place, RealAtlas } from "./real-atlas";

const CATEGORIES = catalogueCategories();

/** One place of each category. */
const grid: Place[] = CATEGORIES.map((category, index) => ({
  category,
  ...at(0.06 + (index % 8) * 0.125, 0.1 + Math.floor(index / 8) * 0.15),
}));
/** Forty pharmacies and two libraries in one town. */
const crowd: Place[] = Array.from({ length: 42 }, (_, index) => ({
  category: index < 40 ? "pharmacy" : "library",
  ...at(0.9 + (index % 7) * 0.0024, 0.9 + Math.floor(index / 7) * 0.004),
}));

describe.skipIf(!hasProgram)("clusters and symbols", () => {
  let browser: Browser;
  let real: RealAtlas;

  beforeAll(async () => {
    real = new RealAtlas({
      places: { places: grid, points: "all" },
      crowd: { places: crowd, points: "cluster", symbols: { library: "star" } },
    });
    [browser] = await Promise.all([launch(), real.serve()]);
  });
  afterAll(() => Promise.all([browser.close(), real.close()]));

  const all = CATEGORIES.map((category) => `places.${category}`).join(",");
  const [spot, middle] = [at(0.9, 0.9), at(0.6, 0.42)];
  const open = async (hash: string, size = LAPTOP) => {
    const atlas = await AtlasPage.open(browser, { hash, size, server: real.url });
    await atlas.idle();
    return atlas;
  };

  test("the server has all 38 categories, each with a symbol of the sprite", async () => {
    const { layers } = (await (await fetch(`${real.url}/layers`)).json()) as LayersAnswer;
    const layer = layers.find((candidate) => candidate.id === "places");
    const index = (await (await fetch(`${real.url}/sprites/atlas.json`)).json()) as object;
    expect(CATEGORIES.length).toBe(38);
    const categories = layer?.kind === "facility" ? layer.categories : [];
    expect(categories.map(({ id }) => id).sort()).toEqual([...CATEGORIES].sort());
    for (const { symbol } of categories) expect(index).toHaveProperty(symbol);
  });

  test("a crowd is a disc with its number, and a click opens it", async () => {
    const atlas = await open(`show=crowd.pharmacy&map=10.5/${spot.lat.toFixed(4)}/${spot.lon.toFixed(4)}`);
    await atlas.picture("cluster-closed");
    expect(await atlas.pointAt(spot)).toContain("40 Einrichtungen");
    // The disc has the colour of the catalogue's health facilities mixed with others: ink, with a white number.
    const ink = (await atlas.colors()).get("20,50,60") ?? 0;
    expect(ink).toBeGreaterThan(150);
    await atlas.clickPlace(spot);
    await atlas.page.waitForFunction(() => Number(/map=([\d.]+)/.exec(location.hash)?.[1]) > 12);
    await atlas.idle();
    await atlas.picture("cluster-open");
    expect(await atlas.pointAt(spot)).toContain("Ort 0\n");
    expect(await atlas.pointAt(crowd[35] ?? spot)).toContain("Ort 35\n");
    await atlas.clickPlace(spot);
    expect(await atlas.panelTitle()).toBe("Ort 0");
    expect(atlas.errors).toEqual([]);
    await atlas.close();
  });

  test("a disc counts only what is switched on", async () => {
    const atlas = await open(`show=crowd.library&map=9.5/${spot.lat.toFixed(4)}/${spot.lon.toFixed(4)}`);
    expect(await atlas.pointAt(spot)).toContain("2 Einrichtungen");
    await atlas.close();
  });

  test("a built-in symbol is seen in the legend: white on the category's colour", async () => {
    const atlas = await open("show=crowd.library");
    const symbol = (await atlas.facilityLegend()).locator("label", { hasText: "Bibliothek" }).locator(".symbol");
    const colors = await atlas.colors(symbol);
    expect(colors.get("31,102,128") ?? 0).toBeGreaterThan(80);
    expect(colors.get("255,255,255") ?? 0).toBeGreaterThan(15);
    await atlas.close();
  });

  test.each([
    ["desktop", LAPTOP, 9.4, 38],
    ["phone", PHONE, 9.3, 20],
  ] as const)("symbols of the catalogue are on the map where their places are: %s", async (name, size, zoom, least) => {
    const atlas = await open(`show=${all}&map=${zoom}/${middle.lat.toFixed(4)}/${middle.lon.toFixed(4)}`, size);
    await atlas.picture(`symbols-${name}`);
    const said: string[] = [];
    for (const place of grid) said.push(await atlas.pointAt(place));
    expect(said.filter((text, index) => text.includes(`Ort ${index}`)).length).toBeGreaterThanOrEqual(least);
    expect(atlas.errors).toEqual([]);
    await atlas.close();
  });
});
