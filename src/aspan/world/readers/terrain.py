"""Terrain from `terrain.npz`: heights as whole metres with the corner and step of the grid."""

import struct
import tokenize
import zlib
from math import inf, isfinite
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from aspan.primitives.errors import InvalidInput
from aspan.world.terrain import Terrain

_SIDE_MIN = 2
"""Fewest rows and columns between which a height can be interpolated."""

_UNREADABLE = (
    BadZipFile, zlib.error, struct.error, tokenize.TokenError, SyntaxError, NotImplementedError,
    RuntimeError, MemoryError, ValueError, TypeError, EOFError, OSError,
)  # fmt: skip
"""What a damaged archive of arrays makes its readers raise; its array headers are Python text."""


def read_terrain(path: Path, *, label: str) -> Terrain:
    """Return the terrain of the file at `path`, called `label` in errors."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            heights = arrays["heights_amsl_m"]
            west, south, step = (
                float(arrays[name]) for name in ("west_deg", "south_deg", "step_deg")
            )
    except FileNotFoundError:
        raise InvalidInput(label, None, "a file of the city (it is missing)") from None
    except KeyError as error:
        raise InvalidInput(
            label, str(error), "heights_amsl_m, west_deg, south_deg, step_deg"
        ) from None
    except _UNREADABLE as error:
        found = "an unreadable file" if "pickle" in str(error) else str(error)
        raise InvalidInput(label, found, "a NumPy .npz file") from None
    if heights.dtype != np.int16 or heights.ndim != 2 or min(heights.shape) < _SIDE_MIN:
        found = f"{heights.dtype} {heights.shape}"
        raise InvalidInput(label, found, f"int16 metres, {_SIDE_MIN} rows and columns or more")
    if not (0 < step < inf and isfinite(west) and isfinite(south)):
        raise InvalidInput(
            label, f"corner {west:g}, {south:g}, step {step:g}", "degrees, step above 0"
        )
    return Terrain(heights, west_deg=west, south_deg=south, step_deg=step)
