"""Holds: seats are kept, confirmed, given back, changed or run out; each of them once."""

import pytest

from aspan.booking.party import Traveller
from aspan.operations import events as ev
from aspan.operations import sales as cmd
from aspan.operations import sales_events as sale
from aspan.operations.holds import LATER_MS_MAX
from aspan.operations.lifecycles import BookingStatus, PaymentState, SortiePhase
from aspan.operations.payments import list_payment_tasks
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import BookingId, PaymentId
from stories.story import Day
from unit.operations.sales_scenes import (
    B1,
    B2,
    FARE_MAX,
    ONE,
    P1,
    P2,
    authorise,
    buy,
    hold,
    names,
    open_day,
    take,
)


def test_a_hold_plans_all_that_a_booking_does() -> None:
    """The sortie, its aircraft and its slots are there before anybody has paid."""
    day = open_day()
    events = take(day, hold())
    assert names(events) == ["SortieScheduled", "SortieAssigned", "BookingHeld"]
    sortie = day.state.sorties[day.state.bookings[B1].sortie_id]
    assert sortie.seats_taken == 1
    assert sortie.payload_kg == 85.0
    assert sortie.aircraft_id is not None


def test_who_asks_twice_gets_the_same_hold() -> None:
    """The same key and question change nothing; another question under that key is refused."""
    day = open_day()
    take(day, hold())
    assert take(day, hold()) == []
    with pytest.raises(InvalidInput, match="a new key for another body"):
        take(day, hold(digest="other"))


def test_a_hold_runs_out_and_its_sortie_with_it() -> None:
    """After its time the seats are free, and a sortie made for nobody else is cancelled."""
    day = open_day()
    take(day, hold())
    sortie_id = day.state.bookings[B1].sortie_id
    day.run("07:32")
    assert day.state.bookings[B1].status is BookingStatus.HELD
    day.run("07:34")
    assert day.state.bookings[B1].status is BookingStatus.EXPIRED
    assert day.state.sorties[sortie_id].phase is SortiePhase.CANCELLED
    assert day.state.sorties[sortie_id].cause == "unbooked"
    assert take(day, hold()) == []


def test_a_hold_is_confirmed_by_its_sellers_authorised_payment_alone() -> None:
    """No payment, another seller's, one too small, one not authorised, one used: all refused."""
    day = open_day()
    take(day, hold())
    authorise(day, P2, seller="other")
    authorise(day, PaymentId("P3"), amount_tiyn=100)
    take(day, cmd.RequestPayment(payment_id=PaymentId("P4"), seller="shop", amount_tiyn=FARE_MAX,
                                 method="tok_ok"))  # fmt: skip
    for payment_id, reason in (
        ("P0", "unknown_payment"),
        ("P2", "unknown_payment"),
        ("P3", "payment_too_small"),
        ("P4", "payment_requested"),
    ):
        told = take(day, cmd.ConfirmBooking(booking_id=B1, payment_id=PaymentId(payment_id)))
        assert [getattr(event, "reason", "") for event in told] == [reason]
    authorise(day, P1)
    confirm = cmd.ConfirmBooking(booking_id=B1, payment_id=P1)
    assert names(take(day, confirm)) == ["BookingConfirmed"]
    assert take(day, confirm) == []
    take(day, hold(B2))
    told = take(day, cmd.ConfirmBooking(booking_id=B2, payment_id=P1))
    assert [getattr(event, "reason", "") for event in told] == ["payment_used"]


def test_a_hold_cannot_be_confirmed_at_its_deadline() -> None:
    """The instant at which it ends is too late, whether or not anybody woke up for it."""
    day = open_day()
    take(day, hold())
    authorise(day)
    held = day.state.bookings[B1].held
    assert held is not None
    told = day.engine.handle(
        cmd.ConfirmBooking(booking_id=B1, payment_id=P1), at_ms=held.expires_at_ms
    )
    assert [getattr(event, "reason", "") for event in told] == ["booking_expired"]


