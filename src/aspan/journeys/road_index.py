"""The road index: everything about a city's streets that searches between points ask for.

Made once a city by `prepare_roads`; read-only. A cost is one whole number, milliseconds times 2^32
plus millimetres, so the fastest way is found and of equally fast ones the shortest, exactly, and
both are read from it. Hours with equal factors share one profile. For each place (a vertiport, a
station) the index holds the cost to and from every junction in every profile: they answer `drive`
to and from places at once and are the landmarks by which other searches are guided.

A point is tied to the streets by an `Anchor`: where on the nearest street it meets them. Motorways
have no doors. From door to street a car goes at the speed of `service`, a person walks.

Not modelled: turns (restrictions, time lost), traffic beyond the factor of class and hour, tolls,
closed roads, parking.
"""

from math import ceil
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.journeys.roads_plain import FAR, Costs, Floats, Numbers
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_S
from aspan.world.city import City
from aspan.world.geodesy import Projection
from aspan.world.streets import ROAD_CLASSES, Flags, StreetGraph, StreetModel

MM_PER_M: Final = 1000
MS_STEP: Final = 1 << 32
"""A millisecond in a cost; what is below it are millimetres, up to 4,294 km."""

HOURS_A_DAY: Final = 24
MOTORWAY: Final = ROAD_CLASSES.index("motorway")
SERVICE: Final = ROAD_CLASSES.index("service")

CELL_M: Final = 200.0
CELLS_MAX: Final = 4_000_000
"""Cells in which the nearest street is looked for; larger ones where the city is vast."""


class Links(NamedTuple):
    """Edges by the node they begin at, cut to those of one kind of traveller.

    Parameters
    ----------
    first, head
        Edges of node n: from `first[n]` to `first[n + 1]`.
    edge
        Number in the graph.
    """

    first: Numbers
    head: Numbers
    edge: Numbers


class Grid(NamedTuple):
    """Segments of streets in square cells, for the nearest one.

    Parameters
    ----------
    ends
        x and y of both ends of each segment, shape (segments, 4).
    edge, from_m
        Edge of each segment, and how far along the edge it begins.
    """

    ends: Floats
    edge: Numbers
    from_m: Floats
    origin_x_m: float
    origin_y_m: float
    cell_m: float
    columns: int
    rows: int
    cell_first: Numbers
    cell_segments: Numbers


class Anchor(msgspec.Struct, frozen=True):
    """Where a point meets the streets; the edge is -1 where no street is near enough.

    Parameters
    ----------
    drive_along_m, walk_along_m
        Along the edge, from where it begins.
    drive_away_m, walk_away_m
        From the point to the street, straight.
    """

    lon_deg: float
    lat_deg: float
    drive_edge: int
    drive_along_m: float
    drive_away_m: float
    walk_edge: int
    walk_along_m: float
    walk_away_m: float


