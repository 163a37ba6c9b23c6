"""Files of streets joined to one network in the plane: pieces between junctions, ends snapped.

A way is cut into pieces where another way, or the way itself, passes the same node. A later file
meets the earlier ones at the ends of its ways alone: one within `SNAP_M_MAX` of a junction becomes
that junction, one within it of a piece cuts the piece there; where lines only cross, one passes
over the other. Of a supplement, ways with a main road of an earlier file beside them are left out
first, and only dead ends of what remains are joined: its ways may be cut at any bridge.
"""

from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from aspan.world.geodesy import Projection
from aspan.world.streets import ROAD_CLASSES, SNAP_M_MAX, Flags, Floats, StreetWays

Ints = NDArray[np.int64]

BESIDE_M: Final = 25.0
"""A way so near a main road of an earlier file is that road, drawn again. Assumed: carriageways of
one road lie closer, two roads farther."""

BESIDE_SHARE: Final = 0.7
"""Share of a way's length that must lie so; Assumed: the rest is how two surveys differ."""

_SAMPLE_M: Final = 12.0
_MAIN: Final = ROAD_CLASSES.index("secondary")
"""Classes up to this are main roads."""


class Network(NamedTuple):
    """Pieces of street between junctions, in metres; not yet directed.

    Parameters
    ----------
    x_m, y_m
        Of junctions.
    is_tip
        Where a way begins or ends, one a junction.
    ends
        First and last junction, shape (pieces, 2).
    lines
        Lines of pieces with their ends, as shapely LineStrings.
    road_class, oneway, may_drive, may_walk, origin
        One a piece, as in `StreetWays`; number of the file.
    """

    x_m: Floats
    y_m: Floats
    is_tip: NDArray[np.bool_]
    ends: Ints
    lines: NDArray[np.object_]
    road_class: Flags
    oneway: Flags
    may_drive: Flags
    may_walk: Flags
    origin: Flags


