/** A piece of booking's screens, drawn again when the booking, the payment or the page changes. */
import { html, nothing, type TemplateResult } from "lit";
import { Part } from "./part";
import type { SalesError } from "./sales-client";
import { sign } from "./sales-icons";
import { sales } from "./sales-state";
import { t } from "./sales-words";
import { door } from "./state";

export abstract class SalesPart extends Part {
  private readonly onSales = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    sales.addEventListener("change", this.onSales);
  }

  override disconnectedCallback(): void {
    sales.removeEventListener("change", this.onSales);
    super.disconnectedCallback();
  }
}

/** What the service refused, in its own words, which are in the asker's language. */
export function words(fault: SalesError): { title: string; body: string } {
  if (fault.problem === null) return { title: t("door.fault.network"), body: t("book.fault.network.do") };
  const { title, detail, status } = fault.problem;
  if (status >= 500 || title === "") return { title: t("book.fault.service"), body: t("book.fault.service.do") };
  return { title, body: detail };
}

/** The last refusal of a button on this screen, beside it. */
export function refused(fault: SalesError | null = sales.refusal): TemplateResult {
  const said = fault === null ? null : words(fault);
  return html`<div class="refused" role="alert">${said === null ? nothing : html`<p class="note is-attention">${sign("warning")}<span><b>${said.title}</b>
    <span class="line">${said.body}</span></span></p>`}</div>`;
}

/** Back to the trip's own screen from one of its side screens. */
export function backToTrip(): TemplateResult {
  return html`<p class="steps"><button type="button" class="link" @click=${() => {
    const trip = sales.trip;
    if (trip !== null) door.openBooking(trip.id, trip.token);
  }}>${sign("arrowLeft")}${t("book.back_to_trip")}</button></p>`;
}
