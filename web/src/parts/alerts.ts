/** What a person must look at now: few, the most urgent first, each with why, what follows and what to do. */
import { html, nothing, type TemplateResult } from "lit";
import { openActionsTaken } from "../actions";
import { t } from "../i18n";
import { icon } from "../icons";
import { picture } from "../store";
import { inOrder, listAlerts, type Alert } from "./alert-list";
import { Part } from "./part";
import { timeOf } from "./quantity";

const keptEnded = 12; // messages that are over and still listed
const endedKey = "aspan.alerts.ended";
const keptMs = 12 * 3_600_000; // service time for which they are listed

interface Ended { alert: Alert; atMs: number }

/** What was over when this page was open last, of the same city and no later than now. */
function readEnded(city: string, nowMs: number): Ended[] {
  try {
    const kept = JSON.parse(localStorage.getItem(endedKey) ?? "null") as { city: string; ended: Ended[] } | null;
    return kept?.city !== city ? [] : kept.ended.filter(({ atMs }) => atMs <= nowMs && atMs > nowMs - keptMs);
  } catch {
    return []; // written by another version
  }
}

class Alerts extends Part {
  private known = new Map<string, Alert>();
  private ended: Ended[] = [];
  private isFirst = true;
  private news = "";

  protected override listensTo(what: string): boolean {
    return what === "state" || what === "look" || what === "city" || what === "moment";
  }

  override render(): TemplateResult {
    const all = picture.city === null || picture.clockFacts === null ? [] : this.note(listAlerts());
    const urgent = inOrder(all.filter((a) => !a.isQuiet));
    const quiet = inOrder(all.filter((a) => a.isQuiet));
    return html`
      <button class="button alerts-button ${urgent.length > 0 ? "has-alerts" : ""}" popovertarget="alerts"
        aria-label=${t("alerts.count", { n: urgent.length })} title=${t("alerts.title")}>
        ${icon("bell")}<span class="num">${urgent.length}</span></button>
      <div id="alerts" popover class="alerts" role="region" aria-label=${t("alerts.title")}>
        <h2>${t("alerts.title")}</h2>
        ${urgent.length === 0 ? html`<p class="empty">${t("alerts.empty")}</p>` : html`<ul>${urgent.map((a) => this.line(a))}</ul>`}
        ${this.quiet(quiet)}
        <button class="button button-wide" data-alerts="actions" @click=${() => { this.hide(); void openActionsTaken(); }}>
          ${icon("history")}<span>${t("alerts.actions")}</span></button>
      </div>
      <span class="hidden" role="status" aria-live="polite">${this.news || nothing}</span>
    `;
  }

  private line(alert: Alert): TemplateResult {
    const { what, cause, effect, action, sinceMs } = alert;
    return html`<li class="alert rank-${alert.rank}"><button @click=${() => this.open(alert)}>
      <b>${icon(alert.rank < 2 ? "warning" : "info")}<span>${what}</span>
        ${sinceMs === null ? nothing : html`<small class="num">${t("alerts.since", { time: timeOf(sinceMs) })}</small>`}</b>
      <span class="alert-facts"><i>${t("alerts.cause")}</i><span>${cause}</span><i>${t("alerts.effect")}</i><span>${effect}</span>
        <i>${t("alerts.do")}</i><span class="alert-do">${action}</span></span></button></li>`;
  }

  /** What touches nobody now, and what is over. */
  private quiet(quiet: Alert[]): TemplateResult | typeof nothing {
    const n = quiet.length + this.ended.length;
    if (n === 0) return nothing;
    return html`<details class="fold alerts-quiet"><summary>${t("alerts.quiet", { n })}</summary><ul>
      ${quiet.map((a) => this.small(a, t("alerts.for_information")))}
      ${this.ended.map(({ alert, atMs }) => this.small(alert, t("alerts.ended", { time: timeOf(atMs) })))}</ul></details>`;
  }

  private small(alert: Alert, more: string): TemplateResult {
    return html`<li class="alert-quiet"><button @click=${() => this.open(alert)}><span>${alert.what}</span>
      <small>${alert.cause} · ${more}</small></button></li>`;
  }

  /** Remember since when each holds and what is over; the first look at a picture is no news. */
  private note(found: Alert[]): Alert[] {
    const now = picture.clockFacts?.at_ms ?? 0;
    if (picture.isReplay) return found;
    const alerts = found.map((alert) => {
      const before = this.known.get(alert.id);
      return { ...alert, sinceMs: alert.sinceMs ?? (before === undefined ? (this.isFirst ? null : now) : before.sinceMs) };
    });
    const fresh = alerts.filter((a) => !a.isQuiet && this.known.get(a.id)?.isQuiet !== false);
    if (fresh.length > 0 && !this.isFirst) this.news = fresh.map((a) => `${a.what}: ${a.action}`).join("; ");
    const still = new Map(alerts.map((a) => [a.id, a]));
    const city = picture.clockFacts?.city_id ?? "";
    if (this.isFirst) this.ended = readEnded(city, now);
    const over = [...this.known.values()].filter((a) => !a.isQuiet && !still.has(a.id)).map((alert) => ({ alert, atMs: now }));
    this.ended = [...over, ...this.ended.filter(({ alert }) => !still.has(alert.id))].slice(0, keptEnded);
    if (over.length > 0) localStorage.setItem(endedKey, JSON.stringify({ city, ended: this.ended }));
    this.known = still;
    this.isFirst = false;
    return alerts;
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
