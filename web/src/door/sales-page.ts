/** Everything after the search, fetched when somebody books or opens a booking. */
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { drafts } from "./draft";
import { clock, duration } from "./format";
import { findTrip } from "./kept";
import "./live-map";
import { paying } from "./paying";
import "./remedies";
import type { Route } from "./route";
import { SalesPart, words } from "./sales-part";
import { sign } from "./sales-icons";
import { sales } from "./sales-state";
import { t, type Key } from "./sales-words";
import "./sales.css";
import { door } from "./state";
import { tripScreen } from "./status";
import "./take";
import { ticketScreen } from "./ticket";
import "./trip-change";
import "./trip-deeds";
import "./trips";

class SalesPage extends SalesPart {
  private shown = "";
  private at = "";

  override connectedCallback(): void {
    super.connectedCallback();
    // what is booked must open without a network
    if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
  }

  override disconnectedCallback(): void {
    sales.leave();
    super.disconnectedCallback();
  }

  protected override willUpdate(_: PropertyValues): void {
    const { route } = door;
    const at = JSON.stringify(route);
    if (at !== this.at) sales.refusal = null;
    this.at = at;
    if (route?.kind === "booking") {
      sales.watch(route.id, route.token);
      paying.resume();
    } else if (sales.trip !== null) sales.leave();
  }

  override render(): TemplateResult | typeof nothing {
    const { route } = door;
    if (route === null) return nothing;
    if (route.kind === "take") return html`<aspan-take></aspan-take>`;
    if (route.kind === "trips") return html`<aspan-trips></aspan-trips>`;
    if (route.kind === "back") return this.back(route.id);
    return this.booking(route);
  }

  /** A reader and a keyboard go on at the top of each new screen. */
  protected override updated(_: PropertyValues): void {
    const name = this.name();
    if (name !== this.shown) {
      const isGoneTo = this.shown !== "" || door.isMoved;
      this.shown = name;
      if (isGoneTo) setTimeout(() => this.querySelector<HTMLElement>("[data-first]")?.focus({ preventScroll: true }));
    }
    document.title = `${this.querySelector("h1")?.textContent?.trim() || t("door.title.answer")} · ${t("door.brand")}`;
  }

  /** What screen this is; a change of it is a step of the passenger's. */
  private name(): string {
    const { route } = door;
    if (route?.kind === "take") return `take ${route.step} ${sales.refusal?.code ?? ""}`;
    if (route?.kind !== "booking") return route?.kind ?? "";
    const isHeld = sales.booking?.live.step === "pay";
    return `${route.id} ${route.view} ${isHeld ? paying.state : (sales.booking?.status ?? "")}`;
  }

  /** The way back from the provider: the address names the booking, this device knows its token. */
  private back(id: string): TemplateResult {
    const kept = findTrip(id);
    if (kept !== null) setTimeout(() => door.openBooking(kept.id, kept.token, "", true));
    return kept !== null ? html`${ghosts()}` : html`<section class="empty"><h1 tabindex="-1" data-first>${t("book.back.lost")}</h1><p>${t("book.back.lost.do")}</p></section>`;
  }

  private booking(route: Extract<Route, { kind: "booking" }>): TemplateResult {
    const { booking, fault } = sales;
    if (booking === null) return fault === null ? ghosts() : this.lost();
    // seats that were let go may be asked for again with what was told
    if (!["held", "expired"].includes(booking.status)) drafts.clear();
    return html`${this.age()}
      ${route.view === "ticket" ? ticketScreen(booking)
        : route.view === "cancel" ? html`<aspan-cancel></aspan-cancel>`
        : route.view === "change" ? html`<aspan-change></aspan-change>`
        : route.view === "receipt" ? html`<aspan-receipt></aspan-receipt>`
        : route.view === "contact" ? html`<aspan-contact></aspan-contact>`
        : tripScreen(booking)}
      <p class="credits num">${t("book.as_of", { time: clock(booking.now_ms) })}</p>`;
  }

  /** A picture that grows old says so and never pretends. */
  private age(): TemplateResult | typeof nothing {
    const { ageMs, booking } = sales;
    if (ageMs === null || booking === null) return nothing;
    const why = sales.fault !== null && sales.fault.problem !== null ? "book.old.service" : "book.old";
    return html`<p class="note is-old num" role="status">${sign("offline")}<span>${t(why as Key, { time: clock(booking.now_ms), age: duration(ageMs) })}</span></p>`;
  }

  private lost(): TemplateResult {
    const isUnknown = sales.fault?.problem?.status === 404 || sales.fault?.problem?.status === 401;
    const { title, body } = isUnknown ? { title: t("book.unknown"), body: t("book.unknown.do") } : words(sales.fault!);
    return html`<section class="empty" role="alert"><h1 tabindex="-1" data-first>${sign("warning")}${title}</h1><p>${body}</p>
      ${isUnknown ? nothing : html`<button type="button" class="main-button" @click=${() => void sales.look()}>${t("door.again")}</button>`}
      <button type="button" class="wide-button" @click=${() => door.open("#/trips")}>${sign("ticket")}${t("door.trips")}</button></section>`;
  }
}

function ghosts(): TemplateResult {
  return html`<h1 class="hidden" tabindex="-1" data-first>${t("book.opening")}</h1>
    <div class="ghosts" aria-hidden="true"><i class="ghost is-head"></i><i class="ghost is-line"></i><i class="ghost is-strip"></i></div>`;
}

customElements.define("aspan-sales", SalesPage);
