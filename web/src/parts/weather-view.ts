/** The weather of every place: twelve hours of reports, the hours ahead, and the minima beside them. */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../format";
import { t, word, type Key } from "../i18n";
import { icon } from "../icons";
import { picture } from "../store";
import type { CityFacts, ForecastHour, WeatherNow, WeatherPlace } from "../types";
import { ghosts } from "./ghosts";
import { placeName } from "./names";
import { Part } from "./part";
import { aboutCeiling, ceilingOfPlace, ceilingWords } from "./ceiling";
import { drawSpark, type Hour, type Spark } from "./spark";
import { reportMark, reportTime, weatherIcon, weatherWord } from "./weather-words";

const refreshMs = 20_000;
const hourMs = 3_600_000;
const behindMs = 12 * hourMs;
const aheadMsMax = 12 * hourMs;
const noCeilingM = 9000;

type Reading = WeatherNow | ForecastHour;
interface Measure {
  name: Key;
  of: (r: Reading) => number;
  say: (value: number) => string;
  /** Bottom and top of the scale; what lies beyond is drawn at the edge. */
  scale: (values: number[]) => [number, number];
  limit?: (city: CityFacts) => { value: number; isLeast: boolean };
}

const measures: readonly Measure[] = [
  { name: "weather.visibility", of: (r) => r.visibility_m, say: format.kilometres, scale: () => [0, 10_000],
    limit: (c) => ({ value: c.minima.visibility_m, isLeast: true }) },
  { name: "weather.ceiling", of: (r) => r.ceiling_agl_m,
    say: (v) => (v >= noCeilingM ? t("weather.no_ceiling") : format.height(v)), scale: () => [0, 2000],
    limit: (c) => ({ value: ceilingOfPlace(c), isLeast: true }) },
  { name: "weather.wind", of: (r) => r.wind_mps, say: format.wind, scale: (v) => [0, Math.max(20, ...v)],
    limit: (c) => ({ value: c.minima.wind_mps, isLeast: false }) },
  { name: "weather.gusts", of: (r) => r.gust_mps, say: format.wind, scale: (v) => [0, Math.max(22, ...v)],
    limit: (c) => ({ value: c.minima.gust_mps, isLeast: false }) },
  { name: "weather.temperature", of: (r) => r.temperature_k, say: format.celsius,
    scale: (v) => [Math.min(...v) - 2, Math.max(...v) + 2] },
];

