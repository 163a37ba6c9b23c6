"""Diversion: what becomes of aircraft on their way to a site or FATO that is closed to them.

An aircraft that has not begun its transition to land turns over the closed site, in its protected
cylinder, into the lane to an alternate: where it holds a share of the contingency pool if the
weather lets it, else the nearest site that is open, has a stand and lies within its energy. It
waits in the turn until lane and FATO are free. With no such site it lands where it was bound for,
and an emergency is on the log. No site is one that would be reached after the hours of service.

Not modelled: turning back before the destination is reached, a second diversion, separation from
others that turn over the same site.
"""

from aspan.airspace.departures import DepartureRefused, SlotDemand, find_departure
from aspan.airspace.fix import FixTurn, plan_fix_turn
from aspan.airspace.geozones import find_closed
from aspan.airspace.lanes import Lane
from aspan.airspace.trajectory import Trajectory, plan_trajectory
from aspan.operations import events as ev
from aspan.operations.actions import FATO_CLOSED
from aspan.operations.fatos import find_other_fato, list_arrival_fatos
from aspan.operations.flow import free_later
from aspan.operations.legs import mean_wind
from aspan.operations.lifecycles import SortiePhase
from aspan.operations.opening import CLOSING_MS
from aspan.operations.records import SortieRecord
from aspan.operations.release import ENERGY_DIGITS, find_stand, list_safe_sites
from aspan.operations.state import State
from aspan.operations.turn import Turn
from aspan.physics.battery import available_kwh
from aspan.physics.flight import aux_power_kw
from aspan.physics.reserve import (
    DiversionSite,
    diversion_energy_kwh,
    final_reserve_kwh,
    final_reserve_s,
)
from aspan.physics.wind import WindRefused
from aspan.primitives.ids import FatoId, StandId, VertiportId
from aspan.primitives.units import MS_PER_MIN, MS_PER_S
from aspan.world.atmosphere import air_density_kg_m3
from aspan.world.weather import Weather

DECISION_MS = 30 * MS_PER_S
"""Time to tell the pilot before the fix. Assumed."""

HOLD_MS_MAX = 10 * MS_PER_MIN
"""Longest wait in the turn. Assumed: half of the final reserve."""

EN_ROUTE = (SortiePhase.RELEASED, SortiePhase.TAXIING_OUT, SortiePhase.AIRBORNE)


def divert_inbound(turn: Turn, site_id: VertiportId, cause: str) -> None:
    """Divert what is on its way to a site that may not be landed at; declare what cannot be."""
    state = turn.state
    for sortie_id in sorted(state.sites[site_id].inbound):
        _divert(turn, state.sorties[sortie_id], cause)


def clear_fato(turn: Turn, site_id: VertiportId, fato_id: FatoId) -> None:
    """Take what is on its way to a closed FATO to another of the site, or to another site.

    What can no longer turn away and finds no other FATO free lands as it was cleared to.
    """
    for sortie in list_landing(turn.state, site_id, fato_id):
        other = find_other_fato(
            turn.state, site_id, fato_id=fato_id, touchdown_ms=sortie.touchdown_ms
        )
        if other is None:
            _divert(turn, sortie, FATO_CLOSED)
            continue
        moved = ev.LandingMoved(
            at_ms=turn.at_ms,
            sortie_id=sortie.sortie_id,
            cause=FATO_CLOSED,
            destination_fato_id=other,
        )
        turn.tell(moved)


def list_landing(state: State, site_id: VertiportId, fato_id: FatoId) -> list[SortieRecord]:
    """Return the sorties on their way to land on a FATO, by id."""
    return [
        state.sorties[sortie_id]
        for sortie_id in sorted(state.sites[site_id].inbound)
        if state.sorties[sortie_id].phase in EN_ROUTE
        and state.sorties[sortie_id].landing_fato_id == fato_id
    ]


def find_outcome(
    turn: Turn, sortie: SortieRecord, cause: str
) -> ev.SortieDiverted | ev.EmergencyDeclared | None:
    """Return what becomes of a sortie whose landing place closes now; changes nothing.

    None if it is too near its fix to turn away, or not on its way: it lands as it was cleared to.
    """
    fix_ms = _fix_ms(sortie)
    if sortie.phase not in EN_ROUTE or fix_ms is None:
        return None
    if turn.at_ms + DECISION_MS >= fix_ms and not sortie.is_diverted:
        return None
    diverted = None if sortie.is_diverted else _plan(turn, sortie, fix_ms, cause)
    if diverted is not None:
        return diverted
    reason = "alternate_closed" if sortie.is_diverted else "no_alternate_open"
    return ev.EmergencyDeclared(at_ms=turn.at_ms, sortie_id=sortie.sortie_id, reason=reason)


