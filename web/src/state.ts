/** What the visitor has chosen: one plain object, changed only by making another. It is what the address carries. */

export type Language = "de" | "en";

/** Which list stands beside the map. */
export type Tab = "areas" | "facilities";

export interface Sort {
  by: "name" | "value";
  order: "ascending" | "descending";
}

/** Where the map looks: zoom, latitude, longitude. */
export interface View {
  zoom: number;
  lat: number;
  lon: number;
}

/** What the panel shows. */
export type Selection = { kind: "area"; key: string } | { kind: "facility"; layer: string; key: string };

export interface State {
  language: Language;
  /** Area layer; `null` = the atlas's first view decides. */
  layer: string | null;
  indicator: string | null;
  /** Period; `null` = the newest. */
  year: number | null;
  selection: Selection | null;
  /** Categories switched off, as `layer.category`. */
  hidden: readonly string[];
  sort: Sort;
  tab: Tab;
  /** `null` = the whole atlas. */
  view: View | null;
}

export const INITIAL: State = {
  language: "de",
  layer: null,
  indicator: null,
  year: null,
  selection: null,
  hidden: [],
  sort: { by: "value", order: "descending" },
  tab: "areas",
  view: null,
};

/** Chooses another area layer. An area of the old layer cannot stay selected; a facility can. */
export function withLayer(state: State, layer: string): State {
  const selection = state.selection?.kind === "area" ? null : state.selection;
  return { ...state, layer, selection };
}

/** Sorts by a column; a second click on the same column turns the order round. */
export function withSortBy(state: State, by: Sort["by"]): State {
  if (state.sort.by !== by) return { ...state, sort: { by, order: by === "name" ? "ascending" : "descending" } };
  return { ...state, sort: { by, order: state.sort.order === "ascending" ? "descending" : "ascending" } };
}

/** Switches one category of facilities on or off. */
export function withCategoryToggled(state: State, category: string): State {
  const hidden = state.hidden.includes(category)
    ? state.hidden.filter((other) => other !== category)
    : [...state.hidden, category].sort();
  return { ...state, hidden };
}

/** The name of a category over all facility layers. */
export function categoryName(layer: string, category: string): string {
  return `${layer}.${category}`;
}
