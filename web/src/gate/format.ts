/** Times, masses and ages as agents read them, in the city's time. */
import { numberLocale } from "../language";
import { gate } from "./state";
import { t } from "./words";

export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(numberLocale(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

export function clock(atMs: number): string {
  return new Date(atMs + (gate.kept.keys?.utc_offset_ms ?? 0)).toISOString().slice(11, 16);
}

export function kg(value: number): string {
  return `${number(value, value % 1 === 0 ? 0 : 1)}\u00a0${t("unit.kg")}`;
}

export function duration(ms: number): string {
  const all = Math.max(0, Math.round(ms / 1000));
  if (all < 60) return `${number(all)}\u00a0${t("gate.unit.s")}`;
  const minutes = Math.floor(all / 60);
  if (minutes < 60) return `${number(minutes)}\u00a0${t("unit.min")}`;
  return `${number(Math.floor(minutes / 60))}\u00a0${t("unit.h")} ${number(minutes % 60)}\u00a0${t("unit.min")}`;
}

/** What people say aloud of a booking: its last four characters. */
export function shortCode(bookingId: string): string {
  return bookingId.slice(-4);
}

export function place(siteId: string): string {
  const site = gate.kept.keys?.sites.find((one) => one.vertiport_id === siteId);
  const tag = document.documentElement.lang;
  return site === undefined ? siteId : tag === "kk" ? site.kk : tag === "ru" ? site.ru : site.en;
}
