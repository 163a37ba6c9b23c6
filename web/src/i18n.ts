/** The desk's words in three languages: `strings.json`; actions and layers; marks, alerts and noise; units and looks; what the door says too. */
import { tell, type Entry } from "./language";
import frame from "./strings.json";
import actions from "./strings-actions.json";
import desk from "./strings-desk.json";
import look from "./strings-look.json";
import shared from "./strings-shared.json";

export { language, languageNames, languages, numberLocale, setLanguage, type Language } from "./language";
export type Key = keyof typeof frame | keyof typeof actions | keyof typeof desk | keyof typeof look | keyof typeof shared;

const entries = { ...frame, ...actions, ...desk, ...look, ...shared } as Record<string, Entry>;

/** Return the text of `key`; `{n}` also chooses the plural form. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return tell(entries[key]!, values);
}

/** Return the text of a code the service sent (`status.flown`), the code itself if unknown. */
export function word(group: string, code: string): string {
  const key = `${group}.${code}`;
  return key in entries ? t(key as Key) : code.replaceAll("_", " ");
}
