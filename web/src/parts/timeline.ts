/**
 * The timeline: a row for each aircraft or each stand, blocks over time, a line at the shown moment.
 *
 * The blocks of a row are ink on its canvas; the one that the keys have come to is an element beside,
 * for readers. Looking around moves the canvases, and only leaving what was painted paints anew.
 * Nothing can be changed by dragging.
 */
import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { chargeOf } from "../charge";
import * as format from "../format";
import { language, t, word } from "../i18n";
import { icon } from "../icons";
import { router } from "../routes";
import { picture } from "../store";
import type { Block } from "../types";
import { ghosts } from "./ghosts";
import { placeName } from "./names";
import { Part } from "./part";
import { describe, drawActive, drawLegend, opens, type Row } from "./timeline-blocks";
import { cancelledRow, siteRow, TimelineExtras } from "./timeline-extras";
import { TimelineFeed } from "./timeline-feed";
import { Strips, type Scene } from "./timeline-strips";
import type { RowKind } from "./timeline-worker";

const hourMs = 3_600_000;
const shownMs = { desk: 6 * hourMs, phone: 2.5 * hourMs };
const narrowestMs = hourMs / 2;
const widestMs = 26 * hourMs;
const refreshMs = 5000;
const rowRem = 2.25; // as `.tl-row` in the style sheet
const spareRows = 4;
const spareShare = 0.3; // drawn on either side of what is seen
const leastPx = 2; // width of the shortest block
const linePx = 1; // between two rows
const activeId = "tl-active";
const zoomStep = 1.4;
const clickPx = 4; // a pointer that moved less has clicked

class TimelineView extends Part {
  private feed: TimelineFeed | null = null;
  private strips: Strips | null = null;
  private readonly extras = new TimelineExtras();
  private from = 0;
  private span = 0;
  private base = 0;
  private width = 800;
  private height = 500;
  private top = 0;
  private row = 36;
  private isFollowing = true;
  private drawn = { from: 0, until: 0 };
  private active: { row: string; block: Block } | null = null;
  private drag: { x: number; y: number; from: number; top: number; moved: boolean } | null = null;
  private ticker = 0;
  private asker = 0;
  private askedAt: number | null = null;
  private readonly sizes = new ResizeObserver(() => this.measure());

  override connectedCallback(): void {
    super.connectedCallback();
    this.feed = new TimelineFeed((ids) => this.heard(ids), () => this.ended());
    this.strips = new Strips(this, () => this.scene(), (id) => this.blocks(id));
    document.fonts.addEventListener("loadingdone", this.onFonts);
    this.ticker = window.setInterval(() => this.tick(), 1000);
    this.asker = window.setInterval(() => this.ask(), refreshMs);
  }

  override disconnectedCallback(): void {
    clearInterval(this.ticker);
    clearInterval(this.asker);
    this.sizes.disconnect();
    document.fonts.removeEventListener("loadingdone", this.onFonts);
    this.feed?.close();
    this.strips?.close();
    super.disconnectedCallback();
  }

  protected override listensTo(what: string): boolean {
    // words, colours, the selected sortie: all are in the ink
    if (what === "look" || what === "selection") this.strips?.touchAll();
    return what !== "age" && what !== "state";
  }

  private readonly onFonts = (): void => this.strips?.touchAll();

  private kind(): RowKind {
    return this.isStands() ? "stands" : "aircraft";
  }

  private blocks(id: string): Block[] {
    const own = this.extras.blocks(id);
    const told = this.feed?.blocks(this.kind(), id) ?? [];
    return own.length === 0 ? told : [...told, ...own].sort((a, b) => a.from_ms - b.from_ms);
  }

  /** What the canvases are painted from. */
  private scene(): Scene {
    const selection = picture.selection;
    return {
      ...this.drawn, scale: this.scale(), height: this.row - linePx, nowMs: this.feed?.nowMs ?? 0, isStands: this.isStands(),
      selected: selection?.kind === "sortie" ? selection.id : null,
    };
  }

  private isStands(): boolean {
    return router.current.settings["rows"] === "stands";
  }

  private shown(): number {
    return picture.past.atMs ?? picture.liveClock.now(performance.now());
  }

