/** Scales of charts: from numbers to places on the screen, and where the marks of an axis stand. */

export interface Scale {
  (number: number): number;
  /** The number at a place. */
  invert(place: number): number;
}

/** Straight from [low, high] to [start, end]; where there is no extent, the middle. */
export function scaleOf([low, high]: readonly [number, number], [start, end]: readonly [number, number]): Scale {
  const width = high - low;
  const place = (number: number) =>
    width === 0 ? (start + end) / 2 : start + ((number - low) / width) * (end - start);
  return Object.assign(place, {
    invert: (at: number) => (end === start ? low : low + ((at - start) / (end - start)) * width),
  });
}

/** Round marks within a range, at most so many: steps of 1, 2 or 5 times a power of ten. */
export function marks([low, high]: readonly [number, number], most: number): number[] {
  if (!(high > low) || most < 2) return [low];
  const step = stepFor(high - low, most);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** A range extended to round ends. */
export function extended([low, high]: readonly [number, number], most: number): [number, number] {
  if (!(high > low)) return [low - 1, high + 1];
  const step = stepFor(high - low, most);
  return [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
}

function stepFor(width: number, most: number): number {
  const power = 10 ** Math.floor(Math.log10(width / most));
  const factor = [1, 2, 5, 10].find((each) => width / (each * power) <= most) ?? 10;
  return factor * power;
}
