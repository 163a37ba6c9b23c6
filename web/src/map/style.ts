/** How the background is painted: relief, water, roads, districts, places, and the lanes over it. */
import type { Feature, FeatureCollection, LineString } from "geojson";
import type { ExpressionSpecification, StyleSpecification } from "maplibre-gl";
import { language } from "../i18n";
import type { CityFacts, LaneLine } from "../types";
import { zoneLayers, zonesGeoJson } from "./geozones";
import { limitOf, noiseGeoJson, noiseLayers, type NoiseNow } from "./noise";
import { hillshade, terrainSource } from "./terrain";
import type { Layers, TerrainFacts } from "./view";

type Corners = [[number, number], [number, number], [number, number], [number, number]];
type Piece = Feature<LineString>;

interface Palette {
  ground: string; water: string; waterLine: string; road: string; roadBig: string; city: string;
  cityLine: string; districtLine: string; text: string; halo: string; lane: string; active: string; zone: string;
}

const light: Palette = {
  ground: "#eef1f1", water: "#c5d9e6", waterLine: "#b3cddd", road: "#d3d5d3", roadBig: "#c3c6c6",
  city: "rgba(120,130,145,0.07)", cityLine: "#aab4bf", districtLine: "rgba(120,133,150,0.35)",
  text: "#5d6b7c", halo: "rgba(245,247,247,0.9)", lane: "#55728f", active: "#0b78c2", zone: "#55728f",
};
const dark: Palette = {
  ground: "#0e1727", water: "#0a2036", waterLine: "#16375a", road: "#253349", roadBig: "#33445e",
  city: "rgba(140,160,190,0.06)", cityLine: "#3d506b", districtLine: "rgba(120,145,180,0.28)",
  text: "#8fa1b8", halo: "rgba(10,18,32,0.9)", lane: "#6f92b5", active: "#5fb9f7", zone: "#6f92b5",
};

const font = ["Inter Variable"];
const laneSteps = 20;
const apartM = 7000;

/** Line width in pixels that grows with the zoom, times a feature's own `width` if it has one. */
function width(atNine: number, atFourteen: number, own = false): ExpressionSpecification {
  const times = (w: number): number | ExpressionSpecification => (own ? ["*", w, ["get", "width"]] : w);
  return ["interpolate", ["exponential", 1.5], ["zoom"], 8, times(atNine), 14, times(atFourteen)] as ExpressionSpecification;
}

/** A lane as short pieces, each a little thinner than the one before: its direction. */
export function taper(lane: LaneLine): Piece[] {
  const k = Math.cos(((lane.points[0]?.[1] ?? 0) * Math.PI) / 180);
  const sizes = lane.points.slice(1).map((q, i) => {
    const p = lane.points[i]!;
    return Math.hypot((q[0] - p[0]) * k, q[1] - p[1]);
  });
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const at = (share: number): [number, number] => {
    let left = share * total;
    for (let i = 0; i < sizes.length; i++) {
      const size = sizes[i]!;
      if (left <= size || i === sizes.length - 1) {
        const u = size === 0 ? 0 : Math.min(1, left / size);
        const p = lane.points[i]!;
        const q = lane.points[i + 1]!;
        return [p[0] + (q[0] - p[0]) * u, p[1] + (q[1] - p[1]) * u];
      }
      left -= size;
    }
    return [lane.points[0]![0], lane.points[0]![1]];
  };
  // the corners of the lane stay corners: pieces are cut at its own points too
  const cuts = new Set<number>(Array.from({ length: laneSteps + 1 }, (_, i) => i / laneSteps));
  let run = 0;
  for (const size of sizes) cuts.add(Math.min(1, (run += size) / total));
  const shares = [...cuts].sort((a, b) => a - b);
  return shares.slice(1).map((share, i) => ({
    type: "Feature",
    properties: { lane_id: lane.lane_id, width: 1.9 - 1.6 * shares[i]! },
    geometry: { type: "LineString", coordinates: [at(shares[i]!), at(share)] },
  }));
}

