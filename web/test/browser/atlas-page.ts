/** The page as a visitor speaks of it: choose an indicator, step a year, read the legend. Knows the markup; tests don't. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, chromium, type Locator, type Page, type Request } from "playwright-core";

const CHROMIUM = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser"];

// WebGL on a machine without graphics card, and a browser that talks to nobody but the server.
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const SERVER = process.env["KREISEL_URL"] ?? "";
export const DESKTOP = { width: 1440, height: 900 };
export const LAPTOP = { width: 1280, height: 720 };
export const PHONE = { width: 360, height: 740 };

export function launch(more: string[] = []): Promise<Browser> {
  const executablePath = CHROMIUM.find((path) => path !== undefined && existsSync(path));
  if (!executablePath) throw new Error("chromium not found: apt-get install chromium, or set CHROMIUM to its path");
  return chromium.launch({ executablePath, args: [...ARGUMENTS, ...more] });
}

export interface Row {
  key: string;
  name: string;
  value: string;
}

/** What axe-core finds, as sentences. */
export type Violation = string;

export class AtlasPage {
  readonly requests: string[] = [];
  readonly errors: string[] = [];

  static async open(
    browser: Browser,
    options: { hash?: string; size?: typeof DESKTOP; calm?: boolean; server?: string } = {},
  ) {
    const context = await browser.newContext({
      viewport: options.size ?? DESKTOP,
      reducedMotion: options.calm === false ? "no-preference" : "reduce",
    });
    const atlas = new AtlasPage(await context.newPage());
    await atlas.page.goto(`${options.server ?? SERVER}/#${options.hash ?? ""}`);
    return atlas;
  }

  constructor(readonly page: Page) {
    page.on("request", (request: Request) => this.requests.push(request.url()));
    page.on("pageerror", (error) => this.errors.push(error.message));
  }

