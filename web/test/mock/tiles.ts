/** The made-up atlas as vector tiles. */
import GeoJSONVT from "geojson-vt";
import vtpbf from "vt-pbf";
import { facilities, type Square, squares } from "./atlas.ts";

interface Index {
  getTile(z: number, x: number, y: number): { features: unknown[] } | null;
}

const indexes = new Map<string, Index>();

for (const [layer, list] of Object.entries(squares)) {
  indexes.set(layer, toIndex(list.map(polygon)));
  indexes.set(`${layer}_label`, toIndex(list.map(label)));
}
for (const [layer, list] of Object.entries(facilities)) {
  const points = list.map(({ id, key, name, category, opened, closed, position }) => {
    const years = { ...(opened === null ? {} : { opened }), ...(closed === null ? {} : { closed }) };
    return feature(id, { key, name, category, ...years }, { type: "Point", coordinates: position });
  });
  indexes.set(layer, toIndex(points));
}

/** A tile with the layer and its label points; `null` where nothing lies. */
export function tileOf(layer: string, z: number, x: number, y: number): Uint8Array | null {
  const found: Record<string, unknown> = {};
  for (const name of [layer, `${layer}_label`]) {
    const tile = indexes.get(name)?.getTile(z, x, y);
    if (tile && tile.features.length > 0) found[name] = tile;
  }
  return Object.keys(found).length > 0 ? vtpbf.fromGeojsonVt(found, { version: 2, extent: 4096 }) : null;
}

function toIndex(features: object[]): Index {
  return new GeoJSONVT({ type: "FeatureCollection", features }, { maxZoom: 12, indexMaxZoom: 6, tolerance: 0 });
}

function polygon({ area, bounds: [west, south, east, north] }: Square): object {
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return feature(area.id, { key: area.key, name: area.name }, { type: "Polygon", coordinates: [ring] });
}

function label({ area }: Square): object {
  return feature(area.id, { key: area.key, name: area.name }, { type: "Point", coordinates: area.label });
}

function feature(id: number, properties: object, geometry: object): object {
  return { type: "Feature", id, properties, geometry };
}
