"""The map of a run, drawn from its own tables alone: vertiports, and lanes as they were flown.

One line for each lane route or, where the tables name none, each pair of vertiports; its width
grows with the number of sorties, a chevron shows the way. North is up; the projection is plate
carrée about the middle, right to a few metres over a city.
"""

from itertools import pairwise
from math import cos, hypot, radians, sqrt
from statistics import median
from typing import TYPE_CHECKING, Final

import msgspec
from markupsafe import Markup

from aspan.faces.report.drawing import Drawing, Point, thin
from aspan.faces.report.run_folder import Row, RunFolder, Site
from aspan.faces.report.words import Words
from aspan.primitives.units import M_PER_KM

if TYPE_CHECKING:
    import polars as pl

KM_PER_DEG: Final = 111.195
"""Great-circle length of a degree on a sphere of radius 6,371.0 km (IUGG mean radius)."""

ROUTES_SHOWN: Final = 14

_WIDTH: Final = 480.0
_HEIGHT_MAX: Final = 620.0
_MARGIN: Final = 44.0


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """What was flown from one vertiport to another."""

    origin: str
    destination: str
    sorties: int
    passengers: int
    block_ms: float | None
    energy_kwh: float | None


def list_routes(run: RunFolder) -> list[Route]:
    """Return the pairs that were flown, the busiest first; a median for each time and energy."""
    found: dict[tuple[str, str], list[Row]] = {}
    for sortie in run.sorties:
        if sortie["on_block_at_ms"] is not None and sortie["off_block_at_ms"] is not None:
            end = sortie["destination"] or sortie["planned_destination"]
            found.setdefault((sortie["origin"], end), []).append(sortie)
    routes = [
        Route(
            origin=origin,
            destination=destination,
            sorties=len(rows),
            passengers=sum(row["passengers"] or 0 for row in rows),
            block_ms=median(row["on_block_at_ms"] - row["off_block_at_ms"] for row in rows),
            energy_kwh=_median([row["energy_kwh"] for row in rows]),
        )
        for (origin, destination), rows in found.items()
    ]
    return sorted(routes, key=lambda r: (-r.sorties, r.origin, r.destination))


def _median(values: list[float | None]) -> float | None:
    stated = [value for value in values if value is not None]
    return median(stated) if stated else None


class _Ground:
    """The projection of one map, and its canvas."""

    def __init__(self, places: list[Point]) -> None:
        lons, lats = [p[0] for p in places], [p[1] for p in places]
        self.lon, self.lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
        self.squeeze = max(cos(radians(self.lat)), 0.01)
        wide = max((max(lons) - min(lons)) * self.squeeze * KM_PER_DEG, 1.0)
        high = max((max(lats) - min(lats)) * KM_PER_DEG, 1.0)
        inner = (_WIDTH - 2 * _MARGIN, _HEIGHT_MAX - 2 * _MARGIN)
        self.px_per_km = min(inner[0] / wide, inner[1] / high)
        self.height = max(high * self.px_per_km + 2 * _MARGIN, 200.0)

    def __call__(self, lon_deg: float, lat_deg: float) -> Point:
        """Return the pixel of a place."""
        scale = KM_PER_DEG * self.px_per_km
        x = _WIDTH / 2 + (lon_deg - self.lon) * self.squeeze * scale
        return x, self.height / 2 - (lat_deg - self.lat) * scale


def draw_map(run: RunFolder, words: Words) -> Markup | None:
    """Return the map; None if the city names no vertiport."""
    sites = run.city.vertiports
    lanes = _list_lanes(run)
    places = [(s.lon_deg, s.lat_deg) for s in sites] + [p for _, ps, _ in lanes for p in ps]
    if not sites:
        return None
    ground = _Ground(places)
    drawing = Drawing(_WIDTH, ground.height, words.t("map.title"), "map")
    most = max((count for _, _, count in lanes), default=1)
    for name, points, count in sorted(lanes, key=lambda lane: (lane[2], lane[0])):
        line = thin([ground(*p) for p in points], 1.5)
        width = 1.0 + 5.0 * sqrt(count / most)
        drawing.path(line, "lane diverted" if "\0" in name else "lane", width=width)
        if count * 20 >= most:
            _draw_chevron(drawing, line, 5.0 + width / 2)
    moved = _count_movements(run)
    taken: list[tuple[float, float, float, float]] = []
    for site in sites:
        x, y = ground(site.lon_deg, site.lat_deg)
        taken.append((x - 9, y - 9, x + 9, y + 9))
    for site in sites:
        _draw_site(drawing, ground, words, site, moved.get(site.vertiport_id, 0), taken)
    _draw_bar(drawing, words, ground)
    return drawing.markup()


