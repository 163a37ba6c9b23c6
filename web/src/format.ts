/** Numbers, times and places as people read them; the only place where units change. */
import { language, numberLocale, t, word, type Key } from "./i18n";
import type { Names } from "./types";
import { metresOfHeight, toKilometresPerHour, toKnots, units } from "./units";

const none = "–";
const formats = new Map<string, Intl.NumberFormat>();

export function number(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined) return none;
  const id = `${numberLocale()}/${digits}`;
  let format = formats.get(id);
  if (format === undefined) {
    format = new Intl.NumberFormat(numberLocale(), {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formats.set(id, format);
  }
  return format.format(value);
}

export function heightUnit(): string {
  return t(units() === "aviation" ? "unit.ft" : "unit.m");
}

/** A height, in metres or in feet. */
export function height(metres: number | null | undefined): string {
  return metres === null || metres === undefined ? none : `${number(Math.round(metres / metresOfHeight()))} ${heightUnit()}`;
}

/** A height that changes while it is read: to ten metres, or to fifty feet. */
export function roundHeight(metres: number): string {
  const step = units() === "aviation" ? 50 : 10;
  return `${number(Math.round(metres / metresOfHeight() / step) * step)} ${heightUnit()}`;
}

export function kilometres(metres: number): string {
  return `${number(metres / 1000, metres < 10_000 ? 1 : 0)} ${t("unit.km")}`;
}

export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? none : `${number(Math.round(share * 100))} %`;
}

export function celsius(kelvin: number): string {
  const value = Math.round(kelvin - 273.15);
  return `${value < 0 ? "−" : ""}${number(Math.abs(value))} °C`;
}

export function speed(mps: number): string {
  return units() === "aviation"
    ? `${number(Math.round(toKnots(mps)))} ${t("unit.kt")}` : `${number(Math.round(toKilometresPerHour(mps)))} ${t("unit.kmh")}`;
}

/** A wind; its limits are told to a tenth, as they are written. */
export function wind(mps: number, digits = 0): string {
  return units() === "aviation" ? `${number(Math.round(toKnots(mps)))} ${t("unit.kt")}` : `${number(mps, digits)} ${t("unit.mps")}`;
}

export function windLimit(mps: number): string {
  return wind(mps, 1);
}

export function kwh(value: number | null | undefined, digits = 1): string {
  return value === null || value === undefined ? none : `${number(value, digits)} ${t("unit.kwh")}`;
}

export function kw(value: number): string {
  return `${number(Math.round(value))} ${t("unit.kw")}`;
}

function bearing(degrees: number): string {
  return `${String(Math.round(degrees) % 360).padStart(3, "0")}°`;
}

export function heading(degrees: number): string {
  return t("unit.true", { degrees: bearing(degrees) });
}

/** Where the wind comes from, in degrees as a METAR tells it and in a word. */
export function windFrom(degrees: number): string {
  return t("weather.from_degrees", { degrees: bearing(degrees), direction: direction(degrees) });
}

export function direction(degrees: number): string {
  const names = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"];
  return word("direction", names[Math.round(degrees / 45) % 8]!);
}

/** City-local wall clock of an instant; the offset comes from the service, not from this machine. */
export function clock(atMs: number | null, offsetMs: number, withSeconds = false): string {
  if (atMs === null) return none;
  return new Date(atMs + offsetMs).toISOString().slice(11, withSeconds ? 19 : 16);
}

/** City-local date; month and weekday from the catalogue, since not every browser knows Kazakh. */
export function day(atMs: number, offsetMs: number): string {
  const date = new Date(atMs + offsetMs);
  return t("date.form", {
    day: date.getUTCDate(),
    month: t(`month.${date.getUTCMonth() + 1}` as Key),
    year: date.getUTCFullYear(),
  });
}

export function weekday(atMs: number, offsetMs: number): string {
  return t(`weekday.${new Date(atMs + offsetMs).getUTCDay()}` as Key);
}

/** Wall clock, with the date where it is not the day of `dayOfMs`. */
export function moment(atMs: number, offsetMs: number, dayOfMs: number, withSeconds = false): string {
  const day = (ms: number): number => Math.floor((ms + offsetMs) / 86_400_000);
  const time = clock(atMs, offsetMs, withSeconds);
  return day(atMs) === day(dayOfMs) ? time : `${time}, ${dayShort(atMs, offsetMs)}`;
}

export function dayShort(atMs: number, offsetMs: number): string {
  const date = new Date(atMs + offsetMs);
  return t("date.short", { day: date.getUTCDate(), month: t(`month.${date.getUTCMonth() + 1}` as Key) });
}

export function minutes(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return none;
  const all = Math.round(ms / 60_000);
  if (Math.abs(all) < 60) return `${number(all)} ${t("unit.min")}`;
  const rest = Math.abs(all % 60);
  const hours = `${number(Math.trunc(all / 60))} ${t("unit.h")}`;
  return rest === 0 ? hours : `${hours} ${number(rest)} ${t("unit.min")}`;
}

/** Money as people say it: whole tenge. */
export function tenge(tiyn: number | null | undefined): string {
  return tiyn === null || tiyn === undefined ? none : `${number(Math.round(tiyn / 100))} ₸`;
}

export function age(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120
    ? t("age.seconds", { n: seconds })
    : t("age.minutes", { n: Math.round(seconds / 60) });
}

export function name(names: Names): string {
  return names[language()];
}

/** The name without what stands in brackets, for lists and labels. */
export function shortName(names: Names): string {
  return name(names).replace(/\s*\(.*\)/, "");
}
