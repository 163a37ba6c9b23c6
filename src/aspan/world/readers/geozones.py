"""Geozones from `geozones.geojson`, in the form of ED-318 (and what ED-269 spells otherwise).

Theory of operation. The file is a GeoJSON FeatureCollection after the JSON schemas of EUROCAE
ED-318 (github UASGeoZones/ED-318, MIT): each feature's geometry is a Polygon, or a Point with a
circle, with a `layer` of vertical limits, or a GeometryCollection of these. Heights above ground
are turned to altitudes to the safe side: from the lowest ground under the zone up to the highest. A
circle becomes the polygon about it. What is not read is refused, never ignored: heights above the
WGS 84 ellipsoid (the geoid is not among the city's files), schedules by sunrise or sunset, times
that are not UTC.

Ours lies in `extendedProperties.aspan`, which readers of others pass over: `is_authorised` for
zones that ask for leave (open to us unless it says false), `source`, `mark`.
"""

import json
from datetime import datetime, time
from math import cos, isfinite, pi, sin
from pathlib import Path
from typing import Any, get_args

import numpy as np
from shapely.geometry import Polygon

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import GeozoneId
from aspan.primitives.instants import datetime_to_ms
from aspan.primitives.units import M_PER_FT, MS_PER_DAY, MS_PER_S, S_PER_H, S_PER_MIN
from aspan.world.geodesy import Projection
from aspan.world.geozones import (
    HIGHEST_AMSL_M,
    LOWEST_AMSL_M,
    WEEK_DAYS,
    Applicability,
    DailyPeriod,
    Geozone,
    GeozonePart,
    Restriction,
    Ring,
)
from aspan.world.quantity import Mark
from aspan.world.terrain import Terrain
from aspan.world.vertiport import Names

FILE_NAME = "geozones.geojson"
ZONES_MAX, PARTS_MAX, CORNERS_MAX = 2_000, 100, 10_000
"""Most zones of a file, volumes of a zone and corners of a ring (facts 6.12: 10,000 vertices)."""

BYTES_MAX = 50_000_000
IDENTIFIER_MAX = 7
CIRCLE_CORNERS = 72
RADIUS_M_MAX = 500_000.0
GROUND_STEP_DEG = 1.0 / 1200.0
"""Spacing of looks at the ground under a zone given above ground: 3 arc-seconds, the terrain's."""

GROUND_LOOKS_MAX = 400
"""Most looks along each side of a zone's box; wider zones are looked at more coarsely."""

_RESTRICTIONS: dict[str, Restriction] = {
    "PROHIBITED": "prohibited",
    "REQ_AUTHORIZATION": "required_authorisation",
    "REQ_AUTHORISATION": "required_authorisation",
    "USPACE": "required_authorisation",
    "CONDITIONAL": "conditional",
    "NO_RESTRICTION": "none",
}
_REASONS = (
    "AIR_TRAFFIC", "SENSITIVE", "PRIVACY", "POPULATION", "NATURE", "NOISE", "FOREIGN_TERRITORY",
    "EMERGENCY", "OTHER",
)  # fmt: skip
_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_M_PER_UNIT = {"m": 1.0, "ft": M_PER_FT}


