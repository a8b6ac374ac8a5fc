/** The texts of the interface by language. Texts of the atlas itself come from the server in both languages. */
import type { Language } from "../state";
import { de, type Texts } from "./de";
import { en } from "./en";

export type { Texts };

const TEXTS: Record<Language, Texts> = { de, en };

export function textsOf(language: Language): Texts {
  return TEXTS[language];
}
