/** Equal intervals: the range cut into classes of the same width. From 0 to 10 in four classes: 2.5, 5, 7.5. */
export function equal(sorted: readonly number[], count: number): number[] {
  const [low, high] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined || low === high) return [];
  return Array.from({ length: count - 1 }, (_, index) => low + ((high - low) * (index + 1)) / count);
}
