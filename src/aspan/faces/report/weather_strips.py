"""Weather of each place by the hour, each measure as a small chart with its minimum marked.

Hours that break a minimum are shaded; those of them in the hours of service are counted. The
ceiling is what a release asks for on the lowest lanes. Only the four stated minima are looked at
here; the rules for icing and thunderstorms show in the departures that were stopped.
"""

from typing import Final

import msgspec
from markupsafe import Markup

from aspan.faces.report.drawing import Drawing, Scale, hour_ticks
from aspan.faces.report.run_folder import Row, RunFolder
from aspan.faces.report.service_hours import is_hour_served, list_windows
from aspan.faces.report.words import Words
from aspan.primitives.units import KELVIN_AT_0_C, M_PER_KM, MS_PER_H

_WIDTH: Final = 230.0
_HEIGHT: Final = 74.0
_TOP: Final = 8.0
_BOTTOM: Final = 58.0

VISIBILITY_KM_SHOWN: Final = 10.0
"""More is written as ten kilometres or more, as METAR writes 9999 (ICAO Annex 3, 4.6.2)."""

CEILING_M_SHOWN: Final = 1500.0
"""Assumed: the chart ends where a cloud base no longer touches low flying."""


class Measure(msgspec.Struct, frozen=True):
    """One measure of weather: where it stands in the table, how it is shown."""

    name: str
    columns: tuple[str, ...]
    unit: str
    factor: float
    offset: float
    shown_max: float | None
    minimum: str | None
    is_floor: bool


MEASURES: Final = (
    Measure("visibility", ("visibility_m",), "km", 1 / M_PER_KM, 0.0, VISIBILITY_KM_SHOWN,
            "visibility_m", True),
    Measure("ceiling", ("ceiling_agl_m",), "m", 1.0, 0.0, CEILING_M_SHOWN,
            "release_ceiling_agl_m", True),
    Measure("wind", ("gust_mps", "wind_mps"), "mps", 1.0, 0.0, None, "gust_mps", False),
    Measure("temperature", ("temperature_k",), "celsius", 1.0, -KELVIN_AT_0_C, None, None, True),
)  # fmt: skip


class Cell(msgspec.Struct, frozen=True):
    """One measure at one place."""

    title: str
    told: str
    picture: Markup


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """The weather of one place: its charts, and the hours below minima."""

    name: str
    below: str
    is_below: bool
    cells: tuple[Cell, ...]


def list_places(run: RunFolder, words: Words) -> list[Place]:
    """Return the weather of each place, by id; none if the run has no weather."""
    found: dict[str, list[Row]] = {}
    for row in run.list_rows("weather"):
        if run.kpis.from_at_ms - MS_PER_H < row["at_ms"] < run.kpis.until_at_ms:
            found.setdefault(row["place_id"], []).append(row)
    windows = list_windows(run)
    places = []
    for place_id in sorted(found):
        name = words.place(place_id)
        rows = sorted(found[place_id], key=lambda row: row["at_ms"])
        served = [row for row in rows if windows is None or is_hour_served(windows, row["at_ms"])]
        hours = sum(is_below(run, row) for row in served)
        below = _tell_below(words, hours, len(served), is_whole=windows is None)
        cells = tuple(_draw_measure(run, words, measure, rows, name) for measure in MEASURES)
        places.append(Place(name=name, below=below, is_below=hours > 0, cells=cells))
    return places


def _tell_below(words: Words, hours: int, total: int, *, is_whole: bool) -> str:
    """Return how many of the hours of service are below minima; of all where none are stated."""
    if not total:
        return words.t("weather.unserved")
    if not hours:
        return words.t("weather.good" if is_whole else "weather.good_served")
    told = words.number(total)
    return words.count("weather.below" if is_whole else "weather.below_served", hours, total=told)


def tell_note(run: RunFolder, words: Words) -> str:
    """Return how the charts are read, and which ceiling a release asks for on which lanes."""
    ceilings_m = run.city.weather_minima.ceilings_agl_m
    told = [words.t("weather.note"), words.t("weather.note.hours")]
    if ceilings_m and max(ceilings_m) > min(ceilings_m):
        least, most = (words.with_unit(f(ceilings_m), "m") for f in (min, max))
        told.append(words.t("weather.note.ceiling", least=least, most=most))
    return " ".join(told)


