/** What there is to choose from: the atlas, its layers and indicators. Pure look-ups; asks no server. */
import type {
  AreaLayer,
  AtlasAnswer,
  FacilityLayer,
  IndicatorEntry,
  IndicatorsAnswer,
  LayersAnswer,
  Period,
  Text,
} from "./answers";
import { nearest, timeOf } from "./period";
import type { State } from "./state";

export interface Catalogue {
  atlas: AtlasAnswer;
  /** In display order. */
  areaLayers: AreaLayer[];
  facilityLayers: FacilityLayer[];
  indicators: IndicatorEntry[];
}

/** What is shown after the atlas has had its say about the visitor's choice. */
export interface Choice {
  layer: AreaLayer;
  /** `null` where nothing is published for the layer. */
  indicator: IndicatorEntry | null;
}

export function toCatalogue(atlas: AtlasAnswer, layers: LayersAnswer, indicators: IndicatorsAnswer): Catalogue {
  return {
    atlas,
    areaLayers: layers.layers.filter((layer) => layer.kind === "area"),
    facilityLayers: layers.layers.filter((layer) => layer.kind === "facility"),
    indicators: indicators.indicators,
  };
}

/**
 * Settles the visitor's wish against what there is: an unknown layer or indicator gives way to the atlas's first
 * view, then to the first in order. `null` if the atlas has no area layer.
 *
 * The layer is stronger than the indicator: where the indicator is not published for a layer that was asked for,
 * another indicator is shown. Without a wish for a layer, the indicator finds its own.
 */
export function settle(catalogue: Catalogue, wish: Pick<State, "layer" | "indicator">): Choice | null {
  const { atlas, areaLayers, indicators } = catalogue;
  const layerOf = (id: string | null | undefined) => areaLayers.find((layer) => layer.id === id);
  const wished = indicators.find((indicator) => indicator.id === wish.indicator);
  const first = layerOf(atlas.view.layer) ?? areaLayers.find((layer) => layer.indicators.length > 0) ?? areaLayers[0];
  const carrying = wished && areaLayers.find((layer) => layer.indicators.includes(wished.id));
  const own = wished && first?.indicators.includes(wished.id) ? first : carrying;
  const layer = layerOf(wish.layer) ?? own ?? first;
  if (layer === undefined) return null;
  const published = (id: string | null | undefined) =>
    indicators.find((indicator) => indicator.id === id && layer.indicators.includes(indicator.id));
  const indicator =
    published(wish.indicator) ??
    published(atlas.view.indicator) ??
    indicators.find((candidate) => layer.indicators.includes(candidate.id)) ??
    null;
  return { layer, indicator };
}

/** The period shown: the one asked for, else the nearest there is, and the newest if none was asked for. */
export function settlePeriod(periods: readonly Period[], wish: Period | null): Period | null {
  if (wish === null) return periods.at(-1) ?? null;
  return periods.includes(wish) ? wish : nearest(periods, timeOf(wish));
}

/**
 * The layer drawn pale around the one that is shown: of those that reach clearly further, the one with the most
 * areas. It gives the map a neighbourhood without any base map. `null` if none reaches further.
 */
export function contextLayer(catalogue: Catalogue, shown: AreaLayer): AreaLayer | null {
  const reach = ({ bounds }: AreaLayer) => (bounds ? (bounds[2] - bounds[0]) * (bounds[3] - bounds[1]) : 0);
  const further = catalogue.areaLayers.filter((layer) => reach(layer) > reach(shown) * 1.5);
  return further.toSorted((a, b) => b.count - a.count)[0] ?? null;
}

/** All indicators by theme, in the atlas's order; themes without an indicator are left out. */
export function byTheme(catalogue: Catalogue): { theme: string; title: Text | null; indicators: IndicatorEntry[] }[] {
  const { indicators } = catalogue;
  const { themes } = catalogue.atlas;
  const named = themes.map(({ id, title }) => ({
    theme: id,
    title: title as Text | null,
    indicators: indicators.filter((indicator) => indicator.theme === id),
  }));
  const known = new Set(themes.map((theme) => theme.id));
  const rest = indicators.filter((indicator) => !known.has(indicator.theme));
  return [...named, { theme: "", title: null, indicators: rest }].filter((group) => group.indicators.length > 0);
}

/** The layer an indicator is shown in: the one shown now, if it is published there. */
export function layerFor(catalogue: Catalogue, indicator: string, now: AreaLayer): AreaLayer | null {
  if (now.indicators.includes(indicator)) return now;
  return settle(catalogue, { layer: null, indicator })?.layer ?? null;
}
