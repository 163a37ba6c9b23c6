/** One object in full, asked for while it is selected: `/api/vertiports`, `/api/aircraft`, `/api/sorties`. */
import type { AircraftNow, ForecastHour, SortieNow, VertiportNow, WeatherNow } from "./types";

export interface StandDetail {
  stand_id: string;
  is_contingency: boolean;
  aircraft_id: string | null;
  soc: number | null;
  soc_target: number | null;
  ready_at_ms: number | null;
  charging_kw: number | null;
  held_by_sortie_id: string | null;
  next_sortie_id: string | null;
  next_off_block_at_ms: number | null;
  next_waits_for?: string;
}

export interface Movement {
  sortie_id: string;
  kind: string;
  fato_id: string | null;
  at_ms: number;
  other_end: string;
  aircraft_id: string | null;
  passengers: number;
  status: string;
  waits_for?: string;
}

export interface VertiportDetail {
  vertiport: VertiportNow;
  stands: StandDetail[];
  movements: Movement[];
  power: { at_ms: number; kw: number }[];
  power_limit_kw: number;
  weather: WeatherNow[];
  forecast: ForecastHour[];
}

export interface SocPoint { at_ms: number; soc: number; reserve_soc: number | null; is_forecast: boolean }

export interface AircraftDetail {
  aircraft: AircraftNow;
  soh: number;
  gross_kwh: number;
  floor_soc: number;
  ceiling_soc: number;
  pilot: { pilot_id: string; duty_from_ms: number; flight_ms: number; sectors: number } | null;
  is_grounded: boolean;
  grounded_why: string;
  reserve_kwh?: number | null;
  chain: SortieNow[];
  today: SortieNow[];
  soc: SocPoint[];
}

export interface ProfilePoint {
  at_ms: number;
  distance_m: number;
  altitude_amsl_m: number;
  ground_amsl_m: number;
  soc_forecast: number | null;
  reserve_soc: number | null;
}

export interface LogLine { seq: number; at_ms: number; kind: string; event: Record<string, unknown> }

export interface SortieDetail {
  sortie: SortieNow;
  lane_id: string | null;
  hold_reason: string;
  alternate_id: string | null;
  reserve_rule: string;
  payload_kg: number;
  bookings: { booking_id: string; party: number; status: string; promised_arrival_at_ms: number | null }[];
  profile: ProfilePoint[];
  measured: { at_ms: number; soc: number; kind: string }[];
  log: LogLine[];
}

interface Shapes { vertiport: VertiportDetail; aircraft: AircraftDetail; sortie: SortieDetail }
const folders = { vertiport: "vertiports", aircraft: "aircraft", sortie: "sorties" } as const;

const askAgainMs = 4000; // wall time between two questions about what is on the screen

/** What is known of the selected object, asked again and again while it is shown. */
export class Details<K extends keyof Shapes> {
  found: Shapes[K] | null = null;
  /** "past": of a moment that is gone nothing is asked, for the service answers about now. */
  state: "asking" | "known" | "gone" | "failed" | "past";
  private timer = 0;
  private isOver = false;

  constructor(readonly kind: K, readonly id: string, readonly isPast: boolean, private readonly changed: () => void) {
    this.state = isPast ? "past" : "asking";
    if (!isPast) void this.ask();
  }

  close(): void {
    this.isOver = true;
    clearTimeout(this.timer);
  }

  askNow(): void {
    if (this.isPast) return;
    clearTimeout(this.timer);
    void this.ask();
  }

  private async ask(): Promise<void> {
    try {
      const answer = await fetch(`/api/${folders[this.kind]}/${encodeURIComponent(this.id)}`);
      if (answer.ok) {
        this.found = (await answer.json()) as Shapes[K];
        this.state = "known";
      } else {
        this.state = answer.status === 404 || answer.status === 422 ? "gone" : "failed";
      }
    } catch {
      this.state = "failed";
    }
    if (this.isOver) return;
    this.timer = window.setTimeout(() => void this.ask(), askAgainMs);
    this.changed();
  }
}
