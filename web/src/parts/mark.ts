/** The mark of truth: a small word that opens what a number is, its range and its source. */
import { html, nothing, type TemplateResult } from "lit";
import { ref } from "lit/directives/ref.js";
import * as format from "../format";
import { t, word, type Key } from "../i18n";
import { icon } from "../icons";
import { picture } from "../store";
import type { Quantity } from "../types";

const edgePx = 8; // kept free between what opens and the edge of the window

/** Put what has opened under its button, inside the window. */
function place(event: Event): void {
  const body = event.target as HTMLElement;
  const button = body.previousElementSibling;
  if ((event as ToggleEvent).newState !== "open" || button === null) return;
  const at = button.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = body;
  const left = Math.min(at.left, window.innerWidth - offsetWidth - edgePx);
  const below = at.bottom + 4;
  const top = below + offsetHeight > window.innerHeight - edgePx ? at.top - offsetHeight - 4 : below;
  body.style.left = `${Math.max(edgePx, left)}px`;
  body.style.top = `${Math.max(edgePx, top)}px`;
}

/** The button opens the element after it; no two need different names for that. */
function tie(element: Element | undefined): void {
  if (!(element instanceof HTMLButtonElement)) return;
  element.popoverTargetElement = element.nextElementSibling;
}

/** Escape closes what a mark has opened, and no more. */
function keepEscape(event: KeyboardEvent): void {
  const isOpen = (event.currentTarget as HTMLElement).querySelector(":popover-open") !== null;
  if (event.key === "Escape" && isOpen) event.stopPropagation();
}

function opener(face: unknown, about: string, body: unknown, kind: string): TemplateResult {
  return html`<span class="mark" @keydown=${keepEscape}><button type="button" class=${kind} ${ref(tie)} aria-label=${about} title=${about}>${face}</button><span
    popover class="mark-body" role="note" @toggle=${place}>${body}</span></span>`;
}

/** The rows a source cites: what each says, where it was read. */
export function rowsOf(source: string): TemplateResult | typeof nothing {
  const { citations, references } = picture.city ?? {};
  const rows = citations?.[source] ?? [];
  if (rows.length === 0 || references === undefined) return nothing;
  return html`<span class="mark-rows"><b>${t("mark.rests_on")}</b>${rows.map((id) => {
    const row = references[id];
    return row === undefined ? nothing : html`<span data-reference=${id}><span lang="en"><b>${id}</b> ${row.title}. ${row.says}</span>
      <small><span lang="en">${row.source}</span> · ${word("mark", row.mark)}</small></span>`;
  })}</span>`;
}

function sourceLine(source: string): TemplateResult {
  return html`<span>${t("mark.source", { source: "" })}<span lang="en">${source}</span></span>${rowsOf(source)}`;
}

function stated({ value, low, high, unit, source }: Quantity): TemplateResult {
  const told = unit === "1" ? "" : unit;
  const digits = Math.abs(value) < 10 ? 2 : 1;
  const number = (n: number): string => format.number(n, Number.isInteger(n) ? 0 : digits);
  return html`<span class="num">${t("mark.value", { value: number(value), unit: told, low: number(low), high: number(high) })}</span>${sourceLine(source)}`;
}

/** The mark of a stated number. */
export function markOfQuantity(quantity: Quantity): TemplateResult {
  const said = word("mark", quantity.mark);
  return opener(said, t("mark.about", { mark: said }),
    html`<span>${word("mark.means", quantity.mark)}</span>${stated(quantity)}`, "mark-word");
}

/** The mark of a number that the city states under this path; nothing where it states none. */
export function markOf(path: string): TemplateResult | typeof nothing {
  const quantity = picture.city?.quantities[path];
  return quantity === undefined ? nothing : markOfQuantity(quantity);
}

export interface Told {
  /** A sentence on how this comes about. */
  says?: Key;
  source?: string;
  /** Numbers it is made from, each under its name. */
  from?: [name: string, quantity: Quantity][];
}

/** The mark of something that is no stated number, with what can be told of it. */
export function markWith(mark: string, { says, source, from = [] }: Told): TemplateResult {
  const said = word("mark", mark);
  return opener(said, t("mark.about", { mark: said }), html`
    <span>${says === undefined ? word("mark.means", mark) : t(says)}</span>
    ${source === undefined || source === "" ? nothing : sourceLine(source)}
    ${from.map(([name, quantity]) => html`<span class="mark-part"><b>${name}</b> (${word("mark", quantity.mark)})</span>${stated(quantity)}`)}`, "mark-word");
}

/** A sign beside a figure that opens one sentence: what is counted, or why it is so. */
export function explain(about: string, says: string, more: unknown = nothing): TemplateResult {
  return opener(icon("info"), about, html`<span>${says}</span>${more}`, "mark-sign");
}

/** What "on time" counts, where the figure stands. */
export function aboutOnTime(): TemplateResult | typeof nothing {
  const limitMs = picture.city?.on_time_ms ?? 0;
  if (limitMs === 0) return nothing;
  return explain(t("on_time.about"), t("on_time.means", { n: Math.round(limitMs / 60_000) }));
}

/** What the lowest margin of the day is, where the figure stands. */
export function aboutMargin(): TemplateResult {
  return explain(t("margin.about"), t("margin.means_day"));
}

/** A mark of which no more can be told than what it means. */
export function markWord(mark: string): TemplateResult {
  return markWith(mark, {});
}
