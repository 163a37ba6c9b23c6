"""Lanes as the city draws them: which pairs are linked, through which points, in which layer.

Their profile over the ground is computed in `airspace`; here is only what people decided.
"""

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from aspan.primitives.ids import LaneId, VertiportId

CHOICES_MAX = 3
"""Most lanes between one ordered pair of vertiports."""


class CrossingNode(msgspec.Struct, frozen=True, kw_only=True):
    """A marked point where lanes may cross a runway axis (facts 4.36).

    Parameters
    ----------
    altitude_amsl_m_min
        Lowest altitude at which the axis may be crossed here.
    is_open
        State given by air traffic control; the twin assumes open unless told.
    """

    node_id: str
    lon_deg: float
    lat_deg: float
    altitude_amsl_m_min: float
    is_open: bool = True
    source: str = ""


class RunwayAxis(msgspec.Struct, frozen=True, kw_only=True):
    """A runway by its two thresholds; its axis is extended by `extent_m` beyond each."""

    runway_id: str
    first_lon_deg: float
    first_lat_deg: float
    second_lon_deg: float
    second_lat_deg: float
    elevation_amsl_m: float
    extent_m: float


class LaneSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One one-way lane: straight, or along `via` points (longitude, latitude).

    Parameters
    ----------
    layer
        Index into `LaneRules.layer_heights_agl_m`.
    node_ids
        Crossing nodes it uses, in order of flight.
    is_landable_everywhere
        Whether a safe vertical landing is possible along the whole route; decides the reserve.
    altitude_amsl_m
        Fixed cruise altitude; follows the ground at its layer's height if None.
    choice
        Its place among the lanes of the pair: 1 is flown unless another is chosen.
    """

    lane_id: LaneId
    origin: VertiportId
    destination: VertiportId
    layer: int
    via: tuple[tuple[float, float], ...] = ()
    node_ids: tuple[str, ...] = ()
    is_landable_everywhere: bool = True
    altitude_amsl_m: float | None = None
    choice: int = 1


class LaneRules(msgspec.Struct, frozen=True, kw_only=True):
    """How lanes are laid: heights of the layers, offset to the right, length of a cell.

    Parameters
    ----------
    altitude_amsl_m_max
        No lane is laid higher; 10,000 ft, above which pilots need oxygen (14 CFR 135.89).
    delay_kwh_per_min, noise_kwh_per_person_h
        What a minute of delay, and an hour in which one person hears 55 dBA, weigh beside energy
        where a pair has several lanes. Delay and noise do not count if 0.
    """

    layer_heights_agl_m: tuple[float, ...]
    offset_right_m: float
    cell_length_m: float
    smoothing_m: float
    altitude_amsl_m_max: float = 3048.0
    delay_kwh_per_min: float = 0.0
    noise_kwh_per_person_h: float = 0.0


class UnlinkedPair(msgspec.Struct, frozen=True, kw_only=True):
    """An ordered pair of vertiports that no lane links, with the reason people may read."""

    origin: VertiportId
    destination: VertiportId
    reason: str


class LanePlan(msgspec.Struct, frozen=True, kw_only=True):
    """All lanes of a city with the nodes and runways they must respect."""

    rules: LaneRules
    nodes: tuple[CrossingNode, ...]
    runways: tuple[RunwayAxis, ...]
    lanes: tuple[LaneSpec, ...]
    unlinked: tuple[UnlinkedPair, ...] = ()


def find_self_crossing(points: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """Return where a path in the plane first meets itself, None if it never does.

    Neighbouring pieces share their corner, which is no meeting; every other touch is one.
    """
    pieces = list(pairwise(points))
    for i, (a, b) in enumerate(pieces):
        for c, d in pieces[i + 2 :]:
            met = _meet(a, b, c, d)
            if met is not None:
                return met
    return None


def _meet(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float], d: tuple[float, float]
) -> tuple[float, float] | None:
    """Return the first point of the piece from `a` to `b` that lies on the one from `c` to `d`."""
    ux, uy = b[0] - a[0], b[1] - a[1]
    vx, vy = d[0] - c[0], d[1] - c[1]
    wx, wy = c[0] - a[0], c[1] - a[1]
    cross = ux * vy - uy * vx
    if cross != 0.0:
        along, other = (wx * vy - wy * vx) / cross, (wx * uy - wy * ux) / cross
        if 0.0 <= along <= 1.0 and 0.0 <= other <= 1.0:
            return a[0] + along * ux, a[1] + along * uy
        return None
    if wx * uy - wy * ux != 0.0:
        return None
    length2 = ux * ux + uy * uy
    starts = [0.0] if length2 == 0.0 else sorted(
        ((p[0] - a[0]) * ux + (p[1] - a[1]) * uy) / length2 for p in (c, d)
    )  # fmt: skip
    first = max(0.0, starts[0])
    if first > min(1.0, starts[-1]):
        return None
    return a[0] + first * ux, a[1] + first * uy
