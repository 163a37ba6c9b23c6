/** A sortie: its times, its profile over the ground, charge against the reserve, who is aboard, its log. */
import { html, nothing, type TemplateResult } from "lit";
import type { Details, SortieDetail } from "../details";
import * as format from "../format";
import { t, word } from "../i18n";
import { icon } from "../icons";
import { picture } from "../store";
import type { SortieNow } from "../types";
import { actionButtons } from "./actions";
import { chart, ticks, timeTicks, type ChartSpec } from "./chart";
import { route } from "./inspector-aircraft";
import { aboutCeiling, ceilingOfLane } from "./ceiling";
import { markWith } from "./mark";
import { detailsNote, fact, linkTo, shortName, timeOf } from "./quantity";
import { toldStatus } from "./status";
import { metresOfHeight } from "../units";

export function sortieView(id: string, details: Details<"sortie">): TemplateResult | null {
  const sortie = picture.sorties.get(id) ?? details.found?.sortie;
  if (sortie === undefined) return null;
  const { found } = details;
  return html`
    <p class="inspector-state"><span class="state state-${toldStatus(sortie)}">${word("status", toldStatus(sortie))}</span>
      ${sortie.cause ? html`<span class="tag tag-attention">${word("cause", sortie.cause)}</span>` : nothing}</p>
    ${route(sortie)}
    ${held(sortie, found)}
    ${actionButtons("sortie", id)}
    ${times(sortie, found)}
    ${detailsNote(details)}
    ${found === null ? nothing : html`${profile(found)} ${passengers(found)} ${log(found)}`}`;
}

function held(sortie: SortieNow, found: SortieDetail | null): TemplateResult | typeof nothing {
  const reason = found?.hold_reason ?? "";
  if (reason === "" || reason === sortie.cause) return nothing;
  return html`<p class="report-below">${icon("clock")}${t("sortie.held")}: ${word("cause", reason)}</p>`;
}

function times(sortie: SortieNow, found: SortieDetail | null): TemplateResult {
  const time = (at: number | null): string => timeOf(at, true);
  return html`<dl>
    ${fact(t("aircraft.kind"), sortie.aircraft_id === null ? "–" : linkTo("aircraft", sortie.aircraft_id))}
    ${fact(t("sortie.passengers"), format.number(sortie.passengers),
      found === null || sortie.passengers === 0 || found.payload_kg === 0 ? nothing : html`<small>${t("sortie.payload", { mass: format.number(Math.round(found.payload_kg)) })}</small>`)}
    ${(sortie.no_shows ?? 0) === 0 ? nothing : fact(t("day.no_shows"), format.number(sortie.no_shows))}
    ${fact(t("sortie.plan"), time(sortie.planned_off_block_at_ms))}
    ${fact(t("sortie.off_block"), time(sortie.off_block_at_ms))}
    ${fact(t("sortie.lift_off"), time(sortie.lift_off_at_ms))}
    ${fact(t("sortie.touchdown"), time(sortie.touchdown_at_ms))}
    ${fact(t("sortie.on_block"), time(sortie.on_block_at_ms))}
    ${found?.alternate_id ? fact(t("sortie.alternate"), linkTo("vertiport", found.alternate_id, shortName(found.alternate_id))) : nothing}
    ${ceiling(sortie, found)}
    ${found?.reserve_rule ? fact(t("sortie.reserve_rule"), word("reserve", found.reserve_rule)) : nothing}
  </dl>`;
}

/** What the weather must leave free above its lane, at both ends. */
function ceiling(sortie: SortieNow, found: SortieDetail | null): TemplateResult | typeof nothing {
  const city = picture.city;
  const least = city === null ? null : ceilingOfLane(city, sortie.lane_id ?? found?.lane_id);
  return least === null ? nothing : fact(t("ceiling.sortie"), `≥ ${format.height(least)}`, aboutCeiling());
}

/** Two charts over the same time: heights over the ground; charge as forecast and as reported. */
function profile(found: SortieDetail): TemplateResult {
  const points = found.profile;
  if (points.length < 2) return html`<h3>${t("chart.profile")}</h3><p class="empty-line">${t(found.sortie.status === "cancelled" ? "sortie.never_released" : "sortie.no_profile")}</p>`;
  const [first, last] = [points[0]!, points[points.length - 1]!];
  const from = Math.min(first.at_ms, found.measured[0]?.at_ms ?? first.at_ms);
  const until = Math.max(last.at_ms, found.measured[found.measured.length - 1]?.at_ms ?? last.at_ms);
  const offset = picture.clock.offsetMs();
  const time: ChartSpec["x"] = {
    from, until, ticks: timeTicks(from, until, offset, 5), format: (at) => format.clock(at, offset),
  };
  return html`<h3>${t("chart.profile")} ${markWith("derived", { says: "mark.profile" })}</h3>${heights(found, time)}
    <h3>${t("chart.charge")} ${markWith("derived", { says: "mark.energy", source: picture.city?.quantities["aircraft_type.figure_of_merit"]?.source ?? "" })}</h3>${socs(found, time)}`;
}

