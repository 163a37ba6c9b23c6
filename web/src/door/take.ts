/** On the way to a booking, one question a screen: who flies, about how heavy, where to reach them; then the seats are held. */
import { html, nothing, type TemplateResult } from "lit";
import { language, languageNames, languages, type Language } from "../language";
import { drafts, said, taken, traveller, type Draft } from "./draft";
import { clock, money, moment, number } from "./format";
import { holdOnce } from "./hold-once";
import { keepTrip } from "./kept";
import { takeSteps, type Taken, type TakeStep } from "./route";
import { holdSeats, type SalesError } from "./sales-client";
import { sign } from "./sales-icons";
import { SalesPart, words } from "./sales-part";
import { sales } from "./sales-state";
import type { Contact, Traveller, TravellerKind } from "./sales-types";
import { t, type Key } from "./sales-words";
import { door } from "./state";

/** Who takes a seat; a baby sits on a lap and comes on top. */
const kinds: readonly TravellerKind[] = ["adult", "child"];
const needs = ["wheelchair", "assistance", "visual", "hearing"] as const;
const travellersMost = 8;
const masses: readonly number[] = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140];
const bags: readonly number[] = [0, 5, 10, 15, 20, 30];
/** What a wish that was refused can be changed in; all else is another flight's matter. */
const ownFault = ["invalid_value", "party_too_heavy", "foreign_currency"];

class TakePage extends SalesPart {
  private fault: Key | null = null;

  override render(): TemplateResult | typeof nothing {
    const { route } = door;
    if (route?.kind !== "take") return nothing;
    const chosen = taken();
    if (chosen?.itinerary.offer?.token === undefined) return this.lost();
    if (sales.refusal !== null) return this.refused(chosen, sales.refusal);
    const draft = drafts.of(chosen);
    const number = takeSteps.indexOf(route.step);
    return html`<section class="question" aria-labelledby="question">
      <p class="steps"><span>${t("book.step", { at: number + 1, of: takeSteps.length })}</span>
        <button type="button" class="link" @click=${() => history.back()}>${sign("arrowLeft")}${t("door.back")}</button></p>
      ${flight(chosen)}
      <h1 id="question" tabindex="-1" data-first>${t(`book.ask.${route.step}`)}</h1>
      ${route.step === "who" ? this.who(draft) : route.step === "weight" ? this.weight(draft) : this.contact(draft, chosen)}
    </section>`;
  }

  private go(step: TakeStep): void {
    door.open(`#/take/${step}`, { bare: false });
  }

  /** A link into the middle, or a tab of another day: nothing has been chosen here. */
  private lost(): TemplateResult {
    return html`<section class="empty"><h1 tabindex="-1" data-first>${t("book.lost")}</h1><p>${t("book.lost.do")}</p>
      <button type="button" class="main-button" @click=${() => door.go({ screen: "answer" })}>${t("book.search")}</button></section>`;
  }

  private next(step: TakeStep | null): (event: Event) => void {
    return (event) => {
      event.preventDefault();
      this.fault = null;
      drafts.keep();
      if (step !== null) this.go(step);
    };
  }

