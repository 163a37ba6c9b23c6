/** One card whole: what is flown and why, its limits and hazards, whose word it has; and what can be done with it. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { askPerson } from "./dialog";
import { bounds, capital, celsius, duration, number, person, short, volume, when } from "./format";
import { icon } from "./icons";
import { asked } from "./measure";
import { mark, standing } from "./overview";
import { Part } from "./part";
import { prose } from "./prose";
import { site } from "./state";
import type { Card, CardPage } from "./types";
import { t, word } from "./words";

class CardView extends Part {
  static override properties = { cardId: { attribute: false } };
  declare cardId: string;
  private page: CardPage | null = null;
  private isAbsent = false;
  private events = -1;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("cardId")) { this.page = null; this.isAbsent = false; this.events = -1; }
    if (this.events !== site.site?.events) {
      this.events = site.site?.events ?? -1;
      void this.read();
    }
  }

  private async read(): Promise<void> {
    const wanted = this.cardId;
    try {
      const page = await site.card(wanted);
      if (wanted === this.cardId) this.page = page;
    } catch {
      this.isAbsent = this.page === null;
    }
    this.requestUpdate();
  }

  override render(): TemplateResult {
    if (this.isAbsent) return html`<section class="panel"><h1>${t("range.card.none", { id: this.cardId })}</h1><a class="back" href="#/cards">${icon("arrowLeft")}${t("range.view.cards")}</a></section>`;
    if (this.page === null) return html`<section class="panel ghosts" aria-busy="true"><i></i><i></i><i></i></section>`;
    const { card, line } = this.page;
    return html`<a class="back" href="#/cards">${icon("arrowLeft")}${t("range.view.cards")}</a>
      <div class="head"><h1>${card.card_id}: <span lang="en">${card.title}</span></h1>${mark(standing(line))}</div>
      <p class="lead" lang="en">${card.objective}</p>
      <div class="columns"><div class="column">
        <section class="panel"><h2>${t("range.conditions")}</h2>${this.conditions(card)}</section>
        <section class="panel"><h2>${t("range.steps.title")}</h2><ol class="steps" lang="en">${card.steps.map((step) => html`<li>${step}</li>`)}</ol></section>
        <section class="panel"><h2>${t("range.limits")}</h2><div class="scroll" tabindex="0" role="group" aria-label=${t("range.limits")}><table class="table num"><thead><tr><th>${t("range.limit")}</th><th>${t("range.allowed")}</th></tr></thead>
          <tbody>${card.limits.map((limit) => html`<tr><td>${capital(word("range.channel", limit.channel))}</td><td>${asked(limit.low, limit.high, limit.channel)}</td></tr>`)}</tbody></table></div></section>
        <section class="panel"><h2>${t("range.checks")}</h2><ul class="checks" lang="en">${card.checks.map((check) => html`<li><b>${check.requirement_id}</b> ${check.criterion} <small>${check.check_id} · ${word("range.severity", check.severity)}</small></li>`)}</ul></section>
        <section class="panel"><h2>${t("range.hazards")}</h2>${card.hazards.map((hazard) => html`<details class="hazard"><summary lang="en"><b>${hazard.title}</b> <small lang="">${t("range.risk.change", { before: word("range.risk", hazard.risk_before), after: word("range.risk", hazard.risk_after) })}</small></summary>
          <div lang="en"><p>${hazard.cause}</p><p>${hazard.effect}</p><ul>${hazard.mitigations.map((one) => html`<li>${one}</li>`)}</ul><p><b>${hazard.emergency_procedures.join(" ")}</b></p></div></details>`)}</section>
        <details class="panel prose"><summary><h2>${t("range.prose")}</h2></summary><div lang="en">${prose(this.page.prose)}</div></details>
      </div><div class="column">${this.approvals()}${this.around()}${this.runs()}</div></div>`;
  }

  private conditions(card: Card): TemplateResult {
    const { minima, load, envelope } = card;
    const crew: [string, number][] = [["pilot", card.crew.pilots], ["safety_pilot", card.crew.safety_pilots], ["flight_test_engineer", card.crew.flight_test_engineers]];
    const rows: [string, string][] = [
      [t("range.mass"), `${number(load.mass_kg)}\u00a0${t("unit.kg")}`],
      [t("range.charge"), `${number(Math.round((load.soc ?? 0.95) * 100))}\u00a0%, ${celsius(load.pack_k ?? 293.15)}`],
      [t("range.airspeed"), bounds(envelope.airspeed_mps, t("range.unit.mps"))],
      [t("range.height"), bounds(envelope.height_agl_m, t("range.unit.m"))],
      [t("range.densityaltitude"), bounds(envelope.density_altitude_m, t("range.unit.m"))],
      [t("range.wind"), t("range.wind.max", { wind: short(minima.wind_mps), gust: short(minima.gust_mps) })],
      [t("range.sight"), t("range.sight.min", { sight: number(minima.visibility_m), base: number(minima.ceiling_agl_m) })],
      [t("range.weather.air"), bounds(minima.temperature_k, "°C", -273.15)],
      [t("range.crew"), crew.filter(([, count]) => count > 0).map(([role, count]) => `${word("range.role", role)}${count > 1 ? `\u00a0× ${number(count)}` : ""}`).join(", ")],
      [t("range.where"), card.volume_ids.map(volume).join(", ")],
      [t("range.lasts"), `${duration(card.profile.reduce((sum, one) => sum + one.duration_s, 0) * 1000)}${card.repeats > 1 ? ` × ${number(card.repeats)}` : ""}`],
    ];
    return html`<dl class="facts">${rows.filter(([, value]) => value !== "").map(([key, value]) => html`<dt>${key}</dt><dd class="num">${value}</dd>`)}</dl>
      <p lang="en">${card.configuration}</p>
      ${card.after.length > 0 ? html`<p>${t("range.after")} ${card.after.map((id, i) => html`${i > 0 ? ", " : nothing}<a href="#/card/${encodeURIComponent(id)}">${id}</a>`)}</p>` : nothing}`;
  }

  private approvals(): TemplateResult {
    const { line, card } = this.page!;
    const isChanged = line.phase !== null && line.filed_version !== line.version;
    const id = site.key?.person_id ?? "";
    const has = line.approvals.some((one) => one.person_id === id);
    const isAuthor = line.authors.includes(id);
    const mayApprove = site.can("test_director", "lead_engineer", "safety_officer", "accountable_manager");
    return html`<section class="panel"><h2>${t("range.approvals")}</h2>
      <p>${t("range.risk.of", { risk: word("range.risk", line.risk) })}</p>
      ${line.phase === null ? html`<p class="soft">${t("range.unfiled.why")}</p>` : html`
        <p class="num"><small>${t("range.version")} <code>${line.filed_version.slice(0, 12)}</code></small></p>
        <p>${t("range.author")} ${line.authors.map(person).join(", ")}</p>
        <ul class="names">${line.approvals.map((one) => html`<li>${icon("sign")}<b>${person(one.person_id)}</b> <small class="num">${when(one.at_ms)}</small></li>`)}
          ${line.places_open.map((place) => html`<li class="soft">${icon("dashed")}${t("range.place.open", { roles: place.map((role) => word("range.role", role)).join(" / ") })}</li>`)}</ul>`}
      ${isChanged ? html`<p class="note is-attention">${icon("alert")}<span>${t("range.changed.why")}</span></p>` : nothing}
      <div class="actions">
        ${line.phase === null || isChanged ? html`<button type="button" class="button" data-do="file" ?disabled=${!site.can("lead_engineer", "flight_test_engineer", "test_director")}
          @click=${() => site.order("FileCard", { card, version: line.version }, t("range.done.filed"))}>${t("range.do.file")}</button>` : nothing}
        ${line.phase !== null && !isChanged && !has ? html`<button type="button" class="button ${line.places_open.length > 0 ? "is-main" : ""}" data-do="approve" ?disabled=${!mayApprove || isAuthor}
          @click=${() => site.order("ApproveCard", { card_id: card.card_id, version: line.version }, t("range.done.approved"))}>${t("range.do.approve")}</button>` : nothing}
        ${has ? html`<button type="button" class="button" data-do="withdraw" @click=${() => this.withdraw()}>${t("range.do.withdraw")}</button>` : nothing}
      </div>
      <small class="soft">${site.key === null ? t("range.key.needed") : isAuthor && line.phase !== null ? t("range.author.not") : nothing}</small></section>`;
  }

  private async withdraw(): Promise<void> {
    const { line } = this.page!;
    const why = await askPerson({ title: t("range.do.withdraw"), label: t("range.why"), yes: t("range.sign") });
    if (why !== null) await site.order("WithdrawApproval", { card_id: line.card_id, version: line.filed_version, why }, t("range.done.withdrawn"));
  }

  private around(): TemplateResult {
    const { safety, noise } = this.page!;
    return html`<section class="panel"><h2>${t("range.ground")} <span class="mark">${t("mark.derived")}</span></h2><dl class="facts">
      <dt>${t("range.reach")}</dt><dd class="num">${number(safety.reach_m)}\u00a0${t("range.unit.m")}</dd>
      <dt>${t("range.energy")}</dt><dd class="num">${number(safety.kinetic_energy_kj)}\u00a0${t("range.unit.kj")}</dd>
      <dt>${t("range.beyond")}</dt><dd class="num">${number(safety.beyond_fence_m)}\u00a0${t("range.unit.m")}</dd>
      <dt>${t("range.noise")}</dt><dd class="num">${noise.level_dba <= 0 ? t("range.noise.still") : t("range.noise.of", { level: number(noise.level_dba), limit: number(noise.limit_dba) })}</dd></dl>
      ${noise.is_within ? nothing : html`<p class="note is-attention">${icon("alert")}<span>${t("range.noise.over")}</span></p>`}</section>`;
  }

  private runs(): TemplateResult {
    const runs = site.runs.filter((run) => run.card_id === this.cardId);
    const slots = site.slots.filter((slot) => slot.card_id === this.cardId && !slot.is_freed && slot.until_at_ms > site.nowMs);
    return html`<section class="panel"><h2>${t("range.slots.of")}</h2>
      <ul class="list">${slots.map((slot) => html`<li><a class="row" href="#/go/${encodeURIComponent(slot.card_id)}/${encodeURIComponent(slot.slot_id)}"><span class="num grow">${when(slot.from_at_ms)}–${when(slot.until_at_ms)}<small>${slot.aircraft_id}</small></span>${t("range.go.open")}</a></li>`)}</ul>
      <a class="button" href="#/slots/${encodeURIComponent(this.cardId)}">${t("range.do.book")}</a></section>
      <section class="panel"><h2>${t("range.view.runs")}</h2>${runs.length === 0 ? html`<p class="soft">${t("range.runs.none")}</p>` : html`<ul class="list">${runs.map((run) => html`<li><a class="row" href="#/run/${encodeURIComponent(run.run_id)}"><span class="grow">${run.run_id}<small class="num">${when(run.begun_at_ms)}</small></span>${word("range.phase", run.phase)}</a></li>`)}</ul>`}</section>`;
  }
}

customElements.define("aspan-range-card", CardView);
