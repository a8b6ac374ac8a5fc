/**
 * A page to be taken away, as plain data: shapes and texts in points (1/72 inch) from the upper left corner. It knows
 * nothing of maps, and `svg.ts` and `pdf.ts` know nothing else: both files show the same.
 */
import type { PatternName } from "../map/patterns";

export type Point = readonly [number, number];

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A colour `#rrggbb`, or a pattern on its own ground. */
export type Fill = string | { pattern: PatternName };

export interface Stroke {
  color: string;
  width: number;
}

export type Item =
  /** Closed rings, filled by the even-odd rule. */
  | { kind: "rings"; rings: readonly (readonly Point[])[]; fill?: Fill; stroke?: Stroke; opacity?: number }
  | { kind: "line"; points: readonly Point[]; stroke: Stroke }
  | { kind: "circle"; at: Point; radius: number; fill?: Fill; stroke?: Stroke; opacity?: number }
  | {
      kind: "text";
      at: Point;
      text: string;
      size: number;
      color: string;
      isBold?: boolean;
      anchor?: "start" | "middle" | "end";
      /** Colour of a rim that keeps the text apart from what lies under it. */
      rim?: string;
    }
  | { kind: "clip"; box: Box; items: readonly Item[] }
  /** Leads to an address where it is clicked. */
  | { kind: "link"; box: Box; url: string };

export interface Drawing {
  width: number;
  height: number;
  /** `de` or `en`. */
  language: string;
  title: string;
  description: string;
  author: string;
  items: readonly Item[];
}

/** Size of a pattern's pixel on paper, in points. */
export const PATTERN_SCALE = 0.5;

export function rectangle({ x, y, width, height }: Box): Point[] {
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ];
}

/** A coordinate with as many digits as a printer can show. */
export function short(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return Object.is(rounded, -0) ? "0" : String(rounded);
}
