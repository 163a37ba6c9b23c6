/** One point for the name of each district: a label on the area itself would be written once in every tile. */
import type { Feature, FeatureCollection, Position } from "geojson";

/** Twice the signed area of a ring, and its centroid. */
function measure(ring: Position[]): { area: number; at: [number, number] } {
  let [area, x, y] = [0, 0, 0];
  ring.slice(1).forEach((q, i) => {
    const p = ring[i]!;
    const cross = p[0]! * q[1]! - q[0]! * p[1]!;
    area += cross;
    x += (p[0]! + q[0]!) * cross;
    y += (p[1]! + q[1]!) * cross;
  });
  return { area: Math.abs(area), at: [x / (3 * area), y / (3 * area)] };
}

/** The middle of each district's largest part, with the district's own names. */
export function namePoints(areas: FeatureCollection): FeatureCollection {
  const found = new Map<string, { area: number; feature: Feature }>();
  for (const { geometry, properties } of areas.features) {
    if (properties?.["kind"] !== "district") continue;
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
    for (const polygon of polygons) {
      const { area, at } = measure(polygon[0]!);
      const name = String(properties["en"]);
      if (area <= (found.get(name)?.area ?? 0)) continue;
      found.set(name, { area, feature: { type: "Feature", properties, geometry: { type: "Point", coordinates: at } } });
    }
  }
  return { type: "FeatureCollection", features: [...found.values()].map(({ feature }) => feature) };
}

/** Null where the city has no districts. */
export async function learnDistricts(): Promise<FeatureCollection | null> {
  const answer = await fetch("/map/districts.geojson").catch(() => null);
  return answer?.ok ? namePoints((await answer.json()) as FeatureCollection) : null;
}
