/** What the visitor has chosen: one plain object, changed only by making another. It is what the address carries. */
import type { Period } from "./answers";
import type { Scheme } from "./classify/classify";

export type Language = "de" | "en";

/** Which list stands beside the map. */
export type Tab = "areas" | "facilities";

export interface Sort {
  by: "name" | "value" | "change";
  order: "ascending" | "descending";
}

/** Where the map looks: zoom, latitude, longitude. */
export interface View {
  zoom: number;
  lat: number;
  lon: number;
}

/** What fills the page: the map with its lists, one area, several areas, or how an indicator is made. */
export type Page = "map" | "area" | "compare" | "method";

/** Another map beside the first one. */
export interface Beside {
  indicator: string;
  /** `null` = that of the first map. */
  period: Period | null;
}

/** So many maps beside the first one, and so many areas beside each other. */
export const MOST_BESIDE = 3;
export const MOST_COMPARED = 5;

/** What the panel shows. */
export type Selection = { kind: "area"; key: string } | { kind: "facility"; layer: string; key: string };

export interface State {
  language: Language;
  /** Area layer; `null` = the atlas's first view decides. */
  layer: string | null;
  indicator: string | null;
  /** `null` = the newest. */
  period: Period | null;
  selection: Selection | null;
  /** Categories of facilities on the map, as `layer.category`; `null` = a few to begin with. */
  categories: readonly string[] | null;
  sort: Sort;
  tab: Tab;
  page: Page;
  /** How classes are made; `null` = as the atlas says. */
  classes: Scheme | null;
  /** Entry of the legend whose areas stand out: a class by its number, `zero`, or a state without number. */
  entry: string | null;
  /** Whether the charts are open; `null` = where there is room. */
  charts: boolean | null;
  /** Second indicator of the scatter. */
  against: string | null;
  /** Areas beside each other, by key. */
  compared: readonly string[];
  /** What compared areas are measured by: an area as `layer/key`, or `median`; `null` = the next larger area. */
  benchmark: string | null;
  /** The map draws how figures have changed since this period. */
  since: Period | null;
  beside: readonly Beside[];
  /** The second map lies over the first one and is uncovered by a slider. */
  isSwiped: boolean;
  /** `null` = the whole atlas. */
  view: View | null;
  /** What an embedded map has beside the map; `null` = this is the whole page. See `takeaway/share.ts`. */
  embed: readonly string[] | null;
}

export const INITIAL: State = {
  language: "de",
  layer: null,
  indicator: null,
  period: null,
  selection: null,
  categories: null,
  sort: { by: "value", order: "descending" },
  tab: "areas",
  page: "map",
  classes: null,
  entry: null,
  charts: null,
  against: null,
  compared: [],
  benchmark: null,
  since: null,
  beside: [],
  isSwiped: false,
  view: null,
  embed: null,
};

/** Chooses another area layer. An area of the old layer cannot stay selected; a facility can. */
export function withLayer(state: State, layer: string): State {
  const selection = state.selection?.kind === "area" ? null : state.selection;
  return { ...state, layer, selection, entry: null, compared: [] };
}

/** Puts an area beside the others, or takes it away. Beyond the most there may be, nothing changes. */
export function withCompared(state: State, key: string): State {
  const { compared } = state;
  if (compared.includes(key)) return { ...state, compared: compared.filter((other) => other !== key) };
  return compared.length >= MOST_COMPARED ? state : { ...state, compared: [...compared, key] };
}

/** Makes classes in another way. What stood out belonged to the old classes. */
export function withClasses(state: State, classes: Scheme | null): State {
  return { ...state, classes, entry: null };
}

/** Lets the areas of a legend entry stand out; the same entry again ends it. */
export function withEntry(state: State, entry: string): State {
  return { ...state, entry: state.entry === entry ? null : entry };
}

/** Sorts by a column; a second click on the same column turns the order round. */
export function withSortBy(state: State, by: Sort["by"]): State {
  if (state.sort.by !== by) return { ...state, sort: { by, order: by === "name" ? "ascending" : "descending" } };
  return { ...state, sort: { by, order: state.sort.order === "ascending" ? "descending" : "ascending" } };
}

/** Switches categories of facilities on or off, from those that are shown now. */
export function withCategories(state: State, now: readonly string[], changed: readonly string[], on: boolean): State {
  const others = now.filter((category) => !changed.includes(category));
  return { ...state, categories: (on ? [...others, ...changed] : others).toSorted() };
}

/** The name of a category over all facility layers. */
export function categoryName(layer: string, category: string): string {
  return `${layer}.${category}`;
}
