/**
 * A made-up atlas: a county of twenty square municipalities among eight square neighbours. Small enough to reckon by
 * hand, with every state a value can have.
 */
import type {
  Area,
  AreaLayer,
  AtlasAnswer,
  Bounds,
  Classes,
  Facility,
  FacilityLayer,
  IndicatorAnswer,
  Layer,
  Measure,
  ProfileAnswer,
  Provenance,
  Text,
  ValueState,
  ValuesAnswer,
} from "../../src/answers";

export const RELEASE = "mock1";

const both = (de: string, en: string = de): Text => ({ de, en });

function provenance(invented: boolean): Provenance {
  return {
    source: both("Prüfdaten von Kreisel", "Kreisel's test data"),
    date: "2024-12-31",
    license: "CC0-1.0",
    attribution: invented ? "Prüfdaten, erfunden" : "Prüfdaten",
    invented,
  };
}

const NAMES = [
  "Ahausen",
  "Bergdorf",
  "Celleberg",
  "Dorfmark",
  "Eschede",
  "Fahlberg",
  "Grünhof",
  "Hützel",
  "Ilhorn",
  "Jarlingen",
  "Kettenburg",
  "Lünzen",
  "Müden",
  "Neuenkirchen",
  "Ölstorf",
  "Pröbsten",
  "Rethem",
  "Schwalingen",
  "Tewel",
  "Überwasser",
];

const COLUMNS = 5;
const WEST = 9.4;
const NORTH = 53.1;
const STEP_LON = 0.16;
const STEP_LAT = 0.1;

/** Feature ids need more than 32 bits, as the server's do. */
const ID = 2 ** 40;

export interface Square {
  bounds: Bounds;
  area: Area;
}

function square(key: string, id: number, name: string, bounds: Bounds, parent: Area["parent"]): Square {
  const label: [number, number] = [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2];
  return { bounds, area: { key, id, name, parent, bounds, label, attributes: {} } };
}

const COUNTY = { layer: "districts", key: "03358", name: "Musterkreis" };

const municipalities = NAMES.map((name, index) => {
  const west = WEST + (index % COLUMNS) * STEP_LON;
  const north = NORTH - Math.floor(index / COLUMNS) * STEP_LAT;
  const key = `03358${String(index + 1).padStart(3, "0")}`;
  return square(key, ID + index + 1, name, [west, north - STEP_LAT, west + STEP_LON, north], COUNTY);
});

const WIDTH = COLUMNS * STEP_LON;
const HEIGHT = Math.ceil(NAMES.length / COLUMNS) * STEP_LAT;

const districts = [-1, 0, 1].flatMap((row) =>
  [-1, 0, 1].map((column) => {
    const isCounty = row === 0 && column === 0;
    const west = WEST + column * WIDTH;
    const north = NORTH - row * HEIGHT;
    const number = 3 * (row + 1) + column + 2;
    const key = isCounty ? COUNTY.key : `0336${number}`;
    const name = isCounty ? COUNTY.name : `Nachbarkreis ${number}`;
    return square(key, 2 * ID + number, name, [west, north - HEIGHT, west + WIDTH, north], null);
  }),
);

/** Before two of them merged, there was one municipality more. */
const earlier = [...municipalities.slice(1), ...halves(municipalities[0])];

function halves(whole: Square | undefined): Square[] {
  if (!whole) return [];
  const [west, south, east, north] = whole.bounds;
  const middle = (west + east) / 2;
  return [
    square("03358901", 3 * ID + 1, "Alt-Ahausen", [west, south, middle, north], COUNTY),
    square("03358902", 3 * ID + 2, "Neu-Ahausen", [middle, south, east, north], COUNTY),
  ];
}

export const squares: Record<string, Square[]> = { municipalities, municipalities_2019: earlier, districts };

export const facilities: Record<string, Facility[]> = {
  health: municipalities.flatMap(({ area, bounds }, index) => {
    if (index % 3 !== 0) return [];
    const facility: Facility = {
      key: `h${index}`,
      id: 4 * ID + index,
      name: index === 0 ? "Klinik Ahausen" : `Apotheke ${area.name}`,
      category: index === 0 ? "hospital" : "pharmacy",
      position: [bounds[0] + 0.05, bounds[1] + 0.03],
      opened: index === 6 ? 2090 : null,
      closed: index === 9 ? 2001 : null,
      attributes: { street: `Hauptstraße ${index + 1}`, place: area.name },
    };
    return [facility];
  }),
};

