"""History: the state as it was at any instant of a log, without asking the running service.

It reads the store through a connection of its own and folds what it reads. The state of an instant
is the fold of all events up to and including it. So that a slider may be dragged, the last state
looked at is kept and goes on from where it is, and copies of states are kept at a distance from
one another that grows with the log, so that there are never more than a few.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import TypeVar

import msgspec

from aspan.live.board import Board
from aspan.live.chronicle import Chronicle
from aspan.live.store import connect
from aspan.operations.city_index import CityIndex
from aspan.operations.fold import apply
from aspan.operations.log import decode_event
from aspan.operations.state import State
from aspan.operations.state_copy import Copier
from aspan.primitives.errors import InvalidInput

T = TypeVar("T")

SPACING_EVENTS = 2_000
"""Events between two copies at first: tens of milliseconds of folding."""

COPIES_MAX = 64
"""Most copies kept; one more, and every second is dropped and the spacing doubled."""

ROWS_A_READ = 1_000
"""Rows read from the store at once."""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A state as it was, lent for as long as the caller looks; nothing in it may be changed.

    What was known then: no event after it is in any of its parts.

    Parameters
    ----------
    seq
        Number of the last event in it.
    """

    seq: int
    state: State
    board: Board
    chronicle: Chronicle


Parts = tuple[State, Board, Chronicle]


class History:
    """The log of a store, looked back at. Several threads may ask; one is answered at a time."""

    def __init__(self, index: CityIndex, path: Path) -> None:
        self._index = index
        self._connection = connect(path)
        self._lock = Lock()
        self._copier = Copier[Parts](index)
        self._spacing = SPACING_EVENTS
        self._copies: dict[int, bytes] = {}
        self._seq = 0
        self._state, self._board, self._chronicle = self._begin()

    def _begin(self) -> Parts:
        return State(self._index), Board(self._index.city.aircraft_type), Chronicle()

    @property
    def copies(self) -> int:
        """How many copies are kept."""
        return len(self._copies)

    def first_at_ms(self) -> int | None:
        """Return the instant of the first event; None while there is none."""
        with self._lock:
            return self._read_at_ms(1)

    def find_seq(self, at_ms: int) -> int:
        """Return the number of the last event at or before an instant; 0 if there is none."""
        with self._lock:
            return self._find_seq(at_ms)

    def look(self, at_ms: int, see: Callable[[Look], T]) -> T:
        """Return what `see` makes of the state as it was right after an instant.

        `InvalidInput` on `at_ms` before the first event.
        """
        with self._lock:
            seq = self._find_seq(at_ms)
            if seq == 0:
                first_ms = self._read_at_ms(1)
                raise InvalidInput("at_ms", at_ms, f"{first_ms} or later, the first event")
            self._go_to(seq)
            look = Look(seq=seq, state=self._state, board=self._board, chronicle=self._chronicle)
            return see(look)

    def close(self) -> None:
        """Let go of the store."""
        with self._lock:
            self._connection.close()

    def _read_at_ms(self, seq: int) -> int | None:
        row = self._connection.execute("SELECT at_ms FROM events WHERE seq = ?", (seq,)).fetchone()
        return None if row is None else int(row[0])

    def _find_seq(self, at_ms: int) -> int:
        (last,) = self._connection.execute("SELECT max(seq) FROM events").fetchone()
        low, high = 0, last or 0
        while low < high:
            middle = (low + high + 1) // 2
            found_ms = self._read_at_ms(middle)
            if found_ms is not None and found_ms <= at_ms:
                low = middle
            else:
                high = middle - 1
        return low

    def _go_to(self, seq: int) -> None:
        """Fold on to an event, from the nearest state before it."""
        known = sorted(self._copies)
        k = bisect_right(known, seq)
        nearest = known[k - 1] if k else 0
        if self._seq > seq or self._seq < nearest:
            copy = self._copies.get(nearest)
            parts = self._begin() if copy is None else self._copier.restore(copy)
            self._state, self._board, self._chronicle = parts
            self._seq = nearest
        try:
            while self._seq < seq:
                self._read_on(min(seq, self._seq + ROWS_A_READ))
        except BaseException:
            self._seq = 0  # half folded: begin anew
            self._state, self._board, self._chronicle = self._begin()
            raise

    def _read_on(self, until: int) -> None:
        rows = self._connection.execute(
            "SELECT seq, line FROM events WHERE seq > ? AND seq <= ? ORDER BY seq",
            (self._seq, until),
        ).fetchall()
        for seq, line in rows:
            event = decode_event(line)
            apply(self._state, event)
            self._board.apply(seq, event)
            self._chronicle.apply(seq, event)
            self._seq = seq
            if seq % self._spacing == 0 and seq not in self._copies:
                self._keep()
        if self._seq < until:
            raise InvalidInput("store", self._seq, f"a log that goes on to event {until}")

    def _keep(self) -> None:
        self._copies[self._seq] = self._copier.copy((self._state, self._board, self._chronicle))
        if len(self._copies) > COPIES_MAX:
            self._spacing *= 2
            self._copies = {s: c for s, c in self._copies.items() if s % self._spacing == 0}


class Archive:
    """Keeps a chronicle up to what is on disk. Many threads may ask; one is answered at a time."""

    def __init__(self, path: Path) -> None:
        self._connection = connect(path)
        self._lock = Lock()
        self._chronicle = Chronicle()

    def tell(self, see: Callable[[Chronicle], T]) -> T:
        """Return what `see` makes of all that is on disk; it must not change it or keep it."""
        with self._lock:
            while rows := self._read():
                for seq, line in rows:
                    self._chronicle.apply(seq, decode_event(line))
            return see(self._chronicle)

    def list_lines(self, numbers: Sequence[int]) -> list[tuple[int, int, bytes]]:
        """Return number, instant [ms] and line of the events of these numbers, in order."""
        marks = ",".join("?" * len(numbers))
        with self._lock:
            rows = self._connection.execute(
                f"SELECT seq, at_ms, line FROM events WHERE seq IN ({marks}) ORDER BY seq",
                list(numbers),
            ).fetchall()
        return [(int(seq), int(at_ms), line) for seq, at_ms, line in rows]

    def close(self) -> None:
        """Let go of the store."""
        with self._lock:
            self._connection.close()

    def _read(self) -> list[tuple[int, bytes]]:
        return self._connection.execute(
            "SELECT seq, line FROM events WHERE seq > ? ORDER BY seq LIMIT ?",
            (self._chronicle.seq, ROWS_A_READ),
        ).fetchall()
