/**
 * Natural breaks (Jenks): the classes whose numbers differ least from their class's mean, by the exact method of W. D.
 * Fisher, "On grouping for maximum homogeneity" (1958): the best k classes of the first n numbers are the best k − 1
 * classes of fewer, and one more. Equal numbers stay together. Of 1, 2, 9, 10 in two classes: 9.
 */
export function jenks(sorted: readonly number[], count: number): number[] {
  const { values, weights } = grouped(sorted);
  const n = values.length;
  if (n <= count) return values.slice(1);
  const cost = costs(values, weights);
  let best = values.map((_, end) => cost(0, end));
  const begins: number[][] = [];
  for (let k = 1; k < count; k += 1) {
    const begin: number[] = new Array(n).fill(k);
    const next = values.map((_, end) => {
      let least = Number.POSITIVE_INFINITY;
      for (let start = k; start <= end; start += 1) {
        const sum = (best[start - 1] ?? 0) + cost(start, end);
        if (sum < least) [least, begin[end]] = [sum, start];
      }
      return least;
    });
    begins.push(begin);
    best = next;
  }
  const limits: number[] = [];
  let end = n - 1;
  for (const begin of begins.toReversed()) {
    const start = begin[end] ?? 0;
    limits.unshift(values[start] ?? 0);
    end = start - 1;
  }
  return limits;
}

/** More numbers than these are gathered first: the time grows with their square, and no eye sees the difference. */
const MOST_VALUES = 1000;

/** Different numbers with how often each comes. */
function grouped(sorted: readonly number[]): { values: number[]; weights: number[] } {
  const counts = new Map<number, number>();
  for (const number of sorted) counts.set(number, (counts.get(number) ?? 0) + 1);
  const [values, weights] = [[...counts.keys()], [...counts.values()]];
  if (values.length <= MOST_VALUES) return { values, weights };
  const [low = 0, high = 0] = [values[0], values.at(-1)];
  const cell = (number: number) => Math.min(MOST_VALUES - 1, Math.floor(((number - low) / (high - low)) * MOST_VALUES));
  // Each cell stands at its smallest number, so that a limit is a number that comes.
  const cells = new Map<number, { value: number; weight: number }>();
  values.forEach((value, index) => {
    const known = cells.get(cell(value));
    if (known) known.weight += weights[index] ?? 0;
    else cells.set(cell(value), { value, weight: weights[index] ?? 0 });
  });
  const all = [...cells.values()];
  return { values: all.map(({ value }) => value), weights: all.map(({ weight }) => weight) };
}

/** Sum of squared differences from the mean in a stretch, from running sums. */
function costs(values: readonly number[], weights: readonly number[]): (start: number, end: number) => number {
  const [count, sum, squares] = [[0], [0], [0]];
  // Around the first number, so that large numbers with small differences lose no digits.
  const origin = values[0] ?? 0;
  values.forEach((value, index) => {
    const [weight, from] = [weights[index] ?? 0, value - origin];
    count.push((count[index] ?? 0) + weight);
    sum.push((sum[index] ?? 0) + weight * from);
    squares.push((squares[index] ?? 0) + weight * from * from);
  });
  const within = (list: readonly number[], start: number, end: number) => (list[end + 1] ?? 0) - (list[start] ?? 0);
  return (start, end) => within(squares, start, end) - within(sum, start, end) ** 2 / within(count, start, end);
}
