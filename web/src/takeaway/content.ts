/** What the reader sees → what the page to be taken away says. Borders are fetched in full, and only those in sight. */
import type { AreaLayer, BordersAnswer, Bounds, Provenance } from "../answers";
import type { Api } from "../api";
import { shownPlaces } from "../facilities";
import { formatDate, formatPeriod, pick } from "../format";
import { limitDecimals } from "../legend/legend";
import type { Session } from "../session.svelte";
import { type Texts, textsOf } from "../texts";
import { type Content, frameOf } from "./composition";
import { Projection } from "./projection";
import { whenOf } from "./when";

const MARGIN = 12;

/** What the page is to show: the whole of the layer, or what the map shows on the screen. */
export function projectionOf(session: Session, isSeen: boolean): Projection {
  const { view, language } = session.state;
  const frame = frameOf(session.indicator ? pick(session.indicator.title, language) : "");
  const screen = document.querySelector(".map");
  if (isSeen && view && screen && screen.clientWidth > 0) {
    return Projection.of(view, { width: screen.clientWidth, height: screen.clientHeight }, frame);
  }
  return Projection.around(session.home ?? [5.8, 47.2, 15.1, 55.1], frame, MARGIN);
}

/** `null` while the values are not there. */
export async function contentOf(
  session: Session,
  projection: Projection,
  { address, qr, now }: { address: string; qr: boolean[][] | null; now: Date },
): Promise<Content | null> {
  const { current, drawn, layer, indicator, atlas, api } = session;
  if (!current || !drawn || !layer || !indicator || !atlas) return null;
  const { language, selection } = session.state;
  const texts = textsOf(language);
  const bounds = projection.bounds();
  const [borders, list, context] = await Promise.all([
    api.borders(layer.id, bounds),
    api.areas(layer.id),
    neighbours(api, session.context, bounds),
  ]);
  const places = session.places.status === "ready" ? session.places.value : [];
  const shown = shownPlaces(places, session.categories, session.today, language);
  return {
    language,
    texts,
    atlas: pick(atlas.atlas.title, language),
    publisher: pick(atlas.atlas.publisher, language),
    title: pick(indicator.title, language),
    unit: pick(drawn.unit, language),
    decimals: limitDecimals(drawn.classes.limits, drawn.decimals),
    period: whenOf(drawn, texts, language),
    since: drawn.since === null ? null : formatPeriod(drawn.since, language),
    layer: pick(layer.title, language),
    isInvented: current.indicator.provenance.invented,
    direction: texts.legend.direction[indicator.direction],
    figures: drawn.figures,
    classes: drawn.classes,
    measure: drawn.measure,
    chosen: session.chosen,
    selected: list.areas.find((area) => selection?.kind === "area" && area.key === selection.key)?.id ?? null,
    areas: list.areas,
    borders,
    context,
    places: shown,
    today: session.today,
    sources: sourcesOf(
      session,
      shown.map((place) => place.layer.provenance),
      texts,
    ),
    release: texts.takeaway.release(atlas.atlas.release, formatDate(atlas.atlas.built_at, language)),
    made: texts.takeaway.made(formatDate(localDay(now), language)),
    address,
    qr,
  };
}

/** The pale areas around; where there are too many of them, the map does without. */
async function neighbours(api: Api, layer: AreaLayer | null, bounds: Bounds): Promise<BordersAnswer | null> {
  return layer === null ? null : api.borders(layer.id, bounds).catch(() => null);
}

function sourcesOf(session: Session, places: readonly Provenance[], texts: Texts): string[] {
  const { language } = session.state;
  const line = ({ attribution, license, date, invented }: Provenance) => {
    // Many attribution lines name the licence themselves.
    const named = attribution.includes(license) ? "" : license;
    const said = [named, date ? texts.takeaway.asOf(formatDate(date, language)) : "", invented ? texts.invented : ""];
    const more = said.filter((part) => part !== "").join(", ");
    return attribution.replace(/\.$/, "") + (more === "" ? "" : ` (${more})`);
  };
  const values = session.current ? [texts.takeaway.values(line(session.current.indicator.provenance))] : [];
  const layers = [session.layer, session.context].flatMap((layer) => (layer ? [layer.provenance] : []));
  const borders = [...new Set(layers.map(line))].join("; ");
  const facilities = [...new Set(places.map(line))].join("; ");
  return [...values, texts.takeaway.borders(borders), ...(facilities ? [texts.takeaway.places(facilities)] : [])];
}

function localDay(now: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
