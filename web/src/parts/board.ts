/** The sortie board: today's sorties, sortable, only the visible rows drawn. */
import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import * as format from "../format";
import { language, t, word, type Key } from "../i18n";
import { icon } from "../icons";
import { picture } from "../store";
import type { SortieNow } from "../types";
import { ghosts } from "./ghosts";
import { placeName } from "./names";
import { Part } from "./part";
import { focusedRow, keepFocus } from "./row-focus";
import { isAhead, isEmpty, isOver, isUnbooked, lateness, orderOf, toldStatus } from "./status";

type Column = "time" | "route" | "aircraft" | "status";
type Filter = "now" | "all" | "cancelled" | "not_flown";

const spareRows = 6;
const rowRem = 2.75; // as `.row` in the style sheet
const soonMs = 30 * 60_000; // planned sorties that count as "now"
const columns: readonly Column[] = ["time", "route", "aircraft", "status"];
const filters: readonly Filter[] = ["now", "all", "cancelled", "not_flown"];
function value(sortie: SortieNow, column: Column): string | number {
  if (column === "time") return sortie.planned_off_block_at_ms;
  if (column === "route") return `${sortie.origin} ${sortie.destination}`;
  if (column === "aircraft") return sortie.aircraft_id ?? "~";
  return orderOf(toldStatus(sortie));
}

function lateMinutes(sortie: SortieNow): number {
  return Math.round(lateness(sortie, picture.clockFacts?.at_ms ?? 0) / 60_000);
}

class Board extends Part {
  private column: Column = "time";
  private isDown = false;
  private filter: Filter = "now";
  private top = 0;
  private height = 600;
  private row = 44;
  private focused: string | null = null;
  private readonly sizes = new ResizeObserver((entries) => {
    const height = entries[0]?.contentRect.height ?? this.height;
    if (Math.abs(height - this.height) < 1) return;
    this.height = height;
    this.requestUpdate();
  });

  protected override listensTo(what: string): boolean {
    return what !== "age";
  }

  protected override firstUpdated(): void {
    this.row = rowRem * parseFloat(getComputedStyle(document.documentElement).fontSize);
    const list = this.querySelector(".rows");
    if (list !== null) this.sizes.observe(list);
  }

  protected override willUpdate(): void {
    this.focused = focusedRow(this, "data-sortie");
  }

  protected override updated(): void {
    keepFocus(this, "data-sortie", this.focused);
  }

  override render(): TemplateResult {
    const sorties = this.sorted();
    const first = Math.max(0, Math.floor(this.top / this.row) - spareRows);
    const last = Math.min(sorties.length, first + Math.ceil(this.height / this.row) + 2 * spareRows);
    return html`
      <h2 class="hidden">${t("board.title")}</h2>
      <div class="filters" role="group" aria-label=${t("board.title")}>
        ${filters.map(
          (name) => html`<button class="filter" aria-pressed=${name === this.filter}
            @click=${() => this.choose(name)}>${t(`board.filter.${name}`)}
            <span class="num count">${this.count(name)}</span></button>`,
        )}
      </div>
      <div class="table" id="board" tabindex="-1" role="table" aria-label=${t("board.title")}
        aria-rowcount=${sorties.length + 1}>
        <div role="rowgroup"><div class="row head" role="row">${columns.map((column) => this.header(column))}</div></div>
        <div class="rows" role="rowgroup" @scroll=${this.scrolled}>
          <div role="presentation" style="height:${first * this.row}px"></div>
          ${repeat(sorties.slice(first, last), (sortie) => sortie.sortie_id, (sortie, i) => this.line(sortie, first + i + 2))}
          <div role="presentation" style="height:${(sorties.length - last) * this.row}px"></div>
        </div>
        ${sorties.length > 0 ? nothing : picture.clockFacts === null ? ghosts(5) : html`<p class="empty">${t("board.empty")}</p>`}
      </div>
    `;
  }

  private header(column: Column): TemplateResult {
    const isSorted = column === this.column;
    const name = t(`board.${column}` as Key);
    return html`<span role="columnheader"
      aria-sort=${isSorted ? (this.isDown ? "descending" : "ascending") : "none"}>
      <button class="head-button" title=${t("board.sort", { column: name })}
        @click=${() => this.sortBy(column)}>${name}
        ${isSorted ? icon(this.isDown ? "arrowDown" : "arrowUp") : nothing}</button></span>`;
  }

