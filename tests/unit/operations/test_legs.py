"""Legs: what is remembered between reports is what would be worked out anew."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aspan.compose.serviceability import standard_weather
from aspan.operations.city_index import CityIndex
from aspan.operations.legs import Leg, LegRefused, Legs
from aspan.operations.state import State
from aspan.world.weather import Weather
from shipped import read_shipped

WINDS = ((0.0, 0.0), (9.0, 40.0), (9.0, 220.0), (60.0, 130.0), (33.0, 300.0))


@cache
def index() -> CityIndex:
    """Return the index of a city with lanes in all directions."""
    return CityIndex(read_shipped("alatau"))


@cache
def weather(site: int, hour: int, wind: int) -> Weather:
    """Return a report of a site; one object for each hour and wind, as the state keeps it."""
    still = standard_weather(index(), index().site_ids[site])
    changes = {"at_ms": hour, "temperature_k": 270.0 + 10.0 * hour}
    changes |= {"wind_mps": WINDS[wind][0], "wind_from_deg": WINDS[wind][1]}
    return Weather(**{name: getattr(still, name) for name in still.__struct_fields__} | changes)


def said(leg: Leg | LegRefused) -> tuple[object, ...]:
    """Return all that a leg says, its trajectory by its instants."""
    if isinstance(leg, LegRefused):
        return (leg.reason, leg.detail)
    return (
        leg.lane.lane_id,
        leg.trajectory.offsets_ms,
        leg.flight_ms,
        leg.block_ms,
        leg.trip_kwh,
        leg.required,
        leg.payload_kg,
    )


ASKED = st.tuples(
    st.integers(0, 3),
    st.tuples(st.integers(0, 1), st.integers(0, 3)),
    st.tuples(st.integers(0, 1), st.integers(0, 3)),
    st.sampled_from([0.0, 95.5, 400.0]),
    st.integers(0, 3),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(ASKED, min_size=1, max_size=12))
def test_a_remembered_leg_is_the_leg_worked_out_anew(
    asked: list[tuple[int, tuple[int, int], tuple[int, int], float, int]],
) -> None:
    """Whatever was asked before, in any order of reports, payloads and sites: the same answer."""
    warm = Legs(index())
    pairs = sorted(index().lanes)
    for number, here, there, payload_kg, count in asked:
        origin, destination = pairs[number % len(pairs)]
        ends = (
            weather(index().site_ids.index(origin), *here),
            weather(index().site_ids.index(destination), *there),
        )
        sites = warm.diversions[destination][:count]
        cold = Legs(index()).compute(index().lanes[origin, destination], *ends, payload_kg, sites)
        kept = warm.compute(index().lanes[origin, destination], *ends, payload_kg, sites)
        assert said(kept) == said(cold)
        assert warm.compute(index().lanes[origin, destination], *ends, payload_kg, sites) is kept


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 30),
    st.tuples(st.integers(0, 1), st.integers(0, 4)),
    st.tuples(st.integers(0, 1), st.integers(0, 4)),
    st.sampled_from([None, 0, 2]),
)
def test_a_block_time_is_that_of_the_estimate(
    number: int, here: tuple[int, int], there: tuple[int, int], seats: int | None
) -> None:
    """In any wind the short way tells the time of the whole estimate, or its refusal."""
    origin, destination = sorted(index().lanes)[number % len(index().lanes)]
    state = State(index())
    for site_id, known in ((origin, here), (destination, there)):
        state.sites[site_id].report = weather(index().site_ids.index(site_id), *known)
    leg = Legs(index()).estimate(state, origin, destination, seats)
    told = Legs(index()).find_block_ms(state, origin, destination, seats)
    assert told == (leg if isinstance(leg, LegRefused) else leg.block_ms)


@pytest.mark.parametrize("wind", [0, 1])
def test_the_payload_changes_the_energy_and_not_the_times(wind: int) -> None:
    """Between reports a lane has one trajectory, shared by every payload."""
    legs = Legs(index())
    origin, destination = sorted(index().lanes)[0]
    here = weather(index().site_ids.index(origin), 1, wind)
    there = weather(index().site_ids.index(destination), 1, wind)
    sites = legs.diversions[destination]
    light = legs.compute(index().lanes[origin, destination], here, there, 0.0, sites)
    heavy = legs.compute(index().lanes[origin, destination], here, there, 300.0, sites)
    assert isinstance(light, Leg)
    assert isinstance(heavy, Leg)
    assert light.trajectory is heavy.trajectory
    assert light.trip_kwh < heavy.trip_kwh
