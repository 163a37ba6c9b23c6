/** Who is kept waiting at which vertiport: since when, what was promised, why, and what can be done for them. */
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { isReplay, openAction, type Action } from "../actions";
import * as format from "../format";
import { t, word, type Key } from "../i18n";
import { icon } from "../icons";
import { picture } from "../store";
import { stranded, type OpenRemedy, type StrandedPage, type StrandedParty, type StrandedSite } from "../stranded";
import { ghosts } from "./ghosts";
import { placeName } from "./names";
import { Part } from "./part";
import { linkTo, markWord } from "./quantity";

/** The remedy's name for words: to keep the own sortie is not to be moved. */
function nameOf(remedy: OpenRemedy, party: StrandedParty): "air" | "own" | "ground" | "refund" {
  return remedy.remedy === "air" && remedy.sortie_id === party.sortie_id ? "own" : remedy.remedy;
}

function orderOf(remedy: OpenRemedy, party: StrandedParty): Action {
  const { remedy: kind, sortie_id: sortieId } = remedy;
  return { action: "care_for_party", booking_id: party.booking_id, remedy: kind, ...(kind === "air" ? { sortie_id: sortieId } : {}) };
}

class StrandedView extends Part {
  private readonly onAnswer = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    stranded.addEventListener("change", this.onAnswer);
    void stranded.ask();
  }

  override disconnectedCallback(): void {
    stranded.removeEventListener("change", this.onAnswer);
    super.disconnectedCallback();
  }

  protected override listensTo(what: string): boolean {
    return what === "look" || what === "city" || what === "selection" || what === "moment";
  }

  override render(): TemplateResult {
    const { page } = stranded;
    return html`
      <div class="view-head"><h2>${t("rail.passengers")}</h2>
        ${page === null || page.passengers === 0 ? nothing : html`<p class="stranded-sum num" role="status">${t("stranded.waiting", { n: page.passengers })}</p>`}
        <p class="view-note">${t(isReplay() ? "stranded.only_now" : "stranded.note")}</p></div>
      <div class="scroll" tabindex="0" role="region" aria-label=${t("rail.passengers")}>${this.body(page)}</div>
    `;
  }

  private body(page: StrandedPage | null): TemplateResult {
    if (page === null) return stranded.isFault ? html`<p class="empty" role="alert">${t("app.no_answer")}</p>` : ghosts(10);
    if (page.sites.length === 0) return html`${this.lost()}<p class="empty" data-nobody>${t("stranded.empty")}</p>`;
    const sites = [...page.sites].sort((a, b) => a.parties[0]!.since_ms - b.parties[0]!.since_ms);
    const rest = page.passengers - sites.reduce((sum, site) => sum + site.passengers, 0);
    return html`${this.lost()}
      ${repeat(sites, (site) => site.vertiport_id, (site) => this.site(site, page.at_ms))}
      ${rest > 0 ? html`<p class="view-note">${t("stranded.more", { n: rest })}</p>` : nothing}`;
  }

  /** The list is shown as it last was while no answer comes, and says so. */
  private lost(): TemplateResult | typeof nothing {
    return stranded.isFault ? html`<p class="dialog-note is-attention" role="status">${icon("unplug")}${t("app.no_answer")}</p>` : nothing;
  }

  private site(site: StrandedSite, atMs: number): TemplateResult {
    const id = `stranded-${site.vertiport_id}`;
    return html`<section class="stranded-site" data-site=${site.vertiport_id} aria-labelledby=${id}>
      <h3 id=${id}>${linkTo("vertiport", site.vertiport_id, placeName(site.vertiport_id))}
        <span class="num count">${t("board.passengers", { n: site.passengers })}</span></h3>
      <ul class="stranded-list">${repeat(site.parties, (party) => party.booking_id, (party) => this.party(party, atMs))}</ul>
    </section>`;
  }

  private party(party: StrandedParty, atMs: number): TemplateResult {
    const time = (ms: number): string => format.moment(ms, picture.offsetMs(), atMs);
    return html`<li class="stranded-party" data-party=${party.booking_id}>
      <p class="stranded-wait num"><b>${format.minutes(Math.max(0, atMs - party.since_ms))}</b>
        <small>${t("stranded.since", { time: time(party.since_ms) })}</small></p>
      <div class="stranded-who">
        <p>${icon("arrowRight")}<span class="hidden">→</span><b>${placeName(party.destination)}</b>
          <span class="num">${t("board.passengers", { n: party.party })}</span></p>
        <p class="num">${t("stranded.promised", { time: time(party.promised_arrival_at_ms) })}</p>
        <p class="late">${party.reason === "" ? t("stranded.late") : word("cause", party.reason)}</p>
        <p class="num"><small>${party.booking_id} ${linkTo("sortie", party.sortie_id)}</small></p>
      </div>
      ${this.ways(party, time)}
    </li>`;
  }

  private ways(party: StrandedParty, time: (ms: number) => string): TemplateResult {
    if (party.ride_leaves_at_ms !== null) {
      return html`<p class="stranded-taxi num" data-taxi>${icon("clock")}<span>${t("stranded.taxi_at", { time: time(party.ride_leaves_at_ms) })} ${markWord("modelled")}</span></p>`;
    }
    if (party.open.length === 0) return html`<p class="stranded-taxi">${t("stranded.nothing_open")}</p>`;
    return html`<ul class="stranded-ways" aria-label=${t("stranded.ways")}>${party.open.map((remedy) => this.way(remedy, party, time))}</ul>`;
  }

  private way(remedy: OpenRemedy, party: StrandedParty, time: (ms: number) => string): TemplateResult {
    const name = nameOf(remedy, party);
    const button = t(`stranded.do.${name}` as Key);
    const at = (ms: number | null): string => (ms === null ? "–" : time(ms));
    const told = t(`stranded.told.${name}` as Key, {
      id: remedy.sortie_id, leaves: at(remedy.leaves_at_ms), arrives: at(remedy.arrives_at_ms),
      cost: format.tenge(remedy.cost_tiyn), back: format.tenge(remedy.refund_tiyn),
    });
    return html`<li><button class="act" data-remedy=${name} ?disabled=${isReplay()} aria-label=${`${button} ${party.booking_id}, ${told}`}
      @click=${() => void openAction(orderOf(remedy, party))}>${button}</button>
      <span class="num">${told} ${name === "refund" ? nothing : markWord("modelled")}</span></li>`;
  }
}

customElements.define("aspan-stranded", StrandedView);