export function lanesGeoJson(lanes: LaneLine[]): FeatureCollection {
  return { type: "FeatureCollection", features: lanes.filter((l) => l.points.length > 1).flatMap(taper) };
}

/** The protected cylinders about vertiports, as circles on the ground. */
function zones(city: CityFacts): FeatureCollection {
  const features = city.vertiports.map((v): Feature => {
    const ring = Array.from({ length: 49 }, (_, i) => {
      const turn = (i / 48) * 2 * Math.PI;
      const degrees = v.protected_radius_m / 111_195;
      return [
        v.lon_deg + (degrees * Math.sin(turn)) / Math.cos((v.lat_deg * Math.PI) / 180),
        v.lat_deg + degrees * Math.cos(turn),
      ];
    });
    return { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } };
  });
  return { type: "FeatureCollection", features };
}

const hasClass = (...names: string[]): ExpressionSpecification =>
  ["in", ["get", "kind"], ["literal", names]] as ExpressionSpecification;

/** What lies over the ground beside lanes, and whether the ground is a space. */
export interface Extras { layers: Layers; noise: NoiseNow | null; terrain: TerrainFacts | null; districts: FeatureCollection | null }

/** The whole style; `corners` is null where a city has no background of its own. */
export function mapStyle(
  city: CityFacts, active: LaneLine[], corners: Corners | null, isDark: boolean, extras: Extras,
): StyleSpecification {
  const { layers, terrain } = extras;
  const style = flatStyle(city, active, corners, isDark, extras);
  if (!layers.terrain || terrain === null) return style;
  // the surface is given twice: shading and shape each want a source of their own
  const surface = terrainSource(terrain);
  const at = style.layers.findIndex((layer) => layer.id === "city" || layer.id === "noise");
  style.layers.splice(Math.max(1, at), 0, hillshade(isDark));
  return {
    ...style,
    sources: { ...style.sources, surface, "surface-shade": surface },
    terrain: { source: "surface", exaggeration: 1 },
    sky: isDark
      ? { "sky-color": "#0a1526", "horizon-color": "#1a2b45", "fog-color": "#101a2a", "sky-horizon-blend": 0.6, "horizon-fog-blend": 0.5, "fog-ground-blend": 0.9 }
      : { "sky-color": "#bcd6ea", "horizon-color": "#e6eef2", "fog-color": "#eef1f1", "sky-horizon-blend": 0.6, "horizon-fog-blend": 0.5, "fog-ground-blend": 0.9 },
  };
}

