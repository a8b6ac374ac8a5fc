/** What the page promises, in a real browser. Runs against any atlas with areas, an indicator over years and facilities. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { AtlasAnswer, IndicatorsAnswer, LayersAnswer } from "../../src/answers";
import { AtlasPage, LAPTOP, launch, PHONE, SERVER } from "./atlas-page";

let browser: Browser;
let atlas: AtlasPage;
let about: AtlasAnswer;
let layers: LayersAnswer;
let indicators: IndicatorsAnswer;

async function ask<T>(path: string): Promise<T> {
  return (await fetch(`${SERVER}${path}`)).json() as Promise<T>;
}

async function open(options: Parameters<typeof AtlasPage.open>[1] = {}): Promise<void> {
  atlas = await AtlasPage.open(browser, options);
  await atlas.idle();
}

interface Options {
  area?: boolean;
  hash?: string;
  size?: { width: number; height: number };
}

/** An indicator that counts, in some area layer. */
function countIndicator() {
  return indicators.indicators.find(
    ({ id, measure }) =>
      measure === "count" && layers.layers.some((layer) => layer.kind === "area" && layer.indicators.includes(id)),
  );
}

beforeAll(async () => {
  browser = await launch();
  [about, layers, indicators] = await Promise.all([
    ask<AtlasAnswer>("/atlas"),
    ask<LayersAnswer>("/layers"),
    ask<IndicatorsAnswer>("/indicators"),
  ]);
});
afterAll(() => browser.close());
afterEach(async () => {
  expect(atlas.errors).toEqual([]);
  await atlas.close();
});

describe("the first map", () => {
  test("shows the atlas's first view, its title, notice and release", async () => {
    await open();
    expect(await atlas.page.locator("h1").innerText()).toBe(about.title.de);
    expect(await atlas.indicatorShown()).toBe(about.view.indicator);
    expect(await atlas.page.locator("footer").innerText()).toContain(about.release);
    if (about.notice) expect(await atlas.page.locator(".notice").innerText()).toContain(about.notice.de);
  });

  test("paints every class of the legend that has areas, and talks to nobody else", async () => {
    await open();
    const [classes, colors] = [await atlas.classes(), await atlas.colors()];
    expect(classes.length).toBeGreaterThan(1);
    for (const { color, count } of classes.filter((entry) => entry.count > 0)) {
      expect(colors.get(color) ?? 0, `pixels of ${color}, ${count} areas`).toBeGreaterThan(0);
    }
    const strangers = atlas.requests.filter((url) => !url.startsWith(SERVER) && !/^(data|blob):/.test(url));
    expect(strangers).toEqual([]);
  });

  test("lists every area of the layer", async () => {
    await open();
    const layer = layers.layers.find(({ id }) => id === about.view.layer);
    expect((await atlas.rows()).length).toBe(layer?.count);
  });
});

