/** The answer before the options: there by when, for how much; then ways to compare, each with its legs. */
import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { sorts, type Sort, type Step } from "./address";
import type { Fault } from "./client";
import { city, day, duration, likely, mass, moment, clock, money, percent } from "./format";
import { icon, modeIcon } from "./icons";
import { details, takeButton } from "./legs";
import { Part } from "./part";
import { spotName } from "./questions";
import { door } from "./state";
import { isEstimated, lengthMs, strip } from "./strip";
import { sourced, truth } from "./truth";
import type { Answer, Itinerary } from "./types";
import { t, word, type Key } from "./words";

const waysMost = 3;

class AnswerPage extends Part {
  /** Beside the answer there is room for the whole question; on a phone the answer comes first. */
  private readonly isWide = matchMedia("(min-width: 60rem)");

  override render(): TemplateResult {
    const { answer, fault } = door;
    return html`${this.asked()}
      <div class="found" aria-live="polite" aria-busy=${door.isAsking}>
        ${fault !== null ? this.failed(fault) : answer === null ? this.waiting() : answer.itineraries.length === 0 ? this.empty(answer) : this.found(answer)}
      </div>`;
  }

  /** The question as it was put; each part leads back to where it is changed. */
  private asked(): TemplateResult {
    const { from, to, when, party, isStepFree } = door.address.question;
    const change = (step: Step, said: unknown, name: Key): TemplateResult => html`<div><dt>${t(name)}</dt><dd>
      <button type="button" class="change" @click=${() => door.go({ screen: step })}><span>${said}</span>${icon("pencil")}<span class="hidden">${t("door.change")}</span></button></dd></div>`;
    const time = when.kind === "now" ? t("door.when.now") : `${t(`door.when.${when.kind}`)} ${when.local.slice(11)}, ${day(new Date(`${when.local}Z`))}`;
    const who = [t("door.persons", { n: party }), isStepFree ? t("door.step_free") : ""].filter(Boolean).join(", ");
    const swap = (): void => door.go({ screen: "answer", question: door.set({ from: to, to: from }) });
    return html`<details class="asked" ?open=${this.isWide.matches}>
      <summary><span class="asked-way">${t("door.way_of", { from: spotName(from), to: spotName(to) })}</span>
        <span class="asked-more"><span>${time}, ${who}</span><span class="link">${t("door.change")}</span></span></summary>
      <dl>${change("from", spotName(from), "door.from")}${change("to", spotName(to), "door.to")}
      ${change("when", time, "door.when")}${change("who", who, "door.who")}</dl>
      <button type="button" class="wide-button" @click=${swap}>${icon("arrowUpDown")}${t("door.swap")}</button></details>`;
  }

  private waiting(): TemplateResult {
    return html`<h1 class="hidden" tabindex="-1" data-first>${t("door.looking")}</h1>
      <div class="ghosts" aria-hidden="true"><i class="ghost is-head"></i><i class="ghost is-line"></i><i class="ghost is-strip"></i>
        ${[1, 2, 3].map(() => html`<div class="card"><i class="ghost is-line"></i><i class="ghost is-strip"></i><i class="ghost is-line"></i></div>`)}</div>`;
  }

  private failed(fault: Fault): TemplateResult {
    const [title, body] = ({
      network: ["door.fault.network", "door.fault.network.do"],
      service: ["door.fault.service", "door.fault.service.do"],
      refused: ["door.fault.refused", "door.fault.refused.do"],
    } as const)[fault.kind];
    return html`<section class="empty" role="alert"><h1 tabindex="-1" data-first>${icon("warning")}${t(title)}</h1>
      ${fault.kind === "refused" && fault.said !== "" ? html`<p class="said">${fault.said}</p>` : nothing}<p>${t(body)}</p>
      ${fault.kind === "refused"
        ? html`<button type="button" class="main-button" @click=${() => door.go({ screen: "from" })}>${t("door.change.question")}</button>`
        : html`<button type="button" class="main-button" @click=${() => door.again()}>${t("door.again")}</button>`}</section>`;
  }

  private empty(answer: Answer): TemplateResult {
    return html`<section class="empty"><h1 tabindex="-1" data-first>${t("door.none")}</h1>
      ${answer.not_flown.length === 0 ? nothing : html`<p>${t("door.none.why")}</p><ul class="plain">${answer.not_flown.map((why) => html`<li>${why.text}</li>`)}</ul>`}
      <p>${t("door.none.do")}</p><div class="buttons">
        <button type="button" class="wide-button" @click=${() => door.go({ screen: "when" })}>${icon("clock")}${t("door.none.time")}</button>
        <button type="button" class="wide-button" @click=${() => door.go({ screen: "who" })}>${icon("footprints")}${t("door.none.walk")}</button></div></section>`;
  }

  private found(answer: Answer): TemplateResult {
    const best = answer.itineraries.find((it) => it.rank_reason === "best") ?? answer.itineraries[0]!;
    const longest = Math.max(...answer.itineraries.map(lengthMs));
    // who must be there by a time asks when to leave
    const mustLeave = door.address.question.when.kind === "arrive_by";
    return html`${this.notFlown(answer)}
      <section class="best" aria-labelledby="best">
        <h1 id="best" tabindex="-1" data-first>${mustLeave ? t("door.leave_at", { time: moment(best.depart_at_ms) }) : t("door.there_by", { time: moment(arrival(best)) })}</h1>
        <p class="best-facts num">${[mustLeave ? t("door.there_at", { time: clock(best.arrive_at_ms) }) : "", money(best.price_tiyn), against(best)].filter(Boolean).join(", ")}</p>
        <p class="best-more">${modeIcon(best.mode)}<span>${word("door.way", best.mode)}, ${duration(lengthMs(best))}</span></p>
        ${chance(best)}${strip(best, lengthMs(best))}${takeButton(best)}
      </section>
      ${this.estimates(answer)}
      <section aria-labelledby="ways"><h2 id="ways">${t("door.ways", { n: answer.itineraries.length })}</h2>
        ${answer.itineraries.length > 1 ? this.sorting() : nothing}
        <ol class="cards">${sorted(answer.itineraries, door.address.sort).map((it) => keyed(it.id, this.card(it, answer, longest)))}</ol></section>
      ${this.restsOn(answer)}
      <p class="credits">${(door.service?.credits ?? []).join(" · ")}</p>`;
  }

