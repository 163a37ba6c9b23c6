"""The timeline: one row an aircraft; flights, charging and standing as blocks of their own shape.

A flight is a full block (hollow without passengers, notched when diverted), charging a low block,
standing a hairline. Days of a run are drawn one below another.
"""

from typing import Final

import msgspec
from markupsafe import Markup

from aspan.faces.report.drawing import Drawing, Scale, hour_ticks
from aspan.faces.report.run_folder import Row, RunFolder
from aspan.faces.report.words import Words
from aspan.primitives.instants import local_midnight_ms, ms_to_local
from aspan.primitives.units import MS_PER_DAY, MS_PER_H, MS_PER_MIN

DAYS_MAX: Final = 7
"""Days drawn; the rest is told in words, so that a page stays a page."""

_WIDTH: Final = 1000.0
_LEFT: Final = 64.0
_RIGHT: Final = 76.0
_TOP: Final = 26.0


class Day(msgspec.Struct, frozen=True):
    """One day of the timeline."""

    title: str
    picture: Markup


def draw_days(run: RunFolder, words: Words) -> list[Day]:
    """Return the timeline of each day with a movement, the first `DAYS_MAX` of them."""
    rows = _list_aircraft(run)
    if not rows:
        return []
    charges = _by_aircraft(run.list_rows("charges"))
    stays = _by_aircraft(run.list_rows("stand_uses"))
    sorties = _by_aircraft([s for s in run.sorties if s["off_block_at_ms"] is not None])
    days: list[Day] = []
    for start_ms, end_ms in list_days(run):
        span = _find_span(sorties, start_ms, end_ms)
        if span is None:
            continue
        picture = _Picture(run, words, rows, span)
        picture.draw(sorties, charges, stays)
        title = words.date(f"{ms_to_local(start_ms, words.zone):%Y-%m-%d}")
        days.append(Day(title, picture.drawing.markup()))
        if len(days) == DAYS_MAX:
            break
    return days


def list_days(run: RunFolder) -> list[tuple[int, int]]:
    """Return the local days a run touches, as half-open spans of instants [ms]."""
    zone, kpis = run.city.time_zone, run.kpis
    day = ms_to_local(kpis.from_at_ms, zone).date()
    spans: list[tuple[int, int]] = []
    start_ms = local_midnight_ms(day, zone)
    while start_ms < kpis.until_at_ms and len(spans) < 400:
        next_day = ms_to_local(start_ms + MS_PER_DAY + 6 * MS_PER_H, zone).date()
        end_ms = local_midnight_ms(next_day, zone)
        spans.append((start_ms, end_ms))
        start_ms = end_ms
    return spans


