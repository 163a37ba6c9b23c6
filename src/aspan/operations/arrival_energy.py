"""Energy on arrival: what a sortie that is diverted is expected to have left where it lands.

The way to the fix is the share of what the release predicted; the turn and the way on are the
pieces of the lane to the alternate, with the formulas of `physics.sortie`, in the weather last
reported. Not modelled: a late off-block, and what the outside does other than was reported.
"""

from aspan.airspace.fix import plan_fix_turn
from aspan.operations import events as ev
from aspan.operations.energy_profile import list_pieces_kwh, list_used_kwh
from aspan.operations.records import SortieRecord
from aspan.operations.state import State
from aspan.physics.battery import available_kwh
from aspan.physics.flight import aux_power_kw
from aspan.physics.sortie import cruise_energy_kwh
from aspan.primitives.units import MS_PER_S
from aspan.world.atmosphere import air_density_kg_m3

DIGITS = 1
"""To a tenth of a kilowatt-hour: the weather reported allows no more."""


def find_above_reserve_kwh(
    state: State, sortie: SortieRecord, diverted: ev.SortieDiverted
) -> float | None:
    """Return the energy expected above the final reserve on touchdown; None if not known.

    Parameters
    ----------
    state, sortie
        As they are before the diversion.
    """
    release, trajectory, plan = sortie.release, sortie.trajectory, sortie.assignment
    if release is None or trajectory is None or plan is None or sortie.aircraft_id is None:
        return None
    here = state.sites[sortie.origin].report
    middle = state.sites[sortie.destination].report
    if here is None or middle is None:
        return None
    kind, aircraft = state.index.city.aircraft_type, state.aircraft[sortie.aircraft_id]
    lane = trajectory.lane
    to_fix_kwh = list_used_kwh(
        kind,
        lane,
        trajectory.offsets_ms,
        here=here,
        there=middle,
        mass_kg=release.mass_kg,
        taxi_ms=state.index.taxi_ms,
        predicted_kwh=release.predicted_energy_kwh,
    )[lane.cruise_last]
    onward_kwh = _find_onward_kwh(state, sortie, diverted, release.mass_kg)
    if onward_kwh is None:
        return None
    aboard_kwh = available_kwh(
        kind, soc=release.soc, soh=aircraft.soh, pack_k=aircraft.pack_temperature_k
    )
    reserve_kwh = diverted.final_reserve_kwh or release.final_reserve_kwh
    return round(aboard_kwh - to_fix_kwh - onward_kwh - reserve_kwh, DIGITS)


def _find_onward_kwh(
    state: State, sortie: SortieRecord, diverted: ev.SortieDiverted, mass_kg: float
) -> float | None:
    """Return what the turn at the fix and the way on from it take; None if not known."""
    index, plan, trajectory = state.index, sortie.assignment, sortie.trajectory
    here, there = state.sites[sortie.destination].report, state.sites[diverted.destination].report
    if plan is None or trajectory is None or here is None or there is None:
        return None
    kind, lane, outbound = (
        index.city.aircraft_type,
        trajectory.lane,
        index.network.get(diverted.lane_id),
    )
    first = outbound.cruise_first
    aux_kw = max(aux_power_kw(kind, here.temperature_k), aux_power_kw(kind, there.temperature_k))
    pieces = list_pieces_kwh(
        kind, outbound, diverted.vertex_offsets_ms, here, there, mass_kg, aux_kw
    )
    fix_ms = plan.lift_off_at_ms + trajectory.offsets_ms[lane.cruise_last]
    turn_ms = diverted.virtual_lift_off_at_ms + diverted.vertex_offsets_ms[first] - fix_ms
    fix_turn = plan_fix_turn(lane, outbound)
    rounds = fix_turn.find_rounds(turn_ms)
    if rounds is None:
        return None
    turn_kwh = cruise_energy_kwh(
        kind,
        mass_kg=mass_kg,
        density_kg_m3=air_density_kg_m3(here.pressure_pa, here.temperature_k),
        airspeed_mps=fix_turn.length_m(rounds) * MS_PER_S / turn_ms,
        duration_s=turn_ms / MS_PER_S,
        height_gain_m=outbound.altitude_amsl_m[first] - lane.altitude_amsl_m[lane.cruise_last],
        aux_kw=aux_kw,
    )
    return turn_kwh + sum(pieces[first:])
