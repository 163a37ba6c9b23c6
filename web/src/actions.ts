/** What a desk may do: the actions, their consequences, and the way to the service and back. */
import * as format from "./format";
import { t, word, type Key } from "./i18n";
import { picture } from "./store";

export type Action =
  | { action: "close_fato" | "open_fato"; vertiport_id: string; fato_id: string }
  | { action: "hold_departures" | "release_departures"; vertiport_id: string | null }
  | { action: "cancel_sortie"; sortie_id: string }
  | { action: "care_for_party"; booking_id: string; remedy: "air" | "ground" | "refund"; sortie_id?: string }
  | { action: "ground_aircraft" | "return_aircraft"; aircraft_id: string }
  | { action: "send_empty"; aircraft_id: string; destination: string }
  | { action: "reserve_zones"; zone_ids: string[]; from_at_ms: number; until_at_ms: number }
  | { action: "free_zones"; reservation: string }
  | { action: "set_pace"; speed: number }
  | { action: "pause" | "resume" };

export type ActionKind = Action["action"];

export interface TouchedSortie {
  sortie_id: string;
  aircraft_id: string | null;
  origin: string;
  destination: string;
  off_block_at_ms: number;
  passengers: number;
  bookings: number;
  effect: string;
  lands_at: string | null;
  lands_at_ms: number | null;
  above_reserve_kwh: number | null;
}

export interface TouchedParty {
  booking_id: string;
  sortie_id: string;
  party: number;
  outcome: string;
  to_sortie_id: string | null;
  off_block_at_ms: number | null;
  later_ms: number | null;
  promised_arrival_at_ms: number | null;
  latest_off_block_at_ms: number | null;
  lands_at: string | null;
  refund_tiyn: number;
  ride_at_ms: number | null;
  ride_arrives_at_ms: number | null;
  ride_tiyn: number;
}

export interface Consequences {
  at_ms: number;
  action?: Action;
  is_possible: boolean;
  reason: string;
  detail: string;
  sorties: TouchedSortie[];
  passengers: number;
  bookings: number;
  parties: TouchedParty[];
}

export interface ActionAnswer {
  seq: number;
  at_ms: number;
  outcome: "done" | "refused";
  reason: string;
  detail: string;
  is_repeated: boolean;
  consequences: Consequences | null;
}

export interface ActionLine {
  seq: number;
  at_ms: number;
  key: string;
  who: string;
  why: string;
  action: Action;
  outcome: string;
  reason: string;
  detail: string;
}

/** An answer, or what was wrong: the request itself (`fault`), or no answer that can be trusted (`lost`). */
export type Told<T> = { is: "told"; value: T } | { is: "fault"; text: string } | { is: "lost" };

export const whoMost = 80;
export const whyMost = 200;
const whoKey = "aspan.desk.who";
const patienceMs = 20_000; // after it the answer counts as lost; the same key makes asking again safe

export function keptWho(): string {
  return localStorage.getItem(whoKey) ?? "";
}

export function keepWho(who: string): void {
  localStorage.setItem(whoKey, who);
}

/** A key for one action; not `randomUUID`, which plain http does not offer. */
export function makeKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `desk-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

async function post<T>(path: string, body: object): Promise<Told<T>> {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(patienceMs),
    });
    const told: unknown = await answer.json();
    if (answer.ok || answer.status === 409) return { is: "told", value: told as T };
    if (answer.status >= 500) return { is: "lost" };
    const fault = (told as { error?: { field: string; value: string; expected: string } }).error;
    return { is: "fault", text: fault ? `${fault.field}: ${fault.value} – ${fault.expected}` : "" };
  } catch {
    return { is: "lost" };
  }
}

export function preview(action: Action): Promise<Told<Consequences>> {
  return post("/api/actions/preview", { action });
}

export function take(key: string, who: string, why: string, action: Action): Promise<Told<ActionAnswer>> {
  return post("/api/actions", { key, who, why, action });
}

export async function listActions(limit = 100): Promise<ActionLine[] | null> {
  try {
    const answer = await fetch(`/api/actions?limit=${limit}`, { signal: AbortSignal.timeout(patienceMs) });
    return answer.ok ? ((await answer.json()) as { actions: ActionLine[] }).actions : null;
  } catch {
    return null;
  }
}

/** In a replay the past is shown: nothing can be done to it. */
export function isReplay(): boolean {
  return (picture as { isReplay?: boolean }).isReplay === true;
}

export function placeName(id: string): string {
  const place = picture.place(id);
  return place === undefined ? id : format.shortName(place.names);
}

/** "Close FATO ALATAU-F1 (Alatau centre)": an action in words. */
export function actionWords(action: Action): string {
  const values: Record<string, string> = {};
  if ("fato_id" in action) values["fato"] = action.fato_id;
  if ("vertiport_id" in action && action.vertiport_id !== null) values["place"] = placeName(action.vertiport_id);
  if ("sortie_id" in action) values["id"] = action.sortie_id;
  if ("aircraft_id" in action) values["id"] = action.aircraft_id;
  if ("destination" in action) values["place"] = placeName(action.destination);
  if ("speed" in action) values["speed"] = format.number(action.speed, action.speed % 1 ? 1 : 0);
  if (action.action === "care_for_party") {
    const sortie = action.sortie_id ?? "";
    const values = { id: action.booking_id, sortie };
    return action.remedy !== "air" ? t(`act.do.care_for_party_${action.remedy}`, values)
      : t(sortie === "" ? "act.do.care_for_party" : "act.do.care_for_party_air", values);
  }
  const isAll = "vertiport_id" in action && action.vertiport_id === null;
  return t(`act.do.${action.action}${isAll ? "_all" : ""}` as Key, values);
}

/** Why the service said no, in words; the words of the sorties' causes serve too. */
export function reasonWords(code: string): string {
  const own = word("refusal", code);
  return own === code.replaceAll("_", " ") ? word("cause", code) : own;
}

/** Ask the dialog to open; it listens from the first action on. */
export async function openAction(action: Action): Promise<void> {
  const { showAction } = await import("./parts/action-dialog");
  showAction(action);
}

export async function openActionsTaken(seq?: number): Promise<void> {
  const { showActionsTaken } = await import("./parts/actions-taken");
  showActionsTaken(seq);
}
