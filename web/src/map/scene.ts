/** What the map is to show, as plain data. Whoever holds a scene needs to know nothing of the map library. */
import type { AreaLayer, Bounds, Category, Classes, FacilityLayer, Measure } from "../answers";
import { type AreaFigure, drawingOf, radiusOf } from "../series";
import { categoryName } from "../state";
import type { PatternName } from "./patterns";

export interface Scene {
  areas: AreaLayer;
  context: AreaLayer | null;
  facilities: FacilityLayer[];
  /** `null` until the values have arrived: areas are then neutral. */
  shown: { figures: AreaFigure[]; classes: Classes; measure: Measure; chosen: ReadonlySet<number> | null } | null;
  /** Categories of facilities on the map, as `layer.category`. */
  categories: readonly string[];
  /** The calendar year for which facilities count as open. */
  today: number;
  selectedArea: number | null;
  selectedFacility: { layer: string; id: number } | null;
}

/** What lies under the pointer, with the pointer's place on the map in pixels. */
export type Pointed = { x: number; y: number } & (
  | { kind: "area"; id: number }
  | { kind: "facility"; layer: string; id: number }
  /** `count` is of the categories that are switched on. */
  | { kind: "cluster"; layer: string; count: number }
);

/** How one area is drawn: the feature state that the map's layers read. */
export interface AreaPaint {
  color: string | null;
  pattern: PatternName | null;
  radius_px: number;
  /** Other areas stand out. */
  isDimmed: boolean;
}

const PLAIN: AreaPaint = { color: null, pattern: null, radius_px: 0, isDimmed: false };

export function paintOf(
  figure: AreaFigure,
  { classes, measure, chosen }: Omit<NonNullable<Scene["shown"]>, "figures">,
): AreaPaint {
  const drawing = drawingOf(figure, classes, measure);
  const plain = { ...PLAIN, isDimmed: chosen !== null && !chosen.has(figure.id) };
  switch (drawing.kind) {
    case "class":
      return { ...plain, color: drawing.color };
    case "circle":
      return { ...plain, radius_px: radiusOf(drawing.number, classes) };
    case "zero":
      return { ...plain, pattern: "zero" };
    case "absent":
      return { ...plain, pattern: drawing.state };
  }
}

/** Ids of a layer's categories that are switched on. */
export function shownCategories(layer: FacilityLayer, names: readonly string[]): Category[] {
  return layer.categories.filter((category) => names.includes(categoryName(layer.id, category.id)));
}

/** The box that the map shows first, and again by its button. */
export function homeOf(areas: AreaLayer, first: { bounds?: Bounds | null; layer?: string | null }): Bounds | null {
  return (first.layer === areas.id ? first.bounds : null) ?? areas.bounds;
}
