"""All street files of a city as one graph, cut to what can be reached, and `streets.toml`.

`city.toml` names the files, `streets = ["…npz", "…geojson"]`; a city without the key has no graph.
Cars keep the greatest part from each of whose junctions every other can be driven to; persons on
foot keep each connected part that touches it. What is left out is told as a share of the metres.

References
----------
.. [1] R. Tarjan, *Depth-first search and linear graph algorithms*, SIAM Journal on Computing 1,
   1972.
"""

from pathlib import Path
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import M_PER_KM
from aspan.world.geodesy import Projection
from aspan.world.readers.street_files import read_ways
from aspan.world.readers.street_join import Ints, Network, cut_ways, drop_doubles, join
from aspan.world.readers.tables import Table
from aspan.world.streets import ROAD_CLASSES, Floats, StreetGraph, StreetModel, StreetWays
from aspan.world.vertiport import Vertiport

HOURS_A_DAY: Final = 24
FILES_MAX: Final = 50

PIECES_MAX: Final = 500_000
"""Most pieces of street of a city, as they are searched one by one: some ten times Almaty of today.
Assumed: what is more is a region and should be cut to the city first."""

NEAR_M: Final = 300_000.0
"""Every node lies so near the city's first vertiport. Assumed: as far as the city's UTM zone is
true and a car is a choice; a node farther off is of another city, or has its axes exchanged."""

AROUND_DEG: Final = 0.3
"""Streets this far about the sites are advised to keep [deg]. Assumed: some 30 km, beyond which few
set out to fly."""


def read_streets(
    head: Table, folder: Path, projection: Projection, vertiports: tuple[Vertiport, ...]
) -> StreetGraph | None:
    """Return the graph of the files `city.toml` names; None if it names none."""
    if not head.has("streets"):
        return None
    names = head.texts("streets")
    if not 1 <= len(names) <= FILES_MAX:
        raise head.refuse("streets", list(names), f"1 to {FILES_MAX} names of files")
    files = []
    for i, name in enumerate(names):
        if Path(name).name != name:
            raise head.refuse(f"streets[{i}]", name, "the name of a file in the city's folder")
        label = f"{folder.name}/{name}"
        ways = read_ways(folder / name, label=label)
        check_near(ways, projection, vertiports, label=label)
        files.append(ways)
    return join_streets(files, projection)


def check_near(
    ways: StreetWays,
    projection: Projection,
    vertiports: tuple[Vertiport, ...],
    *,
    label: str,
) -> None:
    """Refuse streets that lie elsewhere, or have longitude and latitude exchanged."""
    site = vertiports[0]
    x_m, y_m = projection.all_to_xy(ways.lon_deg, ways.lat_deg)
    away_m = np.hypot(x_m - site.x_m, y_m - site.y_m)
    far = np.flatnonzero(~(away_m <= NEAR_M))
    if len(far):
        place = f"node at {ways.lon_deg[far[0]]:.4f}, {ways.lat_deg[far[0]]:.4f}"
        here = f"{site.lon_deg:.4f}, {site.lat_deg:.4f}"
        expected = f"longitude, latitude within {NEAR_M / M_PER_KM:g} km of {here}"
        if len(far) < len(away_m):
            expected += f": cut the extract to the city (osmium extract -b {_box(vertiports)})"
        raise InvalidInput(label, place, expected)


def _box(vertiports: tuple[Vertiport, ...]) -> str:
    """Return west, south, east, north of the sites with their surroundings [deg]."""
    lon, lat = [site.lon_deg for site in vertiports], [site.lat_deg for site in vertiports]
    west, south = min(lon) - AROUND_DEG, min(lat) - AROUND_DEG
    east, north = max(lon) + AROUND_DEG, max(lat) + AROUND_DEG
    return f"{west:.1f},{south:.1f},{east:.1f},{north:.1f}"


def join_streets(files: list[StreetWays], projection: Projection) -> StreetGraph:
    """Return one graph of the files, in their order."""
    every = [cut_ways(ways, projection, origin=i) for i, ways in enumerate(files)]
    pieces = sum(len(network.lines) for network in every)
    if pieces > PIECES_MAX:
        expected = f"at most {PIECES_MAX} between junctions: cut the extract to the city"
        raise InvalidInput("streets", f"{pieces} pieces", expected)
    whole = every[0]
    for ways, added in zip(files[1:], every[1:], strict=True):
        if ways.is_supplement:
            added = drop_doubles(added, whole)
        whole = join(whole, added, is_supplement=ways.is_supplement)
    return _direct(whole, tuple(ways.credit for ways in files))


