"""Sampling: parties drawn as columns from the strata, each from its own keyed stream.

A party's stream gives it sixteen draws: 0 band and value of time, 1 taste, 2 size, 3 the door at
which it begins, 5 that at which it ends, 7 when, 8 to 11 what its people weigh, 12 whether it is
kept.
"""

from datetime import date

import msgspec
import numpy as np

from aspan.demand.air_table import AirTable, BlockTimes, tabulate_air
from aspan.demand.draws import Floats, Ints, Keys, draws_at
from aspan.demand.flows import PARTY_MAX, check_demand_model
from aspan.demand.strata import BAND_EDGES, Strata, split_strata, values_of_time_kzt_h
from aspan.demand.trip_columns import TripColumns
from aspan.primitives.dice import stream_key
from aspan.primitives.units import MS_PER_H
from aspan.world.city import City
from aspan.world.doors import DoorTables

DRAWS_A_PARTY = 16
DRAW_KEEP = 12
DRAW_COUNT = 15
"""Draw of party 0 that decides how many parties a stratum has."""

_MASS_SPREADS_MAX = 2.5
"""Persons lie within so many standard deviations of the mean. Assumed."""


class DemandIndex(msgspec.Struct, frozen=True, kw_only=True):
    """What all days of a city share; read-only. Made by `prepare_demand`."""

    city: City
    table: AirTable
    strata: Strata


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """Drawn parties as columns, before anything is kept or dropped.

    Parameters
    ----------
    cell, number
        Number of the stratum's cell and of the party in it.
    keys
        Stream of each party; draw `number · 16 + n` is its n-th.
    tail
        Bound of the chance of a candidate in the party's band.
    survival
        Chance of a taste above the party's own, in (0, 1).
    """

    cell: Ints
    number: Ints
    keys: Keys
    segment: Ints
    tail: Floats
    survival: Floats
    trips: TripColumns


def prepare_demand(city: City, block_ms: BlockTimes, doors: DoorTables) -> DemandIndex:
    """Return the index of a city's demand.

    Parameters
    ----------
    block_ms
        Shortest block time of each serviceable ordered pair of vertiports.
    doors
        Of this city; `compose.door_tables` finds them.
    """
    check_demand_model(city.demand)
    table = tabulate_air(city, block_ms, doors)
    return DemandIndex(city=city, table=table, strata=split_strata(table))


def cell_keys(index: DemandIndex, seed: int, *name: str) -> Keys:
    """Return the stream of each cell, hashed by `name` and its segment and zones."""
    strata, demand = index.strata, index.city.demand
    known: dict[tuple[int, int, int], int] = {}
    keys = np.empty(len(strata.rate), dtype=np.uint64)
    columns = (strata.segment.tolist(), strata.origin.tolist(), strata.destination.tolist())
    for row, (segment, origin, destination) in enumerate(zip(*columns, strict=True)):
        cell = (segment, origin, destination)
        if cell not in known:
            known[cell] = stream_key(
                seed,
                *name,
                demand.segments[segment].segment_id,
                demand.zones[origin].zone_id,
                demand.zones[destination].zone_id,
            )
        keys[row] = known[cell]
    return keys


