/**
 * The roundest number in an interval: above `low`, at most `high`. Of 3.3816 to 3.412 it is 3.4: a limit that a person
 * can read, with the same numbers on both sides.
 */
export function roundest(low: number, high: number): number {
  if (!(low < high)) return high;
  if (low < 0 && high >= 0) return 0;
  const power = Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high))));
  for (let digit = power; digit > power - 16; digit -= 1) {
    for (const factor of [5, 2, 1]) {
      const unit = factor * 10 ** digit;
      const rounded = clean(Math.floor(high / unit + 1e-9) * unit, digit);
      if (rounded > low && rounded <= high) return rounded;
    }
  }
  return high;
}

/** Rounded to so many significant digits of a step, for limits that follow a rule and not the numbers. */
export function roundedTo(number: number, step: number): number {
  const digit = Math.floor(Math.log10(Math.abs(step))) - 1;
  return clean(Math.round(number / 10 ** digit) * 10 ** digit, digit);
}

/** Without the dust of binary fractions. */
function clean(number: number, digit: number): number {
  return Number(number.toFixed(Math.min(Math.max(0, -digit), 15)));
}
