/** A small line over hours: what was reported, what is forecast, and the limit it is held against. */
import { html, nothing, svg, type TemplateResult } from "lit";

export interface Hour { atMs: number; value: number }

export interface Spark {
  said: string;
  reports: Hour[];
  forecast: Hour[];
  fromMs: number;
  untilMs: number;
  nowMs: number;
  low: number;
  high: number;
  /** The limit, and whether values must stay above or below it; the words stand beside the line. */
  limit?: { value: number; isLeast: boolean; said: string };
}

const width = 240;
const height = 48;
const hourMs = 3_600_000;

export function drawSpark(of: Spark): TemplateResult {
  const x = (at: number): number => ((Math.min(of.untilMs, Math.max(of.fromMs, at)) - of.fromMs) / (of.untilMs - of.fromMs)) * width;
  const y = (value: number): number => {
    const share = (Math.min(of.high, Math.max(of.low, value)) - of.low) / (of.high - of.low || 1);
    return height - 2 - share * (height - 6);
  };
  const hours = [...of.reports, ...of.forecast];
  const isBad = (value: number): boolean =>
    of.limit !== undefined && (of.limit.isLeast ? value < of.limit.value : value > of.limit.value);
  const limitY = of.limit === undefined ? 0 : y(of.limit.value);
  const hasLimit = of.limit !== undefined && of.limit.value >= of.low && of.limit.value <= of.high;
  return html`<div class="spark" role="img" aria-label=${of.said}>
    <svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">
      ${hours.filter((h) => isBad(h.value)).map((h) => svg`<rect class="spark-bad" x=${x(h.atMs)} y="0" width=${Math.max(1, x(h.atMs + hourMs) - x(h.atMs))} height=${height} />`)}
      <line class="spark-ground" x1="0" x2=${width} y1=${height - 1} y2=${height - 1} />
      ${hasLimit ? svg`<line class="spark-limit" x1="0" x2=${width} y1=${limitY} y2=${limitY} />` : nothing}
      <path class="spark-line" d=${steps(of.reports, of.nowMs, x, y)} />
      <path class="spark-line is-forecast" d=${steps(of.forecast.filter((h) => h.atMs + hourMs > of.nowMs), of.untilMs, x, y)} />
      <line class="spark-now" x1=${x(of.nowMs)} x2=${x(of.nowMs)} y1="0" y2=${height} />
    </svg>
    ${hasLimit ? html`<small class="spark-said" style="top:${((limitY / height) * 100).toFixed(0)}%">${of.limit!.said}</small>` : nothing}
  </div>`;
}

/** Each value holds for its hour: steps, not slopes. */
function steps(hours: Hour[], lastMs: number, x: (at: number) => number, y: (value: number) => number): string {
  let path = "";
  hours.forEach((hour, i) => {
    const until = hours[i + 1]?.atMs ?? Math.min(Math.max(lastMs, hour.atMs), hour.atMs + hourMs);
    path += `${path === "" ? "M" : "L"}${x(hour.atMs).toFixed(1)} ${y(hour.value).toFixed(1)} L${x(until).toFixed(1)} ${y(hour.value).toFixed(1)}`;
  });
  return path;
}
