"""What a sender sends: a batch of rows as JSON lines, or as an Arrow stream.

JSON lines (`application/x-ndjson`): one object a row, by the recorder's own column names, numbers
or text; null or left out where a sensor was silent. Arrow (`application/vnd.apache.arrow.stream`):
one table with the same columns, about a fifth of the bytes and of the work. A line that is no
object is kept as text and flagged, if most are.
"""

import json
from contextlib import suppress
from io import BytesIO
from operator import itemgetter
from typing import Any, Final, Literal

import msgspec
import numpy as np
import polars as pl

from aspan.evidence.telemetry.conversion import check_column, convert_frame, list_columns
from aspan.evidence.telemetry.csv_lines import Ragged, shorten
from aspan.evidence.telemetry.layout import Layout
from aspan.evidence.telemetry.rows import Rows
from aspan.primitives.errors import InvalidInput

BodyKind = Literal["json", "arrow"]

BODY_KINDS: Final[dict[str, BodyKind]] = {
    "application/x-ndjson": "json",
    "application/vnd.apache.arrow.stream": "arrow",
}
"""By media type."""

BODY_BYTES_MAX: Final = 16 << 20
BATCH_ROWS_MAX: Final = 50_000

_objects: Final = msgspec.json.Decoder(dict[str, Any])
_UNREAD: Final = (msgspec.DecodeError, UnicodeDecodeError)


class Body(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A batch as it was read, and the columns in it that the layout does not name."""

    rows: Rows
    columns_not_read: tuple[str, ...]


def read_body(
    body: bytes, kind: BodyKind, layout: Layout, *, first_row: int, received_at_ms: int
) -> Body:
    """Return the rows of a batch; `InvalidInput` if it is none."""
    if len(body) > BODY_BYTES_MAX:
        raise InvalidInput("body", f"{len(body)} bytes", f"at most {BODY_BYTES_MAX}")
    if kind == "json":
        frame, ragged, other = _read_json(body, layout)
    else:
        frame, ragged, other = _read_arrow(body, layout)
    if frame.height > BATCH_ROWS_MAX:
        raise InvalidInput("body", f"{frame.height} rows", f"at most {BATCH_ROWS_MAX}")
    rows = convert_frame(frame, layout, first_row=first_row, received_at_ms=received_at_ms)
    ragged.note(rows)
    return Body(rows=rows, columns_not_read=other)


def _read_arrow(body: bytes, layout: Layout) -> tuple[pl.DataFrame, Ragged, tuple[str, ...]]:
    """Return the columns wanted of a table, no more rows than show that it has too many.

    A few kB of a compressed table can hold gigabytes of zeros.
    """
    wanted = list_columns(layout)
    try:
        schema = pl.read_ipc_stream(BytesIO(body), use_pyarrow=False, n_rows=0).schema
        _check_schema(schema, wanted, layout)
        frame = pl.read_ipc_stream(
            BytesIO(body), columns=wanted, use_pyarrow=False, n_rows=BATCH_ROWS_MAX + 1
        )
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        why = str(error).strip().splitlines()[0] if str(error).strip() else "nothing"
        raise InvalidInput("body", why, "an Arrow stream") from None
    other = tuple(name for name in schema.names() if name not in wanted)
    return frame.select(wanted), Ragged(lines={}), other


def _check_schema(schema: pl.Schema, wanted: list[str], layout: Layout) -> None:
    """Refuse a table without a column, or with one that holds neither numbers nor text."""
    for name in wanted:
        if name not in schema:
            raise InvalidInput("body column", name, f"one of {shorten(schema.names())}")
        check_column(name, schema[name], is_time=name == layout.time.column)


def _read_json(body: bytes, layout: Layout) -> tuple[pl.DataFrame, Ragged, tuple[str, ...]]:
    lines: dict[int, str] = {}
    if body.count(b"\n") > 2 * BATCH_ROWS_MAX:
        raise InvalidInput("body", "too many lines", f"at most {BATCH_ROWS_MAX} rows")
    try:
        objects = _objects.decode_lines(body)
    except _UNREAD:
        objects = _read_lines(body, lines)
    wanted = list_columns(layout)
    other = {
        name
        for told in objects[:1] + [o for o in objects if len(o) > len(wanted)]
        for name in told
        if name not in wanted
    }
    if objects and all(name in other for name in objects[0]) and not lines:
        raise InvalidInput("body columns", shorten(sorted(other)), f"those of {shorten(wanted)}")
    return _tabulate(objects, wanted, layout), Ragged(lines=lines), tuple(sorted(other))


def _tabulate(objects: list[dict[str, Any]], wanted: list[str], layout: Layout) -> pl.DataFrame:
    """Return objects as columns: numbers where all are, else text."""
    try:
        told = list(zip(*map(itemgetter(*wanted), objects), strict=True))
    except KeyError:
        told = [tuple(o.get(name) for o in objects) for name in wanted]
    if not objects:
        told = [()] * len(wanted)
    first = len(wanted) - len(layout.channels)
    columns = [
        _make_whole(name, values) for name, values in zip(wanted, told[:first], strict=False)
    ]
    try:
        numbers = np.array(told[first:], dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        columns += [_make_channel(n, v) for n, v in zip(wanted[first:], told[first:], strict=True)]
    else:
        columns += [pl.Series(n, v) for n, v in zip(wanted[first:], numbers, strict=True)]
    return pl.DataFrame(columns)


def _make_whole(name: str, told: tuple[Any, ...]) -> pl.Series:
    """Return numbers of rows, or instants, as integers where all are."""
    if all(type(value) is int for value in told):
        with suppress(OverflowError, TypeError):
            return pl.Series(name, told, dtype=pl.Int64)
    return _make_text(name, told)


def _make_channel(name: str, told: tuple[Any, ...]) -> pl.Series:
    """Return values as numbers where all are."""
    with suppress(TypeError, ValueError, OverflowError):
        return pl.Series(name, np.array(told, dtype=np.float64))
    return _make_text(name, told)


def _make_text(name: str, told: tuple[Any, ...]) -> pl.Series:
    texts = [v if v is None or isinstance(v, str) else json.dumps(v) for v in told]
    return pl.Series(name, texts, dtype=pl.String)


def _read_lines(body: bytes, lines: dict[int, str]) -> list[dict[str, Any]]:
    """Return objects line by line, empty where a line is none, which is put into `lines`."""
    objects: list[dict[str, Any]] = []
    for line in body.split(b"\n"):
        if not line.strip():
            continue
        try:
            objects.append(_objects.decode(line))
        except _UNREAD:
            text = line.decode("utf-8", "replace").strip()
            told = _read_with_nan(text)
            if told is None:
                lines[len(objects)] = text
            objects.append(told or {})
    if len(lines) * 2 > len(objects):
        raise InvalidInput("body", lines[min(lines)][:60], "JSON objects, one a line")
    return objects


def _read_with_nan(text: str) -> dict[str, Any] | None:
    """Return an object that may say NaN or Infinity, as many recorders write them."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None
