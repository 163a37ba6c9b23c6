/**
 * A field that finds places while one types: the combobox pattern of WAI-ARIA 1.2 with a list of
 * suggestions; the focus stays in the field, arrows walk through the list.
 */
import { html, nothing, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Spot } from "./address";
import { askNear, askPlaces, faultOf } from "./client";
import { distance } from "./format";
import { icon } from "./icons";
import { door } from "./state";
import type { PlaceHit } from "./types";
import { t, word, type Key } from "./words";

const pauseMs = 120; // between the last letter and the question
const nameWithinM = 250; // a place farther off is "near" it, not it
const locateMs = 15_000;

@customElement("aspan-place-field")
export class PlaceField extends LitElement {
  @property() label = "";
  @property() end = "from";
  @property({ attribute: false }) spot: Spot | null = null;
  @state() private text = "";
  @state() private hits: PlaceHit[] = [];
  @state() private active = -1;
  @state() private isOpen = false;
  @state() private isLocating = false;
  @state() private said: Key | null = null;
  private asked: string | null = null;
  private timer = 0;
  private asking: AbortController | null = null;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("end")) return;
    this.text = this.spot?.name ?? "";
    this.hits = [];
    this.asked = null;
    this.said = null;
    this.active = -1;
    void this.find(this.spot === null ? "" : this.text);
  }

  override disconnectedCallback(): void {
    clearTimeout(this.timer);
    this.asking?.abort();
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const isShown = this.isOpen && this.hits.length > 0;
    return html`<div class="place">
      <label class="hidden" for="place">${this.label}</label>
      <input id="place" class="place-input" type="text" role="combobox" data-first autocomplete="off" spellcheck="false" enterkeyhint="search"
        aria-autocomplete="list" aria-expanded=${isShown} aria-controls="places" aria-describedby="place-hint"
        aria-activedescendant=${isShown && this.active >= 0 ? `place-${this.active}` : nothing}
        placeholder=${t("door.place.example")} .value=${this.text} @input=${this.typed} @keydown=${this.key} @focus=${() => (this.isOpen = true)} />
      <p class="hidden" id="place-hint">${t("door.place.hint")}</p>
      <button type="button" class="wide-button" ?disabled=${this.isLocating} @click=${this.locate}>
        ${icon("locate")}${t(this.isLocating ? "door.locating" : "door.locate")}</button>
      <ul id="places" class="places" role="listbox" aria-label=${t("door.places")} ?hidden=${!isShown}>
        ${this.hits.map((hit, i) => html`<li id="place-${i}" role="option" aria-selected=${i === this.active}
          @pointerdown=${(e: Event) => e.preventDefault()} @click=${() => this.pick(hit)}>
          <span class="place-name">${hit.name}</span><small>${word("door.kind", hit.kind)}</small></li>`)}
      </ul>
      <p class="hint" role="status">${this.status(isShown)}</p>
    </div>`;
  }

  private status(isShown: boolean): TemplateResult | string {
    if (this.said !== null) return html`<span class="fault">${icon("warning")}${t(this.said)}</span>`;
    if (isShown) return html`<span class="hidden">${t("door.found", { n: this.hits.length })}</span>`;
    return "";
  }

  private readonly typed = (event: Event): void => {
    this.text = (event.target as HTMLInputElement).value;
    this.isOpen = true;
    this.said = null;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.find(this.text), pauseMs);
  };

  private async find(text: string): Promise<void> {
    const q = text.trim();
    if (q === this.asked) return;
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    try {
      const hits = await askPlaces(q, asking.signal);
      if (asking.signal.aborted) return;
      this.asked = q;
      const marked = this.hits[this.active]?.id;
      this.hits = hits;
      this.active = hits.findIndex((hit) => hit.id === marked);
      this.isOpen = true;
      this.said = hits.length === 0 && q !== "" ? "door.place.none" : null;
    } catch (error) {
      if (asking.signal.aborted) return;
      this.asked = null;
      this.hits = [];
      this.said = faultOf(error).kind === "network" ? "door.place.offline" : "door.place.failed";
    }
  }

  private readonly key = (event: KeyboardEvent): void => {
    const last = this.hits.length - 1;
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.isOpen = true;
      this.active = last < 0 ? -1 : (this.active + step + (this.active < 0 && step < 0 ? 1 : 0) + last + 1) % (last + 1);
      void this.updateComplete.then(() => this.querySelector(`#place-${this.active}`)?.scrollIntoView({ block: "nearest" }));
    } else if (event.key === "Enter") {
      event.preventDefault();
      void this.enter();
    } else if (event.key === "Escape") {
      if (this.isOpen && this.hits.length > 0) this.isOpen = false;
      else this.text = "";
    }
  };

  /** Take what is marked, else the best suggestion for all that was typed. */
  private async enter(): Promise<void> {
    const marked = this.hits[this.active];
    if (marked !== undefined) return this.pick(marked);
    clearTimeout(this.timer);
    await this.find(this.text);
    const best = this.text.trim() === "" ? undefined : this.hits[0];
    if (best !== undefined) this.pick(best);
    else if (this.text.trim() === "") this.said = "door.place.empty";
  }

  private pick(hit: PlaceHit): void {
    this.choose({ lat: hit.lat, lon: hit.lon, name: hit.name });
  }

  private choose(spot: Spot): void {
    this.text = spot.name;
    this.isOpen = false;
    this.dispatchEvent(new CustomEvent("pick", { detail: spot, bubbles: true }));
  }

  private readonly locate = (): void => {
    if (!("geolocation" in navigator)) {
      this.said = "door.locate.none";
      return;
    }
    this.isLocating = true;
    this.said = null;
    navigator.geolocation.getCurrentPosition(
      (found) => void this.located(found.coords.latitude, found.coords.longitude),
      (refused) => {
        this.isLocating = false;
        this.said = refused.code === refused.PERMISSION_DENIED ? "door.locate.denied" : "door.locate.none";
      },
      { enableHighAccuracy: true, timeout: locateMs, maximumAge: 30_000 },
    );
  };

  private async located(lat: number, lon: number): Promise<void> {
    const [west, south, east, north] = door.service?.bounds ?? [-180, -90, 180, 90];
    this.isLocating = false;
    if (lon < west || lon > east || lat < south || lat > north) {
      this.said = "door.locate.far";
      return;
    }
    const near = await askNear(lat, lon).catch(() => null);
    const away = near?.distance_m ?? Infinity;
    const known = near?.place?.name;
    const name = known === undefined ? t("door.here") : away <= nameWithinM ? known : t("door.near", { away: distance(away), name: known });
    this.choose({ lat, lon, name });
  }
}
