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

const SIDE = 16;

type Draw = (pen: CanvasRenderingContext2D) => void;

const rising: Draw = (pen) => {
  for (const at of [-SIDE, 0, SIDE]) line(pen, at, SIDE, at + SIDE, 0);
};
const falling: Draw = (pen) => {
  for (const at of [-SIDE, 0, SIDE]) line(pen, at, 0, at + SIDE, SIDE);
};
const dots =
  (radius: number): Draw =>
  (pen) => {
    for (const [x, y] of [
      [4, 4],
      [12, 12],
    ] as const) {
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      pen.fill();
    }
  };

const DRAWINGS: Record<PatternName, Draw> = {
  // Crossed lines: there is a figure, and it is locked away.
  suppressed(pen) {
    rising(pen);
    falling(pen);
  },
  missing: rising,
  pending: dots(1.6),
  not_applicable(pen) {
    line(pen, 0, 4, SIDE, 4);
    line(pen, 0, 12, SIDE, 12);
  },
  unreliable(pen) {
    pen.setLineDash([3, 3]);
    falling(pen);
  },
  // Small rings, like the digit.
  zero(pen) {
    for (const [x, y] of [
      [4, 4],
      [12, 12],
    ] as const) {
      pen.beginPath();
      pen.arc(x, y, 1.9, 0, 2 * Math.PI);
      pen.stroke();
    }
  },
};

/** Draws one tile of a pattern. `null` where the browser has no canvas. */
export function drawPattern(name: PatternName, pixelRatio: number): HTMLCanvasElement | null {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE * pixelRatio;
  const pen = canvas.getContext("2d");
  if (pen === null) return null;
  pen.scale(pixelRatio, pixelRatio);
  pen.fillStyle = name === "zero" ? "#ffffff" : PAPER;
  pen.fillRect(0, 0, SIDE, SIDE);
  pen.strokeStyle = pen.fillStyle = HATCH;
  pen.lineWidth = 1.1;
  DRAWINGS[name](pen);
  return canvas;
}

/** The pattern as pixels, for the map. */
export function patternImage(name: PatternName, pixelRatio: number): ImageData | null {
  const canvas = drawPattern(name, pixelRatio);
  return canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? null;
}

function line(pen: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}