class _Node:
    """A JSON value that knows its path, so that every refusal names it."""

    def __init__(self, value: Any, path: str) -> None:  # noqa: ANN401  JSON values
        self.value = value
        self.path = path

    def refuse(self, expected: str) -> InvalidInput:
        """Return the error that names path, value and what was expected."""
        shown = self.value
        if isinstance(shown, list | dict) or len(str(shown)) > 80:
            shown = f"{str(shown)[:60]}…"
        return InvalidInput(self.path, shown, expected)

    def has(self, key: str) -> bool:
        """Say whether the object has a key that is not null."""
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def get(self, key: str) -> "_Node":
        """Return a member of an object, null if absent."""
        if not isinstance(self.value, dict):
            raise self.refuse("a JSON object")
        return _Node(self.value.get(key), f"{self.path}.{key}")

    def items(self, low: int, high: int) -> "list[_Node]":
        """Return the items of an array of between `low` and `high`."""
        if not isinstance(self.value, list) or not low <= len(self.value) <= high:
            raise self.refuse(f"an array of {low} to {high} items")
        return [_Node(item, f"{self.path}[{i}]") for i, item in enumerate(self.value)]

    def text(self, among: tuple[str, ...] | None = None) -> str:
        """Return a text that is not empty, one of `among` unless None."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.refuse("a text" if among is None else f"one of {', '.join(among)}")
        if among is not None and self.value not in among:
            raise self.refuse(f"one of {', '.join(among)}")
        return self.value

    def number(self, low: float, high: float) -> float:
        """Return a finite number in [low, high]."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(f"a number from {low:g} to {high:g}")
        if not low <= value <= high or not isfinite(value):
            raise self.refuse(f"a number from {low:g} to {high:g}")
        return float(value)


def read_geozones(
    path: Path, *, city: str, projection: Projection, terrain: Terrain
) -> tuple[Geozone, ...]:
    """Return the zones of a file sorted by identifier; none if there is no file."""
    label = f"{city}/{path.name}"
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise InvalidInput(label, error.strerror, "a file that can be read") from None
    if len(raw) > BYTES_MAX:
        raise InvalidInput(label, f"{len(raw)} bytes", f"at most {BYTES_MAX} bytes")
    try:
        value = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise InvalidInput(label, str(error)[:80], "a file in JSON, UTF-8") from None
    whole = _Node(value, label)
    whole.get("type").text(("FeatureCollection",))
    zones: dict[str, Geozone] = {}
    for feature in whole.get("features").items(0, ZONES_MAX):
        zone = _read_zone(feature, projection, terrain)
        if zone.zone_id in zones:
            raise feature.get("properties").get("identifier").refuse("each identifier once")
        zones[zone.zone_id] = zone
    return tuple(zones[name] for name in sorted(zones))


def _read_zone(feature: _Node, projection: Projection, terrain: Terrain) -> Geozone:
    feature.get("type").text(("Feature",))
    stated = feature.get("properties")
    identifier = stated.get("identifier")
    zone_id = identifier.text()
    if len(zone_id) > IDENTIFIER_MAX:
        raise identifier.refuse(f"at most {IDENTIFIER_MAX} characters")
    if len(stated.get("country").text()) != 3:
        raise stated.get("country").refuse("three letters (ISO 3166-1), KAZ")
    stated.get("variant").text(("COMMON", "CUSTOMIZED"))
    stated.get("zoneAuthority").items(1, 20)
    ours = stated.get("extendedProperties")
    ours = ours.get("aspan") if ours.value is not None else ours
    authorised, mark = ours.value and ours.get("is_authorised"), None
    if ours.has("mark"):
        mark = ours.get("mark").text(get_args(Mark))
    if authorised and not isinstance(authorised.value, bool | None):
        raise authorised.refuse("true or false")
    periods = stated.get("limitedApplicability")
    reasons = stated.get("reason")
    return Geozone(
        zone_id=GeozoneId(zone_id),
        names=_read_names(stated.get("name"), zone_id),
        restriction=_RESTRICTIONS[stated.get("type").text(tuple(_RESTRICTIONS))],
        parts=tuple(_read_parts(feature.get("geometry"), projection, terrain)),
        is_authorised=not (authorised and authorised.value is False),
        applicability=() if periods.value is None else tuple(
            _read_period(period) for period in periods.items(0, 100)
        ),
        reasons=() if reasons.value is None else tuple(
            reason.text(_REASONS) for reason in reasons.items(0, len(_REASONS))
        ),
        message=_find_text(stated.get("message"), "en"),
        source=ours.get("source").text() if ours.has("source") else "",
        is_assumed=mark == "assumed",
    )  # fmt: skip


