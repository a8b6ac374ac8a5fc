// These two packages come without types; only what the mock uses is said here.
declare module "geojson-vt" {
  export default class GeoJSONVT {
    constructor(data: object, options: { maxZoom: number; indexMaxZoom: number; tolerance: number });
    getTile(z: number, x: number, y: number): { features: unknown[] } | null;
  }
}

declare module "vt-pbf" {
  const vtpbf: {
    fromGeojsonVt(layers: Record<string, unknown>, options: { version: number; extent: number }): Uint8Array;
  };
  export default vtpbf;
}
