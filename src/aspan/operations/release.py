"""Release: the last look before off-block, at everything the field demands.

Destination first: no off-block until arrival FATO slot and stand are held and a share of a
contingency place is claimed. A sortie that may not go is held with its reason; that is an answer.
"""

import msgspec

from aspan.airspace.lanes import Lane
from aspan.operations import events as ev
from aspan.operations.actions import FATO_CLOSED, HELD_BY_DESK
from aspan.operations.crews import find_crew_fault
from aspan.operations.fatos import list_arrival_fatos
from aspan.operations.lane_choice import closes_within
from aspan.operations.legs import Leg, LegRefused
from aspan.operations.planning import Planner
from aspan.operations.records import AircraftRecord, SortieRecord
from aspan.operations.seating import boarding_ms, needs_time
from aspan.operations.sky import hour_of
from aspan.operations.state import State
from aspan.operations.turnaround import pack_k_at, soc_at
from aspan.physics.battery import available_kwh, is_dispatch_temperature, soc_needed
from aspan.physics.charging import battery_power_kw, time_to_soc_s
from aspan.physics.reserve import DiversionSite
from aspan.primitives.ids import PilotId, StandId, VertiportId
from aspan.primitives.units import MS_PER_H, MS_PER_MIN, MS_PER_S, S_PER_H

RETRY_MS = 3 * MS_PER_MIN
"""A sortie held for something that may end any time looks again after this long. Assumed."""

SAFE_SITES = 2
"""Sites a reserve is counted to (facts 2.2 item 9)."""

DIVERSION_WITHIN_MS = 90 * MS_PER_MIN
"""Who must divert is down by then. Assumed: the greatest range told, 161 km (facts 1.13), takes
37 min at cruise speed, and into a wind that halves it twice that."""

ENERGY_DIGITS = 4
"""Energies are rounded at birth to 0.1 Wh."""


