import { expect, test } from "vitest";
import type { Area } from "../answers";
import { heightFor, placesOf } from "./pointmap";

const area = (key: string, lon: number, lat: number): Area => ({
  key,
  id: 1,
  name: key,
  parent: null,
  bounds: [lon, lat, lon, lat],
  label: [lon, lat],
  attributes: {},
});

test("points stand where north is up, in the middle of the frame", () => {
  const places = placesOf([area("south", 9.5, 52.5), area("north", 9.7, 53)], { width: 200, height: 100, inset: 10 });
  const [south, north] = [places.get("south"), places.get("north")];
  expect(north?.y).toBeCloseTo(10);
  expect(south?.y).toBeCloseTo(90);
  expect((north?.x ?? 0) + (south?.x ?? 0)).toBeCloseTo(200);
  expect(north?.x ?? 0).toBeGreaterThan(south?.x ?? 0);
});

test("one area stands in the middle", () => {
  expect(placesOf([area("a", 9, 52)], { width: 200, height: 100, inset: 10 }).get("a")).toEqual({ x: 100, y: 50 });
});

test("the frame is as high as the areas, within bounds", () => {
  expect(heightFor(100, [9, 52, 10, 52.4])).toBeGreaterThan(60);
  expect(heightFor(100, [9, 52, 10, 60])).toBe(120);
  expect(heightFor(100, null)).toBe(75);
});
