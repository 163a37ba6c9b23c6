/** The legs of a trip as a strip in true proportions; all strips of a page share one scale. */
import { html, nothing, type TemplateResult } from "lit";
import { duration } from "./format";
import { modeIcon } from "./icons";
import type { Itinerary, Leg } from "./types";
import { word } from "./words";

const iconShare = 0.075; // a narrower piece has no room for a sign

export function lengthMs(itinerary: Itinerary): number {
  return Math.max(1, itinerary.arrive_at_ms - itinerary.depart_at_ms);
}

interface Piece { mode: string; ms: number }

/** Legs as pieces; a gap that no leg fills is waiting. */
function pieces(itinerary: Itinerary): Piece[] {
  const found: Piece[] = [];
  let at = itinerary.depart_at_ms;
  const add = (mode: string, ms: number): void => {
    const last = found.at(-1);
    if (ms <= 0) return;
    if (last !== undefined && last.mode === mode && (mode === "wait" || mode === "walk")) last.ms += ms;
    else found.push({ mode, ms });
  };
  for (const leg of itinerary.legs) {
    add("wait", leg.depart_at_ms - at);
    add(leg.mode, leg.arrive_at_ms - leg.depart_at_ms);
    at = leg.arrive_at_ms;
  }
  add("wait", itinerary.arrive_at_ms - at);
  return found;
}

export function strip(itinerary: Itinerary, longestMs: number): TemplateResult {
  const parts = pieces(itinerary);
  const share = (ms: number): number => ms / longestMs;
  return html`<div class="strip" aria-hidden="true">${parts.map(({ mode, ms }) =>
      html`<span class="piece is-${mode}" style="width:${(share(ms) * 100).toFixed(3)}%" title="${word("door.mode", mode)} ${duration(ms)}">${share(ms) >= iconShare ? modeIcon(mode) : nothing}</span>`)}</div>
    <p class="strip-words num">${parts.map(({ mode, ms }, i) => html`<span class="strip-word"><i class="swatch is-${mode}" aria-hidden="true"></i>${word("door.mode", mode)} ${duration(ms)}${i < parts.length - 1 ? html`<span aria-hidden="true"> ·</span><span class="hidden">, </span>` : nothing}</span> `)}</p>`;
}

export function isEstimated(legs: Leg[]): boolean {
  return legs.some((leg) => leg.is_estimate);
}
