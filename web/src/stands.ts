/** The stands of a vertiport, counted the same wherever they are told. */
import { picture } from "./store";
import type { VertiportNow } from "./types";

export interface Stands {
  /** Nobody is on them and none is kept for an arrival; contingency stands are not counted. */
  free: number;
  kept: number;
  /** Those that sorties are planned onto. */
  all: number;
}

/** Stands that are never planned onto, kept for who must land here after all. */
export function poolOf(vertiportId: string): Set<string> {
  const stands = picture.place(vertiportId)?.stands ?? [];
  return new Set(stands.filter((s) => s.is_contingency).map((s) => s.stand_id));
}

export function countStands(now: VertiportNow): Stands {
  const pool = poolOf(now.vertiport_id);
  const planned = now.stands.filter((s) => !pool.has(s.stand_id));
  const empty = planned.filter((s) => s.aircraft_id === null);
  const kept = empty.filter((s) => s.held_by_sortie_id != null).length;
  return { free: empty.length - kept, kept, all: planned.length };
}
