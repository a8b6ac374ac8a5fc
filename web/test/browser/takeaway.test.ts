/**
 * What is taken away, opened by real readers: PDFium for the page, openpyxl for the workbook, GDAL for areas, jsQR for the
 * code. The two from outside JavaScript are left out with a note where they are not installed.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import jsQR from "jsqr";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { AtlasAnswer, IndicatorsAnswer, LayersAnswer } from "../../src/answers";
import { AtlasPage, LAPTOP, launch, PHONE, SERVER } from "./atlas-page";

const PYTHON = process.env["KREISEL_PYTHON"] ?? join(import.meta.dirname, "../../../.venv/bin/python");
const folder = mkdtempSync(join(tmpdir(), "kreisel-takeaway-"));

let browser: Browser;
let atlas: AtlasPage;
let about: AtlasAnswer;
let layers: LayersAnswer;
let indicators: IndicatorsAnswer;

async function ask<T>(path: string): Promise<T> {
  return (await fetch(`${SERVER}${path}`)).json() as Promise<T>;
}

/** Goes to the room and waits for the map in it. */
async function open(options: Parameters<typeof AtlasPage.open>[1] = {}): Promise<Page> {
  atlas = await AtlasPage.open(browser, options);
  await atlas.idle();
  await atlas.page.locator(".take-away-button").click();
  await atlas.page.locator(".takeaway .preview img").waitFor();
  return atlas.page;
}

/** Saves what a button or link in the room gives; its path, with the name that the reader gets. */
async function take(page: Page, name: string): Promise<string> {
  const waiting = page.waitForEvent("download");
  await page.locator(".takeaway").getByText(name, { exact: true }).first().click();
  const download = await waiting;
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  keep(path);
  return path;
}

/** For those who want to look at it. */
function keep(path: string): void {
  const pictures = process.env["KREISEL_PICTURES"];
  if (pictures) copyFileSync(path, join(pictures, path.split("/").at(-1) ?? "file"));
}

/** The output of a Python program with a module that may be missing; `null` if it is. */
function python(module: string, program: string, ...files: string[]): string | null {
  if (spawnSync(PYTHON, ["-c", `import ${module}`]).status !== 0) {
    console.warn(`left out: ${PYTHON} has no ${module}`);
    return null;
  }
  return execFileSync(PYTHON, ["-c", program, ...files], { encoding: "utf8" });
}

/** What the first page of a PDF file says, how large it is, and how many different colours it shows. */
function readPdf(path: string): { pages: number; text: string; size: [number, number]; colors: number } | null {
  const said = python(
    "pypdfium2, PIL",
    `
import json, sys, pypdfium2
document = pypdfium2.PdfDocument(sys.argv[1])
page = document[0]
colors = page.render(scale=1).to_pil().convert("RGB").getcolors(1 << 24)
print(json.dumps({"pages": len(document), "text": page.get_textpage().get_text_range(), "size": page.get_size(), "colors": len(colors)}))
`,
    path,
  );
  return said === null ? null : JSON.parse(said);
}

async function address(page: Page): Promise<string> {
  return page.locator(".takeaway .copy input").inputValue();
}

beforeAll(async () => {
  browser = await launch();
  [about, layers, indicators] = await Promise.all([
    ask<AtlasAnswer>("/atlas"),
    ask<LayersAnswer>("/layers"),
    ask<IndicatorsAnswer>("/indicators"),
  ]);
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  expect(atlas.errors).toEqual([]);
  await atlas.close();
});

function areasOf(layer: string): number {
  return layers.layers.find(({ id }) => id === layer)?.count ?? 0;
}

