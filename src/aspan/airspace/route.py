"""Route of a lane in plan: centreline, offset to the right, crossings of the runway axes.

All in metres of the city's UTM zone. Each lane keeps `offset_right_m` to the right of the line that
its opposite shares, from the edge of one protected cylinder to the edge of the other; inside the
cylinders it runs straight to and from the reference point. So opposite lanes are twice the offset
apart wherever both run outside.
"""

from itertools import pairwise
from math import hypot, sqrt

from aspan.primitives.errors import InvalidInput
from aspan.world.city import City
from aspan.world.geodesy import Projection
from aspan.world.lanes import LaneSpec, RunwayAxis, find_self_crossing
from aspan.world.vertiport import Vertiport

Point = tuple[float, float]
"""Easting and northing [m]."""

TURN_COSINE_MIN = -0.5
"""Cosine of the sharpest turn of a lane, 120 degrees. Assumed: beyond it a mitred offset runs away
from its corner (twice the offset at 120 degrees)."""

NODE_REACH_M = 1000.0
"""A lane crosses an axis at a node if it does so within this of it [m].

Assumed: a lane 500 m right of a node that crosses the axis at 45 degrees meets it 707 m from the
node; a second, parallel runway 210 m on makes it 920 m."""


def edge_m(vertiport: Vertiport, lateral_m: float) -> float:
    """Return the radius at which a lane leaves the protected cylinder [m].

    Less than the cylinder's by so much that an aircraft `lateral_m` off the lane is still inside.
    """
    return sqrt(vertiport.protected_radius_m**2 - lateral_m**2)


def plan_centreline(spec: LaneSpec, city: City, projection: Projection) -> list[Point]:
    """Return the line through pads, via points and nodes that both directions share."""
    origin, destination = city.get_vertiport(spec.origin), city.get_vertiport(spec.destination)
    points = [(origin.x_m, origin.y_m)]
    points += [projection.to_xy(lon, lat) for lon, lat in spec.via]
    points.append((destination.x_m, destination.y_m))
    nodes = {node.node_id: node for node in city.lanes.nodes}
    after = 0
    for node_id in spec.node_ids:
        if node_id not in nodes:
            known = ", ".join(sorted(nodes)) or "no node: the city marks none"
            raise InvalidInput(f"lane {spec.lane_id}: node_ids", node_id, known)
        node = nodes[node_id]
        after = _insert(points, projection.to_xy(node.lon_deg, node.lat_deg), after)
    return points


def _insert(points: list[Point], point: Point, after: int) -> int:
    """Put a point where it lengthens the line least, not before index `after`; return its index."""
    best, best_m = after, float("inf")
    for i in range(after, len(points) - 1):
        (ax, ay), (bx, by) = points[i], points[i + 1]
        if i > 0 and hypot(point[0] - ax, point[1] - ay) < 1.0:
            return i
        through = hypot(point[0] - ax, point[1] - ay) + hypot(point[0] - bx, point[1] - by)
        longer_m = through - hypot(bx - ax, by - ay)
        if longer_m < best_m:
            best, best_m = i, longer_m
    points.insert(best + 1, point)
    return best + 1


def offset_route(
    centreline: list[Point],
    *,
    lane_id: str,
    offset_m: float,
    origin_edge_m: float,
    destination_edge_m: float,
) -> list[Point]:
    """Return the lane in plan: pad, edge of the cylinder, mitred corners, edge, pad."""
    if not 0.0 <= offset_m < min(origin_edge_m, destination_edge_m):
        raise InvalidInput(f"lane {lane_id}: offset_right_m", offset_m, "less than the cylinders")
    headings = _headings(centreline, lane_id)
    points = [centreline[0]]
    points.append(_aside(centreline[0], headings[0], _along(origin_edge_m, offset_m), offset_m))
    for i in range(1, len(centreline) - 1):
        points.append(_mitre(centreline[i], headings[i - 1], headings[i], offset_m, lane_id))
    back_m = -_along(destination_edge_m, offset_m)
    points.append(_aside(centreline[-1], headings[-1], back_m, offset_m))
    points.append(centreline[-1])
    for i, (ux, uy) in enumerate(headings):
        (ax, ay), (bx, by) = points[i + 1], points[i + 2]
        if (bx - ax) * ux + (by - ay) * uy <= 0.0:
            raise InvalidInput(
                f"lane {lane_id}: piece {i + 1}",
                f"{hypot(bx - ax, by - ay):.0f} m",
                "pads and via points far enough apart for the cylinders and the offset",
            )
    return points


