/** Blocks of the timeline: what they look like, what they say, what they open. */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../format";
import { t, word } from "../i18n";
import { icon, type IconName } from "../icons";
import { picture, type Selection } from "../store";
import type { Block } from "../types";
import { placeName } from "./names";

export interface Row {
  id: string;
  /** Begins a group of rows: the name of a vertiport. */
  group: string | null;
  name: string;
  more: string;
  /** Left out where there is no room. */
  aside?: string;
  selection: Selection | null;
}

export const blockKinds = ["flight", "boarding", "charging", "waiting", "taxiing", "grounded", "occupied", "held", "cancelled", "hold", "closure"] as const;

const signs: Record<string, IconName> = { charging: "charge", grounded: "warning", held: "clock", flight: "arrowRight", hold: "hand", closure: "ban" };
const glyphPx = 6.9; // mean width of a letter at 12 px
const framePx = 14; // of a block around its word
const signPx = 17;
const signedPx = 22; // a narrower block has no room for a sign

/** The word on a block. */
function label(block: Block): string {
  if (block.kind === "flight") {
    const to = block.destination ?? "";
    return block.passengers ? `${placeName(to)} · ${format.number(block.passengers)}` : placeName(to);
  }
  if (block.kind === "cancelled") return placeName(block.destination ?? "");
  if (block.kind === "closure") return t("timeline.closed", { fato: block.detail });
  if (block.kind === "occupied" || block.kind === "held") return block.aircraft_id ?? word("block", block.kind);
  return word("block", block.kind);
}

/** All of a block in one line, for readers and for who points at it. */
export function describe(block: Block): string {
  const offset = picture.offsetMs();
  const until = block.until_ms === null ? t("timeline.open_end") : format.clock(block.until_ms, offset);
  // of a cancelled sortie only the planned beginning is known
  const from = format.clock(block.from_ms, offset);
  const parts = [block.kind === "closure" ? label(block) : word("block", block.kind), block.kind === "cancelled" ? from : `${from}–${until}`];
  if (block.kind === "cancelled" && block.detail !== "") parts.push(word("cause", block.detail));
  if (block.is_planned) parts.push(t("timeline.planned"));
  if (block.origin && block.destination) parts.push(`${placeName(block.origin)} → ${placeName(block.destination)}`);
  else if (block.vertiport_id !== null) parts.push(placeName(block.vertiport_id));
  if (block.passengers) parts.push(t("board.passengers", { n: block.passengers }));
  for (const id of [block.sortie_id, block.aircraft_id]) if (id !== null) parts.push(id);
  if (block.kind === "grounded" && block.detail !== "") parts.push(block.detail);
  return parts.join(", ");
}

/** What a block opens. */
export function opens(block: Block): Selection | null {
  if (block.sortie_id !== null) return { kind: "sortie", id: block.sortie_id };
  if (block.aircraft_id !== null) return { kind: "aircraft", id: block.aircraft_id };
  return block.vertiport_id === null ? null : { kind: "vertiport", id: block.vertiport_id };
}

/** The sign and the word that a block has room for. */
export function faceOf(block: Block, width: number, isStands: boolean): { sign: IconName | null; text: string; isWithin: boolean } {
  // on a stand the charge lies under who stands there
  const isWithin = isStands && block.kind === "charging";
  if (isWithin || width < framePx) return { sign: null, text: "", isWithin };
  const sign = signs[block.kind] ?? null;
  const text = label(block);
  const room = width - framePx - text.length * glyphPx;
  const isSigned = width >= signedPx && (room < 0 || room >= signPx);
  return { sign: isSigned ? sign : null, text: room >= 0 ? text : "", isWithin };
}

/** The block that the keys have come to, as an element for readers and for its outline; the others are ink. */
export function drawActive(block: Block, id: string, left: number, width: number, isStands: boolean): TemplateResult {
  const { sign, text, isWithin } = faceOf(block, width, isStands);
  const isSelected = picture.selection !== null && picture.selection.id === block.sortie_id;
  const classes = ["tl-block is-active", isStands ? "is-of-stand" : "", `is-${block.kind}`, block.is_planned ? "is-planned" : "", block.until_ms === null ? "is-open" : "",
    isWithin ? "is-within" : "", isSelected ? "is-selected" : ""].join(" ");
  return html`<div class=${classes} id=${id} role="gridcell" aria-label=${describe(block)}
    style="left:${left.toFixed(1)}px;width:${Math.max(2, width).toFixed(1)}px">${sign === null ? nothing : icon(sign)}${text !== ""
      ? html`<span class="tl-label num">${text}</span>` : nothing}</div>`;
}

/** The legend: each kind's shape with its word, and how what is planned differs. */
export function drawLegend(isStands: boolean): TemplateResult {
  const kinds = [...(isStands ? ["occupied", "charging", "held"] : ["flight", "boarding", "charging", "waiting", "taxiing", "grounded", "cancelled"]),
    "hold", "closure"];
  return html`<ul class="tl-legend">
    ${kinds.map((kind) => html`<li><span class="tl-block is-${kind}" aria-hidden="true">${kind === "held" ? icon("clock") : nothing}</span>${word("block", kind)}</li>`)}
    <li><span class="tl-block is-${isStands ? "occupied is-of-stand" : "flight"} is-planned" aria-hidden="true"></span>${t("timeline.planned")}</li>
    <li>${t("timeline.ahead")}</li>
  </ul>`;
}
