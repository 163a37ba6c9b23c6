"""Lanes as the city draws them: which pairs are linked, through which points, in which layer.

Their profile over the ground is computed in `airspace`; here is only what people decided.
"""

import msgspec

from aspan.primitives.ids import LaneId, VertiportId


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
    """

    lane_id: LaneId
    origin: VertiportId
    destination: VertiportId
    layer: int
    via: tuple[tuple[float, float], ...] = ()
    node_ids: tuple[str, ...] = ()
    is_landable_everywhere: bool = True
    altitude_amsl_m: float | None = None


class LaneRules(msgspec.Struct, frozen=True, kw_only=True):
    """How lanes are laid: heights of the layers, offset to the right, length of a cell.

    Parameters
    ----------
    altitude_amsl_m_max
        No lane is laid higher; 10,000 ft, above which pilots need oxygen (14 CFR 135.89).
    """

    layer_heights_agl_m: tuple[float, ...]
    offset_right_m: float
    cell_length_m: float
    smoothing_m: float
    altitude_amsl_m_max: float = 3048.0


class LanePlan(msgspec.Struct, frozen=True, kw_only=True):
    """All lanes of a city with the nodes and runways they must respect."""

    rules: LaneRules
    nodes: tuple[CrossingNode, ...]
    runways: tuple[RunwayAxis, ...]
    lanes: tuple[LaneSpec, ...]
