import { expect, test } from "vitest";
import { de } from "./de";
import { en } from "./en";

/** Sentences that are the same in both languages on purpose. */
const SAME = ["languages.de", "languages.en", "takeaway.excel"];

function entries(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, part]) => entries(part, path === "" ? name : `${path}.${name}`));
}

test("both languages say the same things", () => {
  expect(entries(en).map(([path]) => path)).toEqual(entries(de).map(([path]) => path));
});

test("nothing was left in German", () => {
  const english = new Map(entries(en));
  const left = entries(de).filter(
    ([path, text]) => typeof text === "string" && text.length > 6 && english.get(path) === text && !SAME.includes(path),
  );
  expect(left).toEqual([]);
});
