/** The panel of the map's layers: lanes, geozones, noise with its legend, the third dimension. */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../format";
import { t, word, type Key } from "../i18n";
import { icon } from "../icons";
import { isByLeave, limitWords, lookOf } from "../map/geozones";
import { colours, limitOf, peopleAbove, steps, type NoiseFeed, type NoiseNow } from "../map/noise";
import { noiseKinds, view, type Layers, type NoiseKind } from "../map/view";
import { picture } from "../store";
import { isDark } from "../theme";
import type { GeozoneArea, Quantity } from "../types";
import { Part } from "./part";
import { markOfQuantity, markWith } from "./mark";
import { timeOf } from "./quantity";

type Toggle = "lanes" | "zones" | "noise" | "terrain";

/** What the zone means to us now, and until when; empty while the moment is not known. */
function zoneState(zone: GeozoneArea): string {
  const now = picture.geozones.get(zone.zone_id);
  if (now === undefined) return "";
  const at = now.changes_at_ms;
  if (at !== null) return t(now.is_closed ? "zone.closed_until" : "zone.closes_at", { time: timeOf(at) });
  if (now.is_closed) return t("zone.closed_always");
  const kind = zone.kind.toLowerCase();
  if (isByLeave(zone)) return t(zone.is_assumed ? "zone.by_leave_assumed" : "zone.by_leave");
  if (kind === "conditional") return t("zone.by_conditions");
  return t(kind === "none" ? "zone.free" : "zone.not_in_force");
}

