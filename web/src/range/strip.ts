/** A strip chart on a canvas: a few channels over the last minutes, limits as lines; drawn once for each batch of rows, while it is in sight. */
import { html, LitElement, type TemplateResult } from "lit";
import { clock, number } from "./format";
import { gather, paint, reach } from "./line";
import { t } from "./words";

/** What a strip shows; `isRare`: of sensors that most runs do without. */
export interface Strip { title: string; unit: string; digits: number; isRare?: boolean; channels: string[]; limits: { low?: number | null; high?: number | null }[]; shift?: number; scale?: number }
export interface Rows { at: number[]; columns: Record<string, (number | null)[]> }

const inks = ["--accent-text", "--amber-text", "--teal-text", "--vermilion-text", "--slate", "--text"];
const margin = { left: 46, right: 18, top: 8, bottom: 18 };
const tallPx = 128;
const namePx = 12;

/** Strips that wait for their turn: a few a frame, so that a batch of rows holds up nobody's hand. */
const waiting: (() => void)[] = [];
const aFrame = 2;

function turn(): Promise<void> {
  return new Promise((go) => {
    waiting.push(go);
    if (waiting.length === 1) requestAnimationFrame(giveTurns);
  });
}

function giveTurns(): void {
  waiting.splice(0, aFrame).forEach((go) => go());
  if (waiting.length > 0) requestAnimationFrame(giveTurns);
}

class StripChart extends LitElement {
  static override properties = { strip: { attribute: false }, rows: { attribute: false }, windowMs: { attribute: false } };
  declare strip: Strip;
  declare rows: Rows;
  declare windowMs: number;
  private isNear = false;
  private isStale = true;
  private readonly sizes = new ResizeObserver(() => this.draw());
  private readonly sights = new IntersectionObserver(([last]) => {
    this.isNear = last?.isIntersecting ?? false;
    if (this.isStale) this.draw();
  }, { rootMargin: "200px" });

