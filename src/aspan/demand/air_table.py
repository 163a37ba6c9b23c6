"""What demand knows of a city's air service: ways to vertiports, block times, fares, hours."""

from collections.abc import Mapping

import msgspec
import numpy as np

from aspan.demand.air_ways import Way, WayMaker, best_of_hours, count_later_hours
from aspan.demand.draws import Floats, Ints
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import parse_local_time
from aspan.primitives.units import MS_PER_H, MS_PER_MIN, MS_PER_S, seconds_to_ms
from aspan.world.car import HOURS_A_DAY
from aspan.world.city import City
from aspan.world.doors import DoorTables, walk_limit_m
from aspan.world.fare import pair_distance_m, seat_bounds_tiyn, seat_fare_tiyn

BlockTimes = Mapping[tuple[VertiportId, VertiportId], int]
"""Shortest block time [ms] of each serviceable ordered pair; pairs absent are not serviceable."""


class AirTable(msgspec.Struct, frozen=True, kw_only=True):
    """What the best case needs of the city, as arrays; hours are local.

    Parameters
    ----------
    nearest
        Numbers of the vertiports looked at from each door, shape (doors, looked at).
    near
        Ways to a vertiport at the hour of the wish: on foot, by car, then those that only the bound
        counts.
    far
        Ways on from a vertiport at any hour: on foot, then those that only the bound counts.
    car_now, car_later, car_any_hour
        On by car: at the very hour, the best of it and of `later_hours` more, the best of all.
    car_ms
        Ride between doors, infinite where no road leads, shape (kinds of hour, doors, doors).
    quickest_to_ms
        The quickest way to a vertiport on foot or by car, shape (24, doors, vertiports).
    quickest_on_ms
        From the door of a vertiport by air and on, at any hour, shape (doors, vertiports).
    block_ms, fare_tiyn, least_fare_tiyn
        Shape (vertiports, vertiports); infinite where not serviceable. The fare is the flat one;
        no seat is ever sold for less than the least one.
    ready_ms_min, ready_ms_max
        Since local midnight: a party ready for off-block earlier or later cannot be served.
    later_hours
        See `air_ways.py`.
    """

    city: City
    doors: DoorTables
    nearest: Ints
    near: tuple[Way, ...]
    far: tuple[Way, ...]
    car_now: Way
    car_later: Way
    car_any_hour: Way
    car_ms: Floats
    quickest_to_ms: Floats
    quickest_on_ms: Floats
    block_ms: Floats
    fare_tiyn: Floats
    least_fare_tiyn: Floats
    process_ms: float
    leaving_ms: float
    pick_up_ms: float
    transfer_ms: float
    walk_ms_max: float
    ready_ms_min: float
    ready_ms_max: float
    later_hours: int


def tabulate_air(city: City, block_ms: BlockTimes, doors: DoorTables) -> AirTable:
    """Return the arrays of the city's air service; `InvalidInput` on an unknown vertiport."""
    block, fare, least = _tabulate_pairs(city, block_ms)
    service, demand = city.rules.service, city.demand
    pick_up_ms = float(seconds_to_ms(demand.car.pick_up_s))
    leaving_ms = float(seconds_to_ms(city.rules.movement.leaving_s))
    process_ms = float(service.process_ms)
    maker = WayMaker(city, doors, pick_up_ms=pick_up_ms, leaving_ms=leaving_ms)
    walk_to, walk_from = maker.walk(is_near=True), maker.walk(is_near=False)
    car_to, car_from = maker.drive(is_near=True), maker.drive(is_near=False)
    any_hour = best_of_hours(car_from, HOURS_A_DAY - 1)
    count, sites = doors.doors, slice(doors.doors, doors.doors + doors.sites)
    nearest = _list_nearest(doors.crow_m()[:count, sites], doors.sites_an_end)
    on_ms = np.minimum(walk_from.total_ms, any_hour.total_ms)[0]
    later_hours = count_later_hours(car_from.ride_ms)
    return AirTable(
        city=city,
        doors=doors,
        nearest=nearest,
        near=(walk_to, car_to, *maker.bound_ways(is_near=True)),
        far=(walk_from, *maker.bound_ways(is_near=False)),
        car_now=car_from,
        car_later=best_of_hours(car_from, later_hours),
        car_any_hour=any_hour,
        car_ms=maker.rides_ms[:, :count, :count],
        quickest_to_ms=np.minimum(walk_to.total_ms, car_to.total_ms),
        quickest_on_ms=process_ms + _least_on_ms(block, on_ms, nearest),
        block_ms=block,
        fare_tiyn=fare,
        least_fare_tiyn=least,
        process_ms=process_ms,
        leaving_ms=leaving_ms,
        pick_up_ms=pick_up_ms,
        transfer_ms=demand.transfer_penalty_s * MS_PER_S,
        walk_ms_max=float(round(walk_limit_m(demand) / demand.walk_speed_mps * MS_PER_S)),
        ready_ms_min=_local_ms(city.rules.hours.from_local) - service.wait_ms_max,
        ready_ms_max=float(_local_ms(city.rules.hours.until_local)),
        later_hours=later_hours,
    )


def _least_on_ms(block_ms: Floats, on_ms: Floats, nearest: Ints) -> Floats:
    """Return the least time by air and on from each vertiport to each door."""
    least = np.full_like(on_ms, np.inf)
    doors = np.arange(len(on_ms))
    for site in nearest.T:
        least = np.minimum(least, block_ms[:, site].T + on_ms[doors, site][:, None])
    return least


def _tabulate_pairs(city: City, block_ms: BlockTimes) -> tuple[Floats, Floats, Floats]:
    """Return block times, flat and least fares of all ordered pairs of vertiports."""
    ids = [vertiport.vertiport_id for vertiport in city.vertiports]
    numbers = {vertiport_id: number for number, vertiport_id in enumerate(ids)}
    block = np.full((len(ids), len(ids)), np.inf)
    fare, least = np.full_like(block, np.inf), np.full_like(block, np.inf)
    rules, seats = city.rules, city.aircraft_type.seats
    for (origin, destination), duration_ms in sorted(block_ms.items()):
        for vertiport_id in (origin, destination):
            if vertiport_id not in numbers:
                raise InvalidInput("block_ms: vertiport", vertiport_id, f"one of {', '.join(ids)}")
        if origin == destination or duration_ms <= 0:
            raise InvalidInput(
                f"block_ms: {origin} to {destination}",
                duration_ms,
                "two vertiports, more than 0 ms",
            )
        first, second = numbers[origin], numbers[destination]
        start, end = city.vertiports[first], city.vertiports[second]
        block[first, second] = duration_ms
        distance_m = pair_distance_m(start, end)
        fare[first, second] = seat_fare_tiyn(rules.fares, distance_m)
        least[first, second] = seat_bounds_tiyn(rules, seats, distance_m)[0]
    return block, fare, least


def _local_ms(text: str) -> int:
    at = parse_local_time(text, field="rules.hours")
    return at.hour * MS_PER_H + at.minute * MS_PER_MIN


def _list_nearest(crow_m: Floats, limit: int) -> Ints:
    """Return the nearest columns of each row; of equally near ones those of lower number."""
    nearest: Ints = np.argsort(crow_m, axis=1, kind="stable")[:, :limit]
    return nearest
