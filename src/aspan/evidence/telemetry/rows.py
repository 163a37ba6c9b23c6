"""Rows of telemetry on their way in: numbers in our units, column by column."""

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bits = NDArray[np.uint32]

NO_SEQUENCE: Final = -1
NO_TIME: Final = np.iinfo(np.int64).min
"""Stand in for a number or instant that is not there."""


class Rows(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Rows in the order in which they came, or were put.

    Parameters
    ----------
    sequence, at_ms
        `NO_SEQUENCE`, `NO_TIME` where there is none.
    received_at_ms
        When a stream brought the row; `NO_TIME` from a file.
    values
        Channels × rows in our units; NaN where a sensor said nothing.
    flags
        What reading and ordering found (`flags.Doubt`).
    as_sent
        By row: JSON of what could not be kept as a number.
    """

    sequence: Ints
    at_ms: Ints
    received_at_ms: Ints
    values: Floats
    flags: Bits
    as_sent: dict[int, str]

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.sequence)


def make_rows(
    sequence: Ints,
    at_ms: Ints,
    values: Floats,
    *,
    received_at_ms: int = NO_TIME,
    flags: Bits | None = None,
    as_sent: dict[int, str] | None = None,
) -> Rows:
    """Return rows that arrived at one instant."""
    count = len(sequence)
    return Rows(
        sequence=sequence,
        at_ms=at_ms,
        received_at_ms=np.full(count, received_at_ms, np.int64),
        values=values,
        flags=np.zeros(count, np.uint32) if flags is None else flags,
        as_sent=as_sent or {},
    )


def take_rows(rows: Rows, index: Ints) -> Rows:
    """Return the rows at `index`, in its order; each at most once."""
    as_sent: dict[int, str] = {}
    if rows.as_sent:
        place = {int(old): new for new, old in enumerate(index)}
        as_sent = {place[k]: text for k, text in rows.as_sent.items() if k in place}
    return Rows(
        sequence=rows.sequence[index],
        at_ms=rows.at_ms[index],
        received_at_ms=rows.received_at_ms[index],
        values=rows.values[:, index],
        flags=rows.flags[index],
        as_sent=as_sent,
    )


def slice_rows(rows: Rows, start: int, stop: int) -> Rows:
    """Return the rows of `[start, stop)`, without copying their numbers."""
    return Rows(
        sequence=rows.sequence[start:stop],
        at_ms=rows.at_ms[start:stop],
        received_at_ms=rows.received_at_ms[start:stop],
        values=rows.values[:, start:stop],
        flags=rows.flags[start:stop],
        as_sent={k - start: text for k, text in rows.as_sent.items() if start <= k < stop},
    )


def join_rows(parts: list[Rows]) -> Rows:
    """Return rows one after the other; at least one part."""
    if len(parts) == 1:
        return parts[0]
    as_sent: dict[int, str] = {}
    start = 0
    for part in parts:
        as_sent |= {start + k: text for k, text in part.as_sent.items()}
        start += len(part)
    return Rows(
        sequence=np.concatenate([p.sequence for p in parts]),
        at_ms=np.concatenate([p.at_ms for p in parts]),
        received_at_ms=np.concatenate([p.received_at_ms for p in parts]),
        values=np.concatenate([p.values for p in parts], axis=1),
        flags=np.concatenate([p.flags for p in parts]),
        as_sent=as_sent,
    )


def empty_rows(channels: int) -> Rows:
    """Return no rows of so many channels."""
    none = np.empty(0, np.int64)
    return make_rows(none, none, np.empty((channels, 0)))


def with_flags(rows: Rows, flags: Bits) -> Rows:
    """Return the same rows with other flags."""
    return msgspec.structs.replace(rows, flags=flags)


class Marked(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Rows in the order in which they are kept, with what is doubtful in their flags.

    Parameters
    ----------
    values_doubted
        Doubts about values (`flags.VALUE_DOUBTS`, in that order) × rows; a bit for each channel.
    missing
        Rows missing before each row with `Doubt.GAP`, 0 elsewhere.
    """

    rows: Rows
    values_doubted: NDArray[np.uint64]
    missing: Ints

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.rows)


def slice_marked(marked: Marked, start: int, stop: int) -> Marked:
    """Return the rows of `[start, stop)`, without copying their numbers."""
    return Marked(
        rows=slice_rows(marked.rows, start, stop),
        values_doubted=marked.values_doubted[:, start:stop],
        missing=marked.missing[start:stop],
    )


def join_marked(parts: list[Marked]) -> Marked:
    """Return marked rows one after the other; at least one part."""
    if len(parts) == 1:
        return parts[0]
    return Marked(
        rows=join_rows([p.rows for p in parts]),
        values_doubted=np.concatenate([p.values_doubted for p in parts], axis=1),
        missing=np.concatenate([p.missing for p in parts]),
    )
