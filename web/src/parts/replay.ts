/** The bar of time: the day of the log as a slider, with a tick for every sortie; play, step, back to now. */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../format";
import { t } from "../i18n";
import { icon } from "../icons";
import { playSpeeds } from "../past";
import { picture } from "../store";
import { stepMoment } from "./keys";
import { Part } from "./part";
import { toldStatus } from "./status";

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const stepMs = 60_000;
const drawMs = 5000; // wall time between two drawings of the ticks
const gripPx = 16; // the native thumb, whose middle marks the value

interface Span { from: number; until: number; now: number }

class Replay extends Part {
  private ticker = 0;
  private drawnAt = -Infinity;
  private isDragged = false;
  private readonly sizes = new ResizeObserver(() => this.draw(true));

  override connectedCallback(): void {
    super.connectedCallback();
    this.ticker = window.setInterval(() => this.show(), 500);
  }

  override disconnectedCallback(): void {
    clearInterval(this.ticker);
    this.sizes.disconnect();
    super.disconnectedCallback();
  }

  protected override listensTo(what: string): boolean {
    return what === "moment" || what === "look" || what === "city" || what === "age" || (what === "state" && picture.past.atMs !== null);
  }

  override render(): TemplateResult {
    const past = picture.past;
    const isPast = past.atMs !== null;
    return html`
      <section class="replay ${isPast ? "is-past" : ""}" aria-label=${t("replay.title")}>
        <div class="replay-keys">
          <button class="button" @click=${() => stepMoment(-stepMs)} aria-label=${t("replay.back")} title=${t("replay.back")}>${icon("stepBack")}</button>
          <button class="button" data-replay="play" ?disabled=${!isPast} @click=${() => this.toggle()}
            aria-label=${t(past.isPlaying ? "replay.pause" : "replay.play")} title=${t(past.isPlaying ? "replay.pause" : "replay.play")}>
            ${icon(past.isPlaying ? "pause" : "play")}</button>
          <button class="button" ?disabled=${!isPast} @click=${() => stepMoment(stepMs)} aria-label=${t("replay.forward")} title=${t("replay.forward")}>${icon("stepForward")}</button>
        </div>
        <p class="replay-at">${this.where()}</p>
        <div class="replay-track">
          <canvas aria-hidden="true"></canvas>
          <input type="range" step="1000" aria-label=${t("replay.slider")} data-replay="slider"
            @input=${this.dragged} @change=${this.dropped} @keydown=${this.pressed} />
        </div>
        <div class="replay-more">
          ${isPast ? html`
            <select class="select" aria-label=${t("replay.speed")} title=${t("replay.speed")} data-replay="speed"
              @change=${(event: Event) => { past.speed = Number((event.target as HTMLSelectElement).value); }}>
              ${playSpeeds.map((n) => html`<option value=${n} ?selected=${n === past.speed}>×${format.number(n)}</option>`)}
            </select>
            <button class="button button-strong" data-replay="now" @click=${() => picture.showMoment(null)}>${icon("history")}<span>${t("replay.now")}</span></button>` : nothing}
        </div>
      </section>
    `;
  }

  /** "Replay 10:42:10" or "Now": which moment is shown, never left in doubt. */
  private where(): TemplateResult {
    const past = picture.past;
    if (past.atMs === null) return html`<span class="replay-live ${picture.isStale() ? "is-old" : ""}">${t("replay.live")}</span>`;
    const now = picture.liveClock.now(performance.now());
    const at = format.moment(past.atMs, picture.offsetMs(), now, true);
    const fault = past.fault === "none" ? t("replay.none") : past.fault === "lost" ? t("replay.lost") : "";
    return html`<b class="replay-word">${t("replay.word")}</b> <span class="num" data-replay="at">${at}</span>
      <span class="replay-fault" role="status">${fault === "" ? nothing : html`${icon("warning")}${fault}`}</span>`;
  }

  protected override firstUpdated(): void {
    this.sizes.observe(this.querySelector(".replay-track")!);
  }

  protected override updated(): void {
    this.show();
    this.draw(true);
  }

  /** What the slider spans: the shown day as far as the log holds it. */
  private span(): Span | null {
    const facts = picture.live.clockFacts;
    if (facts === null) return null;
    const now = picture.liveClock.now(performance.now());
    const offset = picture.offsetMs();
    const at = picture.past.atMs ?? now;
    const dayFrom = Math.floor((at + offset) / dayMs) * dayMs - offset;
    const first = picture.past.history?.first_at_ms ?? dayFrom;
    const from = Math.min(Math.max(first, dayFrom), at);
    return { from, until: Math.max(from + hourMs, Math.min(now, dayFrom + dayMs)), now };
  }

