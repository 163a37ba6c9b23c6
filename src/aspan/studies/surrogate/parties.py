"""Parties: a few hundred that stand for all who could fly, whatever the fare and the sites.

They are drawn from the strata of `demand.strata` in two steps of importance sampling. First many,
from the candidates at several fares together, so that neither the few rich who fly at the full fare
nor the many who fly at a quarter of it are missed. Then the few that matter: each is kept as likely
as its flights weigh among those of all pairs of sites, at each of the fares, on its own. What a
party stands for is divided by how likely it was kept; sums over parties are therefore right in the
mean for every fare and every set of sites, and only their scatter depends on what was foreseen.

Keyed by a name of their own and the same for every run: no seed of a run enters, no wish of a day.

References
----------
.. [1] A. B. Owen, *Monte Carlo theory, methods and examples*, 2013, ch. 9: importance sampling
   from mixtures.
"""

from datetime import date

import msgspec
import numpy as np

from aspan.demand.air_table import BlockTimes, tabulate_air
from aspan.demand.draws import Floats, Ints, child_keys, draws_at
from aspan.demand.flows import check_demand_model
from aspan.demand.sampling import (
    DRAW_COUNT,
    DRAWS_A_PARTY,
    DemandIndex,
    Sample,
    cell_keys,
    draw_sample,
    payloads_kg,
)
from aspan.demand.strata import BAND_EDGES, Strata, split_strata
from aspan.demand.trip_columns import TripColumns
from aspan.primitives.dice import draw
from aspan.studies.surrogate.ways import PartyWays, choice_chance, weigh_ways
from aspan.world.city import City
from aspan.world.doors import DoorTables
from aspan.world.fare import pair_fare_tiyn
from aspan.world.rules import Fares

PARTIES = 3000
"""Parties kept. A cost of detail: sums over them are then sure to about 3 % at the city's fare."""

_POINTS = 24_000
"""Drawn at first. A cost of detail."""

FARES_FORESEEN = (0.25, 0.6, 1.2)
"""Fare factors whose flyers are sure to be among the parties; those between and beyond are too,
with more scatter."""

_SAMPLE_SEED = 0
_ANY_YEAR = 2025


class Parties(msgspec.Struct, frozen=True, kw_only=True):
    """Parties that stand for a day, as columns.

    Parameters
    ----------
    parties
        Wishes of a day at demand 1 that each stands for.
    origin_zone, destination_zone
        Numbers of zones in the order of the city.
    scale_kzt, air_constant
        Of the segment's choice between air and the ground.
    payload_kg
        With bags, in summer and in winter clothes, shape (2, parties).
    ways
        What each pays and loses by every pair of sites, and on the ground.
    """

    parties: Floats
    segment: Ints
    origin_zone: Ints
    destination_zone: Ints
    scale_kzt: Floats
    air_constant: Floats
    payload_kg: Floats
    trips: TripColumns
    ways: PartyWays

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.parties)


def draw_parties(
    city: City,
    block_ms: BlockTimes,
    doors: DoorTables,
    *,
    count: int = PARTIES,
    process_ms_min: int | None = None,
) -> Parties | None:
    """Return the parties of a city with all its sites; None where nobody could ever fly.

    Parameters
    ----------
    block_ms
        Of every pair that a lane joins, whether the energy of today serves it or not.
    process_ms_min
        Shortest way through a vertiport that will be asked about; the city's own if None.
    """
    check_demand_model(city.demand)
    process_ms = city.rules.service.process_ms
    least_ms = process_ms if process_ms_min is None else min(process_ms, process_ms_min)
    quick = _with_process(city, least_ms)
    base = DemandIndex(city=quick, table=tabulate_air(quick, block_ms, doors), strata=_NO_STRATA)
    splits = [_split_at(base, block_ms, doors, factor) for factor in FARES_FORESEEN]
    if not len(splits[0].rate):
        return None
    index = msgspec.structs.replace(base, strata=splits[0])
    sample, weights = _draw_points(index, splits)
    if not len(weights):
        return None
    table = tabulate_air(city, block_ms, doors)
    ways = weigh_ways(table, sample.trips)
    fare_kzt = _pair_fares_kzt(city, ways)
    rows, shares = _keep(city, sample, weights, ways, fare_kzt, count)
    return _tell(index, sample, weights[rows] / shares, rows, ways)


_NO_STRATA = Strata(
    segment=np.zeros(0, dtype=np.int64),
    origin=np.zeros(0, dtype=np.int64),
    destination=np.zeros(0, dtype=np.int64),
    hour=np.zeros(0, dtype=np.int64),
    rate=np.zeros(0),
    tail=np.zeros((0, len(BAND_EDGES) - 1)),
)


def _with_process(city: City, process_ms: int) -> City:
    service = msgspec.structs.replace(city.rules.service, process_ms=process_ms)
    rules = msgspec.structs.replace(city.rules, service=service)
    return msgspec.structs.replace(city, rules=rules)


def scale_fares(fares: Fares, factor: float) -> Fares:
    """Return fares times a factor, in whole tiyn."""
    return Fares(
        base_tiyn=round(fares.base_tiyn * factor),
        per_km_tiyn=round(fares.per_km_tiyn * factor),
        minimum_tiyn=round(fares.minimum_tiyn * factor),
    )


