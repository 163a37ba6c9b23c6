/** A long table of which only the visible rows are drawn: filtered, sorted, moved through by keys. */
import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { language, t, type Key } from "../i18n";
import { icon } from "../icons";
import { picture } from "../store";
import { units } from "../units";
import { Part } from "./part";
import { ghosts } from "./ghosts";
import { focusedRow, keepFocus } from "./row-focus";

export interface Column<T> {
  id: string;
  name: Key;
  /** Width as a track of a CSS grid. */
  width: string;
  value: (item: T) => string | number;
  cell: (item: T) => unknown;
  isNumber?: boolean;
  /** Left out on narrow desks. */
  isSpare?: boolean;
  /** Width on a phone; left out there if none is given. */
  phone?: string;
}

export interface Filter<T> { id: string; name: Key; passes: (item: T) => boolean }

const spareRows = 6;
const rowRem = 2.75; // as `.list .row` in the style sheet

function rowPx(): number {
  return rowRem * parseFloat(getComputedStyle(document.documentElement).fontSize);
}

function classes<T>(column: Column<T>): string {
  return [column.isSpare ? "is-spare" : "", column.phone === undefined ? "is-wide" : "", column.isNumber ? "is-number" : ""].join(" ");
}

export abstract class ListView<T> extends Part {
  protected abstract readonly name: Key;
  protected abstract readonly empty: Key;
  protected abstract readonly columns: readonly Column<T>[];
  protected readonly filters: readonly Filter<T>[] = [];
  protected abstract column: string;
  protected isDown = false;
  protected filter = "";
  private words = "";
  private top = 0;
  private height = 600;
  private row = 44;
  private focusAt: number | null = null;
  private isPlaced = false;
  private focused: string | null = null;
  private readonly sizes = new ResizeObserver((entries) => {
    const height = entries[0]?.contentRect.height ?? this.height;
    if (Math.abs(height - this.height) < 1) return;
    this.height = height;
    this.requestUpdate();
  });

  protected abstract items(): Iterable<T>;
  protected abstract idOf(item: T): string;
  protected abstract textOf(item: T): string;
  protected abstract isSelected(item: T): boolean;
  protected abstract open(item: T): void;
  /** Attributes for the row's state, read by the style sheet. */
  protected stateOf(_item: T): string {
    return "";
  }

  /** What a row is drawn from besides the item: it is drawn anew when one of these is another. */
  protected dependsOn(_item: T): unknown[] {
    return [];
  }

  /** The row with which the list begins when it is opened. */
  protected firstShown(_items: T[]): number {
    return 0;
  }

  protected override listensTo(what: string): boolean {
    return what !== "age";
  }

  protected override firstUpdated(): void {
    this.row = rowPx();
    const list = this.querySelector(".rows");
    if (list !== null) this.sizes.observe(list);
  }

  override disconnectedCallback(): void {
    this.sizes.disconnect();
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const items = this.sorted();
    const isLoading = picture.clockFacts === null;
    const first = Math.max(0, Math.floor(this.top / this.row) - spareRows);
    const last = Math.min(items.length, first + Math.ceil(this.height / this.row) + 2 * spareRows);
    const tracks = this.columns.map((c) => c.width).join(" ");
    const least = this.columns.map((c) => c.phone ?? "").join(" ");
    const few = this.columns.filter((c) => !c.isSpare).map((c) => c.width).join(" ");
    return html`
      <div class="view-head">
        <h2>${t(this.name)} <span class="count num">${items.length}</span></h2>
        ${this.filters.length === 0 ? nothing : html`
          <div class="filters" role="group" aria-label=${t("list.show")}>
            ${this.filters.map((f) => html`<button class="filter" aria-pressed=${f.id === this.filter}
              @click=${() => this.choose(f.id)}>${t(f.name)}</button>`)}
          </div>`}
        <label class="search">${icon("search")}<span class="hidden">${t("list.filter")}</span>
          <input type="search" data-filter placeholder=${t("list.filter")} .value=${this.words} @input=${this.wrote} /></label>
      </div>
      <div class="table list" role="table" tabindex="-1" aria-label=${t(this.name)} aria-rowcount=${items.length + 1}
        style="--tracks:${tracks};--tracks-few:${few};--tracks-phone:${least}" @keydown=${this.pressed}>
        <div role="rowgroup"><div class="row head" role="row" aria-rowindex="1">${this.columns.map((c) => this.header(c))}</div></div>
        <div class="rows" role="rowgroup" @scroll=${this.scrolled}>
          <div role="presentation" style="height:${first * this.row}px"></div>
          ${repeat(items.slice(first, last), (item) => this.idOf(item), (item, i) => this.line(item, first + i))}
          <div role="presentation" style="height:${(items.length - last) * this.row}px"></div>
        </div>
        ${isLoading ? ghosts(8) : items.length === 0
          ? html`<p class="empty">${this.words === "" ? t(this.empty) : t("list.none", { words: this.words })}</p>` : nothing}
      </div>
    `;
  }

