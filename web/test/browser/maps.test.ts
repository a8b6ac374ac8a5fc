/** Maps of changes, and several maps that look at the same place. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AtlasPage, DESKTOP, launch, PHONE, SERVER } from "./atlas-page";

let browser: Browser;
let atlas: AtlasPage;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
afterEach(async () => {
  expect(atlas.errors).toEqual([]);
  await atlas.close();
});

async function open(hash: string, size = DESKTOP): Promise<void> {
  atlas = await AtlasPage.open(browser, { hash, size });
  await atlas.idle();
  await atlas.drawn();
}

const toNumber = (text: string) =>
  Number(
    text
      .replaceAll(/[^\d,\u2212-]/g, "")
      .replace(",", ".")
      .replace("\u2212", "-"),
  );
const legendTexts = () => atlas.page.locator(".legend .classes .entry > span:nth-child(2)").allInnerTexts();

describe("the map of changes", () => {
  test("draws the difference of the two periods' values, in classes around no change", async () => {
    await open("layer=districts&indicator=unemployment_rate");
    await atlas.selectView("change");
    await atlas.address("since=");
    const [since, now] = await atlas.page.evaluate(() => {
      const part = (name: string) => new RegExp(`${name}=([^&]+)`).exec(location.hash)?.[1] ?? "";
      return [Number(part("since")), Number(document.querySelector(".years output")?.textContent)];
    });
    const values = (await (await fetch(`${SERVER}/indicators/unemployment_rate/values?layer=districts`)).json()) as {
      periods: number[];
      keys: string[];
      values: (number | null)[][];
    };
    const of = (period: number, key: string) =>
      values.values[values.periods.indexOf(period)]?.[values.keys.indexOf(key)] ?? null;
    const rows = await atlas.rows();
    expect(rows.length).toBeGreaterThan(40);
    for (const { key, value } of rows) {
      const [before, after] = [of(since ?? 0, key), of(now ?? 0, key)];
      if (before === null || after === null) expect(value).not.toMatch(/\d/);
      else expect(toNumber(value)).toBeCloseTo(Number((after - before).toFixed(1)), 5);
    }
    const classes = await atlas.classes();
    expect(classes.length).toBe(7);
    const numbered = rows.filter(({ value }) => /\d/.test(value)).length;
    expect(classes.reduce((sum, { count }) => sum + count, 0)).toBe(numbered);
    const colors = await atlas.colors();
    for (const { color, count } of classes) if (count > 0) expect(colors.get(color) ?? 0, color).toBeGreaterThan(0);
    await atlas.picture("change");
    const legend = await legendTexts();
    await atlas.stepYear(-1);
    expect(await legendTexts(), "classes hold while the slider moves").toEqual(legend);
  });

  test("a count changes in per cent", async () => {
    await open("layer=municipalities&indicator=pop_total&since=2021");
    expect(await atlas.page.locator(".legend h3").innerText()).toContain("%");
    expect(await atlas.page.locator(".subject .when").innerText()).toContain("Veränderung 2021 bis");
    expect((await atlas.classes()).length).toBe(7);
    await atlas.picture("change-count");
  });

  test("a break between the periods is named and no change is shown; the reader is led to one that can be", async () => {
    await open("layer=districts&indicator=care_places&since=2005&period=2015");
    const remark = atlas.page.locator(".choose .remark");
    expect(await remark.innerText()).toContain("Zensus 2011");
    expect(await atlas.page.locator(".subject .when").innerText()).not.toContain("Veränderung");
    await atlas.picture("change-refused");
    await remark.getByRole("button").click();
    await atlas.address("since=2011");
    expect(await remark.count()).toBe(0);
    expect(await atlas.page.locator(".subject .when").innerText()).toContain("Veränderung 2011 bis 2015");
  });
});

describe("classes around a number", () => {
  test("the larger area, the target or the median can stand in the middle, and is named with its year", async () => {
    await open("layer=districts&indicator=unemployment_rate");
    await atlas.page.locator(".scheme summary").click();
    const choice = atlas.page.locator(".scheme select").first();
    await choice.locator('option[value="around/larger"]').waitFor({ state: "attached" });
    await choice.selectOption("around/larger");
    await atlas.address("classes=around/larger");
    expect(await atlas.page.locator(".legend .hint").innerText()).toMatch(/Mitte: Niedersachsen, [\d,]+.% \(\d{4}\)/);
    expect((await atlas.classes()).length).toBe(6);
    await atlas.picture("around");
    await choice.selectOption("around/median");
    expect(await atlas.page.locator(".legend .hint").first().innerText()).toContain("Mitte: Median der Gebiete");
  });
});

describe("several maps", () => {
  test("two periods side by side have the same classes, and one follows the other", async () => {
    await open("layer=municipalities&indicator=unemployment&beside=unemployment/2011");
    expect(await atlas.page.locator(".map-title").allInnerTexts()).toEqual([
      expect.stringMatching(/20(?!11)\d\d$/),
      expect.stringMatching(/2011$/),
    ]);
    const [first, second] = await Promise.all(
      [0, 1].map((nth) => atlas.page.locator(".map canvas").nth(nth).boundingBox()),
    );
    if (!first || !second) throw new Error("there are two maps");
    expect(Math.abs(first.width - second.width)).toBeLessThan(3);
    const colors = await atlas.colors(atlas.page.locator(".map canvas").nth(1));
    const classes = await atlas.classes();
    expect(classes.some(({ color }) => (colors.get(color) ?? 0) > 100)).toBe(true);
    await atlas.picture("beside");
    // The wheel over the second map moves both.
    const before = await atlas.colors(atlas.page.locator(".map canvas").first());
    await atlas.page.mouse.move(second.x + second.width / 2, second.y + second.height / 2);
    await atlas.page.mouse.wheel(0, -600);
    await atlas.address("map=");
    await atlas.drawn();
    const after = await atlas.colors(atlas.page.locator(".map canvas").first());
    expect([...after]).not.toEqual([...before]);
  });

  test("a hover in the list is seen on both maps, and borders are fetched once", async () => {
    await open("layer=municipalities&indicator=unemployment");
    atlas.forget();
    await atlas.selectView("beside");
    await atlas.page.locator(".map").nth(1).waitFor();
    await atlas.drawn();
    expect(atlas.asked("/indicators").length).toBeLessThanOrEqual(2);
    const [row] = await atlas.rows();
    const canvas = (nth: number) => atlas.page.locator(".map canvas").nth(nth);
    const before = await Promise.all([0, 1].map(async (nth) => (await atlas.colors(canvas(nth))).get("20,50,60") ?? 0));
    await atlas.hoverArea(row?.name ?? "");
    const after = await Promise.all([0, 1].map(async (nth) => (await atlas.colors(canvas(nth))).get("20,50,60") ?? 0));
    for (const nth of [0, 1]) expect(after[nth] ?? 0, `map ${nth}`).toBeGreaterThan(before[nth] ?? 0);
  });

  test("up to four maps; each can be taken away; one of another indicator has a legend of its own", async () => {
    await open("layer=municipalities&indicator=unemployment");
    await atlas.selectView("beside");
    const add = atlas.page.getByRole("button", { name: "Noch eine Karte" });
    await add.click();
    await add.click();
    await atlas.page.locator(".second").nth(2).locator("select").first().selectOption("old_age_ratio");
    await atlas.page.locator(".small-legend").waitFor();
    expect(await atlas.page.locator(".map").count()).toBe(4);
    expect(await add.count()).toBe(0);
    await atlas.drawn();
    await atlas.picture("four-maps");
    await atlas.page.getByRole("button", { name: "3. Karte entfernen" }).click();
    expect(await atlas.page.locator(".map").count()).toBe(3);
  });

  test("the slider over two maps is moved with the keyboard and uncovers the second one", async () => {
    await open("layer=municipalities&indicator=unemployment&beside=old_age_ratio&swipe=on");
    const slider = atlas.page.locator("input.swipe");
    const clip = () => atlas.page.locator(".place.other").evaluate((part) => getComputedStyle(part).clipPath);
    expect(await clip()).toContain("50%");
    await slider.focus();
    await slider.press("Home");
    expect(await clip()).toMatch(/inset\(0(px|%)?\)|0%/);
    await slider.press("End");
    expect(await clip()).toContain("100%");
    await slider.press("PageDown");
    await atlas.picture("swipe");
  });

  test("an indicator that these areas do not have is said on its map", async () => {
    await open("layer=municipalities&indicator=unemployment&beside=gone_indicator");
    await atlas.page.locator(".place.other [role=alert]").waitFor();
    expect((await atlas.rows()).length).toBeGreaterThan(0);
  });
});

test.each([
  ["change", "layer=districts&indicator=unemployment_rate&since=2011", DESKTOP],
  ["change, English", "layer=municipalities&indicator=pop_total&since=2021&lang=en", PHONE],
  ["refused", "layer=districts&indicator=care_places&since=2005&period=2015", PHONE],
  ["around", "layer=districts&indicator=unemployment_rate&classes=around/larger", DESKTOP],
  ["beside", "layer=municipalities&indicator=unemployment&beside=old_age_ratio", PHONE],
  [
    "beside, English",
    "layer=municipalities&indicator=unemployment&beside=old_age_ratio,unemployment/2011&lang=en",
    DESKTOP,
  ],
  ["swipe", "layer=municipalities&indicator=unemployment&beside=unemployment/2007&swipe=on", DESKTOP],
  ["swipe, English", "layer=municipalities&indicator=unemployment&beside=unemployment/2007&swipe=on&lang=en", PHONE],
] as const)("axe-core finds nothing, and nothing sticks out: %s", async (name, hash, size) => {
  await open(hash, size);
  await atlas.picture(`maps-${name.replaceAll(/\W+/g, "-")}-${size.width}`);
  expect(await atlas.violations()).toEqual([]);
  expect(await atlas.isTooWide()).toBe(false);
});
