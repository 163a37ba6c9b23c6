"""Direct journeys: the car all the way, or a car or a walk to a vertiport, one flight, and onward.

The search of `search.py` in its simplest form, for cities without streets and timetables, where it
is quick: great circles, the nearest few vertiports, the first way to each, no set of four criteria.
Every flight offered here is one of those the search finds, or is beaten by one; the tests hold the
two together.

For a wish, the nearest few vertiports at either end are paired. A pair is asked for departures only
if its best case, with no wait and the roads at their best within the longest wait, saves at least
`saving_ms_min` against the car: the rule by which demand decides whether a wish is worth following,
so the two agree. A wait longer than `wait_ms_max` is not offered.

The car at the far end is called at on-block: the party waits for it, or leaves the vertiport,
whichever takes longer. Not modelled: transit, streets, two flights in one journey.
"""

from collections.abc import Mapping
from functools import lru_cache
from math import cos, radians, sin
from typing import Protocol

import msgspec

from aspan.journeys.availability import AirAvailability, AirDeparture
from aspan.journeys.itinerary import Found, Itinerary, Leg, LegMode, join_legs
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import local_midnight_ms, ms_to_local, parse_local_time
from aspan.primitives.units import MS_PER_H, MS_PER_MIN, seconds_to_ms
from aspan.world.access import NEAREST_VERTIPORTS, AccessRide, plan_access
from aspan.world.car import HOURS_A_DAY, check_car_model, ride_ms, ride_price_tiyn
from aspan.world.city import City
from aspan.world.geodesy import great_circle_m

BlockTimes = Mapping[tuple[VertiportId, VertiportId], int]
"""Shortest block time [ms] of each serviceable ordered pair; pairs absent are not serviceable."""

_MS_PER_ZONE_STEP = 15 * MS_PER_MIN
"""Time zones differ from UTC by multiples of this since 1972 in all cities that could matter."""


CHORD_SLACK = 1.0 + 1e-6
"""Squares of chords within this factor are not told apart: rounding is a thousand times less."""

CHORD_SQUARE_MIN = 1e-13
"""Nor are those below this, chords of 2 m on the Earth, where rounding would count."""


class TripWish(Protocol):
    """What journeys read of a wish."""

    @property
    def origin_lon_deg(self) -> float:
        """Of the door it begins at."""

    @property
    def origin_lat_deg(self) -> float:
        """Of the door it begins at."""

    @property
    def destination_lon_deg(self) -> float:
        """Of the door it ends at."""

    @property
    def destination_lat_deg(self) -> float:
        """Of the door it ends at."""

    @property
    def wanted_at_ms(self) -> int:
        """Ready to leave the door."""

    @property
    def party(self) -> int:
        """Persons."""

    @property
    def payload_kg(self) -> float:
        """Of the party with bags."""


class JourneyIndex(msgspec.Struct, frozen=True, kw_only=True):
    """What all searches of a city share; read-only. Made by `prepare_journeys`.

    Parameters
    ----------
    sites
        Vertiports as (number, id, longitude, latitude).
    units
        Unit vectors from the centre of the Earth to each of them.
    best_speed_mps
        Of cars by local hour: the greatest of the hours until the longest wait has passed.
    ready_ms_min, ready_ms_max
        Since local midnight: readiness for off-block earlier or later cannot be served.
    """

    city: City
    sites: tuple[tuple[int, VertiportId, float, float], ...]
    units: tuple[tuple[float, float, float], ...]
    block_ms: dict[tuple[VertiportId, VertiportId], int]
    best_speed_mps: tuple[float, ...]
    process_ms: int
    leaving_ms: int
    pick_up_ms: int
    ready_ms_min: int
    ready_ms_max: int


