import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { INITIAL, type State } from "./state";
import { fromHash, throttled, toHash, unreadParts } from "./url";

/** A small generator of whole numbers, the same in each run (mulberry32, Tommy Ettinger, public domain). */
function numbers(seed: number): (below: number) => number {
  let at = seed;
  return (below) => {
    at = (at + 0x6d2b79f5) | 0;
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const LETTERS = [..."aZ09-_.~ äöß/&=#%+,?'(|€"];

function anyState(next: (below: number) => number): State {
  const text = (letters = LETTERS) => Array.from({ length: 1 + next(8) }, () => letters[next(letters.length)]).join("");
  const name = () => text([..."abcxyz_019."]);
  const maybe = <T>(make: () => T): T | null => (next(3) === 0 ? null : make());
  const selection = [null, { kind: "area", key: text() }, { kind: "facility", layer: name(), key: text() }] as const;
  return {
    language: next(2) === 0 ? "de" : "en",
    layer: maybe(text),
    indicator: maybe(text),
    period: maybe(() => [1800 + next(400), "2015/16", "2099/00", "2015-06-30"][next(4)] ?? 2000),
    selection: selection[next(3)] ?? null,
    categories: maybe(() => [...new Set(Array.from({ length: next(4) }, name))].sort()),
    sort: { by: next(2) === 0 ? "name" : "value", order: next(2) === 0 ? "ascending" : "descending" },
    tab: next(2) === 0 ? "areas" : "facilities",
    classes:
      [
        null,
        { method: "jenks" as const, count: 2 + next(6) },
        { method: "manual" as const, limits: [-2.5, next(9)] },
        { method: "around" as const, middle: "target" as const },
      ][next(4)] ?? null,
    page: (["map", "area", "compare", "method"] as const)[next(4)] ?? "map",
    entry: maybe(() => ["0", "6", "zero", "not_applicable"][next(4)] ?? "0"),
    charts: maybe(() => next(2) === 0),
    embed: maybe(() => [[], ["legend"], ["legend", "time"]][next(3)] ?? []),
    against: maybe(name),
    compared: [...new Set(Array.from({ length: next(6) }, () => text()))],
    since: maybe(() => [1990, "2015/16", "2015-06-30"][next(3)] ?? 1990),
    beside: Array.from({ length: next(4) }, () => ({
      indicator: name(),
      period: maybe(() => [2011, "2015/16", "2015-06-30"][next(3)] ?? 2011),
    })),
    isSwiped: next(2) === 0,
    benchmark: maybe(text),
    view: maybe(() => ({
      zoom: next(2400) / 100,
      lat: (next(1_700_000) - 850_000) / 1e4,
      lon: (next(3_600_000) - 1_800_000) / 1e4,
    })),
  };
}

describe("the address", () => {
  test("gives back every state that was written to it", () => {
    const next = numbers(20_201);
    for (let round = 0; round < 2000; round += 1) {
      const state = anyState(next);
      expect(fromHash(`#${toHash(state)}`)).toEqual(state);
    }
  });

  test("says nothing where nothing was chosen", () => {
    expect(toHash(INITIAL)).toBe("");
    expect(fromHash("")).toEqual(INITIAL);
  });

  test("is written so that a person can read it", () => {
    const state: State = {
      ...INITIAL,
      layer: "districts",
      period: 2015,
      categories: ["health.hospital", "health.pharmacy"],
    };
    expect(toHash(state)).toBe("layer=districts&period=2015&show=health.hospital,health.pharmacy");
  });

  test("never throws, whatever stands in it", () => {
    const next = numbers(7);
    for (let round = 0; round < 2000; round += 1) {
      const parts = ["lang", "layer", "year", "area", "facility", "sort", "map", "hide", "list", "%"];
      const text = Array.from({ length: next(30) }, () => LETTERS[next(LETTERS.length)]).join("");
      expect(() => fromHash(`#${parts[next(parts.length)]}=${text}`)).not.toThrow();
    }
  });

  test.each([
    ["classes=jenks/9", { classes: null }],
    ["classes=manual/3,x", { classes: null }],
    ["classes=manual/7,3,3", { classes: { method: "manual", limits: [3, 7] } }],
    ["classes=magic/5", { classes: null }],
    ["class=9", { entry: null }],
    ["charts=maybe", { charts: null }],
    ["period=20155", { period: null }],
    ["period=2015/17", { period: null }],
    ["period=2015-02-30", { period: null }],
    ["period=2015/16", { period: "2015/16" }],
    ["year=2015", { period: 2015 }],
    ["lang=fr", { language: "de" }],
    ["map=9/53", { view: null }],
    ["map=9/95/10", { view: null }],
    ["map=a/b/c", { view: null }],
    ["map=9//10", { view: null }],
    ["sort=size-ascending", { sort: INITIAL.sort }],
    ["facility=health", { selection: null }],
    ["facility=/x", { selection: null }],
    ["layer=%E0%A4%A", { layer: null }],
    ["layer=", { layer: null }],
    ["show=b,,a,b", { categories: ["a", "b"] }],
    ["show=", { categories: null }],
    ["show=-", { categories: [] }],
  ])("%s falls back to its default", (hash, expected) => {
    expect(fromHash(hash)).toMatchObject(expected);
  });

  test("keeps the language of the page where it names none", () => {
    expect(fromHash("year=2015", "en").language).toBe("en");
  });
});

describe("throttled writing", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("writes once per interval, and the newest", () => {
    const written: number[] = [];
    const write = throttled<number>((value) => written.push(value), 250);
    for (const value of [1, 2, 3]) write(value);
    expect(written).toEqual([]);
    vi.advanceTimersByTime(250);
    expect(written).toEqual([3]);
    write(4);
    vi.advanceTimersByTime(250);
    expect(written).toEqual([3, 4]);
  });
});

test("what an address cannot say is named, and nothing else", () => {
  expect(unreadParts("#layer=municipalities&period=2015&lang=de&sort=value-descending&year=2011")).toEqual([]);
  expect(unreadParts("#period=20x5&map=9&layr=a&classes=jenks/40&show=-")).toEqual([
    "period=20x5",
    "map=9",
    "layr=a",
    "classes=jenks/40",
  ]);
  expect(unreadParts("")).toEqual([]);
  expect(unreadParts("#%E0%A4%A")).toEqual(["%E0%A4%A"]);
});

test("every state that was written can be read as a whole", () => {
  const next = numbers(7);
  for (let round = 0; round < 500; round += 1) expect(unreadParts(toHash(anyState(next)))).toEqual([]);
});
