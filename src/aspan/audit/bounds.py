"""Bounds of what a column can hold at all: outside them a table is damaged, not a law broken.

They are far wider than any limit of a law. They keep out what no formula can be computed on, such
as a pack without capacity, a density of air of zero or an instant outside the calendar.
"""

from typing import Final

import polars as pl

from aspan.primitives.errors import InvalidInput

INSTANT_MS_MAX: Final = 4_102_444_800_000
"""2100-01-01 UTC."""

NUMBER_MAX: Final = 1e12
"""Of any number without bounds of its own: a million million of tiyn, watts or metres."""

POSITION_M_MAX: Final = 300_000.0
"""From the middle of the city's sites to anything that flies there: twice an aircraft's range."""

SPAN_MS_MAX: Final = 86_400_000
"""A flight or a step of power that lasts longer than a day is none."""

_BOUNDS: Final[tuple[tuple[str, float, float], ...]] = (
    ("at_ms", 0.0, INSTANT_MS_MAX),
    ("from_at_ms", 0.0, INSTANT_MS_MAX),
    ("lon_deg", -180.0, 180.0),
    ("lat_deg", -90.0, 90.0),
    ("temperature_k", 150.0, 400.0),
    ("pressure_pa", 20_000.0, 120_000.0),
    ("wind_mps", 0.0, 200.0),
    ("gust_mps", 0.0, 200.0),
    ("gross_kwh", 1.0, 10_000.0),
    ("soh", 0.01, 2.0),
    ("floor_soc", 0.0, 0.99),
    ("empty_kg", 1.0, 100_000.0),
    ("payload_kg", 0.0, 100_000.0),
)
"""Least and greatest value of the columns whose name is, or ends with an underscore and, this."""


def check_bounds(file: str, frame: pl.DataFrame) -> None:
    """Raise `InvalidInput` naming the first column of a table with a value that cannot be."""
    for name, kind in frame.schema.items():
        if not kind.is_numeric():
            continue
        column = frame.get_column(name)
        if kind.is_float() and not column.drop_nulls().is_finite().all():
            raise InvalidInput(f"{file}: {name}", "NaN or infinite", "finite numbers or null")
        low, high = _bounds_of(name)
        least, most = column.min(), column.max()
        for value in (least, most):
            if isinstance(value, int | float) and not low <= value <= high:
                raise InvalidInput(f"{file}: {name}", value, f"a value from {low:g} to {high:g}")


def _bounds_of(name: str) -> tuple[float, float]:
    for known, low, high in _BOUNDS:
        if name == known or name.endswith(f"_{known}"):
            return low, high
    return -NUMBER_MAX, NUMBER_MAX
