/** A small chart: lines, areas, bars and dots over time or distance, with its limits named on it. */
import { html, LitElement, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

export type Look = "line" | "forecast" | "area" | "ground" | "steps" | "dots" | "needed";

export interface Series {
  look: Look;
  /** Word drawn at the line's end or beside it, and used by the readout. */
  name: string;
  points: [x: number, y: number][];
  isLabelled?: boolean;
}

/** A level that matters: a limit, a floor. */
export interface Rule { y: number; name: string; isLimit: boolean }

export interface ChartSpec {
  /** What is shown, for people who cannot see it: title and the figures that matter. */
  summary: string;
  x: { from: number; until: number; ticks: number[]; format: (value: number) => string };
  y: { from: number; until: number; ticks: number[]; format: (value: number) => string };
  series: Series[];
  rules?: Rule[];
  nowX?: number | null;
  nowName?: string;
  height?: number;
}

const margin = { top: 14, right: 10, bottom: 20, left: 42 };
const labelPx = 6.6; // of a letter at 12 px, about
const looksOfAreas: readonly Look[] = ["area", "ground", "needed"];

/** Round steps between two values, at most `most` of them. */
export function ticks(from: number, until: number, most: number, steps = [1, 2, 2.5, 5, 10]): number[] {
  const span = until - from;
  if (!(span > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(span / most));
  const step = power * (steps.find((s) => s * power * most >= span) ?? 10);
  const found: number[] = [];
  for (let v = Math.ceil(from / step - 1e-9) * step + 0; v <= until + step * 1e-9; v += step) found.push(v);
  return found;
}

const minuteMs = 60_000;
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720].map((m) => m * minuteMs);

/** Full local quarters, hours … between two instants, at most `most` of them. */
export function timeTicks(from: number, until: number, offsetMs: number, most: number): number[] {
  const step = timeSteps.find((s) => (until - from) / s <= most) ?? 24 * 60 * minuteMs;
  const found: number[] = [];
  for (let v = Math.ceil((from + offsetMs) / step) * step - offsetMs; v <= until; v += step) found.push(v);
  return found;
}

/** The series' value at x; null outside it. */
function valueAt(series: Series, x: number): number | null {
  const { points, look } = series;
  if (look === "dots") return null;
  const next = points.findIndex(([px]) => px >= x);
  if (next < 0) return null;
  const b = points[next]!;
  if (next === 0) return b[0] === x ? b[1] : null;
  const a = points[next - 1]!;
  if (look === "steps") return b[0] === x ? b[1] : a[1];
  return b[0] === a[0] ? b[1] : a[1] + ((b[1] - a[1]) * (x - a[0])) / (b[0] - a[0]);
}

class Chart extends LitElement {
  static override properties = { spec: { attribute: false } };
  declare spec: ChartSpec | undefined;
  private width = 288;
  private pointed: number | null = null;
  private readonly sizes = new ResizeObserver((entries) => {
    const width = Math.round(entries[0]?.contentRect.width ?? 0);
    if (width > 0 && width !== this.width) {
      this.width = width;
      this.requestUpdate();
    }
  });

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

  private get tall(): number {
    return this.spec?.height ?? 132;
  }

  private px(x: number): number {
    const { from, until } = this.spec!.x;
    return margin.left + ((x - from) / (until - from || 1)) * (this.width - margin.left - margin.right);
  }

  private py(y: number): number {
    const { from, until } = this.spec!.y;
    return this.tall - margin.bottom - ((y - from) / (until - from || 1)) * (this.tall - margin.top - margin.bottom);
  }

  override render(): TemplateResult | typeof nothing {
    const spec = this.spec;
    if (spec === undefined) return nothing;
    const bottom = this.tall - margin.bottom;
    return html`<svg class="chart" role="img" aria-label=${spec.summary} width=${this.width} height=${this.tall}
        viewBox="0 0 ${this.width} ${this.tall}" @pointermove=${this.point} @pointerleave=${this.leave}>
      ${spec.y.ticks.map((tick) => svg`<line class="chart-grid" x1=${margin.left} x2=${this.width - margin.right}
        y1=${this.py(tick)} y2=${this.py(tick)} /><text class="chart-tick" text-anchor="end" x=${margin.left - 5}
        y=${this.py(tick) + 4}>${spec.y.format(tick)}</text>`)}
      ${this.timeTexts(bottom)}
      ${repeat(spec.series, (_, i) => i, (series) => this.drawing(series))}
      ${(spec.rules ?? []).map((rule) => this.rule(rule))}
      ${this.now(bottom)} ${spec.series.map((series) => this.name(series))}
      ${this.readout(bottom)}
    </svg>`;
  }

  private timeTexts(bottom: number): SVGTemplateResult[] {
    const spec = this.spec!;
    return spec.x.ticks.map((tick) => {
      const x = this.px(tick);
      const text = spec.x.format(tick);
      const half = (text.length * labelPx) / 2;
      const at = Math.min(Math.max(x, half), this.width - half);
      return svg`<line class="chart-grid is-x" x1=${x} x2=${x} y1=${bottom} y2=${bottom + 4} />
        <text class="chart-tick" text-anchor="middle" x=${at} y=${bottom + 16}>${text}</text>`;
    });
  }

  private drawing(series: Series): SVGTemplateResult | typeof nothing {
    const at = series.points.map(([x, y]) => [this.px(x), this.py(y)] as const);
    if (at.length === 0) return nothing;
    if (series.look === "dots") {
      return svg`<g class="chart-dots">${at.map(([x, y]) => svg`<circle cx=${x.toFixed(1)} cy=${y.toFixed(1)} r="3.2" />`)}</g>`;
    }
    let path = "";
    at.forEach(([x, y], i) => {
      if (i === 0) path = `M${x.toFixed(1)} ${y.toFixed(1)}`;
      else path += series.look === "steps" ? `H${x.toFixed(1)}V${y.toFixed(1)}` : `L${x.toFixed(1)} ${y.toFixed(1)}`;
    });
    if (looksOfAreas.includes(series.look)) {
      const bottom = this.py(this.spec!.y.from).toFixed(1);
      return svg`<path class="chart-${series.look}" d="${path}L${at[at.length - 1]![0].toFixed(1)} ${bottom}L${at[0]![0].toFixed(1)} ${bottom}Z" />`;
    }
    return svg`<path class="chart-${series.look}" d=${path} />`;
  }

  private rule(rule: Rule): SVGTemplateResult {
    const y = this.py(rule.y);
    return svg`<line class="chart-rule ${rule.isLimit ? "is-limit" : ""}" x1=${margin.left} x2=${this.width - margin.right} y1=${y} y2=${y} />
      <text class="chart-name ${rule.isLimit ? "is-limit" : ""}" text-anchor="end" x=${this.width - margin.right} y=${y - 4}>${rule.name}</text>`;
  }

  private name(series: Series): SVGTemplateResult | typeof nothing {
    const last = series.points[series.points.length - 1];
    if (series.isLabelled !== true || last === undefined) return nothing;
    const width = series.name.length * labelPx;
    const x = Math.min(Math.max(this.px(last[0]), margin.left + width), this.width - margin.right);
    const y = Math.max(this.py(last[1]) - 6, margin.top - 3);
    return svg`<text class="chart-name of-${series.look}" text-anchor="end" x=${x} y=${y}>${series.name}</text>`;
  }

  private now(bottom: number): SVGTemplateResult | typeof nothing {
    const { nowX, nowName, x } = this.spec!;
    if (nowX === undefined || nowX === null || nowX < x.from || nowX > x.until) return nothing;
    const at = this.px(nowX);
    return svg`<line class="chart-now" x1=${at} x2=${at} y1=${margin.top - 4} y2=${bottom} />
      <text class="chart-name is-now" text-anchor=${at > this.width - 60 ? "end" : "start"}
        x=${at > this.width - 60 ? at - 3 : at + 3} y=${margin.top - 3}>${nowName ?? ""}</text>`;
  }

  private readout(bottom: number): SVGTemplateResult | typeof nothing {
    const spec = this.spec!;
    if (this.pointed === null) return nothing;
    const at = this.pointed;
    const told = spec.series.flatMap((series) => {
      const value = valueAt(series, at);
      return value === null ? [] : [`${series.name} ${spec.y.format(value)}`];
    });
    const x = this.px(at);
    const isRight = x > this.width / 2;
    const lines = [spec.x.format(at), ...new Set(told)];
    const wide = Math.max(...lines.map((line) => line.length)) * labelPx + 10;
    const left = isRight ? Math.max(0, x - wide - 6) : Math.min(x + 6, this.width - wide);
    return svg`<g class="chart-readout" aria-hidden="true"><line x1=${x} x2=${x} y1=${margin.top} y2=${bottom} />
      <rect x=${left} y=${margin.top} width=${wide} height=${lines.length * 15 + 6} rx="4" />
      ${lines.map((line, i) => svg`<text x=${left + 5} y=${margin.top + 14 + i * 15}>${line}</text>`)}</g>`;
  }

  private point(event: PointerEvent): void {
    const box = this.getBoundingClientRect();
    const { from, until } = this.spec!.x;
    const share = (event.clientX - box.left - margin.left) / (this.width - margin.left - margin.right);
    this.pointed = share < 0 || share > 1 ? null : from + (until - from) * share;
    this.requestUpdate();
  }

  private leave(): void {
    this.pointed = null;
    this.requestUpdate();
  }
}

customElements.define("aspan-chart", Chart);

export function chart(spec: ChartSpec): TemplateResult {
  return html`<aspan-chart .spec=${spec}></aspan-chart>`;
}
