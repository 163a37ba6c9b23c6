"""Find what is doubtful in rows of telemetry, and say which of them may be used.

Looks at rows in order, some thousands at a time, and remembers of earlier rows only what it needs,
so that batches of any size are flagged alike. A value is held against the last sound one of its
channel: a spike is one jump, not two, and a new level is believed again as soon as an aircraft
could have got there.
"""

from hashlib import sha256
from math import remainder
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from aspan.evidence.telemetry.flags import ROW_DOUBTS, VALUE_DOUBTS, Doubt, bit
from aspan.evidence.telemetry.layout import Layout
from aspan.evidence.telemetry.manifest import Manifest
from aspan.evidence.telemetry.rows import NO_TIME, Bits, Floats, Ints, Marked, Rows, with_flags
from aspan.primitives.units import MS_PER_S

JUMP_NOISES: Final = 6.0 * 2.0**0.5
"""Of one reading, allowed to the difference of two: six standard deviations of it. Assumed: seen in
one difference of 5e8 by chance."""

STUCK_MS: Final = 5_000.0
"""For which a value must repeat to be called stuck. Assumed: longer than a slow sensor is held."""

STUCK_ROWS_MIN: Final = 10

CLOCK_OFF_MS: Final = 5_000
"""Between an instant and its arrival, live. Assumed: that of the link loss of facts 5.c."""

CLOCK_DRIFT: Final = 1e-3
"""Share by which a recorder's rate may differ from what it states. Assumed: far above crystals."""

REMEMBERED_ROWS: Final = 1 << 16
"""Rows, back from the last, whose content a duplicate is compared with."""

_OUT_OF_PLACE: Final = Doubt.LATE | Doubt.DUPLICATE_SAME | Doubt.DUPLICATE_OTHER | Doubt.NO_SEQUENCE
_Mask = NDArray[np.bool_]
_FULL_TURN: Final = 360.0
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)