class Hold(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Why a sortie may not go now, and when to look again."""

    reason: str
    retry_at_ms: int


def plan_release(
    planner: Planner, sortie: SortieRecord, aircraft: AircraftRecord, at_ms: int
) -> ev.SortieReleased | Hold:
    """Return the release of a planned sortie at its off-block, or why it is held."""
    state = planner.state
    plan = sortie.assignment
    if plan is None:
        return Hold(reason="no_plan", retry_at_ms=at_ms + RETRY_MS)
    hold = _check_desk(state, sortie, aircraft, at_ms) or _check_readiness(
        state, sortie, aircraft, at_ms
    )
    if hold is not None:
        return hold
    approval = find_approval(state, aircraft, sortie, at_ms, plan.on_block_at_ms)
    if not approval:
        return Hold(reason="approval", retry_at_ms=at_ms + 10 * RETRY_MS)
    hold = _check_weather(planner, sortie, at_ms, plan.on_block_at_ms)
    if hold is not None:
        return hold
    stand_id = find_stand(state, sortie.destination)
    if stand_id is None:
        return Hold(reason="no_stand", retry_at_ms=at_ms + RETRY_MS)
    sites, chosen = _choose_alternate(planner, sortie.destination, at_ms)
    if len(sites) < SAFE_SITES:
        return Hold(reason="no_alternate", retry_at_ms=_next_report_ms(at_ms))
    if chosen is None:
        return Hold(reason="contingency_full", retry_at_ms=at_ms + RETRY_MS)
    counted = sites[: max(SAFE_SITES, chosen + 1)][-SAFE_SITES:]
    alternate_id = VertiportId(sites[chosen].site_id)
    return _check_energy(
        planner, sortie, aircraft, at_ms, stand_id, alternate_id, counted, approval
    )


def _next_report_ms(at_ms: int) -> int:
    return hour_of(at_ms) + MS_PER_H + MS_PER_S


def _check_desk(
    state: State, sortie: SortieRecord, aircraft: AircraftRecord, at_ms: int
) -> Hold | None:
    """Look whether the desk lets aircraft, site and both FATOs be used."""
    origin, plan = state.sites[sortie.origin], sortie.assignment
    if aircraft.grounded:
        return Hold(reason="grounded", retry_at_ms=at_ms + RETRY_MS)
    if origin.is_held:
        return Hold(reason=HELD_BY_DESK, retry_at_ms=at_ms + RETRY_MS)
    is_closed = plan is not None and plan.origin_fato_id in origin.closed_fatos
    if is_closed or sortie.landing_fato_id in state.sites[sortie.destination].closed_fatos:
        return Hold(reason=FATO_CLOSED, retry_at_ms=at_ms + MS_PER_MIN)
    return None


def _check_readiness(
    state: State, sortie: SortieRecord, aircraft: AircraftRecord, at_ms: int
) -> Hold | None:
    """Look whether the aircraft is here, turned round, crewed and at a temperature to fly."""
    plan = sortie.assignment
    if plan is None or aircraft.chain[0] != sortie.sortie_id or aircraft.stand_id is None:
        before = state.sorties[aircraft.chain[0]]
        on_ms = max(before.expected_on_block_ms, at_ms)
        retry_ms = max(on_ms + state.index.turnaround_ms, at_ms + MS_PER_MIN)
        return Hold(reason="aircraft_late", retry_at_ms=retry_ms)
    ready_ms = aircraft.since_ms + state.index.turnaround_ms
    if at_ms < ready_ms and aircraft.since_ms > state.service_from_ms:
        return Hold(reason="turnaround", retry_at_ms=ready_ms)
    aboard_ms = sortie.called_at_ms + boarding_ms(state, sortie)
    if needs_time(state, sortie) and at_ms < aboard_ms:
        return Hold(reason="boarding", retry_at_ms=aboard_ms)
    if at_ms < state.service_from_ms or plan.on_block_at_ms > state.service_until_ms:
        return Hold(reason="hours", retry_at_ms=at_ms + 10 * RETRY_MS)
    fault = find_crew_fault(state, aircraft, off_block_ms=at_ms, on_block_ms=plan.on_block_at_ms)
    if fault:
        return Hold(reason=fault, retry_at_ms=at_ms + 2 * RETRY_MS)
    kind = state.index.city.aircraft_type
    if not is_dispatch_temperature(kind, pack_k_at(state, aircraft, at_ms)):
        return Hold(reason="pack_temperature", retry_at_ms=at_ms + RETRY_MS)
    return None


def find_approval(
    state: State, aircraft: AircraftRecord, sortie: SortieRecord, off_ms: int, on_ms: int
) -> str:
    """Return the kind of approval that covers a sortie at both ends; empty if none does."""
    kinds = ("passenger",) if sortie.seats_taken else ("passenger", "demonstration", "test")
    for kind in kinds:
        covers = [
            approval
            for approval in aircraft.approvals
            if approval.kind == kind
            and approval.from_at_ms <= off_ms
            and on_ms < approval.until_at_ms
        ]
        if all(
            any(site in approval.vertiport_ids for approval in covers)
            for site in (sortie.origin, sortie.destination)
        ):
            return kind
    return ""


def _lane_of(state: State, sortie: SortieRecord) -> Lane:
    """Return the lane a sortie is planned along, the pair's first choice without a plan."""
    if sortie.trajectory is not None:
        return sortie.trajectory.lane
    return state.index.lanes[sortie.origin, sortie.destination]


def _check_weather(planner: Planner, sortie: SortieRecord, at_ms: int, on_ms: int) -> Hold | None:
    """Look at both ends and the lane now, and at the destination when the sortie will be there."""
    state = planner.state
    lane = _lane_of(state, sortie)
    for site_id, when_ms in (
        (sortie.origin, at_ms),
        (sortie.destination, at_ms),
        (sortie.destination, on_ms),
    ):
        reason = planner.sky.find_obstacle(site_id, layer=lane.layer, now_ms=at_ms, at_ms=when_ms)
        if reason:
            return Hold(reason=reason, retry_at_ms=_next_report_ms(at_ms))
    reason = planner.sky.find_lane_obstacle(lane.lane_id, now_ms=at_ms, at_ms=at_ms)
    return Hold(reason=reason, retry_at_ms=_next_report_ms(at_ms)) if reason else None


def find_stand(state: State, site_id: VertiportId) -> StandId | None:
    """Return a planned stand, empty and promised to nobody; one with a free charger first."""
    site = state.sites[site_id]
    free = [
        stand
        for stand in state.index.planned_stands[site_id]
        if stand not in site.occupants and stand not in site.holds
    ]
    for stand in free:
        if any(c.charger_id not in site.feeding for c in state.index.chargers_of[stand]):
            return stand
    return free[0] if free else None


def list_safe_sites(planner: Planner, destination: VertiportId, at_ms: int) -> list[DiversionSite]:
    """Return the open sites beyond a destination with landable weather, nearest first."""
    sites = planner.legs.diversions[destination]
    return [site for site in sites if _is_safe(planner, destination, site, at_ms)]


def _is_safe(planner: Planner, destination: VertiportId, site: DiversionSite, at_ms: int) -> bool:
    """Say whether a site beyond a destination is open, with landable weather."""
    site_id = VertiportId(site.site_id)
    layer = planner.index.lanes[destination, site_id].layer
    if not list_arrival_fatos(planner.state, site_id):
        return False
    return not planner.sky.find_obstacle(site_id, layer=layer, now_ms=at_ms, at_ms=at_ms)


def _may_close(state: State, destination: VertiportId, site: DiversionSite, at_ms: int) -> bool:
    """Say whether a geozone may close the way to a site before a diversion would be over."""
    lane = state.index.lanes[destination, VertiportId(site.site_id)]
    return closes_within(state, lane, at_ms, at_ms + DIVERSION_WITHIN_MS)


def count_pool(state: State, site_id: VertiportId) -> int:
    """Return the contingency places of a site that stand empty and are promised to nobody."""
    site = state.sites[site_id]
    return sum(
        stand_id not in site.occupants and stand_id not in site.holds
        for stand_id in state.index.pool_stands[site_id]
    )


def _choose_alternate(
    planner: Planner, destination: VertiportId, at_ms: int
) -> tuple[list[DiversionSite], int | None]:
    """Return safe sites with a way to them, nearest first, and which to go to.

    That is the first with a contingency place to claim if the destination is lost; no site is
    looked at beyond it and those that the reserve is counted to.
    """
    state = planner.state
    sites: list[DiversionSite] = []
    chosen: int | None = None
    for site in planner.legs.diversions[destination]:
        if chosen is not None and len(sites) >= SAFE_SITES:
            break
        if not _is_safe(planner, destination, site, at_ms) or _may_close(
            state, destination, site, at_ms
        ):
            continue
        site_id = VertiportId(site.site_id)
        claims = state.sites[site_id].claims.get(destination, 0)
        if chosen is None and claims < count_pool(state, site_id):
            chosen = len(sites)
        sites.append(site)
    return sites, chosen


def _check_energy(
    planner: Planner,
    sortie: SortieRecord,
    aircraft: AircraftRecord,
    at_ms: int,
    stand_id: StandId,
    alternate_id: VertiportId,
    sites: list[DiversionSite],
    approval: str,
) -> ev.SortieReleased | Hold:
    """Compare what is available with what policy demands at the mass that flies."""
    state = planner.state
    kind = state.index.city.aircraft_type
    here, there = state.sites[sortie.origin].report, state.sites[sortie.destination].report
    if here is None or there is None:
        return Hold(reason="weather_no_report", retry_at_ms=_next_report_ms(at_ms))
    mass_kg = kind.empty_kg + kind.pilot_kg + sortie.payload_kg
    lane = _lane_of(state, sortie)
    leg = planner.legs.compute(lane, here, there, sortie.payload_kg, tuple(sites))
    if isinstance(leg, LegRefused):
        return Hold(reason=leg.reason, retry_at_ms=_next_report_ms(at_ms))
    soc, pack_k = soc_at(state, aircraft, at_ms), pack_k_at(state, aircraft, at_ms)
    available = available_kwh(kind, soc=soc, soh=aircraft.soh, pack_k=pack_k)
    if available < leg.required.required_kwh:
        return _hold_for_energy(state, aircraft, leg, soc, pack_k, at_ms)
    return ev.SortieReleased(
        at_ms=at_ms,
        sortie_id=sortie.sortie_id,
        pilot_id=aircraft.pilot.pilot_id if aircraft.pilot else PilotId(""),
        stand_id=stand_id,
        alternate_id=alternate_id,
        passengers=sortie.seats_taken,
        payload_kg=round(sortie.payload_kg, 1),
        mass_kg=round(mass_kg, 1),
        soc=soc,
        predicted_energy_kwh=round(leg.trip_kwh, ENERGY_DIGITS),
        final_reserve_kwh=round(leg.required.reserve_kwh, ENERGY_DIGITS),
        required_kwh=round(leg.required.required_kwh, ENERGY_DIGITS),
        reserve_rule=leg.required.rule,
        approval=approval,
    )


def _hold_for_energy(
    state: State, aircraft: AircraftRecord, leg: Leg, soc: float, pack_k: float, at_ms: int
) -> Hold:
    """Say when the charger will have given what is missing, or that it never will."""
    kind = state.index.city.aircraft_type
    wanted = soc_needed(
        kind, required_kwh=leg.required.required_kwh, soh=aircraft.soh, pack_k=pack_k
    )
    if wanted > kind.ceiling_soc or aircraft.stand_id is None:
        return Hold(reason="energy_impossible", retry_at_ms=_next_report_ms(at_ms))
    chargers = state.index.chargers_of[aircraft.stand_id]
    if not chargers:
        return Hold(reason="energy_no_charger", retry_at_ms=_next_report_ms(at_ms))
    time_s = time_to_soc_s(
        kind,
        soc=soc,
        target_soc=wanted,
        soh=aircraft.soh,
        cap_kw=battery_power_kw(state.index.rules.charging, dc_kw=chargers[0].power_kw),
        pack_k=kind.pack_target_k,
    )
    retry_ms = at_ms + max(RETRY_MS, int(min(time_s, S_PER_H) * MS_PER_S) + MS_PER_MIN)
    return Hold(reason="energy", retry_at_ms=retry_ms)
