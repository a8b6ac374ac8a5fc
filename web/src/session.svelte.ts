/**
 * One visit: the state, and what has been loaded for it. Components read from here and call `update`; nothing else
 * asks the server. Every answer that arrives is checked against the state of now, so a slow answer to an old
 * question changes nothing.
 */
import type {
  AreaLayer,
  Bounds,
  Classes,
  IndicatorAnswer,
  IndicatorEntry,
  Period,
  SeriesBreak,
  SpriteIndex,
  ValuesAnswer,
} from "./answers";
import { Api, ApiError } from "./api";
import { type Catalogue, contextLayer, settle, settlePeriod, toCatalogue } from "./catalogue";
import { breaksBetween, comparable } from "./change";
import { classesBy } from "./classify/classify";
import { type Drawn, drawnChanges, drawnValues } from "./drawn";
import { firstCategories, isListed, type Place, toPlaces } from "./facilities";
import type { Scene } from "./map/scene";
import { largerMiddle, type MiddleNumber, type Middles, ownMiddles } from "./middles";
import { nearest, timeOf } from "./period";
import { type AreaFigure, drawingOf, entryOf, numbersOf } from "./series";
import type { Beside, State, View } from "./state";
import { ReleaseWatch } from "./watch";

/** Something that is asked for: on its way, here, or refused. */
export type Loaded<T> = { status: "loading" } | { status: "ready"; value: T } | { status: "failed"; error: ApiError };

/** The symbols as one picture, for use outside the map. */
export interface Sprite {
  index: SpriteIndex;
  url: string;
  width: number;
  height: number;
}

/** An indicator in a layer: its description and all its figures. */
export interface Subject {
  indicator: IndicatorAnswer;
  layer: string;
  /** The atlas's own; what is drawn by is `Session.classes`. */
  classes: Classes;
  values: ValuesAnswer;
}

/** Another map beside the first one. */
export interface Companion {
  wish: Beside;
  subject: Loaded<Subject>;
  drawn: Drawn | null;
}

const NO_CLASSES: Classes = { limits: [], colors: [], range: null };
const LOADING = { status: "loading" } as const;

export class Session {
  state: State = $state.raw() as State;
  catalogue: Loaded<Catalogue> = $state.raw(LOADING);
  subject: Loaded<Subject> = $state.raw(LOADING);
  places: Loaded<Place[]> = $state.raw(LOADING);
  sprite: Sprite | null = $state.raw(null);
  /** The area under the pointer or with the focus, on the map or in the list, by feature id. */
  hovered: number | null = $state(null);
  /** What the maps beside the first one show, in the order of the state. */
  besides: Loaded<Subject>[] = $state.raw([]);
  /** The number of the area that all areas lie in, once it is asked for. */
  #larger: { subject: Subject; middle: MiddleNumber | null } | null = $state.raw(null);
  /** Where one of several maps looks; the others follow. */
  sight: { view: View; by: object } | null = $state.raw(null);
  /** Zoom of the map; `null` while there is none. */
  zoom: number | null = $state(null);
  /** The server has moved on to another release, and the page follows. */
  renewed = $state(false);
  /** The release the server has now, if it is another than the one shown. */
  newer: string | null = $state(null);
  /** Whether the last look found no server. */
  isAway = $state(false);
  /** Parts of the address that could not be read. */
  unread: readonly string[] = $state.raw([]);
  readonly watch: ReleaseWatch;
  api: Api = $state.raw() as Api;
  readonly today = new Date().getFullYear();

