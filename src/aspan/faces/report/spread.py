"""Waits and delays: how they spread, with the middle and the tail marked.

Shares are taken by nearest rank, as in `kpis.json`. A wait runs from when a party could board to
off-block, a delay from the off-block first planned, an arrival is told against what was promised.
"""

from math import ceil
from typing import Final

import msgspec
from markupsafe import Markup

from aspan.faces.report.drawing import Drawing, Scale, round_ticks
from aspan.faces.report.run_folder import RunFolder
from aspan.faces.report.words import NONE, Words
from aspan.primitives.units import MS_PER_MIN

_BINS: Final = 24
_WIDTH: Final = 320.0
_HEIGHT: Final = 150.0
_TICK_ROOM: Final = 20.0
"""From a number under the axis to the picture's edge, so that nothing of it is cut off."""
_ROUND: Final = 1e-6


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """One distribution, ready for the page."""

    name: str
    note: str
    count: str
    middle: str
    tail: str
    most: str
    picture: Markup | None


def share_ms(values: list[int], share: float) -> int | None:
    """Return the value that a share of all lie at or below, by nearest rank; None of nothing."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


def list_waits(run: RunFolder) -> list[int] | None:
    """Return the wait of each party that flew [ms]; None if the run does not tell them."""
    bookings = run.find_table("bookings")
    if bookings is None or "ready_at_ms" not in bookings.columns:
        return None
    off_ms = {s["sortie_id"]: s["off_block_at_ms"] for s in run.sorties}
    waits = []
    for row in bookings.to_dicts():
        sortie_ids = row["sortie_ids"]
        left_ms = off_ms.get(sortie_ids[-1]) if sortie_ids else None
        if row["arrived_at_ms"] is not None and None not in (left_ms, row["ready_at_ms"]):
            waits.append(left_ms - row["ready_at_ms"])
    return waits


def list_delays(run: RunFolder) -> list[int]:
    """Return the delay at off-block of each sortie that came on-block [ms]."""
    return [
        s["off_block_at_ms"] - s["planned_off_block_at_ms"]
        for s in run.sorties
        if None not in (s["on_block_at_ms"], s["off_block_at_ms"], s["planned_off_block_at_ms"])
    ]


def list_lateness(run: RunFolder) -> list[int] | None:
    """Return how late each party arrived against its promise [ms]; None without bookings."""
    bookings = run.find_table("bookings")
    if bookings is None:
        return None
    return [
        row["arrived_at_ms"] - row["promised_arrival_at_ms"]
        for row in bookings.to_dicts()
        if None not in (row["arrived_at_ms"], row["promised_arrival_at_ms"])
    ]


def make_spreads(run: RunFolder, words: Words) -> list[Spread]:
    """Return waits, delays and arrivals against the promise."""
    return [
        _make("wait", list_waits(run), words),
        _make("delay", list_delays(run), words),
        _make("late", list_lateness(run), words),
    ]


def _make(name: str, values: list[int] | None, words: Words) -> Spread:
    found = values or []
    middle, tail = share_ms(found, 0.50), share_ms(found, 0.95)
    if values is None:
        note = words.t("spread.absent")
    else:
        note = words.t(f"spread.{name}.note") if found else words.t("spread.empty")
    return Spread(
        name=words.t(f"spread.{name}"),
        note=note,
        count=words.count(f"spread.{name}.count", len(found)),
        middle=words.minutes(middle, 1),
        tail=words.minutes(tail, 1),
        most=words.minutes(max(found), 1) if found else NONE,
        picture=_draw(words.t(f"spread.{name}"), found, words) if found else None,
    )


def _draw(label: str, values_ms: list[int], words: Words) -> Markup:
    """Draw a histogram over minutes; what lies beyond the 99th share is in the last bar."""
    minutes = [value / MS_PER_MIN for value in values_ms]
    tail_ms = share_ms(values_ms, 0.99) or 0
    low = min(0.0, min(minutes))
    high = max(tail_ms / MS_PER_MIN, low + 1.0)
    counts = [0] * _BINS
    for value in minutes:
        index = int((value - low) / (high - low) * _BINS)
        counts[min(max(index, 0), _BINS - 1)] += 1
    drawing = Drawing(_WIDTH, _HEIGHT, label, "spread")
    x, y = Scale(low, high, 0, _WIDTH), Scale(0, max(counts), _HEIGHT - 24, 36)
    wide = _WIDTH / _BINS
    for index, count in enumerate(counts):
        if count:
            top = y(count)
            drawing.rect(index * wide + 0.5, top, wide - 1, _HEIGHT - 24 - top, "bar",
                         words.number(count))  # fmt: skip
    drawing.line((0, _HEIGHT - 24), (_WIDTH, _HEIGHT - 24), "axis")
    for tick in round_ticks(low, high, 4):
        at = min(max(x(tick), _TICK_ROOM), _WIDTH - _TICK_ROOM)
        text = words.number(tick, count_digits(tick))
        drawing.text((at, _HEIGHT - 8), text, "soft num", "middle")
    _mark(drawing, words, x, values_ms)
    return drawing.markup()


def count_digits(value: float) -> int:
    """Return with how many decimals a round value is told whole, at most two."""
    return next((n for n in (0, 1) if abs(value - round(value, n)) < _ROUND), 2)


def _mark(drawing: Drawing, words: Words, x: Scale, values_ms: list[int]) -> None:
    """Draw the middle and the tail as lines with their names, apart from each other."""
    marks = [("p50", share_ms(values_ms, 0.50)), ("p95", share_ms(values_ms, 0.95))]
    for row, (name, value) in enumerate(marks):
        at = x.clip((value or 0) / MS_PER_MIN)
        drawing.line((at, 2 + 16 * row), (at, _HEIGHT - 24), "mark-line")
        right = at < _WIDTH - 90
        text = f"{words.t(f'spread.{name}')} {words.minutes(value, 1)}"
        place = (at + (4 if right else -4), 12 + 16 * row)
        drawing.text(place, text, "strong halo num", "start" if right else "end")
