"""The safety zone of a card: the ground an aircraft could come down on if all power were lost.

Two ways down are reckoned, and the farther counts. It falls like a thrown stone, without drag, from
its height with its speed over ground: nothing falls farther [1]. Or it glides: from wing-borne
flight its height and what its speed is worth as height, times the lift-to-drag ratio, carried by
the wind. Glide is reckoned with the type's greatest ratio, propellers feathered; a real one is
shorter, so that the zone is on the safe side. Below the wing's least speed nothing glides, and the
reach is never less than the height (the 1:1 rule of [2]).

Not modelled: parts thrown by a propeller, a controlled flight elsewhere.

References
----------
.. [1] R. C. Hibbeler, *Engineering Mechanics: Dynamics*, 14th ed., 2016, §12.6: projectiles.
.. [2] JARUS, *Guidelines on Specific Operations Risk Assessment (SORA)*, 2.0, 2019, annex B:
   ground risk buffer of at least the height. Recalled.
"""

from math import sqrt
from typing import Final

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from aspan.primitives.units import STANDARD_GRAVITY_MPS2, W_PER_KW
from aspan.world.geodesy import metres_per_degree
from aspan.world.geozones import Ring

Floats = NDArray[np.float64]

WING_SPEED_MPS_MIN: Final = 40.6
"""Stall speed of the wing: facts 2.1 (evtolpy). Below it nothing glides."""

_SEGMENTS: Final = 8
"""Straight pieces that stand for a quarter of a circle."""

_ROUND_OUT: Final = 1.0 / np.cos(np.pi / (4 * _SEGMENTS))
"""Factor by which a circle is widened, so that its polygon lies nowhere inside it."""


class SafetyZone(msgspec.Struct, frozen=True, kw_only=True):
    """Where a card's aircraft could come down, and with how much energy.

    Parameters
    ----------
    reach_m
        Greatest distance over ground from where it is to where it could come down.
    kinetic_energy_kj
        Greatest on the way, with the speed over ground that the wind adds.
    ring
        Hull of all places in reach, longitude and latitude, first corner repeated.
    beyond_fence_m
        By how much it reaches beyond the fence; 0 if nowhere.
    """

    reach_m: float
    kinetic_energy_kj: float
    ring: Ring
    beyond_fence_m: float


def fall_reach_m(*, speed_mps: float, height_agl_m: float) -> float:
    """Return how far a body falls from a height with a level speed, without drag."""
    return speed_mps * sqrt(2.0 * height_agl_m / STANDARD_GRAVITY_MPS2)


def glide_reach_m(
    *, airspeed_mps: float, height_agl_m: float, wind_mps: float, lift_to_drag: float
) -> float:
    """Return how far an aircraft glides with the wind behind it; 0 below the wing's least speed.

    Speed above the least is worth (V² - Vmin²) / 2g of height.
    """
    if airspeed_mps < WING_SPEED_MPS_MIN:
        return 0.0
    excess = airspeed_mps**2 - WING_SPEED_MPS_MIN**2
    height_m = height_agl_m + excess / (2.0 * STANDARD_GRAVITY_MPS2)
    return lift_to_drag * height_m * (1.0 + wind_mps / WING_SPEED_MPS_MIN)


def reach_m(
    *, airspeed_mps: float, height_agl_m: float, wind_mps: float, lift_to_drag: float
) -> float:
    """Return how far from below its place an aircraft could come down; 0 on the ground."""
    if height_agl_m <= 0.0:
        return 0.0
    falls_m = fall_reach_m(speed_mps=airspeed_mps + wind_mps, height_agl_m=height_agl_m)
    glides_m = glide_reach_m(
        airspeed_mps=airspeed_mps,
        height_agl_m=height_agl_m,
        wind_mps=wind_mps,
        lift_to_drag=lift_to_drag,
    )
    return max(height_agl_m, falls_m, glides_m)


def find_safety_zone(
    *,
    mass_kg: float,
    lift_to_drag: float,
    wind_mps: float,
    pad_lonlat: tuple[float, float],
    fence: Ring,
    east_m: Floats,
    north_m: Floats,
    height_agl_m: Floats,
    airspeed_mps: Floats,
) -> SafetyZone:
    """Return the safety zone of a path.

    Parameters
    ----------
    wind_mps
        Strongest the card allows; it may come from anywhere.
    pad_lonlat
        Origin of `east_m` and `north_m`. [deg]
    east_m, north_m, height_agl_m, airspeed_mps
        Of places along the path, near enough for straight lines between them.
    """
    reaches = np.array(
        [
            reach_m(
                airspeed_mps=float(speed),
                height_agl_m=float(height),
                wind_mps=wind_mps,
                lift_to_drag=lift_to_drag,
            )
            for speed, height in zip(airspeed_mps, height_agl_m, strict=True)
        ]
    )
    lon_m, lat_m = metres_per_degree(pad_lonlat[1])
    places = [shapely.Point(x, y) for x, y in zip(east_m, north_m, strict=True)]
    discs = [
        shapely.buffer(place, reach * _ROUND_OUT, quad_segs=_SEGMENTS)
        for place, reach in zip(places, reaches.tolist(), strict=True)
    ]
    hull = shapely.convex_hull(shapely.union_all([*discs, *places]))
    corners = shapely.get_coordinates(hull)
    ring = tuple(
        (round(pad_lonlat[0] + float(x) / lon_m, 6), round(pad_lonlat[1] + float(y) / lat_m, 6))
        for x, y in corners
    )
    inside = shapely.Polygon(
        [((lon - pad_lonlat[0]) * lon_m, (lat - pad_lonlat[1]) * lat_m) for lon, lat in fence]
    )
    beyond = [
        float(shapely.distance(inside, place)) + reach
        if not shapely.covers(inside, place)
        else max(0.0, reach - float(shapely.distance(inside.exterior, place)))
        for place, reach in zip(places, reaches.tolist(), strict=True)
    ]
    speed_mps = float(airspeed_mps.max(initial=0.0)) + wind_mps
    energy_kj = 0.5 * mass_kg * speed_mps**2 / W_PER_KW
    return SafetyZone(
        reach_m=float(reaches.max(initial=0.0)),
        kinetic_energy_kj=energy_kj if bool((height_agl_m > 0.0).any()) else 0.0,
        ring=ring,
        beyond_fence_m=max(beyond, default=0.0),
    )
