/** What can be done with a booked trip: give it back, see the receipt, say where to be reached, erase that. */
import { html, nothing, type TemplateResult } from "lit";
import { language } from "../language";
import { said } from "./draft";
import { moment, money } from "./format";
import { fareLines, flightCard } from "./hold";
import { forgetTrip } from "./kept";
import { askCancellation, askReceipt, cancelBooking, erasePerson, putContact, SalesError } from "./sales-client";
import { sign } from "./sales-icons";
import { backToTrip, refused, SalesPart } from "./sales-part";
import { sales } from "./sales-state";
import type { Booking, Cancellation, Contact, Receipt } from "./sales-types";
import { t, type Key } from "./sales-words";
import { door } from "./state";
import { contactFault, contactFields } from "./take";

/** Shows what is paid back before anything is done. */
class CancelPage extends SalesPart {
  private told: Cancellation | null = null;
  private of = "";

  override render(): TemplateResult | typeof nothing {
    const { booking } = sales;
    if (booking === null) return nothing;
    if (this.of !== booking.booking_id) void this.ask(booking);
    if (booking.status === "held") return this.giveBack(booking);
    const told = this.told ?? booking.cancellation;
    if (!told.is_open) return html`<section class="question">${backToTrip()}<h1 tabindex="-1" data-first>${t("book.cancel.closed")}</h1>
      <p>${told.text}</p>${flightCard(booking)}</section>`;
    return html`<section class="question">${backToTrip()}
      <h1 tabindex="-1" data-first>${told.refund_tiyn > 0 ? t("book.cancel.ask", { sum: money(told.refund_tiyn) }) : t("book.cancel.ask.none")}</h1>
      ${flightCard(booking)}
      <dl class="lines num panel"><div><dt>${t("book.cancel.paid")}</dt><dd>${money(booking.fare.total_tiyn)}</dd></div>
        <div><dt>${t("book.cancel.fee")}</dt><dd>${told.fee_tiyn === 0 ? t("book.none") : money(told.fee_tiyn)}</dd></div>
        <div class="is-sum"><dt>${t("book.cancel.back")}</dt><dd>${told.refund_tiyn === 0 ? t("book.none") : money(told.refund_tiyn)}</dd></div></dl>
      <p class="hint">${told.text}${told.until_ms === null ? nothing : ` ${t("book.cancel.until", { time: moment(told.until_ms) })}`}</p>
      ${refused()}
      <button type="button" class="main-button is-grave" ?disabled=${sales.busy !== ""} @click=${() => this.cancel(booking)}>${t(sales.busy === "cancel" ? "book.cancel.doing" : "book.cancel.do")}</button>
      <button type="button" class="wide-button" @click=${() => door.openBooking(booking.booking_id, sales.trip!.token)}>${t("book.cancel.keep")}</button></section>`;
  }

  private giveBack(booking: Booking): TemplateResult {
    return html`<section class="question">${backToTrip()}<h1 tabindex="-1" data-first>${t("book.give_back.ask")}</h1>
      <p>${t("book.give_back.do")}</p>${flightCard(booking)}${refused()}
      <button type="button" class="main-button" ?disabled=${sales.busy !== ""} @click=${() => this.cancel(booking)}>${t("book.give_back")}</button>
      <button type="button" class="wide-button" @click=${() => door.openBooking(booking.booking_id, sales.trip!.token)}>${t("book.give_back.keep")}</button></section>`;
  }

  private async ask(booking: Booking): Promise<void> {
    this.of = booking.booking_id;
    this.told = await askCancellation(booking.booking_id, sales.trip!.token).catch(() => null);
    this.requestUpdate();
  }

  private cancel(booking: Booking): void {
    void sales.act("cancel", async () => {
      await cancelBooking(booking.booking_id, sales.trip!.token);
      await sales.look();
      door.openBooking(booking.booking_id, sales.trip!.token, "", true);
    });
  }
}

/** What was paid, for what; made for paper too. */
class ReceiptPage extends SalesPart {
  private receipt: Receipt | null = null;
  private of = "";
  private fault: SalesError | null = null;

