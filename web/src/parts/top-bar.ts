/** City clock and speed, weather by place, language, theme. */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../format";
import { language, languageNames, languages, setLanguage, t, word, type Language } from "../i18n";
import { icon, type IconName } from "../icons";
import { picture } from "../store";
import { setTheme, theme, themes, type Theme } from "../theme";
import "./alerts";
import { Part } from "./part";
import { weatherIcon, weatherWord } from "./weather-words";

export { weatherIcon, weatherWord } from "./weather-words";

const phone = matchMedia("(max-width: 719px)");
const themeIcons: Record<Theme, IconName> = { system: "system", light: "sun", dark: "moon" };

class TopBar extends Part {
  private ticker = 0;
  private seen: unknown[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.ticker = window.setInterval(() => this.showTime(), 200);
  }

  override disconnectedCallback(): void {
    clearInterval(this.ticker);
    super.disconnectedCallback();
  }

  /** The state concerns the bar only when the weather or the clock's pace has changed. */
  protected override listensTo(what: string): boolean {
    if (what !== "state") return what !== "view" && what !== "selection";
    const facts = picture.clockFacts;
    const seen = [...picture.weather.values(), facts?.speed, facts?.is_paused];
    const isSame = seen.length === this.seen.length && seen.every((part, i) => part === this.seen[i]);
    this.seen = seen;
    return !isSame;
  }

  override render(): TemplateResult {
    return html`
      <header class="bar">
        <a class="skip" href="#content" @click=${this.skip}>${t("app.skip")}</a>
        <h1 class="brand">${t("app.title")}${this.city()}</h1>
        ${this.clock()}
        <a-clock-actions></a-clock-actions>
        ${this.weather()}
        <div class="bar-settings">
          <aspan-alerts></aspan-alerts>
          <select
            class="select" aria-label=${t("lang.label")} data-setting="language"
            @change=${this.changeLanguage}
          >
            ${languages.map(
              (tag) => html`<option value=${tag} ?selected=${tag === language()} lang=${tag}>
                ${languageNames[tag]}
              </option>`,
            )}
          </select>
          <button class="button bar-word" data-setting="theme" @click=${this.nextTheme}
            aria-label=${`${t("theme.label")}: ${t(`theme_short.${theme()}`)}`}
            title=${`${t("theme.label")}: ${t(`theme.${theme()}`)}`}>
            ${icon(themeIcons[theme()])}<span>${t(`theme_short.${theme()}`)}</span>
          </button>
        </div>
      </header>
    `;
  }

  private city(): TemplateResult | typeof nothing {
    const city = picture.city;
    return city === null ? nothing : html`<span class="brand-city">${format.name(city.names)}</span>`;
  }

  private clock(): TemplateResult {
    const facts = picture.clockFacts;
    const isPast = picture.past.atMs !== null;
    if (facts === null) return html`<div class="clock"><span class="ghost clock-ghost"></span></div>`;
    const speed = facts.speed === 0 ? t("clock.as_fast") : t("clock.speed", { speed: format.number(facts.speed) });
    return html`
      <div class="clock ${isPast ? "is-past" : ""}" role="timer" aria-label=${t("clock.city_time")} aria-live="off">
        <span class="clock-time num"></span>
        <span class="clock-more">
          <span class="clock-day"><span class="clock-weekday"></span><span class="clock-date"></span></span>
          ${isPast ? html`<span class="tag tag-replay">${icon("history")}${t("replay.word")}</span>`
            : html`<span class="tag ${facts.is_paused ? "tag-attention" : "tag-active"}"
            title=${t("clock.speed_label", { speed: format.number(facts.speed) })}
          >${facts.is_paused ? t("clock.paused") : speed}</span>`}
        </span>
      </div>
    `;
  }

  private weather(): TemplateResult {
    const reports = [...picture.weather.values()];
    return html`
      <ul class="chips" aria-label=${t("weather.title")}>
        ${reports.map((report) => {
          const place = picture.place(report.place_id);
          const name = place === undefined ? report.place_id : format.shortName(place.names);
          const below = report.is_below_minima
            ? `${t("weather.below")}: ${word("cause", report.reason)}`
            : t("weather.good");
          return html`<li>
            <button
              class="chip ${report.is_below_minima ? "is-below" : ""}"
              ?disabled=${place === undefined}
              title=${`${name}: ${weatherWord(report)}, ${below}`}
              @click=${() => picture.select({ kind: "vertiport", id: report.place_id })}
            >
              ${weatherIcon(report)}
              <span><span class="chip-name">${name}</span>
                ${report.is_below_minima
                  ? html`<span class="chip-word">${word("cause", report.reason)}</span>`
                  : html`<span class="num">${format.celsius(report.temperature_k)} · ${format.wind(report.wind_mps)}</span>`}</span>
              <span class="hidden">${weatherWord(report)}, ${below}</span>
            </button>
          </li>`;
        })}
      </ul>
    `;
  }

  protected override updated(): void {
    this.showTime();
  }

  private showTime(): void {
    const time = this.querySelector(".clock-time");
    const weekday = this.querySelector(".clock-weekday");
    const day = this.querySelector(".clock-date");
    if (time === null || weekday === null || day === null) return;
    const at = picture.past.atMs !== null && !picture.past.isPlaying ? picture.past.atMs : picture.nowMs();
    const offset = picture.clock.offsetMs();
    const shown = format.clock(at, offset, picture.past.atMs !== null || (picture.clockFacts?.speed ?? 1) <= 20);
    if (time.textContent !== shown) time.textContent = shown;
    const date = (phone.matches ? format.dayShort : format.day)(at, offset);
    if (day.textContent !== date) {
      day.textContent = date;
      weekday.textContent = `${format.weekday(at, offset)} `;
    }
  }

  private skip(event: Event): void {
    event.preventDefault();
    document.querySelector<HTMLElement>("#content")?.focus();
  }

  private changeLanguage(event: Event): void {
    setLanguage((event.target as HTMLSelectElement).value as Language);
    picture.tell("look");
  }

  private nextTheme(): void {
    setTheme(themes[(themes.indexOf(theme()) + 1) % themes.length]!);
    picture.tell("look");
  }
}

customElements.define("aspan-top-bar", TopBar);
