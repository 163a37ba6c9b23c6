"""Rows put in order of their number, with a bounded wait for those that are missing.

A row is given on as soon as all before it have been; where some are missing it waits until a stated
number of rows has come after it. Each decision rests on the rows that came before alone, so that
batches of any size give the same order. A row that comes after its place was passed is given on
where it came, and flagged.

Not modelled: a recorder that begins again from 0 within a run; its rows are kept, all of them late.
"""

from heapq import heapify, heappop, heappush

import msgspec
import numpy as np

from aspan.evidence.telemetry.flags import Doubt, bit
from aspan.evidence.telemetry.rows import (
    NO_SEQUENCE,
    Ints,
    Rows,
    empty_rows,
    join_rows,
    take_rows,
    with_flags,
)


class Passed(msgspec.Struct, kw_only=True):
    """How far the rows have been given on.

    Parameters
    ----------
    next
        Number that is waited for.
    highest
        Of the rows that came.
    came
        Rows that came, in all.
    """

    next: int = 0
    highest: int = -1
    came: int = 0


class Held(msgspec.Struct, kw_only=True, eq=False):
    """Rows that wait for those before them.

    Parameters
    ----------
    key
        Number after which each is put: its own, or, of a row without, that of the row before it.
    came, next_then
        `Passed.came` and `Passed.next` when each came.
    """

    rows: Rows
    key: list[int] = []
    came: list[int] = []
    next_then: list[int] = []


class Sorter:
    """Gives rows on in order.

    Parameters
    ----------
    window
        Rows that may come after a row that waits, at least 2: fewer could not tell a lost row from
        a number misread.
    """

    def __init__(self, window: int, channels: int) -> None:
        self._window = max(window, 2)
        self._channels = channels
        self.passed = Passed()
        self.held = Held(rows=empty_rows(channels))

    def feed(self, rows: Rows) -> Rows:
        """Take rows as they came; return those that are in order now."""
        passed, count = self.passed, len(rows)
        if not len(self.held.rows) and _is_run(rows.sequence, passed.next):
            passed.next += count
            passed.came += count
            passed.highest = max(passed.highest, passed.next - 1)
            return rows
        return self._sort(rows, is_last=False)

    def finish(self) -> Rows:
        """Return the rows that still wait, in order."""
        return self._sort(empty_rows(self._channels), is_last=True)

    def _sort(self, rows: Rows, *, is_last: bool) -> Rows:
        sorting = _Sorting(self._window, self.passed, self.held, rows)
        sorting.run(is_last=is_last)
        self.held = sorting.keep_waiting()
        return take_rows(sorting.rows, np.array(sorting.order, np.int64))


class _Sorting:
    """One batch on its way through the rule, row by row; stretches in order go as one."""

    def __init__(self, window: int, passed: Passed, held: Held, rows: Rows) -> None:
        self.rows = join_rows([held.rows, rows])
        self.rows = with_flags(self.rows, self.rows.flags.copy())
        self.order: list[int] = []
        self._window = window
        self._passed = passed
        self._first_new = len(held.rows)
        self._came = [*held.came, *[0] * len(rows)]
        self._next_then = [*held.next_then, *[0] * len(rows)]
        self._waiting = [(key, k) for k, key in enumerate(held.key)]
        heapify(self._waiting)

    def run(self, *, is_last: bool) -> None:
        """Put every row into `order`, or among those that wait."""
        passed, sequences = self._passed, self.rows.sequence.tolist()
        ends = _list_run_ends(self.rows.sequence)
        k = self._first_new
        while k < len(sequences):
            if not self._waiting and sequences[k] == passed.next:
                stop = int(ends[np.searchsorted(ends, k, side="right")])
                self.order.extend(range(k, stop))
                passed.next += stop - k
                passed.came += stop - k
                passed.highest = max(passed.highest, passed.next - 1)
                k = stop
            else:
                self._take(k, sequences[k])
                k += 1
        while is_last and self._waiting:
            self._give(*heappop(self._waiting))

    def keep_waiting(self) -> Held:
        """Return the rows that wait, as they came."""
        held = sorted(k for _, k in self._waiting)
        keys = {k: key for key, k in self._waiting}
        return Held(
            key=[keys[k] for k in held],
            rows=take_rows(self.rows, np.array(held, np.int64)),
            came=[self._came[k] for k in held],
            next_then=[self._next_then[k] for k in held],
        )

    def _take(self, k: int, sequence: int) -> None:
        passed = self._passed
        passed.came += 1
        self._came[k], self._next_then[k] = passed.came, passed.next
        if sequence == NO_SEQUENCE:
            self.rows.flags[k] |= bit(Doubt.NO_SEQUENCE)
            heappush(self._waiting, (max(passed.highest, passed.next - 1), k))
        elif sequence < passed.next:
            self._pass_by(k)
        else:
            if sequence < passed.highest:
                self.rows.flags[k] |= bit(Doubt.SHUFFLED)
            passed.highest = max(passed.highest, sequence)
            heappush(self._waiting, (sequence, k))
        while self._waiting and self._is_due(*self._waiting[0]):
            self._give(*heappop(self._waiting))

    def _is_due(self, key: int, k: int) -> bool:
        passed = self._passed
        return key <= passed.next or passed.came - self._came[k] >= self._window

    def _give(self, key: int, k: int) -> None:
        """Give on the first that waits.

        One that is far ahead though the rows before it keep coming has a number misread: it does
        not move what is waited for.
        """
        passed = self._passed
        moved = passed.next - self._next_then[k]
        if self.rows.sequence[k] == NO_SEQUENCE:
            self.order.append(k)
        elif key < passed.next:
            self._pass_by(k)
        elif key - passed.next > self._window and moved >= self._window // 2:
            self.rows.flags[k] |= bit(Doubt.NO_SEQUENCE)
            passed.highest = passed.next - 1
            self.order.append(k)
        else:
            passed.next = key + 1
            self.order.append(k)

    def _pass_by(self, k: int) -> None:
        """Give on a row whose place was passed; `doubts` finds out whether it is a copy."""
        self.rows.flags[k] |= bit(Doubt.LATE)
        self.order.append(k)


def _is_run(sequences: Ints, first: int) -> bool:
    """Answer whether numbers go up by one from `first`."""
    return bool(np.array_equal(sequences, np.arange(first, first + len(sequences))))


def _list_run_ends(sequences: Ints) -> Ints:
    """Return, for each stretch of numbers that go up by one, where it ends (not included)."""
    breaks = np.flatnonzero(np.diff(sequences) != 1) + 1
    return np.append(breaks, len(sequences))
