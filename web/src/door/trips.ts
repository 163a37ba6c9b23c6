/** The trips that this device keeps: what is to come first. */
import { html, type TemplateResult } from "lit";
import { clock, moment } from "./format";
import { searchAgain } from "./hold";
import { listTrips, type KeptTrip } from "./kept";
import { bookingHash } from "./route";
import { sign } from "./sales-icons";
import { SalesPart } from "./sales-part";
import type { Booking } from "./sales-types";
import { t, word } from "./sales-words";
import { door } from "./state";

const open = ["held", "confirmed", "checked_in", "boarded"];

class TripsPage extends SalesPart {
  override render(): TemplateResult {
    const all = listTrips().filter((trip): trip is KeptTrip & { booking: Booking } => trip.booking !== null);
    const at = ({ booking }: { booking: Booking }): number => booking.trip.off_block_at_ms;
    const coming = all.filter(({ booking }) => open.includes(booking.status)).sort((a, b) => at(a) - at(b));
    const past = all.filter(({ booking }) => !open.includes(booking.status)).sort((a, b) => at(b) - at(a));
    return html`<section class="question"><h1 tabindex="-1" data-first>${t("book.trips")}</h1>
      ${all.length === 0 ? html`<p>${t("book.trips.none")}</p>` : html`<p class="hint">${t("book.trips.here")}</p>`}
      ${coming.length === 0 ? "" : html`<ul class="departures">${coming.map(row)}</ul>`}
      ${past.length === 0 ? "" : html`<h2>${t("book.trips.past")}</h2><ul class="departures">${past.map(row)}</ul>`}
      ${searchAgain("main-button")}</section>`;
  }
}

function row({ id, token, booking }: KeptTrip & { booking: Booking }): TemplateResult {
  const hash = bookingHash(id, token);
  const go = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    door.open(hash);
  };
  return html`<li><a class="deed is-departure num" href="/go${hash}" @click=${go}><span><b>${moment(booking.trip.off_block_at_ms)} – ${clock(booking.trip.on_block_at_ms)}</b>
    <small>${t("door.way_of", { from: booking.trip.origin.name, to: booking.trip.destination.name })}</small>
    <small>${word("book.status", booking.status)}</small></span>${sign("arrowRight")}</a></li>`;
}

customElements.define("aspan-trips", TripsPage);
