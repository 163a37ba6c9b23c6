/** The third dimension: the surface under the map, and where a point of the air stands on the screen. */
import { MercatorCoordinate, type CustomLayerInterface, type LayerSpecification, type Map as GroundMap, type RasterDEMSourceSpecification } from "maplibre-gl";
import type { TerrainFacts } from "./view";

const layerId = "eye";

export function terrainSource(facts: TerrainFacts): RasterDEMSourceSpecification {
  return {
    type: "raster-dem", encoding: "terrarium", tileSize: facts.tile_size, bounds: facts.bounds,
    minzoom: facts.minzoom, maxzoom: facts.maxzoom,
    tiles: [new URL("/map/terrain/", location.href).href + "{z}/{x}/{y}.webp"],
  };
}

export function hillshade(isDark: boolean): LayerSpecification {
  return {
    id: "hillshade", type: "hillshade", source: "surface-shade",
    paint: {
      "hillshade-exaggeration": 0.3,
      "hillshade-shadow-color": isDark ? "#03070d" : "#4d5a66",
      "hillshade-highlight-color": isDark ? "#4a6285" : "#ffffff",
    },
  };
}

export interface ScreenPoint { x: number; y: number }

/** Knows the map's view of space: the matrix of its last frame, from a layer that draws nothing. */
export class Eye {
  private matrix: ArrayLike<number> | null = null;
  private readonly layer: CustomLayerInterface = {
    id: layerId, type: "custom", renderingMode: "3d",
    render: (_, view) => { this.matrix = view.defaultProjectionData.mainMatrix as ArrayLike<number>; },
  };

  /** See to it that the layer is there while the map is a space, and only then. */
  watch(map: GroundMap, isOn: boolean): void {
    const has = map.getLayer(layerId) !== undefined;
    if (isOn && !has && map.isStyleLoaded() !== undefined) map.addLayer(this.layer);
    if (!isOn) {
      if (has) map.removeLayer(layerId);
      this.matrix = null;
    }
  }

  /** The point of the screen at which a place of the air is seen; null before the first frame or behind the eye. */
  project(lon: number, lat: number, altitudeM: number, width: number, height: number): ScreenPoint | null {
    const m = this.matrix;
    if (m === null) return null;
    const { x, y, z } = MercatorCoordinate.fromLngLat([lon, lat], altitudeM);
    const row = (i: number): number => m[i]! * x + m[i + 4]! * y + m[i + 8]! * z + m[i + 12]!;
    const w = row(3);
    return w <= 0 ? null : { x: (row(0) / w / 2 + 0.5) * width, y: (0.5 - row(1) / w / 2) * height };
  }
}
