/** The frame: a bar that says where, how old the picture is and what waits; then code, site, departures or one of them. */
import { html, nothing, type TemplateResult } from "lit";
import { language, languageNames, languages, setLanguage, type Language } from "../language";
import { setTheme, theme, themes, type Theme } from "../theme";
import { clock, duration, number, place, shortCode } from "./format";
import { icon, type IconName } from "./icons";
import { Part } from "./part";
import "./sortie";
import { gate } from "./state";
import { isHere, type Sortie } from "./types";
import { t, word } from "./words";

const themeIcons: Record<Theme, IconName> = { system: "sunMoon", light: "sun", dark: "moon" };

class GatePage extends Part {
  private readonly onHash = (): void => { gate.verdict = null; this.requestUpdate(); };

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", this.onHash);
  }

  override disconnectedCallback(): void {
    removeEventListener("hashchange", this.onHash);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    document.title = gate.kept.site === "" ? t("gate.title") : `${t("gate.title")} · ${place(gate.kept.site)}`;
    const sortie = gate.find(decodeURIComponent(location.hash.slice(1)));
    const { code, site, keys } = gate.kept;
    return html`${this.bar()}
      <main id="main" class="main" tabindex="-1">
        ${this.conflicts()}
        ${code === "" || keys === null ? this.codeForm() : site === "" ? this.sites() : sortie === undefined ? this.departures() : html`<aspan-gate-sortie .sortieId=${sortie.sortie_id}></aspan-gate-sortie>`}
      </main>`;
  }

  private bar(): TemplateResult {
    const next = themes[(themes.indexOf(theme()) + 1) % themes.length]!;
    const { kept, isOnline } = gate;
    const age = kept.picture === null ? "" : t("gate.age", { age: duration(gate.ageMs()) });
    return html`<header class="bar">
      <a class="brand" href="#">${t("gate.title")}${kept.site === "" ? nothing : html`<small>${place(kept.site)}</small>`}</a>
      ${kept.code === "" ? nothing : html`<p class="link-state ${isOnline ? "is-on" : "is-off"}" data-link=${isOnline ? "on" : "off"}>${icon(isOnline ? "online" : "offline")}
        <span>${isOnline ? t("gate.online") : t("gate.offline")}${age === "" ? nothing : html`<small class="num">${age}</small>`}</span></p>`}
      ${kept.queue.length === 0 ? nothing : html`<p class="queue num">${t("gate.queue", { n: kept.queue.length, count: number(kept.queue.length) })}</p>`}
      <label class="hidden" for="language">${t("gate.language")}</label>
      <select id="language" class="select" @change=${(e: Event) => { setLanguage((e.target as HTMLSelectElement).value as Language); gate.tell(); }}>
        ${languages.map((tag) => html`<option value=${tag} lang=${tag} ?selected=${tag === language()}>${languageNames[tag]}</option>`)}
      </select>
      <button type="button" class="round" @click=${() => { setTheme(next); gate.tell(); }}
        aria-label=${t("gate.theme", { now: word("gate.theme", theme()) })}>${icon(themeIcons[theme()])}</button>
    </header>`;
  }

  /** What the service did not take although the gate had: somebody must see to it. */
  private conflicts(): TemplateResult | typeof nothing {
    const { conflicts } = gate.kept;
    if (conflicts.length === 0) return nothing;
    return html`<section class="conflicts" role="alert" aria-label=${t("gate.conflicts")}>
      <h2>${icon("warning")}${t("gate.conflicts")}</h2>
      <ul>${conflicts.map((one) => html`<li><span><b>${shortCode(one.bookingId)}</b> ${word("gate.done", one.scan.action)}, ${clock(one.scan.at_ms)}: ${word("gate.reason", one.reason)}</span>
        <button type="button" class="button" @click=${() => gate.clear(one)}>${t("gate.conflict.clear")}</button></li>`)}</ul>
    </section>`;
  }

  private codeForm(): TemplateResult {
    const enter = (event: SubmitEvent): void => {
      event.preventDefault();
      void gate.enter(String(new FormData(event.target as HTMLFormElement).get("code") ?? ""));
    };
    return html`<form class="panel narrow" @submit=${enter}>
      <h1>${t("gate.code.ask")}</h1>
      <p class="soft">${t("gate.code.where")}</p>
      <label for="code">${t("gate.code.label")}</label>
      <input id="code" name="code" class="field" autocomplete="off" autocapitalize="characters" spellcheck="false" required />
      <p class="fault" role="alert">${gate.isWrongCode ? t("gate.code.wrong") : nothing}</p>
      <button class="button is-main">${t("gate.code.enter")}</button>
    </form>`;
  }

  private sites(): TemplateResult {
    return html`<section class="panel narrow"><h1>${t("gate.site.ask")}</h1>
      <ul class="choices">${(gate.kept.keys?.sites ?? []).map((site) => html`<li>
        <button type="button" class="button is-wide" @click=${() => gate.choose(site.vertiport_id)}>${place(site.vertiport_id)}</button></li>`)}</ul></section>`;
  }

  private departures(): TemplateResult {
    const sorties = gate.sorties();
    const { picture, queue } = gate.kept;
    return html`<section class="departures">
      <div class="head"><h1>${t("gate.departures")}</h1>
        <button type="button" class="button" ?disabled=${queue.length > 0} @click=${() => gate.choose("")}>${t("gate.site.change")}</button></div>
      ${sorties.length === 0 ? html`<p class="soft">${picture === null ? t("gate.waiting") : t("gate.none")}</p>` : nothing}
      <ul class="list">${sorties.map((sortie) => this.departure(sortie))}</ul></section>`;
  }

  private departure(sortie: Sortie): TemplateResult {
    const people = sortie.parties.reduce((sum, party) => sum + party.seats, 0);
    const here = sortie.parties.filter(isHere).reduce((sum, party) => sum + party.seats, 0);
    return html`<li><a class="row" href="#${encodeURIComponent(sortie.sortie_id)}">
      <span class="time num">${clock(sortie.off_block_at_ms)}</span>
      <span class="grow"><b>${place(sortie.destination)}</b><small class="num">${sortie.sortie_id}${sortie.stand_id === "" ? nothing : html` · ${t("gate.stand", { stand: sortie.stand_id })}`}</small></span>
      <span class="num">${people === 0 ? t("gate.nobody") : t("gate.here", { here: number(here), all: number(people) })}
        ${sortie.is_boarding ? html`<small class="tag">${t("gate.boarding")}</small>` : sortie.hold_reason === "" ? nothing : html`<small class="tag is-held">${t("gate.held")}</small>`}</span>
    </a></li>`;
  }
}

customElements.define("aspan-gate", GatePage);
