/** So many colours along a ramp of others; ends stay ends, and what lies between is mixed in sRGB. */
export function rampOf(colors: readonly string[], count: number): string[] {
  if (count === colors.length) return [...colors];
  const last = colors.length - 1;
  if (last <= 0) return Array.from({ length: count }, () => colors[0] ?? "#888888");
  return Array.from({ length: count }, (_, index) => {
    const at = count === 1 ? last / 2 : (index * last) / (count - 1);
    const below = Math.min(Math.floor(at), last - 1);
    return mixed(colors[below] ?? "", colors[below + 1] ?? "", at - below);
  });
}

function mixed(a: string, b: string, share: number): string {
  const [one, other] = [channels(a), channels(b)];
  const parts = one.map((from, index) => Math.round(from + ((other[index] ?? from) - from) * share));
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function channels(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) || 0);
}
