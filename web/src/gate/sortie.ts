/** One departure at the gate: scan, verdict, parties with what to do next, load and seats. */
import { html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { clock, duration, kg, number, place, shortCode } from "./format";
import { icon } from "./icons";
import { Part } from "./part";
import { planSeats } from "./seats";
import { gate } from "./state";
import { isHere, standing, type Belongs, type Party, type Sortie } from "./types";
import { t, word } from "./words";

const reasons = ["too_heavy", "unfit_to_fly", "no_identity", "forbidden_goods"] as const;
const refusable: readonly string[] = ["confirmed", "checked_in", "boarded"];
const keyLetters = /^(?:Key([A-Z])|Digit([0-9])|Numpad([0-9]))$/;
const partyKgMax = 1_000;

class GateSortie extends Part {
  @property() sortieId = "";
  @state() private open: { bookingId: string; what: "weigh" | "refuse" } | null = null;
  @state() private cameraFault = false;
  @state() private isWatching = false;
  private stop: (() => void) | null = null;

  override disconnectedCallback(): void {
    this.endWatch();
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const sortie = gate.find(this.sortieId);
    if (sortie === undefined) return html``;
    const left = sortie.check_in_closes_at_ms - gate.now();
    return html`<a class="back" href="#">${icon("arrowLeft")}${t("gate.departures")}</a>
      <div class="head"><h1><span class="num">${clock(sortie.off_block_at_ms)}</span> ${place(sortie.destination)}</h1>
        <p class="soft num">${sortie.sortie_id}${sortie.stand_id === "" ? nothing : html` · ${t("gate.stand", { stand: sortie.stand_id })}`} ·
          ${left > 0 ? t("gate.closes", { left: duration(left) }) : t("gate.closed")}</p></div>
      <div class="columns"><div class="column">${this.scanner()}${this.verdict()}</div>
        <div class="column">${this.parties(sortie)}${this.load(sortie)}</div></div>`;
  }

  private scanner(): TemplateResult {
    return html`<section class="panel" aria-label=${t("gate.scan")}>
      <video class=${this.isWatching ? "camera" : "hidden"} muted playsinline aria-label=${t("gate.camera")}></video>
      <button type="button" class="button is-main" @click=${() => void this.toggleWatch()}>${icon("camera")}${this.isWatching ? t("gate.camera.stop") : t("gate.camera.start")}</button>
      <p class="fault" role="alert">${this.cameraFault ? t("gate.camera.fault") : nothing}</p>
      <form class="typed" @submit=${this.typed}>
        <label for="ticket">${t("gate.type")}</label>
        <input id="ticket" name="ticket" class="field" autocomplete="off" spellcheck="false" @keydown=${this.key} />
        <button class="button">${t("gate.check")}</button>
      </form></section>`;
  }

  /** A scanner that is a keyboard types letters of whatever layout is set: take the keys, not the letters. */
  private readonly key = (event: KeyboardEvent): void => {
    const found = keyLetters.exec(event.code);
    if (found === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const field = event.target as HTMLInputElement;
    field.setRangeText(found[1] ?? found[2] ?? found[3] ?? "", field.selectionStart ?? 0, field.selectionEnd ?? 0, "end");
  };

  private readonly typed = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const text = String(new FormData(form).get("ticket") ?? "").trim();
    if (text !== "") void this.check(text);
    form.reset();
  };

  private async check(text: string): Promise<void> {
    const verdict = await gate.check(text, this.sortieId);
    navigator.vibrate?.(verdict.isAccepted ? 80 : [80, 60, 80, 60, 200]);
    this.open = verdict.isAccepted && !verdict.isUnlisted ? { bookingId: verdict.bookingId, what: "weigh" } : null;
    await this.updateComplete;
    this.querySelector(".verdict")?.scrollIntoView({ block: "nearest" });
  }

  private async toggleWatch(): Promise<void> {
    if (this.isWatching) return this.endWatch();
    this.cameraFault = false;
    try {
      const { watch } = await import("./camera");
      this.stop = await watch(this.querySelector("video")!, (text) => { this.endWatch(); void this.check(text); });
      this.isWatching = true;
    } catch {
      this.cameraFault = true;
    }
  }

  private endWatch(): void {
    this.stop?.();
    this.stop = null;
    this.isWatching = false;
  }

  private verdict(): TemplateResult {
    const { verdict } = gate;
    return html`<div class="verdict-place" role="status">${verdict === null ? nothing : html`
      <section class="verdict ${verdict.isAccepted ? "is-yes" : "is-no"}" data-nth=${verdict.nth} data-verdict=${verdict.isAccepted ? "yes" : verdict.reason}>
        ${icon(verdict.isAccepted ? "check" : "cross")}
        <div><h2>${verdict.isAccepted ? t("gate.yes") : t("gate.no")}</h2>
          ${verdict.isAccepted ? nothing : html`<p>${word("gate.reason", verdict.reason)}</p>`}
          ${verdict.belongs === null ? nothing : this.where(verdict.belongs)}
          ${verdict.bookingId === "" ? nothing : html`<p class="num"><b>${shortCode(verdict.bookingId)}</b> · ${t("gate.people", { n: verdict.party, count: number(verdict.party) })}</p>`}
          ${verdict.needsHelp ? html`<p>${t("gate.help")}</p>` : nothing}
          ${verdict.isUnlisted ? html`<p>${t("gate.unlisted")}</p>` : nothing}</div></section>`}</div>`;
  }

  /** Where the party is to go instead, and the way there if that leaves from here. */
  private where(belongs: Belongs): TemplateResult {
    const { site, sortieId, offBlockAtMs, destination } = belongs;
    const told = { time: clock(offBlockAtMs), place: place(destination), sortie: sortieId, site: place(site) };
    const isHere = site === gate.kept.site;
    return html`<p class="num" data-belongs=${sortieId}><b>${isHere ? sortieId === this.sortieId ? t("gate.belongs.this", told) : t("gate.belongs", told) : t("gate.belongs.site", told)}</b></p>
      ${isHere && sortieId !== this.sortieId && gate.find(sortieId) !== undefined
        ? html`<a class="button" href="#${encodeURIComponent(sortieId)}">${t("gate.belongs.open")}</a>` : nothing}`;
  }

  private parties(sortie: Sortie): TemplateResult {
    return html`<section class="panel"><h2>${t("gate.parties")}</h2>
      ${sortie.parties.length === 0 ? html`<p class="soft">${t("gate.nobody")}</p>` : nothing}
      <ul class="list">${sortie.parties.map((party) => this.party(sortie, party))}</ul></section>`;
  }

  private party(sortie: Sortie, party: Party): TemplateResult {
    const isOpen = this.open?.bookingId === party.booking_id;
    const canBoard = isHere(party) && party.status !== "boarded" && (sortie.is_boarding || !gate.isOnline);
    const toggle = (what: "weigh" | "refuse"): void => {
      this.open = isOpen && this.open?.what === what ? null : { bookingId: party.booking_id, what };
    };
    const needs = party.needs.map((need) => word("gate.need", need)).join(", ");
    return html`<li class="party" data-party=${party.booking_id} data-status=${party.status}>
      <div class="party-head"><b class="num">${shortCode(party.booking_id)}</b>
        <span class="grow">${t("gate.people", { n: party.seats, count: number(party.seats) })}${party.infants > 0 ? html`, ${t("gate.infants", { n: party.infants, count: number(party.infants) })}` : nothing}, <span class="num">${kg(party.payload_kg)}</span>
          ${needs === "" ? nothing : html`<small>${needs}</small>`}</span>
        <span class="tag is-${standing(party)}">${word("gate.status", standing(party))}</span></div>
      <div class="actions">
        <button type="button" class="button" aria-expanded=${isOpen && this.open?.what === "weigh"} ?disabled=${party.status === "boarded" || party.status === "refused"} @click=${() => toggle("weigh")}>${t("gate.weigh")}</button>
        <button type="button" class="button" ?disabled=${!canBoard} @click=${() => gate.board(party.booking_id)}>${t("gate.board")}</button>
        <button type="button" class="button" aria-expanded=${isOpen && this.open?.what === "refuse"} ?disabled=${!refusable.includes(party.status)} @click=${() => toggle("refuse")}>${t("gate.refuse")}</button></div>
      ${isOpen && this.open?.what === "weigh" ? this.weighForm(sortie, party) : nothing}
      ${isOpen && this.open?.what === "refuse" ? this.refuseForm(party) : nothing}</li>`;
  }

  private weighForm(sortie: Sortie, party: Party): TemplateResult {
    const others = sortie.payload_kg - party.payload_kg;
    const free = sortie.payload_kg_max - others;
    const weigh = (event: SubmitEvent): void => {
      event.preventDefault();
      const value = Number(String(new FormData(event.target as HTMLFormElement).get("kg")).replace(",", "."));
      if (!(value > 0) || value > partyKgMax) return;
      this.open = value > free ? { bookingId: party.booking_id, what: "refuse" } : null;
      if (value <= free) gate.weigh(party.booking_id, Math.round(value * 10) / 10);
    };
    const field = `kg-${party.booking_id}`;
    return html`<form class="inline" @submit=${weigh}><label for=${field}>${t("gate.kg")}</label>
      <input id=${field} name="kg" class="field num" inputmode="decimal" required .value=${number(party.payload_kg, 1).replace(/\s/g, "")} />
      <button class="button is-main">${t("gate.kg.keep")}</button>
      <p class="soft num">${t("gate.kg.free", { booked: kg(party.payload_kg), free: kg(Math.max(0, free)) })}</p></form>`;
  }

  private refuseForm(party: Party): TemplateResult {
    const refuse = (event: SubmitEvent): void => {
      event.preventDefault();
      gate.refuse(party.booking_id, String(new FormData(event.target as HTMLFormElement).get("reason")));
      this.open = null;
    };
    const field = `reason-${party.booking_id}`;
    return html`<form class="inline" @submit=${refuse}><label for=${field}>${t("gate.refuse.why")}</label>
      <select id=${field} name="reason" class="select">${reasons.map((reason) => html`<option value=${reason}>${word("gate.refusal", reason)}</option>`)}</select>
      <button class="button is-bad">${t("gate.refuse.do")}</button>
      <p class="soft">${t("gate.refuse.note")}</p></form>`;
  }

  private load(sortie: Sortie): TemplateResult {
    const here = sortie.parties.filter(isHere);
    const seats = planSeats(gate.kept.keys?.rows ?? [], here.map((party) => ({ code: shortCode(party.booking_id), seats: party.seats, kg: party.payload_kg })));
    const taken = sortie.parties.reduce((sum, party) => sum + party.seats, 0);
    const share = Math.min(1, sortie.payload_kg / sortie.payload_kg_max);
    return html`<section class="panel"><h2>${t("gate.load")}</h2>
      <p class="num">${t("gate.load.told", { kg: kg(sortie.payload_kg), most: kg(sortie.payload_kg_max), taken: number(taken), seats: number(sortie.seats_max) })}</p>
      <div class="meter ${share > 0.999 ? "is-full" : ""}" aria-hidden="true"><i style="width:${share * 100}%"></i></div>
      <h3>${t("gate.seats")}</h3><p class="soft">${t("gate.seats.note")}</p>
      <ol class="cabin" style="--columns:${Math.max(1, ...(gate.kept.keys?.rows ?? [1]))}">${seats.map((seat) => html`<li class=${seat.code === null ? "seat" : "seat is-taken"}>
        <small>${number(seat.row + 1)}${"ABCDEF"[seat.column]}</small><b class="num">${seat.code ?? t("gate.seat.free")}</b>${seat.code === null ? nothing : html`<small class="num">${kg(Math.round(seat.kg))}</small>`}</li>`)}</ol></section>`;
  }
}

customElements.define("aspan-gate-sortie", GateSortie);
