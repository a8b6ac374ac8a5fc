/** The time that a map speaks of, in words. */
import type { Drawn } from "../drawn";
import { formatPeriod } from "../format";
import type { Language } from "../state";
import type { Texts } from "../texts";

/** The period, or the two between which something has changed. */
export function whenOf(drawn: Drawn, texts: Texts, language: Language): string {
  const period = formatPeriod(drawn.period, language);
  if (drawn.since === null) return period;
  return `${texts.list.changeSince(formatPeriod(drawn.since, language))}: ${period}`;
}