def test_the_fare_shown_is_never_exceeded() -> None:
    """A promised fare is charged though it has risen; one not promised makes the hold refused."""
    day = open_day()
    take(day, hold())
    fare_tiyn = day.state.bookings[B1].fare_tiyn
    take(day, hold(B2, at="10:00", fare_tiyn=fare_tiyn // 2))
    refused = day.state.bookings[B2].asked
    assert isinstance(refused, ev.BookingRefused)
    assert refused.reason == "price_changed"
    b3 = BookingId("H3")
    take(day, hold(b3, at="10:00", fare_tiyn=fare_tiyn // 2, is_fare_promised=True))
    assert day.state.bookings[b3].fare_tiyn == fare_tiyn // 2


def test_another_departure_is_not_held_in_place_of_the_one_shown() -> None:
    """Refused if what there is now leaves more than five minutes later; a little later is taken."""
    day = open_day()
    take(day, hold())
    held = day.state.bookings[B1].held
    assert held is not None
    take(day, hold(B2, off_block_at_ms=held.off_block_at_ms - LATER_MS_MAX - 1))
    refused = day.state.bookings[B2].asked
    assert isinstance(refused, ev.BookingRefused)
    assert refused.reason == "departure_changed"
    b3 = BookingId("H3")
    take(day, hold(b3, off_block_at_ms=held.off_block_at_ms - LATER_MS_MAX))
    assert day.state.bookings[b3].status is BookingStatus.HELD


def test_who_withdraws_a_hold_or_a_booking_owes_what_the_rules_say() -> None:
    """A hold costs nothing; a booking just confirmed is paid back whole, and its payment voided."""
    day = open_day()
    take(day, hold())
    (given_back,) = [e for e in take(day, cmd.WithdrawBooking(booking_id=B1))
                     if isinstance(e, sale.BookingWithdrawn)]  # fmt: skip
    assert (given_back.refund_tiyn, given_back.fee_tiyn) == (0, 0)
    buy(day, B2)
    fare_tiyn = day.state.bookings[B2].fare_tiyn
    events = take(day, cmd.WithdrawBooking(booking_id=B2))
    (withdrawn,) = [e for e in events if isinstance(e, sale.BookingWithdrawn)]
    assert (withdrawn.refund_tiyn, withdrawn.fee_tiyn) == (fare_tiyn, 0)
    assert [(t.kind, t.key) for t in list_payment_tasks(day.state)] == [("void", "P1/void")]
    assert take(day, cmd.WithdrawBooking(booking_id=B2)) == []


def test_a_booking_is_changed_for_another_when_that_is_confirmed() -> None:
    """Until then the old one stands; then it ends as rebooked, and only then."""
    day = open_day()
    buy(day, B1)
    take(day, hold(B2, at="10:00", replaces=B1))
    assert day.state.bookings[B1].status is BookingStatus.CONFIRMED
    authorise(day, P2)
    events = take(day, cmd.ConfirmBooking(booking_id=B2, payment_id=P2))
    assert names(events)[:2] == ["BookingConfirmed", "BookingReplaced"]
    old, new = day.state.bookings[B1], day.state.bookings[B2]
    assert (old.status, old.replaced_by) == (BookingStatus.REBOOKED, B2)
    assert new.replaced_by == ""
    take(day, hold(BookingId("H3"), at="10:00", replaces=B1))
    assert day.state.bookings[BookingId("H3")].status is BookingStatus.REFUSED


@pytest.mark.parametrize(
    ("travellers", "reason"),
    [
        ((), "no_traveller"),
        ((Traveller(mass_kg=30.0, kind="child"),), "child_alone"),
        (
            (Traveller(mass_kg=80.0), *2 * (Traveller(mass_kg=8.0, kind="infant"),)),
            "infants_exceed_adults",
        ),
        (5 * ONE, "party_too_large"),
        (3 * (Traveller(mass_kg=140.0, bag_kg=40.0),), "party_too_large"),
    ],
)
def test_parties_that_cannot_be_carried(travellers: tuple[Traveller, ...], reason: str) -> None:
    """Nobody, children alone, too many or too heavy for any aircraft: refused, nothing held."""
    day = open_day()
    take(day, hold(travellers=travellers))
    asked = day.state.bookings[B1].asked
    assert isinstance(asked, ev.BookingRefused)
    assert asked.reason == reason


def test_a_payment_nobody_uses_is_let_go_of() -> None:
    """Half an hour after it was authorised the provider is asked to void it."""
    day = open_day()
    authorise(day)
    day.run("07:59")
    assert list_payment_tasks(day.state) == ()
    day.run("08:02")
    assert [task.kind for task in list_payment_tasks(day.state)] == ["void"]
    take(day, hold())
    told = take(day, cmd.ConfirmBooking(booking_id=B1, payment_id=P1))
    assert [getattr(event, "reason", "") for event in told] == ["payment_lapsed"]


def test_money_goes_its_way_to_the_end() -> None:
    """Captured ten minutes after the confirmation, settled once flown; reports count once."""
    day = open_day()
    buy(day, B1, at="08:30")
    fare_tiyn = day.state.bookings[B1].fare_tiyn
    day.run("07:42")
    (task,) = list_payment_tasks(day.state)
    assert (task.kind, task.amount_tiyn, task.key) == ("capture", fare_tiyn, "P1/capture")
    captured = cmd.ReportPayment(
        payment_id=P1, state="captured", amount_tiyn=fare_tiyn, key=task.key
    )
    assert names(take(day, captured)) == ["PaymentCaptured"]
    assert take(day, captured) == []
    assert day.state.payments[P1].state is PaymentState.CAPTURED
    take(day, cmd.WithdrawBooking(booking_id=B1))
    (back,) = list_payment_tasks(day.state)
    assert back.kind == "refund"
    assert back.key == "P1/refund/1"
    refunded = cmd.ReportPayment(
        payment_id=P1, state="refunded", amount_tiyn=back.amount_tiyn, key=back.key
    )
    assert names(take(day, refunded)) == ["PaymentRefunded"]
    assert take(day, refunded) == []
    assert list_payment_tasks(day.state) == ()


def test_a_report_of_another_amount_is_refused() -> None:
    """A provider that holds more or less than was asked is not believed."""
    day = open_day()
    take(day, cmd.RequestPayment(payment_id=P1, seller="shop", amount_tiyn=500, method="tok_ok"))
    with pytest.raises(InvalidInput, match="payment P1, amount_tiyn"):
        take(day, cmd.ReportPayment(payment_id=P1, state="authorised", amount_tiyn=499, key="k"))
    assert day.state.payments[P1].state is PaymentState.REQUESTED


def later(day: Day, days: int) -> list[ev.Event]:
    """Hold a seat so many days ahead."""
    return take(day, hold(BookingId(f"H-{days}"), days=days))


def test_coming_days_are_on_sale_up_to_the_horizon() -> None:
    """A departure ahead keeps slots and no aircraft; beyond the horizon nothing is sold."""
    day = open_day()
    assert names(later(day, 1)) == ["SortieScheduled", "SortieSlotted", "BookingHeld"]
    tariff = day.index.rules.tariff
    assert tariff is not None
    assert "BookingHeld" in names(later(day, tariff.horizon_days))
    (refused,) = later(day, tariff.horizon_days + 1)
    assert isinstance(refused, ev.BookingRefused)
    assert refused.reason == "too_far_ahead"


def test_no_more_is_sold_ahead_than_aircraft_may_be_busy() -> None:
    """With three aircraft and six tenths of them for sale, one departure at a time is sold."""
    day = open_day()
    later(day, 1)
    (refused,) = take(day, hold(B2, days=1, travellers=4 * ONE))
    assert isinstance(refused, ev.BookingRefused)
    assert refused.reason == "sold_out"
    assert "BookingHeld" in names(take(day, hold(BookingId("H3"), days=1)))


def test_what_was_sold_ahead_is_flown() -> None:
    """The next day its sortie gives the slots back for those of its aircraft, and flies."""
    day = open_day()
    buy(day, B1, days=1)
    sortie = day.state.sorties[day.state.bookings[B1].sortie_id]
    assert sortie.slotted is not None
    assert len(day.state.ahead) == 1
    take(day, cmd.WithdrawBooking(booking_id=B1))
    assert len(day.state.ahead) == 0
    assert sortie.phase is SortiePhase.CANCELLED


def test_a_hold_may_be_asked_for_longer_never_shorter() -> None:
    """A face with a fast clock asks for more; no less than the tariff says, nor any time."""
    day = open_day()
    for number, (asked_ms, kept_ms) in enumerate(
        ((0, 120_000), (60_000, 120_000), (1_200_000, 1_200_000), (7_200_000, 3_600_000))
    ):
        (held,) = [
            event
            for event in take(day, hold(BookingId(f"L{number}"), at="10:00", hold_ms=asked_ms))
            if isinstance(event, sale.BookingHeld)
        ]
        assert held.expires_at_ms - held.at_ms == kept_ms
