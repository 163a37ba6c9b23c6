"""Wishes: who wants to go where, when, in what party, and how much they mind the time.

`sampling.prepare_demand` does once what all days of a city share; `list_wishes` then draws one day.
A wish is kept if air could save time in the best case (`best_case.py`). Those who might fly are all
kept and stand for themselves; of those who would not even then, one in N is kept and stands for N
(`strata.py`), so sums over `sampling_factor` are right for all.

Every draw is keyed by date, segment, zone pair, hour and the wish's own number. A greater demand
factor adds wishes and moves none. A change of the seed from an instant on (`future_seed`,
`future_from_ms`) leaves every earlier wish as it was: it is how a test shows that nothing looks
ahead.

Not modelled: days of the week, holidays, weather's effect on wishes, a wish that waits for another.
"""

from datetime import date

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.demand.best_case import weigh_best_case
from aspan.demand.draws import child_keys, draws_at, poisson_counts
from aspan.demand.sampling import (
    DRAW_COUNT,
    DRAW_KEEP,
    DRAWS_A_PARTY,
    DemandIndex,
    Sample,
    cell_keys,
    constants_kzt,
    draw_sample,
    logistic_tastes_kzt,
    payloads_kg,
)
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import TripId
from aspan.primitives.instants import local_midnight_ms

KEEP_ONE_IN = 100
"""Of the wishes that will not fly, one in so many is drawn. A cost of detail, not a fact."""

_TOUCHING_KZT = 1.0
"""Parties this near to flying are followed one by one, so rounding decides nothing."""


class Wish(msgspec.Struct, frozen=True):
    """A party's wish to travel; the twin makes a `trip` of it.

    Parameters
    ----------
    wanted_at_ms
        Ready to leave the door.
    payload_kg
        Of the whole party with bags.
    value_of_time_kzt_h
        Of an hour in a vehicle, per person.
    taste_kzt
        Unobserved liking of air over the ground, per person: one logistic draw times the scale.
    sampling_factor
        How many wishes it stands for.
    might_fly
        Whether its party would choose air in the best case; if not, no offer can change its mind.
    car_ms, best_air_ms
        Door to door by car, and by air in the quickest best case.
    """

    trip_id: TripId
    segment_id: str
    origin_lon_deg: float
    origin_lat_deg: float
    destination_lon_deg: float
    destination_lat_deg: float
    wanted_at_ms: int
    party: int
    payload_kg: float
    value_of_time_kzt_h: float
    taste_kzt: float
    sampling_factor: int
    might_fly: bool
    car_ms: int
    best_air_ms: int


def list_wishes(
    index: DemandIndex,
    day: date,
    *,
    seed: int,
    factor: float = 1.0,
    keep_one_in: int = KEEP_ONE_IN,
    future_seed: int | None = None,
    future_from_ms: int | None = None,
) -> list[Wish]:
    """Return the wishes of one local day, by instant and id.

    Parameters
    ----------
    factor
        Multiplies the number of wishes, 0 or more.
    keep_one_in
        Of the wishes that will not fly.
    future_seed, future_from_ms
        Both or none: wishes wanted at or after the instant are drawn with this seed instead.
    """
    if not 0.0 <= factor < float("inf"):
        raise InvalidInput("demand factor", factor, "0 or more")
    if keep_one_in < 1:
        raise InvalidInput("keep_one_in", keep_one_in, "1 or more")
    if (future_seed is None) != (future_from_ms is None):
        raise InvalidInput("future_seed", future_seed, "given with future_from_ms, or neither")
    midnight_ms = local_midnight_ms(day, index.city.time_zone)
    plan = _Plan(day=day, seed=seed, factor=factor, keep_one_in=keep_one_in)
    if future_seed is None or future_from_ms is None:
        wishes = _draw_day(index, plan)
    else:
        cut_ms = future_from_ms - midnight_ms
        wishes = _draw_day(index, msgspec.structs.replace(plan, before_ms=cut_ms))
        wishes += _draw_day(index, msgspec.structs.replace(plan, seed=future_seed, from_ms=cut_ms))
    wishes.sort(key=lambda wish: (wish.wanted_at_ms, wish.trip_id))
    return wishes


