"""Trips: what the desk refuses and finds in a city of streets and metro, and in one without."""

from datetime import date
from itertools import pairwise

import msgspec
import pytest

from aspan.compose.trip_legs import make_teller
from aspan.compose.trip_network import TripNetwork
from aspan.compose.trips import RANGE_STEP_MS, TripDesk, TripRequest
from aspan.operations.city_index import CityIndex
from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.world.city import City
from aspan.world.geodesy import great_circle_m
from aspan.world.timetable import WHEELCHAIR_YES
from shipped import read_shipped

SQUARE, MOMYSHULY = (76.9453, 43.2389), (76.8378, 43.2164)
AIRPORT, MEDEU = (77.0119, 43.3467), (77.0585, 43.1575)
LAKE, PEAK = (77.3500, 43.8800), (77.0830, 43.0500)
"""In Kapshagay reservoir, and on the ridge: no street that the city knows is near."""


@pytest.fixture(scope="module")
def alatau() -> TripDesk:
    """Return a desk of Alatau–Almaty without flights."""
    return TripDesk(TripNetwork(read_shipped("alatau"), {}))


@pytest.fixture(scope="module")
def tiny(city: City) -> TripDesk:
    """Return a desk of the small city: no feeds, no streets, no reliability, no emissions."""
    return TripDesk(TripNetwork(city, {}))


def at_ms(desk: TripDesk, hour: float, day: date = date(2025, 4, 15)) -> int:
    """Return an instant of a weekday."""
    return local_midnight_ms(day, desk.city.time_zone) + int(hour * MS_PER_H)


def ask(desk: TripDesk, hour: float = 10.5, **more: object) -> TripRequest:
    """Return a request from the square to the west of the city, unless it says otherwise."""
    plain = {"origin": SQUARE, "destination": MOMYSHULY, "at_ms": at_ms(desk, hour)}
    return TripRequest(**{**plain, **more})  # type: ignore[arg-type]


def find(desk: TripDesk, request: TripRequest) -> list[str]:
    """Return the modes found, the best first."""
    answer = desk.find(request, None, flight_kwh=lambda *_: 0.0)
    return [option.itinerary.mode for option in answer.options]


@pytest.mark.parametrize("party", [0, -1, 9])
def test_a_party_has_one_to_eight(alatau: TripDesk, party: int) -> None:
    """More than eight are refused, and nobody too; eight are answered without a flight."""
    with pytest.raises(InvalidInput, match="party"):
        find(alatau, ask(alatau, party=party))
    assert "car" in find(alatau, ask(alatau, party=8))


@pytest.mark.parametrize("point", [LAKE, PEAK, (0.0, 0.0)])
@pytest.mark.parametrize("end", ["origin", "destination"])
def test_a_point_off_every_street_is_named(
    alatau: TripDesk, point: tuple[float, float], end: str
) -> None:
    """In a lake or on a peak nobody is picked up; the message says which end it is."""
    name = {"origin": "from", "destination": "to"}[end]
    with pytest.raises(InvalidInput, match="near a street") as caught:
        find(alatau, msgspec.structs.replace(ask(alatau), **{end: point}))
    assert caught.value.field == name


@pytest.mark.parametrize("hours", [-0.1, 4.1])
def test_a_range_is_no_longer_than_four_hours(alatau: TripDesk, hours: float) -> None:
    """A range that ends before it begins is refused too, and one of arrivals."""
    request = ask(alatau)
    until_ms = request.at_ms + int(hours * MS_PER_H)
    with pytest.raises(InvalidInput, match="until"):
        find(alatau, ask(alatau, until_ms=until_ms))
    with pytest.raises(InvalidInput, match="until"):
        find(alatau, ask(alatau, until_ms=request.at_ms, is_arrive_by=True))


def test_a_range_offers_later_departures(alatau: TripDesk) -> None:
    """Within an hour more than one departure is worth telling, all of them within the range."""
    request = ask(alatau, until_ms=at_ms(alatau, 11.5))
    answer = alatau.find(request, None, flight_kwh=lambda *_: 0.0)
    leave = {option.itinerary.depart_at_ms for option in answer.options}
    assert len(leave) > 1
    assert min(leave) >= request.at_ms
    assert max(leave) - at_ms(alatau, 11.5) <= RANGE_STEP_MS + MS_PER_H


def test_who_must_arrive_by_an_hour_does(alatau: TripDesk) -> None:
    """Nothing arrives later, and what has to leave before the question is asked is left out."""
    request = ask(alatau, 11.0, is_arrive_by=True)
    answer = alatau.find(request, None, flight_kwh=lambda *_: 0.0)
    arrivals = [option.itinerary.arrive_at_ms for option in answer.options]
    assert arrivals
    assert max(arrivals) <= request.at_ms
    late = ask(alatau, 11.0, is_arrive_by=True, earliest_ms=request.at_ms - 5 * MS_PER_MIN)
    assert find(alatau, late) == []


