/** Slots of the range: a day of them in rows of aircraft and volumes, and a form to book one for a card. */
import { html, nothing, type TemplateResult } from "lit";
import { askPerson } from "./dialog";
import { capital, clock, instant, isoDay, name, person, volume, when } from "./format";
import { Part } from "./part";
import { newKey, site } from "./state";
import type { CardLine, CardPage, SlotLine } from "./types";
import { t, word } from "./words";

const dayMs = 86_400_000;
const roles: [keyof CardPage["card"]["crew"], string][] = [["pilots", "pilot"], ["safety_pilots", "safety_pilot"], ["flight_test_engineers", "flight_test_engineer"]];

class SlotsView extends Part {
  static override properties = { cardId: { attribute: false } };
  declare cardId: string;
  private day = "";
  private page: CardPage | null = null;
  private notice = "";

  override render(): TemplateResult {
    if (this.day === "") this.day = isoDay(site.nowMs);
    if (this.cardId !== "" && this.page?.card.card_id !== this.cardId) void this.read();
    const from = instant(this.day, "00:00");
    const today = site.slots.filter((slot) => slot.until_at_ms > from && slot.from_at_ms < from + dayMs && !slot.is_freed);
    return html`<div class="head"><h1>${t("range.view.slots")}</h1>
        <label class="inline">${t("range.day")} <input class="field" type="date" .value=${this.day} @change=${(e: Event) => { this.day = (e.target as HTMLInputElement).value; this.requestUpdate(); }} /></label></div>
      ${this.timeline(today, from)}
      <div class="columns"><div class="column">${this.form()}</div><div class="column">${this.list(today)}
        ${this.notice === "" ? nothing : html`<section class="panel"><h2>${t("range.notice")}</h2><p class="note is-attention">${t("range.notice.why")}</p><pre class="notice" lang="en" tabindex="0">${this.notice}</pre></section>`}</div></div>`;
  }

  private async read(): Promise<void> {
    const wanted = this.cardId;
    try {
      const page = await site.card(wanted);
      if (wanted === this.cardId && this.page?.card.card_id !== wanted) { this.page = page; this.requestUpdate(); }
    } catch { /* the form stays without a card */ }
  }

  /** A row an aircraft and a volume; hours along it. */
  private timeline(slots: SlotLine[], from: number): TemplateResult {
    const rows = [...(site.site?.aircraft ?? []).map((one) => ({ id: one.aircraft_id, label: one.aircraft_id, of: slots.filter((slot) => slot.aircraft_id === one.aircraft_id) })),
      ...(site.site?.volumes ?? []).map((one) => ({ id: one.volume_id, label: name(one.names), of: slots.filter((slot) => slot.volume_ids.includes(one.volume_id)) }))];
    const first = 5;
    const span = 17;
    const place = (atMs: number): number => Math.min(100, Math.max(0, ((atMs - from) / 3_600_000 - first) / span * 100));
    const now = place(site.nowMs);
    return html`<section class="panel"><div class="scroll" tabindex="0" role="group" aria-label=${t("range.timeline")}><div class="hours num" style="--span:${span}">
      <div class="hours-axis"><span></span><div>${Array.from({ length: span }, (_, i) => html`<i style="left:${(i / span) * 100}%">${i % 2 === 0 ? String(first + i).padStart(2, "0") : ""}</i>`)}</div></div>
      ${rows.map((row) => html`<div class="hours-row"><span>${row.label}</span><div>${now > 0 && now < 100 ? html`<u style="left:${now}%"></u>` : nothing}
        ${row.of.map((slot) => html`<a class="hours-slot" style="left:${place(slot.from_at_ms)}%;width:${Math.max(1.5, place(slot.until_at_ms) - place(slot.from_at_ms))}%" href="#/go/${encodeURIComponent(slot.card_id)}/${encodeURIComponent(slot.slot_id)}"
          title="${slot.card_id} ${clock(slot.from_at_ms)}–${clock(slot.until_at_ms)}">${slot.card_id}</a>`)}</div></div>`)}
    </div></div></section>`;
  }

  private form(): TemplateResult {
    const cleared = site.cards.filter((card) => card.phase !== null);
    const chosen = cleared.find((card) => card.card_id === this.cardId);
    return html`<section class="panel"><h2>${t("range.do.book")}</h2>
      ${cleared.length === 0 ? html`<p class="soft">${t("range.book.nocards")}</p>` : html`<form @submit=${this.book}>
        <label class="field-row">${t("range.card")}<select class="select" name="card" @change=${(e: Event) => { location.hash = `#/slots/${encodeURIComponent((e.target as HTMLSelectElement).value)}`; }}>
          <option value="" ?selected=${chosen === undefined}>${t("range.choose")}</option>
          ${cleared.map((card) => html`<option value=${card.card_id} ?selected=${card.card_id === this.cardId}>${card.card_id}: ${card.title}</option>`)}</select></label>
        ${chosen === undefined || this.page === null ? nothing : this.fields(chosen, this.page)}</form>`}</section>`;
  }

