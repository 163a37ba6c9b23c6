"""Serviceability: one judgement of a pair, in planning conditions and in others."""

import msgspec
import pytest

from aspan.compose.serviceability import (
    ENERGY,
    NO_LANE,
    PLANNING,
    Conditions,
    judge_pair,
    list_serviceable,
)
from aspan.operations.city_index import CityIndex
from aspan.operations.legs import Legs
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import celsius_to_kelvin
from shipped import read_shipped

LEGS = Legs(CityIndex(read_shipped("alatau")))
UP = (VertiportId("ALATAU"), VertiportId("MEDEU"))
SHORT = (VertiportId("AIRPORT"), VertiportId("CENTRE"))
SEATS = LEGS.index.city.aircraft_type.seats


def test_the_list_is_the_judgement_of_each_pair() -> None:
    """What demand and figures are told of each pair is what one judgement says of it."""
    served = list_serviceable(LEGS.index)
    for pair in LEGS.index.lanes:
        verdict = judge_pair(LEGS, pair)
        assert verdict.is_serviceable == (pair in served.block_ms)
        assert served.seats.get(pair, 0) == (verdict.passengers_max or 0)
        assert served.refused.get(pair) == verdict.refused


def test_a_refusal_names_party_charge_and_reserve() -> None:
    """Up to Medeu one passenger needs more than the ceiling; an empty aircraft may go."""
    verdict = judge_pair(LEGS, UP)
    assert not verdict.is_serviceable
    assert verdict.passengers_max == 0
    assert verdict.refused is not None
    assert verdict.refused.code == ENERGY
    assert verdict.refused.passengers == 1
    assert verdict.refused.soc_needed == pytest.approx(0.952, abs=5e-4)
    assert verdict.refused_full is not None
    assert verdict.refused_full.passengers == SEATS


def test_wind_and_an_old_battery_only_take_away() -> None:
    """More head wind or less health never carries more passengers; planning is the default."""
    still = judge_pair(LEGS, SHORT)
    assert still.conditions == PLANNING
    assert still.passengers_max == SEATS
    hot = celsius_to_kelvin(38.0)
    most = [
        judge_pair(LEGS, SHORT, Conditions(temperature_k=hot, headwind_mps=wind, soh=soh))
        for wind, soh in ((0.0, 1.0), (10.0, 1.0), (10.0, 0.8), (10.0, 0.4))
    ]
    able = [-1 if v.passengers_max is None else v.passengers_max for v in most]
    assert able == sorted(able, reverse=True)
    assert able[-1] == -1


def test_a_head_wind_stands_against_every_leg_whatever_its_course() -> None:
    """A pair and its way back both lose time in the head wind."""
    for pair in (SHORT, SHORT[::-1]):
        still = judge_pair(LEGS, (pair[0], pair[1])).leg
        against = judge_pair(LEGS, (pair[0], pair[1]), Conditions(headwind_mps=10.0)).leg
        assert still is not None
        assert against is not None
        assert against.flight_ms > still.flight_ms


def test_a_shut_lane_and_a_missing_one_are_refused_by_their_code() -> None:
    """A pair whose lanes never open, and one without a lane, say so and not energy."""
    index = CityIndex(LEGS.index.city)
    index.shut = dict.fromkeys((lane.lane_id for lane in index.network.lanes), "geozone_closed Z")
    shut = judge_pair(Legs(index), SHORT)
    assert shut.refused is not None
    assert (shut.refused.code, shut.refused.detail) == ("geozone_closed", "Z")
    none = judge_pair(LEGS, (SHORT[0], SHORT[0]))
    assert none.refused is not None
    assert none.refused.code == NO_LANE
    assert msgspec.structs.asdict(none)["passengers_max"] is None
