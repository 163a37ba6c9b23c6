"""Receipts: what was charged, given back and kept, in each language, with the tax that is in it."""

import msgspec
import pytest

from aspan.booking.fares import tax_within
from aspan.faces.http.booking_page import BookingPainter
from aspan.faces.http.fare_page import tell_fare
from aspan.faces.http.receipt import draw_receipt
from aspan.operations import sales as cmd
from aspan.operations.holds import find_refund_tiyn
from aspan.operations.sales_events import BookingHeld
from aspan.operations.state import State
from aspan.primitives.units import MS_PER_H
from stories.story import Day
from unit.operations.sales_scenes import B1, B2, buy, hold, open_day, take


def bought(at: str = "08:30") -> tuple[Day, int]:
    """Return a morning on which one party bought seats, and what they cost."""
    day = open_day()
    buy(day, B1, at=at)
    return day, day.state.bookings[B1].fare_tiyn


def money(state: State) -> tuple[int, int, int]:
    """Return what the receipt of the first booking says was charged, given back and kept."""
    told = draw_receipt(state, B1, now_ms=state.now_ms, lang="en")
    assert told is not None
    return told.charged_tiyn, told.refund_tiyn, told.fee_tiyn


def test_a_receipt_says_what_was_charged_and_for_what() -> None:
    """The lines add up to what was charged; in each language the way is named."""
    day, fare_tiyn = bought()
    assert money(day.state) == (fare_tiyn, 0, 0)
    told = [draw_receipt(day.state, B1, now_ms=1, lang=lang) for lang in ("kk", "ru", "en")]
    pages = [page for page in told if page is not None]
    assert [sum(line.amount_tiyn for line in page.fare.lines) for page in pages] == 3 * [fare_tiyn]
    assert len({page.text for page in pages}) == 3
    assert all(page.text and page.issued_at_ms == 1 for page in pages)


def test_a_receipt_of_who_withdrew_says_what_is_kept() -> None:
    """Within ten minutes all comes back; an hour before off-block half of it is a fee."""
    day, fare_tiyn = bought()
    take(day, cmd.WithdrawBooking(booking_id=B1))
    assert money(day.state) == (fare_tiyn, fare_tiyn, 0)
    late, fare_tiyn = bought(at="09:00")
    late.run("08:00")
    take(late, cmd.WithdrawBooking(booking_id=B1))
    charged_tiyn, refund_tiyn, fee_tiyn = money(late.state)
    assert (charged_tiyn, refund_tiyn + fee_tiyn) == (fare_tiyn, fare_tiyn)
    assert 0 < fee_tiyn < fare_tiyn


def test_what_is_told_of_cancelling_holds_until_the_engine_pays_less() -> None:
    """A departure that was told later than it is planned counts for both, as it is told."""
    day, _ = bought(at="10:00")
    booking = day.state.bookings[B1]
    assert isinstance(booking.asked, BookingHeld)
    told_ms = booking.asked.off_block_at_ms + MS_PER_H // 2
    booking.asked = msgspec.structs.replace(booking.asked, off_block_at_ms=told_ms)
    booking.confirmed_at_ms -= MS_PER_H
    now_ms = day.state.now_ms
    painter = BookingPainter(day.engine.planner, {}, {}, now_ms=now_ms, seq=1, lang="en")
    page = painter.draw(B1)
    assert page is not None
    until_ms = page.cancellation.until_ms
    assert until_ms is not None
    assert page.conditions is not None
    assert page.conditions.steps[0].until_ms == until_ms
    assert find_refund_tiyn(day.state, booking, until_ms - 1) == page.cancellation.refund_tiyn
    assert find_refund_tiyn(day.state, booking, until_ms + 1) < page.cancellation.refund_tiyn


def test_who_paid_nothing_is_charged_nothing() -> None:
    """A hold names the fare and charges nothing; refused or unknown, there is no receipt."""
    day = open_day()
    take(day, hold())
    assert money(day.state) == (0, 0, 0)
    take(day, hold(B2, travellers=()))
    assert draw_receipt(day.state, B2, now_ms=1, lang="en") is None
    assert draw_receipt(day.state, "B-none", now_ms=1, lang="en") is None


@pytest.mark.parametrize("fare_tiyn", [1, 57, 1_234_567, 2_500_003])
def test_the_tax_of_a_fare_page_is_that_of_the_ledger(fare_tiyn: int) -> None:
    """A fare over the wire and the books take the same tax out of the same money."""
    city = open_day().state.index.city
    tariff = city.rules.tariff
    assert tariff is not None
    fare = tell_fare(city, fare_tiyn, (), off_block_ms=486_000 * MS_PER_H, lang="en")
    assert fare.tax is not None
    assert fare.tax.rate == tariff.find_vat_rate("2025-06-11")
    assert fare.tax.amount_tiyn == tax_within(fare_tiyn, fare.tax.rate)
