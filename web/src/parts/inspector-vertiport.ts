/** A vertiport: who is on which stand, what moves next, power against the limit, weather now and next. */
import { html, nothing, type TemplateResult } from "lit";
import { isReplay } from "../actions";
import { chargeOf } from "../charge";
import type { Details, Movement, StandDetail, VertiportDetail } from "../details";
import * as format from "../format";
import { t, word } from "../i18n";
import { icon } from "../icons";
import { countStands } from "../stands";
import { picture } from "../store";
import type { Order, VertiportNow, VertiportPlace, WeatherNow } from "../types";
import { actionButtons, fatoChoice } from "./actions";
import { chart, ticks, timeTicks } from "./chart";
import { aboutCeiling, ceilingWords } from "./ceiling";
import { markOf, markWith } from "./mark";
import { chargeBar, detailsNote, fact, linkTo, shortName, timeOf } from "./quantity";
import { reportMark, reportTime, weatherIcon, weatherWord } from "./weather-words";

const unlimitedM = 9000; // a ceiling from here on is told as none
const shownHours = 6;
const likely = 0.5;
const shownMovements = 8;
const justNowMs = 5 * 60_000; // movements so recent are still listed with the next

export function vertiportView(id: string, details: Details<"vertiport">): TemplateResult | null {
  const place = picture.place(id);
  if (place === undefined) return null;
  const now = picture.vertiports.get(id);
  if (now === undefined) return html`<p class="ghost-line"></p><p class="ghost-line is-short"></p>`;
  const { found } = details;
  return html`
    <p class="inspector-state">
      <span class="state ${now.is_open ? "state-open" : "state-cancelled"}">${now.is_open ? t("vertiport.open") : t("vertiport.closed")}</span>
      ${now.is_held === true ? html`<span class="tag tag-attention">${icon("hand")}${t("vertiport.held")}</span> ${order(now.held_by)}` : nothing}
      <small>${place.is_position_published ? t("vertiport.position_published") : html`${t("vertiport.position_assumed")} ${markWith("assumed", { source: place.position_source })}`}</small>
    </p>
    ${below(id)}
    ${actionButtons("vertiport", id)}
    <h3>${t("vertiport.fato")}</h3>${fatos(id, now)}
    <h3>${t("vertiport.stands")}</h3>${stands(place, now, found)}
    <p class="places-note"><small>${t("stand.bar")}</small></p>
    ${detailsNote(details)}
    ${found === null ? nothing : html`${movements(found.movements)} ${power(found)}`}
    <h3>${t("weather.title")}</h3>${weather(id)} ${found === null ? nothing : hours(found)}
    <h3>${t("vertiport.place")}</h3>${facts(place, now)}`;
}

/** Who ordered it, when and why. */
function order(given: Order | null | undefined): TemplateResult | typeof nothing {
  return given == null ? nothing : html`<small>${t("order.told", { who: given.who, why: given.why, time: timeOf(given.at_ms) })}</small>`;
}

function facts(place: VertiportPlace, now: VertiportNow): TemplateResult {
  const { free, kept, all } = countStands(now);
  const most = place.chargers.reduce((power, c) => Math.max(power, c.power_kw), 0);
  return html`<dl>
    ${fact(t("vertiport.waiting"), format.number(now.waiting_passengers))}
    ${fact(t("vertiport.stands"), t("vertiport.occupied", { n: free, all }),
      kept === 0 ? nothing : html`<small>${t("vertiport.kept", { n: kept })}</small>`)}
    ${fact(t("vertiport.power"), format.kw(now.site_kw), t("vertiport.of", { limit: format.kw(place.site_power_limit_kw) }))}
    ${fact(t("vertiport.chargers"), `${place.chargers.length} × ${format.kw(most)}`)}
    ${fact(t("vertiport.elevation"), format.height(place.elevation_amsl_m))}
  </dl>`;
}

function fatos(id: string, now: VertiportNow): TemplateResult {
  return html`<ul class="places">${now.fatos.map((fato) => {
    const isOpen = fato.is_open !== false;
    const change = fatoChoice(id, fato.fato_id, isOpen);
    return html`<li class=${!isOpen ? "is-closed" : fato.sortie_id === null ? "" : "is-charging"} data-fato=${fato.fato_id}>
      <span class="places-id num">${fato.fato_id}</span>
      <span>${!isOpen ? html`<b class="is-closed-word">${t("vertiport.fato_closed")}</b> ${order(fato.closed_by)} ` : nothing}
        ${fato.sortie_id === null ? (isOpen ? t("vertiport.fato_free") : nothing) : linkTo("sortie", fato.sortie_id)}</span>
      <button class="act act-small" ?disabled=${isReplay()} aria-label=${change.words} title=${isReplay() ? t("act.replay") : change.words}
        @click=${change.run}>${icon(change.icon)}${isOpen ? t("act.close_short") : t("act.open_short")}</button></li>`;
  })}</ul>`;
}

