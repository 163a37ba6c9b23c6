"""Scenes for sales: the small day of the stories, with parties that hold, pay and change."""

from typing import Any

from aspan.booking.party import Traveller
from aspan.operations import events as ev
from aspan.operations import sales as cmd
from aspan.primitives.ids import BookingId, PaymentId, TripId, VertiportId
from aspan.primitives.units import MS_PER_DAY
from stories.story import Day, instant

FLEET = """
    Harbour: 1 fato, 4 stands    Airport: 1 fato, 4 stands    block 9 min, turnaround 6 min
    A1 at Harbour
    A2 at Harbour
    A3 at Airport
    08:00 trip Harbour -> Airport, 2 passengers
"""
HARBOUR, AIRPORT = VertiportId("Harbour"), VertiportId("Airport")
ONE = (Traveller(mass_kg=80.0, bag_kg=5.0),)
B1, B2, P1, P2 = BookingId("H1"), BookingId("H2"), PaymentId("P1"), PaymentId("P2")
FARE_MAX = 100_000_000


def open_day() -> Day:
    """Return the day a little after it was opened, with one timetabled party."""
    return Day(FLEET).run("07:31")


def hold(
    booking_id: BookingId = B1,
    *,
    at: str = "09:00",
    days: int = 0,
    **more: Any,  # noqa: ANN401  any of its own parameters
) -> cmd.HoldSeats:
    """Return the wish of a party of one to be held a seat."""
    told: dict[str, Any] = {
        "booking_id": booking_id,
        "trip_id": TripId(f"T-{booking_id}"),
        "origin": HARBOUR,
        "destination": AIRPORT,
        "ready_at_ms": instant(at) + days * MS_PER_DAY,
        "travellers": ONE,
        "seller": "shop",
        "origin_lon_deg": 76.9,
        "origin_lat_deg": 43.2,
        "destination_lon_deg": 77.0,
        "destination_lat_deg": 43.3,
        "digest": "d",
    }
    return cmd.HoldSeats(**{**told, **more})


def take(day: Day, command: cmd.SalesCommand) -> list[ev.Event]:
    """Have a command handled at the day's present instant, after what has happened."""
    at_ms = max(day.state.now_ms + 1, day.loop._clock.now_ms())
    return day.engine.handle(command, at_ms=at_ms)


def names(events: list[ev.Event]) -> list[str]:
    """Return what kinds of events there are, in order."""
    return [type(event).__name__ for event in events]


def authorise(
    day: Day, payment_id: PaymentId = P1, *, amount_tiyn: int = FARE_MAX, seller: str = "shop"
) -> None:
    """Have the provider hold an amount."""
    take(
        day,
        cmd.RequestPayment(
            payment_id=payment_id, seller=seller, amount_tiyn=amount_tiyn, method="tok_ok"
        ),
    )
    take(
        day,
        cmd.ReportPayment(
            payment_id=payment_id,
            state="authorised",
            amount_tiyn=amount_tiyn,
            key=f"{payment_id}/authorise",
            provider_ref="r1",
        ),
    )


def buy(day: Day, booking_id: BookingId = B1, payment_id: PaymentId = P1, **more: Any) -> None:  # noqa: ANN401  as `hold`
    """Hold, pay and confirm."""
    take(day, hold(booking_id, **more))
    authorise(day, payment_id)
    confirmed = take(day, cmd.ConfirmBooking(booking_id=booking_id, payment_id=payment_id))
    assert "BookingConfirmed" in names(confirmed)
