"""Noise at the fence: the greatest level of one event there while a card is flown.

Two source levels, of hover and of cruise, by spherical spreading (`physics.noise`); in transition
the energy of the two in the share of the tilt. Not modelled: directivity, screening, wind.
"""

from math import log10

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from aspan.physics.noise import CRUISE_REFERENCE_M, TERMINAL_REFERENCE_M
from aspan.world.aircraft import AircraftType
from aspan.world.geodesy import metres_per_degree
from aspan.world.geozones import Ring

Floats = NDArray[np.float64]

HOVER_TILT_DEG = 90.0
"""Tilt of the units in hover; 0 on the wing."""

NEAREST_M = 10.0
"""Nobody at the fence is nearer to the source. Assumed: about the aircraft's own size."""


class FenceNoise(msgspec.Struct, frozen=True, kw_only=True):
    """Greatest level at the fence and where it is heard.

    Parameters
    ----------
    level_dba
        At the fence, or on the ground outside it that is flown over.
    distance_m
        Slant distance to the source then.
    is_within
        Whether it is at or below the limit.
    """

    level_dba: float
    distance_m: float
    limit_dba: float
    is_within: bool


def find_fence_noise(
    kind: AircraftType,
    *,
    pad_lonlat: tuple[float, float],
    fence: Ring,
    limit_dba: float,
    east_m: Floats,
    north_m: Floats,
    height_agl_m: Floats,
    tilt_deg: Floats,
) -> FenceNoise:
    """Return the loudest instant of a path at the fence; silence where nothing is in the air.

    Parameters
    ----------
    pad_lonlat
        Origin of `east_m` and `north_m`. [deg]
    tilt_deg
        90 in hover, 0 on the wing.
    """
    lon_m, lat_m = metres_per_degree(pad_lonlat[1])
    ground = shapely.Polygon(
        [((lon - pad_lonlat[0]) * lon_m, (lat - pad_lonlat[1]) * lat_m) for lon, lat in fence]
    )
    places = shapely.points(east_m, north_m)
    is_inside = np.asarray(shapely.covers(ground, places))
    aside_m = np.where(is_inside, shapely.distance(ground.exterior, places), 0.0)
    slant_m = np.maximum(np.hypot(aside_m, height_agl_m), NEAREST_M)
    terminal = 10.0 ** (kind.noise_terminal_dba_at_100_m / 10.0) * TERMINAL_REFERENCE_M**2
    cruise = 10.0 ** (kind.noise_cruise_dba_at_500_m / 10.0) * CRUISE_REFERENCE_M**2
    share = np.clip(tilt_deg / HOVER_TILT_DEG, 0.0, 1.0)
    source = np.where(height_agl_m > 0.0, cruise + (terminal - cruise) * share, 0.0)
    energy = source / slant_m**2
    loudest = int(np.argmax(energy))
    level_dba = 10.0 * log10(float(energy[loudest])) if energy[loudest] > 0.0 else 0.0
    return FenceNoise(
        level_dba=level_dba,
        distance_m=float(slant_m[loudest]),
        limit_dba=limit_dba,
        is_within=level_dba <= limit_dba,
    )
