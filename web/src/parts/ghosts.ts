/** The structure of what is still on its way: pale lines instead of a turning wheel. */
import { html, type TemplateResult } from "lit";
import { t } from "../i18n";

export function ghosts(lines: number): TemplateResult {
  return html`<div class="ghosts" role="status"><span class="hidden">${t("app.loading")}</span>
    ${Array.from({ length: lines }, (_, i) => html`<span class="ghost ghost-line" style="width:${90 - (i % 4) * 14}%"></span>`)}</div>`;
}
