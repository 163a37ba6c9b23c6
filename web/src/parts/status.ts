/** A sortie's status as the lists order, group and word it. */
import type { SortieNow } from "../types";

const order = [
  "airborne", "landed", "taxiing_in", "taxiing", "taxiing_out", "released", "boarding", "held",
  "delayed", "assigned", "planned", "scheduled", "diverted", "on_block", "flown", "cancelled", "not_flown",
];
const ahead = new Set(["planned", "scheduled", "assigned"]);
const done = new Set(["flown", "on_block"]);
const trouble = new Set(["cancelled", "diverted", "held", "delayed"]);

/** Why a sortie is left out without anybody losing a flight. */
const unwanted = new Set(["unbooked", "no_passengers", "not_needed"]);

export const lateMs = 60_000; // shown from one minute on

/** The status as it is told: a sortie that nobody wanted is not flown, not cancelled. */
export function toldStatus(sortie: SortieNow): string {
  return sortie.status === "cancelled" && unwanted.has(sortie.cause) ? "not_flown" : sortie.status;
}

/** How late it left its stand, or already is while it waits there; 0 when not worth telling. */
export function lateness(sortie: SortieNow, nowMs: number): number {
  const late = (sortie.off_block_at_ms ?? nowMs) - sortie.planned_off_block_at_ms;
  if (sortie.off_block_at_ms === null && isOver(sortie.status)) return 0;
  return late >= lateMs ? late : 0;
}

/** Not asked for by anybody yet: no aircraft is looked for until somebody books. */
export function isUnbooked(sortie: SortieNow): boolean {
  return sortie.aircraft_id === null && sortie.passengers === 0 && isAhead(sortie.status);
}

/** Flies, or is to fly, without passengers. */
export function isEmpty(sortie: SortieNow): boolean {
  return sortie.aircraft_id !== null && sortie.passengers === 0 && sortie.status !== "cancelled";
}

export function orderOf(status: string): number {
  return order.indexOf(status);
}

export function statusGroup(status: string): "ahead" | "moving" | "done" | "trouble" | "unwanted" {
  if (status === "not_flown") return "unwanted";
  if (trouble.has(status)) return "trouble";
  if (done.has(status)) return "done";
  return ahead.has(status) ? "ahead" : "moving";
}

export function isOver(status: string): boolean {
  return done.has(status) || status === "cancelled" || status === "diverted";
}

export function isAhead(status: string): boolean {
  return ahead.has(status);
}
