/** A new release while the page is open, and a server that goes away: real files, a real server. */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AtlasAnswer } from "../../src/answers";
import { AtlasPage, LAPTOP, launch, PHONE } from "./atlas-page";
import { hasProgram, RealAtlas } from "./real-atlas";

describe.skipIf(!hasProgram)("a new release", () => {
  let browser: Browser;
  let real: RealAtlas;
  let atlas: AtlasPage;

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    real = new RealAtlas();
    await real.serve();
  });
  afterEach(async () => {
    await atlas.close();
    await real.close();
  });

  const release = async () => ((await (await fetch(`${real.url}/atlas`)).json()) as AtlasAnswer).release;
  /** What a browser does when the device is connected again: the page looks at once, not after a minute. */
  const look = () => atlas.page.evaluate(() => window.dispatchEvent(new Event("online")));

  test("is said quietly, and shown when the reader says so; nothing is mixed before", async () => {
    atlas = await AtlasPage.open(browser, {
      hash: "period=2022/23&sort=name-ascending",
      server: real.url,
      size: LAPTOP,
    });
    await atlas.idle();
    const [before, rows] = [await release(), await atlas.rows()];
    await look();
    expect(await atlas.page.locator(".news").count()).toBe(0);

    real.writeTransition(5);
    while ((await release()) === before) await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await atlas.page.locator(".news").count()).toBe(0);
    await look();
    await atlas.page.locator(".news").waitFor();
    expect(await atlas.page.locator(".news").innerText()).toContain("Es gibt neue Daten.");
    await atlas.picture("news");
    expect(await atlas.rows()).toEqual(rows);

    // Whatever is asked for now is still of the release that is shown.
    atlas.forget();
    await atlas.selectIndicator("attendance");
    const asked = atlas.asked("/indicators");
    expect(asked.length).toBeGreaterThan(0);
    for (const url of asked) expect(new URL(url).searchParams.get("release")).toBe(before);
    await atlas.selectIndicator("transition");

    await atlas.page.getByRole("button", { name: "Neu laden" }).click();
    await atlas.page.locator("footer code", { hasText: await release() }).waitFor();
    await atlas.idle();
    expect(await atlas.period()).toBe("2022/23");
    const after = await atlas.rows();
    expect(after.map(({ name }) => name)).toEqual(rows.map(({ name }) => name));
    expect(after[0]?.value).not.toBe(rows[0]?.value);
    expect(await atlas.page.locator(".news").count()).toBe(0);
    expect(atlas.errors).toEqual([]);
  });

  test("cannot be seen while the server is away: a sentence, and a way on", async () => {
    atlas = await AtlasPage.open(browser, { server: real.url, hash: "lang=en", size: PHONE });
    await atlas.idle();
    const rows = await atlas.rows();
    const port = Number(new URL(real.url).port);
    await real.stop();
    await look();
    await atlas.page.locator(".news").waitFor();
    expect(await atlas.page.locator(".news").innerText()).toContain("cannot be reached");
    await atlas.picture("away");
    expect(await atlas.violations()).toEqual([]);
    expect(await atlas.isTooWide()).toBe(false);
    expect(await atlas.rows()).toEqual(rows);
    await real.serve(port);
    await atlas.page.locator(".news button").click();
    await atlas.page.locator(".news").waitFor({ state: "detached" });
  });
});
