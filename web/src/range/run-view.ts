/** A run as it is flown: strips, plan, limits and the call to knock it off; afterwards what was kept, and the review. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { language } from "../language";
import { askPerson } from "./dialog";
import { capital, clock, duration, number, person, when } from "./format";
import { icon } from "./icons";
import { told } from "./measure";
import { Part } from "./part";
import { plan } from "./plan";
import { ask, site } from "./state";
import "./strip";
import type { Rows, Strip } from "./strip";
import type { CardPage, RunPage, Series } from "./types";
import { offPrediction, verdicts, type RunVerdicts } from "./verdicts";
import { t, word } from "./words";

const everyMs = 1_000;
const slowMs = 5_000;
const windowMs = 300_000;
const rowsMax = 6_000;
const trackMax = 600;
const many = (prefix: string, count: number, name: string): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i + 1}_${name}`);

/** Positions of the first rows, the last of them among those that are shown. */
function pairs({ lon_deg: lons = [], lat_deg: lats = [] }: Rows["columns"], count: number): [number, number][] {
  const found: [number, number][] = [];
  for (let k = count - 1; k >= 0; k -= Math.ceil(count / trackMax)) if (lons[k] != null && lats[k] != null) found.push([lons[k]!, lats[k]!]);
  return found.reverse();
}

