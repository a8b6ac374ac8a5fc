/** A drawing as SVG. It stands alone: no style sheet, no font file, no picture, and nothing that a strict policy forbids. */

import { HATCH } from "../map/palette";
import { groundOf, LINE_WIDTH, MARKS, type Mark, type PatternName, SIDE } from "../map/patterns";
import { type Drawing, type Fill, type Item, PATTERN_SCALE, type Point, type Stroke, short } from "./drawing";

const FONTS = "Helvetica, Arial, 'Liberation Sans', sans-serif";

export function toSvg(drawing: Drawing): string {
  const { width, height, language, title, description } = drawing;
  const writer = new Writer();
  const body = drawing.items.map((item) => writer.item(item)).join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${short(width)}pt" height="${short(height)}pt" viewBox="0 0 ${short(width)} ${short(height)}" font-family="${FONTS}" xml:lang="${language}" role="img">
<title>${escaped(title)}</title>
<desc>${escaped(description)}</desc>
<defs>${writer.definitions()}</defs>
${body}
</svg>
`;
}

class Writer {
  #patterns = new Set<PatternName>();
  #clips: string[] = [];

  definitions(): string {
    return [...this.#patterns].map(pattern).join("") + this.#clips.join("");
  }

  item(item: Item): string {
    switch (item.kind) {
      case "rings": {
        const data = item.rings.map((ring) => `M${ring.map(pair).join("L")}Z`).join("");
        return this.#filled("path", `d="${data}" fill-rule="evenodd"`, item);
      }
      case "circle":
        return this.#filled(
          "circle",
          `cx="${short(item.at[0])}" cy="${short(item.at[1])}" r="${short(item.radius)}"`,
          item,
        );
      case "line":
        return `<path d="M${item.points.map(pair).join("L")}" fill="none"${stroke(item.stroke)}/>`;
      case "text":
        return text(item);
      case "clip": {
        const id = `clip${this.#clips.length}`;
        const { x, y, width, height } = item.box;
        this.#clips.push(
          `<clipPath id="${id}"><rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"/></clipPath>`,
        );
        return `<g clip-path="url(#${id})">\n${item.items.map((inner) => this.item(inner)).join("\n")}\n</g>`;
      }
      case "link": {
        const { x, y, width, height } = item.box;
        return `<a href="${escaped(item.url)}"><rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" fill="#ffffff" fill-opacity="0"/></a>`;
      }
    }
  }

  #filled(
    name: string,
    shape: string,
    { fill, stroke: line, opacity }: { fill?: Fill; stroke?: Stroke; opacity?: number },
  ): string {
    const faded = opacity === undefined ? "" : ` opacity="${short(opacity)}"`;
    const rim = line ? stroke(line) : "";
    if (fill === undefined) return `<${name} ${shape} fill="none"${rim}${faded}/>`;
    if (typeof fill === "string") return `<${name} ${shape} fill="${fill}"${rim}${faded}/>`;
    this.#patterns.add(fill.pattern);
    const ground = `<${name} ${shape} fill="${groundOf(fill.pattern)}"${faded}/>`;
    return `${ground}<${name} ${shape} fill="url(#${fill.pattern})"${rim}${faded}/>`;
  }
}

function pattern(name: PatternName): string {
  const marks = MARKS[name].map(markOf).join("");
  return `<pattern id="${name}" width="${SIDE}" height="${SIDE}" patternUnits="userSpaceOnUse" patternTransform="scale(${PATTERN_SCALE})" stroke="${HATCH}" stroke-width="${LINE_WIDTH}" fill="none">${marks}</pattern>`;
}

function markOf(mark: Mark): string {
  if (mark.kind === "line") {
    const dash = mark.dash ? ` stroke-dasharray="${mark.dash.join(" ")}"` : "";
    return `<path d="M${mark.from.join(" ")}L${mark.to.join(" ")}"${dash}/>`;
  }
  const fill = mark.kind === "dot" ? ` fill="${HATCH}" stroke="none"` : "";
  return `<circle cx="${mark.at[0]}" cy="${mark.at[1]}" r="${mark.radius}"${fill}/>`;
}

function text({ at, text, size, color, isBold, anchor, rim }: Extract<Item, { kind: "text" }>): string {
  const place = `x="${short(at[0])}" y="${short(at[1])}" font-size="${short(size)}" fill="${color}"`;
  const weight = isBold ? ' font-weight="700"' : "";
  const side = anchor && anchor !== "start" ? ` text-anchor="${anchor}"` : "";
  const halo = rim
    ? ` stroke="${rim}" stroke-width="${short(size / 3.5)}" stroke-linejoin="round" paint-order="stroke"`
    : "";
  return `<text ${place}${weight}${side}${halo}>${escaped(text)}</text>`;
}

function stroke({ color, width }: Stroke): string {
  return ` stroke="${color}" stroke-width="${short(width)}" stroke-linejoin="round"`;
}

function pair([x, y]: Point): string {
  return `${short(x)} ${short(y)}`;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
