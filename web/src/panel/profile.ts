/** One area's figures as the panel shows them: by theme, each with its newest value and what it compares with. */
import type { ProfileAnswer, ProfileIndicator, Text } from "../answers";
import { type Figure, toFigure } from "../series";

export interface ProfileLine {
  indicator: ProfileIndicator;
  /** The newest period in which the area has a number; the newest of all if it has none. */
  period: number;
  figure: Figure;
  /** The larger area in the same period, if it has a number. */
  parent: number | null;
  median: { number: number; count: number } | null;
}

export function byTheme(
  profile: ProfileAnswer,
  themes: readonly { id: string; title: Text }[],
): { id: string; title: Text | null; lines: ProfileLine[] }[] {
  const lines = profile.indicators.flatMap((indicator) => toLine(indicator) ?? []);
  const known = new Set(themes.map((theme) => theme.id));
  const named = themes.map(({ id, title }) => ({
    id,
    title: title as Text | null,
    lines: lines.filter((line) => line.indicator.theme === id),
  }));
  const rest = { id: "", title: null, lines: lines.filter((line) => !known.has(line.indicator.theme)) };
  return [...named, rest].filter((group) => group.lines.length > 0);
}

/** `null` for an indicator without any period. */
export function toLine(indicator: ProfileIndicator): ProfileLine | null {
  const last = indicator.values.findLastIndex((value) => value !== null);
  const index = last === -1 ? indicator.periods.length - 1 : last;
  const period = indicator.periods[index];
  if (period === undefined) return null;
  const median = indicator.siblings.median[index] ?? null;
  const count = indicator.siblings.count[index] ?? 0;
  return {
    indicator,
    period,
    figure: toFigure(indicator.values[index] ?? null, indicator.states[String(period)]),
    parent: indicator.parent?.values[index] ?? null,
    // A median of one area is that area.
    median: median !== null && count > 1 ? { number: median, count } : null,
  };
}
