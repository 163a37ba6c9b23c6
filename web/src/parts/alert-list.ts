/** What a person must do or know now, from the shown picture: the cause, what follows, what to do. */
import * as format from "../format";
import { t, word } from "../i18n";
import { picture, smallMarginKwh, type SelectionKind } from "../store";
import type { AircraftNow, Order, SortieNow, VertiportNow } from "../types";
import { placeName } from "./names";
import { isAhead, isOver, lateness } from "./status";

export interface Alert {
  id: string;
  /** 0 is the most urgent; quiet ones touch nobody now. */
  rank: number;
  isQuiet: boolean;
  kind: SelectionKind;
  object: string;
  what: string;
  cause: string;
  effect: string;
  action: string;
  /** Since when, as far as it is told; else since the page saw it. */
  sinceMs: number | null;
}

const soonMs = 3_600_000;

interface Touched { sorties: number; passengers: number }

/** Sorties that are to leave or reach these places within the hour. */
function touchedBy(places: Set<string>): Touched {
  const until = (picture.clockFacts?.at_ms ?? 0) + soonMs;
  const found = { sorties: 0, passengers: 0 };
  for (const s of picture.sorties.values()) {
    const isComing = s.off_block_at_ms === null && (isAhead(s.status) || s.status === "held" || s.status === "boarding");
    if (!isComing || s.planned_off_block_at_ms > until || !(places.has(s.origin) || places.has(s.destination))) continue;
    found.sorties += 1;
    found.passengers += s.passengers;
  }
  return found;
}

function words({ sorties, passengers }: Touched): string {
  return sorties === 0 ? t("alerts.none_touched")
    : `${t("alerts.sorties", { n: sorties })}, ${t("board.passengers", { n: passengers })}`;
}

function isServiceHour(): boolean {
  const hours = picture.city?.hours;
  if (hours === undefined || hours.from_local === hours.until_local) return true;
  const now = format.clock(picture.clockFacts?.at_ms ?? 0, picture.offsetMs());
  return hours.from_local <= now && now < hours.until_local;
}

function ofAircraft(a: AircraftNow): Alert | null {
  const margin = a.energy_margin_kwh;
  const base = { kind: "aircraft" as const, object: a.aircraft_id, isQuiet: false, sinceMs: null };
  const sortie = a.sortie_id === null ? undefined : picture.sorties.get(a.sortie_id);
  if (margin !== null && margin < smallMarginKwh && a.vertiport_id === null) {
    const place = sortie === undefined ? "–" : placeName(sortie.destination);
    return { ...base, id: `margin/${a.aircraft_id}`, rank: 0, what: `${a.aircraft_id}: ${t("aircraft.small_margin")}`,
      cause: t("alerts.why_margin", { margin: format.kwh(margin) }), effect: t("alerts.then_margin"), action: t("alerts.do_margin", { place }) };
  }
  if (a.phase === "diverting") {
    return { ...base, id: `diverting/${a.aircraft_id}`, rank: 1, what: `${a.aircraft_id}: ${word("phase", a.phase)}`,
      cause: sortie?.cause ? word("cause", sortie.cause) : t("alerts.why_unknown"),
      effect: t("alerts.why_diverting", { place: sortie === undefined ? "–" : placeName(sortie.destination) }), action: t("alerts.do_diverting") };
  }
  if (a.phase === "grounded") {
    const planned = [...picture.sorties.values()].filter((s) => s.aircraft_id === a.aircraft_id && s.off_block_at_ms === null && isAhead(s.status));
    return { ...base, id: `grounded/${a.aircraft_id}`, rank: 5, isQuiet: planned.length === 0,
      what: `${a.aircraft_id}: ${word("phase", a.phase)}`, cause: byOrder(a.grounded_by), sinceMs: a.grounded_by?.at_ms ?? null,
      effect: t("alerts.then_grounded", { sorties: t("alerts.sorties", { n: planned.length }) }), action: t("alerts.do_grounded") };
  }
  return null;
}

/** Whose order it is and the reason that was given. */
function byOrder(order: Order | null | undefined): string {
  return order == null ? t("alerts.why_desk") : t("alerts.why_order", { who: order.who, why: order.why });
}

/** Sorties that wait at a place for what the desk has ordered, those that are soon to leave too. */
function waitingFor(place: string, cause: string): Touched {
  const found = { sorties: 0, passengers: 0 };
  for (const s of picture.sorties.values()) {
    if (s.off_block_at_ms !== null || isOver(s.status) || s.cause !== cause || s.origin !== place) continue;
    found.sorties += 1;
    found.passengers += s.passengers;
  }
  return found;
}

