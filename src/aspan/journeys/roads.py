"""Ways by car and on foot between any two points of the city, and to and from its places.

`prepare_roads` makes the index once, with tables for the places named; `snap` ties a point to the
streets, and all else takes the anchors it returns. Hours are local, 0 to 23; a way is driven at the
speeds of the hour in which it begins. `None` means: there is no such way.
"""

from collections.abc import Sequence
from math import ceil, inf
from types import ModuleType
from typing import NamedTuple

import msgspec
import numpy as np

from aspan.journeys import roads_plain
from aspan.journeys.road_index import (
    MM_PER_M,
    MS_STEP,
    Anchor,
    Grid,
    RoadIndex,
    build_index,
)
from aspan.journeys.roads_plain import FAR, Costs, Floats, Numbers
from aspan.primitives.errors import InvalidInput
from aspan.world.city import City

_NO_MARKS = np.zeros((1, 0), dtype=np.int64)
_NO_GOALS = np.zeros(0, dtype=np.int64)


class Drive(NamedTuple):
    """A way by car."""

    duration_ms: int
    distance_m: float


class AnchorTable(NamedTuple):
    """Where many points meet the streets on foot, as columns; see `tabulate`."""

    edge: Numbers
    along_m: Floats
    away_m: Floats


class Found(NamedTuple):
    """A way found: what `road_lines.py` draws.

    Parameters
    ----------
    cost
        In the units of the search, `FAR` if there is no way.
    last
        Junction from which the goal's street is entered; -1 if the way leaves no junction behind.
    into
        Link by which each junction was reached, -1 at the first.
    """

    cost: int
    last: int
    into: Numbers


class _Taps(NamedTuple):
    """Junctions next to a point on a street and what lies between, at most two; -1 is none."""

    nodes: Numbers
    costs: Costs


def prepare_roads(
    city: City, places: Sequence[tuple[float, float]], *, is_plain: bool = False
) -> RoadIndex:
    """Return the index of a city's streets with tables for `places`.

    Parameters
    ----------
    places
        Longitude and latitude [deg]; a few tens: memory grows by 2 costs a place, node and profile.
    is_plain
        Search with the plain twin, not the kernel; the same answers, slowly.
    """
    bare = build_index(city, is_plain=is_plain)
    anchors = tuple(snap(bare, lon, lat) for lon, lat in places)
    profiles, nodes = len(bare.speed_mps), len(bare.graph.x_m)
    shape = (profiles, nodes, len(places))
    from_places, to_places = np.full(shape, FAR), np.full(shape, FAR)
    walk_mm = np.full((nodes, len(places)), FAR)
    for place, anchor in enumerate(anchors):
        if anchor is None:
            continue
        for profile in range(profiles):
            from_places[profile, :, place] = drive_costs(bare, anchor, profile)
            to_places[profile, :, place] = drive_costs_to(bare, anchor, profile)
        walk_mm[:, place] = _spread_on_foot(bare, anchor, FAR - 1)
    return msgspec.structs.replace(
        bare,
        places=anchors,
        from_places=from_places,
        to_places=to_places,
        walk_places_mm=walk_mm,
    )


def snap(index: RoadIndex, lon_deg: float, lat_deg: float) -> Anchor | None:
    """Return where a point meets the streets; None beyond `snap_m_max` of every one."""
    if not (-180.0 <= lon_deg <= 180.0 and -90.0 <= lat_deg <= 90.0):
        found = f"{lon_deg}, {lat_deg}"
        raise InvalidInput("point", found, "longitude and latitude in degrees")
    x_m, y_m = index.projection.to_xy(lon_deg, lat_deg)
    if not (abs(x_m) < inf and abs(y_m) < inf):
        return None
    drive = _find_nearest(index, index.drive_grid, x_m, y_m)
    walk = _find_nearest(index, index.walk_grid, x_m, y_m)
    if drive[0] < 0 and walk[0] < 0:
        return None
    return Anchor(lon_deg, lat_deg, *drive, *walk)


