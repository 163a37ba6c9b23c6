/** Shapes of the API, as `/api/openapi` describes them. */

export interface Names { kk: string; ru: string; en: string }

export interface Clock {
  at_ms: number;
  speed: number;
  is_paused: boolean;
  city_id: string;
  date: string;
  time_zone: string;
  utc_offset_ms: number;
  is_twin: boolean;
}

export interface VertiportPlace {
  vertiport_id: string;
  names: Names;
  lon_deg: number;
  lat_deg: number;
  elevation_amsl_m: number;
  site_power_limit_kw: number;
  protected_radius_m: number;
  is_position_published: boolean;
  position_source: string;
  fatos: { fato_id: string; lon_deg: number; lat_deg: number }[];
  stands: { stand_id: string; is_contingency: boolean }[];
  chargers: { charger_id: string; power_kw: number; stand_ids: string[] }[];
}

export interface LaneLine {
  lane_id: string;
  origin: string;
  destination: string;
  layer?: number;
  points: [number, number, number][];
}

export interface Quantity {
  value: number;
  unit: string;
  low: number;
  high: number;
  source: string;
  mark: string;
}

export interface Reference { title: string; says: string; source: string; mark: string }

export interface CityFacts {
  city_id: string;
  names: Names;
  time_zone: string;
  is_twin: boolean;
  vertiports: VertiportPlace[];
  lanes: LaneLine[];
  aircraft_type: { type_id: string; seats: number; payload_kg_max: number };
  minima: {
    visibility_m: number; ceiling_agl_m: number; wind_mps: number; gust_mps: number;
    planned_heights_agl_m?: number[]; ceilings_agl_m?: number[];
  };
  approval_kind: string;
  is_approval_assumed: boolean;
  demand_factor: number;
  credits: string[];
  quantities: Record<string, Quantity>;
  /** Rows of the references that a source cites, by the source's words. */
  citations?: Record<string, string[]>;
  references?: Record<string, Reference>;
  on_time_ms?: number;
  geozones?: GeozoneArea[];
  hours?: { from_local: string; until_local: string };
}

export interface GeozoneArea {
  zone_id: string;
  names: Names;
  kind: string;
  lower_amsl_m: number | null;
  upper_amsl_m: number | null;
  rings: [number, number][][];
  is_assumed: boolean;
  source: string;
}

export interface GeozoneNow { zone_id: string; is_closed: boolean; changes_at_ms: number | null }

/** What the desk ordered and still holds. */
export interface Order { who: string; why: string; at_ms: number }

export interface AircraftNow {
  aircraft_id: string;
  phase: string;
  vertiport_id: string | null;
  stand_id: string | null;
  soc: number;
  lon_deg: number;
  lat_deg: number;
  altitude_amsl_m: number;
  heading_deg: number;
  ground_speed_mps: number;
  sortie_id: string | null;
  energy_margin_kwh: number | null;
  grounded_by?: Order | null;
}

export interface SortieNow {
  sortie_id: string;
  aircraft_id: string | null;
  origin: string;
  destination: string;
  status: string;
  planned_off_block_at_ms: number;
  off_block_at_ms: number | null;
  lift_off_at_ms: number | null;
  touchdown_at_ms: number | null;
  on_block_at_ms: number | null;
  passengers: number;
  cause: string;
  /** The lane it is planned along, or diverted onto. */
  lane_id?: string | null;
  /** People booked on it who did not come. */
  no_shows?: number;
}

export interface VertiportNow {
  vertiport_id: string;
  fatos: { fato_id: string; sortie_id: string | null; is_open?: boolean; closed_by?: Order | null }[];
  stands: { stand_id: string; aircraft_id: string | null; charging_kw: number | null; held_by_sortie_id?: string | null }[];
  site_kw: number;
  is_open: boolean;
  is_held?: boolean;
  held_by?: Order | null;
  waiting_passengers: number;
}

export interface WeatherNow {
  place_id: string;
  observed_at_ms: number;
  temperature_k: number;
  pressure_pa: number;
  wind_mps: number;
  wind_from_deg: number;
  gust_mps: number;
  visibility_m: number;
  ceiling_agl_m: number;
  present_weather: string;
  is_modelled: boolean;
  is_below_minima: boolean;
  reason: string;
}

export interface Figures {
  in_air: number;
  flown: number;
  empty?: number;
  cancelled: number;
  passengers: number;
  waiting: number;
  on_time_share: number | null;
  min_energy_above_reserve_kwh: number | null;
  energy_kwh: number;
}

export interface StateChange {
  seq: number;
  clock: Clock;
  is_full: boolean;
  aircraft?: AircraftNow[];
  sorties?: SortieNow[];
  vertiports?: VertiportNow[];
  weather?: WeatherNow[];
  figures?: Figures;
  geozones?: GeozoneNow[];
  is_replay?: boolean;
  removed?: Partial<Record<"aircraft" | "sorties" | "vertiports" | "weather" | "geozones", string[]>>;
}

export interface Position {
  aircraft_id: string;
  lon_deg: number;
  lat_deg: number;
  altitude_amsl_m: number;
  heading_deg: number;
  ground_speed_mps: number;
  soc: number;
}

export interface Positions { clock: Clock; aircraft: Position[] }

/** Everything at one instant, as `/api/state` and `/api/replay` answer. */
export interface Snapshot {
  seq: number;
  clock: Clock;
  aircraft: AircraftNow[];
  sorties: SortieNow[];
  vertiports: VertiportNow[];
  weather: WeatherNow[];
  figures: Figures;
  geozones?: GeozoneNow[];
  is_replay?: boolean;
}

export interface History { first_at_ms: number; last_at_ms: number }

export interface Block {
  kind: string;
  from_ms: number;
  until_ms: number | null;
  is_planned: boolean;
  sortie_id: string | null;
  aircraft_id: string | null;
  vertiport_id: string | null;
  stand_id: string | null;
  passengers: number | null;
  detail: string;
  origin?: string | null;
  destination?: string | null;
}

export interface Timeline {
  from_ms: number;
  until_ms: number;
  now_ms: number;
  aircraft: { aircraft_id: string; blocks: Block[] }[];
  stands: { vertiport_id: string; stand_id: string; is_contingency: boolean; blocks: Block[] }[];
}

export interface ForecastHour {
  at_ms: number;
  temperature_k: number;
  wind_mps: number;
  gust_mps: number;
  visibility_m: number;
  ceiling_agl_m: number;
  present_weather: string;
  probability_below_minima: number | null;
}

export interface WeatherPlace { place_id: string; reports: WeatherNow[]; forecast: ForecastHour[] }

export interface DaySummary {
  date: string;
  flown: number;
  empty: number;
  cancelled: Record<string, number>;
  diverted: Record<string, number>;
  held: Record<string, number>;
  held_sorties?: number;
  bookings: number;
  passengers: number;
  refused: Record<string, number>;
  no_shows: number;
  on_time_share: number | null;
  delay_p50_ms: number | null;
  delay_p95_ms: number | null;
  energy_kwh: number;
  min_above_reserve_kwh: number | null;
  by_hour: { hour: number; flown: number; passengers: number }[];
  by_route: { origin: string; destination: string; flown: number; passengers: number }[];
  revenue_tiyn: number | null;
}