def _divert(turn: Turn, sortie: SortieRecord, cause: str) -> None:
    """Divert one sortie if it can still turn away; declare what cannot be."""
    outcome = find_outcome(turn, sortie, cause)
    if outcome is None:
        return
    turn.tell(outcome)
    if isinstance(outcome, ev.SortieDiverted) and sortie.aircraft_id is not None:
        chain = turn.state.aircraft[sortie.aircraft_id].chain
        free_later(turn, chain[chain.index(sortie.sortie_id) + 1 :], "diverted")


def _fix_ms(sortie: SortieRecord) -> int | None:
    """Return when the planned cruise ends, the last point at which a sortie can turn away."""
    plan, trajectory = sortie.assignment, sortie.trajectory
    if plan is None or trajectory is None:
        return None
    return plan.lift_off_at_ms + trajectory.offsets_ms[trajectory.lane.cruise_last]


def _plan(turn: Turn, sortie: SortieRecord, fix_ms: int, cause: str) -> ev.SortieDiverted | None:
    """Return the diversion to the first site that can take the sortie; None if none can."""
    release = sortie.release
    if release is None:
        return None
    sites = list_safe_sites(turn.planner, sortie.destination, turn.at_ms)
    sites.sort(key=lambda s: (s.site_id != release.alternate_id, s.distance_m, s.site_id))
    for site in sites:
        wait_ms_max = _find_wait_ms_max(turn.state, sortie, site)
        if wait_ms_max > 0:
            diverted = _plan_to(
                turn, sortie, VertiportId(site.site_id), fix_ms, cause, wait_ms_max=wait_ms_max
            )
            if diverted is not None:
                return diverted
    return None


def _find_wait_ms_max(state: State, sortie: SortieRecord, site: DiversionSite) -> int:
    """Return how long the turn may take if what was aboard at release shall reach a site beyond.

    No longer than `HOLD_MS_MAX`; 0 if the site is out of reach.
    """
    release, report = sortie.release, state.sites[sortie.destination].report
    if release is None or report is None or sortie.aircraft_id is None:
        return 0
    kind = state.index.city.aircraft_type
    aircraft = state.aircraft[sortie.aircraft_id]
    density = air_density_kg_m3(report.pressure_pa, report.temperature_k)
    aux_kw = aux_power_kw(kind, report.temperature_k)
    beyond_kwh = diversion_energy_kwh(
        kind,
        state.index.rules.reserve,
        site=site,
        mass_kg=release.mass_kg,
        density_kg_m3=density,
        aux_kw=aux_kw,
        wind_mps=report.wind_mps,
        wind_from_deg=report.wind_from_deg,
    )
    if isinstance(beyond_kwh, WindRefused):
        return 0
    available = available_kwh(
        kind, soc=release.soc, soh=aircraft.soh, pack_k=aircraft.pack_temperature_k
    )
    spare_kwh = available - release.predicted_energy_kwh - beyond_kwh
    longest_kwh = final_reserve_kwh(
        kind,
        mass_kg=release.mass_kg,
        density_kg_m3=density,
        duration_s=HOLD_MS_MAX / MS_PER_S,
        aux_kw=aux_kw,
    )
    return max(0, min(HOLD_MS_MAX, int(HOLD_MS_MAX * spare_kwh / longest_kwh)))


def _reserve_there_kwh(state: State, sortie: SortieRecord, outbound: Lane, there: Weather) -> float:
    """Return the final reserve to keep where a diverted sortie lands, by the worse of its lanes."""
    kind = state.index.city.aircraft_type
    trajectory = sortie.trajectory
    is_landable = trajectory is None or trajectory.lane.is_landable_everywhere
    duration_s, _ = final_reserve_s(
        state.index.rules.reserve,
        is_landable_everywhere=is_landable and outbound.is_landable_everywhere,
        is_night=False,
    )
    reserve_kwh = final_reserve_kwh(
        kind,
        mass_kg=sortie.release.mass_kg if sortie.release is not None else kind.mass_kg,
        density_kg_m3=air_density_kg_m3(there.pressure_pa, there.temperature_k),
        duration_s=duration_s,
        aux_kw=aux_power_kw(kind, there.temperature_k),
    )
    return round(reserve_kwh, ENERGY_DIGITS)


