/**
 * A drawing as PDF (ISO 32000-1): one page of shapes and texts, so that it prints sharp at any size and its words can be
 * searched and copied.
 *
 * Texts are set in Helvetica, which every reader has (§9.6.2.2), and so no font is in the file. Letters beyond Windows-1252
 * get a code of their own by the name of their glyph; what the fonts do not have at all (Greek, Cyrillic) is a question
 * mark.
 */

import { HATCH } from "../map/palette";
import { groundOf, LINE_WIDTH, MARKS, type Mark, type PatternName, SIDE } from "../map/patterns";
import { type Drawing, type Fill, type Item, PATTERN_SCALE, type Point, type Stroke, short } from "./drawing";
import { plainSpaces, textWidth } from "./font";

/** Codes 128 to 159 of Windows-1252; a space where it has none. */
const WINDOWS = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

/** Names of glyphs that are no letter with an accent (Adobe Standard Latin). */
const GLYPHS: Record<string, string> = {
  "−": "minus",
  "≤": "lessequal",
  "≥": "greaterequal",
  ł: "lslash",
  Ł: "Lslash",
  đ: "dcroat",
};

/** Combining accents, and what they are called in the names of glyphs. */
const ACCENTS: Record<string, string> = {
  "\u0301": "acute",
  "\u0302": "circumflex",
  "\u0304": "macron",
  "\u0306": "breve",
  "\u0307": "dotaccent",
  "\u030a": "ring",
  "\u030b": "hungarumlaut",
  "\u030c": "caron",
  "\u0326": "commaaccent",
  "\u0327": "commaaccent",
  "\u0328": "ogonek",
};

/** Codes that Windows-1252 leaves free: control characters. */
const FIRST_FREE = 1;
const LAST_FREE = 31;

