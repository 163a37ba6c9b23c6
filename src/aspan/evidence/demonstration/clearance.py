"""What spectators are owed: distance from the aircraft and quiet, reckoned on a path before it.

The least distance is the range's own, and where a falling aircraft would come farther than that,
its fall: thrown with its ground speed from its height, without drag, any way it points
(`safety_zone.fall_reach_m`). Noise is reckoned with the level of terminal flight all along, the
louder of the two (facts 1.26, 1.27), so that it is never under-stated.

Not counted: a glide. On the wing an aircraft without power is still flown, and is flown away from
people; how far it could glide is told in the plan (`glide_m`), not kept free.
"""

from collections.abc import Sequence
from math import inf

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from aspan.evidence.safety_zone import glide_reach_m
from aspan.physics.noise import terminal_level_dba
from aspan.primitives.units import STANDARD_GRAVITY_MPS2
from aspan.twin.card_box import Box
from aspan.twin.card_path import draw_path
from aspan.twin.card_place import Air
from aspan.twin.card_profile import LoadState, Segment
from aspan.world.aircraft import AircraftType
from aspan.world.atmosphere import air_density_kg_m3
from aspan.world.geodesy import metres_per_degree
from aspan.world.range import Range

Floats = NDArray[np.float64]

MARGIN_M = 50.0
"""Kept beyond what is owed. Assumed: for wind that differs from its report beyond rounding."""

BOX = Box(west_m=-3_900.0, south_m=-2_950.0, east_m=3_900.0, north_m=100.0)
"""Where items are flown: south of the pad, the spectators standing north of it. Assumed: inside the
volumes that the items book; what a path does in a wind is reckoned, not trusted to the box."""

RATE_HZ = 10.0

_WIND_CELL = tuple((speed, turn) for speed in (-0.25, 0.0, 0.25) for turn in (-5.0, 0.0, 5.0))
"""Winds that round to one report: to half metres a second, and to ten degrees."""

_NEAREST_M = 10.0
_EACH = 5
"""Rows looked at: half a second, in which nothing moves farther than the margin."""


class Clearance(msgspec.Struct, frozen=True, kw_only=True):
    """How one item stands to the spectators over the winds looked at.

    Parameters
    ----------
    distance_m
        Least along the ground.
    spare_m
        Least distance beyond what is owed at that instant; below 0 the item is not flown.
    noise_dba
        Greatest.
    glide_m
        Farthest glide without power, straight on with the wind behind.
    kinetic_energy_kj
        Greatest.
    seconds
        Longest.
    """

    distance_m: float
    spare_m: float
    noise_dba: float
    glide_m: float
    kinetic_energy_kj: float
    seconds: float


def spectator_ground(site: Range) -> shapely.Geometry:
    """Return all ground that spectators may stand on, metres east and north of the pad."""
    lon_m, lat_m = metres_per_degree(site.site.lat_deg)
    return shapely.union_all(
        [
            shapely.Polygon(
                [
                    ((lon - site.site.lon_deg) * lon_m, (lat - site.site.lat_deg) * lat_m)
                    for lon, lat in area.ring
                ]
            )
            for area in site.spectators.areas
        ]
    )


def clear_item(
    profile: Sequence[Segment],
    load: LoadState,
    kind: AircraftType,
    site: Range,
    air: Air,
    recover_at_s: float | None = None,
) -> Clearance:
    """Return how a profile stands to the spectators in every wind that is reported as this one.

    Parameters
    ----------
    recover_at_s
        When the run is called off, and the aircraft comes home from where it is.
    """
    ground = spectator_ground(site)
    shapely.prepare(ground)
    found = [
        _clear_path(
            profile,
            load,
            kind,
            site,
            ground,
            msgspec.structs.replace(
                air,
                wind_mps=max(0.0, air.wind_mps + speed),
                wind_from_deg=(air.wind_from_deg + turn) % 360.0,
            ),
            recover_at_s,
        )
        for speed, turn in _WIND_CELL
    ]
    return Clearance(
        distance_m=min(c.distance_m for c in found),
        spare_m=min(c.spare_m for c in found),
        noise_dba=max(c.noise_dba for c in found),
        glide_m=max(c.glide_m for c in found),
        kinetic_energy_kj=max(c.kinetic_energy_kj for c in found),
        seconds=max(c.seconds for c in found),
    )


def is_clear(found: Clearance, site: Range) -> bool:
    """Say whether an item keeps what spectators are owed, with the margin."""
    return found.spare_m >= MARGIN_M and found.noise_dba <= site.spectators.noise_dba_max


def _clear_path(
    profile: Sequence[Segment],
    load: LoadState,
    kind: AircraftType,
    site: Range,
    ground: shapely.Geometry,
    air: Air,
    recover_at_s: float | None,
) -> Clearance:
    path = draw_path(
        profile,
        kind=kind,
        mass_kg=load.mass_kg,
        density_kg_m3=air_density_kg_m3(air.pressure_pa, air.temperature_k),
        air=air,
        boxes=(BOX,),
        rate_hz=RATE_HZ,
        recover_at_s=recover_at_s,
    )
    flies = np.flatnonzero(path.height_m > 0.0)[::_EACH]
    height_m, speed_mps = path.height_m[flies], path.along_mps[flies]
    away_m = np.asarray(
        shapely.distance(ground, shapely.points(path.east_m[flies], path.north_m[flies]))
    )
    fall_m = speed_mps * np.sqrt(2.0 * height_m / STANDARD_GRAVITY_MPS2)
    owed_m = np.maximum(site.spectators.distance_m_min, fall_m)
    slant_m = float(np.hypot(away_m, height_m).min(initial=inf))
    glides = [
        glide_reach_m(
            airspeed_mps=float(v),
            height_agl_m=float(h),
            wind_mps=air.wind_mps,
            lift_to_drag=kind.lift_to_drag_max,
        )
        for v, h in zip(path.airspeed_mps[flies][::_EACH], height_m[::_EACH], strict=True)
    ]
    return Clearance(
        distance_m=float(away_m.min(initial=inf)),
        spare_m=float((away_m - owed_m).min(initial=inf)),
        noise_dba=terminal_level_dba(kind, distance_m=max(_NEAREST_M, slant_m)),
        glide_m=max(glides, default=0.0),
        kinetic_energy_kj=0.5 * load.mass_kg * float(speed_mps.max(initial=0.0)) ** 2 / 1000.0,
        seconds=path.rows / RATE_HZ,
    )
