"""Ways between doors and vertiports, as the journey search counts them (`journeys/ground.py`).

On foot and by car they are exact, by the estimated bus on the way to a vertiport too. Known only as
a bound, which no real way is better than, are

* whatever goes by timetable: to a station on foot, by bus or by car, at `RIDE_MPS_MAX` to another
  station, and on; where vehicles stop elsewhere than at stations, at the fastest all the way;
* the way on by car from a vertiport, as one may land later than in the best case: the quickest ride
  of the hour of the best case and of `later_hours` more, the lowest price of all hours. Who lands
  later still has lost more than any hour can give back: that is how `later_hours` is chosen. Who
  came to the flight by timetable, at an unknown instant, has the best of all hours.
"""

from collections.abc import Iterator

import msgspec
import numpy as np

from aspan.demand.draws import Floats, Ints
from aspan.primitives.units import MS_PER_H, MS_PER_S, seconds_to_ms
from aspan.world.car import HOURS_A_DAY, road_prices_tiyn
from aspan.world.city import City
from aspan.world.doors import RIDE_MPS_MAX, DoorTables
from aspan.world.transit import BusEstimate


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One mode between doors and vertiports, as arrays over (hours or one, doors, vertiports).

    Parameters
    ----------
    ride_ms, out_ms
        In a vehicle, and out of it; infinite where there is no such way.
    price_tiyn
        For the whole party; `fare_tiyn` for each person.
    rides
        Vehicles taken: each is one change with the flight.
    is_exact
        False if it is a bound only: it may take longer.
    """

    ride_ms: Floats
    out_ms: Floats
    price_tiyn: Floats
    fare_tiyn: float = 0.0
    rides: float
    is_exact: bool = True

    def at(self, hour: Ints, door: Ints, site: Ints) -> "Way":
        """Return the way of each of many trips, as columns; arrays broadcast."""
        return msgspec.structs.replace(
            self,
            ride_ms=_at(self.ride_ms, hour, door, site),
            out_ms=_at(self.out_ms, hour, door, site),
            price_tiyn=_at(self.price_tiyn, hour, door, site),
        )

    @property
    def total_ms(self) -> Floats:
        """From door to door."""
        return self.ride_ms + self.out_ms


def _at(values: Floats, hour: Ints, door: Ints, site: Ints) -> Floats:
    found: Floats = values[hour if len(values) > 1 else 0, door, site]
    return found


def count_later_hours(ride_ms: Floats) -> int:
    """Return a number of hours by which no ride differs from itself at another hour."""
    longest_ms, shortest_ms = ride_ms.max(axis=0), ride_ms.min(axis=0, initial=np.inf)
    has_road = np.isfinite(longest_ms)
    most_ms = np.max(longest_ms[has_road] - shortest_ms[has_road], initial=0.0)
    return max(1, int(np.ceil(most_ms / MS_PER_H)))


def best_of_hours(car: Way, later_hours: int) -> Way:
    """Return the quickest ride of each hour and those after it, at the lowest price of the day."""
    price_tiyn = car.price_tiyn.min(axis=0, keepdims=True)
    if later_hours >= HOURS_A_DAY - 1:
        ride_ms = car.ride_ms.min(axis=0, keepdims=True)
    else:
        turns = [np.roll(car.ride_ms, -turn, axis=0) for turn in range(later_hours + 1)]
        ride_ms = np.min(turns, axis=0)
    return msgspec.structs.replace(car, ride_ms=ride_ms, price_tiyn=price_tiyn)


class WayMaker:
    """Makes the ways between doors and vertiports, in either direction.

    Attributes
    ----------
    rides_ms
        By car between all points of the tables, infinite without a road.
    """

    def __init__(
        self, city: City, doors: DoorTables, *, pick_up_ms: float, leaving_ms: float
    ) -> None:
        self._demand, self._bus, self._tables = city.demand, city.transit.bus, doors
        self._pick_up_ms, self._leaving_ms = pick_up_ms, leaving_ms
        self._doors = slice(0, doors.doors)
        self._sites = slice(doors.doors, doors.doors + doors.sites)
        self._stations = slice(doors.doors + doors.sites, len(doors.lon_deg))
        self.rides_ms = np.where(doors.ride_ms >= 0, doors.ride_ms.astype(np.float64), np.inf)

    def _cut(self, table: Floats, *, is_near: bool) -> Floats:
        """Return the part between doors and vertiports in the direction of travel."""
        if is_near:
            return table[..., self._doors, self._sites]
        return np.swapaxes(table[..., self._sites, self._doors], -1, -2)

    def _prices_tiyn(self, rides_ms: Floats, road_m: Floats) -> Floats:
        """Return the prices of rides, infinite without a road."""
        has_road = np.isfinite(rides_ms)
        prices = road_prices_tiyn(
            self._demand.car, np.where(has_road, road_m, 0.0), np.where(has_road, rides_ms, 0.0)
        )
        return np.where(has_road, prices, np.inf)

    def drive(self, *, is_near: bool) -> Way:
        """Return the way by car, by hour; a car comes while one leaves the vertiport."""
        kinds = self._tables.kind_of_hour
        waits_ms = self._pick_up_ms if is_near else max(self._leaving_ms, self._pick_up_ms)
        ride_ms = self._cut(self.rides_ms, is_near=is_near)
        prices = self._prices_tiyn(ride_ms, self._cut(self._tables.road_m, is_near=is_near))
        return Way(
            ride_ms=ride_ms[kinds],
            out_ms=np.full((1, *ride_ms.shape[1:]), waits_ms),
            price_tiyn=prices[kinds],
            rides=1.0,
        )

    def walk(self, *, is_near: bool) -> Way:
        """Return the way on foot; both directions are spread from the vertiport."""
        walk_m = self._tables.walk_m[self._sites, self._doors].T[None]
        walk_ms = self._walk_ms(walk_m) + (0.0 if is_near else self._leaving_ms)
        nothing = np.zeros_like(walk_ms)
        return Way(ride_ms=nothing, out_ms=walk_ms, price_tiyn=nothing, rides=0.0)

    def _walk_ms(self, walk_m: Floats) -> Floats:
        return np.asarray(np.rint(walk_m / self._demand.walk_speed_mps * MS_PER_S))

    def bound_ways(self, *, is_near: bool) -> Iterator[Way]:
        """Yield the ways that a best case by car or on foot leaves out: bus and timetables."""
        if self._bus is not None and 2.0 * self._bus.walk_m <= self._tables.walk_m_max:
            yield self._ride_bus(self._bus, is_near=is_near)
        if self._tables.is_stop_anywhere:
            yield self._ride_anything(is_near=is_near)
        elif self._stations.stop - self._stations.start > 1:
            yield from self._ride_from_stations(is_near=is_near)

    def _bus_waits_ms(self, bus: BusEstimate) -> float:
        """Return what is lost about a ride by bus: two walks and the mean wait."""
        walk_ms = float(self._walk_ms(np.array(bus.walk_m)))
        return 2.0 * walk_ms + seconds_to_ms(bus.headway_s / 2.0)

    def _ride_bus(self, bus: BusEstimate, *, is_near: bool) -> Way:
        """Return the way by estimated bus: exact by the hour, or a bound over all hours."""
        road_m = self._cut(self._tables.road_m, is_near=is_near)
        waits_ms = self._bus_waits_ms(bus)
        if is_near:
            road_m = road_m[self._tables.kind_of_hour]
            hours = [f"{hour:02d}:00" for hour in range(HOURS_A_DAY)]
            runs = np.array([bus.from_local <= hour < bus.until_local for hour in hours])
            ride_m = road_m - 2.0 * bus.walk_m
            has_way = runs[:, None, None] & (ride_m > 0.0) & (ride_m <= bus.line_m)
        else:
            waits_ms += self._leaving_ms
            ride_m = np.maximum(road_m.min(axis=0, keepdims=True) - 2.0 * bus.walk_m, 0.0)
            has_way = ride_m <= bus.line_m
        return Way(
            ride_ms=np.where(has_way, np.rint(ride_m / bus.speed_mps * MS_PER_S), np.inf),
            out_ms=np.full_like(ride_m, waits_ms),
            price_tiyn=np.zeros_like(ride_m),
            fare_tiyn=float(bus.fare_tiyn),
            rides=1.0,
            is_exact=is_near,
        )

    def _ride_anything(self, *, is_near: bool) -> Way:
        """Return a bound of all ways by timetable where vehicles stop anywhere."""
        crow_m = self._tables.crow_m()
        car_mps = float((crow_m / np.maximum(self.rides_ms.min(axis=0), 1.0)).max()) * MS_PER_S
        ride_ms = self._cut(crow_m[None], is_near=is_near) / max(RIDE_MPS_MAX, car_mps) * MS_PER_S
        return Way(
            ride_ms=ride_ms,
            out_ms=np.full_like(ride_ms, 0.0 if is_near else self._leaving_ms),
            price_tiyn=np.zeros_like(ride_ms),
            rides=1.0,
            is_exact=False,
        )

    def _ride_from_stations(self, *, is_near: bool) -> Iterator[Way]:
        """Yield bounds of the ways between stations, reached and left by car or otherwise."""
        stations = self._stations
        starts, ends = (self._doors, self._sites) if is_near else (self._sites, self._doors)
        between_ms = self._tables.crow_m()[stations, stations] / RIDE_MPS_MAX * MS_PER_S
        np.fill_diagonal(between_ms, np.inf)
        first_wait_ms = 0.0 if is_near else self._leaving_ms
        for begin_ms, begin_tiyn, begin_rides in self._reach(starts, stations):
            for end_ms, end_tiyn, end_rides in self._reach(stations, ends):
                ride_ms = _through(begin_ms, between_ms, end_ms)
                price = begin_tiyn.min(axis=1)[:, None] + end_tiyn.min(axis=0)[None, :]
                if not is_near:
                    ride_ms, price = ride_ms.T, price.T
                out_ms = max(first_wait_ms, begin_rides * self._pick_up_ms)
                out_ms += end_rides * self._pick_up_ms
                yield Way(
                    ride_ms=ride_ms[None],
                    out_ms=np.full_like(ride_ms[None], out_ms),
                    price_tiyn=price[None],
                    rides=1.0 + begin_rides + end_rides,
                    is_exact=False,
                )

    def _reach(self, rows: slice, columns: slice) -> Iterator[tuple[Floats, Floats, int]]:
        """Yield least time and price to or from stations, and rides: not by car, and by car."""
        foot_ms = np.minimum(
            self._foot_or_bus_ms(rows, columns), self._foot_or_bus_ms(columns, rows).T
        )
        yield foot_ms, np.zeros_like(foot_ms), 0
        rides_ms = self.rides_ms[:, rows, columns]
        prices = self._prices_tiyn(rides_ms, self._tables.road_m[:, rows, columns])
        yield rides_ms.min(axis=0), prices.min(axis=0), 1

    def _foot_or_bus_ms(self, rows: slice, columns: slice) -> Floats:
        """Return the least time on foot or by estimated bus, all of it weighed as if riding."""
        foot_ms = self._walk_ms(self._tables.walk_m[rows, columns])
        if self._bus is None:
            return foot_ms
        ride_m = self._tables.road_m[:, rows, columns].min(axis=0) - 2.0 * self._bus.walk_m
        bus_ms = np.maximum(ride_m, 0.0) / self._bus.speed_mps * MS_PER_S
        bus_ms += self._bus_waits_ms(self._bus)
        return np.minimum(foot_ms, np.where(ride_m <= self._bus.line_m, bus_ms, np.inf))


def _through(begin: Floats, between: Floats, end: Floats) -> Floats:
    """Return the least sums over two stations, shape (starts, ends)."""
    half = np.min(begin[:, :, None] + between[None], axis=1)
    least: Floats = np.min(half[:, :, None] + end[None], axis=1)
    return least
