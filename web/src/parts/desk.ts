/** The frame: bar above, figures and lists at the side, the map as the stage, the inspector. */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../format";
import { t } from "../i18n";
import { icon } from "../icons";
import { picture } from "../store";
import "./board";
import "./figures";
import "./inspector";
import "./legend";
import { Part } from "./part";
import "./top-bar";

const phone = matchMedia("(max-width: 719px)");

type MapState = "waiting" | "open" | "failed";

class Desk extends Part {
  private map: MapState = "waiting";

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("keydown", this.onKey);
    phone.addEventListener("change", this.onWidth);
    // the frame is painted first; the map's bundle is asked for after it
    requestAnimationFrame(() => setTimeout(() => void this.openMap(), 0));
  }

  override disconnectedCallback(): void {
    removeEventListener("keydown", this.onKey);
    phone.removeEventListener("change", this.onWidth);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    return html`
      <aspan-top-bar></aspan-top-bar>
      <main class="desk ${picture.selection === null ? "" : "has-selection"}">
        <div class="stage">
          ${this.map === "open" ? html`<aspan-map></aspan-map>` : this.placeholder()}
          <div class="stage-notes">${this.age()} ${this.notice()}</div>
          <aspan-legend></aspan-legend>
          <details class="credits" ?open=${!phone.matches}>
            <summary>© ${t("credits.title")}</summary>
            <span>${(picture.city?.credits ?? []).join(" · ")}</span>
          </details>
        </div>
        <div class="side">
          <aspan-figures></aspan-figures>
          <aspan-board></aspan-board>
        </div>
        <aspan-inspector></aspan-inspector>
      </main>
    `;
  }

  private placeholder(): TemplateResult {
    const text = this.map === "failed" ? t("app.map_failed") : t("app.map_loading");
    return html`<div class="map-waiting"><p>${text}</p></div>`;
  }

  private notice(): TemplateResult | typeof nothing {
    const city = picture.city;
    if (city === null || !city.is_twin) return nothing;
    const assumed = city.is_approval_assumed ? `: ${t("notice.assumed")}` : "";
    const factor = city.demand_factor;
    const demand = factor === 1 ? "" : `; ${t("notice.demand", { factor: format.number(factor, factor % 1 ? 1 : 0) })}`;
    return html`<p class="notice" data-notice="twin">${icon("info")}<span>${t("notice.twin")}${assumed}${demand}</span></p>`;
  }

  private age(): TemplateResult {
    const age = picture.ageMs();
    const text = !picture.isStale() ? "" : age === null ? t("stream.never") : t("stream.old", { age: format.age(age) });
    return html`<p class="notice notice-attention ${text ? "" : "is-off"}" role="status" data-notice="age">
      ${text ? html`${icon("unplug")}<span>${text}</span>` : nothing}</p>`;
  }

  private async openMap(): Promise<void> {
    try {
      await import("../map/stage");
      this.map = "open";
    } catch (fault) {
      console.warn(fault);
      this.map = "failed";
    }
    this.requestUpdate();
  }

  private readonly onWidth = (): void => this.requestUpdate();

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && picture.selection !== null) picture.select(null);
  };
}

customElements.define("aspan-desk", Desk);
