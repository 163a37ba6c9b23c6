/**
 * The timeline: a row for each aircraft or each stand, blocks over time, a line at the shown moment.
 *
 * Blocks are placed from a fixed instant at the present scale; looking around moves the strip that
 * holds them, and only leaving what was drawn draws anew. Nothing can be changed by dragging.
 */
import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import * as format from "../format";
import { language, t, word } from "../i18n";
import { icon } from "../icons";
import { router } from "../routes";
import { picture } from "../store";
import type { Block, Timeline } from "../types";
import { ghosts } from "./ghosts";
import { placeName } from "./names";
import { Part } from "./part";
import { describe, drawBlock, drawLegend, opens, type Row } from "./timeline-blocks";

const hourMs = 3_600_000;
const shownMs = { desk: 6 * hourMs, phone: 2.5 * hourMs };
const narrowestMs = hourMs / 2;
const widestMs = 26 * hourMs;
const refreshMs = 5000;
const rowRem = 2.25; // as `.tl-row` in the style sheet
const spareRows = 4;
const spareShare = 0.5; // drawn on either side of what is seen
const zoomStep = 1.4;
const clickPx = 4; // a pointer that moved less has clicked

/** Keep the blocks of rows that have not changed, so that they need not be drawn again. */
function keepSame(before: Timeline | null, now: Timeline): Timeline {
  const known = new Map<string, Block[]>();
  for (const row of before?.aircraft ?? []) known.set(row.aircraft_id, row.blocks);
  for (const row of before?.stands ?? []) known.set(row.stand_id, row.blocks);
  const same = (id: string, blocks: Block[]): Block[] => {
    const old = known.get(id);
    return old !== undefined && old.length === blocks.length && JSON.stringify(old) === JSON.stringify(blocks) ? old : blocks;
  };
  for (const row of now.aircraft) row.blocks = same(row.aircraft_id, row.blocks);
  for (const row of now.stands) row.blocks = same(row.stand_id, row.blocks);
  return now;
}

class TimelineView extends Part {
  private told: Timeline | null = null;
  private fault = false;
  private from = 0;
  private span = 0;
  private base = 0;
  private width = 800;
  private height = 500;
  private top = 0;
  private row = 36;
  private isFollowing = true;
  private isAsking = false;
  private drawn = { from: 0, until: 0 };
  private active: { row: number; block: number } | null = null;
  private drag: { x: number; y: number; from: number; top: number; moved: boolean } | null = null;
  private ticker = 0;
  private asker = 0;
  private readonly sizes = new ResizeObserver(() => this.measure());

  override connectedCallback(): void {
    super.connectedCallback();
    this.ticker = window.setInterval(() => this.tick(), 1000);
    this.asker = window.setInterval(() => void this.ask(), refreshMs);
  }

  override disconnectedCallback(): void {
    clearInterval(this.ticker);
    clearInterval(this.asker);
    this.sizes.disconnect();
    super.disconnectedCallback();
  }

  protected override listensTo(what: string): boolean {
    return what !== "age" && what !== "state";
  }

  private isStands(): boolean {
    return router.current.settings["rows"] === "stands";
  }

  private shown(): number {
    return picture.past.atMs ?? picture.liveClock.now(performance.now());
  }

  private scale(): number {
    return this.width / this.span;
  }

  protected override firstUpdated(): void {
    this.row = rowRem * parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.sizes.observe(this.querySelector(".tl")!);
    this.measure();
  }

  private measure(): void {
    const body = this.querySelector<HTMLElement>(".tl-body");
    const lane = this.querySelector<HTMLElement>(".tl-axis-lane");
    if (body === null || lane === null) return;
    this.height = body.clientHeight;
    this.width = Math.max(100, lane.clientWidth);
    if (this.span === 0) this.span = this.width < 560 ? shownMs.phone : shownMs.desk;
    this.tick();
    this.redraw();
    if (this.told === null) void this.ask();
  }

  private rows(): Row[] {
    if (this.told === null) return [];
    if (!this.isStands()) {
      return this.told.aircraft.map(({ aircraft_id: id, blocks }) => {
        const now = picture.aircraft.get(id);
        const more = now === undefined ? "" : `${word("phase", now.phase)} · ${format.percent(now.soc)}`;
        return { id, group: null, name: id, more, blocks, selection: { kind: "aircraft", id } };
      });
    }
    const rows: Row[] = [];
    let last = "";
    for (const stand of this.told.stands) {
      const selection = { kind: "vertiport" as const, id: stand.vertiport_id };
      if (stand.vertiport_id !== last) {
        last = stand.vertiport_id;
        rows.push({ id: `group ${last}`, group: placeName(last), name: "", more: "", blocks: [], selection });
      }
      const name = stand.stand_id.startsWith(`${last}-`) ? stand.stand_id.slice(last.length + 1) : stand.stand_id;
      const more = stand.is_contingency ? t("vertiport.contingency") : "";
      rows.push({ id: stand.stand_id, group: null, name, more, blocks: stand.blocks, selection });
    }
    return rows;
  }

