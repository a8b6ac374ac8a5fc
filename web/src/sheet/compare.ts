/** Several areas beside each other: for each indicator one period, so that the numbers can be compared. */
import type { Period, ProfileAnswer, ProfileIndicator } from "../answers";
import { type Figure, toFigure } from "../series";

export interface ComparedLine {
  indicator: ProfileIndicator;
  /** The newest in which all areas have a number, else the newest in which one has. */
  period: Period;
  /** In the order of the areas. */
  figures: Figure[];
  /** Sum of all areas: for counts only, and only where every area has a number. */
  together: number | null;
}

/** The indicators that at least one of the areas has. */
export function linesOf(profiles: readonly ProfileAnswer[]): ComparedLine[] {
  const indicators = new Map(profiles.flatMap(({ indicators }) => indicators.map((each) => [each.id, each] as const)));
  return [...indicators.values()].flatMap((indicator) => {
    const rows = profiles.map((profile) => profile.indicators.find(({ id }) => id === indicator.id) ?? null);
    const known = (period: Period) => rows.filter((row) => row !== null && numberIn(row, period) !== null).length;
    const { periods } = indicator;
    const period =
      periods.findLast((each) => known(each) === rows.length) ?? periods.findLast((each) => known(each) > 0);
    if (period === undefined) return [];
    const figures = rows.map((row) => toFigure(row && numberIn(row, period), row?.states[String(period)]));
    return [{ indicator, period, figures, together: indicator.measure === "count" ? sumOf(figures) : null }];
  });
}

function numberIn(indicator: ProfileIndicator, period: Period): number | null {
  return indicator.values[indicator.periods.indexOf(period)] ?? null;
}

/** What is missing is not zero: then there is no sum. */
function sumOf(figures: readonly Figure[]): number | null {
  return figures.reduce<number | null>((sum, { number }) => (sum === null || number === null ? null : sum + number), 0);
}
