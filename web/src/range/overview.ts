/** The campaign as a ladder: steps of the build-up, each card with where it stands; what blocks the next comes first. */
import { html, nothing, type TemplateResult } from "lit";
import { celsius, number, volume, when } from "./format";
import { icon, type IconName } from "./icons";
import { Part } from "./part";
import { site } from "./state";
import type { CardLine, Weather } from "./types";
import { t, word } from "./words";

export type Standing = "accepted" | "rejected" | "review" | "flying" | "released" | "ready" | "blocked" | "approval" | "changed" | "unfiled";

const marks: Record<Standing, IconName> = { accepted: "check", rejected: "cross", review: "review", flying: "plane", released: "sign", ready: "circle", blocked: "clock", approval: "sign", changed: "alert", unfiled: "dashed" };

/** Where a card stands, by what is to be done next. */
export function standing(card: CardLine): Standing {
  const runs = site.runs.filter((run) => run.card_id === card.card_id);
  if (runs.some((run) => run.phase === "under_way" || run.phase === "recovering")) return "flying";
  if (runs.some((run) => run.phase === "ended")) return "review";
  if (card.phase === null) return "unfiled";
  if (card.filed_version !== card.version) return "changed";
  if (card.runs_accepted >= card.repeats) return "accepted";
  if (card.phase === "filed") return "approval";
  if (runs.some((run) => run.phase === "released")) return "released";
  if (runs.at(0)?.is_accepted === false) return "rejected";
  return card.waits_for.length > 0 ? "blocked" : "ready";
}

export function mark(of: Standing): TemplateResult {
  return html`<span class="standing is-${of}">${icon(marks[of])}<span>${t(`range.standing.${of}`)}</span></span>`;
}

class Overview extends Part {
  override render(): TemplateResult {
    const cards = site.cards;
    const steps = [...new Set(cards.map((card) => card.step))].sort((a, b) => a - b);
    const accepted = cards.filter((card) => standing(card) === "accepted").length;
    return html`<div class="head"><h1>${t("range.view.cards")}</h1>
        <p class="soft num">${t("range.progress", { n: accepted, accepted: number(accepted), all: number(cards.length) })}</p></div>
      <div class="columns">
        <div class="column">${this.flying()}${this.next(cards)}
          ${cards.length === 0 ? html`<section class="panel"><p class="soft">${t("range.nocards")}</p></section>` : nothing}
          ${steps.map((step) => html`<section class="panel"><h2>${t("range.step", { step: number(step) })}: ${word("range.steps", String(step))}</h2>
            <ul class="tiles">${cards.filter((card) => card.step === step).map(tile)}</ul></section>`)}</div>
        <div class="column">${this.weather()}${this.slots()}${this.people()}</div>
      </div>`;
  }

  private flying(): TemplateResult | typeof nothing {
    const flying = site.runs.filter((run) => run.phase === "under_way" || run.phase === "recovering");
    if (flying.length === 0) return nothing;
    return html`<section class="panel is-active"><h2>${t("range.flying")}</h2><ul class="list">${flying.map((run) => html`<li>
      <a class="row" href="#/run/${encodeURIComponent(run.run_id)}">${icon("plane")}<span class="grow"><b>${run.card_id}</b> ${run.run_id}<small>${run.aircraft_id} · ${t("range.since", { when: when(run.begun_at_ms) })}</small></span>
      ${run.is_knocked_off ? html`<span class="standing is-rejected">${icon("cross")}<span>${t("range.knocked")}</span></span>` : nothing}</a></li>`)}</ul></section>`;
  }

  /** What a person can do now to get on: gaps first. */
  private next(cards: CardLine[]): TemplateResult | typeof nothing {
    const order: Standing[] = ["review", "changed", "approval", "released", "ready", "rejected", "unfiled"];
    const open = cards.map((card) => ({ card, as: standing(card) })).filter(({ card, as }) => order.includes(as) && (as !== "unfiled" || card.waits_for.length === 0));
    open.sort((a, b) => order.indexOf(a.as) - order.indexOf(b.as) || a.card.step - b.card.step || b.card.priority - a.card.priority);
    if (open.length === 0) return nothing;
    return html`<section class="panel"><h2>${t("range.next")}</h2><ul class="list">${open.slice(0, 5).map(({ card, as }) => html`<li>
      <a class="row" href="#/card/${encodeURIComponent(card.card_id)}">${mark(as)}<span class="grow"><b>${card.card_id}</b> <span lang="en">${card.title}</span>
      <small>${this.wanting(card, as)}</small></span></a></li>`)}</ul></section>`;
  }