describe("the map on paper", () => {
  test.each(["de", "en"] as const)("a PDF says what the map shows and where it comes from: %s", async (language) => {
    const page = await open({ hash: `lang=${language}` });
    const indicator = indicators.indicators.find(({ id }) => id === about.view.indicator);
    const path = await take(page, "PDF");
    expect(path).toContain(about.release);
    const pdf = readPdf(path);
    if (!pdf) return;
    expect([pdf.pages, ...pdf.size]).toEqual([1, 842, 595]);
    // Words may be broken over lines.
    const text = pdf.text.replace(/\s+/g, " ");
    for (const part of [indicator?.title[language], about.title[language], about.release, new URL(SERVER).host]) {
      expect(text).toContain(part);
    }
    expect(text).toContain(language === "de" ? "Legende" : "Legend");
    expect(text).toContain(language === "de" ? "Datenstand" : "Release");
    const rows = await atlas.rows();
    expect(rows.filter(({ name }) => text.includes(name)).length).toBeGreaterThan(rows.length / 3);
    expect(pdf.colors).toBeGreaterThan(20);
  });

  test("an SVG has every area of the layer, the classes of the map, and nothing from elsewhere", async () => {
    const page = await open();
    const svg = readFileSync(await take(page, "SVG"), "utf8");
    const parsed = await page.evaluate((text) => {
      const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
      const fills = [...root.querySelectorAll("[clip-path] > path[fill]")].map((shape) => shape.getAttribute("fill"));
      return { name: root.nodeName, title: root.querySelector("title")?.textContent, fills };
    }, svg);
    expect(parsed.name).toBe("svg");
    expect(parsed.title).toContain(String(await atlas.year()));
    const rgb = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(",");
    const counts = new Map<string, number>();
    for (const fill of parsed.fills.filter((fill) => fill?.startsWith("#"))) {
      counts.set(rgb(fill ?? ""), (counts.get(rgb(fill ?? "")) ?? 0) + 1);
    }
    for (const { color, count } of await atlas.classes()) expect(counts.get(color) ?? 0, color).toBe(count);
    expect(svg).not.toMatch(/(src|xlink:href)=|url\((?!#)|@import|<script|<style| style=/);
  });

  test("a PNG is sharp enough for paper", async () => {
    const page = await open({ hash: "lang=en" });
    const png = readFileSync(await take(page, "PNG"));
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2947, 2083]);
  });

  test("an area without a number has the pattern of its reason", async () => {
    const hidden = await (async () => {
      for (const { id } of indicators.indicators) {
        for (const layer of layers.layers) {
          if (layer.kind !== "area" || !layer.indicators.includes(id)) continue;
          const values = await ask<{ periods: (string | number)[]; states: Record<string, Record<string, string>> }>(
            `/indicators/${id}/values?layer=${layer.id}`,
          );
          const newest = values.states[String(values.periods.at(-1))] ?? {};
          const count = Object.values(newest).filter((state) => state === "suppressed").length;
          if (count > 0) return { id, layer: layer.id, count };
        }
      }
      return null;
    })();
    if (!hidden) throw new Error("the atlas keeps something secret");
    const page = await open({ hash: `indicator=${hidden.id}&layer=${hidden.layer}` });
    const svg = readFileSync(await take(page, "SVG"), "utf8");
    // one of them is the sample in the legend
    expect(svg.match(/fill="url\(#suppressed\)"/g)?.length).toBe(hidden.count + 1);
    expect(svg).toContain("geheim gehalten");
  });

  test("the map may be taken as it is on the screen", async () => {
    const page = await open({ hash: "map=11/52.99/9.84" });
    const seen = readFileSync(await take(page, "SVG"), "utf8");
    await page.getByRole("radio", { name: "ganzes Gebiet" }).check();
    await page.waitForTimeout(500);
    const whole = readFileSync(await take(page, "SVG"), "utf8");
    const names = (svg: string) => svg.match(/paint-order="stroke">[^<]+/g)?.length ?? 0;
    expect(names(seen)).toBeLessThan(names(whole));
  });
});

describe("the data", () => {
  test("a workbook opens with numbers for numbers and keys for text", async () => {
    const page = await open();
    const path = await take(page, "Excel (XLSX)");
    const said = python(
      "openpyxl",
      `
import json, sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
print(json.dumps({"rows": rows, "notes": [[cell.value for cell in row] for row in book.worksheets[1].iter_rows()]}))
`,
      path,
    );
    if (said === null) return;
    const book = JSON.parse(said) as { rows: (string | number)[][]; notes: string[][] };
    expect(book.rows.length - 1).toBe(areasOf(about.view.layer ?? ""));
    for (const [key, , ...values] of book.rows.slice(1)) {
      expect(key).toMatch(/^0\d+$/);
      expect(values.some((value) => typeof value === "number")).toBe(true);
    }
    expect(book.notes.flat()).toContain(about.release);
  });

  test("GDAL reads GeoJSON and GeoPackage", async () => {
    const page = await open({ hash: "lang=en" });
    if (spawnSync("ogrinfo", ["--version"]).error) return console.warn("left out: ogrinfo is not installed");
    for (const name of ["GeoJSON", "GeoPackage"]) {
      const path = await take(page, name);
      const { stdout, stderr } = spawnSync("ogrinfo", ["-ro", "-al", "-so", path], { encoding: "utf8" });
      expect(stderr).toBe("");
      expect(stdout).toContain(`Feature Count: ${areasOf(about.view.layer ?? "")}`);
      expect(stdout).toContain(`${about.view.indicator}: Real`);
      expect(stdout).toContain(`${about.view.indicator}:state: String`);
    }
  });
});

describe("links", () => {
  test("the link opens the same map in another visit", async () => {
    const page = await open();
    const link = await address(page);
    for (const part of ["lang=de", "layer=", "indicator=", "period=", "show="]) expect(link).toContain(part);
    const [rows, year] = [await atlas.rows(), await atlas.year()];
    await atlas.close();
    atlas = await AtlasPage.open(browser, { hash: link.split("#")[1] ?? "" });
    await atlas.idle();
    expect([await atlas.rows(), await atlas.year()]).toEqual([rows, year]);
  });

  test("a button copies it", async () => {
    const page = await open();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Kopieren: Link auf diese Ansicht" }).click();
    await page.locator(".copy [role=status]").first().getByText("Kopiert.").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await address(page));
  });

  test("the QR code can be read and says the link", async () => {
    const page = await open();
    const link = await address(page);
    const picture = await page.locator(".takeaway .qr svg").screenshot();
    const pixels = await page.evaluate(
      async (source) => {
        const image = new Image();
        image.src = source;
        await image.decode();
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [image.width * 2, image.height * 2];
        const pen = canvas.getContext("2d");
        if (!pen) throw new Error("no canvas");
        pen.imageSmoothingEnabled = false;
        pen.drawImage(image, 0, 0, canvas.width, canvas.height);
        return {
          width: canvas.width,
          height: canvas.height,
          // one character per pixel: a list of numbers would take seconds on its way
          dark: pen
            .getImageData(0, 0, canvas.width, canvas.height)
            .data.reduce((text, value, at) => (at % 4 === 0 ? text + (value < 128 ? "#" : " ") : text), ""),
        };
      },
      `data:image/png;base64,${picture.toString("base64")}`,
    );
    // The module's type is that of CommonJS.
    const read = (jsQR as unknown as { default?: typeof jsQR }).default ?? jsQR;
    const rgba = [...pixels.dark].flatMap((pixel) => (pixel === "#" ? [0, 0, 0, 255] : [255, 255, 255, 255]));
    expect(read(Uint8ClampedArray.from(rgba), pixels.width, pixels.height)?.data).toBe(link);
  });

  test.each([["legend,time"], ["-"], ["choice,list"]])(
    "an embedded map has the chosen controls and no others: %s",
    async (embed) => {
      atlas = await AtlasPage.open(browser, { hash: `embed=${embed}`, size: { width: 700, height: 600 } });
      const { page } = atlas;
      await page.locator('.map[aria-busy="false"]').waitFor();
      const parts = { legend: ".legend", time: ".years", choice: ".choose", list: "table.areas" };
      for (const [control, part] of Object.entries(parts)) {
        expect(await page.locator(part).count(), control).toBe(embed.includes(control) ? 1 : 0);
      }
      expect(await page.locator("header, footer, .take-away").count()).toBe(0);
      expect(await page.locator(".embed-foot").innerText()).toContain(about.release);
      if (about.notice) expect(await page.locator(".embed-foot").innerText()).toContain(about.notice.de);
      expect(await page.evaluate(() => location.hash)).toContain("embed=");
      expect(await atlas.violations()).toEqual([]);
      expect(await atlas.isTooWide()).toBe(false);
      await atlas.picture(`embedded-${embed}`);
    },
  );

  test("the code to paste works on a page of another host, and its address leads back", async () => {
    const page = await open();
    await page.getByLabel("Liste der Werte").check();
    const code = await page.locator(".takeaway .copy textarea").inputValue();
    await page.setContent(`<!doctype html><title>Zeitung</title><h1>Zeitung</h1>${code}`);
    const frame = page.frameLocator("iframe");
    await frame.locator('.map[aria-busy="false"]').waitFor();
    expect(await frame.locator("table.areas tbody tr").count()).toBe(areasOf(about.view.layer ?? ""));
    expect(await frame.locator(".embed-foot a").getAttribute("href")).not.toContain("embed=");
  });
});