def test_who_needs_no_steps_gets_none(alatau: TripDesk) -> None:
    """Every stop and trip ridden is known to be step-free; no estimated bus is offered."""
    answer = alatau.find(ask(alatau, is_step_free=True), None, flight_kwh=lambda *_: 0.0)
    legs = [leg for option in answer.options for leg in option.itinerary.legs]
    assert "car" in {leg.mode for leg in legs}
    assert not any(leg.is_estimate for leg in legs)
    timetable = answer.timetable
    assert timetable is not None
    for leg in legs:
        if leg.ride is not None:
            assert timetable.patterns.wheelchair[leg.ride.trip] == WHEELCHAIR_YES


def test_the_metro_is_found_and_told_stop_by_stop(alatau: TripDesk) -> None:
    """Legs join end to end, each ride names line and stops, and carbon lies within its range."""
    answer = alatau.find(ask(alatau), None, flight_kwh=lambda *_: 0.0)
    draw = make_teller(alatau, {}, answer)
    assert "transit" in {option.itinerary.mode for option in answer.options}
    for option in answer.options:
        legs = draw(option.itinerary)
        assert (legs[0].start.lon_deg, legs[0].start.lat_deg) == SQUARE
        assert (legs[-1].end.lon_deg, legs[-1].end.lat_deg) == MOMYSHULY
        for one, other in pairwise(legs):
            assert one.end == other.start
            assert one.leg.arrive_at_ms == other.leg.depart_at_ms
        for leg in legs:
            if leg.leg.ride is not None:
                assert leg.line is not None
                assert leg.stops[-1].arrive_at_ms == leg.leg.arrive_at_ms
                assert len(leg.path) == len(leg.stops) + 1
            elif leg.leg.mode in ("car", "bus"):
                assert great_circle_m(*leg.path[0], leg.start.lon_deg, leg.start.lat_deg) < 5.0
        assert option.carbon is not None
        assert option.carbon.low_g <= option.carbon.value_g <= option.carbon.high_g


def test_an_estimated_bus_is_boarded_a_walk_away(alatau: TripDesk) -> None:
    """Its stops have no name and lie as far along the street as the estimate says one walks."""
    request = ask(alatau, origin=AIRPORT, destination=MEDEU)
    answer = alatau.find(request, None, flight_kwh=lambda *_: 0.0)
    draw = make_teller(alatau, {}, answer)
    legs = [leg for option in answer.options for leg in draw(option.itinerary)]
    buses = [leg for leg in legs if leg.leg.is_estimate and leg.leg.mode == "bus"]
    assert buses
    assert all(leg.start.kind == leg.end.kind == "stop" for leg in buses)
    assert all(leg.start.names is None for leg in buses)
    walks = [leg for leg in legs if leg.leg.mode == "walk" and leg.end == buses[0].start]
    assert walks[0].distance_m == pytest.approx(350.0, abs=1.0)


def test_a_day_the_feed_does_not_know_is_lent(alatau: TripDesk) -> None:
    """For a weekday before the feed begins a day of the same weekday stands in, and it is said."""
    (lent,) = alatau.network.list_lent_days(at_ms(alatau, 10.0))
    assert lent.day == date(2025, 4, 15)
    assert lent.used.weekday() == lent.day.weekday()
    assert lent.first <= lent.used <= lent.last
    assert alatau.network.list_lent_days(at_ms(alatau, 10.0, date(2026, 9, 1))) == []


def test_a_city_without_feeds_and_streets_has_the_car(tiny: TripDesk) -> None:
    """Great circles serve: walk or car, no timetable, no chances, no carbon, no line."""
    west, north = tiny.city.vertiports[:2]
    request = TripRequest(
        origin=(west.lon_deg, west.lat_deg),
        destination=(north.lon_deg, north.lat_deg),
        at_ms=at_ms(tiny, 10.0),
    )
    answer = tiny.find(request, None, flight_kwh=lambda *_: 0.0)
    assert answer.timetable is None
    assert answer.options[0].itinerary.mode == "car"
    assert all(option.chances is None and option.carbon is None for option in answer.options)
    legs = make_teller(tiny, CityIndex(tiny.city).lanes, answer)(answer.options[0].itinerary)
    assert len(legs[-1].path) == 2
    assert tiny.network.list_lent_days(request.at_ms) == []


@pytest.mark.parametrize(("origin", "is_arrive_by"), [(SQUARE, False), (AIRPORT, True)])
def test_who_leaves_late_for_a_metro_catches_it(
    alatau: TripDesk, origin: tuple[float, float], is_arrive_by: bool
) -> None:
    """After a walk or a car to it the first metro is caught about nine times of ten.

    Unless it leaves so soon that there is no slack for a cushion: then one leaves at once.
    """
    reached = []
    for hour in (8.0, 10.5, 13.2, 17.4):
        request = ask(alatau, hour, origin=origin, is_arrive_by=is_arrive_by)
        for option in alatau.find(request, None, flight_kwh=lambda *_: 0.0).options:
            legs, chances = option.itinerary.legs, option.chances
            rides = [number for number, leg in enumerate(legs) if leg.ride is not None]
            if not rides or (not is_arrive_by and legs[0].depart_at_ms == request.at_ms):
                continue
            assert chances is not None
            first = chances.connections[rides[0]]
            assert first is not None
            reached.append(first)
    assert reached
    assert min(reached) > 0.86
