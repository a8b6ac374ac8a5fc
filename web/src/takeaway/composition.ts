/**
 * The map as a page for a council paper: title, period, map, legend, where the figures come from and by which release
 * they can be cited. A4 across; everything is laid out here and nowhere else.
 */
import type { Area, BordersAnswer, Category, Classes, Measure } from "../answers";
import { existenceIn, type Place } from "../facilities";
import { formatChange, formatNumber, pick } from "../format";
import { rangeText, toLegend } from "../legend/legend";
import {
  AREA_LINE,
  AREA_LINE_ON_NEUTRAL,
  CIRCLE,
  GROUND,
  INK,
  NEIGHBOUR,
  NEIGHBOUR_LINE,
  NEUTRAL,
} from "../map/palette";
import { paintOf } from "../map/scene";
import { type AreaFigure, radiusOf } from "../series";
import type { Language } from "../state";
import type { Texts } from "../texts";
import { type Box, type Drawing, type Fill, type Item, type Point, rectangle } from "./drawing";
import { plainSpaces, textWidth, wrap, wrapAtMost } from "./font";
import { type Projection, ringsOf } from "./projection";
import { qrItems } from "./qr";

/** A4 across, in points. */
export const WIDTH = 842;
export const HEIGHT = 595;
const EDGE = 30;
const LEGEND_WIDTH = 182;
const GAP = 14;
const SOFT = "#465a61";
const FRAME = "#8a9795";
const WARN = "#5e4300";
const QR_SIDE = 74;
/** A pixel of the screen's circles on paper. */
const CIRCLE_SCALE = 0.7;
const FADED = 0.3;

/** What the page says. */
export interface Content {
  language: Language;
  texts: Texts;
  atlas: string;
  publisher: string;
  title: string;
  unit: string;
  /** Decimals of class limits. */
  decimals: number;
  period: string;
  /** What changes are counted from; `null` = the figures themselves are shown. */
  since: string | null;
  layer: string;
  isInvented: boolean;
  direction: string;
  figures: readonly AreaFigure[];
  classes: Classes;
  measure: Measure;
  /** Areas that stand out; `null` = none does. */
  chosen: ReadonlySet<number> | null;
  selected: number | null;
  areas: readonly Area[];
  borders: BordersAnswer;
  context: BordersAnswer | null;
  /** Facilities on the map. */
  places: readonly Place[];
  /** The calendar year for which facilities count as open. */
  today: number;
  /** Sources, one line each. */
  sources: readonly string[];
  /** The release, with its date. */
  release: string;
  /** When the page was made. */
  made: string;
  /** Where the map can be seen. */
  address: string;
  /** The address as a QR code; `null` = without. */
  qr: readonly boolean[][] | null;
}

/** Where on the page the map is. */
export function frameOf(title: string): Box {
  const y = EDGE + 24 * wrapAtMost(title, 2, WIDTH - 2 * EDGE, 19, true).length + 18;
  return { x: EDGE, y, width: WIDTH - 2 * EDGE - LEGEND_WIDTH - GAP, height: HEIGHT - EDGE - 58 - y };
}

export function compose(content: Content, projection: Projection): Drawing {
  const frame = frameOf(content.title);
  const { atlas, title, period, layer, language, publisher } = content;
  return {
    width: WIDTH,
    height: HEIGHT,
    language,
    title: `${title}, ${period}`,
    description: `${title}, ${period}. ${layer}. ${content.sources.join(" ")} ${content.release}`,
    author: `${atlas}, ${publisher}`,
    items: [
      { kind: "rings", rings: [rectangle({ x: 0, y: 0, width: WIDTH, height: HEIGHT })], fill: "#ffffff" },
      ...head(content, frame),
      { kind: "clip", box: frame, items: map(content, projection, frame) },
      { kind: "rings", rings: [rectangle(frame)], stroke: { color: FRAME, width: 0.6 } },
      ...scaleBar(projection, frame, language),
      ...legend(content, { ...frame, x: frame.x + frame.width + GAP, width: LEGEND_WIDTH }),
      ...foot(content, frame),
    ],
  };
}