def find_pool_stand(state: State, site_id: VertiportId) -> StandId | None:
    """Return a contingency stand that is empty and promised to nobody; None if there is none."""
    site = state.sites[site_id]
    for stand_id in state.index.pool_stands[site_id]:
        if stand_id not in site.occupants and stand_id not in site.holds:
            return stand_id
    return None


def _plan_to(
    turn: Turn,
    sortie: SortieRecord,
    to: VertiportId,
    fix_ms: int,
    cause: str,
    *,
    wait_ms_max: int,
) -> ev.SortieDiverted | None:
    """Return the diversion to one site, if it has a stand and lane and FATO are free in time."""
    state, index = turn.state, turn.state.index
    stand_id = find_stand(state, to) or find_pool_stand(state, to)
    here, there = state.sites[sortie.destination].report, state.sites[to].report
    if stand_id is None or here is None or there is None:
        return None
    outbound = index.lanes[sortie.destination, to]
    wind_mps, wind_from_deg = mean_wind(here, there)
    trajectory = plan_trajectory(
        outbound, index.city.aircraft_type, wind_mps=wind_mps, wind_from_deg=wind_from_deg
    )
    if isinstance(trajectory, WindRefused):
        return None
    if sortie.trajectory is None:
        return None
    fix_turn = plan_fix_turn(sortie.trajectory.lane, outbound)
    found = _find_slot(state, trajectory, fix_turn, fix_ms, wait_ms_max)
    if found is None:
        return None
    lift_off_ms, fato_id = found
    crossings = index.crossings.get(outbound.lane_id, ())
    offsets_ms = trajectory.offsets_ms
    if find_closed(crossings, offsets_ms, lift_off_ms, state.reserved_zones) is not None:
        return None
    touchdown_ms = lift_off_ms + trajectory.duration_ms
    if touchdown_ms + index.taxi_ms > state.service_until_ms + CLOSING_MS:
        return None
    return ev.SortieDiverted(
        at_ms=turn.at_ms,
        sortie_id=sortie.sortie_id,
        cause=cause,
        destination=to,
        lane_id=outbound.lane_id,
        destination_fato_id=fato_id,
        stand_id=stand_id,
        virtual_lift_off_at_ms=lift_off_ms,
        touchdown_at_ms=touchdown_ms,
        on_block_at_ms=touchdown_ms + index.taxi_ms,
        version=sortie.version + 1,
        vertex_offsets_ms=trajectory.offsets_ms,
        final_reserve_kwh=_reserve_there_kwh(state, sortie, outbound, there),
    )


def _find_slot(
    state: State, trajectory: Trajectory, fix_turn: FixTurn, fix_ms: int, wait_ms_max: int
) -> tuple[int, FatoId] | None:
    """Return the lift-off that would pass the fix as the turn ends there, and the arrival FATO.

    The turn takes only times its speeds allow; the search steps from one to the next.
    """
    index, lane = state.index, trajectory.lane
    arrivals = list_arrival_fatos(state, lane.destination)
    fatos = state.sites[lane.destination].fatos
    land, clear = index.slot(index.arrival_use(trajectory.duration_ms))
    joins_ms = trajectory.offsets_ms[lane.cruise_first]
    turn_ms: int | None = fix_turn.duration_ms_min
    while turn_ms is not None and turn_ms <= wait_ms_max:
        found = find_departure(
            state.reservations,
            lane,
            trajectory,
            not_before_ms=fix_ms + turn_ms - joins_ms,
            latest_ms=fix_ms + wait_ms_max - joins_ms,
            demands=(SlotDemand([fatos[f] for f in arrivals], land, clear - land),),
        )
        if isinstance(found, DepartureRefused):
            return None
        took_ms = found.lift_off_at_ms + joins_ms - fix_ms
        if fix_turn.find_rounds(took_ms) is not None:
            return found.lift_off_at_ms, arrivals[found.choices[0]]
        turn_ms = fix_turn.next_duration_ms(took_ms)
    return None