def prepare_journeys(city: City, block_ms: BlockTimes) -> JourneyIndex:
    """Return the index for `offer_itineraries`; `block_ms` as `demand` is given it."""
    check_car_model(city.demand.car)
    service, hours, speeds = city.rules.service, city.rules.hours, city.demand.car.speed_mps_by_hour
    window = 2 - (-service.wait_ms_max // MS_PER_H)
    from_local = parse_local_time(hours.from_local, field="rules.hours.from_local")
    until_local = parse_local_time(hours.until_local, field="rules.hours.until_local")
    return JourneyIndex(
        city=city,
        sites=tuple(
            (number, site.vertiport_id, site.lon_deg, site.lat_deg)
            for number, site in enumerate(city.vertiports)
        ),
        units=tuple(_unit(site.lon_deg, site.lat_deg) for site in city.vertiports),
        block_ms=dict(block_ms),
        best_speed_mps=tuple(
            max(speeds[(hour + later) % HOURS_A_DAY] for later in range(window))
            for hour in range(HOURS_A_DAY)
        ),
        process_ms=service.process_ms,
        leaving_ms=seconds_to_ms(city.rules.movement.leaving_s),
        pick_up_ms=seconds_to_ms(city.demand.car.pick_up_s),
        ready_ms_min=from_local.hour * MS_PER_H
        + from_local.minute * MS_PER_MIN
        - service.wait_ms_max,
        ready_ms_max=until_local.hour * MS_PER_H + until_local.minute * MS_PER_MIN,
    )


class DirectTrips:
    """Finds trips directly, for whoever takes a finder."""

    def __init__(self, index: JourneyIndex) -> None:
        self._index = index

    def find_itineraries(self, wish: TripWish, service: AirAvailability | None) -> Found:
        """Return the car and every flight that is worth offering; the car if no service."""
        if service is None:
            return Found(itineraries=(plan_car(self._index, wish),))
        return Found(itineraries=offer_itineraries(self._index, wish, service))


def offer_itineraries(
    index: JourneyIndex, wish: TripWish, availability: AirAvailability
) -> tuple[Itinerary, ...]:
    """Return the car and every journey by air that is worth offering, the car first.

    Journeys by air come by arrival, then by their vertiports.
    """
    by_car = plan_car(index, wish)
    offers = []
    for origin, near, destination, far_m in _list_pairs(index, wish, by_car):
        reached_at_ms = _reached_at_ms(index, wish.wanted_at_ms, near)
        ready_at_ms = reached_at_ms + index.process_ms
        for departure in availability.list_departures(
            origin, destination, ready_at_ms, wish.party, wish.payload_kg
        ):
            wait_ms = departure.off_block_at_ms - ready_at_ms
            if 0 <= wait_ms <= index.city.rules.service.wait_ms_max:
                offers.append(_plan_air(index, wish, (origin, near, destination, far_m), departure))
    offers.sort(key=lambda offer: (offer.arrive_at_ms, offer.origin, offer.destination))
    return (by_car, *offers)


def plan_car(index: JourneyIndex, wish: TripWish) -> Itinerary:
    """Return the journey by car taxi alone."""
    car, start_at_ms = index.city.demand.car, wish.wanted_at_ms
    distance_m = great_circle_m(
        wish.origin_lon_deg,
        wish.origin_lat_deg,
        wish.destination_lon_deg,
        wish.destination_lat_deg,
    )
    duration_ms = ride_ms(car, distance_m, car.speed_mps_by_hour[_local_hour(index, start_at_ms)])
    met_at_ms = start_at_ms + index.pick_up_ms
    price_tiyn = ride_price_tiyn(car, distance_m, duration_ms)
    return join_legs(
        (
            Leg("wait", None, None, start_at_ms, met_at_ms),
            Leg("car", None, None, met_at_ms, met_at_ms + duration_ms, price_tiyn),
        )
    )


_Pair = tuple[VertiportId, AccessRide, VertiportId, float]
"""Vertiport, way to it, vertiport, great circle onward [m]."""


def _list_pairs(index: JourneyIndex, wish: TripWish, by_car: Itinerary) -> list[_Pair]:
    """Return the pairs whose best case saves enough time and lies in the hours of service."""
    demand, start_at_ms = index.city.demand, wish.wanted_at_ms
    speed_mps = demand.car.speed_mps_by_hour[_local_hour(index, start_at_ms)]
    day_ms = start_at_ms - _midnight_ms(index, start_at_ms)
    car_ms = by_car.arrive_at_ms - start_at_ms
    ends = _list_nearest(index, wish.destination_lon_deg, wish.destination_lat_deg)
    pairs = []
    for near_m, _, origin in _list_nearest(index, wish.origin_lon_deg, wish.origin_lat_deg):
        near = plan_access(demand, near_m, speed_mps)
        ready_ms = _reached_at_ms(index, start_at_ms, near) - start_at_ms + index.process_ms
        if not index.ready_ms_min <= day_ms + ready_ms < index.ready_ms_max:
            continue
        for far_m, _, destination in ends:
            block_ms = index.block_ms.get((origin, destination))
            if block_ms is None or car_ms - ready_ms - block_ms < demand.saving_ms_min:
                continue
            on_block_ms = ready_ms + block_ms
            hour = _local_hour(index, start_at_ms + on_block_ms)
            far = plan_access(demand, far_m, index.best_speed_mps[hour])
            total_ms = on_block_ms + _far_wait_ms(index, far) + far.duration_ms
            if car_ms - total_ms >= demand.saving_ms_min:
                pairs.append((origin, near, destination, far_m))
    return pairs


def _plan_air(
    index: JourneyIndex, wish: TripWish, pair: _Pair, departure: AirDeparture
) -> Itinerary:
    origin, near, destination, far_m = pair
    start_at_ms, off_at_ms = wish.wanted_at_ms, departure.off_block_at_ms
    on_at_ms = departure.on_block_at_ms
    speeds = index.city.demand.car.speed_mps_by_hour
    far = plan_access(index.city.demand, far_m, speeds[_local_hour(index, on_at_ms)])
    met_at_ms = start_at_ms + (0 if near.is_walk else index.pick_up_ms)
    reached_at_ms = met_at_ms + near.duration_ms
    ready_at_ms = reached_at_ms + index.process_ms
    left_at_ms = on_at_ms + index.leaving_ms
    away_at_ms = on_at_ms + _far_wait_ms(index, far)
    near_mode: LegMode = "walk" if near.is_walk else "car"
    far_mode: LegMode = "walk" if far.is_walk else "car"
    end_at_ms = away_at_ms + far.duration_ms
    return join_legs(
        (
            Leg("wait", None, None, start_at_ms, met_at_ms),
            Leg(near_mode, None, origin, met_at_ms, reached_at_ms, near.price_tiyn),
            Leg("process", origin, origin, reached_at_ms, ready_at_ms),
            Leg("wait", origin, origin, ready_at_ms, off_at_ms),
            Leg("air", origin, destination, off_at_ms, on_at_ms, departure.fare_tiyn),
            Leg("leave", destination, destination, on_at_ms, left_at_ms),
            Leg("wait", destination, destination, left_at_ms, away_at_ms),
            Leg(far_mode, destination, None, away_at_ms, end_at_ms, far.price_tiyn),
        ),
        departure,
    )


def _reached_at_ms(index: JourneyIndex, start_at_ms: int, near: AccessRide) -> int:
    return start_at_ms + (0 if near.is_walk else index.pick_up_ms) + near.duration_ms


def _far_wait_ms(index: JourneyIndex, far: AccessRide) -> int:
    return index.leaving_ms if far.is_walk else max(index.leaving_ms, index.pick_up_ms)


def _list_nearest(
    index: JourneyIndex, lon_deg: float, lat_deg: float
) -> list[tuple[float, int, VertiportId]]:
    """Return the nearest vertiports as (great circle [m], number, id), nearest first."""
    sites = index.sites
    if len(sites) > NEAREST_VERTIPORTS:
        # Chords order sites as great circles do, but for rounding: the few that may be among the
        # nearest are measured, and those far away need no trigonometry.
        x, y, z = _unit(lon_deg, lat_deg)
        squares = [(x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2 for a, b, c in index.units]
        bound = sorted(squares)[NEAREST_VERTIPORTS - 1] * CHORD_SLACK + CHORD_SQUARE_MIN
        sites = tuple(site for site, square in zip(sites, squares, strict=True) if square <= bound)
    reached = [
        (great_circle_m(lon_deg, lat_deg, site_lon_deg, site_lat_deg), number, vertiport_id)
        for number, vertiport_id, site_lon_deg, site_lat_deg in sites
    ]
    reached.sort()
    return reached[:NEAREST_VERTIPORTS]


def _unit(lon_deg: float, lat_deg: float) -> tuple[float, float, float]:
    """Return the unit vector from the centre of a sphere to a point."""
    lon, lat = radians(lon_deg), radians(lat_deg)
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


def _local_hour(index: JourneyIndex, at_ms: int) -> int:
    return _hour_of_step(at_ms // _MS_PER_ZONE_STEP, index.city.time_zone)


def _midnight_ms(index: JourneyIndex, at_ms: int) -> int:
    return _midnight_of_step(at_ms // _MS_PER_ZONE_STEP, index.city.time_zone)


@lru_cache(maxsize=4096)
def _hour_of_step(step: int, zone: str) -> int:
    return ms_to_local(step * _MS_PER_ZONE_STEP, zone).hour


@lru_cache(maxsize=4096)
def _midnight_of_step(step: int, zone: str) -> int:
    return local_midnight_ms(ms_to_local(step * _MS_PER_ZONE_STEP, zone).date(), zone)
