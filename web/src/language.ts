/** The language of the pages: which one, how it counts, and texts of a catalogue in it. */
export type Language = "kk" | "ru" | "en";

export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type Entry = Record<Language, string | Forms>;
export type Values = Record<string, string | number>;

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

/** Return an entry's text; `{n}` also chooses the plural form. */
export function tell(entry: Entry, values: Values): string {
  const forms = entry[current];
  const n = values["n"];
  const text =
    typeof forms === "string" ? forms : (forms[plurals.select(typeof n === "number" ? n : 0)] ?? forms.other);
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
