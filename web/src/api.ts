/**
 * Typed calls to the server the page came from.
 *
 * Every answer but `/atlas` is asked for with the release that `/atlas` named, so that what the page shows belongs
 * together; such answers never change and are kept for the visit. When the server has moved on to another release it
 * answers 410, which arrives here as {@link ApiError} with `gone`: the page then starts again from `/atlas`.
 */
import type {
  AreasAnswer,
  AtlasAnswer,
  BordersAnswer,
  Bounds,
  FacilitiesAnswer,
  IndicatorAnswer,
  IndicatorsAnswer,
  LayersAnswer,
  ProblemDetails,
  ProfileAnswer,
  SpriteIndex,
  ValuesAnswer,
} from "./answers";
import type { Language } from "./state";

/** Why there is no answer: the server cannot be reached, or it answered with an error. */
export class ApiError extends Error {
  override name = "ApiError";

  constructor(
    /** HTTP status; `null` if no answer came at all. */
    readonly status: number | null,
    /** The server's own sentence, if it gave one. */
    readonly detail: string | null,
    readonly path: string,
  ) {
    super(detail ?? `${path}: ${status ?? "no answer"}`);
  }

  /** The server serves another release than the one asked for. */
  get gone(): boolean {
    return this.status === 410;
  }
}

export class Api {
  #kept = new Map<string, Promise<unknown>>();

  constructor(
    /** Scheme, host and port, without trailing slash. */
    readonly origin: string,
    readonly release: string | null = null,
  ) {}

  /** The same server, bound to one release. */
  at(release: string): Api {
    return new Api(this.origin, release);
  }

  atlas(): Promise<AtlasAnswer> {
    return this.#get("/atlas");
  }

  layers(): Promise<LayersAnswer> {
    return this.#get("/layers");
  }

  indicators(): Promise<IndicatorsAnswer> {
    return this.#get("/indicators");
  }

  indicator(id: string): Promise<IndicatorAnswer> {
    return this.#get(`/indicators/${encodeURIComponent(id)}`);
  }

  values(indicator: string, layer: string): Promise<ValuesAnswer> {
    return this.#get(`/indicators/${encodeURIComponent(indicator)}/values`, { layer });
  }

  areas(layer: string): Promise<AreasAnswer> {
    return this.#get(`/areas/${encodeURIComponent(layer)}`);
  }

  profile(layer: string, key: string): Promise<ProfileAnswer> {
    return this.#get(`/areas/${encodeURIComponent(layer)}/${encodeURIComponent(key)}`);
  }

  /** Areas with all vertices of their borders, of a part of the world. */
  borders(layer: string, bounds: Bounds): Promise<BordersAnswer> {
    const bbox = bounds.map((degrees) => degrees.toFixed(4)).join(",");
    return this.#get(`/areas/${encodeURIComponent(layer)}`, { f: "geojson", bbox });
  }

  /** Address of a table of an indicator's values. */
  tableUrl(indicator: string, layer: string, format: "csv" | "xlsx", language: Language): string {
    return this.#url(`/indicators/${encodeURIComponent(indicator)}/values`, { layer, f: format, lang: language });
  }

  /** Address of a file of a layer's areas, with all values of an indicator if one is given. */
  areasUrl(layer: string, indicator: string | null, format: "geojson" | "gpkg", language: Language): string {
    const joined = indicator === null ? {} : { indicators: indicator, years: "all" };
    return this.#url(`/areas/${encodeURIComponent(layer)}`, { f: format, lang: language, ...joined });
  }

  facilities(layer: string): Promise<FacilitiesAnswer> {
    return this.#get(`/facilities/${encodeURIComponent(layer)}`);
  }

  sprite(): Promise<SpriteIndex> {
    return this.#get("/sprites/atlas@2x.json");
  }

  /** Address of the picture that {@link sprite} describes. */
  spritePictureUrl(): string {
    return this.#url("/sprites/atlas@2x.png", {});
  }

  /** Address of the symbols; the map adds `.json` and `.png` itself. */
  spriteUrl(): string {
    return `${this.origin}/sprites/atlas`;
  }

  /** Address of a layer's TileJSON: geometry and keys only, values travel apart. */
  tileJsonUrl(layer: string): string {
    return this.#url(`/tiles/${encodeURIComponent(layer)}`, {});
  }

  #url(path: string, parameters: Record<string, string>): string {
    const query = new URLSearchParams(this.release === null ? parameters : { ...parameters, release: this.release });
    return `${this.origin}${path}${query.size === 0 ? "" : `?${query}`}`;
  }

  #get<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
    const url = this.#url(path, parameters);
    const kept = this.#kept.get(url) as Promise<T> | undefined;
    if (kept !== undefined) return kept;
    const answer = fetchJson<T>(url, path);
    if (this.release !== null) {
      this.#kept.set(url, answer);
      answer.catch(() => this.#kept.delete(url));
    }
    return answer;
  }
}

async function fetchJson<T>(url: string, path: string): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, { headers: { accept: "application/json" } });
  } catch {
    throw new ApiError(null, null, path);
  }
  if (!response.ok) throw new ApiError(response.status, await detailOf(response), path);
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiError(response.status, null, path);
  }
}

async function detailOf(response: Response): Promise<string | null> {
  try {
    return ((await response.json()) as ProblemDetails).detail ?? null;
  } catch {
    return null;
  }
}
