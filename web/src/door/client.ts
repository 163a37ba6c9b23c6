/** Questions to the service, and what to make of its refusals. */
import { language } from "../language";
import { spotText, type Question } from "./address";
import { t, type Key } from "./words";
import type { Answer, PlaceHit, ServiceFacts } from "./types";

/** Why there is no answer: the line is dead, the service cannot, or the question is refused (and why). */
export type Fault = { kind: "network" } | { kind: "service" } | { kind: "refused"; said: string };

export class AskError extends Error {
  constructor(readonly fault: Fault) {
    super(fault.kind);
  }
}

export function faultOf(error: unknown): Fault {
  return error instanceof AskError ? error.fault : { kind: "service" };
}

interface Refusal { detail?: string; error?: { field: string; value: string; expected: string } }

const fields: Record<string, Key> = {
  from: "door.from", to: "door.to", depart_at: "door.when.depart_at", arrive_by: "door.when.arrive_by", party: "door.who",
};

/** What is expected, with the field as the page calls it. */
function saidIn(refusal: Refusal): string {
  if (refusal.error !== undefined) {
    const { field, expected } = refusal.error;
    const known = fields[field];
    return `${known === undefined ? field : t(known)}: ${expected}`;
  }
  return refusal.detail ?? "";
}

const patienceMost = 20;
const waitMostS = 10;

/** A service that has just begun, or is asked too often, says when to ask again; the page does so rather than trouble anybody. */
async function fetchReady(address: string, signal?: AbortSignal): Promise<Response> {
  for (let asked = 1; ; asked += 1) {
    const answer = await fetch(address, signal === undefined ? {} : { signal });
    const waitS = Number(answer.headers.get("Retry-After") ?? Number.NaN);
    if (![429, 503].includes(answer.status) || !(waitS > 0 && waitS <= waitMostS) || asked === patienceMost) return answer;
    await new Promise((resolve) => setTimeout(resolve, waitS * 1000));
  }
}

async function ask<T>(address: string, signal?: AbortSignal): Promise<T> {
  let answer: Response;
  try {
    answer = await fetchReady(address, signal);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new AskError({ kind: "network" });
  }
  if (answer.ok) return (await answer.json()) as T;
  // a path that is not there is the service's fault, whatever it says
  if (answer.status < 400 || answer.status >= 500 || answer.status === 404) throw new AskError({ kind: "service" });
  const refusal = (await answer.json().catch(() => ({}))) as Refusal;
  throw new AskError({ kind: "refused", said: saidIn(refusal) });
}

export function askService(): Promise<ServiceFacts> {
  return ask(`/v1/service?lang=${language()}`);
}

export async function askPlaces(q: string, signal: AbortSignal): Promise<PlaceHit[]> {
  const query = new URLSearchParams({ q: q.slice(0, 100), lang: language(), limit: "6" });
  return (await ask<{ places: PlaceHit[] }>(`/v1/places?${query}`, signal)).places;
}

export function askNear(lat: number, lon: number): Promise<{ place: PlaceHit | null; distance_m: number | null }> {
  const query = new URLSearchParams({ lat: lat.toFixed(5), lon: lon.toFixed(5), lang: language() });
  return ask(`/v1/places/near?${query}`);
}

export async function askItineraries(question: Question, signal: AbortSignal): Promise<Answer> {
  const { from, to, when, party, isStepFree, walkM } = question;
  if (from === null || to === null) throw new Error("both ends are needed");
  const query = new URLSearchParams({
    from: spotText(from), to: spotText(to),
    party: String(party), step_free: String(isStepFree), walk_m_max: String(walkM), lang: language(),
  });
  // without a time it is now by the service's own clock, which need not be this machine's
  if (when.kind !== "now") query.set(when.kind, when.local);
  return ask(`/v1/itineraries?${query}`, signal);
}
