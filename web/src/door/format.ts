/** Numbers, times and money as passengers read them, in the city's time. */
import { numberLocale } from "../language";
import { t, type Key } from "./words";

const dayMs = 86_400_000;
const tie = "\u00a0"; // keeps a number and its unit on one line

/**
 * The city's clock. A browser's tables of time zones may be older than the law (Kazakhstan went to
 * UTC+5 in 2024), so they are corrected by what the service says its offset is now.
 */
class CityTime {
  private zone = "UTC";
  private correctionMs = 0;
  nowMs: number | null = null;

  learn(zone: string, nowMs: number, offsetMs: number): void {
    this.zone = zone;
    this.nowMs = nowMs;
    this.correctionMs = offsetMs - this.tabledMs(nowMs);
  }

  see(zone: string, nowMs: number): void {
    this.zone = zone;
    this.nowMs = nowMs;
  }

  local(atMs: number): Date {
    return new Date(atMs + this.tabledMs(atMs) + this.correctionMs);
  }

  /** Today and the wall clock, as a field for date and time wants it, on the next five minutes. */
  localNow(): string {
    const step = 5 * 60_000;
    return this.local(Math.ceil((this.nowMs ?? Date.now()) / step) * step).toISOString().slice(0, 16);
  }

  isToday(atMs: number): boolean {
    const day = (ms: number): number => Math.floor(this.local(ms).getTime() / dayMs);
    return this.nowMs === null || day(atMs) === day(this.nowMs);
  }

  private tabledMs(atMs: number): number {
    try {
      const written = new Date(atMs).toLocaleString("sv-SE", { timeZone: this.zone });
      return Date.parse(`${written.replace(" ", "T")}Z`) - Math.floor(atMs / 1000) * 1000;
    } catch {
      return 0;
    }
  }
}

export const city = new CityTime();

export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(numberLocale(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** The day of the city, as a question names it. */
export function dateOf(atMs: number): string {
  return city.local(atMs).toISOString().slice(0, 10);
}

export function clock(atMs: number): string {
  return city.local(atMs).toISOString().slice(11, 16);
}

export function day(date: Date): string {
  const month = t(`month.${date.getUTCMonth() + 1}` as Key);
  return t("door.date", { day: date.getUTCDate(), month, weekday: t(`weekday.${date.getUTCDay()}` as Key) });
}

/** The wall clock, with the date when it is not today. */
export function moment(atMs: number): string {
  return city.isToday(atMs) ? clock(atMs) : `${clock(atMs)}, ${day(city.local(atMs))}`;
}

export function duration(ms: number): string {
  const all = Math.max(ms > 0 ? 1 : 0, Math.round(ms / 60_000));
  const rest = all % 60;
  const hours = Math.floor(all / 60);
  const minutes = `${number(rest)}${tie}${t("unit.min")}`;
  if (hours === 0) return minutes;
  const whole = `${number(hours)}${tie}${t("unit.h")}`;
  return rest === 0 ? whole : `${whole} ${minutes}`;
}

export function money(tiyn: number): string {
  return tiyn === 0 ? t("door.free") : `${number(Math.round(tiyn / 100))}${tie}₸`;
}

export function distance(metres: number): string {
  if (metres < 950) return `${number(Math.round(metres / 10) * 10)}${tie}${t("unit.m")}`;
  return `${number(metres / 1000, metres < 9_950 && metres % 1000 !== 0 ? 1 : 0)}${tie}${t("unit.km")}`;
}

export function mass(grams: number): string {
  if (grams < 995) return `${number(Math.round(grams / 10) * 10)}${tie}${t("door.unit.g")}`;
  return `${number(grams / 1000, grams < 9_950 ? 1 : 0)}${tie}${t("unit.kg")}`;
}

export function percent(share: number): string {
  return `${number(Math.round(share * 100))}${tie}%`;
}

/** What people mean by a chance; the number always stands beside it. */
export function likely(share: number): string {
  if (share >= 0.97) return t("door.chance.sure");
  if (share >= 0.88) return t("door.chance.very");
  if (share >= 0.7) return t("door.chance.likely");
  return share >= 0.5 ? t("door.chance.half") : t("door.chance.unlikely");
}