  private wanting(card: CardLine, as: Standing): string {
    if (as === "approval") return t("range.wants.approval", { roles: card.places_open.map((place) => place.map((role) => word("range.role", role)).join(" / ")).join("; ") });
    const slot = site.slots.find((one) => one.card_id === card.card_id && !one.is_freed && one.runs.length === 0 && one.until_at_ms > site.nowMs);
    if (as === "ready" && slot !== undefined) return t("range.wants.go", { when: when(slot.from_at_ms) });
    return t(`range.wants.${as}` as "range.wants.ready");
  }

  private weather(): TemplateResult {
    const told = site.site?.weather ?? [];
    return html`<section class="panel"><h2>${t("range.weather")}</h2>
      ${told.length === 0 ? html`<p class="soft">${t("range.weather.none")}</p>` : html`<table class="table num"><thead><tr><th></th><th>${t("range.weather.wind")}</th><th>${t("range.weather.sight")}</th><th>${t("range.weather.base")}</th><th>${t("range.weather.air")}</th></tr></thead>
      <tbody>${[...told].reverse().map((one) => this.sky(one))}</tbody></table><p class="soft"><small lang="en">${told.map((one) => one.source).join("; ")}</small></p>`}</section>`;
  }

  private sky(one: Weather): TemplateResult {
    const now = one.hours[0];
    if (now === undefined) return html``;
    return html`<tr><th scope="row">${word("range.place", one.place)}<small>${when(one.observed_at_ms)}</small></th><td>${number(now.wind_mps, 1)} / ${number(now.gust_mps, 1)}</td><td>${number(now.visibility_m / 1000, 1)}</td>
      <td>${now.ceiling_agl_m > 90_000 ? "–" : number(now.ceiling_agl_m)}</td><td>${celsius(now.temperature_k)}</td></tr>`;
  }

  private slots(): TemplateResult {
    const coming = site.slots.filter((slot) => !slot.is_freed && slot.until_at_ms > site.nowMs).sort((a, b) => a.from_at_ms - b.from_at_ms).slice(0, 6);
    return html`<section class="panel"><h2><a href="#/slots">${t("range.view.slots")}</a></h2>
      ${coming.length === 0 ? html`<p class="soft">${t("range.slots.none")}</p>` : html`<ul class="list">${coming.map((slot) => html`<li><a class="row" href="#/go/${encodeURIComponent(slot.card_id)}/${encodeURIComponent(slot.slot_id)}">
        <span class="num">${when(slot.from_at_ms)}</span><span class="grow"><b>${slot.card_id}</b> ${slot.aircraft_id}<small>${slot.volume_ids.map(volume).join(", ")}</small></span></a></li>`)}</ul>`}</section>`;
  }

  private people(): TemplateResult {
    const people = site.site?.people ?? [];
    return html`<section class="panel"><h2>${t("range.people")}</h2>
      ${people.length === 0 ? html`<p class="soft">${t("range.first")}</p>` : nothing}<ul class="names">${people.map((one) => html`<li><b>${one.name}</b> <small>${one.roles.map((role) => word("range.role", role)).join(", ")}</small></li>`)}</ul>
      ${site.can("test_director", "accountable_manager") ? html`<label class="button is-small">${t("range.enrol")}<input class="hidden" type="file" accept="application/json,.json" data-enrol @change=${this.enrol} /></label><small class="soft">${t("range.enrol.why")}</small>` : nothing}</section>`;
  }

  private readonly enrol = async (event: Event): Promise<void> => {
    const file = (event.target as HTMLInputElement).files?.[0];
    if (file === undefined) return;
    try {
      const { person_id, name, roles, public_key } = JSON.parse(await file.text()) as Record<string, unknown>;
      await site.order("Enrol", { person: { person_id, name, roles, public_key } }, t("range.done.enrolled"));
    } catch {
      site.said = { text: "", isRefused: true, refusal: { reason: "bad_order", detail: "", go_no_go: null } };
      site.tell();
    }
  };
}

function tile(card: CardLine): TemplateResult {
  const as = standing(card);
  return html`<li><a class="tile is-${as}" href="#/card/${encodeURIComponent(card.card_id)}" data-card=${card.card_id} data-standing=${as}>
    <b>${card.card_id}</b>${mark(as)}<span class="tile-title" lang="en">${card.title}</span>
    <small>${word("range.kind", card.kind)} · ${word("range.risk", card.risk)}</small></a></li>`;
}

customElements.define("aspan-range-overview", Overview);
