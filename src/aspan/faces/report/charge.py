"""Charge over the day and what was left above the reserve at every landing.

The band is sampled every few minutes from the charge at the instants the tables state, linear
between them; charging is faster at first than a straight line.
"""

from typing import Any, Final

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from aspan.faces.report.drawing import Drawing, Scale, hour_ticks, round_ticks
from aspan.faces.report.run_folder import Row, RunFolder
from aspan.faces.report.words import Words

SAMPLES: Final = 289
"""Instants at which the band is looked at: every five minutes of one day."""

LEANEST: Final = 5
"""Landings named in the list of the leanest; the first three also in the picture."""

_WIDTH: Final = 1000.0
_LEFT: Final = 52.0
_RIGHT: Final = 100.0
"""Room beside a chart for the names of its lines."""
_TOP: Final = 12.0

Breaks = list[tuple[int, float]]


def list_charge(run: RunFolder) -> dict[str, Breaks]:
    """Return instants and charges of each aircraft, in order of time."""
    found: dict[str, Breaks] = {
        row["aircraft_id"]: [(run.kpis.from_at_ms, row["initial_soc"])]
        for row in run.list_rows("aircraft")
        if row["initial_soc"] is not None
    }
    for sortie in run.sorties:
        for name in ("off_block", "lift_off", "touchdown", "on_block"):
            _add(found, sortie["aircraft_id"], sortie[f"{name}_at_ms"], sortie[f"soc_{name}"])
    for charge in run.list_rows("charges"):
        _add(found, charge["aircraft_id"], charge["start_at_ms"], charge["soc_start"])
        _add(found, charge["aircraft_id"], charge["end_at_ms"], charge["soc_end"])
    return {name: sorted(found[name]) for name in sorted(found)}


def _add(found: dict[str, Breaks], name: str | None, at_ms: int | None, soc: float | None) -> None:
    if name and at_ms is not None and soc is not None:
        found.setdefault(name, []).append((at_ms, soc))


def draw_band(run: RunFolder, words: Words) -> Markup | None:
    """Return the fleet's charge over the run: least, middle and most; None of no aircraft."""
    series = list_charge(run)
    if not series:
        return None
    times = np.linspace(run.kpis.from_at_ms, run.kpis.until_at_ms, SAMPLES)
    socs = np.array([_sample(breaks, times) for breaks in series.values()])
    height = 220.0
    drawing = Drawing(_WIDTH, height, words.t("charge.band"), "band")
    x = Scale(times[0], times[-1], _LEFT, _WIDTH - _RIGHT)
    y = Scale(0.0, 1.0, height - 26, _TOP)
    _draw_frame(drawing, run, words, x, y, [0.0, 0.25, 0.5, 0.75, 1.0])
    rows = {
        name: np.quantile(socs, share, axis=0)
        for name, share in (("least", 0.0), ("low", 0.25), ("middle", 0.5), ("high", 0.75),
                            ("most", 1.0))
    }  # fmt: skip
    points = {n: [(x(t), y.clip(v)) for t, v in zip(times, r, strict=True)]
              for n, r in rows.items()}  # fmt: skip
    drawing.area(points["least"] + points["most"][::-1], "band-wide")
    drawing.area(points["low"] + points["high"][::-1], "band-half")
    drawing.path(points["middle"], "line")
    drawing.path(points["least"], "line thin")
    floor = run.city.battery.floor_soc
    if floor is not None:
        drawing.line((_LEFT, y(floor)), (_WIDTH - _RIGHT, y(floor)), "limit")
        drawing.text((_WIDTH - _RIGHT + 6, y(floor) + 4), words.t("charge.floor"), "warn")
    _label_ends(drawing, words, points)
    return drawing.markup()


def _label_ends(
    drawing: Drawing, words: Words, points: dict[str, list[tuple[float, float]]]
) -> None:
    """Write the names of the lines at their right ends, at least a line apart."""
    last_y = -100.0
    for name in ("most", "middle", "least"):
        at = max(points[name][-1][1] + 4, last_y + 15)
        drawing.text((_WIDTH - _RIGHT + 6, at), words.t(f"charge.{name}"), "soft")
        last_y = at


def _sample(breaks: Breaks, times: NDArray[Any]) -> NDArray[Any]:
    socs: NDArray[Any] = np.interp(times, [t for t, _ in breaks], [soc for _, soc in breaks])
    return socs


def _draw_frame(
    drawing: Drawing, run: RunFolder, words: Words, x: Scale, y: Scale, levels: list[float]
) -> None:
    """Draw the hours and the levels of a chart of shares over the run."""
    for level in levels:
        drawing.line((x.start_px, y(level)), (x.end_px, y(level)), "grid")
        drawing.text((x.start_px - 8, y(level) + 4), words.percent(level), "soft num", "end")
    _draw_hours(drawing, run, words, x, drawing.height)


