/**
 * What this device keeps of each booking, so that the ticket opens without a network and nobody pays
 * twice: the last picture of it, the ticket, and the keys under which things were asked for.
 *
 * Names and contacts are not among it.
 */
import { tripsKey } from "./route";
import type { Booking, Ticket } from "./sales-types";

/** A payment that was begun. The key is kept before it is asked for: asking again asks for the same one. */
export interface KeptPayment { key: string; amountTiyn: number; id?: string; token?: string; url?: string | null }

export interface KeptTrip {
  id: string;
  token: string;
  /** This device's clock when `booking` was told; null before. */
  seenAtMs: number | null;
  booking: Booking | null;
  ticket: Ticket | null;
  /** The sortie and departure that the ticket is for: another one needs another ticket. */
  ticketOf?: string;
  payment: KeptPayment | null;
  /** Whether name and contact were erased from here. */
  isErased?: boolean;
}

const tripsMost = 30;
const holdKey = "aspan.hold";
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const keyLength = 32;

/** A key nobody can guess; six bits a letter. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(keyLength))].map((byte) => alphabet[byte % alphabet.length]).join("");
}

function readAll(): Record<string, KeptTrip> {
  try {
    return JSON.parse(localStorage.getItem(tripsKey) ?? "{}") as Record<string, KeptTrip>;
  } catch {
    return {};
  }
}

function writeAll(all: Record<string, KeptTrip>): void {
  try {
    localStorage.setItem(tripsKey, JSON.stringify(all));
  } catch {
    // a full or forbidden store: the page works, the ticket needs a network
  }
}

export function findTrip(id: string): KeptTrip | null {
  return readAll()[id] ?? null;
}

export function listTrips(): KeptTrip[] {
  return Object.values(readAll());
}

/** Keep a change of one trip; the oldest of too many is let go. */
export function keepTrip(id: string, token: string, change: Partial<KeptTrip>): KeptTrip {
  const all = readAll();
  const next = { id, seenAtMs: null, booking: null, ticket: null, payment: null, ...all[id], ...change, token };
  all[id] = next;
  const old = Object.values(all).sort((a, b) => (b.seenAtMs ?? Infinity) - (a.seenAtMs ?? Infinity)).slice(tripsMost);
  for (const trip of old) delete all[trip.id];
  writeAll(all);
  return next;
}

export function forgetTrip(id: string): void {
  const { [id]: _, ...rest } = readAll();
  writeAll(rest);
}

/** FNV-1a, 32 bits: enough to tell one wish of a device from its next. */
function mark(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(36);
}

/** The key of a wish: the same as long as the wish is the same and was not done with. */
export function keyOf(wish: unknown): string {
  const of = mark(JSON.stringify(wish));
  try {
    const kept = JSON.parse(localStorage.getItem(holdKey) ?? "null") as { of: string; key: string } | null;
    if (kept?.of === of) return kept.key;
  } catch {
    // what cannot be read is written anew
  }
  const key = newKey();
  try {
    localStorage.setItem(holdKey, JSON.stringify({ of, key }));
  } catch {
    // a full or forbidden store: a reload would ask anew, and the hold before runs out by itself
  }
  return key;
}

/** What is wished next is a new wish, even if it reads the same. */
export function dropKey(): void {
  localStorage.removeItem(holdKey);
}
