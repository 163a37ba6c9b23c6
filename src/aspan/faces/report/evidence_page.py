"""The report of an evidence package: one HTML page that needs nothing beside itself.

Theory of operation: the page is made of the package's own files (`evidence.package.book`) and of
nothing else, so that whoever has the package can make it again. What is not shown comes first. The
front page is in Kazakh, Russian and English; the rest is in English, as cards and requirements are.
"""

import re
from collections.abc import Iterable
from math import floor, log10
from pathlib import Path
from typing import Final

import jinja2
import msgspec

from aspan.evidence.card import Hazard
from aspan.evidence.identify.estimates import Estimate
from aspan.evidence.package.book import Book
from aspan.evidence.package.contents import TELEMETRY, CardEntry
from aspan.evidence.package.seal import MANIFEST, SEAL
from aspan.evidence.run_reading import read_columns
from aspan.faces.report.evidence_card import (
    Fact,
    SegmentRow,
    list_facts,
    list_limits,
    list_segments,
    tell_approval,
    tell_instant,
    tell_word,
)
from aspan.faces.report.evidence_days import list_day_views
from aspan.faces.report.evidence_matrix import list_card_rows, list_covers, list_matrix
from aspan.faces.report.evidence_run import Columns, ReadColumns, RunView, make_run
from aspan.faces.report.page import environment
from aspan.faces.report.words import Words

_CHECKING: Final = (
    f"aspan range verify DIR checks this package without a network: every file against {MANIFEST}, "
    f"that against {SEAL}, each event of the log against the hash chained over all before it, and "
    "what this page tells of approvals, lists and runs against the log.",
    "Without Aspan: log.jsonl has one event on each line. Its head is the SHA-256, in hexadecimal, "
    "of the head before it as 32 bytes (zeros at first), a line feed, the cause, a line feed and "
    f"the line, in UTF-8. sha256sum of any file gives what {MANIFEST} says of it.",
    "The seal says whether somebody signed and with which key. Compare that key with one you know "
    "from elsewhere: an unsigned package shows that nothing changed since it was sealed, not who "
    "sealed it.",
)


class HazardView(msgspec.Struct, frozen=True, kw_only=True):
    """A hazard in whole sentences."""

    name: str
    risk: str
    text: str
    mitigations: str
    emergency: str


class EstimateRow(msgspec.Struct, frozen=True):
    """An estimate with its interval."""

    name: str
    value: str
    interval: str
    runs: tuple[str, ...]
    caution: str


