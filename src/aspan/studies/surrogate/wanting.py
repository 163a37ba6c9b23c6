"""Wanting: what the parties of a day would take of a plan, if aircraft were never short.

Each looks at its three best pairs; on each day of the skies it takes the best that is open to it.
"""

import msgspec
import numpy as np

from aspan.demand.draws import Floats, Ints
from aspan.operations.release import SAFE_SITES
from aspan.primitives.units import MS_PER_H, TIYN_PER_TENGE
from aspan.studies.surrogate.parties import Parties
from aspan.studies.surrogate.skies import SPANS_A_DAY, STEP_MS, STEPS_A_DAY, Skies
from aspan.studies.surrogate.ways import Flags, PartyWays, choice_chance
from aspan.world.city import City

CHOICES = 3
"""Pairs a party looks at, best first. Assumed: whom three leave on the ground has lost the day."""

_DEAR_KZT = 1e12
"""Of a pair that is not offered: dearer than anything."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Flights wanted, columns by party and choice, shape (parties, choices).

    Parameters
    ----------
    flows
        Parties of a mean day.
    open_flows
        The same if weather, daylight and energy left everything open; only the first choice counts.
    pair, hour
        Number of the pair in the city, and local hour of off-block.
    saved_ms
        Against the car, before any wait for an aircraft.
    fare_kzt
        Of a seat.
    day_flows
        Parties of each day, shape (days, parties), all choices together.
    weather_share
        Of `open_flows` that weather and daylight leave.
    """

    flows: Floats
    open_flows: Floats
    pair: Ints
    hour: Ints
    saved_ms: Floats
    lead_ms: Floats
    fare_kzt: Floats
    day_flows: Floats
    weather_share: float


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan offers.

    Parameters
    ----------
    city
        Of the plan in its setting.
    pairs
        Numbers of the pairs offered.
    is_site
        Of each site of the base city.
    fare_kzt
        Flat, of every pair.
    served
        Chance that some aircraft has the energy for so many seats, shape (days, spans, pairs,
        seats + 1); the last is of a party too heavy for any.
    alternates
        Of each site, the others of the plan that one may divert to, shape (sites, sites).
    """

    city: City
    pairs: Ints
    is_site: Flags
    fare_kzt: Floats
    served: Floats
    alternates: Flags
    demand: float
    value_of_time_factor: float
    process_ms_more: float


def weigh_days(skies: Skies) -> Floats:
    """Return the weight of each day: months count alike, and their days within them."""
    count = np.bincount(skies.month, minlength=13)
    months = int((count > 0).sum())
    weights: Floats = 1.0 / (count[skies.month] * max(1, months))
    return weights


def want_flights(parties: Parties, offer: Offer, skies: Skies) -> Wanted:
    """Return the flights that parties would take, aircraft never being short."""
    ways, rows = parties.ways, np.arange(len(parties))
    cost, fare = _weigh_offer(parties, offer)
    ground = ways.ground_kzt(parties.trips.value_of_time_kzt_h * offer.value_of_time_factor)
    best = np.empty((len(rows), CHOICES), dtype=np.int64)
    kzt = np.empty((len(rows), CHOICES))
    for number in range(CHOICES):
        best[:, number] = np.argmin(cost, axis=1)
        kzt[:, number] = cost[rows, best[:, number]]
        cost[rows, best[:, number]] = _DEAR_KZT
    is_way = (kzt < _DEAR_KZT / 2.0) & _is_looked_at(ways, offer)[:, None]
    odds = (ground[:, None] - kzt) / parties.scale_kzt[:, None] + parties.air_constant[:, None]
    chance = np.where(is_way, choice_chance(odds), 0.0)
    pair = offer.pairs[best]
    ready_ms = ways.ready_ms[rows[:, None], pair] + offer.process_ms_more
    is_open, is_served, is_safe = _find_open(parties, offer, skies, pair, ready_ms)
    weights = weigh_days(skies)
    taken = is_open * is_served
    left = np.cumprod(1.0 - taken, axis=2)
    taken[:, :, 1:] *= left[:, :, :-1]
    taken *= is_safe
    is_open = is_open * is_safe
    wishes = parties.parties * offer.demand
    day_flows = wishes * np.einsum("dnk,nk->dn", taken, chance)
    flows = wishes[:, None] * np.einsum("d,dnk->nk", weights, taken) * chance
    open_flows = wishes * chance[:, 0]
    fair = float(open_flows @ np.einsum("d,dn->n", weights, is_open[:, :, 0]))
    total_ms = ways.air.total_ms[rows[:, None], pair] + offer.process_ms_more
    saved_ms = np.where(is_way, ways.car_ms[:, None] - np.where(is_way, total_ms, 0.0), 0.0)
    return Wanted(
        flows=flows,
        open_flows=open_flows,
        pair=pair,
        hour=_hours(ready_ms),
        saved_ms=saved_ms,
        lead_ms=ways.lead_ms[rows[:, None], pair] + offer.process_ms_more,
        fare_kzt=fare[rows[:, None], best],
        day_flows=day_flows,
        weather_share=fair / max(float(open_flows.sum()), 1e-300),
    )


def _hours(ready_ms: Floats) -> Ints:
    """Return local hours, 0 to 23, of instants since midnight."""
    safe = np.where(np.isfinite(ready_ms), ready_ms, 0.0)
    return (safe / MS_PER_H).astype(np.int64) % 24


def _weigh_offer(parties: Parties, offer: Offer) -> tuple[Floats, Floats]:
    """Return cost and seat fare of every pair offered, shape (parties, pairs offered)."""
    ways, pairs = parties.ways, offer.pairs
    value = parties.trips.value_of_time_kzt_h * offer.value_of_time_factor
    ready_ms = ways.ready_ms[:, pairs]
    tariff = offer.city.rules.tariff
    by_hour = np.ones(24) if tariff is None else np.array(tariff.hour_factor_by_hour)
    fare = offer.fare_kzt[pairs] * by_hour[_hours(ready_ms + offer.process_ms_more)]
    weighted_ms = ways.air.weighted_ms[:, pairs]
    weighted_ms = weighted_ms + (ways.out_weight * offer.process_ms_more)[:, None]
    cost = weighted_ms * (value / MS_PER_H)[:, None] + ways.air.price_kzt[:, pairs] + fare
    is_near = _list_near(ways, offer) & ~_is_beaten(ways, offer, fare)
    seats = offer.city.aircraft_type.seats
    cost = np.where(is_near & (parties.trips.party <= seats)[:, None], cost, _DEAR_KZT)
    return np.where(np.isfinite(cost), cost, _DEAR_KZT), fare


def _is_beaten(ways: PartyWays, offer: Offer, fare: Floats) -> Flags:
    """Return where the car is as quick and as cheap as the pair; a search does not tell of it."""
    slower = ways.air.total_ms[:, offer.pairs] + offer.process_ms_more >= ways.car_ms[:, None]
    dearer = ways.air.price_kzt[:, offer.pairs] + fare >= ways.ground[0].price_kzt[:, None]
    return np.asarray(slower & dearer)


def _list_near(ways: PartyWays, offer: Offer) -> Flags:
    """Return where both sites are among those looked at from the doors of the trip."""
    if sum(offer.is_site) <= ways.sites_an_end:
        return np.ones((len(ways.car_ms), len(offer.pairs)), dtype=np.bool_)
    near = []
    for crow_m in (ways.crow_to_m, ways.crow_from_m):
        there = np.where(offer.is_site, crow_m, np.inf)
        limit = np.partition(there, ways.sites_an_end - 1, axis=1)[:, ways.sites_an_end - 1]
        near.append(there <= limit[:, None])
    is_near: Flags = (
        near[0][:, ways.origin[offer.pairs]] & near[1][:, ways.destination[offer.pairs]]
    )
    return is_near


def _is_looked_at(ways: PartyWays, offer: Offer) -> Flags:
    """Return which parties look at air at all."""
    quick_ms = np.where(_list_near(ways, offer), ways.quick_ms[:, offer.pairs], np.inf)
    return ways.is_looked_at(quick_ms.min(axis=1) + offer.process_ms_more)


def _find_open(
    parties: Parties, offer: Offer, skies: Skies, pair: Ints, ready_ms: Floats
) -> tuple[Floats, Floats, Flags]:
    """Return what each day leaves of each choice: weather and hours, energy, alternates.

    Where too few alternates are open a party has booked already, and is paid back.
    """
    is_today = np.isfinite(ready_ms) & (ready_ms < STEPS_A_DAY * STEP_MS)
    step = np.where(is_today, ready_ms, 0.0).astype(np.int64) // STEP_MS
    is_open = skies.is_open[:, step, pair] & is_today
    span = step // (STEPS_A_DAY // SPANS_A_DAY)
    kind = offer.city.aircraft_type
    need = np.ceil(parties.payload_kg * kind.seats / kind.payload_kg_max - 1e-9).astype(np.int64)
    need = np.clip(need, 1, kind.seats + 1) - 1
    winter = set(offer.city.rules.service.winter_months)
    season = np.array([int(month in winter) for month in skies.month.tolist()])
    seats = need[season]
    days = np.arange(len(skies.month))[:, None, None]
    served = offer.served[days, span[None], pair[None], seats[:, :, None]]
    open_alternates = skies.is_safe.astype(np.int64) @ offer.alternates.T.astype(np.int64)
    is_safe = open_alternates[:, step, parties.ways.destination[pair]] >= SAFE_SITES
    return is_open.astype(np.float64), served, is_safe


def fares_kzt(distance_m: Floats, city: City) -> Floats:
    """Return the flat seat fare of every pair under the fares of a city [KZT]."""
    fares = city.rules.fares
    tiyn = np.round(fares.base_tiyn + fares.per_km_tiyn * distance_m / 1000.0)
    kzt: Floats = np.maximum(tiyn, fares.minimum_tiyn) / TIYN_PER_TENGE
    return kzt
