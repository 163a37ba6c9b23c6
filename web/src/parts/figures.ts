/** The few numbers of the day. */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../format";
import { t, type Key } from "../i18n";
import { picture, smallMarginKwh } from "../store";
import { aboutMargin, aboutOnTime } from "./mark";
import { Part } from "./part";
import { toldStatus } from "./status";

/** As many as the board lists under the same word. */
function cancelled(): number {
  let n = 0;
  for (const sortie of picture.sorties.values()) if (toldStatus(sortie) === "cancelled") n++;
  return n;
}

class FiguresPanel extends Part {
  protected override listensTo(what: string): boolean {
    return what === "state" || what === "look" || what === "city";
  }

  override render(): TemplateResult {
    const f = picture.figures;
    const margin = f?.min_energy_above_reserve_kwh;
    const isSmall = margin !== null && margin !== undefined && margin < smallMarginKwh;
    const count = (n: number | undefined): string => (n === undefined ? "" : format.number(n));
    return html`
      <section class="figures" aria-label=${t("figures.title")}>
        ${this.figure("figures.in_air", count(f?.in_air), "figure-main")}
        ${this.figure("figures.flown", count(f?.flown), "figure-main", (f?.empty ?? 0) > 0 ? html`<small>${t("day.empty", { n: f!.empty! })}</small>` : nothing)}
        ${this.figure("figures.passengers", count(f?.passengers), "figure-main")}
        ${this.figure("figures.waiting", count(f?.waiting))}
        ${this.figure("figures.cancelled", count(f === null ? undefined : cancelled()))}
        ${this.figure("figures.on_time", f === null ? "" : format.percent(f.on_time_share), "", aboutOnTime())}
        ${this.figure("figures.margin", f === null ? "" : format.kwh(margin), isSmall ? "figure-wide is-small" : "figure-wide", aboutMargin())}
        ${this.figure("figures.energy", f === null ? "" : format.kwh(f.energy_kwh, 0), "figure-side")}
      </section>
    `;
  }

  private figure(key: Key, value: string, kind = "", sign: unknown = nothing): TemplateResult {
    return html`<div class="figure ${kind}" data-figure=${key.slice(8)}>
      <span class="figure-value num">${value || html`<span class="ghost"></span>`}</span>
      <span class="figure-name">${t(key)} ${sign}</span>
    </div>`;
  }
}

customElements.define("aspan-figures", FiguresPanel);
