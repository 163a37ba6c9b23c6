"""What the transit search reads: a timetable as flat arrays, once forward and once mirrored.

A mirrored timetable runs backward: stops of a pattern, trips and footpaths in reverse, and instant
t becomes −t. Searching for the latest departure that still arrives by an instant is then the search
for the earliest arrival on it, by the same code. Times are held as milliseconds since the first of
the timetable (mirrored: until its last) in 32 bits, which span 24 days.
"""

from itertools import pairwise
from typing import NamedTuple

import msgspec
import numpy as np

from aspan.primitives.errors import InvalidInput, ensure
from aspan.primitives.units import MS_PER_S
from aspan.world.timetable import WHEELCHAIR_YES, Flags, Ints, Numbers, Timetable

WALK_SPEED_MPS = 1.25
"""Of a person who changes vehicles. Assumed: within 1.2 to 1.4 m/s usual for pedestrians."""

SPAN_MS_MAX = 2**31 - 1
"""Between the first and the last instant of a timetable."""


class Direction(NamedTuple):
    """A timetable in one direction of time; a named tuple, because kernels take those.

    Positions of pattern p are numbered from `first[p]` to `first[p + 1]`; its trips from
    `trip_first[p]`. Times of position i (from 0) stand together for all n trips of the pattern:
    `arrive[time_first[p] + i * n + k]`.

    `run_ms` is the least time from departing here to arriving at the next position, `dwell_ms` the
    least time between arriving and departing here. `serve_pattern` and `serve_at` list where a stop
    is boarded: from `serve_first[s]` to `serve_first[s + 1]`. `foot_number` is the number of a
    footpath in the timetable.
    """

    first: Numbers
    stop: Numbers
    may_board: Flags
    may_alight: Flags
    trip_first: Numbers
    time_first: Ints
    arrive: Numbers
    depart: Numbers
    run_ms: Ints
    dwell_ms: Ints
    price_tiyn: Ints
    is_trip_step_free: Flags
    is_stop_step_free: Flags
    serve_first: Numbers
    serve_pattern: Numbers
    serve_at: Numbers
    foot_first: Numbers
    foot_to: Numbers
    foot_number: Numbers
    foot_ms: Ints
    foot_walk_ms: Ints
    is_foot_step_free: Flags
    change_ms: Ints


class TransitIndex(msgspec.Struct, frozen=True, kw_only=True):
    """What all searches of a timetable share; read-only. Made by `prepare_transit`.

    Parameters
    ----------
    first_at_ms, last_at_ms
        First and last instant of the timetable: zero of either direction.
    walk_ms
        Walked on a footpath, one each: at most its duration, which may hold a wait.
    """

    timetable: Timetable
    first_at_ms: int
    last_at_ms: int
    walk_ms: Ints
    forward: Direction
    mirrored: Direction

    def memory_bytes(self) -> int:
        """Return what the arrays of both directions take, the timetable's own not counted."""
        return sum(array.nbytes for way in (self.forward, self.mirrored) for array in way)


def prepare_transit(
    timetable: Timetable, *, walk_speed_mps: float = WALK_SPEED_MPS
) -> TransitIndex:
    """Return the index for `explore`.

    Raises
    ------
    InvalidInput
        If the timetable spans more than 24 days.
    InvariantError
        If a trip overtakes another of its pattern or runs backward in time.
    """
    patterns, paths = timetable.patterns, timetable.footpaths
    first_at_ms, last_at_ms = 0, 0
    if len(patterns.arrive_at_ms):
        first_at_ms = int(min(patterns.arrive_at_ms.min(), patterns.depart_at_ms.min()))
        last_at_ms = int(max(patterns.arrive_at_ms.max(), patterns.depart_at_ms.max()))
    if last_at_ms - first_at_ms > SPAN_MS_MAX:
        raise InvalidInput("timetable", last_at_ms - first_at_ms, f"at most {SPAN_MS_MAX} ms long")
    walk_ms = np.rint(paths.walk_m / walk_speed_mps * MS_PER_S).astype(np.int64)
    walk_ms = np.minimum(walk_ms, paths.duration_ms)
    ways = [
        _direct(timetable, walk_ms, first_at_ms, is_mirrored=False),
        _direct(timetable, walk_ms, last_at_ms, is_mirrored=True),
    ]
    return TransitIndex(
        timetable=timetable,
        first_at_ms=first_at_ms,
        last_at_ms=last_at_ms,
        walk_ms=walk_ms,
        forward=ways[0],
        mirrored=ways[1],
    )


