/** Numbers that classes can lie around, each with its name: a colour then says on which side of it an area is. */
import type { AreaLayer, IndicatorAnswer, Period, Text, ValuesAnswer } from "./answers";
import type { Api } from "./api";
import type { Catalogue } from "./catalogue";
import type { Middle } from "./classify/classify";
import { medians } from "./trend";

export interface MiddleNumber {
  number: number;
  /** Who has this number, or what it is; `null` for zero and the median, which need no name of their own. */
  title: Text | null;
  period: Period | null;
}

export type Middles = Partial<Record<Middle, MiddleNumber>>;

/** What the indicator and its figures have themselves. The newest number is taken, so that the middle stays in its place. */
export function ownMiddles(indicator: IndicatorAnswer, values: ValuesAnswer): Middles {
  const found: Middles = {};
  const [target] = indicator.targets;
  if (target) found.target = { number: target.value, title: target.title, period: target.period };
  const numbers = values.values.flat().filter((number) => number !== null);
  if (Math.min(...numbers) < 0 && Math.max(...numbers) > 0) found.zero = { number: 0, title: null, period: null };
  const median = newest(values.periods, medians(values));
  if (median) found.median = { ...median, number: rounded(median.number, values.decimals), title: null };
  const reference = indicator.references
    .map((row) => ({ row, known: newest(row.periods ?? values.periods, row.values) }))
    .find(({ known }) => known !== null);
  if (reference?.known) found.larger = { ...reference.known, title: reference.row.title };
  return found;
}

/** The area that all areas of a layer lie in, if there is one: the nearest that has figures of the indicator. */
export async function largerMiddle(
  api: Api,
  catalogue: Catalogue,
  layer: AreaLayer,
  indicator: string,
): Promise<MiddleNumber | null> {
  let [inside, keys] = [layer, null as ReadonlySet<string> | null];
  for (let steps = 0; steps < catalogue.areaLayers.length; steps += 1) {
    const above = catalogue.areaLayers.find(({ id }) => id === inside.parent);
    if (!above) return null;
    const { areas } = await api.areas(inside.id);
    const parents = areas.filter(({ key }) => keys === null || keys.has(key)).flatMap(({ parent }) => parent ?? []);
    keys = new Set(parents.map(({ key }) => key));
    inside = above;
    const [key, ...others] = keys;
    if (key === undefined || others.length > 0 || !above.indicators.includes(indicator)) continue;
    const values = await api.values(indicator, above.id);
    const at = values.keys.indexOf(key);
    const known = newest(
      values.periods,
      values.values.map((row) => row[at] ?? null),
    );
    if (known) return { ...known, title: { de: values.names[at] ?? key, en: values.names[at] ?? key } };
  }
  return null;
}

function newest(
  periods: readonly Period[],
  values: readonly (number | null)[],
): { number: number; period: Period } | null {
  const at = values.findLastIndex((value) => value !== null);
  const [number, period] = [values[at] ?? null, periods[at]];
  return number === null || period === undefined ? null : { number, period };
}

function rounded(number: number, decimals: number): number {
  return Number(number.toFixed(decimals));
}
