/** The rows of the timeline as the page knows them; a worker asks the service and tells what differs. */
import type { Block } from "../types";
import type { Question, RowFacts, RowKind, Told } from "./timeline-worker";
import FeedWorker from "./timeline-worker?worker";

interface Known { rows: RowFacts[] | null; blocks: Map<string, Block[]>; from: number; until: number }

export class TimelineFeed {
  fault = false;
  nowMs = 0;
  private readonly known: Record<RowKind, Known> = {
    aircraft: { rows: null, blocks: new Map(), from: 0, until: 0 },
    stands: { rows: null, blocks: new Map(), from: 0, until: 0 },
  };
  private readonly worker = new FeedWorker();
  private isAsking = false;
  private next: Question | null = null;

  /** `changed` hears of the rows whose blocks are others; `ended` of an answer told to its end. */
  constructor(private readonly changed: (ids: string[]) => void, private readonly ended: () => void) {
    this.worker.addEventListener("message", (event: MessageEvent<Told>) => this.hear(event.data));
    this.worker.addEventListener("error", () => this.hear({ what: "fault" }));
  }

  close(): void {
    this.worker.terminate();
  }

  /** Null until they have been told. */
  rows(kind: RowKind): RowFacts[] | null {
    return this.known[kind].rows;
  }

  blocks(kind: RowKind, id: string): Block[] {
    return this.known[kind].blocks.get(id) ?? [];
  }

  covers(kind: RowKind, from: number, until: number): boolean {
    return from >= this.known[kind].from && until <= this.known[kind].until;
  }

  /** Ask; while an answer is awaited only the last question is kept. */
  ask(question: Question): void {
    if (this.isAsking) this.next = question;
    else {
      this.isAsking = true;
      this.worker.postMessage(question);
    }
  }

  private hear(told: Told): void {
    if (told.what === "rows") this.learnRows(told.kind, told.rows);
    else if (told.what === "blocks") {
      this.nowMs = told.nowMs;
      const { blocks } = this.known[told.kind];
      for (const { id, blocks: now } of told.changes) {
        const before = blocks.get(id) ?? [];
        blocks.set(id, now.map((block) => (typeof block === "number" ? before[block]! : block)));
      }
      this.changed(told.changes.map((change) => change.id));
    } else this.end(told);
  }

  private learnRows(kind: RowKind, rows: RowFacts[]): void {
    const known = this.known[kind];
    known.rows = rows;
    const ids = new Set(rows.map((row) => row.id));
    for (const id of known.blocks.keys()) if (!ids.has(id)) known.blocks.delete(id);
    this.ended();
  }

  private end(told: Told & { what: "end" | "fault" }): void {
    this.isAsking = false;
    this.fault = told.what === "fault";
    if (told.what === "end") {
      this.nowMs = told.nowMs;
      Object.assign(this.known[told.kind], { from: told.from, until: told.until });
    }
    this.ended();
    const { next } = this;
    this.next = null;
    if (next !== null) this.ask(next);
  }
}