/** One line a stand: who, charge and target, when it is ready, what it leaves for or is kept for. */
function stands(place: VertiportPlace, now: VertiportNow, found: VertiportDetail | null): TemplateResult {
  const known = new Map((isReplay() ? [] : found?.stands ?? []).map((s) => [s.stand_id, s]));
  const pool = new Set(place.stands.filter((s) => s.is_contingency).map((s) => s.stand_id));
  return html`<ul class="places">${now.stands.map((stand) => {
    const more = known.get(stand.stand_id);
    const keptFor = stand.held_by_sortie_id ?? null;
    const kind = stand.charging_kw !== null ? "is-charging" : stand.aircraft_id !== null ? "is-taken" : keptFor !== null ? "is-kept" : "";
    return html`<li class=${kind} data-stand=${stand.stand_id}>
      <span class="places-id num">${stand.stand_id}</span>
      <span>${stand.aircraft_id === null
        ? (keptFor !== null ? html`${t("stand.kept")} ${linkTo("sortie", keptFor)}`
          : t(pool.has(stand.stand_id) ? "vertiport.contingency" : "vertiport.free"))
        : linkTo("aircraft", stand.aircraft_id)}</span>
      <span class="num places-kw">${stand.charging_kw === null ? nothing : format.kw(stand.charging_kw)}</span>
      ${stand.aircraft_id === null ? nothing : standCharge(stand.aircraft_id, more)}</li>`;
  })}</ul>`;
}

function standCharge(aircraftId: string, more: StandDetail | undefined): TemplateResult | typeof nothing {
  const now = picture.aircraft.get(aircraftId);
  const soc = now === undefined ? more?.soc : chargeOf(now).soc;
  if (soc === undefined || soc === null) return nothing;
  const told: string[] = [];
  if (more?.soc_target != null && more.ready_at_ms !== null) {
    const isThere = format.percent(more.soc_target) === format.percent(soc);
    told.push(isThere ? t("stand.ready_at", { time: timeOf(more.ready_at_ms) })
      : t("stand.ready", { soc: format.percent(more.soc_target), time: timeOf(more.ready_at_ms) }));
  }
  if (more?.next_waits_for) told.push(t("stand.waits", { cause: word("cause", more.next_waits_for) }));
  else if (more?.next_off_block_at_ms != null) told.push(t("stand.leaves", { time: timeOf(more.next_off_block_at_ms) }));
  return html`<span class="places-charge">${chargeBar(soc, more?.soc_target ?? null)}
    <small class="num"><b>${format.percent(soc)}</b> ${told.join(" · ")}</small></span>`;
}

/** The next movements, and all of the last hour and the coming three on demand. */
function movements(all: Movement[]): TemplateResult {
  const now = picture.nowMs();
  const next = all.filter((m) => m.at_ms >= now - justNowMs || m.waits_for).slice(0, shownMovements);
  return html`<h3>${t("vertiport.movements")}</h3>
    ${next.length === 0 ? html`<p class="empty-line">${t("vertiport.no_movements")}</p>`
      : html`<ul class="lines">${next.map(movement)}</ul>`}
    ${all.length === next.length ? nothing : html`<details class="fold"><summary>${t("vertiport.all_movements", { n: all.length })}</summary>
      <ul class="lines">${all.map(movement)}</ul></details>`}`;
}

function movement(m: Movement): TemplateResult {
  return html`<li data-movement=${m.kind}>
    <span class="num">${timeOf(m.at_ms)}</span>
    <span class="lines-main">${icon(m.kind === "landing" ? "arrowDown" : "arrowUp")}<span class="hidden">${word("movement", m.kind)}</span>
      ${linkTo("sortie", m.sortie_id, shortName(m.other_end))}
      <small class="num">${[m.aircraft_id ?? "", m.fato_id ?? "", m.passengers > 0 ? t("act.passengers", { n: m.passengers }) : ""].filter(Boolean).join(" · ")}</small></span>
    <span class="lines-end"><span class="state state-${m.waits_for ? "held" : m.status}">${word("status", m.status)}</span>
      ${m.waits_for ? html`<small>${t("stand.waits", { cause: word("cause", m.waits_for) })}</small>` : nothing}</span></li>`;
}

