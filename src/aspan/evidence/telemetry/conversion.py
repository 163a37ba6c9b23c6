"""Columns as a recorder wrote them become rows in our units.

What is no number is kept as text beside its row and flagged; an empty field, null and NaN are all
silence of the sensor.
"""

from typing import Any, Final

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from aspan.evidence.telemetry.flags import Doubt, bit
from aspan.evidence.telemetry.layout import Layout, TimeColumn
from aspan.evidence.telemetry.rows import NO_SEQUENCE, NO_TIME, Floats, Ints, Rows, make_rows
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_S

GPS_EPOCH_S: Final = 315_964_800
"""1980-01-06 UTC, from which GPS time is counted [s since 1970]: IS-GPS-200, 3.3.4."""

AT_MS_MIN: Final = 315_532_800_000
AT_MS_MAX: Final = 4_102_444_800_000
"""1980 to 2100: an instant outside is misread."""

SEQUENCE_MAX: Final = 1 << 53
"""Numbers above are misread: floating-point columns cannot count further."""

_Odd = dict[int, dict[str, str]]
_ZONE = r"(Z|[+-]\d\d:?\d\d)$"


def list_columns(layout: Layout) -> list[str]:
    """Return the columns that are read, each once."""
    numbered = [layout.sequence] if layout.sequence is not None else []
    return [layout.time.column, *numbered, *(c.column for c in layout.channels)]


def convert_frame(
    frame: pl.DataFrame, layout: Layout, *, first_row: int, received_at_ms: int = NO_TIME
) -> Rows:
    """Return the rows of a table with the columns of the layout, numbers or text.

    Parameters
    ----------
    first_row
        Rows that came before: their number where the recorder writes none.
    """
    odd: _Odd = {}
    at_ms = _convert_time(frame[layout.time.column], layout.time, odd)
    if layout.sequence is None:
        sequence = np.arange(first_row, first_row + frame.height, dtype=np.int64)
    else:
        sequence = _convert_sequence(frame[layout.sequence], odd)
    values = np.empty((len(layout.channels), frame.height))
    for k, (column, unit) in enumerate(zip(layout.channels, layout.units, strict=True)):
        values[k] = _convert_numbers(frame[column.column], layout.decimal, odd)
        if unit.scale != 1.0 or unit.offset != 0.0:
            with np.errstate(over="ignore"):
                values[k] = values[k] * unit.scale + unit.offset
    flags = np.zeros(frame.height, np.uint32)
    flags[list(odd)] |= bit(Doubt.UNREADABLE)
    return make_rows(
        sequence,
        at_ms,
        values,
        received_at_ms=received_at_ms,
        flags=flags,
        as_sent={
            row: msgspec.json.encode(told, order="sorted").decode() for row, told in odd.items()
        },
    )


def check_column(name: str, kind: pl.DataType, *, is_time: bool) -> None:
    """Refuse a typed column that holds neither numbers nor text."""
    is_instant = is_time and isinstance(kind, pl.Datetime)
    if not (kind.is_numeric() or kind in (pl.String, pl.Boolean, pl.Null) or is_instant):
        raise InvalidInput(f"column {name}", str(kind), "a column of numbers or text")


def _convert_numbers(column: pl.Series, decimal: str, odd: _Odd) -> Floats:
    """Return numbers, NaN where there is none; what is text and no number goes to `odd`."""
    if column.dtype != pl.String:
        is_float = column.dtype == pl.Float64
        return (column if is_float else column.cast(pl.Float64, strict=False)).to_numpy()
    text = column.str.strip_chars()
    plain = text if decimal == "." else text.str.replace(decimal, ".", literal=True)
    numbers = plain.cast(pl.Float64, strict=False)
    _note_odd(column.name, text, numbers.is_null(), odd)
    return numbers.to_numpy()


def _convert_sequence(column: pl.Series, odd: _Odd) -> Ints:
    if column.dtype.is_integer() and not column.has_nulls():
        plain: Ints = column.to_numpy().astype(np.int64)
        if bool(np.all((plain >= 0) & (plain <= SEQUENCE_MAX))):
            return plain
    text = column.cast(pl.String).str.strip_chars()
    if column.dtype == pl.String:
        whole = text.cast(pl.Int64, strict=False)
        floats = text.cast(pl.Float64, strict=False)
    else:
        whole = column.cast(pl.Int64, strict=False)
        floats = column.cast(pl.Float64, strict=False)
    whole = whole.fill_null(floats.round().cast(pl.Int64, strict=False))
    is_number = (whole >= 0) & (whole <= SEQUENCE_MAX) & (whole.cast(pl.Float64) == floats)
    is_number = is_number.fill_null(False)
    _note_odd(column.name, text, ~is_number, odd)
    numbers: Ints = whole.fill_null(NO_SEQUENCE).to_numpy()
    return np.where(is_number.to_numpy(), numbers, NO_SEQUENCE)


def _convert_time(column: pl.Series, time: TimeColumn, odd: _Odd) -> Ints:
    """Return instants [ms], `NO_TIME` where there is none of our century."""
    if column.dtype.is_numeric() and not column.has_nulls():
        numbers = column.to_numpy()
        if bool(np.all(np.isfinite(numbers))):
            plain = _scale_time(numbers, time)
            if bool(np.all((plain >= AT_MS_MIN) & (plain <= AT_MS_MAX))):
                return plain.astype(np.int64)
    text = column.cast(pl.String).str.strip_chars()
    if isinstance(column.dtype, pl.Datetime):
        instants = column.dt.timestamp("ms").cast(pl.Float64)
    elif time.kind == "iso":
        instants = _read_iso(text).cast(pl.Float64)
    else:
        instants = pl.Series(_scale_time(_convert_numbers(text, ".", {}), time))
    is_instant = ((instants >= AT_MS_MIN) & (instants <= AT_MS_MAX)).fill_null(False)
    _note_odd(column.name, text, ~is_instant, odd)
    instants = instants.set(~is_instant, 0.0)
    return np.where(is_instant.to_numpy(), instants.to_numpy().astype(np.int64), NO_TIME)


def _scale_time(numbers: NDArray[Any], time: TimeColumn) -> Floats:
    """Return the instants [ms] of numbers of a kind; whole, exact to beyond our century."""
    if time.kind == "utc_ms":
        return np.rint(numbers.astype(np.float64))
    since = GPS_EPOCH_S - time.gps_minus_utc_s if time.kind == "gps_s" else 0.0
    return np.rint((numbers.astype(np.float64) + since) * MS_PER_S)


def _read_iso(text: pl.Series) -> pl.Series:
    """Return instants [ms] of ISO 8601 text, as UTC where it names no zone."""
    told = pl.col("told").str.replace(" ", "T", literal=True)
    zoned = pl.when(told.str.contains(_ZONE)).then(told).otherwise(told + "Z")
    instant = zoned.str.to_datetime("%+", time_unit="ms", time_zone="UTC", strict=False)
    return text.to_frame("told").select(instant.dt.timestamp("ms"))["told"]


def _note_odd(name: str, text: pl.Series, is_odd: pl.Series, odd: _Odd) -> None:
    """Keep the text of fields that say something that is not understood."""
    if not is_odd.any(ignore_nulls=False):
        return
    said = is_odd.fill_null(True) & text.is_not_null() & (text != "").fill_null(False)
    for row in said.arg_true().to_list():
        odd.setdefault(row, {})[name] = text[row]
