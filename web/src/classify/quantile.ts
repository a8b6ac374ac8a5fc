/**
 * Quantiles: as many numbers in each class as in the others, as far as equal numbers allow. A limit is the number at
 * which the next class begins. Of 1, 2, 3, 4 in two classes: 3.
 */
export function quantile(sorted: readonly number[], count: number): number[] {
  return Array.from({ length: count - 1 }, (_, index) => {
    const at = Math.round(((index + 1) * sorted.length) / count);
    return sorted[Math.min(at, sorted.length - 1)] ?? 0;
  });
}