class _Picture:
    """The timeline of one day under construction."""

    def __init__(
        self, run: RunFolder, words: Words, rows: list[str], span: tuple[int, int]
    ) -> None:
        self.run, self.words, self.rows, self.span = run, words, rows, span
        self.row_px = 20.0 if len(rows) <= 24 else 14.0
        self.bottom = _TOP + self.row_px * len(rows)
        label = words.t("timeline.title")
        self.drawing = Drawing(_WIDTH, self.bottom + 22, label, "gantt")
        self.x = Scale(span[0], span[1], _LEFT, _WIDTH - _RIGHT)

    def draw(
        self,
        sorties: dict[str, list[Row]],
        charges: dict[str, list[Row]],
        stays: dict[str, list[Row]],
    ) -> None:
        """Draw the hours, then a row for each aircraft."""
        self._draw_hours()
        for index, aircraft_id in enumerate(self.rows):
            top = _TOP + index * self.row_px
            self.drawing.text((0, top + self.row_px - 5), aircraft_id, "num")
            for stay in stays.get(aircraft_id, []):
                self._draw_stay(stay, top)
            for charge in charges.get(aircraft_id, []):
                self._draw_charge(charge, top)
            flown = [s for s in sorties.get(aircraft_id, []) if self._draw_sortie(s, top)]
            if flown:
                at = (_WIDTH, top + self.row_px - 5)
                self.drawing.text(at, self.words.number(len(flown)), "soft num", "end")

    def _draw_hours(self) -> None:
        drawing, words = self.drawing, self.words
        for at_ms in hour_ticks(*self.span, words.zone, count=16):
            x = self.x(at_ms)
            drawing.line((x, _TOP - 4), (x, self.bottom), "grid")
            drawing.text((x, _TOP - 10), words.clock(at_ms), "soft num", "middle")
            if len(self.rows) > 12:
                drawing.text((x, self.bottom + 15), words.clock(at_ms), "soft num", "middle")
        drawing.text((_WIDTH, _TOP - 10), words.t("timeline.flown"), "soft", "end")
        end_ms = self.run.kpis.until_at_ms
        if self.span[0] < end_ms < self.span[1]:
            drawing.line((self.x(end_ms), _TOP - 4), (self.x(end_ms), self.bottom), "cut")

    def _clip(self, start_ms: int, end_ms: int | None) -> tuple[float, float] | None:
        """Return the pixels of a span inside the picture; None if it lies outside."""
        low = max(start_ms, self.span[0])
        high = min(self.run.kpis.until_at_ms if end_ms is None else end_ms, self.span[1])
        return (self.x(low), self.x(high)) if high > low else None

    def _draw_stay(self, stay: Row, top: float) -> None:
        span = self._clip(stay["start_at_ms"], stay["end_at_ms"])
        if span is not None:
            middle = top + self.row_px / 2
            self.drawing.line((span[0], middle), (span[1], middle), "standing")

    def _draw_charge(self, charge: Row, top: float) -> None:
        span = self._clip(charge["start_at_ms"], charge["end_at_ms"])
        if span is None:
            return
        words = self.words
        told = words.t(
            "timeline.charge",
            site=words.place(charge["vertiport_id"]),
            start=words.clock(charge["start_at_ms"]),
            end=words.clock(charge["end_at_ms"]),
            low=words.percent(charge["soc_start"]),
            high=words.percent(charge["soc_end"]),
        )
        height = self.row_px * 0.3
        y = top + self.row_px / 2 - height / 2
        self.drawing.rect(span[0], y, max(span[1] - span[0], 1.0), height, "charging", told)

    def _draw_sortie(self, sortie: Row, top: float) -> bool:
        span = self._clip(sortie["off_block_at_ms"], sortie["on_block_at_ms"])
        if span is None:
            return False
        words, passengers = self.words, sortie["passengers"] or 0
        told = words.t(
            "timeline.sortie",
            sortie=sortie["sortie_id"],
            origin=words.place(sortie["origin"]),
            destination=words.place(sortie["destination"] or sortie["planned_destination"]),
            start=words.clock(sortie["off_block_at_ms"]),
            end=words.clock(sortie["on_block_at_ms"]),
            passengers=words.count("count.passengers", passengers),
        )
        css = "flight" if passengers else "flight hollow"
        if sortie["status"] == "diverted":
            css, told = "flight diverted", f"{told}; {words.t('status.diverted')}"
        y, height = top + 2, self.row_px - 4
        self.drawing.rect(span[0], y, max(span[1] - span[0] - 0.5, 1.0), height, css, told)
        return True


def _list_aircraft(run: RunFolder) -> list[str]:
    """Return the aircraft of the run, those that never moved among them."""
    named = {row["aircraft_id"] for row in run.list_rows("aircraft")}
    flown = {s["aircraft_id"] for s in run.sorties if s["off_block_at_ms"] is not None}
    return sorted((named | flown) - {None, ""})


def _by_aircraft(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["aircraft_id"] or "", []).append(row)
    return found


def _find_span(sorties: dict[str, list[Row]], start_ms: int, end_ms: int) -> tuple[int, int] | None:
    """Return the whole hours about the movements of a day; None of a day without."""
    instants: list[int] = []
    for row in (row for rows in sorties.values() for row in rows):
        off_ms, on_ms = row["off_block_at_ms"], row["on_block_at_ms"] or row["off_block_at_ms"]
        if off_ms < end_ms and on_ms >= start_ms:
            instants += [max(off_ms, start_ms), min(on_ms, end_ms)]
    if not instants:
        return None
    low = (min(instants) - 20 * MS_PER_MIN) // MS_PER_H * MS_PER_H
    high = -(-(max(instants) + 20 * MS_PER_MIN) // MS_PER_H) * MS_PER_H
    return max(low, start_ms), min(high, end_ms)
