/** What is selected, in full: an aircraft, a vertiport or a sortie. */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../format";
import { t, word } from "../i18n";
import { icon } from "../icons";
import { picture, smallMarginKwh } from "../store";
import type { AircraftNow, SortieNow, VertiportNow, VertiportPlace } from "../types";
import { Part } from "./part";
import { fact, markOf, markWord } from "./quantity";
import { weatherIcon, weatherWord } from "./top-bar";

function placeName(id: string): string {
  const place = picture.place(id);
  return place === undefined ? id : format.name(place.names);
}

function linkTo(kind: "aircraft" | "vertiport" | "sortie", id: string, text = id): TemplateResult {
  return html`<a href=${`#/${kind}/${encodeURIComponent(id)}`}>${text}</a>`;
}

class Inspector extends Part {
  private ticker = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.ticker = window.setInterval(() => {
      if (picture.selection?.kind === "aircraft") this.requestUpdate();
    }, 500);
  }

  override disconnectedCallback(): void {
    clearInterval(this.ticker);
    super.disconnectedCallback();
  }

  override render(): TemplateResult | typeof nothing {
    const selection = picture.selection;
    if (selection === null) return nothing;
    const { kind, id } = selection;
    const aircraft = picture.aircraft.get(id);
    const place = picture.place(id);
    const sortie = picture.sorties.get(id);
    let body: TemplateResult = html`<p class="empty">${t("inspector.gone", { id })}</p>`;
    let title = id;
    if (kind === "aircraft" && aircraft !== undefined) body = this.aircraft(aircraft);
    if (kind === "sortie" && sortie !== undefined) body = this.sortie(sortie);
    if (kind === "vertiport" && place !== undefined) {
      title = format.name(place.names);
      body = this.vertiport(place, picture.vertiports.get(id));
    }
    return html`
      <aside class="inspector" aria-label=${title} data-inspector=${kind}>
        <div class="inspector-head">
          <span><small>${t(`${kind}.kind`)}</small><h2>${title}</h2></span>
          <button class="button" @click=${() => picture.select(null)} aria-label=${t("inspector.close")}
            title=${t("inspector.close")}>${icon("close")}</button>
        </div>
        ${body}
      </aside>
    `;
  }

  private aircraft(now: AircraftNow): TemplateResult {
    const live = picture.traffic.find(now.aircraft_id, performance.now());
    const isUp = now.vertiport_id === null;
    const flying = isUp ? live : undefined;
    const sortie = now.sortie_id === null ? undefined : picture.sorties.get(now.sortie_id);
    const soc = flying?.soc ?? now.soc;
    const margin = now.energy_margin_kwh;
    const isSmall = margin !== null && margin < smallMarginKwh;
    return html`
      <p class="inspector-state"><span class="state state-${now.phase}">${word("phase", now.phase)}</span>
        ${isSmall ? html`<span class="tag tag-attention">${icon("warning")}${t("aircraft.small_margin")}</span>` : nothing}</p>
      ${sortie === undefined ? nothing : this.route(sortie)}
      <div class="charge" role="img" aria-label=${`${t("aircraft.charge")} ${format.percent(soc)}`}>
        <span class="charge-value num">${format.percent(soc)}</span>
        <span class="charge-bar"><span style="width:${Math.max(0, Math.min(1, soc)) * 100}%"></span></span>
      </div>
      <dl>
        ${isUp
          ? html`
              ${fact(t("aircraft.height"), format.tens(flying?.altitude_amsl_m ?? now.altitude_amsl_m))}
              ${fact(t("aircraft.speed"), format.kmh(flying?.ground_speed_mps ?? now.ground_speed_mps))}
              ${fact(t("aircraft.heading"), format.heading(flying?.heading_deg ?? now.heading_deg))}`
          : fact(t("aircraft.where"), linkTo("vertiport", now.vertiport_id!, placeName(now.vertiport_id!)),
              now.stand_id ?? "")}
        ${fact(t("aircraft.margin"), format.kwh(margin))}
        ${fact(t("aircraft.passengers"), sortie === undefined ? "–"
          : `${format.number(sortie.passengers)} / ${picture.city?.aircraft_type.seats ?? ""}`)}
        ${fact(t("aircraft.sortie"), now.sortie_id === null ? t("aircraft.none") : linkTo("sortie", now.sortie_id))}
      </dl>
    `;
  }

  private route(sortie: SortieNow): TemplateResult {
    const offset = picture.clock.offsetMs();
    return html`<p class="route">
      ${linkTo("vertiport", sortie.origin, placeName(sortie.origin))} ${icon("arrowRight")}
      ${linkTo("vertiport", sortie.destination, placeName(sortie.destination))}
      <small class="num">${format.clock(sortie.off_block_at_ms ?? sortie.planned_off_block_at_ms, offset)}</small>
    </p>`;
  }

  private sortie(sortie: SortieNow): TemplateResult {
    const offset = picture.clock.offsetMs();
    const time = (at: number | null): string => format.clock(at, offset, true);
    return html`
      <p class="inspector-state"><span class="state state-${sortie.status}">${word("status", sortie.status)}</span></p>
      ${this.route(sortie)}
      <dl>
        ${sortie.cause ? fact(t("sortie.cause"), word("cause", sortie.cause)) : nothing}
        ${fact(t("aircraft.kind"), sortie.aircraft_id === null ? "–" : linkTo("aircraft", sortie.aircraft_id))}
        ${fact(t("sortie.passengers"), sortie.passengers || t("sortie.empty"))}
        ${fact(t("sortie.plan"), time(sortie.planned_off_block_at_ms))}
        ${fact(t("sortie.off_block"), time(sortie.off_block_at_ms))}
        ${fact(t("sortie.lift_off"), time(sortie.lift_off_at_ms))}
        ${fact(t("sortie.touchdown"), time(sortie.touchdown_at_ms))}
        ${fact(t("sortie.on_block"), time(sortie.on_block_at_ms))}
      </dl>
    `;
  }

  private vertiport(place: VertiportPlace, now: VertiportNow | undefined): TemplateResult {
    if (now === undefined) return html`<p class="empty">${t("app.loading")}</p>`;
    const pool = new Set(place.stands.filter((s) => s.is_contingency).map((s) => s.stand_id));
    const planned = now.stands.filter((s) => !pool.has(s.stand_id));
    const free = planned.filter((s) => s.aircraft_id === null).length;
    const power = place.chargers.reduce((most, c) => Math.max(most, c.power_kw), 0);
    return html`
      <p class="inspector-state">
        <span class="state ${now.is_open ? "state-open" : "state-cancelled"}">
          ${now.is_open ? t("vertiport.open") : t("vertiport.closed")}</span>
        <small>${place.is_position_published ? t("vertiport.position_published")
          : html`${t("vertiport.position_assumed")} ${markWord("assumed")}`}</small>
      </p>
      ${this.weather(place.vertiport_id)}
      <dl>
        ${fact(t("vertiport.waiting"), format.number(now.waiting_passengers))}
        ${fact(t("vertiport.stands"), t("vertiport.occupied", { n: free, all: planned.length }))}
        ${fact(t("vertiport.power"), format.kw(now.site_kw),
          t("vertiport.of", { limit: format.kw(place.site_power_limit_kw) }))}
        ${fact(t("vertiport.chargers"), `${place.chargers.length} × ${format.kw(power)}`)}
        ${fact(t("vertiport.elevation"), format.metres(place.elevation_amsl_m))}
      </dl>
      <h3>${t("vertiport.fato")}</h3>
      <ul class="places">
        ${now.fatos.map((fato) => html`<li class=${fato.sortie_id === null ? "" : "is-charging"}>
          <span class="places-id num">${fato.fato_id}</span>
          <span>${fato.sortie_id === null ? t("vertiport.fato_free") : linkTo("sortie", fato.sortie_id)}</span></li>`)}
      </ul>
      <h3>${t("vertiport.stands")}</h3>
      <ul class="places">
        ${now.stands.map((stand) => html`<li
          class=${stand.charging_kw !== null ? "is-charging" : stand.aircraft_id !== null ? "is-taken" : ""}>
          <span class="places-id num">${stand.stand_id}</span>
          <span>${stand.aircraft_id === null
            ? t(pool.has(stand.stand_id) ? "vertiport.contingency" : "vertiport.free")
            : linkTo("aircraft", stand.aircraft_id)}</span>
          <span class="num places-kw">${stand.charging_kw === null ? nothing : format.kw(stand.charging_kw)}</span>
        </li>`)}
      </ul>
    `;
  }

  private weather(placeId: string): TemplateResult | typeof nothing {
    const report = picture.weather.get(placeId);
    if (report === undefined) return nothing;
    const minima = picture.city?.minima;
    const least = (value: string): string => `(≥ ${value})`;
    const most = (value: string): string => `(≤ ${value})`;
    return html`<section class="report ${report.is_below_minima ? "is-below" : ""}">
      <p class="report-head">${weatherIcon(report)} ${weatherWord(report)}
        <span class="num">${format.celsius(report.temperature_k)}</span>
        ${report.is_modelled ? markWord("modelled") : markWord("measured")}</p>
      ${report.is_below_minima
        ? html`<p class="report-below">${icon("warning")}${t("weather.below")}: ${word("cause", report.reason)}</p>`
        : nothing}
      <dl>
        ${fact(t("weather.visibility"), format.kilometres(report.visibility_m),
          html`<small>${minima && least(format.kilometres(minima.visibility_m))}</small>
            ${markOf("weather_minima.visibility_m")}`)}
        ${fact(t("weather.ceiling"), report.ceiling_agl_m >= 9000 ? t("weather.no_ceiling") : format.metres(report.ceiling_agl_m),
          html`<small>${minima && least(format.metres(minima.ceiling_agl_m))}</small>
            ${markOf("weather_minima.ceiling_agl_m")}`)}
        ${fact(t("weather.wind"), `${format.mps(report.wind_mps)}, ${t("weather.from", { direction: format.direction(report.wind_from_deg) })}`,
          html`<small>${t("weather.gust", { gust: format.mps(report.gust_mps) })}
            ${minima && most(format.mps(minima.wind_mps))}</small>`)}
        ${fact(t("weather.pressure"), `${format.number(report.pressure_pa / 100)} ${t("unit.hpa")}`)}
        ${fact(t("weather.observed"), format.clock(report.observed_at_ms, picture.clock.offsetMs()))}
      </dl>
    </section>`;
  }
}

customElements.define("aspan-inspector", Inspector);