def _direct(network: Network, credits: tuple[str, ...]) -> StreetGraph:
    """Return the directed edges of what can be reached."""
    count = len(network.x_m)
    ends, drive = network.ends, network.may_drive == 1
    both = drive & (network.oneway == 0)
    arcs = np.concatenate([ends[drive], ends[both][:, ::-1]])
    strong = find_strong(count, arcs)
    on_foot = network.may_walk == 1
    steps = ends[on_foot]
    walks = number_parts(count, np.concatenate([steps, steps[:, ::-1]]))
    linked = np.isin(walks, walks[strong])
    can_drive = drive & strong[ends].all(axis=1)
    can_walk = on_foot & linked[ends].all(axis=1)
    length = shapely.length(network.lines)
    forward = can_drive | can_walk
    back = (can_drive & (network.oneway == 0)) | can_walk
    piece = np.concatenate([np.flatnonzero(forward), np.flatnonzero(back)])
    is_back = np.repeat([False, True], [int(forward.sum()), int(back.sum())])
    tail, head = ends[piece].T
    tail, head = np.where(is_back, head, tail), np.where(is_back, tail, head)
    order = np.lexsort((piece, head, tail))
    piece, is_back, tail, head = piece[order], is_back[order], tail[order], head[order]
    nodes, ends_now = np.unique(np.concatenate([tail, head]), return_inverse=True)
    tail, head = ends_now[: len(piece)], ends_now[len(piece) :]
    x_m, y_m = network.x_m[nodes], network.y_m[nodes]
    first, shape = _shape_edges(network.lines, piece, is_back)
    return StreetGraph(
        x_m=x_m,
        y_m=y_m,
        first=np.searchsorted(tail, np.arange(len(nodes) + 1)).astype(np.int32),
        head=head.astype(np.int32),
        length_m=_measure(x_m, y_m, tail, head, first, shape),
        road_class=network.road_class[piece],
        street=np.unique(piece, return_inverse=True)[1].astype(np.int32),
        may_drive=(can_drive[piece] & ~(is_back & (network.oneway[piece] == 1))).astype(np.uint8),
        may_walk=can_walk[piece].astype(np.uint8),
        origin=network.origin[piece],
        origins=credits,
        shape_first=first,
        shape_x_m=shape[:, 0].copy(),
        shape_y_m=shape[:, 1].copy(),
        drive_lost=1.0 - _share(length, can_drive, drive),
        walk_lost=1.0 - _share(length, can_walk, on_foot),
    )


def _share(length: Floats, kept: NDArray[np.bool_], of: NDArray[np.bool_]) -> float:
    """Return the share of metres kept; 1 of nothing."""
    total = float(length[of].sum())
    return float(length[kept].sum()) / total if total else 1.0


def _shape_edges(
    lines: NDArray[np.object_], piece: Ints, is_back: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], Floats]:
    """Return where the bends of each edge begin, and the bends, in the edge's direction."""
    points = shapely.get_coordinates(lines)
    counts = shapely.get_num_coordinates(lines).astype(np.int64)
    start = np.concatenate([[0], np.cumsum(counts)])[:-1]
    bends = counts[piece] - 2
    first = np.concatenate([[0], np.cumsum(bends)])
    step = np.arange(int(first[-1])) - np.repeat(first[:-1], bends)
    low = np.repeat(start[piece] + 1, bends)
    high = np.repeat(start[piece] + counts[piece] - 2, bends)
    at = np.where(np.repeat(is_back, bends), high - step, low + step)
    return first.astype(np.int32), points[at]


def _measure(
    x_m: Floats, y_m: Floats, tail: Ints, head: Ints, first: NDArray[np.int32], shape: Floats
) -> Floats:
    """Return the length [m] of each edge through its bends, from node to node."""
    at = np.concatenate([np.arange(len(tail)), np.repeat(np.arange(len(tail)), np.diff(first)),
                         np.arange(len(tail))])  # fmt: skip
    points = np.concatenate([
        np.column_stack([x_m[tail], y_m[tail]]), shape, np.column_stack([x_m[head], y_m[head]])
    ])  # fmt: skip
    order = np.argsort(at, kind="stable")
    lines = shapely.linestrings(points[order], indices=at[order])
    return np.asarray(shapely.length(lines), dtype=np.float64)


def find_strong(count: int, arcs: Ints) -> NDArray[np.bool_]:
    """Return which of `count` nodes belong to the greatest strongly connected part [1]_.

    Of equally great parts the one with the least node number counts.

    Parameters
    ----------
    arcs
        Tail and head, shape (arcs, 2).
    """
    part = number_parts(count, arcs)
    if not count:
        return np.zeros(0, dtype=np.bool_)
    sizes = np.bincount(part)
    greatest = np.flatnonzero(sizes[part] == sizes.max())[0]
    return np.asarray(part == part[greatest])


def number_parts(count: int, arcs: Ints) -> Ints:
    """Return the number of the strongly connected part of each node, by Tarjan's walk [1]_."""
    order = np.argsort(arcs[:, 0], kind="stable")
    heads = arcs[order, 1].tolist()
    first = np.searchsorted(arcs[order, 0], np.arange(count + 1)).tolist()
    part, low, index = [-1] * count, [0] * count, [-1] * count
    after = first[:-1]
    stack: list[int] = []
    clock = parts = 0
    for root in range(count):
        if index[root] >= 0:
            continue
        walk = [root]
        while walk:
            node = walk[-1]
            if index[node] < 0:
                index[node] = low[node] = clock
                clock += 1
                stack.append(node)
            at, last, mine = after[node], first[node + 1], low[node]
            while at < last:
                to = heads[at]
                if index[to] < 0:
                    break
                if part[to] < 0 and low[to] < mine:
                    mine = low[to]
                at += 1
            after[node], low[node] = at, mine
            if at < last:
                walk.append(heads[at])
                continue
            walk.pop()
            if mine == index[node]:
                while part[node] < 0:
                    part[stack.pop()] = parts
                parts += 1
    return np.array(part, dtype=np.int64)


def read_street_model(file: Table) -> StreetModel:
    """Return how fast streets are driven and walked, from `streets.toml`."""
    speeds, hours = file.table("speed_mps"), file.table("hour_factor")
    rules = file.table("streets")
    drivable = ROAD_CLASSES[:-1]
    factors = [hours.numbers(f"{name}_factor", count=HOURS_A_DAY) for name in drivable]
    walk_speed = rules.number("walk_speed_mps")
    return StreetModel(
        speed_mps=(*(speeds.number(f"{name}_mps") for name in drivable), walk_speed),
        hour_factor=(*factors, (1.0,) * HOURS_A_DAY),
        walk_speed_mps=walk_speed,
        walk_m_max=rules.number("walk_m_max"),
        snap_m_max=rules.number("snap_m_max"),
        crossing_s=rules.number("crossing_s"),
    )
