/** Every sortie of the day in one table. */
import { html, nothing } from "lit";
import * as format from "../format";
import { t, word, type Key } from "../i18n";
import { icon } from "../icons";
import { picture } from "../store";
import type { SortieNow } from "../types";
import { ListView, type Column, type Filter } from "./list";
import { placeName } from "./names";
import { isUnbooked, lateness, orderOf, statusGroup, toldStatus } from "./status";

const aroundMs = 30 * 60_000; // what left so long ago still counts as now
const minuteMs = 60_000;

/** The planned time: it stays as it is when the sortie leaves late. */
function plannedAt(sortie: SortieNow): number {
  return sortie.planned_off_block_at_ms;
}

/** In whole minutes, so that a line is drawn again once a minute at most. */
function lateBy(sortie: SortieNow): number {
  return Math.round(lateness(sortie, picture.clockFacts?.at_ms ?? 0) / minuteMs) * minuteMs;
}

function isTrouble(sortie: SortieNow): boolean {
  const group = statusGroup(toldStatus(sortie));
  return group === "trouble" || (group !== "unwanted" && sortie.cause !== "");
}

/** Who flies on it; nobody flies on what is not flown. */
function people(sortie: SortieNow): unknown {
  const missed = sortie.no_shows ?? 0;
  const came = isUnbooked(sortie) || (sortie.passengers === 0 && sortie.status === "cancelled") ? html`<small>–</small>`
    : sortie.passengers === 0 ? html`<small>${t("sortie.empty")}</small>` : format.number(sortie.passengers);
  return missed === 0 ? came : html`<span class="cell-pair"><span>${came}</span><small>${t("board.no_shows", { n: missed })}</small></span>`;
}

function late(sortie: SortieNow): unknown {
  const left = sortie.off_block_at_ms;
  return html`<span class="cell-pair"><span class="late">+${format.minutes(lateBy(sortie))}</span>
    ${left === null ? nothing : html`<small>${t("sortie.left_at", { time: format.clock(left, picture.clock.offsetMs()) })}</small>`}</span>`;
}

class SortiesView extends ListView<SortieNow> {
  protected readonly name: Key = "board.title";
  protected readonly empty: Key = "board.empty";
  protected column = "time";
  protected override filter = "all";
  protected override readonly filters: readonly Filter<SortieNow>[] = [
    { id: "all", name: "board.filter.all", passes: () => true },
    { id: "ahead", name: "list.filter.ahead", passes: (s) => statusGroup(s.status) === "ahead" },
    { id: "moving", name: "list.filter.moving", passes: (s) => statusGroup(s.status) === "moving" },
    { id: "done", name: "list.filter.done", passes: (s) => statusGroup(s.status) === "done" },
    { id: "trouble", name: "list.filter.trouble", passes: (s) => isTrouble(s) },
    { id: "not_flown", name: "board.filter.not_flown", passes: (s) => toldStatus(s) === "not_flown" },
  ];

  protected readonly columns: readonly Column<SortieNow>[] = [
    { id: "time", name: "board.time", width: "4.5rem", phone: "3.2rem", value: plannedAt, cell: (s) => this.time(s) },
    { id: "route", name: "board.route", width: "minmax(9rem,2fr)", phone: "minmax(0,1fr)", value: (s) => `${s.origin} ${s.destination}`,
      cell: (s) => html`<span class="cell-pair"><span>${placeName(s.origin)}</span>
        <small>${icon("arrowRight")}${placeName(s.destination)}</small></span>` },
    { id: "sortie", name: "aircraft.sortie", width: "minmax(5rem,1fr)", isSpare: true, value: (s) => s.sortie_id, cell: (s) => s.sortie_id },
    { id: "aircraft", name: "board.aircraft", width: "minmax(4.5rem,1fr)", value: (s) => s.aircraft_id ?? "~", cell: (s) => s.aircraft_id ?? (isUnbooked(s) ? html`<small>${t("board.unbooked")}</small>` : "–") },
    { id: "passengers", name: "figures.passengers", width: "9rem", isNumber: true, isSpare: true, value: (s) => s.passengers,
      cell: (s) => people(s) },
    { id: "late", name: "list.late", width: "6.75rem", isNumber: true, isSpare: true, value: lateBy,
      cell: (s) => lateBy(s) > 0 ? late(s) : nothing },
    { id: "status", name: "board.status", width: "minmax(7rem,1.4fr)", phone: "7.5rem", value: (s) => orderOf(toldStatus(s)),
      cell: (s) => html`<span class="cell-pair"><span class="state state-${toldStatus(s)}">${word("status", toldStatus(s))}</span>
        <small>${s.cause === "" ? nothing : word("cause", s.cause)}</small></span>` },
  ];

  protected items(): Iterable<SortieNow> {
    return picture.sorties.values();
  }

  protected idOf(sortie: SortieNow): string {
    return sortie.sortie_id;
  }

  protected override dependsOn(sortie: SortieNow): unknown[] {
    return [lateBy(sortie)];
  }

  protected override stateOf(sortie: SortieNow): string {
    return sortie.status;
  }

  protected textOf(s: SortieNow): string {
    return [s.sortie_id, s.aircraft_id ?? "", placeName(s.origin), placeName(s.destination), s.origin, s.destination,
      word("status", toldStatus(s)), s.cause === "" ? "" : word("cause", s.cause)].join(" ");
  }

  protected isSelected(sortie: SortieNow): boolean {
    return picture.selection?.kind === "sortie" && picture.selection.id === sortie.sortie_id;
  }

  protected open(sortie: SortieNow): void {
    picture.select({ kind: "sortie", id: sortie.sortie_id });
  }

  /** The first that leaves about now, when all are listed by time. */
  protected override firstShown(sorties: SortieNow[]): number {
    if (this.column !== "time" || this.isDown) return 0;
    const now = picture.nowMs() - aroundMs;
    return Math.max(0, sorties.findIndex((s) => plannedAt(s) >= now));
  }

  private time(sortie: SortieNow): unknown {
    const offset = picture.clock.offsetMs();
    return html`<span class="num">${format.clock(plannedAt(sortie), offset)}</span>`;
  }
}

customElements.define("aspan-sorties", SortiesView);
