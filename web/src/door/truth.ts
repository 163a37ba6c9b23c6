/** The mark of truth: a small word that opens value, range and source. */
import { html, type TemplateResult } from "lit";
import type { Estimate } from "./types";
import { t, word } from "./words";

export function truth(stated: Estimate, format: (value: number) => string): TemplateResult {
  const said = word("mark", stated.mark);
  return html`<details class="mark"><summary aria-label=${t("mark.about", { mark: said })}>${said}</summary>
    <span class="mark-body"><span>${t("door.mark.value", { value: format(stated.value) })}</span>
      <span>${t("door.mark.range", { low: format(stated.low), high: format(stated.high) })}</span>
      <span>${t("mark.source", { source: stated.source })}</span></span></details>`;
}

export function sourced(mark: string, source: string): TemplateResult {
  const said = word("mark", mark);
  return html`<details class="mark"><summary aria-label=${t("mark.about", { mark: said })}>${said}</summary>
    <span class="mark-body"><span>${t("mark.source", { source })}</span></span></details>`;
}
