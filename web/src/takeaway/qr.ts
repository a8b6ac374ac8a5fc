/** An address as a QR code (ISO/IEC 18004), level M: it can still be read with a seventh of it hidden or smudged. */
import qrcode from "qrcode-generator";
import { type Box, type Drawing, type Item, rectangle } from "./drawing";

/** Clear space around it, in modules (§6.3.8). */
const QUIET = 4;

/** Rows of modules, `true` is dark. `null` for an address that is too long. */
export function qrModules(address: string): boolean[][] | null {
  try {
    const code = qrcode(0, "M");
    code.addData(address);
    code.make();
    const places = [...Array(code.getModuleCount()).keys()];
    return places.map((row) => places.map((column) => code.isDark(row, column)));
  } catch {
    return null;
  }
}

/** The code inside a square, with its clear space. Neighbouring dark modules of a row are one shape. */
export function qrItems(modules: readonly boolean[][], { x, y, width }: Box): Item[] {
  const module = width / (modules.length + 2 * QUIET);
  const rings = modules.flatMap((row, nth) => {
    const runs: { from: number; to: number }[] = [];
    for (const [column, isDark] of row.entries()) {
      const last = runs.at(-1);
      if (!isDark) continue;
      if (last?.to === column) last.to += 1;
      else runs.push({ from: column, to: column + 1 });
    }
    return runs.map(({ from, to }) =>
      rectangle({
        x: x + (from + QUIET) * module,
        y: y + (nth + QUIET) * module,
        width: (to - from) * module,
        height: module,
      }),
    );
  });
  return [
    { kind: "rings", rings: [rectangle({ x, y, width, height: width })], fill: "#ffffff" },
    { kind: "rings", rings, fill: "#000000" },
  ];
}

/** The code alone. */
export function qrDrawing(modules: readonly boolean[][], title: string, language: string): Drawing {
  const width = 200;
  const items = qrItems(modules, { x: 0, y: 0, width, height: width });
  return { width, height: width, language, title, description: title, author: "", items };
}