  override render(): TemplateResult {
    const isStands = this.isStands();
    const rows = this.rows();
    const first = Math.max(0, Math.floor(this.top / this.row) - spareRows);
    const last = Math.min(rows.length, first + Math.ceil(this.height / this.row) + 2 * spareRows);
    const choose = (rows: string): void => {
      this.active = null;
      router.go({ settings: rows === "stands" ? { rows } : {} });
    };
    return html`
      <div class="view-head">
        <h2>${t("rail.timeline")}</h2>
        <div class="filters" role="group" aria-label=${t("timeline.rows")}>
          <button class="filter" aria-pressed=${!isStands} @click=${() => choose("")}>${t("timeline.by_aircraft")}</button>
          <button class="filter" aria-pressed=${isStands} @click=${() => choose("stands")}>${t("timeline.by_stand")}</button>
        </div>
        <div class="tl-zoom">
          <button class="button" @click=${() => this.zoom(1 / zoomStep)} aria-label=${t("map.zoom_in")} title=${t("map.zoom_in")}>${icon("zoomIn")}</button>
          <button class="button" @click=${() => this.zoom(zoomStep)} aria-label=${t("map.zoom_out")} title=${t("map.zoom_out")}>${icon("zoomOut")}</button>
          <button class="button button-wide" ?disabled=${this.isFollowing} @click=${() => this.follow()}>${t(picture.past.atMs === null ? "timeline.to_now" : "timeline.to_moment")}</button>
        </div>
        ${drawLegend(isStands)}
      </div>
      <div class="tl" role=${rows.length > 0 ? "grid" : "group"} tabindex="0" aria-label=${t(isStands ? "timeline.by_stand" : "timeline.by_aircraft")}
        aria-rowcount=${rows.length > 0 ? rows.length : nothing} aria-activedescendant=${this.active === null ? nothing : this.activeId()}
        @keydown=${this.pressed} @wheel=${this.wheeled}>
        <div class="tl-axis" role="presentation" @wheel=${this.wheeledAxis}><span class="tl-corner"></span>
          <div class="tl-axis-lane"><div class="tl-strip">${this.hours()}</div></div></div>
        <div class="tl-body" role="presentation" @scroll=${this.scrolled} @pointerdown=${this.pointed} @pointermove=${this.moved} @pointerup=${this.lifted} @pointercancel=${this.lifted}>
          <div role="presentation" style="height:${first * this.row}px"></div>
          ${rows.slice(first, last).map((row, i) => this.drawRow(row, first + i))}
          <div role="presentation" style="height:${(rows.length - last) * this.row}px"></div>
        </div>
        <div class="tl-over" aria-hidden="true"><span class="tl-after"></span><span class="tl-now"></span><span class="tl-moment"></span></div>
      </div>
      ${this.told !== null ? nothing : this.fault ? html`<p class="empty" role="alert">${t("app.no_answer")}</p>` : ghosts(10)}
      ${this.told !== null && rows.length === 0 ? html`<p class="empty">${t("timeline.empty")}</p>` : nothing}
      <p class="hidden" aria-live="polite">${this.activeText()}</p>
    `;
  }

  protected override updated(): void {
    this.place();
  }

  /** The blocks of a row are drawn anew only when one of them has changed. */
  private guardBlocks(row: Row, index: number): unknown {
    const isGoingOn = row.blocks.some((b) => b.until_ms === null);
    const active = this.active?.row === index ? this.active.block : -1;
    return guard([row.blocks, index, this.base, this.span, this.width, active, picture.selection, language(),
      isGoingOn ? this.told?.now_ms : 0], () => this.drawBlocks(row, index));
  }

  private drawBlocks(row: Row, index: number): unknown[] {
    const scale = this.scale();
    const now = this.told!.now_ms;
    return row.blocks.map((block, i) => {
      const until = block.until_ms ?? Math.max(now, block.from_ms);
      if (until < this.drawn.from || block.from_ms > this.drawn.until) return nothing;
      const isActive = this.active?.row === index && this.active.block === i;
      return drawBlock(block, `tl-${index}-${i}`, (block.from_ms - this.base) * scale, (until - block.from_ms) * scale, isActive, this.isStands());
    });
  }

