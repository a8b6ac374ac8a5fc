import jsQR from "jsqr";
import { expect, test } from "vitest";
import { INITIAL } from "../state";
import { fromHash } from "../url";
import { type Drawing, rectangle } from "./drawing";
import { textWidth, wrap, wrapAtMost } from "./font";
import { toPdf } from "./pdf";
import { Projection, ringsOf } from "./projection";
import { qrItems, qrModules } from "./qr";
import { addressOf, embedAddress, exactState, fileStem, iframeCode } from "./share";
import { toSvg } from "./svg";

const PAPER = { x: 10, y: 20, width: 400, height: 300 };

function drawingOf(items: Drawing["items"]): Drawing {
  return { width: 842, height: 595, language: "de", title: "Ä & B", description: "", author: "", items };
}

/** A PDF file as text; what is packed in it stays packed. */
async function pdfText(items: Drawing["items"]): Promise<string> {
  const stream = globalThis.CompressionStream;
  // @ts-expect-error a browser without it writes plain streams, which can be read here
  globalThis.CompressionStream = undefined;
  const file = await toPdf(drawingOf(items), new Date(Date.UTC(2026, 10, 23, 12, 0, 5)));
  globalThis.CompressionStream = stream;
  return [...new Uint8Array(await file.arrayBuffer())].map((byte) => String.fromCharCode(byte)).join("");
}

test("texts are as wide as the font makes them", () => {
  // Core 14, Helvetica: H 722, e 556, i 222, d 556
  expect(textWidth("Heid", 1000)).toBe(722 + 556 + 222 + 556);
  expect(textWidth("ü\u202fÄ", 10)).toBe(textWidth("u A", 10));
  expect(textWidth("Heid", 10, true)).toBeGreaterThan(textWidth("Heid", 10));
});

test("long texts are broken at words, and end with an ellipsis where there is no room", () => {
  const text = "eins zwei drei vier fünf";
  expect(wrap(text, 1000, 10)).toEqual([text]);
  expect(wrap(text, textWidth("eins zwei", 10), 10)).toEqual(["eins zwei", "drei vier", "fünf"]);
  const [first, last] = wrapAtMost(text, 2, textWidth("eins zwei", 10), 10);
  expect([first, last?.endsWith(" …")]).toEqual(["eins zwei", true]);
});

test("a box of the world lies in the middle of the paper, as large as it can be", () => {
  const projection = Projection.around([9, 52, 10, 53], PAPER, 12);
  const [[left, top], [right, bottom]] = [projection.toPaper([9, 53]), projection.toPaper([10, 52])];
  expect(top).toBeCloseTo(PAPER.y + 12, 6);
  expect(bottom).toBeCloseTo(PAPER.y + PAPER.height - 12, 6);
  expect((left + right) / 2).toBeCloseTo(PAPER.x + PAPER.width / 2, 6);
  const [west, south, east, north] = projection.bounds();
  expect(west < 9 && south < 52 && east > 10 && north > 53).toBe(true);
  // a degree of latitude has 111 km
  expect(((bottom - top) * projection.metresPerPoint()) / 111_200).toBeCloseTo(1, 1);
});

test("the view of the screen is the same section on paper", () => {
  const projection = Projection.of({ zoom: 9, lat: 52.9, lon: 9.7 }, { width: 800, height: 600 }, PAPER);
  expect(projection.toPaper([9.7, 52.9]).map(Math.round)).toEqual([PAPER.x + 200, PAPER.y + 150]);
  // 800 pixels of a world of 512 · 2^9 pixels
  expect(projection.bounds()[2] - projection.bounds()[0]).toBeCloseTo((800 / (512 * 2 ** 9)) * 360, 6);
});

test("neighbours keep the same points along their border, and rings without area are left out", () => {
  const projection = Projection.around([9, 52, 10, 53], PAPER, 0);
  const border: [number, number][] = Array.from({ length: 50 }, (_, nth) => [9.5 + 0.003 * (nth % 3), 52 + nth / 50]);
  const west = [[9, 52], ...border, [9, 53], [9, 52]] as [number, number][];
  const east = [[10, 53], ...border.toReversed(), [10, 52], [10, 53]] as [number, number][];
  const points = (ring: [number, number][]) =>
    new Set(
      ringsOf({ type: "Polygon", coordinates: [ring] }, projection)
        .flat()
        .map(String),
    );
  const [a, b] = [points(west), points(east)];
  expect([...a].filter((point) => b.has(point)).length).toBe(50);
  const speck: [number, number][] = [
    [9, 52],
    [9.000001, 52],
    [9, 52.000001],
    [9, 52],
  ];
  expect(ringsOf({ type: "Polygon", coordinates: [speck] }, projection)).toEqual([]);
});

