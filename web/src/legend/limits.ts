/** Class limits as a reader types them: `3,5; 5; 7,5`, or with points in English. */
import { MOST_CLASSES } from "../classify/classify";
import type { Language } from "../state";

/** Ascending limits; `null` where a part is no number, and for too many. */
export function readLimits(text: string, language: Language): number[] | null {
  const parts = text.split(";").map((part) => part.trim());
  const plain = language === "de" ? parts.map((part) => part.replaceAll(".", "").replace(",", ".")) : parts;
  const numbers = plain.map((part) => part.replaceAll(/[\s\u202f,]/g, "")).filter((part) => part !== "");
  if (numbers.length === 0 || numbers.length >= MOST_CLASSES) return null;
  const limits = numbers.map((part) =>
    /^[-\u2212]?\d+(\.\d+)?$/.test(part) ? Number(part.replace("\u2212", "-")) : Number.NaN,
  );
  return limits.some(Number.isNaN) ? null : [...new Set(limits)].sort((a, b) => a - b);
}
