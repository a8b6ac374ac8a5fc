/** The pages in the place of the map: one area, several areas, how an indicator is made. On paper, too. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
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
}

interface Profile {
  name: string;
  parent: { layer: string; key: string } | null;
  indicators: { id: string; title: { de: string }; values: (number | null)[] }[];
  facilities: { layer: string; keys: string[] | null }[];
}

async function profile(layer: string, key: string): Promise<Profile> {
  return (await (await fetch(`${SERVER}/areas/${layer}/${key}`)).json()) as Profile;
}

const headings = () => atlas.page.locator(".sheet thead").first().locator("th").allInnerTexts();

/** How many pages a print has. */
async function printed(name: string): Promise<number> {
  const pdf = await atlas.page.pdf({ preferCSSPageSize: true, printBackground: false });
  const folder = process.env["KREISEL_PICTURES"];
  if (folder) writeFileSync(join(folder, `${name}.pdf`), pdf);
  const written = pdf.toString("latin1");
  expect(written).toMatch(/\/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]/);
  return written.match(/\/Type \/Page\b(?!s)/g)?.length ?? 0;
}

describe("the sheet of an area", () => {
  test("has every indicator, the county and the state beside it, and the facilities in it", async () => {
    await open("layer=municipalities&area=03358008&page=area");
    await atlas.sheet();
    const own = await profile("municipalities", "03358008");
    const text = await atlas.sheetText();
    for (const { title, values } of own.indicators) {
      if (values.some((value) => value !== null)) expect(text).toContain(title.de);
    }
    expect(await headings()).toEqual(expect.arrayContaining(["Heidekreis", "Niedersachsen"]));
    const inside = own.facilities.flatMap(({ keys }) => keys ?? []);
    expect(inside.length).toBeGreaterThan(0);
    const counted = await atlas.page.locator(".inside b").allInnerTexts();
    const sum = counted.reduce((all, line) => all + Number(/\((\d+)\)/.exec(line)?.[1]), 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThanOrEqual(inside.length);
    await atlas.picture("sheet-area");
  });

  test("is opened from the panel, prints to at most two pages of A4, and leads back to the map", async () => {
    await open("layer=municipalities&area=03358008");
    await atlas.idle();
    await atlas.page.getByRole("button", { name: "Als Seite zum Drucken" }).click();
    await atlas.sheet();
    await atlas.address("page=area");
    expect(await printed("sheet-area")).toBeLessThanOrEqual(2);
    await atlas.page.getByRole("button", { name: "Zurück zur Karte" }).click();
    await atlas.idle();
    expect(await atlas.panelTitle()).toBe((await profile("municipalities", "03358008")).name);
  });

  test.each([
    ["page=area", "Wählen Sie ein Gebiet"],
    ["page=area&area=99999999", "nicht"],
    ["page=compare&compare=99999999", "99999999"],
  ])("%s: a link that leads nowhere is said, with a way on", async (hash, sentence) => {
    await open(hash);
    await atlas.page.getByText(sentence).first().waitFor();
    await atlas.page.getByRole("button", { name: "Zurück zur Karte" }).click();
    await atlas.idle();
  });
});

describe("the method sheet", () => {
  test("says how the indicator is made, and gives its figures as CSV", async () => {
    await open("layer=districts&indicator=care_places");
    await atlas.idle();
    await atlas.page.locator("details.about summary").click();
    await atlas.page.getByRole("button", { name: "Methodenblatt" }).click();
    await atlas.sheet();
    const text = await atlas.sheetText();
    for (const word of ["care_places", "pop_total", "Zensus 2011", "dl-de/by-2-0", "Soziales"])
      expect(text).toContain(word);
    const link = atlas.page.locator(".sheet a[download]").first();
    const answer = await fetch((await link.getAttribute("href")) ?? "");
    expect(answer.headers.get("content-type")).toContain("text/csv");
    expect((await answer.text()).split("\n").length).toBeGreaterThan(100);
    expect(await printed("sheet-method")).toBe(1);
    await atlas.picture("sheet-method");
  });
});

describe("areas side by side", () => {
  test("two areas are chosen in the panel and compared with the county; the address keeps them", async () => {
    await open("layer=municipalities&indicator=unemployment&area=03358008");
    await atlas.idle();
    await atlas.page.getByRole("button", { name: "Zum Vergleich hinzufügen" }).click();
    await atlas.page.getByRole("button", { name: "Zum Vergleich (1)" }).click();
    await atlas.sheet();
    await atlas.page.getByText("Wählen Sie zwei bis fünf Gebiete").waitFor();
    await atlas.page.locator(".choice select").first().selectOption("03358019");
    await atlas.address("compare=03358008,03358019");
    const [one, other] = [await profile("municipalities", "03358008"), await profile("municipalities", "03358019")];
    await atlas.page.locator("table.compared th", { hasText: other.name }).waitFor();
    const heads = (await headings()).map((text) => text.replaceAll(/[×\s]+/g, " ").trim());
    expect(heads).toEqual(["Indikator", "Zeitraum", one.name, other.name, "Zusammen", "Heidekreis"]);
    expect(await atlas.page.locator("figure path").count()).toBeGreaterThanOrEqual(3);
    await atlas.page.locator(".choice select").nth(1).selectOption("median");
    await atlas.address("benchmark=median");
    expect((await headings()).at(-1)).toContain("Median");
    await atlas.picture("compare");
    await atlas.page.reload();
    await atlas.page.locator("table.compared th", { hasText: other.name }).waitFor();
    expect((await headings()).at(-1)).toContain("Median");
  });

  test("what stands together is the sum of counts, and nothing of ratios", async () => {
    await open("layer=municipalities&page=compare&compare=03358008,03358019");
    await atlas.page.locator("table.compared tbody td").first().waitFor();
    const row = async (title: string) => {
      const cells = await atlas.page
        .locator("table.compared tbody tr:not(.theme)", { hasText: title })
        .first()
        .locator("td")
        .allInnerTexts();
      return cells.slice(1).map((text) => Number(text.replaceAll(/[^\d,]/g, "").replace(",", ".")));
    };
    const [first = 0, second = 0, sum] = await row("Bevölkerung");
    expect(sum).toBe(first + second);
    expect(sum).toBeGreaterThan(1000);
    const cells = await atlas.page
      .locator("table.compared tbody tr:not(.theme)", { hasText: "Jugendquotient" })
      .locator("td")
      .allInnerTexts();
    expect(cells[3]?.trim()).toBe("");
  });

  test("five areas are the most, and it prints", async () => {
    await open("layer=municipalities&page=compare&compare=03358001,03358002,03358006,03358008,03358016,03358019");
    await atlas.page.locator("table.compared tbody td").first().waitFor();
    expect((await headings()).length).toBe(9);
    await atlas.page.getByText("Mehr als fünf").waitFor();
    expect(await printed("compare")).toBeLessThanOrEqual(2);
  });
});

test.each([
  ["area", "layer=municipalities&area=03358008&page=area", DESKTOP],
  ["area, English", "layer=municipalities&area=03358008&page=area&lang=en", PHONE],
  ["method", "layer=districts&indicator=care_places&page=method", PHONE],
  ["method, English", "layer=districts&indicator=care_places&page=method&lang=en", DESKTOP],
  ["compare", "layer=municipalities&page=compare&compare=03358008,03358019,03358001", PHONE],
  ["compare, English", "layer=municipalities&page=compare&compare=03358008,03358019,03358001&lang=en", DESKTOP],
  ["compare nothing", "layer=municipalities&page=compare", DESKTOP],
] as const)("axe-core finds nothing, and nothing sticks out: %s", async (name, hash, size) => {
  await open(hash, size);
  await atlas.sheet();
  await atlas.page.waitForLoadState("networkidle");
  await atlas.picture(`sheet-${name.replaceAll(/\W+/g, "-")}-${size.width}`);
  expect(await atlas.violations()).toEqual([]);
  expect(await atlas.isTooWide()).toBe(false);
});