function head({ title, period, layer, unit, texts, isInvented }: Content, frame: Box): Item[] {
  const lines = wrapAtMost(title, 2, WIDTH - 2 * EDGE, 19, true);
  const items: Item[] = lines.map((text, index) => ({
    kind: "text",
    at: [EDGE, EDGE + 14 + 24 * index],
    text,
    size: 19,
    color: INK,
    isBold: true,
  }));
  const below = [period, layer, unit].filter((part) => part !== "").join(" · ");
  items.push({ kind: "text", at: [EDGE, frame.y - 10], text: below, size: 11, color: SOFT });
  if (isInvented) {
    const at: Point = [WIDTH - EDGE, frame.y - 10];
    items.push({ kind: "text", at, text: texts.invented, size: 11, color: WARN, isBold: true, anchor: "end" });
  }
  return items;
}

function map(content: Content, projection: Projection, frame: Box): Item[] {
  const items: Item[] = [{ kind: "rings", rings: [rectangle(frame)], fill: GROUND }];
  for (const neighbour of content.context?.features ?? []) {
    const rings = ringsOf(neighbour.geometry, projection);
    items.push({ kind: "rings", rings, fill: NEIGHBOUR, stroke: { color: NEIGHBOUR_LINE, width: 0.5 } });
  }
  const figures = new Map(content.figures.map((figure) => [figure.id, figure]));
  const selected: Item[] = [];
  const circles: { at: Point; radius: number; isDimmed: boolean }[] = [];
  const places = new Map(content.areas.map((area) => [area.id, area]));
  for (const feature of content.borders.features) {
    const figure = figures.get(feature.id);
    const paint = figure ? paintOf(figure, content) : null;
    const rings = ringsOf(feature.geometry, projection);
    if (rings.length === 0) continue;
    const fill: Fill = paint?.pattern ? { pattern: paint.pattern } : (paint?.color ?? NEUTRAL);
    const color = paint?.color ? AREA_LINE : AREA_LINE_ON_NEUTRAL;
    items.push({
      kind: "rings",
      rings,
      fill,
      stroke: { color, width: 0.7 },
      ...(paint?.isDimmed ? { opacity: FADED } : {}),
    });
    if (feature.id === content.selected) {
      selected.push({ kind: "rings", rings, stroke: { color: INK, width: 2 } });
    }
    const area = places.get(feature.id);
    if (paint && area && paint.radius_px > 0) {
      const at = projection.toPaper(area.label);
      circles.push({ at, radius: paint.radius_px * CIRCLE_SCALE, isDimmed: paint.isDimmed });
    }
  }
  // Small circles stand above large ones.
  for (const { at, radius, isDimmed } of circles.toSorted((a, b) => b.radius - a.radius)) {
    const opacity = isDimmed ? 0.72 * FADED : 0.72;
    items.push({ kind: "circle", at, radius, fill: CIRCLE, stroke: { color: "#ffffff", width: 0.8 }, opacity });
  }
  return [...items, ...selected, ...discs(content, projection), ...names(content, projection, frame)];
}

/** Categories on the map, in the order of the legend. */
function categoriesOf(places: readonly Place[]): { category: Category; number: number; places: Place[] }[] {
  const found = new Map<Category, Place[]>();
  for (const place of places) {
    if (place.category) found.set(place.category, [...(found.get(place.category) ?? []), place]);
  }
  return [...found].map(([category, places], index) => ({ category, places, number: index + 1 }));
}

/** Facilities have the number of their category, so that nobody has to tell colours apart. */
function discs(content: Content, projection: Projection): Item[] {
  return categoriesOf(content.places).flatMap(({ category, number, places }) =>
    places.flatMap(({ facility }) => {
      const isPlanned = existenceIn(facility, content.today) === "planned";
      return disc(projection.toPaper(facility.position), category.color, number, isPlanned);
    }),
  );
}

function disc([x, y]: Point, color: string, number: number, isPlanned: boolean): Item[] {
  const [fill, text, rim] = isPlanned ? ["#ffffff", INK, color] : [color, "#ffffff", "#ffffff"];
  return [
    { kind: "circle", at: [x, y], radius: 5.2, fill, stroke: { color: rim, width: isPlanned ? 1.2 : 0.8 } },
    { kind: "text", at: [x, y + 2.2], text: String(number), size: 6.2, color: text, isBold: true, anchor: "middle" },
  ];
}

const NAME_SIZE = 7.6;

