/**
 * The map's layers. Geometry and keys come as tiles; everything that depends on indicator or year is read from
 * feature state, so that a change of either touches neither tiles nor layers and is drawn with the next frame.
 */
import type { ExpressionSpecification, FilterSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { AreaLayer, Category, FacilityLayer } from "../answers";
import { clusterLayers, IS_FACILITY } from "./clusters";
import {
  AREA_LINE,
  AREA_LINE_ON_NEUTRAL,
  CIRCLE,
  GROUND,
  INK,
  MARKED,
  NEIGHBOUR,
  NEIGHBOUR_LINE,
  NEIGHBOUR_TEXT,
  NEUTRAL,
} from "./palette";
import { PATTERNS, type PatternName } from "./patterns";
import { shownCategories } from "./scene";

export const AREAS = "areas";
export const CONTEXT = "context";

/** Empty layers that mark heights: what belongs to a height is added before its mark. */
export const HEIGHTS = { context: "context-top", areas: "areas-top", facilities: "facilities-top" } as const;

// Taken from the reader's own system: the page asks no one for fonts. The library reads the weight from the first
// name, which no system has; the family that is drawn is the first of the others that exists.
const FAMILIES = ["system-ui", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"];
const FONT = ["Name Regular", ...FAMILIES];
const FONT_BOLD = ["Name Bold", ...FAMILIES];

const state = (name: string): ExpressionSpecification => ["feature-state", name];
const isOn = (name: string): ExpressionSpecification => ["boolean", state(name), false];

/** How much is left of what does not stand out. */
const DIMMED = 0.2;

/** The style before anything is loaded: ground, and the marks of the heights. */
export function emptyStyle(): StyleSpecification {
  const mark = (id: string): LayerSpecification => ({ id, type: "background", layout: { visibility: "none" } });
  return {
    version: 8,
    sources: {},
    layers: [
      { id: "ground", type: "background", paint: { "background-color": GROUND } },
      mark(HEIGHTS.context),
      mark(HEIGHTS.areas),
      mark(HEIGHTS.facilities),
    ],
  };
}

export function contextLayers(layer: AreaLayer): LayerSpecification[] {
  const ground: LayerSpecification[] = [
    { id: "context-fill", type: "fill", source: CONTEXT, "source-layer": layer.id, paint: { "fill-color": NEIGHBOUR } },
    {
      id: "context-line",
      type: "line",
      source: CONTEXT,
      "source-layer": layer.id,
      layout: { "line-join": "round" },
      paint: { "line-color": NEIGHBOUR_LINE, "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.6, 12, 1.6] },
    },
  ];
  if (layer.label_layer === null) return ground;
  const names: LayerSpecification = {
    id: "context-names",
    type: "symbol",
    source: CONTEXT,
    "source-layer": layer.label_layer,
    layout: {
      "text-field": ["get", "name"],
      "text-font": FONT,
      "text-size": 12,
      "text-letter-spacing": 0.06,
      "text-max-width": 8,
      "text-padding": 8,
    },
    paint: { "text-color": NEIGHBOUR_TEXT, "text-halo-color": NEIGHBOUR, "text-halo-width": 1.4 },
  };
  return [...ground, names];
}

export function areaLayers(layer: AreaLayer): LayerSpecification[] {
  const at = { source: AREAS, "source-layer": layer.id };
  const pattern = (name: PatternName): LayerSpecification => ({
    id: `areas-${name}`,
    type: "fill",
    ...at,
    // A pattern cannot be chosen by feature state, but its opacity can: one layer per pattern, all but one clear.
    paint: {
      "fill-pattern": `pattern-${name}`,
      "fill-opacity": ["case", ["==", state("pattern"), name], ["case", isOn("isDimmed"), DIMMED, 1], 0],
    },
  });
  const polygons: LayerSpecification[] = [
    {
      id: "areas-fill",
      type: "fill",
      ...at,
      paint: {
        "fill-color": ["case", ["==", state("color"), null], NEUTRAL, ["to-color", state("color"), NEUTRAL]],
        "fill-opacity": ["case", isOn("isDimmed"), DIMMED, 1],
      },
    },
    ...PATTERNS.map(pattern),
    {
      id: "areas-line",
      type: "line",
      ...at,
      layout: { "line-join": "round" },
      // White between colours; between patterns and on paper it would not be seen.
      paint: {
        "line-color": ["case", ["==", state("color"), null], AREA_LINE_ON_NEUTRAL, AREA_LINE],
        "line-width": ["interpolate", ["linear"], ["zoom"], 7, 0.8, 12, 2],
      },
    },
    {
      id: "areas-marked-outside",
      type: "line",
      ...at,
      layout: { "line-join": "round" },
      paint: { "line-color": "#ffffff", "line-width": ["case", isOn("selected"), 6, isOn("hover"), 5, 0] },
    },
    {
      id: "areas-marked",
      type: "line",
      ...at,
      layout: { "line-join": "round" },
      paint: { "line-color": MARKED, "line-width": ["case", isOn("selected"), 3.2, isOn("hover"), 2.2, 0] },
    },
  ];
  return layer.label_layer === null ? polygons : [...polygons, circles(layer.label_layer), names(layer.label_layer)];
}

function circles(sourceLayer: string): LayerSpecification {
  return {
    id: "areas-circle",
    type: "circle",
    source: AREAS,
    "source-layer": sourceLayer,
    paint: {
      "circle-radius": ["coalesce", ["to-number", state("radius_px"), 0], 0],
      "circle-color": CIRCLE,
      "circle-opacity": [
        "case",
        ["==", ["to-number", state("radius_px"), 0], 0],
        0,
        ["case", isOn("isDimmed"), 0.72 * DIMMED, 0.72],
      ],
      "circle-stroke-color": ["case", ["any", isOn("selected"), isOn("hover")], MARKED, "#ffffff"],
      "circle-stroke-width": [
        "case",
        ["==", ["to-number", state("radius_px"), 0], 0],
        0,
        ["any", isOn("selected"), isOn("hover")],
        2.5,
        1.2,
      ],
    },
  };
}

function names(sourceLayer: string): LayerSpecification {
  return {
    id: "areas-names",
    type: "symbol",
    source: AREAS,
    "source-layer": sourceLayer,
    layout: {
      "text-field": ["get", "name"],
      "text-font": FONT_BOLD,
      "text-size": ["interpolate", ["linear"], ["zoom"], 7, 10, 9, 12, 12, 16],
      "text-max-width": 7,
      "text-padding": 3,
      // Only as far aside as the name still stands in its own area.
      "text-variable-anchor": ["center", "top", "bottom"],
      "text-radial-offset": 0.9,
    },
    paint: { "text-color": INK, "text-halo-color": "rgba(255,255,255,0.92)", "text-halo-width": 1.6 },
  };
}

/** Source of a facility layer. */
export function facilitySource(layer: FacilityLayer): string {
  return `facilities-${layer.id}`;
}

export function facilityLayers(layer: FacilityLayer, today: number): LayerSpecification[] {
  const at = { source: facilitySource(layer), "source-layer": layer.id };
  const planned: ExpressionSpecification = [">", ["to-number", ["get", "opened"], 0], today];
  return [
    {
      id: `${facilitySource(layer)}-marked`,
      type: "circle",
      ...at,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 7, 10, 13, 19],
        "circle-color": "#f2c14e",
        "circle-stroke-color": MARKED,
        "circle-stroke-width": ["case", isOn("selected"), 2, 0],
        "circle-opacity": ["case", ["any", isOn("selected"), isOn("hover")], 1, 0],
      },
    },
    {
      // Built-in symbols are white and need a ground; one that brings its own disc hides this.
      id: `${facilitySource(layer)}-discs`,
      type: "circle",
      ...at,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 7, 4.9, 9, 6.7, 11, 9.2, 13, 11.4],
        "circle-color": byCategory(layer, ({ color }) => color),
        // Disc and symbol together are a bit more than half there.
        "circle-opacity": ["case", planned, 0.35, 1],
      },
    },
    {
      id: facilitySymbols(layer),
      type: "symbol",
      ...at,
      layout: {
        "icon-image": byCategory(layer, ({ symbol }) => symbolName(symbol)),
        "icon-size": ["interpolate", ["linear"], ["zoom"], 7, 0.45, 9, 0.62, 11, 0.85, 13, 1.05],
        // Hiding a facility because another one is near would say that it does not exist.
        "icon-allow-overlap": true,
        "icon-padding": 0,
      },
      paint: { "icon-opacity": ["case", planned, 0.35, 1] },
    },
  ];
}

