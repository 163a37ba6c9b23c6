"""Placement: where a fleet stands when a run begins, and what is refused."""

from functools import cache

import msgspec
import pytest

from aspan.compose.placement import KEPT_FREE, place_fleet
from aspan.operations.city_index import CityIndex
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId, VertiportId
from aspan.world.readers import load_city


@cache
def index() -> CityIndex:
    """Return the tiny city's index."""
    return CityIndex(load_city("tiny"))


@pytest.mark.parametrize("fleet", [1, 5, 8])
def test_every_aircraft_has_a_planned_stand_of_its_own(fleet: int) -> None:
    """No stand is used twice, none of the contingency pool, and one a site stays free."""
    placements = place_fleet(index(), fleet)
    assert len(placements) == fleet
    assert len({p.stand_id for p in placements}) == fleet
    for site_id in index().site_ids:
        here = [p.stand_id for p in placements if p.vertiport_id == site_id]
        assert set(here) <= set(index().planned_stands[site_id])
        assert len(here) <= len(index().planned_stands[site_id]) - KEPT_FREE


def test_aircraft_stand_at_home_while_there_is_room() -> None:
    """The first aircraft of the fleet are at their home vertiports."""
    homes = {f.aircraft_id: f.home_vertiport_id for f in index().city.airframes}
    assert all(homes[p.aircraft_id] == p.vertiport_id for p in place_fleet(index(), 6))


def test_who_finds_no_room_at_home_stands_where_most_is() -> None:
    """With everybody at home in one place the surplus goes elsewhere."""
    city = index().city
    west = VertiportId("WEST")
    frames = tuple(msgspec.structs.replace(f, home_vertiport_id=west) for f in city.airframes)
    crowded = CityIndex(msgspec.structs.replace(city, airframes=frames))
    placements = place_fleet(crowded, 6)
    assert sum(p.vertiport_id == west for p in placements) == 4
    assert len({p.stand_id for p in placements}) == 6


def test_without_a_number_all_that_fit_are_placed() -> None:
    """Fewer airframes than stands: all of them; the order is the fleet's."""
    parking = sum(len(s) - KEPT_FREE for s in index().planned_stands.values())
    placements = place_fleet(index(), None)
    assert len(placements) == min(parking, len(index().city.airframes))
    assert [p.aircraft_id for p in placements] == [
        f.aircraft_id for f in index().city.airframes[: len(placements)]
    ]


@pytest.mark.parametrize("fleet", [0, -3])
def test_no_fleet_is_refused(fleet: int) -> None:
    """A service has an aircraft at least."""
    with pytest.raises(InvalidInput, match=r"fleet.*1 aircraft or more"):
        place_fleet(index(), fleet)


def test_more_than_the_parking_is_refused_with_the_shortfall() -> None:
    """The message says how many are too many."""
    parking = sum(len(s) - KEPT_FREE for s in index().planned_stands.values())
    with pytest.raises(InvalidInput, match=rf"fleet: {parking + 3} .*at most {parking}, 3 fewer"):
        place_fleet(index(), parking + 3)


def test_more_than_the_airframes_is_refused_with_the_shortfall() -> None:
    """Stands alone do not fly."""
    city = index().city
    few = CityIndex(msgspec.structs.replace(city, airframes=city.airframes[:2]))
    with pytest.raises(InvalidInput, match=r"at most 2, 1 fewer: the airframes"):
        place_fleet(few, 3)
    assert [p.aircraft_id for p in place_fleet(few, 2)] == [
        AircraftId(f.aircraft_id) for f in city.airframes[:2]
    ]
