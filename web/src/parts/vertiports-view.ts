/** Every vertiport: open or not, stands, charging power, who waits, the weather there. */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../format";
import { t, word, type Key } from "../i18n";
import { countStands, poolOf } from "../stands";
import { picture } from "../store";
import type { VertiportNow } from "../types";
import { ListView, type Column } from "./list";
import { placeName } from "./names";
import { weatherIcon, weatherWord } from "./weather-words";

/** How a vertiport is, in one word: closed, held, in part, open. */
function stateCode(v: VertiportNow): "closed" | "held" | "part" | "open" {
  if (!v.is_open) return "closed";
  if (v.is_held === true) return "held";
  return v.fatos.some((f) => f.is_open === false) ? "part" : "open";
}

const signs = { closed: "cancelled", held: "held", part: "held", open: "open" };
const ranks = { closed: 0, held: 1, part: 2, open: 3 };

class VertiportsView extends ListView<VertiportNow> {
  protected readonly name: Key = "vertiports.title";
  protected readonly empty: Key = "vertiports.empty";
  protected column = "name";

  protected readonly columns: readonly Column<VertiportNow>[] = [
    { id: "name", name: "vertiport.kind", width: "minmax(9rem,1.6fr)", phone: "minmax(0,1fr)", value: (v) => placeName(v.vertiport_id), cell: (v) => html`<b>${placeName(v.vertiport_id)}</b>` },
    { id: "state", name: "board.status", width: "minmax(7rem,1fr)", phone: "6.6rem", value: (v) => ranks[stateCode(v)],
      cell: (v) => html`<span class="state state-${signs[stateCode(v)]}">${word("vertiport.state", stateCode(v))}</span>` },
    { id: "stands", name: "vertiport.stands", width: "minmax(7rem,2.1fr)", phone: "6.2rem", value: (v) => -countStands(v).free, cell: (v) => this.stands(v) },
    { id: "power", name: "vertiport.power", width: "minmax(9rem,1.4fr)", isSpare: true, value: (v) => v.site_kw, cell: (v) => this.power(v) },
    { id: "waiting", name: "figures.waiting", width: "6rem", isNumber: true, isSpare: true, value: (v) => v.waiting_passengers,
      cell: (v) => format.number(v.waiting_passengers) },
    { id: "weather", name: "weather.title", width: "minmax(9rem,1.6fr)", isSpare: true,
      value: (v) => (picture.weather.get(v.vertiport_id)?.is_below_minima === true ? 0 : 1), cell: (v) => this.weather(v) },
  ];

  protected items(): Iterable<VertiportNow> {
    return picture.vertiports.values();
  }

  protected idOf(vertiport: VertiportNow): string {
    return vertiport.vertiport_id;
  }

  protected override stateOf(vertiport: VertiportNow): string {
    return stateCode(vertiport);
  }

  protected textOf(vertiport: VertiportNow): string {
    return `${vertiport.vertiport_id} ${placeName(vertiport.vertiport_id)} ${word("vertiport.state", stateCode(vertiport))}`;
  }

  protected isSelected(vertiport: VertiportNow): boolean {
    return picture.selection?.kind === "vertiport" && picture.selection.id === vertiport.vertiport_id;
  }

  protected open(vertiport: VertiportNow): void {
    picture.select({ kind: "vertiport", id: vertiport.vertiport_id });
  }

  protected override dependsOn(vertiport: VertiportNow): unknown[] {
    return [picture.weather.get(vertiport.vertiport_id)];
  }

  /** Stands as small marks: free hollow, taken full, charging half; told in words to readers. */
  private stands(v: VertiportNow): TemplateResult {
    const pool = poolOf(v.vertiport_id);
    const drawn = v.stands.filter((s) => !pool.has(s.stand_id) || s.aircraft_id !== null); // the pool only while it serves
    const { free, all } = countStands(v);
    return html`<span class="cell-stands"><span class="num">${t("vertiport.occupied", { n: free, all })}</span>
      <span class="pips" aria-hidden="true">${drawn.map((s) => html`<span class="pip ${pool.has(s.stand_id) ? "is-pool" : ""}
        ${s.charging_kw !== null ? "is-charging" : s.aircraft_id !== null ? "is-taken" : s.held_by_sortie_id != null ? "is-kept" : ""}"></span>`)}</span></span>`;
  }

  private power(v: VertiportNow): TemplateResult {
    const limit = picture.place(v.vertiport_id)?.site_power_limit_kw ?? 0;
    const share = limit === 0 ? 0 : Math.min(1, v.site_kw / limit);
    return html`<span class="cell-charge"><span class="charge-bar" aria-hidden="true"><span style="width:${share * 100}%"></span></span>
      <span class="num">${format.kw(v.site_kw)} <small>${limit === 0 ? nothing : t("vertiport.of", { limit: format.kw(limit) })}</small></span></span>`;
  }

  private weather(v: VertiportNow): unknown {
    const report = picture.weather.get(v.vertiport_id);
    if (report === undefined) return html`<small>–</small>`;
    return html`<span class="cell-weather">${weatherIcon(report)}<span class="cell-pair"><span>${weatherWord(report)}</span>
      <small class=${report.is_below_minima ? "late" : "num"}>${report.is_below_minima
        ? `${t("weather.below")}: ${word("cause", report.reason)}`
        : `${format.celsius(report.temperature_k)}, ${format.wind(report.wind_mps)}`}</small></span></span>`;
  }
}

customElements.define("aspan-vertiports", VertiportsView);
