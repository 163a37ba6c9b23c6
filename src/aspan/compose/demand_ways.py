"""Demand ways: what one party of a survey could take, weighed as the twin's travellers weigh it.

Its ways are those of the search door to door, its flights those of the best sky. Taste is left out:
shares say how likely each way is over all tastes.
"""

from datetime import date
from math import isfinite

import msgspec

from aspan.compose.best_sky import BestSky
from aspan.compose.trip_network import TripNetwork
from aspan.compose.wish_search import pair_finder
from aspan.demand.choice import choose, plan_choice
from aspan.demand.shares import air_chance, share_out
from aspan.demand.wishes import Wish
from aspan.journeys.itinerary import Itinerary
from aspan.primitives.units import MS_PER_MIN
from aspan.twin.travellers import tell_alternative

_LIKING_KZT = 1e9
"""Of a party that shall be shown its best flight, however dear: more than any journey costs."""

GROUND_MODES = ("walk", "car", "transit")


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """What a party could take.

    Parameters
    ----------
    shares
        Of the modes on the ground, for whoever does not fly; they sum to 1.
    is_metro
        Whether the best way by transit rides the metro.
    air_chance
        That it flies, over all tastes; 0 where nothing flies.
    saves_min
        Of the best flight against the car all the way; None where either is missing.
    """

    shares: dict[str, float]
    is_metro: bool
    air_chance: float
    saves_min: float | None


class WayWeigher:
    """Weighs the ways of parties on one date."""

    def __init__(self, network: TripNetwork, day: date) -> None:
        self._demand = network.city.demand
        self._finder = pair_finder(network)
        self._sky = BestSky(network.city, network.block_ms, day)
        self._segments = {s.segment_id: s for s in self._demand.segments}

    def weigh(self, wish: Wish, *, by_air: bool) -> Ways | None:
        """Return what a party could take; None if no way on the ground leads there.

        Parameters
        ----------
        by_air
            With its flights; without them it is quicker.
        """
        segment = self._segments[wish.segment_id]
        asker = msgspec.structs.replace(wish, taste_kzt=_LIKING_KZT if by_air else 0.0)
        found = self._finder.find_itineraries(asker, self._sky if by_air else None)
        best = self._best_by_mode(wish, found.itineraries) if found.itineraries else {}
        ground = {mode: best[mode][0] for mode in GROUND_MODES if mode in best}
        if not ground:
            return None
        chance, saves_min = 0.0, None
        if "air" in best:
            flight_kzt, flight = best["air"]
            chance = air_chance(
                flight_kzt - max(ground.values()),
                scale_kzt=segment.logit_scale_kzt,
                air_constant=segment.air_constant,
            )
            if "car" in best:
                saves_min = (best["car"][1].duration_ms - flight.duration_ms) / MS_PER_MIN
        scale_kzt = segment.logit_scale_kzt * self._demand.ground_scale_share
        transit = best.get("transit")
        return Ways(
            shares=share_out(ground, scale_kzt=scale_kzt),
            is_metro=transit is not None and any(leg.mode == "metro" for leg in transit[1].legs),
            air_chance=chance,
            saves_min=saves_min,
        )

    def _best_by_mode(
        self, wish: Wish, itineraries: tuple[Itinerary, ...]
    ) -> dict[str, tuple[float, Itinerary]]:
        """Return the best way of each mode with its utility [KZT], taste and constant left out."""
        ways = tuple(tell_alternative(one) for one in itineraries)
        problem = plan_choice(self._demand, self._segments[wish.segment_id], wish, ways)
        plain = msgspec.structs.replace(problem, air_constant=0.0, taste_kzt=0.0)
        best: dict[str, tuple[float, Itinerary]] = {}
        for one, kzt in zip(itineraries, choose(plain).utilities_kzt, strict=True):
            if isfinite(kzt) and (one.mode not in best or kzt > best[one.mode][0]):
                best[one.mode] = (kzt, one)
        return best
