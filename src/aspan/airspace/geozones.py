"""Geozones along lanes: which lane enters which zone where, and whether it is closed just then.

Theory of operation. A lane is a tube: its pieces, as wide and as high as the conformance windows. A
piece enters a zone where its line comes within the lateral window of the zone's border while its
altitude, with the vertical window, reaches into the zone's limits. Lanes and zones do not move, so
this is reckoned once (`lane_crossings`); a sortie only asks whether a zone is closed between its
first and its last vertex inside, widened by the window in time (`find_closed`).

Touching counts as conflict, in space and in time: a tube that just meets a border, or a zone that
closes at the very instant the window ends, is refused. Protected cylinders are no exception: a zone
over a vertiport is entered by every lane of it. Not here: holds and diversions off the lanes.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import cos, hypot, pi
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import shapely

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import GeozoneId, LaneId
from aspan.primitives.units import seconds_to_ms
from aspan.world.geozones import Geozone, GeozonePart

if TYPE_CHECKING:
    from aspan.airspace.lanes import Lane, LaneNetwork
    from aspan.world.geodesy import Projection

_QUARTER_SEGMENTS = 16
"""Straight pieces that stand for a quarter of a circle round a corner of a zone."""

_ROUND_OUT = 1.0 / cos(pi / (4 * _QUARTER_SEGMENTS))
"""Factor by which the rounded border is widened so that it lies nowhere inside the true one."""


class ZoneCrossing(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of a lane inside one zone.

    Parameters
    ----------
    first_vertex, last_vertex
        Vertices of the lane about the stretch: the pieces between them enter the zone.
    window_ms
        How much earlier or later than planned the aircraft may be there.
    """

    zone_id: GeozoneId
    first_vertex: int
    last_vertex: int
    zone: Geozone
    window_ms: int


Reserved = Mapping[GeozoneId, Sequence[tuple[int, int]]]
"""By zone: when it is kept for others, half-open [ms]; whether or not it may close by itself."""

LaneCrossings = dict[LaneId, tuple[ZoneCrossing, ...]]
"""By lane: its stretches in zones, in order of flight; lanes that enter none are absent."""


def lane_crossings(network: "LaneNetwork", geozones: Iterable[Geozone]) -> LaneCrossings:
    """Return where the lanes of a network enter zones that restrict anything.

    Zones that are open to us for now are among them, so that one may be closed later.
    """
    separation = network.separation
    window_ms = seconds_to_ms(separation.conformance_s)
    reach_m, height_m = separation.conformance_lateral_m, separation.conformance_vertical_m
    found: dict[LaneId, list[ZoneCrossing]] = {}
    for zone in geozones:
        if zone.restriction == "none":
            continue
        for part in zone.parts:
            area = _widen(part, reach_m, network.projection)
            low_m, high_m = part.lower_amsl_m - height_m, part.upper_amsl_m + height_m
            for lane in network.lanes:
                for first, last in _list_stretches(lane, area, low_m, high_m):
                    found.setdefault(lane.lane_id, []).append(
                        ZoneCrossing(
                            zone_id=zone.zone_id,
                            first_vertex=first,
                            last_vertex=last,
                            zone=zone,
                            window_ms=window_ms,
                        )
                    )
    return {
        lane_id: tuple(sorted(crossings, key=lambda c: (c.first_vertex, c.zone_id, c.last_vertex)))
        for lane_id, crossings in sorted(found.items())
    }


def find_closed(
    crossings: Sequence[ZoneCrossing],
    offsets_ms: Sequence[int],
    lift_off_at_ms: int,
    reserved: Reserved,
) -> GeozoneId | None:
    """Return the first zone on the way that is closed or reserved while it could be entered.

    None if there is none.

    Parameters
    ----------
    crossings
        Of the sortie's lane.
    offsets_ms
        Of the lane's vertices from lift-off, as in a trajectory.
    """
    for crossing in crossings:
        zone = crossing.zone
        if not zone.may_close and crossing.zone_id not in reserved:
            continue
        from_ms, until_ms = _inside_ms(crossing, offsets_ms, lift_off_at_ms)
        if is_reserved(reserved, crossing.zone_id, from_ms, until_ms + 1):
            return crossing.zone_id
        if zone.may_close and (
            not zone.applicability or zone.closed_intervals(from_ms, until_ms + 1)
        ):
            return crossing.zone_id
    return None


