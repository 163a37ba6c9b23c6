"""Cells: parts of lanes that are held in time, and the table of those that could come too near.

Two cells conflict when aircraft inside their conformance windows on them could break the minima:
some piece of one comes within the horizontal minimum and twice the lateral window of some piece of
the other while their altitude bands come within the vertical minimum and twice the vertical window.
Distances are between segments, not samples. Cells whose published volumes intersect conflict too,
so that intents granted by cells never intersect as volumes.

The first and last cell of a lane lie in the protected cylinders of its ends: there FATO slots keep
aircraft apart, and they conflict only with lanes that pass overhead to other vertiports.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import shapely

from aspan.airspace.volume4d import TOUCH_M
from aspan.primitives.ids import VertiportId
from aspan.world.rules import Separation
from aspan.world.vertiport import Vertiport

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from aspan.airspace.lanes import Lane

    Indices = NDArray[np.int64]
    Numbers = NDArray[np.float64]

SAME_TRACK_COSINE_MIN = 0.7071
"""Cells whose courses differ by less than 45 degrees and whose lateral windows overlap are one
track: their aircraft follow in trail. Assumed, for "in trail at merge" of facts 6.22."""


class Cell(msgspec.Struct, frozen=True):
    """A part of a lane between two of its vertices.

    Parameters
    ----------
    first, last
        Vertices at which it is entered and left.
    lower_amsl_m, upper_amsl_m
        Band of the planned altitude in it, without windows.
    protected_by
        The vertiport in whose cylinder it lies; None en route.
    """

    index: int
    first: int
    last: int
    lower_amsl_m: float
    upper_amsl_m: float
    protected_by: VertiportId | None


CellPair = tuple[int, int, bool]
"""Cell of the one lane, cell of the other, and whether they are one track (in trail)."""


class ConflictTable:
    """Which cells of which lanes could come too near each other.

    Parameters
    ----------
    pairs
        By numbers of two lanes, both ways round: conflicting cells, sorted.
    neighbours
        By lane number: numbers of lanes with any conflicting cell, itself among them, sorted.
    volume_pairs
        By numbers of two lanes: cells whose published volumes intersect in space.
    footprints
        By lane number: one polygon a cell, in UTM metres.
    """

    def __init__(
        self,
        pairs: dict[tuple[int, int], tuple[CellPair, ...]],
        volume_pairs: dict[tuple[int, int], tuple[CellPair, ...]],
        footprints: tuple[tuple[shapely.Polygon, ...], ...],
    ) -> None:
        self.pairs = pairs
        self.volume_pairs = volume_pairs
        self.footprints = footprints
        listed: list[list[int]] = [[] for _ in footprints]
        for a, b in sorted(pairs):
            listed[a].append(b)
        self.neighbours = tuple(tuple(numbers) for numbers in listed)

    def cut(self, numbers: Sequence[int]) -> "ConflictTable":
        """Return the table of some of the lanes, numbered in the order given."""
        new = {old: number for number, old in enumerate(numbers)}

        def cut_pairs(
            pairs: dict[tuple[int, int], tuple[CellPair, ...]],
        ) -> dict[tuple[int, int], tuple[CellPair, ...]]:
            return {(new[a], new[b]): c for (a, b), c in pairs.items() if a in new and b in new}

        return ConflictTable(
            cut_pairs(self.pairs),
            cut_pairs(self.volume_pairs),
            tuple(self.footprints[old] for old in numbers),
        )


def cut_cells(
    *,
    s_m: Sequence[float],
    altitude_m: Sequence[float],
    corners: Sequence[int],
    ends: tuple[Vertiport, Vertiport],
    edges_m: tuple[float, float],
    vertical_m: float,
    cell_length_m: float,
) -> tuple[Cell, ...]:
    """Cut a lane into the cell of its start, cells en route and the cell of its end.

    The protected ends reach as far as the aircraft at the edge of its windows stays within the
    cylinder, to the side and to the top. Cells never begin at a corner.
    """
    last = len(s_m) - 1
    from_end = [s_m[-1] - s for s in reversed(s_m)]
    top_m = [end.elevation_amsl_m + end.protected_height_m - vertical_m for end in ends]
    start = _leaves_at(s_m, altitude_m, edges_m[0], top_m[0])
    stop = last - _leaves_at(from_end, altitude_m[::-1], edges_m[1], top_m[1])
    bounds = [start]
    for k in range(start + 1, stop):
        is_long = s_m[k] - s_m[bounds[-1]] >= cell_length_m - (s_m[k + 1] - s_m[k]) / 2.0
        if is_long and k not in corners and s_m[stop] - s_m[k] >= cell_length_m / 2.0:
            bounds.append(k)
    bounds.append(stop)
    spans: list[tuple[int, int, VertiportId | None]] = [(0, start, ends[0].vertiport_id)]
    spans += [(a, b, None) for a, b in pairwise(bounds)]
    spans.append((stop, last, ends[1].vertiport_id))
    return tuple(
        Cell(n, a, b, min(altitude_m[a : b + 1]), max(altitude_m[a : b + 1]), protected)
        for n, (a, b, protected) in enumerate(spans)
    )


def _leaves_at(
    s_m: Sequence[float], altitude_m: Sequence[float], edge_m: float, top_m: float
) -> int:
    """Return the last vertex up to which a lane is inside the cylinder, hover at least."""
    k = 1
    while s_m[k + 1] <= edge_m + 0.001 and altitude_m[k + 1] <= top_m:
        k += 1
    return k


class _Flat(msgspec.Struct):
    """Cells and pieces of all lanes in flat arrays."""

    lane: "Indices"
    cell: "Indices"
    lower_m: "Numbers"
    upper_m: "Numbers"
    home: "Indices"
    footprints: "NDArray[np.object_]"
    piece_cell: "Indices"
    piece_ends: "Numbers"
    piece_lower_m: "Numbers"
    piece_upper_m: "Numbers"


def _flatten(lanes: Sequence["Lane"], lateral_m: float) -> _Flat:
    ids = sorted({v for lane in lanes for v in (lane.origin, lane.destination)})
    number = {vertiport_id: n for n, vertiport_id in enumerate(ids)}
    cells: list[tuple[float, ...]] = []
    paths: list[tuple[float, float]] = []
    path_cells: list[int] = []
    pieces: list[tuple[float, ...]] = []
    for lane in lanes:
        for cell in lane.cells:
            flat = len(cells)
            home = -1 if cell.protected_by is None else number[cell.protected_by]
            cells.append((lane.number, cell.index, cell.lower_amsl_m, cell.upper_amsl_m, home))
            ks = list(range(cell.first, cell.last + 1))
            if cell.protected_by is not None:
                ks = [cell.first, cell.last]
            for k in ks:
                paths.append((lane.x_m[k], lane.y_m[k]))
                path_cells.append(flat)
            for a, b in pairwise(ks):
                heights = lane.altitude_amsl_m[a : b + 1]
                ends = (lane.x_m[a], lane.y_m[a], lane.x_m[b], lane.y_m[b])
                pieces.append((flat, *ends, min(heights), max(heights)))
    cell_array, piece_array = np.array(cells), np.array(pieces)
    lines = np.asarray(shapely.linestrings(np.array(paths), indices=np.array(path_cells)))
    lines = np.asarray(shapely.simplify(lines, TOUCH_M))
    # The ends reach behind the pad, where the FATOs lie; cells en route only touch.
    is_end = cell_array[:, 4] >= 0.0
    footprints = np.empty(len(lines), dtype=object)
    footprints[is_end] = shapely.buffer(
        lines[is_end], lateral_m, cap_style="square", join_style="mitre"
    )
    footprints[~is_end] = shapely.buffer(
        lines[~is_end], lateral_m, cap_style="flat", join_style="mitre"
    )
    return _Flat(
        lane=cell_array[:, 0].astype(np.int64),
        cell=cell_array[:, 1].astype(np.int64),
        lower_m=cell_array[:, 2],
        upper_m=cell_array[:, 3],
        home=cell_array[:, 4].astype(np.int64),
        footprints=footprints,
        piece_cell=piece_array[:, 0].astype(np.int64),
        piece_ends=piece_array[:, 1:5],
        piece_lower_m=piece_array[:, 5],
        piece_upper_m=piece_array[:, 6],
    )


def table_conflicts(lanes: Sequence["Lane"], separation: Separation) -> ConflictTable:
    """Return the cells that could come too near, and those whose volumes intersect."""
    if not lanes:
        return ConflictTable({}, {}, ())
    flat = _flatten(lanes, separation.conformance_lateral_m)
    touches = _touched_vertiports(lanes)
    near_a, near_b, is_trail = _near_pieces(flat, separation)
    over_a, over_b = _overlapping_footprints(flat, separation)
    near = _keep(flat, touches, near_a, near_b)
    over = _keep(flat, touches, over_a, over_b)
    pairs: dict[tuple[int, int], dict[tuple[int, int], bool]] = {}
    volume_pairs: dict[tuple[int, int], dict[tuple[int, int], bool]] = {}
    every = zip(near_a[near].tolist(), near_b[near].tolist(), is_trail[near].tolist(), strict=True)
    for a, b, trail in every:
        _note(pairs, flat, a, b, trail)
    for a, b in zip(over_a[over].tolist(), over_b[over].tolist(), strict=True):
        _note(pairs, flat, a, b, False)
        _note(volume_pairs, flat, a, b, False)
    for lane in lanes:
        own = pairs.setdefault((lane.number, lane.number), {})
        own.update({(cell.index, cell.index): True for cell in lane.cells})
        same = volume_pairs.setdefault((lane.number, lane.number), {})
        same.update({(c.index, c.index): False for c in lane.cells if c.protected_by is None})
    polygons: list[list[shapely.Polygon]] = [[] for _ in lanes]
    for lane_number, polygon in zip(flat.lane.tolist(), flat.footprints, strict=True):
        polygons[lane_number].append(polygon)
    return ConflictTable(_freeze(pairs), _freeze(volume_pairs), tuple(map(tuple, polygons)))


def _touched_vertiports(lanes: Sequence["Lane"]) -> "NDArray[np.bool_]":
    """Return, by lane and vertiport in order of id, whether the lane begins or ends there."""
    ids = sorted({v for lane in lanes for v in (lane.origin, lane.destination)})
    return np.array([[v in (lane.origin, lane.destination) for v in ids] for lane in lanes])


def _near_pieces(
    flat: _Flat, separation: Separation
) -> "tuple[Indices, Indices, NDArray[np.bool_]]":
    """Return cells of pieces that come too near, and whether the pieces are one track."""
    reach_m = separation.horizontal_m + 2.0 * separation.conformance_lateral_m
    band_m = separation.vertical_m + 2.0 * separation.conformance_vertical_m
    lines = np.asarray(shapely.linestrings(flat.piece_ends.reshape(-1, 2, 2)))
    p, q = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=reach_m)
    gap = np.maximum(
        flat.piece_lower_m[p] - flat.piece_upper_m[q], flat.piece_lower_m[q] - flat.piece_upper_m[p]
    )
    # A piece's own equal is left out; exactly at the minimum counts as too near, to be safe.
    kept = (p < q) & (gap < band_m) & (flat.piece_cell[p] != flat.piece_cell[q])
    p, q = p[kept], q[kept]
    heading = flat.piece_ends[:, 2:] - flat.piece_ends[:, :2]
    heading = heading / np.maximum(np.hypot(heading[:, 0], heading[:, 1]), 1e-9)[:, None]
    is_trail = (heading[p] * heading[q]).sum(axis=1) > SAME_TRACK_COSINE_MIN
    close = np.flatnonzero(is_trail)
    apart = shapely.distance(lines[p[close]], lines[q[close]])
    is_trail[close] = apart < 2.0 * separation.conformance_lateral_m
    return flat.piece_cell[p], flat.piece_cell[q], is_trail


def _overlapping_footprints(flat: _Flat, separation: Separation) -> "tuple[Indices, Indices]":
    """Return cells whose published volumes intersect in space."""
    a, b = shapely.STRtree(flat.footprints).query(flat.footprints, predicate="intersects")
    gap = np.maximum(flat.lower_m[a] - flat.upper_m[b], flat.lower_m[b] - flat.upper_m[a])
    kept = (a < b) & (gap < 2.0 * separation.conformance_vertical_m)
    a, b = a[kept], b[kept]
    area = shapely.area(shapely.intersection(flat.footprints[a], flat.footprints[b]))
    is_more = area > TOUCH_M * 2.0 * separation.conformance_lateral_m
    return a[is_more], b[is_more]


def _keep(
    flat: _Flat, touches: "NDArray[np.bool_]", a: "Indices", b: "Indices"
) -> "NDArray[np.bool_]":
    """Say which pairs count: not next neighbours of one lane, not where FATO slots keep apart."""
    is_next = (flat.lane[a] == flat.lane[b]) & (np.abs(flat.cell[a] - flat.cell[b]) <= 1)
    a_home, b_home = flat.home[a], flat.home[b]
    is_shared = ((a_home >= 0) & touches[flat.lane[b], a_home]) | (
        (b_home >= 0) & touches[flat.lane[a], b_home]
    )
    return np.asarray(~is_next & ~is_shared)


def _note(
    pairs: dict[tuple[int, int], dict[tuple[int, int], bool]],
    flat: _Flat,
    a: int,
    b: int,
    trail: bool,
) -> None:
    """Note a pair of cells both ways round; one track if any of their pieces are."""
    lane_a, lane_b = int(flat.lane[a]), int(flat.lane[b])
    i, j = int(flat.cell[a]), int(flat.cell[b])
    for key, cells in (((lane_a, lane_b), (i, j)), ((lane_b, lane_a), (j, i))):
        held = pairs.setdefault(key, {})
        held[cells] = held.get(cells, False) or trail


def _freeze(
    pairs: dict[tuple[int, int], dict[tuple[int, int], bool]],
) -> dict[tuple[int, int], tuple[CellPair, ...]]:
    return {
        key: tuple((i, j, trail) for (i, j), trail in sorted(cells.items()))
        for key, cells in sorted(pairs.items())
    }