class _Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What one pass over the day draws: `[from_ms, before_ms)` since local midnight."""

    day: date
    seed: int
    factor: float
    keep_one_in: int
    from_ms: float = float("-inf")
    before_ms: float = float("inf")

    @property
    def mark(self) -> str:
        """Tells trips of a changed future from those they replace."""
        return "" if self.from_ms == float("-inf") else "n"


def _draw_day(index: DemandIndex, plan: _Plan) -> list[Wish]:
    strata = index.strata
    streams = cell_keys(index, plan.seed, "wish", plan.day.isoformat())
    wishes: list[Wish] = []
    for others, mass in enumerate((strata.candidate_mass, strata.other_mass)):
        keys = child_keys(streams, strata.hour * 2 + others)
        rate = strata.rate * mass.sum(axis=1) * plan.factor / (plan.keep_one_in if others else 1)
        counts = poisson_counts(rate, draws_at(keys, np.full(len(keys), DRAW_COUNT)))
        sample = draw_sample(index, keys, counts, mass, are_candidates=not others)
        wanted_ms = sample.trips.wanted_ms
        is_asked = (wanted_ms >= plan.from_ms) & (wanted_ms < plan.before_ms)
        wishes += _keep_wishes(index, plan, sample, is_asked, are_candidates=not others)
    return wishes


def _keep_wishes(
    index: DemandIndex,
    plan: _Plan,
    sample: Sample,
    is_asked: NDArray[np.bool_],
    *,
    are_candidates: bool,
) -> list[Wish]:
    # The others cannot fly by how they were drawn; their bound would be asked for nothing.
    best = weigh_best_case(index.table, sample.trips, has_bound=are_candidates)
    taste = logistic_tastes_kzt(index, sample.segment, sample.survival)
    utility = best.bound_kzt + taste + constants_kzt(index, sample.segment)
    might_fly = are_candidates & (utility >= -_TOUCHING_KZT)
    is_kept = is_asked & np.isfinite(best.air_ms)
    if are_candidates:
        lot = draws_at(sample.keys, sample.number * DRAWS_A_PARTY + DRAW_KEEP)
        is_kept &= might_fly | (lot < 1.0 / plan.keep_one_in)
    rows = np.flatnonzero(is_kept)
    trips, flies, doors = sample.trips, might_fly[rows], index.table.doors
    origin, destination = trips.origin_door[rows], trips.destination_door[rows]
    midnight_ms = local_midnight_ms(plan.day, index.city.time_zone)
    segment_ids = [segment.segment_id for segment in index.city.demand.segments]
    columns = (
        _trip_ids(index, plan, sample, rows.tolist(), "a" if are_candidates else "b"),
        [segment_ids[number] for number in sample.segment[rows].tolist()],
        doors.lon_deg[origin].tolist(),
        doors.lat_deg[origin].tolist(),
        doors.lon_deg[destination].tolist(),
        doors.lat_deg[destination].tolist(),
        (trips.wanted_ms[rows] + midnight_ms).tolist(),
        trips.party[rows].astype(np.int64).tolist(),
        payloads_kg(index, plan.day, sample, rows).tolist(),
        trips.value_of_time_kzt_h[rows].tolist(),
        taste[rows].tolist(),
        np.where(flies, 1, plan.keep_one_in).tolist(),
        flies.tolist(),
        best.car_ms[rows].astype(np.int64).tolist(),
        best.air_ms[rows].astype(np.int64).tolist(),
    )
    return [Wish(*row) for row in zip(*columns, strict=True)]


def _trip_ids(
    index: DemandIndex, plan: _Plan, sample: Sample, rows: list[int], stratum: str
) -> list[TripId]:
    """Return ids that say day, hour, zones, segment and number; stable whatever else is drawn."""
    strata, demand = index.strata, index.city.demand
    cells, numbers = sample.cell.tolist(), sample.number.tolist()
    day = plan.day.strftime("%Y%m%d")
    ids = []
    for row in rows:
        cell = cells[row]
        origin = demand.zones[strata.origin[cell]].zone_id
        end = demand.zones[strata.destination[cell]].zone_id
        segment = demand.segments[strata.segment[cell]].segment_id
        hour = f"{strata.hour[cell]:02d}"
        last = f"{stratum}{plan.mark}{numbers[row]}"
        ids.append(TripId(f"{day}-{hour}-{origin}-{end}-{segment}-{last}"))
    return ids