test("an SVG escapes what people write and says its title", () => {
  const svg = toSvg(drawingOf([{ kind: "text", at: [1, 2], text: '<b> & "c"', size: 8, color: "#000000" }]));
  expect(svg).toContain("<title>Ä &amp; B</title>");
  expect(svg).toContain(">&lt;b&gt; &amp; &quot;c&quot;</text>");
});

test("a PDF's table of objects says where they are", async () => {
  const pattern = { kind: "rings", rings: [rectangle(PAPER)], fill: { pattern: "suppressed" } } as const;
  const file = await pdfText([pattern, { kind: "link", box: PAPER, url: "https://a.example/#b=(c)" }]);
  const start = Number(/startxref\n(\d+)/.exec(file)?.[1]);
  expect(file.slice(start, start + 4)).toBe("xref");
  const places = [...file.slice(start).matchAll(/^(\d{10}) 00000 n /gm)].map((match) => Number(match[1]));
  for (const [index, place] of places.entries())
    expect(file.slice(place).startsWith(`${index + 1} 0 obj\n`)).toBe(true);
  for (const [, length, rest] of file.matchAll(/\/Length (\d+) >>\nstream\n([\s\S]*?)\nendstream/g)) {
    expect(rest?.length).toBe(Number(length));
  }
  expect(file).toContain("/URI (https://a.example/#b=\\(c\\))");
  expect(file).toContain("(D:20261123120005Z)");
});

test("letters of all Latin alphabets keep their meaning in a PDF", async () => {
  const text = (words: string) => ({ kind: "text", at: [1, 2], text: words, size: 8, color: "#000000" }) as const;
  const file = await pdfText([text("Größe – 3 €"), text("Budyšin, Wětšow ≥ −1"), text("Ω")]);
  const hex = (letters: string) =>
    [...letters].map((letter) => letter.charCodeAt(0).toString(16).toUpperCase()).join("");
  // Windows-1252: dash 96, euro 80; spaces stay
  expect(file).toContain(`<${hex("Größe")}209620332080>`);
  expect(file).toContain("/Differences [1 /ecaron 2 /greaterequal 3 /minus]");
  expect(file).toContain("<01> <011B>");
  expect(file).toContain("<3F> Tj");
});

test("a QR code says the address", () => {
  const address =
    "https://atlas.example.org/#lang=de&layer=municipalities&indicator=unemployment&period=2021&map=9.60/52.87/9.70";
  const modules = qrModules(address) ?? [];
  const side = (modules.length + 8) * 4;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [y, row] of modules.entries()) {
    for (const [x, isDark] of row.entries()) {
      for (let at = 0; isDark && at < 16; at += 1) {
        const pixel = ((y + 4) * 4 + Math.floor(at / 4)) * side + (x + 4) * 4 + (at % 4);
        pixels.set([0, 0, 0], pixel * 4);
      }
    }
  }
  const read = (jsQR as unknown as { default?: typeof jsQR }).default ?? jsQR;
  expect(read(pixels, side, side)?.data).toBe(address);
  const [ground, dark] = qrItems(modules, { x: 0, y: 0, width: 100, height: 100 });
  expect(ground).toMatchObject({ fill: "#ffffff" });
  const area =
    dark?.kind === "rings"
      ? dark.rings.reduce(
          (sum, [a, b, c]) => sum + ((b?.[0] ?? 0) - (a?.[0] ?? 0)) * ((c?.[1] ?? 0) - (b?.[1] ?? 0)),
          0,
        )
      : 0;
  const module = 100 / (modules.length + 8);
  expect(area / module ** 2).toBeCloseTo(modules.flat().filter(Boolean).length, 6);
  expect(qrModules("x".repeat(5000))).toBeNull();
});

test("a shared address writes down what the atlas chose, and its language", () => {
  const settled = { layer: "a", indicator: "b", period: 2021, categories: ["x.y"] };
  const address = addressOf("https://h/", exactState({ ...INITIAL, embed: [] }, settled));
  expect(address).toBe("https://h/#lang=de&layer=a&indicator=b&period=2021&show=x.y");
  expect(fromHash(address.split("#")[1] ?? "", "en")).toEqual({ ...INITIAL, ...settled });
});

test("an embedded map has its controls in the address, in their order, and code that holds together", () => {
  const address = embedAddress("https://h/", { ...INITIAL, language: "en" }, ["time", "legend"]);
  expect(address).toBe("https://h/#lang=en&embed=legend,time");
  expect(fromHash("embed=-").embed).toEqual([]);
  expect(fromHash("embed=legend,,<b>,time,legend").embed).toEqual(["legend", "time"]);
  expect(iframeCode(`${address}"`, 'A "b" & c', 500)).toContain(
    'title="A &quot;b&quot; &amp; c" width="100%" height="500"',
  );
});

test("names of files have nothing that a file system might refuse", () => {
  expect(fileStem("unemployment", "", "2015/16", "../ä")).toBe("unemployment_2015_16_a");
});
