"""The choice of lane: several link a pair; the cheapest in energy, noise and delay is flown.

Costs are in kilowatt-hours, so that they can be added: the energy of the leg, the noise that it
puts on people and the delay until its first free departure, the last two at the city's own weights
(`LaneRules`). A lane in a zone that is closed while the sortie would be there is not flown at all.
"""

from aspan.airspace.geozones import find_closed, is_reserved
from aspan.airspace.lanes import Lane
from aspan.operations.city_index import CityIndex
from aspan.operations.legs import Leg, LegRefused, Legs
from aspan.operations.sky import Sky
from aspan.operations.state import State
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_MIN

GEOZONE_CLOSED = "geozone_closed"
"""Reason for which no lane of a pair can be flown at an instant."""

EXTRA_SOC = 0.03
"""A lane may need this much more charge than the first choice, for which the aircraft was chosen.
As the margin charged beyond what a leg needs (`flow.CHARGE_MARGIN_SOC`)."""


def list_legs(
    legs: Legs,
    state: State,
    origin: VertiportId,
    destination: VertiportId,
    *,
    seats: int,
    soh: float,
) -> list[Leg] | LegRefused:
    """Return the pair's legs that can be flown now, the cheapest without delay first.

    Lanes that need much more charge than the first choice come last: they are for when it is
    closed, or taken for long. The refusal of the first choice if none can be flown.

    Parameters
    ----------
    soh
        Health of the pack that shall fly; a lane it cannot fly fully charged is left out.
    """
    index = legs.index
    first = legs.estimate(state, origin, destination, seats)
    others = index.other_lanes.get((origin, destination), ())
    if not others:
        return first if isinstance(first, LegRefused) else [first]
    ceiling = index.city.aircraft_type.ceiling_soc
    found = [] if isinstance(first, LegRefused) else [first]
    for lane in others:
        leg = legs.estimate_on(state, lane, seats)
        if not isinstance(leg, LegRefused) and legs.soc_needed(leg, soh) <= ceiling:
            found.append(leg)
    if not found:
        return first if isinstance(first, LegRefused) else LegRefused(reason="no_lane", detail="")
    extra_kwh = EXTRA_SOC * index.city.aircraft_type.gross_kwh
    limit_kwh = found[0].required.required_kwh + extra_kwh
    return sorted(
        found,
        key=lambda leg: (
            leg.required.required_kwh > limit_kwh,
            still_cost_kwh(index, leg),
            leg.lane.choice,
            leg.lane.lane_id,
        ),
    )


def still_cost_kwh(index: CityIndex, leg: Leg) -> float:
    """Return what a leg costs without delay: its energy, and its noise at the city's weight."""
    weight = index.city.lanes.rules.noise_kwh_per_person_h
    return leg.trip_kwh + weight * index.noise_person_h[leg.lane.lane_id]


def delay_cost_kwh(index: CityIndex, delay_ms: int) -> float:
    """Return what waiting for a departure costs at the city's weight."""
    return index.city.lanes.rules.delay_kwh_per_min * delay_ms / MS_PER_MIN


def is_zone_closed(state: State, leg: Leg, lift_off_at_ms: int) -> bool:
    """Say whether a leg would pass a zone that is closed or reserved just then."""
    crossings = state.index.crossings.get(leg.lane.lane_id)
    if not crossings:
        return False
    offsets_ms = leg.trajectory.offsets_ms
    return find_closed(crossings, offsets_ms, lift_off_at_ms, state.reserved_zones) is not None


def closes_within(state: State, lane: Lane, from_ms: int, until_ms: int) -> bool:
    """Say whether a zone that a lane enters is closed or reserved at any time in [from, until)."""
    return any(
        crossing.zone.closed_intervals(from_ms, until_ms)
        or is_reserved(state.reserved_zones, crossing.zone_id, from_ms, until_ms)
        for crossing in state.index.crossings.get(lane.lane_id, ())
    )


def find_height_obstacle(sky: Sky, leg: Leg, *, now_ms: int, off_block_ms: int) -> str:
    """Return what the weather, as known now, forbids of a leg at its lane's height; or nothing."""
    lane = leg.lane
    for site_id, at_ms in (
        (lane.origin, off_block_ms),
        (lane.destination, off_block_ms + leg.block_ms),
    ):
        found = sky.find_obstacle(site_id, layer=lane.layer, now_ms=now_ms, at_ms=at_ms)
        if found:
            return found
    return sky.find_lane_obstacle(lane.lane_id, now_ms=now_ms, at_ms=off_block_ms)
