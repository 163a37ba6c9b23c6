/**
 * Paying: the payment's key is kept before it is asked for, so that a second press, a reload or the
 * way back ask for the same payment and never for another.
 */
import { holdAgain } from "./again";
import { keepTrip, newKey, type KeptPayment } from "./kept";
import { askPayment, beginPayment, confirmBooking, SalesError } from "./sales-client";
import { sales } from "./sales-state";
import { door } from "./state";
import type { Booking, Payment } from "./sales-types";

/** idle: not begun; open: at the provider's; paid: the seats are being confirmed; late: paid when the hold was over. */
export type PayState = "idle" | "open" | "slow" | "declined" | "paid" | "late";

const lookMs = 1500;
const slowMs = 8000;
const tooMany = 429;
const taken = ["authorised", "captured"];
const unpaid = ["held", "expired"];

class Paying {
  state: PayState = "idle";
  /** What the provider said of the payment it declined. */
  said = "";
  private of = "";
  private timer = 0;
  private since = 0;

  constructor() {
    // back from the provider's page, a browser may show this one as it was left
    addEventListener("pageshow", (event) => {
      if (event.persisted) void this.look();
    });
  }

  /** Take up what was begun for this booking, once; nothing if nothing was. */
  resume(): void {
    const { trip, booking } = sales;
    if (trip === null || booking === null || this.of === trip.id) return;
    clearTimeout(this.timer);
    this.of = trip.id;
    this.state = "idle";
    // what is paid and confirmed is nobody's business here any more
    if (trip.payment?.id !== undefined && unpaid.includes(booking.status)) void this.look();
  }

  /** Pay, or go on paying what was begun. */
  pay(booking: Booking): Promise<void> {
    return sales.act("pay", async () => {
      const trip = sales.trip!;
      this.of = trip.id;
      const amountTiyn = booking.fare.total_tiyn;
      const kept: KeptPayment = trip.payment?.amountTiyn === amountTiyn ? trip.payment : { key: newKey(), amountTiyn };
      sales.keep({ payment: kept });
      // the address to come back to names the booking and not the token, which is nobody else's business
      const told = await beginPayment(amountTiyn, new URL(`/go#/back/${trip.id}`, location.href).href, kept.key);
      sales.keep({ payment: { ...kept, id: told.payment_id, url: told.redirect_url, ...(told.access_token === undefined ? {} : { token: told.access_token }) } });
      this.since = Date.now();
      if (told.state === "requested" && told.redirect_url !== null) {
        this.wait("open");
        location.assign(told.redirect_url);
      } else await this.take(told);
    });
  }

  /** Look how the payment stands, and go on from there. */
  async look(): Promise<void> {
    clearTimeout(this.timer);
    const kept = sales.trip?.payment ?? null;
    if (kept?.id === undefined || kept.token === undefined) return;
    const of = this.of;
    if (this.state === "idle") this.since = Date.now();
    if (this.state === "idle" || this.state === "declined") this.set("open");
    try {
      await this.take(await askPayment(kept.id, kept.token));
    } catch (error) {
      if (!(error instanceof SalesError)) throw error;
      if (of === this.of) this.wait();
    }
  }

  /** The hold ran out while the provider was slow: take the seats again for the money set aside. */
  again(booking: Booking): Promise<void> {
    return sales.act("again", async () => {
      const trip = sales.trip!;
      const held = await holdAgain(booking);
      keepTrip(held.booking_id, held.access_token, { payment: trip.payment });
      this.of = "";
      door.openBooking(held.booking_id, held.access_token, "", true);
    });
  }

  private async take(told: Payment): Promise<void> {
    clearTimeout(this.timer);
    const trip = sales.trip;
    if (trip === null || trip.id !== this.of) return;
    if (told.state === "requested") return this.wait();
    if (!taken.includes(told.state)) {
      // the next try is another payment
      sales.keep({ payment: null });
      this.said = told.text;
      return this.set("declined");
    }
    this.set("paid");
    try {
      await confirmBooking(trip.id, trip.token, told.payment_id);
    } catch (error) {
      if (!(error instanceof SalesError)) throw error;
      if (error.problem === null || error.problem.status >= 500 || error.problem.status === tooMany) return this.wait("paid");
      if (error.code === "hold_expired") this.set("late");
      else this.refuse(error);
    }
    await sales.look();
  }

  /** This payment does not confirm these seats: why is told, and the next try is another payment. */
  private refuse(why: SalesError): void {
    sales.keep({ payment: null });
    sales.refusal = why;
    this.set("idle");
  }

  private wait(state: PayState = Date.now() - this.since > slowMs ? "slow" : "open"): void {
    this.set(state);
    this.timer = window.setTimeout(() => void this.look(), lookMs);
  }

  private set(state: PayState): void {
    this.state = state;
    sales.tell();
  }
}

export const paying = new Paying();
