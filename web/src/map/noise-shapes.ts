/** The noise as shapes: cells near, dots from afar, hairlines between the steps, and what they say. */
import type { Feature, FeatureCollection, Position } from "geojson";

/** A vertiport, whose own sign stands where the noise is loudest. */
export interface Site { vertiport_id: string; lon_deg: number; lat_deg: number }

export interface Cell { lon: number; lat: number; sizeM: number; dba: number }

const metresPerDegree = 111_195;
const dotM = 400; // one dot stands for so much ground; it is as loud as the loudest cell in it
const nearM = 1500; // cells so close belong to one place
const signM = 220; // a label so close to a vertiport would lie under its sign
const near = 0.3; // of a cell: a neighbour is where it should be within this

function offsets(lat: number, metres: number): [dx: number, dy: number] {
  const dy = metres / metresPerDegree;
  return [dy / Math.cos((lat * Math.PI) / 180), dy];
}

function square({ lon, lat, sizeM, dba }: Cell): Feature {
  const [dx, dy] = offsets(lat, sizeM / 2);
  const ring = [[lon - dx, lat - dy], [lon + dx, lat - dy], [lon + dx, lat + dy], [lon - dx, lat + dy], [lon - dx, lat - dy]];
  return { type: "Feature", properties: { kind: "cell", dba }, geometry: { type: "Polygon", coordinates: [ring] } };
}

/** Dots for who looks from afar, where a cell would be a speck. */
function dots(cells: Cell[]): Feature[] {
  const found = new Map<string, Cell>();
  for (const cell of cells) {
    const [dx, dy] = offsets(cell.lat, dotM);
    const key = `${Math.floor(cell.lat / dy)} ${Math.floor(cell.lon / dx)}`;
    if (cell.dba > (found.get(key)?.dba ?? -1)) found.set(key, cell);
  }
  return [...found.values()].map(({ lon, lat, dba }) => point("dot", lon, lat, { dba }));
}

function point(kind: string, lon: number, lat: number, more: Record<string, unknown>): Feature {
  return { type: "Feature", properties: { kind, ...more }, geometry: { type: "Point", coordinates: [lon, lat] } };
}

/** The loudest cell of each place, and the easternmost of each step there, with their level in words. */
function labels(cells: Cell[], bounds: number[], say: (dba: number) => string, sites: Site[]): Feature[] {
  const isAt = ({ lon, lat }: Cell, metres: number): boolean => sites.some((site) => isWithin(lon, lat, site, metres));
  const places: Cell[] = [];
  const ends = new Map<string, Cell>();
  for (const cell of [...cells].sort((a, b) => b.dba - a.dba)) {
    const [dx, dy] = offsets(cell.lat, nearM);
    let place = places.findIndex((p) => Math.abs(p.lon - cell.lon) < dx && Math.abs(p.lat - cell.lat) < dy);
    if (place < 0) place = places.push(cell) - 1;
    for (const bound of bounds) {
      const key = `${place} ${bound}`;
      if (cell.dba >= bound && cell.lon > (ends.get(key)?.lon ?? -180)) ends.set(key, cell);
    }
  }
  return [
    // a vertiport tells its level under its own name
    ...places.filter((place) => !isAt(place, nearM)).map(({ lon, lat, dba }) => point("peak", lon, lat, { dba, text: say(Math.round(dba)) })),
    ...[...ends].filter(([, cell]) => !isAt(cell, signM)).map(([key, { lon, lat, sizeM }]) => {
      const bound = Number(key.split(" ")[1]);
      return point("bound", lon + offsets(lat, sizeM / 2)[0], lat, { dba: bound, text: say(bound) });
    }),
  ];
}

/** For each bound the edges between cells at or above it and those below. */
function hairlines(cells: Cell[], bounds: number[]): Feature[] {
  const buckets = new Map<string, Cell[]>();
  const bucket = (lon: number, lat: number, sizeM: number): [number, number] => {
    const [dx, dy] = offsets(Math.round(lat), sizeM);
    return [Math.floor(lon / dx), Math.floor(lat / dy)];
  };
  for (const cell of cells) {
    const key = `${cell.sizeM} ${bucket(cell.lon, cell.lat, cell.sizeM).join(" ")}`;
    buckets.set(key, [...(buckets.get(key) ?? []), cell]);
  }
  const at = (lon: number, lat: number, sizeM: number): Cell | undefined => {
    const [col, row] = bucket(lon, lat, sizeM);
    const [dx, dy] = offsets(lat, sizeM * near);
    for (let i = -1; i <= 1; i++) for (let j = -1; j <= 1; j++) {
      const found = buckets.get(`${sizeM} ${col + i} ${row + j}`)
        ?.find((c) => Math.abs(c.lon - lon) < dx && Math.abs(c.lat - lat) < dy);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const lines = new Map<number, Position[][]>(bounds.map((bound) => [bound, []]));
  for (const cell of cells) {
    const { lon, lat, sizeM, dba } = cell;
    const [dx, dy] = offsets(lat, sizeM / 2);
    const sides: [number, number, Position[]][] = [
      [lon + 2 * dx, lat, [[lon + dx, lat - dy], [lon + dx, lat + dy]]],
      [lon - 2 * dx, lat, [[lon - dx, lat - dy], [lon - dx, lat + dy]]],
      [lon, lat + 2 * dy, [[lon - dx, lat + dy], [lon + dx, lat + dy]]],
      [lon, lat - 2 * dy, [[lon - dx, lat - dy], [lon + dx, lat - dy]]],
    ];
    for (const [sideLon, sideLat, edge] of sides) {
      const beside = at(sideLon, sideLat, sizeM)?.dba ?? -1;
      for (const bound of bounds) if (dba >= bound && beside < bound) lines.get(bound)!.push(edge);
    }
  }
  return [...lines].map(([dba, coordinates]) => ({
    type: "Feature", properties: { kind: "edge", dba }, geometry: { type: "MultiLineString", coordinates },
  }));
}

function isWithin(lon: number, lat: number, site: Site, metres: number): boolean {
  const [dx, dy] = offsets(site.lat_deg, metres);
  return Math.hypot((lon - site.lon_deg) / dx, (lat - site.lat_deg) / dy) <= 1;
}

export function loudestAbout(cells: Cell[], sites: Site[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const site of sites) {
    for (const { lon, lat, dba } of cells) {
      if (dba > (found.get(site.vertiport_id) ?? -1) && isWithin(lon, lat, site, nearM)) found.set(site.vertiport_id, dba);
    }
  }
  return found;
}

/** All shapes of the cells that are at least as loud as the first bound. */
export function noiseShapes(all: Cell[], bounds: number[], say: (dba: number) => string, sites: Site[]): FeatureCollection {
  const cells = all.filter((cell) => cell.dba >= bounds[0]!);
  const levels = loudestAbout(cells, sites);
  const rings = sites.flatMap((site) => {
    const dba = levels.get(site.vertiport_id);
    return dba === undefined ? [] : [point("place", site.lon_deg, site.lat_deg, { dba })];
  });
  return { type: "FeatureCollection", features: [
    ...rings,
    ...cells.map(square), ...dots(cells), ...hairlines(cells, bounds), ...labels(cells, bounds, say, sites),
  ] };
}
