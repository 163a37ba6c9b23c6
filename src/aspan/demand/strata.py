"""Strata: which wishes must be drawn one by one, and how few of the others are enough.

A day holds a million wishes and perhaps a hundred that would ever fly, so wishes are drawn where
it matters. Wishes of a cell (segment, origin zone, destination zone, hour) form a Poisson process
in value of time v and taste e. For every cell and every band k of v a bound b_k is known such that
no wish of the band flies, in the best case and from and to any door of its zones, unless e > −b_k.
The process therefore splits into two independent ones (thinning: J. F. C. Kingman, *Poisson
Processes*, 1993, ch. 5):

* *candidates*, e > −b_k, of which every single wish is drawn and put to the exact test;
* *others*, which cannot fly, of which one in N is drawn and stands for N.

Nothing is lost or approximated: a loose bound costs time, not truth.

The bound takes the car between the doors farthest apart, to each vertiport the best way from any
door of the zone, and on from each the best of all hours. For given v and share q = 1 / party every
way costs a sum that is linear in v and in q, so its best advantage over the car is convex in both,
and greatest at a corner of the band and of the party sizes: four corners are looked at.
"""

from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.demand.air_table import AirTable
from aspan.demand.air_ways import Way
from aspan.demand.draws import Floats, Ints, normal_quantiles
from aspan.demand.flows import PARTY_MAX, party_flows
from aspan.primitives.units import MS_PER_H, TIYN_PER_TENGE
from aspan.world.car import HOURS_A_DAY, road_prices_tiyn
from aspan.world.zones import Segment

BAND_EDGES = np.array([0.0, 0.5, 0.75, 0.88, 0.94, 0.97, 0.985, 0.995, 0.999, 1.0])
"""Quantiles of value of time between which a band lies; finer where people may fly."""

_SHARES = (1.0, 1.0 / PARTY_MAX)
"""Share that each person pays of what the party pays: of the smallest and the greatest party."""

_VALUE_OF_TIME_KZT_H_MAX = 1e9
"""More than anybody's: keeps the last band, which is open above, finite."""

_ROUNDING_KZT = 0.01
"""Added to every bound: sums are taken in another order than in the exact test."""


class Strata(msgspec.Struct, frozen=True, kw_only=True):
    """Cells in which air could save time, in order of segment, origin, destination, hour.

    Parameters
    ----------
    segment, origin, destination, hour
        Numbers of the cell's segment and zones, and its local hour.
    rate
        Expected parties of the day at factor 1.
    tail
        Shape (cells, bands): bound of the chance that a wish of the band is a candidate.
    """

    segment: Ints
    origin: Ints
    destination: Ints
    hour: Ints
    rate: Floats
    tail: Floats

    @property
    def candidate_mass(self) -> Floats:
        """Chance of candidate and band, shape (cells, bands)."""
        return np.diff(BAND_EDGES) * self.tail

    @property
    def other_mass(self) -> Floats:
        """Chance of no candidate and band, shape (cells, bands)."""
        return np.diff(BAND_EDGES) * (1.0 - self.tail)


def values_of_time_kzt_h(segment: Segment, quantiles: Floats) -> Floats:
    """Return log-normal values of time at the quantiles, whole tiyn an hour, at most 1e9 KZT/h."""
    exponent = segment.value_of_time_sigma * normal_quantiles(quantiles)
    values = np.round(segment.value_of_time_median_kzt_h * np.exp(exponent), 2)
    return np.minimum(values, _VALUE_OF_TIME_KZT_H_MAX)


def split_strata(table: AirTable) -> Strata:
    """Return the cells of the city in which air could save time, with their bounds."""
    demand = table.city.demand
    flows = party_flows(demand)
    scores = _bound_scores(table)
    tails = np.zeros_like(scores)
    for number, segment in enumerate(demand.segments):
        with np.errstate(over="ignore"):
            odds = scores[number] / segment.logit_scale_kzt + segment.air_constant
            tails[number] = 1.0 / (1.0 + np.exp(-odds))
    is_active = (flows > 0.0) & np.isfinite(scores[..., 0])
    segment_no, origin, destination, hour = np.nonzero(is_active)
    return Strata(
        segment=segment_no,
        origin=origin,
        destination=destination,
        hour=hour,
        rate=flows[is_active],
        tail=tails[is_active],
    )


