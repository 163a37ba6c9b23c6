/** The way between the views: a rail on a desk, a bar at the bottom of a phone. */
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../i18n";
import { icon, type IconName } from "../icons";
import { router, views, type View } from "../routes";
import { picture } from "../store";
import { stranded } from "../stranded";
import { units } from "../units";
import { nextUnits } from "./actions";
import { openKeys } from "./keys";
import { Part } from "./part";

const signs: Record<View, IconName> = {
  map: "map", timeline: "gantt", sorties: "list", vertiports: "parking", fleet: "plane", weather: "cloudSun", day: "calendar",
  passengers: "users",
};

const patienceMs = 8_000;

class Rail extends Part {
  private hasTestSite = false;
  private readonly onStranded = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    stranded.addEventListener("change", this.onStranded);
    stranded.start();
    void this.askForTestSite();
  }

  override disconnectedCallback(): void {
    stranded.removeEventListener("change", this.onStranded);
    super.disconnectedCallback();
  }

  protected override listensTo(what: string): boolean {
    return what === "view" || what === "look" || what === "selection" || what === "moment";
  }

  override render(): TemplateResult {
    return html`
      <nav class="rail" aria-label=${t("rail.title")}>
        <ul>${views.map((view, i) => this.entry(view, i + 1))}</ul>
        <div class="rail-more">
          ${this.hasTestSite ? html`<a class="rail-entry" data-rail="range" href="/range" title=${t("rail.range")}>${icon("clipboard")}<span class="rail-word">${t("rail.range")}</span></a>` : nothing}
          <button class="rail-entry" data-setting="units" @click=${nextUnits} title=${t("units.label")}
            aria-label="${t("units.label")}: ${t(`units.${units()}`)}">
            ${icon("ruler")}<span class="rail-word">${t(`units.${units()}`)}</span></button>
          <button class="rail-entry" data-rail="keys" @click=${openKeys} title=${`${t("keys.title")} (?)`}>
            ${icon("keyboard")}<span class="rail-word">${t("rail.keys")}</span></button>
        </div>
      </nav>
    `;
  }

  /** Asked once: whether the service has a test site does not change while it runs. */
  private async askForTestSite(): Promise<void> {
    try {
      const answer = await fetch("/api/faces", { signal: AbortSignal.timeout(patienceMs) });
      this.hasTestSite = answer.ok && ((await answer.json()) as { has_test_site: boolean }).has_test_site;
      if (this.hasTestSite) this.requestUpdate();
    } catch { /* the rail stays without it */ }
  }

  private entry(view: View, key: number): TemplateResult {
    const name = t(`rail.${view}`);
    const isHere = picture.view === view;
    return html`<li><a class="rail-entry" href=${router.address({ view, settings: {} })} data-view=${view}
      aria-current=${isHere ? "page" : "false"} title=${`${name} (${key})`}
      @click=${(event: MouseEvent) => this.go(event, view)}>${icon(signs[view])}<span class="rail-word">${name}</span>${view === "passengers" ? this.waiting() : nothing}</a></li>`;
  }

  /** How many passengers are kept waiting; nothing while nobody is. */
  private waiting(): TemplateResult | typeof nothing {
    const n = stranded.page?.passengers ?? 0;
    return n === 0 ? nothing : html`<span class="rail-number num" data-waiting=${n} aria-hidden="true">${n > 99 ? "99+" : n}</span>
      <span class="hidden">: ${t("stranded.waiting", { n })}</span>`;
  }

  private go(event: MouseEvent, view: View): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    picture.show(view);
  }
}

customElements.define("aspan-rail", Rail);
