/** One area's figures as the panel shows them: by theme, each with its newest value and what it compares with. */
import type { Period, ProfileAnswer, ProfileIndicator, Target, Text } from "../answers";
import type { Api } from "../api";
import { isFrom, yearOf } from "../period";
import { type Figure, toFigure } from "../series";

export interface ProfileLine {
  indicator: ProfileIndicator;
  /** The newest period in which the area has a number; the newest of all if it has none. */
  period: Period;
  figure: Figure;
  /** The larger area in the same period, if it has a number. */
  parent: number | null;
  median: { number: number; count: number } | null;
  /** What the description compares with, in the same period. */
  references: { title: Text; number: number; key: string | null }[];
  /** What is to be reached next: the target of the period or of the nearest later one, or one that always holds. */
  target: Target | null;
}

export interface DatedFigure {
  period: Period;
  figure: Figure;
}

const MOST_ANCESTORS = 6;

/** An area's profile, compared with a larger area that is not the same place. */
export async function loadProfile(api: Api, layer: string, key: string): Promise<ProfileAnswer> {
  const answer = await api.profile(layer, key);
  const { parent } = answer;
  if (parent === null || !isItsOwnParent(answer)) return answer;
  return comparedWith(answer, await api.profile(parent.layer, parent.key));
}

/**
 * Compares with the next larger area that is not the area itself: a town that belongs to no association of
 * municipalities is its own association, and says nothing beside itself.
 */
export function comparedWith(profile: ProfileAnswer, parent: ProfileAnswer): ProfileAnswer {
  const indicators = profile.indicators.map((indicator) => {
    const above = parent.indicators.find((candidate) => candidate.id === indicator.id);
    const at = (period: Period) => above?.periods.indexOf(period) ?? -1;
    const values = indicator.periods.map((period) => above?.parent?.values[at(period)] ?? null);
    const siblings = {
      count: indicator.periods.map((period) => above?.siblings.count[at(period)] ?? 0),
      mean: indicator.periods.map((period) => above?.siblings.mean[at(period)] ?? null),
      median: indicator.periods.map((period) => above?.siblings.median[at(period)] ?? null),
    };
    return { ...indicator, parent: above?.parent ? { values, states: above.parent.states } : null, siblings };
  });
  return { ...profile, parent: parent.parent, indicators };
}

/**
 * The larger areas that an area lies in, from the nearest on, without those that are the same place under another key.
 * What the server does not know ends the row.
 */
export async function loadAncestors(api: Api, profile: ProfileAnswer): Promise<ProfileAnswer[]> {
  const found: ProfileAnswer[] = [];
  let at = profile;
  while (at.parent !== null && found.length < MOST_ANCESTORS) {
    const { layer, key } = at.parent;
    const above = await api.profile(layer, key).catch(() => null);
    if (above === null) break;
    found.push(above);
    at = above;
  }
  return found.filter(({ name }) => name !== profile.name);
}

/** An area's figure of an indicator in a period, or, where it has none, its newest one; `null` where it has no number. */
export function figureAt(profile: ProfileAnswer, indicator: string, period: Period): DatedFigure | null {
  const own = profile.indicators.find(({ id }) => id === indicator);
  if (!own) return null;
  const same = own.periods.indexOf(period);
  const at = (own.values[same] ?? null) === null ? own.values.findLastIndex((value) => value !== null) : same;
  const [number, found] = [own.values[at] ?? null, own.periods[at]];
  return number === null || found === undefined
    ? null
    : { period: found, figure: toFigure(number, own.states[String(found)]) };
}

/** Whether the larger area is the same place under another key. */
export function isItsOwnParent(profile: ProfileAnswer): boolean {
  return profile.parent !== null && profile.parent.name === profile.name;
}

/** References that say something beside the area and its larger area, which stand there anyway. */
export function otherReferences(line: ProfileLine, profile: ProfileAnswer): ProfileLine["references"] {
  return line.references.filter(({ key }) => key === null || (key !== profile.key && key !== profile.parent?.key));
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
    references: indicator.references.flatMap(({ title, area, values }) => {
      const number = values[index] ?? null;
      return number === null ? [] : [{ title, number, key: area?.key ?? null }];
    }),
    target: nextTarget(indicator.targets, period),
  };
}

/** How an area's number has changed since the earliest one it can be compared with; `null` where there is none. */
export function changeOf(indicator: ProfileIndicator, period: Period): { since: Period; by: number } | null {
  const at = indicator.periods.indexOf(period);
  const passed = indicator.breaks.filter((each) => isFrom(period, each.period)).map((each) => each.period);
  const [first, last] = [
    indicator.values.findIndex(
      (value, index) => value !== null && isFrom(indicator.periods[index] ?? period, Math.max(...passed, -1)),
    ),
    indicator.values[at] ?? null,
  ];
  const [since, value] = [indicator.periods[first], indicator.values[first] ?? null];
  return first >= at || since === undefined || value === null || last === null ? null : { since, by: last - value };
}

function nextTarget(targets: readonly Target[], period: Period): Target | null {
  const dated = targets.filter((target) => target.period !== null && target.period >= yearOf(period));
  dated.sort((one, other) => (one.period ?? 0) - (other.period ?? 0));
  return dated[0] ?? targets.find((target) => target.period === null) ?? null;
}
