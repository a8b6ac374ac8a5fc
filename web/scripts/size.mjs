// Judges the JavaScript that the first map needs, as it travels (gzip, the largest of the encodings the server offers).
//
// The page's own scripts and the map library's worker have a limit each. Both are fetched for the first map, the
// worker beside the page; it repeats a third of the library, because the library's package shares no file with it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const PAGE_LIMIT = 350_000;
const WORKER_LIMIT = 160_000;
/** Loaded when they are used. */
const LATER = ["Charts", "AreaSheet", "CompareSheet", "MethodSheet", "PointMap", "TakeAway", "EmbeddedMap"];
const folder = new URL("../dist/assets/", import.meta.url).pathname;

/** @type {Record<"page" | "worker" | "later", number>} */
const sums = { page: 0, worker: 0, later: 0 };
for (const name of readdirSync(folder).filter((name) => name.endsWith(".js"))) {
  const size = gzipSync(readFileSync(join(folder, name)), { level: 9 }).length;
  const isLater = LATER.some((part) => name.startsWith(`${part}-`));
  sums[name.includes("worker") ? "worker" : isLater ? "later" : "page"] += size;
  console.log(`${(size / 1000).toFixed(1).padStart(8)} kB  ${name}`);
}
console.log(
  `page ${(sums.page / 1000).toFixed(1)} of ${PAGE_LIMIT / 1000} kB, worker ${(sums.worker / 1000).toFixed(1)} of ${WORKER_LIMIT / 1000} kB, later ${(sums.later / 1000).toFixed(1)} kB`,
);
if (sums.page === 0) {
  console.error("no script found in dist/assets: run `npm run build` first");
  process.exit(1);
}
if (sums.page > PAGE_LIMIT || sums.worker > WORKER_LIMIT) {
  console.error("over the budget: load what is not needed for the first map when it is used");
  process.exit(1);
}
