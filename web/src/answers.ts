/**
 * What the server answers, as `docs/api.md` describes it.
 *
 * Written by hand for now. Once the server publishes its OpenAPI document at `/api`, this file is generated from it;
 * nothing but types may stand here.
 */

/** A text in the languages of the interface. */
export interface Text {
  de: string;
  en: string;
}

/** How a figure is to be read. */
export type ValueState =
  | "exact"
  | "zero"
  | "rounded"
  | "estimated"
  | "provisional"
  | "missing"
  | "pending"
  | "not_applicable"
  | "unreliable"
  | "suppressed";

/** A year is a number; a school year (`"2015/16"`) and a day (`"2015-06-30"`) are text. See `period.ts`. */
export type Period = number | string;

/** West, south, east, north in degrees. */
export type Bounds = [number, number, number, number];

/** Longitude and latitude in degrees. */
export type Position = [number, number];

export interface Provenance {
  source: Text;
  url?: string;
  date?: string;
  license: string;
  license_url?: string;
  attribution: string;
  invented: boolean;
}

export interface AtlasAnswer {
  release: string;
  built_at: string;
  id: string;
  title: Text;
  description: Text;
  publisher: Text;
  contact?: string | null;
  notice?: Text | null;
  themes: { id: string; title: Text }[];
  view: { bounds?: Bounds | null; layer?: string | null; indicator?: string | null };
  attribution: string[];
  invented: boolean;
}

interface LayerBase {
  id: string;
  title: Text;
  description: Text;
  count: number;
  bounds: Bounds | null;
  min_zoom: number;
  max_zoom: number;
  attributes: { id: string; title: Text }[];
  provenance: Provenance;
}

export interface AreaLayer extends LayerBase {
  kind: "area";
  parent: string | null;
  valid_from: number | null;
  valid_to: number | null;
  label_layer: string | null;
  indicators: string[];
}

export interface Category {
  id: string;
  title: Text;
  /** Name of an icon in the sprite `atlas`. */
  symbol: string;
  color: string;
  count: number;
}

export interface FacilityLayer extends LayerBase {
  kind: "facility";
  /** What becomes of facilities that lie too close for a zoom. */
  points: "all" | "cluster" | "thin";
  /** First zoom with every facility; `null` if every zoom has them all. */
  exact_from: number | null;
  categories: Category[];
}

export type Layer = AreaLayer | FacilityLayer;

export interface LayersAnswer {
  release: string;
  layers: Layer[];
}

export interface AreaRef {
  layer: string;
  key: string;
  name: string;
}

export interface Area {
  key: string;
  id: number;
  name: string;
  parent: AreaRef | null;
  bounds: Bounds;
  label: Position;
  attributes: Record<string, AttributeValue>;
}

/** A ring of positions, closed: the last is the first. */
type Ring = Position[];

/** Areas with their borders, as GeoJSON. */
export interface BordersAnswer {
  type: "FeatureCollection";
  features: {
    id: number;
    properties: { key: string; name: string };
    geometry: { type: "Polygon"; coordinates: Ring[] } | { type: "MultiPolygon"; coordinates: Ring[][] };
  }[];
}

export type AttributeValue = string | number | boolean | null;

export interface AreasAnswer {
  release: string;
  layer: string;
  areas: Area[];
}

export interface Facility {
  key: string;
  id: number;
  name: string;
  /** `null` where the layer tells none. */
  category: string | null;
  position: Position;
  opened: number | null;
  closed: number | null;
  attributes: Record<string, AttributeValue>;
}

export interface FacilitiesAnswer {
  release: string;
  layer: string;
  facilities: Facility[];
}

export type Direction = "higher" | "lower" | "neither";
export type Measure = "count" | "ratio";

/** One line of the catalogue. */
export interface IndicatorEntry {
  id: string;
  theme: string;
  title: Text;
  unit: Text;
  decimals: number;
  direction: Direction;
  measure: Measure;
  invented: boolean;
}

export interface IndicatorsAnswer {
  release: string;
  indicators: IndicatorEntry[];
}

/**
 * Class limits and colours of one indicator in one layer, for all periods. Class `i` holds numbers from `limits[i-1]`
 * (inclusive) to `limits[i]` (exclusive).
 */
export interface Classes {
  limits: number[];
  colors: string[];
  range: [number, number] | null;
}

export interface SeriesBreak {
  /** First year of the new kind. */
  period: number;
  reason: Text;
}

/** Values to compare with: those of an area, or figures of the description with their source. */
export interface ReferenceRow {
  title: Text;
  area?: { layer: string; key: string };
  source?: Text;
  /** Left out in a profile, whose periods they have. */
  periods?: Period[];
  values: (number | null)[];
  states: Record<string, ValueState>;
}

/** What is to be reached, by a year or always. */
export interface Target {
  value: number;
  period: number | null;
  title: Text | null;
  source: Text;
  date: string | null;
}

export interface IndicatorAnswer extends Omit<IndicatorEntry, "invented"> {
  release: string;
  description: Text;
  caveat?: Text;
  statistic?: string;
  formula: { kind: string; text: Text; numerator?: string; denominator?: string; expression?: string };
  privacy: { text: Text };
  breaks: SeriesBreak[];
  references: ReferenceRow[];
  targets: Target[];
  department?: Text | null;
  provenance: Provenance;
  layers: {
    layer: string;
    periods: Period[];
    newest: Period | null;
    classes: Classes | null;
    links?: { csv: string };
  }[];
}

type States = Record<string, Record<string, ValueState>>;

/** All figures of one indicator in one layer, one list per period, in the order of `keys`. */
export interface ValuesAnswer {
  release: string;
  indicator: string;
  layer: string;
  unit: Text;
  decimals: number;
  periods: Period[];
  keys: string[];
  ids: number[];
  names: string[];
  values: (number | null)[][];
  states: States;
  /** Keys of areas whose figure was made of those of former areas, by period; left out where there are none. */
  converted?: Record<string, string[]>;
  breaks: SeriesBreak[];
}

export interface ProfileIndicator {
  id: string;
  theme: string;
  title: Text;
  unit: Text;
  decimals: number;
  direction: Direction;
  measure: Measure;
  source: Text;
  invented: boolean;
  periods: Period[];
  values: (number | null)[];
  /** By period; only what is neither exact nor zero. */
  states: Record<string, ValueState>;
  /** Periods whose figure was made of those of former areas; left out where there are none. */
  converted?: Period[];
  parent: { values: (number | null)[]; states: Record<string, ValueState> } | null;
  siblings: { count: number[]; mean: (number | null)[]; median: (number | null)[] };
  breaks: SeriesBreak[];
  /** In the order of `periods`. */
  references: ReferenceRow[];
  targets: Target[];
}

export interface ProfileAnswer {
  release: string;
  layer: string;
  key: string;
  id: number;
  name: string;
  parent: AreaRef | null;
  bounds: Bounds;
  label: Position;
  attributes: Record<string, AttributeValue>;
  indicators: ProfileIndicator[];
  /** Facilities that lie in the area, by layer; `null` where there are too many to tell. */
  facilities: { layer: string; keys: string[] | null }[];
}

/** Where each symbol stands in the sprite's picture, in pixels. */
export type SpriteIndex = Record<string, { x: number; y: number; width: number; height: number; pixelRatio: number }>;

/** RFC 9457 problem details. */
export interface ProblemDetails {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
}
