/** The signs of the map: an aircraft seen from above, a vertiport as a ring of its stands. */
import { html, nothing, svg, type TemplateResult } from "lit";
import { bodyPath, rotors } from "./ink";
import type { VertiportNow, VertiportPlace } from "../types";

/** A six-rotor aircraft pointing north. */
export function aircraftGlyph(): TemplateResult {
  return html`<svg class="aircraft-glyph" viewBox="0 0 32 32" aria-hidden="true">
    <g class="rotors">${rotors.map(([x, y, r]) => svg`<circle cx=${x} cy=${y} r=${r} />`)}</g>
    <path class="body" d=${bodyPath} />
  </svg>`;
}

const middle = 32;
const radius = 23;
const glyphPx = 40; // of a vertiport on the map, as in the style sheet

function point(turn: number, r: number): string {
  const angle = (turn - 0.25) * 2 * Math.PI;
  return `${(middle + r * Math.cos(angle)).toFixed(2)} ${(middle + r * Math.sin(angle)).toFixed(2)}`;
}

/** An arc from one share of the turn to another, clockwise from the top. */
function arc(from: number, to: number, r: number): string {
  return `M${point(from, r)} A${r} ${r} 0 ${to - from > 0.5 ? 1 : 0} 1 ${point(to, r)}`;
}

function fatoX(i: number, count: number): number {
  return middle + (i - (count - 1) / 2) * Math.min(12, 24 / count);
}

/** A pulse over each FATO in use: an element of its own, which the compositor moves. */
export function fatoPulses(place: VertiportPlace, now: VertiportNow | undefined): TemplateResult[] {
  return place.fatos.flatMap((fato, i) => {
    const told = now?.fatos.find((f) => f.fato_id === fato.fato_id);
    if (told === undefined || told.sortie_id === null || told.is_open === false) return [];
    const left = (fatoX(i, place.fatos.length) - middle) * (glyphPx / (2 * middle));
    return [html`<i class="fato-pulse" style="left:${left.toFixed(1)}px" aria-hidden="true"></i>`];
  });
}

/** A ring divided by stands, filled by state, with a dot for each FATO. */
export function vertiportGlyph(place: VertiportPlace, now: VertiportNow | undefined): TemplateResult {
  const count = Math.max(1, place.stands.length);
  const gap = count > 1 ? 0.012 + 0.06 / count : 0;
  const shut = new Set(now?.fatos.filter((f) => f.is_open === false).map((f) => f.fato_id));
  const isClosed = now !== undefined && (!now.is_open || shut.size === place.fatos.length);
  const fatos = place.fatos.length;
  return html`<svg class="vertiport-glyph" viewBox="0 0 64 64" aria-hidden="true">
    <circle class="vertiport-ground" cx=${middle} cy=${middle} r="30" />
    ${isClosed
      ? svg`<path class="hatch-lines" d="M10 32 32 10 M13 45 45 13 M19 55 55 19 M32 60 60 32" />`
      : nothing}
    ${place.stands.map((stand, i) => {
      const state = now?.stands.find((s) => s.stand_id === stand.stand_id);
      const kind =
        state?.charging_kw != null ? "is-charging"
        : state?.aircraft_id != null ? "is-taken"
        : state?.held_by_sortie_id != null ? "is-kept"
        : stand.is_contingency ? "is-pool" : "is-free";
      return svg`<path class="stand ${kind}" d=${arc(i / count + gap / 2, (i + 1) / count - gap / 2, radius)} />`;
    })}
    ${place.fatos.map((fato, i) => {
      const isUsed = now?.fatos.some((f) => f.fato_id === fato.fato_id && f.sortie_id !== null) ?? false;
      const x = fatoX(i, fatos);
      const r = fatos > 2 ? 3.2 : 4.4;
      if (shut.has(fato.fato_id)) {
        return svg`<path class="fato is-shut" d="M${x - r} ${middle - r}l${2 * r} ${2 * r}m0 ${-2 * r}l${-2 * r} ${2 * r}" />`;
      }
      return svg`<circle class="fato ${isUsed ? "is-used" : ""}" cx=${x} cy=${middle} r=${r} />`;
    })}
    ${now?.is_held === true
      ? svg`<g class="held"><circle cx="52" cy="12" r="10" /><path d="M49 7.5v9M55 7.5v9" /></g>`
      : nothing}
  </svg>`;
}