describe("for everyone", () => {
  test.each<[string, Parameters<typeof AtlasPage.open>[1]]>([
    ["laptop", { size: LAPTOP }],
    ["phone, English", { size: PHONE, hash: "lang=en" }],
  ])("axe-core finds nothing to object, and nothing sticks out: %s", async (name, options) => {
    await open(options);
    expect(await atlas.violations()).toEqual([]);
    expect(await atlas.isTooWide()).toBe(false);
    await atlas.picture(`takeaway-${name.replaceAll(/\W+/g, "-")}`);
  });

  test("the keyboard leads in, through and out again", async () => {
    atlas = await AtlasPage.open(browser);
    await atlas.idle();
    const { page } = atlas;
    await page.locator(".take-away-button").focus();
    await page.keyboard.press("Enter");
    await page.locator(".takeaway .preview img").waitFor();
    const reached = new Set<string>();
    for (let nth = 0; nth < 24; nth += 1) {
      reached.add(await page.evaluate(() => document.activeElement?.textContent?.trim() ?? ""));
      expect(await page.evaluate(() => document.activeElement?.closest("dialog, body")?.nodeName)).toBeTruthy();
      await page.keyboard.press("Tab");
    }
    for (const name of ["PDF", "PNG", "SVG", "CSV", "GeoJSON", "Kopieren"]) expect([...reached]).toContain(name);
    await page.keyboard.press("Escape");
    expect(await page.locator("dialog.takeaway").count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.className)).toBe("take-away-button");
  });

  test("what is not used is not loaded, and nobody else is asked", async () => {
    atlas = await AtlasPage.open(browser);
    await atlas.idle();
    const scripts = () => atlas.requests.filter((url) => /TakeAway[^/]*\.js$/.test(url)).length;
    expect([scripts(), atlas.requests.filter((url) => url.includes("geojson")).length]).toEqual([0, 0]);
    await atlas.page.locator(".take-away-button").click();
    await atlas.page.locator(".takeaway .preview img").waitFor();
    expect(scripts()).toBe(1);
    expect(atlas.requests.filter((url) => !url.startsWith(SERVER) && !/^(data|blob):/.test(url))).toEqual([]);
  });

  test("printing prints the page of the map alone", async () => {
    const page = await open();
    const path = join(folder, "print.pdf");
    await page.pdf({ path, preferCSSPageSize: true, printBackground: true });
    keep(path);
    const pdf = readPdf(path);
    if (!pdf) return;
    expect(pdf.pages).toBe(1);
    expect(pdf.size[0]).toBeGreaterThan(pdf.size[1]);
    expect(pdf.text).not.toContain("GeoPackage");
    expect(pdf.colors).toBeGreaterThan(20);
  });
});
