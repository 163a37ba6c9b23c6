"""Patterns: trips of a line with the same stops in the same order, none overtaking another."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aspan.primitives.units import MS_PER_S
from aspan.world.feed import PICKUP_NONE, PICKUP_PHONE, Feed
from aspan.world.timetable import Ints, Patterns


class Runs(NamedTuple):
    """Trips that run, as columns.

    Parameters
    ----------
    trip
        Number in `Feed.trips`.
    zero_at_ms
        Instant that its times count from.
    ids
        What a run is called, by place, where it is not its trip's id.
    """

    trip: NDArray[np.int64]
    zero_at_ms: Ints
    ids: dict[int, str]


class PatternBuilder:
    """Gathers the runs of one feed after another and freezes them as `Patterns`."""

    def __init__(self) -> None:
        self._line: list[int] = []
        self._stop_count: list[int] = []
        self._trip_count: list[int] = []
        self._stops: list[NDArray[np.int64]] = []
        self._board: list[NDArray[np.bool_]] = []
        self._alight: list[NDArray[np.bool_]] = []
        self._arrive: list[Ints] = []
        self._depart: list[Ints] = []
        self._wheelchair: list[int] = []
        self._ids: list[str] = []
        self._headsigns: list[str] = []

    def add(
        self, feed: Feed, runs: Runs, served: list[int], *, line_first: int, stop_first: int
    ) -> None:
        """Take the runs of a feed, whose stops and lines are counted on from the given numbers.

        Boarding or alighting that must be asked for by telephone is left out.
        """
        times = feed.stop_times
        numbers = np.zeros(max(1, len(feed.stops)), dtype=np.int64)
        numbers[served] = np.arange(stop_first, stop_first + len(served))
        stops = numbers[times.stop]
        can_board = ~np.isin(times.pickup, (PICKUP_NONE, PICKUP_PHONE))
        can_alight = ~np.isin(times.drop_off, (PICKUP_NONE, PICKUP_PHONE))
        groups = self._group(feed, runs, stops * 4 + can_board * 2 + can_alight)
        for route, places in groups:
            trips = runs.trip[places]
            start, end = times.first[trips[0]], times.first[trips[0] + 1]
            rows = times.first[trips][:, None] + np.arange(end - start)
            zero = runs.zero_at_ms[places][:, None]
            arrive = times.arrive_s[rows].astype(np.int64) * MS_PER_S + zero
            depart = times.depart_s[rows].astype(np.int64) * MS_PER_S + zero
            for chain in split_overtaking(arrive, depart):
                self._line.append(line_first + route)
                self._stop_count.append(int(end - start))
                self._trip_count.append(len(chain))
                self._stops.append(stops[start:end])
                self._board.append(can_board[start:end])
                self._alight.append(can_alight[start:end])
                self._arrive.append(arrive[chain].ravel())
                self._depart.append(depart[chain].ravel())
                self._name(feed, runs, places[chain])

    def _group(
        self, feed: Feed, runs: Runs, keys: NDArray[np.int64]
    ) -> list[tuple[int, NDArray[np.int64]]]:
        """Return the places of runs with one route and one row of stops, with their route."""
        routes = {route.route_id: n for n, route in enumerate(feed.routes)}
        first = feed.stop_times.first.tolist()
        found: dict[tuple[int, bytes], int] = {}
        group_of = np.zeros(max(1, len(feed.trips)), dtype=np.int64)
        for trip in np.unique(runs.trip).tolist():
            key = (routes[feed.trips[trip].route_id], keys[first[trip] : first[trip + 1]].tobytes())
            group_of[trip] = found.setdefault(key, len(found))
        group = group_of[runs.trip]
        order = np.argsort(group, kind="stable")
        edges = np.searchsorted(group[order], np.arange(len(found) + 1))
        return [
            (route, order[a:b])
            for (route, _), (a, b) in zip(found, pairwise(edges.tolist()), strict=True)
        ]

    def _name(self, feed: Feed, runs: Runs, places: NDArray[np.int64]) -> None:
        for place, number in zip(places.tolist(), runs.trip[places].tolist(), strict=True):
            trip = feed.trips[number]
            self._wheelchair.append(trip.wheelchair)
            self._ids.append(runs.ids.get(place, trip.trip_id))
            self._headsigns.append(trip.headsign)

    def freeze(self) -> Patterns:
        """Return everything taken so far."""
        per_trip = np.repeat(self._stop_count, self._trip_count).astype(np.int64)
        time_first = np.cumsum(per_trip) - per_trip
        return Patterns(
            line=np.array(self._line, dtype=np.int32),
            stop_first=_sums(self._stop_count),
            stops=_join(self._stops).astype(np.int32),
            can_board=_join(self._board).astype(np.uint8),
            can_alight=_join(self._alight).astype(np.uint8),
            trip_first=_sums(self._trip_count),
            time_first=time_first.astype(np.int32),
            arrive_at_ms=_join(self._arrive).astype(np.int64),
            depart_at_ms=_join(self._depart).astype(np.int64),
            wheelchair=np.array(self._wheelchair, dtype=np.uint8),
            trip_ids=tuple(self._ids),
            headsigns=tuple(self._headsigns),
        )


def split_overtaking(arrive: Ints, depart: Ints) -> list[NDArray[np.int64]]:
    """Return the rows of trips in chains, each by departure, in which no trip passes another.

    Each trip, in order of departure, joins the first chain whose last trip is nowhere later.

    Parameters
    ----------
    arrive, depart
        Instants [ms], one row a trip and one column a stop.
    """
    order = np.lexsort((arrive[:, -1], depart[:, 0]))
    both = np.concatenate((arrive, depart), axis=1)[order]
    if bool(np.all(both[1:] >= both[:-1])):
        return [order]
    chains: list[list[int]] = []
    ends = np.empty((0, both.shape[1]), dtype=np.int64)
    for place, row in enumerate(both):
        fits = np.flatnonzero(np.all(ends <= row, axis=1))
        if len(fits):
            chains[int(fits[0])].append(place)
            ends[int(fits[0])] = row
        else:
            chains.append([place])
            ends = np.concatenate((ends, row[None, :]))
    return [order[chain] for chain in chains]


def _sums(counts: list[int]) -> NDArray[np.int32]:
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int32)


def _join(parts: list[NDArray[np.int64]] | list[NDArray[np.bool_]]) -> NDArray[np.int64]:
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])