def _draw_hours(drawing: Drawing, run: RunFolder, words: Words, x: Scale, height: float) -> None:
    for at_ms in hour_ticks(run.kpis.from_at_ms, run.kpis.until_at_ms, words.zone, count=12):
        at = x(at_ms)
        if x.start_px + 14 < at < x.end_px - 14:
            drawing.text((at, height - 8), words.clock(at_ms), "soft num", "middle")


def _list_landed(run: RunFolder) -> list[Row]:
    """Return the landings whose energy above the reserve is stated."""
    return [
        sortie
        for sortie in run.sorties
        if sortie["energy_above_reserve_kwh"] is not None and sortie["touchdown_at_ms"] is not None
    ]


def list_leanest(run: RunFolder) -> list[Row]:
    """Return the landings with the least energy above their reserve, the leanest first."""
    landed = _list_landed(run)
    landed.sort(key=lambda s: (s["energy_above_reserve_kwh"], s["sortie_id"]))
    return landed[:LEANEST]


def draw_margins(run: RunFolder, words: Words) -> Markup | None:
    """Return every landing's energy above its reserve over the day; None of no landing."""
    landed = _list_landed(run)
    if not landed:
        return None
    values = [s["energy_above_reserve_kwh"] for s in landed]
    low, high = min(0.0, *values), max(5.0, *values)
    height = 220.0
    drawing = Drawing(_WIDTH, height, words.t("margin.title"), "margins")
    x = Scale(run.kpis.from_at_ms, run.kpis.until_at_ms, _LEFT, _WIDTH - _RIGHT)
    y = Scale(low, high * 1.04, height - 26, _TOP)
    for level in round_ticks(low, high, 4):
        drawing.line((_LEFT, y(level)), (_WIDTH - _RIGHT, y(level)), "grid")
        drawing.text((_LEFT - 8, y(level) + 4), words.number(level), "soft num", "end")
    drawing.text((_LEFT + 4, _TOP), words.t("unit.kwh"), "soft halo")
    drawing.line((_LEFT, y(0.0)), (_WIDTH - _RIGHT, y(0.0)), "limit")
    drawing.text((_WIDTH - _RIGHT + 6, y(0.0) + 4), words.t("margin.reserve"), "warn")
    _draw_hours(drawing, run, words, x, height)
    points = [(x(s["touchdown_at_ms"]), y(s["energy_above_reserve_kwh"])) for s in landed]
    drawing.dots(points, "dot")
    _name_leanest(drawing, run, words, x, y)
    return drawing.markup()


def _name_leanest(drawing: Drawing, run: RunFolder, words: Words, x: Scale, y: Scale) -> None:
    """Ring the three leanest landings; name those whose names do not collide."""
    taken: list[tuple[float, float]] = []
    for sortie in list_leanest(run)[:3]:
        at = (x(sortie["touchdown_at_ms"]), y(sortie["energy_above_reserve_kwh"]))
        drawing.circle(at, 5.0, "ring")
        margin = words.with_unit(sortie["energy_above_reserve_kwh"], "kwh", 1)
        text = f"{sortie['sortie_id']} · {margin}"
        wide = 8.0 * len(text)
        right = at[0] + wide < _WIDTH - 90
        low, high = (at[0] - 9, at[0] + 9 + wide) if right else (at[0] - 9 - wide, at[0] + 9)
        if all(high < other[0] or low > other[1] for other in taken):
            place = (at[0] + (9 if right else -9), at[1] - 6)
            drawing.text(place, text, "strong halo", "start" if right else "end")
            taken.append((low, high))


def draw_each(run: RunFolder, words: Words) -> list[tuple[str, str, Markup]]:
    """Return a small chart of charge for each aircraft: its name, its least charge, the line."""
    pictures = []
    for name, breaks in list_charge(run).items():
        drawing = Drawing(150, 44, words.t("charge.of", aircraft=name), "spark")
        x = Scale(run.kpis.from_at_ms, run.kpis.until_at_ms, 0, 150)
        y = Scale(0.0, 1.0, 43, 1)
        drawing.line((0, 43), (150, 43), "grid")
        floor = run.city.battery.floor_soc
        if floor is not None:
            drawing.line((0, y(floor)), (150, y(floor)), "limit")
        last = (run.kpis.until_at_ms, breaks[-1][1])
        drawing.path([(x(t), y.clip(v)) for t, v in [*breaks, last]], "line")
        pictures.append((name, words.percent(min(v for _, v in breaks)), drawing.markup()))
    return pictures
