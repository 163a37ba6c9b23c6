/** The conditions of a booking before it is paid: what comes back until when, being late, weight, our own faults. */
import { html, nothing, type TemplateResult } from "lit";
import { duration, moment, money, number } from "./format";
import type { Booking, Conditions } from "./sales-types";
import { t } from "./sales-words";

export function terms(booking: Booking): TemplateResult {
  const { conditions } = booking;
  return html`<section class="panel" aria-labelledby="terms"><h2 id="terms">${t("book.terms")}</h2>
    ${conditions == null ? html`<p>${t("book.terms.none")}</p>` : html`${cancelling(booking, conditions)}${rest(booking, conditions)}`}</section>`;
}

function cancelling({ fare }: Booking, told: Conditions): TemplateResult {
  const sum = (tiyn: number): string => (tiyn === 0 ? t("book.none") : tiyn === fare.total_tiyn ? t("book.terms.all", { sum: money(tiyn) }) : money(tiyn));
  const row = (when: string, tiyn: number): TemplateResult => html`<div><dt>${when}</dt><dd>${sum(tiyn)}</dd></div>`;
  return html`<h3 class="terms-head" id="terms-cancel">${t("book.terms.cancel")}</h3>
    <dl class="lines num" aria-labelledby="terms-cancel">${told.free_ms > 0 ? row(t("book.terms.free", { time: duration(told.free_ms) }), fare.total_tiyn) : nothing}
      ${told.steps.map((step) => row(t("book.terms.until", { time: moment(step.until_ms) }), step.refund_tiyn))}
      ${row(t("book.terms.later"), 0)}</dl>`;
}

function rest(booking: Booking, told: Conditions): TemplateResult {
  const kg = `${number(booking.payload_kg)}\u00a0${t("unit.kg")}`;
  return html`<ul class="terms num">
    <li>${told.change_fee_tiyn === 0 ? t("book.terms.change.free") : t("book.terms.change", { sum: money(told.change_fee_tiyn) })}</li>
    <li>${t("book.terms.check_in", { time: moment(told.check_in_closes_at_ms) })}</li>
    <li>${t(told.offers_ground ? "book.terms.weight" : "book.terms.weight.back", { kg })}</li>
    ${told.late.map((one) => html`<li>${t("book.terms.late", { time: duration(one.late_ms), sum: money(one.refund_tiyn) })}</li>`)}
    <li>${t(told.offers_ground ? "book.terms.ours" : "book.terms.ours.air")}</li></ul>`;
}