def enters_reserved(
    crossings: Sequence[ZoneCrossing],
    offsets_ms: Sequence[int],
    lift_off_at_ms: int,
    reserved: Reserved,
) -> bool:
    """Say whether a sortie could be in a zone while that is kept for others."""
    return any(
        is_reserved(reserved, crossing.zone_id, from_ms, until_ms + 1)
        for crossing in crossings
        if crossing.zone_id in reserved
        for from_ms, until_ms in (_inside_ms(crossing, offsets_ms, lift_off_at_ms),)
    )


def _inside_ms(
    crossing: ZoneCrossing, offsets_ms: Sequence[int], lift_off_at_ms: int
) -> tuple[int, int]:
    """Return the first and the last instant at which the aircraft could be in the zone."""
    from_ms = lift_off_at_ms + offsets_ms[crossing.first_vertex] - crossing.window_ms
    until_ms = lift_off_at_ms + offsets_ms[crossing.last_vertex] + crossing.window_ms
    return from_ms, until_ms


def is_reserved(reserved: Reserved, zone_id: GeozoneId, from_ms: int, until_ms: int) -> bool:
    """Say whether a zone is kept for others at any time in [from, until)."""
    return any(start < until_ms and from_ms < end for start, end in reserved.get(zone_id, ()))


def _widen(part: GeozonePart, reach_m: float, projection: "Projection") -> "shapely.Geometry":
    """Return the footprint of a volume in metres, widened by the lateral window."""
    rings = []
    for ring in part.rings:
        lon, lat = np.array(ring).T
        x_m, y_m = projection.all_to_xy(lon, lat)
        if not (np.isfinite(x_m).all() and np.isfinite(y_m).all()):
            raise InvalidInput("geozone: position", ring[0], "a position in the city's UTM zone")
        rings.append(np.column_stack([x_m, y_m]))
    polygon = shapely.Polygon(rings[0], rings[1:])
    wide = shapely.buffer(polygon, reach_m * _ROUND_OUT, quad_segs=_QUARTER_SEGMENTS)
    shapely.prepare(wide)
    return wide


def _list_stretches(
    lane: "Lane", area: "shapely.Geometry", low_m: float, high_m: float
) -> list[tuple[int, int]]:
    """Return first and last vertex of each unbroken run of pieces inside a widened volume."""
    points = np.column_stack([lane.x_m, lane.y_m])
    if not shapely.intersects(area, shapely.LineString(points)):
        return []
    pieces = np.asarray(shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1)))
    stretches: list[tuple[int, int]] = []
    for k in np.flatnonzero(shapely.intersects(area, pieces)).tolist():
        if not _is_within_limits(lane, k, area, pieces[k], low_m, high_m):
            continue
        if stretches and stretches[-1][1] == k:
            stretches[-1] = (stretches[-1][0], k + 1)
        else:
            stretches.append((k, k + 1))
    return stretches


def _is_within_limits(
    lane: "Lane",
    piece: int,
    area: "shapely.Geometry",
    line: "shapely.Geometry",
    low_m: float,
    high_m: float,
) -> bool:
    """Say whether a piece is between two altitudes anywhere on its way through an area."""
    from_m, to_m = lane.altitude_amsl_m[piece], lane.altitude_amsl_m[piece + 1]
    if max(from_m, to_m) < low_m or min(from_m, to_m) > high_m:
        return False
    if min(from_m, to_m) >= low_m and max(from_m, to_m) <= high_m:
        return True
    start_x, start_y = lane.x_m[piece], lane.y_m[piece]
    length_m = hypot(lane.x_m[piece + 1] - start_x, lane.y_m[piece + 1] - start_y)
    if length_m == 0.0:
        return True  # straight up or down through the limits
    for part in shapely.get_parts(shapely.intersection(area, line)):
        along = [
            hypot(x - start_x, y - start_y) / length_m for x, y in shapely.get_coordinates(part)
        ]
        ends_m = [from_m + share * (to_m - from_m) for share in (min(along), max(along))]
        if max(ends_m) >= low_m and min(ends_m) <= high_m:
            return True
    return False


def list_sites_inside(sites: Iterable[tuple[str, float, float, float]], zone: Geozone) -> list[str]:
    """Return the ids of sites over which a zone lies; border and limits count as inside.

    Parameters
    ----------
    sites
        Id, longitude, latitude [deg] and the top of what is flown close by [m AMSL] of each.
    """
    inside = []
    for site_id, lon_deg, lat_deg, top_amsl_m in sites:
        point = shapely.Point(lon_deg, lat_deg)
        for part in zone.parts:
            area = shapely.Polygon(part.rings[0], part.rings[1:])
            if part.lower_amsl_m <= top_amsl_m and shapely.intersects(area, point):
                inside.append(site_id)
                break
    return sorted(inside)
