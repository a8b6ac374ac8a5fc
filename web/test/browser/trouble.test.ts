/** What the visitor sees when something is missing: a sentence and a way on, never a blank map or an invented value. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AtlasPage, launch } from "./atlas-page";

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

test("without WebGL there is a sentence, and the list says the same", async () => {
  const page = await (await browser.newContext()).newPage();
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await page.goto(process.env["KREISEL_URL"] ?? "");
  await page.locator(".map-trouble").waitFor();
  expect(await page.locator(".map-trouble").innerText()).toContain("WebGL");
  await page.locator("table.areas tbody tr").first().waitFor();
  await page.context().close();
});