/** What a desk has closed or stopped; a place shut by its weather or by the hour is told elsewhere, or not at all. */
function ofPlace(v: VertiportNow): Alert[] {
  const base = { kind: "vertiport" as const, object: v.vertiport_id, isQuiet: false, sinceMs: null };
  const touched = touchedBy(new Set([v.vertiport_id]));
  const told = (id: string, rank: number, what: string, more: Pick<Alert, "cause" | "effect" | "action" | "sinceMs">): Alert => ({
    ...base, id: `${id}/${v.vertiport_id}`, rank, what: `${placeName(v.vertiport_id)}: ${what}`, ...more,
  });
  const found: Alert[] = [];
  if (v.is_held === true) {
    const own = waitingFor(v.vertiport_id, "departures_held");
    found.push(told("held", 3, t("vertiport.state.held"), {
      cause: byOrder(v.held_by), sinceMs: v.held_by?.at_ms ?? null, action: t("alerts.do_release"),
      effect: t("alerts.then_held", { touched: own.sorties === 0 ? t("alerts.nobody_yet") : words(own) }),
    }));
  }
  const closed = v.fatos.filter((f) => f.is_open === false);
  if (closed.length > 0) {
    const isShut = closed.length === v.fatos.length;
    const orders = [...new Set(closed.map((f) => byOrder(f.closed_by)))].join("; ");
    found.push(told("fato", 2, `${t(isShut ? "vertiport.state.closed" : "vertiport.state.part")} (${closed.map((f) => f.fato_id).join(", ")})`, {
      cause: orders, sinceMs: Math.max(...closed.map((f) => f.closed_by?.at_ms ?? 0)) || null, action: t("alerts.do_open"),
      effect: t(isShut ? "alerts.then_shut" : "alerts.then_fato", { touched: words(touched) }),
    }));
  }
  const isByWeather = picture.weather.get(v.vertiport_id)?.is_below_minima === true;
  if (found.length === 0 && !v.is_open && !isByWeather && isServiceHour()) {
    found.push(told("closed", 2, t("vertiport.state.closed"), {
      cause: t("alerts.why_unknown"), sinceMs: null, action: t("alerts.do_open"), effect: t("alerts.then_touched", { touched: words(touched) }),
    }));
  }
  return found;
}

/** Places below minima for one reason are one message. */
function ofWeather(): Alert[] {
  const byReason = new Map<string, string[]>();
  for (const report of picture.weather.values()) {
    if (!report.is_below_minima || !picture.vertiports.has(report.place_id)) continue;
    byReason.set(report.reason, [...(byReason.get(report.reason) ?? []), report.place_id]);
  }
  return [...byReason].map(([reason, places]): Alert => {
    const touched = touchedBy(new Set(places));
    const names = places.map(placeName);
    return {
      id: `weather/${reason}`, rank: 3, isQuiet: touched.sorties === 0, kind: "vertiport", object: places[0]!,
      what: places.length === 1 ? `${names[0]}: ${t("weather.below")}` : `${t("weather.below")}: ${t("alerts.places", { n: places.length })}`,
      cause: `${word("cause", reason)}${places.length === 1 ? "" : ` (${names.join(", ")})`}`,
      effect: t("alerts.then_weather", { touched: words(touched) }), action: t("alerts.do_weather"),
      sinceMs: null,
    };
  });
}

/** What can be seen of why a sortie has not left, where the service has given no reason. */
function waitsFor(sortie: SortieNow): string {
  const aircraft = sortie.aircraft_id === null ? undefined : picture.aircraft.get(sortie.aircraft_id);
  if (aircraft === undefined) return t("alerts.why_no_aircraft");
  if (aircraft.vertiport_id !== sortie.origin) return t("alerts.why_not_there", { id: aircraft.aircraft_id });
  if (aircraft.phase === "charging") return t("alerts.why_charging", { id: aircraft.aircraft_id });
  return t(sortie.status === "boarding" ? "alerts.why_boarding" : "alerts.why_no_reason");
}

/** Sorties that should have left so long ago that they count as late, by what they wait for. */
function ofWaiting(): Alert[] {
  const limitMs = picture.city?.on_time_ms ?? 0;
  const now = picture.clockFacts?.at_ms ?? 0;
  if (limitMs === 0) return [];
  const byCause = new Map<string, SortieNow[]>();
  for (const s of picture.sorties.values()) {
    const isWaiting = s.off_block_at_ms === null && (isAhead(s.status) || s.status === "held" || s.status === "boarding");
    if (!isWaiting || now - s.planned_off_block_at_ms < limitMs) continue;
    byCause.set(s.cause, [...(byCause.get(s.cause) ?? []), s]);
  }
  return [...byCause].map(([cause, sorties]): Alert => {
    const longest = sorties.reduce((a, b) => (b.planned_off_block_at_ms < a.planned_off_block_at_ms ? b : a));
    const passengers = sorties.reduce((sum, s) => sum + s.passengers, 0);
    const delay = format.minutes(lateness(longest, now));
    return {
      id: `waiting/${cause}`, rank: 4, isQuiet: false, kind: "sortie", object: longest.sortie_id,
      what: t("alerts.waiting", { n: sorties.length }), cause: cause === "" ? waitsFor(longest) : word("cause", cause),
      effect: `${t("alerts.then_waiting", { passengers: t("board.passengers", { n: passengers }) })}; ${t("alerts.longest", { sortie: longest.sortie_id, delay })}`,
      action: t("alerts.do_waiting"), sinceMs: null,
    };
  });
}

/** All that holds at the shown moment, in no order. */
export function listAlerts(): Alert[] {
  const found = [
    ...[...picture.aircraft.values()].map(ofAircraft), ...[...picture.vertiports.values()].flatMap(ofPlace),
    ...ofWeather(), ...ofWaiting(),
  ];
  return found.filter((alert) => alert !== null);
}

/** The most urgent first, then the newest, then by id. */
export function inOrder(alerts: Alert[]): Alert[] {
  return [...alerts].sort((a, b) => a.rank - b.rank || (b.sinceMs ?? 0) - (a.sinceMs ?? 0) || (a.id < b.id ? -1 : 1));
}
