/** Lines of facts, names of places, times and bars of charge. */
import { html, nothing, type TemplateResult } from "lit";
import type { Details } from "../details";
import * as format from "../format";
import { t } from "../i18n";
import { icon } from "../icons";
import { picture, type SelectionKind } from "../store";

export { markWord } from "./mark";

/** One line of a list of facts. */
export function fact(name: unknown, value: unknown, more: unknown = nothing): TemplateResult {
  return html`<div class="fact"><dt>${name}</dt><dd class="num">${value} ${more}</dd></div>`;
}

export function fullName(id: string): string {
  const place = picture.place(id);
  return place === undefined ? id : format.name(place.names);
}

export function shortName(id: string): string {
  const place = picture.place(id);
  return place === undefined ? id : format.shortName(place.names);
}

export function linkTo(kind: SelectionKind, id: string, text: unknown = id): TemplateResult {
  return html`<a href=${`#/${kind}/${encodeURIComponent(id)}`}>${text}</a>`;
}

/** City-local time, with the date when it is not the shown day. */
export function timeOf(atMs: number | null, withSeconds = false): string {
  if (atMs === null) return "–";
  const offset = picture.clock.offsetMs();
  const time = format.clock(atMs, offset, withSeconds);
  const dayMs = 86_400_000;
  const isToday = Math.floor((atMs + offset) / dayMs) === Math.floor((picture.nowMs() + offset) / dayMs);
  return isToday ? time : `${format.day(atMs, offset)}, ${time}`;
}

/** A bar of charge with the charge aimed at as a tick. */
export function chargeBar(soc: number, target: number | null = null): TemplateResult {
  const part = (share: number): string => `${Math.max(0, Math.min(1, share)) * 100}%`;
  return html`<span class="charge-bar" aria-hidden="true"><span style="width:${part(soc)}"></span>
    ${target === null ? nothing : html`<i style="left:${part(target)}"></i>`}</span>`;
}

/** What stands where details will be, or why they cannot be had. */
export function detailsNote(details: Details<SelectionKind>): TemplateResult | typeof nothing {
  if (details.state === "past") return html`<p class="acts-note">${icon("history")}${t("detail.replay")}</p>`;
  if (details.state === "asking") return html`<p class="ghost-box"></p><span class="hidden">${t("detail.asking")}</span>`;
  if (details.state === "known" || details.found !== null) return nothing;
  return html`<p class="dialog-note is-attention" role="status">${icon("unplug")}
    <span>${t("detail.failed")} <button class="link" @click=${() => details.askNow()}>${t("detail.again")}</button></span></p>`;
}
