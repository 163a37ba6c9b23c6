/** A trip in full: its legs with times and names, the offer, a link to share, the map when asked for. */
import { html, nothing, LitElement, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { clock, distance, duration, money, moment, percent, likely } from "./format";
import { icon, modeIcon } from "./icons";
import { door } from "./state";
import type { Itinerary, Leg, LegEnd } from "./types";
import { t, word } from "./words";

const sameDeg = 2e-5;
const rides = ["bus", "metro", "rail", "tram", "cable", "ferry"];

export function details(it: Itinerary): TemplateResult {
  return html`<div class="details">
    ${it.promised_arrival_at_ms !== null && it.promised_arrival_at_ms !== it.arrive_at_ms ? html`<p class="hint num">${t("door.expected", { time: clock(it.arrive_at_ms) })}</p>` : nothing}
    <ol class="legs">${it.legs.map(leg)}<li class="leg is-end"><span class="leg-time num">${clock(it.arrive_at_ms)}</span><span class="leg-dot" aria-hidden="true"></span><span>${endName(it.legs.at(-1)?.to)}</span></li></ol>
    ${it.offer === null ? nothing : html`<p class="note">${icon("plane")}<span>${t("door.offer", { fare: money(it.offer.fare_tiyn), until: moment(it.offer.valid_until_ms) })}</span></p>`}
    ${takeButton(it)}
    <p class="hint num">${t("door.walk_sum", { time: duration(it.walk_ms), way: distance(it.walk_m) })}</p>
    <aspan-trip-tools .itinerary=${it}></aspan-trip-tools>
  </div>`;
}

/** The way from an answer to a booking; none where nothing is sold. */
export function takeButton(it: Itinerary): TemplateResult | typeof nothing {
  if (it.offer?.token === undefined) return nothing;
  return html`<button type="button" class="main-button" data-take @click=${() => door.take(it)}>${icon("plane")}${t("door.take", { fare: money(it.offer.fare_tiyn) })}</button>`;
}

/** Doors are called as the passenger called them. */
export function endName(end: LegEnd | undefined): string {
  if (end === undefined) return "";
  const { from, to } = door.address.question;
  const own = end.kind !== "door" ? undefined : [from, to].find((spot) => spot !== null && Math.abs(spot.lat - end.lat) < sameDeg && Math.abs(spot.lon - end.lon) < sameDeg);
  return own?.name || end.name;
}

function leg(it: Leg): TemplateResult {
  const took = duration(it.arrive_at_ms - it.depart_at_ms);
  return html`<li class="leg is-${it.mode}"><span class="leg-time num">${clock(it.depart_at_ms)}</span>
    <span class="leg-dot" aria-hidden="true">${modeIcon(it.mode)}</span>
    <div class="leg-body"><span class="leg-place">${endName(it.from)}</span>
      <span class="leg-what"><b>${word("door.mode", it.mode)}</b> ${it.line === null ? nothing : line(it.line)}<span class="num">${took}${it.distance_m > 0 && it.mode !== "wait" && it.mode !== "process" ? `, ${distance(it.distance_m)}` : ""}${it.price_tiyn > 0 ? `, ${money(it.price_tiyn)}` : ""}</span>
        ${it.is_estimate ? html`<span class="tag is-estimate">${t("door.estimate")}</span>` : nothing}</span>
      ${it.connection_chance === null ? nothing : html`<span class="hint num">${t("door.connection", { likely: likely(it.connection_chance), share: percent(it.connection_chance) })}</span>`}
      ${rides.includes(it.mode) && it.stops.length > 0 ? html`<details class="stops"><summary>${t("door.stops", { n: it.stops.length })}</summary>
        <ol>${it.stops.map((stop) => html`<li><span class="num">${clock(stop.arrive_at_ms)}</span> ${stop.name}</li>`)}</ol></details>` : nothing}
    </div></li>`;
}

function line(it: NonNullable<Leg["line"]>): TemplateResult {
  const colour = /^[0-9a-fA-F]{6}$/.test(it.colour) ? `border-color:#${it.colour}` : "";
  return html`<span class="line-sign" style=${colour}>${it.short_name || it.name}</span> ${it.headsign === "" ? nothing : html`<span>${t("door.headsign", { to: it.headsign })}</span> `}`;
}

@customElement("aspan-trip-tools")
export class TripTools extends LitElement {
  @property({ attribute: false }) itinerary: Itinerary | null = null;
  @state() private said = "";
  @state() private map: "closed" | "opening" | "open" | "failed" = "closed";

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    return html`<div class="buttons">
        ${this.map === "open" ? nothing : html`<button type="button" class="wide-button" ?disabled=${this.map === "opening"} @click=${this.open}>${icon("map")}${t(this.map === "opening" ? "door.map.opening" : "door.map.show")}</button>`}
        <button type="button" class="wide-button" @click=${this.share}>${icon("share")}${t("door.share")}</button></div>
      <p class="hint" role="status">${this.map === "failed" ? html`<span class="fault">${icon("warning")}${t("door.map.failed")}</span>` : this.said}</p>
      ${this.map === "open" ? html`<aspan-trip-map .itinerary=${this.itinerary} aria-label=${t("door.map")}></aspan-trip-map>` : nothing}`;
  }

  private readonly open = async (): Promise<void> => {
    this.map = "opening";
    try {
      await import("./map");
      this.map = "open";
    } catch {
      this.map = "failed";
    }
  };

  private readonly share = async (): Promise<void> => {
    const url = door.link();
    try {
      if (navigator.share !== undefined && matchMedia("(pointer: coarse)").matches) await navigator.share({ url });
      else {
        await navigator.clipboard.writeText(url);
        this.said = t("door.share.done");
      }
    } catch (error) {
      // who closes the sheet of the system has changed their mind; anything else needs the address itself
      this.said = error instanceof DOMException && error.name === "AbortError" ? "" : url;
    }
  };
}