function heights(found: SortieDetail, x: ChartSpec["x"]): TemplateResult {
  const points = found.profile;
  const most = Math.max(...points.map((p) => p.altitude_amsl_m));
  const least = Math.min(...points.map((p) => p.ground_amsl_m));
  const unit = metresOfHeight();
  const told = (value: number): string => format.number(Math.round(value / unit));
  const heightTicks = (from: number, until: number): number[] => ticks(from / unit, until / unit, 3).map((value) => value * unit);
  const top = heightTicks(0, most).reduce((a, b) => Math.max(a, b), most);
  const over = Math.max(...points.map((p) => p.altitude_amsl_m - p.ground_amsl_m));
  return html`${chart({
    summary: t("chart.profile_sum", { most: format.roundHeight(most), over: format.roundHeight(over), distance: format.kilometres(points[points.length - 1]!.distance_m) }),
    x, nowX: picture.nowMs(), nowName: t("chart.now"), height: 120,
    y: { from: Math.min(0, least), until: top, ticks: heightTicks(Math.min(0, least), top), format: told },
    series: [
      { look: "ground", name: t("chart.ground"), points: points.map((p) => [p.at_ms, p.ground_amsl_m]) },
      { look: "line", name: t("chart.altitude"), points: points.map((p) => [p.at_ms, p.altitude_amsl_m]) },
    ],
  })}<p class="chart-key"><span class="key-line">${t("chart.altitude")}, ${format.heightUnit()}</span><span class="key-ground">${t("chart.ground")}</span>
    <span class="num">${t("chart.over", { over: format.roundHeight(over) })}</span></p>`;
}

function socs(found: SortieDetail, x: ChartSpec["x"]): TemplateResult {
  const expected = found.profile.flatMap((p): [number, number][] => (p.soc_forecast === null ? [] : [[p.at_ms, p.soc_forecast]]));
  const needed = found.profile.flatMap((p): [number, number][] => (p.reserve_soc === null ? [] : [[p.at_ms, p.reserve_soc]]));
  if (expected.length === 0) return html`<p class="empty-line">${t("sortie.no_forecast")}</p>`;
  const end = expected[expected.length - 1]![1];
  const keep = needed[needed.length - 1]?.[1] ?? null;
  const measured = found.measured.map((m): [number, number] => [m.at_ms, m.soc]);
  return html`${chart({
    summary: t("chart.soc_sum", { end: format.percent(end), keep: format.percent(keep) }),
    x, nowX: picture.nowMs(), nowName: t("chart.now"), height: 120,
    y: { from: 0, until: 1, ticks: ticks(0, 1, 4), format: format.percent },
    series: [
      { look: "needed", name: t("chart.reserve"), points: needed },
      { look: "forecast", name: t("chart.forecast"), points: expected },
      { look: "dots", name: t("chart.reported"), points: measured },
    ],
  })}<p class="chart-key"><span class="key-forecast">${t("chart.forecast")}</span><span class="key-dots">${t("chart.reported")}</span>
    <span class="key-needed">${t("chart.reserve")} ${format.percent(keep)}</span></p>`;
}

function passengers(found: SortieDetail): TemplateResult {
  if (found.bookings.length === 0) return html``;
  return html`<h3>${t("sortie.bookings")}</h3>
    <ul class="lines">${found.bookings.map((b) => html`<li>
      <span class="lines-main is-first">${t("act.passengers", { n: b.party })}
        ${b.promised_arrival_at_ms === null ? nothing : html`<small class="num">${t("sortie.promised", { time: timeOf(b.promised_arrival_at_ms) })}</small>`}
        <small class="num">${b.booking_id}</small></span>
      <span class="lines-end">${word("booking", b.status)}</span></li>`)}</ul>`;
}

/** The events about the sortie, newest first, with what they say beyond ids. */
function log(found: SortieDetail): TemplateResult {
  if (found.log.length === 0) return html``;
  const reason = (event: Record<string, unknown>): string => {
    const code = event["reason"] ?? event["cause"];
    return typeof code === "string" && code !== "" ? word("cause", code) : "";
  };
  return html`<details class="fold"><summary>${t("sortie.log", { n: found.log.length })}</summary>
    <ul class="lines">${[...found.log].reverse().map((line) => html`<li>
      <span class="num">${timeOf(line.at_ms, true)}</span>
      <span class="lines-main">${word("event", line.kind)} <small>${reason(line.event)}</small></span>
      <span class="lines-end"><small class="num">${line.seq}</small></span></li>`)}</ul></details>`;
}
