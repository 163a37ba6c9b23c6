/** A booked trip as it stands: bad news first with the way out, what to do now, how far it is, what can be changed. */
import { html, nothing, type TemplateResult } from "lit";
import { clock, duration, moment, money } from "./format";
import { expiredScreen, flightCard, heldScreen, searchAgain } from "./hold";
import { modeIcon } from "./icons";
import { findTrip } from "./kept";
import type { BookingView } from "./route";
import { sign, type SalesIcon } from "./sales-icons";
import { sales } from "./sales-state";
import type { Booking, Care } from "./sales-types";
import { t, word, type Key } from "./sales-words";
import { door } from "./state";

/** The way of a passenger; the service's finer steps stand at one of these. */
const stages = ["way", "gate", "board", "fly", "there"] as const;
const stageOf: Record<string, number> = {
  on_the_way: 0, check_in: 0, gate: 1, boarding: 2, taxiing: 2, in_flight: 3, landed: 4, arrived: 4,
};
const delayLeastMs = 120_000;
/** What the service did, in the few kinds that a passenger tells apart. */
const newsOf: Record<string, string> = {
  moved: "rebooked", taxi_at_door: "ride", taxi_at_site: "ride", money_back: "refund", late_back: "refund", taken: "chosen", waits: "delay", late: "delay",
};

export function tripScreen(booking: Booking): TemplateResult {
  const { step } = booking.live;
  if (step === "pay") return heldScreen(booking);
  if (step === "expired") return expiredScreen(booking);
  const at = stageOf[step];
  const isOpen = at !== undefined || step === "choose" || step === "ride";
  return html`<section class="question is-trip">
    ${news(booking)}
    <div class="lead" aria-live="polite"><h1 tabindex="-1" data-first>${headline(booking)}</h1>${lead(booking)}</div>
    ${step === "choose" ? html`<aspan-remedies></aspan-remedies>` : nothing}
    ${booking.is_ticket_ready && at !== undefined && at < 3 ? html`<button type="button" class="main-button" @click=${() => view(booking, "ticket")}>${sign("qr")}${t("book.ticket.show")}</button>` : nothing}
    ${step !== "choose" && booking.remedies.length > 0 ? html`<details class="more"><summary>${t("book.remedy.else")}</summary><aspan-remedies></aspan-remedies></details>` : nothing}
    ${at === undefined ? html`<div class="panel">${flightCard(booking)}</div>` : progress(booking, at)}
    ${step === "taxiing" || step === "in_flight" || step === "on_the_way" ? html`<aspan-live-map></aspan-live-map>` : nothing}
    ${isOpen ? nothing : searchAgain("main-button")}
    ${replacement(booking)}
    ${deeds(booking)}
  </section>`;
}

function view(booking: Booking, name: BookingView): void {
  if (sales.trip !== null) door.openBooking(booking.booking_id, sales.trip.token, name);
}

/** What there is to say at each step, with the place and the time that matter then. */
function headline(booking: Booking): string {
  const { trip, live } = booking;
  const values = {
    place: trip.origin.name, to: trip.destination.name, by: clock(trip.be_there_at_ms), leaves: clock(trip.off_block_at_ms),
    lands: clock(trip.on_block_at_ms), there: clock(trip.arrive_at_ms), sum: money(booking.refund_tiyn),
  };
  if (live.step === "refunded" && booking.refund_tiyn === 0) return t("book.now.paid_back");
  const key = `book.now.${live.step}` as Key;
  return word("book.now", live.step) === "" ? live.text : t(key, values);
}

/** One more sentence where one is needed: where to stand, until when, why. */
function lead(booking: Booking): TemplateResult | typeof nothing {
  const { trip, live } = booking;
  const stand = live.stand_id === "" ? "" : t("book.stand", { stand: live.stand_id.split("-").at(-1)! });
  const craft = live.aircraft_id === "" ? "" : t("book.aircraft", { aircraft: live.aircraft_id });
  const leaves = t("book.leaves", { time: clock(trip.off_block_at_ms) });
  // what the news above tells already is not told again
  const reason = booking.care.length > 0 ? "" : live.reason_text;
  const said: Record<string, string[]> = {
    on_the_way: [t("book.leave_by", { time: moment(trip.leave_at_ms) }), ...trip.access.map((way) => `${word("book.way", way.kind) || way.kind} ${duration(way.duration_ms)}`)],
    check_in: [live.until_ms === null ? "" : t("book.until", { time: clock(live.until_ms) }), leaves],
    gate: [leaves, stand], boarding: [leaves, stand, craft], taxiing: [craft],
    in_flight: [craft, live.position === null ? "" : t("book.height", { m: Math.round(live.position.altitude_amsl_m / 10) * 10 })],
    landed: [t("book.go_on", { time: clock(trip.arrive_at_ms) })],
    refused: [reason, back(booking)], no_show: [back(booking)], cancelled: [reason, back(booking)],
    refunded: [reason], choose: [reason], ride: [reason], rebooked: [back(booking)],
  };
  const parts = (said[live.step] ?? []).filter(Boolean);
  return parts.length === 0 ? nothing : html`<p class="lead-more num">${parts.join(" · ")}</p>`;
}

