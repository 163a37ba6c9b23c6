/** The booking that is shown: its newest picture, kept and looked at again, and what was asked of it last. */
import { city } from "./format";
import { findTrip, keepTrip, type KeptTrip } from "./kept";
import { askBooking, askTicket, SalesError } from "./sales-client";
import type { Booking } from "./sales-types";

/** How long a picture is good for, by what is going on. */
const lookMs: Record<string, number> = { pay: 3000, taxiing: 2000, in_flight: 1500, landed: 3000, boarding: 3000 };
const lookUsuallyMs = 4000;
const lookHiddenMs = 30_000;
const lookAfterFaultMs = 5000;
const oldMs = 20_000;
const over = ["arrived", "cancelled", "expired", "refused", "no_show", "rebooked", "refunded"];
const lookOverMs = 20_000;

class Sales extends EventTarget {
  trip: KeptTrip | null = null;
  /** Why the newest picture could not be had; null when it was. */
  fault: SalesError | null = null;
  /** What is being asked for now, so that nothing is pressed twice. */
  busy = "";
  /** What was refused last. */
  refusal: SalesError | null = null;
  private timer = 0;
  private round = 0;

  constructor() {
    super();
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.trip !== null) void this.look();
    });
    addEventListener("online", () => {
      if (this.trip !== null) void this.look();
    });
  }

  tell(): void {
    this.dispatchEvent(new Event("change"));
  }

  get booking(): Booking | null {
    return this.trip?.booking ?? null;
  }

  /** How old the picture is by this device's clock; null while it is as new as it should be. */
  get ageMs(): number | null {
    const seen = this.trip?.seenAtMs ?? null;
    if (seen === null) return null;
    const age = Date.now() - seen;
    return this.fault !== null || age > oldMs ? age : null;
  }

  /** Show this booking, first as this device remembers it. */
  watch(id: string, token: string): void {
    if (this.trip?.id === id && this.trip.token === token) return;
    this.leave();
    const kept = findTrip(id);
    this.trip = kept?.token === token ? kept : { id, token, seenAtMs: null, booking: null, ticket: null, payment: kept?.payment ?? null };
    this.learn();
    void this.look();
  }

  leave(): void {
    clearTimeout(this.timer);
    this.round += 1;
    this.trip = this.fault = this.refusal = null;
    this.busy = "";
  }

  keep(change: Partial<KeptTrip>): void {
    if (this.trip === null) return;
    this.trip = keepTrip(this.trip.id, this.trip.token, change);
    this.tell();
  }

  /** Look now, and again when the picture has grown old. */
  async look(): Promise<void> {
    const trip = this.trip;
    if (trip === null) return;
    clearTimeout(this.timer);
    const round = (this.round += 1);
    try {
      const booking = await askBooking(trip.id, trip.token);
      if (round !== this.round) return;
      this.see(booking);
      await this.fetchTicket(booking);
    } catch (error) {
      if (round !== this.round) return;
      this.fault = error instanceof SalesError ? error : new SalesError(null);
    }
    this.tell();
    if (round === this.round && this.fault?.problem?.status !== 404) this.timer = window.setTimeout(() => void this.look(), this.pauseMs());
  }

  see(booking: Booking): void {
    if (this.trip === null || this.trip.id !== booking.booking_id) return;
    this.fault = null;
    this.trip = keepTrip(this.trip.id, this.trip.token, { booking, seenAtMs: Date.now() });
    this.learn();
    this.tell();
  }

  /** Do what a button asks, once; what is refused is kept to be told. */
  async act(name: string, deed: () => Promise<void>): Promise<void> {
    if (this.busy !== "") return;
    this.busy = name;
    this.refusal = null;
    this.tell();
    try {
      await deed();
    } catch (error) {
      if (!(error instanceof SalesError)) throw error;
      this.refusal = error;
    } finally {
      this.busy = "";
      this.tell();
    }
  }

  private learn(): void {
    const booking = this.booking;
    if (booking !== null) city.see(booking.time_zone, booking.now_ms);
  }

  private pauseMs(): number {
    if (document.hidden) return lookHiddenMs;
    if (this.fault !== null) return lookAfterFaultMs;
    const step = this.booking?.live.step ?? "";
    return over.includes(step) ? lookOverMs : (lookMs[step] ?? lookUsuallyMs);
  }

  /** The ticket is fetched before it is wanted: there may be no network at the gate. */
  private async fetchTicket(booking: Booking): Promise<void> {
    const trip = this.trip;
    if (trip === null || !booking.is_ticket_ready) return;
    const of = `${booking.trip.sortie_id} ${booking.trip.off_block_at_ms}`;
    if (trip.ticket !== null && trip.ticketOf === of) return;
    // without it the booking is shown all the same, and it is asked for at the next look
    const ticket = await askTicket(trip.id, trip.token).catch(() => null);
    if (ticket === null) return;
    if (this.trip?.id === trip.id) this.trip = keepTrip(trip.id, trip.token, { ticket, ticketOf: of });
  }
}

export const sales = new Sales();
