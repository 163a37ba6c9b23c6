"""The gate: who is let aboard, and what becomes of a sortie that nobody is aboard of."""

from aspan.operations import sales as cmd
from aspan.operations import sales_events as sale
from aspan.operations.commands import CheckIn
from aspan.operations.lifecycles import BookingStatus, SortiePhase
from unit.operations.sales_scenes import B1, buy, names, open_day, take


def test_a_party_moved_after_check_in_shows_its_new_ticket_first() -> None:
    """Checked in for another sortie, it is not let aboard this one until it is checked in anew."""
    day = open_day()
    buy(day)
    booking = day.state.bookings[B1]
    day.engine.handle(CheckIn(booking_id=B1), at_ms=day.state.now_ms)
    day.run("08:59")
    assert day.state.sorties[booking.sortie_id].is_boarding
    booking.serial += 1  # as a move to another sortie does
    (refused,) = take(day, cmd.BoardParty(booking_id=B1))
    assert isinstance(refused, sale.SaleRefused)
    assert (refused.asked, refused.reason) == ("board", "check_in_anew")
    booking.checked_in_serial = booking.serial
    assert names(take(day, cmd.BoardParty(booking_id=B1))) == ["BookingBoarded"]


def test_a_sortie_on_demand_does_not_fly_for_a_party_too_heavy_for_it() -> None:
    """Driven for its mass, the last party leaves nobody to fly for: the sortie is cancelled."""
    day = open_day()
    buy(day)
    booking = day.state.bookings[B1]
    sortie_id = booking.sortie_id
    told = take(day, cmd.RefuseBoarding(booking_id=B1, reason="too_heavy"))
    assert booking.status in (BookingStatus.REFUNDED, BookingStatus.CANCELLED)
    assert "SortieCancelled" in names(told)
    assert day.state.sorties[sortie_id].phase is SortiePhase.CANCELLED
    assert day.state.sorties[sortie_id].cause == "unbooked"
