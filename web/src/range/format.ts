/** Times, numbers and bounds as test crews read them, in the city's time. */
import { language, numberLocale } from "../language";
import { site } from "./state";
import type { Bounds, Names } from "./types";
import { t, type Key } from "./words";

const none = "–";

const numbers = new Map<string, Intl.NumberFormat>();
const dates = new Map<string, Intl.DateTimeFormat>();

/** A format made once: making one takes as long as a hundred uses of it, and strips use many a second. */
function numberFormat(least: number, most: number): Intl.NumberFormat {
  const known = `${numberLocale()} ${least} ${most}`;
  let format = numbers.get(known);
  if (format === undefined) numbers.set(known, (format = new Intl.NumberFormat(numberLocale(), { minimumFractionDigits: least, maximumFractionDigits: most })));
  return format;
}

function dateFormat(): Intl.DateTimeFormat {
  const timeZone = site.site?.time_zone ?? "UTC";
  let format = dates.get(timeZone);
  if (format === undefined) dates.set(timeZone, (format = new Intl.DateTimeFormat("en-GB", { timeZone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" })));
  return format;
}

export function number(value: number | null | undefined, digits = 0): string {
  return value === null || value === undefined ? none : numberFormat(digits, digits).format(value).replace("-", "−");
}

/** As many digits as the value needs, three at most. */
export function short(value: number | null | undefined): string {
  if (value === null || value === undefined) return none;
  const digits = Math.abs(value) >= 100 || value % 1 === 0 ? 0 : Math.abs(value) >= 10 ? 1 : 3;
  return numberFormat(0, digits).format(value).replace("-", "−");
}

function parts(atMs: number): Record<string, string> {
  return Object.fromEntries(dateFormat().formatToParts(atMs).map((part) => [part.type, part.value]));
}

export function clock(atMs: number | null | undefined, withSeconds = false): string {
  if (atMs === null || atMs === undefined) return none;
  const p = parts(atMs);
  return `${p["hour"]}:${p["minute"]}${withSeconds ? `:${p["second"]}` : ""}`;
}

/** Month from the catalogue, since not every browser knows Kazakh. */
export function day(atMs: number): string {
  const p = parts(atMs);
  return `${Number(p["day"])} ${t(`month.${Number(p["month"])}` as Key)}`;
}

/** Local date of an instant as forms have it, YYYY-MM-DD. */
export function isoDay(atMs: number): string {
  const p = parts(atMs);
  return `${p["year"]}-${p["month"]}-${p["day"]}`;
}

/** With the date where it is not today's. */
export function when(atMs: number | null | undefined): string {
  if (atMs === null || atMs === undefined) return none;
  return isoDay(atMs) === isoDay(site.nowMs) ? clock(atMs) : `${day(atMs)}, ${clock(atMs)}`;
}

/** The instant of a local date and time of a form; NaN if they are none. */
export function instant(date: string, time: string): number {
  const guess = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(guess)) return NaN;
  const p = parts(guess);
  const shown = Date.parse(`${p["year"]}-${p["month"]}-${p["day"]}T${p["hour"]}:${p["minute"]}:${p["second"]}Z`);
  return guess - (shown - guess);
}

export function duration(ms: number): string {
  const all = Math.max(0, Math.round(ms / 1000));
  if (all < 60) return `${number(all)}\u00a0${t("range.unit.s")}`;
  const minutes = Math.round(all / 60);
  return minutes < 60 ? `${number(minutes)}\u00a0${t("unit.min")}` : `${number(Math.floor(minutes / 60))}\u00a0${t("unit.h")} ${number(minutes % 60)}\u00a0${t("unit.min")}`;
}

/** As it begins a line. */
export function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase(numberLocale()) + text.slice(1);
}

/** What people call a volume. */
export function volume(id: string): string {
  const known = site.site?.volumes.find((one) => one.volume_id === id);
  return known === undefined ? id : name(known.names);
}

export function name(names: Names): string {
  return names[language()];
}

export function celsius(kelvin: number | null | undefined): string {
  return kelvin === null || kelvin === undefined ? none : `${number(Math.round(kelvin - 273.15))}\u00a0°C`;
}

/** A closed range: "0 to 28 m/s", "up to 28", "from 3"; empty if it is open on both sides. */
export function bounds(range: Bounds | undefined, unit: string, shift = 0): string {
  const low = range?.low ?? null;
  const high = range?.high ?? null;
  const show = (value: number): string => `${short(Math.round((value + shift) * 1000) / 1000)}\u00a0${unit}`;
  if (low === null && high === null) return "";
  if (low === null) return t("range.upto", { value: show(high!) });
  if (high === null) return t("range.atleast", { value: show(low) });
  return low === high ? show(low) : t("range.between", { low: short(Math.round((low + shift) * 1000) / 1000), high: show(high) });
}

export function person(id: string): string {
  return site.site?.people.find((one) => one.person_id === id)?.name ?? id;
}
