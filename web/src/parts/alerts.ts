/** What a person must look at now: few, the most urgent first, each with what follows from it. */
import { html, nothing, type TemplateResult } from "lit";
import { openActionsTaken } from "../actions";
import * as format from "../format";
import { t, word } from "../i18n";
import { icon } from "../icons";
import { picture, smallMarginKwh, type SelectionKind } from "../store";
import { placeName } from "./names";
import { Part } from "./part";
import { isAhead } from "./status";

interface Alert { rank: number; id: string; kind: SelectionKind; object: string; what: string; follows: string }

const soonMs = 3_600_000;

function comingFrom(vertiportId: string): { sorties: number; passengers: number } {
  const until = (picture.clockFacts?.at_ms ?? 0) + soonMs;
  let sorties = 0;
  let passengers = 0;
  for (const s of picture.sorties.values()) {
    const isComing = s.off_block_at_ms === null && (isAhead(s.status) || s.status === "held" || s.status === "boarding");
    if (!isComing || s.origin !== vertiportId || s.planned_off_block_at_ms > until) continue;
    sorties += 1;
    passengers += s.passengers;
  }
  return { sorties, passengers };
}

function touched(vertiportId: string): string {
  const { sorties, passengers } = comingFrom(vertiportId);
  return sorties === 0 ? t("alerts.none_touched")
    : `${t("alerts.sorties", { n: sorties })}, ${t("board.passengers", { n: passengers })}`;
}

function listAlerts(): Alert[] {
  const found: Alert[] = [];
  for (const a of picture.aircraft.values()) {
    const add = (rank: number, what: string, follows: string): void => {
      found.push({ rank, id: `${rank}/${a.aircraft_id}`, kind: "aircraft", object: a.aircraft_id, what: `${a.aircraft_id}: ${what}`, follows });
    };
    const margin = a.energy_margin_kwh;
    if (margin !== null && margin < smallMarginKwh && a.vertiport_id === null) {
      add(0, t("aircraft.small_margin"), t("alerts.margin", { margin: format.kwh(margin) }));
    }
    if (a.phase === "diverting") add(1, word("phase", a.phase), t("alerts.diverting"));
    if (a.phase === "grounded") add(4, word("phase", a.phase), t("alerts.grounded"));
  }
  for (const v of picture.vertiports.values()) {
    const add = (rank: number, what: string): void => {
      found.push({ rank, id: `${rank}/${v.vertiport_id}`, kind: "vertiport", object: v.vertiport_id,
        what: `${placeName(v.vertiport_id)}: ${what}`, follows: touched(v.vertiport_id) });
    };
    const report = picture.weather.get(v.vertiport_id);
    if (!v.is_open) add(2, t("vertiport.state.closed"));
    else if (v.fatos.some((f) => f.is_open === false)) add(2, t("vertiport.state.part"));
    if (v.is_held === true) add(3, t("vertiport.state.held"));
    if (report?.is_below_minima === true) add(3, `${t("weather.below")} (${word("cause", report.reason)})`);
  }
  return found.sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1));
}

class Alerts extends Part {
  private known = new Set<string>();
  private news = "";

  protected override listensTo(what: string): boolean {
    return what === "state" || what === "look" || what === "city" || what === "moment";
  }

  override render(): TemplateResult {
    const alerts = picture.city === null ? [] : listAlerts();
    this.note(alerts);
    return html`
      <button class="button alerts-button ${alerts.length > 0 ? "has-alerts" : ""}" popovertarget="alerts"
        aria-label=${t("alerts.count", { n: alerts.length })} title=${t("alerts.title")}>
        ${icon("bell")}<span class="num">${alerts.length}</span></button>
      <div id="alerts" popover class="alerts" role="region" aria-label=${t("alerts.title")}>
        <h2>${t("alerts.title")}</h2>
        ${alerts.length === 0 ? html`<p class="empty">${t("alerts.empty")}</p>` : html`<ul>
          ${alerts.map((a) => html`<li class="alert rank-${a.rank}"><button @click=${() => this.open(a)}>
            <b>${icon(a.rank < 2 ? "warning" : "info")}${a.what}</b><small>${a.follows}</small></button></li>`)}</ul>`}
        <button class="button button-wide" data-alerts="actions" @click=${() => { this.hide(); void openActionsTaken(); }}>
          ${icon("history")}<span>${t("alerts.actions")}</span></button>
      </div>
      <span class="hidden" role="status" aria-live="polite">${this.news || nothing}</span>
    `;
  }

  /** Say to readers what is new; the first look at a picture is no news. */
  private note(alerts: Alert[]): void {
    const fresh = alerts.filter((a) => !this.known.has(a.id));
    if (fresh.length > 0 && this.known.size > 0) this.news = fresh.map((a) => a.what).join("; ");
    this.known = new Set(alerts.map((a) => a.id));
  }

  private open(alert: Alert): void {
    this.hide();
    picture.select({ kind: alert.kind, id: alert.object });
  }

  private hide(): void {
    this.querySelector<HTMLElement>("#alerts")?.hidePopover();
  }
}

customElements.define("aspan-alerts", Alerts);