def _bound_scores(table: AirTable) -> Floats:
    """Return bounds of the advantage of air [KZT], shape (segments, zones, zones, 24, bands)."""
    demand, bounds = table.city.demand, _Bounds(table)
    zones, bands = len(demand.zones), len(BAND_EDGES) - 1
    scores = np.full((len(demand.segments), zones, zones, HOURS_A_DAY, bands), -np.inf)
    may_save = bounds.may_save()
    for number, segment in enumerate(demand.segments):
        corners = _Corners(bounds, segment.out_of_vehicle_weight)
        edges = [corners.score(v) for v in values_of_time_kzt_h(segment, BAND_EDGES).tolist()]
        for band in range(bands):
            best = np.maximum(edges[band], edges[band + 1]) + _ROUNDING_KZT
            best = np.where(may_save, best, -np.inf)
            scores[number, :, :, :, band][:, :, bounds.hours] = best.transpose(1, 2, 0)
    return scores


class _Bounds:
    """What is best and worst over the doors of each zone, in the hours in which one may fly.

    Attributes
    ----------
    hours
        Local hours in which a wish may come in time.
    late
        Of each way to a vertiport 0 where it may be in time, else infinite.
    car_ms, car_tiyn
        The longest ride between doors of zones, and a price that none exceeds, shape (hours,
        zones, zones).
    """

    def __init__(self, table: AirTable) -> None:
        self.table = table
        self._starts = table.doors.door_first[:-1]
        self._is_near = np.zeros((table.doors.doors, table.doors.sites), dtype=np.bool_)
        np.put_along_axis(self._is_near, table.nearest, values=True, axis=1)
        late = [self._list_late(way) for way in table.near]
        is_open = np.any([np.isfinite(one).any(axis=(1, 2)) for one in late], axis=0)
        self.hours = np.flatnonzero(is_open)
        self.late = [one[self.hours] for one in late]
        kinds = table.doors.kind_of_hour[self.hours]
        self.car_ms = self._worst_of_doors(table.car_ms)[kinds]
        doors = slice(0, table.doors.doors)
        road_m = self._worst_of_doors(table.doors.road_m[:, doors, doors])[kinds]
        self.car_tiyn = road_prices_tiyn(table.city.demand.car, road_m, self.car_ms)

    def _worst_of_doors(self, values: Floats) -> Floats:
        """Return the greatest value between the doors of zones; 0 where no road leads."""
        there = np.where(np.isfinite(values), values, 0.0)
        greatest = np.maximum.reduceat(there, self._starts, axis=1)
        worst: Floats = np.maximum.reduceat(greatest, self._starts, axis=2)
        return worst

    def _list_late(self, way: Way) -> Floats:
        """Return 0 where a party of the hour could come in time for off-block, else infinity."""
        begins_ms = np.arange(HOURS_A_DAY)[:, None, None] * MS_PER_H
        ready_ms = begins_ms + way.total_ms + self.table.process_ms
        in_time = self._is_near & (ready_ms < self.table.ready_ms_max)
        if way.is_exact:
            in_time &= ready_ms + MS_PER_H > self.table.ready_ms_min
        return np.where(in_time, 0.0, np.inf)

    def best_of_doors(self, values: Floats) -> Floats:
        """Return the least value of the doors of each zone, shape (hours, zones, vertiports)."""
        least: Floats = np.minimum.reduceat(values, self._starts, axis=1)
        return least

    def of_hours(self, values: Floats) -> Floats:
        """Return the rows of the hours in which one may fly."""
        return values[self.hours] if len(values) > 1 else values

    def far(self, values: Floats) -> Floats:
        """Return values of ways out of the vertiports looked at, infinite for the others."""
        return np.where(self._is_near, values, np.inf)

    def join(self, near: Floats, far: Floats, flight: Floats) -> Floats:
        """Return the least sums over pairs of vertiports, shape (hours, zones, zones)."""
        onward = np.min(far.T[:, :, None] + flight.T[:, None, :], axis=0)
        begun = near.transpose(2, 0, 1)
        least: Floats = begun[0][:, :, None] + onward[:, 0]
        for site in range(1, len(begun)):
            np.minimum(least, begun[site][:, :, None] + onward[:, site], out=least)
        return least

    def may_save(self) -> NDArray[np.bool_]:
        """Return where air on foot and by car may save what is asked for."""
        table = self.table
        near = np.minimum(
            *(
                self.best_of_doors(self.of_hours(way.total_ms) + late)
                for way, late in zip(table.near[:2], self.late[:2], strict=True)
            )
        )
        far = np.minimum(table.far[0].total_ms, table.car_any_hour.total_ms)
        far = self.best_of_doors(self.far(far))[0]
        air_ms = self.join(near, far, table.block_ms + table.process_ms)
        car_ms = np.where(self.car_ms > 0.0, self.car_ms + table.pick_up_ms, -np.inf)
        return np.asarray(car_ms - table.city.demand.saving_ms_min >= air_ms)