function back(booking: Booking): string {
  return booking.refund_tiyn > 0 ? t("book.back", { sum: money(booking.refund_tiyn) }) : "";
}

/** Bad news before anything else: what happened, what was done about it. */
function news(booking: Booking): TemplateResult | typeof nothing {
  const { live, trip } = booking;
  const last = booking.care.at(-1);
  const isLate = live.delay_ms >= delayLeastMs && (stageOf[live.step] ?? 9) < 4;
  if (last === undefined && !isLate) return nothing;
  // what was done is told with its times
  const isTimed = isLate && last === undefined;
  const why = live.reason_text === "" ? "" : ` ${live.reason_text}`;
  return html`<section class="note is-attention news" aria-labelledby="news">${sign("warning")}<div>
    <h2 id="news">${live.step === "choose" ? t("book.news.why") : last === undefined ? t("book.news.delay") : word("book.news", newsOf[last.kind] ?? last.kind) || t("book.news.notice")}</h2>
    ${isTimed ? html`<p class="num">${t("book.delayed", { time: duration(live.delay_ms), was: clock(trip.planned_off_block_at_ms), now: clock(trip.off_block_at_ms) })}${last === undefined ? why : ""}</p>` : nothing}
    ${last === undefined ? nothing : html`<p>${last.text}</p>`}
    ${booking.care.length > 1 ? html`<details class="more"><summary>${t("book.all_news")}</summary><ol class="plain">${booking.care.map(told)}</ol></details>` : nothing}
  </div></section>`;
}

function told(one: Care): TemplateResult {
  return html`<li class="num"><b>${clock(one.at_ms)}</b> ${one.text}</li>`;
}

/** How far the trip is; the stage that is now is told to readers too. */
function progress(booking: Booking, at: number): TemplateResult {
  const { trip } = booking;
  const times: Record<(typeof stages)[number], string> = {
    way: clock(trip.leave_at_ms), gate: clock(trip.be_there_at_ms), board: clock(trip.off_block_at_ms), fly: clock(trip.off_block_at_ms), there: clock(trip.arrive_at_ms),
  };
  const places: Partial<Record<(typeof stages)[number], string>> = { gate: trip.origin.name, there: trip.destination.name };
  const isOver = booking.live.step === "arrived";
  return html`<div class="panel"><h2 class="hidden">${t("book.progress")}</h2><ol class="stages">${stages.map((stage, i) => {
    const state = i < at || isOver ? "done" : i === at ? "now" : "next";
    return html`<li class="stage is-${state}" aria-current=${state === "now" ? "step" : nothing}>
      <span class="stage-dot" aria-hidden="true">${state === "done" ? sign("check") : modeIcon({ way: "walk", gate: "process", board: "leave", fly: "air", there: "wait" }[stage])}</span>
      <span class="stage-name">${t(`book.stage.${stage}`)}${state === "done" ? html`<span class="hidden">, ${t("book.done")}</span>` : nothing}
        ${places[stage] === undefined ? nothing : html`<small>${places[stage]}</small>`}</span>
      <span class="stage-time num">${times[stage]}</span></li>`;
  })}</ol></div>`;
}

/** Where a booking was exchanged, the way to the one that took its place. */
function replacement(booking: Booking): TemplateResult | typeof nothing {
  const next = booking.replaced_by === "" ? null : findTrip(booking.replaced_by);
  return next === null ? nothing : html`<button type="button" class="main-button" @click=${() => door.openBooking(next.id, next.token)}>${t("book.to_new")}</button>`;
}

/** What else can be done; each opens a screen of its own. */
function deeds(booking: Booking): TemplateResult {
  const deed = (name: BookingView, sign_: SalesIcon, key: Key): TemplateResult => html`<li><button type="button" class="deed" @click=${() => view(booking, name)}>
    ${sign(sign_)}<span>${t(key)}</span>${sign("arrowRight")}</button></li>`;
  // whoever may have all its money as a remedy is not led to a cancellation that may keep a part of it
  const canCancel = booking.cancellation.is_open && !booking.remedies.some((one) => one.remedy === "refund");
  const canChange = canCancel && booking.status === "confirmed";
  return html`<ul class="deeds">
    ${canChange ? deed("change", "swap", "book.do.change") : nothing}
    ${canCancel ? deed("cancel", "ban", "book.do.cancel") : nothing}
    ${deed("receipt", "receipt", "book.do.receipt")}
    ${deed("contact", "user", "book.do.contact")}</ul>`;
}
