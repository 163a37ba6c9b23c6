/** The go/no-go list of a card in its slot: evidence line by line, judged as one writes; signed, it releases one run. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { askPerson } from "./dialog";
import { capital, clock, person, volume, when } from "./format";
import { icon } from "./icons";
import { asked, entered, measure, told } from "./measure";
import { Part } from "./part";
import { ask, newKey, site } from "./state";
import type { Evidence, GoLine, GoNoGo, LineNeeded, RunLine } from "./types";
import { t, word } from "./words";

interface Draft { value: string; source: string; atMs: number }

const icons = { go: "check", no_go: "cross", missing: "dashed", old: "clock" } as const;
const settleMs = 250;

class GoView extends Part {
  static override properties = { cardId: { attribute: false }, slotId: { attribute: false } };
  declare cardId: string;
  declare slotId: string;
  private drafts: Record<string, Draft> = {};
  private list: GoNoGo | null = null;
  private isUnknown = false;
  private timer = 0;
  private askedAt = -1;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("slotId")) { this.drafts = {}; this.list = null; this.isUnknown = false; this.askedAt = -1; }
    const now = site.site?.now_at_ms ?? 0;
    if (this.askedAt < 0 || now - this.askedAt > 60_000) this.evaluate();
  }

  private evaluate(): void {
    this.askedAt = site.site?.now_at_ms ?? 0;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(async () => {
      try {
        const settled = this.settled();
        this.list = settled !== undefined ? (await site.run(settled.run_id)).go_no_go : await ask<GoNoGo>("/api/range/go-no-go", { card_id: this.cardId, slot_id: this.slotId, evidence: this.evidence() });
      } catch {
        this.isUnknown = this.list === null;
      }
      this.requestUpdate();
    }, settleMs);
  }

  /** The run of this slot that has its signed list: that list stands, and takes no more evidence. */
  private settled(): RunLine | undefined {
    return site.runs.find((run) => run.slot_id === this.slotId && (run.begun_at_ms !== null || run.phase === "released"));
  }

  private evidence(): Evidence[] {
    const needed = site.site?.evidence_lines ?? [];
    return needed.flatMap((line): Evidence[] => {
      const draft = this.drafts[line.line];
      if (draft === undefined || draft.value === "") return [];
      const base = { line: line.line, source: draft.source || (site.key?.name ?? ""), observed_at_ms: draft.atMs };
      if (line.how === "yes_no") return [{ ...base, is_ok: draft.value === "yes" }];
      return line.how === "text" ? [{ ...base, text: draft.value }] : [{ ...base, value: entered(draft.value, line.line) }];
    });
  }

  override render(): TemplateResult {
    const slot = site.slots.find((one) => one.slot_id === this.slotId);
    if (slot === undefined || this.isUnknown) return html`<section class="panel"><h1>${t("range.slot.none")}</h1><a class="back" href="#/slots">${icon("arrowLeft")}${t("range.view.slots")}</a></section>`;
    const runs = site.runs.filter((run) => run.slot_id === this.slotId);
    const released = runs.find((run) => run.phase === "released");
    const begun = runs.find((run) => run.begun_at_ms !== null);
    return html`<a class="back" href="#/card/${encodeURIComponent(this.cardId)}">${icon("arrowLeft")}${this.cardId}</a>
      <div class="head"><h1>${t("range.go.title", { card: this.cardId })}</h1>
        <p class="soft num">${when(slot.from_at_ms)}–${clock(slot.until_at_ms)} · ${slot.aircraft_id} · ${slot.volume_ids.map(volume).join(", ")}</p></div>
      ${this.verdict()}
      ${begun !== undefined ? html`<a class="button is-main" href="#/run/${encodeURIComponent(begun.run_id)}">${t("range.run.open", { run: begun.run_id })}</a>` : released !== undefined ? this.beginning(released.run_id) : this.releasing()}
      <section class="panel"><h2>${this.settled() === undefined ? t("range.go.lines") : t("range.go.signed")}</h2><ul class="go">${(this.list?.lines ?? []).map((line) => this.line(line))}</ul></section>`;
  }

  private verdict(): TemplateResult {
    const list = this.list;
    if (list === null) return html`<section class="panel ghosts" aria-busy="true"><i></i></section>`;
    const against = list.lines.filter((line) => line.verdict !== "go");
    return html`<section class="verdict ${list.is_go ? "is-yes" : "is-no"}" role="status" data-verdict=${list.is_go ? "go" : "no_go"}>${icon(list.is_go ? "check" : "cross")}
      <div><h2>${list.is_go ? t("range.go") : t("range.nogo")}</h2>
      <p>${list.is_go ? t("range.go.all") : t("range.nogo.because", { n: against.length, lines: against.map((line) => word("range.line", line.name)).join(", ") })}</p></div></section>`;
  }

  private releasing(): TemplateResult {
    const can = site.can("test_director");
    const isGo = this.list?.is_go === true;
    return html`<div class="actions"><button type="button" class="button is-main" data-do="release" ?disabled=${!can || !isGo} @click=${this.release}>${icon("sign")}${t("range.do.release")}</button>
      <small class="soft">${!isGo ? t("range.release.nogo") : can ? t("range.release.why") : t("range.release.who")}</small></div>`;
  }

  private beginning(runId: string): TemplateResult {
    const slot = site.slots.find((one) => one.slot_id === this.slotId)!;
    const isTime = slot.from_at_ms <= site.nowMs && site.nowMs < slot.until_at_ms;
    const can = site.can("test_director", "range_officer");
    return html`<div class="actions"><button type="button" class="button is-main" data-do="begin" ?disabled=${!can || !isTime} @click=${async () => {
      const answer = await site.order("BeginRun", { run_id: runId }, t("range.done.begun"));
      if (answer.taken) site.moveTo(`#/run/${encodeURIComponent(runId)}`);
    }}>${icon("plane")}${t("range.do.begin", { run: runId })}</button>
      <small class="soft">${!isTime ? t("range.begin.when", { from: when(slot.from_at_ms) }) : can ? t("range.begin.why") : t("range.begin.who")}</small></div>`;
  }

  private readonly release = async (): Promise<void> => {
    const line = site.cards.find((card) => card.card_id === this.cardId);
    if (line === undefined) return;
    const title = t("range.release.confirm", { card: this.cardId, version: line.filed_version.slice(0, 12), name: site.key?.name ?? "" });
    if ((await askPerson({ title, yes: t("range.do.release") })) === null) return;
    await site.order("ReleaseRun", { run_id: newKey(`run-${this.cardId}`), card_id: this.cardId, version: line.filed_version, slot_id: this.slotId, evidence: this.evidence() }, t("range.done.released"));
    this.evaluate();
  };

  private line(line: GoLine): TemplateResult {
    const needed = site.site?.evidence_lines.find((one) => one.line === line.name);
    return html`<li class="go-line is-${line.verdict}" data-line=${line.name} data-verdict=${line.verdict}>
      <span class="standing">${icon(icons[line.verdict])}<span>${word("range.verdict", line.verdict)}</span></span>
      <span class="grow"><b>${capital(word("range.line", line.name))}</b><small>${line.detail ? html`<span lang="en">${line.detail}</span>` : nothing}${line.source && line.source !== "log" ? html` <span>${line.source}</span>` : nothing}</small></span>
      <span class="num go-value">${line.value == null ? nothing : told(line.value, line.name)} <small>${asked(line.low, line.high, line.name)}</small></span>
      ${needed === undefined || this.settled() !== undefined ? nothing : this.entry(needed)}</li>`;
  }

  private entry(line: LineNeeded): TemplateResult {
    const draft = this.drafts[line.line] ?? { value: "", source: "", atMs: 0 };
    const label = word("range.line", line.line);
    const { unit } = measure(line.line);
    const change = (part: Partial<Draft>): void => {
      this.drafts[line.line] = { ...draft, ...part, atMs: site.nowMs };
      this.evaluate();
      this.requestUpdate();
    };
    const field = line.how === "yes_no"
      ? html`<span class="choice" role="group" aria-label=${label}>${(["yes", "no"] as const).map((one) => html`<button type="button" class="button is-small" data-say=${one} aria-pressed=${draft.value === one} @click=${() => change({ value: one })}>${one === "yes" ? t("range.yes") : t("range.no")}</button>`)}</span>`
      : html`<input class="field num" aria-label="${label}${unit === "" ? "" : `, ${unit}`}" inputmode=${line.how === "value" ? "decimal" : "text"} placeholder=${unit} .value=${draft.value} @change=${(e: Event) => change({ value: (e.target as HTMLInputElement).value.trim() })} />`;
    return html`<span class="entry">${field}<input class="field" aria-label=${t("range.source.of", { line: label })} placeholder=${site.key === null ? t("range.source") : t("range.source.is", { name: person(site.key.person_id) })} .value=${draft.source} @change=${(e: Event) => change({ source: (e.target as HTMLInputElement).value.trim() })} /></span>`;
  }
}

customElements.define("aspan-range-go", GoView);
