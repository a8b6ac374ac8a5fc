/**
 * A regular look whether the server has a new release, or is away. It costs next to nothing: a question with
 * `If-None-Match`, answered by `304` without a body; less often while the server is away, and not at all while nobody
 * looks at the page or the device is offline. Only says what it saw; what is shown changes when the reader says so.
 */

export const USUAL_MS = 60_000;
export const LONGEST_MS = 15 * 60_000;

export interface Sight {
  /** The release the server has now. */
  seen(release: string): void;
  /** Whether the server can be reached. */
  away(isAway: boolean): void;
}

/** Time until the next look, after so many looks in a row that found no server. */
export function pauseAfter(misses: number): number {
  return Math.min(USUAL_MS * 2 ** misses, LONGEST_MS);
}

export class ReleaseWatch {
  #timer: ReturnType<typeof setTimeout> | null = null;
  #etag: string | null = null;
  #misses = 0;
  #lookedAt = Date.now();
  #isLooking = false;

  constructor(
    /** An answer of the server that changes with the release. */
    readonly url: string,
    readonly sight: Sight,
  ) {}

  start(): void {
    document.addEventListener("visibilitychange", this.#woken);
    addEventListener("online", this.#online);
    addEventListener("offline", this.#offline);
    this.#plan();
  }

  stop(): void {
    document.removeEventListener("visibilitychange", this.#woken);
    removeEventListener("online", this.#online);
    removeEventListener("offline", this.#offline);
    this.#clear();
  }

  /** Looks at once. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#clear();
    this.#lookedAt = Date.now();
    try {
      const headers: Record<string, string> = this.#etag === null ? {} : { "if-none-match": this.#etag };
      const response = await fetch(this.url, { cache: "no-store", headers });
      if (!response.ok && response.status !== 304) throw new Error(`${this.url}: ${response.status}`);
      this.#etag = response.headers.get("etag") ?? this.#etag;
      this.#misses = 0;
      this.sight.away(false);
      const release = response.headers.get("x-release");
      if (release !== null) this.sight.seen(release);
    } catch {
      this.#misses += 1;
      this.sight.away(true);
    }
    this.#isLooking = false;
    this.#plan();
  }

  #plan(): void {
    this.#clear();
    if (document.hidden || !navigator.onLine) return;
    const due = this.#lookedAt + pauseAfter(this.#misses) - Date.now();
    this.#timer = setTimeout(() => void this.look(), Math.max(due, 0));
  }

  #clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  readonly #woken = () => this.#plan();
  readonly #online = () => void this.look();
  readonly #offline = () => {
    this.#clear();
    this.sight.away(true);
  };
}
