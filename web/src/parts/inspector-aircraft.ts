/** An aircraft: where it is, its charge against the reserve and the forecast, what it does next. */
import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { chargeOf } from "../charge";
import type { AircraftDetail, Details, SocPoint } from "../details";
import * as format from "../format";
import { language, t, word } from "../i18n";
import { icon } from "../icons";
import { picture, smallMarginKwh } from "../store";
import type { AircraftNow, SortieNow } from "../types";
import { actionButtons } from "./actions";
import { chart, ticks, timeTicks, type Series } from "./chart";
import { explain, markWith } from "./mark";
import { chargeBar, detailsNote, fact, fullName, linkTo, shortName, timeOf } from "./quantity";
import { lateness, toldStatus } from "./status";

const backMs = 4 * 3_600_000; // the chart begins so long before the shown moment
const aheadMs = 3 * 3_600_000;
const leastUse = 0.005; // share of charge; less than it is used by standing and taxiing
const chartMs = 60_000; // the chart moves on in such steps
const mostDots = 12; // more reports than these are a line without dots

export function aircraftView(id: string, details: Details<"aircraft">): TemplateResult | null {
  const now = picture.aircraft.get(id);
  if (now === undefined) return null;
  const sortie = now.sortie_id === null ? undefined : picture.sorties.get(now.sortie_id);
  const margin = now.energy_margin_kwh;
  const isSmall = margin !== null && margin < smallMarginKwh;
  const { found } = details;
  return html`
    <p class="inspector-state"><span class="state state-${now.phase}">${word("phase", now.phase)}</span>
      ${isSmall ? html`<span class="tag tag-attention">${icon("warning")}${t("aircraft.small_margin")}</span>` : nothing}
      ${found?.is_grounded ? html`<span class="tag tag-critical">${icon("wrench")}${found.grounded_why}</span>` : nothing}</p>
    ${sortie === undefined ? nothing : route(sortie)}
    ${charge(now)}
    ${detailsNote(details)}
    ${found === null ? nothing : guard([found, Math.floor(picture.nowMs() / chartMs), language()], () => socChart(found))}
    ${facts(now, sortie, found)}
    ${actionButtons("aircraft", id)}
    ${found === null ? nothing : guard([found, language(), picture.city], () => more(found))}`;
}

export function route(sortie: SortieNow): TemplateResult {
  return html`<p class="route">
    ${linkTo("vertiport", sortie.origin, fullName(sortie.origin))} ${icon("arrowRight")}
    ${linkTo("vertiport", sortie.destination, fullName(sortie.destination))}
    <small class="num">${timeOf(sortie.planned_off_block_at_ms)}${left(sortie)}</small>
  </p>`;
}

/** When it left, if that was late: the planned time stays as it is. */
function left(sortie: SortieNow): string {
  const at = sortie.off_block_at_ms;
  return at === null || lateness(sortie, at) === 0 ? "" : `, ${t("sortie.left_at", { time: timeOf(at) })}`;
}

function charge(now: AircraftNow): TemplateResult {
  const { soc, what } = chargeOf(now);
  return html`<div class="charge" role="img" aria-label=${`${t("aircraft.charge")} ${format.percent(soc)}`}>
    <span class="charge-value num">${format.percent(soc)}</span><span>${chargeBar(soc)}<small>${what}</small></span></div>`;
}

function facts(now: AircraftNow, sortie: SortieNow | undefined, found: AircraftDetail | null): TemplateResult {
  const isUp = now.vertiport_id === null;
  const flying = isUp ? picture.traffic.find(now.aircraft_id, performance.now()) : undefined;
  return html`<dl>
    ${isUp
      ? html`
          ${fact(t("aircraft.height"), format.roundHeight(flying?.altitude_amsl_m ?? now.altitude_amsl_m))}
          ${fact(t("aircraft.speed"), format.speed(flying?.ground_speed_mps ?? now.ground_speed_mps))}
          ${fact(t("aircraft.heading"), format.heading(flying?.heading_deg ?? now.heading_deg))}`
      : fact(t("aircraft.where"), linkTo("vertiport", now.vertiport_id!, fullName(now.vertiport_id!)), html`<span class="is-whole">${now.stand_id ?? ""}</span>`)}
    ${fact(html`${t("aircraft.margin")} ${explain(t("margin.about"), t("margin.means_flight"))}`,
      now.energy_margin_kwh === null && sortie !== undefined ? html`<small>${t("margin.at_release")}</small>` : format.kwh(now.energy_margin_kwh),
      found?.reserve_kwh == null ? nothing : html`<small>${t("margin.over", { reserve: format.kwh(found.reserve_kwh) })}</small>`)}
    ${fact(t("aircraft.passengers"), sortie === undefined ? "–"
      : `${format.number(sortie.passengers)} / ${picture.city?.aircraft_type.seats ?? ""}`)}
    ${fact(t("aircraft.sortie"), now.sortie_id === null ? t("aircraft.none") : linkTo("sortie", now.sortie_id))}
  </dl>`;
}

const xy = (p: SocPoint): [number, number] => [p.at_ms, p.soc];

/** What must remain at the end of each flight, as a band under that flight. */
function reserves(points: SocPoint[]): Series[] {
  return points.flatMap((point, i): Series[] => {
    const before = points[i - 1];
    if (before === undefined || point.reserve_soc === null || point.soc > before.soc - leastUse) return [];
    const level = point.reserve_soc;
    return [{ look: "needed", name: t("chart.reserve"), points: [[before.at_ms, level], [point.at_ms, level]] }];
  });
}

