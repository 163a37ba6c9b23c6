/** The frame: where one is, who signs, how old the picture is; then one view by its address. */
import { html, nothing, type TemplateResult } from "lit";
import { language, languageNames, languages, setLanguage, type Language } from "../language";
import { setTheme, theme, themes, type Theme } from "../theme";
import "./card-view";
import { clock, day, duration, name } from "./format";
import "./go-view";
import { icon, type IconName } from "./icons";
import "./matrix-view";
import "./overview";
import { Part } from "./part";
import "./run-view";
import { readKey } from "./sign";
import "./slots-view";
import { site } from "./state";
import { t, word } from "./words";

const themeIcons: Record<Theme, IconName> = { system: "sunMoon", light: "sun", dark: "moon" };
const views = ["cards", "slots", "runs", "matrix"] as const;
const staleMs = 10_000;

class RangePage extends Part {
  private isBadKey = false;
  private readonly onHash = (): void => { site.turn(); this.requestUpdate(); this.querySelector<HTMLElement>("#main")?.focus(); };
  private readonly beat = setInterval(() => this.requestUpdate(), 1_000);

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", this.onHash);
  }

  override disconnectedCallback(): void {
    removeEventListener("hashchange", this.onHash);
    clearInterval(this.beat);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    document.title = `${t("range.title")} – Aspan`;
    const [view = "cards", first = "", second = ""] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
    return html`<a class="skip" href="#main" @click=${this.skip}>${t("range.skip")}</a>${this.bar(view)}
      <main id="main" class="main" tabindex="-1">
        ${this.said()}
        ${site.isAbsent ? html`<section class="panel"><h1>${t("range.absent")}</h1><p class="soft">${t("range.absent.how")}</p></section>`
          : site.site === null ? html`<section class="panel ghosts" aria-busy="true" aria-label=${t("range.loading")}>${[1, 2, 3, 4].map(() => html`<i></i>`)}</section>`
          : html`${this.firstPerson()}${this.view(view, first, second)}`}
      </main>`;
  }

  private readonly skip = (event: Event): void => {
    event.preventDefault();
    this.querySelector<HTMLElement>("#main")?.focus();
  };

  private view(view: string, first: string, second: string): TemplateResult {
    if (view === "card" && first !== "") return html`<aspan-range-card .cardId=${first}></aspan-range-card>`;
    if (view === "go" && second !== "") return html`<aspan-range-go .cardId=${first} .slotId=${second}></aspan-range-go>`;
    if (view === "run" && first !== "") return html`<aspan-range-run .runId=${first}></aspan-range-run>`;
    if (view === "slots") return html`<aspan-range-slots .cardId=${first}></aspan-range-slots>`;
    if (view === "runs") return html`<aspan-range-runs></aspan-range-runs>`;
    if (view === "matrix") return html`<aspan-range-matrix></aspan-range-matrix>`;
    return html`<aspan-range-overview></aspan-range-overview>`;
  }

  private bar(view: string): TemplateResult {
    const next = themes[(themes.indexOf(theme()) + 1) % themes.length]!;
    const known = site.site;
    const age = site.ageMs();
    const isStale = age !== null && age > staleMs;
    return html`<header class="bar">
      <a class="brand" href="#/cards">${t("range.title")}${known === null ? nothing : html`<small>${name(known.names)}</small>`}</a>
      ${known === null ? nothing : html`<p class="now num"><b>${clock(known.now_at_ms, true)}</b> <small>${day(known.now_at_ms)}</small></p>`}
      ${isStale ? html`<p class="stale" role="status">${icon("alert")}${t("range.stale", { age: duration(age) })}</p>` : nothing}
      ${known?.is_twin ? html`<p class="mark" title=${t("range.twin.why")}>${t("range.twin")}</p>` : nothing}
      <nav class="tabs" aria-label=${t("range.views")}>
        ${views.map((one) => html`<a href="#/${one}" aria-current=${(view === one || (one === "cards" && ["card", "go", ""].includes(view)) || (one === "runs" && view === "run")) ? "page" : nothing}>${t(`range.view.${one}`)}</a>`)}
        <a href="/">${t("range.desk")}</a>
      </nav>
      ${this.whoSigns()}
      <label class="hidden" for="language">${t("range.language")}</label>
      <select id="language" class="select" @change=${(e: Event) => { setLanguage((e.target as HTMLSelectElement).value as Language); site.tell(); }}>
        ${languages.map((tag) => html`<option value=${tag} lang=${tag} ?selected=${tag === language()}>${languageNames[tag]}</option>`)}
      </select>
      <button type="button" class="round" @click=${() => { setTheme(next); site.tell(); }} aria-label=${t("range.theme", { now: word("range.theme", theme()) })}>${icon(themeIcons[theme()])}</button>
    </header>`;
  }

  private whoSigns(): TemplateResult {
    const key = site.key;
    if (key !== null) {
      return html`<p class="signer">${icon("sign")}<span><b>${key.name}</b><small>${key.roles.map((role) => word("range.role", role)).join(", ")}</small></span>
        <button type="button" class="link" @click=${() => { site.key = null; site.tell(); }}>${t("range.key.drop")}</button></p>`;
    }
    return html`<p class="signer"><label class="button is-small">${icon("key")}${t("range.key.load")}<input class="hidden" type="file" accept="application/json,.json,.key" data-key @change=${this.load} /></label>
      <small class=${this.isBadKey ? "fault" : ""} role=${this.isBadKey ? "alert" : nothing}>${this.isBadKey ? t("range.key.bad") : t("range.key.why")}</small></p>`;
  }

  private readonly load = async (event: Event): Promise<void> => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file === undefined) return;
    site.key = await readKey(await file.text());
    this.isBadKey = site.key === null;
    input.value = "";
    site.tell();
  };

  /** Nobody decides here yet: the first is a test director, by their own word. */
  private firstPerson(): TemplateResult | typeof nothing {
    if (site.site === null || site.site.people.length > 0) return nothing;
    const key = site.key;
    const can = key !== null && key.roles.includes("test_director");
    return html`<section class="panel is-attention"><h2>${t("range.first")}</h2><p>${t("range.first.how")}</p>
      <button type="button" class="button is-main" ?disabled=${!can} data-enrol-first @click=${() => {
        const { person_id, name: called, roles, public_key } = key!;
        void site.order("FoundSite", { site_id: site.site!.site_id, person: { person_id, name: called, roles, public_key }, is_training: site.site!.is_twin }, t("range.done.enrolled"));
      }}>${can ? t("range.first.enrol", { name: key.name }) : t("range.first.key")}</button></section>`;
  }

  private said(): TemplateResult | typeof nothing {
    const said = site.said;
    if (said === null) return nothing;
    const refusal = said.refusal;
    return html`<section class="said ${said.isRefused ? "is-no" : "is-yes"}" role="status" data-said=${said.isRefused ? (refusal?.reason ?? "") : "taken"}>
      ${icon(said.isRefused ? "cross" : "check")}
      <div>${said.isRefused ? html`<b>${t("range.refused")}</b> ${word("range.reason", refusal?.reason ?? "")}${refusal?.detail ? html`<small lang="en">${refusal.detail}</small>` : nothing}` : html`<b>${said.text}</b>`}</div>
      <button type="button" class="link" @click=${() => { site.said = null; site.tell(); }}>${t("range.close")}</button>
    </section>`;
  }
}

customElements.define("aspan-range", RangePage);
