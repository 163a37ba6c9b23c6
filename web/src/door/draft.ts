/** What is being told on the way to a booking; it lives as long as the tab. */
import { language } from "../language";
import { findTaken, type Taken } from "./route";
import type { Contact, Traveller, TravellerKind } from "./sales-types";

export interface Draft { of: string; travellers: Traveller[]; contact: Contact }

const draftKey = "aspan.draft";

function fresh(taken: Taken): Draft {
  const travellers = Array.from({ length: taken.question.party }, () => traveller("adult"));
  return { of: sign(taken), travellers, contact: { name: "", phone: "", email: "", lang: language() } };
}

export function traveller(kind: TravellerKind): Traveller {
  return { kind, mass_kg: null, bag_kg: null, needs: [] };
}

function sign({ question }: Taken): string {
  return `${question.party}`;
}

class Drafts {
  private now: Draft | null = null;

  /** What has been told so far; begun anew where another party was taken. */
  of(taken: Taken): Draft {
    if (this.now === null) this.now = read();
    if (this.now?.of !== sign(taken)) this.now = fresh(taken);
    return this.now;
  }

  keep(): void {
    if (this.now !== null) sessionStorage.setItem(draftKey, JSON.stringify(this.now));
  }

  clear(): void {
    this.now = null;
    sessionStorage.removeItem(draftKey);
  }
}

/** Only what was filled in; null where that is nothing. */
export function said(contact: Contact): Contact | null {
  const [name, phone, email] = [contact.name, contact.phone ?? "", contact.email ?? ""].map((text) => text.trim());
  if (name === "" && phone === "" && email === "") return null;
  return { name: name!, lang: contact.lang, ...(phone === "" ? {} : { phone: phone! }), ...(email === "" ? {} : { email: email! }) };
}

function read(): Draft | null {
  try {
    return JSON.parse(sessionStorage.getItem(draftKey) ?? "null") as Draft | null;
  } catch {
    return null;
  }
}

export const drafts = new Drafts();
export const taken = findTaken;
