"""Streets: one routable graph of the city, put together in memory from files of several origins.

Each file keeps its own licence on disk (`readers/streets.py`); only this value in memory joins
them. Nodes stand in the city's UTM zone; edges are directed, one for each way one may go.
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


class StreetGraph(msgspec.Struct, frozen=True, kw_only=True):
    """Nodes and directed edges, edges by the node they begin at.

    Parameters
    ----------
    x_m, y_m
        Of nodes, in the city's UTM zone.
    first, head
        Edges of node n: numbers from `first[n]` to `first[n + 1]`, ending at `head[edge]`.
    length_m, road_class
        Of edges; `road_class` numbers `ROAD_CLASSES`.
    may_drive, may_walk
        1 where a car, a person on foot, may take the edge in its direction.
    origin
        Number of the file in `origins` an edge comes from.
    origins
        Name and licence of each file.
    """

    x_m: Floats
    y_m: Floats
    first: Numbers
    head: Numbers
    length_m: Floats
    road_class: Flags
    may_drive: Flags
    may_walk: Flags
    origin: Flags
    origins: tuple[str, ...]


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
        Lost at each node where more than two streets meet. Assumed.
    """

    speed_mps: tuple[float, ...]
    hour_factor: tuple[tuple[float, ...], ...]
    walk_speed_mps: float
    walk_m_max: float
    snap_m_max: float
    crossing_s: float = 0.0
