/**
 * The questions of docs/atlas.md, asked by a visitor who begins at the address of the atlas and counts what they do: a
 * click or a choice is an action. Each answer is compared with what the server says.
 */
import { readFileSync } from "node:fs";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AtlasPage, DESKTOP, launch, PHONE, SERVER } from "./atlas-page";

const MOST_ACTIONS = 3;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

class Visitor {
  actions = 0;

  constructor(readonly atlas: AtlasPage) {}

  async click(what: Locator): Promise<void> {
    this.actions += 1;
    await what.click();
  }

  async choose(from: Locator, option: string): Promise<void> {
    this.actions += 1;
    await from.selectOption(option);
  }

  async text(of: string): Promise<string> {
    const part = this.atlas.page.locator(of).first();
    await part.waitFor();
    return part.innerText();
  }

  get indicator(): Locator {
    return this.atlas.page.locator(".choose select").nth(0);
  }

  get layer(): Locator {
    return this.atlas.page.locator(".choose select").nth(1);
  }

  area(name: string): Locator {
    return this.atlas.page.locator("table.areas").getByRole("button", { name, exact: true });
  }

  button(name: string): Locator {
    return this.atlas.page.getByRole("button", { name });
  }
}

interface Values {
  periods: number[];
  keys: string[];
  names: string[];
  values: (number | null)[][];
}

async function newest(indicator: string, layer: string): Promise<{ name: string; number: number }[]> {
  const answer = (await (await fetch(`${SERVER}/indicators/${indicator}/values?layer=${layer}`)).json()) as Values;
  return (answer.values.at(-1) ?? [])
    .flatMap((number, at) => (number === null ? [] : [{ name: answer.names[at] ?? "", number }]))
    .sort((a, b) => b.number - a.number);
}

const german = (number: number, decimals: number) =>
  new Intl.NumberFormat("de-DE", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(number);

const TASKS: Record<string, (visitor: Visitor) => Promise<void>> = {
  "Wo ist die Arbeitslosigkeit am höchsten?": async (visitor) => {
    const [highest] = await newest("unemployment", "municipalities");
    expect(await visitor.text(".summary dl")).toContain(highest?.name);
  },
  "Wie viele Menschen leben in Munster?": async (visitor) => {
    await visitor.click(visitor.area("Munster"));
    const munster = (await newest("pop_total", "municipalities")).find(({ name }) => name === "Munster");
    expect(await visitor.text(".panel .theme")).toContain(german(munster?.number ?? Number.NaN, 0));
  },
  "Wo gehen die wenigsten Kinder unter drei in eine Kita?": async (visitor) => {
    await visitor.choose(visitor.indicator, "childcare_rate_u3");
    const all = await newest("childcare_rate_u3", "districts");
    const lowest = all.filter(({ number }) => number === all.at(-1)?.number).map(({ name }) => name);
    await visitor.atlas.page.locator(".subject h2", { hasText: "Kinder unter 3" }).waitFor();
    await visitor.click(visitor.atlas.page.locator("table.areas thead button").nth(1));
    const first = visitor.atlas.page.locator("table.areas tbody tr button").first();
    await first.waitFor();
    expect(lowest).toContain(await first.innerText());
  },
  "Wie hat sich Schneverdingen seit 2011 verändert?": async (visitor) => {
    await visitor.click(visitor.area("Schneverdingen"));
    await visitor.atlas.page.locator(".charts figure", { hasText: "Verlauf: Schneverdingen" }).waitFor();
    await visitor.click(visitor.button("Als Seite zum Drucken"));
    const row = visitor.atlas.page.locator(".sheet tbody tr:not(.theme)", { hasText: "Bevölkerung" }).first();
    await row.waitFor();
    // The census and others broke the series: the change is counted from where numbers can be compared.
    expect(await row.innerText()).toMatch(/[+\u2212][\d.]+\s+seit 20\d\d/);
  },
  "Wird es im Landkreis mit der Arbeitslosigkeit schlimmer?": async (visitor) => {
    await visitor.choose(visitor.layer, "districts");
    await visitor.click(visitor.area("Heidekreis"));
    const chart = visitor.atlas.page.locator(".charts figure", { hasText: "Verlauf: Heidekreis" });
    await chart.waitFor();
    const own = (await newest("unemployment", "districts")).find(({ name }) => name === "Heidekreis");
    expect(await chart.locator("svg[role=img]").getAttribute("aria-label")).toContain(
      german(own?.number ?? Number.NaN, 1),
    );
  },
  "Wie stehen Soltau und Walsrode nebeneinander da?": async (visitor) => {
    await visitor.click(visitor.button("Gebiete vergleichen"));
    const add = visitor.atlas.page.locator(".choice select").first();
    await visitor.choose(add, "03358021");
    await visitor.choose(add, "03358024");
    const head = visitor.atlas.page.locator("table.compared thead");
    await head.getByText("Walsrode").waitFor();
    expect(await head.innerText()).toContain("Soltau");
    expect(await visitor.atlas.page.locator("table.compared tbody tr").count()).toBeGreaterThan(5);
  },
  "Welche Einrichtungen liegen in Bad Fallingbostel?": async (visitor) => {
    await visitor.click(visitor.area("Bad Fallingbostel"));
    await visitor.click(visitor.button("Als Seite zum Drucken"));
    expect(await visitor.text(".inside")).toContain("Hausarztpraxis");
  },
  "Wie wird der Deprivationsindex berechnet, und woher kommt er?": async (visitor) => {
    await visitor.choose(visitor.indicator, "gisd");
    await visitor.click(visitor.atlas.page.locator("details.about summary"));
    await visitor.click(visitor.button("Methodenblatt"));
    expect(await visitor.text(".sheet dl")).toContain("Robert Koch");
  },
  "Geht hohe Arbeitslosigkeit mit Kinderarmut einher?": async (visitor) => {
    await visitor.choose(visitor.atlas.page.locator(".scatter select"), "sgb2_rate_u15");
    expect(await visitor.text(".scatter .note strong")).toMatch(/\d+ Gebiete mit beiden Werten, \d+ ohne/);
  },
  "Wo sind die Krankenhäuser, und welche sind geplant?": async (visitor) => {
    await visitor.click(visitor.atlas.page.locator(".tabs button").nth(1));
    const list = await visitor.text("table.facilities");
    for (const word of ["Krankenhaus", "geplant ab"]) expect(list).toContain(word);
  },
};

test("the questions are those of docs/atlas.md", () => {
  const page = readFileSync(new URL("../../../docs/atlas.md", import.meta.url), "utf8");
  const asked = [...page.matchAll(/^\| \d+ \| ([^|]+\?) \|/gm)].map(([, question]) => question?.trim());
  expect(asked).toEqual(Object.keys(TASKS));
});

test.each(Object.entries(TASKS))("%s", async (_, answer) => {
  const atlas = await AtlasPage.open(browser, { hash: "charts=on", size: DESKTOP });
  await atlas.idle();
  const visitor = new Visitor(atlas);
  await answer(visitor);
  expect(visitor.actions).toBeLessThanOrEqual(MOST_ACTIONS);
  expect(atlas.errors).toEqual([]);
  await atlas.close();
});

test.each(Object.entries(TASKS))("on a phone: %s", async (_, answer) => {
  const atlas = await AtlasPage.open(browser, { hash: "charts=on", size: PHONE });
  await atlas.idle();
  const visitor = new Visitor(atlas);
  await answer(visitor);
  expect(visitor.actions).toBeLessThanOrEqual(MOST_ACTIONS);
  expect(await atlas.isTooWide()).toBe(false);
  await atlas.close();
});
