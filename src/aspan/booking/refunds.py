"""Refunds: what is paid back to a party that gives its booking up, or changes it, at an instant.

Conditions are the city's (`Tariff`), known before anybody pays. Shares are kept rounded down to a
whole tenge, so rounding is for the party. What the operator breaks is paid back whole and is none
of this file's business.
"""

from typing import Literal

import msgspec

from aspan.primitives.units import TIYN_PER_TENGE
from aspan.world.tariff import FACTOR_UNITS, Tariff, to_units

RefundRule = Literal[
    "no_conditions", "free_withdrawal", "notice", "change_fee", "changed_late", "too_late"
]
"""Why so much is kept: the city states no conditions; just confirmed; by how long before off-block;
the fee of a change; as for the booking it was changed from; later than any condition."""


class RefundProblem(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A booking that its party gives up or changes.

    Parameters
    ----------
    fare_tiyn
        As charged, less what was paid back before.
    off_block_at_ms
        As planned now or as told to the party, whichever is later.
    least_fee_tiyn
        Of a booking that another was changed into: what giving up that one would have cost beyond
        the fee of the change. So nobody changes to a later day in order to give up for nothing.
    """

    tariff: Tariff | None
    fare_tiyn: int
    seats: int
    confirmed_at_ms: int
    off_block_at_ms: int
    at_ms: int
    least_fee_tiyn: int = 0


class Refund(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What goes back and what is kept, and by which rule; they add up to the fare."""

    refund_tiyn: int
    fee_tiyn: int
    rule: RefundRule


def refund_withdrawal(problem: RefundProblem) -> Refund:
    """Return what a party gets back that gives its booking up."""
    by_rule = _apply_conditions(problem)
    least_tiyn = min(problem.least_fee_tiyn, problem.fare_tiyn)
    return by_rule if by_rule.fee_tiyn >= least_tiyn else _keep(problem, least_tiyn, "changed_late")


def _apply_conditions(problem: RefundProblem) -> Refund:
    tariff = problem.tariff
    if tariff is None:
        return _keep(problem, 0, "no_conditions")
    left_ms = problem.off_block_at_ms - problem.at_ms
    if left_ms <= 0:
        return _keep(problem, problem.fare_tiyn, "too_late")
    if problem.at_ms - problem.confirmed_at_ms <= tariff.free_withdrawal_ms:
        return _keep(problem, 0, "free_withdrawal")
    for step in tariff.cancellation:
        if left_ms >= step.before_ms:
            units = to_units(step.kept_share)
            kept_tiyn = problem.fare_tiyn * units // FACTOR_UNITS
            return _keep(problem, kept_tiyn // TIYN_PER_TENGE * TIYN_PER_TENGE, "notice")
    return _keep(problem, problem.fare_tiyn, "too_late")


def list_refund_edges(problem: RefundProblem) -> tuple[int, ...]:
    """Return the instants ahead after which less is paid back than before, in order.

    No condition changes after off-block; until one millisecond before an edge all stays as it is.
    """
    tariff, off_ms = problem.tariff, problem.off_block_at_ms
    if tariff is None:
        return ()
    edges = {off_ms - step.before_ms for step in tariff.cancellation} | {off_ms}
    edges.add(problem.confirmed_at_ms + tariff.free_withdrawal_ms)
    return tuple(
        edge_ms
        for edge_ms in sorted(edges)
        if problem.at_ms < edge_ms <= off_ms
        and refund_at(problem, edge_ms - 1) != refund_at(problem, edge_ms + 1)
    )


def refund_at(problem: RefundProblem, at_ms: int) -> int:
    """Return what a party gets back that gives its booking up at another instant."""
    return refund_withdrawal(msgspec.structs.replace(problem, at_ms=at_ms)).refund_tiyn


def refund_change(problem: RefundProblem) -> Refund:
    """Return what a party gets back for a booking it changes into another.

    It loses the fee of a change, and never more than it would by giving the booking up.
    """
    given_up = refund_withdrawal(problem)
    if problem.tariff is None:
        return given_up
    fee_tiyn = problem.tariff.change_fee_tiyn * problem.seats
    if fee_tiyn < given_up.fee_tiyn and problem.at_ms < problem.off_block_at_ms:
        return _keep(problem, fee_tiyn, "change_fee")
    return given_up


def find_least_fee_tiyn(problem: RefundProblem) -> int:
    """Return the `least_fee_tiyn` of the booking that this one is changed into."""
    return refund_withdrawal(problem).fee_tiyn - refund_change(problem).fee_tiyn


def _keep(problem: RefundProblem, kept_tiyn: int, rule: RefundRule) -> Refund:
    return Refund(refund_tiyn=problem.fare_tiyn - kept_tiyn, fee_tiyn=kept_tiyn, rule=rule)
