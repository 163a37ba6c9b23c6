"""Strata: which wishes must be drawn one by one, and how few of the others are enough.

A day holds a million wishes and perhaps a hundred that would ever fly, so wishes are drawn where
it matters. Wishes of a cell (segment, origin zone, destination zone, hour) form a Poisson process
in value of time v and taste e. For every cell and every band k of v a bound b_k is known such that
no wish of the band flies, in the best case and wherever in its zones it begins and ends, unless
e > −b_k. The process therefore splits into two independent ones (thinning: J. F. C. Kingman,
*Poisson Processes*, 1993, ch. 5):

* *candidates*, e > −b_k, of which every single wish is drawn and put to the exact test;
* *others*, which cannot fly, of which one in N is drawn and stands for N.

Nothing is lost or approximated: a loose bound costs time, not truth.

The bound takes the car at the far rims of both zones and the vertiports at the near rims, on the
best roads of the hours it could be, and the better of both ends of the band.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.demand.best_case import AirTable
from aspan.demand.draws import Floats, Ints, normal_quantiles
from aspan.demand.flows import PARTY_MAX, party_flows, zone_distances_m, zone_radii_m
from aspan.primitives.units import MS_PER_H, MS_PER_S, TIYN_PER_TENGE
from aspan.world.access import NEAREST_VERTIPORTS
from aspan.world.car import HOURS_A_DAY, great_circles_m, ride_prices_tiyn, rides_ms
from aspan.world.zones import Segment

BAND_EDGES = np.array([0.0, 0.5, 0.75, 0.88, 0.94, 0.97, 0.985, 0.995, 0.999, 1.0])
"""Quantiles of value of time between which a band lies; finer where people may fly."""

_RIM_MARGIN = 1.001
"""Spreads are laid out on a plane; the sphere differs by less than this."""
_ACCESS_HOURS = 4
"""Hours after the wish in which its journey may end; roads are taken at their best of these."""
_VALUE_OF_TIME_KZT_H_MAX = 1e9


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


class _Rims(msgspec.Struct, frozen=True, kw_only=True):
    """Least of the ways between zones and vertiports, shape (zones, vertiports, 24).

    Parameters
    ----------
    walk_ms, ride_ms
        Walked, infinite where too far; driven, without the wait for the car.
    walk_wait_ms, ride_wait_ms
        Before either.
    """

    walk_ms: Floats
    ride_ms: Floats
    price_tiyn: Floats
    walk_wait_ms: float
    ride_wait_ms: float

    def least_ms(self, out_weight: float, change_ms: float) -> Floats:
        """Return the least weighted time; each ride counts one change of `change_ms`."""
        return np.minimum(
            out_weight * (self.walk_wait_ms + self.walk_ms),
            out_weight * self.ride_wait_ms + self.ride_ms + change_ms,
        )


class _Ways(msgspec.Struct, frozen=True, kw_only=True):
    """Every way a wish of two zones could fly, as rows sorted by origin and destination zone."""

    origin: Ints
    destination: Ints
    first: Ints
    second: Ints


def _bound_scores(table: AirTable) -> Floats:
    """Return bounds of the advantage of air [KZT], shape (segments, zones, zones, 24, bands)."""
    demand = table.city.demand
    zones, bands = len(demand.zones), len(BAND_EDGES) - 1
    scores = np.full((len(demand.segments), zones, zones, HOURS_A_DAY, bands), -np.inf)
    reach_m, limit_m = _reaches_m(table)
    ways = _list_ways(table, reach_m <= limit_m)
    if not ways.origin.size:
        return scores
    hours = range(_ACCESS_HOURS + 1)
    best_speed = np.max([np.roll(table.best_speed_mps, -turn) for turn in hours], axis=0)
    waits_ms = max(table.leaving_ms, table.pick_up_ms)
    near = _rims(table, reach_m, table.speed_mps, (0.0, table.pick_up_ms))
    far = _rims(table, reach_m, best_speed, (table.leaving_ms, waits_ms))
    ride_ms, price = _car_at_worst(table)
    cost = _least_cost_kzt(table, ways, near.price_tiyn, far.price_tiyn, price)
    saved_ms = _savings_ms(table, ways, (near, far), ride_ms, out_weight=1.0, change_ms=0.0)
    cost = np.where(saved_ms >= demand.saving_ms_min, cost, np.inf)
    pair = ways.origin * zones + ways.destination
    starts = np.flatnonzero(np.diff(pair, prepend=-1))
    for number, segment in enumerate(demand.segments):
        gain_h = (
            _savings_ms(
                table,
                ways,
                (near, far),
                ride_ms,
                out_weight=segment.out_of_vehicle_weight,
                change_ms=table.transfer_ms,
            )
            / MS_PER_H
        )
        edges = values_of_time_kzt_h(segment, BAND_EDGES)
        for band in range(bands):
            value = np.where(gain_h >= 0.0, edges[band + 1], edges[band])
            best = np.maximum.reduceat(value * gain_h - cost, starts, axis=0)
            scores[number, ways.origin[starts], ways.destination[starts], :, band] = best
    return scores


def _reaches_m(table: AirTable) -> tuple[Floats, Floats]:
    """Return the least distance of each zone to each vertiport, and the farthest worth a look.

    Shapes (zones, vertiports) and (zones, 1): a vertiport whose least distance is above the
    greatest of the nearest few is among the nearest of nobody in the zone.
    """
    zones = table.city.demand.zones
    lon = np.array([zone.lon_deg for zone in zones])
    lat = np.array([zone.lat_deg for zone in zones])
    radius_m = zone_radii_m(table.city.demand)[:, None] * _RIM_MARGIN
    centre_m = great_circles_m(lon[:, None], lat[:, None], table.lon_deg, table.lat_deg)
    count = min(NEAREST_VERTIPORTS, len(table.lon_deg))
    farthest = np.sort(centre_m + radius_m, axis=1)[:, count - 1 : count]
    return np.maximum(0.0, centre_m - radius_m), farthest


def _list_ways(table: AirTable, is_near: NDArray[np.bool_]) -> _Ways:
    usable = is_near[:, None, :, None] & is_near[None, :, None, :] & np.isfinite(table.block_ms)
    usable[np.arange(len(is_near)), np.arange(len(is_near))] = False
    origin, destination, first, second = np.nonzero(usable)
    return _Ways(origin=origin, destination=destination, first=first, second=second)


def _rims(
    table: AirTable, reach_m: Floats, speed_mps: Floats, waits_ms: tuple[float, float]
) -> _Rims:
    demand = table.city.demand
    road_m = reach_m * demand.car.detour
    walk_ms = np.where(road_m <= demand.walk_m_max, road_m / demand.walk_speed_mps, np.inf)
    ride_ms = rides_ms(demand.car, reach_m[:, :, None], speed_mps)
    price = ride_prices_tiyn(demand.car, reach_m[:, :, None], ride_ms)
    return _Rims(
        walk_ms=np.floor(walk_ms * MS_PER_S)[:, :, None],
        ride_ms=ride_ms,
        price_tiyn=np.where((road_m <= demand.walk_m_max)[:, :, None], 0.0, price),
        walk_wait_ms=waits_ms[0],
        ride_wait_ms=waits_ms[1],
    )


def _car_at_worst(table: AirTable) -> tuple[Floats, Floats]:
    """Return longest car ride [ms] and its price [tiyn] between zones, (zones, zones, 24)."""
    demand = table.city.demand
    radius_m = zone_radii_m(demand) * _RIM_MARGIN
    far_m = zone_distances_m(demand) + radius_m[:, None] + radius_m[None, :]
    ride_ms = rides_ms(demand.car, far_m[:, :, None], table.speed_mps)
    return ride_ms, ride_prices_tiyn(demand.car, far_m[:, :, None], ride_ms)


def _least_cost_kzt(
    table: AirTable, ways: _Ways, near_tiyn: Floats, far_tiyn: Floats, car_tiyn: Floats
) -> Floats:
    """Return the least extra price of air a person, over party sizes, shape (ways, 24)."""
    extra = near_tiyn[ways.origin, ways.first] + far_tiyn[ways.destination, ways.second]
    extra = extra - car_tiyn[ways.origin, ways.destination]
    fare = table.fare_tiyn[ways.first, ways.second][:, None]
    least: Floats = (fare + np.minimum(extra, extra / PARTY_MAX)) / TIYN_PER_TENGE
    return least


def _savings_ms(
    table: AirTable,
    ways: _Ways,
    rims: tuple[_Rims, _Rims],
    car_ride_ms: Floats,
    *,
    out_weight: float,
    change_ms: float,
) -> Floats:
    """Return the greatest weighted time that air can save, shape (ways, 24)."""
    near = rims[0].least_ms(out_weight, change_ms)[ways.origin, ways.first]
    far = rims[1].least_ms(out_weight, change_ms)[ways.destination, ways.second]
    car = car_ride_ms[ways.origin, ways.destination] + out_weight * table.pick_up_ms
    fixed = table.block_ms[ways.first, ways.second] + out_weight * table.process_ms
    saved: Floats = car - near - far - fixed[:, None]
    return saved