def _find_text(texts: _Node, language: str) -> str:
    """Return the text in a language, else the first; empty if there is none."""
    if texts.value is None:
        return ""
    first = ""
    for item in texts.items(0, 50):
        text = item.get("text").text()
        if item.has("lang") and item.get("lang").text()[:2].lower() == language:
            return text
        first = first or text
    return first


def _read_names(texts: _Node, zone_id: str) -> Names:
    """Return the names in the three languages; where one is missing, the first given."""
    given = {code: _find_text(texts, code) or zone_id for code in ("kk", "ru", "en")}
    return Names(**given)


def _read_parts(geometry: _Node, projection: Projection, terrain: Terrain) -> list[GeozonePart]:
    """Return the volumes of a geometry."""
    kind = geometry.get("type").text(("Polygon", "Point", "GeometryCollection", "MultiPolygon"))
    if kind == "GeometryCollection":
        members = geometry.get("geometries").items(1, PARTS_MAX)
        for member in members:
            member.get("type").text(("Polygon", "Point", "MultiPolygon"))
        return [part for m in members for part in _read_parts(m, projection, terrain)]
    polygons: list[tuple[Ring, ...]]
    if kind == "Point":
        polygons = [(_read_circle(geometry, projection),)]
    elif kind == "Polygon":
        polygons = [_read_rings(geometry.get("coordinates"))]
    else:
        polygons = [_read_rings(p) for p in geometry.get("coordinates").items(1, PARTS_MAX)]
    return [_bound(rings, geometry.get("layer"), terrain) for rings in polygons]


def _read_position(position: _Node) -> tuple[float, float]:
    first, second, *_ = position.items(2, 3)
    return first.number(-180.0, 180.0), second.number(-90.0, 90.0)


def _read_rings(coordinates: _Node) -> tuple[Ring, ...]:
    """Return the rings of a polygon that does not cross itself."""
    rings = []
    for ring in coordinates.items(1, 100):
        points = tuple(_read_position(p) for p in ring.items(4, CORNERS_MAX))
        if points[0] != points[-1]:
            raise ring.refuse("a closed ring: its last position is its first")
        rings.append(points)
    polygon = Polygon(rings[0], rings[1:])
    if not polygon.is_valid or polygon.area == 0.0:
        raise coordinates.refuse("a polygon with an area whose border does not cross itself")
    return tuple(rings)


def _read_circle(point: _Node, projection: Projection) -> Ring:
    """Return the polygon about a circle: it touches the circle from outside."""
    lon_deg, lat_deg = _read_position(point.get("coordinates"))
    extent = point.get("extent")
    extent.get("subType").text(("Circle", "Circles"))
    radius_m = extent.get("radius").number(1.0, RADIUS_M_MAX) / cos(pi / CIRCLE_CORNERS)
    x_m, y_m = projection.to_xy(lon_deg, lat_deg)
    if not isfinite(x_m + y_m):
        raise point.get("coordinates").refuse("a position in the city's UTM zone")
    angles = [2.0 * pi * (k % CIRCLE_CORNERS) / CIRCLE_CORNERS for k in range(CIRCLE_CORNERS + 1)]
    return tuple(
        projection.to_lonlat(x_m + radius_m * cos(a), y_m + radius_m * sin(a)) for a in angles
    )