function flatStyle(
  city: CityFacts, active: LaneLine[], corners: Corners | null, isDark: boolean, { layers, noise, districts }: Extras,
): StyleSpecification {
  const c = isDark ? dark : light;
  const url = (file: string): string => new URL(`/map/${file}`, location.href).href;
  const file = (name: string) => ({ type: "geojson" as const, data: url(name) });
  const label = ["coalesce", ["get", language()], ["get", "en"]] as ExpressionSpecification;
  const lane = (source: string, color: string, thin: number, thick: number, opacity: number) => ({
    id: source, type: "line" as const, source,
    layout: { visibility: layers.lanes ? ("visible" as const) : ("none" as const) },
    paint: { "line-color": color, "line-width": width(thin, thick, true), "line-opacity": opacity },
  });
  // towns beside a vertiport are left out: its own name stands there
  const sites = { type: "MultiPoint" as const, coordinates: city.vertiports.map((v) => [v.lon_deg, v.lat_deg]) };
  const isBig = [">", ["get", "population"], 500_000] as ExpressionSpecification;
  const isApart = [">", ["distance", sites], apartM] as ExpressionSpecification;
  const own: StyleSpecification = {
    version: 8,
    sources: {
      lanes: { type: "geojson", data: lanesGeoJson(city.lanes) },
      active: { type: "geojson", data: lanesGeoJson(active) },
      zones: { type: "geojson", data: zones(city) },
      // cells are smaller than a pixel when the whole city is seen: none may be simplified away
      noise: { type: "geojson", tolerance: 0, data: noiseGeoJson(layers.noise ? noise : null, layers.noiseKind, city.vertiports) },
      geozones: { type: "geojson", data: zonesGeoJson() },
    },
    layers: [
      ...noiseLayers(layers.noiseKind, noise === null ? null : limitOf(noise, layers.noiseKind).value, isDark, layers.noise),
      ...zoneLayers(isDark, layers.zones),
      { id: "zones", type: "line", source: "zones", minzoom: 9.5,
        paint: { "line-color": c.zone, "line-width": 1, "line-opacity": 0.45, "line-dasharray": [3, 3] } },
      lane("lanes", c.lane, 0.9, 2.2, isDark ? 0.5 : 0.42),
      lane("active", c.active, 1.7, 4, 0.85),
    ],
  };
  const ground: StyleSpecification["layers"] = [
    { id: "ground", type: "background", paint: { "background-color": c.ground } },
  ];
  if (corners === null) return { ...own, layers: [...ground, ...own.layers] };
  return {
    ...own,
    sources: {
      relief: { type: "image", url: url(`relief_${isDark ? "dark" : "light"}.webp`), coordinates: corners },
      water: file("water.geojson"), waterways: file("waterways_2012.geojson"), roads: file("roads.geojson"),
      districts: file("districts.geojson"), places: file("places.geojson"),
      "district-points": { type: "geojson", data: districts ?? { type: "FeatureCollection", features: [] } },
      ...own.sources,
    },
    layers: [
      ...ground,
      { id: "relief", type: "raster", source: "relief", paint: { "raster-fade-duration": 0 } },
      { id: "city", type: "fill", source: "districts", filter: hasClass("city"), paint: { "fill-color": c.city } },
      { id: "water", type: "fill", source: "water", filter: hasClass("lake"), paint: { "fill-color": c.water } },
      { id: "rivers", type: "line", source: "water", filter: hasClass("river"),
        paint: { "line-color": c.waterLine, "line-width": width(1.2, 4) } },
      { id: "lakes", type: "fill", source: "waterways", filter: hasClass("lake"), paint: { "fill-color": c.water } },
      { id: "waterways", type: "line", source: "waterways", filter: hasClass("river", "canal"),
        paint: { "line-color": c.waterLine, "line-width": width(0.5, 2), "line-opacity": 0.8 } },
      { id: "districts", type: "line", source: "districts", filter: hasClass("district"), minzoom: 9.5,
        paint: { "line-color": c.districtLine, "line-width": 1 } },
      { id: "city-line", type: "line", source: "districts", filter: hasClass("city"),
        paint: { "line-color": c.cityLine, "line-width": 1, "line-opacity": 0.6 } },
      { id: "roads", type: "line", source: "roads", filter: hasClass("primary", "secondary"), minzoom: 8,
        layout: { "line-cap": "round", "line-join": "round" },
        paint: { "line-color": c.road, "line-width": width(0.5, 4) } },
      { id: "roads-big", type: "line", source: "roads", filter: hasClass("trunk", "motorway"),
        layout: { "line-cap": "round", "line-join": "round" },
        paint: { "line-color": c.roadBig, "line-width": width(1.1, 6) } },
      ...own.layers,
      { id: "district-names", type: "symbol", source: "district-points", minzoom: 11,
        layout: { "text-field": label, "text-font": font, "text-size": 12, "text-max-width": 7 },
        paint: { "text-color": c.text, "text-halo-color": c.halo, "text-halo-width": 1.2 } },
      { id: "place-names", type: "symbol", source: "places", filter: ["any", isBig, isApart],
        layout: { "text-field": label, "text-font": font, "text-letter-spacing": 0.02,
          "text-size": ["case", isBig, 16, 12],
          "text-offset": ["case", isBig, ["literal", [-3.4, -0.6]], ["literal", [0, 0]]] },
        paint: { "text-color": c.text, "text-halo-color": c.halo, "text-halo-width": 1.4 } },
    ],
  };
}
