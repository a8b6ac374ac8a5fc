/**
 * A small atlas of real files in a folder of its own, and a real server before it: for what needs other data than the
 * bundled atlas has (school years, days, clusters), and for files that change under a running server.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The program under test; without it these tests are left out. */
export const PROGRAM = process.env["KREISEL_PROGRAM"] ?? "";
export const hasProgram = PROGRAM !== "" && existsSync(PROGRAM);

const COLUMNS = 4;
const ROWS = 3;
const WEST = 9.5;
const SOUTH = 52.7;
const SIDE = 0.12;
const NAMES =
  "Ahlum Bergen Celle Dorum Eldagsen Fallersleben Gifhorn Hodenhagen Ilten Jesteburg Kirchboitzen Lüder".split(" ");

const PROVENANCE = `
[provenance]
source = { de = "Prüfdaten, erfunden", en = "Test data, invented" }
license = "CC0-1.0"
attribution = "Prüfdaten, erfunden"
invented = true
`;

export interface Place {
  category: string;
  lon: number;
  lat: number;
}

/** A facility layer. */
export interface Facilities {
  places: readonly Place[];
  points: "all" | "cluster";
  /** By category, where it is not that of the catalogue. */
  symbols?: Record<string, string>;
}

/** Four days in one school year: not equally far apart. */
export const DAYS = ["2022-09-30", "2022-12-01", "2023-03-31", "2023-06-30"];
export const SCHOOL_YEARS = ["2019/20", "2020/21", "2021/22", "2022/23", "2023/24"];

export class RealAtlas {
  readonly folder = mkdtempSync(join(tmpdir(), "kreisel-atlas-"));
  #server: ChildProcess | null = null;
  url = "";

  constructor(layers: Record<string, Facilities> = {}) {
    this.write(
      "atlas.toml",
      `id = "small"
title = { de = "Kleiner Atlas", en = "Small atlas" }
publisher = "Prüfung"

[[themes]]
id = "education"
title = { de = "Bildung", en = "Education" }

[view]
layer = "areas"
indicator = "transition"

[server]
watch_interval_s = 1
`,
    );
    this.write("data/areas.geojson", JSON.stringify({ type: "FeatureCollection", features: squares() }));
    this.write(
      "layers/areas.toml",
      `kind = "area"
title = { de = "Bezirke", en = "Districts" }
name = "name"

[source]
file = "../data/areas.geojson"

[key]
column = "key"
${PROVENANCE}`,
    );
    this.#indicator(
      "transition",
      "Übergangsquote",
      "Transition rate",
      '[[breaks]]\nperiod = 2021\nreason = "Neue Zählung"\n',
    );
    this.#indicator("attendance", "Anwesenheit", "Attendance", "");
    this.writeTransition(0);
    this.write("data/attendance.csv", table("attendance", DAYS, 40));
    for (const [id, facilities] of Object.entries(layers)) this.#facilities(id, facilities);
  }

  /** The school years' figures, moved by so much. */
  writeTransition(by: number): void {
    this.write("data/transition.csv", table("transition", SCHOOL_YEARS, 20 + by));
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Starts the program and waits until it says its address. */
  async serve(port = 0): Promise<void> {
    const server = spawn(PROGRAM, ["serve", this.folder, "--listen", `127.0.0.1:${port}`, "--watch"]);
    this.#server = server;
    let said = "";
    await new Promise<void>((resolve, reject) => {
      const listen = (bytes: Buffer) => {
        said += bytes.toString();
        const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
        if (url === undefined) return;
        this.url = url;
        resolve();
      };
      server.stdout.on("data", listen);
      server.stderr.on("data", listen);
      server.on("exit", () => reject(new Error(`the server ended: ${said}`)));
    });
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null || server.exitCode !== null) return;
    await new Promise<void>((resolve) => {
      server.removeAllListeners("exit").on("exit", () => resolve());
      server.kill();
    });
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #indicator(id: string, de: string, en: string, more: string): void {
    this.write(
      `indicators/${id}.toml`,
      `title = { de = "${de}", en = "${en}" }
theme = "education"
unit = "%"
measure = "ratio"
layers = ["areas"]

[[tables]]
file = "../data/${id}.csv"

${more}${PROVENANCE}`,
    );
  }

  #facilities(layer: string, { places, points, symbols = {} }: Facilities): void {
    const rows = places.map(({ category, lon, lat }, index) =>
      [`${layer}${index}`, `Ort ${index}`, category, lon.toFixed(5), lat.toFixed(5)].join(","),
    );
    this.write(`data/${layer}.csv`, ["id,name,category,lon,lat", ...rows, ""].join("\n"));
    const ids = [...new Set(places.map(({ category }) => category))];
    const categories = ids
      .map((id) => `[categories.${id}]\n${symbols[id] ? `symbol = "${symbols[id]}"\n` : ""}`)
      .join("");
    this.write(
      `layers/${layer}.toml`,
      `kind = "facility"
title = { de = "Einrichtungen", en = "Facilities" }
order = 1
name = "name"
category = "category"

[source]
file = "../data/${layer}.csv"
x = "lon"
y = "lat"
crs = "EPSG:4326"

[key]
column = "id"

${categories}
[tiles]
points = "${points}"
${points === "cluster" ? "exact_from = 12" : ""}
max_zoom = 14
${PROVENANCE}`,
    );
  }
}

/** Ids of the catalogue's categories, read from where they are written down. */
export function catalogueCategories(): string[] {
  const source = readFileSync(new URL("../../../src/catalogue/categories.rs", import.meta.url), "utf8");
  return [...source.matchAll(/\bcategory\(\s*"([a-z_]+)"/g)].map(([, id]) => id ?? "");
}

/** Somewhere in the atlas, from 0 to 1 in both directions. */
export function at(x: number, y: number): { lon: number; lat: number } {
  return { lon: WEST + x * COLUMNS * SIDE, lat: SOUTH + y * ROWS * SIDE };
}

function squares(): object[] {
  return NAMES.map((name, index) => {
    const [west, south] = [WEST + (index % COLUMNS) * SIDE, SOUTH + Math.floor(index / COLUMNS) * SIDE];
    const [east, north] = [west + SIDE, south + SIDE];
    const ring = [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ];
    return {
      type: "Feature",
      properties: { key: keyOf(index), name },
      geometry: { type: "Polygon", coordinates: [ring] },
    };
  });
}

function keyOf(index: number): string {
  return `A${String(index + 1).padStart(2, "0")}`;
}

/** A tidy table; each area rises from period to period, and the last area's first figure is missing. */
function table(indicator: string, periods: readonly string[], from: number): string {
  const rows = periods.flatMap((period, nth) =>
    NAMES.map((_, index) => {
      const value = nth === 0 && index === NAMES.length - 1 ? "." : (from + index * 3 + nth * 2.5).toFixed(1);
      return [keyOf(index), period, indicator, value].join(";");
    }),
  );
  return ["key;period;indicator;value", ...rows, ""].join("\n");
}
