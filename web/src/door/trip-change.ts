/** Another departure for a booked trip: what else leaves that day, then the seats are held and paid as usual. */
import { html, nothing, type TemplateResult } from "lit";
import { clock, dateOf, day, money } from "./format";
import { flightCard } from "./hold";
import { holdOnce } from "./hold-once";
import { keepTrip } from "./kept";
import { askDepartures, changeBooking, SalesError } from "./sales-client";
import { sign } from "./sales-icons";
import { backToTrip, refused, SalesPart } from "./sales-part";
import { sales } from "./sales-state";
import type { Booking, Departure, Departures } from "./sales-types";
import { t } from "./sales-words";
import { door } from "./state";

const dayMs = 86_400_000;
const shownMost = 12;

class ChangePage extends SalesPart {
  private found: Departures | null = null;
  private fault: SalesError | null = null;
  private asked = "";
  private date = "";

  override render(): TemplateResult | typeof nothing {
    const { booking } = sales;
    if (booking === null) return nothing;
    if (this.date === "") this.date = dateOf(booking.trip.off_block_at_ms);
    const of = `${booking.booking_id} ${this.date}`;
    if (this.asked !== of) void this.ask(booking, of);
    return html`<section class="question">${backToTrip()}
      <h1 tabindex="-1" data-first>${t("book.change")}</h1>
      <p class="hint">${t("book.change.how")}</p>
      <div class="panel"><h2>${t("book.change.now")}</h2>${flightCard(booking)}</div>
      <div class="days"><button type="button" class="wide-button" ?disabled=${this.date <= dateOf(booking.now_ms)} @click=${() => this.turn(-1)}>${sign("arrowLeft")}${t("book.day.before")}</button>
        <h2 aria-live="polite">${day(new Date(`${this.date}T00:00Z`))}</h2>
        <button type="button" class="wide-button" @click=${() => this.turn(1)}>${t("book.day.after")}${sign("arrowRight")}</button></div>
      ${refused(sales.refusal ?? this.fault)}
      ${this.found === null ? this.fault === null ? ghosts() : nothing : this.list(booking, this.found)}</section>`;
  }

  private list(booking: Booking, found: Departures): TemplateResult {
    const other = found.departures.filter((one) => one.off_block_at_ms !== booking.trip.off_block_at_ms && one.seats_left >= booking.party);
    if (other.length === 0) return html`<div class="empty"><p>${t("book.change.none")}</p>${found.text === "" ? nothing : html`<p class="hint">${found.text}</p>`}</div>`;
    return html`<ul class="departures">${other.slice(0, shownMost).map((one) => html`<li><button type="button" class="deed is-departure num" ?disabled=${sales.busy !== ""}
      @click=${() => this.change(one)}><span><b>${clock(one.off_block_at_ms)} – ${clock(one.on_block_at_ms)}</b>
        <small>${t("book.seats_left", { n: one.seats_left })}</small></span><b>${money(one.fare.total_tiyn)}</b>${sign("arrowRight")}</button></li>`)}</ul>`;
  }

  private turn(days: number): void {
    this.date = new Date(Date.parse(`${this.date}T00:00Z`) + days * dayMs).toISOString().slice(0, 10);
    this.requestUpdate();
  }

  private async ask(booking: Booking, of: string): Promise<void> {
    this.asked = of;
    this.found = this.fault = null;
    try {
      const found = await askDepartures(booking.trip.origin.id, booking.trip.destination.id, this.date, booking.party);
      if (this.asked === of) this.found = found;
    } catch (error) {
      if (this.asked === of) this.fault = error instanceof SalesError ? error : new SalesError(null);
    }
    this.requestUpdate();
  }

  private change(to: Departure): void {
    void sales.act("change", async () => {
      const { id, token } = sales.trip!;
      const held = await holdOnce({ change: id, to: to.token }, (key) => changeBooking(id, token, to.token, key));
      keepTrip(held.booking_id, held.access_token, {});
      door.openBooking(held.booking_id, held.access_token);
    });
  }
}

function ghosts(): TemplateResult {
  return html`<div class="ghosts" aria-hidden="true">${[1, 2, 3].map(() => html`<i class="ghost is-strip"></i>`)}</div>`;
}

customElements.define("aspan-change", ChangePage);
