/**
 * The twin's clock as seen from here, and where aircraft are between two messages.
 *
 * Messages come about twice a second. What is drawn lies a little behind the newest message, so
 * that it can be interpolated; beyond it an aircraft goes straight on for a moment, then stops:
 * the picture never pretends to know more than it was told.
 */
import type { Clock, Position, Positions } from "./types";

const lagMs = 600; // wall time drawn behind the newest message
const aheadMs = 1500; // wall time an aircraft may be drawn beyond its last message
const keptSamples = 8;
const metresPerDegree = 111_195;

export interface Motion extends Position { atMs: number }

export class ServiceClock {
  private atMs = 0;
  private wallMs = 0;
  private rate = 0;
  private last: Clock | null = null;
  private zoneMs = 0;

  /** Take a message that arrived at `wallMs`. */
  hear(clock: Clock, wallMs: number): void {
    const before = this.last;
    const told = clock.is_paused ? 0 : clock.speed;
    if (!clock.is_paused && clock.speed === 0 && before !== null && wallMs > this.wallMs) {
      this.rate = Math.max(0, (clock.at_ms - before.at_ms) / (wallMs - this.wallMs));
    } else {
      this.rate = told;
    }
    const expected = this.now(wallMs);
    const error = clock.at_ms - expected;
    const isClose = before !== null && Math.abs(error) < 1000 * Math.max(1, this.rate);
    this.atMs = isClose ? expected + error * 0.15 : clock.at_ms;
    this.wallMs = wallMs;
    this.last = clock;
  }

  /** The service's instant at a wall time; stands still when messages stop coming. */
  now(wallMs: number): number {
    const since = Math.min(Math.max(0, wallMs - this.wallMs), lagMs + aheadMs);
    return this.atMs + since * this.rate;
  }

  /** Service milliseconds per wall millisecond. */
  speed(): number {
    return this.rate;
  }

  offsetMs(): number {
    return this.zoneMs;
  }

  /** Any message tells the zone, and the first one the time. */
  knowZone(clock: Clock): void {
    this.zoneMs = clock.utc_offset_ms;
    if (this.last === null) this.hear(clock, performance.now());
  }
}

export class Traffic {
  private readonly tracks = new Map<string, Motion[]>();
  private newestMs = 0;

  constructor(private readonly clock: ServiceClock) {}

  hear(positions: Positions): void {
    const atMs = positions.clock.at_ms;
    if (atMs < this.newestMs) this.tracks.clear();
    this.newestMs = atMs;
    for (const position of positions.aircraft) {
      const track = this.tracks.get(position.aircraft_id) ?? [];
      if (track.length > 0 && track[track.length - 1]!.atMs >= atMs) continue;
      track.push({ ...position, atMs });
      if (track.length > keptSamples) track.shift();
      this.tracks.set(position.aircraft_id, track);
    }
  }

  /** Forget every track: the next message begins a new picture. */
  forget(): void {
    this.tracks.clear();
    this.newestMs = 0;
  }

  /** All aircraft in the air at a wall time, by id. */
  at(wallMs: number): Motion[] {
    const rate = this.clock.speed();
    const atMs = this.clock.now(wallMs) - lagMs * rate;
    const found: Motion[] = [];
    for (const [id, track] of this.tracks) {
      const newest = track[track.length - 1]!;
      const hasLanded = newest.atMs < this.newestMs;
      if (hasLanded && atMs > newest.atMs) this.tracks.delete(id);
      else found.push(between(track, atMs, rate));
    }
    return found.sort((a, b) => (a.aircraft_id < b.aircraft_id ? -1 : 1));
  }

  find(aircraftId: string, wallMs: number): Motion | undefined {
    const track = this.tracks.get(aircraftId);
    const rate = this.clock.speed();
    return track && between(track, this.clock.now(wallMs) - lagMs * rate, rate);
  }
}

function between(track: Motion[], atMs: number, rate: number): Motion {
  const newest = track[track.length - 1]!;
  if (atMs >= newest.atMs) return straightOn(newest, Math.min(atMs - newest.atMs, aheadMs * rate));
  for (let i = track.length - 2; i >= 0; i--) {
    const a = track[i]!;
    const b = track[i + 1]!;
    if (atMs >= a.atMs) return mix(a, b, (atMs - a.atMs) / (b.atMs - a.atMs));
  }
  return straightOn(track[0]!, Math.max(atMs - track[0]!.atMs, -lagMs * rate));
}

function mix(a: Motion, b: Motion, part: number): Motion {
  const along = (x: number, y: number): number => x + (y - x) * part;
  const turn = ((b.heading_deg - a.heading_deg + 540) % 360) - 180;
  return {
    ...b,
    lon_deg: along(a.lon_deg, b.lon_deg),
    lat_deg: along(a.lat_deg, b.lat_deg),
    altitude_amsl_m: along(a.altitude_amsl_m, b.altitude_amsl_m),
    heading_deg: (a.heading_deg + turn * part + 360) % 360,
    ground_speed_mps: along(a.ground_speed_mps, b.ground_speed_mps),
    soc: along(a.soc, b.soc),
    atMs: along(a.atMs, b.atMs),
  };
}

function straightOn(from: Motion, ms: number): Motion {
  const metres = (from.ground_speed_mps * ms) / 1000;
  const course = (from.heading_deg * Math.PI) / 180;
  const perLon = metresPerDegree * Math.cos((from.lat_deg * Math.PI) / 180);
  return {
    ...from,
    lon_deg: from.lon_deg + (metres * Math.sin(course)) / perLon,
    lat_deg: from.lat_deg + (metres * Math.cos(course)) / metresPerDegree,
    atMs: from.atMs + ms,
  };
}
