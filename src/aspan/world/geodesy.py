"""Geodesy: WGS 84 degrees to the city's UTM metres and back, great circles and bearings.

Project once at the door: inside, positions are UTM metres. `Projection` stands on PROJ, whose
transverse Mercator is exact to well under a millimetre inside a zone. Great circles are taken on
the sphere of mean radius, good to 0.5 %, which is what fares and demand need.
"""

from math import asin, atan2, cos, degrees, hypot, radians, sin, sqrt
from typing import TYPE_CHECKING

import numpy as np
from pyproj import Transformer
from pyproj.exceptions import CRSError

from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (2a + b)/3 of WGS 84 [m]: H. Moritz, *Geodetic Reference System 1980*, 2000."""

_WGS84_SEMI_MAJOR_M = 6_378_137.0
_WGS84_ECCENTRICITY_SQUARED = 0.006_694_379_990_14


class Projection:
    """Longitude and latitude in degrees to metres of one projected zone, and back."""

    def __init__(self, epsg: int) -> None:
        try:
            self._forward = Transformer.from_crs(4326, epsg, always_xy=True)
            self._back = Transformer.from_crs(epsg, 4326, always_xy=True)
        except CRSError:
            raise InvalidInput("utm_epsg", epsg, "the EPSG code of a UTM zone") from None

    def to_xy(self, lon_deg: float, lat_deg: float) -> tuple[float, float]:
        """Return easting and northing [m] of a point."""
        x_m, y_m = self._forward.transform(lon_deg, lat_deg)
        return float(x_m), float(y_m)

    def to_lonlat(self, x_m: float, y_m: float) -> tuple[float, float]:
        """Return longitude and latitude [deg] of a point."""
        lon_deg, lat_deg = self._back.transform(x_m, y_m)
        return float(lon_deg), float(lat_deg)

    def all_to_xy(
        self, lon_deg: "NDArray[np.float64]", lat_deg: "NDArray[np.float64]"
    ) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
        """Return eastings and northings [m] of arrays of points."""
        x_m, y_m = self._forward.transform(lon_deg, lat_deg)
        return np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)

    def all_to_lonlat(
        self, x_m: "NDArray[np.float64]", y_m: "NDArray[np.float64]"
    ) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
        """Return longitudes and latitudes [deg] of arrays of points."""
        lon_deg, lat_deg = self._back.transform(x_m, y_m)
        return np.asarray(lon_deg, dtype=np.float64), np.asarray(lat_deg, dtype=np.float64)


def great_circle_m(
    first_lon_deg: float, first_lat_deg: float, second_lon_deg: float, second_lat_deg: float
) -> float:
    """Return the great-circle distance [m] between two points.

    Haversine formula: R. W. Sinnott, *Virtues of the haversine*, Sky and Telescope 68, 1984.
    """
    first, second = radians(first_lat_deg), radians(second_lat_deg)
    half_lat = sin((second - first) / 2.0)
    half_lon = sin(radians(second_lon_deg - first_lon_deg) / 2.0)
    chord = half_lat * half_lat + cos(first) * cos(second) * half_lon * half_lon
    return 2.0 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))


def great_circles_m(
    first_lon_deg: "NDArray[np.float64]",
    first_lat_deg: "NDArray[np.float64]",
    second_lon_deg: "NDArray[np.float64]",
    second_lat_deg: "NDArray[np.float64]",
) -> "NDArray[np.float64]":
    """Return the great-circle distances [m] between columns of points; shapes broadcast."""
    first_lat, second_lat = np.radians(first_lat_deg), np.radians(second_lat_deg)
    half_lat = np.sin((second_lat - first_lat) / 2.0)
    half_lon = np.sin(np.radians(second_lon_deg - first_lon_deg) / 2.0)
    chord = half_lat**2 + np.cos(first_lat) * np.cos(second_lat) * half_lon**2
    distances: NDArray[np.float64] = (
        2.0 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
    )
    return distances


def bearing_deg(
    first_lon_deg: float, first_lat_deg: float, second_lon_deg: float, second_lat_deg: float
) -> float:
    """Return the true course [deg, 0 to 360) at the first point along the great circle."""
    first, second = radians(first_lat_deg), radians(second_lat_deg)
    turn = radians(second_lon_deg - first_lon_deg)
    east = sin(turn) * cos(second)
    north = cos(first) * sin(second) - sin(first) * cos(second) * cos(turn)
    return degrees(atan2(east, north)) % 360.0


def distance_to_line_m(
    x_m: float, y_m: float, first: tuple[float, float], second: tuple[float, float]
) -> float:
    """Return the distance [m] of a point in the plane to the endless line through two others."""
    along_x, along_y = second[0] - first[0], second[1] - first[1]
    cross = along_x * (y_m - first[1]) - along_y * (x_m - first[0])
    return abs(cross) / hypot(along_x, along_y)


def metres_per_degree(lat_deg: float) -> tuple[float, float]:
    """Return the lengths [m] of a degree of longitude and of latitude about a latitude, on WGS 84.

    From the ellipsoid's radii in the prime vertical and in the meridian (Moritz 2000). Over 20 km
    of a plane laid there a point is off by less than 0.2 %.
    """
    sine = sin(radians(lat_deg))
    bulge = 1.0 - _WGS84_ECCENTRICITY_SQUARED * sine * sine
    prime_m = _WGS84_SEMI_MAJOR_M / sqrt(bulge)
    meridian_m = prime_m * (1.0 - _WGS84_ECCENTRICITY_SQUARED) / bulge
    return radians(prime_m * cos(radians(lat_deg))), radians(meridian_m)
