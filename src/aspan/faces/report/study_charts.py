"""Charts of a study: columns with intervals, stacks, bars about a base, a scatter, hours of power.

Each is drawn 360 px wide, which a phone shows as it is and a desk beside others. Shades and
hatching part series, so that they hold up in black and white.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from markupsafe import Markup

from aspan.faces.report.drawing import Drawing, Point, Scale, round_ticks
from aspan.faces.report.map_frame import find_spot

WIDTH: Final = 360.0

_STEPS: Final = (0.02, 0.10, 0.20, 0.35, 0.50)
"""Shares of time closed at which a cell of the weather takes its next shade."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column: its name below, its value, the interval where one is known, the label above."""

    name: str
    value: float
    label: str
    low: float | None = None
    high: float | None = None
    title: str = ""


def draw_columns(columns: Sequence[Column], label: str, *, height: float = 132.0) -> Markup:
    """Return columns from zero, each with its label and whisker."""
    drawing = Drawing(WIDTH, height, label, "columns")
    top, base = 20.0, height - 20.0
    ends = [v for c in columns for v in (c.value, c.high if c.high is not None else c.value)]
    lows = [min(c.value, 0.0) for c in columns]
    y = Scale(min([*lows, 0.0]), max([*ends, 1e-9]), base, top)
    step = WIDTH / max(len(columns), 1)
    wide = min(step * 0.62, 40.0)
    for index, column in enumerate(columns):
        middle = step * (index + 0.5)
        ceiling, floor = sorted((y(column.value), y(0.0)))
        drawing.rect(middle - wide / 2, ceiling, wide, floor - ceiling, "column", column.title)
        if column.low is not None and column.high is not None:
            drawing.line((middle, y.clip(column.low)), (middle, y.clip(column.high)), "whisker")
            ceiling = min(ceiling, y.clip(column.high))
        drawing.text((middle, ceiling - 5), column.label, "num", "middle")
        drawing.text((middle, height - 5), column.name, "soft num", "middle")
    drawing.line((0, y(0.0)), (WIDTH, y(0.0)), "axis")
    return drawing.markup()


class Stack(msgspec.Struct, frozen=True, kw_only=True):
    """One column of parts above zero and parts below it, in the order they are stacked."""

    name: str
    above: tuple[tuple[str, float], ...]
    below: tuple[tuple[str, float], ...]
    title: str = ""


def draw_stacks(
    stacks: Sequence[Stack],
    ticks: Sequence[tuple[float, str]],
    label: str,
    *,
    height: float = 190.0,
) -> Markup:
    """Return stacked columns about zero on a scale with ticks; parts are named by style."""
    drawing = Drawing(WIDTH, height, label, "stacks")
    values = [tick for tick, _ in ticks]
    y = Scale(min(values), max(values), height - 22, 10)
    left = 40.0
    for value, told in ticks:
        drawing.line((left, y(value)), (WIDTH, y(value)), "axis" if value == 0 else "grid")
        drawing.text((left - 6, y(value) + 4), told, "soft num", "end")
    step = (WIDTH - left) / max(len(stacks), 1)
    wide = step * 0.66
    for index, stack in enumerate(stacks):
        x = left + step * (index + 0.5) - wide / 2
        for parts, sign in ((stack.above, 1.0), (stack.below, -1.0)):
            reached = 0.0
            for css, value in parts:
                if value <= 0:
                    continue
                start, end = sorted((y(sign * reached), y(sign * (reached + value))))
                drawing.rect(x, start, wide, end - start, f"part {css}", stack.title)
                reached += value
        drawing.text((x + wide / 2, height - 5), stack.name, "soft num", "middle")
    return drawing.markup()


def find_shade(closed: float) -> int:
    """Return the shade of a share of time closed, 0 to 5."""
    return sum(closed >= step for step in _STEPS)


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """An output with one unknown at both ends of its range."""

    name: str
    at_low: float
    at_high: float
    low_label: str
    high_label: str
    title: str = ""


def draw_tornado(
    bars: Sequence[Bar],
    base: float,
    base_label: str,
    label: str,
    ticks: Sequence[tuple[float, str]],
) -> Markup:
    """Return bars about the base, each under its name; the low end of the unknown is hatched."""
    high = 50.0
    drawing = Drawing(WIDTH, 22 + high * len(bars) + 22, label, "tornado")
    ends = [v for bar in bars for v in (bar.at_low, bar.at_high)] + [t for t, _ in ticks]
    x = Scale(min([*ends, base]), max([*ends, base]), 52.0, WIDTH - 52.0)
    foot = 22 + high * len(bars)
    for value, told in ticks:
        drawing.line((x(value), 22), (x(value), foot), "grid")
        drawing.text((x(value), foot + 14), told, "soft num", "middle")
    drawing.line((x(base), 16), (x(base), foot), "mark-line")
    for index, bar in enumerate(bars):
        y = 22 + high * index
        drawing.text((0, y + 15), bar.name, "name halo")
        _draw_swing(drawing, bar, base, x, y + 22)
    anchor = "start" if x(base) < 90 else "end" if x(base) > WIDTH - 90 else "middle"
    drawing.text((x(base), 11), base_label, "strong halo", anchor)
    return drawing.markup()


