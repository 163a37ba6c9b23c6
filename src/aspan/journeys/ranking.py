"""Ranking: which of the itineraries that nothing beats come first, and which few are shown.

First is the least generalised cost: price for each person and the value of the time it takes, time
out of vehicles and changes weighing more (facts 8.12, 8.13). Who values time otherwise sorts
otherwise, so the fastest, the cheapest and the one least on foot are always among those shown, and
the best of each mode.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from aspan.journeys.itinerary import Itinerary, WaySums
from aspan.primitives.units import MS_PER_H, MS_PER_MIN, MS_PER_S, TIYN_PER_TENGE

SHOWN_MAX = 8
"""Itineraries in one answer."""

ALIKE_MS = MS_PER_MIN
ALIKE_PRICE = 0.02
"""Two of one mode that differ by less than both, in arrival and price, are one to a traveller."""

RankReason = Literal["best", "fastest", "cheapest", "greenest", "least_walk", "other"]


class Taste(msgspec.Struct, frozen=True, kw_only=True):
    """How a traveller weighs.

    Parameters
    ----------
    value_of_time_kzt_h
        Of a person, in a vehicle.
    out_of_vehicle_weight, transfer_penalty_s
        As in demand.
    air_kzt
        Liking of a way with a flight over others, of a person; a dislike below 0.
    """

    value_of_time_kzt_h: float
    out_of_vehicle_weight: float
    transfer_penalty_s: float
    air_kzt: float = 0.0


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """An itinerary in its place, and what it is the first in."""

    itinerary: Itinerary
    reason: RankReason


def cost_kzt(way: Itinerary | WaySums, taste: Taste, *, party: int) -> float:
    """Return the generalised cost of one person [KZT]."""
    weighted_ms = (
        way.in_vehicle_ms
        + taste.out_of_vehicle_weight * way.out_of_vehicle_ms
        + way.transfers * taste.transfer_penalty_s * MS_PER_S
    )
    price_kzt = way.price_tiyn / TIYN_PER_TENGE / party
    liked_kzt = taste.air_kzt if way.is_flown else 0.0
    return price_kzt + taste.value_of_time_kzt_h * weighted_ms / MS_PER_H - liked_kzt


def rank(
    itineraries: Sequence[Itinerary], taste: Taste, *, party: int, is_arrive_by: bool = False
) -> list[Ranked]:
    """Return the itineraries to show, the best first."""
    ordered = sorted(itineraries, key=lambda i: (cost_kzt(i, taste, party=party), *_key(i)))
    kept: list[Itinerary] = []
    for itinerary in ordered:
        if not any(_are_alike(itinerary, other) for other in kept):
            kept.append(itinerary)
    if not kept:
        return []
    firsts: dict[RankReason, Itinerary] = {
        "best": kept[0],
        "fastest": min(kept, key=_latest if is_arrive_by else _soonest),
        "cheapest": min(kept, key=lambda i: (i.price_tiyn, *_key(i))),
        "least_walk": min(kept, key=lambda i: (i.walk_ms, *_key(i))),
    }
    chosen = [*firsts.values(), *_best_of_modes(kept)]
    shown = [i for i in kept if any(i is one for one in chosen)]
    shown += [i for i in kept if not any(i is one for one in shown)][: SHOWN_MAX - len(shown)]
    shown.sort(key=lambda i: kept.index(i))
    return [Ranked(itinerary=i, reason=_reason(i, firsts)) for i in shown]


def _key(itinerary: Itinerary) -> tuple[int, int, int]:
    return itinerary.arrive_at_ms, itinerary.price_tiyn, itinerary.transfers


def _soonest(itinerary: Itinerary) -> tuple[int, int]:
    return itinerary.arrive_at_ms, itinerary.price_tiyn


def _latest(itinerary: Itinerary) -> tuple[int, int]:
    return -itinerary.depart_at_ms, itinerary.price_tiyn


def _best_of_modes(kept: Sequence[Itinerary]) -> list[Itinerary]:
    best: dict[str, Itinerary] = {}
    for itinerary in kept:
        best.setdefault(itinerary.mode, itinerary)
    return list(best.values())


def _are_alike(first: Itinerary, second: Itinerary) -> bool:
    """Say whether a traveller would call two itineraries the same."""
    modes = [[leg.mode for leg in one.legs if leg.mode != "wait"] for one in (first, second)]
    is_price_near = abs(first.price_tiyn - second.price_tiyn) <= ALIKE_PRICE * max(
        first.price_tiyn, second.price_tiyn
    )
    is_time_near = (
        abs(first.arrive_at_ms - second.arrive_at_ms) <= ALIKE_MS
        and abs(first.depart_at_ms - second.depart_at_ms) <= ALIKE_MS
    )
    return modes[0] == modes[1] and is_price_near and is_time_near


def _reason(itinerary: Itinerary, firsts: dict[RankReason, Itinerary]) -> RankReason:
    return next((reason for reason, one in firsts.items() if one is itinerary), "other")