class WeatherView extends Part {
  private places: WeatherPlace[] | null = null;
  private fault = false;
  private asker = 0;
  private isAsking = false;
  private askedAt: number | null = null;

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
    return what === "look" || what === "city" || what === "selection" || what === "moment";
  }

  private async ask(): Promise<void> {
    if (this.isAsking) return; // a moment that is moved on meanwhile is asked for after the answer
    const { atMs } = picture.past;
    this.isAsking = true;
    this.askedAt = atMs;
    try {
      const answer = await fetch(atMs === null ? "/api/weather" : `/api/weather?at_ms=${atMs}`);
      this.fault = !answer.ok;
      if (answer.ok) this.places = ((await answer.json()) as { places: WeatherPlace[] }).places;
    } catch {
      this.fault = true;
    }
    this.isAsking = false;
    this.requestUpdate();
  }

  protected override updated(): void {
    if (this.askedAt !== picture.past.atMs) void this.ask();
  }

  override render(): TemplateResult {
    const isPast = picture.past.atMs !== null;
    return html`
      <div class="view-head"><h2>${t("rail.weather")}</h2>
        <p class="view-note">${t(isPast ? "weather.note_past" : "weather.note")}</p></div>
      <div class="scroll" tabindex="0" role="region" aria-label=${t("rail.weather")}>${this.body()}</div>
    `;
  }

  private body(): TemplateResult {
    if (this.places === null) return this.fault ? html`<p class="empty" role="alert">${t("app.no_answer")}</p>` : ghosts(10);
    if (this.places.length === 0) return html`<p class="empty">${t("weather.empty")}</p>`;
    return html`<table class="weather-table">
      <caption class="hidden">${t("weather.caption")}</caption>
      <thead><tr><th scope="col">${t("weather.place")}</th>${measures.map((m) => html`<th scope="col">${t(m.name)} ${m.name === "weather.ceiling" ? this.ceiling() : nothing}
        <span class="spark-hours num" aria-hidden="true"><span>${this.time(this.span().from)}</span><span>${this.time(this.span().until)}</span></span></th>`)}</tr></thead>
      <tbody>${this.places.map((place) => this.line(place))}</tbody>
    </table>`;
  }

  private ceiling(): TemplateResult | typeof nothing {
    const city = picture.city;
    return city === null ? nothing : html`${aboutCeiling()}<small class="spark-rule num">${ceilingWords(city)}</small>`;
  }

  /** From the first report to the end of the last hour that is forecast: what there is, and no empty hours. */
  private span(): { from: number; until: number } {
    const live = picture.liveClock.now(performance.now());
    const places = this.places ?? [];
    const first = Math.min(live - hourMs, ...places.flatMap((place) => place.reports.map((r) => r.observed_at_ms)));
    const last = Math.max(live + hourMs, ...places.flatMap((place) => place.forecast.map((f) => f.at_ms + hourMs)));
    return { from: Math.max(first, live - behindMs), until: Math.min(last, live + aheadMsMax) };
  }

  private time(atMs: number): string {
    return format.clock(atMs, picture.offsetMs());
  }

  private line(place: WeatherPlace): TemplateResult {
    const now = picture.nowMs();
    const past = place.reports.filter((r) => r.observed_at_ms <= now);
    const report = past[past.length - 1];
    const worst = place.forecast.filter((f) => f.at_ms + hourMs > now && f.at_ms < now + aheadMsMax)
      .reduce((most, f) => Math.max(most, f.probability_below_minima ?? 0), 0);
    const isVertiport = picture.place(place.place_id) !== undefined;
    return html`<tr class=${report?.is_below_minima ? "is-below" : ""}>
      <th scope="row">${isVertiport
        ? html`<a href=${`#/vertiport/${encodeURIComponent(place.place_id)}`}>${placeName(place.place_id)}</a>` : place.place_id}
        ${report === undefined ? html`<p class="late">${t("cause.no_weather_report")}</p>` : html`
          <p class="cell-weather">${weatherIcon(report)}<span>${weatherWord(report)}</span>
            ${reportMark(report)}</p>
          ${report.is_below_minima
            ? html`<p class="late">${icon("warning")}${t("weather.below")}: ${word("cause", report.reason)}</p>` : nothing}
          <p><small>${t("weather.observed")} <span class="num">${reportTime(report)}</span></small></p>`}
        ${worst > 0 ? html`<p><small>${t("weather.worst", { share: format.percent(worst) })}</small></p>` : nothing}
      </th>
      ${measures.map((m) => html`<td><span class="spark-name">${t(m.name)} ${m.name === "weather.ceiling" ? aboutCeiling() : nothing}</span>
        <b class="spark-value num">${report === undefined ? "–" : m.say(m.of(report))}</b>${this.spark(m, place, now)}</td>`)}
    </tr>`;
  }

  private spark(measure: Measure, place: WeatherPlace, now: number): TemplateResult {
    const hours = (list: Reading[]): Hour[] => list.map((r) => ({
      atMs: "at_ms" in r ? r.at_ms : r.observed_at_ms, value: measure.of(r),
    }));
    const reports = hours(place.reports);
    const forecast = hours(place.forecast);
    const values = [...reports, ...forecast].map((h) => h.value);
    const [low, high] = values.length === 0 ? [0, 1] : measure.scale(values);
    const limit = picture.city === null ? undefined : measure.limit?.(picture.city);
    const said = (list: Hour[]): string => list.length === 0 ? "–"
      : t("weather.range", { low: measure.say(Math.min(...list.map((h) => h.value))), high: measure.say(Math.max(...list.map((h) => h.value))) });
    const spark: Spark = {
      said: `${t(measure.name)}: ${t("weather.was", { range: said(reports) })}; ${t("weather.will", { range: said(forecast) })}`,
      reports, forecast, low, high, fromMs: this.span().from, untilMs: this.span().until, nowMs: now,
    };
    if (limit !== undefined) spark.limit = { ...limit, said: limit.isLeast ? `≥ ${measure.say(limit.value)}` : `≤ ${format.windLimit(limit.value)}` };
    return drawSpark(spark);
  }
}

customElements.define("aspan-weather", WeatherView);