class Doubter:
    """Flags the rows of one run.

    Parameters
    ----------
    is_live
        Arrival tells of the clock: rows come as they are flown, not from a recording.
    """

    def __init__(self, layout: Layout, *, is_live: bool = False) -> None:
        count = len(layout.channels)
        self._layout = layout
        self._is_live = is_live
        column = (count, 1)
        self._low = np.array([c.low for c in layout.known]).reshape(column)
        self._high = np.array([c.high for c in layout.known]).reshape(column)
        self._slack = JUMP_NOISES * np.array([c.noise for c in layout.known])
        steps = np.array([c.step_max for c in layout.known])
        self._step_per_row = steps * layout.period_ms / MS_PER_S
        self._turns = [c.unit == "deg" and c.high - c.low == _FULL_TURN for c in layout.known]
        self._stuck_rows = max(STUCK_ROWS_MIN, round(STUCK_MS / layout.period_ms))
        self._bits = np.uint64(1) << np.arange(count, dtype=np.uint64)
        self.memory = Memory(count)

    def mark(self, rows: Rows) -> Marked:
        """Return ordered rows with their flags."""
        flags = rows.flags.copy()
        absent = np.isnan(rows.values)
        outside = ~absent & ((rows.values < self._low) | (rows.values > self._high))
        flags[rows.at_ms == NO_TIME] |= bit(Doubt.NO_TIME)
        self._compare_copies(rows, flags)
        main = np.flatnonzero(flags & bit(_OUT_OF_PLACE) == 0)
        jump, stuck = np.zeros_like(absent), np.zeros_like(absent)
        missing = np.zeros(len(rows), np.int64)
        if len(main):
            missing[main] = self._mark_time(rows.sequence[main], rows.at_ms[main], flags, main)
            sound = ~(absent | outside)
            if len(main) == len(rows):
                jump, stuck = self._mark_values(rows.sequence, rows.values, sound)
            else:
                picked = self._mark_values(
                    rows.sequence[main], rows.values[:, main], sound[:, main]
                )
                jump[:, main], stuck[:, main] = picked
        if self._is_live:
            self._mark_arrival(rows, flags)
        found = (absent, jump, outside, stuck)
        for mask, doubt in zip(found, VALUE_DOUBTS.values(), strict=True):
            flags[mask.any(axis=0)] |= bit(doubt)
        return Marked(
            rows=with_flags(rows, flags),
            values_doubted=np.stack([self._bits_of(mask) for mask in found]),
            missing=missing,
        )

    def _bits_of(self, mask: _Mask) -> NDArray[np.uint64]:
        if not mask.any():
            return np.zeros(mask.shape[1], np.uint64)
        bits: NDArray[np.uint64] = np.where(mask, self._bits[:, None], np.uint64(0)).sum(
            axis=0, dtype=np.uint64
        )
        return bits

    def _compare_copies(self, rows: Rows, flags: Bits) -> None:
        """Tell copies from late rows, and remember the content of all others."""
        memory, sequence = self.memory, rows.sequence
        content = _hash_content(rows)
        fresh = np.flatnonzero(flags & bit(Doubt.NO_SEQUENCE | Doubt.LATE) == 0)
        done = 0
        for k in np.flatnonzero(flags & bit(Doubt.LATE)).tolist():
            until = int(np.searchsorted(fresh, k))
            memory.remember(sequence[fresh[done:until]], content[fresh[done:until]])
            done = until
            known = memory.recall(int(sequence[k]))
            if known is None:
                memory.remember(sequence[k : k + 1], content[k : k + 1])
                continue
            flags[k] &= ~bit(Doubt.LATE)
            is_same = known == int(content[k])
            flags[k] |= bit(Doubt.DUPLICATE_SAME if is_same else Doubt.DUPLICATE_OTHER)
        memory.remember(sequence[fresh[done:]], content[fresh[done:]])

    def _mark_time(self, sequence: Ints, at_ms: Ints, flags: Bits, main: Ints) -> Ints:
        """Flag gaps and faults of the clock on main rows; return the rows missing before each."""
        memory, layout = self.memory, self._layout
        before = np.concatenate(([memory.sequence], sequence[:-1]))
        missing = sequence - before - 1
        if memory.sequence < 0:
            missing[0] = 0
        timed = np.flatnonzero(at_ms != NO_TIME)
        if len(timed):
            now, number = at_ms[timed], sequence[timed]
            then = np.concatenate(([memory.timed_at_ms], now[:-1]))
            since = number - np.concatenate(([memory.timed_sequence], number[:-1]))
            latest = np.maximum.accumulate(np.concatenate(([memory.latest_ms], now)))[:-1]
            moved = (now - then).astype(np.float64)
            expected = since * layout.period_ms
            allowed = max(layout.clock_step_ms, layout.period_ms) + CLOCK_DRIFT * expected
            stepped = np.abs(moved - expected) > allowed
            backward = now < latest
            if memory.timed_sequence < 0:
                stepped[0] = backward[0] = False
            if layout.sequence is None:
                lost = stepped & (moved > expected)
                missing[timed[lost]] = np.rint(moved[lost] / layout.period_ms).astype(np.int64) - 1
                stepped &= ~lost
            flags[main[timed[stepped]]] |= bit(Doubt.CLOCK_STEP)
            flags[main[timed[backward]]] |= bit(Doubt.TIME_BACKWARD)
            memory.timed_at_ms, memory.timed_sequence = int(now[-1]), int(number[-1])
            memory.latest_ms = max(memory.latest_ms, int(now.max()))
        memory.sequence = int(sequence[-1])
        flags[main[missing > 0]] |= bit(Doubt.GAP)
        return missing

    def _mark_arrival(self, rows: Rows, flags: Bits) -> None:
        known = (rows.at_ms != NO_TIME) & (rows.received_at_ms != NO_TIME)
        off = np.abs(rows.at_ms[known] - rows.received_at_ms[known]) > CLOCK_OFF_MS
        flags[np.flatnonzero(known)[off]] |= bit(Doubt.CLOCK_OFF)

    def _mark_values(self, sequence: Ints, values: Floats, sound: _Mask) -> tuple[_Mask, _Mask]:
        """Return where channels jump, and where they are stuck; by row numbers, not by time."""
        numbers = sequence.astype(np.float64)
        jump, stuck = np.zeros_like(sound), np.zeros_like(sound)
        is_whole = np.all(sound, axis=1)
        for c in range(len(values)):
            if is_whole[c]:
                told, at, place = values[c], numbers, None
            else:
                place = np.flatnonzero(sound[c])
                told, at = values[c][place], numbers[place]
            if len(told):
                jumps, stuck_rows = self._mark_channel(c, told, at)
                jump[c, jumps if place is None else place[jumps]] = True
                stuck[c, stuck_rows if place is None else place[stuck_rows]] = True
        return jump, stuck

    def _mark_channel(self, c: int, told: Floats, at: Floats) -> tuple[Ints, Ints]:
        """Return which of a channel's sound values jump, and which are stuck.

        Parameters
        ----------
        at
            Numbers of their rows.
        """
        memory = self.memory
        moved = np.empty_like(told)
        moved[0] = told[0] - memory.seen[c]
        np.subtract(told[1:], told[:-1], out=moved[1:])
        stuck = self._find_stuck(c, moved, at)
        moved[0] = told[0] - memory.value[c]
        if self._turns[c]:
            moved -= _FULL_TURN * np.rint(moved / _FULL_TURN)
        suspects = np.flatnonzero(np.abs(moved) > self._slack[c] + self._step_per_row[c])
        since = at[suspects] - np.where(suspects > 0, at[suspects - 1], memory.number[c])
        allowed = self._slack[c] + self._step_per_row[c] * since
        suspects = suspects[np.abs(moved[suspects]) > allowed]
        if len(suspects):
            jumps, good = self._follow(c, told.tolist(), at.tolist(), suspects.tolist())
        else:
            jumps, good = [], len(told) - 1
        memory.seen[c] = told[-1]
        if good >= 0:
            memory.value[c], memory.number[c] = told[good], at[good]
        return np.array(jumps, np.int64), stuck

    def _follow(
        self, c: int, told: list[float], at: list[float], suspects: list[int]
    ) -> tuple[list[int], int]:
        """Hold values against the last that was no jump, one by one from each suspect on.

        Returns the jumps, and the last value that is none, -1 if every one is.
        """
        slack, step = float(self._slack[c]), float(self._step_per_row[c])
        good, good_at = float(self.memory.value[c]), float(self.memory.number[c])
        jumps: list[int] = []
        last, free_from = -1, 0
        for k in suspects:
            if k < free_from:
                continue
            if k > 0 and (k > free_from or last >= 0):
                last = k - 1
                good, good_at = told[last], at[last]
            while k < len(told) and self._way(c, told[k], good) > slack + step * (at[k] - good_at):
                jumps.append(k)
                k += 1
            last, free_from = (k, k + 1) if k < len(told) else (last, k)
        return jumps, len(told) - 1 if free_from < len(told) else last

    def _way(self, c: int, told: float, good: float) -> float:
        """Return how far two values are from each other, the short way round where they turn."""
        moved = told - good
        return abs(remainder(moved, _FULL_TURN) if self._turns[c] else moved)

    def _find_stuck(self, c: int, moved: Floats, at: Floats) -> Ints:
        """Return which values have been the same for too long."""
        memory = self.memory
        still = np.flatnonzero(moved == 0.0)
        changes = np.flatnonzero(moved != 0.0) if len(still) else np.array([len(moved) - 1])
        before = np.searchsorted(changes, still) - 1
        since = np.where(before >= 0, at[changes[before]] if len(changes) else 0.0, memory.since[c])
        if len(changes):
            memory.since[c] = at[changes[-1]]
        if self._layout.channels[c].may_rest:
            return still[:0]
        return still[at[still] - since >= self._stuck_rows]


