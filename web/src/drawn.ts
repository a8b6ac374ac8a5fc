/** What a map draws of one indicator in one period or between two, and how its numbers are written. */
import type { Classes, Measure, Period, Text } from "./answers";
import { changeClasses, changeFigures, changeUnit } from "./change";
import { formatFigure } from "./format";
import { type AreaFigure, type Figure, figuresOf } from "./series";
import type { Subject } from "./session.svelte";
import type { Language } from "./state";

export interface Drawn {
  figures: AreaFigure[];
  classes: Classes;
  /** Differences are drawn by classes, those of counts too: they are per cent. */
  measure: Measure;
  decimals: number;
  unit: Text;
  period: Period;
  /** The period that changes are counted from; `null` = no changes, the figures themselves. */
  since: Period | null;
}

/** The figures of a period. */
export function drawnValues({ indicator, values }: Subject, classes: Classes, period: Period): Drawn {
  const { measure, decimals, unit } = indicator;
  return { figures: figuresOf(values, period), classes, measure, decimals, unit, period, since: null };
}

/** The changes from one period to another. */
export function drawnChanges({ indicator, values }: Subject, since: Period, period: Period): Drawn {
  const { measure, breaks } = indicator;
  return {
    figures: changeFigures(values, since, period, measure),
    classes: changeClasses(values, since, measure, breaks),
    measure: "ratio",
    decimals: measure === "count" ? 1 : indicator.decimals,
    unit: changeUnit(indicator),
    period,
    since,
  };
}

/** A figure as text, a change with its sign. */
export function writeFigure(figure: Figure, { decimals, unit, since }: Drawn, language: Language): string {
  const isMore = since !== null && figure.number !== null && Number(figure.number.toFixed(decimals)) > 0;
  return `${isMore ? "+" : ""}${formatFigure(figure, decimals, unit, language)}`;
}
