/** What every view must say: how old the picture is, and what is assumed. */
import { html, nothing, type TemplateResult } from "lit";
import * as format from "../format";
import { t } from "../i18n";
import { icon } from "../icons";
import { picture } from "../store";

export function twinNotice(): TemplateResult | typeof nothing {
  const city = picture.city;
  if (city === null || !city.is_twin) return nothing;
  const assumed = city.is_approval_assumed ? `: ${t("notice.assumed")}` : "";
  const factor = city.demand_factor;
  const demand = factor === 1 ? "" : `; ${t("notice.demand", { factor: format.number(factor, factor % 1 ? 1 : 0) })}`;
  return html`<p class="notice" data-notice="twin">${icon("info")}<span>${t("notice.twin")}${assumed}${demand}</span></p>`;
}

export function ageNotice(): TemplateResult {
  const age = picture.ageMs();
  const text = !picture.isStale() ? "" : age === null ? t("stream.never") : t("stream.old", { age: format.age(age) });
  return html`<p class="notice notice-attention ${text ? "" : "is-off"}" role="status" data-notice="age">
    ${text ? html`${icon("unplug")}<span>${text}</span>` : nothing}</p>`;
}
