/** What an action touches, in words: counts first, then what becomes of the parties, then sortie by sortie. */
import { html, nothing, type TemplateResult } from "lit";
import { placeName, type Consequences, type TouchedParty, type TouchedSortie } from "../actions";
import * as format from "../format";
import { t, word } from "../i18n";
import { countStands } from "../stands";
import { picture } from "../store";
import { markWord } from "./quantity";

const shownSorties = 40;
const shownTargets = 3; // sorties named one by one to which parties move; more are counted

/** `isAhead`: not done yet, so it may still change. */
export function effects(value: Consequences, isAhead: boolean): TemplateResult {
  if (value.sorties.length === 0) return html`<p>${t("act.nothing_touched")}</p>`;
  const counts = new Map<string, number>();
  for (const { effect } of value.sorties) counts.set(effect, (counts.get(effect) ?? 0) + 1);
  const of = (id: string): TouchedParty[] => value.sorties.length === 1 ? [] : value.parties.filter((p) => p.sortie_id === id);
  const sorties = [...value.sorties].sort((a, b) => a.off_block_at_ms - b.off_block_at_ms);
  return html`<p class="effects-sum"><b>${t("act.sorties", { n: value.sorties.length })},
      ${t("act.passengers", { n: value.passengers })}.</b>
      ${[...counts].map(([effect, n]) => countWords(effect, n)).join(" · ")}</p>
    ${isAhead ? scope(value) : nothing}
    ${value.parties.length === 0 ? nothing : html`<p class="effects-people" data-people>${people(value.passengers, value.parties)}</p>`}
    <ul class="effects-list" tabindex="0" aria-label=${t("act.consequences")}>
      ${sorties.slice(0, shownSorties).map((s) => line(s, of(s.sortie_id)))}
    </ul>
    ${value.sorties.length > shownSorties ? html`<small>${t("act.more", { n: value.sorties.length - shownSorties })}</small>` : nothing}
    ${isAhead ? html`<small class="num" data-stands>${t("act.as_things_stand", { time: clock(value.at_ms, true) })}</small>` : nothing}`;
}

/** "6 wait": how many sorties have this in store. */
function countWords(effect: string, n: number): string {
  return effect === "waits" || effect === "flies_on" ? t(`effect_count.${effect}`, { n }) : `${word("effect", effect)}: ${n}`;
}

/** Which sorties a hold is counted over, and what goes on all the same. */
function scope({ action, at_ms: atMs }: Consequences): TemplateResult | typeof nothing {
  if (action?.action !== "hold_departures") return nothing;
  const limitMs = picture.city?.quantities["service.delay_ms_max"]?.value ?? 0;
  const now = action.vertiport_id === null ? undefined : picture.vertiports.get(action.vertiport_id);
  return html`<p class="effects-people" data-scope>${limitMs === 0 ? nothing : t("act.hold_scope", { time: clock(atMs + limitMs) })}
    ${t("act.hold_boarding")} ${now === undefined ? t("act.hold_arrivals")
      : t("act.hold_stands", { n: countStands(now).free, all: countStands(now).all })}</p>`;
}

/** What becomes of people; where one thing becomes of all, the number is said once. */
function people(n: number, parties: TouchedParty[]): string {
  const parts = fates(parties);
  const [only] = parts;
  const rest = parts.length === 1 && only!.startsWith(`${n} `) ? only!.slice(`${n} `.length).replace(/^– /, "") : parts.join("; ");
  return t("act.people", { n, parts: rest });
}

function line(sortie: TouchedSortie, parties: TouchedParty[]): TemplateResult {
  return html`<li data-effect=${sortie.effect} data-touched=${sortie.sortie_id}>
    <span class="num">${clock(sortie.off_block_at_ms)}</span>
    <span class="effects-route">${placeName(sortie.origin)} → ${placeName(sortie.destination)}
      <small class="num">${sortie.sortie_id} ${sortie.aircraft_id ?? ""}</small>
      ${landing(sortie)}
      ${parties.length === 0 ? nothing : html`<small class="effects-fate">${people(sortie.passengers, parties)}</small>`}</span>
    <span class="effect effect-${sortie.effect}">${word("effect", sortie.effect)}</span></li>`;
}