  private who(draft: Draft): TemplateResult {
    const seats = seatsOf(draft);
    const laps = lapsOf(draft);
    const set = (i: number, change: Partial<Traveller>): void => {
      draft.travellers[i] = { ...draft.travellers[i]!, ...change };
      draft.travellers.length = Math.min(draft.travellers.length, seats + lapsOf(draft));
      this.fault = null;
      drafts.keep();
      this.requestUpdate();
    };
    const carry = (n: number): void => {
      const kept = draft.travellers.slice(0, seats + n);
      draft.travellers = [...kept, ...Array.from({ length: seats + n - kept.length }, () => traveller("infant"))];
      drafts.keep();
      this.requestUpdate();
    };
    const submit = (event: Event): void => {
      if (laps > 0) return this.next("weight")(event);
      event.preventDefault();
      this.fault = "book.who.adult";
      this.requestUpdate();
    };
    return html`<form @submit=${submit} novalidate>
      ${draft.travellers.slice(0, seats).map((one, i) => html`<fieldset class="traveller"><legend>${passenger(draft, i)}</legend>
        <div class="choices is-row">${kinds.map((kind) => html`<label class="choice"><input type="radio" name="kind-${i}" value=${kind}
          .checked=${one.kind === kind} @change=${() => set(i, { kind })} /><span>${t(`book.kind.${kind}`)}<small>${t(`book.age.${kind}`)}</small></span></label>`)}</div>
        <details class="more" ?open=${one.needs.length > 0}><summary>${t("book.needs")}</summary>
          <div class="choices">${needs.map((need) => html`<label class="choice"><input type="checkbox" name="${need}-${i}" .checked=${one.needs.includes(need)}
            @change=${(e: Event) => set(i, { needs: (e.target as HTMLInputElement).checked ? [...one.needs, need] : one.needs.filter((had) => had !== need) })} />
            <span>${t(`book.need.${need}`)}<small>${t(`book.need_hint.${need}`)}</small></span></label>`)}</div>
          <p class="hint">${t("book.needs.hint")}</p></details></fieldset>`)}
      ${laps === 0 ? nothing : html`<label class="labelled">${t("book.infants")}<select class="field num" name="infants" @change=${(e: Event) => carry(Number((e.target as HTMLSelectElement).value))}>
        ${Array.from({ length: laps + 1 }, (_, n) => html`<option value=${n} ?selected=${seats + n === draft.travellers.length}>${n === 0 ? t("book.infants.none") : number(n)}</option>`)}</select></label>`}
      <p class="fault" role="alert">${this.fault === null ? nothing : html`${sign("warning")}${t(this.fault)}`}</p>
      <button type="submit" class="main-button">${t("door.next")}${sign("arrowRight")}</button>
      <button type="button" class="link" @click=${() => door.go({ screen: "who" })}>${t("book.who.other")}</button>
    </form>`;
  }

  private weight(draft: Draft): TemplateResult {
    const set = (i: number, field: "mass_kg" | "bag_kg", event: Event): void => {
      const { value } = event.target as HTMLSelectElement;
      draft.travellers[i] = { ...draft.travellers[i]!, [field]: value === "" ? null : Number(value) };
      drafts.keep();
    };
    const pick = (i: number, field: "mass_kg" | "bag_kg", label: Key, none: Key, steps: readonly number[]): TemplateResult => html`<label>${t(label)}
      <select class="field" @change=${(e: Event) => set(i, field, e)}>
        <option value="" ?selected=${draft.travellers[i]![field] == null}>${t(none)}</option>
        ${steps.map((kg) => html`<option value=${kg} ?selected=${draft.travellers[i]![field] === kg}>${kg === 0 ? t("book.bag.none") : t("book.about_kg", { kg: number(kg) })}</option>`)}
      </select></label>`;
    return html`<form @submit=${this.next("contact")} novalidate>
      <p class="hint">${t("book.weight.why")}</p>
      ${draft.travellers.map((one, i) => html`<fieldset class="traveller"><legend>${passenger(draft, i)}</legend><div class="pair">
        ${pick(i, "mass_kg", "book.mass", "book.mass.skip", one.kind === "adult" ? masses.slice(3) : one.kind === "infant" ? masses.slice(0, 2) : masses)}
        ${pick(i, "bag_kg", "book.bag", "book.bag.skip", bags)}</div></fieldset>`)}
      <button type="submit" class="main-button">${t("door.next")}${sign("arrowRight")}</button>
    </form>`;
  }

  private contact(draft: Draft, chosen: Taken): TemplateResult {
    const submit = (event: Event): void => {
      event.preventDefault();
      this.fault = contactFault(draft.contact);
      this.requestUpdate();
      if (this.fault === null) void this.hold(chosen);
    };
    return html`<form @submit=${submit} novalidate>
      <p class="hint">${t("book.contact.why")}</p>
      ${contactFields(draft.contact, () => drafts.keep())}
      <p class="fault" role="alert">${this.fault === null ? nothing : html`${sign("warning")}${t(this.fault)}`}</p>
      <p class="hint">${t("book.contact.kept")}</p>
      <button type="submit" class="main-button" ?disabled=${sales.busy !== ""}>${t(sales.busy === "hold" ? "book.holding" : "book.hold")}</button>
      <p class="hint">${t("book.hold.hint")}</p>
    </form>`;
  }

  /** Hold the seats. Asking again for the same seats asks with the same key, so that they are held once. */
  private hold(chosen: Taken): Promise<void> {
    return sales.act("hold", async () => {
      const draft = drafts.of(chosen);
      const contact = said(draft.contact);
      const wish = { offer: chosen.itinerary.offer!.token!, travellers: draft.travellers, ...(contact === null ? {} : { contact }) };
      const held = await holdOnce(wish, (key) => holdSeats(wish, key));
      keepTrip(held.booking_id, held.access_token, {});
      door.openBooking(held.booking_id, held.access_token);
    });
  }

