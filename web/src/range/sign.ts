/** Orders signed in this page: Ed25519 over the site's id and the exact text, by a key that stays in memory (`evidence/people.py`). */
import { getPublicKeyAsync, signAsync } from "@noble/ed25519";
import type { KeyFile } from "./types";

const before = new TextEncoder().encode("aspan test site order 2\n");
const keyBytes = 32;

export interface SignedOrder { order: string; site_id: string; by: string; signature: string }

/** The person of a key file; null if it is none, or its halves do not belong together. */
export async function readKey(text: string): Promise<KeyFile | null> {
  try {
    const file = JSON.parse(text) as Partial<KeyFile>;
    const { person_id, name, roles, public_key, private_key } = file;
    if (typeof person_id !== "string" || typeof name !== "string" || !Array.isArray(roles) || typeof public_key !== "string" || typeof private_key !== "string") return null;
    const seed = decode(private_key);
    if (seed === null || encode(await getPublicKeyAsync(seed)) !== public_key) return null;
    return { person_id, name, roles: roles.map(String), public_key, private_key };
  } catch {
    return null;
  }
}

/** An order as it is sent: its text, for which site, whose it is, and the signature over both. */
export async function sign(order: Record<string, unknown>, siteId: string, key: KeyFile): Promise<SignedOrder> {
  const text = JSON.stringify(order);
  const body = new TextEncoder().encode(`${siteId}\n${text}`);
  const message = new Uint8Array(before.length + body.length);
  message.set(before);
  message.set(body, before.length);
  return { order: text, site_id: siteId, by: key.person_id, signature: encode(await signAsync(message, decode(key.private_key)!)) };
}

function decode(text: string): Uint8Array | null {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
  return bytes.length === keyBytes ? bytes : null;
}

function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
