/** Words in three languages from one catalogue in four files: `strings.json`; actions and layers; marks, alerts and noise; units and looks. */
import frame from "./strings.json";
import actions from "./strings-actions.json";
import desk from "./strings-desk.json";
import look from "./strings-look.json";

export type Language = "kk" | "ru" | "en";
export type Key = keyof typeof frame | keyof typeof actions | keyof typeof desk | keyof typeof look;

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
type Entry = Record<Language, string | Forms>;

const entries = { ...frame, ...actions, ...desk, ...look } as Record<string, Entry>;
const storageKey = "aspan.language";

export const languages: readonly Language[] = ["kk", "ru", "en"];
export const languageNames: Record<Language, string> = {
  kk: "Қазақша",
  ru: "Русский",
  en: "English",
};
const locales: Record<Language, string> = { kk: "kk-KZ", ru: "ru-KZ", en: "en-GB" };
/** Numbers: not every browser knows Kazakh, whose numbers are written as the Russian ones. */
const numberLocales: Record<Language, string> = { kk: "ru-KZ", ru: "ru-KZ", en: "en-GB" };

function firstLanguage(): Language {
  const kept = localStorage.getItem(storageKey);
  const wished = [kept ?? "", ...navigator.languages].map((tag) => tag.slice(0, 2));
  return (wished.find((tag) => languages.includes(tag as Language)) as Language) ?? "en";
}

let current: Language = firstLanguage();
let plurals = new Intl.PluralRules(locales[current]);

export function language(): Language {
  return current;
}

export function numberLocale(): string {
  return numberLocales[current];
}

export function setLanguage(next: Language): void {
  current = next;
  plurals = new Intl.PluralRules(locales[next]);
  localStorage.setItem(storageKey, next);
  document.documentElement.lang = next;
}

/** Return the text of `key`; `{n}` also chooses the plural form. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const entry = entries[key]![current];
  const n = values["n"];
  const text =
    typeof entry === "string"
      ? entry
      : (entry[plurals.select(typeof n === "number" ? n : 0)] ?? entry.other);
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** Return the text of a code the service sent (`status.flown`), the code itself if unknown. */
export function word(group: string, code: string): string {
  const key = `${group}.${code}`;
  return key in entries ? t(key as Key) : code.replaceAll("_", " ");
}
