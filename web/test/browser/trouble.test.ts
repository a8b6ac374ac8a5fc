/** What the visitor sees when something is missing: a sentence and a way on, never a blank map or an invented value. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AtlasPage, launch, SERVER } from "./atlas-page";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test("a server that cannot be reached is said, and trying again helps", async () => {
  const page = await (await browser.newContext()).newPage();
  await page.route("**/atlas", (route) => route.abort());
  const atlas = new AtlasPage(page);
  await page.goto(process.env["KREISEL_URL"] ?? "");
  await page.getByRole("alert").waitFor();
  await page.unroute("**/atlas");
  await page.getByRole("button", { name: "Erneut versuchen" }).click();
  await atlas.idle();
  await atlas.close();
});

test("values that do not come leave the rest of the page alone, and trying again helps", async () => {
  const page = await (await browser.newContext()).newPage();
  await page.route("**/values?**", (route) =>
    route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"detail":"too many requests"}' }),
  );
  await page.goto(process.env["KREISEL_URL"] ?? "");
  const alert = page.getByRole("alert");
  await alert.waitFor();
  expect(await alert.innerText()).toContain("too many requests");
  expect(await page.locator("table.areas").count()).toBe(0);
  await page.unroute("**/values?**");
  await alert.getByRole("button").click();
  const atlas = new AtlasPage(page);
  await atlas.idle();
  await atlas.close();
});

test("a release that is gone is followed, and the choice stays", async () => {
  const page = await (await browser.newContext()).newPage();
  let refusals = 0;
  await page.route("**/values?**", (route) => {
    refusals += 1;
    return refusals === 1
      ? route.fulfill({ status: 410, contentType: "application/problem+json", body: "{}" })
      : route.continue();
  });
  await page.goto(`${process.env["KREISEL_URL"]}/#sort=name-ascending`);
  const atlas = new AtlasPage(page);
  await atlas.idle();
  expect(refusals).toBe(2);
  expect(await page.locator('th[aria-sort="ascending"]').count()).toBe(1);
  await atlas.close();
});

test("tiles that do not come are said; the list stands", async () => {
  const page = await (await browser.newContext()).newPage();
  await page.route("**/tiles/**", (route) => route.fulfill({ status: 500, body: "" }));
  await page.goto(process.env["KREISEL_URL"] ?? "");
  await page.locator(".map-trouble").waitFor();
  expect(await page.locator("table.areas tbody tr").count()).toBeGreaterThan(0);
  await page.context().close();
});

test("without WebGL there is a sentence, every area as a point, and the list says the same", async () => {
  const page = await (await browser.newContext()).newPage();
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await page.goto(SERVER);
  await page.locator(".map-trouble").waitFor();
  expect(await page.locator(".map-trouble").innerText()).toContain("WebGL");
  await page.locator("table.areas tbody tr").first().waitFor();
  await page.locator(".points circle").first().waitFor();
  expect(await page.locator(".points circle").count()).toBe(await page.locator("table.areas tbody tr").count());
  const atlas = new AtlasPage(page);
  await atlas.picture("without-webgl");
  const point = page.locator(".points g").nth(3);
  const name = (await point.locator("title").textContent()) ?? "";
  await point.locator("circle").click();
  await page.locator(".panel h2").waitFor();
  expect(name.startsWith(`${await atlas.panelTitle()}:`)).toBe(true);
  expect(await atlas.violations()).toEqual([]);
  await page.context().close();
});

test("a server that takes long is said to, with a way on", async () => {
  const page = await (await browser.newContext()).newPage();
  await page.clock.install();
  let asked = 0;
  await page.route("**/values?**", (route) => {
    asked += 1;
    return asked === 1 ? new Promise<void>(() => undefined) : route.continue();
  });
  await page.goto(SERVER);
  const status = page.locator(".list .loading");
  await status.waitFor();
  expect(await status.innerText()).toContain("werden geladen");
  await page.clock.fastForward(9_000);
  await page.getByText("länger als gewöhnlich").waitFor();
  await status.getByRole("button", { name: "Neu laden" }).click();
  await page.locator("table.areas tbody tr").first().waitFor();
  await page.context().close();
});

test("an indicator that was withdrawn, and areas that are gone, are said; what is shown instead has its name", async () => {
  const atlas = await AtlasPage.open(browser, { hash: "indicator=withdrawn_one&layer=former_areas" });
  await atlas.idle();
  const remarks = await atlas.page.locator(".choose .remark").allInnerTexts();
  expect(remarks.join(" ")).toContain("withdrawn_one");
  expect(remarks.join(" ")).toContain(await atlas.title());
  expect(remarks.join(" ")).toContain("former_areas");
  await atlas.close();
});

test("a damaged link opens what it can, and says what it could not read", async () => {
  const atlas = await AtlasPage.open(browser, { hash: "layer=municipalities&period=20x5&layr=a&lang=en" });
  await atlas.idle();
  const remark = atlas.page.locator(".choose .remark");
  expect(await remark.innerText()).toContain("period=20x5, layr=a");
  expect(await atlas.violations()).toEqual([]);
  await remark.getByRole("button").click();
  expect(await remark.count()).toBe(0);
  await atlas.close();
});

test("areas without any figures are said to have none; the choice of others stays", async () => {
  const page = await (await browser.newContext()).newPage();
  await page.route("**/layers?**", async (route) => {
    const answer = (await (await route.fetch()).json()) as { layers: { id: string; indicators?: string[] }[] };
    for (const layer of answer.layers) if (layer.id === "municipalities") layer.indicators = [];
    await route.fulfill({ json: answer });
  });
  await page.goto(`${SERVER}/#layer=municipalities`);
  await page.locator(".list .empty").waitFor();
  expect(await page.locator(".list .empty").innerText()).toContain("noch kein Indikator");
  await page.locator(".map canvas").waitFor();
  const atlas = new AtlasPage(page);
  await atlas.picture("no-values");
  expect(await atlas.violations()).toEqual([]);
  await atlas.selectLayer("districts");
  await page.context().close();
});

test("an area without a name is called by its key", async () => {
  const page = await (await browser.newContext()).newPage();
  let key = "";
  await page.route("**/values?**", async (route) => {
    const answer = (await (await route.fetch()).json()) as { keys: string[]; names: string[] };
    answer.names[0] = "";
    key = answer.keys[0] ?? "";
    await route.fulfill({ json: answer });
  });
  await page.goto(SERVER);
  const atlas = new AtlasPage(page);
  await atlas.idle();
  expect((await atlas.rows()).find((row) => row.key === key)?.name).toBe(key);
  await page.context().close();
});