const layerBase = (id: string, title: Text, count: number, bounds: Bounds) => ({
  id,
  title,
  description: title,
  count,
  bounds,
  min_zoom: 0,
  max_zoom: 12,
  provenance: provenance(false),
});

function boundsOf(list: Square[]): Bounds {
  return [
    Math.min(...list.map(({ bounds }) => bounds[0])),
    Math.min(...list.map(({ bounds }) => bounds[1])),
    Math.max(...list.map(({ bounds }) => bounds[2])),
    Math.max(...list.map(({ bounds }) => bounds[3])),
  ];
}

function areaLayer(id: string, title: Text, valid: [number | null, number | null], indicators: string[]): AreaLayer {
  const list = squares[id] ?? [];
  return {
    ...layerBase(id, title, list.length, boundsOf(list)),
    kind: "area",
    attributes: [],
    parent: id === "districts" ? null : "districts",
    valid_from: valid[0],
    valid_to: valid[1],
    label_layer: `${id}_label`,
    indicators,
  };
}

const health: FacilityLayer = {
  ...layerBase("health", both("Gesundheit", "Health"), facilities["health"]?.length ?? 0, boundsOf(municipalities)),
  kind: "facility",
  points: "all",
  exact_from: null,
  provenance: provenance(true),
  attributes: [
    { id: "street", title: both("Straße", "Street") },
    { id: "place", title: both("Ort", "Place") },
  ],
  categories: [
    { id: "hospital", title: both("Krankenhaus", "Hospital"), symbol: "hospital", color: "#b3261e", count: 1 },
    { id: "pharmacy", title: both("Apotheke", "Pharmacy"), symbol: "pharmacy", color: "#2d6a3e", count: 6 },
  ],
};

export const layers: Layer[] = [
  areaLayer("municipalities", both("Gemeinden", "Municipalities"), [2020, null], ["rate", "people", "change"]),
  areaLayer("municipalities_2019", both("Gemeinden", "Municipalities"), [null, 2019], ["rate"]),
  areaLayer("districts", both("Landkreise", "Districts"), [null, null], ["rate"]),
  health,
];

const PERIODS = [2000, 2005, 2010, 2015, 2016, 2017, 2018, 2019, 2020, 2021];

interface Made {
  id: string;
  title: Text;
  unit: Text;
  decimals: number;
  measure: Measure;
  classes: Classes;
  invented: boolean;
  breaks: { period: number; reason: Text }[];
  value(area: number, period: number): number;
}

const wave = (area: number, period: number) => Math.sin(area * 1.7 + period * 0.35);

export const made: Made[] = [
  {
    id: "rate",
    title: both("Quote", "Rate"),
    unit: both("%"),
    decimals: 1,
    measure: "ratio",
    classes: { limits: [4, 6, 8, 10], colors: ["#e8f1f2", "#b5d3d9", "#74acb8", "#35808f", "#0b4f5c"], range: [0, 12] },
    invented: false,
    breaks: [{ period: 2016, reason: both("Neue Abgrenzung", "New definition") }],
    value: (area, period) => 7 + 4.5 * wave(area, period),
  },
  {
    id: "people",
    title: both("Einwohner", "Inhabitants"),
    unit: both("Personen", "people"),
    decimals: 0,
    measure: "count",
    classes: { limits: [5000], colors: ["#e8f1f2", "#0b4f5c"], range: [800, 21000] },
    invented: true,
    breaks: [],
    value: (area, period) => Math.round(1000 * (area + 1) + 10 * (period - 2000)),
  },
  {
    id: "change",
    title: both("Veränderung", "Change"),
    unit: both("Punkte", "points"),
    decimals: 1,
    measure: "ratio",
    classes: { limits: [-1, 1], colors: ["#b35806", "#f7f7f7", "#542788"], range: [-4, 4] },
    invented: false,
    breaks: [],
    value: (area, period) => 4 * wave(area + 3, period),
  },
];

/** The states that areas have in each year, by their position. */
const STATES: Record<number, ValueState> = {
  2: "suppressed",
  5: "missing",
  8: "pending",
  11: "not_applicable",
  14: "unreliable",
  17: "estimated",
};

