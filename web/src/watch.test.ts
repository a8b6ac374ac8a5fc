import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LONGEST_MS, pauseAfter, ReleaseWatch, USUAL_MS } from "./watch";

const page = Object.assign(new EventTarget(), { hidden: false });
const device = { onLine: true };
const heard: string[] = [];
let asked: (string | null)[] = [];
let answer: () => Response;
let watch: ReleaseWatch;

const ok = (release: string, etag: string) => () => new Response("{}", { headers: { "x-release": release, etag } });

beforeEach(() => {
  vi.useFakeTimers();
  heard.length = 0;
  asked = [];
  page.hidden = false;
  device.onLine = true;
  const global = new EventTarget();
  vi.stubGlobal("document", page);
  vi.stubGlobal("navigator", device);
  vi.stubGlobal("addEventListener", global.addEventListener.bind(global));
  vi.stubGlobal("removeEventListener", global.removeEventListener.bind(global));
  vi.stubGlobal("dispatchEvent", global.dispatchEvent.bind(global));
  vi.stubGlobal("fetch", async (_: string, { headers }: { headers: Record<string, string> }) => {
    asked.push(headers["if-none-match"] ?? null);
    return answer();
  });
  watch = new ReleaseWatch("/atlas", {
    seen: (release) => heard.push(release),
    away: (isAway) => isAway && heard.push("away"),
  });
  watch.start();
});
afterEach(() => {
  watch.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("it looks every minute, and asks only for what is new", async () => {
  answer = ok("one", '"a"');
  await vi.advanceTimersByTimeAsync(USUAL_MS * 2);
  answer = () => new Response(null, { status: 304, headers: { "x-release": "one" } });
  await vi.advanceTimersByTimeAsync(USUAL_MS);
  expect(asked).toEqual([null, '"a"', '"a"']);
  expect(heard).toEqual(["one", "one", "one"]);
});

test("a server that is away is asked less and less often, and it is said", async () => {
  answer = () => new Response(null, { status: 503 });
  await vi.advanceTimersByTimeAsync(USUAL_MS * 7);
  expect(asked).toHaveLength(3);
  expect(heard).toEqual(["away", "away", "away"]);
  expect(pauseAfter(20)).toBe(LONGEST_MS);
  answer = ok("two", '"b"');
  await watch.look();
  await vi.advanceTimersByTimeAsync(USUAL_MS);
  expect(heard.slice(3)).toEqual(["two", "two"]);
});

test("nobody looks: nothing is asked; it is asked at once when somebody comes back", async () => {
  answer = ok("one", '"a"');
  page.hidden = true;
  page.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(USUAL_MS * 10);
  expect(asked).toEqual([]);
  page.hidden = false;
  page.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toHaveLength(1);
});

test("offline nothing is asked; online it is asked at once", async () => {
  answer = ok("one", '"a"');
  device.onLine = false;
  dispatchEvent(new Event("offline"));
  await vi.advanceTimersByTimeAsync(USUAL_MS * 10);
  expect([asked, heard]).toEqual([[], ["away"]]);
  device.onLine = true;
  dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(0);
  expect(heard).toEqual(["away", "one"]);
});
