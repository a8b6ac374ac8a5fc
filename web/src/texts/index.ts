/** The texts of the interface by language. Texts of the atlas itself come from the server in both languages. */
import type { Language } from "../state";
import { de, type Texts } from "./de";

export type { Texts };

/** German is always here; another language is loaded when it is wanted. */
const TEXTS: Record<Language, Texts | null> = { de, en: null };

/** Loads a language's texts; to be awaited before the page speaks it. Rejects where the server does not answer. */
export async function ready(language: Language): Promise<void> {
  if (language === "en") TEXTS.en ??= (await import("./en")).en;
}

export function textsOf(language: Language): Texts {
  return TEXTS[language] ?? de;
}
