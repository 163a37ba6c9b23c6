"""A survey: a few wishes drawn for all of a day, each with the number of parties it stands for.

Two are taken, for two questions. *Everybody*: as many of each segment, drawn evenly along the flows
of its cells, so their weights sum to the model's wishes. *Those who fly*: drawn from the points of
the forecast, each as often as its best case would fly, so that all weigh the same and hardly one is
wasted; who then knows better how likely a party flies multiplies by the ratio.

Both are keyed by a name of their own and the same for every run: no seed of a run enters.
"""

from datetime import date

import msgspec
import numpy as np

from aspan.demand.draws import Floats, Ints, child_keys
from aspan.demand.flows import party_flows
from aspan.demand.forecast import draw_points
from aspan.demand.sampling import DemandIndex, Sample, cell_keys, draw_sample, payloads_kg
from aspan.demand.strata import BAND_EDGES, Strata
from aspan.demand.wishes import Wish
from aspan.primitives.dice import draw
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import TripId, ZoneId
from aspan.primitives.instants import local_midnight_ms

_SURVEY_SEED = 0


class Surveyed(msgspec.Struct, frozen=True, kw_only=True):
    """A party that was asked.

    Parameters
    ----------
    wish
        Without a taste.
    parties
        Of a day, which it stands for.
    air_chance
        How likely it flies in the best case against the car; 0 where nobody asked.
    """

    wish: Wish
    origin_zone: ZoneId
    destination_zone: ZoneId
    parties: float
    air_chance: float = 0.0


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """Parties asked, and how many parties of a day there are in all by segment.

    Parameters
    ----------
    error
        Standard error of the sum of what they stand for, as a share of it.
    """

    asked: tuple[Surveyed, ...]
    parties: dict[str, float]
    error: float = 0.0


def survey_everybody(
    index: DemandIndex, day: date, *, points_a_segment: int, factor: float = 1.0
) -> Survey:
    """Return parties of every kind; those of a segment all stand for as many."""
    if points_a_segment < 2:
        raise InvalidInput("survey: points a segment", points_a_segment, "2 or more")
    whole = msgspec.structs.replace(index, strata=_all_cells(index))
    strata, segments = whole.strata, index.city.demand.segments
    counts = np.zeros(len(strata.rate), dtype=np.int64)
    parties: dict[str, float] = {}
    for number, segment in enumerate(segments):
        rate = np.where(strata.segment == number, strata.rate, 0.0)
        parties[segment.segment_id] = float(rate.sum()) * factor
        counts += _spread_evenly(rate, points_a_segment, segment.segment_id)
    keys = child_keys(cell_keys(whole, _SURVEY_SEED, "survey"), strata.hour)
    mass = np.repeat(np.diff(BAND_EDGES)[None], len(counts), axis=0)
    sample = draw_sample(whole, keys, counts, mass, are_candidates=False)
    each = np.array([parties[one.segment_id] for one in segments]) / points_a_segment
    rows = np.arange(len(sample.cell))
    asked = _tell(whole, day, sample, rows, each[sample.segment], np.zeros(len(rows)))
    return Survey(asked=asked, parties=parties)


def survey_flyers(index: DemandIndex, day: date, *, points: int, factor: float = 1.0) -> Survey:
    """Return parties that would fly in the best case against the car; all stand for as many."""
    if points < 2:
        raise InvalidInput("survey: points", points, "2 or more")
    drawn = draw_points(index, factor=factor)
    segments = index.city.demand.segments
    ids = [segment.segment_id for segment in segments]
    if drawn is None:
        return Survey(asked=(), parties=dict.fromkeys(ids, 0.0))
    total = float(drawn.parties.sum())
    times = _spread_evenly(drawn.parties, points, "flyers")
    rows = np.repeat(np.arange(len(times)), times)
    weights = np.full(len(rows), total / points)
    sums = np.bincount(drawn.sample.segment, drawn.parties, minlength=len(ids))
    return Survey(
        asked=_tell(index, day, drawn.sample, rows, weights, drawn.chance[rows]),
        parties=dict(zip(ids, sums.tolist(), strict=True)),
        error=float(np.sqrt((drawn.parties**2).sum())) / total if total > 0.0 else 0.0,
    )


def _all_cells(index: DemandIndex) -> Strata:
    """Return every cell with a wish, whether one could fly there or not."""
    flows = party_flows(index.city.demand)
    segment, origin, destination, hour = np.nonzero(flows > 0.0)
    rate = flows[segment, origin, destination, hour]
    return Strata(
        segment=segment,
        origin=origin,
        destination=destination,
        hour=hour,
        rate=rate,
        tail=np.zeros((len(rate), len(BAND_EDGES) - 1)),
    )


def _spread_evenly(weights: Floats, points: int, name: str) -> Ints:
    """Return how many of so many points fall to each weight, laid evenly along their sum."""
    ends = np.cumsum(weights)
    if not ends.size or ends[-1] <= 0.0:
        return np.zeros(len(weights), dtype=np.int64)
    places = (np.arange(points) + draw(_SURVEY_SEED, "survey", name)) / points * ends[-1]
    last = int(np.flatnonzero(weights)[-1])
    which = np.minimum(np.searchsorted(ends, places, side="right"), last)
    counts: Ints = np.bincount(which, minlength=len(weights)).astype(np.int64)
    return counts


def _tell(
    index: DemandIndex, day: date, sample: Sample, rows: Ints, parties: Floats, chance: Floats
) -> tuple[Surveyed, ...]:
    """Return rows of a sample as parties."""
    demand, strata, trips = index.city.demand, index.strata, sample.trips
    midnight_ms = local_midnight_ms(day, index.city.time_zone)
    zones = [zone.zone_id for zone in demand.zones]
    segments = [segment.segment_id for segment in demand.segments]
    cells, count, doors = sample.cell[rows], len(rows), index.table.doors
    origin, destination = trips.origin_door[rows], trips.destination_door[rows]
    columns = (
        [TripId(f"survey-{number}") for number in range(count)],
        [segments[number] for number in sample.segment[rows].tolist()],
        doors.lon_deg[origin].tolist(),
        doors.lat_deg[origin].tolist(),
        doors.lon_deg[destination].tolist(),
        doors.lat_deg[destination].tolist(),
        (trips.wanted_ms[rows] + midnight_ms).tolist(),
        trips.party[rows].astype(np.int64).tolist(),
        payloads_kg(index, day, sample, rows).tolist(),
        trips.value_of_time_kzt_h[rows].tolist(),
        [0.0] * count,
        [1] * count,
        [True] * count,
        [0] * count,
        [0] * count,
    )
    wishes = [Wish(*row) for row in zip(*columns, strict=True)]
    ends = (strata.origin[cells].tolist(), strata.destination[cells].tolist())
    return tuple(
        Surveyed(
            wish=wish,
            origin_zone=zones[start],
            destination_zone=zones[end],
            parties=weight,
            air_chance=flies,
        )
        for wish, start, end, weight, flies in zip(
            wishes, *ends, parties.tolist(), chance.tolist(), strict=True
        )
    )
