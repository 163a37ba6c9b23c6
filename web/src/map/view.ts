/** Which layers of the map are on; kept on this device, except the third dimension, which is asked for. */
export type NoiseKind = "day" | "night" | "max";
export const noiseKinds: readonly NoiseKind[] = ["day", "night", "max"];

export interface Layers { lanes: boolean; zones: boolean; noise: boolean; noiseKind: NoiseKind; terrain: boolean }

const storageKey = "aspan.layers";
const first: Layers = { lanes: true, zones: true, noise: false, noiseKind: "day", terrain: false };

function kept(): Partial<Layers> {
  try {
    const told = JSON.parse(localStorage.getItem(storageKey) ?? "{}") as Partial<Layers>;
    const kind = noiseKinds.includes(told.noiseKind as NoiseKind) ? told.noiseKind! : first.noiseKind;
    return { lanes: told.lanes !== false, zones: told.zones !== false, noise: told.noise === true, noiseKind: kind };
  } catch {
    return {};
  }
}

/** Bounds and zooms of the terrain's tiles, `/map/terrain.json`. */
export interface TerrainFacts { bounds: [number, number, number, number]; minzoom: number; maxzoom: number; tile_size: number }

class View extends EventTarget {
  layers: Layers = { ...first, ...kept() };
  /** Null where the city has none. */
  terrain: TerrainFacts | null = null;

  set(change: Partial<Layers>): void {
    this.layers = { ...this.layers, ...change };
    const { lanes, zones, noise, noiseKind } = this.layers;
    localStorage.setItem(storageKey, JSON.stringify({ lanes, zones, noise, noiseKind }));
    this.tell();
  }

  tell(): void {
    this.dispatchEvent(new Event("change"));
  }

  async learnTerrain(): Promise<void> {
    const answer = await fetch("/map/terrain.json").catch(() => null);
    if (answer?.ok) this.terrain = (await answer.json()) as TerrainFacts;
    this.tell();
  }
}

export const view = new View();
