"""Checks of what a transit search found, from the timetable alone."""

import numpy as np

from aspan.journeys.criteria import Criteria
from aspan.journeys.raptor import (
    Change,
    Found,
    Ride,
    TransitIndex,
    Workspace,
    explore,
    prepare_transit,
    trace,
)
from aspan.journeys.raptor_plain import explore_plain
from aspan.world.timetable import Timetable
from property.event_search import WALK_SPEED_MPS, search_events
from property.transit_cities import Query, draw_city, draw_query


def check_seed(seed: int, *, goals: int | None = None) -> int:
    """Judge one search in each direction of time; return how many labels there were."""
    timetable = draw_city(seed)
    index = prepare_transit(timetable)
    workspace = Workspace(index)
    labels = 0
    for is_mirrored in (False, True):
        stops = len(timetable.stops)
        query = draw_query(2 * seed + is_mirrored, stops, is_mirrored=is_mirrored, goals=goals)
        found = ask(index, query, workspace)
        expected = search_events(timetable, query)
        assert found.cuts == 0
        assert found.goals == expected, f"seed {seed}, mirrored {is_mirrored}"
        plain = ask_plain(index, query)
        assert plain.goals == expected, f"plain, seed {seed}, mirrored {is_mirrored}"
        check_trails(index, query, found)
        check_trails(index, query, plain)
        labels += sum(map(len, expected))
    return labels


def check_best(seed: int) -> bool:
    """Judge the earliest arrival and the latest departure; return whether there is one."""
    timetable = draw_city(seed)
    index = prepare_transit(timetable)
    is_found = False
    for is_mirrored in (False, True):
        stops = len(timetable.stops)
        query = draw_query(-1 - 2 * seed - is_mirrored, stops, is_mirrored=is_mirrored, goals=1)
        query = query._replace(known=[])
        expected = search_events(timetable, query)[0]
        best = min((at[0] for at in expected), default=None)
        for found in (ask(index, query, Workspace(index)), ask_plain(index, query)):
            assert min((at[0] for at in found.goals[0]), default=None) == best, f"seed {seed}"
        is_found |= best is not None
    return is_found


def ask(index: TransitIndex, query: Query, workspace: Workspace) -> Found:
    """Ask the kernel."""
    return explore(
        index,
        query.seeds,
        query.exits,
        query.goals,
        query.rules,
        known=query.known,
        is_mirrored=query.is_mirrored,
        workspace=workspace,
    )


def ask_plain(index: TransitIndex, query: Query) -> Found:
    """Ask the plain twin."""
    return explore_plain(
        index,
        query.seeds,
        query.exits,
        query.goals,
        query.rules,
        known=query.known,
        is_mirrored=query.is_mirrored,
    )


def check_trails(index: TransitIndex, query: Query, found: Found) -> None:
    """Every trail can be travelled and adds up to its label."""
    for goal, labels in enumerate(found.goals):
        for number, label in enumerate(labels):
            assert travel(index.timetable, query, found, index, goal, number) == label


def travel(
    timetable: Timetable, query: Query, found: Found, index: TransitIndex, goal: int, number: int
) -> Criteria:
    """Travel a trail and return the label it earns."""
    trail = trace(index, found, goal, number)
    seed, way = query.seeds[trail.seed], query.exits[trail.exit]
    assert way.goal == goal
    first_stop, last_stop = (way.stop, seed.stop) if query.is_mirrored else (seed.stop, way.stop)
    price, walk = seed.price_tiyn + way.price_tiyn, seed.walk_ms + way.walk_ms
    boardings, stop, is_ready = seed.boardings + way.boardings, first_stop, True
    at_ms = None if query.is_mirrored else seed.at_ms
    depart_ms = 0
    for step in trail.steps:
        if isinstance(step, Change):
            assert not is_ready
            assert (step.from_stop, step.depart_at_ms) == (stop, at_ms)
            assert at_ms is not None
            duration, more = _footpath(timetable, step, query)
            at_ms, walk, stop, is_ready = at_ms + duration, walk + more, step.to_stop, True
            assert step.arrive_at_ms == at_ms
            continue
        if not is_ready:
            assert at_ms is not None
            at_ms += int(timetable.footpaths.change_ms[stop])
        on_ms, off_ms = _ride(timetable, step, stop, query)
        assert at_ms is None or on_ms >= at_ms
        depart_ms = depart_ms or on_ms
        p = timetable.patterns
        stop = int(p.stops[p.stop_first[step.pattern] + step.alight])
        price += timetable.lines[p.line[step.pattern]].price_tiyn * query.rules.party
        at_ms, boardings, is_ready = off_ms, boardings + 1, False
    assert stop == last_stop
    assert not is_ready
    assert at_ms is not None
    if query.is_mirrored:
        assert at_ms <= seed.at_ms
        return -(depart_ms - way.duration_ms), price, boardings, walk
    return at_ms + way.duration_ms, price, boardings, walk


def _ride(timetable: Timetable, ride: Ride, stop: int, query: Query) -> tuple[int, int]:
    """Return when a ride boards and alights, having checked that it may."""
    p = timetable.patterns
    first = p.stop_first[ride.pattern]
    assert p.trip_first[ride.pattern] <= ride.trip < p.trip_first[ride.pattern + 1]
    assert 0 <= ride.board < ride.alight < p.stop_first[ride.pattern + 1] - first
    assert p.stops[first + ride.board] == stop
    assert p.can_board[first + ride.board]
    assert p.can_alight[first + ride.alight]
    if query.rules.is_step_free:
        assert p.wheelchair[ride.trip] == 1
        for place in (ride.board, ride.alight):
            assert timetable.stops[p.stops[first + place]].wheelchair == 1
    times = p.time_first[ride.trip]
    return int(p.depart_at_ms[times + ride.board]), int(p.arrive_at_ms[times + ride.alight])


def _footpath(timetable: Timetable, change: Change, query: Query) -> tuple[int, int]:
    """Return duration and walk of the footpath of a change."""
    paths = timetable.footpaths
    for f in range(paths.first[change.from_stop], paths.first[change.from_stop + 1]):
        if paths.to[f] == change.to_stop:
            assert paths.is_step_free[f] or not query.rules.is_step_free
            walk = int(np.rint(paths.walk_m[f] / WALK_SPEED_MPS * 1000))
            return int(paths.duration_ms[f]), min(walk, int(paths.duration_ms[f]))
    raise AssertionError(f"no footpath from {change.from_stop} to {change.to_stop}")
