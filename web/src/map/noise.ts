/** The noise of what was flown today, cell by cell, as the service tells it. */
import type { FeatureCollection } from "geojson";
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import * as format from "../format";
import { t } from "../i18n";
import { picture } from "../store";
import type { Quantity } from "../types";
import { loudestAbout, noiseShapes, type Cell as NoiseCell, type Site } from "./noise-shapes";
import type { NoiseKind } from "./view";

type Cell = [lon: number, lat: number, sizeM: number, dayDba: number | null, nightDba: number | null, maxDba: number | null, people: number];

export interface NoiseNow {
  from_ms: number;
  until_ms: number;
  limits: { laeq_day_dba_max: Quantity; laeq_night_dba_max: Quantity; lamax_day_dba_max: Quantity; lamax_night_dba_max: Quantity };
  source_levels: Record<string, Quantity>;
  cells: Cell[];
  people_above: {
    day: number; night: number; max_day: number; max_night: number;
    day_low: number; day_high: number; night_low: number; night_high: number;
  };
}

/** From this zoom on every cell is drawn; below it a ring about each place, and dots between them. */
export const nearZoom = 11.5;
const placePx = 28; // of the ring about a place: wider than the place's own sign, which lies over it
const askAgainMs = 30_000; // wall time between two questions while the layer is on
const settleMs = 400; // wall time a moment must be shown before its noise is asked for

/** Lower bounds of the steps [dBA]; the last is open. Told apart by lightness, so that no colour is needed. */
export const steps: Record<NoiseKind, number[]> = {
  day: [35, 40, 45, 50, 55, 60],
  night: [35, 40, 45, 50, 55, 60],
  max: [50, 55, 60, 65, 70, 75],
};
// from quiet to loud, ever further from the ground: darker on a light one, lighter on a dark one
const light = ["#f6c667", "#ef9a3d", "#d9652b", "#b03a48", "#74225f", "#2b0a45"];
const dark = ["#5d2a86", "#94337f", "#c9486a", "#ec6f4c", "#fba63c", "#fff0a8"];

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

function cellsOf(noise: NoiseNow | null, kind: NoiseKind): NoiseCell[] {
  return (noise?.cells ?? []).flatMap((cell) => {
    const dba = cell[column[kind]];
    return typeof dba === "number" ? [{ lon: cell[0], lat: cell[1], sizeM: cell[2], dba }] : [];
  });
}

export function noiseGeoJson(noise: NoiseNow | null, kind: NoiseKind, sites: Site[]): FeatureCollection {
  return noiseShapes(cellsOf(noise, kind), steps[kind], noiseWords, sites);
}

/** The loudest level about each place; none where it is quieter than the first step. */
export function loudest(noise: NoiseNow | null, kind: NoiseKind, sites: Site[]): Map<string, number> {
  return loudestAbout(cellsOf(noise, kind).filter((cell) => cell.dba >= steps[kind][0]!), sites);
}

export function noiseWords(dba: number): string {
  return `${format.number(Math.round(dba))} ${t("noise.unit")}`;
}

