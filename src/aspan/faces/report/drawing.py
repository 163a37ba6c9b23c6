"""Own small SVG: scales, axes, lines and labels; colours come from the page's style classes.

A drawing is a list of elements on a canvas of user units that are CSS pixels at full width. Every
text is escaped here; coordinates are rounded to a tenth of a pixel, which keeps pages small.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from math import ceil, floor, log10

from markupsafe import Markup, escape

from aspan.primitives.instants import datetime_to_ms, ms_to_local
from aspan.primitives.units import MS_PER_H

Point = tuple[float, float]


class Scale:
    """A linear scale from values to pixels."""

    def __init__(self, low: float, high: float, start_px: float, end_px: float) -> None:
        self.low, self.high = low, high if high > low else low + 1.0
        self.start_px, self.end_px = start_px, end_px
        self._slope = (end_px - start_px) / (self.high - self.low)

    def __call__(self, value: float) -> float:
        """Return the pixel of a value; values beyond the ends lie beyond the ends."""
        return self.start_px + (value - self.low) * self._slope

    def clip(self, value: float) -> float:
        """Return the pixel of a value, at most at the ends."""
        return self(min(max(value, self.low), self.high))


def round_ticks(low: float, high: float, count: int) -> list[float]:
    """Return round values from `low` to `high`, about `count` of them."""
    if high <= low:
        return [low]
    raw = (high - low) / max(count, 1)
    power = 10.0 ** floor(log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def hour_ticks(from_ms: int, until_ms: int, zone: str, *, count: int) -> list[int]:
    """Return instants at whole local hours, evenly stepped, at most about `count` of them."""
    hours = (until_ms - from_ms) / MS_PER_H
    step = next((s for s in (1, 2, 3, 4, 6, 12, 24) if hours / s <= count), 24 * ceil(hours / 240))
    local = ms_to_local(from_ms, zone)
    first = local.replace(minute=0, second=0, microsecond=0)
    if datetime_to_ms(first) < from_ms:
        first += timedelta(hours=1)
    first += timedelta(hours=-first.hour % step if step <= 24 else 0)
    at_ms, ticks = datetime_to_ms(first), []
    while at_ms <= until_ms:
        ticks.append(at_ms)
        at_ms += step * MS_PER_H
    return ticks


class Drawing:
    """One SVG under construction.

    Parameters
    ----------
    label
        What the picture shows, for readers who do not see it.
    """

    def __init__(self, width: float, height: float, label: str, css: str = "") -> None:
        self.width, self.height, self.label, self.css = width, height, label, css
        self._parts: list[str] = []

    def line(self, a: Point, b: Point, css: str) -> None:
        """Draw a straight line."""
        self._parts.append(
            f'<path class="{css}" d="M{_n(a[0])} {_n(a[1])}L{_n(b[0])} {_n(b[1])}"/>'
        )

    def path(self, points: Sequence[Point], css: str, *, width: float | None = None) -> None:
        """Draw a line through points."""
        if len(points) > 1:
            style = "" if width is None else f' stroke-width="{_n(width)}"'
            self._parts.append(f'<path class="{css}"{style} d="{trace(points)}"/>')

    def area(self, points: Sequence[Point], css: str) -> None:
        """Fill the polygon of points."""
        if len(points) > 2:
            self._parts.append(f'<path class="{css}" d="{trace(points)}Z"/>')

    def rings(self, rings: Iterable[Sequence[Point]], css: str) -> None:
        """Fill what lies in an odd number of rings."""
        text = "".join(f"{trace(ring)}Z" for ring in rings if len(ring) > 2)
        if text:
            self._parts.append(f'<path class="{css}" fill-rule="evenodd" d="{text}"/>')

    def use(self, name: str) -> None:
        """Draw what the page has defined under a name."""
        self._parts.append(f'<use href="#{escape(name)}"/>')

    def dots(self, points: Iterable[Point], css: str) -> None:
        """Draw round dots as one path with round caps."""
        text = "".join(f"M{_n(x)} {_n(y)}h0" for x, y in points)
        if text:
            self._parts.append(f'<path class="{css}" d="{text}"/>')

    def rect(
        self, x: float, y: float, width: float, height: float, css: str, title: str = ""
    ) -> None:
        """Draw a rectangle, with a text for whoever points at it."""
        box = (
            f'<rect class="{css}" x="{_n(x)}" y="{_n(y)}" width="{_n(max(width, 0.0))}" '
            f'height="{_n(max(height, 0.0))}"'
        )
        told = f"><title>{escape(title)}</title></rect>" if title else "/>"
        self._parts.append(box + told)

    def circle(self, at: Point, radius: float, css: str, title: str = "") -> None:
        """Draw a circle."""
        told = f"><title>{escape(title)}</title></circle>" if title else "/>"
        self._parts.append(
            f'<circle class="{css}" cx="{_n(at[0])}" cy="{_n(at[1])}" r="{_n(radius)}"{told}'
        )

    def text(self, at: Point, text: str, css: str = "", anchor: str = "start") -> None:
        """Write a text with its baseline at a point."""
        attributes = f' class="{css}"' if css else ""
        if anchor != "start":
            attributes += f' text-anchor="{anchor}"'
        self._parts.append(
            f'<text x="{_n(at[0])}" y="{_n(at[1])}"{attributes}>{escape(text)}</text>'
        )

    def symbol(self, name: str) -> Markup:
        """Return the picture as a definition that other pictures use by its name."""
        return Markup(
            f'<symbol id="{escape(name)}" overflow="visible">{"".join(self._parts)}</symbol>'
        )

    def markup(self) -> Markup:
        """Return the picture as markup for a page."""
        css = f' class="{self.css}"' if self.css else ""
        return Markup(  # every text was escaped where it was written
            f'<svg{css} viewBox="0 0 {_n(self.width)} {_n(self.height)}" role="img" '
            f'aria-label="{escape(self.label)}">' + "".join(self._parts) + "</svg>"
        )


def trace(points: Sequence[Point]) -> str:
    """Return path data through points."""
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def thin(points: Sequence[Point], nearest_px: float) -> list[Point]:
    """Return points without those nearer than `nearest_px` to the last one kept; ends stay."""
    kept = list(points[:1])
    for point in points[1:-1]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= nearest_px:
            kept.append(point)
    return [*kept, *points[1:][-1:]]


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
