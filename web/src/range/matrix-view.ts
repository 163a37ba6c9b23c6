/** From requirement to evidence: gaps first, then every requirement with the cards and runs that show it. */
import { html, nothing, type TemplateResult } from "lit";
import { number } from "./format";
import { icon } from "./icons";
import { Part } from "./part";
import { ask, site } from "./state";
import { outcome } from "./verdicts";
import { t, word } from "./words";

interface Link { requirement_id: string; card_id: string; objective: string; check_id: string; run_id?: string; evidence_sha256?: string; outcome?: string | null }
interface Matrix { gaps: { kind: string; subject: string; words: string }[]; links: Link[]; told_as: Record<string, string>; titles: Record<string, string>; runs_waiting: number }

const againMs = 3_000;

class MatrixView extends Part {
  private matrix: Matrix | null = null;
  private events = -1;
  private isAll = false;

  protected override willUpdate(): void {
    const events = site.site?.events ?? -1;
    if (events !== this.events) {
      this.events = events;
      void this.read();
    }
  }

  /** Ask until every run is judged; a service that does not answer is asked again. */
  private async read(): Promise<void> {
    let isAgain = true;
    try {
      this.matrix = await ask<Matrix>("/api/range/matrix");
      isAgain = this.matrix.runs_waiting > 0;
    } catch { /* what was known stays */ }
    this.requestUpdate();
    if (isAgain && this.isConnected) setTimeout(() => void this.read(), againMs);
  }

  override render(): TemplateResult {
    const matrix = this.matrix;
    if (matrix === null) return html`<section class="panel ghosts" aria-busy="true"><i></i><i></i><i></i></section>`;
    const kinds = [...new Set(matrix.gaps.map((gap) => gap.kind))];
    const asked = Object.keys(matrix.titles).filter((id) => this.isAll || matrix.links.some((link) => link.requirement_id === id));
    return html`<div class="head"><h1>${t("range.view.matrix")}</h1><p class="soft num">${t("range.gaps.count", { n: matrix.gaps.length, count: number(matrix.gaps.length) })}</p></div>
      <section class="panel"><h2>${t("range.gaps.title")}</h2>${kinds.length === 0 ? html`<p>${icon("check")} ${t("range.gaps.none")}</p>` : kinds.map((kind) => {
        const gaps = matrix.gaps.filter((gap) => gap.kind === kind);
        return html`<details ?open=${gaps.length <= 12}><summary><b>${word("range.gap", kind)}</b> <span class="num">${number(gaps.length)}</span></summary><ul class="names" lang="en">${gaps.map((gap) => html`<li>${gap.words}</li>`)}</ul></details>`;
      })}</section>
      <label class="inline"><input type="checkbox" .checked=${this.isAll} @change=${(e: Event) => { this.isAll = (e.target as HTMLInputElement).checked; this.requestUpdate(); }} /> ${t("range.matrix.all")}</label>
      ${asked.map((id) => this.requirement(matrix, id))}`;
  }

  private requirement(matrix: Matrix, id: string): TemplateResult {
    const links = matrix.links.filter((link) => link.requirement_id === id);
    return html`<section class="panel"><h2>${id} <span lang="en">${matrix.titles[id] ?? ""}</span> ${matrix.told_as[id] ? html`<span class="mark" title=${matrix.told_as[id]}>${t("range.unverified")}</span>` : nothing}</h2>
      ${links.length === 0 ? html`<p class="soft">${t("range.matrix.nocards")}</p>` : html`<div class="scroll" tabindex="0" role="group" aria-label=${id}><table class="table"><thead><tr><th>${t("range.card")}</th><th>${t("range.check")}</th><th>${t("range.run")}</th><th>${t("range.outcome")}</th></tr></thead>
      <tbody>${links.map((link) => html`<tr><td><a href="#/card/${encodeURIComponent(link.card_id)}">${link.card_id}</a></td><td><code>${link.check_id}</code></td>
        <td>${link.run_id ? html`<a href="#/run/${encodeURIComponent(link.run_id)}">${link.run_id}</a> <small><code>${(link.evidence_sha256 ?? "").slice(0, 10)}</code></small>` : html`<span class="soft">–</span>`}</td>
        <td>${link.outcome ? outcome(link.outcome) : html`<span class="soft">–</span>`}</td></tr>`)}</tbody></table></div>`}</section>`;
  }
}

customElements.define("aspan-range-matrix", MatrixView);
