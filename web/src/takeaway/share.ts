/** Addresses of what the reader sees: to be sent, to be put into other pages, and of the files behind it. */
import { INITIAL, type State } from "../state";
import { toHash } from "../url";

/** Parts of the page that an embedded map may have beside the map itself. */
export const CONTROLS = ["legend", "time", "choice", "list"] as const;
export type Control = (typeof CONTROLS)[number];

/** What was settled for the visit, because the reader had not chosen it. */
export type Settled = Pick<State, "layer" | "indicator" | "period" | "categories">;

/**
 * The state with everything that the reader sees written down: what the atlas shows first, its newest period and its
 * first categories may be others tomorrow.
 */
export function exactState(state: State, settled: Settled): State {
  return { ...state, ...settled, embed: null };
}

/** The address of a state. The language is always in it: whoever opens it may have another one. */
export function addressOf(page: string, state: State): string {
  const hash = toHash(state);
  const language = state.language === INITIAL.language ? `lang=${state.language}&` : "";
  return `${page}#${language}${hash}`;
}

/** The address of a page that holds nothing but the map and the chosen controls. */
export function embedAddress(page: string, state: State, controls: readonly Control[]): string {
  return addressOf(page, { ...state, embed: CONTROLS.filter((control) => controls.includes(control)) });
}

/** What a web editor pastes. */
export function iframeCode(address: string, title: string, height_px: number): string {
  const escaped = (text: string) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
  return `<iframe src="${escaped(address)}" title="${escaped(title)}" width="100%" height="${height_px}" style="border:0" loading="lazy" allowfullscreen></iframe>`;
}

/** The name of a file: what is in it, without anything that a file system might refuse. */
export function fileStem(...parts: readonly string[]): string {
  const safe = (text: string) =>
    text
      .normalize("NFKD")
      .replace(/[^\w-]+/g, "_")
      .replace(/^_+|_+$/g, "");
  return parts
    .map(safe)
    .filter((part) => part !== "")
    .join("_");
}