def _list_lanes(run: RunFolder) -> list[tuple[str, list[Point], int]]:
    """Return the ways flown: a name, the places of one flight along it, how often."""
    tracks = run.find_table("tracks")
    if tracks is None or tracks.height == 0:
        return []
    ways: dict[str, list[Row]] = {}
    for sortie in run.sorties:
        if sortie["touchdown_at_ms"] is not None:
            name = f"{sortie['origin']}>{sortie['destination']}|{sortie['lane_route'] or ''}"
            if sortie["status"] == "diverted":
                name += "\0"
            ways.setdefault(name, []).append(sortie)
    shown = {rows[0]["sortie_id"]: (name, len(rows)) for name, rows in ways.items()}
    return [
        (shown[sortie_id][0], points, shown[sortie_id][1])
        for sortie_id, points in _read_tracks(tracks, list(shown))
    ]


def _read_tracks(tracks: "pl.DataFrame", sortie_ids: list[str]) -> list[tuple[str, list[Point]]]:
    """Return the places of each flight named, in order of time."""
    import polars as pl

    asked = tracks.filter(pl.col("sortie_id").is_in(sortie_ids)).sort("sortie_id", "at_ms")
    found: dict[str, list[Point]] = {}
    columns = (asked["sortie_id"], asked["lon_deg"], asked["lat_deg"])
    for sortie_id, lon_deg, lat_deg in zip(*columns, strict=True):
        found.setdefault(sortie_id, []).append((lon_deg, lat_deg))
    return list(found.items())


def _count_movements(run: RunFolder) -> dict[str, int]:
    """Return take-offs and landings of each vertiport."""
    moved: dict[str, int] = {}
    for sortie in run.sorties:
        if sortie["lift_off_at_ms"] is not None:
            moved[sortie["origin"]] = moved.get(sortie["origin"], 0) + 1
        if sortie["touchdown_at_ms"] is not None and sortie["destination"]:
            moved[sortie["destination"]] = moved.get(sortie["destination"], 0) + 1
    return moved


def _draw_chevron(drawing: Drawing, line: list[Point], size: float) -> None:
    """Draw the way of a lane at six tenths of it, beside that of the way back."""
    steps = list(pairwise(line))
    lengths = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in steps]
    if sum(lengths) < 40:
        return
    left = sum(lengths) * 0.6
    for (a, b), length in zip(steps, lengths, strict=True):
        if left <= length and length > 0:
            ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
            tip = (a[0] + ux * left, a[1] + uy * left)
            back = (tip[0] - ux * size, tip[1] - uy * size)
            side = (-uy * size * 0.7, ux * size * 0.7)
            wings = [(back[0] + side[0], back[1] + side[1]), (back[0] - side[0], back[1] - side[1])]
            drawing.area([wings[0], tip, wings[1]], "chevron")
            return
        left -= length


def _draw_site(
    drawing: Drawing,
    ground: _Ground,
    words: Words,
    site: Site,
    moved: int,
    taken: list[tuple[float, float, float, float]],
) -> None:
    """Draw a vertiport with its name where it covers nothing, if there is such a place."""
    x, y = ground(site.lon_deg, site.lat_deg)
    told = words.count("count.movements", moved)
    whole = words.place(site.vertiport_id)
    name = whole.partition(" (")[0]  # a second name in brackets would run off a phone
    drawing.circle((x, y), 7.0, "site", f"{whole}: {told}")
    drawing.circle((x, y), 2.5, "site-dot")
    wide = 8.0 * len(name) + 4
    spots = [
        (x + 12, y + 4, "start"), (x - 12, y + 4, "end"),
        (x, y - 14, "middle"), (x, y + 24, "middle"),
    ]  # fmt: skip
    boxes = [_box(spot, wide) for spot in spots]
    free = [
        i
        for i, box in enumerate(boxes)
        if box[0] > 0 and box[2] < _WIDTH and not any(_meet(box, other) for other in taken)
    ]
    chosen = free[0] if free else 0
    taken.append(boxes[chosen])
    sx, sy, anchor = spots[chosen]
    drawing.text((sx, sy), name, "strong halo", anchor)


def _box(spot: tuple[float, float, str], wide: float) -> tuple[float, float, float, float]:
    x, y, anchor = spot
    left = x if anchor == "start" else x - wide if anchor == "end" else x - wide / 2
    return left, y - 11, left + wide, y + 4


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _draw_bar(drawing: Drawing, words: Words, ground: _Ground) -> None:
    """Draw the bar of scale: a round number of kilometres, about a fifth of the map."""
    target_km = _WIDTH / 5 / ground.px_per_km
    steps = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200)
    km = max((step for step in steps if step <= target_km), default=0.1)
    y, wide = ground.height - 12, km * ground.px_per_km
    drawing.path([(12, y - 5), (12, y), (12 + wide, y), (12 + wide, y - 5)], "scale")
    told = words.with_unit(km, "km") if km >= 1 else words.with_unit(km * M_PER_KM, "m")
    drawing.text((18 + wide, y + 1), told, "soft")
