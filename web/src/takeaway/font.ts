/**
 * Helvetica: how wide texts are, without a screen. The widths are those of Adobe's Core 14 fonts, which every reader of
 * PDF has; Arial and Liberation Sans, which browsers take for it, have the same.
 */

const FIRST = 32;

/** Characters 32 to 126, in thousandths of the size. */
const REGULAR = widths(`
  278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584
  584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611
  278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722
  500 500 500 334 260 334 584`);
const BOLD = widths(`
  278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 584 584
  584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 667 667 611
  333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778
  556 556 500 389 280 389 584`);

const OTHERS: Record<string, number> = {
  "–": 556,
  "—": 1000,
  "·": 278,
  ß: 611,
  "°": 400,
  "±": 584,
  "×": 584,
  "÷": 584,
  "−": 584,
  "≤": 549,
  "≥": 549,
  "„": 333,
  "“": 333,
  "”": 333,
  "‚": 222,
  "‘": 222,
  "’": 222,
  "…": 1000,
  "©": 737,
  "²": 333,
  "³": 333,
};

const USUAL = 556;

function widths(text: string): number[] {
  return text.trim().split(/\s+/).map(Number);
}

/** Spaces that do not break or are narrow are drawn as usual ones. */
export function plainSpaces(text: string): string {
  return text.replace(/[\u00a0\u2009\u202f]/g, " ");
}

/** Width of a text in the unit of its size. */
export function textWidth(text: string, size: number, isBold = false): number {
  const table = isBold ? BOLD : REGULAR;
  let sum = 0;
  for (const letter of plainSpaces(text)) {
    // an accent makes a letter no wider
    const base = letter.normalize("NFD").charCodeAt(0);
    sum += OTHERS[letter] ?? table[base - FIRST] ?? USUAL;
  }
  return (sum * size) / 1000;
}

/** Breaks a text into lines of at most `width`; a word that is longer has a line of its own. */
export function wrap(text: string, width: number, size: number, isBold = false): string[] {
  const lines: string[] = [];
  for (const word of plainSpaces(text).split(/ +/)) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last === undefined) lines.push(word);
    else if (textWidth(longer, size, isBold) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** As {@link wrap}, with at most so many lines; an ellipsis says that there was more. */
export function wrapAtMost(text: string, most: number, width: number, size: number, isBold = false): string[] {
  const lines = wrap(text, width, size, isBold);
  if (lines.length <= most) return lines;
  let last = lines[most - 1] ?? "";
  while (last !== "" && textWidth(`${last} …`, size, isBold) > width) last = last.slice(0, -1).trimEnd();
  return [...lines.slice(0, most - 1), `${last} …`];
}
