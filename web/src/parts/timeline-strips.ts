/**
 * The blocks of each seen row, painted on a canvas of the row's own.
 *
 * Fifteen hundred elements would cost the page a look at each when one of them changes. A row is
 * painted only when its blocks or the view have changed, a few rows in a frame; until its turn it
 * is shown as it was, moved and stretched to where it belongs.
 */
import type { Block } from "../types";
import { BlockInk } from "./timeline-ink";

const budgetMs = 2.5; // of painting in a frame
const firstBudgetMs = 12; // while rows are still blank

export interface Scene {
  from: number; // of what is painted, a share more than what is seen
  until: number;
  scale: number; // pixels a millisecond
  height: number;
  nowMs: number;
  isStands: boolean;
  selected: string | null; // the sortie
}

interface Strip { canvas: HTMLCanvasElement; from: number; scale: number; moved: string; isGoingOn: boolean }

export class Strips {
  private readonly all = new Map<string, Strip>();
  private readonly waiting = new Set<string>();
  private readonly ink = new BlockInk();
  private frame = 0;
  private from = 0;
  private scale = 0;

  constructor(
    private readonly host: HTMLElement,
    private readonly scene: () => Scene,
    private readonly blocks: (id: string) => Block[],
  ) {}

  close(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.waiting.clear();
    this.all.clear();
  }

  /** The canvas of a row that is seen. */
  canvas(id: string): HTMLCanvasElement {
    let strip = this.all.get(id);
    if (strip === undefined) {
      const canvas = document.createElement("canvas");
      canvas.className = "tl-canvas";
      canvas.setAttribute("aria-hidden", "true");
      strip = { canvas, from: 0, scale: 0, moved: "", isGoingOn: false };
      this.all.set(id, strip);
      this.touch([id]);
    }
    return strip.canvas;
  }

  /** Forget the rows that are no longer seen. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.all.keys()) if (!ids.has(id)) this.all.delete(id);
  }

  /** These rows are to be painted anew, each in its turn. */
  touch(ids: Iterable<string>): void {
    for (const id of ids) if (this.all.has(id)) this.waiting.add(id);
    if (this.waiting.size > 0 && this.frame === 0) this.frame = requestAnimationFrame(() => this.paint());
  }

  touchAll(): void {
    this.touch(this.all.keys());
  }

  /** What is going on reaches to the present instant and grows with it. */
  grow(): void {
    this.touch([...this.all].filter(([, strip]) => strip.isGoingOn).map(([id]) => id));
  }

  /** Paint all anew if the theme or the screen is another. */
  relearn(): void {
    if (this.ink.learn(this.host, ratio())) this.touchAll();
  }

  /** Move the rows to where the view looks. */
  place(from: number, scale: number): void {
    this.from = from;
    this.scale = scale;
    for (const strip of this.all.values()) this.put(strip);
  }

  private put(strip: Strip): void {
    if (strip.scale === 0) return;
    // whole pixels of the screen: a row between two of them would be blurred, and painted at each step
    const x = Math.round((strip.from - this.from) * this.scale * ratio()) / ratio();
    const stretch = strip.scale === this.scale ? "" : ` scaleX(${(this.scale / strip.scale).toFixed(4)})`;
    const moved = `translateX(${x}px)${stretch}`;
    if (moved === strip.moved) return;
    strip.moved = moved;
    strip.canvas.style.transform = moved;
  }

  private paint(): void {
    this.frame = 0;
    const isBlank = [...this.waiting].some((id) => this.all.get(id)?.scale === 0);
    const until = performance.now() + (isBlank ? firstBudgetMs : budgetMs);
    this.ink.learn(this.host, ratio());
    const scene = this.scene();
    for (const id of this.waiting) {
      this.waiting.delete(id);
      const strip = this.all.get(id);
      if (strip !== undefined) this.paintRow(strip, this.blocks(id), scene);
      if (performance.now() >= until) break;
    }
    this.touch([]);
  }

  private paintRow(strip: Strip, blocks: Block[], scene: Scene): void {
    const { canvas } = strip;
    const { from, until, scale, height, nowMs, isStands, selected } = scene;
    const width = Math.ceil((until - from) * scale);
    const size = { width: Math.round(width * ratio()), height: Math.round(height * ratio()) };
    const pen = canvas.getContext("2d")!;
    if (canvas.width !== size.width || canvas.height !== size.height) {
      Object.assign(canvas, size);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    pen.setTransform(ratio(), 0, 0, ratio(), 0, 0);
    pen.clearRect(0, 0, width, height);
    strip.isGoingOn = false;
    const late: (() => void)[] = []; // over the others
    let drawn = 0;
    for (const block of blocks) {
      if (block.until_ms === null) strip.isGoingOn = true;
      const end = block.until_ms ?? Math.max(nowMs, block.from_ms);
      if (end < from || block.from_ms > until) continue;
      const isSelected = selected !== null && block.sortie_id === selected;
      const place = { left: (block.from_ms - from) * scale, width: (end - block.from_ms) * scale, height, isStands, isSelected };
      drawn++;
      if (isSelected || (isStands && block.kind === "charging")) late.push(() => this.ink.draw(pen, block, place));
      else this.ink.draw(pen, block, place);
    }
    for (const draw of late) draw();
    canvas.dataset["drawn"] = String(drawn);
    strip.from = from;
    strip.scale = scale;
    this.put(strip);
  }
}

function ratio(): number {
  return Math.min(2, devicePixelRatio);
}
