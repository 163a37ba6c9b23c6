/**
 * The past: a moment of the log fetched as a whole picture, and the play head that moves over it.
 *
 * At most one request is under way; while it is, only the newest wish is kept, so that a dragged
 * slider asks as often as the service can answer and always ends at where it was let go.
 */
import { ServiceClock, Traffic } from "./motion";
import { Scene } from "./scene";
import type { Clock, History, Position, Snapshot } from "./types";

const stepMs = 500; // wall time between two pictures while playing
/** Service seconds per wall second while playing. */
export const playSpeeds: readonly number[] = [10, 60, 300];

export class Past {
  readonly scene = new Scene();
  readonly clock = new ServiceClock();
  readonly traffic = new Traffic(this.clock);
  history: History | null = null;
  /** The moment asked for; null when it is now. */
  atMs: number | null = null;
  isPlaying = false;
  speed = 60;
  /** Why the last picture could not be had: "none" (not in the log), "lost" (no answer), "". */
  fault: "" | "none" | "lost" = "";
  private isAsking = false;
  private wished: number | null = null;
  private timer = 0;

  /** `changed` is told what changed; `wish` asks the page to show a later moment. */
  constructor(
    private readonly changed: (what: "state" | "moment") => void,
    private readonly wish: (atMs: number) => void,
  ) {}

  /** Whether the picture of the moment is there. */
  isShown(): boolean {
    return this.atMs !== null && this.scene.clockFacts !== null;
  }

  async learnSpan(): Promise<void> {
    try {
      const answer = await fetch("/api/history");
      if (answer.ok) this.history = (await answer.json()) as History;
    } catch {
      // the notice of age already says that there is no connection
    }
  }

  /** Show another moment; null forgets the past. */
  moveTo(atMs: number | null): void {
    if (atMs === this.atMs) return;
    this.atMs = atMs;
    if (atMs === null) {
      this.pause();
      this.fault = "";
      this.wished = null;
      this.scene.clear();
      this.traffic.forget();
    } else {
      this.wished = atMs;
      void this.ask();
    }
    this.changed("moment");
  }

  play(): void {
    if (this.isPlaying || this.atMs === null) return;
    this.isPlaying = true;
    this.timer = window.setInterval(() => this.advance(), stepMs);
    this.changed("moment");
  }

  pause(): void {
    clearInterval(this.timer);
    if (!this.isPlaying) return;
    this.isPlaying = false;
    this.changed("moment");
  }

  private advance(): void {
    if (this.atMs === null || this.isAsking) return;
    const last = this.history?.last_at_ms ?? Number.POSITIVE_INFINITY;
    const next = Math.round(this.atMs + stepMs * this.speed);
    if (next >= last) this.pause();
    else this.wish(next);
  }

  private async ask(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    while (this.wished !== null) {
      const atMs = this.wished;
      this.wished = null;
      await this.fetchAt(atMs);
    }
    this.isAsking = false;
  }

  private async fetchAt(atMs: number): Promise<void> {
    try {
      const answer = await fetch(`/api/replay?at_ms=${atMs}`);
      if (this.atMs === null) return;
      if (answer.ok) this.take((await answer.json()) as Snapshot);
      this.fault = answer.ok ? "" : answer.status === 422 ? "none" : "lost";
    } catch {
      this.fault = "lost";
    }
    if (this.fault !== "") this.pause();
    this.changed("state");
  }

  private take(snapshot: Snapshot): void {
    if (this.atMs === null) return;
    const rate = this.isPlaying ? this.speed : 0;
    const clock: Clock = { ...snapshot.clock, speed: rate, is_paused: !this.isPlaying };
    this.scene.apply({ ...snapshot, clock, is_full: true });
    this.clock.knowZone(clock);
    this.clock.hear(clock, performance.now());
    if (!this.isPlaying) this.traffic.forget();
    this.traffic.hear({ clock, aircraft: snapshot.aircraft.filter(isUp).map(toPosition) });
  }
}

function isUp(aircraft: { vertiport_id: string | null; phase: string }): boolean {
  return aircraft.vertiport_id === null;
}

function toPosition(aircraft: Position): Position {
  const { aircraft_id, lon_deg, lat_deg, altitude_amsl_m, heading_deg, ground_speed_mps, soc } = aircraft;
  return { aircraft_id, lon_deg, lat_deg, altitude_amsl_m, heading_deg, ground_speed_mps, soc };
}
