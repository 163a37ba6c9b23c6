/** The frame: bar above, rail at the left, the view in the middle, the inspector, the bar of time below. */
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../i18n";
import type { View } from "../routes";
import { picture } from "../store";
import "./board";
import "./figures";
import { ghosts } from "./ghosts";
import "./inspector";
import { startKeys } from "./keys";
import "./legend";
import { ageNotice, twinNotice } from "./notices";
import { Part } from "./part";
import "./rail";
import "./replay";
import "./top-bar";

const phone = matchMedia("(max-width: 719px)");
const watchMs = 400;
const slowMs = 15_000; // a ground that is not drawn after this is said to be missing

type Loading = "waiting" | "open" | "failed";

/** Each view's code is asked for when it is first shown. */
const loaders: Record<Exclude<View, "map">, () => Promise<unknown>> = {
  timeline: () => import("./timeline"),
  sorties: () => import("./sorties-view"),
  vertiports: () => import("./vertiports-view"),
  fleet: () => import("./fleet-view"),
  weather: () => import("./weather-view"),
  day: () => import("./day-view"),
  passengers: () => import("./stranded-view"),
};

class Desk extends Part {
  private readonly loading = new Map<View, Loading>();
  private isGroundDrawn = false;
  private mapAskedAt = 0;
  private watcher = 0;
  private isPainted = false;

  override connectedCallback(): void {
    super.connectedCallback();
    startKeys();
    phone.addEventListener("change", this.onWidth);
    // the frame is painted first; the view's bundle is asked for after it
    requestAnimationFrame(() => setTimeout(() => {
      this.isPainted = true;
      this.load(picture.view);
    }, 0));
  }

  override disconnectedCallback(): void {
    phone.removeEventListener("change", this.onWidth);
    clearInterval(this.watcher);
    super.disconnectedCallback();
  }

  protected override listensTo(what: string): boolean {
    return what !== "state";
  }

  override render(): TemplateResult {
    const view = picture.view;
    const isMap = view === "map";
    const classes = [picture.selection === null ? "" : "has-selection", isMap ? "is-map" : "is-view",
      picture.past.atMs === null ? "" : "is-past"].join(" ");
    return html`
      <aspan-top-bar></aspan-top-bar>
      <aspan-rail></aspan-rail>
      <main class="desk ${classes}" id="content" tabindex="-1">
        ${this.stage(isMap)}
        ${isMap ? html`<div class="side"><aspan-figures></aspan-figures><aspan-board></aspan-board></div>`
          : html`<div class="view" data-shown=${view}>
              <div class="view-notes">${ageNotice()} ${twinNotice()}</div>${this.view(view)}</div>`}
        <aspan-inspector></aspan-inspector>
      </main>
      <aspan-replay></aspan-replay>
      <aspan-keys></aspan-keys>
    `;
  }

  protected override updated(): void {
    if (this.isPainted && !this.loading.has(picture.view)) this.load(picture.view);
    const title = `${t(`rail.${picture.view}`)} – Aspan`;
    if (document.title !== title) document.title = title;
  }

  /** The map stays as it was left while another view is shown. */
  private stage(isShown: boolean): TemplateResult | typeof nothing {
    const state = this.loading.get("map");
    if (!isShown && state !== "open") return nothing;
    return html`
      <div class="stage ${isShown ? "" : "is-away"}" ?inert=${!isShown}>
        <h2 class="hidden">${t("app.map")}</h2>
        ${state === "open" ? html`<aspan-map></aspan-map>` : nothing}
        ${isShown ? this.mapNote(state) : nothing}
        <div class="stage-notes">${isShown ? html`${ageNotice()} ${twinNotice()}` : nothing}</div>
        <aspan-legend></aspan-legend>
        <details class="credits" ?open=${!phone.matches}>
          <summary>© ${t("credits.title")}</summary>
          <span>${(picture.city?.credits ?? []).join(" · ")}</span>
        </details>
      </div>`;
  }

  /** Until the ground is drawn, say what is awaited or what went wrong; never a blank background. */
  private mapNote(state: Loading | undefined): TemplateResult | typeof nothing {
    if (state === "failed") return this.failed(t("app.map_failed"));
    if (this.isGroundDrawn) return nothing;
    if (picture.isStale() && picture.ageMs() !== null) return this.failed(t("app.map_lost"));
    const isSlow = this.mapAskedAt > 0 && performance.now() - this.mapAskedAt > slowMs;
    return isSlow ? this.failed(t("app.map_slow")) : html`<div class="map-waiting is-calm" role="status"><p>${t("app.map_loading")}</p></div>`;
  }

  private failed(text: string): TemplateResult {
    return html`<div class="map-waiting"><p role="alert">${text}</p>
      <button class="button button-strong" @click=${() => location.reload()}>${t("app.reload")}</button></div>`;
  }

  private view(view: View): TemplateResult {
    const state = this.loading.get(view);
    if (state === "failed") return this.failed(t("app.view_failed"));
    if (state !== "open") return html`<div class="view-head"><h2>${t(`rail.${view}`)}</h2></div>${ghosts(8)}`;
    switch (view) {
      case "timeline": return html`<aspan-timeline></aspan-timeline>`;
      case "sorties": return html`<aspan-sorties></aspan-sorties>`;
      case "vertiports": return html`<aspan-vertiports></aspan-vertiports>`;
      case "fleet": return html`<aspan-fleet></aspan-fleet>`;
      case "weather": return html`<aspan-weather></aspan-weather>`;
      case "passengers": return html`<aspan-stranded></aspan-stranded>`;
      default: return html`<aspan-day></aspan-day>`;
    }
  }

  private load(view: View): void {
    if (this.loading.get(view) === "open" || this.loading.get(view) === "waiting") return;
    this.loading.set(view, "waiting");
    if (view === "map") this.watchGround();
    const code = view === "map" ? import("../map/stage") : loaders[view]();
    code.then(
      () => this.loading.set(view, "open"),
      (fault: unknown) => {
        console.warn(fault);
        this.loading.set(view, "failed");
      },
    ).finally(() => this.requestUpdate());
  }

  private watchGround(): void {
    this.mapAskedAt = performance.now();
    this.watcher = window.setInterval(() => {
      const stage = this.querySelector("aspan-map") as (HTMLElement & { map?: { loaded(): boolean } | null }) | null;
      this.isGroundDrawn = stage?.map?.loaded() === true;
      if (this.isGroundDrawn) clearInterval(this.watcher);
      this.requestUpdate();
    }, watchMs);
  }

  private readonly onWidth = (): void => this.requestUpdate();
}

customElements.define("aspan-desk", Desk);
