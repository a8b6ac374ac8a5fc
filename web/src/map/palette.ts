/** Colours of the map that belong to no indicator: calm, so that the classes speak. */

export const GROUND = "#e7ecec";
export const NEIGHBOUR = "#f3f4f0";
export const NEIGHBOUR_LINE = "#cfd3cc";
export const NEIGHBOUR_TEXT = "#6f776f";
/** An area before its value is known, or under a circle. */
export const NEUTRAL = "#fbfaf6";
export const AREA_LINE = "#ffffff";
export const AREA_LINE_ON_NEUTRAL = "#b4b9b1";
export const INK = "#14323c";
export const MARKED = "#14323c";
export const CIRCLE = "#2f6f8f";
export const HATCH = "#7b8580";
export const PAPER = "#f4f4f1";
