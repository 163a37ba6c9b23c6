"""The demand report: what the model says of a whole day, for a planner, without drawing one.

Shares of the modes are means over a survey of everybody, each with its standard error: how far the
mean over so few parties may lie from that over all, and not how far the model may be from the city.
What flies is a survey of flyers, searched in the best sky: no waits, no refusals, no weather, so it
is more than any day will carry. Published totals stand beside what the model comes to; nothing is
fitted to them. Every number but those is modelled, over inputs that are mostly assumed.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate
from math import sqrt

import msgspec

from aspan.compose.demand_ways import GROUND_MODES, Ways, WayWeigher
from aspan.compose.door_tables import find_door_tables
from aspan.compose.prepared import BEST_CASE
from aspan.compose.serviceability import list_serviceable
from aspan.compose.trip_network import TripNetwork
from aspan.demand.sampling import DemandIndex, prepare_demand
from aspan.demand.survey import Survey, Surveyed, survey_everybody, survey_flyers
from aspan.operations.city_index import CityIndex
from aspan.primitives.ids import ZoneId
from aspan.world.city import City
from aspan.world.quantity import Quantity
from aspan.world.zones import CHECKS

POINTS_A_SEGMENT = 1200
POINTS_FLYING = 1500
"""Parties asked. Costs of detail: shares are then sure to a point or two, flyers to 3 %."""

QUANTILES = (0.1, 0.5, 0.9)
PAIRS_TOLD = 10
ALL = "all"
"""Stands for all segments together."""

_Asked = tuple[Surveyed, Ways]


class Estimate(msgspec.Struct, frozen=True):
    """A modelled number and the standard error of the survey."""

    value: float
    error: float


class SegmentShares(msgspec.Struct, frozen=True, kw_only=True):
    """How the parties of a segment travel; shares of walk, car, transit and air sum to 1."""

    segment_id: str
    parties: float
    persons: float
    shares: dict[str, Estimate]


class Flyers(msgspec.Struct, frozen=True, kw_only=True):
    """Those of a segment who would fly on a day, in the best case.

    Parameters
    ----------
    value_of_time_kzt_h, saves_min
        Quantiles by `QUANTILES`; what a person needs to value an hour at, and saves against the car
        all the way. Empty if nobody flies.
    saves_mean_min
        None if nobody flies who could take a car.
    """

    segment_id: str
    parties: Estimate
    passengers: Estimate
    value_of_time_kzt_h: tuple[float, ...]
    saves_min: tuple[float, ...]
    saves_mean_min: float | None


class Saver(msgspec.Struct, frozen=True, kw_only=True):
    """A segment between two zones, with the time its passengers save on a day."""

    segment_id: str
    origin_zone: ZoneId
    destination_zone: ZoneId
    passengers: float
    saves_passenger_min: float


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What the model comes to beside what was published."""

    name: str
    modelled: Estimate
    cited: Quantity

    @property
    def ratio(self) -> float:
        """Model over published."""
        return self.modelled.value / self.cited.value


class DemandReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the model says of a day.

    Parameters
    ----------
    segments, flyers
        By segment, in the order of the city; the last is all together.
    savers
        The most passenger-minutes first.
    unreached_parties
        Left out: no way on the ground leads to where they wish to go.
    """

    day: date
    factor: float
    segments: tuple[SegmentShares, ...]
    flyers: tuple[Flyers, ...]
    savers: tuple[Saver, ...]
    comparisons: tuple[Comparison, ...]
    unreached_parties: float


def open_report(city: City, day: date, *, factor: float = 1.0) -> DemandReport:
    """Return the report of a city on a local date, all that it needs made for it."""
    served = list_serviceable(CityIndex(city)).block_ms
    best_ms = {pair: int(ms * BEST_CASE) for pair, ms in served.items()}
    network = TripNetwork(city, best_ms)
    index = prepare_demand(city, best_ms, find_door_tables(city))
    return report_demand(index, WayWeigher(network, day), day, factor=factor)


def report_demand(
    index: DemandIndex,
    weigher: WayWeigher,
    day: date,
    *,
    factor: float = 1.0,
    points_a_segment: int = POINTS_A_SEGMENT,
    points_flying: int = POINTS_FLYING,
) -> DemandReport:
    """Return the report of a local date at a demand `factor`."""
    everybody = survey_everybody(index, day, points_a_segment=points_a_segment, factor=factor)
    flying = survey_flyers(index, day, points=points_flying, factor=factor)
    ground = _weigh(weigher, everybody.asked, by_air=False)
    air = _weigh(weigher, flying.asked, by_air=True)
    ids = [segment.segment_id for segment in index.city.demand.segments]
    flyers = tuple(_tell_flyers(name, flying, air) for name in (*ids, ALL))
    segments = [
        _share_segment(name, everybody, ground, one.parties)
        for name, one in zip(ids, flyers, strict=False)
    ]
    return DemandReport(
        day=day,
        factor=factor,
        segments=(*segments, _share_all(segments)),
        flyers=flyers,
        savers=_list_savers(air),
        comparisons=_compare(everybody, ground, index.city.quantities),
        unreached_parties=sum(one.parties for one in everybody.asked)
        - sum(one.parties for one, _ in ground),
    )


def _weigh(weigher: WayWeigher, asked: Iterable[Surveyed], *, by_air: bool) -> list[_Asked]:
    """Return who was asked with what they could take; who has no way is left out."""
    weighed = ((one, weigher.weigh(one.wish, by_air=by_air)) for one in asked)
    return [(one, ways) for one, ways in weighed if ways is not None]


# ---- shares ---------------------------------------------------------------------------------


def _share_segment(
    name: str, survey: Survey, ground: Sequence[_Asked], flying: Estimate
) -> SegmentShares:
    """Return how a segment travels: its flyers, and its shares on the ground of the rest."""
    mine = [one for one in ground if one[0].wish.segment_id == name]
    parties = survey.parties[name]
    persons = sum(one.parties * one.wish.party for one in survey.asked if _is_of(one, name))
    air = flying.value / parties if parties > 0.0 else 0.0
    shares = {}
    for mode in GROUND_MODES:
        mean = _mean([ways.shares.get(mode, 0.0) for _, ways in mine])
        shares[mode] = Estimate(mean.value * (1.0 - air), mean.error * (1.0 - air))
    shares["air"] = Estimate(air, flying.error / parties if parties > 0.0 else 0.0)
    return SegmentShares(segment_id=name, parties=parties, persons=persons, shares=shares)


def _share_all(segments: Sequence[SegmentShares]) -> SegmentShares:
    """Return the shares of all segments together, by their parties."""
    parties = sum(one.parties for one in segments)
    shares = {}
    for mode in (*GROUND_MODES, "air"):
        parts = [(one.parties / parties if parties else 0.0, one.shares[mode]) for one in segments]
        shares[mode] = Estimate(
            sum(part * share.value for part, share in parts),
            sqrt(sum((part * share.error) ** 2 for part, share in parts)),
        )
    persons = sum(one.persons for one in segments)
    return SegmentShares(segment_id=ALL, parties=parties, persons=persons, shares=shares)


def _mean(values: Sequence[float]) -> Estimate:
    """Return the mean of as many draws, with its standard error."""
    count = len(values)
    if count < 2:
        return Estimate(values[0] if values else 0.0, 0.0)
    mean = sum(values) / count
    spread = sum((value - mean) ** 2 for value in values)
    return Estimate(mean, sqrt(spread / count / (count - 1)))


def _is_of(one: Surveyed, name: str) -> bool:
    return name in (ALL, one.wish.segment_id)


# ---- flyers ---------------------------------------------------------------------------------


def _flies(one: _Asked) -> float:
    """Return the parties of a day that fly, which a surveyed flyer stands for.

    It was drawn as often as it would fly against the car alone; the search knows all its ways.
    """
    asked, ways = one
    return asked.parties * ways.air_chance / asked.air_chance


def _tell_flyers(name: str, survey: Survey, air: Sequence[_Asked]) -> Flyers:
    mine = [one for one in air if _is_of(one[0], name)]
    weights = [_flies(one) for one in mine]
    persons = [weight * one.wish.party for weight, (one, _) in zip(weights, mine, strict=True)]
    saved = [
        (ways.saves_min, person)
        for person, (_, ways) in zip(persons, mine, strict=True)
        if ways.saves_min is not None
    ]
    heads = sum(weight for _, weight in saved)
    return Flyers(
        segment_id=name,
        parties=_sum(weights, len(survey.asked), survey.error),
        passengers=_sum(persons, len(survey.asked), survey.error),
        value_of_time_kzt_h=_quantiles(
            [
                (one.wish.value_of_time_kzt_h, person)
                for person, (one, _) in zip(persons, mine, strict=True)
            ]
        ),
        saves_min=_quantiles(saved),
        saves_mean_min=sum(m * weight for m, weight in saved) / heads if heads > 0.0 else None,
    )


def _sum(weights: Sequence[float], asked: int, error: float) -> Estimate:
    """Return a sum over those of `asked` draws that count, with its standard error.

    Parameters
    ----------
    error
        Of what the draws were made from, as a share.
    """
    total = sum(weights)
    if asked < 2:
        return Estimate(total, 0.0)
    mean = total / asked
    spread = sum((w - mean) ** 2 for w in weights) + (asked - len(weights)) * mean**2
    return Estimate(total, sqrt(spread * asked / (asked - 1) + (total * error) ** 2))


def _quantiles(values: Sequence[tuple[float, float]]) -> tuple[float, ...]:
    """Return quantiles of weighted values; none if nothing weighs anything."""
    ordered = sorted((value, weight) for value, weight in values if weight > 0.0)
    sums = list(accumulate(weight for _, weight in ordered))
    return tuple(
        next(value for (value, _), upto in zip(ordered, sums, strict=True) if upto >= q * sums[-1])
        for q in (QUANTILES if ordered else ())
    )


def _list_savers(air: Sequence[_Asked]) -> tuple[Saver, ...]:
    found: dict[tuple[str, ZoneId, ZoneId], list[float]] = {}
    for asked, ways in air:
        persons = _flies((asked, ways)) * asked.wish.party
        key = (asked.wish.segment_id, asked.origin_zone, asked.destination_zone)
        sums = found.setdefault(key, [0.0, 0.0])
        sums[0] += persons
        sums[1] += persons * (ways.saves_min or 0.0)
    best = sorted(found.items(), key=lambda item: (-item[1][1], item[0]))
    return tuple(
        Saver(
            segment_id=key[0],
            origin_zone=key[1],
            destination_zone=key[2],
            passengers=persons,
            saves_passenger_min=saved,
        )
        for key, (persons, saved) in best[:PAIRS_TOLD]
        if saved > 0.0
    )


# ---- published totals -----------------------------------------------------------------------


def _compare(
    survey: Survey, ground: Sequence[_Asked], stated: dict[str, Quantity]
) -> tuple[Comparison, ...]:
    """Return what the model comes to beside each published total that the city states."""
    return tuple(
        Comparison(name=name, modelled=_total(name, survey, ground), cited=stated[f"checks.{name}"])
        for name in CHECKS
        if f"checks.{name}" in stated
    )


def _total(name: str, survey: Survey, ground: Sequence[_Asked]) -> Estimate:
    """Return the modelled total of a day: rides of persons, or of parties by car."""
    value, square = 0.0, 0.0
    for segment, parties in survey.parties.items():
        mine = [one for one in ground if one[0].wish.segment_id == segment]
        mean = _mean([_count(name, asked, ways) for asked, ways in mine])
        value += parties * mean.value
        square += (parties * mean.error) ** 2
    return Estimate(value, sqrt(square))


def _count(name: str, asked: Surveyed, ways: Ways) -> float:
    if name == "car_trips_per_day":
        return ways.shares.get("car", 0.0)
    is_counted = ways.is_metro or name == "transit_passengers_per_day"
    return ways.shares.get("transit", 0.0) * asked.wish.party if is_counted else 0.0
