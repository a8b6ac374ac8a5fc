/**
 * State ↔ the part of the address after `#`.
 *
 * Reading is total: a part that makes no sense falls back to its default, so that an old or damaged link still opens
 * a map. Whether a layer or indicator of that name exists is not known here; `catalogue.settle` decides it.
 * The language stands in the address too: a link sent to somebody shows what the sender saw.
 */
import { FEWEST_CLASSES, METHODS, MIDDLES, MOST_CLASSES, type Scheme } from "./classify/classify";
import { readPeriod } from "./period";
import {
  type Beside,
  INITIAL,
  type Language,
  MOST_BESIDE,
  MOST_COMPARED,
  type Page,
  type Selection,
  type Sort,
  type State,
  type Tab,
  type View,
} from "./state";

/** Zoom with two decimals, degrees with four: about ten metres. */
const ZOOM_DECIMALS = 2;
const DEGREE_DECIMALS = 4;

/** All categories switched off: not the same as none chosen yet. */
const NO_CATEGORY = "-";

/** Nothing but the map. */
const NO_CONTROL = "-";

export function toHash(state: State): string {
  const parts: [string, string][] = [];
  if (state.language !== INITIAL.language) parts.push(["lang", state.language]);
  if (state.layer !== null) parts.push(["layer", state.layer]);
  if (state.indicator !== null) parts.push(["indicator", state.indicator]);
  if (state.period !== null) parts.push(["period", String(state.period)]);
  if (state.selection?.kind === "area") parts.push(["area", state.selection.key]);
  if (state.selection?.kind === "facility") {
    parts.push(["facility", `${state.selection.layer}/${state.selection.key}`]);
  }
  if (state.categories !== null) parts.push(["show", state.categories.join(",") || NO_CATEGORY]);
  if (state.sort.by !== INITIAL.sort.by || state.sort.order !== INITIAL.sort.order) {
    parts.push(["sort", `${state.sort.by}-${state.sort.order}`]);
  }
  if (state.tab !== INITIAL.tab) parts.push(["list", state.tab]);
  if (state.page !== INITIAL.page) parts.push(["page", state.page]);
  if (state.classes !== null) parts.push(["classes", schemeText(state.classes)]);
  if (state.entry !== null) parts.push(["class", state.entry]);
  if (state.charts !== null) parts.push(["charts", state.charts ? "on" : "off"]);
  if (state.against !== null) parts.push(["against", state.against]);
  if (state.compared.length > 0) parts.push(["compare", state.compared.map(escaped).join(",")]);
  if (state.benchmark !== null) parts.push(["benchmark", state.benchmark]);
  if (state.since !== null) parts.push(["since", String(state.since)]);
  if (state.beside.length > 0) parts.push(["beside", state.beside.map(besideText).join(",")]);
  if (state.isSwiped) parts.push(["swipe", "on"]);
  if (state.view !== null) parts.push(["map", viewText(state.view)]);
  if (state.embed !== null) parts.push(["embed", state.embed.join(",") || NO_CONTROL]);
  return parts.map(([name, text]) => `${name}=${encode(text)}`).join("&");
}

export function fromHash(hash: string, language: Language = INITIAL.language): State {
  const parts = new Map<string, string>();
  for (const part of hash.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at > 0) parts.set(part.slice(0, at), decode(part.slice(at + 1)));
  }
  return {
    language: readLanguage(parts.get("lang")) ?? language,
    layer: parts.get("layer") || null,
    indicator: parts.get("indicator") || null,
    // `year` is what it was called when all periods were years.
    period: readPeriod(parts.get("period") ?? parts.get("year")),
    selection: readSelection(parts.get("area"), parts.get("facility")),
    categories: readCategories(parts.get("show")),
    sort: readSort(parts.get("sort")),
    tab: readTab(parts.get("list")),
    page: readPage(parts.get("page")),
    classes: readScheme(parts.get("classes")),
    entry: readEntry(parts.get("class")),
    charts: readCharts(parts.get("charts")),
    against: parts.get("against") || null,
    compared: readCompared(parts.get("compare")),
    benchmark: parts.get("benchmark") || null,
    since: readPeriod(parts.get("since")),
    beside: readBesides(parts.get("beside")),
    isSwiped: parts.get("swipe") === "on",
    view: readView(parts.get("map")),
    embed: readEmbed(parts.get("embed")),
  };
}

/** What an address may say although it is so anyway, and then leaves out. */
const DEFAULTS = ["lang=de", "list=areas", "page=map", "swipe=off", "sort=value-descending"];

