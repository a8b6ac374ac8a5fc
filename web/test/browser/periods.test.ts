/** Series that are not of years: school years and days, out of a real server. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AtlasPage, launch, PHONE } from "./atlas-page";
import { DAYS, hasProgram, RealAtlas, SCHOOL_YEARS } from "./real-atlas";

describe.skipIf(!hasProgram)("periods", () => {
  let browser: Browser;
  let real: RealAtlas;

  beforeAll(async () => {
    real = new RealAtlas();
    [browser] = await Promise.all([launch(), real.serve()]);
  });
  afterAll(() => Promise.all([browser.close(), real.close()]));

  const open = async (hash: string, size?: typeof PHONE) => {
    const atlas = await AtlasPage.open(browser, { hash, server: real.url, ...(size ? { size } : {}) });
    await atlas.idle();
    return atlas;
  };

  test("school years are stepped through by keys, shared by the address, and named in list and panel", async () => {
    const atlas = await open("indicator=transition");
    expect(await atlas.period()).toBe("2023/24");
    await atlas.pressSlider("ArrowLeft");
    expect(await atlas.period()).toBe("2022/23");
    const [row] = await atlas.rows();
    await atlas.pressSlider("Home");
    expect(await atlas.period()).toBe("2019/20");
    expect((await atlas.rows())[0]).not.toEqual(row);
    await atlas.page.waitForFunction(() => location.hash.includes("period=2019/20"));
    expect(await atlas.page.locator(".play").getAttribute("aria-label")).toBe("Schuljahre nacheinander abspielen");
    await atlas.openArea("Bergen");
    await atlas.picture("school-years");
    expect(await atlas.panelText()).toContain("2023/24");
    const hash = await atlas.page.evaluate(() => location.hash.slice(1));
    await atlas.close();
    const again = await open(hash);
    expect(await again.period()).toBe("2019/20");
    expect(again.errors).toEqual([]);
    await again.close();
  });

  test("days stand where they belong in time, and are written as each language writes them", async () => {
    const atlas = await open(`indicator=attendance&period=${DAYS[2]}`);
    expect(await atlas.period()).toBe("31.03.2023");
    expect(await atlas.page.locator(".subject .when").innerText()).toContain("31. März 2023");
    const slider = atlas.page.locator('.years input[type="range"]');
    expect(await slider.getAttribute("aria-valuetext")).toBe("31. März 2023");
    // 182 of 273 days.
    expect(Number(await slider.inputValue()) / 1000).toBeCloseTo(182 / 273, 2);
    await atlas.speak("en");
    expect(await atlas.period()).toBe("31/03/2023");
    expect(atlas.errors).toEqual([]);
    await atlas.close();
  });

  test("dragging the slider reaches every period, and a damaged period falls back to the newest", async () => {
    const atlas = await open("indicator=transition&period=2023/25");
    expect(await atlas.period()).toBe("2023/24");
    const box = await atlas.page.locator('.years input[type="range"]').boundingBox();
    if (!box) throw new Error("the slider has a size");
    const seen = new Set<string>();
    await atlas.page.mouse.move(box.x + box.width - 10, box.y + 12);
    await atlas.page.mouse.down();
    for (let step = 0; step <= 40; step += 1) {
      await atlas.page.mouse.move(box.x + 10 + (box.width - 20) * (1 - step / 40), box.y + 12);
      seen.add(await atlas.period());
    }
    await atlas.page.mouse.up();
    expect([...seen].sort()).toEqual(SCHOOL_YEARS);
    await atlas.close();
  });

  test.each([
    ["indicator=transition", undefined],
    ["indicator=attendance&lang=en", undefined],
    ["indicator=attendance", PHONE],
  ])("axe-core finds nothing, and nothing sticks out: %s", async (hash, size) => {
    const atlas = await open(hash, size);
    await atlas.picture(`periods-${size ? "phone" : "desktop"}-${hash.replaceAll(/\W/g, "-")}`);
    expect(await atlas.violations()).toEqual([]);
    expect(await atlas.isTooWide()).toBe(false);
    await atlas.close();
  });
});