  private scale(): number { return this.width / this.span; }

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
    if (this.told() === null) this.ask();
  }

  /** The rows as they were told; null until then. */
  private told(): ReturnType<TimelineFeed["rows"]> {
    return this.feed?.rows(this.kind()) ?? null;
  }

  /** Above all others: places that were held or closed, and cancelled sorties without an aircraft. */
  private ownRows(): Row[] {
    return this.extras.ownRows().map((id) => {
      const place = id.startsWith(siteRow) ? id.slice(siteRow.length) : null;
      if (place !== null) return { id, group: null, name: placeName(place), more: t("timeline.orders"), selection: { kind: "vertiport", id: place } };
      return { id, group: null, name: t("timeline.cancelled"), more: id === `${cancelledRow} 1` ? t("timeline.no_aircraft") : "", selection: null };
    });
  }

  private rows(): Row[] {
    const told = this.told() ?? [];
    if (!this.isStands()) {
      return [...this.ownRows(), ...told.map(({ id }): Row => {
        const now = picture.aircraft.get(id);
        const more = now === undefined ? "" : format.percent(chargeOf(now).soc);
        return { id, group: null, name: id, more, aside: now === undefined ? "" : word("phase", now.phase), selection: { kind: "aircraft", id } };
      })];
    }
    const rows: Row[] = [];
    let last = "";
    for (const { id, vertiportId, isContingency } of told) {
      const selection = { kind: "vertiport" as const, id: vertiportId };
      if (vertiportId !== last) {
        last = vertiportId;
        rows.push({ id: `${siteRow}${last}`, group: placeName(last), name: "", more: "", selection });
      }
      const name = id.startsWith(`${last}-`) ? id.slice(last.length + 1) : id;
      rows.push({ id, group: null, name, more: isContingency ? t("vertiport.contingency") : "", selection });
    }
    return rows;
  }

  private isAwaited(): boolean { return this.told() === null && this.feed?.fault !== true; }

  override render(): TemplateResult {
    const isStands = this.isStands();
    const rows = this.rows();
    const first = Math.max(0, Math.floor(this.top / this.row) - spareRows);
    const last = Math.min(rows.length, first + Math.ceil(this.height / this.row) + 2 * spareRows);
    const seen = rows.slice(first, last);
    this.strips?.keep(new Set(seen.map((row) => row.id)));
    const choose = (rows: string): void => {
      this.active = null;
      router.go({ settings: rows === "stands" ? { rows } : {} });
      this.ask();
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
      <div class="tl ${this.isAwaited() ? "is-awaited" : ""}" role=${rows.length > 0 ? "grid" : "group"} tabindex="0" aria-label=${t(isStands ? "timeline.by_stand" : "timeline.by_aircraft")}
        aria-rowcount=${rows.length > 0 ? rows.length : nothing} aria-activedescendant=${this.active === null ? nothing : activeId}
        @keydown=${this.pressed} @wheel=${this.wheeled}>
        <div class="tl-axis" role="presentation" @wheel=${this.wheeledAxis}><span class="tl-corner"></span>
          <div class="tl-axis-lane"><div class="tl-strip">${this.hours()}</div></div></div>
        <div class="tl-body" role="presentation" @scroll=${this.scrolled} @pointerdown=${this.pointed} @pointermove=${this.moved} @pointerup=${this.lifted} @pointercancel=${this.lifted}>
          <div role="presentation" style="height:${first * this.row}px"></div>
          ${repeat(seen, (row) => row.id, (row, i) => this.guardRow(row, first + i))}
          <div role="presentation" style="height:${(rows.length - last) * this.row}px"></div>
        </div>
        <div class="tl-over" aria-hidden="true"><span class="tl-after"></span><span class="tl-now"></span><span class="tl-moment"></span></div>
      </div>
      ${this.isAwaited() ? ghosts(10) : this.told() === null ? html`<p class="empty" role="alert">${t("app.no_answer")}</p>` : nothing}
      ${this.told() !== null && rows.length === 0 ? html`<p class="empty">${t("timeline.empty")}</p>` : nothing}
      <p class="hidden" aria-live="polite">${this.activeText()}</p>
    `;
  }

  protected override updated(): void {
    this.place();
    if (this.askedAt !== picture.past.atMs) this.ask();
  }

  /** A row is drawn anew only when something in it has changed. */
  private guardRow(row: Row, index: number): unknown {
    const isActive = this.active?.row === row.id;
    const view = isActive ? [this.active!.block, this.base, this.span, this.width, this.feed?.nowMs] : [];
    return guard([row.id, row.name, row.group, row.more, row.aside, index, picture.selection, language(), ...view], () => this.drawRow(row, index));
  }

  private drawBlock(block: Block): TemplateResult {
    const scale = this.scale();
    const until = block.until_ms ?? Math.max(this.feed!.nowMs, block.from_ms);
    return drawActive(block, activeId, (block.from_ms - this.base) * scale, (until - block.from_ms) * scale, this.isStands());
  }

  private drawRow(row: Row, index: number): TemplateResult {
    if (row.group !== null) {
      return html`<div class="tl-row tl-group" role="row" aria-rowindex=${index + 1} data-row=${row.id}><div role="rowheader" class="tl-name">
        <a href=${`#/vertiport/${encodeURIComponent(row.selection!.id)}`} tabindex="-1">${row.group}</a></div>${this.drawLane(row)}</div>`;
    }
    const isSelected = picture.selection?.kind !== "vertiport" && row.selection !== null && picture.selection?.id === row.selection.id;
    return html`<div class="tl-row ${isSelected ? "is-selected" : ""} ${row.aside === undefined && !this.isStands() ? "is-own" : ""}" role="row" aria-rowindex=${index + 1} data-row=${row.id}>
      <div class="tl-name" role="rowheader">${row.selection === null ? html`<b>${row.name}</b>`
        : html`<a href=${`#/${row.selection.kind}/${encodeURIComponent(row.selection.id)}`} tabindex="-1">${row.name}</a>`}
        <small>${row.more}${row.aside ? html`<span class="tl-aside"> · ${row.aside}</span>` : nothing}</small></div>
      ${this.drawLane(row)}
    </div>`;
  }

  private drawLane(row: Row): TemplateResult {
    return html`<div class="tl-lane" role="presentation">${this.strips!.canvas(row.id)}${this.active?.row === row.id
      ? html`<div class="tl-strip" role="presentation">${this.drawBlock(this.active.block)}</div>` : nothing}</div>`;
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
    this.strips!.place(this.from, scale);
    move(".tl-strip", this.base);
    move(".tl-now", picture.liveClock.now(performance.now()));
    move(".tl-moment, .tl-after", this.shown());
    grid.classList.toggle("is-past", picture.past.atMs !== null);
  }

  /** Draw what is seen and a share of it on either side. */
  private redraw(): void {
    this.base = Math.round(this.from);
    this.drawn = { from: this.from - this.span * spareShare, until: this.from + this.span * (1 + spareShare) };
    this.strips?.touchAll();
    this.requestUpdate();
  }

  private look(from: number): void {
    this.from = from;
    const isOut = from < this.drawn.from || from + this.span > this.drawn.until;
    if (isOut) this.redraw();
    else this.place();
    if (isOut || this.feed?.covers(this.kind(), from, from + this.span) === false) this.ask();
  }

  private tick(): void {
    if (this.span === 0 || picture.live.clockFacts === null || this.drag !== null) return;
    this.strips?.relearn();
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
    this.ask();
  }

  zoomByKey(isIn: boolean): void {
    this.zoom(isIn ? 1 / zoomStep : zoomStep);
  }

  /** Ask for what is seen and as much on either side, as far as one question may reach. */
  private ask(): void {
    if (this.span === 0 || this.from === 0) return;
    const spare = Math.min(this.span, (widestMs - this.span) / 2);
    const from = Math.floor(this.from - spare);
    const until = Math.ceil(Math.min(this.from + this.span + spare, from + widestMs));
    this.askedAt = picture.past.atMs;
    this.feed?.ask({ kind: this.kind(), from, until, atMs: picture.past.atMs });
  }

  private heard(ids: string[]): void {
    this.strips?.touch(ids);
    const { active } = this;
    if (active === null || !ids.includes(active.row)) return;
    // the same block may have been told anew; one that is no longer told is left
    const block = this.blocks(active.row).find((b) => b.from_ms === active.block.from_ms && b.kind === active.block.kind);
    this.active = block === undefined ? null : { row: active.row, block };
    this.requestUpdate();
  }

  private ended(): void {
    this.strips?.grow();
    void this.extras.learn().then((changed) => {
      if (changed.length === 0) return;
      this.heard(changed);
      this.requestUpdate();
    });
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
    if (this.drag === null) return this.hovered(event);
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
    else if (event.type === "pointerup") this.openAt(event);
  }

  /** The block under a pointer: the last painted of those that are there. */
  private blockAt(event: MouseEvent): { row: string; block: Block; lane: HTMLElement } | null {
    const lane = (event.target as Element).closest<HTMLElement>(".tl-lane");
    const row = lane?.closest<HTMLElement>("[data-row]")?.dataset["row"];
    if (!lane || row === undefined) return null;
    const scale = this.scale();
    const x = event.clientX - lane.getBoundingClientRect().left;
    const now = this.feed?.nowMs ?? 0;
    const under = this.blocks(row).filter((b) => {
      const left = (b.from_ms - this.from) * scale;
      const right = ((b.until_ms ?? Math.max(now, b.from_ms)) - this.from) * scale;
      return x >= left && x < Math.max(right, left + leastPx);
    });
    const block = under.at(-1);
    return block === undefined ? null : { row, block, lane };
  }

  /** Say what is pointed at. */
  private hovered(event: PointerEvent): void {
    const lane = (event.target as Element).closest<HTMLElement>(".tl-lane");
    if (lane === null) return;
    const block = this.blockAt(event)?.block;
    const said = block === undefined ? "" : describe(block);
    if (lane.title !== said) lane.title = said;
    lane.classList.toggle("is-over", block !== undefined);
  }

  private openAt(event: MouseEvent): void {
    const found = this.blockAt(event);
    if (found === null) return;
    this.active = { row: found.row, block: found.block };
    this.openActive();
  }

  private activeText(): string {
    const { active } = this;
    if (active === null) return "";
    return `${this.rows().find((row) => row.id === active.row)?.name ?? active.row}: ${describe(active.block)}`;
  }

  private openActive(): void {
    const selection = this.active === null ? null : opens(this.active.block);
    if (selection !== null) picture.select(selection);
    this.requestUpdate();
  }

  private pressed(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const jump = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step !== undefined && event.shiftKey) this.pan((step * this.span) / 6);
    else if (step !== undefined) this.walk(step);
    else if (jump !== undefined) this.climb(jump);
    else if (event.key === "Home") this.follow();
    else if (event.key === "Enter") this.openActive();
    else return;
    event.preventDefault();
  }

  /** To the block before or after, in the same row. */
  private walk(step: number): void {
    if (this.active === null) return this.climb(1);
    const blocks = this.blocks(this.active.row);
    const at = blocks.indexOf(this.active.block);
    this.activate(this.active.row, blocks[Math.max(0, Math.min(blocks.length - 1, at + step))]);
  }

  /** To the row above or below, at the block of the same instant. */
  private climb(step: number): void {
    const rows = this.rows();
    const at = this.active?.block.from_ms ?? this.shown();
    let row = rows.findIndex((found) => found.id === this.active?.row);
    do row += step; while (rows[row] !== undefined && this.blocks(rows[row]!.id).length === 0);
    const found = rows[row];
    if (found === undefined) return;
    const blocks = this.blocks(found.id);
    this.activate(found.id, blocks.find((b) => (b.until_ms ?? at + 1) > at) ?? blocks.at(-1));
  }

  private activate(row: string, block: Block | undefined): void {
    const body = this.querySelector<HTMLElement>(".tl-body");
    if (block === undefined || body === null) return;
    this.active = { row, block };
    const y = this.rows().findIndex((found) => found.id === row) * this.row;
    if (y < body.scrollTop) body.scrollTop = y;
    if (y + this.row > body.scrollTop + this.height) body.scrollTop = y + this.row - this.height;
    this.top = body.scrollTop;
    const isSeen = block.from_ms < this.from + this.span * 0.9 && (block.until_ms ?? block.from_ms) > this.from + this.span * 0.05;
    if (!isSeen) this.pan(block.from_ms - this.from - this.span / 4);
    this.requestUpdate();
  }
}

customElements.define("aspan-timeline", TimelineView);