class CardSheet(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page says of one version of a card."""

    anchor: str
    card_id: str
    title: str
    approval: str
    objective: str
    requirements: tuple[str, ...]
    facts: list[tuple[str, str]]
    segments: list[SegmentRow]
    steps: tuple[str, ...]
    limits: list[tuple[str, str]]
    abort_actions: tuple[str, ...]
    checks: tuple[object, ...]
    hazards: tuple[HazardView, ...]
    words: list[tuple[str, str]]
    runs: tuple[RunView, ...]


def make_anchor(name: str) -> str:
    """Return a name as it stands in an address within the page."""
    return re.sub(r"[^A-Za-z0-9_.-]", "-", str(name))


def render_evidence(book: Book, version: str, read_columns: ReadColumns) -> str:
    """Return the page about a package.

    Parameters
    ----------
    version
        Of this software.
    read_columns
        Gives a run's telemetry from its folder in the package.
    """
    words = Words("en", book.site.time_zone)
    covers = list_covers(book)
    values = {
        "words": words,
        "title": covers[-1].title,
        "covers": covers,
        "origin": _list_origin(book, version, words),
        "matrix": list_matrix(book),
        "card_rows": list_card_rows(book),
        "estimates": [
            EstimateRow(
                found.name.replace("_", " "),
                tell_measure(found.value, found),
                f"{tell_measure(found.low, found)} to {tell_measure(found.high, found)}",
                found.runs,
                found.caution,
            )
            for found in book.estimates.estimates
        ],
        "unidentified": book.estimates.not_identified,
        "estimates_by_twin": book.estimates.maker == "twin" and bool(book.estimates.runs),
        "cards": [_make_sheet(book, entry, words, read_columns) for entry in book.cards],
        "days": list_day_views(book, words),
        "people": book.site.people,
        "checking": _CHECKING,
        "hashes": _list_hashes(book),
    }
    return _environment().get_template("evidence.html.j2").render(values)


def read_package_columns(folder: Path) -> ReadColumns:
    """Return how the telemetry of a package's runs is read for its strips."""

    def read(run_id: str) -> Columns | None:
        path = folder / TELEMETRY / run_id
        return read_columns(path) if path.is_dir() else None

    return read


def _environment() -> jinja2.Environment:
    made = environment().overlay()
    made.filters["anchor"] = make_anchor
    return made


def _list_origin(book: Book, version: str, words: Words) -> list[tuple[str, str]]:
    return [
        ("City", book.site.city_id),
        ("State of", f"{tell_instant(book.made_at_ms, words)}, the last event of the log"),
        ("Times", f"of {book.site.time_zone} unless they say otherwise"),
        ("Log", f"{book.log_events:,} events, head {book.log_sha256}"),
        ("Software", f"Aspan {version}"),
    ]


def _make_sheet(book: Book, entry: CardEntry, words: Words, read_columns: ReadColumns) -> CardSheet:
    card = entry.card
    runs = book.list_runs(card.card_id, entry.version)
    is_last = entry == [e for e in book.cards if e.card.card_id == card.card_id][-1]
    name = str(card.card_id)
    return CardSheet(
        anchor=make_anchor(name if is_last else f"{name}-{entry.version[:8]}"),
        card_id=name,
        title=card.title if is_last else f"{card.title} (an earlier version)",
        approval=tell_approval(entry),
        objective=card.objective,
        requirements=tuple(str(r) for r in card.requirement_ids),
        facts=_pairs(list_facts(card)),
        segments=list_segments(card),
        steps=card.steps,
        limits=_pairs(list_limits(card)),
        abort_actions=card.abort_actions,
        checks=card.checks,
        hazards=tuple(_tell_hazard(hazard) for hazard in card.hazards),
        words=_list_words(entry, words),
        runs=tuple(make_run(book, card, run, words, read_columns) for run in runs),
    )


def tell_measure(number: float, found: Estimate) -> str:
    """Return a number of an estimate, as fine as its interval allows."""
    width = max(found.high - found.low, 1e-9)
    digits = max(0, min(6, 1 - floor(log10(width))))
    return f"{number:.{digits}f} {found.unit}".removesuffix(" 1")


def _tell_hazard(hazard: Hazard) -> HazardView:
    return HazardView(
        name=f"{hazard.hazard_id} {hazard.title}",
        risk=f"risk {hazard.risk_before}, {hazard.risk_after} after mitigation",
        text=_sentences((hazard.cause, hazard.effect)),
        mitigations=_sentences(hazard.mitigations),
        emergency=_sentences(hazard.emergency_procedures),
    )


def _sentences(parts: Iterable[str]) -> str:
    return " ".join(f"{part[:1].upper()}{part[1:].rstrip('.')}." for part in parts)


def _list_words(entry: CardEntry, words: Words) -> list[tuple[str, str]]:
    """Return who wrote and who approved a version, each with their signature."""
    rows = [("Version", f"SHA-256 {entry.version}")]
    for name, word in (("Author", entry.author), *(("Approved", w) for w in entry.approvals)):
        rows.append((name, f"{tell_word(word, words)}; signature {word.signature}"))
    for remark in entry.withdrawn:
        rows.append(("Withdrawn", f"{tell_word(remark.word, words)}: {remark.text}"))
    return rows


def _pairs(facts: list[Fact]) -> list[tuple[str, str]]:
    return [(fact.name, fact.text) for fact in facts]


def _list_hashes(book: Book) -> list[tuple[str, str]]:
    """Return the hash of every run's telemetry, as the log has it."""
    rows = [("Log", book.log_sha256)]
    rows += [(run.run_id, raw.manifest_sha256) for run in book.runs if (raw := run.raw)]
    return rows
