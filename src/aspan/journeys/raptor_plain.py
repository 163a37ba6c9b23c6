"""The transit search in plain Python: the oracle of the kernel, small rather than fast.

It reads the timetable itself, not the flat arrays, rides every pattern with every label, weighs all
four criteria and knows no bounds toward the goals; bags are lists without limit.
"""

from collections.abc import Sequence
from typing import NamedTuple

from aspan.journeys.criteria import Criteria
from aspan.journeys.raptor import (
    Exit,
    Found,
    Rules,
    Seed,
    check_search,
    exit_rows,
    seed_rows,
)
from aspan.journeys.raptor_index import TransitIndex
from aspan.journeys.raptor_work import FOOTPATH_STEP, SEED_STEP
from aspan.world.timetable import WHEELCHAIR_YES

Steps = tuple[tuple[int, int, int, int, int], ...]


class _Label(NamedTuple):
    at: Criteria
    steps: Steps
    """Last first, rows as in `Found.steps`."""


class _Pattern(NamedTuple):
    number: int
    price_tiyn: int
    stops: list[int]
    may_board: list[bool]
    may_alight: list[bool]
    trips: list[tuple[list[int], list[int], bool]]
    """Arrivals, departures, whether free of steps."""


class _Plain(NamedTuple):
    """A timetable in one direction of time."""

    patterns: list[_Pattern]
    footpaths: list[list[tuple[int, int, int, int, bool]]]
    """Of each stop: number, end, duration, walk, whether free of steps."""
    change_ms: list[int]
    is_step_free: list[bool]


def explore_plain(
    index: TransitIndex,
    seeds: Sequence[Seed],
    exits: Sequence[Exit],
    goals: int,
    rules: Rules,
    *,
    known: Sequence[Criteria] = (),
    is_mirrored: bool = False,
) -> Found:
    """Return what `raptor.explore` returns; of equal labels perhaps another."""
    check_search(index, seed_rows(seeds), exit_rows(exits), goals, rules)
    net = _lay_out(index, is_mirrored=is_mirrored)
    sign = -1 if is_mirrored else 1
    latest = sign * rules.latest_ms
    alighted: list[list[_Label]] = [[] for _ in net.change_ms]
    ready: list[list[_Label]] = [[] for _ in net.change_ms]
    ended: list[list[tuple[_Label, int]]] = [[] for _ in range(goals)]
    for boarded in range(rules.boardings_max):
        for number, s in enumerate(seeds):
            if s.boardings == boarded and s.walk_ms <= rules.walk_ms_max:
                at = (sign * s.at_ms, s.price_tiyn, s.boardings, s.walk_ms)
                _keep(ready[s.stop], _Label(at, ((-1, SEED_STEP, number, 0, 0),)))
        reached = [
            (stop, label)
            for pattern in net.patterns
            for stop, label in _ride(net, pattern, ready, boarded, rules)
            if label.at[0] <= latest and _keep(alighted[stop], label)
        ]
        for stop, label in reached:
            if label not in alighted[stop]:
                continue
            for x, way in enumerate(exits):
                cost = (way.duration_ms, way.price_tiyn, way.boardings, way.walk_ms)
                at = _add(label.at, cost)
                if way.stop == stop and _is_allowed(at, rules, latest):
                    ended[way.goal].append((_Label(at, label.steps), x))
            stay = (net.change_ms[stop], 0, 0, 0)
            _keep(ready[stop], _Label(_add(label.at, stay), label.steps))
            for number, end, duration_ms, walk_ms, is_step_free in net.footpaths[stop]:
                at = _add(label.at, (duration_ms, 0, 0, walk_ms))
                if at[3] <= rules.walk_ms_max and (is_step_free or not rules.is_step_free):
                    step = (0, FOOTPATH_STEP, number, 0, 0)
                    _keep(ready[end], _Label(at, (step, *label.steps)))
    return _answer(ended, known, is_mirrored=is_mirrored)


