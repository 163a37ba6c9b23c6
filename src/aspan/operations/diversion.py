"""Diversion: what becomes of aircraft on their way to a site that the weather closes.

An aircraft that has not begun its transition to land turns over the closed site, in its protected
cylinder, into the lane to an alternate: where it holds a share of the contingency pool if the
weather lets it, else the nearest site that is open, has a stand and lies within its energy. It
waits in the turn until lane and FATO are free. With no such site it lands where it was bound for,
and an emergency is on the log.

Not modelled: turning back before the destination is reached.
"""

from aspan.airspace.departures import DepartureRefused, SlotDemand, find_departure
from aspan.airspace.fix import FixTurn, plan_fix_turn
from aspan.airspace.trajectory import Trajectory, plan_trajectory
from aspan.operations import events as ev
from aspan.operations.flow import free_later
from aspan.operations.legs import mean_wind
from aspan.operations.lifecycles import SortiePhase
from aspan.operations.records import SortieRecord
from aspan.operations.release import find_stand, list_safe_sites
from aspan.operations.state import State
from aspan.operations.turn import Turn
from aspan.physics.battery import available_kwh
from aspan.physics.flight import aux_power_kw
from aspan.physics.reserve import DiversionSite, diversion_energy_kwh
from aspan.physics.wind import WindRefused
from aspan.primitives.ids import FatoId, StandId, VertiportId
from aspan.primitives.units import MS_PER_MIN, MS_PER_S
from aspan.world.atmosphere import air_density_kg_m3

DECISION_MS = 30 * MS_PER_S
"""Time to tell the pilot before the fix. Assumed."""

HOLD_MS_MAX = 10 * MS_PER_MIN
"""Longest wait in the turn. Assumed: half of the final reserve."""

EN_ROUTE = (SortiePhase.RELEASED, SortiePhase.TAXIING_OUT, SortiePhase.AIRBORNE)


def divert_inbound(turn: Turn, site_id: VertiportId, cause: str) -> None:
    """Divert what is on its way to a site that may not be landed at; declare what cannot be."""
    state = turn.state
    for sortie_id in sorted(state.sites[site_id].inbound):
        sortie = state.sorties[sortie_id]
        fix_ms = _fix_ms(sortie)
        if sortie.phase not in EN_ROUTE or sortie.is_diverted or fix_ms is None:
            continue
        if turn.at_ms + DECISION_MS >= fix_ms:
            continue
        diverted = _plan(turn, sortie, fix_ms, cause)
        if diverted is None:
            turn.tell(
                ev.EmergencyDeclared(
                    at_ms=turn.at_ms, sortie_id=sortie_id, reason="no_alternate_open"
                )
            )
            continue
        turn.tell(diverted)
        if sortie.aircraft_id is not None:
            chain = state.aircraft[sortie.aircraft_id].chain
            free_later(turn, chain[chain.index(sortie_id) + 1 :], "diverted")


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
        if _is_within_energy(turn.state, sortie, site):
            diverted = _plan_to(turn, sortie, VertiportId(site.site_id), fix_ms, cause)
            if diverted is not None:
                return diverted
    return None


def _is_within_energy(state: State, sortie: SortieRecord, site: DiversionSite) -> bool:
    """Say whether what was aboard at release reaches a site beyond the destination."""
    release, report = sortie.release, state.sites[sortie.destination].report
    if release is None or report is None or sortie.aircraft_id is None:
        return False
    kind = state.index.city.aircraft_type
    aircraft = state.aircraft[sortie.aircraft_id]
    beyond_kwh = diversion_energy_kwh(
        kind,
        state.index.rules.reserve,
        site=site,
        mass_kg=release.mass_kg,
        density_kg_m3=air_density_kg_m3(report.pressure_pa, report.temperature_k),
        aux_kw=aux_power_kw(kind, report.temperature_k),
        wind_mps=report.wind_mps,
        wind_from_deg=report.wind_from_deg,
    )
    if isinstance(beyond_kwh, WindRefused):
        return False
    available = available_kwh(
        kind, soc=release.soc, soh=aircraft.soh, pack_k=aircraft.pack_temperature_k
    )
    return available >= release.predicted_energy_kwh + beyond_kwh


def find_pool_stand(state: State, site_id: VertiportId) -> StandId | None:
    """Return a contingency stand that is empty and promised to nobody; None if there is none."""
    site = state.sites[site_id]
    for stand_id in state.index.pool_stands[site_id]:
        if stand_id not in site.occupants and stand_id not in site.holds:
            return stand_id
    return None


def _plan_to(
    turn: Turn, sortie: SortieRecord, to: VertiportId, fix_ms: int, cause: str
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
    fix_turn = plan_fix_turn(index.lanes[sortie.origin, sortie.destination], outbound)
    found = _find_slot(state, trajectory, fix_turn, fix_ms)
    if found is None:
        return None
    lift_off_ms, fato_id = found
    touchdown_ms = lift_off_ms + trajectory.duration_ms
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
    )


def _find_slot(
    state: State, trajectory: Trajectory, fix_turn: FixTurn, fix_ms: int
) -> tuple[int, FatoId] | None:
    """Return the lift-off that would pass the fix as the turn ends there, and the arrival FATO.

    The turn takes only times its speeds allow; the search steps from one to the next.
    """
    index, lane = state.index, trajectory.lane
    arrivals = index.arrival_fatos[lane.destination]
    fatos = state.sites[lane.destination].fatos
    land, clear = index.slot(index.arrival_use(trajectory.duration_ms))
    joins_ms = trajectory.offsets_ms[lane.cruise_first]
    turn_ms: int | None = fix_turn.duration_ms_min
    while turn_ms is not None and turn_ms <= HOLD_MS_MAX:
        found = find_departure(
            state.reservations,
            lane,
            trajectory,
            not_before_ms=fix_ms + turn_ms - joins_ms,
            latest_ms=fix_ms + HOLD_MS_MAX - joins_ms,
            demands=(SlotDemand([fatos[f] for f in arrivals], land, clear - land),),
        )
        if isinstance(found, DepartureRefused):
            return None
        took_ms = found.lift_off_at_ms + joins_ms - fix_ms
        if fix_turn.find_rounds(took_ms) is not None:
            return found.lift_off_at_ms, arrivals[found.choices[0]]
        turn_ms = fix_turn.next_duration_ms(took_ms)
    return None
