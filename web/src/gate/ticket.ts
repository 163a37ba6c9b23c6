/** A ticket read without a network: the same form, bounds and refusals as `booking/ticket.py`. */
import { verifyAsync } from "@noble/ed25519";

export interface Ticket {
  bookingId: string;
  serial: number;
  party: number;
  sortieId: string;
  origin: string;
  destination: string;
  offBlockAtMs: number;
  validFromMs: number;
  validUntilMs: number;
  needsAssistance: boolean;
}

export type Keys = Record<string, string>;
export type Reading = { ticket: Ticket } | { refusal: "altered" | "unknown_key" | "forged" };

const prefix = "AT1";
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const signatureBytes = 64;
const charactersMax = 300;
const idCharactersMax = 22;

/** The bytes behind a text; null if it is not the one text of those bytes. */
function decode(text: string): Uint8Array<ArrayBuffer> | null {
  if (!text.startsWith(prefix) || text.length > charactersMax) return null;
  const body = text.slice(prefix.length);
  const rest = (body.length * 5) % 8;
  if (rest >= 5) return null; // a character too many
  const bytes = new Uint8Array((body.length * 5 - rest) / 8);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const character of body) {
    const value = alphabet.indexOf(character);
    if (value < 0) return null;
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 0xff;
    }
  }
  return (held & ((1 << bits) - 1)) === 0 ? bytes : null;
}

function unpack(message: Uint8Array): { ticket: Ticket; keyId: string } | null {
  let at = 0;
  const number = (length: number): number => {
    let value = 0;
    for (const byte of message.subarray(at, at + length)) value = value * 256 + byte;
    at += length;
    return value;
  };
  const text = (): string => {
    const length = message[at] ?? 0;
    const found = String.fromCharCode(...message.subarray(at + 1, at + 1 + length));
    at += 1 + length;
    return found;
  };
  const version = number(1);
  const keyId = [...message.subarray(1, 5)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  at = 5;
  const [serial, party, flags] = [number(2), number(1), number(1)];
  const [offBlockAtMs, validFromMs, validUntilMs] = [number(6), number(6), number(6)];
  const [bookingId, sortieId, origin, destination] = [text(), text(), text(), text()];
  const isId = (id: string): boolean => /^[!-~]+$/.test(id) && id.length <= idCharactersMax;
  const isWhole = at === message.length && version === 1 && flags <= 1 && serial > 0 && party > 0;
  if (!isWhole || ![bookingId, sortieId, origin, destination].every(isId)) return null;
  const ticket = {
    bookingId, serial, party, sortieId, origin, destination, offBlockAtMs, validFromMs, validUntilMs,
    needsAssistance: flags === 1,
  };
  return { ticket, keyId };
}

/** Whether an Ed25519 signature holds: by the browser's own code, else by noble's. */
async function verify(key: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>): Promise<boolean> {
  try {
    const known = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", known, signature, message);
  } catch {
    return verifyAsync(signature, message, key, { zip215: false });
  }
}

/** Return what a text says if a key of ours signed it; else why it is no ticket. */
export async function readTicket(text: string, keys: Keys): Promise<Reading> {
  const packed = decode(text);
  const cut = packed === null ? 0 : packed.length - signatureBytes;
  const found = packed === null || cut < 1 ? null : unpack(packed.subarray(0, cut));
  if (packed === null || found === null) return { refusal: "altered" };
  const key = keys[found.keyId];
  if (key === undefined) return { refusal: "unknown_key" };
  const raw = Uint8Array.from(atob(key), (character) => character.charCodeAt(0));
  const holds = await verify(raw, packed.slice(0, cut), packed.slice(cut));
  return holds ? { ticket: found.ticket } : { refusal: "forged" };
}
