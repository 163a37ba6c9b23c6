/** One question a screen: where from, where to, when, who. */
import { html, nothing, type TemplateResult } from "lit";
import { firstOpen, steps, walks, type Screen, type Spot, type Step, type When, type WhenKind } from "./address";
import { city, distance } from "./format";
import { icon } from "./icons";
import { Part } from "./part";
import "./place-field";
import { door } from "./state";
import { t, type Key } from "./words";

const whenKinds: readonly WhenKind[] = ["now", "depart_at", "arrive_by"];
const partyMost = 4;

class Questions extends Part {
  private fault: Key | null = null;

  override render(): TemplateResult | typeof nothing {
    const step = door.address.screen;
    if (step === "answer") return nothing; // told of the answer just before it is taken away
    const number = steps.indexOf(step);
    const before = steps[number - 1];
    return html`<section class="question" aria-labelledby="question">
      <p class="steps"><span>${t("door.step", { at: number + 1, of: steps.length })}</span>
        ${before === undefined ? nothing : html`<button type="button" class="link" @click=${() => door.go({ screen: before })}>${icon("arrowLeft")}${t("door.back")}</button>`}</p>
      ${this.known(step)}
      <h1 id="question">${t(`door.ask.${step}`)}</h1>
      ${step === "from" || step === "to" ? this.place(step) : step === "when" ? this.when() : this.who()}
    </section>`;
  }

  /** What has been said already, so that nobody must remember it. */
  private known(step: Step): TemplateResult | typeof nothing {
    const { from, to } = door.address.question;
    const shown: [Key, Spot | null][] = step === "from" ? [] : step === "to" ? [["door.from", from]] : [["door.from", from], ["door.to", to]];
    return shown.length === 0 ? nothing : html`<dl class="known">${shown.map(([key, spot]) =>
      html`<div><dt>${t(key)}</dt><dd>${spotName(spot)}</dd></div>`)}</dl>`;
  }

  private place(end: "from" | "to"): TemplateResult {
    const other = end === "from" ? door.address.question.to : door.address.question.from;
    const pick = (event: CustomEvent<Spot>): void => {
      if (other !== null && isSame(other, event.detail)) return this.say("door.same");
      this.fault = null;
      const question = door.set({ [end]: event.detail });
      const next: Screen = firstOpen(question);
      door.go({ question, screen: next === "answer" ? "when" : next });
    };
    return html`<aspan-place-field .label=${t(`door.ask.${end}`)} .end=${end} .spot=${door.address.question[end]} @pick=${pick}></aspan-place-field>
      ${this.said()}`;
  }

  private say(fault: Key): void {
    this.fault = fault;
    this.requestUpdate();
  }

  private said(): TemplateResult {
    return html`<p class="fault" role="alert" id="fault">${this.fault === null ? nothing : html`${icon("warning")}${t(this.fault)}`}</p>`;
  }

  private when(): TemplateResult {
    const { when } = door.address.question;
    const local = when.local === "" ? city.localNow() : when.local;
    const set = (change: Partial<When>): void => {
      const next = { ...when, local, ...change };
      door.amend({ question: door.set({ when: next.kind === "now" ? { kind: "now", local: "" } : next }) });
    };
    const value = (event: Event): string => (event.target as HTMLInputElement).value;
    return html`<form @submit=${this.afterWhen} novalidate>
      <fieldset class="choices"><legend class="hidden">${t("door.ask.when")}</legend>
        ${whenKinds.map((kind, i) => html`<label class="choice"><input type="radio" name="when" value=${kind} ?data-first=${i === 0}
          .checked=${when.kind === kind} @change=${() => set({ kind })} /><span>${t(`door.when.${kind}`)}</span></label>`)}
      </fieldset>
      ${when.kind === "now" ? nothing : html`<div class="moment">
        <label>${t("door.day")}<input type="date" required .value=${local.slice(0, 10)} @change=${(e: Event) => set({ local: `${value(e)}T${local.slice(11)}` })} /></label>
        <label>${t("door.time")}<input type="time" required .value=${local.slice(11)} @change=${(e: Event) => set({ local: `${local.slice(0, 10)}T${value(e)}` })} /></label>
        <p class="hint">${t("door.city_time", { city: door.service?.name ?? "" })}</p>
      </div>`}
      ${this.said()}
      <button type="submit" class="main-button">${t("door.next")}${icon("arrowRight")}</button>
    </form>`;
  }

  private readonly afterWhen = (event: Event): void => {
    event.preventDefault();
    const fields = [...this.querySelectorAll<HTMLInputElement>(".moment input")];
    const empty = fields.find((field) => field.value === "");
    if (empty !== undefined) {
      this.say("door.when.empty");
      empty.focus();
      return;
    }
    this.fault = null;
    door.go({ screen: "who" });
  };

  private who(): TemplateResult {
    const { party, isStepFree, walkM } = door.address.question;
    const most = Math.min(partyMost, door.service?.party_max ?? partyMost);
    const persons = Array.from({ length: most }, (_, i) => i + 1);
    const lengths = walks.includes(walkM) ? walks : [...walks, walkM].sort((a, b) => a - b);
    const submit = (event: Event): void => {
      event.preventDefault();
      door.go({ screen: "answer" });
    };
    return html`<form @submit=${submit}>
      <fieldset class="choices is-party"><legend>${t("door.party")}<small>${t("door.party.hint")}</small></legend>
        ${persons.map((n) => html`<label class="choice"><input type="radio" name="party" value=${n} ?data-first=${n === 1} .checked=${party === n}
          @change=${() => door.amend({ question: door.set({ party: n }) })} /><span class="num">${n}</span></label>`)}
      </fieldset>
      <fieldset class="choices is-row"><legend>${t("door.walk_most")}</legend>
        ${lengths.map((m) => html`<label class="choice"><input type="radio" name="walk" value=${m} .checked=${walkM === m}
          @change=${() => door.amend({ question: door.set({ walkM: m }) })} /><span class="num">${distance(m)}</span></label>`)}
      </fieldset>
      <label class="choice is-check"><input type="checkbox" name="step_free" .checked=${isStepFree}
        @change=${(e: Event) => door.amend({ question: door.set({ isStepFree: (e.target as HTMLInputElement).checked }) })} />
        <span>${t("door.step_free")}<small>${t("door.step_free.hint")}</small></span></label>
      <button type="submit" class="main-button">${t("door.show")}${icon("arrowRight")}</button>
    </form>`;
  }
}

function isSame(one: Spot, other: Spot): boolean {
  return Math.abs(one.lat - other.lat) < 1e-5 && Math.abs(one.lon - other.lon) < 1e-5;
}

export function spotName(spot: Spot | null): string {
  if (spot === null) return "–";
  if (spot.name !== "") return spot.name;
  // a link may hold points alone; the answer knows what people call them
  const told = [door.answer?.from, door.answer?.to].find((end) => end !== undefined && isSame(spot, { ...end, name: "" }));
  return told?.name ?? `${spot.lat.toFixed(4)}, ${spot.lon.toFixed(4)}`;
}

customElements.define("aspan-questions", Questions);
