"""The transit search on timetables small enough to work out by hand."""

import numpy as np
import pytest

from aspan.journeys.raptor import (
    BOARDINGS_MAX,
    Change,
    Exit,
    Found,
    Ride,
    Rules,
    Seed,
    Workspace,
    explore,
    prepare_transit,
    trace,
)
from aspan.journeys.raptor_plain import explore_plain
from aspan.primitives.errors import InvalidInput, InvariantError
from aspan.primitives.units import MS_PER_MIN
from aspan.world.timetable import Timetable
from property.transit_cities import MIDNIGHT_MS, DrawnLine, DrawnTrip, Walk, build_timetable

FARE_TIYN = 12_000


def at(minute: int) -> int:
    """Return an instant so many minutes after midnight."""
    return MIDNIGHT_MS + minute * MS_PER_MIN


def run(*minutes: int, wheelchair: int = 1) -> DrawnTrip:
    """Return a trip that stands nowhere."""
    times = [at(minute) for minute in minutes]
    return DrawnTrip(times, times, wheelchair)


def line(stops: list[int], *trips: DrawnTrip, price_tiyn: int = FARE_TIYN) -> DrawnLine:
    """Return a line that may be boarded and left everywhere."""
    return DrawnLine(price_tiyn, stops, list(trips))


def rules(**changes: int) -> Rules:
    """Return wide rules with some changed."""
    wide = {"party": 1, "boardings_max": 4, "walk_ms_max": 60 * MS_PER_MIN, "latest_ms": at(600)}
    return Rules(**(wide | changes))  # type: ignore[arg-type]


def change_city(change_minutes: int, walks: list[Walk] | None = None) -> Timetable:
    """Return two lines that meet at stop 1; the second also calls at stop 3."""
    lines = [
        line([0, 1], run(0, 10)),
        line([1, 3, 2], run(12, 13, 20), run(15, 16, 23)),
    ]
    change_ms = [change_minutes * MS_PER_MIN] * 4
    return build_timetable([1, 1, 1, 1], lines, walks or [], change_ms)


def go(timetable: Timetable, which: Rules, *, start: int = 0, end: int = 2) -> Found:
    """Return what both searches find from a stop at midnight to a stop; they must agree."""
    index = prepare_transit(timetable)
    seeds, exits = [Seed(stop=start, at_ms=at(0))], [Exit(stop=end, goal=0, duration_ms=0)]
    found = explore(index, seeds, exits, 1, which)
    assert found.goals == explore_plain(index, seeds, exits, 1, which).goals
    return found


@pytest.mark.parametrize(("change_minutes", "arrive"), [(2, 20), (3, 23), (6, None)])
def test_a_change_takes_its_time(change_minutes: int, arrive: int | None) -> None:
    """A follower that leaves just at the end of the change time is caught, an earlier one not."""
    found = go(change_city(change_minutes), rules())
    assert found.goals[0] == (() if arrive is None else ((at(arrive), 2 * FARE_TIYN, 2, 0),))


def test_a_seed_needs_no_change_time() -> None:
    """Who stands at a stop boards what leaves at once, whatever a change takes there."""
    found = go(change_city(9), rules(), start=0, end=1)
    assert found.goals[0] == ((at(10), FARE_TIYN, 1, 0),)


def test_a_footpath_avoids_the_change_and_counts_as_walk() -> None:
    """A way on foot to the next stop catches the first follower, for a minute's walk."""
    timetable = change_city(3, [(1, 3, 3 * MS_PER_MIN, 75.0, True)])
    found = go(timetable, rules())
    late, early = (at(23), 2 * FARE_TIYN, 2, 0), (at(20), 2 * FARE_TIYN, 2, MS_PER_MIN)
    assert found.goals[0] == (early, late)
    trail = trace(prepare_transit(timetable), found, 0, 0)
    assert trail.steps == (Ride(0, 0, 0, 1), Change(1, 3, at(10), at(13)), Ride(1, 1, 1, 2))
    assert go(timetable, rules(walk_ms_max=MS_PER_MIN - 1)).goals[0] == (late,)
    assert go(timetable, rules(walk_ms_max=MS_PER_MIN)).goals[0] == (early, late)


def test_everybody_pays_each_boarding() -> None:
    """Three persons on two rides pay six fares."""
    assert go(change_city(2), rules(party=3)).goals[0][0][1] == 6 * FARE_TIYN


@pytest.mark.parametrize(("boardings_max", "count"), [(0, 0), (1, 0), (2, 1)])
def test_boardings_are_limited(boardings_max: int, count: int) -> None:
    """Two rides need two boardings."""
    assert len(go(change_city(2), rules(boardings_max=boardings_max)).goals[0]) == count


@pytest.mark.parametrize(("latest", "count"), [(19, 0), (20, 1)])
def test_nothing_later_counts(latest: int, count: int) -> None:
    """An arrival just at the bound counts."""
    assert len(go(change_city(2), rules(latest_ms=at(latest))).goals[0]) == count


