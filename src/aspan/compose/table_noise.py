"""Tables of noise: levels and residents by cell, levels about vertiports by hour.

A level is null where nothing is heard. Levels are rounded to a tenth of a decibel, which is finer
than the source levels are known.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from aspan.compose.noise_map import RINGS_M, NoiseMap
from aspan.compose.table import Kind, Table, table_from_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEVEL_DIGITS = 1
PEOPLE_DIGITS = 1
DEGREE_DIGITS = 6

NOISE: dict[str, Kind] = {
    "lon_deg": "number",
    "lat_deg": "number",
    "size_m": "number",
    "laeq_day_dba": "number",
    "laeq_night_dba": "number",
    "laeq_hour_dba_max": "number",
    "hour_of_max": "whole",
    "lamax_dba": "number",
    "people": "number",
}

NOISE_HOURS: dict[str, Kind] = {
    "vertiport_id": "text",
    "hour_at_ms": "whole",
    "hour": "whole",
    "distance_m": "number",
    "movements": "whole",
    "laeq_dba": "number",
}


def list_levels(levels_dba: "NDArray[np.float64]") -> list[float | None]:
    """Return rounded levels, None for silence."""
    rounded: list[Any] = np.round(levels_dba, LEVEL_DIGITS).astype(object).tolist()
    for k in np.flatnonzero(~np.isfinite(levels_dba)).tolist():
        rounded[k] = None
    return rounded


def make_noise(noise: NoiseMap) -> Table:
    """Return the table of cells that hear enough to be shown."""
    return Table(
        "noise",
        NOISE,
        {
            "lon_deg": noise.lon_deg.round(DEGREE_DIGITS).tolist(),
            "lat_deg": noise.lat_deg.round(DEGREE_DIGITS).tolist(),
            "size_m": noise.size_m.tolist(),
            "laeq_day_dba": list_levels(noise.laeq_day_dba),
            "laeq_night_dba": list_levels(noise.laeq_night_dba),
            "laeq_hour_dba_max": list_levels(noise.laeq_hour_dba_max),
            "hour_of_max": noise.hour_of_max.tolist(),
            "lamax_dba": list_levels(noise.lamax_dba),
            "people": noise.people.round(PEOPLE_DIGITS).tolist(),
        },
    )


def make_noise_hours(noise: NoiseMap) -> Table:
    """Return the table of vertiports by hour with movements and by distance."""
    rows = [
        (
            hour.vertiport_id,
            hour.hour_at_ms,
            hour.hour,
            distance_m,
            hour.movements,
            round(laeq_dba, LEVEL_DIGITS),
        )
        for hour in noise.hours
        for distance_m, laeq_dba in zip(RINGS_M, hour.laeq_dba, strict=True)
    ]
    return table_from_rows("noise_hours", NOISE_HOURS, rows)