  private readonly onPrint = (): void => {
    this.isNear = true;
    if (this.isStale) this.draw();
  };

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.sizes.observe(this);
    this.sights.observe(this);
    addEventListener("beforeprint", this.onPrint);
  }

  override disconnectedCallback(): void {
    this.sizes.disconnect();
    this.sights.disconnect();
    removeEventListener("beforeprint", this.onPrint);
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const { strip, rows } = this;
    const last = strip.channels.map((channel) => number(this.shown(rows.columns[channel]?.at(-1) ?? null), strip.digits));
    return html`<figure class="strip"><figcaption><b>${strip.title}</b> <small>${strip.unit}</small>
      <span class="num">${strip.channels.map((channel, i) => html`<span class="ink" style="--ink:var(${inks[i % inks.length]!})"><i>${this.numberOf(channel, i)}</i>${last[i]}</span>`)}</span></figcaption>
      <canvas role="img" aria-label=${t("range.strip.of", { title: strip.title, value: last.join(", "), unit: strip.unit })}></canvas></figure>`;
  }

  protected override async scheduleUpdate(): Promise<void> {
    if (this.hasUpdated) await turn();
    super.scheduleUpdate();
  }

  protected override updated(): void {
    this.draw();
  }

  /** What tells a line from its neighbours without its colour; nothing where it is alone. */
  private numberOf(channel: string, at: number): string {
    return this.strip.channels.length === 1 ? "" : (/^(?:unit|pack|mic)(\d)/.exec(channel)?.[1] ?? String.fromCharCode("a".charCodeAt(0) + at));
  }

  private shown(value: number | null | undefined): number | null {
    return value === null || value === undefined ? null : value * (this.strip.scale ?? 1) + (this.strip.shift ?? 0);
  }

  private draw(): void {
    const canvas = this.querySelector("canvas");
    const { strip, rows } = this;
    this.isStale = true;
    if (!this.isNear || canvas === null || strip === undefined || rows === undefined) return;
    const wide = canvas.clientWidth;
    const ratio = Math.min(2, devicePixelRatio);
    const [width, height] = [Math.round(wide * ratio), Math.round(tallPx * ratio)];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    if (pen === null || wide === 0) return;
    this.isStale = false;
    const style = getComputedStyle(this);
    const ink = (name: string): string => style.getPropertyValue(name);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, wide, tallPx);
    pen.font = `12px ${ink("--font")}`;
    const until = rows.at.at(-1) ?? 0;
    const from = until - this.windowMs;
    const first = rows.at.findIndex((at) => at >= from);
    const span = wide - margin.left - margin.right;
    const columns = Math.round(span * ratio);
    const lines = strip.channels.map((channel) => gather(rows.at, rows.columns[channel] ?? [], Math.max(0, first), { from, until }, columns, (value) => this.shown(value)!));
    const limits = strip.limits.flatMap((one) => [this.shown(one.low), this.shown(one.high)]).filter((one): one is number => one !== null);
    const { low, high, near } = reach(lines, limits);
    const pad = (high - low) * 0.08 || Math.max(1, Math.abs(high) * 0.02);
    const scale = (tallPx - margin.top - margin.bottom) / (high - low + 2 * pad);
    const py = (value: number): number => tallPx - margin.bottom - (value - low + pad) * scale;
    const level = (value: number): void => {
      pen.beginPath();
      pen.moveTo(margin.left, py(value));
      pen.lineTo(wide - margin.right, py(value));
      pen.stroke();
    };
    pen.strokeStyle = ink("--line");
    pen.fillStyle = ink("--text-soft");
    pen.lineWidth = 1;
    const digits = high - low + 2 * pad < 2 ? 2 : high - low + 2 * pad < 20 ? 1 : 0;
    pen.textAlign = "right";
    for (const value of [low, (low + high) / 2, high]) {
      level(value);
      pen.fillText(number(value, digits), margin.left - 5, py(value) + 4);
    }
    pen.textAlign = "center";
    const px = (at: number): number => margin.left + ((at - from) / this.windowMs) * span;
    for (let at = Math.ceil(from / 60_000) * 60_000; at <= until; at += Math.max(60_000, this.windowMs / 5)) pen.fillText(clock(at), Math.max(margin.left + 14, Math.min(wide - 24, px(at))), tallPx - 4);
    pen.strokeStyle = ink("--vermilion");
    pen.setLineDash([3, 3]);
    near.forEach(level);
    pen.setLineDash([]);
    const colours = lines.map((_, i) => ink(inks[i % inks.length]!));
    paint(pen, lines, colours, { left: Math.round(margin.left * ratio), columns, tall: height, ratio }, (value) => py(value) * ratio);
    this.nameEnds(pen, lines.map((line) => line.end), py, wide, ink);
  }

  /** Name the lines where they end, those that end close together one below the other. */
  private nameEnds(pen: CanvasRenderingContext2D, ends: (number | null)[], py: (value: number) => number, wide: number, ink: (name: string) => string): void {
    const { channels } = this.strip;
    const named = channels.flatMap((channel, i) => (ends[i] == null ? [] : [{ text: this.numberOf(channel, i), y: py(ends[i]!), ink: inks[i % inks.length]! }])).sort((a, b) => a.y - b.y);
    for (let k = 1; k < named.length; k += 1) named[k]!.y = Math.max(named[k]!.y, named[k - 1]!.y + namePx);
    const beyond = (named.at(-1)?.y ?? 0) - (tallPx - margin.bottom);
    for (let k = named.length - 1, y = Infinity; beyond > 0 && k >= 0; k -= 1) y = named[k]!.y = Math.min(named[k]!.y, y - namePx, tallPx - margin.bottom);
    pen.textAlign = "left";
    for (const one of named) {
      pen.fillStyle = ink(one.ink);
      pen.fillText(one.text, wide - margin.right + 4, one.y + 4);
    }
  }
}

customElements.define("aspan-strip", StripChart);
