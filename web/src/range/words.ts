/** The test site's words: a catalogue of its own, so that its page need not fetch the desk's. */
import { tell, type Entry, type Values } from "../language";
import own from "../strings-range.json";
import shared from "../strings-shared.json";

export type Key = keyof typeof own | keyof typeof shared;

const entries = { ...own, ...shared } as Record<string, Entry>;

/** Return the text of `key`; `{n}` also chooses the plural form. */
export function t(key: Key, values: Values = {}): string {
  return tell(entries[key]!, values);
}

/** Return the text of a code the service sent, the code itself if unknown. */
export function word(group: string, code: string): string {
  const key = `${group}.${code}`;
  return key in entries ? t(key as Key) : code.replaceAll("_", " ");
}
