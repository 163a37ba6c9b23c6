/** The noise of what was flown today, cell by cell, as the service tells it. */
import type { Feature, FeatureCollection } from "geojson";
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { NoiseKind } from "./view";

type Cell = [lon: number, lat: number, sizeM: number, dayDba: number | null, nightDba: number | null, maxDba: number | null, people: number];
type Limit = number | { value: number; mark?: string } | null | undefined;

export interface NoiseNow {
  from_ms: number | null;
  until_ms: number | null;
  limits: Record<string, Limit>;
  cells: Cell[];
  people_above: Record<string, number>;
}

const metresPerDegree = 111_195;
const askAgainMs = 30_000; // wall time between two questions while the layer is on

/** Lower bounds of the steps [dBA]; the last is open. Told apart by lightness, so that no colour is needed. */
export const steps: Record<NoiseKind, number[]> = {
  day: [35, 40, 45, 50, 55, 60],
  night: [35, 40, 45, 50, 55, 60],
  max: [40, 50, 60, 65, 70, 75],
};
const light = ["#d9dcec", "#bcbddc", "#9e9ac8", "#807dba", "#6a51a3", "#3f007d"];
const dark = ["#33305e", "#4b3f8a", "#6a55ab", "#8f76c6", "#b79fe0", "#e6d8ff"];

export function colours(isDark: boolean): string[] {
  return isDark ? dark : light;
}

const column: Record<NoiseKind, number> = { day: 3, night: 4, max: 5 };

export function limitOf(noise: NoiseNow, kind: NoiseKind): number | null {
  const names = { day: ["day_dba", "day"], night: ["night_dba", "night"], max: ["max_day_dba", "max_day", "max_dba", "max"] }[kind];
  for (const name of names) {
    const limit = noise.limits[name];
    if (typeof limit === "number") return limit;
    if (limit !== null && limit !== undefined) return limit.value;
  }
  return null;
}

export function peopleAbove(noise: NoiseNow, kind: NoiseKind): number | null {
  return noise.people_above[kind === "max" ? "max_day" : kind] ?? null;
}

/** Squares of the cells that are loud enough to be shown. */
export function noiseGeoJson(noise: NoiseNow | null, kind: NoiseKind): FeatureCollection {
  const features: Feature[] = [];
  const least = steps[kind][0]!;
  for (const cell of noise?.cells ?? []) {
    const level = cell[column[kind]];
    if (typeof level !== "number" || level < least) continue;
    const [lon, lat, size] = cell;
    const dy = size / 2 / metresPerDegree;
    const dx = dy / Math.cos((lat * Math.PI) / 180);
    const ring = [[lon - dx, lat - dy], [lon + dx, lat - dy], [lon + dx, lat + dy], [lon - dx, lat + dy], [lon - dx, lat - dy]];
    features.push({ type: "Feature", properties: { dba: level }, geometry: { type: "Polygon", coordinates: [ring] } });
  }
  return { type: "FeatureCollection", features };
}

export function noiseLayers(kind: NoiseKind, limit: number | null, isDark: boolean, isShown: boolean): LayerSpecification[] {
  const palette = colours(isDark);
  const bounds = steps[kind];
  const colour = ["step", ["get", "dba"], palette[0], ...bounds.slice(1).flatMap((bound, i) => [bound, palette[i + 1]])];
  const visibility = isShown ? ("visible" as const) : ("none" as const);
  return [
    { id: "noise", type: "fill", source: "noise", layout: { visibility },
      paint: { "fill-color": colour as ExpressionSpecification, "fill-opacity": 0.62, "fill-antialias": false } },
    { id: "noise-above", type: "line", source: "noise", layout: { visibility },
      filter: [">", ["get", "dba"], limit ?? 1000] as ExpressionSpecification,
      paint: { "line-color": isDark ? "#ffffff" : "#1d1035", "line-width": 1, "line-opacity": 0.7 } },
  ];
}

/** Asks for the noise while the layer is on. */
export class NoiseFeed {
  noise: NoiseNow | null = null;
  state: "off" | "asking" | "known" | "failed" = "off";
  private timer = 0;

  constructor(private readonly changed: () => void) {}

  turn(isOn: boolean): void {
    if (isOn === (this.state !== "off")) return;
    clearTimeout(this.timer);
    this.state = isOn ? "asking" : "off";
    if (isOn) void this.ask();
  }

  private async ask(): Promise<void> {
    try {
      const answer = await fetch("/api/noise");
      if (!answer.ok) throw new Error(String(answer.status));
      const told = (await answer.json()) as NoiseNow | null;
      if (this.off()) return;
      this.noise = told;
      this.state = "known";
    } catch {
      if (this.off()) return;
      this.state = "failed";
    }
    this.timer = window.setTimeout(() => void this.ask(), askAgainMs);
    this.changed();
  }

  private off(): boolean {
    return this.state === "off";
  }
}
