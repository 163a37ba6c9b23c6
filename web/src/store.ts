/** The picture: what the service told, what is selected, how old it is. */
import { ServiceClock, Traffic } from "./motion";
import type {
  AircraftNow,
  CityFacts,
  Figures,
  LaneLine,
  Positions,
  SortieNow,
  StateChange,
  VertiportNow,
  VertiportPlace,
  WeatherNow,
} from "./types";

export type SelectionKind = "aircraft" | "vertiport" | "sortie";
export interface Selection { kind: SelectionKind; id: string }

const staleMs = 3000; // wall time without a message after which the page says so
const kinds: readonly string[] = ["aircraft", "vertiport", "sortie"];

/** Below this margin an aircraft gets a ring: a hint for the eye, not a rule. Assumed. */
export const smallMarginKwh = 5;

class Picture extends EventTarget {
  city: CityFacts | null = null;
  figures: Figures | null = null;
  selection: Selection | null = null;
  readonly aircraft = new Map<string, AircraftNow>();
  readonly sorties = new Map<string, SortieNow>();
  readonly vertiports = new Map<string, VertiportNow>();
  readonly weather = new Map<string, WeatherNow>();
  readonly clock = new ServiceClock();
  readonly traffic = new Traffic(this.clock);
  clockFacts: StateChange["clock"] | null = null;
  seq = 0;
  private heardAt: number | null = null;
  private wasStale = false;

  place(vertiportId: string): VertiportPlace | undefined {
    return this.city?.vertiports.find((v) => v.vertiport_id === vertiportId);
  }

  /** Lanes that have a sortie in the air now. */
  activeLanes(): LaneLine[] {
    const used = new Set<string>();
    for (const sortie of this.sorties.values()) {
      if (sortie.status === "airborne") used.add(`${sortie.origin}>${sortie.destination}`);
    }
    return (this.city?.lanes ?? []).filter((l) => used.has(`${l.origin}>${l.destination}`));
  }

  /** Wall milliseconds since the service was last heard; null if never. */
  ageMs(): number | null {
    return this.heardAt === null ? null : performance.now() - this.heardAt;
  }

  isStale(): boolean {
    const age = this.ageMs();
    return age === null || age > staleMs;
  }

  async open(): Promise<void> {
    this.readAddress();
    addEventListener("hashchange", () => this.readAddress());
    setInterval(() => this.tick(), 500);
    this.listen();
    while (this.city === null) {
      try {
        const answer = await fetch("/api/city");
        if (answer.ok) this.city = (await answer.json()) as CityFacts;
      } catch {
        // the banner already says that there is no connection
      }
      if (this.city === null) await new Promise((done) => setTimeout(done, 1500));
    }
    this.tell("city");
  }

  select(selection: Selection | null): void {
    location.hash = selection === null ? "" : `#/${selection.kind}/${encodeURIComponent(selection.id)}`;
  }

  tell(what: "city" | "state" | "selection" | "age" | "look"): void {
    this.dispatchEvent(new CustomEvent("change", { detail: what }));
  }

  private readAddress(): void {
    const [, kind, id] = location.hash.split("/");
    const isKnown = kind !== undefined && id !== undefined && kinds.includes(kind);
    this.selection = isKnown ? { kind: kind as SelectionKind, id: decodeURIComponent(id) } : null;
    this.tell("selection");
  }

  private listen(): void {
    const source = new EventSource("/api/stream");
    source.addEventListener("positions", (message) => {
      const positions = JSON.parse(message.data as string) as Positions;
      this.heard(positions.clock);
      this.clock.hear(positions.clock, performance.now());
      this.traffic.hear(positions);
    });
    source.addEventListener("state", (message) => {
      const change = JSON.parse(message.data as string) as StateChange;
      this.heard(change.clock);
      this.apply(change);
      this.tell("state");
    });
    // a stream that was refused or ended for good does not come back by itself
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(() => this.listen(), 1500);
    });
  }

  private heard(clock: StateChange["clock"]): void {
    this.heardAt = performance.now();
    this.clockFacts = clock;
    this.clock.knowZone(clock);
    if (this.wasStale) this.tick();
  }

  private tick(): void {
    const isStale = this.isStale();
    if (isStale || this.wasStale) this.tell("age");
    this.wasStale = isStale;
  }

  private apply(change: StateChange): void {
    this.seq = change.seq;
    this.merge(this.aircraft, change, "aircraft", (a) => a.aircraft_id);
    this.merge(this.sorties, change, "sorties", (s) => s.sortie_id);
    this.merge(this.vertiports, change, "vertiports", (v) => v.vertiport_id);
    this.merge(this.weather, change, "weather", (w) => w.place_id);
    if (change.figures !== undefined) this.figures = change.figures;
  }

  private merge<T>(
    map: Map<string, T>,
    change: StateChange,
    list: "aircraft" | "sorties" | "vertiports" | "weather",
    id: (item: T) => string,
  ): void {
    if (change.is_full) map.clear();
    for (const item of (change[list] ?? []) as T[]) map.set(id(item), item);
    for (const gone of change.removed?.[list] ?? []) map.delete(gone);
  }
}

export const picture = new Picture();
