/**
 * The dialog of an action: what it would touch, who asks and why, then what came of it.
 *
 * One key is made when the dialog opens. It is sent with every attempt, so that an action whose
 * answer was lost is never done twice.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import {
  actionWords, isReplay, keepWho, keptWho, makeKey, openActionsTaken, placeName, preview, reasonWords,
  take, whoMost, whyMost,
  type Action, type ActionAnswer, type Consequences, type Told,
} from "../actions";
import * as format from "../format";
import { t, type Key } from "../i18n";
import { icon } from "../icons";
import { picture } from "../store";
import { stranded } from "../stranded";
import { effects } from "./action-effects";

type Step = "choosing" | "sending" | "answered" | "lost" | "fault";

const previewStepMs = 5000; // wall time after which the consequences are asked again
const speeds = [1, 2, 5, 10, 20, 60, 120, 300];
const clockActions: ReadonlySet<string> = new Set(["pause", "resume", "set_pace"]);
const clockReasons: readonly Key[] = ["why.clock", "why.test"];
const quickReasons: readonly Key[] = ["why.weather", "why.technical", "why.medical", "why.traffic", "why.test"];

class ActionDialog extends LitElement {
  private action: Action | null = null;
  private key = "";
  private step: Step = "choosing";
  private told: Told<Consequences> | null = null;
  private answer: ActionAnswer | null = null;
  private faultText = "";
  private who = "";
  private why = "";
  private isTried = false;
  private isClock = false; // of the twin: nobody's flight, so it is filled in and one click confirms it
  private asked = 0;
  private timer = 0;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  open(action: Action): void {
    Object.assign(this, {
      action, key: makeKey(), step: "choosing", told: null, answer: null, faultText: "", isTried: false, why: "",
    });
    this.isClock = clockActions.has(action.action);
    this.who = keptWho() || (this.isClock ? t("act.who_clock") : "");
    if (this.isClock) this.why = t("why.clock");
    this.requestUpdate();
    void this.updateComplete.then(() => {
      const dialog = this.dialog;
      if (!dialog.open) dialog.showModal();
      this.ask();
      clearInterval(this.timer);
      this.timer = window.setInterval(() => { if (this.step === "choosing") this.ask(); }, previewStepMs);
    });
  }

  private get dialog(): HTMLDialogElement {
    return this.querySelector("dialog")!;
  }

  /** Ask for the consequences; only the newest question's answer counts. */
  private ask(): void {
    const mine = ++this.asked;
    void preview(this.action!).then((told) => {
      if (mine !== this.asked || this.step !== "choosing") return;
      const isFirst = this.told === null;
      this.told = told;
      this.requestUpdate();
      if (isFirst && this.isClock) void this.updateComplete.then(() => this.querySelector<HTMLElement>("[data-confirm]:enabled")?.focus());
    });
  }

  private choose(action: Action): void {
    this.action = action;
    this.told = null;
    this.requestUpdate();
    this.ask();
  }

  private readonly closed = (): void => {
    clearInterval(this.timer);
    this.asked++;
    this.action = null;
    this.requestUpdate();
  };

  private async send(event: Event): Promise<void> {
    event.preventDefault();
    this.isTried = true;
    const { action, key } = this;
    const [who, why] = [this.who.trim(), this.why.trim()];
    this.requestUpdate();
    if (action === null || this.step === "sending" || isReplay()) return;
    if (who === "" || why === "") {
      await this.updateComplete;
      this.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
      return;
    }
    if (!this.isClock || who !== t("act.who_clock")) keepWho(who);
    this.step = "sending";
    const told = await take(key, who, why, action);
    if (this.key !== key || this.action === null) return;
    if (told.is === "told") {
      this.answer = told.value;
      void stranded.ask();
    }
    if (told.is === "fault") this.faultText = told.text;
    this.step = told.is === "told" ? "answered" : told.is;
    this.requestUpdate();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (this.step === "answered" || this.step === "lost" || this.step === "fault") {
      this.querySelector<HTMLElement>("[data-focus]")?.focus();
    }
  }

  override render(): TemplateResult {
    const { action } = this;
    return html`<dialog class="dialog" aria-labelledby="action-title" @close=${this.closed}
      @keydown=${(event: Event) => event.stopPropagation()}>
      ${action === null ? nothing : html`<form class="dialog-body" novalidate @submit=${this.send}>
        <header class="dialog-head"><h2 id="action-title">${actionWords(action)}</h2>
          <button type="button" class="button" aria-label=${t("act.close")} title=${t("act.close")}
            @click=${() => this.dialog.close()}>${icon("close")}</button></header>
        ${this.step === "answered" ? this.result(this.answer!) : this.question(action)}
      </form>`}
    </dialog>`;
  }

  private question(action: Action): TemplateResult {
    const isReady = this.told?.is === "told" && this.told.value.is_possible && !isReplay();
    const isSending = this.step === "sending";
    const isImpossible = this.told?.is === "told" && !this.told.value.is_possible;
    return html`${this.options(action)}
      <section class="effects" aria-live="polite" aria-label=${t("act.consequences")}>${this.consequences()}</section>
      ${isImpossible ? nothing : this.signature()}
      ${this.trouble()}
      <footer class="dialog-foot">
        <button type="button" class="act" @click=${() => this.dialog.close()}>${t(isImpossible ? "act.close" : "act.cancel")}</button>
        <button type="submit" class="act act-main" data-confirm ?disabled=${!isReady || isSending}>
          ${isSending ? t("act.sending") : this.step === "lost" ? t("act.again") : t("act.confirm")}</button>
      </footer>`;
  }

  /** Who asks and why; not asked for what cannot be done. */
  private signature(): TemplateResult {
    return html`${this.field("who", this.who, whoMost)} ${this.field("why", this.why, whyMost)}
      <div class="quick" role="group" aria-label=${t("act.quick")}>
        ${(this.isClock ? clockReasons : quickReasons).map((key) => html`<button type="button" class="quick-reason" aria-pressed=${this.why === t(key)}
          @click=${() => { this.why = t(key); this.requestUpdate(); }}>${t(key)}</button>`)}</div>`;
  }

  private trouble(): TemplateResult | typeof nothing {
    if (isReplay()) return html`<p class="dialog-note is-attention">${icon("history")}${t("act.replay")}</p>`;
    if (this.step === "lost") {
      return html`<p class="dialog-note is-attention" role="alert" tabindex="-1" data-focus>${icon("unplug")}${t("act.lost")}</p>`;
    }
    if (this.step === "fault") {
      return html`<p class="dialog-note is-critical" role="alert" tabindex="-1" data-focus>${icon("warning")}
        <span>${t("act.fault")} <small class="num">${this.faultText}</small></span></p>`;
    }
    return nothing;
  }

  private options(action: Action): TemplateResult | typeof nothing {
    if (action.action === "send_empty") {
      const from = picture.aircraft.get(action.aircraft_id)?.vertiport_id;
      const places = (picture.city?.vertiports ?? []).filter((v) => v.vertiport_id !== from);
      return this.select(t("act.where"), places.map((v) => [v.vertiport_id, placeName(v.vertiport_id)]), action.destination,
        (destination) => this.choose({ ...action, destination }));
    }
    if (action.action === "set_pace") {
      const all = [...new Set([...speeds, action.speed])].sort((a, b) => a - b);
      return this.select(t("act.pace"), all.map((s) => [String(s), t("clock.speed", { speed: format.number(s, s % 1 ? 1 : 0) })]),
        String(action.speed), (speed) => this.choose({ ...action, speed: Number(speed) }));
    }
    return nothing;
  }

  private select(label: string, options: [string, string][], chosen: string, choose: (value: string) => void): TemplateResult {
    return html`<label class="field"><span>${label}</span>
      <select class="select" data-field="choice" @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
        ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}
      </select></label>`;
  }

  private field(name: "who" | "why", value: string, most: number): TemplateResult {
    const isMissing = this.isTried && value.trim() === "";
    return html`<label class="field"><span>${t(name === "who" ? "act.who" : "act.why")}</span>
      <input data-field=${name} autocomplete="off" maxlength=${most} required ?autofocus=${name === (keptWho() === "" ? "who" : "why")} .value=${value}
        aria-invalid=${isMissing ? "true" : "false"} aria-describedby=${`action-${name}-note`}
        @input=${(event: Event) => { this[name] = (event.target as HTMLInputElement).value; this.requestUpdate(); }} />
      <small id=${`action-${name}-note`} class=${isMissing ? "is-missing" : ""}>${isMissing ? t("act.missing")
        : t(name === "who" ? "act.who_note" : "act.why_note")}</small></label>`;
  }

  private consequences(): TemplateResult {
    const told = this.told;
    if (told === null) return html`<p class="ghost-line"></p><p class="ghost-line is-short"></p><span class="hidden">${t("act.asking")}</span>`;
    if (told.is === "lost") return html`<p class="dialog-note is-attention">${icon("unplug")}${t("act.no_preview")}</p>`;
    if (told.is === "fault") {
      return html`<p class="dialog-note is-critical">${icon("warning")}<span>${t("act.fault")} <small class="num">${told.text}</small></span></p>`;
    }
    const { value } = told;
    return value.is_possible ? effects(value, true) : this.refusal(t("act.impossible"), value.reason, value.detail);
  }

  private refusal(title: string, reason: string, detail: string): TemplateResult {
    return html`<p class="dialog-note is-attention" data-refusal=${reason}>${icon("stop")}
      <span><b>${title}</b> ${reasonWords(reason)}${detail ? html` <small class="num">${detail}</small>` : nothing}</span></p>`;
  }

  private result(answer: ActionAnswer): TemplateResult {
    const isDone = answer.outcome === "done";
    const at = format.clock(answer.at_ms, picture.clock.offsetMs(), true);
    return html`<div class="result" role="status" data-outcome=${answer.outcome}>
        ${isDone ? html`<p class="dialog-note is-good">${icon("check")}<b>${t("act.done")}</b></p>`
          : this.refusal(t("act.refused"), answer.reason, answer.detail)}
        ${answer.is_repeated ? html`<p>${t("act.repeated")}</p>` : nothing}
        <p>${t("act.logged", { time: at })} <button type="button" class="link num" data-log=${answer.seq}
          @click=${() => { this.dialog.close(); void openActionsTaken(answer.seq); }}>${t("act.entry", { seq: answer.seq })}</button></p>
        ${isDone && answer.consequences !== null ? effects(answer.consequences, false) : nothing}
      </div>
      <footer class="dialog-foot"><button type="button" class="act act-main" data-focus
        @click=${() => this.dialog.close()}>${t("act.close")}</button></footer>`;
  }
}

customElements.define("aspan-action-dialog", ActionDialog);

let shown: ActionDialog | null = null;

export function showAction(action: Action): void {
  if (shown === null) {
    shown = document.createElement("aspan-action-dialog") as ActionDialog;
    document.body.append(shown);
  }
  shown.open(action);
}
