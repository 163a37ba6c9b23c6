/** What goes over the wire at a gate; see `wire_gate.py`. */
export interface SiteNames { vertiport_id: string; kk: string; ru: string; en: string }

export interface GateKeys {
  at_ms: number; speed: number; utc_offset_ms: number; time_zone: string; is_twin: boolean; key_id: string;
  keys: Record<string, string>; sites: SiteNames[]; check_in_closes_ms: number; rows: number[]; device_pass: string;
}

export interface Party {
  booking_id: string; serial: number; status: string; is_taken: boolean; seats: number; infants: number; payload_kg: number; needs: string[];
}

/** Whether a party is here for its own departure; one that was moved since its check-in is not. */
export function isHere(party: Party): boolean {
  return party.is_taken && (party.status === "checked_in" || party.status === "boarded");
}

/** How a party stands, as the gate says it. */
export function standing(party: Party): string {
  return party.status === "checked_in" && !party.is_taken ? "check_in_anew" : party.status;
}

export interface Sortie {
  sortie_id: string; destination: string; off_block_at_ms: number; check_in_closes_at_ms: number; phase: string;
  is_boarding: boolean; aircraft_id: string; stand_id: string; hold_reason: string; seats_max: number;
  payload_kg: number; payload_kg_max: number; parties: Party[];
}

export interface Picture { vertiport_id: string; at_ms: number; speed: number; seq: number; sorties: Sortie[] }
export interface Used { seq: number; used: string[] }

export interface Scan {
  number: number; at_ms: number; action: "check_in" | "weigh" | "board" | "refuse";
  text?: string; sortie_id?: string; booking_id?: string; payload_kg?: number; reason?: string;
}

export interface ScanResult {
  number: number; outcome: "accepted" | "refused"; reason: string; booking_id: string; sortie_id: string; party: Party | null;
}

/** Where a party belongs that is not for this departure: its flight as listed here, else as its ticket says; or another site. */
export interface Belongs { site: string; sortieId: string; offBlockAtMs: number; destination: string }

/** `nth` counts the tickets shown, so that two alike are two. */
export interface Verdict {
  nth: number; isAccepted: boolean; reason: string; bookingId: string; party: number; needsHelp: boolean; isUnlisted: boolean;
  belongs: Belongs | null;
}
export interface Conflict { scan: Scan; bookingId: string; reason: string }
