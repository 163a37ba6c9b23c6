/** Every aircraft: charge, phase, where it is, what comes next. */
import { html, nothing, type TemplateResult } from "lit";
import { chargeOf } from "../charge";
import * as format from "../format";
import { t, word, type Key } from "../i18n";
import { icon } from "../icons";
import { picture, smallMarginKwh } from "../store";
import type { AircraftNow, SortieNow } from "../types";
import { ListView, type Column, type Filter } from "./list";
import { placeName } from "./names";
import { isOver } from "./status";

const flying = new Set(["airborne", "diverting"]);
const phases = ["diverting", "airborne", "taxiing", "landed", "boarding", "held", "turnaround", "charging", "parked", "grounded"];

const tickMs = 1000; // wall time between two looks at the charge of those in the air

function chargeCell(aircraft: AircraftNow): TemplateResult {
  const { soc, what } = chargeOf(aircraft);
  const share = Math.max(0, Math.min(1, soc));
  return html`<span class="cell-charge" title=${what}><span class="charge-bar" aria-hidden="true"><span style="width:${share * 100}%"></span></span>
    <span class="num">${format.percent(soc)}</span></span>`;
}

class FleetView extends ListView<AircraftNow> {
  protected readonly name: Key = "fleet.title";
  protected readonly empty: Key = "fleet.empty";
  protected column = "aircraft";
  protected override filter = "all";
  private next = new Map<string, SortieNow>();
  private ticker = 0;
  protected override readonly filters: readonly Filter<AircraftNow>[] = [
    { id: "all", name: "board.filter.all", passes: () => true },
    { id: "air", name: "figures.in_air", passes: (a) => flying.has(a.phase) },
    { id: "ground", name: "fleet.on_ground", passes: (a) => !flying.has(a.phase) && a.phase !== "grounded" },
    { id: "grounded", name: "fleet.grounded", passes: (a) => a.phase === "grounded" },
  ];

  protected readonly columns: readonly Column<AircraftNow>[] = [
    { id: "aircraft", name: "board.aircraft", width: "minmax(5rem,1fr)", phone: "4.6rem", value: (a) => a.aircraft_id, cell: (a) => html`<b>${a.aircraft_id}</b>` },
    { id: "phase", name: "board.status", width: "minmax(7rem,1.4fr)", phone: "minmax(0,1fr)", value: (a) => phases.indexOf(a.phase),
      cell: (a) => html`<span class="cell-pair"><span class="state state-${a.phase}">${word("phase", a.phase)}</span>
        ${a.vertiport_id === null ? nothing : html`<small class="is-phone">${placeName(a.vertiport_id)}</small>`}</span>` },
    { id: "charge", name: "aircraft.charge", width: "minmax(6rem,1.2fr)", phone: "6rem", value: (a) => chargeOf(a).soc, cell: (a) => chargeCell(a) },
    { id: "margin", name: "fleet.margin", width: "8.75rem", isNumber: true, isSpare: true,
      value: (a) => a.energy_margin_kwh ?? Number.POSITIVE_INFINITY, cell: (a) => this.margin(a) },
    { id: "place", name: "aircraft.where", width: "minmax(8rem,1.5fr)", isSpare: true, value: (a) => a.vertiport_id ?? "~", cell: (a) => this.where(a) },
    { id: "next", name: "fleet.next", width: "minmax(9rem,1.8fr)", isSpare: true,
      value: (a) => this.nextOf(a)?.planned_off_block_at_ms ?? Number.POSITIVE_INFINITY, cell: (a) => this.coming(a) },
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.ticker = window.setInterval(() => this.requestUpdate(), tickMs);
  }

  override disconnectedCallback(): void {
    clearInterval(this.ticker);
    super.disconnectedCallback();
  }

  protected items(): Iterable<AircraftNow> {
    this.next = new Map();
    for (const sortie of picture.sorties.values()) {
      if (sortie.aircraft_id === null || isOver(sortie.status) || sortie.off_block_at_ms !== null) continue;
      const known = this.next.get(sortie.aircraft_id);
      if (known === undefined || sortie.planned_off_block_at_ms < known.planned_off_block_at_ms) {
        this.next.set(sortie.aircraft_id, sortie);
      }
    }
    return picture.aircraft.values();
  }

  protected idOf(aircraft: AircraftNow): string {
    return aircraft.aircraft_id;
  }

  protected override stateOf(aircraft: AircraftNow): string {
    return aircraft.phase;
  }

  protected textOf(a: AircraftNow): string {
    return [a.aircraft_id, word("phase", a.phase), a.sortie_id ?? "", a.vertiport_id === null ? "" : placeName(a.vertiport_id)].join(" ");
  }

  protected isSelected(aircraft: AircraftNow): boolean {
    return picture.selection?.kind === "aircraft" && picture.selection.id === aircraft.aircraft_id;
  }

  protected open(aircraft: AircraftNow): void {
    picture.select({ kind: "aircraft", id: aircraft.aircraft_id });
  }

  protected override dependsOn(aircraft: AircraftNow): unknown[] {
    return [this.nextOf(aircraft), Math.round(chargeOf(aircraft).soc * 100), aircraft.sortie_id === null ? null : picture.sorties.get(aircraft.sortie_id)];
  }

  private nextOf(aircraft: AircraftNow): SortieNow | undefined {
    return this.next.get(aircraft.aircraft_id);
  }

  private margin(aircraft: AircraftNow): unknown {
    const margin = aircraft.energy_margin_kwh;
    if (margin === null) return html`<small>${aircraft.sortie_id === null ? "–" : t("margin.at_release")}</small>`;
    return margin < smallMarginKwh
      ? html`<span class="late">${icon("warning")} ${format.kwh(margin)}</span>` : format.kwh(margin);
  }

  private where(aircraft: AircraftNow): unknown {
    if (aircraft.vertiport_id !== null) {
      return html`<span class="cell-pair"><span>${placeName(aircraft.vertiport_id)}</span><small>${aircraft.stand_id ?? ""}</small></span>`;
    }
    const sortie = aircraft.sortie_id === null ? undefined : picture.sorties.get(aircraft.sortie_id);
    if (sortie !== undefined && !flying.has(aircraft.phase)) {
      const place = aircraft.phase === "landed" ? sortie.destination : sortie.origin;
      return html`<span class="cell-pair"><span>${placeName(place)}</span><small>${t("fleet.on_taxiway")}</small></span>`;
    }
    return sortie === undefined ? t("figures.in_air")
      : html`<span class="cell-pair"><span>${t("figures.in_air")}</span><small>${icon("arrowRight")}${placeName(sortie.destination)}</small></span>`;
  }

  private coming(aircraft: AircraftNow): unknown {
    const next = this.nextOf(aircraft);
    if (next === undefined) return html`<small>–</small>`;
    const time = format.clock(next.planned_off_block_at_ms, picture.clock.offsetMs());
    return html`<span class="cell-pair"><span class="num">${time}</span>
      <small>${icon("arrowRight")}${placeName(next.destination)}${next.passengers > 0 ? nothing : html`, ${t("sortie.empty")}`}</small></span>`;
  }
}

customElements.define("aspan-fleet", FleetView);
