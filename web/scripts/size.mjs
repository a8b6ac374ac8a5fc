// Judges the JavaScript that the first map needs, as it travels (gzip, the largest of the encodings the server offers).
//
// The page's own scripts and the map library's worker have a limit each. Both are fetched for the first map, the
// worker beside the page; it repeats a third of the library, because the library's package shares no file with it.
// What the first map needs is what the page's entry and the map import, and what these import in turn; everything
// else is loaded when it is used.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const PAGE_LIMIT = 350_000;
const WORKER_LIMIT = 160_000;
const folder = new URL("../dist/assets/", import.meta.url).pathname;
const names = readdirSync(folder).filter((name) => name.endsWith(".js"));

/** @type {(name: string) => string[]} */
function importsOf(name) {
  const source = readFileSync(join(folder, name), "utf8");
  const imports = source.matchAll(/(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+\.js)["'`]/g);
  return [...imports].map(([, file]) => file ?? "");
}

/** @type {Set<string>} */
const first = new Set();
const waiting = names.filter((name) => name.startsWith("index-") || name.startsWith("atlas-map-"));
for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
  if (first.has(name)) continue;
  first.add(name);
  waiting.push(...importsOf(name));
}

/** @type {Record<"page" | "worker" | "later", number>} */
const sums = { page: 0, worker: 0, later: 0 };
for (const name of names) {
  const size = gzipSync(readFileSync(join(folder, name)), { level: 9 }).length;
  const part = name.includes("worker") ? "worker" : first.has(name) ? "page" : "later";
  sums[part] += size;
  console.log(`${(size / 1000).toFixed(1).padStart(8)} kB  ${part.padEnd(6)} ${name}`);
}
console.log(
  `page ${(sums.page / 1000).toFixed(1)} of ${PAGE_LIMIT / 1000} kB, worker ${(sums.worker / 1000).toFixed(1)} of ${WORKER_LIMIT / 1000} kB, later ${(sums.later / 1000).toFixed(1)} kB`,
);
if (first.size < 2) {
  console.error("the page's entry and the map are not in dist/assets: run `npm run build` first");
  process.exit(1);
}
if (sums.page > PAGE_LIMIT || sums.worker > WORKER_LIMIT) {
  console.error("over the budget: load what is not needed for the first map when it is used");
  process.exit(1);
}
