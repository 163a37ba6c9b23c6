"""A run on the page: its list, its verdicts, its strips, and what did not go as the card says."""

from collections.abc import Callable
from typing import Any, Final

import msgspec
import numpy as np
from markupsafe import Markup

from aspan.evidence.card import Bounds, Card
from aspan.evidence.card_energy import flies
from aspan.evidence.go_no_go_list import LINE_BY_NAME, Line
from aspan.evidence.package.book import Book
from aspan.evidence.package.contents import RunEntry, Stop
from aspan.faces.report.evidence_card import tell_bounds, tell_instant, tell_value, tell_word
from aspan.faces.report.interval import draw_interval
from aspan.faces.report.strips import Floats, Moment, Strip, draw_strip
from aspan.faces.report.words import Words
from aspan.primitives.units import KELVIN_AT_0_C, W_PER_KW
from aspan.world.telemetry import PACKS, UNITS

Columns = dict[str, Any]
"""Channel to numbers: a run's telemetry with NaN where nothing sound was said; `at_ms` in it."""

ReadColumns = Callable[[str], Columns | None]
"""Gives the telemetry of a run; None where there is none."""

_OUTCOMES: Final = {"pass": "pass", "fail": "FAIL", "inconclusive": "not conclusive"}


class VerdictRow(msgspec.Struct, frozen=True):
    """A verdict beside what was asked."""

    check_id: str
    requirement_id: str
    severity: str
    criterion: str
    outcome: str
    state: str
    words: str
    picture: Markup | None


class LineRow(msgspec.Struct, frozen=True):
    """A line of the go/no-go list."""

    line: str
    verdict: str
    found: str
    asked: str
    source: str
    at: str


class RunView(msgspec.Struct, frozen=True):
    """Everything the page says of one run."""

    run_id: str
    source: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[LineRow, ...]
    verdicts: tuple[VerdictRow, ...]
    not_judged: str
    stops: tuple[str, ...]
    deviations: tuple[str, ...]
    strips: tuple[Markup, ...]


def make_run(
    book: Book, card: Card, run: RunEntry, words: Words, read_columns: ReadColumns
) -> RunView:
    """Return what the page says of a run."""
    found = book.find_verdicts(run.run_id)
    columns = read_columns(run.run_id) if run.raw else None
    return RunView(
        run.run_id,
        "" if run.raw is None else ("twin" if run.raw.is_twin else "aircraft"),
        tuple(_list_facts(run, words)),
        tuple(_make_line(line, words) for line in run.go_no_go.lines) if run.go_no_go else (),
        tuple(_list_verdicts(card, book, run.run_id)),
        found.not_judged if found else "not flown",
        tuple(tell_stop(stop, words) for stop in run.stops),
        tuple(f"{remark.text} ({tell_word(remark.word, words)})" for remark in run.deviations),
        tuple(draw_strips(card, run, columns)) if columns else (),
    )


def tell_stop(stop: Stop, words: Words) -> str:
    """Return when and why a run was knocked off, and who or what did it."""
    value = "" if stop.value is None else f" ({stop.value:g})"
    by = f"called by {stop.by}" if stop.by else f"by its watched limit {stop.limit_id}"
    return f"{tell_instant(stop.at_ms, words)}, {by}: {stop.why}{value}"


def _make_line(line: Line, words: Words) -> LineRow:
    kind = LINE_BY_NAME.get(line.name)
    unit = (kind.unit if kind else "") or "1"
    bounds = Bounds(low=line.low, high=line.high)
    found = line.detail or ("yes" if line.verdict == "go" else "–")
    if line.value is not None:
        found = " ".join(filter(None, (tell_value(line.value, unit), line.detail)))
    return LineRow(
        line.name.replace("_", " "),
        line.verdict.replace("_", " "),
        found,
        "yes" if line.value is None and bounds == Bounds() else tell_bounds(bounds, unit),
        line.source or "–",
        tell_instant(line.observed_at_ms, words),
    )


