/**
 * MapLibre GL JS draws MapLibre Tiles of the server as it draws its vector tiles: the same features, the same picture.
 * It decodes them with its own code, which is not the code that writes them.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Map as LibraryMap } from "maplibre-gl";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AtlasAnswer, IndicatorsAnswer, LayersAnswer } from "../../src/answers";
import { launch, SERVER } from "./atlas-page";

const MLT = "application/vnd.maplibre-tile";
const LIBRARY = createRequire(import.meta.url)
  .resolve("maplibre-gl/dist/maplibre-gl.mjs")
  .replace(/[^/]*$/, "");

const PAGE = `<!doctype html>
<style>html, body, #map { margin: 0; width: 100%; height: 100%; }</style>
<div id="map"></div>
<script type="module">
  import { Map, setWorkerUrl } from "/library/maplibre-gl.mjs";
  setWorkerUrl("/library/maplibre-gl-worker.mjs");
  globalThis.show = (style, bounds) => new Promise((resolve, reject) => {
    const map = new Map({ container: "map", style, bounds, fadeDuration: 0, attributionControl: false });
    map.on("error", ({ error }) => reject(error));
    map.once("idle", () => resolve((globalThis.map = map)));
  });
</script>`;

/** What a page knows; its script is above. */
interface Shown {
  map: LibraryMap;
  show(style: unknown, bounds: unknown): Promise<LibraryMap>;
}

/** What a map of one source holds, shows and looks like. */
interface Drawn {
  held: string[];
  shown: string[];
  picture: string;
  types: Set<string>;
}

let browser: Browser;
let about: AtlasAnswer;
let layer: LayersAnswer["layers"][number] | undefined;
let indicators: string[];

async function ask<T>(path: string): Promise<T> {
  return (await fetch(`${SERVER}${path}`)).json() as Promise<T>;
}

// the made-up atlas of test/mock is no server: it numbers no requests and has no MapLibre Tiles
const isServer = (await fetch(`${SERVER}/atlas`)).headers.has("x-request-id");

beforeAll(async () => {
  browser = await launch();
  const [layers, known] = await Promise.all([ask<LayersAnswer>("/layers"), ask<IndicatorsAnswer>("/indicators")]);
  about = await ask<AtlasAnswer>("/atlas");
  layer = layers.layers.find(({ id }) => id === about.view.layer);
  const published = layer?.kind === "area" ? layer.indicators : [];
  indicators = known.indicators.map(({ id }) => id).filter((id) => published.includes(id));
});
afterAll(() => browser.close());

async function serveLibrary(page: Page): Promise<void> {
  await page.route("**/library/page.html", (route) => route.fulfill({ contentType: "text/html", body: PAGE }));
  await page.route("**/library/*.mjs", (route) => {
    const name = new URL(route.request().url()).pathname.split("/").pop() ?? "";
    return route.fulfill({ contentType: "text/javascript", body: readFileSync(LIBRARY + name, "utf8") });
  });
}

/** Areas coloured by a figure, with borders and names: an area with a small figure is yellow, one with a great red. */
function style(source: object, indicator: string) {
  const id = layer?.id ?? "";
  const color = ["interpolate", ["linear"], ["coalesce", ["get", indicator], 0], 0, "#ffffb2", 20000, "#bd0026"];
  return {
    version: 8,
    sources: { atlas: { type: "vector", ...source } },
    layers: [
      { id: "areas", type: "fill", source: "atlas", "source-layer": id, paint: { "fill-color": color } },
      { id: "borders", type: "line", source: "atlas", "source-layer": id, paint: { "line-color": "#333333" } },
      {
        id: "names",
        type: "symbol",
        source: "atlas",
        "source-layer": `${id}_label`,
        layout: { "text-field": ["get", "name"], "text-size": 12 },
      },
    ],
  };
}

async function draw(source: object): Promise<Drawn> {
  const page = await (await browser.newContext({ viewport: { width: 900, height: 700 } })).newPage();
  const types = new Set<string>();
  page.on("response", (response) => {
    if (/\/tiles\/[^/]+\/\d+\//.test(response.url()) && response.status() === 200) {
      types.add(response.headers()["content-type"] ?? "");
    }
  });
  await serveLibrary(page);
  await page.goto(`${SERVER}/library/page.html`);
  await page.waitForFunction(() => "show" in globalThis);
  await page.evaluate(
    async ([style, bounds]) => {
      const { show } = globalThis as unknown as Shown;
      await show(style, bounds);
    },
    [style(source, indicators[0] ?? ""), about.view.bounds ?? undefined] as const,
  );
  const features = await page.evaluate((id) => {
    const { map } = globalThis as unknown as Shown;
    const text = (features: { id?: unknown; geometry: unknown; properties: object }[]) =>
      features.map(({ id, geometry, properties }) => {
        const sorted = Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1));
        return JSON.stringify([id, geometry, sorted]);
      });
    return {
      held: [id, `${id}_label`]
        .flatMap((sourceLayer) => text(map.querySourceFeatures("atlas", { sourceLayer })))
        .sort(),
      shown: text(map.queryRenderedFeatures()),
    };
  }, layer?.id ?? "");
  const picture = await page.locator("canvas").screenshot();
  await page.context().close();
  return { ...features, picture: picture.toString("base64"), types };
}

test.skipIf(!isServer)("MapLibre Tiles hold, show and look like the vector tiles", async () => {
  const query = `indicators=${indicators.slice(0, 16).join(",")}&years=all`;
  const tilejson = `${SERVER}/tiles/${layer?.id}?${query}`;
  const vector = await draw({ url: tilejson });
  expect(vector.types).toEqual(new Set(["application/vnd.mapbox-vector-tile"]));
  expect(vector.held.length).toBeGreaterThan(10);
  expect(vector.shown.length).toBeGreaterThan(10);

  // TileJSON alone says that the tiles are MapLibre Tiles
  const described = await draw({ url: `${tilejson}&f=mlt` });
  // the style says it, and the address does not: `Accept` decides
  const accepted = await draw({ url: tilejson, encoding: "mlt" });
  for (const drawn of [described, accepted]) {
    expect(drawn.types).toEqual(new Set([MLT]));
    expect(drawn.held).toEqual(vector.held);
    expect(drawn.shown).toEqual(vector.shown);
    expect(drawn.picture === vector.picture, "the same picture").toBe(true);
  }
});