  private drawRow(row: Row, index: number): TemplateResult {
    if (row.group !== null) {
      return html`<div class="tl-row tl-group" role="row" aria-rowindex=${index + 1}><div role="rowheader" class="tl-name">
        <a href=${`#/vertiport/${encodeURIComponent(row.selection.id)}`} tabindex="-1">${row.group}</a></div></div>`;
    }
    const isSelected = picture.selection?.kind !== "vertiport" && picture.selection?.id === row.selection.id;
    return html`<div class="tl-row ${isSelected ? "is-selected" : ""}" role="row" aria-rowindex=${index + 1} data-row=${row.id}>
      <div class="tl-name" role="rowheader"><a href=${`#/${row.selection.kind}/${encodeURIComponent(row.selection.id)}`} tabindex="-1">${row.name}</a>
        <small>${row.more}</small></div>
      <div class="tl-lane" role="presentation"><div class="tl-strip" role="presentation">${this.guardBlocks(row, index)}</div></div>
    </div>`;
  }

  private hours(): TemplateResult[] {
    if (this.span === 0) return [];
    const offset = picture.offsetMs();
    const every = [5, 10, 15, 30, 60, 120, 240].map((m) => m * 60_000).find((ms) => ms * this.scale() >= 64) ?? 240 * 60_000;
    const marks: TemplateResult[] = [];
    for (let at = Math.ceil((this.drawn.from + offset) / every) * every - offset; at <= this.drawn.until; at += every) {
      marks.push(html`<span class="tl-hour num" style="left:${((at - this.base) * this.scale()).toFixed(1)}px">${format.clock(at, offset)}</span>`);
    }
    return marks;
  }

  /** Move the strips and the lines to where the view looks; cheap, for every frame of a drag. */
  private place(): void {
    const grid = this.querySelector<HTMLElement>(".tl");
    if (grid === null || this.span === 0) return;
    const scale = this.scale();
    // the transforms are set one by one: a property that all inherit would cost a look at every block
    const move = (selector: string, at: number): void => {
      const moved = `translateX(${((at - this.from) * scale).toFixed(1)}px)`;
      for (const element of grid.querySelectorAll<HTMLElement>(selector)) {
        if (element.style.transform !== moved) element.style.transform = moved;
      }
    };
    move(".tl-strip", this.base);
    move(".tl-now", picture.liveClock.now(performance.now()));
    move(".tl-moment, .tl-after", this.shown());
    grid.classList.toggle("is-past", picture.past.atMs !== null);
  }

  /** Draw what is seen and a share of it on either side. */
  private redraw(): void {
    this.base = Math.round(this.from);
    this.drawn = { from: this.from - this.span * spareShare, until: this.from + this.span * (1 + spareShare) };
    this.requestUpdate();
  }

  private look(from: number): void {
    this.from = from;
    const isOut = from < this.drawn.from || from + this.span > this.drawn.until;
    if (isOut) this.redraw();
    else this.place();
    if (isOut || this.told === null || from < this.told.from_ms || from + this.span > this.told.until_ms) void this.ask();
  }

  private tick(): void {
    if (this.span === 0 || picture.live.clockFacts === null || this.drag !== null) return;
    if (this.isFollowing) this.look(this.shown() - this.span / 3);
    else this.place();
  }

  private follow(): void {
    this.isFollowing = true;
    this.tick();
    this.requestUpdate();
  }

  private pan(ms: number): void {
    this.isFollowing = false;
    this.look(this.from + ms);
    this.requestUpdate();
  }

  private zoom(factor: number, at = 1 / 3): void {
    const span = Math.min(widestMs, Math.max(narrowestMs, this.span * factor));
    this.from += (this.span - span) * at;
    this.span = span;
    this.redraw();
    void this.ask();
  }

  /** Fetch what is seen and as much on either side, as far as one question may reach. */
  private async ask(): Promise<void> {
    if (this.isAsking || this.span === 0 || this.from === 0) return;
    this.isAsking = true;
    const spare = Math.min(this.span, (widestMs - this.span) / 2);
    const from = Math.floor(this.from - spare);
    const until = Math.ceil(Math.min(this.from + this.span + spare, from + widestMs));
    try {
      const answer = await fetch(`/api/timeline?from_ms=${from}&until_ms=${until}`);
      this.fault = !answer.ok;
      if (answer.ok) this.told = keepSame(this.told, (await answer.json()) as Timeline);
    } catch {
      this.fault = true;
    }
    this.isAsking = false;
    if (this.drag === null) this.requestUpdate();
  }

  private scrolled(event: Event): void {
    this.top = (event.target as HTMLElement).scrollTop;
    this.requestUpdate();
  }

  private wheeled(event: WheelEvent): void {
    if (event.ctrlKey) this.wheeledAxis(event);
    else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      this.pan((event.deltaX || event.deltaY) / this.scale());
    }
  }

  private wheeledAxis(event: WheelEvent): void {
    event.preventDefault();
    event.stopPropagation();
    const lane = this.querySelector(".tl-axis-lane")!.getBoundingClientRect();
    this.zoom(event.deltaY > 0 ? zoomStep : 1 / zoomStep, (event.clientX - lane.left) / lane.width);
  }

  private pointed(event: PointerEvent): void {
    if (event.button !== 0 || (event.target as Element).closest("a") !== null) return;
    this.drag = { x: event.clientX, y: event.clientY, from: this.from, top: this.top, moved: false };
  }

  private moved(event: PointerEvent): void {
    if (this.drag === null) return;
    const dx = event.clientX - this.drag.x;
    const dy = event.clientY - this.drag.y;
    if (!this.drag.moved && Math.hypot(dx, dy) < clickPx) return;
    const body = event.currentTarget as HTMLElement;
    if (!this.drag.moved) body.setPointerCapture(event.pointerId);
    this.drag.moved = true;
    this.isFollowing = false;
    if (event.pointerType === "mouse") body.scrollTop = this.drag.top - dy;
    this.look(this.drag.from - dx / this.scale());
  }

  private lifted(event: PointerEvent): void {
    const drag = this.drag;
    this.drag = null;
    if (drag === null) return;
    if (drag.moved) this.requestUpdate();
    else if (event.type === "pointerup") this.openAt(event.target as Element);
  }

  private openAt(target: Element): void {
    const id = target.closest<HTMLElement>("[role=gridcell]")?.id;
    const [, row, block] = (id ?? "").split("-").map(Number);
    if (row === undefined || block === undefined) return;
    this.active = { row, block };
    this.openActive();
  }

  private activeBlock(): Block | undefined {
    return this.active === null ? undefined : this.rows()[this.active.row]?.blocks[this.active.block];
  }

  private activeId(): string {
    return `tl-${this.active!.row}-${this.active!.block}`;
  }

  private activeText(): string {
    const block = this.activeBlock();
    return block === undefined ? "" : `${this.rows()[this.active!.row]!.name}: ${describe(block)}`;
  }

  private openActive(): void {
    const block = this.activeBlock();
    const selection = block === undefined ? null : opens(block);
    if (selection !== null) picture.select(selection);
    this.requestUpdate();
  }

  private pressed(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const jump = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step !== undefined && event.shiftKey) this.pan((step * this.span) / 6);
    else if (step !== undefined) this.walk(step);
    else if (jump !== undefined) this.climb(jump);
    else if (event.key === "+" || event.key === "=") this.zoom(1 / zoomStep);
    else if (event.key === "-") this.zoom(zoomStep);
    else if (event.key === "Home") this.follow();
    else if (event.key === "Enter") this.openActive();
    else return;
    event.preventDefault();
  }

  /** To the block before or after, in the same row. */
  private walk(step: number): void {
    if (this.active === null) return this.climb(1);
    const blocks = this.rows()[this.active.row]?.blocks ?? [];
    this.activate(this.active.row, Math.max(0, Math.min(blocks.length - 1, this.active.block + step)));
  }

  /** To the row above or below, at the block of the same instant. */
  private climb(step: number): void {
    const rows = this.rows();
    const at = this.activeBlock()?.from_ms ?? this.shown();
    let row = this.active === null ? -1 : this.active.row;
    do row += step; while (rows[row] !== undefined && rows[row]!.blocks.length === 0);
    const blocks = rows[row]?.blocks;
    if (blocks === undefined) return;
    const under = blocks.findIndex((b) => (b.until_ms ?? at + 1) > at);
    this.activate(row, under < 0 ? blocks.length - 1 : under);
  }

  private activate(row: number, block: number): void {
    this.active = { row, block };
    const found = this.activeBlock();
    const body = this.querySelector<HTMLElement>(".tl-body");
    if (found === undefined || body === null) return;
    const y = row * this.row;
    if (y < body.scrollTop) body.scrollTop = y;
    if (y + this.row > body.scrollTop + this.height) body.scrollTop = y + this.row - this.height;
    this.top = body.scrollTop;
    const isSeen = found.from_ms < this.from + this.span * 0.9 && (found.until_ms ?? found.from_ms) > this.from + this.span * 0.05;
    if (!isSeen) this.pan(found.from_ms - this.from - this.span / 4);
    this.requestUpdate();
  }
}

customElements.define("aspan-timeline", TimelineView);
