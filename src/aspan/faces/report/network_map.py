"""The map of a run, drawn from its own tables alone: vertiports, and lanes as they were flown.

One line for each lane route or, where the tables name none, each pair of vertiports; its width
grows with the number of sorties, a chevron shows the way. North is up.
"""

from itertools import pairwise
from math import hypot, sqrt
from statistics import median
from typing import TYPE_CHECKING, Final

import msgspec
from markupsafe import Markup

from aspan.faces.report.drawing import Drawing, Point, thin
from aspan.faces.report.map_frame import Box, MapFrame, draw_scale, find_spot
from aspan.faces.report.run_folder import Row, RunFolder, Site
from aspan.faces.report.words import Words

if TYPE_CHECKING:
    import polars as pl

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


def draw_map(run: RunFolder, words: Words) -> Markup | None:
    """Return the map; None if the city names no vertiport."""
    sites = run.city.vertiports
    lanes = _list_lanes(run)
    places = [(s.lon_deg, s.lat_deg) for s in sites] + [p for _, ps, _ in lanes for p in ps]
    if not sites:
        return None
    ground = MapFrame(places, width=_WIDTH, height_max=_HEIGHT_MAX, margin=_MARGIN)
    drawing = Drawing(_WIDTH, ground.height, words.t("map.title"), "map")
    most = max((count for _, _, count in lanes), default=1)
    for name, points, count in sorted(lanes, key=lambda lane: (lane[2], lane[0])):
        line = thin([ground(*p) for p in points], 1.5)
        width = 1.0 + 5.0 * sqrt(count / most)
        drawing.path(line, "lane diverted" if "\0" in name else "lane", width=width)
        if count * 20 >= most:
            _draw_chevron(drawing, line, 5.0 + width / 2)
    moved = _count_movements(run)
    taken: list[Box] = []
    for site in sites:
        x, y = ground(site.lon_deg, site.lat_deg)
        taken.append((x - 9, y - 9, x + 9, y + 9))
    for site in sites:
        _draw_site(drawing, ground, words, site, moved.get(site.vertiport_id, 0), taken)
    draw_scale(drawing, words, ground)
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
    ground: MapFrame,
    words: Words,
    site: Site,
    moved: int,
    taken: list[Box],
) -> None:
    """Draw a vertiport with its name where it covers nothing, if there is such a place."""
    x, y = ground(site.lon_deg, site.lat_deg)
    told = words.count("count.movements", moved)
    whole = words.place(site.vertiport_id)
    name = whole.partition(" (")[0]  # a second name in brackets would run off a phone
    drawing.circle((x, y), 7.0, "site", f"{whole}: {told}")
    drawing.circle((x, y), 2.5, "site-dot")
    wide = 8.0 * len(name) + 4
    spot, anchor = find_spot((x, y), wide, taken, ground.width)
    drawing.text(spot, name, "strong halo", anchor)
