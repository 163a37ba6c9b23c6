"""The line of a way by car or on foot, for the map."""

from typing import Literal

import numpy as np

from aspan.journeys.road_index import Anchor, Links, RoadIndex
from aspan.journeys.roads import Found, profile_at, seek_drive, seek_walk
from aspan.journeys.roads_plain import FAR, Floats, Numbers


def route(
    index: RoadIndex, start: Anchor, goal: Anchor, hour: int, mode: Literal["drive", "walk"]
) -> list[tuple[float, float]]:
    """Return the line of the fastest way from door to door, longitude and latitude [deg].

    Empty if there is no such way.
    """
    if mode == "drive":
        found = seek_drive(index, start, goal, profile_at(index, hour))
        links, here, there = index.drive, _drive_spot(start), _drive_spot(goal)
    else:
        found = seek_walk(index, start, goal, FAR >> 1)
        links, here, there = index.walk, _walk_spot(start), _walk_spot(goal)
    if found.cost >= FAR:
        return []
    x_m, y_m = _draw(index, links, found, here, there).T
    lon_deg, lat_deg = index.projection.all_to_lonlat(x_m, y_m)
    inner = list(zip(lon_deg.tolist(), lat_deg.tolist(), strict=True))
    return [(start.lon_deg, start.lat_deg), *inner, (goal.lon_deg, goal.lat_deg)]


def _drive_spot(point: Anchor) -> tuple[int, float]:
    return point.drive_edge, point.drive_along_m


def _walk_spot(point: Anchor) -> tuple[int, float]:
    return point.walk_edge, point.walk_along_m


def _draw(
    index: RoadIndex, links: Links, found: Found, here: tuple[int, float], there: tuple[int, float]
) -> Floats:
    """Return the points of a way between two spots on streets, (edge, metres along it)."""
    if found.last < 0:
        return _part(index, here[0], here[1], there[1])
    edges = _trace(index, links, found)
    first = int(index.tail[edges[0]]) if edges else found.last
    parts = [_part(index, here[0], here[1], _end_at(index, here[0], first))]
    parts += [_points(index, edge) for edge in edges]
    parts.append(_part(index, there[0], _end_at(index, there[0], found.last), there[1]))
    points = np.concatenate(parts)
    is_new = np.ones(len(points), dtype=np.bool_)
    is_new[1:] = (np.diff(points, axis=0) != 0.0).any(axis=1)
    return points[is_new]


def _trace(index: RoadIndex, links: Links, found: Found) -> list[int]:
    """Return the edges taken, in order."""
    edges: list[int] = []
    node = found.last
    while found.into[node] >= 0:
        edges.append(int(links.edge[found.into[node]]))
        node = int(index.tail[edges[-1]])
    return edges[::-1]


def _end_at(index: RoadIndex, edge: int, node: int) -> float:
    """Return how far along an edge one of its ends is [m]."""
    return 0.0 if index.tail[edge] == node else float(index.graph.length_m[edge])


def _points(index: RoadIndex, edge: int) -> Floats:
    """Return the points of an edge with its ends, shape (points, 2) [m]."""
    graph = index.graph
    low, high = graph.shape_first[edge], graph.shape_first[edge + 1]
    ends: Numbers = np.array([index.tail[edge], graph.head[edge]])
    (x0, x1), (y0, y1) = graph.x_m[ends], graph.y_m[ends]
    return np.column_stack(
        [
            np.concatenate([[x0], graph.shape_x_m[low:high], [x1]]),
            np.concatenate([[y0], graph.shape_y_m[low:high], [y1]]),
        ]
    )


def _part(index: RoadIndex, edge: int, from_m: float, to_m: float) -> Floats:
    """Return the points of an edge between two distances along it, against it if `to_m` is less."""
    points = _points(index, edge)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    low, high = min(from_m, to_m), max(from_m, to_m)
    is_inside = (along > low) & (along < high)
    marks = np.concatenate([[low], along[is_inside], [high]])
    cut = np.column_stack([np.interp(marks, along, points[:, axis]) for axis in (0, 1)])
    return cut if from_m <= to_m else cut[::-1]
