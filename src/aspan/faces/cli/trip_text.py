"""The short answer of `aspan trip`: when one is there, then an itinerary a line."""

from textwrap import wrap
from typing import Final

from aspan.faces.cli.words import WIDTH
from aspan.faces.http.wire_journeys import ItinerariesPage, JourneyItinerary
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import MS_PER_MIN, TIYN_PER_TENGE

_SHORT: Final = {"process": "check-in", "air": "fly"}
_LEFT_OUT: Final = ("wait", "leave")
_HEAD: Final = (
    "leave",
    "arrive",
    "KZT",
    "chg",
    "walk",
    "saves",
    "sure",
    "min of each leg, no waits",
)
_LEFT: Final = len(_HEAD) - 1
"""Number of the one column that is set to the left."""


def format_trip(page: ItinerariesPage, notes: list[str]) -> str:
    """Return the answer for people, at most 100 columns wide."""
    lines = [*_head(page), *_told(notes)]
    rows = [_row(it, page.time_zone) for it in page.itineraries]
    if rows:
        lines += _align([_HEAD, *rows])
    lines += [line for why in page.not_flown for line in _fold(f"not flown: {why.text}", "  ")]
    for rests in page.assumptions:
        lines += _fold(f"{rests.mark}: {rests.text}", "  ")
    return "\n".join(lines)


def _head(page: ItinerariesPage) -> list[str]:
    """Return when one is there by the best, or that there is no way."""
    way = f"{page.from_.name} to {page.to.name}"
    asked = ms_to_local(page.now_ms, page.time_zone).strftime("  asked at %Y-%m-%d %H:%M")
    if not page.itineraries:
        return [*_fold(f"No way found from {way}"), asked]
    best = page.itineraries[0]
    said = [*_when(page, best), _kzt(best.price_tiyn) + " KZT"]
    said.append(
        {"air": "with a flight", "walk": "on foot", "car": "by car"}.get(
            best.mode, "by public transport"
        )
    )
    return [*_fold(f"{', '.join(said)}: {way}"), asked]


def _when(page: ItinerariesPage, best: JourneyItinerary) -> list[str]:
    """Return when one is there; to be there by a time, when to leave and what is only promised."""
    zone, promised_ms = page.time_zone, best.promised_arrival_at_ms
    planned = _clock(best.arrive_at_ms, zone)
    if page.query.arrive_by_ms is None:
        return [f"There by {planned if promised_ms is None else _clock(promised_ms, zone)}"]
    told = [f"Leave at {_clock(best.depart_at_ms, zone)}", f"there at {planned}"]
    if promised_ms is not None and promised_ms > page.query.arrive_by_ms:
        told.append(f"promised only by {_clock(promised_ms, zone)}")
    return told


def _told(notes: list[str]) -> list[str]:
    return [line for note in notes for line in _fold(note, "  ")]


def _row(it: JourneyItinerary, zone: str) -> tuple[str, ...]:
    chance = "" if it.on_time_chance is None else f"{it.on_time_chance:.0%}"
    saves = "" if it.saves_ms is None else f"{round(it.saves_ms / MS_PER_MIN):+d}"
    return (
        _clock(it.depart_at_ms, zone),
        _clock(it.arrive_at_ms, zone),
        _kzt(it.price_tiyn),
        str(it.transfers),
        f"{it.walk_m} m",
        saves,
        chance,
        _legs(it),
    )


def _legs(it: JourneyItinerary) -> str:
    """Return modes with minutes; of a bus known only in the mean they are marked."""
    told = []
    for leg in it.legs:
        if leg.mode not in _LEFT_OUT:
            minutes = round((leg.arrive_at_ms - leg.depart_at_ms) / MS_PER_MIN)
            mark = "~" if leg.is_estimate else ""
            told.append(f"{_SHORT.get(leg.mode, leg.mode)} {mark}{minutes}")
    return ", ".join(told)


def _align(rows: list[tuple[str, ...]]) -> list[str]:
    """Return rows under each other; one of very many legs goes on below itself."""
    widths = [max(len(row[column]) for row in rows) for column in range(_LEFT)]
    lines: list[str] = []
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row[:_LEFT], widths, strict=True)]
        head = "  ".join(cells) + "  "
        parts = wrap(row[_LEFT], WIDTH - len(head)) or [""]
        lines.append((head + parts[0]).rstrip())
        lines += [" " * len(head) + part for part in parts[1:]]
    return lines


def _fold(text: str, indent: str = "") -> list[str]:
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")


def _clock(at_ms: int, zone: str) -> str:
    return ms_to_local(at_ms, zone).strftime("%H:%M")


def _kzt(tiyn: int) -> str:
    return f"{round(tiyn / TIYN_PER_TENGE):,}".replace(",", " ")
