"""Law 9, the desk: every party of a sortie that the desk cancels goes on, or gets its fare back.

A rebooked party names its new sortie only; the one it was taken from is known by its pair. Not
seen: a party that was rebooked and whose second sortie was then cancelled for another reason.
"""

from aspan.audit.findings import Check
from aspan.audit.law05_desk import BY_DESK
from aspan.audit.run import Run

REBOOKED = "rebooked_desk"
"""Reason told with a booking that goes on with another sortie."""


def check_desk_parties(run: Run) -> list[Check]:
    """Return the clauses about parties of sorties that the desk cancelled, exercised."""
    refunded = run.begin("9", "desk-refunded", "a party left on a sortie that the desk cancelled "
                         "is cancelled and gets its whole fare back", "sorties", "bookings",
                         )  # fmt: skip
    rebooked = run.begin("9", "desk-rebooked", "a party rebooked by the desk has another sortie, "
                         "of the pair of one that the desk cancelled after it was booked",
                         "sorties", "bookings", "actions")  # fmt: skip
    for booking in run.tables.bookings or ():
        sorties = [run.sortie_by_id.get(sortie_id) for sortie_id in booking.sortie_ids]
        name = f"booking {booking.booking_id}, {booking.status}"
        left = [s.sortie_id for s in sorties if s is not None and s.cause == BY_DESK]
        if refunded.is_ready and left:
            refunded.expect(
                booking.status == "cancelled" and booking.refund_tiyn == booking.fare_tiyn,
                f"{name}: on {left[0]}, which the desk cancelled, refund {booking.refund_tiyn} "
                f"tiyn of {booking.fare_tiyn} tiyn",
                sortie_id=left[0],
            )  # fmt: skip
        if rebooked.is_ready and booking.reason == REBOOKED:
            last = sorties[-1] if sorties else None
            pair = None if last is None else (last.origin, last.planned_destination)
            rebooked.expect(
                last is not None
                and last.cause != BY_DESK
                and any(at_ms >= booking.requested_at_ms for at_ms in _list_orders(run, pair)),
                f"{name}: rebooked by the desk to {list(booking.sortie_ids)} of the pair {pair}, "
                "of which the desk cancelled no sortie since it was booked",
                sortie_id=None if last is None else last.sortie_id,
            )  # fmt: skip
    return [refunded, rebooked]


def _list_orders(run: Run, pair: tuple[str, str] | None) -> list[int]:
    """Return the instants at which the desk cancelled sorties of a pair."""
    found = []
    for sortie_id, order in run.cancelled_by_desk.items():
        sortie = run.sortie_by_id.get(sortie_id)
        if sortie is not None and (sortie.origin, sortie.planned_destination) == pair:
            found.append(order.at_ms)
    return found