class RunView extends Part {
  static override properties = { runId: { attribute: false } };
  declare runId: string;
  private page: RunPage | null = null;
  private card: CardPage | null = null;
  private rows: Rows = { at: [], columns: {} };
  private early: [number, number][] = [];
  private drawn: { as: string; card: CardPage | null; strips: Strip[] } | null = null;
  private timer = 0;
  private isAbsent = false;
  private isWhole = false;
  private judged: RunVerdicts | null = null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("runId")) {
      this.page = this.card = null;
      this.rows = { at: [], columns: {} };
      this.early = [];
      this.isAbsent = this.isWhole = false;
      this.judged = null;
      clearTimeout(this.timer);
      void this.follow(this.runId);
    }
  }

  override disconnectedCallback(): void {
    clearTimeout(this.timer);
    super.disconnectedCallback();
  }

  /** Ask for what is new, once a second while it flies; never two questions at once. */
  private async follow(runId: string): Promise<void> {
    try {
      this.page = await site.run(runId);
      this.card ??= await site.card(this.page.line.card_id);
      const isKept = this.page.telemetry !== null;
      if (!isKept || !this.isWhole) await this.take(runId);
      this.isWhole = isKept;
      if (isKept) this.judged ??= await ask<RunVerdicts>(`/api/range/runs/${encodeURIComponent(runId)}/verdicts`);
    } catch {
      this.isAbsent = this.page === null;
    }
    if (runId !== this.runId || !this.isConnected) return;
    this.requestUpdate();
    this.timer = window.setTimeout(() => void this.follow(runId), this.isLive() && document.visibilityState === "visible" ? everyMs : slowMs);
  }

  private async take(runId: string): Promise<void> {
    const channels = ["lon_deg", "lat_deg", ...this.strips().flatMap((strip) => strip.channels)];
    const path = `/api/range/runs/${encodeURIComponent(runId)}/series?channels=`;
    const isFirst = this.rows.at.length === 0;
    const last = this.isLive() ? this.page!.last_at_ms : null;
    // Who comes late sees the whole way, thinned as an answer is, and the rows of the strips' window as they are.
    const early = isFirst && last !== null ? await ask<Series>(`${path}lon_deg,lat_deg`) : null;
    const after = isFirst ? Math.max(0, (last ?? 0) - windowMs) : this.rows.at.at(-1)!;
    const series = await ask<Series>(`${path}${channels.join(",")}&after_ms=${after}`);
    if (runId !== this.runId || (series.at_ms.length === 0 && !isFirst)) return;
    if (early !== null) this.early = pairs(early.columns, early.at_ms.filter((at) => at <= after).length);
    const { at, columns } = this.rows;
    const excess = at.length + series.at_ms.length > 1.5 * rowsMax ? at.length + series.at_ms.length - rowsMax : 0;
    for (const name of channels) {
      const column = (columns[name] ??= at.map(() => null));
      column.push(...(series.columns[name] ?? series.at_ms.map(() => null)));
      column.splice(0, excess);
    }
    at.push(...series.at_ms);
    at.splice(0, excess);
    this.rows = { at, columns };
  }

  private isLive(): boolean {
    return this.page?.line.phase === "under_way" || this.page?.line.phase === "recovering";
  }

  /** The way flown so far, of so many points as a plan can show. */
  private track(): [number, number][] {
    return [...this.early, ...pairs(this.rows.columns, this.rows.at.length)];
  }

  /** The strips, the same until their words, inks or limits change: only then is there another to draw. */
  private strips(): Strip[] {
    const drawn = `${language()} ${document.documentElement.dataset["theme"]}`;
    if (this.drawn === null || this.drawn.as !== drawn || this.drawn.card !== this.card) this.drawn = { as: drawn, card: this.card, strips: this.listStrips() };
    return this.drawn.strips;
  }

  private listStrips(): Strip[] {
    const limits = this.card?.card.limits ?? [];
    const of = (...names: string[]) => limits.filter((limit) => names.includes(limit.channel));
    return [
      { title: t("range.strip.height"), unit: t("range.unit.m"), digits: 1, channels: ["height_agl_m"], limits: of("height_agl_m") },
      { title: t("range.strip.speed", { a: "a", b: "b" }), unit: t("range.unit.mps"), digits: 1, channels: ["airspeed_mps", "ground_speed_mps"], limits: of("airspeed_mps") },
      { title: t("range.strip.power"), unit: t("range.unit.kw"), digits: 0, channels: many("unit", 6, "electrical_kw"), limits: [] },
      { title: t("range.strip.voltage"), unit: t("range.unit.v"), digits: 0, channels: many("pack", 4, "voltage_v"), limits: [] },
      { title: t("range.strip.current"), unit: t("range.unit.a"), digits: 0, channels: many("pack", 4, "current_a"), limits: [] },
      { title: t("range.strip.packs"), unit: "°C", digits: 1, channels: many("pack", 4, "temperature_k"), limits: of("pack_temperature"), shift: -273.15 },
      { title: t("range.strip.charge"), unit: "%", digits: 1, channels: many("pack", 4, "soc"), limits: [], scale: 100 },
      { title: t("range.strip.spread"), unit: t("range.unit.v"), digits: 3, channels: many("pack", 4, "cell_spread_v"), limits: of("cell_spread") },
      { title: t("range.strip.attitude", { a: "a", b: "b" }), unit: "°", digits: 1, channels: ["roll_deg", "pitch_deg"], limits: of("roll_deg", "pitch_deg") },
      { title: t("range.strip.noise"), unit: t("range.unit.dba"), digits: 0, channels: many("mic", 3, "dba"), limits: [], isRare: true },
    ];
  }

  override render(): TemplateResult {
    if (this.isAbsent) return html`<section class="panel"><h1>${t("range.run.none", { id: this.runId })}</h1><a class="back" href="#/runs">${icon("arrowLeft")}${t("range.view.runs")}</a></section>`;
    const page = this.page;
    if (page === null) return html`<section class="panel ghosts" aria-busy="true"><i></i><i></i><i></i></section>`;
    const { line } = page;
    const isFlying = this.isLive();
    const slot = site.slots.find((one) => one.slot_id === line.slot_id);
    const lag = page.last_at_ms === null ? null : site.nowMs - page.last_at_ms;
    return html`<a class="back" href="#/card/${encodeURIComponent(line.card_id)}">${icon("arrowLeft")}${line.card_id}</a>
      <div class="head"><h1>${line.run_id}</h1><span class="standing is-${line.is_knocked_off ? "rejected" : isFlying ? "flying" : "ready"}">${icon(line.is_knocked_off ? "cross" : isFlying ? "plane" : "circle")}<span>${word("range.phase", line.phase)}</span></span>
        <p class="soft num">${line.aircraft_id} · ${t("range.since", { when: when(line.begun_at_ms) })}${isFlying && lag !== null ? ` · ${t("range.lag", { age: duration(Math.max(0, lag)) })}` : ""}</p></div>
      ${this.calls(page, isFlying)}
      <div class="columns is-run"><div class="column">
        ${this.rows.at.length === 0 ? html`<section class="panel"><p class="soft">${isFlying ? t("range.rows.waiting") : t("range.rows.none")}</p></section>`
          : html`<section class="panel strips">${this.strips().filter((strip) => !strip.isRare || strip.channels.some((name) => this.rows.columns[name]?.some((value) => value !== null))).map((strip) => html`<aspan-strip .strip=${strip} .rows=${this.rows} .windowMs=${isFlying ? windowMs : Math.max(60_000, this.rows.at.at(-1)! - this.rows.at[0]!)}></aspan-strip>`)}</section>`}
        ${this.judged === null ? nothing : verdicts(this.judged, this.card?.card.checks ?? [])}
      </div><div class="column">
        <section class="panel"><h2>${t("range.plan.title")}</h2>${plan(slot?.volume_ids ?? [], this.track())}</section>
        ${this.deeds(page, isFlying)}${this.kept(page)}${this.notes(page)}</div></div>`;
  }

  /** Hand in an order about this run, and look at once what came of it. */
  private async order(name: string, fields: Record<string, unknown>, done: string): Promise<void> {
    await site.order(name, fields, done);
    this.page = await site.run(this.runId);
    this.requestUpdate();
  }

  private calls(page: RunPage, isFlying: boolean): TemplateResult {
    return html`${page.knocked_off.map((one) => html`<section class="note is-critical" role="alert" data-knocked=${one.limit_id}>${icon("cross")}<span><b>${t("range.knocked")}</b> ${one.limit_id === "" ? html`${person(one.by)}: ${one.why}` : html`${capital(word("range.channel", one.limit_id))} ${one.value === null ? nothing : html`<span class="num">${told(one.value, one.limit_id)}</span>`}`} <small class="num">${clock(one.breach_at_ms, true)}</small></span></section>`)}
      ${page.limits_found.map((one) => html`<section class="note is-critical" role="alert" data-found=${one.limit_id}>${icon("cross")}<span><b>${t("range.found")}</b> ${capital(word("range.channel", one.limit_id))} (<code>${one.limit_id}</code>) ${one.value === null ? nothing : html`<span class="num">${told(one.value, one.limit_id)}</span>`} <small class="num">${clock(one.breach_at_ms, true)}</small></span></section>`)}
      ${isFlying ? html`<button type="button" class="button is-stop" data-do="knock" ?disabled=${site.key === null} @click=${() => this.order("CallKnockItOff", { run_id: page.line.run_id, why: t("range.knock.why") }, t("range.done.knocked"))}>${icon("cross")}${t("range.do.knock")}</button>
        ${site.key === null ? html`<small class="soft">${t("range.key.needed")}</small>` : nothing}` : nothing}`;
  }

  private kept(page: RunPage): TemplateResult {
    const kept = page.telemetry;
    return html`<section class="panel"><h2>${t("range.telemetry")}</h2>${kept === null ? html`<p class="num">${t("range.rows.of", { rows: number(page.rows) })}</p>` : html`<dl class="facts num">
      <dt>${t("range.rows")}</dt><dd>${number(kept.rows)}</dd><dt>${t("range.gaps")}</dt><dd>${number(kept.gaps)}</dd><dt>${t("range.flagged")}</dt><dd>${number(kept.flagged)}</dd>
      <dt>${t("range.manifest")}</dt><dd><code>${kept.manifest_sha256.slice(0, 16)}</code></dd></dl>`}
      ${(kept?.is_twin ?? site.site?.is_twin) ? html`<p class="mark">${t("range.twin.flown")}</p>` : html`<p class="mark">${t("mark.measured")}</p>`}</section>`;
  }

  private deeds(page: RunPage, isFlying: boolean): TemplateResult {
    const id = page.line.run_id;
    const review = async (is_accepted: boolean): Promise<void> => {
      const note = await askPerson({ title: is_accepted ? t("range.do.accept") : t("range.do.reject"), label: t("range.review.note"), yes: t("range.sign") });
      if (note !== null) await this.order("ReviewRun", { run_id: id, manifest_sha256: page.telemetry?.manifest_sha256 ?? "", is_accepted, note, off_prediction: this.card === null ? null : offPrediction(this.judged, this.card.card.prediction_band) }, t("range.done.reviewed"));
    };
    const deviate = async (): Promise<void> => {
      const text = await askPerson({ title: t("range.do.deviate"), label: t("range.deviation.text"), yes: t("range.sign") });
      if (text !== null) await this.order("NoteDeviation", { run_id: id, text }, t("range.done.noted"));
    };
    const mayReview = site.can("lead_engineer", "safety_officer", "test_director");
    return html`<section class="panel"><h2>${t("range.deeds")}</h2><div class="actions">
      ${isFlying ? html`<button type="button" class="button" data-do="end" ?disabled=${!site.can("test_director", "range_officer", "flight_test_engineer")} @click=${() => this.order("EndRun", { run_id: id }, t("range.done.ended"))}>${t("range.do.end")}</button>` : nothing}
      ${page.line.phase === "ended" ? html`<button type="button" class="button is-main" data-do="accept" ?disabled=${!mayReview || page.telemetry === null} @click=${() => review(true)}>${t("range.do.accept")}</button>
        <button type="button" class="button" data-do="reject" ?disabled=${!mayReview} @click=${() => review(false)}>${t("range.do.reject")}</button>` : nothing}
      <button type="button" class="button" data-do="deviate" ?disabled=${site.key === null} @click=${deviate}>${t("range.do.deviate")}</button></div>
      ${page.review === null ? nothing : html`<p>${icon(page.review.is_accepted ? "check" : "cross")} <b>${page.review.is_accepted ? t("range.accepted") : t("range.rejected")}</b>, ${person(page.review.by)}: ${page.review.note}</p>`}</section>`;
  }

  private notes(page: RunPage): TemplateResult {
    return html`<section class="panel"><h2>${t("range.deviations")}</h2>${page.deviations.length === 0 ? html`<p class="soft">${t("range.deviations.none")}</p>` : html`<ul class="names">${page.deviations.map((one) => html`<li><small class="num">${clock(one.at_ms, true)}</small> ${person(one.by)}: ${one.text}</li>`)}</ul>`}
      <p><small>${page.released_at_ms === null ? nothing : t("range.released.by", { name: person(page.released_by), when: when(page.released_at_ms) })}</small></p></section>`;
  }
}

class RunsView extends Part {
  override render(): TemplateResult {
    return html`<div class="head"><h1>${t("range.view.runs")}</h1></div>${site.runs.length === 0 ? html`<section class="panel"><p class="soft">${t("range.runs.none")}</p></section>` : html`<ul class="list">${site.runs.map((run) => html`<li>
      <a class="row" href=${run.begun_at_ms === null ? `#/go/${encodeURIComponent(run.card_id)}/${encodeURIComponent(run.slot_id)}` : `#/run/${encodeURIComponent(run.run_id)}`}><span class="num">${when(run.begun_at_ms)}</span><span class="grow"><b>${run.card_id}</b> ${run.run_id}<small>${run.aircraft_id}</small></span>
        <span>${word("range.phase", run.phase)}${run.is_knocked_off ? html` · ${t("range.knocked")}` : nothing}${run.is_accepted === null ? nothing : html` · ${run.is_accepted ? t("range.accepted") : t("range.rejected")}`}</span></a></li>`)}</ul>`}`;
  }
}

customElements.define("aspan-range-run", RunView);
customElements.define("aspan-range-runs", RunsView);
