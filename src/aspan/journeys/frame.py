"""Frame: one query with the direction of its search, and how a label is carried on in it.

Searching from a time of departure, labels go forward from the origin; searching for a time of
arrival they go backward from the destination, with time mirrored. What differs between the two
stands here, so that `search.py` and `onward.py` need not ask.
"""

from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.journeys.availability import AirDeparture
from aspan.journeys.criteria import Criteria
from aspan.journeys.ground import Spot, Way
from aspan.journeys.network import JourneyNetwork, StopWays
from aspan.journeys.raptor import Trail


class JourneyQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Who wants to go from where to where, and what they ask of the way.

    Parameters
    ----------
    at_ms
        Ready to leave the door, or `is_arrive_by`: there by then.
    latest_ms
        Nothing farther than this from `at_ms` counts.
    walk_m_max
        On foot in all.
    is_whole
        Ask for flights for every label at a vertiport, not only for the earliest, the cheapest and
        the one least on foot.
    """

    origin: Spot
    destination: Spot
    at_ms: int
    party: int
    payload_kg: float
    walk_m_max: float
    latest_ms: int
    is_arrive_by: bool = False
    boardings_max: int = 6
    is_step_free: bool = False
    by_air: bool = True
    is_whole: bool = False


class GroundPart(msgspec.Struct, frozen=True, gc=False):
    """A way from one spot to another."""

    start: Spot
    end: Spot
    way: Way


class RidePart(msgspec.Struct, frozen=True, gc=False):
    """Rides and changes between two stops."""

    trail: Trail


class AirPart(msgspec.Struct, frozen=True, gc=False):
    """A flight with what comes before and after it at the vertiports."""

    departure: AirDeparture
    origin: Spot
    destination: Spot


Part = GroundPart | RidePart | AirPart
Label = tuple[Criteria, tuple[Part, ...]]
"""Criteria as the search counts them; parts in the order travelled."""


class Frame:
    """A query on its way.

    Attributes
    ----------
    near, far
        The door the search begins at, and the other.
    sign
        −1 if time is mirrored, else 1.
    hour
        Local hour of the query.
    """

    def __init__(self, network: JourneyNetwork, query: JourneyQuery) -> None:
        self.network, self.query = network, query
        self.is_mirrored = query.is_arrive_by
        self.sign = -1 if query.is_arrive_by else 1
        ends = (query.origin, query.destination)
        self.near, self.far = ends[::-1] if query.is_arrive_by else ends
        self.hour = network.local_hour(query.at_ms)
        self.walk_ms_max = network.walk_ms(query.walk_m_max)
        self.start: Label = ((self.sign * query.at_ms, 0, 0, 0), ())
        self._latest = self.sign * query.latest_ms
        self._ways: dict[tuple[Spot, Spot, int], tuple[Way, ...]] = {}

    def ways(self, start: Spot, end: Spot, hour: int) -> tuple[Way, ...]:
        """Return the ways from `start` to `end` in the order of the search."""
        key = (start, end, hour)
        known = self._ways.get(key)
        if known is None:
            known = self._ways[key] = self.network.list_ways(
                *self.order(start, end),
                hour=hour,
                party=self.query.party,
                walk_m_max=self.query.walk_m_max,
                is_step_free=self.query.is_step_free,
            )
        return known

    def stop_ways(self, spot: Spot, hour: int, *, is_end: bool = False) -> StopWays:
        """Return the ways between a spot and the stops; the stop comes first if it `is_end`."""
        return self.network.list_stop_ways(
            spot,
            is_from_stop=is_end != self.is_mirrored,
            hour=hour,
            party=self.query.party,
            walk_m_max=self.query.walk_m_max,
            is_step_free=self.query.is_step_free,
        )

    def list_hours_after(self, landed: int) -> tuple[int, ...]:
        """Return the local hours in which one may go on from a vertiport, at the soonest `landed`.

        A flight may be waited for as long as the service allows.
        """
        network, sign = self.network, self.sign
        first = network.local_hour(sign * landed)
        last = network.local_hour(sign * (landed + network.city.rules.service.wait_ms_max))
        return (first,) if first == last else (first, last)

    def order(self, start: Spot, end: Spot) -> tuple[Spot, Spot]:
        """Return two spots in the order travelled, from the order of the search."""
        return (end, start) if self.is_mirrored else (start, end)

    def join(self, parts: tuple[Part, ...], part: Part) -> tuple[Part, ...]:
        """Return the parts, in the order travelled, with the one that the search comes to next."""
        return (part, *parts) if self.is_mirrored else (*parts, part)

    def add(self, label: Label, way: Way, settle_ms: int = 0) -> Criteria | None:
        """Return the criteria of a label after a way; None if the query does not allow it."""
        at, price_tiyn, boardings, walk_ms = label[0]
        made = (
            at + way.duration_ms + settle_ms,
            price_tiyn + way.price_tiyn,
            boardings + way.boardings,
            walk_ms + way.walk_ms,
        )
        return made if self.is_allowed(made) else None

    def is_allowed(self, made: Criteria) -> bool:
        """Say whether a label keeps the query's limits."""
        return (
            made[0] <= self._latest
            and made[2] <= self.query.boardings_max
            and made[3] <= self.walk_ms_max
        )

    def list_allowed(self, made: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return which rows of criteria keep the query's limits."""
        at, _, boardings, walk_ms = made.T
        allowed = at <= self._latest
        allowed &= boardings <= self.query.boardings_max
        allowed &= walk_ms <= self.walk_ms_max
        return np.flatnonzero(allowed)

    def go(
        self, label: Label, start: Spot, end: Spot, *, hour: int, leaves_air: bool = False
    ) -> Iterator[Label]:
        """Return a label carried on by every way that the query allows.

        Parameters
        ----------
        leaves_air
            The way leads out of a vertiport one was flown to.
        """
        for way in self.ways(start, end, hour):
            made = self.add(label, way, self.network.settle_ms(way) if leaves_air else 0)
            if made is not None:
                yield made, self.join(label[1], GroundPart(*self.order(start, end), way))
