/**
 * What the timeline shows beside what was flown and planned: sorties that were cancelled, and the
 * holds and closures that the desk ordered.
 *
 * A cancelled sortie stands in its aircraft's row, or above all rows if it has none. Its length says
 * nothing: only when it was planned to leave is known. Holds and closures are read from the desk's
 * orders, so a place that the weather holds has no band.
 */
import { listActions, type ActionLine } from "../actions";
import { picture } from "../store";
import type { Block } from "../types";
import { toldStatus } from "./status";

const markMs = 10 * 60_000; // drawn length of a cancelled sortie
const rowsMost = 3; // of cancelled sorties without an aircraft; more are drawn over each other
export const cancelledRow = "cancelled";
export const siteRow = "site ";

const none = { is_planned: false, sortie_id: null, aircraft_id: null, vertiport_id: null, stand_id: null, passengers: null, detail: "" };

/** Bands of every place that was held or closed, from the desk's orders, oldest first. */
export function bandsOf(orders: ActionLine[], places: string[]): Map<string, Block[]> {
  const found = new Map<string, Block[]>();
  const open = new Map<string, Block>();
  const begin = (key: string, band: Block): void => {
    if (open.has(key)) return;
    open.set(key, band);
    found.set(band.vertiport_id!, [...(found.get(band.vertiport_id!) ?? []), band]);
  };
  const end = (key: string, atMs: number): void => {
    const band = open.get(key);
    if (band !== undefined) band.until_ms = atMs;
    open.delete(key);
  };
  for (const { action, at_ms: from_ms, outcome } of orders) {
    if (outcome !== "done") continue;
    if (action.action === "hold_departures" || action.action === "release_departures") {
      for (const vertiport_id of action.vertiport_id === null ? places : [action.vertiport_id]) {
        if (action.action === "release_departures") end(vertiport_id, from_ms);
        else begin(vertiport_id, { ...none, kind: "hold", from_ms, until_ms: null, vertiport_id });
      }
    } else if (action.action === "close_fato") {
      const { vertiport_id, fato_id } = action;
      begin(fato_id, { ...none, kind: "closure", from_ms, until_ms: null, vertiport_id, detail: fato_id });
    } else if (action.action === "open_fato") end(action.fato_id, from_ms);
  }
  return found;
}

/** Cancelled sorties by row: under the aircraft's id, or in as few rows of their own as they need. */
function cancelled(): Map<string, Block[]> {
  const found = new Map<string, Block[]>();
  const ends: number[] = [];
  const sorties = [...picture.sorties.values()].filter((s) => toldStatus(s) === "cancelled")
    .sort((a, b) => a.planned_off_block_at_ms - b.planned_off_block_at_ms || (a.sortie_id < b.sortie_id ? -1 : 1));
  for (const s of sorties) {
    const from_ms = s.planned_off_block_at_ms;
    let row = s.aircraft_id;
    if (row === null) {
      const free = ends.findIndex((at) => at <= from_ms);
      const at = free >= 0 ? free : Math.min(ends.length, rowsMost - 1);
      ends[at] = from_ms + markMs;
      row = `${cancelledRow} ${at + 1}`;
    }
    const block: Block = { ...none, kind: "cancelled", from_ms, until_ms: from_ms + markMs, sortie_id: s.sortie_id,
      aircraft_id: s.aircraft_id, passengers: s.passengers, detail: s.cause, origin: s.origin, destination: s.destination };
    found.set(row, [...(found.get(row) ?? []), block]);
  }
  return found;
}

export class TimelineExtras {
  private rows = new Map<string, Block[]>();
  private texts = new Map<string, string>();

  /** Ids of the rows that stand above all others. */
  ownRows(): string[] {
    return [...this.rows.keys()].filter((id) => id.startsWith(siteRow) || id.startsWith(cancelledRow)).sort();
  }

  blocks(id: string): Block[] {
    return this.rows.get(id) ?? [];
  }

  /** Learn anew; returns the rows whose blocks are others now. */
  async learn(): Promise<string[]> {
    const { atMs } = picture.past;
    const orders = ((await listActions()) ?? []).filter((line) => atMs === null || line.at_ms <= atMs).sort((a, b) => a.seq - b.seq);
    const bands = bandsOf(orders, (picture.city?.vertiports ?? []).map((v) => v.vertiport_id));
    const now = cancelled();
    for (const [id, blocks] of bands) now.set(`${siteRow}${id}`, blocks);
    const texts = new Map([...now].map(([id, blocks]) => [id, JSON.stringify(blocks)]));
    const changed = [...new Set([...texts.keys(), ...this.texts.keys()])].filter((id) => texts.get(id) !== this.texts.get(id));
    this.rows = now;
    this.texts = texts;
    return changed;
  }
}
