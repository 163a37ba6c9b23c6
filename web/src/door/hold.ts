/** Seats that are held: what they cost, until when they are kept, and paying for them. */
import { html, nothing, type TemplateResult } from "lit";
import { canHoldAgain } from "./again";
import { clock, likely, moment, money, percent } from "./format";
import { findTrip } from "./kept";
import { paying } from "./paying";
import { sign } from "./sales-icons";
import { refused } from "./sales-part";
import { sales } from "./sales-state";
import type { Booking } from "./sales-types";
import { t, type Key } from "./sales-words";
import { terms } from "./terms";
import { door } from "./state";
import type { Fare } from "./types";

/** The lines of a fare; the tax is part of the sum and not on top of it. */
export function fareLines(fare: Fare): TemplateResult {
  return html`<dl class="lines num">${fare.lines.map((line) => html`<div><dt>${line.text}</dt><dd>${amount(line.amount_tiyn)}</dd></div>`)}
    <div class="is-sum"><dt>${t("book.sum")}</dt><dd>${money(fare.total_tiyn)}</dd></div>
    ${fare.tax === null ? nothing : html`<div class="is-tax"><dt>${fare.tax.text}</dt><dd>${amount(fare.tax.amount_tiyn)}</dd></div>`}</dl>`;
}

/** A line of a receipt may take away. */
function amount(tiyn: number): string {
  return tiyn < 0 ? `−${money(-tiyn)}` : money(tiyn);
}

const going = ["held", "confirmed", "checked_in", "boarded"];

/** Which flight, in two lines, with what was promised as long as it is to be kept. */
export function flightCard(booking: Booking, isPromised = true): TemplateResult {
  const { trip } = booking;
  const isGoing = isPromised && going.includes(booking.status) && booking.live.step !== "choose";
  return html`<div class="flight num">${sign("plane")}<span><b>${moment(trip.off_block_at_ms)} – ${clock(trip.on_block_at_ms)}</b>
    <span class="line">${t("door.way_of", { from: trip.origin.name, to: trip.destination.name })}</span>
    <span class="line">${t("door.persons", { n: booking.party })}${trip.promised_arrival_at_ms === null || !isGoing ? nothing
      : html`, ${promised(booking)}`}</span></span></div>`;
}

function promised({ trip }: Booking): string {
  const time = clock(trip.promised_arrival_at_ms ?? trip.arrive_at_ms);
  return trip.on_time_chance === null ? t("book.there_by", { time })
    : t("book.there_by_chance", { time, likely: likely(trip.on_time_chance), share: percent(trip.on_time_chance) });
}

export function heldScreen(booking: Booking): TemplateResult {
  const { state } = paying;
  if (state === "late") return late(booking);
  if (state === "open" || state === "slow") return open(booking);
  if (state === "paid") return confirming(booking);
  return html`<section class="question">
    ${state === "declined" ? html`<p class="note is-attention" role="alert">${sign("warning")}<span><b>${t("book.declined")}</b>
      <span class="line">${paying.said === "" ? nothing : `${paying.said}. `}${t("book.declined.do")}</span></span></p>` : nothing}
    ${booking.replaces === "" ? nothing : html`<p class="note">${sign("info")}<span>${t("book.replaces")}</span></p>`}
    <h1 tabindex="-1" data-first>${t("book.held", { sum: money(booking.fare.total_tiyn) })}</h1>
    ${deadline(booking)}
    ${flightCard(booking)}
    <section class="panel" aria-labelledby="lines"><h2 id="lines">${t("book.cost")}</h2>${fareLines(booking.fare)}</section>
    ${terms(booking)}
    ${refused()}
    ${payButton(booking, state === "declined" ? "book.pay.again" : "book.pay")}
    <p class="hint">${t("book.pay.where")}</p>
    ${giveBack(booking)}
  </section>`;
}

function deadline(booking: Booking): TemplateResult | typeof nothing {
  return booking.expires_at_ms === null ? nothing
    : html`<p class="deadline num">${sign("clock")}<span>${t("book.kept_until", { time: clock(booking.expires_at_ms) })}</span></p>`;
}

function payButton(booking: Booking, name: Key): TemplateResult {
  return html`<button type="button" class="main-button" data-pay ?disabled=${sales.busy !== ""} @click=${() => void paying.pay(booking)}>
    ${sign("card")}${sales.busy === "pay" ? t("book.pay.opening") : t(name, { sum: money(booking.fare.total_tiyn) })}</button>`;
}

function giveBack(booking: Booking): TemplateResult {
  return html`<button type="button" class="link" ?disabled=${sales.busy !== ""} @click=${() => door.openBooking(booking.booking_id, sales.trip!.token, "cancel")}>${t("book.give_back")}</button>`;
}

/** At the provider's: begun, not finished; or it takes its time. */
function open(booking: Booking): TemplateResult {
  const isSlow = paying.state === "slow";
  return html`<section class="question">
    <h1 tabindex="-1" data-first>${t(isSlow ? "book.slow" : "book.open")}</h1>
    <p aria-live="polite">${t(isSlow ? "book.slow.do" : "book.open.do")}</p>
    ${deadline(booking)}${flightCard(booking)}${refused()}
    ${sales.trip?.payment?.url == null ? nothing : payButton(booking, "book.pay.go_on")}
    ${giveBack(booking)}</section>`;
}

function confirming(booking: Booking): TemplateResult {
  return html`<section class="question" aria-busy="true"><h1 tabindex="-1" data-first>${t("book.paid")}</h1>
    <p>${t("book.paid.wait")}</p>${flightCard(booking)}<div class="ghosts" aria-hidden="true"><i class="ghost is-line"></i><i class="ghost is-strip"></i></div></section>`;
}

/** Paid when the hold was over: no money has moved, and the seats can be taken again with it. */
function late(booking: Booking): TemplateResult {
  return html`<section class="question"><h1 tabindex="-1" data-first>${sign("warning")}${t("book.late")}</h1>
    <p>${t("book.late.do")}</p>${flightCard(booking)}${refused()}
    ${again(booking, "book.late.again")}</section>`;
}

export function expiredScreen(booking: Booking): TemplateResult {
  if (paying.state === "late") return late(booking);
  return html`<section class="question"><h1 tabindex="-1" data-first>${t("book.expired")}</h1>
    <p>${t("book.expired.do")}</p>${flightCard(booking)}${refused()}
    ${again(booking, "book.expired.again")}</section>`;
}

/** To the same seats, where this device knows all that was asked for; to another departure of a booked trip, or to the search. */
function again(booking: Booking, name: Key): TemplateResult {
  const can = canHoldAgain(booking);
  const look = can ? "wide-button" : "main-button";
  const old = booking.replaces === "" ? null : findTrip(booking.replaces);
  return html`${can ? html`<button type="button" class="main-button" ?disabled=${sales.busy !== ""} @click=${() => void paying.again(booking)}>${t(name)}</button>` : nothing}
    ${booking.replaces === "" ? searchAgain(look) : html`<p class="note">${sign("info")}<span>${t("book.again.stands")}</span></p>
      ${old === null ? nothing : html`<button type="button" class=${look} @click=${() => door.openBooking(old.id, old.token, "change")}>${t("book.change.other")}</button>`}`}`;
}

export function searchAgain(look: string): TemplateResult {
  return html`<button type="button" class=${look} @click=${() => {
    door.go({ screen: door.address.question.from === null || door.address.question.to === null ? "from" : "answer" });
    door.again();
  }}>${t("book.search")}</button>`;
}
