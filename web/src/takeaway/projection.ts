/** Web Mercator, in which the map is drawn: degrees → a square of side 1, y growing southwards, and from there to paper. */
import type { BordersAnswer, Bounds, Position } from "../answers";
import type { View } from "../state";
import type { Box, Point } from "./drawing";

/** Side of the world in pixels at zoom 0, as the map library counts. */
const WORLD_PX = 512;

const EARTH_M = 40_075_016.7;

export function toSquare([lon, lat]: Position): Point {
  const northing = Math.asinh(Math.tan((lat * Math.PI) / 180));
  return [(lon + 180) / 360, 0.5 - northing / (2 * Math.PI)];
}

function toDegrees([x, y]: Point): Position {
  return [x * 360 - 180, (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI];
}

/** What part of the world a box of paper shows. */
export class Projection {
  #box: Box;
  /** Upper left corner in the square. */
  #corner: Point;
  /** Points of paper per side of the square. */
  #scale: number;

  /** Shows `bounds` as large as the box allows, in its middle, with a margin. */
  static around(bounds: Bounds, box: Box, margin: number): Projection {
    const [west, south, east, north] = bounds;
    return Projection.#of([toSquare([west, north]), toSquare([east, south])], box, margin);
  }

  /** Shows what a map of so many pixels shows. */
  static of({ zoom, lat, lon }: View, size: { width: number; height: number }, box: Box): Projection {
    const world = WORLD_PX * 2 ** zoom;
    const [x, y] = toSquare([lon, lat]);
    const [dx, dy] = [size.width / world / 2, size.height / world / 2];
    return Projection.#of(
      [
        [x - dx, y - dy],
        [x + dx, y + dy],
      ],
      box,
      0,
    );
  }

  static #of([[left, top], [right, bottom]]: readonly [Point, Point], box: Box, margin: number): Projection {
    const scale = Math.min((box.width - 2 * margin) / (right - left), (box.height - 2 * margin) / (bottom - top));
    const corner: Point = [(left + right) / 2 - box.width / 2 / scale, (top + bottom) / 2 - box.height / 2 / scale];
    return new Projection(box, corner, scale);
  }

  private constructor(box: Box, corner: Point, scale: number) {
    this.#box = box;
    this.#corner = corner;
    this.#scale = scale;
  }

  toPaper(position: Position): Point {
    const [x, y] = toSquare(position);
    return [this.#box.x + (x - this.#corner[0]) * this.#scale, this.#box.y + (y - this.#corner[1]) * this.#scale];
  }

  /** All that the box shows. */
  bounds(): Bounds {
    const [x, y] = this.#corner;
    const [west, north] = toDegrees([x, y]);
    const [east, south] = toDegrees([x + this.#box.width / this.#scale, y + this.#box.height / this.#scale]);
    return [Math.max(west, -180), Math.max(south, -85), Math.min(east, 180), Math.min(north, 85)];
  }

  /** Metres on the ground, in the middle of the box, per point of paper. */
  metresPerPoint(): number {
    const [, lat] = toDegrees([this.#corner[0], this.#corner[1] + this.#box.height / 2 / this.#scale]);
    return (EARTH_M * Math.cos((lat * Math.PI) / 180)) / this.#scale;
  }
}

/** Borders are told apart down to this, in points; a step of theirs that is smaller is left out, the same on both sides. */
const STEP = 0.1;

/** The rings of one area on paper. */
export function ringsOf(geometry: BordersAnswer["features"][number]["geometry"], projection: Projection): Point[][] {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.flat().flatMap((ring) => {
    const points: Point[] = [];
    for (const position of ring) {
      const at = projection.toPaper(position).map((value) => Math.round(value / STEP) * STEP) as [number, number];
      const last = points.at(-1);
      if (last === undefined || last[0] !== at[0] || last[1] !== at[1]) points.push(at);
    }
    points.pop();
    return points.length > 2 ? [points] : [];
  });
}