def _find_nearest(index: RoadIndex, grid: Grid, x_m: float, y_m: float) -> tuple[int, float, float]:
    """Return edge, metres along it and metres away; edge -1 if none is near enough."""
    limit_m = index.model.snap_m_max
    ends, edge, from_m, *cells = grid
    segment, share, away_m = _search(index).nearest(x_m, y_m, limit_m, ends, *cells)
    if segment < 0:
        return -1, 0.0, 0.0
    ax, ay, bx, by = ends[segment].tolist()
    along_m = float(from_m[segment]) + share * ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    number = int(edge[segment])
    return number, min(along_m, float(index.graph.length_m[number])), away_m


def _search(index: RoadIndex) -> ModuleType:
    """Return the module that searches; the kernel is imported when it is first asked for."""
    if index.is_plain:
        return roads_plain
    from aspan.journeys import roads_kernel

    return roads_kernel


def drive(index: RoadIndex, start: Anchor, goal: Anchor, hour: int) -> Drive | None:
    """Return the fastest way by car between two points."""
    profile = profile_at(index, hour)
    return _unpack(seek_drive(index, start, goal, profile).cost)


def drive_from_places(index: RoadIndex, goal: Anchor, hour: int) -> tuple[Drive | None, ...]:
    """Return the fastest way by car from each place, by their tables."""
    profile = profile_at(index, hour)
    costs = _to_goal(index.from_places[profile], _reach(index, goal, profile))
    return tuple(
        None if place is None else _unpack(min(cost, same_street_cost(index, place, goal, profile)))
        for place, cost in zip(index.places, costs.tolist(), strict=True)
    )


def drive_to_places(index: RoadIndex, start: Anchor, hour: int) -> tuple[Drive | None, ...]:
    """Return the fastest way by car to each place, by their tables."""
    profile = profile_at(index, hour)
    costs = _to_goal(index.to_places[profile], _leave(index, start, profile))
    return tuple(
        None
        if place is None
        else _unpack(min(cost, same_street_cost(index, start, place, profile)))
        for place, cost in zip(index.places, costs.tolist(), strict=True)
    )


def profile_at(index: RoadIndex, hour: int) -> int:
    """Return the profile of an hour."""
    if not 0 <= hour < len(index.profile_of_hour):
        raise InvalidInput("hour", hour, "an hour of the day, 0 to 23")
    return index.profile_of_hour[hour]


