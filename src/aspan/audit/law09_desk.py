"""Law 9, the desk: every party of a sortie that the desk cancels goes on, or gets its fare back.

A rebooked party names its new sortie and the ones it left, each of which must be one that the desk
cancelled. In a run that does not tell which it left, the pair of its new sortie is judged, and a
party that was rebooked and then cancelled for another reason is not seen.
"""

from aspan.audit.findings import Check
from aspan.audit.law05_desk import BY_DESK
from aspan.audit.law08_fares import CHANGED, WITHDRAWN
from aspan.audit.rows import Booking
from aspan.audit.run import Run

REBOOKED = "rebooked_desk"
"""Reason told with a booking that goes on with another sortie."""


def check_desk_parties(run: Run) -> list[Check]:
    """Return the clauses about parties of sorties that the desk cancelled, exercised."""
    refunded = run.begin("9", "desk-refunded", "a party left on a sortie that the desk cancelled "
                         "is cancelled or driven, and gets its whole fare back",
                         "sorties", "bookings",
                         )  # fmt: skip
    rebooked = run.begin("9", "desk-rebooked", "a party rebooked by the desk has another sortie, "
                         "of the pair of one that the desk cancelled after it was booked, the one "
                         "it left if it is told",
                         "sorties", "bookings", "actions")  # fmt: skip
    for booking in run.tables.bookings or ():
        sorties = [run.sortie_by_id.get(sortie_id) for sortie_id in booking.sortie_ids]
        name = f"booking {booking.booking_id}, {booking.status}"
        left = [s.sortie_id for s in sorties if s is not None and s.cause == BY_DESK]
        if refunded.is_ready and left and not is_own_end(booking):
            refunded.expect(
                booking.status in ("cancelled", "refunded")
                and booking.refund_tiyn == booking.fare_tiyn,
                f"{name}: on {left[0]}, which the desk cancelled, refund {booking.refund_tiyn} "
                f"tiyn of {booking.fare_tiyn} tiyn",
                sortie_id=left[0],
            )  # fmt: skip
        was_moved = booking.reason == REBOOKED or (booking.care is None and booking.left_sortie_ids)
        if rebooked.is_ready and was_moved:
            rebooked.expect(
                _is_right(run, booking),
                f"{name}: rebooked by the desk to {list(booking.sortie_ids)}, left "
                f"{list(booking.left_sortie_ids or ())}, of whose pair the desk cancelled no such "
                "sortie since it was booked",
                sortie_id=booking.sortie_ids[-1] if booking.sortie_ids else None,
            )  # fmt: skip
    return [refunded, rebooked]


def is_own_end(booking: Booking) -> bool:
    """Say whether a passenger ended a booking, before anybody cancelled its sortie."""
    return booking.reason in (WITHDRAWN, CHANGED) or booking.status == "expired"


def _is_right(run: Run, booking: Booking) -> bool:
    """Say whether a rebooked party goes on with another sortie of the pair the desk cancelled."""
    last = run.sortie_by_id.get(booking.sortie_ids[-1]) if booking.sortie_ids else None
    if last is None or (booking.reason == REBOOKED and last.cause == BY_DESK):
        return False
    orders = _list_orders(run, (last.origin, last.planned_destination))
    left = booking.left_sortie_ids
    if left is None:
        return any(at_ms >= booking.requested_at_ms for at_ms in orders.values())
    return (
        len(left) > 0
        and last.sortie_id not in left
        and all(orders.get(one, -1) >= booking.requested_at_ms for one in left)
    )


def _list_orders(run: Run, pair: tuple[str, str]) -> dict[str, int]:
    """Return the instants at which the desk cancelled sorties of a pair, by sortie."""
    found = {}
    for sortie_id, order in run.cancelled_by_desk.items():
        sortie = run.sortie_by_id.get(sortie_id)
        if sortie is not None and (sortie.origin, sortie.planned_destination) == pair:
            found[sortie_id] = order.at_ms
    return found
