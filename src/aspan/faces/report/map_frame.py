"""What maps of the reports share: the projection, places for labels, the bar of scale, north.

North is up; the projection is plate carrée about the middle, right to a few metres over a city.
"""

from collections.abc import Sequence
from math import cos, radians
from typing import Final

from aspan.faces.report.drawing import Drawing, Point
from aspan.faces.report.words import Words
from aspan.primitives.units import M_PER_KM

KM_PER_DEG: Final = 111.195
"""Great-circle length of a degree on a sphere of radius 6,371.0 km (IUGG mean radius)."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom [px]."""


class MapFrame:
    """The projection of one map, and its canvas.

    Parameters
    ----------
    places
        Longitudes and latitudes that must be seen.
    margin
        About them, or left and right, and above and below. [px]
    """

    def __init__(
        self, places: Sequence[Point], *, width: float, height_max: float,
        margin: float | Point, height_min: float = 200.0,
    ) -> None:  # fmt: skip
        lons, lats = [p[0] for p in places], [p[1] for p in places]
        self.lon, self.lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
        self.squeeze = max(cos(radians(self.lat)), 0.01)
        wide = max((max(lons) - min(lons)) * self.squeeze * KM_PER_DEG, 1.0)
        high = max((max(lats) - min(lats)) * KM_PER_DEG, 1.0)
        side, end = margin if isinstance(margin, tuple) else (margin, margin)
        self.width = width
        self.px_per_km = min((width - 2 * side) / wide, (height_max - 2 * end) / high)
        self.height = max(high * self.px_per_km + 2 * end, height_min)

    def __call__(self, lon_deg: float, lat_deg: float) -> Point:
        """Return the pixel of a place."""
        scale = KM_PER_DEG * self.px_per_km
        x = self.width / 2 + (lon_deg - self.lon) * self.squeeze * scale
        return x, self.height / 2 - (lat_deg - self.lat) * scale

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of the canvas [deg]."""
        scale = KM_PER_DEG * self.px_per_km
        wide, high = self.width / 2 / scale / self.squeeze, self.height / 2 / scale
        return self.lon - wide, self.lat - high, self.lon + wide, self.lat + high


def find_spot(
    at: Point, wide: float, taken: list[Box], width: float, gap: float = 12.0
) -> tuple[Point, str]:
    """Return where a label so wide covers nothing, and its anchor; note it as taken.

    Parameters
    ----------
    width
        Of the canvas; labels do not leave it. [px]
    """
    x, y = at
    spots = [
        (x + gap, y + 4, "start"), (x - gap, y + 4, "end"),
        (x, y - gap - 2, "middle"), (x, y + 2 * gap, "middle"),
    ]  # fmt: skip
    boxes = [_box(spot, wide) for spot in spots]
    free = [
        i
        for i, box in enumerate(boxes)
        if box[0] > 0 and box[2] < width and not any(_meet(box, other) for other in taken)
    ]
    chosen = free[0] if free else 0
    taken.append(boxes[chosen])
    sx, sy, anchor = spots[chosen]
    return (sx, sy), anchor


def _box(spot: tuple[float, float, str], wide: float) -> Box:
    x, y, anchor = spot
    left = x if anchor == "start" else x - wide if anchor == "end" else x - wide / 2
    return left, y - 11, left + wide, y + 4


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def draw_scale(drawing: Drawing, words: Words, frame: MapFrame) -> None:
    """Draw the bar of scale: a round number of kilometres, about a fifth of the map."""
    target_km = frame.width / 5 / frame.px_per_km
    steps = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200)
    km = max((step for step in steps if step <= target_km), default=0.1)
    y, wide = frame.height - 12, km * frame.px_per_km
    drawing.path([(12, y - 5), (12, y), (12 + wide, y), (12 + wide, y - 5)], "scale")
    told = words.with_unit(km, "km") if km >= 1 else words.with_unit(km * M_PER_KM, "m")
    drawing.text((18 + wide, y + 1), told, "soft halo")