function landing(sortie: TouchedSortie): TemplateResult | typeof nothing {
  const { lands_at: place, lands_at_ms: atMs, above_reserve_kwh: kwh } = sortie;
  if (place === null || atMs === null) return nothing;
  const energy = kwh === null ? nothing : html`, <span class=${kwh < 0 ? "is-short" : ""}>${t(kwh < 0 ? "act.below_reserve" : "act.above_reserve",
    { energy: format.kwh(Math.abs(kwh)) })}</span> ${markWord("modelled")}`;
  return html`<small class="effects-fate" data-lands=${place}>${t("act.lands", { place: placeName(place), time: clock(atMs) })}${energy}</small>`;
}

/** "3 to S0123 at 10:25, 12 min later", "1 refunded": one text for each thing that becomes of people. */
function fates(parties: TouchedParty[]): string[] {
  const people = (some: TouchedParty[]): number => some.reduce((sum, p) => sum + p.party, 0);
  const of = (outcome: string): TouchedParty[] => parties.filter((p) => p.outcome === outcome);
  const texts = rebooked(of("rebooked"), people);
  const refunded = of("refunded");
  if (refunded.length > 0) {
    const tiyn = refunded.reduce((sum, p) => sum + p.refund_tiyn, 0);
    texts.push(t("fate.refunded", { n: people(refunded), money: format.tenge(tiyn) }));
  }
  const driven = of("driven");
  if (driven.length > 0) {
    const last = Math.max(...driven.map((p) => p.ride_arrives_at_ms ?? 0));
    const back = driven.reduce((sum, p) => sum + p.refund_tiyn, 0);
    const rides = driven.reduce((sum, p) => sum + p.ride_tiyn, 0);
    texts.push(t("fate.driven", { n: people(driven), time: clock(last), money: format.tenge(back), ride: format.tenge(rides) }));
  }
  for (const [place, down] of groups(of("set_down"), (p) => p.lands_at ?? "")) {
    texts.push(t("fate.set_down", { n: people(down), place: placeName(place) }));
  }
  const waiting = of("waits");
  if (waiting.length > 0) {
    const ends = waiting.map((p) => p.latest_off_block_at_ms ?? 0);
    const [first, last] = [clock(Math.min(...ends)), clock(Math.max(...ends))];
    texts.push(first === last ? t("fate.waits", { n: people(waiting), time: last })
      : t("fate.waits_each", { n: people(waiting), first, last }));
  }
  if (of("keeps").length > 0) texts.push(t("fate.keeps", { n: people(of("keeps")) }));
  return texts;
}

function rebooked(parties: TouchedParty[], people: (some: TouchedParty[]) => number): string[] {
  const targets = groups(parties, (p) => `${p.to_sortie_id}/${p.later_ms}`);
  const later = (some: TouchedParty[]): number => Math.max(...some.map((p) => p.later_ms ?? 0));
  if (targets.length > shownTargets) {
    const sorties = new Set(parties.map((p) => p.to_sortie_id)).size;
    return [t("fate.rebooked_many", { n: people(parties), sorties, later: format.minutes(later(parties)) })];
  }
  return targets.map(([, some]) => t(later(some) < 30_000 ? "fate.rebooked_on_time" : "fate.rebooked", {
    n: people(some), id: some[0]!.to_sortie_id ?? "", time: clock(some[0]!.off_block_at_ms ?? 0), later: format.minutes(later(some)),
  }));
}

function groups(parties: TouchedParty[], by: (party: TouchedParty) => string): [string, TouchedParty[]][] {
  const found = new Map<string, TouchedParty[]>();
  for (const party of parties) found.set(by(party), [...(found.get(by(party)) ?? []), party]);
  return [...found];
}

function clock(atMs: number, withSeconds = false): string {
  return format.clock(atMs, picture.clock.offsetMs(), withSeconds);
}