def test_only_what_is_known_to_be_step_free_counts() -> None:
    """A trip that says nothing of wheelchairs is left to go, as is a stop that says no."""
    trips = [run(1, 5, 9, wheelchair=0), run(2, 6, 10, wheelchair=2), run(3, 7, 11)]
    open_city = build_timetable([1, 2, 1], [line([0, 1, 2], *trips)])
    assert go(open_city, rules(is_step_free=True)).goals[0] == ((at(11), FARE_TIYN, 1, 0),)
    assert go(open_city, rules()).goals[0] == ((at(9), FARE_TIYN, 1, 0),)
    assert go(open_city, rules(is_step_free=True), end=1).goals[0] == ()


def test_trips_that_overtake_stand_apart_and_the_faster_is_taken() -> None:
    """The express that leaves last arrives first; across midnight too."""
    timetable = build_timetable([1, 1], [line([0, 1], run(5, 40), run(10, 20), run(1430, 1450))])
    assert len(timetable.patterns.line) == 2
    assert go(timetable, rules(), end=1).goals[0] == ((at(20), FARE_TIYN, 1, 0),)
    index = prepare_transit(timetable)
    seeds, exits = [Seed(stop=0, at_ms=at(1420))], [Exit(stop=1, goal=0, duration_ms=0)]
    late = explore(index, seeds, exits, 1, rules(latest_ms=at(2000)))
    assert late.goals[0][0][0] == at(1450)


def test_arrive_by_leaves_as_late_as_it_can() -> None:
    """With the arrival given, the latest departure from the door is found, and its way."""
    timetable = build_timetable([1, 1], [line([0, 1], run(0, 10), run(5, 15), run(10, 20))])
    index = prepare_transit(timetable)
    seeds = [Seed(stop=1, at_ms=at(17), walk_ms=MS_PER_MIN)]
    exits = [Exit(stop=0, goal=0, duration_ms=2 * MS_PER_MIN, walk_ms=2 * MS_PER_MIN)]
    for search in (explore, explore_plain):
        found = search(index, seeds, exits, 1, rules(latest_ms=at(-60)), is_mirrored=True)
        assert found.goals[0] == ((-at(3), FARE_TIYN, 1, 3 * MS_PER_MIN),)
        assert trace(index, found, 0, 0).steps == (Ride(0, 1, 0, 1),)
        none = search(index, seeds, exits, 1, rules(latest_ms=at(4)), is_mirrored=True)
        assert none.goals[0] == ()


def test_what_does_not_beat_what_is_known_is_not_returned() -> None:
    """A label already had drops its equals and its worse, at the door and at other goals."""
    index = prepare_transit(change_city(2))
    seeds = [Seed(stop=0, at_ms=at(0))]
    exits = [Exit(stop=2, goal=goal, duration_ms=goal * MS_PER_MIN) for goal in range(2)]
    same = (at(20), 2 * FARE_TIYN, 2, 0)
    for search in (explore, explore_plain):
        assert search(index, seeds, exits, 2, rules(), known=[same]).goals == ((), ())
        dearer = (at(20), 2 * FARE_TIYN + 1, 2, 0)
        assert search(index, seeds, exits, 2, rules(), known=[dearer]).goals[0] == (same,)


def test_a_goal_after_the_door_is_of_no_use() -> None:
    """A vertiport reached later than the door, at the same cost, is not returned; earlier is."""
    index = prepare_transit(change_city(2))
    seeds, minute = [Seed(stop=0, at_ms=at(0))], MS_PER_MIN
    door = Exit(stop=2, goal=0, duration_ms=5 * minute)
    for duration, count in ((4, 1), (5, 0)):
        site = Exit(stop=2, goal=1, duration_ms=duration * minute)
        for search in (explore, explore_plain):
            assert len(search(index, seeds, [door, site], 2, rules()).goals[1]) == count
        assert len(explore(index, seeds, [site], 2, rules()).goals[1]) == 1


def many_ways(count: int) -> tuple[Timetable, list[Seed], list[Exit]]:
    """Return a city where each seed is the best of some walk: earlier for a longer walk."""
    trips = [run(n, n + 10) for n in range(count)]
    seeds = [Seed(stop=0, at_ms=at(n), walk_ms=(count - n) * MS_PER_MIN) for n in range(count)]
    return (
        build_timetable([1, 1], [line([0, 1], *trips)]),
        seeds,
        [Exit(stop=1, goal=0, duration_ms=0)],
    )


@pytest.mark.parametrize(("labels_max", "is_cut"), [(20, False), (19, True), (1, True)])
def test_a_full_bag_cuts_counts_it_and_keeps_the_earliest(labels_max: int, is_cut: bool) -> None:
    """Labels beyond the limit are dropped and counted; those returned are right, the first too."""
    timetable, seeds, exits = many_ways(20)
    index = prepare_transit(timetable)
    full = explore_plain(index, seeds, exits, 1, rules()).goals[0]
    assert len(full) == 20
    for order in (seeds, seeds[::-1]):
        workspace = Workspace(index, labels_max=labels_max)
        found = explore(index, order, exits, 1, rules(), workspace=workspace)
        assert (found.cuts > 0) == is_cut
        assert set(found.goals[0]) <= set(full)
        assert found.goals[0][0] == full[0]
        assert is_cut or found.goals[0] == full