  /** No seats: why, and what else can be done. */
  private refused(chosen: Taken, fault: SalesError): TemplateResult {
    const isNetwork = fault.problem === null || fault.problem.status >= 500 || fault.problem.status === 429;
    const { title, body } = words(fault);
    const forget = (): void => {
      sales.refusal = null;
      sales.tell();
    };
    const again = (): void => {
      forget();
      door.go({ screen: "answer" });
      door.again();
    };
    return html`<section class="empty" role="alert"><h1 tabindex="-1" data-first>${sign("warning")}${title}</h1>
      ${flight(chosen)}<p>${body}</p><p>${t(isNetwork ? "book.kept_here" : "book.nothing_taken")}</p>
      ${isNetwork ? html`<button type="button" class="main-button" @click=${() => { forget(); void this.hold(chosen); }}>${t("door.again")}</button>`
        : ownFault.includes(fault.code) ? html`<button type="button" class="main-button" @click=${() => { forget(); this.go("weight"); }}>${t("book.change_told")}</button>` : nothing}
      <button type="button" class=${isNetwork || ownFault.includes(fault.code) ? "wide-button" : "main-button"} @click=${again}>${t("book.see_now")}</button></section>`;
  }
}

function seatsOf(draft: Draft): number {
  return draft.travellers.filter((one) => one.kind !== "infant").length;
}

/** On how many laps a baby may sit: an adult's each, as far as one booking goes; none without an adult. */
function lapsOf(draft: Draft): number {
  return Math.min(draft.travellers.filter((one) => one.kind === "adult").length, travellersMost - seatsOf(draft));
}

function passenger(draft: Draft, i: number): string {
  const seats = seatsOf(draft);
  if (i >= seats) return draft.travellers.length === seats + 1 ? t("book.baby.only") : t("book.baby", { at: i + 1 - seats });
  return seats === 1 ? t("book.passenger.only") : t("book.passenger", { at: i + 1 });
}

/** The flight that was chosen, in two lines. */
function flight({ itinerary }: Taken): TemplateResult {
  const air = itinerary.legs.find((leg) => leg.mode === "air");
  if (air === undefined || itinerary.offer === null) return html``;
  return html`<p class="flight num">${sign("plane")}<span><b>${moment(air.depart_at_ms)} – ${clock(air.arrive_at_ms)}, ${money(itinerary.offer.fare_tiyn)}</b>
    <span class="line">${t("door.way_of", { from: air.from.name, to: air.to.name })}</span></span></p>`;
}

/** What the service would not keep: a way to reach nobody, and what is no number and no address. */
export function contactFault(contact: Contact): Key | null {
  const told = said(contact);
  if (told === null) return null;
  if (told.name === "") return "book.contact.fault.name";
  if (told.phone !== undefined && !/^\+?[0-9][0-9 ()-]{3,28}[0-9]$/.test(told.phone)) return "book.contact.fault.phone";
  return told.email !== undefined && !/^[^@\s]+@[^@\s]+$/.test(told.email) ? "book.contact.fault.email" : null;
}

export function contactFields(contact: Contact, keep: () => void): TemplateResult {
  const field = (name: "name" | "phone" | "email", type: string, complete: string): TemplateResult => html`<label class="labelled">${t(`book.contact.${name}`)}
    <input class="field" type=${type} name=${name} autocomplete=${complete as "name"} maxlength=${name === "phone" ? 30 : 120} .value=${contact[name] ?? ""}
      @input=${(e: Event) => { contact[name] = (e.target as HTMLInputElement).value; keep(); }} /></label>`;
  return html`${field("name", "text", "name")}${field("phone", "tel", "tel")}${field("email", "email", "email")}
    <label class="labelled">${t("book.contact.lang")}<select class="field" name="lang" @change=${(e: Event) => { contact.lang = (e.target as HTMLSelectElement).value; keep(); }}>
      ${languages.map((tag: Language) => html`<option value=${tag} lang=${tag} ?selected=${tag === (contact.lang || language())}>${languageNames[tag]}</option>`)}</select></label>`;
}

customElements.define("aspan-take", TakePage);
