"""Tracks against the volumes of a zone: when one first is inside while that is closed."""

from collections.abc import Callable

import numpy as np

from aspan.audit.geozones import Area, ZoneTruth
from aspan.audit.run import Run, Track


def list_areas(run: Run, zone: ZoneTruth) -> list[Area]:
    """Return the volumes of a zone in the audit's plane."""
    return [Area(volume, run.plane, run.city.terrain()) for volume in zone.volumes]


def find_entry(
    areas: list[Area], track: Track, is_closed: Callable[[float, float], bool]
) -> float | None:
    """Return the first instant at which a track is in a zone that is closed, None if it never is.

    Parameters
    ----------
    is_closed
        Whether it is closed at any time between two instants.
    """
    low = np.array([track.x_m.min(), track.y_m.min()])
    high = np.array([track.x_m.max(), track.y_m.max()])
    near = [a for a in areas if (high >= a.low_xy).all() and (low <= a.high_xy).all()]
    if not near:
        return None
    lines = (track.x_m, track.y_m, track.altitude_amsl_m, track.lon_deg, track.lat_deg)
    columns = [values.tolist() for values in lines]
    at_ms = track.at_ms.tolist()
    for k in range(len(at_ms) - 1):
        x, y, z, lon, lat = ((values[k], values[k + 1]) for values in columns)
        for area in near:
            if not area.is_near(x, y):
                continue
            for first, last in area.shares_inside(x, y, z, lon, lat):
                took_ms = at_ms[k + 1] - at_ms[k]
                inside = (at_ms[k] + first * took_ms, at_ms[k] + last * took_ms)
                if is_closed(*inside):
                    return float(inside[0])
    return None
