/** The ceiling: what must hold at a place, and what a release on a lane asks; the engine's own numbers. */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../format";
import { t } from "../i18n";
import { picture } from "../store";
import type { CityFacts } from "../types";
import { explain, markOf, rowsOf } from "./mark";

/** Ceilings by layer of lanes; the company's own where no lanes are told. */
function ceilings(city: CityFacts): number[] {
  const told = city.minima.ceilings_agl_m ?? [];
  return told.length === 0 ? [city.minima.ceiling_agl_m] : told;
}

/** Below it a place is held: no lane is low enough to stay under the cloud. */
export function ceilingOfPlace(city: CityFacts): number {
  return Math.min(...ceilings(city));
}

/** What a release on this lane asks at both ends; null if the lane is not known. */
export function ceilingOfLane(city: CityFacts, laneId: string | null | undefined): number | null {
  const layer = city.lanes.find((lane) => lane.lane_id === laneId)?.layer;
  return layer === undefined ? null : ceilings(city)[layer] ?? null;
}

/** "≥ 700 m, on higher lanes 1,000 m", in short. */
export function ceilingWords(city: CityFacts): string {
  const all = ceilings(city);
  const place = t("ceiling.place", { least: format.height(Math.min(...all)) });
  const most = Math.max(...all);
  return most === Math.min(...all) ? place : `${place}, ${t("ceiling.lanes", { most: format.height(most) })}`;
}

/** The sign that opens the one sentence why. */
export function aboutCeiling(): TemplateResult | typeof nothing {
  const city = picture.city;
  if (city === null) return nothing;
  const all = ceilings(city);
  const heights = city.minima.planned_heights_agl_m ?? [];
  const over = Math.min(...heights.map((height, i) => (all[i] ?? height) - height));
  if (!Number.isFinite(over)) return markOf("weather_minima.ceiling_agl_m");
  const quantity = city.quantities["weather_minima.ceiling_agl_m"];
  return explain(t("ceiling.about"), t("ceiling.why", {
    over: format.height(over), company: format.height(city.minima.ceiling_agl_m), least: format.height(Math.min(...all)),
    list: [...new Set(all)].map((m) => format.height(m)).join(", "),
  }), quantity === undefined ? nothing : html`${rowsOf(quantity.source)}`);
}
