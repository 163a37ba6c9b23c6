/** What a passenger may choose when the flight does not go: by air, by a taxi at our cost, or the money back. */
import { html, nothing, type TemplateResult } from "lit";
import { clock } from "./format";
import { chooseRemedy } from "./sales-client";
import { sign, type SalesIcon } from "./sales-icons";
import { refused, SalesPart } from "./sales-part";
import { sales } from "./sales-state";
import type { Booking, Remedy } from "./sales-types";
import { t } from "./sales-words";

const signs: Record<Remedy["remedy"], SalesIcon> = { air: "plane", ground: "car", refund: "banknote" };

class Remedies extends SalesPart {
  private chosen = "";

  override render(): TemplateResult | typeof nothing {
    const { booking } = sales;
    if (booking === null) return nothing;
    if (booking.remedies.length === 0) return html`<p class="note">${sign("info")}<span>${t("book.remedy.looking")}</span></p>`;
    const isStill = booking.remedies.some((one) => name(one) === this.chosen);
    return html`<form class="panel" @submit=${(e: Event) => this.choose(e, booking)}>
      <fieldset class="choices"><legend>${t(booking.live.step === "choose" ? "book.remedy" : "book.remedy.else")}</legend>
        ${booking.remedies.map((one) => html`<label class="choice is-remedy"><input type="radio" name="remedy" value=${name(one)} .checked=${name(one) === this.chosen}
          @change=${() => { this.chosen = name(one); this.requestUpdate(); }} />${sign(signs[one.remedy])}<span>${one.text}</span></label>`)}</fieldset>
      ${booking.remedies_until_ms === null ? nothing : html`<p class="deadline num">${sign("clock")}<span>${t("book.remedy.until", { time: clock(booking.remedies_until_ms) })}</span></p>`}
      ${refused()}
      <button type="submit" class="main-button" ?disabled=${!isStill || sales.busy !== ""}>${t(isStill ? "book.remedy.take" : "book.remedy.pick")}</button>
    </form>`;
  }

  private choose(event: Event, booking: Booking): void {
    event.preventDefault();
    const one = booking.remedies.find((remedy) => name(remedy) === this.chosen);
    if (one === undefined) return;
    void sales.act("remedy", async () => {
      sales.see(await chooseRemedy(booking.booking_id, sales.trip!.token, one.remedy, one.sortie_id));
      this.chosen = "";
      await sales.look();
    });
  }
}

function name(one: Remedy): string {
  return `${one.remedy} ${one.sortie_id}`;
}

customElements.define("aspan-remedies", Remedies);