def _draw_swing(drawing: Drawing, bar: Bar, base: float, x: Scale, top: float) -> None:
    """Draw both ends of a bar with their labels, the wider end first; labels on two sides."""
    both = [(bar.at_low, bar.low_label, "low-end"), (bar.at_high, bar.high_label, "high-end")]
    both.sort(key=lambda end: -abs(end[0] - base))
    for value, _, css in both:
        start, end = sorted((x(base), x(value)))
        drawing.rect(start, top, end - start, 16, f"swing {css}", bar.title)
    is_right = both[0][0] > base
    for number, (value, text, _) in enumerate(both):
        side = is_right != bool(number)
        beyond = max(x(value), x(base)) if side else min(x(value), x(base))
        at = beyond + 5 if side else beyond - 5
        drawing.text((at, top + 12), text, "num halo", "start" if side else "end")


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """One point of a scatter; its style says which kind, its label is drawn where there is one."""

    x: float
    y: float
    css: str
    title: str
    label: str = ""


def draw_scatter(
    spots: Sequence[Spot],
    front: Sequence[tuple[float, float]],
    axes: tuple[Sequence[tuple[float, str]], Sequence[tuple[float, str]]],
    names: tuple[str, str],
    label: str,
) -> Markup:
    """Return points over two axes with the line of the front through the best of them."""
    height = 280.0
    drawing = Drawing(WIDTH, height, label, "scatter")
    across, up = axes
    x = Scale(min(v for v, _ in across), max(v for v, _ in across), 40, WIDTH - 8)
    y = Scale(min(v for v, _ in up), max(v for v, _ in up), height - 40, 24)
    for value, told in up:
        drawing.line((40, y(value)), (WIDTH, y(value)), "axis" if value == 0 else "grid")
        drawing.text((34, y(value) + 4), told, "soft num", "end")
    for value, told in across:
        drawing.text((x(value), height - 22), told, "soft num", "middle")
    drawing.text((0, 12), names[1], "soft")
    drawing.text((WIDTH, height - 5), names[0], "soft", "end")
    drawing.path([(x(a), y(b)) for a, b in front], "front")
    taken = [(x(s.x) - 6, y(s.y) - 6, x(s.x) + 6, y(s.y) + 6) for s in spots]
    for spot in sorted(spots, key=lambda s: ("chosen" in s.css, s.css)):
        _draw_spot(drawing, spot, (x(spot.x), y(spot.y)))
    for spot in spots:
        if spot.label:
            wide = 7.6 * len(spot.label)
            at, anchor = find_spot((x(spot.x), y(spot.y)), wide, taken, WIDTH, 11.0)
            drawing.text(at, spot.label, "strong halo", anchor)
    return drawing.markup()


def _draw_spot(drawing: Drawing, spot: Spot, at: Point) -> None:
    """Draw a point: a disc if its plan was flown, a square on its tip if it was only reckoned."""
    size = 6.0 if "chosen" in spot.css else 3.6
    if "surrogate" not in spot.css:
        drawing.circle(at, size, f"spot {spot.css}", spot.title)
        return
    px, py = at
    tips = [(px - size, py), (px, py - size), (px + size, py), (px, py + size)]
    drawing.area(tips, f"spot {spot.css}")


def draw_hours(powers_kw: Sequence[float], limit_kw: float, limit_label: str, label: str) -> Markup:
    """Return a day of hourly power under its limit."""
    height = 112.0
    drawing = Drawing(WIDTH, height, label, "hours")
    top_kw = max([*powers_kw, limit_kw, 1.0]) * 1.1
    y = Scale(0.0, top_kw, height - 20, 8)
    step = WIDTH / max(len(powers_kw), 1)
    for hour, power_kw in enumerate(powers_kw):
        if power_kw > 0:
            drawing.rect(step * hour + 1, y(power_kw), step - 2, y(0.0) - y(power_kw), "column")
    drawing.line((0, y(limit_kw)), (WIDTH, y(limit_kw)), "limit")
    drawing.text((WIDTH, y(limit_kw) + 14), limit_label, "warn halo", "end")
    drawing.line((0, y(0.0)), (WIDTH, y(0.0)), "axis")
    for hour in range(0, len(powers_kw), 6):
        drawing.text((step * hour, height - 5), f"{hour:02d}:00", "soft num")
    return drawing.markup()


def draw_difference(value: float, low: float, high: float, reach: float, label: str) -> Markup:
    """Return a difference with its interval about zero, on a scale shared by its neighbours."""
    drawing = Drawing(150.0, 22.0, label, "difference")
    x = Scale(-reach, reach, 6.0, 144.0)
    drawing.line((x(0.0), 1), (x(0.0), 21), "axis")
    drawing.line((x.clip(low), 11), (x.clip(high), 11), "whisker")
    drawing.circle((x.clip(value), 11), 3.5, "spot chosen")
    return drawing.markup()


def list_ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Return round values that hold everything from `low` to `high` between first and last."""
    ticks = round_ticks(low, high, count)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else max(abs(high), 1.0)
    if len(ticks) < 2:
        ticks.append(ticks[0] + step)
    while ticks[0] > low:
        ticks.insert(0, ticks[0] - step)
    while ticks[-1] < high:
        ticks.append(ticks[-1] + step)
    return ticks