  override render(): TemplateResult | typeof nothing {
    const { booking } = sales;
    if (booking === null) return nothing;
    const of = `${booking.booking_id} ${booking.status} ${language()}`;
    if (this.of !== of) void this.ask(booking, of);
    const it = this.receipt;
    return html`<section class="question is-receipt">${backToTrip()}
      <h1 tabindex="-1" data-first>${t("book.receipt")}</h1>
      ${refused(this.fault)}
      ${it === null ? html`<div class="ghosts" aria-hidden="true"><i class="ghost is-line"></i><i class="ghost is-strip"></i></div>` : html`
        <p class="hint num">${t("book.receipt.of", { id: it.booking_id, time: moment(it.issued_at_ms) })}</p>
        ${flightCard(booking, false)}${fareLines(it.fare)}
        <dl class="lines num panel">${row("book.receipt.charged", it.charged_tiyn)}${it.fee_tiyn > 0 ? row("book.cancel.fee", it.fee_tiyn) : nothing}
          ${it.refund_tiyn > 0 ? row("book.receipt.refund", it.refund_tiyn) : nothing}</dl>
        ${it.text === "" ? nothing : html`<p class="hint">${it.text}</p>`}
        <p class="hint num">${it.payment_id === "" ? nothing : t("book.receipt.payment", { id: it.payment_id })}</p>
        <button type="button" class="wide-button" @click=${() => print()}>${sign("printer")}${t("book.print")}</button>`}</section>`;
  }

  private async ask(booking: Booking, of: string): Promise<void> {
    this.of = of;
    try {
      this.receipt = await askReceipt(booking.booking_id, sales.trip!.token);
      this.fault = null;
    } catch (error) {
      this.fault = error instanceof SalesError ? error : new SalesError(null);
    }
    this.requestUpdate();
  }
}

function row(key: Key, tiyn: number): TemplateResult {
  return html`<div><dt>${t(key)}</dt><dd>${tiyn === 0 ? t("book.none") : money(tiyn)}</dd></div>`;
}

/** Where to be reached, and how to be forgotten. */
class ContactPage extends SalesPart {
  private contact: Contact = { name: "", phone: "", email: "", lang: language() };
  private said: Key | null = null;
  private fault: Key | null = null;
  private isSure = false;

  override render(): TemplateResult | typeof nothing {
    const { booking } = sales;
    if (booking === null) return nothing;
    const isNone = booking.person_id === "" || sales.trip?.isErased === true;
    return html`<section class="question">${backToTrip()}
      <h1 tabindex="-1" data-first>${t(isNone ? "book.do.contact" : "book.ask.contact")}</h1>
      <p class="hint">${t(isNone ? "book.contact.none" : "book.contact.known")}</p>
      ${isNone ? nothing : html`<form @submit=${(e: Event) => this.put(e, booking)} novalidate>${contactFields(this.contact, () => undefined)}
        <p class="fault" role="alert">${this.fault === null ? nothing : html`${sign("warning")}${t(this.fault)}`}</p>
        <button type="submit" class="main-button" ?disabled=${sales.busy !== ""}>${t("book.contact.put")}</button></form>`}
      ${refused()}<p class="hint" role="status">${this.said === null ? nothing : html`${sign("check")} ${t(this.said)}`}</p>
      <section class="panel"><h2>${t("book.erase")}</h2>${isNone ? nothing : html`<p class="hint">${t("book.erase.what")}</p>`}
        ${isNone ? nothing : this.isSure
          ? html`<button type="button" class="wide-button is-grave" ?disabled=${sales.busy !== ""} @click=${() => this.erase(booking)}>${sign("trash")}${t("book.erase.sure")}</button>`
          : html`<button type="button" class="wide-button" @click=${() => { this.isSure = true; this.requestUpdate(); }}>${sign("trash")}${t("book.erase.do")}</button>`}
        <button type="button" class="wide-button" @click=${() => this.forget(booking)}>${t("book.forget")}</button></section></section>`;
  }

  private put(event: Event, booking: Booking): void {
    event.preventDefault();
    const contact = said(this.contact);
    this.said = null;
    this.fault = contactFault(this.contact);
    this.requestUpdate();
    if (this.fault !== null) return;
    if (contact === null) return this.querySelector<HTMLElement>(".field")?.focus();
    void sales.act("contact", async () => {
      await putContact(booking.booking_id, sales.trip!.token, contact);
      this.said = "book.contact.done";
      await sales.look();
    });
  }

  private erase(booking: Booking): void {
    void sales.act("erase", async () => {
      await erasePerson(booking.person_id, sales.trip!.token);
      this.isSure = false;
      this.contact = { name: "", phone: "", email: "", lang: language() };
      this.said = "book.erase.done";
      sales.keep({ isErased: true });
      await sales.look();
    });
  }

  private forget(booking: Booking): void {
    sales.leave();
    forgetTrip(booking.booking_id);
    door.open("#/trips");
  }
}

customElements.define("aspan-cancel", CancelPage);
customElements.define("aspan-receipt", ReceiptPage);
customElements.define("aspan-contact", ContactPage);