describe("changing what is shown", () => {
  test("another year changes colours and list, and fetches no tile and no values", async () => {
    await open();
    const [year, colors, rows, classes] = [
      await atlas.year(),
      await atlas.colors(),
      await atlas.rows(),
      await atlas.classes(),
    ];
    atlas.forget();
    await atlas.stepYear(-1);
    expect(await atlas.year()).toBeLessThan(year);
    const after = await atlas.colors();
    const changed = classes.filter(({ color }) => colors.get(color) !== after.get(color));
    expect(changed.length).toBeGreaterThan(0);
    expect(await atlas.rows()).not.toEqual(rows);
    expect((await atlas.classes()).map(({ color }) => color)).toEqual(classes.map(({ color }) => color));
    const icon = `${SERVER}/favicon.svg`;
    expect(atlas.requests.filter((url) => url !== icon)).toEqual([]);
  });

  test("another indicator fetches values, but no tile", async () => {
    await open();
    const layer = layers.layers.find(({ id }) => id === about.view.layer);
    const other = layer?.kind === "area" ? layer.indicators.find((id) => id !== about.view.indicator) : undefined;
    if (other === undefined) return;
    const title = await atlas.title();
    atlas.forget();
    await atlas.selectIndicator(other);
    expect(await atlas.title()).not.toBe(title);
    expect(atlas.asked("/tiles")).toEqual([]);
    expect(atlas.asked(`/indicators/${other}/values`).length).toBe(1);
  });

  test("a count is drawn as circles, not as coloured areas", async () => {
    const count = countIndicator();
    if (!count) return open();
    await open({ hash: `indicator=${count.id}` });
    expect(await atlas.page.locator(".legend .circles circle").count()).toBeGreaterThan(0);
    expect(await atlas.classes()).toEqual([]);
    // The circles' colour lies on paper with 72 % opacity: rgb(47 111 143) on rgb(251 250 246).
    const blue = [...(await atlas.colors())].filter(([color]) => {
      const [r = 0, g = 0, b = 0] = color.split(",").map(Number);
      return Math.abs(r - 104) < 4 && Math.abs(g - 150) < 4 && Math.abs(b - 172) < 4;
    });
    expect(blue.reduce((sum, [, pixels]) => sum + pixels, 0)).toBeGreaterThan(100);
  });

  test("another layer shows its own areas", async () => {
    await open();
    const other = layers.layers.find((layer) => layer.kind === "area" && layer.id !== about.view.layer);
    if (!other) return;
    await atlas.selectLayer(other.id);
    const rows = await atlas.rows();
    expect(rows.length).toBe(other.count);
  });

  test("playing goes through the years and stops at the last", async () => {
    await open({ calm: false });
    const last = await atlas.year();
    await atlas.play();
    await atlas.page.waitForFunction(
      (year) => document.querySelector(".years output")?.textContent !== String(year),
      last,
    );
    expect(await atlas.year()).toBeLessThan(last);
    await atlas.play();
    const stopped = await atlas.year();
    await atlas.page.waitForTimeout(1500);
    expect(await atlas.year()).toBe(stopped);
  });
});

describe("list and map", () => {
  test("the list is sorted by value, by name, and in both directions", async () => {
    await open();
    const names = (await atlas.rows()).map((row) => row.name);
    await atlas.sortBy("name");
    const byName = (await atlas.rows()).map((row) => row.name);
    expect(byName).toEqual(names.toSorted(new Intl.Collator("de-DE", { numeric: true }).compare));
    await atlas.sortBy("name");
    expect((await atlas.rows()).map((row) => row.name)).toEqual(byName.toReversed());
    expect(await atlas.page.locator('th[aria-sort="descending"]').count()).toBe(1);
  });

  test("an area under the pointer in the list is outlined on the map", async () => {
    await open();
    const ink = "20,50,60";
    const before = (await atlas.colors()).get(ink) ?? 0;
    const [first] = await atlas.rows();
    await atlas.hoverArea(first?.name ?? "");
    expect((await atlas.colors()).get(ink) ?? 0).toBeGreaterThan(before + 50);
  });

  test("an area opens its figures, and Escape closes them", async () => {
    await open();
    const [first] = await atlas.rows();
    await atlas.openArea(first?.name ?? "");
    expect(await atlas.panelTitle()).toBe(first?.name);
    expect(await atlas.panelText()).toContain(first?.key);
    expect(await atlas.page.locator(".panel .sparkline").count()).toBeGreaterThan(0);
    expect(await atlas.page.evaluate(() => document.activeElement?.id)).toBe("panel-title");
    await atlas.page.keyboard.press("Escape");
    expect(await atlas.page.locator(".panel").count()).toBe(0);
    expect(await atlas.page.evaluate(() => document.activeElement?.textContent)).toBe(first?.name);
  });

  test("a click on the map opens the area that lies there", async () => {
    await open();
    const box = await atlas.page.locator(".map canvas").boundingBox();
    if (!box) throw new Error("the map has a size");
    // From the middle outwards until an area is hit: what lies where depends on the atlas.
    for (const [dx, dy] of [
      [0, 0],
      [-0.1, 0.1],
      [-0.1, -0.1],
      [-0.2, 0],
      [0.05, -0.15],
    ] as const) {
      await atlas.page.mouse.click(box.x + box.width * (0.42 + dx), box.y + box.height * (0.5 + dy));
      await atlas.page.waitForTimeout(300);
      if ((await atlas.page.locator(".panel").count()) > 0) break;
    }
    expect((await atlas.panelTitle()).length).toBeGreaterThan(0);
  });

  test("facilities are listed, can be switched off, and open", async () => {
    await open();
    if (!layers.layers.some((layer) => layer.kind === "facility")) return;
    await atlas.showFacilityList();
    const names = await atlas.facilities();
    await atlas.openFacility(names[0] ?? "");
    expect(await atlas.panelTitle()).toBe(names[0]);
    await atlas.page.keyboard.press("Escape");
    await atlas.toggleFacilities(0);
    expect((await atlas.page.locator("table.facilities tbody tr").count()) < names.length).toBe(true);
  });
});

