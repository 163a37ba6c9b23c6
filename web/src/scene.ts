/** What is at one instant: aircraft, sorties, vertiports, weather and figures, by id. */
import type {
  AircraftNow,
  Clock,
  Figures,
  GeozoneNow,
  SortieNow,
  StateChange,
  VertiportNow,
  WeatherNow,
} from "./types";

export class Scene {
  readonly aircraft = new Map<string, AircraftNow>();
  readonly sorties = new Map<string, SortieNow>();
  readonly vertiports = new Map<string, VertiportNow>();
  readonly weather = new Map<string, WeatherNow>();
  readonly geozones = new Map<string, GeozoneNow>();
  figures: Figures | null = null;
  clockFacts: Clock | null = null;
  seq = 0;

  clear(): void {
    for (const map of [this.aircraft, this.sorties, this.vertiports, this.weather, this.geozones]) map.clear();
    this.figures = null;
    this.clockFacts = null;
    this.seq = 0;
  }

  apply(change: StateChange): void {
    this.seq = change.seq;
    this.clockFacts = change.clock;
    this.merge(this.aircraft, change, "aircraft", (a) => a.aircraft_id);
    this.merge(this.sorties, change, "sorties", (s) => s.sortie_id);
    this.merge(this.vertiports, change, "vertiports", (v) => v.vertiport_id);
    this.merge(this.weather, change, "weather", (w) => w.place_id);
    this.merge(this.geozones, change, "geozones", (z) => z.zone_id);
    if (change.figures !== undefined) this.figures = change.figures;
  }

  private merge<T>(
    map: Map<string, T>,
    change: StateChange,
    list: "aircraft" | "sorties" | "vertiports" | "weather" | "geozones",
    id: (item: T) => string,
  ): void {
    if (change.is_full) map.clear();
    for (const item of (change[list] ?? []) as T[]) map.set(id(item), item);
    for (const gone of change.removed?.[list] ?? []) map.delete(gone);
  }
}