export async function toPdf(drawing: Drawing, created: Date): Promise<Blob> {
  const page = new Page(drawing.height);
  for (const item of drawing.items) page.add(item);
  const file = new File();
  const [catalog, pages, leaf, content, info] = [
    file.reserve(),
    file.reserve(),
    file.reserve(),
    file.reserve(),
    file.reserve(),
  ];
  const unicode = file.reserve();
  const encoding = page.codes.differences();
  const fonts = ["Helvetica", "Helvetica-Bold"].map((name) =>
    file.add(`<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding ${encoding} /ToUnicode ${unicode} 0 R >>`),
  );
  const patterns = [...page.patterns].map((name) => [name, file.reserve()] as const);
  for (const [name, id] of patterns) await file.stream(id, patternMarks(name), patternHead(drawing.height));
  const faded = [...page.opacities].map((opacity, index) => `/G${index} << /ca ${opacity} /CA ${opacity} >>`);
  const links = page.links.map(({ box, url }) => {
    const { x, y, width, height } = box;
    const corners = [x, drawing.height - y - height, x + width, drawing.height - y].map(short).join(" ");
    return file.add(
      `<< /Type /Annot /Subtype /Link /Rect [${corners}] /Border [0 0 0] /A << /S /URI /URI ${ascii(url)} >> >>`,
    );
  });
  file.put(
    catalog,
    `<< /Type /Catalog /Pages ${pages} 0 R /Lang (${drawing.language}) /ViewerPreferences << /DisplayDocTitle true >> >>`,
  );
  file.put(pages, `<< /Type /Pages /Kids [${leaf} 0 R] /Count 1 >>`);
  file.put(
    leaf,
    `<< /Type /Page /Parent ${pages} 0 R /MediaBox [0 0 ${short(drawing.width)} ${short(drawing.height)}] /Contents ${content} 0 R` +
      ` /Annots [${links.map((id) => `${id} 0 R`).join(" ")}] /Resources << /Font << /F1 ${fonts[0]} 0 R /F2 ${fonts[1]} 0 R >>` +
      ` /Pattern << ${patterns.map(([name, id]) => `/${name} ${id} 0 R`).join(" ")} >> /ExtGState << ${faded.join(" ")} >> >> >>`,
  );
  await file.stream(content, page.content(), "");
  await file.stream(unicode, page.codes.unicode(), "");
  const date = `D:${created.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;
  file.put(
    info,
    `<< /Title ${utf16(drawing.title)} /Subject ${utf16(drawing.description)} /Author ${utf16(drawing.author)} /Creator (Kreisel) /CreationDate (${date}) >>`,
  );
  return file.finish(catalog, info);
}

/** The content of the page. */
class Page {
  readonly codes = new Codes();
  readonly patterns = new Set<PatternName>();
  readonly opacities = new Set<number>();
  readonly links: { box: { x: number; y: number; width: number; height: number }; url: string }[] = [];
  #lines: string[];

  constructor(height: number) {
    // From here on y grows downwards, as in the drawing.
    this.#lines = [`1 0 0 -1 0 ${short(height)} cm`, "1 j"];
  }

  content(): string {
    return this.#lines.join("\n");
  }

  add(item: Item): void {
    switch (item.kind) {
      case "rings":
        this.#paint(item, () => item.rings.map((ring) => `${path(ring)} h`).join("\n"), "*");
        return;
      case "circle":
        this.#paint(item, () => circle(item.at, item.radius), "");
        return;
      case "line":
        this.#lines.push(strokeOf(item.stroke), path(item.points), "S");
        return;
      case "text":
        this.#text(item);
        return;
      case "clip": {
        const { x, y, width, height } = item.box;
        this.#lines.push("q", `${[x, y, width, height].map(short).join(" ")} re W n`);
        for (const inner of item.items) this.add(inner);
        this.#lines.push("Q");
        return;
      }
      case "link":
        this.links.push(item);
    }
  }

  /** `rule` is `*` for even-odd. */
  #paint(
    { fill, stroke, opacity }: { fill?: Fill; stroke?: Stroke; opacity?: number },
    shape: () => string,
    rule: string,
  ): void {
    const lines = this.#lines;
    if (opacity !== undefined) {
      this.opacities.add(opacity);
      lines.push("q", `/G${[...this.opacities].indexOf(opacity)} gs`);
    }
    if (stroke) lines.push(strokeOf(stroke));
    if (fill === undefined) {
      lines.push(shape(), stroke ? "S" : "n");
    } else if (typeof fill === "string") {
      lines.push(`${rgb(fill)} rg`, shape(), stroke ? `B${rule}` : `f${rule}`);
    } else {
      this.patterns.add(fill.pattern);
      lines.push(`${rgb(groundOf(fill.pattern))} rg`, shape(), `f${rule}`);
      lines.push("/Pattern cs", `/${fill.pattern} scn`, shape(), stroke ? `B${rule}` : `f${rule}`);
    }
    if (opacity !== undefined) lines.push("Q");
  }

  #text({ at, text, size, color, isBold = false, anchor = "start", rim }: Extract<Item, { kind: "text" }>): void {
    const plain = plainSpaces(text);
    const width = anchor === "start" ? 0 : textWidth(plain, size, isBold) * (anchor === "end" ? 1 : 0.5);
    const shown = `/F${isBold ? 2 : 1} ${short(size)} Tf 1 0 0 -1 ${short(at[0] - width)} ${short(at[1])} Tm <${this.codes.of(plain)}> Tj`;
    if (rim) {
      const stroke = strokeOf({ color: rim, width: size / 3.5 });
      // The rim is no second text to be read.
      this.#lines.push(`/Span << /ActualText <FEFF> >> BDC ${stroke} BT 1 Tr ${shown} 0 Tr ET EMC`);
    }
    this.#lines.push(`${rgb(color)} rg BT ${shown} ET`);
  }
}

/** Text → codes of the fonts' encoding. */
class Codes {
  #extra = new Map<string, number>();

  of(text: string): string {
    return [...text.normalize("NFC")].map((letter) => hex(this.#code(letter), 2)).join("");
  }

  #code(letter: string): number {
    const unicode = letter.codePointAt(0) ?? 0;
    if ((unicode >= 32 && unicode < 127) || (unicode >= 160 && unicode < 256)) return unicode;
    const windows = letter === " " ? -1 : WINDOWS.indexOf(letter);
    if (windows >= 0) return 128 + windows;
    const known = this.#extra.get(letter);
    if (known !== undefined) return known;
    const next = FIRST_FREE + this.#extra.size;
    if (glyphOf(letter) === null || next > LAST_FREE) return "?".charCodeAt(0);
    this.#extra.set(letter, next);
    return next;
  }

  differences(): string {
    const extra = [...this.#extra].map(([letter, code]) => `${code} /${glyphOf(letter)}`);
    return `<< /Type /Encoding /BaseEncoding /WinAnsiEncoding${extra.length > 0 ? ` /Differences [${extra.join(" ")}]` : ""} >>`;
  }

  /** What the codes mean, for those who search and copy (§9.10.3). */
  unicode(): string {
    const all = [...Array(224).keys()].map((index) => index + 32).filter((code) => code < 127 || code > 127);
    const usual = all.flatMap((code) => {
      const letter = code >= 128 && code < 160 ? WINDOWS[code - 128] : String.fromCharCode(code);
      return letter === undefined || (letter === " " && code !== 32) ? [] : [[code, letter] as const];
    });
    const pairs = [...usual, ...[...this.#extra].map(([letter, code]) => [code, letter] as const)];
    const blocks: string[] = [];
    for (let at = 0; at < pairs.length; at += 100) {
      const block = pairs
        .slice(at, at + 100)
        .map(([code, letter]) => `<${hex(code, 2)}> <${hex(letter.charCodeAt(0), 4)}>`);
      blocks.push(`${block.length} beginbfchar\n${block.join("\n")}\nendbfchar`);
    }
    return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<00> <FF>
endcodespacerange
${blocks.join("\n")}
endcmap
CMapName currentdict /CMap defineresource pop
end
end`;
  }
}