  private fields(card: CardLine, page: CardPage): TemplateResult {
    const lasts = page.card.profile.reduce((sum, one) => sum + one.duration_s, 0) / 60;
    const start = Math.ceil((site.nowMs + 5 * 60_000) / 300_000) * 300_000;
    const length = Math.ceil((lasts + 20) / 15) * 15;
    return html`<p class="soft"><small>${t("range.book.volumes", { volumes: page.card.volume_ids.map(volume).join(", ") })}</small></p>
      <div class="field-pair"><label>${t("range.from")}<input class="field num" name="from" inputmode="numeric" pattern="([01]?[0-9]|2[0-3]):[0-5][0-9]" title=${t("range.time.form")} required value=${clock(start)} /></label>
        <label>${t("range.until")}<input class="field num" name="until" inputmode="numeric" pattern="([01]?[0-9]|2[0-3]):[0-5][0-9]" title=${t("range.time.form")} required value=${clock(start + length * 60_000)} /></label></div>
      <label class="field-row">${t("range.aircraft")}<select class="select" name="aircraft">${(site.site?.aircraft ?? []).map((one) => html`<option>${one.aircraft_id}</option>`)}</select></label>
      ${roles.flatMap(([count, role]) => Array.from({ length: page.card.crew[count] }, (_, i) => html`<label class="field-row">${capital(word("range.role", role))}${page.card.crew[count] > 1 ? ` ${i + 1}` : ""}
        <select class="select" name="crew" data-role=${role}>${this.holders(role).map((one, k) => html`<option value=${one.person_id} ?selected=${k === i}>${one.name}</option>`)}</select></label>`))}
      <button class="button is-main" data-do="book" ?disabled=${!site.can("range_officer", "test_director")}>${t("range.do.book.for", { card: card.card_id })}</button>
      ${site.can("range_officer", "test_director") ? nothing : html`<small class="soft">${t("range.book.who")}</small>`}`;
  }

  private holders(role: string) {
    return (site.site?.people ?? []).filter((one) => one.roles.includes(role));
  }

  private readonly book = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    const page = this.page;
    if (page === null) return;
    const slotId = newKey("slot");
    const crew = [...form.querySelectorAll<HTMLSelectElement>('select[name="crew"]')].filter((one) => one.value !== "").map((one) => [one.value, one.dataset["role"]!]);
    const answer = await site.order("BookSlot", {
      slot_id: slotId, card_id: page.card.card_id, volume_ids: page.card.volume_ids,
      from_ms: instant(this.day, clockOf(data.get("from"))), until_ms: instant(this.day, clockOf(data.get("until"))),
      aircraft_id: data.get("aircraft"), crew,
    }, t("range.done.booked"));
    if (answer.taken) site.moveTo(`#/go/${encodeURIComponent(page.card.card_id)}/${encodeURIComponent(slotId)}`);
  };

  private list(slots: SlotLine[]): TemplateResult {
    return html`<section class="panel"><h2>${t("range.slots.day")}</h2>${slots.length === 0 ? html`<p class="soft">${t("range.slots.none")}</p>` : html`<ul class="list">${slots.map((slot) => html`<li class="slot">
      <a class="row" href="#/go/${encodeURIComponent(slot.card_id)}/${encodeURIComponent(slot.slot_id)}"><span class="num">${when(slot.from_at_ms)}–${clock(slot.until_at_ms)}</span>
        <span class="grow"><b>${slot.card_id}</b> ${slot.aircraft_id}<small>${slot.crew.map(([id]) => person(id)).join(", ")}</small></span></a>
      <div class="actions"><button type="button" class="button is-small" @click=${() => this.tellNotice(slot)}>${t("range.notice.show")}</button>
        ${slot.runs.length === 0 ? html`<button type="button" class="button is-small" data-do="free" ?disabled=${!site.can("range_officer", "test_director")} @click=${() => this.free(slot)}>${t("range.do.free")}</button>` : nothing}</div></li>`)}</ul>`}</section>`;
  }

  private async tellNotice(slot: SlotLine): Promise<void> {
    const response = await fetch(`/api/range/slots/${encodeURIComponent(slot.slot_id)}/notice`);
    this.notice = response.ok ? await response.text() : "";
    this.requestUpdate();
  }

  private async free(slot: SlotLine): Promise<void> {
    const why = await askPerson({ title: t("range.do.free"), label: t("range.why"), yes: t("range.sign") });
    if (why !== null) await site.order("FreeSlot", { slot_id: slot.slot_id, why }, t("range.done.freed"));
  }
}

/** A time of a form as HH:MM. */
function clockOf(value: FormDataEntryValue | null): string {
  return String(value).padStart(5, "0");
}

customElements.define("aspan-range-slots", SlotsView);
