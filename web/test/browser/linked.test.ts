/** Map, list, legend and charts speak of the same areas: what is done in one is seen in all. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AtlasPage, LAPTOP, launch, PHONE } from "./atlas-page";

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

async function open(hash = "", size = LAPTOP): Promise<void> {
  atlas = await AtlasPage.open(browser, { hash, size });
  await atlas.idle();
}

const hash = () => atlas.page.evaluate(() => location.hash);
const entries = () => atlas.page.locator(".legend .entry");

describe("a class of the legend", () => {
  test("lets its areas stand out on the map, in the list and in the address, and ends with a second click", async () => {
    await open();
    const [before, rows, classes] = [await atlas.colors(), await atlas.rows(), await atlas.classes()];
    const [index, chosen] = [...classes.entries()].reverse().find(([, { count }]) => count > 0) ?? [];
    const other = classes.find(({ count }, at) => count > 0 && at !== index);
    if (index === undefined || !chosen || !other) throw new Error("two classes have areas");
    await entries().nth(index).click();
    await atlas.idle();
    await atlas.picture("class");
    expect(await atlas.rows()).toHaveLength(rows.length);
    expect(await atlas.page.locator("table.areas tbody tr:visible").count()).toBe(chosen.count);
    const after = await atlas.colors();
    // A few pixels of the colour may be in symbols and names.
    expect((after.get(other.color) ?? 0) * 5).toBeLessThan(before.get(other.color) ?? 0);
    expect(after.get(chosen.color) ?? 0).toBeGreaterThan((before.get(chosen.color) ?? 0) / 2);
    await atlas.page.waitForFunction((name) => location.hash.includes(`class=${name}`), index);
    await entries().nth(index).click();
    expect(await atlas.page.locator("table.areas tbody tr:visible").count()).toBe(rows.length);
  });
});

describe("classes made in another way", () => {
  test.each(["quantile", "equal", "jenks", "deviation"])(
    "%s: every area with a value is in one class",
    async (method) => {
      await open(`classes=${method}/5`);
      const [classes, summary] = [await atlas.classes(), await atlas.page.locator(".summary").first().innerText()];
      const numbered = Number(/(\d+) von \d+ Gebieten mit Wert/.exec(summary)?.[1]);
      expect(classes.reduce((sum, { count }) => sum + count, 0)).toBe(numbered);
      expect(classes.length).toBeGreaterThan(2);
      const colors = await atlas.colors();
      for (const { color, count } of classes.filter((entry) => entry.count > 0)) {
        expect(colors.get(color) ?? 0, `pixels of ${color}, ${count} areas`).toBeGreaterThan(0);
      }
    },
  );

  test("they are chosen in the legend, typed, stay over the series, and stand in the address", async () => {
    await open();
    await atlas.page.locator(".scheme summary").click();
    await atlas.page.locator(".scheme select").first().selectOption("jenks");
    await atlas.page.waitForFunction(() => location.hash.includes("classes=jenks/"));
    const texts = await entries().locator("> span:nth-child(2)").allInnerTexts();
    await atlas.stepYear(-1);
    expect(await entries().locator("> span:nth-child(2)").allInnerTexts()).toEqual(texts);
    await atlas.page.locator(".scheme select").first().selectOption("manual");
    const field = atlas.page.locator(".scheme input");
    await field.fill("3,5; 6");
    await field.press("Enter");
    await atlas.page.waitForFunction(() => location.hash.includes("classes=manual/3.5,6"));
    expect((await atlas.classes()).length).toBe(3);
    await field.fill("drei");
    await field.press("Enter");
    expect(await field.inputValue()).toBe("3,5; 6,0");
  });
});

describe("the charts", () => {
  test("a dot under the pointer is the same area in the list; a click opens it", async () => {
    await open("charts=on");
    const dots = atlas.page.locator(".charts circle.dot");
    await dots.first().waitFor();
    expect(await dots.count()).toBe((await atlas.rows()).filter(({ value }) => /^[\d.,]+/.test(value)).length);
    await dots.last().hover();
    const marked = atlas.page.locator("table.areas tbody tr.hovered");
    await marked.waitFor();
    const name = await marked.locator("button").innerText();
    expect(await dots.last().locator("title").textContent()).toContain(name);
    await dots.last().click();
    expect(await atlas.panelTitle()).toBe(name);
    await atlas.page.locator("figcaption", { hasText: `Verlauf: ${name}` }).waitFor();
    expect(await atlas.page.locator(".charts path.area").first().getAttribute("d")).toMatch(/^M/);
    await atlas.picture("charts-area");
  });

  test("a row under the pointer is marked in the charts", async () => {
    await open("charts=on");
    const [, second] = await atlas.rows();
    await atlas.page.locator(".charts circle.dot").first().waitFor();
    await atlas.hoverArea(second?.name ?? "");
    const marked = atlas.page.locator(".charts circle.dot.marked title");
    expect(await marked.allTextContents()).toEqual([expect.stringContaining(second?.name ?? "?")]);
    expect(await atlas.page.locator(".charts path.hovered").count()).toBe(1);
  });

  test("a class limit is moved with the keyboard and with the pointer", async () => {
    await open("charts=on");
    const limit = atlas.page.locator('.charts [role="slider"]').first();
    await limit.waitFor();
    const before = Number(await limit.getAttribute("aria-valuenow"));
    await limit.press("ArrowRight");
    await atlas.page.waitForFunction(() => location.hash.includes("classes=manual/"));
    expect(Number(await limit.getAttribute("aria-valuenow"))).toBeGreaterThan(before);
    const box = await limit.locator("circle").boundingBox();
    if (!box) throw new Error("the limit has a place");
    await atlas.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await atlas.page.mouse.down();
    await atlas.page.mouse.move(box.x - 30, box.y);
    await atlas.page.mouse.up();
    expect(Number(await limit.getAttribute("aria-valuenow"))).toBeLessThan(before);
  });

  test("they are closed and opened, and the address knows", async () => {
    await open("charts=on");
    await atlas.page.locator(".charts .close").click();
    await atlas.page.waitForFunction(() => location.hash.includes("charts=off"));
    await atlas.page.getByRole("button", { name: "Diagramme zeigen" }).click();
    await atlas.page.locator(".charts").waitFor();
    expect(await hash()).toBeDefined();
  });
});

describe("the scatter of two indicators", () => {
  test("says how many areas have both values and how many lack one, and is linked with the list", async () => {
    await open("charts=on&layer=municipalities&indicator=unemployment");
    const choice = atlas.page.locator(".scatter select");
    await choice.waitFor();
    await choice.selectOption("sgb2_rate_u15");
    await atlas.page.waitForFunction(() => location.hash.includes("against=sgb2_rate_u15"));
    const dots = atlas.page.locator(".scatter circle.dot");
    await dots.first().waitFor();
    const note = await atlas.page.locator(".scatter .note strong").innerText();
    const [, pairs, missing] = /(\d+) Gebiete? mit beiden Werten, (\d+) ohne/.exec(note) ?? [];
    expect(Number(pairs)).toBe(await dots.count());
    expect(Number(pairs) + Number(missing)).toBe((await atlas.rows()).length);
    await dots.nth(2).hover();
    const marked = atlas.page.locator("table.areas tbody tr.hovered button");
    await marked.waitFor();
    const name = await marked.innerText();
    expect(await dots.nth(2).locator("title").textContent()).toContain(name);
    expect(await atlas.page.locator(".charts circle.dot.marked").count()).toBe(2);
    await dots.nth(2).click();
    expect(await atlas.panelTitle()).toBe(name);
    await atlas.picture("scatter");
  });

  test("a second indicator that these areas do not have is none", async () => {
    await open("charts=on&layer=municipalities&against=gone");
    await atlas.page.locator(".scatter select").waitFor();
    expect(await atlas.page.locator(".scatter select").inputValue()).toBe("");
  });
});

test("the list is sorted by change", async () => {
  await open("sort=change-descending");
  const changes = await atlas.page.locator("table.areas td.change > span:first-child").allInnerTexts();
  const numbers = changes.map((text) => Number(text.replace(".", "").replace(",", ".").replace("\u2212", "-")));
  expect(numbers.length).toBeGreaterThan(1);
  expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
});

test.each([
  ["scatter", "charts=on&layer=municipalities&against=youth_ratio&lang=en", LAPTOP],
  ["scatter, phone", "charts=on&layer=municipalities&against=youth_ratio", PHONE],
  ["laptop", "charts=on&class=1&area=03358019", LAPTOP],
  ["laptop, English", "charts=on&classes=jenks/4&lang=en", LAPTOP],
  ["phone", "charts=on&classes=manual/3,6", PHONE],
] as const)("axe-core finds nothing, and nothing sticks out: %s", async (name, at, size) => {
  await open(at, size);
  await atlas.page.locator(".charts circle.dot").first().waitFor();
  await atlas.picture(`linked-${name.replaceAll(/\W+/g, "-")}`);
  expect(await atlas.violations()).toEqual([]);
  expect(await atlas.isTooWide()).toBe(false);
});
