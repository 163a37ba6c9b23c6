"""Convert the SRTM GeoTIFF to `terrain.npz`, voids filled.

    python cities/alatau/scripts/convert_terrain.py almaty_srtm3.tif cities/alatau/terrain.npz

Voids (-32768, radar shadow of steep rock) are filled by harmonic interpolation: a void cell is the
mean of its four neighbours, found by repeated averaging that starts from the nearest valid heights
and ends when no cell moves by more than 0.1 m. That makes no new peak and no new pit; a summit lost
in a void comes out too low, so lanes stay away from the high ridge on other grounds.

The voids are filled first, then the grid is cut to 76.5 to 77.6 E, 43.0 to 44.0 N: Almaty, Alatau,
Konaev and the foot of the ridge.

Needs `tifffile`, a tool of developers only; the service reads the `.npz` with NumPy.
"""

import sys
from pathlib import Path

import numpy as np
import tifffile
from numpy.typing import NDArray

VOID = -32768
SETTLED_M = 0.1
ROUNDS_MAX = 20_000
WEST_DEG, EAST_DEG, SOUTH_DEG, NORTH_DEG = 76.5, 77.6, 43.0, 44.0
MODEL_PIXEL_SCALE, MODEL_TIEPOINT, RASTER_TYPE_KEY = 33550, 33922, 1025
"""GeoTIFF tags and key: OGC GeoTIFF Standard 1.1, 2019."""


def neighbour_mean(heights: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the mean of the known four neighbours of every cell; NaN where none is known."""
    total = np.zeros_like(heights)
    count = np.zeros_like(heights)
    padded = np.pad(np.where(known, heights, 0.0), 1)
    mask = np.pad(known.astype(float), 1)
    for down, right in ((0, 1), (2, 1), (1, 0), (1, 2)):
        rows, columns = heights.shape
        total += padded[down : down + rows, right : right + columns]
        count += mask[down : down + rows, right : right + columns]
    return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)


def fill_voids(raw: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return the heights without voids."""
    void = raw == VOID
    heights = raw.astype(np.float64)
    known = ~void
    while not known.all():
        means = neighbour_mean(heights, known)
        reached = ~known & ~np.isnan(means)
        heights[reached] = means[reached]
        known |= reached
    rows, columns = np.nonzero(void)
    padded = np.pad(heights, 1, mode="edge")
    for _ in range(ROUNDS_MAX):
        i, j = rows + 1, columns + 1
        means = 0.25 * (padded[i - 1, j] + padded[i + 1, j] + padded[i, j - 1] + padded[i, j + 1])
        moved = float(np.abs(means - padded[i, j]).max(initial=0.0))
        padded[i, j] = means
        if moved < SETTLED_M:
            return np.rint(padded[1:-1, 1:-1]).astype(np.int16)
    raise SystemExit(f"voids: not settled in {ROUNDS_MAX} rounds")


def main(source: Path, target: Path) -> None:
    """Convert `source` to `target`."""
    with tifffile.TiffFile(source) as file:
        page = file.pages.first
        raw = page.asarray()
        scale = page.tags[MODEL_PIXEL_SCALE].value
        tie = page.tags[MODEL_TIEPOINT].value
        is_point = (file.geotiff_metadata or {}).get("GTRasterTypeGeoKey") == 2
    step_deg = float(scale[0])
    half = 0.0 if is_point else 0.5
    west_deg = float(tie[3]) + (half - float(tie[0])) * step_deg
    north_deg = float(tie[4]) - (half - float(tie[1])) * step_deg
    heights = fill_voids(raw)[::-1]
    south_deg = north_deg - (heights.shape[0] - 1) * step_deg
    first_row, last_row = (round((at - south_deg) / step_deg) for at in (SOUTH_DEG, NORTH_DEG))
    first_column, last_column = (round((at - west_deg) / step_deg) for at in (WEST_DEG, EAST_DEG))
    np.savez_compressed(
        target,
        heights_amsl_m=np.ascontiguousarray(
            heights[first_row : last_row + 1, first_column : last_column + 1]
        ),
        west_deg=round(west_deg + first_column * step_deg, 9),
        south_deg=round(south_deg + first_row * step_deg, 9),
        step_deg=step_deg,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