function figure(indicator: Made, area: number, period: number): { number: number | null; state: ValueState } {
  const state = indicator.id === "rate" ? (STATES[area] ?? "exact") : "exact";
  if (indicator.id === "rate" && area === 4) return { number: 0, state: "zero" };
  if (state !== "exact" && state !== "estimated") return { number: null, state };
  return { number: Number(indicator.value(area, period).toFixed(indicator.decimals)), state };
}

export function valuesOf(indicator: Made, layer: string): ValuesAnswer {
  const areas = (squares[layer] ?? []).map(({ area }) => area);
  const states: ValuesAnswer["states"] = {};
  const values = PERIODS.map((period) =>
    areas.map((area, index) => {
      const { number, state } = figure(indicator, index, period);
      if (state !== "exact" && state !== "zero") {
        states[period] ??= {};
        states[period][area.key] = state;
      }
      return number;
    }),
  );
  return {
    release: RELEASE,
    indicator: indicator.id,
    layer,
    unit: indicator.unit,
    decimals: indicator.decimals,
    periods: PERIODS,
    keys: areas.map((area) => area.key),
    ids: areas.map((area) => area.id),
    names: areas.map((area) => area.name),
    values,
    states,
    breaks: indicator.breaks,
  };
}

function published(indicator: Made): string[] {
  return layers.flatMap((layer) =>
    layer.kind === "area" && layer.indicators.includes(indicator.id) ? [layer.id] : [],
  );
}

export function describe(indicator: Made): IndicatorAnswer {
  const { id, title, unit, decimals, measure, breaks, classes } = indicator;
  return {
    release: RELEASE,
    id,
    theme: id === "people" ? "people" : "social",
    title,
    description: both(`Was „${title.de}“ misst.`, `What “${title.en}” measures.`),
    unit,
    decimals,
    direction: id === "rate" ? "lower" : "neither",
    measure,
    formula: { kind: "imported", text: both("Übernommen.", "Taken over.") },
    privacy: { text: both("Keine Regel.", "No rule.") },
    breaks,
    references: [],
    targets: [],
    provenance: provenance(indicator.invented),
    layers: published(indicator).map((layer) => ({ layer, periods: PERIODS, newest: PERIODS.at(-1) ?? null, classes })),
  };
}

export function profileOf(layer: string, key: string): ProfileAnswer | null {
  const index = squares[layer]?.findIndex(({ area }) => area.key === key) ?? -1;
  const area = squares[layer]?.[index]?.area;
  if (!area) return null;
  const indicators = made
    .filter((indicator) => published(indicator).includes(layer))
    .map((indicator) => {
      const answer = valuesOf(indicator, layer);
      const states: Record<string, ValueState> = {};
      for (const period of PERIODS) {
        const state = answer.states[period]?.[key];
        if (state) states[period] = state;
      }
      const mean = PERIODS.map(() => 7);
      const { id, title, unit, decimals, invented, breaks } = indicator;
      return {
        ...describe(indicator),
        id,
        title,
        unit,
        decimals,
        source: provenance(invented).source,
        invented,
        periods: PERIODS,
        values: answer.values.map((row) => row[index] ?? null),
        states,
        converted: [],
        parent: area.parent ? { values: mean, states: {} } : null,
        siblings: { count: PERIODS.map(() => 15), mean, median: mean },
        breaks,
        references: [],
        targets: [],
      };
    });
  return { release: RELEASE, layer, ...area, indicators, facilities: [] };
}

export const atlas: AtlasAnswer = {
  release: RELEASE,
  built_at: "2026-01-01T00:00:00Z",
  id: "mock",
  title: both("Prüfatlas", "Test atlas"),
  description: both("Ein erfundener Kreis.", "A made-up county."),
  publisher: both("Kreisel"),
  contact: "atlas@example.org",
  notice: both("Alle Angaben sind erfunden.", "All figures are invented."),
  themes: [
    { id: "people", title: both("Bevölkerung", "Population") },
    { id: "social", title: both("Soziales", "Social") },
  ],
  view: { bounds: boundsOf(municipalities), layer: "municipalities", indicator: "rate" },
  attribution: ["Prüfdaten", "Prüfdaten, erfunden"],
  invented: true,
};
