/** What the service sends about departures, bookings and payments, below `/v1`. */
import type { Fare } from "./types";

export type TravellerKind = "adult" | "child" | "infant";
export interface Traveller { kind: TravellerKind; mass_kg?: number | null; bag_kg?: number | null; needs: string[] }
export interface Contact { name: string; phone?: string; email?: string; lang: string }

export interface Held {
  booking_id: string;
  status: string;
  fare: Fare;
  expires_at_ms: number | null;
  person_id: string;
  replaces: string;
  access_token: string;
}

export interface Payment {
  payment_id: string;
  state: "requested" | "authorised" | "declined" | "captured" | "voided" | "refunded";
  amount_tiyn: number;
  reason: string;
  text: string;
  redirect_url: string | null;
  access_token?: string;
}

export interface Site { id: string; name: string; lat: number; lon: number }

export interface Departure {
  origin: string;
  destination: string;
  sortie_id: string | null;
  off_block_at_ms: number;
  on_block_at_ms: number;
  seats_left: number;
  fare: Fare;
  token: string;
  valid_until_ms: number;
}

export interface Departures { now_ms: number; time_zone: string; departures: Departure[]; reason: string; text: string }

export interface Way { kind: string; duration_ms: number }

export interface TripOfBooking {
  sortie_id: string;
  origin: Site;
  destination: Site;
  from: [number, number];
  to: [number, number];
  leave_at_ms: number;
  be_there_at_ms: number;
  off_block_at_ms: number;
  planned_off_block_at_ms: number;
  on_block_at_ms: number;
  arrive_at_ms: number;
  promised_arrival_at_ms: number | null;
  on_time_chance: number | null;
  access: Way[];
  egress: Way[];
}

export interface Craft { lat: number; lon: number; altitude_amsl_m: number; course_deg: number; ground_speed_mps: number }

export interface Live {
  step: string;
  text: string;
  until_ms: number | null;
  delay_ms: number;
  reason: string;
  reason_text: string;
  aircraft_id: string;
  stand_id: string;
  position: Craft | null;
  path: [number, number][];
}

export interface Care { at_ms: number; kind: string; reason: string; text: string; amount_tiyn: number }

export interface Remedy {
  remedy: "air" | "ground" | "refund";
  text: string;
  sortie_id: string;
  leaves_at_ms: number | null;
  arrives_at_ms: number | null;
  amount_tiyn: number;
}

export interface Cancellation {
  is_open: boolean;
  refund_tiyn: number;
  fee_tiyn: number;
  until_ms: number | null;
  reason: string;
  text: string;
}

/** Money of the whole party; nothing comes back after the last step. */
export interface Conditions {
  free_ms: number;
  steps: { until_ms: number; refund_tiyn: number }[];
  change_fee_tiyn: number;
  check_in_closes_at_ms: number;
  late: { late_ms: number; refund_tiyn: number }[];
  offers_ground: boolean;
}

export interface Booking {
  seq: number;
  now_ms: number;
  time_zone: string;
  booking_id: string;
  status: string;
  party: number;
  payload_kg: number;
  travellers: Traveller[];
  fare: Fare;
  payment_id: string;
  refund_tiyn: number;
  expires_at_ms: number | null;
  person_id: string;
  replaces: string;
  replaced_by: string;
  is_ticket_ready: boolean;
  trip: TripOfBooking;
  live: Live;
  care: Care[];
  remedies: Remedy[];
  remedies_until_ms: number | null;
  cancellation: Cancellation;
  conditions?: Conditions | null;
}

export interface Ticket { booking_id: string; ticket: string; qr_svg: string; valid_from_ms: number; valid_until_ms: number }

export interface Receipt {
  booking_id: string;
  issued_at_ms: number;
  status: string;
  fare: Fare;
  payment_id: string;
  charged_tiyn: number;
  refund_tiyn: number;
  fee_tiyn: number;
  text: string;
}

/** A refusal as RFC 9457 words it, in the asker's language. */
export interface Problem { title: string; status: number; detail: string; code: string; field?: string; reason?: string }
