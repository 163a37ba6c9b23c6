"""Terrain: a grid of ground heights with bilinear look-up."""

from typing import TYPE_CHECKING

import numpy as np

from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Terrain:
    """Ground heights on a regular longitude–latitude grid, no voids.

    Parameters
    ----------
    heights_amsl_m
        Shape (rows, columns), row 0 in the south, column 0 in the west; finite everywhere.
    west_deg, south_deg
        Of the centre of cell (0, 0).
    step_deg
        Between cell centres, both ways.

    Not modelled: buildings and trees beyond what the radar saw in 2000.
    """

    def __init__(
        self,
        heights_amsl_m: "NDArray[np.int16]",
        *,
        west_deg: float,
        south_deg: float,
        step_deg: float,
    ) -> None:
        if heights_amsl_m.ndim != 2 or heights_amsl_m.min() < -500:
            raise InvalidInput("terrain", heights_amsl_m.shape, "a full grid without voids")
        self.heights_amsl_m = heights_amsl_m
        self.west_deg = west_deg
        self.south_deg = south_deg
        self.step_deg = step_deg

    def elevations_amsl_m(
        self, lon_deg: "NDArray[np.float64]", lat_deg: "NDArray[np.float64]"
    ) -> "NDArray[np.float64]":
        """Return bilinear ground heights [m AMSL], shape of the inputs.

        Raises `InvalidInput` naming the first point outside the grid.
        """
        rows, columns = self.heights_amsl_m.shape
        x = (np.asarray(lon_deg, dtype=np.float64) - self.west_deg) / self.step_deg
        y = (np.asarray(lat_deg, dtype=np.float64) - self.south_deg) / self.step_deg
        outside = (x < 0) | (y < 0) | (x > columns - 1) | (y > rows - 1)
        if outside.any():
            at = int(np.flatnonzero(outside)[0])
            point = (float(np.ravel(lon_deg)[at]), float(np.ravel(lat_deg)[at]))
            raise InvalidInput("position", point, "a point on the city's terrain")
        i = np.minimum(x.astype(np.int64), columns - 2)
        j = np.minimum(y.astype(np.int64), rows - 2)
        u, v = x - i, y - j
        h = self.heights_amsl_m
        south = h[j, i] * (1 - u) + h[j, i + 1] * u
        north = h[j + 1, i] * (1 - u) + h[j + 1, i + 1] * u
        return np.asarray(south * (1 - v) + north * v, dtype=np.float64)

    def elevation_amsl_m(self, lon_deg: float, lat_deg: float) -> float:
        """Return the bilinear ground height [m AMSL] at one point."""
        return float(self.elevations_amsl_m(np.array([lon_deg]), np.array([lat_deg]))[0])
