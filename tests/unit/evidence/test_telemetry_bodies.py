"""Bodies that hold more than they weigh are refused before they are unfolded."""

from io import BytesIO

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from aspan.evidence.telemetry.bodies import BATCH_ROWS_MAX, Body, BodyKind, read_body
from aspan.evidence.telemetry.layout import Column
from aspan.primitives.errors import InvalidInput
from unit.evidence.telemetry_rows import make_layout

LAYOUT = make_layout(channels=(Column(column="a", channel="airspeed_mps"),))


def read(body: bytes, kind: BodyKind) -> Body:
    """Return a body as it is read."""
    return read_body(body, kind, LAYOUT, first_row=0, received_at_ms=0)


def pack(rows: int, **more: NDArray[np.float64]) -> bytes:
    """Return a compressed table of zeros."""
    names = [LAYOUT.time.column, LAYOUT.sequence or "", "a"]
    out, zeros = BytesIO(), np.zeros(rows, np.int64)
    frame = pl.DataFrame(dict.fromkeys(names, zeros) | more)
    frame.write_ipc_stream(out, compression="zstd")
    return out.getvalue()


def test_a_table_that_unfolds_is_refused_unread() -> None:
    """Of a table too long no more is read than shows it, nor are columns nobody asked for."""
    with pytest.raises(InvalidInput, match=f"{BATCH_ROWS_MAX + 1} rows"):
        read(pack(200_000), "arrow")
    found = read(pack(3, other=np.zeros(3)), "arrow")
    assert (len(found.rows), found.columns_not_read) == (3, ("other",))


def test_too_many_lines_are_refused_uncounted() -> None:
    """A million empty objects, or empty lines, are no batch."""
    for line in (b"{}\n", b"\n"):
        with pytest.raises(InvalidInput, match=str(BATCH_ROWS_MAX)):
            read(line * 1_000_000, "json")
