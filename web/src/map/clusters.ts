/** How clusters are drawn: facilities too close to each other for a zoom, as one disc with their number. */
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { FacilityLayer } from "../answers";
import { INK } from "./palette";
import { shownCategories } from "./scene";

/** A test for what is no cluster. */
export const IS_FACILITY: ExpressionSpecification = ["!", ["has", "cluster"]];

/** The disc of a facility layer's clusters, which is what a reader clicks. */
export function clusterDiscs(source: string): string {
  return `${source}-clusters`;
}

/**
 * Disc and number for the categories that are switched on; nothing for a layer without clusters. The disc is never
 * larger than the distance that clusters keep by default.
 */
export function clusterLayers(
  layer: FacilityLayer,
  source: string,
  categories: readonly string[],
  font: string[],
): LayerSpecification[] {
  if (layer.points !== "cluster") return [];
  const count = shownCount(layer, categories);
  const at = {
    source,
    "source-layer": layer.id,
    filter: ["all", ["has", "cluster"], [">", count, 0]] as ExpressionSpecification,
  };
  const [first, ...others] = layer.categories;
  return [
    {
      id: clusterDiscs(source),
      type: "circle",
      ...at,
      paint: {
        "circle-radius": ["step", count, 11, 10, 13, 100, 16, 1000, 19, 10000, 22],
        "circle-color": first && others.length === 0 ? first.color : INK,
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 1.5,
      },
    },
    {
      id: `${source}-cluster-counts`,
      type: "symbol",
      ...at,
      layout: {
        "text-field": [
          "case",
          [">=", count, 10000],
          ["concat", ["to-string", ["round", ["/", count, 1000]]], "k"],
          ["to-string", count],
        ],
        "text-font": font,
        "text-size": 11,
        "text-allow-overlap": true,
      },
      paint: { "text-color": "#ffffff" },
    },
  ];
}

/** The same number, read from a cluster that is on the map. */
export function countOf(
  properties: Record<string, unknown>,
  layer: FacilityLayer,
  categories: readonly string[],
): number {
  return shownCategories(layer, categories).reduce((sum, { id }) => sum + Number(properties[`count:${id}`] ?? 0), 0);
}

/** How many facilities of a cluster are of the categories that are switched on. */
function shownCount(layer: FacilityLayer, categories: readonly string[]): ExpressionSpecification {
  const shown = shownCategories(layer, categories);
  const counts = shown.map(({ id }): ExpressionSpecification => ["coalesce", ["get", `count:${id}`], 0]);
  return ["+", 0, ...counts];
}
