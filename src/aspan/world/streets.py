"""Streets: one routable graph of the city, put together in memory from files of several origins.

Each file keeps its own licence on disk (`StreetWays` holds one); only `StreetGraph`, in memory,
joins them. Nodes stand in the city's UTM zone; edges are directed, one for each way one may go.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]
Flags = NDArray[np.uint8]

ROAD_CLASSES = (
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "residential",
    "service",
    "path",
)
"""By OSM `highway`; links (`primary_link`) count as their class, `path` is walked only."""

SNAP_M_MAX = 30.0
"""Ends of two files at most so far apart are one point. Assumed: half the width of a wide road."""


class StreetWays(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The streets of one file: ways through nodes, as OSM draws them.

    Parameters
    ----------
    lon_deg, lat_deg
        Of nodes.
    way_first, way_nodes
        Nodes of way w, in its order: `way_nodes[way_first[w]:way_first[w + 1]]`.
    road_class
        One a way, numbers `ROAD_CLASSES`.
    oneway
        1 where cars may go only in the way's order.
    may_drive, may_walk
        1 where cars, and persons on foot, may go.
    layer
        OSM `layer`, one a way: 0 on the ground. Kept for maps; routing does not need it.
    osm_way_id
        One a way; 0 where it is not of OSM.
    is_supplement
        True if a way counts only where no earlier file has a main road beside it.
    credit
        Name and licence of its origin, in the words the licence asks for.
    """

    lon_deg: Floats
    lat_deg: Floats
    way_first: Numbers
    way_nodes: Numbers
    road_class: Flags
    oneway: Flags
    may_drive: Flags
    may_walk: Flags
    layer: NDArray[np.int8]
    osm_way_id: NDArray[np.int64]
    is_supplement: bool = False
    credit: str = ""


class StreetGraph(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Nodes and directed edges, edges by the node they begin at.

    Parameters
    ----------
    x_m, y_m
        Of nodes, in the city's UTM zone.
    first, head
        Edges of node n: numbers from `first[n]` to `first[n + 1]`, ending at `head[edge]`.
    length_m, road_class
        Of edges; `road_class` numbers `ROAD_CLASSES`. No edge is longer than its line.
    shape_first, shape_x_m, shape_y_m
        Bends of edge e between its ends, in its direction, from `shape_first[e]` to
        `shape_first[e + 1]`.
    street
        Number of the piece of street an edge goes along; its two directions share it.
    may_drive, may_walk
        1 where a car, a person on foot, may take the edge in its direction.
    origin
        Number of the file in `origins` an edge comes from.
    origins
        Name and licence of each file.
    drive_lost, walk_lost
        Share of street metres left out because cars cannot go there and back from the greatest
        part they can, or because no walk leads there from it, in [0, 1].
    """

    x_m: Floats
    y_m: Floats
    first: Numbers
    head: Numbers
    length_m: Floats
    road_class: Flags
    street: Numbers
    may_drive: Flags
    may_walk: Flags
    origin: Flags
    origins: tuple[str, ...]
    shape_first: Numbers
    shape_x_m: Floats
    shape_y_m: Floats
    drive_lost: float = 0.0
    walk_lost: float = 0.0


class StreetModel(msgspec.Struct, frozen=True, kw_only=True):
    """How fast streets are driven and walked, read from `streets.toml` (see `City.quantities`).

    Parameters
    ----------
    speed_mps
        Of cars on an empty road, one for each of `ROAD_CLASSES`.
    hour_factor
        Share of that speed by local hour, one row of 24 for each of `ROAD_CLASSES`, in (0, 1].
    walk_speed_mps
        Of persons.
    walk_m_max
        Longest walk that is offered if the traveller names none.
    snap_m_max
        A point farther from every street cannot be reached.
    crossing_s
        Lost where a street meets another that counts as much or more: at a node where three arms
        or more are of its class or a greater. Never on a motorway. Assumed.
    """

    speed_mps: tuple[float, ...]
    hour_factor: tuple[tuple[float, ...], ...]
    walk_speed_mps: float
    walk_m_max: float
    snap_m_max: float
    crossing_s: float = 0.0
