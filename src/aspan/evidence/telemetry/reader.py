"""Read a recorder's file, CSV or Parquet, of any size, a bounded batch at a time.

A file that is not what its layout says is refused in one line; a row that is not like the others is
kept and flagged.
"""

from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from aspan.evidence.telemetry.conversion import check_column, convert_frame, list_columns
from aspan.evidence.telemetry.csv_lines import CsvFile, shorten
from aspan.evidence.telemetry.layout import Layout
from aspan.evidence.telemetry.manifest import Origin
from aspan.evidence.telemetry.rows import Rows
from aspan.primitives.errors import InvalidInput

BATCH_ROWS: Final = 16_384

ROWS_TOLD_MIN: Final = 8
"""Fewer first rows than this say nothing of the whole file."""

_MAGIC: Final = b"PAR1"
_BAD: Final = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)


def read_file(path: Path, layout: Layout) -> Iterator[Rows]:
    """Yield the rows of a file, as they stand in it.

    Raises
    ------
    InvalidInput
        For a file without a row, with another header than the layout's, or cut off within.
    """
    count = 0
    for rows in _read_parquet(path, layout) if is_parquet(path) else _read_csv(path, layout):
        yield rows
        count += len(rows)
    if count == 0:
        raise InvalidInput(str(path), "no rows", "at least one row of telemetry")


def check_file(path: Path, layout: Layout) -> None:
    """Refuse a file of which not even the first rows can be read."""
    next(read_file(path, layout))


def is_parquet(path: Path) -> bool:
    """Answer whether a file is Parquet, by its first bytes; its ending must agree."""
    with path.open("rb") as file:
        begins = file.read(len(_MAGIC))
    if not begins:
        raise InvalidInput(str(path), "an empty file", "CSV with a header, or Parquet")
    if path.suffix.lower() == ".parquet" and begins != _MAGIC:
        raise InvalidInput(str(path), begins, "a Parquet file, which begins with PAR1")
    return begins == _MAGIC


def describe_origin(path: Path) -> Origin:
    """Return what a manifest says of the file a run came from."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return Origin(file=path.name, bytes=path.stat().st_size, sha256=digest)


def list_unread(path: Path, layout: Layout) -> list[str]:
    """Return the columns of a file that its layout does not name."""
    columns = _read_schema(path).names() if is_parquet(path) else CsvFile(path, layout).header
    return [name for name in columns if name not in list_columns(layout)]


def _read_csv(path: Path, layout: Layout) -> Iterator[Rows]:
    first_row = 0
    for frame, ragged in CsvFile(path, layout).list_frames():
        rows = convert_frame(frame, layout, first_row=first_row)
        if first_row == 0:
            _check_readable(path, frame, rows, layout)
        ragged.note(rows)
        first_row += len(rows)
        yield rows


def _check_readable(path: Path, frame: pl.DataFrame, rows: Rows, layout: Layout) -> None:
    """Refuse a file in whose first rows most values of a column are no numbers."""
    for k, column in enumerate(layout.channels):
        told = frame[column.column]
        if told.dtype != pl.String or len(rows) < ROWS_TOLD_MIN:
            continue
        said = (told.str.strip_chars() != "").fill_null(False)
        unread = said & pl.Series(np.isnan(rows.values[k]))
        is_named_nan = told.str.strip_chars().str.to_lowercase().is_in(["nan", "-nan", "+nan"])
        unread &= ~is_named_nan.fill_null(False)
        if int(unread.sum()) * 2 > len(rows):
            sample = str(told.filter(unread)[0])
            is_comma = layout.decimal == "." and "," in sample
            hint = ' (if it has a decimal comma, the layout says decimal = ",")' if is_comma else ""
            raise InvalidInput(f"{path} column {column.column}", sample, f"a number{hint}")


def _read_schema(path: Path) -> pl.Schema:
    try:
        return pl.scan_parquet(path).collect_schema()
    except _BAD as error:
        raise _unreadable(path, error) from None


def _read_parquet(path: Path, layout: Layout) -> Iterator[Rows]:
    schema = _read_schema(path)
    for name in list_columns(layout):
        if name not in schema:
            raise InvalidInput(
                f"{path} column", name, f"a name of its header: {shorten(schema.names())}"
            )
        check_column(name, schema[name], is_time=name == layout.time.column)
    first_row = 0
    frames = iter(
        pl.scan_parquet(path)
        .select(list_columns(layout))
        .collect_batches(chunk_size=BATCH_ROWS, maintain_order=True)
    )
    while True:
        try:
            frame = next(frames, None)
        except _BAD as error:
            raise _unreadable(path, error) from None
        if frame is None:
            return
        rows = convert_frame(frame, layout, first_row=first_row)
        first_row += len(rows)
        yield rows


def _unreadable(path: Path, error: BaseException) -> InvalidInput:
    why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return InvalidInput(str(path), why, "a whole Parquet file")