class LayersPanel extends Part {
  static override properties = { feed: { attribute: false } };
  declare feed: NoiseFeed | undefined;
  private readonly onView = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    view.addEventListener("change", this.onView);
  }

  override disconnectedCallback(): void {
    view.removeEventListener("change", this.onView);
    super.disconnectedCallback();
  }

  protected override listensTo(what: string): boolean {
    return what === "look" || what === "city" || what === "state" || what === "moment";
  }

  override render(): TemplateResult {
    const { layers } = view;
    return html`<details class="layers" name="map-panel" @toggle=${this.toggled}>
      <summary>${icon("layers")}<span>${t("layers.title")}</span></summary>
      <div class="layers-body">
        <div class="layers-choice">${this.toggle("lanes")} ${this.toggle("zones")} ${this.toggle("noise")}
          ${this.toggle("terrain", view.terrain === null)}</div>
        ${view.terrain === null ? html`<small>${t("layers.terrain_none")}</small>`
          : layers.terrain ? html`<small>${t("layers.terrain_note")}</small>` : nothing}
        ${layers.noise ? html`<h3>${t("layers.noise")}</h3>${this.noise()}` : nothing}
        ${layers.zones ? html`<h3>${t("layers.zones")}</h3>${this.zones()}` : nothing}
      </div>
    </details>`;
  }

  private readonly toggled = (event: Event): void => {
    this.classList.toggle("is-open", (event.target as HTMLDetailsElement).open);
  };

  private toggle(name: Toggle, isDisabled = false): TemplateResult {
    return html`<label class="layer"><input type="checkbox" data-layer=${name} .checked=${view.layers[name]} ?disabled=${isDisabled}
      @change=${(event: Event) => view.set({ [name]: (event.target as HTMLInputElement).checked } as Partial<Layers>)} />
      <span>${t(`layers.${name}`)}</span></label>`;
  }

  private zones(): TemplateResult {
    const all = picture.city?.geozones ?? [];
    if (all.length === 0) return html`<small>${t("zone.none")}</small>`;
    return html`<ul class="zones" aria-label=${t("layers.zones")}>${all.map((zone) => this.zone(zone))}</ul>`;
  }

  private zone(zone: GeozoneArea): TemplateResult {
    const look = lookOf(zone);
    return html`<li data-zone=${zone.zone_id}><span class="zone-sign is-${look}" aria-hidden="true"></span>
      <span><b>${format.name(zone.names)}</b> <span class=${look === "closed" ? "is-closed-word" : "zone-word"}>${zoneState(zone)}</span>
        <small>${word("restriction", zone.kind.toLowerCase())}, <span class="num">${limitWords(zone)}</span>
          ${zone.is_assumed ? markWith("assumed", { source: zone.source }) : nothing}</small></span></li>`;
  }

  private noise(): TemplateResult {
    const kind = view.layers.noiseKind;
    const noise = this.feed?.noise ?? null;
    return html`<div class="noise">
      <select class="select" aria-label=${t("noise.which")} data-layer="noise-kind"
        @change=${(event: Event) => view.set({ noiseKind: (event.target as HTMLSelectElement).value as NoiseKind })}>
        ${noiseKinds.map((name) => html`<option value=${name} ?selected=${name === kind}>${t(`noise.${name}`)}</option>`)}</select>
      <small>${t(`noise.about_${kind}`)}. ${t("noise.from_afar")}</small>
      ${this.steps(kind, noise)}
      ${this.feed?.state === "none" ? html`<small>${t("noise.unstated")}</small>` : nothing}
      ${this.feed?.state === "failed" ? html`<small role="status">${t("noise.failed")}</small>` : nothing}
      ${noise === null ? (this.feed?.state === "asking" ? html`<p class="ghost-line"></p>` : nothing)
        : noise.cells.length === 0 ? html`<small>${t("noise.none")}</small>` : this.people()}
    </div>`;
  }

  /** The steps, loudest first; the limit stands where it is passed. */
  private steps(kind: NoiseKind, noise: NoiseNow | null): TemplateResult {
    const palette = colours(isDark());
    const bounds = steps[kind];
    const limit = noise === null ? null : limitOf(noise, kind);
    const lines = bounds.map((low, i) => {
      const high = bounds[i + 1];
      const range = high === undefined ? t("noise.more", { low }) : t("noise.from", { low, high });
      return html`<li><i style="background:${palette[i]}" aria-hidden="true"></i><span class="num">${range} ${t("noise.unit")}</span></li>
        ${limit?.value === low ? html`<li class="noise-limit"><i aria-hidden="true"></i>
          <span>${t(`noise.limit_${kind}`, { limit: format.number(low) })} ${markOfQuantity(limit)}</span></li>` : nothing}`;
    });
    return html`<ol class="noise-steps" aria-label="${t("noise.which")}, ${t("noise.unit")}">${lines.reverse()}</ol>`;
  }

  /** How many live where it is louder than the limits, and what the numbers are made from. */
  private people(): TemplateResult {
    const noise = this.feed!.noise!;
    const people = (n: number): string => format.number(Math.round(n));
    const lines = noiseKinds.map((kind) => {
      const { value, low, high } = peopleAbove(noise, kind);
      return html`<div><dt>${t(`noise.${kind}`)}, &gt; ${format.number(limitOf(noise, kind).value)} ${t("noise.unit")}</dt>
        <dd><b>${people(value)}</b>${kind === "max" ? html` <small>${t("noise.no_range")}</small>` : nothing}${low === null || high === null ? nothing
          : html` <small>${t("noise.people_range", { low: people(low), high: people(high) })}</small>`}</dd></div>`;
    });
    return html`<b class="noise-head">${t("noise.people")}</b><dl class="noise-people num">${lines}</dl>
      <small>${t("noise.span", { from: timeOf(noise.from_ms), until: timeOf(noise.until_ms) })}
        ${markWith("derived", { says: "mark.noise", from: sources(noise) })}</small>`;
  }
}

/** The levels that everything is worked out from. */
function sources(noise: NoiseNow): [string, Quantity][] {
  const names: Record<string, Key> = {
    noise_cruise_dba_at_500_m: "mark.noise_cruise", noise_terminal_dba_at_100_m: "mark.noise_terminal",
  };
  return Object.entries(noise.source_levels).flatMap(([name, level]): [string, Quantity][] => {
    const key = names[name];
    return key === undefined ? [] : [[t(key), level]];
  });
}

customElements.define("aspan-layers", LayersPanel);