class RoadIndex(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What `prepare_roads` makes of a city.

    Parameters
    ----------
    projection
        To the metres the graph stands in.
    tail, twin
        Of edges: the node it begins at; the edge the other way along the same street, -1 if none.
    profile_of_hour
        Number of the profile, one an hour.
    speed_mps
        By profile and class.
    crossing_ms
        Lost at the end of each edge.
    drive, drive_back, walk
        Edges cars may take, the same turned round, edges persons may take.
    drive_cost, drive_back_cost
        Cost by profile and link.
    walk_mm
        Length of each link on foot.
    places
        Anchors of places; None where no street is near enough.
    from_places, to_places
        Cost by profile, node and place; `FAR` where there is no way.
    walk_places_mm
        Distance on foot by node and place.
    is_plain
        True if the plain twin is to search, not the kernel.
    """

    projection: Projection
    graph: StreetGraph
    model: StreetModel
    tail: Numbers
    twin: Numbers
    profile_of_hour: tuple[int, ...]
    speed_mps: tuple[tuple[float, ...], ...]
    crossing_ms: Numbers
    drive: Links
    drive_back: Links
    drive_cost: Costs
    drive_back_cost: Costs
    walk: Links
    walk_mm: Costs
    drive_grid: Grid
    walk_grid: Grid
    places: tuple[Anchor | None, ...] = ()
    from_places: Costs
    to_places: Costs
    walk_places_mm: Costs
    is_plain: bool = False

    def part_cost(self, edge: int, part_m: float, profile: int, *, reaches_end: bool) -> int:
        """Return the cost of driving a part of an edge, rounded up."""
        speed_mps = self.speed_mps[profile][int(self.graph.road_class[edge])]
        lost_ms = int(self.crossing_ms[edge]) if reaches_end else 0
        return pack_cost(part_m / speed_mps * MS_PER_S + lost_ms, part_m)

    def away_cost(self, away_m: float, profile: int) -> int:
        """Return the cost of driving between a door and its street."""
        return pack_cost(away_m / self.speed_mps[profile][SERVICE] * MS_PER_S, away_m)


def pack_cost(duration_ms: float, distance_m: float) -> int:
    """Return a cost, both rounded up: parts of an edge then never sum to less than the whole."""
    return ceil(duration_ms) * MS_STEP + ceil(distance_m * MM_PER_M)


def build_index(city: City, *, is_plain: bool) -> RoadIndex:
    """Return the index of a city without places."""
    graph, model = city.streets, city.street_model
    if graph is None or model is None:
        expected = "a city whose city.toml names street files"
        raise InvalidInput("streets", city.city_id, expected)
    tail = np.repeat(np.arange(len(graph.x_m)), np.diff(graph.first)).astype(np.int32)
    profiles = _list_profiles(model)
    speeds = tuple(
        tuple(v * factor for v, factor in zip(model.speed_mps, factors, strict=True))
        for factors in dict.fromkeys(profiles)
    )
    order = {factors: number for number, factors in enumerate(dict.fromkeys(profiles))}
    crossing_ms = _crossing_ms(graph, tail, model.crossing_s)
    drive = _link(graph, tail, graph.head, graph.may_drive)
    back = _link(graph, graph.head, tail, graph.may_drive)
    walk = _link(graph, tail, graph.head, graph.may_walk)
    cost = np.stack([_edge_costs(graph, crossing_ms, row) for row in speeds])
    nodes = len(graph.x_m)
    doors = (graph.may_drive == 1) & (graph.road_class != MOTORWAY)
    return RoadIndex(
        projection=Projection(city.utm_epsg),
        graph=graph,
        model=model,
        tail=tail,
        twin=_find_twins(graph, tail),
        profile_of_hour=tuple(order[factors] for factors in profiles),
        speed_mps=speeds,
        crossing_ms=crossing_ms,
        drive=drive,
        drive_back=back,
        drive_cost=np.ascontiguousarray(cost[:, drive.edge]),
        drive_back_cost=np.ascontiguousarray(cost[:, back.edge]),
        walk=walk,
        walk_mm=np.ceil(graph.length_m[walk.edge] * MM_PER_M).astype(np.int64),
        drive_grid=_lay_grid(graph, tail, doors),
        walk_grid=_lay_grid(graph, tail, graph.may_walk == 1),
        from_places=np.full((len(speeds), nodes, 0), FAR, dtype=np.int64),
        to_places=np.full((len(speeds), nodes, 0), FAR, dtype=np.int64),
        walk_places_mm=np.full((nodes, 0), FAR, dtype=np.int64),
        is_plain=is_plain,
    )


def _list_profiles(model: StreetModel) -> list[tuple[float, ...]]:
    """Return the factors of all classes at each hour."""
    return [tuple(row[hour] for row in model.hour_factor) for hour in range(HOURS_A_DAY)]


def _crossing_ms(graph: StreetGraph, tail: Numbers, crossing_s: float) -> Numbers:
    """Return what is lost at the end of each edge, by the rule of `StreetModel.crossing_s`.

    Arms of a junction are the streets at it that cars may use; a one-way street is one arm.
    """
    nodes, classes = len(graph.x_m), len(ROAD_CLASSES)
    usable = graph.may_drive == 1
    touch = np.concatenate([tail[usable], graph.head[usable]]).astype(np.int64)
    street = np.concatenate([graph.street[usable]] * 2).astype(np.int64)
    road = np.concatenate([graph.road_class[usable]] * 2)
    _, at = np.unique(touch * (int(street.max(initial=0)) + 1) + street, return_index=True)
    arms = np.zeros((nodes, classes), dtype=np.int64)
    np.add.at(arms, (touch[at], road[at]), 1)
    as_great = np.cumsum(arms, axis=1)[graph.head, graph.road_class]
    loses = usable & (as_great >= 3) & (graph.road_class != MOTORWAY)
    return np.where(loses, round(crossing_s * MS_PER_S), 0).astype(np.int32)


def _edge_costs(graph: StreetGraph, crossing_ms: Numbers, speeds: tuple[float, ...]) -> Costs:
    """Return the cost of each edge in one profile."""
    mps = np.array(speeds)[graph.road_class]
    duration_ms = np.ceil(graph.length_m / mps * MS_PER_S) + crossing_ms
    return np.asarray(
        duration_ms.astype(np.int64) * MS_STEP + np.ceil(graph.length_m * MM_PER_M).astype(np.int64)
    )


def _link(graph: StreetGraph, begin: Numbers, end: Numbers, allowed: Flags) -> Links:
    """Return the allowed edges by the node they begin at."""
    edges = np.flatnonzero(allowed)
    edges = edges[np.argsort(begin[edges], kind="stable")]
    first = np.searchsorted(begin[edges], np.arange(len(graph.x_m) + 1))
    return Links(
        first.astype(np.int32),
        np.ascontiguousarray(end[edges], dtype=np.int32),
        edges.astype(np.int32),
    )


def _find_twins(graph: StreetGraph, tail: Numbers) -> Numbers:
    """Return the other direction of each edge's street, -1 if the street has one edge."""
    twin = np.full(len(tail), -1, dtype=np.int32)
    order = np.argsort(graph.street, kind="stable")
    same = np.flatnonzero(np.diff(graph.street[order]) == 0)
    twin[order[same]], twin[order[same + 1]] = order[same + 1], order[same]
    return twin


def _lay_grid(graph: StreetGraph, tail: Numbers, allowed: NDArray[np.bool_]) -> Grid:
    """Return the segments of allowed edges in cells; of two directions the first edge counts."""
    edges = np.flatnonzero(allowed)
    _, at = np.unique(graph.street[edges], return_index=True)
    edges = edges[np.sort(at)]
    bends = np.diff(graph.shape_first)[edges].astype(np.int64)
    owner = np.repeat(np.arange(len(edges)), bends + 2)
    start = np.concatenate([[0], np.cumsum(bends + 2)])
    points = np.empty((int(start[-1]), 2))
    is_end = np.zeros(len(points), dtype=np.bool_)
    is_end[start[:-1]] = is_end[start[1:] - 1] = True
    shape = np.repeat(graph.shape_first[edges].astype(np.int64) - start[:-1] - 1, bends + 2)
    inner = np.flatnonzero(~is_end)
    points[start[:-1]] = np.column_stack([graph.x_m, graph.y_m])[tail[edges]]
    points[start[1:] - 1] = np.column_stack([graph.x_m, graph.y_m])[graph.head[edges]]
    bend = (shape + np.arange(len(points)))[inner]
    points[inner] = np.column_stack([graph.shape_x_m[bend], graph.shape_y_m[bend]])
    is_segment = owner[:-1] == owner[1:]
    ends = np.column_stack([points[:-1], points[1:]])[is_segment]
    length = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    owner = owner[:-1][is_segment]
    along = np.concatenate([[0.0], np.cumsum(length)])[:-1]
    first_of = np.searchsorted(owner, np.arange(len(edges)))
    return _fill_cells(ends, edges[owner].astype(np.int32), along - along[first_of][owner])


def _fill_cells(ends: Floats, edge: Numbers, from_m: Floats) -> Grid:
    """Return the grid: each segment is noted in every cell its bounding box touches."""
    low = np.minimum(ends[:, :2], ends[:, 2:])
    high = np.maximum(ends[:, :2], ends[:, 2:])
    origin = low.min(axis=0, initial=0.0) if not len(low) else low.min(axis=0)
    span = (high.max(axis=0) - origin) if len(high) else np.zeros(2)
    cell_m = max(CELL_M, float(np.sqrt(span[0] * span[1] / CELLS_MAX)))
    columns, rows = (int(side // cell_m) + 1 for side in span)
    begin = ((low - origin) // cell_m).astype(np.int64)
    wide = ((high - origin) // cell_m).astype(np.int64) - begin + 1
    counts = wide[:, 0] * wide[:, 1]
    who = np.repeat(np.arange(len(ends)), counts)
    step = np.arange(len(who)) - np.repeat(np.cumsum(counts) - counts, counts)
    column = begin[who, 0] + step % wide[who, 0]
    row = begin[who, 1] + step // wide[who, 0]
    cell = row * columns + column
    order = np.argsort(cell, kind="stable")
    first = np.searchsorted(cell[order], np.arange(columns * rows + 1))
    return Grid(
        ends=np.ascontiguousarray(ends), edge=edge, from_m=from_m,
        origin_x_m=float(origin[0]), origin_y_m=float(origin[1]), cell_m=cell_m,
        columns=columns, rows=rows,
        cell_first=first.astype(np.int32), cell_segments=who[order].astype(np.int32),
    )  # fmt: skip