def is_below(run: RunFolder, row: Row) -> bool:
    """Answer whether an hour breaks one of the stated minima."""
    return any(_breaks(run, measure, row) for measure in MEASURES)


def _breaks(run: RunFolder, measure: Measure, row: Row) -> bool:
    minima = run.city.weather_minima
    for column in measure.columns:
        name = measure.minimum if measure.is_floor and measure.minimum else column
        limit, value = getattr(minima, name, None), row[column]
        if limit is None or value is None:
            continue
        if value < limit if measure.is_floor else value > limit:
            return True
    return False


def _draw_measure(
    run: RunFolder, words: Words, measure: Measure, rows: list[Row], place: str
) -> Cell:
    """Draw one measure at one place over the run."""
    title = words.t(f"weather.{measure.name}")
    drawing = Drawing(_WIDTH, _HEIGHT, f"{place}: {title}", "weather")
    x = Scale(run.kpis.from_at_ms, run.kpis.until_at_ms, 0, _WIDTH)
    lines = [_list_values(measure, column, rows) for column in measure.columns]
    limit = _find_limit(run, measure)
    y = _make_scale(measure, [v for line in lines for _, v in line], limit)
    for row in rows:
        if _breaks(run, measure, row):
            left = x.clip(row["at_ms"])
            width = x.clip(row["at_ms"] + MS_PER_H) - left
            drawing.rect(left, _TOP, width, _BOTTOM - _TOP, "below")
    drawing.line((0, _BOTTOM), (_WIDTH, _BOTTOM), "axis")
    for at_ms in hour_ticks(run.kpis.from_at_ms, run.kpis.until_at_ms, words.zone, count=4):
        if 12 < x(at_ms) < _WIDTH - 12:
            drawing.text((x(at_ms), _HEIGHT - 2), words.clock(at_ms), "soft num", "middle")
    if limit is not None:
        drawing.line((0, y.clip(limit)), (_WIDTH, y.clip(limit)), "limit")
    for line, css in zip(lines, ("line", "line thin"), strict=False):
        held = [*line, (line[-1][0] + MS_PER_H, line[-1][1])] if line else line
        drawing.path([(x.clip(at_ms), y.clip(v)) for at_ms, v in held], css)
    return Cell(title, _tell(words, measure, lines[0], limit), drawing.markup())


def _list_values(measure: Measure, column: str, rows: list[Row]) -> list[tuple[float, float]]:
    return [
        (row["at_ms"], row[column] * measure.factor + measure.offset)
        for row in rows
        if row[column] is not None
    ]


def _find_limit(run: RunFolder, measure: Measure) -> float | None:
    if measure.minimum is None:
        return None
    limit: float | None = getattr(run.city.weather_minima, measure.minimum)
    return None if limit is None else limit * measure.factor + measure.offset


def _make_scale(measure: Measure, values: list[float], limit: float | None) -> Scale:
    """Return the scale of a measure: from zero where that is honest, else about its values."""
    if measure.minimum is None:
        low, high = min(values, default=0.0), max(values, default=1.0)
        return Scale(low - 1, high + 1, _BOTTOM, _TOP)
    top = measure.shown_max or max([*values, (limit or 0.0) * 1.15, 1.0])
    return Scale(0.0, max(top, (limit or 0.0) * 1.15), _BOTTOM, _TOP)


def _tell(
    words: Words, measure: Measure, line: list[tuple[float, float]], limit: float | None
) -> str:
    """Return the least and most of a measure, and its minimum, in words."""
    if not line:
        return words.t("weather.unlimited" if measure.name == "ceiling" else "weather.none")
    values = [value for _, value in line]
    low, high = min(values), max(values)
    digits = 1 if measure.unit == "km" and low < VISIBILITY_KM_SHOWN else 0
    if measure.shown_max is not None and low >= measure.shown_max:
        told = "≥ " + words.with_unit(measure.shown_max, measure.unit)
    elif measure.shown_max is not None and high > measure.shown_max:
        told = f"{words.number(low, digits)} … > {words.with_unit(measure.shown_max, measure.unit)}"
    else:
        told = f"{words.number(low, digits)} … {words.with_unit(high, measure.unit, digits)}"
    if limit is None:
        return told
    shown = words.with_unit(limit, measure.unit, 0 if limit == int(limit) else 1)
    return f"{told}; {words.t('weather.limit', limit=shown)}"
