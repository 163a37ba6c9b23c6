"""The memory of transit searches: allocated once, used again by one search after the other."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aspan.journeys.raptor_index import Direction, TransitIndex
from aspan.world.timetable import Flags, Ints, Numbers

LABELS_MAX = 64
"""Labels a stop and bag, and labels on board of one pattern."""

GOAL_LABELS_MAX = 256
"""Labels a goal."""

POOL_LABELS = 1 << 14
"""Labels in the pool at first; it doubles when a search needs more and stays so."""

FAR = 1 << 60
"""No way: greater than any time, price or walk, and small enough to add to."""

POOL, CUTS, FRESH, REACHED, MARKED, COUNTERS = 0, 1, 2, 3, 4, 5
"""Places in `Work.counts`: labels in the pool, cuts, and lengths of the three lists."""

FAR_POSITION = 2**31 - 1
"""Of a pattern that is not marked."""

SEED_STEP, FOOTPATH_STEP = -1, -2
"""In place of a pattern in the pool."""

IS_KNOWN = -1
"""In place of a label in the bag of a goal."""

Labels = list[list[list[int]]]
"""For each goal rows of time, price, boardings, walk, label, exit."""

Steps = tuple[tuple[list[list[int]], ...], ...]


class Limits(NamedTuple):
    """Rules of a search as the kernel takes them; `latest` in the time of its direction."""

    party: int
    boardings_max: int
    walk_ms_max: int
    latest: int
    is_step_free: bool
    goals: int


class Work(NamedTuple):
    """Arrays that a search writes; none is read before it is written.

    Rows of bags: time (a trip in `route`), price, walk, label in the pool, boardings (position of
    boarding in `route`). Rows of `goal`: time, price, boardings, walk, label, exit. Rows of `pool`:
    parent, pattern, trip, position boarded, position alighted; `SEED_STEP` or
    `FOOTPATH_STEP` with its number.
    """

    low_alighted: NDArray[np.int64]
    low_ready: NDArray[np.int64]
    low_board: NDArray[np.int64]
    alighted: NDArray[np.int64]
    alighted_count: Ints
    ready: NDArray[np.int64]
    ready_count: Ints
    route: NDArray[np.int64]
    goal: NDArray[np.int64]
    goal_count: Ints
    exit_head: Ints
    exit_next: Ints
    pool: NDArray[np.int32]
    pattern_from: Numbers
    marked: Numbers
    fresh: Numbers
    is_fresh: Flags
    reached: Numbers
    is_reached: Flags
    counts: Ints


class Workspace:
    """Arrays that searches of one index write. Not for two threads at once.

    Parameters
    ----------
    labels_max, goal_labels_max
        How many labels a bag holds before it cuts.
    pool_labels
        Size of the pool to begin with.
    """

    def __init__(
        self,
        index: TransitIndex,
        *,
        labels_max: int = LABELS_MAX,
        goal_labels_max: int = GOAL_LABELS_MAX,
        pool_labels: int = POOL_LABELS,
    ) -> None:
        self._stops = len(index.timetable.stops)
        self._patterns = len(index.timetable.patterns.line)
        self._positions = len(index.timetable.patterns.stops)
        self._labels_max = labels_max
        self._goal_labels_max = goal_labels_max
        self._pool_labels = pool_labels
        self._goals = self._boardings = self._exits = 0
        self._work: Work | None = None

    @property
    def pool_labels(self) -> int:
        """How many labels the pool holds by now."""
        return self._pool_labels

    def memory_bytes(self) -> int:
        """Return what the arrays take by now."""
        return 0 if self._work is None else sum(array.nbytes for array in self._work)

    def search(
        self,
        way: Direction,
        seeds: NDArray[np.int64],
        exits: NDArray[np.int64],
        known: NDArray[np.int64],
        limits: Limits,
    ) -> tuple[Labels, Steps, int]:
        """Return labels and steps of each goal, and how often a bag was cut.

        Parameters are those of `raptor_search`.
        """
        # Here, because numba takes a second to import.
        from aspan.journeys.raptor_bounds import find_bounds
        from aspan.journeys.raptor_kernel import search

        goals = limits.goals
        work = self._fit(goals, limits.boardings_max, len(exits))
        find_bounds(way, exits, limits, work.low_alighted, work.low_ready, work.low_board)
        while not search(way, seeds, exits, known, limits, work):
            self._pool_labels *= 2
            work = work._replace(pool=np.empty((self._pool_labels, 5), np.int32))
            self._work = work
        labels = [
            sorted(
                row
                for row in work.goal[goal, : work.goal_count[goal]].tolist()
                if row[4] != IS_KNOWN
            )
            for goal in range(goals)
        ]
        first = [row[:4] for row in work.goal[0, : work.goal_count[0]].tolist()]
        for goal in range(1, goals):
            labels[goal] = [row for row in labels[goal] if not _is_beaten(row, first)]
        steps = tuple(tuple(self._trace(work, row[4]) for row in rows) for rows in labels)
        return labels, steps, int(work.counts[CUTS])

    def _trace(self, work: Work, label: int) -> list[list[int]]:
        """Return the rows of the pool from a label back to its seed."""
        rows = []
        while label >= 0:
            row: list[int] = work.pool[label].tolist()
            rows.append(row)
            label = row[0]
        return rows

    def _fit(self, goals: int, boardings: int, exits: int) -> Work:
        """Return arrays that are large enough, the ones there are if they are."""
        if (
            self._work is None
            or goals > self._goals
            or boardings > self._boardings
            or exits > self._exits
        ):
            self._goals = max(goals, self._goals)
            self._boardings = max(boardings, self._boardings)
            self._exits = max(exits, self._exits)
            self._work = self._allocate()
        return self._work

    def _allocate(self) -> Work:
        stops, bag = self._stops, (self._stops, self._labels_max, 5)
        low = (self._goals, self._boardings + 1, stops, 3)

        def wide(*shape: int) -> NDArray[np.int64]:
            return np.empty(shape, np.int64)

        def narrow(*shape: int) -> NDArray[np.int32]:
            return np.empty(shape, np.int32)

        return Work(
            low_alighted=wide(*low),
            low_ready=wide(*low),
            low_board=wide(self._goals, self._boardings + 1, self._positions, 3),
            alighted=wide(*bag),
            alighted_count=wide(stops),
            ready=wide(*bag),
            ready_count=wide(stops),
            route=wide(self._labels_max, 5),
            goal=wide(self._goals, self._goal_labels_max, 6),
            goal_count=wide(self._goals),
            exit_head=wide(stops),
            exit_next=wide(self._exits),
            pool=narrow(self._pool_labels, 5),
            pattern_from=narrow(self._patterns),
            marked=narrow(self._patterns),
            fresh=narrow(stops),
            is_fresh=np.empty(stops, np.uint8),
            reached=narrow(stops),
            is_reached=np.empty(stops, np.uint8),
            counts=wide(COUNTERS),
        )


def _is_beaten(row: list[int], labels: list[list[int]]) -> bool:
    """Answer whether one of the labels is as good in all four."""
    at, price, boardings, walk = row[:4]
    return any(
        label[0] <= at and label[1] <= price and label[2] <= boardings and label[3] <= walk
        for label in labels
    )
