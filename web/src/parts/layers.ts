/** The panel of the map's layers: lanes, geozones, noise with its legend, the third dimension. */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../format";
import { t, word, type Key } from "../i18n";
import { icon } from "../icons";
import { isClosed, limitWords } from "../map/geozones";
import { colours, limitOf, peopleAbove, steps, type NoiseFeed } from "../map/noise";
import { noiseKinds, view, type Layers, type NoiseKind } from "../map/view";
import { picture } from "../store";
import { isDark } from "../theme";
import type { GeozoneArea } from "../types";
import { Part } from "./part";
import { markWord, timeOf } from "./quantity";

type Toggle = "lanes" | "zones" | "noise" | "terrain";

const byLeave = new Set(["required_authorisation", "ctr", "tma"]);

/** What the zone means to us now, and until when; empty while the moment is not known. */
function zoneState(zone: GeozoneArea): string {
  const now = picture.geozones.get(zone.zone_id);
  if (now === undefined) return "";
  const at = now.changes_at_ms;
  if (at !== null) return t(now.is_closed ? "zone.closed_until" : "zone.closes_at", { time: timeOf(at) });
  if (now.is_closed) return t("zone.closed_always");
  const kind = zone.kind.toLowerCase();
  if (byLeave.has(kind)) return t(zone.is_assumed ? "zone.by_leave_assumed" : "zone.by_leave");
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
    return html`<details class="layers">
      <summary>${icon("layers")}<span>${t("layers.title")}</span></summary>
      <div class="layers-body">
        ${this.toggle("lanes")} ${this.toggle("zones")}
        ${layers.zones ? this.zones() : nothing}
        ${this.toggle("noise")} ${layers.noise ? this.noise() : nothing}
        ${this.toggle("terrain", view.terrain === null)}
        ${view.terrain === null ? html`<small>${t("layers.terrain_none")}</small>`
          : layers.terrain ? html`<small>${t("layers.terrain_note")}</small>` : nothing}
      </div>
    </details>`;
  }

  private toggle(name: Toggle, isDisabled = false): TemplateResult {
    return html`<label class="layer"><input type="checkbox" data-layer=${name} .checked=${view.layers[name]} ?disabled=${isDisabled}
      @change=${(event: Event) => view.set({ [name]: (event.target as HTMLInputElement).checked } as Partial<Layers>)} />
      <span>${t(`layers.${name}`)}</span></label>`;
  }

  private zones(): TemplateResult {
    const all = picture.city?.geozones ?? [];
    if (all.length === 0) return html`<small>${t("zone.none")}</small>`;
    return html`<ul class="zones" tabindex="0" aria-label=${t("layers.zones")}>${all.map((zone) => this.zone(zone))}</ul>`;
  }

  private zone(zone: GeozoneArea): TemplateResult {
    const closed = isClosed(zone.zone_id);
    return html`<li data-zone=${zone.zone_id}><span class="zone-sign ${closed ? "is-closed" : ""}" aria-hidden="true"></span>
      <span><b>${format.name(zone.names)}</b> <span class=${closed ? "is-closed-word" : "zone-word"}>${zoneState(zone)}</span>
        <small>${word("restriction", zone.kind.toLowerCase())}, <span class="num">${limitWords(zone)}</span>
          ${zone.is_assumed ? html`<span title=${zone.source}>${markWord("assumed")}</span>` : nothing}</small></span></li>`;
  }

  private noise(): TemplateResult {
    const kind = view.layers.noiseKind;
    const noise = this.feed?.noise ?? null;
    const palette = colours(isDark());
    return html`<div class="noise">
      <select class="select" aria-label=${t("noise.which")} data-layer="noise-kind"
        @change=${(event: Event) => view.set({ noiseKind: (event.target as HTMLSelectElement).value as NoiseKind })}>
        ${noiseKinds.map((name) => html`<option value=${name} ?selected=${name === kind}>${t(`noise.${name}`)}</option>`)}</select>
      <ol class="noise-steps" aria-label="${t("noise.which")}, ${t("noise.unit")}">
        ${steps[kind].map((bound, i) => html`<li><i style="background:${palette[i]}" aria-hidden="true"></i><span class="num">${bound}${i === steps[kind].length - 1 ? "+" : ""}</span></li>`)}
        <li class="noise-unit">${t("noise.unit")}</li></ol>
      ${this.feed?.state === "none" ? html`<small>${t("noise.unstated")}</small>` : nothing}
      ${this.feed?.state === "failed" ? html`<small role="status">${t("noise.failed")}</small>` : nothing}
      ${noise === null ? (this.feed?.state === "asking" ? html`<p class="ghost-line"></p>` : nothing)
        : noise.cells.length === 0 ? html`<small>${t("noise.none")}</small>` : this.people()}
    </div>`;
  }

  /** How many live where it is louder than the limits. */
  private people(): TemplateResult {
    const noise = this.feed!.noise!;
    const lines = noiseKinds.map((kind) => {
      const { value, low, high } = peopleAbove(noise, kind);
      const people = (n: number): string => format.number(Math.round(n));
      const limit = limitOf(noise, kind);
      return html`<li>${t(`noise.people_${kind}` as Key, { limit: format.number(limit.value), people: people(value) })}
        ${low === null || high === null ? nothing : html`<small>(${people(low)} – ${people(high)})</small>`}</li>`;
    });
    return html`<ul class="noise-people num">${lines}</ul>
      <small title=${limitOf(noise, "day").source}>${t("noise.span", { from: timeOf(noise.from_ms), until: timeOf(noise.until_ms) })}
        ${markWord("derived")}</small>`;
  }
}

customElements.define("aspan-layers", LayersPanel);