  /** Bad news first: why no aircraft can be had. */
  private notFlown(answer: Answer): TemplateResult | typeof nothing {
    if (answer.not_flown.length === 0 || answer.itineraries.some((it) => it.mode === "air")) return nothing;
    return html`<div class="note is-attention">${icon("warning")}<span><b>${t("door.not_flown")}</b>
      ${answer.not_flown.slice(0, waysMost).map((why) => html`<span class="line">${why.text}</span>`)}</span></div>`;
  }

  private estimates(answer: Answer): TemplateResult | typeof nothing {
    if (!answer.itineraries.some((it) => isEstimated(it.legs))) return nothing;
    return html`<p class="note">${icon("info")}<span>${t("door.estimate.note")}</span></p>`;
  }

  private sorting(): TemplateResult {
    return html`<fieldset class="choices is-row is-small"><legend>${t("door.sort")}</legend>
      ${sorts.map((by) => html`<label class="choice"><input type="radio" name="by" value=${by} .checked=${door.address.sort === by}
        @change=${() => door.amend({ sort: by })} /><span>${t(`door.sort.${by}`)}</span></label>`)}</fieldset>`;
  }

  private card(it: Itinerary, answer: Answer, longest: number): TemplateResult {
    const isOpen = door.address.chosen === it.id;
    const turn = (): void => door.go({ chosen: isOpen ? null : it.id });
    return html`<li class="card ${isOpen ? "is-open" : ""}" data-itinerary=${it.id}>
      <h3>${modeIcon(it.mode)}<span>${word("door.way", it.mode)}</span>${it.rank_reason === "other" ? nothing : html`<span class="tag">${word("door.rank", it.rank_reason)}</span>`}</h3>
      <p class="times num">${moment(it.depart_at_ms)}<span aria-hidden="true"> → </span><span class="hidden">${t("door.until")}</span>${city.isToday(it.arrive_at_ms) ? clock(it.arrive_at_ms) : moment(it.arrive_at_ms)}</p>
      <dl class="numbers num">
        <div><dt>${t("door.sort.time")}</dt><dd>${duration(lengthMs(it))}</dd></div>
        <div><dt>${t("door.sort.price")}</dt><dd>${money(it.price_tiyn)}</dd></div>
        ${it.co2_g === null ? nothing : html`<div><dt>${t("door.sort.co2")}</dt><dd>${mass(it.co2_g.value)} ${truth(it.co2_g, mass)}</dd></div>`}
      </dl>
      ${strip(it, longest)}
      <p class="card-more">${[it.id === answer.car ? "" : against(it), it.transfers > 0 ? t("door.transfers", { n: it.transfers }) : ""].filter(Boolean).join(" · ")}</p>
      ${chance(it)}
      <button type="button" class="wide-button" aria-expanded=${isOpen} @click=${turn}>${t(isOpen ? "door.less" : "door.more")}<span class="hidden">: ${word("door.way", it.mode)}, ${moment(it.depart_at_ms)}</span></button>
      ${isOpen ? details(it) : nothing}
    </li>`;
  }

  private restsOn(answer: Answer): TemplateResult | typeof nothing {
    if (answer.assumptions.length === 0) return nothing;
    return html`<section class="rests" aria-labelledby="rests"><h2 id="rests">${t("door.rests")}</h2>
      <ul class="plain">${answer.assumptions.map((a) => html`<li>${a.text} ${sourced(a.mark, a.source)}</li>`)}</ul></section>`;
  }
}

/** What can be promised; where nothing is, what is expected. */
function arrival(it: Itinerary): number {
  return it.promised_arrival_at_ms ?? it.arrive_at_ms;
}

function against(it: Itinerary): string {
  if (it.saves_ms === null || it.mode === "car") return "";
  const away = Math.abs(it.saves_ms);
  if (away < 60_000) return t("door.as_car");
  return t(it.saves_ms > 0 ? "door.faster" : "door.slower", { time: duration(away) });
}

function chance(it: Itinerary): TemplateResult | typeof nothing {
  if (it.on_time_chance === null) return nothing;
  const said = t("door.chance", { time: clock(arrival(it)), likely: likely(it.on_time_chance), share: percent(it.on_time_chance) });
  return html`<p class="chance num">${icon("clock")}<span>${said}</span></p>`;
}

function sorted(all: Itinerary[], by: Sort): Itinerary[] {
  const key: Record<Sort, (it: Itinerary) => number> = {
    best: () => 0, time: (it) => it.arrive_at_ms, price: (it) => it.price_tiyn, co2: (it) => it.co2_g?.value ?? 0,
  };
  // ways that leave later are judged by how long they take when one must arrive by an hour
  const time = door.address.question.when.kind === "arrive_by" ? lengthMs : key.time;
  const of = by === "time" ? time : key[by];
  return [...all].sort((a, b) => of(a) - of(b));
}

customElements.define("aspan-answer", AnswerPage);
