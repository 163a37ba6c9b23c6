/** A strip chart on a canvas: a few channels over the last minutes, limits as lines; drawn once for each batch of rows. */
import { html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { clock, number, short } from "./format";
import { t } from "./words";

export interface Strip { title: string; unit: string; channels: string[]; limits: { low?: number | null; high?: number | null }[]; shift?: number; scale?: number }
export interface Rows { at: number[]; columns: Record<string, (number | null)[]> }

const inks = ["--accent-text", "--amber-text", "--teal-text", "--vermilion-text", "--slate", "--text"];
const margin = { left: 46, right: 18, top: 8, bottom: 18 };
const tallPx = 128;

class StripChart extends LitElement {
  static override properties = { strip: { attribute: false }, rows: { attribute: false }, windowMs: { attribute: false } };
  declare strip: Strip;
  declare rows: Rows;
  declare windowMs: number;
  private drawnIn = "";
  private readonly sizes = new ResizeObserver(() => this.draw());

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.sizes.observe(this);
  }

  override disconnectedCallback(): void {
    this.sizes.disconnect();
    super.disconnectedCallback();
  }

  override render(): TemplateResult {
    const { strip, rows } = this;
    const last = strip.channels.map((channel) => this.shown(rows.columns[channel]?.at(-1) ?? null));
    return html`<figure class="strip"><figcaption><b>${strip.title}</b> <small>${strip.unit}</small>
      <span class="num">${strip.channels.map((channel, i) => html`<span class="ink" style="color:var(${inks[i % inks.length]!})"><i></i>${this.numberOf(channel, i)} ${short(last[i])}</span>`)}</span></figcaption>
      <canvas role="img" aria-label=${t("range.strip.of", { title: strip.title, value: last.map((one) => short(one)).join(", "), unit: strip.unit })}></canvas></figure>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const { theme = "" } = document.documentElement.dataset;
    if (changed.has("rows") || changed.has("windowMs") || theme !== this.drawnIn) this.draw();
    this.drawnIn = theme;
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
    if (canvas === null || strip === undefined || rows === undefined) return;
    const wide = canvas.clientWidth;
    const ratio = Math.min(2, devicePixelRatio);
    canvas.width = Math.round(wide * ratio);
    canvas.height = Math.round(tallPx * ratio);
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    if (pen === null || wide === 0) return;
    const style = getComputedStyle(this);
    const ink = (name: string): string => style.getPropertyValue(name);
    pen.scale(ratio, ratio);
    pen.font = `12px ${ink("--font")}`;
    const until = rows.at.at(-1) ?? 0;
    const from = until - this.windowMs;
    const first = rows.at.findIndex((at) => at >= from);
    const lines = strip.channels.map((channel) => (rows.columns[channel] ?? []).slice(Math.max(0, first)).map((value) => this.shown(value)));
    const times = rows.at.slice(Math.max(0, first));
    const limits = strip.limits.flatMap((one) => [this.shown(one.low), this.shown(one.high)]).filter((one): one is number => one !== null);
    const values = lines.flat().filter((one): one is number => one !== null);
    let low = Math.min(...values, Infinity);
    let high = Math.max(...values, -Infinity);
    if (!Number.isFinite(low)) { low = 0; high = 1; }
    const near = limits.filter((one) => one > low - (high - low + 1) * 1.5 && one < high + (high - low + 1) * 1.5);
    low = Math.min(low, ...near);
    high = Math.max(high, ...near);
    const pad = (high - low) * 0.08 || Math.max(1, Math.abs(high) * 0.02);
    low -= pad;
    high += pad;
    const px = (at: number): number => margin.left + ((at - from) / this.windowMs) * (wide - margin.left - margin.right);
    const py = (value: number): number => tallPx - margin.bottom - ((value - low) / (high - low)) * (tallPx - margin.top - margin.bottom);
    pen.strokeStyle = ink("--line");
    pen.fillStyle = ink("--text-soft");
    pen.lineWidth = 1;
    const digits = high - low < 2 ? 2 : high - low < 20 ? 1 : 0;
    for (const value of [low + pad, (low + high) / 2, high - pad]) {
      pen.beginPath();
      pen.moveTo(margin.left, py(value));
      pen.lineTo(wide - margin.right, py(value));
      pen.stroke();
      pen.textAlign = "right";
      pen.fillText(number(value, digits), margin.left - 5, py(value) + 4);
    }
    pen.textAlign = "center";
    for (let at = Math.ceil(from / 60_000) * 60_000; at <= until; at += Math.max(60_000, this.windowMs / 5)) pen.fillText(clock(at), Math.max(margin.left + 14, Math.min(wide - 24, px(at))), tallPx - 4);
    pen.strokeStyle = ink("--vermilion");
    pen.setLineDash([3, 3]);
    for (const value of near) {
      pen.beginPath();
      pen.moveTo(margin.left, py(value));
      pen.lineTo(wide - margin.right, py(value));
      pen.stroke();
    }
    pen.setLineDash([]);
    lines.forEach((line, i) => {
      pen.strokeStyle = ink(inks[i % inks.length]!);
      pen.lineWidth = 1.5;
      pen.beginPath();
      trace(pen, line.map((value) => (value === null ? null : py(value))), times.map(px));
      pen.stroke();
      const end = line.at(-1);
      if (end == null || line.length < 1) return;
      pen.fillStyle = pen.strokeStyle;
      pen.textAlign = "left";
      pen.fillText(this.numberOf(strip.channels[i]!, i), wide - margin.right + 3, py(end) + 4);
    });
  }
}

/** Put a line into the path: of rows that fall on one column of pixels only the first, the extremes and the last. */
function trace(pen: CanvasRenderingContext2D, ys: (number | null)[], xs: number[]): void {
  let isDown = false;
  for (let k = 0; k < ys.length; k += 1) {
    const x = Math.floor(xs[k]!);
    let y = ys[k]!;
    if (ys[k] == null) { isDown = false; continue; }
    if (isDown) pen.lineTo(xs[k]!, y);
    else pen.moveTo(xs[k]!, y);
    isDown = true;
    let [low, high] = [y, y];
    while (k + 1 < ys.length && ys[k + 1] != null && Math.floor(xs[k + 1]!) === x) {
      k += 1;
      y = ys[k]!;
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
    if (high > low) { pen.lineTo(xs[k]!, low); pen.lineTo(xs[k]!, high); pen.lineTo(xs[k]!, y); }
  }
}

customElements.define("aspan-strip", StripChart);