  /** The catalogue, once it is here. */
  readonly atlas: Catalogue | null = $derived(this.catalogue.status === "ready" ? this.catalogue.value : null);
  readonly layerId: string | null = $derived(this.atlas ? (settle(this.atlas, this.state)?.layer.id ?? null) : null);
  readonly indicatorId: string | null = $derived(
    this.atlas ? (settle(this.atlas, this.state)?.indicator?.id ?? null) : null,
  );
  readonly layer: AreaLayer | null = $derived(
    this.atlas?.areaLayers.find((layer) => layer.id === this.layerId) ?? null,
  );
  readonly indicator: IndicatorEntry | null = $derived(
    this.atlas?.indicators.find((indicator) => indicator.id === this.indicatorId) ?? null,
  );
  /** The indicator that was asked for, if another one had to be shown; its id, where the atlas does not know it. */
  readonly replaced: IndicatorEntry | string | null = $derived.by(() => {
    const { indicator: id } = this.state;
    if (!this.atlas || id === null || id === this.indicatorId) return null;
    return this.atlas.indicators.find((indicator) => indicator.id === id) ?? id;
  });
  /** The layer that was asked for, if the atlas does not know it. */
  readonly lostLayer: string | null = $derived(
    this.atlas && this.state.layer !== null && this.state.layer !== this.layerId ? this.state.layer : null,
  );
  /** The subject of now; a former one is never shown under a new title. */
  readonly current: Subject | null = $derived.by(() => {
    const subject = this.subject.status === "ready" ? this.subject.value : null;
    return subject?.indicator.id === this.indicatorId && subject.layer === this.layerId ? subject : null;
  });
  readonly period: Period | null = $derived(
    this.current ? settlePeriod(this.current.values.periods, this.state.period) : null,
  );
  /** A wish for a map of changes that breaks in the series refuse. */
  readonly refused: { since: Period; breaks: SeriesBreak[] } | null = $derived.by(() => {
    const since = this.#sinceWished;
    if (since === null || !this.current || this.period === null) return null;
    const breaks = breaksBetween(since, this.period, this.current.indicator.breaks);
    return breaks.length > 0 ? { since, breaks } : null;
  });
  /** Periods before the one shown that it can be compared with. */
  readonly comparable: Period[] = $derived(
    this.current && this.period !== null
      ? comparable(this.current.values.periods, this.period, this.current.indicator.breaks)
      : [],
  );
  readonly context: AreaLayer | null = $derived(this.atlas && this.layer ? contextLayer(this.atlas, this.layer) : null);
  readonly #firstCategories: string[] = $derived(this.atlas ? firstCategories(this.atlas) : []);
  /** Categories of facilities on the map. */
  readonly categories: readonly string[] = $derived(this.state.categories ?? this.#firstCategories);
  readonly #sinceWished: Period | null = $derived.by(() => {
    const { since } = this.state;
    if (since === null || !this.current || this.period === null) return null;
    const { period } = this;
    const earlier = this.current.values.periods.filter((each) => timeOf(each) < timeOf(period));
    return earlier.includes(since) ? since : nearest(earlier, timeOf(since));
  });
  /** What classes can lie around. */
  readonly middles: Middles = $derived.by(() => {
    if (!this.current) return {};
    const own = ownMiddles(this.current.indicator, this.current.values);
    const larger = this.#larger?.subject === this.current ? this.#larger.middle : null;
    return larger && !own.larger ? { ...own, larger } : own;
  });
  readonly #numbers: number[] = $derived(this.current ? numbersOf(this.current.values, this.current.classes) : []);
  /** Classes of the figures themselves: the atlas's, or as the reader wants them. */
  readonly #valueClasses: Classes = $derived.by(() => {
    const { classes: scheme } = this.state;
    const middle = scheme?.method === "around" ? (this.middles[scheme.middle]?.number ?? null) : null;
    return this.current ? classesBy(scheme, this.current.classes, this.#numbers, middle) : NO_CLASSES;
  });
  /** What the map and the list show. */
  readonly drawn: Drawn | null = $derived.by(() => {
    if (!this.current || this.period === null) return null;
    const since = this.#sinceWished;
    if (since === null || this.refused) return drawnValues(this.current, this.#valueClasses, this.period);
    return drawnChanges(this.current, since, this.period);
  });
  readonly figures: AreaFigure[] | null = $derived(this.drawn?.figures ?? null);
  /** Class limits and colours that hold for the whole series. */
  readonly classes: Classes = $derived(this.drawn?.classes ?? this.#valueClasses);
  readonly companions: Companion[] = $derived(
    this.state.beside.map((wish, index): Companion => {
      const subject = this.besides[index] ?? LOADING;
      const value = subject.status === "ready" ? subject.value : null;
      if (!value || value.indicator.id !== wish.indicator || value.layer !== this.layerId) {
        return { wish, subject: value ? LOADING : subject, drawn: null };
      }
      const period = settlePeriod(value.values.periods, wish.period ?? this.period);
      const classes = wish.indicator === this.indicatorId ? this.#valueClasses : value.classes;
      return { wish, subject, drawn: period === null ? null : drawnValues(value, classes, period) };
    }),
  );
  /** Areas of the legend entry that stands out, by feature id; `null` = none does. */
  readonly chosen: ReadonlySet<number> | null = $derived.by(() => {
    const { entry } = this.state;
    if (entry === null || !this.drawn) return null;
    const { classes, measure, figures } = this.drawn;
    const isChosen = (figure: AreaFigure) => entryOf(drawingOf(figure, classes, measure)) === entry;
    return new Set(figures.filter(isChosen).map(({ id }) => id));
  });
  readonly #shown: Scene["shown"] = $derived(this.drawn ? { ...this.drawn, chosen: this.chosen } : null);
  readonly scene: Scene | null = $derived.by(() => {
    if (!this.atlas || !this.layer) return null;
    const { selection } = this.state;
    const places = this.places.status === "ready" ? this.places.value : [];
    const place =
      selection?.kind === "facility"
        ? places.find(({ layer, facility }) => layer.id === selection.layer && facility.key === selection.key)
        : undefined;
    const area = selection?.kind === "area" ? this.figures?.find((figure) => figure.key === selection.key) : undefined;
    return {
      areas: this.layer,
      context: this.context,
      facilities: this.atlas.facilityLayers,
      shown: this.#shown,
      categories: this.categories,
      today: this.today,
      selectedArea: area?.id ?? null,
      selectedFacility: place ? { layer: place.layer.id, id: place.facility.id } : null,
    };
  });
  /** The box the map shows first. */
  readonly home: Bounds | null = $derived.by(() => {
    const view = this.atlas?.atlas.view;
    return (view?.layer === this.layer?.id ? view?.bounds : null) ?? this.layer?.bounds ?? null;
  });

  constructor(origin: string, state: State) {
    this.api = new Api(origin);
    this.state = state;
    this.watch = new ReleaseWatch(`${origin}/atlas`, {
      seen: (release) => {
        this.newer = this.api.release === null || release === this.api.release ? null : release;
      },
      away: (isAway) => {
        this.isAway = isAway;
      },
    });
  }

  update(change: (state: State) => State): void {
    this.state = change(this.state);
  }

  /** Asks for everything that does not depend on a choice. Also the way back after an error. */
  async open(): Promise<void> {
    this.catalogue = LOADING;
    try {
      const atlas = await new Api(this.api.origin).atlas();
      const api = this.api.at(atlas.release);
      const [layers, indicators] = await Promise.all([api.layers(), api.indicators()]);
      this.api = api;
      this.catalogue = { status: "ready", value: toCatalogue(atlas, layers, indicators) };
      this.renewed = false;
      this.newer = null;
      this.isAway = false;
    } catch (error) {
      this.catalogue = { status: "failed", error: toApiError(error) };
      return;
    }
    void this.loadPlaces();
    void this.#loadSprite();
  }

  /** Asks for the figures of the indicator and layer of now. */
  async loadSubject(): Promise<void> {
    const [layer, indicator, api] = [this.layerId, this.indicatorId, this.api];
    if (layer === null || indicator === null) return;
    this.subject = LOADING;
    const isStillWanted = () => this.layerId === layer && this.indicatorId === indicator && this.api === api;
    const subject = await this.ask(api, indicator, layer);
    if (isStillWanted()) this.subject = subject;
  }

  /** Asks for the figures of the maps beside the first one. */
  async loadBesides(): Promise<void> {
    const [layer, wishes, api] = [this.layerId, this.state.beside, this.api];
    if (layer === null || api.release === null) return;
    const subjects = await Promise.all(wishes.map(({ indicator }) => this.ask(api, indicator, layer)));
    const isStillWanted = this.layerId === layer && this.api === api;
    if (isStillWanted && this.state.beside.length === wishes.length) this.besides = subjects;
  }

  /** Asks for the number of the area that all areas lie in; without it, classes cannot lie around it. */
  async loadLarger(): Promise<void> {
    const { current, atlas, layer, api } = this;
    if (!current || !atlas || !layer || this.#larger?.subject === current) return;
    const middle = await largerMiddle(api, atlas, layer, current.indicator.id).catch(() => null);
    if (this.current === current) this.#larger = { subject: current, middle };
  }

  /** An indicator in a layer, as far as the server gives it. */
  async ask(api: Api, indicator: string, layer: string): Promise<Loaded<Subject>> {
    try {
      const [description, values] = await Promise.all([api.indicator(indicator), api.values(indicator, layer)]);
      const own = description.layers.find((candidate) => candidate.layer === layer);
      const classes = own?.classes ?? NO_CLASSES;
      return { status: "ready", value: { indicator: description, layer, classes, values } };
    } catch (error) {
      return { status: "failed", error: this.#followed(toApiError(error)) };
    }
  }

  async loadPlaces(): Promise<void> {
    const { atlas, api } = this;
    if (atlas === null) return;
    this.places = LOADING;
    try {
      const answers = await Promise.all(
        atlas.facilityLayers
          .filter(isListed)
          .map(async (layer) => toPlaces(layer, (await api.facilities(layer.id)).facilities)),
      );
      if (this.api === api) this.places = { status: "ready", value: answers.flat() };
    } catch (error) {
      if (this.api === api) this.places = { status: "failed", error: this.#followed(toApiError(error)) };
    }
  }

  /** Without symbols the page shows coloured discs: no reason to bother anyone. */
  async #loadSprite(): Promise<void> {
    const picture = new Image();
    picture.src = this.api.spritePictureUrl();
    const [index] = await Promise.all([this.api.sprite(), picture.decode()]).catch(() => [null]);
    const { src: url, naturalWidth: width, naturalHeight: height } = picture;
    this.sprite = index === null ? null : { index, url, width, height };
  }

  /** Starts again when the release is gone; what the reader has chosen stays. */
  followRelease(): void {
    if (this.renewed) return;
    this.renewed = true;
    void this.open();
  }

  #followed(error: ApiError): ApiError {
    if (error.gone) this.followRelease();
    return error;
  }
}

function toApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(null, null, "");
}
