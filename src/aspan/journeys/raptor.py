"""Transit search: all the best ways by scheduled vehicles from where one is to where one may leave.

The caller says where travellers can be ready to board (`Seed`: a stop reached on foot, by car, by
air) and how they go on from a stop (`Exit`: to the door, goal 0, or to a vertiport, goals 1 and
on). `explore` answers, for each goal, with its Pareto set of labels (arrival, price of the whole
party, boardings, walk); `trace` tells the way of one of them. Every way has at least one ride.

"Arrive by" is the same search on mirrored time: seeds are where and until when one may alight,
exits lead from the stops back to the door, and the first number of a label is −(departure).

The work is done in `raptor_kernel.py`, compiled; `raptor_plain.py` does the same in plain Python
and is its oracle. Limits: `Rules.boardings_max` up to `BOARDINGS_MAX`; a `Workspace` keeps at most
`LABELS_MAX` labels a stop, `GOAL_LABELS_MAX` a goal. `Found.cuts` counts how often that dropped
one: at 0 the answer is exact, else single labels may be missing, never wrong. Not modelled: delays,
seats sold out, fares that depend on distance, time or changes.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.journeys.criteria import Criteria
from aspan.journeys.raptor_index import TransitIndex, prepare_transit
from aspan.journeys.raptor_work import FOOTPATH_STEP, SEED_STEP, Limits, Workspace
from aspan.primitives.errors import InvalidInput, InvariantError

__all__ = [
    "Change",
    "Exit",
    "Found",
    "Ride",
    "Rules",
    "Seed",
    "Trail",
    "TransitIndex",
    "Workspace",
    "explore",
    "explore_rows",
    "prepare_transit",
    "trace",
]

BOARDINGS_MAX = 16
"""Greatest `Rules.boardings_max`: a stated limit, far above what anyone rides."""


SEED_AT, SEED_BOARDINGS = 1, 3
"""Columns of the rows of seeds."""


class Seed(msgspec.Struct, frozen=True, kw_only=True):
    """A traveller at a stop, ready to board at `at_ms` (mirrored: to have alighted until then)."""

    stop: int
    at_ms: int
    price_tiyn: int = 0
    boardings: int = 0
    walk_ms: int = 0


class Exit(msgspec.Struct, frozen=True, kw_only=True):
    """A way on from a stop to a goal (mirrored: from a goal to a stop)."""

    stop: int
    goal: int
    duration_ms: int
    price_tiyn: int = 0
    boardings: int = 0
    walk_ms: int = 0


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What a search may answer with; all bounds are included.

    Parameters
    ----------
    party
        Persons; each pays.
    boardings_max
        Of any vehicle, those of seed and exit counted.
    walk_ms_max
        Of seed, footpaths and exit together.
    latest_ms
        Nothing that arrives later counts (mirrored: nothing that departs earlier).
    is_step_free
        Only trips, stops and footpaths known to be without steps count.
    """

    party: int
    boardings_max: int
    walk_ms_max: int
    latest_ms: int
    is_step_free: bool = False


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What `explore` found.

    Parameters
    ----------
    goals
        Labels of each goal, sorted. Of goals from 1, only those that no label of goal 0 and none of
        `known` dominates: whoever goes on from there does not come to the door better.
    exits
        Number of the exit of each label.
    steps
        Of each label the rows (parent, pattern, trip, position boarded, position alighted), last
        first, as the direction of the search numbers them; for `trace`.
    cuts
        How often a full bag dropped a label; 0 means that nothing is missing.
    """

    goals: tuple[tuple[Criteria, ...], ...]
    exits: tuple[tuple[int, ...], ...]
    steps: tuple[tuple[list[list[int]], ...], ...]
    is_mirrored: bool
    cuts: int


class Ride(msgspec.Struct, frozen=True):
    """From boarding to alighting one trip: numbers of the timetable, positions in the pattern."""

    pattern: int
    trip: int
    board: int
    alight: int


class Change(msgspec.Struct, frozen=True):
    """A footpath between two rides; one waits at its end."""

    from_stop: int
    to_stop: int
    depart_at_ms: int
    arrive_at_ms: int


class Trail(msgspec.Struct, frozen=True):
    """The way of a label, in the order travelled (mirrored too: from its exit to its seed)."""

    seed: int
    exit: int
    steps: tuple[Ride | Change, ...]


def explore(
    index: TransitIndex,
    seeds: Sequence[Seed],
    exits: Sequence[Exit],
    goals: int,
    rules: Rules,
    *,
    known: Sequence[Criteria] = (),
    is_mirrored: bool = False,
    workspace: Workspace | None = None,
) -> Found:
    """Return the Pareto set of labels at each goal.

    Parameters
    ----------
    goals
        How many there are.
    known
        Labels already had at goal 0: what they dominate is dropped everywhere and not returned.
    workspace
        Memory used again from search to search, one a thread; None takes a fresh one.
    """
    return explore_rows(
        index,
        seed_rows(seeds),
        exit_rows(exits),
        goals,
        rules,
        known=known,
        is_mirrored=is_mirrored,
        workspace=workspace,
    )


def explore_rows(
    index: TransitIndex,
    seeds: NDArray[np.int64],
    exits: NDArray[np.int64],
    goals: int,
    rules: Rules,
    *,
    known: Sequence[Criteria] = (),
    is_mirrored: bool = False,
    workspace: Workspace | None = None,
) -> Found:
    """Return what `explore` does, seeds and exits being rows of numbers.

    Parameters
    ----------
    seeds
        Columns: stop, instant [ms], price [tiyn], boardings, walk [ms], as `Seed` has them.
    exits
        Columns: stop, goal, duration [ms], price [tiyn], boardings, walk [ms], as `Exit` has them.
    """
    check_search(index, seeds, exits, goals, rules)
    way = index.mirrored if is_mirrored else index.forward
    zero_ms = -index.last_at_ms if is_mirrored else index.first_at_ms
    sign = -1 if is_mirrored else 1
    work = Workspace(index) if workspace is None else workspace
    numbered = np.column_stack([seeds, np.arange(len(seeds))])
    numbered[:, SEED_AT] = sign * numbered[:, SEED_AT] - zero_ms
    limits = Limits(
        party=rules.party,
        boardings_max=rules.boardings_max,
        walk_ms_max=rules.walk_ms_max,
        latest=sign * rules.latest_ms - zero_ms,
        is_step_free=rules.is_step_free,
        goals=goals,
    )
    labels, steps, cuts = work.search(
        way,
        numbered[np.argsort(numbered[:, SEED_BOARDINGS], kind="stable")],
        exits,
        _rows([(k[0] - zero_ms, *k[1:]) for k in known], 4),
        limits,
    )
    return Found(
        goals=tuple(
            tuple((row[0] + zero_ms, row[1], row[2], row[3]) for row in rows) for rows in labels
        ),
        exits=tuple(tuple(row[5] for row in rows) for rows in labels),
        steps=steps,
        is_mirrored=is_mirrored,
        cuts=cuts,
    )


def seed_rows(seeds: Sequence[Seed]) -> NDArray[np.int64]:
    """Return seeds as the rows of `explore_rows`."""
    return _rows([(s.stop, s.at_ms, s.price_tiyn, s.boardings, s.walk_ms) for s in seeds], 5)


def exit_rows(exits: Sequence[Exit]) -> NDArray[np.int64]:
    """Return exits as the rows of `explore_rows`."""
    rows = [(x.stop, x.goal, x.duration_ms, x.price_tiyn, x.boardings, x.walk_ms) for x in exits]
    return _rows(rows, 6)


def check_search(
    index: TransitIndex,
    seeds: NDArray[np.int64],
    exits: NDArray[np.int64],
    goals: int,
    rules: Rules,
) -> None:
    """Refuse what cannot be searched.

    Raises
    ------
    InvalidInput
        If a stop, a goal or a bound is out of range.
    """
    stops = len(index.timetable.stops)
    if not 0 <= rules.boardings_max <= BOARDINGS_MAX:
        raise InvalidInput("boardings_max", rules.boardings_max, f"0 to {BOARDINGS_MAX}")
    if rules.party < 1:
        raise InvalidInput("party", rules.party, "at least 1")
    if goals < 1:
        raise InvalidInput("goals", goals, "at least 1")
    for column, count, field in (
        (seeds[:, 0], stops, "seeds[{}].stop"),
        (exits[:, 0], stops, "exits[{}].stop"),
        (exits[:, 1], goals, "exits[{}].goal"),
    ):
        if column.size and not 0 <= column.min() <= column.max() < count:
            first = int(np.flatnonzero((column < 0) | (column >= count))[0])
            raise InvalidInput(field.format(first), int(column[first]), f"0 to {count - 1}")
    for sums, field in ((seeds[:, SEED_AT + 1 :], "seeds[{}]"), (exits[:, 2:], "exits[{}]")):
        if sums.size and sums.min() < 0:
            first = int(np.flatnonzero((sums < 0).any(axis=1))[0])
            raise InvalidInput(field.format(first), sums[first].tolist(), "nothing below 0")


def trace(index: TransitIndex, found: Found, goal: int, number: int) -> Trail:
    """Return the way of label `number` of a goal."""
    rows = found.steps[goal][number]
    steps: list[Ride | Change] = []
    seed = -1
    # Rows are last first; those of a mirrored search are so already in the order travelled.
    for _, pattern, first, board, alight in rows if found.is_mirrored else reversed(rows):
        if pattern == SEED_STEP:
            seed = first
        elif pattern == FOOTPATH_STEP:
            steps.append(_change(index, first, steps[-1]))
        else:
            steps.append(_ride(index, pattern, first, board, alight, found.is_mirrored))
    return Trail(seed, found.exits[goal][number], tuple(steps))


def _ride(
    index: TransitIndex, pattern: int, trip: int, board: int, alight: int, is_mirrored: bool
) -> Ride:
    """Return a ride in the numbers of the timetable."""
    patterns = index.timetable.patterns
    trip_first, trip_end = (int(n) for n in patterns.trip_first[pattern : pattern + 2])
    if not is_mirrored:
        return Ride(pattern, trip_first + trip, board, alight)
    last = int(patterns.stop_first[pattern + 1] - patterns.stop_first[pattern]) - 1
    return Ride(pattern, trip_end - 1 - trip, last - alight, last - board)


def _change(index: TransitIndex, footpath: int, before: Ride | Change) -> Change:
    """Return a footpath walked at once after a ride."""
    patterns, paths = index.timetable.patterns, index.timetable.footpaths
    if not isinstance(before, Ride):
        raise InvariantError(f"footpath {footpath} begins after {before}, not after a ride")
    stop = int(patterns.stops[patterns.stop_first[before.pattern] + before.alight])
    at_ms = int(patterns.arrive_at_ms[patterns.time_first[before.trip] + before.alight])
    return Change(stop, int(paths.to[footpath]), at_ms, at_ms + int(paths.duration_ms[footpath]))


def _rows(rows: Sequence[tuple[int, ...]], columns: int) -> NDArray[np.int64]:
    return np.array(rows, np.int64).reshape(len(rows), columns)
