/** Facilities of all layers as one list, and when they exist. */
import type { Category, Facility, FacilityLayer } from "./answers";
import type { Catalogue } from "./catalogue";
import { compareNames } from "./format";
import { categoryName, type Language, type Selection } from "./state";

export interface Place {
  facility: Facility;
  layer: FacilityLayer;
  category: Category | null;
}

/** Planned: opens later. Gone: has closed before this year. */
export type Existence = "planned" | "open" | "gone";

export function existenceIn(facility: Pick<Facility, "opened" | "closed">, year: number): Existence {
  if (facility.opened !== null && facility.opened > year) return "planned";
  return facility.closed !== null && facility.closed < year ? "gone" : "open";
}

export function toPlaces(layer: FacilityLayer, facilities: readonly Facility[]): Place[] {
  return facilities.map((facility) => ({
    facility,
    layer,
    category: layer.categories.find((category) => category.id === facility.category) ?? layer.categories[0] ?? null,
  }));
}

/** The places on the map: categories that are switched on, without those that have closed; by name. */
export function shownPlaces(
  places: readonly Place[],
  categories: readonly string[],
  year: number,
  language: Language,
): Place[] {
  return places
    .filter((place) => categories.includes(nameOf(place)) && existenceIn(place.facility, year) !== "gone")
    .toSorted((a, b) => compareNames(a.facility.name, b.facility.name, language));
}

/** A list of more would take longer to load than anybody reads; the map has them all. */
const MOST_LISTED = 50_000;

export function isListed(layer: FacilityLayer): boolean {
  return layer.count <= MOST_LISTED;
}

/** Layers with facilities on the map that are too many for a list. */
export function unlistedLayers(layers: readonly FacilityLayer[], categories: readonly string[]): FacilityLayer[] {
  const isShown = (layer: FacilityLayer) =>
    layer.categories.some((category) => categories.includes(categoryName(layer.id, category.id)));
  return layers.filter((layer) => !isListed(layer) && isShown(layer));
}

/** So many symbols on a map of a whole county can still be told apart. */
const FEW = 60;

/**
 * What is on the map before the reader has chosen: layers in display order, as long as there are few places; at
 * least the first. A map full of symbols says nothing, and every other kind is one click away.
 */
export function firstCategories(catalogue: Catalogue): string[] {
  let places = 0;
  const shown = catalogue.facilityLayers.filter((layer, index) => {
    places += layer.count;
    return index === 0 || places <= FEW;
  });
  return shown.flatMap((layer) => layer.categories.map((category) => categoryName(layer.id, category.id))).sort();
}

/** Names of all categories, as they stand in the address. */
export function allCategories(catalogue: Catalogue): string[] {
  return catalogue.facilityLayers.flatMap((layer) =>
    layer.categories.map((category) => categoryName(layer.id, category.id)),
  );
}

export function isSelected(place: Place, selection: Selection | null): boolean {
  return selection?.kind === "facility" && selection.layer === place.layer.id && selection.key === place.facility.key;
}

function nameOf(place: Place): string {
  return categoryName(place.layer.id, place.category?.id ?? "");
}
