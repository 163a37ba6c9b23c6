/** A number with its mark of truth: a small word that opens range and source. */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../format";
import { t, word } from "../i18n";
import { picture } from "../store";

export function markOf(path: string): TemplateResult | typeof nothing {
  const quantity = picture.city?.quantities[path];
  if (quantity === undefined) return nothing;
  const { mark, low, high, unit, source } = quantity;
  const said = word("mark", mark);
  return html`<details class="mark">
    <summary aria-label=${t("mark.about", { mark: said })}>${said}</summary>
    <span class="mark-body">
      <span>${t("mark.range", { low: format.number(low, 1), high: format.number(high, 1), unit })}</span>
      <span>${t("mark.source", { source })}</span>
    </span>
  </details>`;
}

export function markWord(mark: string): TemplateResult {
  return html`<span class="mark-word">${word("mark", mark)}</span>`;
}

/** One line of a list of facts. */
export function fact(name: string, value: unknown, more: unknown = nothing): TemplateResult {
  return html`<div class="fact"><dt>${name}</dt><dd class="num">${value} ${more}</dd></div>`;
}
