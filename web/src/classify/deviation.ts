/**
 * Standard deviation: limits around the mean, one standard deviation apart; an odd number of classes has one in the
 * middle that holds the mean. In four classes: mean − sd, mean, mean + sd. The standard deviation is that of the whole
 * (divided by n), as the numbers are no sample.
 */
export function deviation(sorted: readonly number[], count: number): number[] {
  const n = sorted.length;
  if (n === 0) return [];
  const mean = sorted.reduce((sum, number) => sum + number, 0) / n;
  const sd = Math.sqrt(sorted.reduce((sum, number) => sum + (number - mean) ** 2, 0) / n);
  if (sd === 0) return [];
  return Array.from({ length: count - 1 }, (_, index) => mean + sd * (index - (count - 2) / 2));
}