def cut_ways(ways: StreetWays, projection: Projection, *, origin: int) -> Network:
    """Return the pieces of one file."""
    x_m, y_m = projection.all_to_xy(ways.lon_deg, ways.lat_deg)
    nodes = ways.way_nodes.astype(np.int64)
    seen = np.bincount(nodes, minlength=len(x_m))
    is_cut = seen[nodes] > 1
    starts, stops = ways.way_first[:-1].astype(np.int64), ways.way_first[1:].astype(np.int64) - 1
    is_cut[starts] = is_cut[stops] = True
    is_ring = nodes[starts] == nodes[stops]
    is_cut[(starts[is_ring] + stops[is_ring]) // 2] = True
    cuts = np.flatnonzero(is_cut)
    way_of = np.repeat(np.arange(len(starts)), stops - starts + 1)
    is_piece = way_of[cuts[:-1]] == way_of[cuts[1:]]
    begin, end = cuts[:-1][is_piece], cuts[1:][is_piece]
    way = way_of[begin]
    counts = end - begin + 1
    at = _runs(begin, counts)
    points = np.column_stack([x_m[nodes[at]], y_m[nodes[at]]])
    lines = np.asarray(
        shapely.linestrings(points, indices=np.repeat(np.arange(len(begin)), counts))
    )
    junctions, ends = np.unique(np.column_stack([nodes[begin], nodes[end]]), return_inverse=True)
    network = Network(
        x_m=x_m[junctions],
        y_m=y_m[junctions],
        is_tip=np.isin(junctions, nodes[np.concatenate([starts, stops])]),
        ends=ends.reshape(-1, 2).astype(np.int64),
        lines=lines,
        road_class=ways.road_class[way],
        oneway=ways.oneway[way],
        may_drive=ways.may_drive[way],
        may_walk=ways.may_walk[way],
        origin=np.full(len(way), origin, dtype=np.uint8),
    )
    return _keep(network, network.ends[:, 0] != network.ends[:, 1])


def _runs(begin: Ints, counts: Ints) -> Ints:
    """Return the numbers `begin`, `begin + 1`, … of each run, one after another."""
    offsets = np.repeat(begin - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    return np.asarray(offsets + np.arange(int(counts.sum())), dtype=np.int64)


def _keep(network: Network, is_kept: NDArray[np.bool_]) -> Network:
    """Return the network with only the pieces kept; its junctions stay."""
    return network._replace(
        ends=network.ends[is_kept],
        lines=network.lines[is_kept],
        road_class=network.road_class[is_kept],
        oneway=network.oneway[is_kept],
        may_drive=network.may_drive[is_kept],
        may_walk=network.may_walk[is_kept],
        origin=network.origin[is_kept],
    )


def drop_doubles(network: Network, before: Network) -> Network:
    """Return the pieces of a supplement that no main road of the network before runs beside."""
    main = before.lines[(before.road_class <= _MAIN) & (before.may_drive == 1)]
    known = np.sort(_cells(_sample(main)[0], 0, 0))
    known = known[np.diff(known, prepend=-1) != 0]  # np.unique hashes, and is slower here
    points, piece = _sample(network.lines)
    if not len(known):
        return network
    is_beside = np.zeros(len(points), dtype=np.bool_)
    for east in (-1, 0, 1):
        for north in (-1, 0, 1):
            asked = _cells(points, east, north)
            at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
            is_beside |= known[at] == asked
    total = np.bincount(piece, minlength=len(network.lines))
    beside = np.bincount(piece, weights=is_beside, minlength=len(network.lines))
    return _keep(network, beside < BESIDE_SHARE * total)


def _sample(lines: NDArray[np.object_]) -> tuple[Floats, Ints]:
    """Return points at most `_SAMPLE_M` apart along lines, and the line of each."""
    fine = shapely.segmentize(lines, _SAMPLE_M)
    points, index = shapely.get_coordinates(fine, return_index=True)
    return points, index.astype(np.int64)


def _cells(points: Floats, east: int, north: int) -> Ints:
    """Return the numbers of the cells of side `BESIDE_M` so many columns and rows from points."""
    column, row = np.floor(points / BESIDE_M).astype(np.int64).T
    return np.asarray((column + east) * (1 << 32) + row + north, dtype=np.int64)


def join(before: Network, added: Network, *, is_supplement: bool) -> Network:
    """Return both networks as one, ends of the added one snapped to the one before."""
    offset = len(before.x_m)
    degree = np.bincount(added.ends.ravel(), minlength=len(added.x_m))
    loose = np.flatnonzero(degree == 1 if is_supplement else added.is_tip & (degree > 0))
    merged = np.arange(offset + len(added.x_m))
    points = np.asarray(shapely.points(added.x_m[loose], added.y_m[loose]))
    is_open = before.may_drive == 1
    used = np.unique(before.ends[is_open])
    junctions = shapely.STRtree(shapely.points(before.x_m[used], before.y_m[used]))
    who, at = junctions.query_nearest(points, max_distance=SNAP_M_MAX, all_matches=False)
    merged[offset + loose[who]] = used[at]
    rest = np.setdiff1d(np.arange(len(loose)), who)
    pieces = np.flatnonzero(is_open)
    tree = shapely.STRtree(before.lines[is_open])
    who, at = tree.query_nearest(points[rest], max_distance=SNAP_M_MAX, all_matches=False)
    cuts: dict[int, list[tuple[float, int]]] = {}
    for number, piece in zip(rest[who].tolist(), pieces[at].tolist(), strict=True):
        along = float(shapely.line_locate_point(before.lines[piece], points[number]))
        cuts.setdefault(piece, []).append((along, offset + int(loose[number])))
    split = _split(before, cuts)
    columns = zip(split[4:], added[4:], strict=True)
    joined = Network(
        np.concatenate([before.x_m, added.x_m]),
        np.concatenate([before.y_m, added.y_m]),
        np.concatenate([before.is_tip, added.is_tip]),
        merged[np.concatenate([split.ends, added.ends + offset])],
        *(np.concatenate(pair) for pair in columns),
    )
    return _keep(joined, joined.ends[:, 0] != joined.ends[:, 1])


def _split(network: Network, cuts: dict[int, list[tuple[float, int]]]) -> Network:
    """Return the network with pieces cut; the new ends carry the numbers of nodes to come.

    Parameters
    ----------
    cuts
        By piece: how far along it [m], and the node that stands there.
    """
    if not cuts:
        return network
    is_whole = np.ones(len(network.lines), dtype=np.bool_)
    is_whole[list(cuts)] = False
    ends, lines, parents = [], [], []
    for piece, marks in sorted(cuts.items()):
        line, (begin, last) = network.lines[piece], network.ends[piece].tolist()
        bounds = [(0.0, begin), *sorted(marks), (float(shapely.length(line)), last)]
        for (low, start), (high, stop) in pairwise(bounds):
            ends.append((start, stop))
            lines.append(_part(line, low, high))
            parents.append(piece)
    whole = _keep(network, is_whole)
    columns = zip(whole[5:], network[5:], strict=True)
    return Network(
        network.x_m,
        network.y_m,
        network.is_tip,
        np.concatenate([whole.ends, np.array(ends, dtype=np.int64)]),
        np.concatenate([whole.lines, np.array(lines, dtype=np.object_)]),
        *(np.concatenate([kept, every[parents]]) for kept, every in columns),
    )


def _part(line: shapely.LineString, low_m: float, high_m: float) -> shapely.LineString:
    """Return the part of a line between two distances along it."""
    part = substring(line, low_m, high_m)
    if isinstance(part, shapely.LineString):
        return part
    return shapely.LineString([(part.x, part.y), (part.x, part.y)])