  protected override willUpdate(): void {
    this.focused = focusedRow(this, "data-id");
  }

  protected override updated(): void {
    this.placeOnce();
    if (this.focusAt === null) return keepFocus(this, "data-id", this.focused);
    this.querySelector<HTMLElement>(`[data-index="${this.focusAt}"] .row-button`)?.focus({ preventScroll: true });
    this.focusAt = null;
  }

  private placeOnce(): void {
    if (this.isPlaced || picture.clockFacts === null) return;
    const items = this.sorted();
    if (items.length === 0) return;
    this.isPlaced = true;
    const first = this.firstShown(items);
    if (first > 0) this.querySelector(".rows")?.scrollTo(0, first * this.row);
  }

  private header(column: Column<T>): TemplateResult {
    const isSorted = column.id === this.column;
    const name = t(column.name);
    return html`<span role="columnheader" class=${classes(column)}
      aria-sort=${isSorted ? (this.isDown ? "descending" : "ascending") : "none"}>
      <button class="head-button" title=${t("board.sort", { column: name })}
        @click=${() => this.sortBy(column.id)}>${name}
        ${isSorted ? icon(this.isDown ? "arrowDown" : "arrowUp") : nothing}</button></span>`;
  }

  private line(item: T, index: number): TemplateResult {
    return html`<div class="row ${this.isSelected(item) ? "is-selected" : ""}" role="row" aria-rowindex=${index + 2}
      data-index=${index} data-id=${this.idOf(item)} data-state=${this.stateOf(item)} @click=${() => this.open(item)}>
      ${guard([item, language(), units(), picture.city, ...this.dependsOn(item)], () => this.columns.map((column, i) => html`<span role="cell"
        class="${classes(column)} ${column.isNumber ? "num" : ""}">${i === 0
        ? html`<button class="row-button" @click=${(event: Event) => { event.stopPropagation(); this.open(item); }}>
            ${column.cell(item)}</button>`
        : column.cell(item)}</span>`))}
    </div>`;
  }

  private sorted(): T[] {
    const column = this.columns.find((c) => c.id === this.column) ?? this.columns[0]!;
    const filter = this.filters.find((f) => f.id === this.filter);
    const wanted = this.words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const sign = this.isDown ? -1 : 1;
    const found: { item: T; key: string | number }[] = [];
    for (const item of this.items()) {
      if (filter !== undefined && !filter.passes(item)) continue;
      if (wanted.length > 0) {
        const text = this.textOf(item).toLocaleLowerCase();
        if (!wanted.every((w) => text.includes(w))) continue;
      }
      found.push({ item, key: column.value(item) });
    }
    const letters = new Intl.Collator(language(), { numeric: true });
    found.sort((a, b) => {
      const order = typeof a.key === "string" ? letters.compare(a.key, String(b.key)) : a.key - Number(b.key);
      return order !== 0 && !Number.isNaN(order) ? order * sign : this.idOf(a.item) < this.idOf(b.item) ? -1 : 1;
    });
    return found.map((f) => f.item);
  }

  private choose(filter: string): void {
    this.filter = filter;
    this.toTop();
  }

  private sortBy(column: string): void {
    this.isDown = column === this.column ? !this.isDown : false;
    this.column = column;
    this.toTop();
  }

  private wrote(event: Event): void {
    this.words = (event.target as HTMLInputElement).value;
    this.toTop();
  }

  private toTop(): void {
    this.top = 0;
    this.querySelector(".rows")?.scrollTo(0, 0);
    this.requestUpdate();
  }

  private scrolled(event: Event): void {
    this.top = (event.target as HTMLElement).scrollTop;
    this.requestUpdate();
  }

  /** Arrow keys walk the rows; the list scrolls under them. */
  private pressed(event: KeyboardEvent): void {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const at = (event.target as Element).closest<HTMLElement>("[data-index]")?.dataset["index"];
    const rows = this.querySelector<HTMLElement>(".rows");
    if (step === 0 || rows === null) return;
    event.preventDefault();
    event.stopPropagation();
    // from the table itself, whose row has left, to the first row that is seen
    const next = at === undefined ? Math.ceil(rows.scrollTop / this.row) : Number(at) + step;
    const y = next * this.row;
    if (y < rows.scrollTop) rows.scrollTop = y;
    if (y + this.row > rows.scrollTop + this.height) rows.scrollTop = y + this.row - this.height;
    this.top = rows.scrollTop;
    this.focusAt = next;
    this.requestUpdate();
  }
}