/** Power at the grid meter by minute against what the site may draw. */
function power(found: VertiportDetail): TemplateResult {
  const points = found.power.map((p): [number, number] => [p.at_ms, p.kw]);
  if (points.length === 0) return html`<h3>${t("chart.power")}</h3><p class="empty-line">${t("vertiport.no_power")}</p>`;
  const from = points[0]![0];
  const until = Math.max(points[points.length - 1]![0], from + 3_600_000);
  const limit = found.power_limit_kw;
  const most = Math.max(...points.map(([, kw]) => kw));
  const offset = picture.clock.offsetMs();
  const top = Math.max(limit, most) * 1.12;
  return html`<h3>${t("chart.power")}, ${t("unit.kw")}</h3>${chart({
    summary: t("chart.power_sum", { most: format.kw(most), limit: format.kw(limit) }),
    x: { from, until, ticks: timeTicks(from, until, offset, 5), format: (at) => format.clock(at, offset) },
    y: { from: 0, until: top, ticks: ticks(0, top, 3), format: (kw) => format.number(Math.round(kw)) },
    series: [{ look: "area", name: t("chart.power"), points: steps(points) }],
    rules: [{ y: limit, name: t("chart.limit", { limit: format.kw(limit) }), isLimit: true }],
    height: 112,
  })}`;
}

/** Corners of a line that stays level until the next minute. */
function steps(points: [number, number][]): [number, number][] {
  return points.flatMap(([at, kw], i): [number, number][] => {
    const before = points[i - 1];
    return before === undefined || before[1] === kw ? [[at, kw]] : [[at, before[1]], [at, kw]];
  });
}

function hours(found: VertiportDetail): TemplateResult | typeof nothing {
  const ahead = found.forecast.filter((h) => h.at_ms > picture.nowMs()).slice(0, shownHours);
  if (ahead.length === 0) return nothing;
  const offset = picture.clock.offsetMs();
  return html`<table class="hours"><caption>${t("vertiport.next_hours")} ${markWith("modelled", { says: "mark.forecast" })}</caption>
    <thead><tr><th scope="col">${t("hours.time")}</th><th scope="col">${t("weather.temperature")}</th>
      <th scope="col">${t("weather.wind")}</th><th scope="col">${t("hours.risk")}</th></tr></thead>
    <tbody>${ahead.map((h) => {
      const risk = h.probability_below_minima ?? 0;
      return html`<tr class=${risk >= likely ? "is-below" : ""}><th scope="row" class="num">${format.clock(h.at_ms, offset)}</th>
        <td class="num">${format.celsius(h.temperature_k)}</td>
        <td class="num">${format.wind(h.wind_mps)}</td>
        <td class="num"><span class="risk" aria-hidden="true"><i style="width:${Math.round(risk * 100)}%"></i></span>${format.percent(risk)}</td></tr>`;
    })}</tbody></table>`;
}

/** Weather that lets nothing leave is said before all else. */
function below(placeId: string): TemplateResult | typeof nothing {
  const report = picture.weather.get(placeId);
  if (report === undefined || !report.is_below_minima) return nothing;
  return html`<p class="report-below">${icon("warning")}${t("weather.below")}: ${word("cause", report.reason)}</p>`;
}

function weather(placeId: string): TemplateResult | typeof nothing {
  const report = picture.weather.get(placeId);
  if (report === undefined) return nothing;
  return html`<section class="report ${report.is_below_minima ? "is-below" : ""}">
    <p class="report-head">${weatherIcon(report)} ${weatherWord(report)}
      <span class="num">${format.celsius(report.temperature_k)}</span>
      ${reportMark(report)}</p>
    ${weatherFacts(report)}
  </section>`;
}

function weatherFacts(report: WeatherNow): TemplateResult {
  const minima = picture.city?.minima;
  const bound = (sign: string, value: string): TemplateResult => html`<small>(${sign} ${value})</small>`;
  return html`<dl>
    ${fact(t("weather.visibility"), format.kilometres(report.visibility_m),
      html`${minima && bound("≥", format.kilometres(minima.visibility_m))} ${markOf("weather_minima.visibility_m")}`)}
    ${fact(t("weather.ceiling"), report.ceiling_agl_m >= unlimitedM ? t("weather.no_ceiling") : format.height(report.ceiling_agl_m),
      html`<small>(${picture.city === null ? "" : ceilingWords(picture.city)})</small> ${aboutCeiling()}`)}
    ${fact(t("weather.wind"), `${format.wind(report.wind_mps)} ${format.windFrom(report.wind_from_deg)}`,
      html`${minima && bound("≤", format.windLimit(minima.wind_mps))} ${markOf("weather_minima.wind_mps")}`)}
    ${fact(t("weather.gusts"), format.wind(report.gust_mps),
      html`${minima && bound("≤", format.windLimit(minima.gust_mps))} ${markOf("weather_minima.gust_mps")}`)}
    ${fact(t("weather.pressure"), `${format.number(report.pressure_pa / 100)} ${t("unit.hpa")}`)}
    ${fact(t("weather.observed"), reportTime(report))}
  </dl>`;
}
