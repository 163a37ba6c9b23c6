"""Volume4D: a footprint, a band of altitude and an interval of time, as intents publish them.

Bounds are half-open in time and open in space: volumes that only touch do not conflict. Not here:
any wire format; polygons are in UTM metres, with the same ring in degrees beside them.
"""

import msgspec
import numpy as np
import shapely

from aspan.primitives.errors import InvalidInput
from aspan.world.geodesy import Projection

TOUCH_M = 0.01
"""Footprints that overlap by no more than this only touch [m] (ASTM F3548-21, facts 6.12)."""

VERTICES_MAX = 10_000
"""Most vertices of one polygon (ASTM F3548-21, facts 6.12)."""

Ring = tuple[tuple[float, float], ...]
"""Closed ring of longitude and latitude [deg]."""


class Volume4D(msgspec.Struct, frozen=True, eq=False):
    """A part of space for a half-open interval of time.

    Parameters
    ----------
    footprint
        In metres of the city's UTM zone.
    ring_deg
        The same, closed, in degrees.
    """

    footprint: shapely.Polygon
    ring_deg: Ring
    lower_amsl_m: float
    upper_amsl_m: float
    start_at_ms: int
    end_at_ms: int


def make_volume(
    ring_deg: Ring,
    *,
    lower_amsl_m: float,
    upper_amsl_m: float,
    start_at_ms: int,
    end_at_ms: int,
    projection: Projection,
) -> Volume4D:
    """Return the volume that someone else has told, checked.

    Raises
    ------
    InvalidInput
        For a ring that crosses itself or is too long, and for bounds in the wrong order.
    """
    if not 3 <= len(ring_deg) <= VERTICES_MAX:
        raise InvalidInput("volume: footprint", len(ring_deg), f"3 to {VERTICES_MAX} vertices")
    x, y = projection.all_to_xy(
        np.array([lon for lon, _ in ring_deg]), np.array([lat for _, lat in ring_deg])
    )
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise InvalidInput("volume: footprint", ring_deg[0], "longitudes and latitudes in degrees")
    polygon = shapely.Polygon(np.column_stack([x, y]))
    if not polygon.is_valid or polygon.area <= 0.0:
        raise InvalidInput("volume: footprint", ring_deg[0], "a ring that does not cross itself")
    if upper_amsl_m <= lower_amsl_m:
        raise InvalidInput("volume: upper", upper_amsl_m, f"more than lower, {lower_amsl_m} m")
    if end_at_ms <= start_at_ms:
        raise InvalidInput("volume: end", end_at_ms, f"after start, {start_at_ms}")
    closed = ring_deg if ring_deg[0] == ring_deg[-1] else (*ring_deg, ring_deg[0])
    return Volume4D(polygon, closed, lower_amsl_m, upper_amsl_m, start_at_ms, end_at_ms)


def is_conflict(first: Volume4D, second: Volume4D) -> bool:
    """Say whether two volumes share time, altitude and area; touching is none of it."""
    return (
        first.start_at_ms < second.end_at_ms
        and second.start_at_ms < first.end_at_ms
        and first.lower_amsl_m < second.upper_amsl_m
        and second.lower_amsl_m < first.upper_amsl_m
        and is_overlap(first.footprint, second.footprint)
    )


def is_overlap(first: shapely.Polygon, second: shapely.Polygon) -> bool:
    """Say whether two footprints overlap by more than they may touch."""
    if not first.intersects(second):
        return False
    return bool(first.intersection(second).buffer(-TOUCH_M / 2.0).area > 0.0)
