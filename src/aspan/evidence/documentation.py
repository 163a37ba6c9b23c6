"""The documentation checker: prose and code of a scenario say the same, each all of it.

A test crew flies by the page and the site judges by the code; where they part, somebody flies
something else than was approved. Every card, step, limit, hazard and check of the code is on the
page and the other way, numbers agree, each check has a judge and each judge a check. Faults of a
card by itself (limits that contradict each other, no hazard) are found here too. What concerns
several scenarios (ids, order, requirements) is in `campaign_order`.
"""

from collections.abc import Collection, Iterator, Mapping

import msgspec

from aspan.evidence.card import Card, Limit
from aspan.evidence.conditions import (
    ASKED,
    CONDITIONS,
    is_told,
    is_watched,
    limit_numbers,
    read_numbers,
)
from aspan.evidence.judging import Judge
from aspan.evidence.prose import Prose, ToldCard
from aspan.primitives.errors import InvalidInput

RISKS = ("low", "medium", "high")


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with a scenario: where, what stands there, what was expected."""

    where: str
    value: object
    expected: str

    def as_error(self) -> InvalidInput:
        """Return the fault as it is raised, one line."""
        return InvalidInput(self.where, self.value, self.expected)


def list_scenario_faults(
    prose: Prose, cards: Collection[Card], judges: Collection[Judge]
) -> Iterator[Fault]:
    """Yield what is wrong between a page and its code, and with the cards themselves."""
    file, by_id = prose.file, {str(card.card_id): card for card in cards}
    if len(by_id) != len(cards):
        ids = [card.card_id for card in cards]
        twice = min(card_id for card_id in by_id if ids.count(by_id[card_id].card_id) > 1)
        yield Fault(where=f"{file}: CARDS", value=twice, expected="each card once")
    for card_id in sorted(set(by_id) - set(prose.cards)):
        yield Fault(where=f"{file}: {card_id}", value=None, expected="a section on the page")
    for card_id in sorted(set(prose.cards) - set(by_id)):
        yield Fault(where=f"{file}: {card_id}", value=None, expected="a card in the code")
    for card_id in sorted(set(prose.cards) & set(by_id)):
        where = f"{file}: {card_id}"
        yield from _list_text_faults(where, by_id[card_id], prose.cards[card_id])
        yield from _list_condition_faults(where, by_id[card_id], prose.cards[card_id])
        yield from _list_limit_faults(where, by_id[card_id], prose.cards[card_id])
        yield from _list_own_faults(where, by_id[card_id])
    yield from _list_judge_faults(file, by_id, judges)


def find_judge(check_id: str, judges: Collection[Judge]) -> Judge | None:
    """Return who judges a check: who names it whole, else who names what follows its card."""
    short = check_id.partition(".")[2]
    for name in (check_id, short):
        for judge in judges:
            if name in judge.names:
                return judge
    return None


def _list_judge_faults(
    file: str, cards: Mapping[str, Card], judges: Collection[Judge]
) -> Iterator[Fault]:
    """Yield checks without a judge, names that no card has, and names with two judges."""
    checks = [str(check.check_id) for card in cards.values() for check in card.checks]
    for check_id in checks:
        if find_judge(check_id, judges) is None:
            yield Fault(
                where=f"{file}: {check_id}",
                value=None,
                expected="a judge in the code, @check of this name",
            )
    names = [name for judge in judges for name in judge.names]
    known = {*checks, *(check_id.partition(".")[2] for check_id in checks)}
    for name in sorted(set(names)):
        if name not in known:
            yield Fault(where=f"{file}: @check", value=name, expected="a check on the page")
        if names.count(name) > 1:
            yield Fault(where=f"{file}: @check", value=name, expected="one judge of this name")


def _list_text_faults(where: str, card: Card, told: ToldCard) -> Iterator[Fault]:
    """Yield words that the card has otherwise than the page."""
    part = told.part
    for name, own, page in (
        ("title", card.title, told.title),
        ("objective", card.objective, told.objective),
        ("configuration", card.configuration, part.configuration),
    ):
        if own != page:
            yield Fault(where=f"{where}: {name}", value=own, expected=f"{page!r} as on the page")
    for kind, own_steps, page_steps in (
        ("step", card.steps, part.steps),
        ("abort action", card.abort_actions, part.abort_actions),
    ):
        for step in own_steps:
            if step not in page_steps:
                yield Fault(where=f"{where}: {kind}", value=step, expected="to be on the page")
        for step in page_steps:
            if step not in own_steps:
                yield Fault(where=f"{where}: {kind}", value=step, expected="to be in the code")
        if sorted(own_steps) == sorted(page_steps) and own_steps != page_steps:
            yield Fault(where=f"{where}: {kind}s", value=own_steps, expected="the page's order")
    own_hazards = {hazard.hazard_id: hazard for hazard in card.hazards}
    page_hazards = {hazard.hazard_id: hazard for hazard in part.hazards}
    yield from _list_unmatched(f"{where}: hazard", set(own_hazards), set(page_hazards))
    for hazard_id in sorted(set(own_hazards) & set(page_hazards)):
        if own_hazards[hazard_id] != page_hazards[hazard_id]:
            yield Fault(
                where=f"{where}: hazard", value=hazard_id, expected="the same words on the page"
            )
    own_checks = {str(check.check_id): check for check in card.checks}
    page_checks = {f"{card.card_id}.{check.name}": check for check in part.checks}
    yield from _list_unmatched(f"{where}: check", set(own_checks), set(page_checks))
    for check_id in sorted(set(own_checks) & set(page_checks)):
        for field in ("requirement_id", "severity", "criterion"):
            value, on_page = (getattr(side[check_id], field) for side in (own_checks, page_checks))
            if value != on_page:
                name = f"{where}: {check_id} {field}"
                yield Fault(where=name, value=value, expected=f"{on_page!r} as on the page")


def _list_unmatched(where: str, own: set[str], page: set[str]) -> Iterator[Fault]:
    for name in sorted(own - page):
        yield Fault(where=where, value=name, expected="to be on the page")
    for name in sorted(page - own):
        yield Fault(where=where, value=name, expected="to be in the code")


def _list_condition_faults(where: str, card: Card, told: ToldCard) -> Iterator[Fault]:
    """Yield conditions that are missing, unknown or tell other numbers than the card has."""
    for name in ASKED:
        if name not in told.conditions:
            yield Fault(where=f"{where}: {name}", value=None, expected=f"a line `- {name}: …`")
    for name, text in told.conditions.items():
        if name in ("After", "Where"):
            own = set(card.after) if name == "After" else set(card.volume_ids)
            page = {word.strip() for word in text.split(",")} - {"none"}
            if own != page:
                expected = ", ".join(sorted(own)) or "none"
                yield Fault(where=f"{where}: {name}", value=text, expected=expected)
        elif name not in CONDITIONS:
            known = ", ".join((*CONDITIONS, "After", "Where"))
            yield Fault(where=f"{where}: {name}", value=text, expected=f"one of {known}")
        elif not is_told(text, CONDITIONS[name](card)):
            numbers = " and ".join(f"{number:g}" for number in CONDITIONS[name](card))
            yield Fault(where=f"{where}: {name}", value=text, expected=f"{numbers} as in the code")


def _list_limit_faults(where: str, card: Card, told: ToldCard) -> Iterator[Fault]:
    """Yield limits that are on one side alone, that disagree, or that contradict themselves."""
    own = {limit.limit_id: limit for limit in card.limits}
    if len(own) != len(card.limits):
        yield Fault(where=f"{where}: limit", value=sorted(own), expected="each limit once")
    page = {row.limit_id: row for row in told.part.limits}
    yield from _list_unmatched(f"{where}: limit", set(own), set(page))
    for limit_id, limit in own.items():
        fault = _find_own_limit_fault(limit)
        if fault:
            yield Fault(where=f"{where}: limit {limit_id}", value=fault[0], expected=fault[1])
            continue
        if limit_id not in page:
            continue
        for name, text, numbers in zip(
            ("low", "high"),
            (page[limit_id].low, page[limit_id].high),
            limit_numbers(limit),
            strict=True,
        ):
            if read_numbers(text) != numbers and not is_told(text, numbers):
                expected = f"{numbers[0]:g} as in the code" if numbers else "nothing, as it is open"
                yield Fault(where=f"{where}: limit {limit_id} {name}", value=text,
                            expected=expected)  # fmt: skip


def _find_own_limit_fault(limit: Limit) -> tuple[object, str] | None:
    """Return what is wrong with a limit by itself, and what was expected."""
    if not is_watched(limit.channel):
        return limit.channel, "a channel of telemetry"
    if limit.low is None and limit.high is None:
        return "no bound", "a low or a high bound"
    if limit.low is not None and limit.high is not None and limit.low >= limit.high:
        return f"{limit.low:g} to {limit.high:g}", "low below high"
    return None


def _list_own_faults(where: str, card: Card) -> Iterator[Fault]:
    """Yield what a card lacks or contradicts by itself."""
    for name in ("objective", "configuration", "steps", "limits", "record", "checks", "hazards",
                 "abort_actions", "profile", "volume_ids"):  # fmt: skip
        if not getattr(card, name):
            yield Fault(where=f"{where}: {name}", value=None, expected="at least one")
    labels = [segment.label for segment in card.profile]
    for label in sorted({label for label in labels if labels.count(label) > 1}):
        yield Fault(where=f"{where}: segment", value=label, expected="each label once")
    for segment in card.profile:
        if segment.duration_s <= 0.0:
            yield Fault(
                where=f"{where}: segment {segment.label}",
                value=segment.duration_s,
                expected="a duration above 0 s",
            )
    for hazard in card.hazards:
        if RISKS.index(hazard.risk_after) > RISKS.index(hazard.risk_before):
            yield Fault(
                where=f"{where}: hazard {hazard.hazard_id}",
                value=f"{hazard.risk_before}, {hazard.risk_after}",
                expected="no more risk after mitigation than before",
            )
    if not any(check.severity == "must" for check in card.checks):
        yield Fault(where=f"{where}: checks", value=None, expected="at least one that must hold")
    for name in ("repeats", "priority", "prediction_band"):
        if getattr(card, name) <= 0:
            yield Fault(where=f"{where}: {name}", value=getattr(card, name), expected="more than 0")
