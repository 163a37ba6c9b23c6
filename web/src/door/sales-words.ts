/** The words of booking: a catalogue of its own, fetched when somebody books. */
import { tell, type Entry, type Values } from "../language";
import own from "../strings-booking.json";
import { t as say, type Key as DoorKey } from "./words";

export type Key = keyof typeof own | DoorKey;

const entries = own as Record<string, Entry>;

/** Return the text of `key`; `{n}` also chooses the plural form. */
export function t(key: Key, values: Values = {}): string {
  const entry = entries[key];
  return entry === undefined ? say(key as DoorKey, values) : tell(entry, values);
}

/** Return the text of a code the service sent; empty if unknown. */
export function word(group: string, code: string): string {
  const key = `${group}.${code}`;
  return key in entries ? t(key as Key) : "";
}
