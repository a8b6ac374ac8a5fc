/** Numbers, names and dates as people of each language write them. */
import type { Period, Text } from "./answers";
import { dayOf, kindOf } from "./period";
import type { Figure } from "./series";
import type { Language } from "./state";
import { textsOf } from "./texts";

const LOCALES: Record<Language, string> = { de: "de-DE", en: "en-GB" };

/** A space that does not break, before the unit. */
const NARROW_SPACE = "\u202f";

const numberFormats = new Map<string, Intl.NumberFormat>();
const collators = new Map<Language, Intl.Collator>();

export function localeOf(language: Language): string {
  return LOCALES[language];
}

export function pick(text: Text, language: Language): string {
  return text[language] || text.de;
}

export function formatNumber(number: number, decimals: number, language: Language): string {
  const name = `${language}${decimals}`;
  let format = numberFormats.get(name);
  if (format === undefined) {
    // "-0,0" would be a riddle; four digits are grouped like five, so that columns line up.
    format = new Intl.NumberFormat(LOCALES[language], {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      signDisplay: "negative",
      useGrouping: "always",
    } as Intl.NumberFormatOptions);
    numberFormats.set(name, format);
  }
  return format.format(number).replace("-", "\u2212");
}

/** A change with its sign: `+1,2`. What rounds to nothing is `0,0`, without one. */
export function formatChange(number: number, decimals: number, language: Language): string {
  const written = formatNumber(number, decimals, language);
  return Number(number.toFixed(decimals)) > 0 ? `+${written}` : written;
}

/** A number with its unit: `8,4 %`. An index has no unit. */
export function formatQuantity(number: number, decimals: number, unit: Text, language: Language): string {
  const text = pick(unit, language);
  const written = formatNumber(number, decimals, language);
  return text === "" ? written : `${written}${NARROW_SPACE}${text}`;
}

/** A figure as text: the number with its remark, or the reason why there is none. */
export function formatFigure(figure: Figure, decimals: number, unit: Text, language: Language): string {
  const states = textsOf(language).states;
  if (figure.number === null) return states[figure.state];
  const written = formatQuantity(figure.number, decimals, unit, language);
  return figure.state === "exact" || figure.state === "zero" ? written : `${written} (${states[figure.state]})`;
}

/** Order of names: umlauts as the language sorts them, numbers by size. */
export function compareNames(a: string, b: string, language: Language): number {
  let collator = collators.get(language);
  if (collator === undefined) {
    collator = new Intl.Collator(LOCALES[language], { numeric: true });
    collators.set(language, collator);
  }
  return collator.compare(a, b);
}

/** A period in running text: `2015`, `2015/16`, `30. Juni 2015`. */
export function formatPeriod(period: Period, language: Language): string {
  return kindOf(period) === "day" ? formatDate(String(period), language) : String(period);
}

/** A period where there is little room: a day in digits. */
export function shortPeriod(period: Period, language: Language): string {
  const day = kindOf(period) === "day" ? dayOf(String(period)) : null;
  if (day === null) return String(period);
  const options: Intl.DateTimeFormatOptions = { year: "numeric", month: "2-digit", day: "2-digit", timeZone: "UTC" };
  return new Intl.DateTimeFormat(LOCALES[language], options).format(day);
}

/** An ISO date, month or year of a source, as far as it is known. */
export function formatDate(iso: string, language: Language): string {
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
  if (year === undefined || Number.isNaN(year) || month === undefined) return iso;
  const options: Intl.DateTimeFormatOptions = { year: "numeric", month: "long", timeZone: "UTC" };
  if (day !== undefined) options.day = "numeric";
  const date = new Date(Date.UTC(year, month - 1, day ?? 1));
  return Number.isNaN(date.getTime()) ? iso : new Intl.DateTimeFormat(LOCALES[language], options).format(date);
}
