/**
 * Beside the page: ask for the timeline, compare it with what the page has, tell only what differs.
 *
 * A block the page has is told by its place in the row as the page knows it; only a new one is told
 * in full. Rows go in small portions, lest one message cost the page a frame.
 */
import type { Block, Timeline } from "../types";

export type RowKind = "aircraft" | "stands";
/** `atMs`: the moment of which it is told what was known then; null for now. */
export interface Question { kind: RowKind; from: number; until: number; atMs: number | null }
export interface RowFacts { id: string; vertiportId: string; isContingency: boolean }
export interface RowChange { id: string; blocks: (number | Block)[] }
export type Told =
  | { what: "rows"; kind: RowKind; rows: RowFacts[] }
  | { what: "blocks"; kind: RowKind; nowMs: number; changes: RowChange[] }
  | { what: "end"; kind: RowKind; from: number; until: number; nowMs: number }
  | { what: "fault" };

const portionRows = 10;
const portionBlocks = 200; // new ones in a message
const restMs = 20; // between two messages: more than a frame of the page

interface Known { rows: string; texts: Map<string, string[]> }
const known: Record<RowKind, Known> = {
  aircraft: { rows: "", texts: new Map() },
  stands: { rows: "", texts: new Map() },
};

const tell = (told: Told): void => postMessage(told);
const rest = (): Promise<void> => new Promise((done) => setTimeout(done, restMs));

function rowsOf(timeline: Timeline, kind: RowKind): (RowFacts & { blocks: Block[] })[] {
  if (kind === "aircraft") {
    return timeline.aircraft.map((row) => ({ id: row.aircraft_id, vertiportId: "", isContingency: false, blocks: row.blocks }));
  }
  return timeline.stands.map((row) => ({
    id: row.stand_id, vertiportId: row.vertiport_id, isContingency: row.is_contingency, blocks: row.blocks,
  }));
}

/** The row as differences from what the page has; null if there are none. */
function compare(texts: Map<string, string[]>, id: string, blocks: Block[]): RowChange | null {
  const before = texts.get(id);
  const now = blocks.map((block) => JSON.stringify(block));
  if (before !== undefined && before.length === now.length && before.every((text, i) => text === now[i])) return null;
  texts.set(id, now);
  const places = new Map((before ?? []).map((text, i) => [text, i]));
  return { id, blocks: now.map((text, i) => places.get(text) ?? blocks[i]!) };
}

async function answer(question: Question): Promise<void> {
  const { kind, from, until, atMs } = question;
  const moment = atMs === null ? "" : `&at_ms=${atMs}`;
  const response = await fetch(`/api/timeline?from_ms=${from}&until_ms=${until}${moment}`);
  if (!response.ok) throw new Error(String(response.status));
  const timeline = (await response.json()) as Timeline;
  const rows = rowsOf(timeline, kind);
  const { texts } = known[kind];
  const facts = rows.map(({ id, vertiportId, isContingency }) => ({ id, vertiportId, isContingency }));
  const text = JSON.stringify(facts);
  if (text !== known[kind].rows) {
    known[kind].rows = text;
    const ids = new Set(facts.map((row) => row.id));
    for (const id of texts.keys()) if (!ids.has(id)) texts.delete(id);
    tell({ what: "rows", kind, rows: facts });
  }
  let changes: RowChange[] = [];
  let size = 0;
  for (const row of rows) {
    const change = compare(texts, row.id, row.blocks);
    if (change === null) continue;
    changes.push(change);
    size += change.blocks.filter((block) => typeof block !== "number").length;
    if (changes.length < portionRows && size < portionBlocks) continue;
    tell({ what: "blocks", kind, nowMs: timeline.now_ms, changes });
    changes = [];
    size = 0;
    await rest();
  }
  if (changes.length > 0) tell({ what: "blocks", kind, nowMs: timeline.now_ms, changes });
  tell({ what: "end", kind, from, until, nowMs: timeline.now_ms });
}

addEventListener("message", (event: MessageEvent<Question>) => {
  answer(event.data).catch(() => tell({ what: "fault" }));
});
