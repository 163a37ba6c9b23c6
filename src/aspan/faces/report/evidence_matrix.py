"""The matrix of requirements on the page, both ways and gaps first; and how a package begins."""

from collections import Counter
from typing import Final

import msgspec

from aspan.evidence.package.book import Book
from aspan.evidence.package.contents import RequirementEntry, RunVerdicts, sort_gaps_first
from aspan.evidence.requirement import told_as
from aspan.faces.report.words import Words

SHOWN_AS: Final = {
    "shown": "shown",
    "shown_in_twin": "shown in the twin only",
    "failed": "failed",
    "inconclusive": "not conclusive",
    "flown": "flown, not judged",
    "approved": "card approved, not flown",
    "filed": "card waits for approvals",
    "planned": "card not put before the site",
    "elsewhere": "shown elsewhere, not here",
    "none": "no card",
}


class Cover(msgspec.Struct, frozen=True):
    """The front page in one language."""

    language: str
    kind: str
    title: str
    lines: tuple[str, ...]
    by: str
    is_by_twin: bool


class MatrixRow(msgspec.Struct, frozen=True):
    """A requirement with its cards and runs, as the matrix shows it."""

    requirement_id: str
    title: str
    body: str
    source: str
    means: str
    warning: str
    shown: str
    state: str
    cards: tuple[str, ...]
    runs: tuple[str, ...]
    gaps: tuple[str, ...]


class CardRow(msgspec.Struct, frozen=True):
    """A card with the requirements it serves: the matrix read the other way."""

    card_id: str
    title: str
    is_filed: bool
    requirements: tuple[str, ...]
    runs: tuple[str, ...]
    outcomes: str


def list_covers(book: Book) -> list[Cover]:
    """Return the front page in Kazakh, Russian and English: what is not shown comes first."""
    return [_make_cover(book, language) for language in ("kk", "ru", "en")]


def _make_cover(book: Book, language: str) -> Cover:
    words = Words(language, book.site.time_zone)
    rows = [row for row in book.requirements if row.shown != "elsewhere"]
    elsewhere = len(book.requirements) - len(rows)
    shown = sum(row.shown == "shown" for row in rows)
    in_twin = sum(row.shown == "shown_in_twin" for row in rows)
    unverified = sum(not row.requirement.verified for row in book.requirements)
    begun = [run for run in book.runs if run.begun is not None]
    lines = [
        words.count("evidence.open", len(rows) - shown - in_twin, all=words.number(len(rows))),
        words.count("evidence.in_twin", in_twin),
        words.count("evidence.shown", shown),
    ]
    if elsewhere:
        lines.append(words.count("evidence.elsewhere", elsewhere))
    if unverified:
        lines.append(words.count("evidence.unverified", unverified))
    stopped = sum(bool(run.stops) for run in begun)
    cards = words.number(len({entry.card.card_id for entry in book.cards}))
    lines.append(words.count("evidence.runs", len(begun), cards=cards, stopped=stopped))
    lines.append(words.t("evidence.not_approval"))
    if language != "en":
        lines.append(words.t("evidence.body_language"))
    by, is_by_twin = _tell_by(book, words)
    return Cover(
        language,
        words.t("evidence.kind"),
        _tell_title(book, language),
        tuple(lines),
        by,
        is_by_twin,
    )


def _tell_title(book: Book, language: str) -> str:
    site = book.site
    return site.site_names.get(language) or site.city_names.get(language) or site.city_id


def _tell_by(book: Book, words: Words) -> tuple[str, bool]:
    """Return whose flights they were, and whether any was the twin's."""
    flown = [run.raw.is_twin for run in book.runs if run.raw is not None]
    twin, aircraft = sum(flown), len(flown) - sum(flown)
    if not twin and not aircraft:
        return words.t("evidence.by_none"), False
    if twin and aircraft:
        return words.t("evidence.by_both", twin=twin, aircraft=aircraft), True
    return words.t("evidence.by_twin" if twin else "evidence.by_aircraft"), bool(twin)


def list_matrix(book: Book) -> list[MatrixRow]:
    """Return the requirements, the widest gap first."""
    return [_make_row(row) for row in sort_gaps_first(book.requirements)]


def _make_row(row: RequirementEntry) -> MatrixRow:
    asked = row.requirement
    return MatrixRow(
        str(asked.requirement_id),
        asked.title,
        asked.body,
        asked.source,
        ", ".join(means.replace("_", " ") for means in asked.means),
        told_as(asked),
        SHOWN_AS[row.shown],
        row.shown,
        tuple(str(card_id) for card_id in row.card_ids),
        row.run_ids,
        row.gaps,
    )


def list_card_rows(book: Book) -> list[CardRow]:
    """Return the cards with what they serve, then those that were never put before the site."""
    rows = []
    for entry in book.cards:
        runs = book.list_runs(entry.card.card_id, entry.version)
        found = [book.find_verdicts(run.run_id) for run in runs]
        rows.append(
            CardRow(
                str(entry.card.card_id),
                entry.card.title,
                True,
                tuple(str(name) for name in entry.card.requirement_ids),
                tuple(run.run_id for run in runs),
                _count_outcomes([f for f in found if f is not None]),
            )
        )
    for card in book.planned:
        names = tuple(str(name) for name in card.requirement_ids)
        rows.append(
            CardRow(str(card.card_id), card.title, False, names, (), "not put before the site")
        )
    return rows


def _count_outcomes(found: list[RunVerdicts]) -> str:
    counts = Counter(verdict.outcome for run in found for verdict in run.verdicts)
    told = [f"{counts[name]} {name}" for name in ("fail", "inconclusive", "pass") if counts[name]]
    return ", ".join(told) or "–"
