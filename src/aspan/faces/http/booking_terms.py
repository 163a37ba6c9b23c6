"""The conditions of one booking: what is paid back until when, as the engine would pay it.

They are read off the rule that cancels (`booking/refunds.py`), at the instants at which it changes,
so that what a passenger is told before paying is what happens afterwards.
"""

import msgspec

from aspan.booking.care import late_refund_tiyn
from aspan.booking.refunds import (
    RefundProblem,
    find_least_fee_tiyn,
    list_refund_edges,
    refund_at,
)
from aspan.faces.http.wire_terms import BookingConditions, LateRefund, RefundStep
from aspan.operations.holds import tell_refund_problem
from aspan.operations.lifecycles import BookingStatus
from aspan.operations.records import BookingRecord
from aspan.operations.state import State
from aspan.primitives.ids import BookingId


def tell_conditions(state: State, record: BookingRecord, now_ms: int) -> BookingConditions | None:
    """Return the conditions of a booking from now on; None where the city states none."""
    tariff = state.index.rules.tariff
    if tariff is None:
        return None
    problem = tell_refund_problem(state, record, now_ms)
    if record.status is BookingStatus.HELD:
        problem = _as_if_bought(state, record, problem)
    fare_tiyn, care = record.fare_tiyn, tariff.care
    return BookingConditions(
        free_ms=tariff.free_withdrawal_ms,
        steps=_list_steps(problem),
        change_fee_tiyn=min(tariff.change_fee_tiyn * record.party, fare_tiyn),
        check_in_closes_at_ms=problem.off_block_at_ms - state.index.check_in_closes_ms,
        late=tuple(
            LateRefund(
                late_ms=step.late_ms, refund_tiyn=late_refund_tiyn(care, fare_tiyn, step.late_ms)
            )
            for step in care.late
        ),
        offers_ground=care.offers_ground,
    )


def _as_if_bought(state: State, record: BookingRecord, problem: RefundProblem) -> RefundProblem:
    """Return a hold as the rule will see it once the free minutes after paying are over.

    What another booking that it replaces would have cost to give up is taken as it is now.
    """
    old = None if record.held is None else state.bookings.get(BookingId(record.held.replaces))
    least_tiyn = 0
    if old is not None and old.payment_id:
        least_tiyn = find_least_fee_tiyn(tell_refund_problem(state, old, problem.at_ms))
    long_ago_ms = 0
    return msgspec.structs.replace(problem, confirmed_at_ms=long_ago_ms, least_fee_tiyn=least_tiyn)


def _list_steps(problem: RefundProblem) -> tuple[RefundStep, ...]:
    """Return what comes back until when, the earliest first; nothing does after the last."""
    return tuple(
        RefundStep(until_ms=edge_ms, refund_tiyn=refund_at(problem, edge_ms - 1))
        for edge_ms in list_refund_edges(problem)
    )
