"""The fence of a run: how far outside its booked volumes a place is, in metres.

The distance is signed: negative inside, by how much to the nearest wall. Several volumes are one
fence: a place is inside if it is inside any of them. Polygons are laid on a plane about their
first corner (`geodesy.metres_per_degree`), good to 0.2 % over 20 km.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.primitives.errors import InvalidInput
from aspan.world.geodesy import metres_per_degree

Floats = NDArray[np.float64]


class FenceVolume(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A booked volume: a polygon, a floor and a ceiling.

    Parameters
    ----------
    corners
        Longitude and latitude [deg] in order, three or more; the last is joined to the first.
    lower_amsl_m
        None where the volume begins at the ground, so that standing on it is inside.
    upper_amsl_m
        None without a ceiling.
    """

    corners: tuple[tuple[float, float], ...]
    lower_amsl_m: float | None = None
    upper_amsl_m: float | None = None


class Fence:
    """All volumes booked for one run."""

    def __init__(self, volumes: Sequence[FenceVolume]) -> None:
        if not volumes:
            raise InvalidInput("volumes", volumes, "at least one volume")
        for volume in volumes:
            if len(volume.corners) < 3:
                raise InvalidInput("corners", volume.corners, "three or more")
        self._origin = volumes[0].corners[0]
        self._scale_m = metres_per_degree(self._origin[1])
        self._volumes = tuple(volumes)
        self._corners = [
            np.asarray(self._to_plane(*np.asarray(volume.corners, dtype=np.float64).T)).T
            for volume in volumes
        ]

    def outside_m(self, lon_deg: Floats, lat_deg: Floats, altitude_amsl_m: Floats) -> Floats:
        """Return how far outside each place is; negative inside, NaN where it is not known."""
        x_m, y_m = self._to_plane(lon_deg, lat_deg)
        nearest = np.full(np.shape(x_m), np.inf)
        for volume, corners in zip(self._volumes, self._corners, strict=True):
            out_m = distance_outside_m(x_m, y_m, corners)
            if volume.upper_amsl_m is not None:
                out_m = np.maximum(out_m, altitude_amsl_m - volume.upper_amsl_m)
            if volume.lower_amsl_m is not None:
                out_m = np.maximum(out_m, volume.lower_amsl_m - altitude_amsl_m)
            nearest = np.minimum(nearest, out_m)
        return nearest

    def _to_plane(self, lon_deg: Floats, lat_deg: Floats) -> tuple[Floats, Floats]:
        lon, lat = self._origin
        return (lon_deg - lon) * self._scale_m[0], (lat_deg - lat) * self._scale_m[1]


def distance_outside_m(x_m: Floats, y_m: Floats, corners: Floats) -> Floats:
    """Return the distance of places to a polygon's edge, negative inside (even-odd rule)."""
    square = np.full(np.shape(x_m), np.inf)
    is_inside = np.zeros(np.shape(x_m), dtype=bool)
    for (from_x, from_y), (to_x, to_y) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along_x, along_y = to_x - from_x, to_y - from_y
        off_x, off_y = x_m - from_x, y_m - from_y
        length = along_x * along_x + along_y * along_y
        share = np.clip((off_x * along_x + off_y * along_y) / (length or 1.0), 0.0, 1.0)
        square = np.minimum(square, (off_x - share * along_x) ** 2 + (off_y - share * along_y) ** 2)
        if along_y != 0.0:
            is_beside = (from_y > y_m) != (to_y > y_m)
            is_inside ^= is_beside & (off_x < along_x * off_y / along_y)
    return np.asarray(np.where(is_inside, -1.0, 1.0) * np.sqrt(square))
