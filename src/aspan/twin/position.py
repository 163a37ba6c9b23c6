"""Position: where an aircraft of the twin is at an instant, from what it flies."""

from bisect import bisect_right
from typing import NamedTuple

from aspan.twin.flight import FlownSortie, heading_deg


class FlownPosition(NamedTuple):
    """A point of a flown sortie; `soc` in [0, 1]."""

    lon_deg: float
    lat_deg: float
    altitude_amsl_m: float
    heading_deg: float
    ground_speed_mps: float
    soc: float


def locate(flown: FlownSortie, at_ms: int) -> FlownPosition:
    """Return where a sortie is at an instant, straight between the vertices of its track.

    Before lift-off it is on the pad it leaves, after touchdown on the one it reached: taxiing is
    not drawn. Charge is drawn evenly over taxiing.
    """
    track = flown.track
    if at_ms < flown.lift_off_at_ms:
        soc = _between(
            at_ms,
            (flown.off_block_at_ms, flown.soc_off_block),
            (flown.lift_off_at_ms, flown.soc_lift_off),
        )
        return _at_vertex(flown, 0, soc)
    if at_ms >= flown.touchdown_at_ms:
        soc = _between(
            at_ms,
            (flown.touchdown_at_ms, flown.soc_touchdown),
            (flown.on_block_at_ms, flown.soc_on_block),
        )
        return _at_vertex(flown, len(track.at_ms) - 1, soc)
    k = max(0, min(bisect_right(track.at_ms, at_ms) - 1, len(track.at_ms) - 2))
    took_ms = track.at_ms[k + 1] - track.at_ms[k]
    part = (at_ms - track.at_ms[k]) / took_ms if took_ms > 0 else 0.0

    def mix(values: list[float]) -> float:
        return values[k] + part * (values[k + 1] - values[k])

    return FlownPosition(
        lon_deg=mix(track.lon_deg),
        lat_deg=mix(track.lat_deg),
        altitude_amsl_m=mix(track.altitude_amsl_m),
        heading_deg=_heading(flown, k),
        ground_speed_mps=track.ground_speed_mps[k],
        soc=mix(track.soc),
    )


def _between(at_ms: int, first: tuple[int, float], last: tuple[int, float]) -> float:
    span_ms = last[0] - first[0]
    part = min(max((at_ms - first[0]) / span_ms, 0.0), 1.0) if span_ms > 0 else 1.0
    return first[1] + part * (last[1] - first[1])


def _at_vertex(flown: FlownSortie, k: int, soc: float) -> FlownPosition:
    track = flown.track
    return FlownPosition(
        lon_deg=track.lon_deg[k],
        lat_deg=track.lat_deg[k],
        altitude_amsl_m=track.altitude_amsl_m[k],
        heading_deg=_heading(flown, k),
        ground_speed_mps=0.0,
        soc=soc,
    )


def _heading(flown: FlownSortie, k: int) -> float:
    """Return the course at a piece; where it is vertical, that of the nearest one that is not."""
    track = flown.track
    last = len(track.at_ms) - 2
    pieces = range(min(k, last), last + 1) if k <= last // 2 else range(min(k, last), -1, -1)
    for piece in pieces:
        is_vertical = (
            track.lon_deg[piece] == track.lon_deg[piece + 1]
            and track.lat_deg[piece] == track.lat_deg[piece + 1]
        )
        if not is_vertical:
            return heading_deg(track.lon_deg, track.lat_deg, piece)
    return 0.0
