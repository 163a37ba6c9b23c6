"""Demand's best case beside the search door to door: the same roads, and never less than it."""

import msgspec
import numpy as np
import pytest

from aspan.demand.air_table import tabulate_air
from aspan.demand.best_case import weigh_best_case
from unit.compose.searched import Judged, Sides

ROUNDING_KZT = 0.05
WISHES = 300
NEAR_KZT = -3_000.0
"""Whom a flight costs less than this over the car: a usual taste could make up for it."""


@pytest.fixture(scope="module")
def sides() -> Sides:
    """Return demand and search over Alatau."""
    return Sides("alatau")


@pytest.fixture(scope="module")
def judged(sides: Sides) -> list[Judged]:
    """Return wishes of a stretched day, half of them of those who might fly, searched for."""
    return sides.judge(sides.draw(WISHES, seed=3, factor=20.0))


def test_the_search_offers_nothing_better_than_the_bound(judged: list[Judged]) -> None:
    """By whatever way a flight is reached and left, its advantage over the car is at most that."""
    assert len(judged) == WISHES
    worst = max(judged, key=lambda one: one.searched_kzt - one.bound_kzt)
    assert worst.searched_kzt <= worst.bound_kzt + ROUNDING_KZT, worst
    assert sum(np.isfinite(one.searched_kzt) for one in judged) > 0.8 * WISHES


def test_the_bound_counts_with_the_least_fare_of_the_tariff() -> None:
    """Where every seat goes for the least the tariff allows, no advantage exceeds the bound."""
    sides = Sides("tiny", is_flat=False)
    judged = sides.judge(sides.draw(60, seed=3, factor=20.0))
    worst = max(judged, key=lambda one: one.searched_kzt - one.bound_kzt)
    assert worst.searched_kzt <= worst.bound_kzt + ROUNDING_KZT, worst
    dearer = [one for one in judged if one.searched_kzt > one.advantage_kzt + ROUNDING_KZT]
    assert len(dearer) > 10


def test_both_sides_drive_the_same_roads(judged: list[Judged]) -> None:
    """Door to door by car takes as long for demand as for the search, to the millisecond."""
    assert [one.car_ms for one in judged] == [one.searched_car_ms for one in judged]


def test_the_expected_best_case_is_what_the_search_offers_by_car_and_on_foot(
    judged: list[Judged],
) -> None:
    """It is never less, for most the very same, and so for all to whom a flight is worth a look.

    The others' best flight takes longer than another way, costs more and has more changes, so the
    search leaves it out.
    """
    offered = [one for one in judged if np.isfinite(one.by_car_and_foot_kzt)]
    apart = np.array([one.advantage_kzt - one.by_car_and_foot_kzt for one in offered])
    assert apart.min() >= -ROUNDING_KZT
    same = apart <= ROUNDING_KZT
    assert np.mean(same) > 0.6
    near = np.array([one.advantage_kzt for one in offered]) > NEAR_KZT
    assert near.any()
    assert same[near].all()


def test_the_bound_is_above_the_expected_best_case(judged: list[Judged]) -> None:
    """It counts bus and metro too, without which the search would beat it; yet not by far."""
    extra = np.array([one.bound_kzt - one.advantage_kzt for one in judged])
    assert extra.min() >= -1e-6
    assert np.median(extra) < 1_000.0
    beaten = [one for one in judged if one.searched_kzt > one.advantage_kzt + ROUNDING_KZT]
    assert len(beaten) > 10


def test_the_more_may_stop_the_higher_is_the_bound(sides: Sides) -> None:
    """Where vehicles stop anywhere it is no lower than by stations, nor that than without any."""
    wishes = sides.draw(WISHES, seed=3, factor=20.0)
    doors = sides.index.table.doors
    places = doors.doors + doors.sites
    none = msgspec.structs.replace(
        doors,
        lon_deg=doors.lon_deg[:places],
        lat_deg=doors.lat_deg[:places],
        ride_ms=doors.ride_ms[:, :places, :places],
        road_m=doors.road_m[:, :places, :places],
        walk_m=doors.walk_m[:places, :places],
    )
    anywhere = msgspec.structs.replace(doors, is_stop_anywhere=True)
    without, stations, everywhere = (
        weigh_best_case(tabulate_air(sides.city, sides.block_ms, tables), sides.columns(wishes))
        for tables in (none, doors, anywhere)
    )
    assert (without.bound_kzt <= stations.bound_kzt).all()
    assert (stations.bound_kzt <= everywhere.bound_kzt + ROUNDING_KZT).all()
    assert (without.bound_kzt < stations.bound_kzt).any()
    assert np.array_equal(without.advantage_kzt, everywhere.advantage_kzt)