def _direct(timetable: Timetable, walk_ms: Ints, zero_ms: int, *, is_mirrored: bool) -> Direction:
    """Return one direction of time."""
    patterns, stops = timetable.patterns, len(timetable.stops)
    order = _list_in_order(patterns.stop_first, is_mirrored=is_mirrored)
    board, alight = patterns.can_board[order], patterns.can_alight[order]
    if is_mirrored:
        board, alight = alight, board
    trip_order = _list_in_order(patterns.trip_first, is_mirrored=is_mirrored)
    times = _list_times(timetable, zero_ms, is_mirrored=is_mirrored)
    prices = np.array([line.price_tiyn for line in timetable.lines], np.int64)
    in_order = patterns.stops[order].astype(np.int32)
    services = _list_services(patterns.stop_first, in_order, board, stops)
    paths = _list_footpaths(timetable, is_mirrored=is_mirrored)
    return Direction(
        first=patterns.stop_first.astype(np.int32),
        stop=in_order,
        may_board=board.astype(np.uint8),
        may_alight=alight.astype(np.uint8),
        trip_first=patterns.trip_first.astype(np.int32),
        time_first=times.first,
        arrive=times.arrive,
        depart=times.depart,
        run_ms=times.run_ms,
        dwell_ms=times.dwell_ms,
        price_tiyn=prices[patterns.line] if len(prices) else np.zeros(0, np.int64),
        is_trip_step_free=(patterns.wheelchair[trip_order] == WHEELCHAIR_YES).astype(np.uint8),
        is_stop_step_free=np.array(
            [stop.wheelchair == WHEELCHAIR_YES for stop in timetable.stops], np.uint8
        ),
        serve_first=services.first,
        serve_pattern=services.pattern,
        serve_at=services.at,
        foot_first=paths.first,
        foot_to=paths.to,
        foot_number=paths.number,
        foot_ms=timetable.footpaths.duration_ms[paths.number].astype(np.int64),
        foot_walk_ms=walk_ms[paths.number],
        is_foot_step_free=timetable.footpaths.is_step_free[paths.number].astype(np.uint8),
        change_ms=timetable.footpaths.change_ms.astype(np.int64),
    )


def _list_in_order(first: Numbers, *, is_mirrored: bool) -> Ints:
    """Return the rows of every pattern, from `first[p]` to `first[p + 1]`, mirrored last first."""
    turn = slice(None, None, -1) if is_mirrored else slice(None)
    spans = [np.arange(a, b)[turn] for a, b in pairwise(first.tolist())]
    return np.concatenate([np.zeros(0, np.int64), *spans])


class _Times(NamedTuple):
    first: Ints
    arrive: Numbers
    depart: Numbers
    run_ms: Ints
    dwell_ms: Ints


class _Services(NamedTuple):
    first: Numbers
    pattern: Numbers
    at: Numbers


class _Paths(NamedTuple):
    first: Numbers
    to: Numbers
    number: Numbers


def _list_times(timetable: Timetable, zero_ms: int, *, is_mirrored: bool) -> _Times:
    """Return times by position, and the least times between positions."""
    patterns = timetable.patterns
    arrivals, departures, time_first = [], [], [0]
    run_ms = np.zeros(len(patterns.stops), np.int64)
    dwell_ms = np.zeros(len(patterns.stops), np.int64)
    for p in range(len(patterns.line)):
        first, last = int(patterns.stop_first[p]), int(patterns.stop_first[p + 1])
        trips = slice(int(patterns.trip_first[p]), int(patterns.trip_first[p + 1]))
        places = patterns.time_first[trips].astype(np.int64)[:, None] + np.arange(last - first)
        arrive = (patterns.arrive_at_ms[places] - zero_ms).T
        depart = (patterns.depart_at_ms[places] - zero_ms).T
        if is_mirrored:
            arrive, depart = -depart[::-1, ::-1], -arrive[::-1, ::-1]
        time_first.append(time_first[-1] + arrive.size)
        arrivals.append(arrive.ravel())
        departures.append(depart.ravel())
        if not arrive.size:
            continue
        dwell_ms[first:last] = (depart - arrive).min(axis=1)
        run_ms[first : last - 1] = (arrive[1:] - depart[:-1]).min(axis=1)
        overtakes = min(np.diff(arrive).min(initial=0), np.diff(depart).min(initial=0))
        ensure(overtakes >= 0, f"pattern {p}: a trip overtakes another")
    ensure(bool((run_ms >= 0).all() and (dwell_ms >= 0).all()), "a trip runs backward in time")
    empty = np.zeros(0, np.int64)
    return _Times(
        np.array(time_first[:-1], np.int64),
        np.concatenate([empty, *arrivals]).astype(np.int32),
        np.concatenate([empty, *departures]).astype(np.int32),
        run_ms,
        dwell_ms,
    )


def _list_services(first: Numbers, stop: Numbers, board: Flags, stops: int) -> _Services:
    """Return where each stop is boarded: pattern and position, the last of a pattern left out."""
    lengths = np.diff(first)
    pattern = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    at = np.arange(len(stop), dtype=np.int32)
    is_boarded = (board != 0) & (at + 1 < first[1:][pattern]) if len(stop) else np.zeros(0, bool)
    chosen = np.flatnonzero(is_boarded)
    chosen = chosen[np.argsort(stop[chosen], kind="stable")]
    counts = np.bincount(stop[chosen], minlength=stops)
    serve_first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return _Services(serve_first, pattern[chosen], at[chosen])


def _list_footpaths(timetable: Timetable, *, is_mirrored: bool) -> _Paths:
    """Return footpaths by the stop at which they begin in this direction."""
    paths, stops = timetable.footpaths, len(timetable.stops)
    start = np.repeat(np.arange(stops, dtype=np.int32), np.diff(paths.first))
    end = paths.to.astype(np.int32)
    if is_mirrored:
        start, end = end, start
    order = np.argsort(start, kind="stable")
    counts = np.bincount(start, minlength=stops)
    foot_first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return _Paths(foot_first, end[order], order.astype(np.int32))