/** Where a name may stand: at its area's label point, or a line above or below it. */
const PLACES = [0, -9, 9, -14, 14];

/** Names of areas, the largest area first, as far as they cover neither another nor a facility. */
function names({ areas, places }: Content, projection: Projection, frame: Box): Item[] {
  const taken: Box[] = places.map(({ facility }) => {
    const [x, y] = projection.toPaper(facility.position);
    return { x: x - 6, y: y - 6, width: 12, height: 12 };
  });
  const items: Item[] = [];
  const extent = ({ bounds: [west, south, east, north] }: Area) => (east - west) * (north - south);
  for (const { name, label } of areas.toSorted((a, b) => extent(b) - extent(a))) {
    const [x, y] = projection.toPaper(label);
    const width = textWidth(name, NAME_SIZE, true) + 4;
    const boxes = PLACES.map((by) => ({ x: x - width / 2, y: y + by - 5, width, height: NAME_SIZE + 2.5 }));
    const box = boxes.find((box) => lies(box, frame) && !taken.some((other) => overlap(box, other)));
    if (!box) continue;
    taken.push(box);
    items.push({
      kind: "text",
      at: [x, box.y + 7.6],
      text: name,
      size: NAME_SIZE,
      color: INK,
      isBold: true,
      anchor: "middle",
      rim: "#ffffff",
    });
  }
  return items;
}