def _list_facts(run: RunEntry, words: Words) -> list[tuple[str, str]]:
    facts = [
        ("Aircraft", str(run.slot.aircraft_id)),
        ("Slot", f"{run.slot.slot_id}: {tell_instant(run.slot.from_ms, words)} to "
                 f"{tell_instant(run.slot.until_ms, words)}, {', '.join(run.slot.volume_ids)}"),
        ("Crew", ", ".join(f"{name} ({role.replace('_', ' ')})" for name, role in run.crew)),
    ]  # fmt: skip
    for name, word in (("Released", run.release), ("Begun", run.begun), ("Ended", run.ended)):
        facts.append((name, "–" if word is None else tell_word(word, words)))
    if run.review is None:
        facts.append(("Review", "not reviewed"))
    else:
        said = "accepted" if run.is_accepted else "REJECTED"
        note = f": {run.review.text}" if run.review.text else ""
        facts.append(("Review", f"{said} by {tell_word(run.review.word, words)}{note}"))
    if run.raw is not None:
        by = "twin" if run.raw.is_twin else "aircraft"
        rows = f"{run.raw.rows:,} rows, {run.raw.gaps} gaps, {run.raw.flagged:,} doubtful"
        facts.append(("Telemetry", f"{rows}; flown by the {by}; SHA-256 {run.raw.manifest_sha256}"))
    return facts


def _list_verdicts(card: Card, book: Book, run_id: str) -> list[VerdictRow]:
    found = book.find_verdicts(run_id)
    checks = {check.check_id: check for check in card.checks}
    rows = []
    for verdict in found.verdicts if found else ():
        check = checks.get(verdict.check_id)
        rows.append(
            VerdictRow(
                str(verdict.check_id),
                str(check.requirement_id) if check else "–",
                check.severity if check else "–",
                check.criterion if check else "–",
                _OUTCOMES[verdict.outcome],
                verdict.outcome,
                verdict.words,
                draw_interval(verdict),
            )
        )
    return rows


def draw_strips(card: Card, run: RunEntry, columns: Columns) -> list[Markup]:
    """Return the strips of a run: of flight where it flew, of the packs always."""
    at_ms = np.asarray(columns["at_ms"], dtype=np.int64)
    if not len(at_ms):
        return []
    span_ms = int(at_ms.min()), int(at_ms.max())
    moments = tuple(Moment(at_ms=stop.at_ms, text="knock it off") for stop in run.stops)
    strips = [strip for strip in list_strips(card, columns) if strip is not None]
    return [draw_strip(strip, at_ms, span_ms, moments) for strip in strips]


def list_strips(card: Card, columns: Columns) -> list[Strip | None]:
    """Return what is drawn of a run, by what its card asks of the aircraft."""
    is_flown = flies(card)
    packs = range(1, PACKS + 1)
    power = _sum(columns, [(f"pack{n}_voltage_v", f"pack{n}_current_a") for n in packs])
    shaft = _sum(
        columns,
        [(f"unit{n}_torque_nm", f"unit{n}_speed_rad_per_s") for n in range(1, UNITS + 1)],
    )
    kelvin = [f"pack{n}_temperature_k" for n in packs]
    limit = [
        value - KELVIN_AT_0_C
        for item in card.limits
        if item.channel == "pack_temperature" and (value := item.high) is not None
    ]
    temperature = _make("Pack temperatures", "°C", columns, kelvin, -KELVIN_AT_0_C)
    if temperature is not None and limit:
        temperature = msgspec.structs.replace(temperature, highs=tuple(limit))
    strips = [
        _make("Height above ground", "m", columns, ["height_agl_m"]) if is_flown else None,
        _make("Airspeed", "m/s", columns, ["airspeed_mps"]) if is_flown else None,
        None if shaft is None or not is_flown else Strip(
            title="Shaft power", unit="kW", series=(shaft,)
        ),
        None if power is None else Strip(title="Power of the packs", unit="kW", series=(power,)),
        temperature,
        _make("State of charge", "share of full", columns, [f"pack{n}_soc" for n in packs]),
    ]  # fmt: skip
    if card.kind == "noise":
        strips.append(_make("Microphones", "dBA", columns, [f"mic{n}_dba" for n in (1, 2, 3)]))
    return strips


def _make(
    title: str, unit: str, columns: Columns, names: list[str], add: float = 0.0
) -> Strip | None:
    series = tuple(np.asarray(columns[n], np.float64) + add for n in names if n in columns)
    return Strip(title=title, unit=unit, series=series) if series else None


def _sum(columns: Columns, pairs: list[tuple[str, str]]) -> Floats | None:
    """Return the sum of products of two channels each, in kW; None where one was not recorded."""
    if any(name not in columns for pair in pairs for name in pair):
        return None
    total = sum(np.asarray(columns[a]) * np.asarray(columns[b]) for a, b in pairs)
    return np.asarray(total, np.float64) / W_PER_KW