/** The parts of an address that say nothing to the page: unknown names, and damaged texts. */
export function unreadParts(hash: string): string[] {
  const parts = hash
    .replace(/^#/, "")
    .split("&")
    .filter((part) => part !== "");
  return parts
    .filter((part) => !DEFAULTS.includes(part) && toHash(fromHash(part)) === "")
    .map((part) => decode(part) || part);
}

/** Calls `write` at most once in `interval_ms`, always with the newest value. Browsers refuse too many changes. */
export function throttled<T>(write: (value: T) => void, interval_ms: number): (value: T) => void {
  let waiting: { value: T } | null = null;
  return (value) => {
    const isWaiting = waiting !== null;
    waiting = { value };
    if (isWaiting) return;
    setTimeout(() => {
      const newest = waiting;
      waiting = null;
      if (newest !== null) write(newest.value);
    }, interval_ms);
  };
}

/** Like `encodeURIComponent`, but leaves readable what is harmless in this place. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/%2F/g, "/").replace(/%2C/g, ",");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function viewText(view: View): string {
  return [view.zoom.toFixed(ZOOM_DECIMALS), view.lat.toFixed(DEGREE_DECIMALS), view.lon.toFixed(DEGREE_DECIMALS)].join(
    "/",
  );
}

function readEmbed(text: string | undefined): string[] | null {
  if (text === undefined) return null;
  return [...new Set(text.split(",").filter((name) => /^[a-z]+$/.test(name)))];
}

function readLanguage(text: string | undefined): Language | null {
  return text === "de" || text === "en" ? text : null;
}

function readSelection(area: string | undefined, facility: string | undefined): Selection | null {
  if (area) return { kind: "area", key: area };
  const at = facility?.indexOf("/") ?? -1;
  if (facility === undefined || at <= 0 || at === facility.length - 1) return null;
  return { kind: "facility", layer: facility.slice(0, at), key: facility.slice(at + 1) };
}

function readCategories(text: string | undefined): readonly string[] | null {
  if (!text) return null;
  return [...new Set(text.split(",").filter((name) => name !== "" && name !== NO_CATEGORY))].sort();
}

function readSort(text: string | undefined): Sort {
  const [by, order] = (text ?? "").split("-");
  const known =
    (by === "name" || by === "value" || by === "change") && (order === "ascending" || order === "descending");
  return known ? { by, order } : INITIAL.sort;
}

function readTab(text: string | undefined): Tab {
  return text === "facilities" ? text : INITIAL.tab;
}

function schemeText(scheme: Scheme): string {
  if (scheme.method === "around") return `around/${scheme.middle}`;
  return `${scheme.method}/${scheme.method === "manual" ? scheme.limits.join(",") : scheme.count}`;
}

function readScheme(text: string | undefined): Scheme | null {
  const [name, rest] = (text ?? "").split("/");
  if (rest === undefined || rest === "") return null;
  if (name === "manual") {
    const limits = rest.split(",").map((part) => (part === "" ? Number.NaN : Number(part)));
    const isSound = limits.every(Number.isFinite) && limits.length < MOST_CLASSES;
    return isSound ? { method: "manual", limits: [...new Set(limits)].sort((a, b) => a - b) } : null;
  }
  if (name === "around") {
    const middle = MIDDLES.find((known) => known === rest);
    return middle ? { method: "around", middle } : null;
  }
  const method = METHODS.find((known) => known === name);
  const count = /^\d$/.test(rest) ? Number(rest) : 0;
  return method && count >= FEWEST_CLASSES && count <= MOST_CLASSES ? { method, count } : null;
}

function readEntry(text: string | undefined): string | null {
  return text !== undefined && /^([0-6]|[a-z_]+)$/.test(text) ? text : null;
}

function readCharts(text: string | undefined): boolean | null {
  return text === "on" || text === "off" ? text === "on" : null;
}

function readPage(text: string | undefined): Page {
  return text === "area" || text === "compare" || text === "method" ? text : INITIAL.page;
}

function readCompared(text: string | undefined): string[] {
  const keys = (text ?? "").split(",").map(decode);
  return [...new Set(keys.filter((key) => key !== ""))].slice(0, MOST_COMPARED);
}

/** A key may have the comma that stands between keys. */
function escaped(key: string): string {
  return key.replaceAll("%", "%25").replaceAll(",", "%2C");
}

function besideText({ indicator, period }: Beside): string {
  return period === null ? indicator : `${indicator}/${period}`;
}

function readBesides(text: string | undefined): Beside[] {
  const maps = (text ?? "").split(",").flatMap((part): Beside[] => {
    const [indicator = "", ...rest] = part.split("/");
    return indicator === "" ? [] : [{ indicator, period: readPeriod(rest.join("/")) }];
  });
  return maps.slice(0, MOST_BESIDE);
}

function readView(text: string | undefined): View | null {
  const [zoom, lat, lon, ...rest] = (text ?? "").split("/").map((part) => (part === "" ? Number.NaN : Number(part)));
  if (zoom === undefined || lat === undefined || lon === undefined || rest.length > 0) return null;
  const inside = zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 85.06 && Math.abs(lon) <= 180;
  return inside ? { zoom, lat, lon } : null;
}
