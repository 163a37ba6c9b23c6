"""The map of a study: chosen sites and what they move, pairs that are flown, sites left out."""

from math import hypot, sqrt
from typing import Final

from markupsafe import Markup

from aspan.faces.report.drawing import Drawing, Point
from aspan.faces.report.map_frame import Box, MapFrame, draw_scale, find_spot
from aspan.faces.report.study_ground import SYMBOL
from aspan.faces.report.study_words import StudyWords
from aspan.studies.answer import Answer
from aspan.studies.answer_parts import SiteAnswer

_WIDTH: Final = 360.0
_HEIGHT_MAX: Final = 620.0
_MARGINS: Final = (84.0, 46.0)
"""Beside and above the outermost sites: room for their names. [px]"""

_PX_PER_LETTER: Final = 9.8
_BOW: Final = 0.07
"""How far a pair's line bows out to the right of the way, over its length: both ways are seen."""


def make_frame(answer: Answer) -> MapFrame | None:
    """Return the frame about all sites; None if the answer names none."""
    places = [(site.lon_deg, site.lat_deg) for site in answer.sites]
    if not places:
        return None
    return MapFrame(places, width=_WIDTH, height_max=_HEIGHT_MAX, margin=_MARGINS)


def draw_network(answer: Answer, words: StudyWords, frame: MapFrame, *, has_ground: bool) -> Markup:
    """Return the map of the network when built."""
    drawing = Drawing(_WIDTH, frame.height, words.t("study.map.label"), "map study-map")
    if has_ground:
        drawing.use(SYMBOL)
    _draw_pairs(drawing, answer, frame)
    taken: list[Box] = [(0, frame.height - 26, 130, frame.height), (_WIDTH - 30, 0, _WIDTH, 44)]
    for site in answer.sites:
        x, y = frame(site.lon_deg, site.lat_deg)
        taken.append((x - 9, y - 9, x + 9, y + 9))
    order = sorted(answer.sites, key=lambda s: (s.first_year is None, -_flown(s), s.vertiport_id))
    for site in order:
        _draw_site(drawing, words, frame, site, taken)
    draw_scale(drawing, words, frame)
    _draw_north(drawing, words)
    return drawing.markup()


def _flown(site: SiteAnswer) -> float:
    return site.passengers_per_day.value if site.passengers_per_day else 0.0


def _draw_pairs(drawing: Drawing, answer: Answer, frame: MapFrame) -> None:
    """Draw each ordered pair as a bowed line, as wide as it carries people."""
    places = {site.vertiport_id: (site.lon_deg, site.lat_deg) for site in answer.sites}
    flown = [
        p
        for p in answer.pairs
        if p.passengers_per_day.value > 0 and p.origin in places and p.destination in places
    ]
    most = max((p.passengers_per_day.value for p in flown), default=0.0)
    for pair in sorted(flown, key=lambda p: (p.passengers_per_day.value, p.origin, p.destination)):
        share = pair.passengers_per_day.value / most if most > 0 else 0.0
        line = _bow(frame(*places[pair.origin]), frame(*places[pair.destination]))
        drawing.path(line, "lane", width=0.8 + 4.2 * sqrt(max(share, 0.0)))


def _bow(start: Point, end: Point) -> list[Point]:
    """Return points of a parabola from one place to another, to the right of the way."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    if hypot(dx, dy) < 1.0:
        return [start, end]
    side = (-dy * _BOW, dx * _BOW)
    points = []
    for step in range(13):
        t = step / 12
        out = 4 * t * (1 - t)
        points.append((start[0] + dx * t + side[0] * out, start[1] + dy * t + side[1] * out))
    return points


def _draw_site(
    drawing: Drawing, words: StudyWords, frame: MapFrame, site: SiteAnswer, taken: list[Box]
) -> None:
    """Draw a site with its name: a full ring with its people a day, or a small hollow one."""
    at = frame(site.lon_deg, site.lat_deg)
    name = words.place(site.vertiport_id).partition(" (")[0]
    if site.first_year is None:
        title = f"{name}: {words.word('study.reason', site.reason)}"
        drawing.circle(at, 4.5, "site left-out", title)
        spot, anchor = find_spot(at, _PX_PER_LETTER * len(name), taken, frame.width, 9.0)
        drawing.text(spot, name, "soft halo", anchor)
        return
    told = words.t("study.map.site", people=words.near(_flown(site)), year=site.first_year)
    drawing.circle(at, 7.0, "site", f"{name}: {told}")
    drawing.circle(at, 3.0, "site-dot")
    text = f"{name} · {words.near(_flown(site))}" if site.passengers_per_day else name
    spot, anchor = find_spot(at, _PX_PER_LETTER * len(text), taken, frame.width)
    drawing.text(spot, text, "strong halo", anchor)


def _draw_north(drawing: Drawing, words: StudyWords) -> None:
    x = _WIDTH - 16
    drawing.area([(x, 8), (x + 5, 22), (x, 18), (x - 5, 22)], "north")
    drawing.text((x, 36), words.t("study.map.north"), "soft halo", "middle")