def _along(edge_m: float, offset_m: float) -> float:
    return sqrt(edge_m**2 - offset_m**2)


def _headings(points: list[Point], lane_id: str) -> list[Point]:
    headings = []
    for (ax, ay), (bx, by) in pairwise(points):
        length_m = hypot(bx - ax, by - ay)
        if length_m < 1.0:
            raise InvalidInput(f"lane {lane_id}: via", (bx, by), "points that differ")
        headings.append(((bx - ax) / length_m, (by - ay) / length_m))
    return headings


def _aside(point: Point, heading: Point, along_m: float, right_m: float) -> Point:
    (x, y), (ux, uy) = point, heading
    return x + along_m * ux + right_m * uy, y + along_m * uy - right_m * ux


def _mitre(point: Point, before: Point, after: Point, right_m: float, lane_id: str) -> Point:
    cosine = before[0] * after[0] + before[1] * after[1]
    if cosine < TURN_COSINE_MIN:
        raise InvalidInput(f"lane {lane_id}: via", point, "a turn of at most 120 degrees")
    scale = right_m / (1.0 + cosine)
    return (
        point[0] + scale * (before[1] + after[1]),
        point[1] - scale * (before[0] + after[0]),
    )


def check_runways(
    route: list[Point],
    *,
    spec: LaneSpec,
    city: City,
    projection: Projection,
) -> None:
    """Refuse a lane that meets a runway axis elsewhere than at a node of its own (facts 4.36).

    Excepted are crossings of the extended axis, not of the runway, inside the protected cylinder of
    the lane's own origin or destination.
    """
    nodes = [node for node in city.lanes.nodes if node.node_id in spec.node_ids]
    marked = [projection.to_xy(node.lon_deg, node.lat_deg) for node in nodes]
    ends = [city.get_vertiport(spec.origin), city.get_vertiport(spec.destination)]
    for runway in city.lanes.runways:
        for x, y, is_on_runway in _meet(route, runway, projection):
            if any(hypot(x - nx, y - ny) <= NODE_REACH_M for nx, ny in marked):
                continue
            is_at_end = any(hypot(x - v.x_m, y - v.y_m) <= v.protected_radius_m for v in ends)
            if is_at_end and not is_on_runway:
                continue
            lon, lat = projection.to_lonlat(x, y)
            raise InvalidInput(
                f"lane {spec.lane_id}: crossing of runway axis {runway.runway_id}",
                (round(lon, 5), round(lat, 5)),
                f"a crossing within {NODE_REACH_M:.0f} m of one of its marked nodes",
            )


def check_self_crossing(route: list[Point], *, lane_id: str, projection: Projection) -> None:
    """Refuse a laid lane that crosses itself: an aircraft could meet the one behind it."""
    met = find_self_crossing(route)
    if met is not None:
        lon, lat = projection.to_lonlat(*met)
        raise InvalidInput(
            f"lane {lane_id}: via",
            f"crosses itself at {lon:.5f}, {lat:.5f}",
            "a lane that meets itself nowhere",
        )


def _meet(
    route: list[Point], runway: RunwayAxis, projection: Projection
) -> list[tuple[float, float, bool]]:
    """Return where the route meets the extended axis, and whether on the runway itself."""
    fx, fy = projection.to_xy(runway.first_lon_deg, runway.first_lat_deg)
    sx, sy = projection.to_xy(runway.second_lon_deg, runway.second_lat_deg)
    length_m = hypot(sx - fx, sy - fy)
    ux, uy = (sx - fx) / length_m, (sy - fy) / length_m
    found = []
    for (ax, ay), (bx, by) in pairwise(route):
        a_aside = (ax - fx) * uy - (ay - fy) * ux
        b_aside = (bx - fx) * uy - (by - fy) * ux
        if a_aside * b_aside > 0.0 or a_aside == b_aside:
            continue
        share = a_aside / (a_aside - b_aside)
        x, y = ax + share * (bx - ax), ay + share * (by - ay)
        along_m = (x - fx) * ux + (y - fy) * uy
        if -runway.extent_m <= along_m <= length_m + runway.extent_m:
            found.append((x, y, 0.0 <= along_m <= length_m))
    return found
