/** The signs of the map: an aircraft seen from above, a vertiport as a ring of its stands. */
import { html, nothing, svg, type TemplateResult } from "lit";
import type { VertiportNow, VertiportPlace } from "../types";

/** A six-rotor aircraft pointing north. */
export function aircraftGlyph(): TemplateResult {
  return html`<svg class="aircraft-glyph" viewBox="0 0 32 32" aria-hidden="true">
    <g class="rotors">
      <circle cx="4.5" cy="11" r="3.2" /><circle cx="11" cy="8.5" r="3.2" />
      <circle cx="21" cy="8.5" r="3.2" /><circle cx="27.5" cy="11" r="3.2" />
      <circle cx="10.5" cy="25.5" r="2.8" /><circle cx="21.5" cy="25.5" r="2.8" />
    </g>
    <path class="body" d="M16 2.5c1.5 0 2.5 2.2 2.5 5.2v3.1l10 1.6v2.3l-10 .7-.5 7.8 4.3 2v1.9L16 26.4l-6.3.7v-1.9l4.3-2-.5-7.8-10-.7v-2.3l10-1.6V7.7c0-3 1-5.2 2.5-5.2z" />
  </svg>`;
}

const middle = 32;
const radius = 23;

function point(turn: number, r: number): string {
  const angle = (turn - 0.25) * 2 * Math.PI;
  return `${(middle + r * Math.cos(angle)).toFixed(2)} ${(middle + r * Math.sin(angle)).toFixed(2)}`;
}

/** An arc from one share of the turn to another, clockwise from the top. */
function arc(from: number, to: number, r: number): string {
  return `M${point(from, r)} A${r} ${r} 0 ${to - from > 0.5 ? 1 : 0} 1 ${point(to, r)}`;
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
        : stand.is_contingency ? "is-pool" : "is-free";
      return svg`<path class="stand ${kind}" d=${arc(i / count + gap / 2, (i + 1) / count - gap / 2, radius)} />`;
    })}
    ${place.fatos.map((fato, i) => {
      const isUsed = now?.fatos.some((f) => f.fato_id === fato.fato_id && f.sortie_id !== null) ?? false;
      const x = middle + (i - (fatos - 1) / 2) * Math.min(12, 24 / fatos);
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
