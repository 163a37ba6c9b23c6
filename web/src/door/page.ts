/** The frame: a bar with language and theme, what must be said first, then a question or the answer. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { language, languageNames, languages, type Language } from "../language";
import { setTheme, theme, themes, type Theme } from "../theme";
import type { Screen } from "./address";
import "./answer";
import { icon, type IconName } from "./icons";
import { Part } from "./part";
import "./questions";
import { hasTrips } from "./route";
import { door } from "./state";
import { t } from "./words";

const themeIcons: Record<Theme, IconName> = { system: "sunMoon", light: "sun", dark: "moon" };

class DoorPage extends Part {
  private shown: Screen | null = null;
  /** Booking's own code is fetched when it is wanted. */
  private sales: "none" | "coming" | "here" | "failed" = "none";

  override render(): TemplateResult {
    const { screen } = door.address;
    if (door.route !== null && this.sales === "none") void this.fetchSales();
    return html`<a class="skip" href="#main" @click=${this.skip}>${t("door.skip")}</a>
      ${this.bar()}
      <main id="main" class=${screen === "answer" && door.route === null ? "main is-answer" : "main"} tabindex="-1">
        ${this.twin()}
        ${door.route !== null ? this.booking() : screen === "answer" ? html`<aspan-answer></aspan-answer>` : html`<aspan-questions></aspan-questions>`}
      </main>`;
  }

  /** A reader and a keyboard go on at the top of each new screen. */
  protected override updated(_: PropertyValues): void {
    if (door.route !== null) {
      this.shown = null;
      return;
    }
    const { screen } = door.address;
    document.title = `${t(screen === "answer" ? "door.title.answer" : `door.ask.${screen}`)} · ${t("door.brand")}`;
    if (this.shown !== null && this.shown !== screen) {
      const first = this.querySelector<HTMLElement>("[data-first]") ?? this.querySelector<HTMLElement>("main");
      setTimeout(() => (this.querySelector<HTMLElement>("[data-first]") ?? first)?.focus({ preventScroll: true }));
    }
    this.shown = screen;
  }

  private booking(): TemplateResult {
    if (this.sales === "here") return html`<aspan-sales></aspan-sales>`;
    if (this.sales !== "failed") return html`<div class="ghosts" aria-hidden="true"><i class="ghost is-head"></i><i class="ghost is-line"></i><i class="ghost is-strip"></i></div>`;
    return html`<section class="empty" role="alert"><h1 tabindex="-1" data-first>${icon("warning")}${t("door.fault.network")}</h1><p>${t("door.sales.failed")}</p>
      <button type="button" class="main-button" @click=${() => void this.fetchSales()}>${t("door.again")}</button></section>`;
  }

  private async fetchSales(): Promise<void> {
    this.sales = "coming";
    try {
      await import("./sales-page");
      this.sales = "here";
    } catch {
      this.sales = "failed";
    }
    this.requestUpdate();
  }

  private readonly skip = (event: Event): void => {
    event.preventDefault();
    this.querySelector<HTMLElement>("main")?.focus();
  };

  private bar(): TemplateResult {
    const next = themes[(themes.indexOf(theme()) + 1) % themes.length]!;
    return html`<header class="bar">
      <a class="brand" href="/go" @click=${this.anew}>${t("door.brand")}${door.service === null ? nothing : html`<small>${door.service.name}</small>`}</a>
      ${hasTrips() ? html`<button type="button" class="round" @click=${() => door.open("#/trips")} aria-label=${t("door.trips")}>${icon("ticket")}</button>` : nothing}
      <label class="hidden" for="language">${t("door.language")}</label>
      <select id="language" class="select" @change=${(e: Event) => door.speak((e.target as HTMLSelectElement).value as Language)}>
        ${languages.map((tag) => html`<option value=${tag} lang=${tag} ?selected=${tag === language()}>${languageNames[tag]}</option>`)}
      </select>
      <button type="button" class="round" data-theme-now=${theme()} @click=${() => { setTheme(next); door.tell(); }}
        aria-label=${t("door.theme", { now: t(`door.theme.${theme()}`) })}>${icon(themeIcons[theme()])}</button>
    </header>`;
  }

  private readonly anew = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    door.go({ screen: "from", question: door.set({ from: null, to: null }) });
  };

  /** What nobody may overlook: nothing here can be flown yet. */
  private twin(): TemplateResult | typeof nothing {
    const facts = door.service;
    if (facts === null || !(facts.is_twin || facts.is_approval_assumed)) return nothing;
    return html`<p class="note is-twin">${icon("info")}<span><b>${t("door.twin")}</b>
      ${t(facts.is_approval_assumed ? "door.twin.assumed" : "door.twin.plain")}</span></p>`;
  }
}

customElements.define("aspan-door", DoorPage);
