/** What is selected, in full: an aircraft, a vertiport or a sortie. */
import { html, nothing, type TemplateResult } from "lit";
import "../styles/inspector.css";
import { Details } from "../details";
import * as format from "../format";
import { t } from "../i18n";
import { icon } from "../icons";
import { picture, type SelectionKind } from "../store";
import { aircraftView } from "./inspector-aircraft";
import { sortieView } from "./inspector-sortie";
import { vertiportView } from "./inspector-vertiport";
import { Part } from "./part";

const tickMs = 500; // wall time between two drawings of what moves

class Inspector extends Part {
  private ticker = 0;
  private details: Details<SelectionKind> | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.ticker = window.setInterval(() => {
      if (picture.selection?.kind === "aircraft") this.requestUpdate();
    }, tickMs);
  }

  override disconnectedCallback(): void {
    clearInterval(this.ticker);
    this.details?.close();
    this.details = null;
    super.disconnectedCallback();
  }

  /** The details of what is selected; asked for when the selection changes, never of a past moment. */
  private follow(): Details<SelectionKind> | null {
    const selection = picture.selection;
    const { details } = this;
    if (selection === null) {
      details?.close();
      this.details = null;
    } else if (details === null || details.kind !== selection.kind || details.id !== selection.id
      || details.isPast !== picture.isReplay) {
      details?.close();
      this.details = new Details(selection.kind, selection.id, picture.isReplay, () => this.requestUpdate());
    }
    return this.details;
  }

  override render(): TemplateResult | typeof nothing {
    const details = this.follow();
    if (details === null) return nothing;
    const { kind, id } = details;
    const place = kind === "vertiport" ? picture.place(id) : undefined;
    const title = place === undefined ? id : format.name(place.names);
    return html`
      <aside class="inspector" aria-label=${title} data-inspector=${kind}>
        <div class="inspector-head">
          <span><small>${t(`${kind}.kind`)}</small><h2>${title}</h2></span>
          <button class="button" @click=${() => picture.select(null)} aria-label=${t("inspector.close")}
            title=${t("inspector.close")}>${icon("close")}</button>
        </div>
        ${picture.clockFacts === null ? this.waiting() : this.body(details)}
      </aside>
    `;
  }

  private waiting(): TemplateResult {
    return html`<p class="ghost-line"></p><p class="ghost-line is-short"></p><p class="ghost-line"></p>
      <span class="hidden">${t("app.loading")}</span>`;
  }

  private body(details: Details<SelectionKind>): TemplateResult {
    const { kind, id } = details;
    const gone = html`<p class="empty">${details.isPast && kind === "sortie" ? t("sortie.not_yet") : t("inspector.gone", { id })}</p>`;
    let view: TemplateResult | null = null;
    if (kind === "aircraft") view = aircraftView(id, details as Details<"aircraft">);
    if (kind === "vertiport") view = vertiportView(id, details as Details<"vertiport">);
    if (kind === "sortie") view = sortieView(id, details as Details<"sortie">);
    return view ?? (details.state === "asking" ? this.waiting() : gone);
  }
}

customElements.define("aspan-inspector", Inspector);
