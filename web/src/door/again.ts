/**
 * The seats of a hold that ran out, held once more as they were: the same departure, doors, travellers
 * and contact, for no more money; a change of a booked trip stays a change of it.
 *
 * An offer is good for no longer than a hold, so the same departure is looked for anew.
 */
import { askItineraries } from "./client";
import { drafts, said, taken } from "./draft";
import { dateOf } from "./format";
import { holdOnce } from "./hold-once";
import { findTrip } from "./kept";
import type { Taken } from "./route";
import { askDepartures, changeBooking, holdSeats, SalesError } from "./sales-client";
import type { Booking, Held } from "./sales-types";
import { t } from "./sales-words";

const patienceMs = 15_000;

/** Whether this device knows all that the hold was made of. */
export function canHoldAgain(booking: Booking): boolean {
  if (booking.replaces !== "") return findTrip(booking.replaces) !== null;
  const chosen = takenFor(booking);
  return chosen !== null && (booking.person_id === "" || said(drafts.of(chosen).contact) !== null);
}

export function holdAgain(booking: Booking): Promise<Held> {
  return booking.replaces !== "" ? changeAgain(booking) : takeAgain(booking);
}

async function changeAgain(booking: Booking): Promise<Held> {
  const { trip, fare, party } = booking;
  const old = findTrip(booking.replaces);
  const { departures } = await askDepartures(trip.origin.id, trip.destination.id, dateOf(trip.planned_off_block_at_ms), party);
  const same = departures.find((one) => one.off_block_at_ms === trip.planned_off_block_at_ms && one.fare.total_tiyn <= fare.total_tiyn);
  if (old === null || same === undefined) throw gone();
  return holdOnce({ change: old.id, to: same.token }, (key) => changeBooking(old.id, old.token, same.token, key));
}

async function takeAgain(booking: Booking): Promise<Held> {
  const chosen = takenFor(booking);
  if (chosen === null) throw gone();
  const contact = said(drafts.of(chosen).contact);
  const offer = await findOffer(booking, chosen);
  const wish = { offer, travellers: booking.travellers, ...(contact === null ? {} : { contact }) };
  return holdOnce(wish, (key) => holdSeats(wish, key));
}

/** What was chosen in this tab, if this booking came of it. */
function takenFor({ trip }: Booking): Taken | null {
  const chosen = taken();
  const offer = chosen?.itinerary.offer ?? null;
  const isOf = offer?.origin === trip.origin.id && offer.destination === trip.destination.id && offer.off_block_at_ms === trip.planned_off_block_at_ms;
  return isOf ? chosen : null;
}

async function findOffer({ trip, fare }: Booking, { question }: Taken): Promise<string> {
  const { itineraries } = await askItineraries(question, AbortSignal.timeout(patienceMs)).catch(() => {
    throw new SalesError(null);
  });
  const same = itineraries.map(({ offer }) => offer).find((offer) => offer?.origin === trip.origin.id && offer.destination === trip.destination.id
    && offer.off_block_at_ms === trip.planned_off_block_at_ms && offer.fare_tiyn <= fare.total_tiyn);
  if (same?.token === undefined) throw gone();
  return same.token;
}

/** Told like a refusal of the service's, beside the button. */
function gone(): SalesError {
  return new SalesError({ title: t("book.again.gone"), detail: t("book.again.gone.do"), status: 409, code: "gone" });
}