function lies(box: Box, frame: Box): boolean {
  const { x, y, width, height } = frame;
  return box.x > x && box.x + box.width < x + width && box.y > y && box.y + box.height < y + height;
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** A round length of about a sixth of the map's width. */
function scaleBar(projection: Projection, frame: Box, language: Language): Item[] {
  const metres = projection.metresPerPoint();
  const most = (frame.width / 6) * metres;
  const power = 10 ** Math.floor(Math.log10(most));
  const length_m = power * ([5, 2, 1].find((digit) => digit * power <= most) ?? 1);
  const width = length_m / metres;
  const [x, y] = [frame.x + 12, frame.y + frame.height - 12];
  const text =
    length_m < 1000 ? `${formatNumber(length_m, 0, language)} m` : `${formatNumber(length_m / 1000, 0, language)} km`;
  const points: Point[] = [
    [x, y - 4],
    [x, y],
    [x + width, y],
    [x + width, y - 4],
  ];
  return [
    { kind: "line", points, stroke: { color: "#ffffff", width: 3 } },
    { kind: "line", points, stroke: { color: INK, width: 1 } },
    { kind: "text", at: [x + width / 2, y - 4], text, size: 7.5, color: INK, anchor: "middle", rim: "#ffffff" },
  ];
}

const ROW = 15.5;

function legend(content: Content, box: Box): Item[] {
  const { texts, language, classes, measure, unit, decimals, direction, since } = content;
  const data = toLegend(content.figures, classes, measure);
  const items: Item[] = [];
  const right = box.x + box.width;
  let y = box.y + 9;
  const line = (text: string, size: number, color: string, isBold = false) => {
    for (const part of wrap(text, box.width, size, isBold)) {
      items.push({ kind: "text", at: [box.x, y], text: part, size, color, isBold });
      y += size * 1.3;
    }
  };
  const entry = (text: string, count: number, swatch: Fill | null) => {
    if (swatch) {
      const sample = rectangle({ x: box.x, y: y - 8, width: 20, height: 11 });
      items.push({ kind: "rings", rings: [sample], fill: swatch, stroke: { color: FRAME, width: 0.5 } });
    }
    for (const [index, part] of wrap(text, box.width - 56, 8.5).entries()) {
      items.push({ kind: "text", at: [box.x + 27, y + index * 10.5], text: part, size: 8.5, color: INK });
      if (index > 0) y += 10.5 - ROW / 4;
    }
    items.push({ kind: "text", at: [right, y], text: String(count), size: 8.5, color: SOFT, anchor: "end" });
    y += ROW;
  };
  line(unit === "" ? texts.legend.heading : `${texts.legend.heading}: ${unit}`, 10, INK, true);
  items.push({ kind: "text", at: [right, y - 1], text: texts.list.areas, size: 7.5, color: SOFT, anchor: "end" });
  y += 13;
  const write = since === null ? formatNumber : formatChange;
  for (const limits of data.classes) {
    entry(
      rangeText(limits, (value) => write(value, decimals, language), texts),
      limits.count,
      limits.color,
    );
  }
  for (const { number: size } of data.circles) {
    const radius = radiusOf(size, classes) * CIRCLE_SCALE;
    const at: Point = [box.x + 26, y + radius - 8];
    items.push({ kind: "circle", at, radius, fill: CIRCLE, stroke: { color: "#ffffff", width: 0.8 }, opacity: 0.72 });
    const text = formatNumber(size, 0, language);
    items.push({ kind: "text", at: [box.x + 60, at[1] + 3], text, size: 8.5, color: INK });
    y += 2 * radius + 4;
  }
  if (data.circles.length > 0) y += 6;
  if (data.zero) entry(texts.legend.zero, data.zero.count, { pattern: "zero" });
  for (const { state, count } of data.absent) entry(texts.states[state], count, { pattern: state });
  y += 2;
  const hints = [
    direction === "" ? "" : `${direction}.`,
    since === null
      ? `${data.classes.length > 0 ? texts.legend.fixed : texts.legend.size}.`
      : texts.change.legend(since),
    ...data.remarked.map(({ state, count }) => `${texts.legend.remarked(count, texts.states[state])}.`),
  ];
  line(hints.filter((hint) => hint !== "").join(" "), 7.5, SOFT);
  const categories = categoriesOf(content.places);
  if (categories.length > 0) {
    y += 10;
    line(texts.facilities.heading, 10, INK, true);
    y += 4;
  }
  const room = content.qr ? box.y + box.height - QR_SIDE - 8 : box.y + box.height;
  for (const [index, { category, number, places }] of categories.entries()) {
    if (y + ROW > room && index < categories.length - 1) {
      line(texts.takeaway.moreCategories(categories.length - index), 7.5, SOFT);
      break;
    }
    items.push(...disc([box.x + 10, y - 3], category.color, number, false));
    entry(pick(category.title, language), places.length, null);
  }
  const planned = content.places.filter(({ facility }) => existenceIn(facility, content.today) === "planned");
  const [first] = planned;
  if (first?.category && y + ROW <= room) {
    items.push({
      kind: "circle",
      at: [box.x + 10, y - 3],
      radius: 5.2,
      fill: "#ffffff",
      stroke: { color: first.category.color, width: 1.2 },
    });
    entry(texts.takeaway.planned, planned.length, null);
  }
  return items;
}

function foot({ sources, release, made, address, atlas, publisher, qr, texts }: Content, frame: Box): Item[] {
  const items: Item[] = [];
  const bottom = HEIGHT - EDGE;
  const width = qr ? WIDTH - 2 * EDGE - QR_SIDE - GAP : WIDTH - 2 * EDGE;
  let y = frame.y + frame.height + 14;
  const cited = `${[...new Set([atlas, publisher])].join(", ")}. ${release}. ${made}.`;
  const said = wrapAtMost(sources.join(" "), 3, width, 7.5);
  for (const text of [...said, ...wrapAtMost(cited, 1, width, 7.5)]) {
    items.push({ kind: "text", at: [EDGE, y], text, size: 7.5, color: SOFT });
    y += 10;
  }
  const [shown = ""] = wrapAtMost(plainSpaces(address).replace(/^https?:\/\//, ""), 1, width, 7.5);
  const isWhole = textWidth(shown, 7.5) <= width;
  const link = isWhole ? shown : texts.takeaway.inTheAtlas;
  items.push({ kind: "text", at: [EDGE, y], text: link, size: 7.5, color: "#0f6674" });
  items.push({ kind: "link", box: { x: EDGE, y: y - 8, width: textWidth(link, 7.5), height: 10 }, url: address });
  if (qr) {
    const box = { x: WIDTH - EDGE - QR_SIDE, y: bottom - QR_SIDE + 8, width: QR_SIDE, height: QR_SIDE };
    items.push(...qrItems(qr, box), { kind: "link", box, url: address });
    const at: Point = [box.x + QR_SIDE / 2, box.y - 2];
    items.push({ kind: "text", at, text: texts.takeaway.inTheAtlas, size: 7, color: SOFT, anchor: "middle" });
  }
  return items;
}
