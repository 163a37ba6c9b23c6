"""Which places tell of the weather on a lane: those near enough for thunder, and for ice.

Built once for every lane; at release only the reports of these few places are looked at. The two
ends are judged by `minima.check_minima` and are left out of what is looked at for ice.

Assumed: between places the weather is that of the nearest of them, or nobody knows it. A lane far
from every place is judged by its ends alone.
"""

from collections.abc import Container, Sequence
from math import hypot

import msgspec

from aspan.airspace.lanes import Lane
from aspan.primitives.ids import VertiportId
from aspan.world.rules import WeatherMinima
from aspan.world.vertiport import Vertiport


class LaneWatch(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The places to look at before a sortie leaves on a lane, by id.

    Parameters
    ----------
    thunder
        Within `thunderstorm_radius_m` of the lane, its ends included.
    ice
        Within `icing_radius_m` but for the ends, each with the greatest height above it that the
        lane has within that radius [m].
    """

    thunder: tuple[VertiportId, ...]
    ice: tuple[tuple[VertiportId, float], ...]


def watch_lane(lane: Lane, sites: Sequence[Vertiport], minima: WeatherMinima) -> LaneWatch:
    """Return what to look at on one lane."""
    thunder, ice = [], []
    for site in sorted(sites, key=lambda site: site.vertiport_id):
        away_m, altitude_m = come_nearest(lane, site.x_m, site.y_m, within_m=minima.icing_radius_m)
        if away_m <= minima.thunderstorm_radius_m:
            thunder.append(site.vertiport_id)
        if away_m <= minima.icing_radius_m and site.vertiport_id not in (
            lane.origin,
            lane.destination,
        ):
            ice.append((site.vertiport_id, max(0.0, altitude_m - site.elevation_amsl_m)))
    return LaneWatch(thunder=tuple(thunder), ice=tuple(ice))


def cut_watch(watch: LaneWatch, sites: Container[VertiportId]) -> LaneWatch:
    """Return what to look at where only some of the sites are."""
    return LaneWatch(
        thunder=tuple(site_id for site_id in watch.thunder if site_id in sites),
        ice=tuple((site_id, high_m) for site_id, high_m in watch.ice if site_id in sites),
    )


def come_nearest(lane: Lane, x_m: float, y_m: float, *, within_m: float) -> tuple[float, float]:
    """Return how near a lane comes to a point over ground [m], and its greatest altitude near it.

    The altitude [m] is that of the nearest point or of any vertex within `within_m`.
    """
    nearest_m, altitude_m = hypot(lane.x_m[0] - x_m, lane.y_m[0] - y_m), lane.altitude_amsl_m[0]
    for i in range(len(lane.x_m) - 1):
        first_x, first_y = lane.x_m[i], lane.y_m[i]
        along_x, along_y = lane.x_m[i + 1] - first_x, lane.y_m[i + 1] - first_y
        length2 = along_x * along_x + along_y * along_y
        share = 0.0
        if length2 > 0.0:
            share = ((x_m - first_x) * along_x + (y_m - first_y) * along_y) / length2
            share = min(1.0, max(0.0, share))
        away_m = hypot(first_x + share * along_x - x_m, first_y + share * along_y - y_m)
        if away_m < nearest_m:
            low_m, high_m = lane.altitude_amsl_m[i], lane.altitude_amsl_m[i + 1]
            nearest_m, altitude_m = away_m, low_m + share * (high_m - low_m)
    high = [
        altitude
        for x, y, altitude in zip(lane.x_m, lane.y_m, lane.altitude_amsl_m, strict=True)
        if hypot(x - x_m, y - y_m) <= within_m
    ]
    return nearest_m, max(altitude_m, *high) if high else altitude_m
