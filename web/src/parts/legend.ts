/** What the signs on the map mean. */
import { html, type TemplateResult } from "lit";
import { t } from "../i18n";
import { aircraftGlyph } from "../map/glyphs";
import { Part } from "./part";

const stand = (kind: string): TemplateResult =>
  html`<svg viewBox="0 0 20 20" class="sign" aria-hidden="true">
    <path class="stand ${kind}" d="M3 14 A9 9 0 0 1 17 14" /></svg>`;

class Legend extends Part {
  protected override listensTo(what: string): boolean {
    return what === "look";
  }

  override render(): TemplateResult {
    const line = (sign: TemplateResult, text: string): TemplateResult =>
      html`<li>${sign}<span>${text}</span></li>`;
    const lane = (kind: string): TemplateResult =>
      html`<svg viewBox="0 0 20 20" class="sign" aria-hidden="true">
        <path class="sign-lane ${kind}" d="M1 7.5 L19 9.6 L19 10.4 L1 12.5Z" /></svg>`;
    return html`<details class="legend" name="map-panel">
      <summary>${t("legend.title")}</summary>
      <ul>
        ${line(html`<span class="sign sign-aircraft">${aircraftGlyph()}</span>`, t("legend.aircraft"))}
        ${line(html`<span class="sign sign-aircraft has-ring">${aircraftGlyph()}</span>`, t("legend.margin"))}
        ${line(stand("is-free"), t("legend.stand_free"))}
        ${line(stand("is-taken"), t("legend.stand_taken"))}
        ${line(stand("is-charging"), t("legend.stand_charging"))}
        ${line(stand("is-pool"), t("legend.stand_pool"))}
        ${line(html`<svg viewBox="0 0 20 20" class="sign" aria-hidden="true"><circle class="fato" cx="6" cy="10" r="3" /><circle class="fato is-used" cx="14" cy="10" r="3" /></svg>`, t("legend.fato"))}
        ${line(html`<svg viewBox="0 0 20 20" class="sign" aria-hidden="true"><path class="fato is-shut" d="M6.5 6.5l7 7m0-7l-7 7" /></svg>`, t("legend.fato_shut"))}
        ${line(html`<svg viewBox="42 2 20 20" class="sign" aria-hidden="true"><g class="held"><circle cx="52" cy="12" r="9" /><path d="M49 7.5v9M55 7.5v9" /></g></svg>`, t("legend.held"))}
        ${line(html`<svg viewBox="0 0 20 20" class="sign" aria-hidden="true"><path class="hatch-lines" d="M2 10 10 2M2 18 18 2M10 18 18 10" /></svg>`, t("legend.closed"))}
        ${line(lane(""), t("legend.lane"))}
        ${line(lane("is-active"), t("legend.lane_active"))}
        ${line(html`<span class="sign"><i class="zone-sign is-closed"></i></span>`, t("legend.zone_closed"))}
        ${line(html`<span class="sign"><i class="zone-sign is-leave"></i></span>`, t("legend.zone_leave"))}
        ${line(html`<span class="sign"><i class="zone-sign is-idle"></i></span>`, t("legend.zone_idle"))}
        ${line(html`<span class="sign"><i class="cylinder-sign"></i></span>`, t("legend.cylinder"))}
      </ul>
      <p>${t("legend.label")}</p>
    </details>`;
  }
}

customElements.define("aspan-legend", Legend);