def _split_at(base: DemandIndex, block_ms: BlockTimes, doors: DoorTables, factor: float) -> Strata:
    """Return the strata of the city at a fare; their cells are the same at every fare."""
    city = base.city
    rules = msgspec.structs.replace(city.rules, fares=scale_fares(city.rules.fares, factor))
    return split_strata(tabulate_air(msgspec.structs.replace(city, rules=rules), block_ms, doors))


def _draw_points(index: DemandIndex, splits: list[Strata]) -> tuple[Sample, Floats]:
    """Return points of the mixture of all fares, and the wishes that each stands for."""
    strata = index.strata
    width = np.diff(BAND_EDGES)
    density = np.zeros_like(strata.tail)
    for split in splits:
        mass = split.rate[:, None] * width * split.tail
        density += mass / max(float(mass.sum()), 1e-300) / len(splits)
    expected = _POINTS * density
    keys = child_keys(cell_keys(index, _SAMPLE_SEED, "surrogate"), strata.hour)
    uniforms = draws_at(keys, np.full(len(keys), DRAW_COUNT))
    counts = np.floor(expected.sum(axis=1) + uniforms).astype(np.int64)
    counts[expected.sum(axis=1) <= 0.0] = 0
    sample = draw_sample(index, keys, counts, expected, are_candidates=True)
    band = _find_bands(expected, sample, draws_at(sample.keys, sample.number * DRAWS_A_PARTY))
    weights: Floats = (strata.rate[:, None] * width)[sample.cell, band]
    weights = weights / expected[sample.cell, band]
    return sample, weights


def _find_bands(mass: Floats, sample: Sample, uniforms: Floats) -> Ints:
    """Return the band of value of time that each party was drawn from, as `draw_sample` does."""
    ends = np.cumsum(mass, axis=1)[sample.cell]
    target = uniforms * ends[:, -1]
    band: Ints = (target[:, None] >= ends).sum(axis=1)
    return np.asarray(np.minimum(band, mass.shape[1] - 1), dtype=np.int64)


def _pair_fares_kzt(city: City, ways: PartyWays) -> Floats:
    """Return the flat seat fare of every pair [KZT]."""
    sites = city.vertiports
    return np.array(
        [
            pair_fare_tiyn(city.rules.fares, sites[origin], sites[end]) / 100.0
            for origin, end in zip(ways.origin.tolist(), ways.destination.tolist(), strict=True)
        ]
    )


def _keep(
    city: City,
    sample: Sample,
    weights: Floats,
    ways: PartyWays,
    fare_kzt: Floats,
    count: int,
) -> tuple[Ints, Floats]:
    """Return rows of the parties kept, and the share of one of them that each row is."""
    score = np.zeros(len(weights))
    segments = city.demand.segments
    scale = np.array([one.logit_scale_kzt for one in segments])[sample.segment]
    constant = np.array([one.air_constant for one in segments])[sample.segment]
    value = sample.trips.value_of_time_kzt_h
    ground = ways.ground_kzt(value)
    for factor in FARES_FORESEEN:
        cost = ways.air_kzt(value) + factor * fare_kzt
        chance = choice_chance((ground[:, None] - cost) / scale[:, None] + constant[:, None])
        chance = np.where(ways.may_save[:, None], chance, 0.0)
        flows = weights @ chance
        weigh = np.divide(1.0, np.sqrt(flows), out=np.zeros_like(flows), where=flows > 1e-9)
        part = weights * (chance @ weigh)
        score += part / max(float(part.sum()), 1e-300)
    total = float(score.sum())
    if total <= 0.0:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    expected = np.minimum(1.0, score / total * count)
    ends = np.cumsum(expected)
    first = draw(_SAMPLE_SEED, "surrogate", "kept")
    kept = np.floor(ends - first) > np.floor(np.concatenate([[0.0], ends[:-1]]) - first)
    rows: Ints = np.flatnonzero(kept)
    return rows, expected[rows]


def _pick_seasons(city: City) -> tuple[date, date]:
    """Return a date in summer clothes and one in winter clothes, as far as there are both."""
    winter = set(city.rules.service.winter_months)
    months = range(1, 13)
    summer = next((month for month in months if month not in winter), 1)
    return date(_ANY_YEAR, summer, 1), date(_ANY_YEAR, min(winter, default=summer), 1)


def _tell(
    index: DemandIndex, sample: Sample, parties: Floats, rows: Ints, ways: PartyWays
) -> Parties:
    """Return the parties of some rows."""
    strata, demand = index.strata, index.city.demand
    cells, segment = sample.cell[rows], sample.segment[rows]
    return Parties(
        parties=parties,
        segment=segment,
        origin_zone=strata.origin[cells],
        destination_zone=strata.destination[cells],
        scale_kzt=np.array([one.logit_scale_kzt for one in demand.segments])[segment],
        air_constant=np.array([one.air_constant for one in demand.segments])[segment],
        payload_kg=np.stack(
            [payloads_kg(index, day, sample, rows) for day in _pick_seasons(index.city)]
        ),
        trips=sample.trips.take(rows),
        ways=ways.take(rows),
    )