class _Line(msgspec.Struct, frozen=True):
    """Ways whose cost is weighed at many corners: v · weighted time + price, as columns.

    Parameters
    ----------
    weighted_ms
        0 where there is no way; `party_tiyn` is infinite there.
    """

    weighted_ms: Floats
    party_tiyn: Floats
    fare_tiyn: float

    def cost(self, per_ms: float, share: float) -> Floats:
        """Return the cost of each person [KZT]."""
        each = self.party_tiyn * (share / TIYN_PER_TENGE) + self.fare_tiyn / TIYN_PER_TENGE
        cost: Floats = self.weighted_ms * per_ms + each
        return cost


class _Corners:
    """The bound of one segment at corners of value of time and party."""

    def __init__(self, bounds: _Bounds, out_weight: float) -> None:
        table = bounds.table
        self._bounds, self._out_weight = bounds, out_weight
        self._near = [
            self._line(way, late) for way, late in zip(table.near, bounds.late, strict=True)
        ]
        nowhere = bounds.far(np.zeros(1))[None]
        self._far = [self._line(way, nowhere) for way in (*table.far, table.car_any_hour)]
        self._flight_ms = _where_finite(table.block_ms) + out_weight * table.process_ms

    def _line(self, way: Way, late: Floats) -> _Line:
        ride_ms, out_ms = self._bounds.of_hours(way.ride_ms), self._bounds.of_hours(way.out_ms)
        weighted_ms = ride_ms + self._out_weight * out_ms
        weighted_ms = weighted_ms + way.rides * self._bounds.table.transfer_ms + late
        is_way = np.isfinite(weighted_ms)
        price = np.where(is_way, self._bounds.of_hours(way.price_tiyn), np.inf)
        return _Line(np.where(is_way, weighted_ms, 0.0), price, way.fare_tiyn)

    def score(self, value_kzt_h: float) -> Floats:
        """Return the greatest advantage of air [KZT] at a value of time, by hour and zones."""
        return np.maximum(*(self._score(value_kzt_h / MS_PER_H, share) for share in _SHARES))

    def _score(self, per_ms: float, share: float) -> Floats:
        bounds, table = self._bounds, self._bounds.table
        near = _least(bounds.best_of_doors(line.cost(per_ms, share)) for line in self._near)
        far = _least(bounds.best_of_doors(line.cost(per_ms, share))[0] for line in self._far)
        flight = table.least_fare_tiyn / TIYN_PER_TENGE + per_ms * self._flight_ms
        car_ms = bounds.car_ms + self._out_weight * table.pick_up_ms
        car: Floats = per_ms * car_ms + bounds.car_tiyn * share / TIYN_PER_TENGE
        return car - bounds.join(near, far, flight)


def _least(values: Iterator[Floats]) -> Floats:
    """Return the least of arrays, element by element."""
    least = next(values)
    for more in values:
        least = np.minimum(least, more)
    return least


def _where_finite(values: Floats) -> Floats:
    """Return values with 0 for those that are infinite."""
    return np.where(np.isfinite(values), values, 0.0)
