/** Areas of the air in which rules hold: hatched while closed, an outline while open. */
import type { Feature, FeatureCollection } from "geojson";
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import * as format from "../format";
import { t } from "../i18n";
import { picture } from "../store";
import type { GeozoneArea } from "../types";

const hatchPx = 16;
const groundM = 0; // a lower limit at or below it is told as the ground
const unlimitedM = 20_000; // an upper limit from here on is told as none

export function isClosed(zoneId: string): boolean {
  return picture.geozones.get(zoneId)?.is_closed === true;
}

/** "ground – 900 m": the limits of an area. */
export function limitWords(zone: GeozoneArea): string {
  const { lower_amsl_m: low, upper_amsl_m: high } = zone;
  return t("zone.limits", {
    low: low === null || low <= groundM ? t("zone.ground") : format.height(low),
    high: high === null || high >= unlimitedM ? t("zone.unlimited") : format.height(high),
  });
}

const byLeave = new Set(["required_authorisation", "ctr", "tma"]);

export function isByLeave(zone: GeozoneArea): boolean {
  return byLeave.has(zone.kind.toLowerCase());
}

export type ZoneLook = "closed" | "leave" | "idle";

/** Closed to us now; entered with leave or under conditions; or without effect at this moment. */
export function lookOf(zone: GeozoneArea): ZoneLook {
  if (isClosed(zone.zone_id)) return "closed";
  return isByLeave(zone) || zone.kind.toLowerCase() === "conditional" ? "leave" : "idle";
}

export function zonesKey(): string {
  return [...picture.geozones.values()].map((z) => `${z.zone_id}${z.is_closed ? 1 : 0}`).join(" ");
}

export function zonesGeoJson(): FeatureCollection {
  const features = (picture.city?.geozones ?? []).flatMap((zone): Feature[] => {
    const properties = { zone_id: zone.zone_id, is_closed: isClosed(zone.zone_id), look: lookOf(zone), name: format.name(zone.names) };
    return zone.rings.map((ring) => ({ type: "Feature", properties, geometry: { type: "Polygon", coordinates: [ring] } }));
  });
  return { type: "FeatureCollection", features };
}

export function zoneLayers(isDark: boolean, isShown: boolean): LayerSpecification[] {
  const visibility = isShown ? ("visible" as const) : ("none" as const);
  const closed = ["get", "is_closed"] as ExpressionSpecification;
  const isLook = (look: ZoneLook): ExpressionSpecification => ["==", ["get", "look"], look];
  const [red, grey] = isDark ? ["#f0715a", "#8da0b7"] : ["#b53a22", "#56667a"];
  return [
    { id: "geozones-hatch", type: "fill", source: "geozones", filter: closed, layout: { visibility },
      paint: { "fill-pattern": isDark ? "hatch-dark" : "hatch-light", "fill-opacity": 0.8 } },
    { id: "geozones-closed", type: "line", source: "geozones", filter: closed, layout: { visibility },
      paint: { "line-color": red, "line-width": 1.5 } },
    { id: "geozones-open", type: "line", source: "geozones", filter: isLook("leave"), layout: { visibility },
      paint: { "line-color": grey, "line-width": 1, "line-dasharray": [6, 3, 1, 3], "line-opacity": 0.8 } },
    { id: "geozones-idle", type: "line", source: "geozones", filter: isLook("idle"), layout: { visibility },
      paint: { "line-color": grey, "line-width": 1, "line-dasharray": [1, 5], "line-opacity": 0.7 } },
    { id: "geozones-names", type: "symbol", source: "geozones", minzoom: 9, filter: ["!", isLook("idle")], layout: { visibility,
      "text-field": ["get", "name"] as ExpressionSpecification, "text-font": ["Inter Variable"], "text-size": 12, "symbol-placement": "line", "text-offset": [0, 0.8] },
      paint: { "text-color": ["case", closed, red, grey] as ExpressionSpecification, "text-halo-color": isDark ? "rgba(10,18,32,0.9)" : "rgba(245,247,247,0.9)", "text-halo-width": 1.4 } },
  ];
}

/** A tile of slanting lines that joins itself on all sides. */
export function hatch(name: string): ImageData | null {
  if (name !== "hatch-light" && name !== "hatch-dark") return null;
  const [r, g, b] = name === "hatch-dark" ? [240, 113, 90] : [181, 58, 34];
  const image = new ImageData(hatchPx, hatchPx);
  for (let y = 0; y < hatchPx; y++) {
    for (let x = 0; x < hatchPx; x++) {
      const at = (x + y) % (hatchPx / 2);
      if (at < 2) image.data.set([r, g, b, at === 0 ? 200 : 150], (y * hatchPx + x) * 4);
    }
  }
  return image;
}
