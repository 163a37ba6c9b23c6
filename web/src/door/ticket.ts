/** The ticket: a code as large as the screen allows, dark on white in every theme, and what an agent asks for. */
import { html, nothing, type TemplateResult } from "lit";
import { clock, moment } from "./format";
import { sign } from "./sales-icons";
import { backToTrip } from "./sales-part";
import { sales } from "./sales-state";
import type { Booking } from "./sales-types";
import { t, word } from "./sales-words";

const valid = ["confirmed", "checked_in", "boarded"];

export function ticketScreen(booking: Booking): TemplateResult {
  const { ticket } = sales.trip!;
  const { trip } = booking;
  const isValid = valid.includes(booking.status);
  return html`<section class="question is-ticket">${backToTrip()}
    <h1 tabindex="-1" data-first>${t("book.ticket")}</h1>
    ${!isValid ? html`<p class="note is-attention" role="alert">${sign("warning")}<span>${t("book.ticket.over")}</span></p>`
      : ticket === null ? html`<p class="note">${sign("info")}<span>${t(sales.fault === null ? "book.ticket.coming" : "book.ticket.none")}</span></p>`
      : html`<div class="code"><img alt=${t("book.ticket.code", { id: booking.booking_id })} src=${picture(ticket.qr_svg)} />
          <p class="code-name num">${booking.booking_id}</p></div>`}
    <dl class="facts num">
      <div><dt>${t("book.ticket.from")}</dt><dd>${trip.origin.name}<small>${t("book.ticket.gate_by", { time: moment(trip.be_there_at_ms) })}</small></dd></div>
      <div><dt>${t("book.ticket.to")}</dt><dd>${trip.destination.name}<small>${t("book.ticket.lands", { time: clock(trip.on_block_at_ms) })}</small></dd></div>
      <div><dt>${t("book.ticket.leaves")}</dt><dd class="is-large">${clock(trip.off_block_at_ms)}</dd></div>
      <div><dt>${t("book.ticket.stand")}</dt><dd class="is-large">${booking.live.stand_id === "" ? "–" : booking.live.stand_id.split("-").at(-1)}</dd></div>
      <div><dt>${t("door.who")}</dt><dd>${who(booking)}</dd></div>
    </dl>
    ${ticket === null ? nothing : html`<p class="hint">${t("book.ticket.offline")}</p>`}
  </section>`;
}

/** Who flies, as one sentence begins: only its first word with a capital. */
function who({ travellers }: Booking): string {
  const said = travellers.map((one) => word("book.kind", one.kind)).join(", ");
  return said.slice(0, 1) + said.slice(1).toLocaleLowerCase();
}

/** A drawing made for a page becomes a picture of its own, which must say what it is. */
function picture(svg: string): string {
  const whole = svg.includes("xmlns=") ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
  return `data:image/svg+xml,${encodeURIComponent(whole)}`;
}
