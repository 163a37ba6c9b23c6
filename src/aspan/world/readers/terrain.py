"""Terrain from `terrain.npz`: heights as whole metres with the corner and step of the grid."""

from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from aspan.primitives.errors import InvalidInput
from aspan.world.terrain import Terrain


def read_terrain(path: Path, *, label: str) -> Terrain:
    """Return the terrain of the file at `path`, called `label` in errors."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
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
    except (BadZipFile, ValueError, OSError) as error:
        raise InvalidInput(label, str(error), "a NumPy .npz file") from None
    if heights.dtype != np.int16 or not step > 0:
        raise InvalidInput(label, f"{heights.dtype}, step {step}", "int16 metres, step above 0")
    return Terrain(heights, west_deg=west, south_deg=south, step_deg=step)
