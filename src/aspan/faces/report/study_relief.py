"""Height bands of the ground as closed rings, for a pale relief under a map.

Marching squares with linear interpolation on a coarse mean of the city's terrain; the grid is
edged with low ground, so that every ring closes and an even-odd fill paints what is higher.

References
----------
.. [1] W. E. Lorensen, H. E. Cline, "Marching cubes", SIGGRAPH 1987; here in two dimensions.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from aspan.faces.report.drawing import Point
from aspan.world.terrain import Terrain

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EDGE: Final = -1_000.0
"""Lower than any land [m]: rings close along the edge of the picture."""

_SIDES: Final[dict[int, tuple[tuple[int, int], ...]]] = {
    1: ((3, 0),), 2: ((0, 1),), 3: ((3, 1),), 4: ((1, 2),), 5: ((3, 2), (1, 0)), 6: ((0, 2),),
    7: ((3, 2),), 8: ((2, 3),), 9: ((2, 0),), 10: ((0, 3), (2, 1)), 11: ((2, 1),), 12: ((1, 3),),
    13: ((1, 0),), 14: ((0, 3),),
}  # fmt: skip
"""From which side of a cell the line runs to which, by its corners that are high [1]_.

Corners count 1, 2, 4, 8 from the south-west on against the clock; sides are south, east, north and
west. High ground lies to the right.
"""

_Key = tuple[int, int, bool]
"""A step of the grid: row, column, and whether it runs east."""


def list_rings(
    terrain: Terrain,
    box: tuple[float, float, float, float],
    level_amsl_m: float,
    *,
    cells_max: int,
    points_min: int = 8,
) -> list[list[Point]]:
    """Return closed rings (longitude, latitude) round what is higher than a level.

    Parameters
    ----------
    box
        West, south, east, north [deg]; cut to the terrain.
    cells_max
        Most cells along the longer side: how coarse the relief is.
    points_min
        Smaller rings are left out.
    """
    grid, west_deg, south_deg, step_deg = _coarsen(terrain, box, cells_max)
    if grid.size == 0 or not (grid > level_amsl_m).any():
        return []
    padded = np.pad(np.pad(grid, 1, mode="edge"), 1, constant_values=_EDGE)
    rings = _chain(_find_steps(padded > level_amsl_m))
    found = []
    for ring in rings:
        if len(ring) >= points_min:
            places = [_place(padded, key, level_amsl_m) for key in ring]
            found.append(
                [(west_deg + (x - 2) * step_deg, south_deg + (y - 2) * step_deg) for x, y in places]
            )
    return found


def _coarsen(
    terrain: Terrain, box: tuple[float, float, float, float], cells_max: int
) -> tuple["NDArray[np.float64]", float, float, float]:
    """Return means of square blocks within the box, and where the first of them lies."""
    rows, columns = terrain.heights_amsl_m.shape
    step = terrain.step_deg
    west, east = (round((lon - terrain.west_deg) / step) for lon in (box[0], box[2]))
    south, north = (round((lat - terrain.south_deg) / step) for lat in (box[1], box[3]))
    west, east = max(west, 0), min(east, columns)
    south, north = max(south, 0), min(north, rows)
    side = max(1, -(-max(east - west, north - south) // cells_max))
    high, wide = (north - south) // side, (east - west) // side
    if high < 1 or wide < 1:
        return np.empty((0, 0)), 0.0, 0.0, step
    cut = terrain.heights_amsl_m[south : south + high * side, west : west + wide * side]
    means = cut.reshape(high, side, wide, side).mean(axis=(1, 3), dtype=np.float64)
    middle = (side - 1) / 2
    return (
        means,
        terrain.west_deg + (west + middle) * step,
        terrain.south_deg + (south + middle) * step,
        side * step,
    )


def _find_steps(high: "NDArray[np.bool_]") -> dict[_Key, _Key]:
    """Return, for each step of the grid that the line crosses, the one it crosses next."""
    h = high.astype(np.int8)
    cases = h[:-1, :-1] + 2 * h[:-1, 1:] + 4 * h[1:, 1:] + 8 * h[1:, :-1]
    follows: dict[_Key, _Key] = {}
    for row, column in np.argwhere((cases > 0) & (cases < 15)).tolist():
        sides = ((row, column, True), (row, column + 1, False),
                 (row + 1, column, True), (row, column, False))  # fmt: skip
        for start, end in _SIDES[int(cases[row, column])]:
            follows[sides[start]] = sides[end]
    return follows


def _chain(follows: dict[_Key, _Key]) -> list[list[_Key]]:
    """Return the rings that the steps make, in the order of the grid."""
    left, rings = dict(follows), []
    while left:
        ring = [next(iter(left))]
        while (key := left.pop(ring[-1], None)) is not None and key != ring[0]:
            ring.append(key)
        rings.append(ring)
    return rings


def _place(grid: "NDArray[np.float64]", key: _Key, level: float) -> Point:
    """Return where the line crosses a step, as column and row with fractions."""
    row, column, is_east = key
    a = float(grid[row, column])
    b = float(grid[row, column + 1] if is_east else grid[row + 1, column])
    share = 0.0 if _EDGE in (a, b) else (level - a) / (b - a)
    if b == _EDGE:
        share = 0.0
    elif a == _EDGE:
        share = 1.0
    return (column + share, float(row)) if is_east else (float(column), row + share)