function glyphOf(letter: string): string | null {
  const [base = "", accent, more] = letter.normalize("NFD");
  if (accent === undefined || more !== undefined || !/[A-Za-z]/.test(base)) return GLYPHS[letter] ?? null;
  const name = ACCENTS[accent];
  return name === undefined ? null : base + name;
}

/** The objects of the file. */
class File {
  #objects: (Uint8Array | null)[] = [];

  /** The number of an object that is put later. */
  reserve(): number {
    return this.#objects.push(null);
  }

  put(id: number, text: string): void {
    this.#objects[id - 1] = bytes(text);
  }

  add(text: string): number {
    const id = this.reserve();
    this.put(id, text);
    return id;
  }

  /** An object with content; it is packed where the browser can do that. */
  async stream(id: number, content: string, entries: string): Promise<void> {
    const plain = bytes(content);
    const packed = await deflated(plain);
    const filter = packed ? " /Filter /FlateDecode" : "";
    const body = packed ?? plain;
    this.#objects[id - 1] = joined([
      bytes(`<< ${entries}${filter} /Length ${body.length} >>\nstream\n`),
      body,
      bytes("\nendstream"),
    ]);
  }

  finish(catalog: number, info: number): Blob {
    // The comment with bytes beyond ASCII says that this is no text (§7.5.2).
    const parts = [joined([bytes("%PDF-1.4\n%"), new Uint8Array([0xe2, 0xe3, 0xcf, 0xd3, 0x0a])])];
    const places: number[] = [];
    let at = parts[0]?.length ?? 0;
    for (const [index, object] of this.#objects.entries()) {
      const part = joined([bytes(`${index + 1} 0 obj\n`), object ?? bytes("null"), bytes("\nendobj\n")]);
      places.push(at);
      at += part.length;
      parts.push(part);
    }
    const count = places.length + 1;
    const table = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
    parts.push(
      bytes(
        `xref\n0 ${count}\n0000000000 65535 f \n${table}trailer\n<< /Size ${count} /Root ${catalog} 0 R /Info ${info} 0 R >>\nstartxref\n${at}\n%%EOF\n`,
      ),
    );
    return new Blob([joined(parts)], { type: "application/pdf" });
  }
}

async function deflated(plain: Uint8Array<ArrayBuffer>): Promise<Uint8Array | null> {
  if (typeof CompressionStream === "undefined") return null;
  const packed = new Blob([plain]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

function patternHead(height: number): string {
  // Patterns are laid out from the page's own origin (§8.7.3.1): turned over like everything else.
  const matrix = [PATTERN_SCALE, 0, 0, -PATTERN_SCALE, 0, height].map(short).join(" ");
  return `/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 ${SIDE} ${SIDE}] /XStep ${SIDE} /YStep ${SIDE} /Matrix [${matrix}] /Resources << >>`;
}

function patternMarks(name: PatternName): string {
  return [`${rgb(HATCH)} rg ${rgb(HATCH)} RG ${LINE_WIDTH} w`, ...MARKS[name].map(markOf)].join("\n");
}

function markOf(mark: Mark): string {
  if (mark.kind === "line") return `[${(mark.dash ?? []).join(" ")}] 0 d ${path([mark.from, mark.to])} S`;
  return `${circle(mark.at, mark.radius)} ${mark.kind === "dot" ? "f" : "S"}`;
}

function path(points: readonly Point[]): string {
  return points.map(([x, y], index) => `${short(x)} ${short(y)} ${index === 0 ? "m" : "l"}`).join(" ");
}

/** Four curves that differ from a circle by less than 0.03 % of its radius. */
const CURVE = 0.5522847498;

function circle([x, y]: Point, radius: number): string {
  const handle = radius * CURVE;
  const at = (...numbers: number[]) => numbers.map(short).join(" ");
  return [
    `${at(x + radius, y)} m`,
    `${at(x + radius, y + handle, x + handle, y + radius, x, y + radius)} c`,
    `${at(x - handle, y + radius, x - radius, y + handle, x - radius, y)} c`,
    `${at(x - radius, y - handle, x - handle, y - radius, x, y - radius)} c`,
    `${at(x + handle, y - radius, x + radius, y - handle, x + radius, y)} c h`,
  ].join(" ");
}

function strokeOf({ color, width }: Stroke): string {
  return `${rgb(color)} RG ${short(width)} w`;
}

/** `#rrggbb` as three numbers from 0 to 1. */
function rgb(color: string): string {
  return [1, 3, 5].map((at) => short(Number.parseInt(color.slice(at, at + 2), 16) / 255)).join(" ");
}

function hex(number: number, digits: number): string {
  return number.toString(16).toUpperCase().padStart(digits, "0");
}

function utf16(text: string): string {
  return `<FEFF${[...Array(text.length).keys()].map((at) => hex(text.charCodeAt(at), 4)).join("")}>`;
}

function ascii(text: string): string {
  return `(${text.replace(/[\\()]/g, "\\$&")})`;
}

/** Texts of the file's own language are ASCII. */
function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
