/** A map without map library: every area a point where its name would stand. */
import type { Area, Bounds } from "../answers";

export interface Frame {
  width: number;
  height: number;
  inset: number;
}

/** Where each area's label stands in the frame, by key, in Web Mercator and with the same scale in both directions. */
export function placesOf(areas: readonly Area[], frame: Frame): Map<string, { x: number; y: number }> {
  const points = areas.map(({ key, label: [lon, lat] }) => ({ key, x: lon, y: -northing(lat) }));
  const [west, east] = [Math.min(...points.map(({ x }) => x)), Math.max(...points.map(({ x }) => x))];
  const [north, south] = [Math.min(...points.map(({ y }) => y)), Math.max(...points.map(({ y }) => y))];
  const room = { x: frame.width - 2 * frame.inset, y: frame.height - 2 * frame.inset };
  const scale = Math.min(room.x / (east - west || 1), room.y / (south - north || 1));
  return new Map(
    points.map(({ key, x, y }) => [
      key,
      {
        x: frame.width / 2 + (x - (west + east) / 2) * scale,
        y: frame.height / 2 + (y - (north + south) / 2) * scale,
      },
    ]),
  );
}

/** Degrees north as Web Mercator stretches them. */
function northing(lat: number): number {
  return (Math.asinh(Math.tan((lat * Math.PI) / 180)) * 180) / Math.PI;
}

/** The box that is drawn is at most so high for its width. */
export function heightFor(width: number, bounds: Bounds | null): number {
  if (bounds === null) return width * 0.75;
  const [west, south, east, north] = bounds;
  const ratio = (northing(north) - northing(south)) / Math.max(east - west, 1e-9);
  return width * Math.min(Math.max(ratio, 0.5), 1.2);
}