def _ride(
    net: _Plain, pattern: _Pattern, ready: list[list[_Label]], boarded: int, rules: Rules
) -> list[tuple[int, _Label]]:
    """Return every label that a ride on the pattern gives, with the stop where it alights."""
    reached = []
    for board, stop in enumerate(pattern.stops):
        if not pattern.may_board[board] or (rules.is_step_free and not net.is_step_free[stop]):
            continue
        for label in ready[stop]:
            if label.at[2] != boarded:
                continue
            for trip, (arrivals, departures, is_step_free) in enumerate(pattern.trips):
                if departures[board] < label.at[0] or (rules.is_step_free and not is_step_free):
                    continue
                for alight in range(board + 1, len(pattern.stops)):
                    end = pattern.stops[alight]
                    if not pattern.may_alight[alight]:
                        continue
                    if rules.is_step_free and not net.is_step_free[end]:
                        continue
                    price = label.at[1] + pattern.price_tiyn * rules.party
                    at = (arrivals[alight], price, boarded + 1, label.at[3])
                    step = (0, pattern.number, trip, board, alight)
                    reached.append((end, _Label(at, (step, *label.steps))))
                break
    return reached


def _answer(
    ended: list[list[tuple[_Label, int]]], known: Sequence[Criteria], *, is_mirrored: bool
) -> Found:
    """Return the Pareto set of each goal: of goal 0 against `known`, of others against both."""
    chosen: list[list[tuple[_Label, int]]] = []
    for labels in ended:
        others = [*known, *(label.at for label, _ in (chosen[0] if chosen else []))]
        kept: list[tuple[_Label, int]] = []
        for label, x in sorted(labels, key=lambda end: end[0].at):
            if not any(_dominates(at, label.at) for at in others):
                kept.append((label, x))
                others.append(label.at)
        chosen.append(kept)
    return Found(
        goals=tuple(tuple(label.at for label, _ in kept) for kept in chosen),
        exits=tuple(tuple(x for _, x in kept) for kept in chosen),
        steps=tuple(tuple([list(row) for row in end.steps] for end, _ in kept) for kept in chosen),
        is_mirrored=is_mirrored,
        cuts=0,
    )


def _keep(bag: list[_Label], label: _Label) -> bool:
    """Put a label into a bag and drop what it dominates; False if it is itself dominated."""
    if any(_dominates(other.at, label.at) for other in bag):
        return False
    bag[:] = [other for other in bag if not _dominates(label.at, other.at)]
    bag.append(label)
    return True


def _dominates(one: Criteria, other: Criteria) -> bool:
    return all(a <= b for a, b in zip(one, other, strict=True))


def _add(at: Criteria, cost: Criteria) -> Criteria:
    return at[0] + cost[0], at[1] + cost[1], at[2] + cost[2], at[3] + cost[3]


def _is_allowed(at: Criteria, rules: Rules, latest: int) -> bool:
    return at[0] <= latest and at[2] <= rules.boardings_max and at[3] <= rules.walk_ms_max


def _lay_out(index: TransitIndex, *, is_mirrored: bool) -> _Plain:
    """Return the timetable as lists, turned around if it is mirrored."""
    timetable = index.timetable
    p, paths = timetable.patterns, timetable.footpaths
    patterns = []
    for n, line in enumerate(p.line):
        first, end = int(p.stop_first[n]), int(p.stop_first[n + 1])
        trips = []
        for trip in range(p.trip_first[n], p.trip_first[n + 1]):
            at = slice(int(p.time_first[trip]), int(p.time_first[trip]) + end - first)
            arrivals, departures = p.arrive_at_ms[at].tolist(), p.depart_at_ms[at].tolist()
            if is_mirrored:
                arrivals, departures = (
                    [-time for time in reversed(departures)],
                    [-time for time in reversed(arrivals)],
                )
            trips.append((arrivals, departures, bool(p.wheelchair[trip] == WHEELCHAIR_YES)))
        stops = p.stops[first:end].tolist()
        board, alight = p.can_board[first:end].tolist(), p.can_alight[first:end].tolist()
        if is_mirrored:
            stops, board, alight, trips = stops[::-1], alight[::-1], board[::-1], trips[::-1]
        price_tiyn = timetable.lines[line].price_tiyn
        patterns.append(_Pattern(n, price_tiyn, stops, board, alight, trips))
    footpaths: list[list[tuple[int, int, int, int, bool]]] = [[] for _ in timetable.stops]
    for stop in range(len(timetable.stops)):
        for f in range(paths.first[stop], paths.first[stop + 1]):
            start, end = (int(paths.to[f]), stop) if is_mirrored else (stop, int(paths.to[f]))
            cost = int(paths.duration_ms[f]), int(index.walk_ms[f]), bool(paths.is_step_free[f])
            footpaths[start].append((f, end, *cost))
    is_step_free = [stop.wheelchair == WHEELCHAIR_YES for stop in timetable.stops]
    return _Plain(patterns, footpaths, paths.change_ms.tolist(), is_step_free)
