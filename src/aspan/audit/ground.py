"""Own reader of a city's terrain: a NumPy archive, or an ESRI ASCII grid in degrees.

The grid's format is that of Esri, *ArcGIS Desktop 10.8: Esri ASCII raster format*, 2019: a header
of keys, then rows from north to south. Voids are refused.
"""

from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np

from aspan.audit.geodesy import Ground
from aspan.primitives.errors import InvalidInput

_LAND_M: Final = (-500.0, 9_000.0)
"""From below the shore of the Dead Sea to above Everest; what is outside stands for a void."""


def read_ground(path: Path) -> Ground:
    """Return the ground heights of the file at `path`; `InvalidInput` if they cannot be read."""
    if path.suffix == ".asc":
        return _read_grid(path)
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return Ground(
                arrays["heights_amsl_m"],
                west_deg=float(arrays["west_deg"]),
                south_deg=float(arrays["south_deg"]),
                step_deg=float(arrays["step_deg"]),
            )
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise InvalidInput(str(path), str(error), "heights_amsl_m, west, south, step") from None


def _read_grid(path: Path) -> Ground:
    """Return an ESRI ASCII grid, its heights rounded to whole metres."""
    try:
        words = path.read_text(encoding="utf-8-sig").split()
        keys: dict[str, float] = {}
        count = 0
        while words[count][0].isalpha():
            keys[words[count].lower()] = float(words[count + 1])
            count += 2
        shape = int(keys["nrows"]), int(keys["ncols"])
        heights = np.array(words[count:], dtype=np.float64).reshape(shape)
        step = keys["cellsize"]
        west, south = (
            keys[f"{axis}llcenter"]
            if f"{axis}llcenter" in keys
            else keys[f"{axis}llcorner"] + step / 2.0
            for axis in "xy"
        )
    except (OSError, KeyError, ValueError, IndexError, OverflowError) as error:
        raise InvalidInput(str(path), str(error), "an ESRI ASCII grid") from None
    is_land = (heights >= _LAND_M[0]) & (heights <= _LAND_M[1])
    is_void = ~is_land | (heights == keys.get("nodata_value", -9999.0))
    if is_void.any() or min(shape) < 2:
        raise InvalidInput(str(path), int(is_void.sum()), "a grid without voids")
    whole = np.flipud(np.rint(heights)).astype(np.int16)
    return Ground(whole, west_deg=west, south_deg=south, step_deg=step)