export function noiseLayers(kind: NoiseKind, limit: number | null, isDark: boolean, isShown: boolean): LayerSpecification[] {
  const palette = colours(isDark);
  const step = ["step", ["get", "dba"], palette[0], ...steps[kind].slice(1).flatMap((bound, i) => [bound, palette[i + 1]])];
  const colour = step as ExpressionSpecification;
  const visibility = isShown ? ("visible" as const) : ("none" as const);
  const of = (name: string): ExpressionSpecification => ["==", ["get", "kind"], name];
  const isLimit = ["==", ["get", "dba"], limit ?? -1] as ExpressionSpecification;
  const ink = isDark ? "#ffffff" : "#1d1035";
  const halo = isDark ? "#0f1a2b" : "#ffffff";
  const text = { "text-field": ["get", "text"] as ExpressionSpecification, "text-font": ["Inter Variable"], "text-size": 12, "text-padding": 4 };
  return [
    { id: "noise-wide", type: "circle", source: "noise", maxzoom: nearZoom, filter: of("dot"),
      layout: { visibility, "circle-sort-key": ["get", "dba"] },
      paint: { "circle-color": colour, "circle-opacity": 0.85, "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 4, nearZoom, 9],
        "circle-stroke-color": halo, "circle-stroke-width": 0.5, "circle-pitch-alignment": "map" } },
    { id: "noise-places", type: "circle", source: "noise", maxzoom: nearZoom, filter: of("place"), layout: { visibility },
      paint: { "circle-color": colour, "circle-radius": placePx, "circle-stroke-color": ink, "circle-stroke-width": 0.75 } },
    { id: "noise", type: "fill", source: "noise", minzoom: nearZoom, filter: of("cell"), layout: { visibility },
      paint: { "fill-color": colour, "fill-opacity": 0.72, "fill-antialias": false } },
    { id: "noise-edges", type: "line", source: "noise", minzoom: nearZoom, filter: of("edge"), layout: { visibility },
      paint: { "line-color": ink, "line-width": ["case", isLimit, 2.5, 0.75], "line-opacity": ["case", isLimit, 1, 0.6] } },
    { id: "noise-peaks", type: "symbol", source: "noise", maxzoom: nearZoom, filter: of("peak"),
      layout: { visibility, ...text, "text-anchor": "left", "text-offset": [2.2, 0], "symbol-sort-key": ["-", 0, ["get", "dba"]] },
      paint: { "text-color": ink, "text-halo-color": halo, "text-halo-width": 2 } },
    { id: "noise-bounds", type: "symbol", source: "noise", minzoom: nearZoom, filter: of("bound"),
      layout: { visibility, ...text, "text-anchor": "left", "text-offset": [0.3, 0], "symbol-sort-key": ["case", isLimit, -1000, ["-", 0, ["get", "dba"]]] },
      paint: { "text-color": ink, "text-halo-color": halo, "text-halo-width": 2 } },
  ];
}

/** Asks for the noise of the shown moment while the layer is on. */
export class NoiseFeed {
  noise: NoiseNow | null = null;
  state: "off" | "asking" | "known" | "none" | "failed" = "off";
  private timer = 0;
  private askedMs: number | null = null;
  private isAsking = false;

  constructor(private readonly changed: () => void) {}

  turn(isOn: boolean): void {
    if (isOn === (this.state !== "off")) return;
    clearTimeout(this.timer);
    this.state = isOn ? "asking" : "off";
    if (isOn) void this.ask();
  }

  /** Another moment is shown: the noise of the last one is not its own. */
  follow(): void {
    if (this.off() || picture.past.atMs === this.askedMs) return;
    this.askedMs = picture.past.atMs;
    this.noise = null;
    this.state = "asking";
    this.askIn(settleMs);
    this.changed();
  }

  private askIn(waitMs: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), waitMs);
  }

  private async ask(): Promise<void> {
    if (this.isAsking) return this.askIn(settleMs);
    const { atMs } = picture.past;
    this.askedMs = atMs;
    this.isAsking = true;
    try {
      const answer = await fetch(atMs === null ? "/api/noise" : `/api/noise?at_ms=${atMs}`);
      const told = answer.ok ? ((await answer.json()) as NoiseNow) : null;
      if (this.off()) return;
      if (picture.past.atMs !== atMs) return this.askIn(settleMs); // another moment is shown by now
      this.noise = told;
      // a city without limits of noise answers 422
      this.state = answer.ok ? "known" : answer.status === 422 ? "none" : "failed";
    } catch {
      if (this.off()) return;
      this.state = "failed";
    } finally {
      this.isAsking = false;
    }
    this.askIn(askAgainMs);
    this.changed();
  }

  private off(): boolean {
    return this.state === "off";
  }
}
