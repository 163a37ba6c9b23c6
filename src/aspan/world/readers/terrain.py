"""Terrain: heights as whole metres with the corner and step of the grid, from one of two formats.

`.npz` is a NumPy archive, compact, written by a script. `.asc` is an ESRI ASCII grid, plain text:
any GIS program writes it and a person can type a small one. Both are read into the same `Terrain`.
A void of an ASCII grid is refused, never filled: what a reader invents there could be lower than
the mountain that stands there.

References
----------
.. [1] Esri, *ArcGIS Desktop 10.8: Esri ASCII raster format*, 2019.
"""

import struct
import tokenize
import zlib
from math import inf, isfinite
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from aspan.primitives.errors import InvalidInput
from aspan.world.terrain import Terrain

_SIDE_MIN = 2
"""Fewest rows and columns between which a height can be interpolated."""

_CELLS_MAX = 25_000_000
"""Most cells of an ASCII grid: 5,000 by 5,000, some 400 km of SRTM; more is a wrong header."""

_HEIGHT_AMSL_M_MIN, _HEIGHT_AMSL_M_MAX = -500.0, 9_000.0
"""Heights of dry land: the Dead Sea's shore and Everest, rounded outwards."""

_NODATA = -9999.0
"""What stands for a void where the header does not say [1]_."""

_HEADER = {
    "ncols": "ncols", "nrows": "nrows", "cellsize": "cellsize", "nodata_value": "NODATA_value",
    "xllcorner": "xllcorner", "xllcenter": "xllcenter",
    "yllcorner": "yllcorner", "yllcenter": "yllcenter",
}  # fmt: skip
"""Keys of the header as they are written; case does not count."""

_UNREADABLE = (
    BadZipFile, zlib.error, struct.error, tokenize.TokenError, SyntaxError, NotImplementedError,
    RuntimeError, MemoryError, ValueError, TypeError, EOFError, OSError,
)  # fmt: skip
"""What a damaged archive of arrays makes its readers raise; its array headers are Python text."""


def read_terrain(path: Path, *, label: str) -> Terrain:
    """Return the terrain of the file at `path`, called `label` in errors.

    The ending of its name says what it is: `.asc` an ESRI ASCII grid, `.npz` a NumPy archive.
    """
    if path.suffix == ".asc":
        return _read_ascii(path, label)
    if path.suffix == ".npz":
        return _read_archive(path, label)
    raise InvalidInput(label, path.name, "a name that ends in .asc or .npz")


def _read_archive(path: Path, label: str) -> Terrain:
    """Return the terrain of a NumPy archive."""
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


def _read_ascii(path: Path, label: str) -> Terrain:
    """Return the terrain of an ESRI ASCII grid in degrees, its first row in the north [1]_."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise InvalidInput(label, None, "a file of the city (it is missing)") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(label, str(error), "a text file, an ESRI ASCII grid") from None
    header, first = _read_header(lines, label)
    columns, rows = _read_size(header, label)
    step = header["cellsize"]
    west, south = (_find_corner(header, axis, label) for axis in ("x", "y"))
    if not (0 < step <= 1 and -180 <= west <= 180 and -90 <= south <= 90):
        found = f"corner {west:g}, {south:g}, cellsize {step:g}"
        raise InvalidInput(label, found, "longitude and latitude in degrees, cellsize in (0, 1]")
    body = [(number, line) for number, line in enumerate(lines[first:], first + 1) if line.strip()]
    if len(body) != rows:
        last = body[-1][0] if body else first
        raise InvalidInput(f"{label}: line {last}", f"{len(body)} rows", f"nrows {rows} of them")
    heights = np.empty((rows, columns), dtype=np.int16)
    nodata = header.get("nodata_value", _NODATA)
    for row, (number, line) in enumerate(body):
        heights[rows - 1 - row] = _read_row(line, columns, nodata, f"{label}: line {number}")
    return Terrain(heights, west_deg=west, south_deg=south, step_deg=step)


def _read_header(lines: list[str], label: str) -> tuple[dict[str, float], int]:
    """Return the keys before the first row, in lower case, and how many lines they take."""
    header: dict[str, float] = {}
    for count, line in enumerate(lines):
        words = line.split()
        if not words:
            continue
        key, where = words[0].lower(), f"{label}: line {count + 1}"
        if key not in _HEADER:
            if words[0][0].isalpha():
                raise InvalidInput(where, words[0], f"one of {', '.join(_HEADER.values())}")
            break
        value = _to_number(words[1]) if len(words) == 2 else None
        if value is None or key in header:
            raise InvalidInput(where, line.strip(), f"{_HEADER[key]} once, and one number")
        header[key] = value
    else:
        count = len(lines)
    for key in ("ncols", "nrows", "cellsize"):
        if key not in header:
            raise InvalidInput(f"{label}: line {count + 1}", None, f"{key} before the first row")
    return header, count


def _read_size(header: dict[str, float], label: str) -> tuple[int, int]:
    """Return columns and rows."""
    columns, rows = header["ncols"], header["nrows"]
    is_whole = columns == int(columns) and rows == int(rows)
    if not is_whole or min(columns, rows) < _SIDE_MIN or columns * rows > _CELLS_MAX:
        expected = f"whole numbers from {_SIDE_MIN}, at most {_CELLS_MAX} cells"
        raise InvalidInput(label, f"ncols {columns:g}, nrows {rows:g}", expected)
    return int(columns), int(rows)


def _find_corner(header: dict[str, float], axis: str, label: str) -> float:
    """Return where the centre of the south-western cell lies on one axis [deg]."""
    corner, centre = header.get(f"{axis}llcorner"), header.get(f"{axis}llcenter")
    if corner is not None and centre is None:
        return corner + header["cellsize"] / 2.0
    if centre is not None and corner is None:
        return centre
    raise InvalidInput(label, None, f"either {axis}llcorner or {axis}llcenter in the header")


def _read_row(line: str, columns: int, nodata: float, where: str) -> NDArray[np.int16]:
    """Return the heights of one row in whole metres; voids and odd heights are refused."""
    words = line.split()
    if len(words) != columns:
        raise InvalidInput(where, f"{len(words)} heights", f"ncols {columns} of them")
    try:
        row = np.array(words, dtype=np.float64)
    except ValueError:
        bad = next(word for word in words if _to_number(word) is None)
        raise InvalidInput(where, bad, "a height in metres, such as 612 or 612.5") from None
    is_good = (row >= _HEIGHT_AMSL_M_MIN) & (row <= _HEIGHT_AMSL_M_MAX) & (row != nodata)
    if not is_good.all():
        at = int(np.flatnonzero(~is_good)[0])
        is_void = row[at] == nodata
        expected = (
            "a height: voids are not filled here, fill them in the file"
            if is_void
            else f"a height from {_HEIGHT_AMSL_M_MIN:g} to {_HEIGHT_AMSL_M_MAX:g} m"
        )
        raise InvalidInput(f"{where}, column {at + 1}", words[at], expected)
    return np.rint(row).astype(np.int16)


def _to_number(word: str) -> float | None:
    """Return a word as a finite number; None if it is none."""
    try:
        value = float(word)
    except ValueError:
        return None
    return value if isfinite(value) else None