/** Clusters of a facility layer, for the categories that are switched on. */
export function facilityClusters(layer: FacilityLayer, categories: readonly string[]): LayerSpecification[] {
  return clusterLayers(layer, facilitySource(layer), categories, FONT_BOLD);
}

/** The layer of a facility layer's symbols. */
export function facilitySymbols(layer: FacilityLayer): string {
  return `${facilitySource(layer)}-symbols`;
}

/** Facilities of the categories that are switched on, without what has closed before this year. */
export function facilityFilter(
  layer: FacilityLayer,
  categories: readonly string[],
  today: number,
): FilterSpecification {
  const shown = shownCategories(layer, categories).map((category) => category.id);
  const first = layer.categories[0]?.id ?? "";
  return [
    "all",
    IS_FACILITY,
    ["in", ["coalesce", ["get", "category"], first], ["literal", shown]],
    [">=", ["to-number", ["coalesce", ["get", "closed"], today]], today],
  ];
}

/** Name of an image in the sprite. */
export function symbolName(symbol: string): string {
  return `atlas:${symbol}`;
}

function byCategory(layer: FacilityLayer, value: (category: Category) => string): ExpressionSpecification | string {
  const [first, ...others] = layer.categories;
  if (first === undefined) return "";
  if (others.length === 0) return value(first);
  const cases = layer.categories.flatMap((category) => [category.id, value(category)]);
  // The specification's type for `match` wants its first pair apart, which a list of unknown length cannot give.
  return ["match", ["get", "category"], ...cases, value(first)] as unknown as ExpressionSpecification;
}
