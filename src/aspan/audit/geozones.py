"""Geozones as the auditor knows them: own reader of `geozones.geojson`, own geometry, own clock.

The file is a GeoJSON FeatureCollection after EUROCAE ED-318. A track is straight between its
vertices, so the shares of a segment that lie inside a polygon or a circle follow from where it
meets the border; heights AMSL cut them further, exactly. Heights above ground are compared with the
ground under the track, sampled. Being on a border is not being inside.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from math import ceil, inf, sqrt
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from aspan.audit import tolerances
from aspan.audit.geodesy import Ground, Plane
from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import datetime_to_ms
from aspan.primitives.units import M_PER_FT, MS_PER_DAY, MS_PER_H, MS_PER_MIN, MS_PER_S

FILE_NAME: Final = "geozones.geojson"
_DAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")

Point = tuple[float, float]
Interval = tuple[float, float]


class Limit(msgspec.Struct, frozen=True):
    """One vertical limit: metres above mean sea level, or above the ground."""

    height_m: float
    is_above_ground: bool


class VolumeTruth(msgspec.Struct, frozen=True, kw_only=True):
    """A polygon by its rings, or a circle by its middle and radius, between two limits."""

    rings: tuple[tuple[Point, ...], ...] = ()
    middle: Point = (0.0, 0.0)
    radius_m: float = 0.0
    lower: Limit
    upper: Limit


class PeriodTruth(msgspec.Struct, frozen=True, kw_only=True):
    """When a zone applies: a span, and hours of days of the week within it, UTC."""

    from_ms: float = -inf
    until_ms: float = inf
    hours: tuple[tuple[tuple[int, ...], int, int], ...] = ()


class ZoneTruth(msgspec.Struct, frozen=True, kw_only=True):
    """A zone, and whether it is ever closed to the operator."""

    zone_id: str
    may_close: bool
    volumes: tuple[VolumeTruth, ...]
    periods: tuple[PeriodTruth, ...] = ()

    def is_closed_within(self, from_ms: float, until_ms: float) -> bool:
        """Return whether it is closed at any time between two instants."""
        if not self.may_close:
            return False
        return not self.periods or any(_is_on(p, from_ms, until_ms) for p in self.periods)


def read_zones(path: Path) -> tuple[ZoneTruth, ...]:
    """Return the zones of a file, sorted; none if there is no file."""
    if not path.is_file():
        return ()
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        zones = [_read_zone(feature) for feature in features]
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        said = f"{type(error).__name__}: {error}"[:120]
        raise InvalidInput(str(path), said, "geozones in GeoJSON after ED-318") from None
    return tuple(sorted(zones, key=lambda zone: zone.zone_id))


def _read_zone(feature: dict[str, Any]) -> ZoneTruth:
    stated = feature["properties"]
    ours = ((stated.get("extendedProperties") or {}).get("aspan")) or {}
    is_open = stated["type"] == "NO_RESTRICTION" or (
        stated["type"] != "PROHIBITED" and ours.get("is_authorised") is not False
    )
    return ZoneTruth(
        zone_id=str(stated["identifier"]),
        may_close=not is_open,
        volumes=tuple(_read_volumes(feature["geometry"])),
        periods=tuple(_read_period(p) for p in stated.get("limitedApplicability") or ()),
    )


def _read_volumes(geometry: dict[str, Any]) -> Iterator[VolumeTruth]:
    kind = geometry["type"]
    if kind == "GeometryCollection":
        for member in geometry["geometries"]:
            yield from _read_volumes(member)
        return
    layer = geometry.get("layer") or {}
    scale = M_PER_FT if layer.get("uom") == "ft" else 1.0
    lower, upper = (
        Limit(default, False)
        if layer.get(key) is None
        else Limit(float(layer[key]) * scale, layer.get(f"{key}Reference") == "AGL")
        for key, default in (("lower", -inf), ("upper", inf))
    )
    if kind == "Point":
        lon, lat = geometry["coordinates"][:2]
        radius_m = float(geometry["extent"]["radius"])
        yield VolumeTruth(
            middle=(float(lon), float(lat)), radius_m=radius_m, lower=lower, upper=upper
        )
        return
    polygons = [geometry["coordinates"]] if kind == "Polygon" else geometry["coordinates"]
    for polygon in polygons:
        rings = tuple(tuple((float(p[0]), float(p[1])) for p in ring) for ring in polygon)
        yield VolumeTruth(rings=rings, lower=lower, upper=upper)


def _read_period(stated: dict[str, Any]) -> PeriodTruth:
    spans = [
        default if stated.get(key) is None
        else float(datetime_to_ms(datetime.fromisoformat(stated[key])))
        for key, default in (("startDateTime", -inf), ("endDateTime", inf))
    ]  # fmt: skip
    hours = []
    for row in stated.get("schedule") or ():
        days = tuple(i for i, name in enumerate(_DAYS) if {name, "ANY"} & set(row["day"]))
        start = _clock_ms(row["startTime"]) if row.get("startTime") else 0
        end = _clock_ms(row["endTime"]) if row.get("endTime") else MS_PER_DAY
        hours.append((days, start, end if end > start else end + MS_PER_DAY))
    return PeriodTruth(from_ms=spans[0], until_ms=spans[1], hours=tuple(hours))


def _clock_ms(text: str) -> int:
    """Return a time of day such as 05:00:00Z [ms since midnight UTC]."""
    hour, minute, second = text.removesuffix("Z").split(":")
    return int(hour) * MS_PER_H + int(minute) * MS_PER_MIN + round(float(second) * MS_PER_S)


def _is_on(period: PeriodTruth, from_ms: float, until_ms: float) -> bool:
    """Return whether a period shares more than an instant with `[from_ms, until_ms)`."""
    first, last = max(from_ms, period.from_ms), min(until_ms, period.until_ms)
    if not first < last:
        return False
    if not period.hours:
        return True
    for day in range(int(first // MS_PER_DAY) - 1, int(last // MS_PER_DAY) + 1):
        midnight = day * MS_PER_DAY
        weekday = datetime.fromtimestamp(midnight / MS_PER_S, tz=UTC).weekday()
        for days, start, end in period.hours:
            if weekday in days and max(first, midnight + start) < min(last, midnight + end):
                return True
    return False


class Area:
    """One volume of a zone in the audit's plane."""

    def __init__(self, volume: VolumeTruth, plane: Plane, ground: Ground) -> None:
        self.volume = volume
        self._ground = ground
        self._rings = [
            np.column_stack(plane.project(*np.array(ring, dtype=np.float64).T))
            for ring in volume.rings
        ]
        self._middle = plane.project_point(*volume.middle)
        points = self._rings[0] if self._rings else np.array(
            [np.array(self._middle) - volume.radius_m, np.array(self._middle) + volume.radius_m]
        )  # fmt: skip
        self.low_xy, self.high_xy = points.min(axis=0), points.max(axis=0)

    def is_near(self, x_m: tuple[float, float], y_m: tuple[float, float]) -> bool:
        """Return whether a segment's box meets the area's box."""
        return bool(
            max(x_m) >= self.low_xy[0] and min(x_m) <= self.high_xy[0]
            and max(y_m) >= self.low_xy[1] and min(y_m) <= self.high_xy[1]
        )  # fmt: skip

    def shares_inside(
        self, x_m: Interval, y_m: Interval, z_m: Interval, lon: Interval, lat: Interval
    ) -> list[Interval]:
        """Return the shares of a straight segment that lie inside, in [0, 1]."""
        flat = self._in_circle(x_m, y_m) if not self._rings else self._in_rings(x_m, y_m)
        lower, upper = self.volume.lower, self.volume.upper
        if not (lower.is_above_ground or upper.is_above_ground):
            cut = _between(z_m, lower.height_m, upper.height_m)
            both = [(max(a, cut[0]), min(b, cut[1])) for a, b in flat]
            return [(a, b) for a, b in both if a < b]
        length_m = sqrt((x_m[1] - x_m[0]) ** 2 + (y_m[1] - y_m[0]) ** 2)
        return [step for span in flat for step in self._over_ground(span, length_m, z_m, lon, lat)]

    def _over_ground(
        self, span: Interval, length_m: float, z_m: Interval, lon: Interval, lat: Interval
    ) -> Iterator[Interval]:
        """Yield the steps of a span whose middle lies between limits above the ground there."""
        steps = max(1, ceil((span[1] - span[0]) * length_m / tolerances.TERRAIN_STEP_M))
        edges = np.linspace(span[0], span[1], steps + 1)
        middle = (edges[:-1] + edges[1:]) / 2.0
        ground = self._ground.elevations_amsl_m(
            lon[0] + middle * (lon[1] - lon[0]), lat[0] + middle * (lat[1] - lat[0])
        )
        height = z_m[0] + middle * (z_m[1] - z_m[0])
        bounds = [
            limit.height_m + (ground if limit.is_above_ground else 0.0)
            for limit in (self.volume.lower, self.volume.upper)
        ]
        for k in np.flatnonzero((bounds[0] < height) & (height < bounds[1])).tolist():
            yield float(edges[k]), float(edges[k + 1])

    def _in_circle(self, x_m: Interval, y_m: Interval) -> list[Interval]:
        dx, dy = x_m[1] - x_m[0], y_m[1] - y_m[0]
        px, py = x_m[0] - self._middle[0], y_m[0] - self._middle[1]
        square, mixed = dx * dx + dy * dy, px * dx + py * dy
        beyond = px * px + py * py - self.volume.radius_m**2
        if square == 0.0:
            return [(0.0, 1.0)] if beyond < 0.0 else []
        root = mixed * mixed - square * beyond
        if root <= 0.0:
            return []
        first = max(0.0, (-mixed - sqrt(root)) / square)
        last = min(1.0, (-mixed + sqrt(root)) / square)
        return [(first, last)] if first < last else []

    def _in_rings(self, x_m: Interval, y_m: Interval) -> list[Interval]:
        """Cut the segment where it meets an edge; keep the pieces whose middle is inside."""
        dx, dy = x_m[1] - x_m[0], y_m[1] - y_m[0]
        cuts = {0.0, 1.0}
        for ring in self._rings:
            start, edge = ring[:-1], np.diff(ring, axis=0)
            cross = dx * edge[:, 1] - dy * edge[:, 0]
            wx, wy = start[:, 0] - x_m[0], start[:, 1] - y_m[0]
            with np.errstate(divide="ignore", invalid="ignore"):
                along = (wx * edge[:, 1] - wy * edge[:, 0]) / cross
                other = (wx * dy - wy * dx) / cross
            met = (along > 0.0) & (along < 1.0) & (other >= 0.0) & (other <= 1.0)
            cuts.update(along[met].tolist())
        edges = sorted(cuts)
        return [
            (a, b)
            for a, b in pairwise(edges)
            if self._is_inside(x_m[0] + (a + b) / 2.0 * dx, y_m[0] + (a + b) / 2.0 * dy)
        ]

    def _is_inside(self, x_m: float, y_m: float) -> bool:
        """Return whether a ray to the east meets the rings an odd number of times."""
        odd = False
        for ring in self._rings:
            x, y = ring[:, 0], ring[:, 1]
            is_between = (y[:-1] > y_m) != (y[1:] > y_m)
            with np.errstate(divide="ignore", invalid="ignore"):
                at_x = x[:-1] + (y_m - y[:-1]) / (y[1:] - y[:-1]) * (x[1:] - x[:-1])
            odd ^= bool(np.count_nonzero(is_between & (at_x > x_m)) % 2)
        return odd


def _between(z_m: Interval, low_m: float, high_m: float) -> Interval:
    """Return the share of a straight climb that lies between two heights; empty if (1, 0)."""
    if z_m[0] == z_m[1]:
        return (0.0, 1.0) if low_m < z_m[0] < high_m else (1.0, 0.0)
    at = sorted((bound - z_m[0]) / (z_m[1] - z_m[0]) for bound in (low_m, high_m))
    return max(0.0, at[0]), min(1.0, at[1])