def draw_sample(
    index: DemandIndex, keys: Keys, counts: Ints, mass: Floats, *, are_candidates: bool
) -> Sample:
    """Return `counts` parties of each cell, drawn from the streams `keys`.

    Parameters
    ----------
    mass
        Shape (cells, bands): relative chance of each band of value of time.
    are_candidates
        Whether taste is drawn from the tail in which a party might fly, or from the rest.
    """
    strata, demand = index.strata, index.city.demand
    cell = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(cell)) - np.repeat(np.cumsum(counts) - counts, counts)
    streams, base = keys[cell], number * DRAWS_A_PARTY
    segment = strata.segment[cell]
    band, quantile = _draw_bands(mass, cell, draws_at(streams, base))
    tail = strata.tail[cell, band]
    taste = draws_at(streams, base + 1)
    survival = tail * (1.0 - taste) if are_candidates else tail + (1.0 - tail) * taste
    value = np.zeros(len(cell))
    party = np.ones(len(cell))
    party_draw = draws_at(streams, base + 2)
    for row, one in enumerate(demand.segments):
        mine = segment == row
        value[mine] = values_of_time_kzt_h(one, quantile[mine])
        party[mine] += np.searchsorted(
            np.cumsum(one.party_shares)[:-1], party_draw[mine], side="right"
        )
    within_ms = np.floor(draws_at(streams, base + 7) * MS_PER_H).astype(np.int64)
    weights = np.array([one.out_of_vehicle_weight for one in demand.segments])
    return Sample(
        cell=cell,
        number=number,
        keys=streams,
        segment=segment,
        tail=tail,
        survival=np.clip(survival, 1e-300, 1.0 - 1e-16),
        trips=TripColumns(
            origin_door=_choose_doors(index, strata.origin[cell], draws_at(streams, base + 3)),
            destination_door=_choose_doors(
                index, strata.destination[cell], draws_at(streams, base + 5)
            ),
            wanted_ms=strata.hour[cell] * MS_PER_H + within_ms,
            party=party,
            value_of_time_kzt_h=value,
            out_weight=weights[segment],
        ),
    )


def _draw_bands(mass: Floats, cell: Ints, uniforms: Floats) -> tuple[Ints, Floats]:
    """Return the band of each party and its quantile of value of time within the band."""
    ends = np.cumsum(mass, axis=1)
    target = uniforms * ends[cell, -1]
    band = np.minimum((target[:, None] >= ends[cell]).sum(axis=1), mass.shape[1] - 1)
    share = (target - (ends[cell, band] - mass[cell, band])) / mass[cell, band]
    low, high = BAND_EDGES[band], BAND_EDGES[band + 1]
    return band, low + (high - low) * np.clip(share, 0.0, 1.0)


def _choose_doors(index: DemandIndex, zone: Ints, uniforms: Floats) -> Ints:
    """Return a door of each zone, all doors of a zone being as likely."""
    first = index.table.doors.door_first
    count = np.diff(first)[zone]
    chosen: Ints = first[zone] + np.floor(uniforms * count).astype(np.int64)
    return chosen


def logistic_tastes_kzt(index: DemandIndex, segment: Ints, survival: Floats) -> Floats:
    """Return tastes [KZT] whose chance of being exceeded is `survival`, whole tiyn."""
    scale = np.array([one.logit_scale_kzt for one in index.city.demand.segments])[segment]
    return np.round(scale * np.log((1.0 - survival) / survival), 2)


def constants_kzt(index: DemandIndex, segment: Ints) -> Floats:
    """Return the air constant of each party in money, 0 or less."""
    constants = [one.air_constant * one.logit_scale_kzt for one in index.city.demand.segments]
    return np.array(constants)[segment]


def payloads_kg(index: DemandIndex, day: date, sample: Sample, rows: Ints) -> Floats:
    """Return what each party of `rows` weighs with its bags [kg] (facts 8.6), to 0.1 kg."""
    service = index.city.rules.service
    each_kg = service.mean_payload_kg(day.month)
    keys, base = sample.keys[rows], sample.number[rows] * DRAWS_A_PARTY + 8
    party = sample.trips.party[rows]
    total = party * each_kg
    for pair in range(PARTY_MAX // 2):
        radius = np.sqrt(-2.0 * np.log(1.0 - draws_at(keys, base + 2 * pair)))
        angle = 2.0 * np.pi * draws_at(keys, base + 2 * pair + 1)
        for person, normal in enumerate((radius * np.cos(angle), radius * np.sin(angle))):
            spread = np.clip(normal, -_MASS_SPREADS_MAX, _MASS_SPREADS_MAX)
            is_there = party > 2 * pair + person
            total = total + np.where(is_there, spread * service.passenger_mass_sd_kg, 0.0)
    return np.round(total, 1)