class Memory:
    """What of earlier rows the next ones are held against.

    Parameters
    ----------
    channels
        How many there are.
    """

    def __init__(self, channels: int) -> None:
        self.sequence = -1
        self.timed_sequence = -1
        self.timed_at_ms = 0
        self.latest_ms = int(NO_TIME)
        self.value = np.full(channels, np.nan)
        self.number = np.full(channels, np.nan)
        self.seen = np.full(channels, np.nan)
        self.since = np.full(channels, -np.inf)
        self.copies = np.full(REMEMBERED_ROWS, -1, np.int64)
        self.contents = np.zeros(REMEMBERED_ROWS, np.uint64)

    def remember(self, sequence: Ints, content: NDArray[np.uint64]) -> None:
        """Keep the content of rows for comparison."""
        place = sequence % REMEMBERED_ROWS
        self.copies[place] = sequence
        self.contents[place] = content

    def recall(self, sequence: int) -> int | None:
        """Return the content of a row, or None where it is too long ago or was never there."""
        place = sequence % REMEMBERED_ROWS
        return int(self.contents[place]) if self.copies[place] == sequence else None


def is_clean(frame: pl.DataFrame, channels: tuple[str, ...], manifest: Manifest) -> pl.Series:
    """Answer for each row of a kept run whether identification and verdicts may use it.

    A row must be in its place with a sound instant, and each of `channels` must have a value there
    that is not doubtful. Of a number that came twice with two contents, neither may be used.

    Parameters
    ----------
    frame
        Rows of `keeping.load_run`, with the columns `sequence`, `flags` and those of doubts.
    channels
        What is used; others may be doubtful.
    manifest
        Of the run; a channel whose unit is doubtful is clean nowhere.
    """
    if {doubt.channel for doubt in manifest.units_doubtful} & set(channels):
        return pl.Series("is_clean", np.zeros(frame.height, np.bool_))
    order = {column.channel: k for k, column in enumerate(manifest.layout.channels)}
    bits = sum(1 << order[name] for name in channels)
    twice = frame.filter(pl.col("flags") & int(Doubt.DUPLICATE_OTHER) != 0)["sequence"]
    clean = (pl.col("flags") & int(ROW_DOUBTS) == 0) & ~pl.col("sequence").is_in(twice.implode())
    for name in VALUE_DOUBTS:
        clean &= pl.col(name) & pl.lit(bits, dtype=pl.UInt64) == 0
    return frame.select(clean.alias("is_clean"))["is_clean"]


def _hash_content(rows: Rows) -> NDArray[np.uint64]:
    """Return a number for what each row says, its own number and arrival left out."""
    total = rows.at_ms.view(np.uint64) * _MIX
    factors = np.arange(1, 2 * len(rows.values), 2, dtype=np.uint64) * _MIX
    for values, factor in zip(rows.values, factors, strict=True):
        bits = np.ascontiguousarray(values).view(np.uint64)
        total = total + (bits ^ (bits >> np.uint64(29))) * factor
    for k, text in rows.as_sent.items():
        total[k] ^= np.uint64(int.from_bytes(sha256(text.encode()).digest()[:8], "big"))
    return total
