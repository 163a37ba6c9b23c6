/** The picture: what the service told, which moment is shown, what is selected, how old it is. */
import { ServiceClock, Traffic } from "./motion";
import { Past } from "./past";
import { router, type Route, type Selection, type View } from "./routes";
import { Scene } from "./scene";
import type {
  AircraftNow,
  CityFacts,
  Clock,
  Figures,
  GeozoneNow,
  LaneLine,
  Positions,
  SortieNow,
  StateChange,
  VertiportNow,
  VertiportPlace,
  WeatherNow,
} from "./types";

export type { Selection, SelectionKind, View } from "./routes";
/**
 * What changed: the city is known; the shown state; what is selected; the age of the picture;
 * language or theme; the view; the moment that is shown (entered, moved, left).
 */
export type Change = "city" | "state" | "selection" | "age" | "look" | "view" | "moment";

const staleMs = 3000; // wall time without a message after which the page says so
const spanMs = 30_000; // wall time between two questions for the span of the log

/** Below this margin an aircraft gets a ring: a hint for the eye, not a rule. Assumed. */
export const smallMarginKwh = 5;

class Picture extends EventTarget {
  city: CityFacts | null = null;
  /** What is now, whatever moment is shown. */
  readonly live = new Scene();
  readonly liveClock = new ServiceClock();
  readonly past = new Past((what) => this.tell(what), (atMs) => this.showMoment(atMs, true));
  private readonly liveTraffic = new Traffic(this.liveClock);
  private heardAt: number | null = null;
  private wasStale = false;

  /** Whether a past moment is shown. */
  get isReplay(): boolean {
    return this.past.isShown();
  }

  private get scene(): Scene {
    return this.isReplay ? this.past.scene : this.live;
  }

  get aircraft(): ReadonlyMap<string, AircraftNow> { return this.scene.aircraft; }
  get sorties(): ReadonlyMap<string, SortieNow> { return this.scene.sorties; }
  get vertiports(): ReadonlyMap<string, VertiportNow> { return this.scene.vertiports; }
  get weather(): ReadonlyMap<string, WeatherNow> { return this.scene.weather; }
  get geozones(): ReadonlyMap<string, GeozoneNow> { return this.scene.geozones; }
  get figures(): Figures | null { return this.scene.figures; }
  get clockFacts(): Clock | null { return this.scene.clockFacts; }
  get seq(): number { return this.live.seq; }
  /** The clock of the shown moment. */
  get clock(): ServiceClock { return this.isReplay ? this.past.clock : this.liveClock; }
  get traffic(): Traffic { return this.isReplay ? this.past.traffic : this.liveTraffic; }
  get selection(): Selection | null { return router.current.selection; }
  get view(): View { return router.current.view; }

  /** Of the city's time zone, whichever clock was heard first. */
  offsetMs(): number {
    return (this.live.clockFacts ?? this.past.scene.clockFacts)?.utc_offset_ms ?? 0;
  }

  /** The shown instant, UTC milliseconds. */
  nowMs(): number {
    return this.clock.now(performance.now());
  }

  place(vertiportId: string): VertiportPlace | undefined {
    return this.city?.vertiports.find((v) => v.vertiport_id === vertiportId);
  }

  /** Lanes that have a sortie in the air at the shown moment. */
  activeLanes(): LaneLine[] {
    const used = new Set<string>();
    for (const sortie of this.sorties.values()) {
      const isInAir = sortie.lift_off_at_ms !== null && sortie.touchdown_at_ms === null;
      if (isInAir && sortie.lane_id) used.add(sortie.lane_id);
    }
    return (this.city?.lanes ?? []).filter((l) => used.has(l.lane_id));
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
    router.start((before) => this.follow(before));
    this.past.moveTo(router.current.atMs);
    setInterval(() => this.tick(), 500);
    setInterval(() => void this.past.learnSpan(), spanMs);
    void this.past.learnSpan().then(() => this.tell("moment"));
    this.listen();
    while (this.city === null) {
      try {
        const answer = await fetch("/api/city");
        if (answer.ok) this.city = (await answer.json()) as CityFacts;
      } catch {
        // the notice of age already says that there is no connection
      }
      if (this.city === null) await new Promise((done) => setTimeout(done, 1500));
    }
    this.tell("city");
  }

  select(selection: Selection | null): void {
    router.go({ selection });
  }

  show(view: View): void {
    router.go({ view, settings: {} });
  }

  /** Show a past moment, or now when null; `isAmending` keeps the browser's history as long as it was. */
  showMoment(atMs: number | null, isAmending = false): void {
    const change = { atMs: atMs === null ? null : Math.round(atMs / 1000) * 1000 };
    if (isAmending) router.amend(change);
    else router.go(change);
  }

  tell(what: Change): void {
    this.dispatchEvent(new CustomEvent("change", { detail: what }));
  }

  private follow(before: Route): void {
    const now = router.current;
    this.past.moveTo(now.atMs);
    if (before.view !== now.view || before.settings !== now.settings) this.tell("view");
    if (before.selection !== now.selection) this.tell("selection");
    if (before.atMs !== null && now.atMs === null) this.tell("state");
  }

  private listen(): void {
    const source = new EventSource("/api/stream");
    source.addEventListener("positions", (message) => {
      const positions = JSON.parse(message.data as string) as Positions;
      this.heard(positions.clock);
      this.liveClock.hear(positions.clock, performance.now());
      this.liveTraffic.hear(positions);
    });
    source.addEventListener("state", (message) => {
      const change = JSON.parse(message.data as string) as StateChange;
      this.heard(change.clock);
      this.live.apply(change);
      if (!this.isReplay) this.tell("state");
    });
    // a stream that was refused or ended for good does not come back by itself
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(() => this.listen(), 1500);
    });
  }

  private heard(clock: Clock): void {
    const before = this.live.clockFacts;
    this.heardAt = performance.now();
    this.live.clockFacts = clock;
    this.liveClock.knowZone(clock);
    // a paused clock changes nothing else, so no state would tell of it
    if (before?.is_paused !== clock.is_paused || before.speed !== clock.speed) this.tell("moment");
    if (this.wasStale) this.tick();
  }

  private tick(): void {
    const isStale = this.isStale();
    if (isStale || this.wasStale) this.tell("age");
    this.wasStale = isStale;
  }
}

export const picture = new Picture();
