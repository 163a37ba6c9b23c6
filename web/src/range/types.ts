/** What `/api/range` answers, field for field (`wire_range.py`). */
export type Phase = "filed" | "cleared" | null;
export type RunPhase = "wanted" | "released" | "under_way" | "recovering" | "ended" | "reviewed";
export type Ring = [number, number][];
export interface Names { kk: string; ru: string; en: string }
export interface Volume { volume_id: string; names: Names; ring: Ring; lower_amsl_m: number; upper_amsl_m: number; geozone_id: string }
export interface Person { person_id: string; name: string; roles: string[] }
export interface LineNeeded { line: string; how: "yes_no" | "value" | "text"; unit: string }
export interface AirHour { at_ms: number; visibility_m: number; ceiling_agl_m: number; wind_mps: number; gust_mps: number; temperature_k: number; pressure_pa: number }
export interface Weather { place: "pad" | "alternate"; source: string; observed_at_ms: number; hours: AirHour[] }
export interface Site {
  site_id: string; city_id: string; time_zone: string; names: Names; now_at_ms: number; is_twin: boolean;
  pad_lon_deg: number; pad_lat_deg: number; pad_elevation_amsl_m: number; fence: Ring; spectator_rings: Ring[];
  volumes: Volume[]; aircraft: { aircraft_id: string; software_baseline: string; soh: number }[];
  people: Person[]; evidence_lines: LineNeeded[]; weather: Weather[]; events: number; log_sha256: string;
}
export interface CardLine {
  card_id: string; title: string; kind: string; step: number; scenario: string; risk: "low" | "medium" | "high";
  priority: number; repeats: number; version: string; filed_version: string; phase: Phase; authors: string[];
  approvals: { person_id: string; at_ms: number }[]; places_open: string[][]; after: string[]; waits_for: string[];
  runs: string[]; runs_accepted: number;
}
export interface Bounds { low?: number | null; high?: number | null }
export interface Limit { limit_id: string; channel: string; low?: number | null; high?: number | null }
export interface Hazard { hazard_id: string; title: string; cause: string; effect: string; mitigations: string[]; emergency_procedures: string[]; risk_before: string; risk_after: string }
export interface Check { check_id: string; requirement_id: string; severity: string; criterion: string }
export interface Card {
  card_id: string; title: string; objective: string; kind: string; step: number; requirement_ids: string[]; configuration: string;
  load: { mass_kg: number; cg_share?: number; soc?: number; pack_k?: number };
  envelope: { airspeed_mps?: Bounds; height_agl_m?: Bounds; density_altitude_m?: Bounds; wind_mps?: Bounds };
  profile: { label: string; manoeuvre: string; duration_s: number }[]; steps: string[]; limits: Limit[]; record: string[]; checks: Check[];
  hazards: Hazard[]; abort_actions: string[];
  minima: { visibility_m: number; ceiling_agl_m: number; wind_mps: number; gust_mps: number; temperature_k?: Bounds; is_day_only?: boolean };
  prediction_band: number; crew: { pilots: number; flight_test_engineers: number; safety_pilots: number }; volume_ids: string[]; after: string[]; repeats: number;
}
export interface CardPage {
  line: CardLine; card: Card; prose: string;
  safety: { reach_m: number; kinetic_energy_kj: number; ring: Ring; beyond_fence_m: number };
  noise: { level_dba: number; distance_m: number; limit_dba: number; is_within: boolean };
}
export interface SlotLine {
  slot_id: string; card_id: string; volume_ids: string[]; from_at_ms: number; until_at_ms: number; aircraft_id: string;
  crew: [string, string][]; booked_by: string; is_freed: boolean; runs: string[];
}
export interface RunLine {
  run_id: string; card_id: string; version: string; slot_id: string; aircraft_id: string; phase: RunPhase;
  begun_at_ms: number | null; ended_at_ms: number | null; is_knocked_off: boolean; is_accepted: boolean | null;
}
export interface GoLine { name: string; verdict: "go" | "no_go" | "missing" | "old"; value?: number | null; low?: number | null; high?: number | null; source?: string; observed_at_ms?: number | null; detail?: string }
export interface GoNoGo { lines: GoLine[]; is_go: boolean; reason: string }
export interface Evidence { line: string; source: string; observed_at_ms: number; value?: number | null; is_ok?: boolean | null; text?: string }
export interface RunPage {
  line: RunLine; go_no_go: GoNoGo | null; evidence: Evidence[]; released_by: string; released_at_ms: number | null;
  knocked_off: { limit_id: string; breach_at_ms: number; why: string; value: number | null; by: string }[];
  limits_found: { limit_id: string; breach_at_ms: number; value: number | null }[];
  deviations: { at_ms: number; by: string; text: string }[];
  telemetry: { manifest_sha256: string; rows: number; gaps: number; flagged: number; is_twin: boolean } | null;
  review: { by: string; is_accepted: boolean; note: string } | null;
  rows: number; last_at_ms: number | null; is_fed: boolean;
}
export interface Series { run_id: string; at_ms: number[]; columns: Record<string, (number | null)[]>; is_fed: boolean }
export interface Refusal { reason: string; detail: string; go_no_go: GoNoGo | null }
export interface KeyFile { person_id: string; name: string; roles: string[]; public_key: string; private_key: string }