  /** Waits until values are listed and the map is drawn. */
  async idle(): Promise<void> {
    await this.page.locator("table tbody tr:visible").first().waitFor();
    await this.drawn();
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  async selectIndicator(id: string): Promise<void> {
    await this.page.locator(".choose select").nth(0).selectOption(id);
    await this.idle();
  }

  async selectLayer(id: string): Promise<void> {
    await this.page.locator(".choose select").nth(1).selectOption(id);
    await this.idle();
  }

  indicatorShown(): Promise<string> {
    return this.page.locator(".choose select").nth(0).inputValue();
  }

  title(): Promise<string> {
    return this.page.locator(".subject h2").innerText();
  }

  async year(): Promise<number> {
    return Number(await this.page.locator(".years output").innerText());
  }

  /** The period on the slider, as it is written there. */
  period(): Promise<string> {
    return this.page.locator(".years output").innerText();
  }

  async pressSlider(key: string): Promise<void> {
    await this.page.locator('.years input[type="range"]').press(key);
    await this.idle();
  }

  /** Moves the slider by one year with figures, with the keyboard. */
  async stepYear(direction: -1 | 1): Promise<void> {
    await this.pressSlider(direction === 1 ? "ArrowRight" : "ArrowLeft");
  }

  async play(): Promise<void> {
    await this.page.locator(".years .play").click();
  }

  breaks(): Promise<string[]> {
    return this.page.locator(".breaks li").allTextContents();
  }

  async rows(): Promise<Row[]> {
    return this.page.locator("table.areas tbody tr").evaluateAll((rows) =>
      rows.map((row) => ({
        key: row.getAttribute("data-key") ?? "",
        name: row.querySelector("button")?.textContent ?? "",
        value: row.querySelector(".value, .absent")?.textContent?.trim() ?? "",
      })),
    );
  }

  async sortBy(column: "name" | "value"): Promise<void> {
    await this.page
      .locator("table.areas thead button")
      .nth(column === "name" ? 0 : 1)
      .click();
  }

  async openArea(name: string): Promise<void> {
    await this.page.locator("table.areas").getByRole("button", { name, exact: true }).click();
  }

  async hoverArea(name: string): Promise<void> {
    await this.page.locator("table.areas").getByRole("button", { name, exact: true }).hover();
    await this.page.waitForTimeout(300);
  }

  panelTitle(): Promise<string> {
    return this.page.locator(".panel h2").innerText();
  }

  async panelText(): Promise<string> {
    await this.page.locator(".panel .facts").waitFor();
    return this.page.locator(".panel").innerText();
  }

  async showFacilityList(): Promise<void> {
    await this.page.locator(".tabs button").nth(1).click();
    await this.page.locator("table.facilities tbody tr").first().waitFor();
  }

  facilities(): Promise<string[]> {
    return this.page.locator("table.facilities tbody th button").allInnerTexts();
  }

  async openFacility(name: string): Promise<void> {
    await this.page.locator("table.facilities").getByRole("button", { name, exact: true }).first().click();
  }

  /** The facilities in the legend, which are folded where there is little room. */
  async facilityLegend(): Promise<Locator> {
    const details = this.page.locator(".legend details:not(.scheme)");
    if ((await details.getAttribute("open")) === null) await details.locator("summary").click();
    return details;
  }

  /** Switches the nth box of the facilities in the legend. */
  async toggleFacilities(nth: number): Promise<void> {
    const details = await this.facilityLegend();
    await details.locator("input").nth(nth).click();
    await this.page.locator('.map[aria-busy="false"]').waitFor();
  }

  async speak(language: "de" | "en"): Promise<void> {
    await this.page.locator(`.languages button[lang="${language}"]`).click();
    await this.page.locator(`html[lang="${language}"]`).waitFor({ state: "attached" });
  }

  /** Legend entries with a colour: the colour as `r,g,b`, and the number of areas. */
  async classes(): Promise<{ color: string; count: number }[]> {
    return this.page.locator(".legend .classes li:has(.swatch)").evaluateAll((entries) =>
      entries.flatMap((entry) => {
        const color = getComputedStyle(entry.querySelector(".swatch") ?? entry).backgroundColor;
        const numbers = color.match(/\d+/g) ?? [];
        const count = Number(entry.querySelector('.count [aria-hidden="true"]')?.textContent);
        return numbers.length === 3 ? [{ color: numbers.join(","), count }] : [];
      }),
    );
  }

  /** Where a place is on the screen, by the view that stands in the address (WebMercator, tiles of 512 pixels). */
  async project({ lon, lat }: { lon: number; lat: number }): Promise<{ x: number; y: number }> {
    const hash = await this.page.evaluate(() => location.hash);
    const [zoom = 0, centerLat = 0, centerLon = 0] = (/map=([-\d.]+)\/([-\d.]+)\/([-\d.]+)/.exec(hash) ?? [])
      .slice(1)
      .map(Number);
    const box = await this.page.locator(".map canvas").boundingBox();
    if (!box) throw new Error("the map has a size");
    const world = 512 * 2 ** zoom;
    const northing = (degrees: number) => Math.asinh(Math.tan((degrees * Math.PI) / 180)) / (2 * Math.PI);
    return {
      x: box.x + box.width / 2 + ((lon - centerLon) / 360) * world,
      y: box.y + box.height / 2 - (northing(lat) - northing(centerLat)) * world,
    };
  }

  async zoom(): Promise<number> {
    return Number(await this.page.evaluate(() => /map=([-\d.]+)/.exec(location.hash)?.[1]));
  }

  /** What the map says about a place under the pointer; empty where it says nothing. */
  async pointAt(place: { lon: number; lat: number }): Promise<string> {
    const { x, y } = await this.project(place);
    await this.page.mouse.move(x, y);
    await this.page.waitForTimeout(60);
    const tip = this.page.locator(".map .tip");
    return (await tip.count()) === 0 ? "" : tip.innerText();
  }

  async clickPlace(place: { lon: number; lat: number }): Promise<void> {
    const { x, y } = await this.project(place);
    await this.page.mouse.click(x, y);
  }

  /** How many pixels of the map, or of a part of the page, have each colour, `r,g,b`. */
  async colors(part: Locator = this.page.locator(".map canvas")): Promise<Map<string, number>> {
    const picture = await part.screenshot();
    const url = `data:image/png;base64,${picture.toString("base64")}`;
    const counted = await this.page.evaluate(async (source) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.width, image.height];
      const pen = canvas.getContext("2d");
      pen?.drawImage(image, 0, 0);
      const pixels = pen?.getImageData(0, 0, image.width, image.height).data ?? [];
      const counts: Record<string, number> = {};
      for (let at = 0; at < pixels.length; at += 4) {
        const name = `${pixels[at]},${pixels[at + 1]},${pixels[at + 2]}`;
        counts[name] = (counts[name] ?? 0) + 1;
      }
      return counts;
    }, url);
    return new Map(Object.entries(counted));
  }

  /** Waits until the address has such a part. */
  async address(part: string): Promise<void> {
    await this.page.waitForFunction((text) => decodeURIComponent(location.hash).includes(text), part);
  }

  /** Chooses what the map draws: one map, changes, several maps, or two with a slider. */
  async selectView(mode: "one" | "change" | "beside" | "swipe"): Promise<void> {
    await this.page.locator(".view-choice select").first().selectOption(mode);
    await this.drawn();
  }

  /** Waits until every map on the page is drawn. */
  async drawn(): Promise<void> {
    await this.page.locator('.map[aria-busy="false"]').first().waitFor();
    await this.page.locator('.map[aria-busy="true"]').first().waitFor({ state: "detached" });
  }

  /** Waits for a page in the place of the map. */
  async sheet(): Promise<void> {
    await this.page.locator(".sheet h2").waitFor();
  }

  sheetText(): Promise<string> {
    return this.page.locator(".sheet").innerText();
  }

  /** A picture to look at, where KREISEL_PICTURES names a folder for them. */
  async picture(name: string): Promise<void> {
    const folder = process.env["KREISEL_PICTURES"];
    if (folder) await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  /** Requests whose path begins so, since the last call of `forget`. */
  asked(path: string): string[] {
    return this.requests.filter((url) => new URL(url).pathname.startsWith(path));
  }

  forget(): void {
    this.requests.length = 0;
  }

  /** Whether something sticks out to the right. */
  isTooWide(): Promise<boolean> {
    return this.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  }

  async violations(): Promise<Violation[]> {
    const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    await this.page.evaluate(source);
    return this.page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; help: string; nodes: { target: unknown[] }[] }[] }> };
      };
      const { violations } = await axe.run();
      return violations.map(
        ({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.target).join(" | ")})`,
      );
    });
  }
}