def test_a_full_goal_cuts_and_counts_it() -> None:
    """A goal keeps its earliest labels."""
    timetable, seeds, exits = many_ways(20)
    index = prepare_transit(timetable)
    workspace = Workspace(index, goal_labels_max=5)
    found = explore(index, seeds, exits, 1, rules(), workspace=workspace)
    assert found.cuts > 0
    assert found.goals[0] == explore_plain(index, seeds, exits, 1, rules()).goals[0][:5]


def test_a_small_pool_grows() -> None:
    """A pool of one label grows until the search fits, and stays so for the next."""
    timetable, seeds, exits = many_ways(20)
    index = prepare_transit(timetable)
    workspace = Workspace(index, pool_labels=1)
    expected = explore(index, seeds, exits, 1, rules())
    assert explore(index, seeds, exits, 1, rules(), workspace=workspace) == expected
    grown = workspace.pool_labels
    assert grown > 20
    assert explore(index, seeds, exits, 1, rules(), workspace=workspace) == expected
    assert workspace.pool_labels == grown


def test_a_workspace_remembers_nothing() -> None:
    """Other searches in between, larger or mirrored, change no answer and take no new memory."""
    index = prepare_transit(change_city(2))
    workspace = Workspace(index)
    seeds, exits = [Seed(stop=0, at_ms=at(0))], [Exit(stop=2, goal=0, duration_ms=0)]
    first = explore(index, seeds, exits, 1, rules(), workspace=workspace)
    wide = [Exit(stop=2, goal=goal, duration_ms=0) for goal in range(5)]
    explore(index, seeds, wide, 5, rules(boardings_max=BOARDINGS_MAX), workspace=workspace)
    held = workspace.memory_bytes()
    explore(index, seeds, exits, 1, rules(latest_ms=at(0)), is_mirrored=True, workspace=workspace)
    assert explore(index, seeds, exits, 1, rules(), workspace=workspace) == first
    assert workspace.memory_bytes() == held


def test_nothing_to_begin_or_end_with_is_no_way() -> None:
    """No seeds, no exits, no trips: an empty answer each time."""
    index = prepare_transit(change_city(2))
    seed, way = Seed(stop=0, at_ms=at(0)), Exit(stop=2, goal=0, duration_ms=0)
    empty = prepare_transit(build_timetable([1, 1, 1], []))
    for search in (explore, explore_plain):
        assert search(index, [], [way], 1, rules()).goals == ((),)
        assert search(index, [seed], [], 2, rules()).goals == ((), ())
        assert search(empty, [seed], [way], 1, rules()).goals == ((),)


@pytest.mark.parametrize(
    ("seed", "way", "which", "goals", "field"),
    [
        ({"stop": 4}, {}, {}, 1, "seeds[0].stop"),
        ({"walk_ms": -1}, {}, {}, 1, "seeds[0]"),
        ({}, {"stop": -1}, {}, 1, "exits[0].stop"),
        ({}, {"goal": 1}, {}, 1, "exits[0].goal"),
        ({}, {"duration_ms": -1}, {}, 1, "exits[0]"),
        ({}, {}, {"boardings_max": BOARDINGS_MAX + 1}, 1, "boardings_max"),
        ({}, {}, {"party": 0}, 1, "party"),
        ({}, {}, {}, 0, "goals"),
    ],
)
def test_what_is_out_of_range_is_refused(
    seed: dict[str, int], way: dict[str, int], which: dict[str, int], goals: int, field: str
) -> None:
    """Stops, goals and bounds out of range are named."""
    index = prepare_transit(change_city(2))
    seeds = [Seed(**({"stop": 0, "at_ms": 0} | seed))]
    exits = [Exit(**({"stop": 2, "goal": 0, "duration_ms": 0} | way))]
    with pytest.raises(InvalidInput) as refused:
        explore(index, seeds, exits, goals, rules(**which))
    assert refused.value.field == field


def test_a_pattern_in_which_a_trip_overtakes_is_our_fault() -> None:
    """The index is not made of patterns that the search could not trust."""
    timetable = build_timetable([1, 1], [line([0, 1], run(0, 10), run(5, 15))])
    times = timetable.patterns.arrive_at_ms
    times[[1, 3]] = times[[3, 1]]
    with pytest.raises(InvariantError, match="overtakes"):
        prepare_transit(timetable)


def test_a_timetable_longer_than_its_numbers_is_refused() -> None:
    """Times are held in 32 bits: 24 days."""
    timetable = build_timetable([1, 1], [line([0, 1], run(0, 10), run(0, 25 * 24 * 60))])
    with pytest.raises(InvalidInput, match="at most"):
        prepare_transit(timetable)


def test_mirrored_twice_is_forward() -> None:
    """The mirrored arrays hold the same trips: each time is the last instant less the other."""
    index = prepare_transit(change_city(2))
    span = index.last_at_ms - index.first_at_ms
    assert sorted(span - np.array(index.mirrored.arrive)) == sorted(index.forward.depart)
    assert sorted(span - np.array(index.mirrored.depart)) == sorted(index.forward.arrive)
