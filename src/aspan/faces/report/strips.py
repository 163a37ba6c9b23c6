"""Strip charts of a run's telemetry: a few channels over the minutes of the run.

A strip has some hundred columns of pixels and a run some ten thousand rows, so each column shows
the least and the greatest reading that fall into it as a band, and their mean as a line: nothing
that happened between two pixels is hidden. Where a sensor said nothing the strip is hatched.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from aspan.faces.report.drawing import Drawing, Point, Scale, round_ticks
from aspan.primitives.units import MS_PER_MIN

COLUMNS: Final = 160
"""Columns of a strip: finer than print shows, coarse enough for a page of many runs."""

_WIDTH, _HEIGHT = 520.0, 128.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 10.0, 20.0, 22.0

Floats = NDArray[np.float64]


class Strip(msgspec.Struct, frozen=True, kw_only=True):
    """What one strip shows: readings of one kind in one unit, and the limits on them.

    Parameters
    ----------
    lows, highs
        Limits drawn as lines; a reading beyond one knocks the run off.
    """

    title: str
    unit: str
    series: tuple[Any, ...]
    lows: tuple[float, ...] = ()
    highs: tuple[float, ...] = ()


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """An instant marked on every strip of a run."""

    at_ms: int
    text: str


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """Least, mean and greatest reading of each column of pixels; NaN where there is none."""

    low: Any
    mean: Any
    high: Any


def sample(at_ms: NDArray[np.int64], values: Floats, from_ms: int, until_ms: int) -> Columns:
    """Return the readings of a channel column by column."""
    low = np.full(COLUMNS, np.inf)
    high = np.full(COLUMNS, -np.inf)
    total, count = np.zeros(COLUMNS), np.zeros(COLUMNS)
    is_there = np.isfinite(values) & (at_ms >= from_ms) & (at_ms <= until_ms)
    share = (at_ms[is_there] - from_ms) / max(until_ms - from_ms, 1)
    column = np.minimum((share * COLUMNS).astype(np.int64), COLUMNS - 1)
    found = values[is_there]
    np.minimum.at(low, column, found)
    np.maximum.at(high, column, found)
    np.add.at(total, column, found)
    np.add.at(count, column, 1)
    is_empty = count == 0
    low[is_empty] = high[is_empty] = np.nan
    mean = np.divide(total, count, out=np.full(COLUMNS, np.nan), where=~is_empty)
    return Columns(low=low, mean=mean, high=high)


def draw_strip(
    strip: Strip,
    at_ms: NDArray[np.int64],
    span_ms: tuple[int, int],
    moments: Sequence[Moment] = (),
) -> Markup:
    """Return one strip as a picture; its minutes count from the start of the span."""
    from_ms, until_ms = span_ms
    sampled = [sample(at_ms, values, from_ms, until_ms) for values in strip.series]
    low, high = _span(sampled, (*strip.lows, *strip.highs))
    drawing = Drawing(_WIDTH, _HEIGHT, f"{strip.title} [{strip.unit}]", "strip")
    minutes = (until_ms - from_ms) / MS_PER_MIN
    x = Scale(0.0, minutes, _LEFT, _WIDTH - _RIGHT)
    y = Scale(low, high, _HEIGHT - _BOTTOM, _TOP)
    _draw_axes(drawing, strip, x, y)
    _draw_silence(drawing, sampled, x)
    for columns in sampled:
        for first, last in _stretches(np.isfinite(columns.mean)):
            _draw_stretch(drawing, columns, (first, last), x, y)
    for level in (*strip.lows, *strip.highs):
        drawing.line((_LEFT, y(level)), (_WIDTH - _RIGHT, y(level)), "limit")
    for moment in moments:
        at = x((moment.at_ms - from_ms) / MS_PER_MIN)
        drawing.line((at, _TOP), (at, _HEIGHT - _BOTTOM), "cut")
        is_right = at < _WIDTH * 0.7
        drawing.text(
            (at + (4 if is_right else -4), _TOP + 10),
            moment.text,
            "warn halo",
            "start" if is_right else "end",
        )
    return drawing.markup()


def _draw_stretch(
    drawing: Drawing, columns: Columns, stretch: tuple[int, int], x: Scale, y: Scale
) -> None:
    first, last = stretch
    step = (x.high - x.low) / COLUMNS
    times = [x(x.low + (column + 0.5) * step) for column in range(first, last)]

    def trace(values: Floats) -> list[Point]:
        return [(t, y(float(v))) for t, v in zip(times, values[first:last], strict=True)]

    up, down = trace(columns.high), trace(columns.low)
    if any(abs(a[1] - b[1]) > 1.0 for a, b in zip(up, down, strict=True)):
        drawing.area(up + down[::-1], "band-half")
    middle = trace(columns.mean)
    if len(middle) > 1:
        drawing.path(middle, "line thin")
    else:
        drawing.dots(middle, "dot")


def _draw_silence(drawing: Drawing, sampled: Sequence[Columns], x: Scale) -> None:
    """Hatch where no channel of the strip said anything."""
    is_silent = np.all([~np.isfinite(columns.mean) for columns in sampled], axis=0)
    step = (x.high - x.low) / COLUMNS
    for first, last in _stretches(is_silent):
        start, end = x(x.low + first * step), x(x.low + last * step)
        drawing.rect(start, _TOP, end - start, _HEIGHT - _BOTTOM - _TOP, "below")


def _draw_axes(drawing: Drawing, strip: Strip, x: Scale, y: Scale) -> None:
    for level in round_ticks(y.low, y.high, 3):
        drawing.line((_LEFT, y(level)), (_WIDTH - _RIGHT, y(level)), "grid")
        drawing.text((_LEFT - 6, y(level) + 4), f"{level:g}", "soft num", "end")
    for minute in round_ticks(x.low, x.high, 6):
        drawing.text((x(minute), _HEIGHT - 6), f"{minute:g}", "soft num", "middle")
    drawing.text((_LEFT, 12), f"{strip.title}, {strip.unit}", "strong")


def _span(sampled: Sequence[Columns], limits: Sequence[float]) -> tuple[float, float]:
    """Return the least and the greatest of readings and limits, with a little room."""
    ends = [end for c in sampled for end in (c.low, c.high)]
    found = np.concatenate([*ends, np.asarray(limits, dtype=np.float64)])
    found = found[np.isfinite(found)]
    if not found.size:
        return 0.0, 1.0
    low, high = float(found.min()), float(found.max())
    room = 0.06 * (high - low) or max(abs(high) * 0.05, 0.5)
    return low - room, high + room


def _stretches(is_in: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return where a row of yes and no says yes, as half-open stretches."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_in, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
