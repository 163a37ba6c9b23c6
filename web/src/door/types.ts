/** What the service sends: `/v1/itineraries`, `/v1/places`, `/v1/service`. */

export interface PlaceHit {
  id: string;
  kind: string;
  name: string;
  is_name_derived: boolean;
  lat: number;
  lon: number;
}

export interface ServiceFacts {
  city_id: string;
  name: string;
  time_zone: string;
  now_ms: number;
  utc_offset_ms: number;
  is_twin: boolean;
  is_approval_assumed: boolean;
  party_max: number;
  bounds: [number, number, number, number];
  credits: string[];
}

/** A number with how far it may be trusted. */
export interface Estimate { value: number; low: number; high: number; mark: string; source: string }

export interface LegEnd { kind: "door" | "stop" | "vertiport"; id: string; name: string; lat: number; lon: number }

export interface Leg {
  mode: string;
  from: LegEnd;
  to: LegEnd;
  depart_at_ms: number;
  arrive_at_ms: number;
  price_tiyn: number;
  distance_m: number;
  is_estimate: boolean;
  line: { short_name: string; name: string; colour: string; headsign: string } | null;
  stops: { name: string; arrive_at_ms: number }[];
  path: [number, number][];
  connection_chance: number | null;
}

export interface Offer {
  origin: string;
  destination: string;
  off_block_at_ms: number;
  on_block_at_ms: number;
  fare_tiyn: number;
  sortie_id: string | null;
  valid_until_ms: number;
  /** What a hold is asked for with; absent where nothing is sold. */
  token?: string;
  fare?: Fare;
}

/** The lines of a receipt; `text` is in the asker's language. */
export interface Fare {
  total_tiyn: number;
  currency: string;
  lines: { kind: string; amount_tiyn: number; text: string }[];
  tax: { kind: string; rate: number; amount_tiyn: number; text: string } | null;
}

export interface Itinerary {
  id: string;
  mode: "walk" | "car" | "transit" | "air";
  depart_at_ms: number;
  arrive_at_ms: number;
  price_tiyn: number;
  transfers: number;
  walk_ms: number;
  walk_m: number;
  co2_g: Estimate | null;
  /** Against the car; null without one. */
  saves_ms: number | null;
  promised_arrival_at_ms: number | null;
  on_time_chance: number | null;
  rank_reason: string;
  offer: Offer | null;
  legs: Leg[];
}

export interface Answer {
  now_ms: number;
  time_zone: string;
  from: { name: string; lat: number; lon: number };
  to: { name: string; lat: number; lon: number };
  itineraries: Itinerary[];
  not_flown: { reason: string; text: string }[];
  assumptions: { text: string; mark: string; source: string }[];
  car: string | null;
}
