/**
 * Patterns for areas without a number, and for an exact zero. One drawing serves map and legend, so that both are
 * told apart without colour. Each tile of a pattern is 16 × 16 pixels and joins its neighbours without a seam.
 */
import type { AbsentState } from "../series";
import { HATCH, PAPER } from "./palette";

export type PatternName = AbsentState | "zero";

export const PATTERNS: readonly PatternName[] = [
  "suppressed",
  "missing",
  "pending",
  "not_applicable",
  "unreliable",
  "zero",
];

/** Side of a tile, in pixels. */
export const SIDE = 16;
export const LINE_WIDTH = 1.1;

/** What a pattern is drawn of; positions are pixels from the upper left corner of the tile. */
export type Mark =
  | { kind: "line"; from: readonly [number, number]; to: readonly [number, number]; dash?: readonly [number, number] }
  | { kind: "dot" | "ring"; at: readonly [number, number]; radius: number };

// Lines that leave a tile come in again on the other side: each is there three times.
const rising: readonly Mark[] = [-SIDE, 0, SIDE].map((at) => ({ kind: "line", from: [at, SIDE], to: [at + SIDE, 0] }));
const falling: readonly Mark[] = [-SIDE, 0, SIDE].map((at) => ({ kind: "line", from: [at, 0], to: [at + SIDE, SIDE] }));
const round = (kind: "dot" | "ring", radius: number): readonly Mark[] =>
  (
    [
      [4, 4],
      [12, 12],
    ] as const
  ).map((at) => ({ kind, at, radius }));

/** The same drawing serves map, legend and what is taken away. */
export const MARKS: Record<PatternName, readonly Mark[]> = {
  // Crossed lines: there is a figure, and it is locked away.
  suppressed: [...rising, ...falling],
  missing: rising,
  pending: round("dot", 1.6),
  not_applicable: [4, 12].map((y) => ({ kind: "line", from: [0, y], to: [SIDE, y] })),
  unreliable: falling.map((mark) => ({ ...mark, dash: [3, 3] as const })),
  // Small rings, like the digit.
  zero: round("ring", 1.9),
};

/** The colour behind a pattern's marks. */
export function groundOf(name: PatternName): string {
  return name === "zero" ? "#ffffff" : PAPER;
}

/** Draws one tile of a pattern. `null` where the browser has no canvas. */
export function drawPattern(name: PatternName, pixelRatio: number): HTMLCanvasElement | null {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE * pixelRatio;
  const pen = canvas.getContext("2d");
  if (pen === null) return null;
  pen.scale(pixelRatio, pixelRatio);
  pen.fillStyle = groundOf(name);
  pen.fillRect(0, 0, SIDE, SIDE);
  pen.strokeStyle = pen.fillStyle = HATCH;
  pen.lineWidth = LINE_WIDTH;
  for (const mark of MARKS[name]) draw(pen, mark);
  return canvas;
}

/** The pattern as pixels, for the map. */
export function patternImage(name: PatternName, pixelRatio: number): ImageData | null {
  const canvas = drawPattern(name, pixelRatio);
  return canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? null;
}

function draw(pen: CanvasRenderingContext2D, mark: Mark): void {
  pen.beginPath();
  if (mark.kind === "line") {
    pen.setLineDash([...(mark.dash ?? [])]);
    pen.moveTo(...mark.from);
    pen.lineTo(...mark.to);
  } else {
    pen.arc(...mark.at, mark.radius, 0, 2 * Math.PI);
  }
  if (mark.kind === "dot") pen.fill();
  else pen.stroke();
}
