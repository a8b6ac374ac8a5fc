import { expect, test } from "vitest";
import { INITIAL, withCategories, withLayer, withSortBy } from "./state";

test("another layer forgets the area that was selected, but not the facility", () => {
  const withArea = { ...INITIAL, selection: { kind: "area", key: "03358001" } as const };
  const withFacility = { ...INITIAL, selection: { kind: "facility", layer: "health", key: "1" } as const };
  expect(withLayer(withArea, "districts").selection).toBeNull();
  expect(withLayer(withFacility, "districts").selection).toEqual(withFacility.selection);
});

test("sorting by the same column turns the order round", () => {
  const once = withSortBy(INITIAL, "value");
  expect(once.sort).toEqual({ by: "value", order: "ascending" });
  expect(withSortBy(once, "value").sort).toEqual({ by: "value", order: "descending" });
});

test("a column is first sorted the way people expect: names from A, values from the highest", () => {
  expect(withSortBy(INITIAL, "name").sort).toEqual({ by: "name", order: "ascending" });
  expect(withSortBy(withSortBy(INITIAL, "name"), "value").sort).toEqual({ by: "value", order: "descending" });
});

test("categories go on and off, and the old state stays as it was", () => {
  const on = withCategories(INITIAL, ["b"], ["c", "a"], true);
  expect(on.categories).toEqual(["a", "b", "c"]);
  expect(withCategories(on, on.categories ?? [], ["a", "b"], false).categories).toEqual(["c"]);
  expect(INITIAL.categories).toBeNull();
});
