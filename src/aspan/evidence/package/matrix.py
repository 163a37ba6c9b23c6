"""The matrix: from requirement to evidence, and what is missing on the way.

A requirement is shown when every must-check that names it, on every card of it, was passed in an
accepted run of the version that stands, and failed in none. What only the twin flew says so: it
shows the model, not the aircraft.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from aspan.evidence.card import Card, CardId, Check
from aspan.evidence.package.contents import (
    CardEntry,
    RequirementEntry,
    RunEntry,
    RunVerdicts,
    Shown,
)
from aspan.evidence.requirement import Requirement

_TESTS: Final = ("ground_test", "flight_test")

_WORST_FIRST: Final[tuple[Shown, ...]] = (
    "failed",
    "planned",
    "filed",
    "approved",
    "flown",
    "inconclusive",
    "shown_in_twin",
    "shown",
)


class Records(msgspec.Struct, frozen=True, kw_only=True):
    """What the matrix is drawn from.

    Parameters
    ----------
    planned
        Cards of the campaign that nobody has put before the site.
    entries, runs, verdicts
        What was put before it, flown and judged.
    """

    planned: Sequence[Card] = ()
    entries: Sequence[CardEntry] = ()
    runs: Sequence[RunEntry] = ()
    verdicts: Sequence[RunVerdicts] = ()


class _Found(msgspec.Struct, frozen=True):
    """How far one check, or one card, has come, and what is missing."""

    shown: Shown
    gap: str = ""


def make_matrix(
    requirements: Iterable[Requirement], records: Records
) -> tuple[RequirementEntry, ...]:
    """Return a row for each requirement, in the order given."""
    return tuple(_make_row(each, records) for each in requirements)


def _make_row(requirement: Requirement, records: Records) -> RequirementEntry:
    name = requirement.requirement_id
    standing = _list_standing(records)
    serving = [card for card in standing.values() if name in card.requirement_ids]
    runs = [run for run in records.runs if any(run.card_id == card.card_id for card in serving)]
    found = [each for card in serving for each in _look_at(card, requirement, records)]
    return RequirementEntry(
        requirement=requirement,
        shown=_choose(requirement, found),
        card_ids=tuple(card.card_id for card in serving),
        run_ids=tuple(run.run_id for run in runs if run.begun is not None),
        gaps=tuple(_list_gaps(requirement, serving, found)),
    )


def _list_standing(records: Records) -> dict[CardId, Card]:
    """Return every card once: as it was put before the site last, else as it is planned."""
    standing = {card.card_id: card for card in records.planned}
    standing |= {entry.card.card_id: entry.card for entry in records.entries}
    return standing


def _choose(requirement: Requirement, found: Sequence[_Found]) -> Shown:
    if requirement.status == "elsewhere":
        return "elsewhere"
    if not found:
        return "none"
    return min((each.shown for each in found), key=_WORST_FIRST.index)


def _list_gaps(
    requirement: Requirement, serving: Sequence[Card], found: Sequence[_Found]
) -> Iterator[str]:
    if not serving and requirement.status != "elsewhere":
        yield "no card"
    yield from dict.fromkeys(each.gap for each in found if each.gap)
    others = [means for means in requirement.means if means not in _TESTS]
    if others and requirement.status != "elsewhere":
        yield f"{' and '.join(others).replace('_', ' ')} besides: not kept here"


def _look_at(card: Card, requirement: Requirement, records: Records) -> Iterator[_Found]:
    """Yield how far each check of a card that names a requirement has come."""
    entry = next((e for e in reversed(records.entries) if e.card.card_id == card.card_id), None)
    if entry is None:
        yield _Found("planned", f"{card.card_id} is not put before the site")
        return
    if not entry.is_approved:
        yield _Found("filed", f"{card.card_id} waits for approvals")
        return
    flown = [
        run
        for run in records.runs
        if run.card_id == card.card_id and run.version == entry.version and run.begun is not None
    ]
    if not flown:
        yield _Found("approved", f"{card.card_id} is not flown")
        return
    accepted = [run for run in flown if run.is_accepted]
    if not accepted:
        yield _Found("flown", f"no run of {card.card_id} is accepted")
        return
    for check in card.checks:
        if check.requirement_id == requirement.requirement_id:
            yield _judge(check, accepted, records.verdicts)
    if len(accepted) < card.repeats:
        gap = f"{card.card_id}: {len(accepted)} of {card.repeats} runs are accepted"
        yield _Found("inconclusive", gap)


def _judge(check: Check, accepted: Sequence[RunEntry], verdicts: Sequence[RunVerdicts]) -> _Found:
    """Return how far a check has come: one failure counts more than any pass."""
    is_twin: dict[str, dict[str, bool]] = {"pass": {}, "fail": {}, "inconclusive": {}}
    for run in accepted:
        outcome = next(
            (
                verdict.outcome
                for found in verdicts
                if found.run_id == run.run_id
                for verdict in found.verdicts
                if verdict.check_id == check.check_id
            ),
            "inconclusive",
        )
        is_twin[outcome][run.run_id] = run.raw is None or run.raw.is_twin
    if failed := is_twin["fail"]:
        gap = f"{check.check_id} failed in {', '.join(failed)}"
        return _Found("failed" if check.severity == "must" else "shown", gap)
    if passed := is_twin["pass"]:
        return _Found("shown_in_twin" if all(passed.values()) else "shown")
    gap = f"{check.check_id} is not conclusive in {', '.join(is_twin['inconclusive'])}"
    return _Found("inconclusive" if check.severity == "must" else "shown", gap)