  private line(sortie: SortieNow, index: number): TemplateResult {
    const isSelected =
      (picture.selection?.kind === "sortie" && picture.selection.id === sortie.sortie_id) ||
      (picture.selection?.kind === "aircraft" &&
        picture.aircraft.get(picture.selection.id)?.sortie_id === sortie.sortie_id);
    return html`<div class="row ${isSelected ? "is-selected" : ""}" role="row" aria-rowindex=${index}
      data-sortie=${sortie.sortie_id} data-status=${sortie.status} @click=${() => this.open(sortie)}>
      ${guard([sortie, language(), picture.city, lateMinutes(sortie)], () => this.cells(sortie))}
    </div>`;
  }

  private cells(sortie: SortieNow): TemplateResult {
    const offset = picture.clock.offsetMs();
    const late = lateMinutes(sortie);
    const status = toldStatus(sortie);
    return html`
      <span role="cell" class="cell-time num">${format.clock(sortie.planned_off_block_at_ms, offset)}
        ${late > 0
          ? html`<small class="late">${t("board.late", { minutes: late })}</small>`
          : nothing}</span>
      <span role="cell" class="cell-route"><button class="row-button"
        @click=${(event: Event) => { event.stopPropagation(); this.open(sortie); }}>
        <span>${placeName(sortie.origin)}</span><small>${icon("arrowRight")}${placeName(sortie.destination)}</small>
      </button></span>
      <span role="cell" class="cell-aircraft num">${sortie.aircraft_id ?? (isUnbooked(sortie) ? nothing : "–")}
        <small>${sortie.passengers > 0 ? t("board.passengers", { n: sortie.passengers })
          : isUnbooked(sortie) ? t("board.unbooked") : isEmpty(sortie) ? t("board.empty_leg") : ""}</small></span>
      <span role="cell" class="cell-status"><span class="state state-${status}">
        ${word("status", status)}</span>
        <small>${sortie.cause ? word("cause", sortie.cause)
          : (sortie.no_shows ?? 0) > 0 ? t("board.no_shows", { n: sortie.no_shows! }) : nothing}</small></span>`;
  }

  private open(sortie: SortieNow): void {
    const now = sortie.aircraft_id === null ? undefined : picture.aircraft.get(sortie.aircraft_id);
    const isOnIt = now !== undefined && now.sortie_id === sortie.sortie_id;
    picture.select(
      isOnIt
        ? { kind: "aircraft", id: now.aircraft_id }
        : { kind: "sortie", id: sortie.sortie_id },
    );
  }

  private passes(sortie: SortieNow, filter: Filter): boolean {
    if (filter === "all") return true;
    if (filter !== "now") return toldStatus(sortie) === filter;
    const now = picture.clockFacts?.at_ms ?? 0;
    return !isOver(sortie.status) && (!isAhead(sortie.status) || sortie.planned_off_block_at_ms < now + soonMs);
  }

  private count(filter: Filter): number {
    let n = 0;
    for (const sortie of picture.sorties.values()) if (this.passes(sortie, filter)) n++;
    return n;
  }

  private sorted(): SortieNow[] {
    const sign = this.isDown ? -1 : 1;
    return [...picture.sorties.values()]
      .filter((sortie) => this.passes(sortie, this.filter))
      .sort((a, b) => {
        const x = value(a, this.column);
        const y = value(b, this.column);
        if (x !== y) return x < y ? -sign : sign;
        return a.sortie_id < b.sortie_id ? -1 : 1;
      });
  }

  private choose(filter: Filter): void {
    this.filter = filter;
    this.isDown = filter !== "now" && this.column === "time";
    this.top = 0;
    this.querySelector(".rows")?.scrollTo(0, 0);
    this.requestUpdate();
  }

  private sortBy(column: Column): void {
    this.isDown = column === this.column ? !this.isDown : false;
    this.column = column;
    this.requestUpdate();
  }

  private scrolled(event: Event): void {
    this.top = (event.target as HTMLElement).scrollTop;
    this.requestUpdate();
  }
}

customElements.define("aspan-board", Board);
