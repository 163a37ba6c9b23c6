"""Whose word a card needs, and what each role may ask for.

A card needs two persons at least, never who wrote it, more as its risk rises (facts 5.c). One
person counts once, whatever roles they hold; roles count as they are held now.
"""

from collections.abc import Sequence
from typing import Final

from aspan.evidence import orders
from aspan.evidence.card import Risk
from aspan.evidence.people import Person, Role

_TEST: Final[tuple[Role, ...]] = ("test_director", "lead_engineer", "safety_officer")
_ALL: Final[tuple[Role, ...]] = (*_TEST, "accountable_manager")
_ANYBODY: Final[tuple[Role, ...]] = (
    *_ALL, "flight_test_engineer", "pilot", "safety_pilot", "range_officer",
)  # fmt: skip

APPROVALS: Final[dict[Risk, tuple[tuple[Role, ...], ...]]] = {
    "low": (_TEST, _TEST),
    "medium": (("safety_officer",), _ALL),
    "high": (("safety_officer",), ("accountable_manager",), _ALL),
}
"""For each risk the places to fill, each by another person of one of its roles."""

MAY_ASK: Final[dict[type[orders.Order], tuple[Role, ...]]] = {
    orders.FoundSite: ("test_director",),
    orders.Enrol: ("test_director", "accountable_manager"),
    orders.Dismiss: ("test_director", "accountable_manager"),
    orders.FileCard: ("lead_engineer", "flight_test_engineer", "test_director"),
    orders.ApproveCard: _ALL,
    orders.WithdrawApproval: _ALL,
    orders.BookSlot: ("range_officer", "test_director"),
    orders.FreeSlot: ("range_officer", "test_director"),
    orders.ReleaseRun: ("test_director",),
    orders.BeginRun: ("test_director", "range_officer"),
    orders.CallKnockItOff: _ANYBODY,
    orders.EndRun: ("test_director", "range_officer", "flight_test_engineer"),
    orders.NoteDeviation: _ANYBODY,
    orders.ReviewRun: ("lead_engineer", "safety_officer", "test_director"),
}
"""Roles of which a person needs one, for each order."""


def may_approve(person: Person, risk: Risk) -> bool:
    """Say whether the word of a person counts for a card of this risk."""
    return any(role in place for place in APPROVALS[risk] for role in person.roles)


def suffices(risk: Risk, approvers: Sequence[Person]) -> bool:
    """Say whether these persons, each once, fill every place that the risk asks for."""
    return _fill(APPROVALS[risk], tuple(approvers))


def list_open(risk: Risk, approvers: Sequence[Person]) -> tuple[tuple[Role, ...], ...]:
    """Return the places still open, with the roles that may fill each; empty if none is."""
    places = APPROVALS[risk]
    filled = max(
        (subset for subset in _subsets(places) if _fill(subset, tuple(approvers))), key=len
    )
    still = list(places)
    for place in filled:
        still.remove(place)
    return tuple(still)


def _subsets(places: tuple[tuple[Role, ...], ...]) -> list[tuple[tuple[Role, ...], ...]]:
    found: list[tuple[tuple[Role, ...], ...]] = [()]
    for place in places:
        found += [(*subset, place) for subset in found]
    return found


def _fill(places: tuple[tuple[Role, ...], ...], persons: tuple[Person, ...]) -> bool:
    """Say whether each place can be given to another of the persons."""
    if not places:
        return True
    first, rest = places[0], places[1:]
    return any(
        _fill(rest, persons[:i] + persons[i + 1 :])
        for i, person in enumerate(persons)
        if any(role in first for role in person.roles)
    )