describe("the address", () => {
  test("opens the same map again", async () => {
    await open();
    await atlas.stepYear(-1);
    const [first] = await atlas.rows();
    await atlas.openArea(first?.name ?? "");
    await atlas.speak("en");
    await atlas.page.waitForFunction(() => location.hash.includes("lang=en") && location.hash.includes("area="));
    const [year, hash] = [await atlas.year(), await atlas.page.evaluate(() => location.hash.slice(1))];
    await atlas.close();
    await open({ hash });
    expect(await atlas.year()).toBe(year);
    expect(await atlas.panelTitle()).toBe(first?.name);
    expect(await atlas.page.evaluate(() => document.documentElement.lang)).toBe("en");
  });

  test("that is damaged still opens a map", async () => {
    await open({ hash: "layer=%E0%A4&indicator=nonsense&year=abcd&map=1/2&area=%&sort=up" });
    expect(await atlas.indicatorShown()).toBe(about.view.indicator);
  });
});

describe("for everyone", () => {
  test("all texts change with the language", async () => {
    await open();
    const german = await atlas.page.locator("main").innerText();
    await atlas.speak("en");
    expect(await atlas.page.locator("h1").innerText()).toBe(about.title.en);
    const english = await atlas.page.locator("main").innerText();
    expect(english).toContain("Legend");
    for (const word of ["Legende", "Gebiete", "Höchster", "Quelle", "unter "]) {
      expect(german).toContain(word);
      expect(english).not.toContain(word);
    }
  });

  test.each<[string, Options]>([
    ["desktop", {}],
    ["laptop, with an area open", { size: LAPTOP, area: true }],
    ["facilities", { hash: "list=facilities" }],
    ["English", { hash: "lang=en" }],
    ["phone", { size: PHONE }],
    ["phone, with an area open", { size: PHONE, area: true }],
  ])("axe-core finds nothing to object: %s", async (_, { area, ...options }: Options) => {
    await open(options);
    if (area) {
      const [first] = await atlas.rows();
      await atlas.openArea(first?.name ?? "");
      await atlas.panelText();
    }
    expect(await atlas.violations()).toEqual([]);
  });

  test("on a phone nothing sticks out", async () => {
    await open({ size: PHONE });
    expect(await atlas.isTooWide()).toBe(false);
    const [first] = await atlas.rows();
    await atlas.openArea(first?.name ?? "");
    await atlas.panelText();
    expect(await atlas.isTooWide()).toBe(false);
  });

  test("the first stop of the keyboard leads past everything to the list", async () => {
    await open();
    await atlas.page.keyboard.press("Tab");
    await atlas.page.keyboard.press("Enter");
    expect(await atlas.page.evaluate(() => document.activeElement?.id)).toBe("list");
  });
});