  private show(): void {
    const slider = this.querySelector<HTMLInputElement>("input");
    const span = this.span();
    if (slider === null) return;
    slider.disabled = span === null;
    if (span === null) return;
    if (!this.isDragged) {
      const at = picture.past.atMs ?? span.now;
      slider.min = String(Math.floor(span.from / 1000) * 1000);
      slider.max = String(Math.ceil(span.until / 1000) * 1000);
      slider.value = String(at);
      slider.setAttribute("aria-valuetext", picture.past.atMs === null
        ? t("replay.live") : format.moment(at, picture.offsetMs(), span.now, true));
    }
    this.draw(false);
  }

  /** Lift-offs as ticks upwards, cancelled sorties as marks under the line, hours in words. */
  private draw(isForced: boolean): void {
    const wall = performance.now();
    if (!isForced && wall - this.drawnAt < drawMs) return;
    const canvas = this.querySelector("canvas");
    const span = this.span();
    if (canvas === null || span === null || canvas.clientWidth === 0) return;
    this.drawnAt = wall;
    const ratio = Math.min(2, devicePixelRatio);
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const pen = canvas.getContext("2d")!;
    pen.scale(ratio, ratio);
    const style = getComputedStyle(this);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const x = (at: number): number => gripPx / 2 + ((at - span.from) / (span.until - span.from)) * (width - gripPx);
    this.drawHours(pen, span, x, width, height, colour);
    const [cancelled, lifted] = [colour("--vermilion"), colour("--accent")];
    for (const sortie of picture.live.sorties.values()) {
      const at = sortie.lift_off_at_ms ?? (toldStatus(sortie) === "cancelled" ? sortie.planned_off_block_at_ms : null);
      if (at === null || at < span.from || at > span.until) continue;
      const isCancelled = sortie.lift_off_at_ms === null;
      pen.fillStyle = isCancelled ? cancelled : lifted;
      if (isCancelled) pen.fillRect(x(at) - 1, 13, 2, 4);
      else pen.fillRect(x(at) - 0.5, 1, 1, 9);
    }
  }

  private drawHours(
    pen: CanvasRenderingContext2D, span: Span, x: (at: number) => number, width: number, height: number,
    colour: (name: string) => string,
  ): void {
    const offset = picture.offsetMs();
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.75;
    const hours = (span.until - span.from) / hourMs;
    const every = [1, 2, 3, 6, 12].find((n) => (width / hours) * n >= size * 4) ?? 24;
    pen.font = `${size}px "Inter Variable", sans-serif`;
    pen.textAlign = "center";
    for (let at = Math.ceil((span.from + offset) / hourMs) * hourMs - offset; at <= span.until; at += hourMs) {
      const hour = Math.floor((at + offset) / hourMs) % 24;
      pen.fillStyle = colour("--line-strong");
      pen.fillRect(x(at) - 0.5, height - size - 6, 1, 4);
      if (hour % every !== 0 || x(at) < size * 1.5 || x(at) > width - size * 1.5) continue;
      pen.fillStyle = colour("--text-soft");
      pen.fillText(`${String(hour).padStart(2, "0")}:00`, x(at), height - 2);
    }
  }

  private toggle(): void {
    if (picture.past.isPlaying) picture.past.pause();
    else picture.past.play();
  }

  private dragged(event: Event): void {
    const at = Number((event.target as HTMLInputElement).value);
    const wasNow = picture.past.atMs === null;
    this.isDragged = true;
    picture.past.pause();
    picture.showMoment(at, !wasNow);
  }

  private dropped(event: Event): void {
    const slider = event.target as HTMLInputElement;
    this.isDragged = false;
    const now = picture.liveClock.now(performance.now());
    const isEnd = Number(slider.value) >= Math.min(now, Number(slider.max)) - stepMs / 4 && now - Number(slider.value) < 4 * stepMs;
    if (isEnd) picture.showMoment(null, true);
  }

  /** A second is too small a step for keys: a minute, with shift ten. */
  private pressed(event: KeyboardEvent): void {
    const sign = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
    if (sign === undefined) return;
    event.preventDefault();
    stepMoment(sign * stepMs * (event.shiftKey ? 10 : 1));
  }
}

customElements.define("aspan-replay", Replay);