def _bound(rings: tuple[Ring, ...], layer: _Node, terrain: Terrain) -> GeozonePart:
    """Return the volume between the limits of a layer; from the ground up if there is none."""
    low_m, high_m = LOWEST_AMSL_M, HIGHEST_AMSL_M
    if layer.value is not None:
        scale = _M_PER_UNIT[layer.get("uom").text(tuple(_M_PER_UNIT)) if layer.has("uom") else "m"]
        most = HIGHEST_AMSL_M / scale
        if layer.has("lower"):
            low_m = layer.get("lower").number(-most, most) * scale
            if _is_above_ground(layer.get("lowerReference")):
                low_m += _ground_m(rings[0], terrain, layer)[0]
        if layer.has("upper"):
            high_m = layer.get("upper").number(-most, most) * scale
            if _is_above_ground(layer.get("upperReference")):
                high_m += _ground_m(rings[0], terrain, layer)[1]
    if not low_m < high_m:
        raise layer.refuse(f"a lower limit below the upper; they are {low_m:.0f}, {high_m:.0f} m")
    return GeozonePart(rings=rings, lower_amsl_m=low_m, upper_amsl_m=high_m)


def _is_above_ground(reference: _Node) -> bool:
    return reference.text(("AMSL", "AGL")) == "AGL"


def _ground_m(ring: Ring, terrain: Terrain, layer: _Node) -> tuple[float, float]:
    """Return the lowest and the highest ground [m AMSL] in the box about a ring."""
    lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
    axes = []
    for low, high in ((min(lons), max(lons)), (min(lats), max(lats))):
        looks = min(GROUND_LOOKS_MAX, int((high - low) / GROUND_STEP_DEG) + 2)
        axes.append(np.linspace(low, high, looks))
    lon, lat = np.meshgrid(*axes)
    try:
        ground = terrain.elevations_amsl_m(lon, lat)
    except InvalidInput:
        raise layer.refuse("limits AMSL where a zone reaches beyond the city's terrain") from None
    return float(ground.min()), float(ground.max())


def _read_period(period: _Node) -> Applicability:
    bounds = [
        _read_instant(period.get(key)) if period.has(key) else None
        for key in ("startDateTime", "endDateTime")
    ]
    if bounds[0] is not None and bounds[1] is not None and bounds[0] >= bounds[1]:
        raise period.get("endDateTime").refuse("an end after the start")
    schedule = period.get("schedule")
    days = [] if schedule.value is None else schedule.items(0, 50)
    return Applicability(
        from_at_ms=bounds[0],
        until_at_ms=bounds[1],
        schedule=tuple(_read_daily(day) for day in days),
    )


def _read_instant(node: _Node) -> int:
    try:
        moment = datetime.fromisoformat(node.text())
    except ValueError:
        raise node.refuse("a date and time as 2026-04-15T03:00:00Z") from None
    if moment.tzinfo is None:
        raise node.refuse("a date and time with its zone, 2026-04-15T03:00:00Z")
    return datetime_to_ms(moment)


def _read_daily(period: _Node) -> DailyPeriod:
    for key in ("startEvent", "endEvent"):
        if period.has(key):
            raise period.get(key).refuse("startTime and endTime; events of the sun are not read")
    names = [day.text((*_DAYS, "ANY")) for day in period.get("day").items(1, WEEK_DAYS)]
    weekdays = range(WEEK_DAYS) if "ANY" in names else sorted({_DAYS.index(n) for n in names})
    from_ms = _read_clock(period.get("startTime")) if period.has("startTime") else 0
    until_ms = _read_clock(period.get("endTime")) if period.has("endTime") else MS_PER_DAY
    if until_ms <= from_ms:
        until_ms += MS_PER_DAY  # past midnight
    return DailyPeriod(weekdays=tuple(weekdays), from_ms=from_ms, until_ms=until_ms)


def _read_clock(node: _Node) -> int:
    """Return a time of day in UTC [ms since midnight]."""
    try:
        clock = time.fromisoformat(node.text())
    except ValueError:
        raise node.refuse("a time of day in UTC as 05:00:00Z") from None
    offset = clock.utcoffset()
    if offset is None or offset.total_seconds() != 0.0:
        raise node.refuse("a time of day in UTC as 05:00:00Z")
    seconds = clock.hour * S_PER_H + clock.minute * S_PER_MIN + clock.second
    return seconds * MS_PER_S + clock.microsecond // MS_PER_S
