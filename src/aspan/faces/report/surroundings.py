"""What the neighbours notice: power drawn from the grid against the limit, and people by noise.

Both are drawn from their own tables and told absent where a run lacks them. Nothing is computed
anew here but counts.
"""

from typing import Final

import msgspec
from markupsafe import Markup

from aspan.faces.report.drawing import Drawing, Scale, hour_ticks, thin
from aspan.faces.report.run_folder import RunFolder
from aspan.faces.report.service_hours import list_windows
from aspan.faces.report.words import NONE, Words

NOISE_FROM_DBA: Final = 40
NOISE_STEP_DBA: Final = 5
"""Bands of five decibels from 40 dBA up: the bands of noise maps (Directive 2002/49/EC, annex VI),
begun lower because air taxis are quieter than roads."""

_WIDTH: Final = 320.0
_HEIGHT: Final = 118.0
_TIMES: Final = ("at_ms", "from_at_ms", "start_at_ms", "from_ms")


class Power(msgspec.Struct, frozen=True, kw_only=True):
    """The power of one site over the run."""

    name: str
    peak: str
    at: str
    share: str
    is_near: bool
    is_drawn: bool
    picture: Markup


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """People within one band of level, by day and by night."""

    name: str
    day: str
    night: str
    day_share: float
    night_share: float


def list_power(run: RunFolder, words: Words) -> list[Power] | None:
    """Return the power of each site by minute; None if the run does not tell it."""
    table = run.find_table("site_power")
    column = next((name for name in _TIMES if table is not None and name in table.columns), None)
    if table is None or column is None:
        return None
    found: dict[str, list[tuple[int, float, float, float]]] = {}
    columns = (table["vertiport_id"], table[column], table["mean_kw"], table["peak_kw"],
               table["limit_kw"])  # fmt: skip
    for name, at_ms, mean_kw, peak_kw, limit_kw in zip(*columns, strict=True):
        found.setdefault(name, []).append((at_ms, mean_kw, peak_kw, limit_kw))
    return [_tell_power(run, words, words.place(s), sorted(found[s])) for s in sorted(found)]


def _tell_power(
    run: RunFolder, words: Words, name: str, rows: list[tuple[int, float, float, float]]
) -> Power:
    peak_at_ms, _, peak_kw, limit_kw = max(rows, key=lambda row: (row[2], -row[0]))
    share = peak_kw / limit_kw if limit_kw > 0 else None
    return Power(
        name=name,
        peak=words.with_unit(peak_kw, "kw"),
        at=words.clock(peak_at_ms) if peak_kw > 0 else NONE,
        share=words.percent(share),
        is_near=share is not None and share > 0.9,
        is_drawn=peak_kw > 0,
        picture=_draw_power(run, words, name, rows),
    )


def _draw_power(
    run: RunFolder, words: Words, name: str, rows: list[tuple[int, float, float, float]]
) -> Markup:
    limit_kw = max(row[3] for row in rows)
    top_kw = max(limit_kw, max(row[2] for row in rows), 1.0) * 1.08
    drawing = Drawing(_WIDTH, _HEIGHT, f"{name}: {words.t('power.title')}", "power")
    x = Scale(run.kpis.from_at_ms, run.kpis.until_at_ms, 0, _WIDTH)
    y = Scale(0.0, top_kw, _HEIGHT - 20, 6)
    mean = thin([(x.clip(at_ms), y(kw)) for at_ms, kw, _, _ in rows], 0.9)
    base = _HEIGHT - 20
    drawing.area([(mean[0][0], base), *mean, (mean[-1][0], base)], "band-half")
    drawing.path(thin([(x.clip(at_ms), y(kw)) for at_ms, _, kw, _ in rows], 0.9), "line thin")
    drawing.line((0, y(limit_kw)), (_WIDTH, y(limit_kw)), "limit")
    told = words.t("power.limit", limit=words.with_unit(limit_kw, "kw"))
    drawing.text((_WIDTH, y(limit_kw) + 14), told, "warn halo", "end")
    drawing.line((0, base), (_WIDTH, base), "axis")
    for at_ms in hour_ticks(run.kpis.from_at_ms, run.kpis.until_at_ms, words.zone, count=6):
        if 14 < x(at_ms) < _WIDTH - 14:
            drawing.text((x(at_ms), _HEIGHT - 4), words.clock(at_ms), "soft num", "middle")
    return drawing.markup()


def list_noise(run: RunFolder, words: Words) -> list[Band] | None:
    """Return people by band of day and night level, loudest first; None without the table."""
    table = run.find_table("noise")
    if table is None:
        return None
    counts: dict[int, list[float]] = {}
    columns = (table["laeq_day_dba"], table["laeq_night_dba"], table["people"])
    for day_dba, night_dba, people in zip(*columns, strict=True):
        for index, level in enumerate((day_dba, night_dba)):
            if level is not None and level >= NOISE_FROM_DBA:
                low = int(level // NOISE_STEP_DBA) * NOISE_STEP_DBA
                counts.setdefault(low, [0.0, 0.0])[index] += people
    most = max((value for pair in counts.values() for value in pair), default=0.0) or 1.0
    return [
        Band(
            name=words.t("noise.band", low=low, high=low + NOISE_STEP_DBA),
            day=words.number(counts[low][0]),
            night=words.number(counts[low][1]),
            day_share=counts[low][0] / most,
            night_share=counts[low][1] / most,
        )
        for low in sorted(counts, reverse=True)
    ]


def tell_above(run: RunFolder, words: Words) -> str:
    """Return how many people are above the limits, with the range where the run tells it."""
    kpis = run.kpis
    by_day, by_night = kpis.people_above_day_limit_range, kpis.people_above_night_limit_range
    told = {
        "day": words.number(kpis.people_above_day_limit),
        "night": words.number(kpis.people_above_night_limit),
    }
    if by_day is None or by_night is None:
        return words.t("noise.above", **told)
    return words.t(
        "noise.above_range",
        day_low=words.number(by_day[0]),
        day_high=words.number(by_day[1]),
        night_low=words.number(by_night[0]),
        night_high=words.number(by_night[1]),
        **told,
    )


def tell_note(run: RunFolder, words: Words) -> str:
    """Return what the levels hold, and from when to when is night: early sorties fall into it."""
    rules = run.city.noise
    told = words.t("noise.note")
    if rules is None or not rules.night_from_local or not rules.night_until_local:
        return told
    from_local, until_local = rules.night_from_local, rules.night_until_local
    told += " " + words.t("noise.note.night", since=from_local, until=until_local)
    begins = [words.clock(from_ms) for from_ms, _ in list_windows(run) or ()]
    if begins and min(begins) < until_local:
        told += " " + words.t("noise.note.early", since=min(begins), until=until_local)
    return told