def _unpack(cost: int) -> Drive | None:
    """Return a cost as duration and distance."""
    if cost >= FAR:
        return None
    return Drive(int(cost) // MS_STEP, int(cost) % MS_STEP / MM_PER_M)


def _leave(index: RoadIndex, point: Anchor, profile: int) -> _Taps:
    """Return the junctions a car from a point comes to first."""
    return _tap(index, point, profile, is_leaving=True)


def _reach(index: RoadIndex, point: Anchor, profile: int) -> _Taps:
    """Return the junctions a car to a point passes last."""
    return _tap(index, point, profile, is_leaving=False)


def _tap(index: RoadIndex, point: Anchor, profile: int, *, is_leaving: bool) -> _Taps:
    """Return the ends of a point's street, and what it costs from the point to them or back."""
    nodes, costs = [-1, -1], [FAR, FAR]
    if point.drive_edge >= 0:
        away = index.away_cost(point.drive_away_m, profile)
        for i, (edge, before_m, after_m) in enumerate(_both_ways(index, point)):
            part_m = after_m if is_leaving else before_m
            part = index.part_cost(edge, part_m, profile, reaches_end=is_leaving)
            nodes[i] = int(index.graph.head[edge] if is_leaving else index.tail[edge])
            costs[i] = away + part
    return _Taps(np.array(nodes, dtype=np.int32), np.array(costs, dtype=np.int64))


def _both_ways(index: RoadIndex, point: Anchor) -> list[tuple[int, float, float]]:
    """Return the edges along a point's street that cars may take, with metres before and after."""
    edge, along_m = point.drive_edge, point.drive_along_m
    rest_m = float(index.graph.length_m[edge]) - along_m
    ways = [(edge, along_m, rest_m), (int(index.twin[edge]), rest_m, along_m)]
    return [way for way in ways if way[0] >= 0 and index.graph.may_drive[way[0]]]


def drive_taps(index: RoadIndex, point: Anchor, profile: int) -> tuple[Numbers, Costs]:
    """Return the junctions a car to a point passes last, at most two, and the cost from each."""
    return _reach(index, point, profile)


def drive_costs(index: RoadIndex, start: Anchor, profile: int) -> Costs:
    """Return the cost by car from a point to each junction."""
    links, taps = index.drive, _leave(index, start, profile)
    reached: Costs = _search(index).spread(
        links.first, links.head, index.drive_cost[profile], taps.nodes, taps.costs, FAR - 1
    )
    return reached


def drive_costs_to(index: RoadIndex, goal: Anchor, profile: int) -> Costs:
    """Return the cost by car from each junction to a point."""
    links, taps = index.drive_back, _reach(index, goal, profile)
    reached: Costs = _search(index).spread(
        links.first, links.head, index.drive_back_cost[profile], taps.nodes, taps.costs, FAR - 1
    )
    return reached


def same_street_cost(index: RoadIndex, start: Anchor, goal: Anchor, profile: int) -> int:
    """Return the cost of driving along the street both points lie at, `FAR` if they do not."""
    if start.drive_edge < 0 or start.drive_edge != goal.drive_edge:
        return FAR
    away = index.away_cost(start.drive_away_m, profile)
    away += index.away_cost(goal.drive_away_m, profile)
    pairs = zip(_both_ways(index, start), _both_ways(index, goal), strict=True)
    ways = [(edge, there - here) for (edge, here, _), (_, there, _) in pairs if there >= here]
    costs = [
        away + index.part_cost(edge, part_m, profile, reaches_end=False) for edge, part_m in ways
    ]
    return min(costs, default=FAR)


def seek_drive(index: RoadIndex, start: Anchor, goal: Anchor, profile: int) -> Found:
    """Return the fastest way by car between two points, with the junctions passed."""
    direct = same_street_cost(index, start, goal, profile)
    out, into = _leave(index, start, profile), _reach(index, goal, profile)
    goal_from = _to_goal(index.from_places[profile], into)
    goal_to = _to_goal(index.to_places[profile], _leave(index, goal, profile))
    cost, which, taken = _search(index).seek(
        index.drive.first, index.drive.head, index.drive_cost[profile],
        out.nodes, out.costs, into.nodes, into.costs, direct,
        index.from_places[profile], index.to_places[profile], goal_from, goal_to,
    )  # fmt: skip
    if direct <= cost:
        return Found(direct, -1, taken)
    return Found(int(cost), int(into.nodes[which]), taken)


def _to_goal(table: Costs, taps: _Taps) -> Costs:
    """Return the cost between each place and a point, from the table of one profile."""
    best = np.full(table.shape[1], FAR, dtype=np.int64)
    for node, cost in zip(taps.nodes.tolist(), taps.costs.tolist(), strict=True):
        if node >= 0:
            row = table[node]
            best = np.minimum(best, np.where(row < FAR, row + cost, FAR))
    return best


def _foot_taps(index: RoadIndex, edge: int, along_m: float, away_m: float) -> _Taps:
    """Return both ends of a point's street and the millimetres to them."""
    rest_m = float(index.graph.length_m[edge]) - along_m
    nodes = np.array([index.tail[edge], index.graph.head[edge]], dtype=np.int32)
    metres = np.array([along_m + away_m, rest_m + away_m])
    return _Taps(nodes, np.ceil(metres * MM_PER_M).astype(np.int64))


def walk(index: RoadIndex, start: Anchor, goal: Anchor, limit_m: float) -> float | None:
    """Return the shortest way on foot [m]; None if it is longer than `limit_m`."""
    cost = seek_walk(index, start, goal, _to_mm(limit_m)).cost
    return None if cost >= FAR else cost / MM_PER_M


def _to_mm(limit_m: float) -> int:
    """Return a limit in whole millimetres, `FAR` less one at most."""
    return int(min(limit_m * MM_PER_M, float(FAR >> 1)))


def seek_walk(index: RoadIndex, start: Anchor, goal: Anchor, limit: int) -> Found:
    """Return the shortest way on foot within `limit` [mm], with the junctions passed."""
    if start.walk_edge < 0 or goal.walk_edge < 0:
        return Found(FAR, -1, np.zeros(0, dtype=np.int32))
    out = _foot_taps(index, start.walk_edge, start.walk_along_m, start.walk_away_m)
    into = _foot_taps(index, goal.walk_edge, goal.walk_along_m, goal.walk_away_m)
    direct = FAR
    if start.walk_edge == goal.walk_edge:
        apart_m = abs(start.walk_along_m - goal.walk_along_m)
        direct = ceil((apart_m + start.walk_away_m + goal.walk_away_m) * MM_PER_M)
    cost, which, taken = _search(index).seek(
        index.walk.first, index.walk.head, index.walk_mm,
        out.nodes, out.costs, into.nodes, into.costs, min(limit, direct),
        _NO_MARKS, _NO_MARKS, _NO_GOALS, _NO_GOALS,
    )  # fmt: skip
    if direct <= min(cost, limit):
        return Found(direct, -1, taken)
    return Found(int(cost), int(into.nodes[which]) if which >= 0 else -1, taken)


def _spread_on_foot(index: RoadIndex, point: Anchor, limit: int) -> Costs:
    """Return the millimetres on foot from a point to each node, `FAR` beyond the limit."""
    if point.walk_edge < 0:
        return np.full(len(index.graph.x_m), FAR)
    taps = _foot_taps(index, point.walk_edge, point.walk_along_m, point.walk_away_m)
    links, search = index.walk, _search(index)
    reached: Costs = search.spread(links.first, links.head, index.walk_mm, *taps, limit)
    return reached


def walk_reach(index: RoadIndex, point: Anchor, limit_m: float) -> tuple[Numbers, Floats]:
    """Return the junctions within a walk of a point, and the metres to each."""
    reached = _spread_on_foot(index, point, _to_mm(limit_m))
    nodes = np.flatnonzero(reached < FAR)
    return nodes.astype(np.int32), reached[nodes] / MM_PER_M


def tabulate(anchors: Sequence[Anchor | None]) -> AnchorTable:
    """Return anchors as columns, for `walk_to_many`; None has edge -1."""
    rows = [(a.walk_edge, a.walk_along_m, a.walk_away_m) if a else (-1, 0.0, 0.0) for a in anchors]
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    return AnchorTable(table[:, 0].astype(np.int32), table[:, 1].copy(), table[:, 2].copy())


def walk_to_many(index: RoadIndex, point: Anchor, many: AnchorTable, limit_m: float) -> Floats:
    """Return the metres on foot from a point to each of many, infinite beyond `limit_m`.

    Walks are as long either way, so these are also the ways back.
    """
    reached = _spread_on_foot(index, point, _to_mm(limit_m))
    return _meet_on_foot(index, point, reached, many, limit_m)


def walk_place_to_many(index: RoadIndex, place: int, many: AnchorTable, limit_m: float) -> Floats:
    """Return `walk_to_many` of a place, by its table."""
    point = index.places[place]
    if point is None:
        return np.full(len(many.edge), inf)
    return _meet_on_foot(index, point, index.walk_places_mm[:, place], many, limit_m)


def _meet_on_foot(
    index: RoadIndex, point: Anchor, reached: Costs, many: AnchorTable, limit_m: float
) -> Floats:
    """Return the metres to each of many points, from the millimetres to each node."""
    edge = np.maximum(many.edge, 0)
    rest_m = index.graph.length_m[edge] - many.along_m
    ends = reached[index.tail[edge]], reached[index.graph.head[edge]]
    tail_m, head_m = (np.where(end < FAR, end / MM_PER_M, inf) for end in ends)
    best = np.minimum(tail_m + many.along_m, head_m + rest_m)
    direct = np.abs(many.along_m - point.walk_along_m) + point.walk_away_m
    best = np.where(many.edge == point.walk_edge, np.minimum(best, direct), best) + many.away_m
    is_far = (many.edge < 0) | (best > limit_m) | (point.walk_edge < 0)
    return np.where(is_far, inf, best)


def walk_to_place(index: RoadIndex, start: Anchor, place: int, limit_m: float) -> float | None:
    """Return the shortest way on foot to a place [m], by its table; None beyond `limit_m`."""
    metres = float(walk_place_to_many(index, place, tabulate([start]), limit_m)[0])
    return None if metres == inf else metres


def walk_from_place(index: RoadIndex, place: int, goal: Anchor, limit_m: float) -> float | None:
    """Return the shortest way on foot from a place [m], as long as the way to it."""
    return walk_to_place(index, goal, place, limit_m)
