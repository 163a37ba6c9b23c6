/** The noise of what was flown today, cell by cell, as the service tells it. */
import type { Feature, FeatureCollection } from "geojson";
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { Quantity } from "../types";
import type { NoiseKind } from "./view";

type Cell = [lon: number, lat: number, sizeM: number, dayDba: number | null, nightDba: number | null, maxDba: number | null, people: number];

export interface NoiseNow {
  from_ms: number;
  until_ms: number;
  limits: { laeq_day_dba_max: Quantity; laeq_night_dba_max: Quantity; lamax_day_dba_max: Quantity; lamax_night_dba_max: Quantity };
  cells: Cell[];
  people_above: {
    day: number; night: number; max_day: number; max_night: number;
    day_low: number; day_high: number; night_low: number; night_high: number;
  };
}

const nearZoom = 11; // from it on every cell is drawn, below it wide squares
const wideM = 400;
const metresPerDegree = 111_195;
const askAgainMs = 30_000; // wall time between two questions while the layer is on

/** Lower bounds of the steps [dBA]; the last is open. Told apart by lightness, so that no colour is needed. */
export const steps: Record<NoiseKind, number[]> = {
  day: [35, 40, 45, 50, 55, 60],
  night: [35, 40, 45, 50, 55, 60],
  max: [40, 50, 60, 65, 70, 75],
};
const light = ["#d9dcec", "#bcbddc", "#9e9ac8", "#807dba", "#6a51a3", "#3f007d"];
const dark = ["#453f7d", "#5b4c9c", "#7a63b8", "#9a82cf", "#bfa9e6", "#ece0ff"];

export function colours(isDark: boolean): string[] {
  return isDark ? dark : light;
}

const column: Record<NoiseKind, number> = { day: 3, night: 4, max: 5 };

export function limitOf(noise: NoiseNow, kind: NoiseKind): Quantity {
  const { limits } = noise;
  return { day: limits.laeq_day_dba_max, night: limits.laeq_night_dba_max, max: limits.lamax_day_dba_max }[kind];
}

/** Residents above a limit, and the range that the source level's own range gives, where it is told. */
export function peopleAbove(noise: NoiseNow, kind: NoiseKind): { value: number; low: number | null; high: number | null } {
  const p = noise.people_above;
  if (kind === "max") return { value: p.max_day, low: null, high: null };
  return kind === "day" ? { value: p.day, low: p.day_low, high: p.day_high } : { value: p.night, low: p.night_low, high: p.night_high };
}

function square(lon: number, lat: number, size: number, dba: number, isWide: boolean): Feature {
  const dy = size / 2 / metresPerDegree;
  const dx = dy / Math.cos((lat * Math.PI) / 180);
  const ring = [[lon - dx, lat - dy], [lon + dx, lat - dy], [lon + dx, lat + dy], [lon - dx, lat + dy], [lon - dx, lat - dy]];
  return { type: "Feature", properties: { dba, wide: isWide }, geometry: { type: "Polygon", coordinates: [ring] } };
}

/**
 * Squares of the cells that are loud enough to be shown, and wide squares for who looks from afar,
 * where a cell would be a speck: each is as loud as the loudest cell in it.
 */
export function noiseGeoJson(noise: NoiseNow | null, kind: NoiseKind): FeatureCollection {
  const features: Feature[] = [];
  const wide = new Map<string, { lon: number; lat: number; dba: number }>();
  const least = steps[kind][0]!;
  const stepLat = wideM / metresPerDegree;
  for (const cell of noise?.cells ?? []) {
    const level = cell[column[kind]];
    if (typeof level !== "number" || level < least) continue;
    const [lon, lat, size] = cell;
    features.push(square(lon, lat, size, level, false));
    if (size >= wideM) {
      features.push(square(lon, lat, size, level, true));
      continue;
    }
    const row = Math.floor(lat / stepLat);
    const middle = (row + 0.5) * stepLat;
    const stepLon = stepLat / Math.cos((middle * Math.PI) / 180);
    const col = Math.floor(lon / stepLon);
    const before = wide.get(`${row} ${col}`);
    if (before === undefined) wide.set(`${row} ${col}`, { lon: (col + 0.5) * stepLon, lat: middle, dba: level });
    else before.dba = Math.max(before.dba, level);
  }
  for (const { lon, lat, dba } of wide.values()) features.push(square(lon, lat, wideM, dba, true));
  return { type: "FeatureCollection", features };
}

export function noiseLayers(kind: NoiseKind, limit: number | null, isDark: boolean, isShown: boolean): LayerSpecification[] {
  const palette = colours(isDark);
  const bounds = steps[kind];
  const colour = ["step", ["get", "dba"], palette[0], ...bounds.slice(1).flatMap((bound, i) => [bound, palette[i + 1]])];
  const visibility = isShown ? ("visible" as const) : ("none" as const);
  return [
    { id: "noise-wide", type: "fill", source: "noise", maxzoom: nearZoom, layout: { visibility },
      filter: ["get", "wide"],
      paint: { "fill-color": colour as ExpressionSpecification, "fill-opacity": 0.62, "fill-antialias": false } },
    { id: "noise", type: "fill", source: "noise", minzoom: nearZoom, layout: { visibility }, filter: ["!", ["get", "wide"]],
      paint: { "fill-color": colour as ExpressionSpecification, "fill-opacity": 0.62, "fill-antialias": false } },
    { id: "noise-above", type: "line", source: "noise", minzoom: 12, layout: { visibility },
      filter: ["all", ["!", ["get", "wide"]], [">", ["get", "dba"], limit ?? 1000]] as ExpressionSpecification,
      paint: { "line-color": isDark ? "#ffffff" : "#1d1035", "line-width": 1, "line-opacity": 0.7 } },
  ];
}

/** Asks for the noise while the layer is on. */
export class NoiseFeed {
  noise: NoiseNow | null = null;
  state: "off" | "asking" | "known" | "none" | "failed" = "off";
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
      const told = answer.ok ? ((await answer.json()) as NoiseNow) : null;
      if (this.off()) return;
      this.noise = told;
      // a city without limits of noise answers 422
      this.state = answer.ok ? "known" : answer.status === 422 ? "none" : "failed";
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
