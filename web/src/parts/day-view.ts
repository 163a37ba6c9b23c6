/** The day in numbers: few and large, then why not, when and where. */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../format";
import { t, word, type Key } from "../i18n";
import { icon } from "../icons";
import { router } from "../routes";
import { picture, smallMarginKwh } from "../store";
import type { DaySummary } from "../types";
import { ghosts } from "./ghosts";
import { aboutMargin, aboutOnTime } from "./mark";
import { placeName } from "./names";
import { Part } from "./part";

const refreshMs = 10_000;
const dayMs = 86_400_000;
const shownRoutes = 12;

function dateOf(atMs: number): string {
  return new Date(atMs + picture.offsetMs()).toISOString().slice(0, 10);
}

class DayView extends Part {
  private day: DaySummary | null = null;
  private isAllRoutes = false;
  private fault: "" | "none" | "lost" = "";
  private asker = 0;
  private asked = "";
  private isAsking = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.ask();
    this.asker = window.setInterval(() => void this.ask(), refreshMs);
  }

  override disconnectedCallback(): void {
    clearInterval(this.asker);
    super.disconnectedCallback();
  }

  protected override listensTo(what: string): boolean {
    return what === "look" || what === "city" || what === "view" || what === "moment";
  }

  private wanted(): string {
    return router.current.settings["date"] ?? "";
  }

  private async ask(): Promise<void> {
    if (this.isAsking) return; // what is wished meanwhile is asked for after the answer
    const date = this.wanted();
    const { atMs } = picture.past;
    this.isAsking = true;
    this.asked = this.wish();
    const query = new URLSearchParams(date === "" ? {} : { date });
    if (atMs !== null) query.set("at_ms", String(atMs));
    try {
      const answer = await fetch(`/api/day?${query}`);
      this.fault = answer.ok ? "" : answer.status < 500 ? "none" : "lost";
      if (date === this.wanted()) this.day = answer.ok ? ((await answer.json()) as DaySummary) : null;
    } catch {
      this.fault = "lost";
    }
    this.isAsking = false;
    this.requestUpdate();
  }

  /** The date that is chosen, and the moment as of which it is told. */
  private wish(): string {
    return `${this.wanted()}/${picture.past.atMs}`;
  }

  protected override updated(): void {
    if (this.wish() !== this.asked) void this.ask();
  }

  override render(): TemplateResult {
    return html`
      <div class="view-head"><h2>${t("day.title")}</h2>${this.dates()}
        ${picture.past.atMs === null ? nothing : html`<p class="view-note">${t("day.note_past")}</p>`}</div>
      <div class="scroll" tabindex="0" role="region" aria-label=${t("day.title")}>${this.body()}</div>
    `;
  }

  private dates(): TemplateResult | typeof nothing {
    const day = this.day;
    if (day === null) return nothing;
    const noonMs = Date.parse(`${day.date}T12:00:00Z`) - picture.offsetMs();
    const first = picture.past.history?.first_at_ms;
    const hasBefore = first !== undefined && dateOf(first) < day.date;
    const hasAfter = day.date < dateOf(picture.liveClock.now(performance.now()));
    const go = (step: number): void => router.go({ settings: { date: dateOf(noonMs + step * dayMs) } });
    return html`<p class="day-date num">
      ${hasBefore ? html`<button class="button" @click=${() => go(-1)} aria-label=${t("day.before")} title=${t("day.before")}>${icon("stepBack")}</button>` : nothing}
      ${format.weekday(noonMs, picture.offsetMs())} ${format.day(noonMs, picture.offsetMs())}
      ${hasAfter ? html`<button class="button" @click=${() => go(1)} aria-label=${t("day.after")} title=${t("day.after")}>${icon("stepForward")}</button>` : nothing}
    </p>`;
  }

  private body(): TemplateResult {
    const day = this.day;
    if (day === null) {
      if (this.fault === "") return ghosts(10);
      return html`<p class="empty" role="alert">${t(this.fault === "none" ? "day.none" : "app.no_answer")}</p>`;
    }
    return html`
      ${this.numbers(day)}
      <div class="day-grid">
        <section class="day-part day-wide"><h3>${t("day.by_hour")}</h3>${this.hours(day)}</section>
        <section class="day-part day-routes"><h3>${t("day.by_route")}</h3>${this.routes(day)}</section>
        ${this.causes("day.cancelled", "day.none_cancelled", day.cancelled)}
        ${this.causes("day.held", "day.none_held", day.held, day.held_sorties)}
        ${this.causes("day.diverted", "day.none_diverted", day.diverted)}
        ${this.causes("day.refused", "day.none_refused", day.refused)}
      </div>`;
  }

  private numbers(day: DaySummary): TemplateResult {
    const margin = day.min_above_reserve_kwh;
    const isSmall = margin !== null && margin < smallMarginKwh;
    const one = (name: Key, value: string, more = "", kind = "", sign: unknown = nothing): TemplateResult => html`<div class="day-number ${kind}">
      <dt>${t(name)} ${sign}</dt><dd class="num">${value}</dd>${more === "" ? nothing : html`<dd class="day-more num">${more}</dd>`}</div>`;
    return html`<dl class="day-numbers">
      ${one("figures.flown", format.number(day.flown), day.empty > 0 ? t("day.empty", { n: day.empty }) : "")}
      ${one("figures.passengers", format.number(day.passengers), t("day.bookings", { n: day.bookings }))}
      ${one("figures.on_time", format.percent(day.on_time_share), "", "", aboutOnTime())}
      ${one("day.delay", format.minutes(day.delay_p50_ms), day.delay_p95_ms === null ? "" : t("day.delay_p95", { delay: format.minutes(day.delay_p95_ms) }))}
      ${one("figures.margin", format.kwh(margin), "", isSmall ? "is-small" : "", aboutMargin())}
      ${one("figures.energy", format.kwh(day.energy_kwh, 0))}
      ${one("day.revenue", format.tenge(day.revenue_tiyn))}
      ${one("day.no_shows", format.number(day.no_shows))}
    </dl>`;
  }

  private hours(day: DaySummary): TemplateResult {
    const most = Math.max(1, ...day.by_hour.map((h) => h.flown));
    if (day.by_hour.every((h) => h.flown === 0)) return html`<p class="empty-small">${t("day.no_hours")}</p>`;
    const from = Math.min(...day.by_hour.map((h) => h.hour));
    const until = Math.max(...day.by_hour.map((h) => h.hour));
    const known = new Map(day.by_hour.map((h) => [h.hour, h]));
    const hours = Array.from({ length: until - from + 1 }, (_, i) => known.get(from + i) ?? { hour: from + i, flown: 0, passengers: 0 });
    return html`<ol class="bars">${hours.map((h) => html`<li>
      <span class="bars-value num" aria-hidden="true">${h.flown === 0 ? "" : format.number(h.flown)}</span>
      <span class="bars-bar" aria-hidden="true" style="height:${(h.flown / most) * 100}%"></span>
      <span class="bars-name num">${String(h.hour).padStart(2, "0")}</span>
      <span class="hidden">: ${t("alerts.sorties", { n: h.flown })}, ${t("board.passengers", { n: h.passengers })}</span></li>`)}</ol>`;
  }

  private routes(day: DaySummary): TemplateResult {
    if (day.by_route.length === 0) return html`<p class="empty-small">${t("day.no_hours")}</p>`;
    const routes = [...day.by_route].sort((a, b) => b.flown - a.flown || (a.origin + a.destination < b.origin + b.destination ? -1 : 1));
    const most = Math.max(1, ...routes.map((r) => r.flown));
    const rest = routes.length - shownRoutes;
    return html`<table class="share-table">
      <thead><tr><th scope="col">${t("board.route")}</th><th scope="col" class="is-number">${t("figures.flown")}</th>
        <th scope="col" class="is-number">${t("figures.passengers")}</th></tr></thead>
      <tbody>${routes.slice(0, this.isAllRoutes ? routes.length : shownRoutes).map((r) => html`<tr>
        <th scope="row">${placeName(r.origin)} ${icon("arrowRight")}<span class="hidden">→</span>${placeName(r.destination)}
          <span class="share" aria-hidden="true"><span style="width:${(r.flown / most) * 100}%"></span></span></th>
        <td class="num is-number">${format.number(r.flown)}</td><td class="num is-number">${format.number(r.passengers)}</td></tr>`)}</tbody>
    </table>${rest > 0 && !this.isAllRoutes ? html`<button class="button button-wide day-more-routes" @click=${() => this.showAllRoutes()}>${t("day.more_routes", { n: rest })}</button>` : nothing}`;
  }

  private showAllRoutes(): void {
    this.isAllRoutes = true;
    this.requestUpdate();
  }

  /** `sorties`: how many there are, where one may stand under several causes. */
  private causes(name: Key, none: Key, counts: Record<string, number>, sorties?: number): TemplateResult {
    const found = Object.entries(counts).filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const sum = found.reduce((so, [, n]) => so + n, 0);
    const all = sorties ?? sum;
    const most = found[0]?.[1] ?? 1;
    return html`<section class="day-part"><h3>${t(name)} <span class="num count">${format.number(all)}</span></h3>
      ${found.length === 0 ? html`<p class="empty-small">${t(none)}</p>` : html`<ul class="shares">${found.map(([code, n]) => html`<li>
        <span>${word("cause", code)}</span><span class="num">${format.number(n)}</span>
        <span class="share" aria-hidden="true"><span style="width:${(n / most) * 100}%"></span></span></li>`)}</ul>`}
      ${sum > all ? html`<small>${t("day.several_causes")}</small>` : nothing}
    </section>`;
  }
}

customElements.define("aspan-day", DayView);