/** Charge over time: what was, what is expected, the reserve that must remain, the floor. */
function socChart(found: AircraftDetail): TemplateResult {
  const now = picture.nowMs();
  const [from, until] = [now - backMs, now + aheadMs];
  const inside = clip(found.soc, from, until);
  const past = inside.filter((p) => !p.is_forecast);
  const ahead = inside.filter((p) => p.is_forecast);
  if (past.length > 0 && ahead.length > 0) ahead.unshift(past[past.length - 1]!);
  const offset = picture.clock.offsetMs();
  const { soc } = chargeOf(picture.aircraft.get(found.aircraft.aircraft_id) ?? found.aircraft);
  const least = Math.min(...inside.map((p) => p.soc), soc);
  return html`<h3>${t("chart.charge")}</h3>${chart({
    summary: t("chart.charge_sum", { now: format.percent(soc), least: format.percent(least), floor: format.percent(found.floor_soc) }),
    x: { from, until, ticks: timeTicks(from, until, offset, 5), format: (at) => format.clock(at, offset) },
    y: { from: 0, until: 1, ticks: ticks(0, 1, 4), format: format.percent },
    series: [
      ...reserves(inside),
      { look: "line", name: t("chart.reported"), points: past.map(xy) },
      { look: "forecast", name: t("chart.forecast"), points: ahead.map(xy) },
      { look: "dots", name: t("chart.reported"), points: past.length > mostDots ? [] : past.slice(0, -1).map(xy) },
    ],
    rules: [{ y: found.floor_soc, name: t("chart.floor"), isLimit: true }],
    nowX: now, nowName: t("chart.now"),
  })}
  <p class="chart-key"><span class="key-line">${t("chart.reported")}</span><span class="key-forecast">${t("chart.forecast")}</span>
    <span class="key-needed">${t("chart.reserve")}</span></p>`;
}

/** The points inside a span, with the line's own values at its edges. */
function clip(points: SocPoint[], from: number, until: number): SocPoint[] {
  const found: SocPoint[] = [];
  points.forEach((point, i) => {
    const before = points[i - 1];
    const at = (ms: number): SocPoint => ({
      ...point, at_ms: ms,
      soc: before!.soc + ((point.soc - before!.soc) * (ms - before!.at_ms)) / (point.at_ms - before!.at_ms || 1),
    });
    if (before !== undefined && before.at_ms < from && point.at_ms > from) found.push(at(from));
    if (point.at_ms >= from && point.at_ms <= until) found.push(point);
    if (before !== undefined && before.at_ms < until && point.at_ms > until) found.push(at(until));
  });
  return found;
}

function more(found: AircraftDetail): TemplateResult {
  const { pilot } = found;
  const city = picture.city;
  const minutes = (ms: number): string => t("unit.minutes", { n: Math.round(ms / 60_000) });
  return html`
    <h3>${t("aircraft.chain")}</h3>
    ${chain(found.chain, t("aircraft.chain_empty"))}
    ${found.today.length === 0 ? nothing : html`<details class="fold"><summary>${t("aircraft.today", { n: found.today.length })}</summary>
      ${chain(found.today, "")}</details>`}
    <h3>${t("aircraft.fit")}</h3>
    <dl>
      ${pilot === null ? fact(t("aircraft.pilot"), t("aircraft.no_pilot"))
        : html`${fact(t("aircraft.pilot"), pilotName(pilot.pilot_id), html`<small>${pilot.pilot_id}</small>`)}
          ${fact(t("aircraft.duty"), t("aircraft.duty_from", { time: timeOf(pilot.duty_from_ms) }),
            html`<small>${t("aircraft.flown_sectors", { n: pilot.sectors, time: minutes(pilot.flight_ms) })}</small>`)}`}
      ${fact(t("aircraft.approval"), city === null ? "–" : word("approval", city.approval_kind),
        city?.is_approval_assumed ? markWith("assumed", { says: "mark.approval" }) : nothing)}
      ${fact(t("aircraft.health"), format.percent(found.soh), html`<small>${t("aircraft.gross", { energy: format.kwh(found.gross_kwh, 0) })}</small>`)}
      ${fact(t("aircraft.limits"), `${format.percent(found.floor_soc)} – ${format.percent(found.ceiling_soc)}`)}
    </dl>`;
}

/** Pilots have no names here: the first or a later one of an aircraft's day. */
function pilotName(id: string): string {
  const number = /-P(\d+)$/.exec(id)?.[1];
  return number === undefined ? id : t("aircraft.pilot_number", { n: Number(number) });
}

function chain(sorties: SortieNow[], empty: string): TemplateResult {
  if (sorties.length === 0) return html`<p class="empty-line">${empty}</p>`;
  return html`<ul class="lines">${sorties.map((s) => html`<li>
    <span class="num">${timeOf(s.planned_off_block_at_ms)}</span>
    <span class="lines-main">${linkTo("sortie", s.sortie_id, `${shortName(s.origin)} → ${shortName(s.destination)}`)}</span>
    <span class="lines-end"><span class="state state-${toldStatus(s)}">${word("status", toldStatus(s))}</span></span></li>`)}</ul>`;
}
