/** What the card's judges say of a run: value with its interval, what was asked of it, the outcome. */
import { html, nothing, type TemplateResult } from "lit";
import { short } from "./format";
import { icon } from "./icons";
import type { Bounds, Card } from "./types";
import { t, word } from "./words";

export interface Verdict { check_id: string; outcome: "pass" | "fail" | "inconclusive"; words: string; value?: number; low?: number; high?: number; unit?: string; bound?: Bounds }
export interface RunVerdicts { run_id: string; verdicts: Verdict[]; not_judged?: string }

const icons = { pass: "check", fail: "cross", inconclusive: "dashed" } as const;

/** The largest share by which a run differs from the model, as `find_off_prediction` finds it; null if none was judged. */
export function offPrediction(told: RunVerdicts | null, band: number): number | null {
  const off = (told?.verdicts ?? []).filter((one) => one.value != null && one.unit === "1" && one.bound?.low === -band && one.bound.high === band).map((one) => Math.abs(one.value!));
  return off.length === 0 ? null : Math.max(...off);
}

export function outcome(of: string): TemplateResult {
  return html`<span class="standing is-${of}">${of in icons ? icon(icons[of as keyof typeof icons]) : nothing}<span>${word("range.outcome", of)}</span></span>`;
}

export function verdicts(told: RunVerdicts, checks: Card["checks"]): TemplateResult {
  return html`<section class="panel" data-verdicts=${told.verdicts.length}><h2>${t("range.verdicts")}</h2>
    ${told.not_judged ? html`<p class="note is-attention">${icon("alert")}<span>${t("range.verdicts.none")} <small lang="en">${told.not_judged}</small></span></p>` : nothing}
    ${told.verdicts.length === 0 ? nothing : html`<div class="scroll" tabindex="0" role="group" aria-label=${t("range.verdicts")}><table class="table"><thead><tr><th>${t("range.outcome")}</th><th>${t("range.check")}</th><th>${t("range.value")}</th><th>${t("range.bound")}</th></tr></thead>
      <tbody>${told.verdicts.map((one) => row(one, checks))}</tbody></table></div>`}</section>`;
}

function row(one: Verdict, checks: Card["checks"]): TemplateResult {
  const check = checks.find((known) => known.check_id === one.check_id);
  return html`<tr data-outcome=${one.outcome}><td>${outcome(one.outcome)}</td><td><code>${one.check_id}</code> <small>${check?.requirement_id ?? ""}</small><br /><small lang="en">${one.words}</small></td>
    <td class="num">${one.value === undefined ? "–" : html`${short(one.value)} <small>${unit(one)}</small>${one.low === undefined || one.low === one.high ? nothing : html`<br /><small>${short(one.low)}…${short(one.high)}</small>`}`}</td>
    <td class="num">${bound(one.bound ?? {})}</td></tr>`;
}

function unit(one: Verdict): string {
  return one.unit === undefined || one.unit === "1" ? "" : one.unit;
}

function bound({ low, high }: Bounds): string {
  if (low == null && high == null) return "–";
  if (low == null) return `≤ ${short(high)}`;
  return high == null ? `≥ ${short(low)}` : `${short(low)}…${short(high)}`;
}
