"""Laws of refunds: nothing is lost, more notice never costs more, and no change is a way round."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from aspan.booking.refunds import (
    RefundProblem,
    find_least_fee_tiyn,
    list_refund_edges,
    refund_at,
    refund_change,
    refund_withdrawal,
)
from aspan.primitives.units import MS_PER_H, MS_PER_MIN, TIYN_PER_TENGE
from aspan.world.readers import load_city
from aspan.world.tariff import CancellationStep, Tariff

STATED = load_city("tiny").rules.tariff
OFF_MS = 100 * MS_PER_H


@st.composite
def tariffs(draw: st.DrawFn) -> Tariff:
    """Draw conditions that the reader lets pass."""
    assert STATED is not None
    count = draw(st.integers(0, 4))
    notices = sorted(draw(st.sets(st.integers(0, 2 * OFF_MS), min_size=count, max_size=count)))
    kept = sorted(draw(st.floats(0.0, 1.0)) for _ in range(count))
    steps = [
        CancellationStep(before_ms=notice, kept_share=share)
        for notice, share in zip(reversed(notices), kept, strict=True)
    ]
    return msgspec.structs.replace(
        STATED,
        cancellation=tuple(steps),
        free_withdrawal_ms=draw(st.integers(0, MS_PER_H)),
        change_fee_tiyn=draw(st.integers(0, 1_000_000)),
    )


@st.composite
def problems(draw: st.DrawFn) -> RefundProblem:
    """Draw a booking that is given up or changed at some instant."""
    confirmed_ms = draw(st.integers(0, OFF_MS))
    return RefundProblem(
        tariff=draw(st.none() | tariffs()),
        fare_tiyn=draw(st.integers(0, 20_000_000)),
        seats=draw(st.integers(1, 4)),
        confirmed_at_ms=confirmed_ms,
        off_block_at_ms=OFF_MS,
        at_ms=draw(st.integers(confirmed_ms, OFF_MS + MS_PER_H)),
        least_fee_tiyn=draw(st.just(0) | st.integers(0, 20_000_000)),
    )


@given(problems())
def test_back_and_kept_add_up(problem: RefundProblem) -> None:
    """Neither is ever less than nothing, and together they are the fare."""
    for refund in (refund_withdrawal(problem), refund_change(problem)):
        assert refund.refund_tiyn >= 0
        assert refund.fee_tiyn >= 0
        assert refund.refund_tiyn + refund.fee_tiyn == problem.fare_tiyn


@given(problems(), st.integers(0, MS_PER_H))
def test_more_notice_never_costs_more(problem: RefundProblem, sooner_ms: int) -> None:
    """Who gives up sooner, once it is confirmed, gets no less back."""
    at_ms = max(problem.confirmed_at_ms, problem.at_ms - sooner_ms)
    sooner = msgspec.structs.replace(problem, at_ms=at_ms)
    assert refund_withdrawal(sooner).refund_tiyn >= refund_withdrawal(problem).refund_tiyn


@given(problems())
def test_a_change_never_costs_more_than_giving_up(problem: RefundProblem) -> None:
    """Nor more than its fee, unless that is too late too."""
    change, given_up = refund_change(problem), refund_withdrawal(problem)
    assert change.fee_tiyn <= given_up.fee_tiyn
    if problem.tariff is not None and problem.at_ms < OFF_MS:
        assert change.fee_tiyn <= problem.tariff.change_fee_tiyn * problem.seats


@given(problems(), st.integers(0, 1_000 * MS_PER_H))
def test_no_change_is_a_way_round_the_conditions(problem: RefundProblem, later_ms: int) -> None:
    """Who changes and then gives up pays at least what giving up at first would have cost."""
    change = refund_change(problem)
    second = msgspec.structs.replace(
        problem,
        confirmed_at_ms=problem.at_ms,
        off_block_at_ms=problem.off_block_at_ms + later_ms,
        least_fee_tiyn=find_least_fee_tiyn(problem),
    )
    paid_tiyn = change.fee_tiyn + refund_withdrawal(second).fee_tiyn
    assert paid_tiyn >= refund_withdrawal(problem).fee_tiyn


def give_up(*, before_ms: int, confirmed_before_ms: int = 50 * MS_PER_H) -> tuple[int, str]:
    """Return what is kept of 45,000 KZT, and why, by the tariff of the small city."""
    refund = refund_withdrawal(
        RefundProblem(
            tariff=STATED,
            fare_tiyn=45_000 * TIYN_PER_TENGE,
            seats=1,
            confirmed_at_ms=OFF_MS - confirmed_before_ms,
            off_block_at_ms=OFF_MS,
            at_ms=OFF_MS - before_ms,
        )
    )
    return refund.fee_tiyn // TIYN_PER_TENGE, refund.rule


def test_the_stated_conditions_come_out() -> None:
    """Free a day ahead, a quarter until two hours, half until check-in closes, then all of it."""
    assert give_up(before_ms=24 * MS_PER_H) == (0, "notice")
    assert give_up(before_ms=24 * MS_PER_H - 1) == (11_250, "notice")
    assert give_up(before_ms=2 * MS_PER_H) == (11_250, "notice")
    assert give_up(before_ms=2 * MS_PER_H - 1) == (22_500, "notice")
    assert give_up(before_ms=10 * MS_PER_MIN) == (22_500, "notice")
    assert give_up(before_ms=10 * MS_PER_MIN - 1) == (45_000, "too_late")


def test_ten_minutes_to_think_are_free_but_not_after_off_block() -> None:
    """Both ends of the time of free withdrawal, and the aircraft that has left."""
    hour = 60 * MS_PER_MIN
    after = 10 * MS_PER_MIN
    free, late = (
        give_up(before_ms=hour - after_ms, confirmed_before_ms=hour)
        for after_ms in (after, after + 1)
    )
    assert (free, late) == ((0, "free_withdrawal"), (22_500, "notice"))
    assert give_up(before_ms=0, confirmed_before_ms=MS_PER_MIN) == (45_000, "too_late")


def test_a_city_without_conditions_keeps_nothing() -> None:
    """What was not stated before is not kept."""
    problem = RefundProblem(
        tariff=None, fare_tiyn=100, seats=1, confirmed_at_ms=0, off_block_at_ms=1, at_ms=2
    )
    assert refund_withdrawal(problem).refund_tiyn == 100
    assert refund_change(problem).refund_tiyn == 100


@given(problems(), st.integers(0, 2 * OFF_MS))
def test_what_comes_back_changes_at_its_edges_alone(problem: RefundProblem, later_ms: int) -> None:
    """At any instant that is no edge, what comes back is what does just before the next one."""
    edges = list_refund_edges(problem)
    assert all(problem.at_ms < edge_ms <= problem.off_block_at_ms for edge_ms in edges)
    at_ms = problem.at_ms + later_ms
    until_ms = next((edge_ms for edge_ms in edges if edge_ms >= at_ms), None)
    if until_ms is None:
        last_ms = OFF_MS + 2 * MS_PER_H
        if at_ms not in edges and at_ms - 1 not in edges:
            assert refund_at(problem, at_ms) == refund_at(problem, max(at_ms, last_ms))
    elif until_ms - 1 > at_ms:
        assert refund_at(problem, at_ms) == refund_at(problem, until_ms - 1)
