"""The forecast: expected air bookings by vertiport pair and hour, from the model and not the day.

It is what an operator may know beforehand, and all that the engine sees of demand before bookings
come. The expectation is an integral over positions, parties, values of time and instants, taken by
importance sampling on the strata that matter: points are drawn from the candidates under a name of
their own, the same for every run, and each counts with its exact chance to fly given everything but
taste, over the bound it was drawn with. No seed of a run and no realised wish enters.

Read it as the demand that the best service would find: no waits, no refusals, no weather.
"""

import msgspec
import numpy as np

from aspan.demand.best_case import BestCase, weigh_best_case
from aspan.demand.draws import Floats, child_keys, draws_at
from aspan.demand.sampling import (
    DRAW_COUNT,
    DemandIndex,
    Sample,
    cell_keys,
    constants_kzt,
    draw_sample,
)
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_H
from aspan.world.car import HOURS_A_DAY

_POINTS = 20_000
"""Points of the integral. A cost of detail, not a fact."""

_FORECAST_SEED = 0

HourlyRates = tuple[float, ...]
"""Expected number in local hour 0 … 23."""


class ExpectedRates(msgspec.Struct, frozen=True, kw_only=True):
    """Expected air travel of a day by (origin, destination) vertiport, pairs sorted by id.

    Parameters
    ----------
    bookings, passengers
        Parties and persons by the local hour in which they are ready for off-block.
    """

    bookings: dict[tuple[VertiportId, VertiportId], HourlyRates]
    passengers: dict[tuple[VertiportId, VertiportId], HourlyRates]


class ForecastPoints(msgspec.Struct, frozen=True, kw_only=True):
    """Candidates drawn for the integral, as columns.

    Parameters
    ----------
    chance
        How likely each flies in the best case, given everything but its taste.
    parties
        Of a day that fly, which each stands for.
    """

    sample: Sample
    best: BestCase
    chance: Floats
    parties: Floats


def draw_points(index: DemandIndex, *, factor: float = 1.0) -> ForecastPoints | None:
    """Return the points of the integral at a demand `factor`; None where nobody could fly."""
    if not 0.0 <= factor < float("inf"):
        raise InvalidInput("demand factor", factor, "0 or more")
    strata, demand = index.strata, index.city.demand
    mass = strata.candidate_mass
    rate = strata.rate * mass.sum(axis=1)
    total = float(rate.sum())
    if total <= 0.0 or factor == 0.0:
        return None
    points_a_party = _POINTS / total
    keys = child_keys(cell_keys(index, _FORECAST_SEED, "forecast"), strata.hour)
    uniforms = draws_at(keys, np.full(len(keys), DRAW_COUNT))
    counts = np.floor(rate * points_a_party + uniforms).astype(np.int64)
    sample = draw_sample(index, keys, counts, mass, are_candidates=True)
    best = weigh_best_case(index.table, sample.trips)
    scale = np.array([segment.logit_scale_kzt for segment in demand.segments])[sample.segment]
    utility = best.advantage_kzt + constants_kzt(index, sample.segment)
    with np.errstate(over="ignore"):
        chance = 1.0 / (1.0 + np.exp(-utility / scale))
    parties = chance / sample.tail / points_a_party * factor
    return ForecastPoints(sample=sample, best=best, chance=chance, parties=parties)


def expected_rates(index: DemandIndex, *, factor: float = 1.0) -> ExpectedRates:
    """Return the expected bookings of any day at a demand `factor`, under best-case service."""
    points = draw_points(index, factor=factor)
    if points is None:
        return ExpectedRates(bookings={}, passengers={})
    best, parties = points.best, points.parties
    hour = best.ready_ms.astype(np.int64) // MS_PER_H % HOURS_A_DAY
    ids = [vertiport.vertiport_id for vertiport in index.city.vertiports]
    shape = (len(ids), len(ids), HOURS_A_DAY)
    cells = np.ravel_multi_index((best.origin, best.destination, hour), shape)
    tables = []
    for weights in (parties, parties * points.sample.trips.party):
        sums = np.bincount(cells, weights, minlength=int(np.prod(shape))).reshape(shape)
        tables.append(
            {
                (ids[origin], ids[destination]): tuple(sums[origin, destination].tolist())
                for origin, destination in sorted(
                    np.argwhere(sums.sum(axis=2) > 0.0).tolist(),
                    key=lambda pair: (ids[pair[0]], ids[pair[1]]),
                )
            }
        )
    return ExpectedRates(bookings=tables[0], passengers=tables[1])
