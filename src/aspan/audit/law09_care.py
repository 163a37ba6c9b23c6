"""Law 9, care: what was done for every party whose sortie did not go as promised.

A party ends somewhere: aboard another sortie, driven to its own door at the operator's cost, or
with its money back; never on a sortie that will not fly.
"""

from collections import defaultdict

from aspan.audit.findings import Check
from aspan.audit.rows import Booking
from aspan.audit.run import Run

KINDS = ("air", "ground", "money", "none")


def check_care(run: Run) -> list[Check]:
    """Return the clauses about parties whose day broke, exercised; none in a run without care."""
    left = run.begin("9", "left", "nobody is left on a cancelled sortie: who was on one has gone "
                     "on, is driven, or has the whole fare back",
                     "sorties", "bookings")  # fmt: skip
    air = run.begin("9", "rebooked", "who was moved has another sortie of the pair, and each one "
                    "left was cancelled, unless the party chose itself",
                    "sorties", "bookings")  # fmt: skip
    ground = run.begin("9", "driven", "who is driven is at its door later than its ride was given, "
                       "has the whole fare back, and the ride is paid by us",
                       "bookings", "money")  # fmt: skip
    late = run.begin("9", "late-refund", "part of a fare is paid back only to who flew and was "
                     "brought later than first promised", "bookings")  # fmt: skip
    paid: defaultdict[str, int] = defaultdict(int)
    for line in run.tables.money or ():
        if line.kind == "compensation":
            paid[line.booking_id] -= line.amount_tiyn
    for booking in run.tables.bookings or ():
        if booking.care is None:
            continue
        name = f"booking {booking.booking_id}, {booking.status}, care {booking.care}"
        if left.is_ready:
            _check_left(run, booking, name, left)
        if air.is_ready and booking.left_sortie_ids:
            air.expect(
                _is_moved_rightly(run, booking),
                f"{name}: moved from {list(booking.left_sortie_ids)} to {list(booking.sortie_ids)}",
            )
        if ground.is_ready and (booking.care == "ground" or paid[booking.booking_id]):
            _check_ride(booking, name, paid[booking.booking_id], ground)
        if booking.late_refund_tiyn:
            told_ms, came_ms = booking.told_arrival_at_ms, booking.arrived_at_ms
            late.expect(
                told_ms is not None
                and came_ms is not None
                and came_ms > told_ms
                and booking.late_refund_tiyn <= booking.fare_tiyn,
                f"{name}: {booking.late_refund_tiyn} tiyn back for lateness, told {told_ms} ms, "
                f"arrived at {came_ms} ms",
            )
    return [left, air, ground, late]


def _check_left(run: Run, booking: Booking, name: str, left: Check) -> None:
    """Check a party whose last sortie was cancelled."""
    sorties = [run.sortie_by_id.get(sortie_id) for sortie_id in booking.sortie_ids]
    last = sorties[-1] if sorties else None
    if last is None or last.status != "cancelled":
        return
    has_all = booking.refund_tiyn == booking.fare_tiyn
    is_over = booking.status in ("no_show", "expired", "rebooked", "refused") or (
        booking.status == "cancelled" and booking.care == "none"
    )
    is_cared = booking.status in ("cancelled", "refunded") and (
        booking.care in ("ground", "money") and has_all
    )
    left.expect(
        is_over or is_cared,
        f"{name}: on {last.sortie_id}, which was cancelled, refund {booking.refund_tiyn} tiyn of "
        f"{booking.fare_tiyn} tiyn",
        sortie_id=last.sortie_id,
    )


def _is_moved_rightly(run: Run, booking: Booking) -> bool:
    """Say whether a party goes on with another sortie of its pair, from sorties not flown."""
    last = run.sortie_by_id.get(booking.sortie_ids[-1]) if booking.sortie_ids else None
    left = [run.sortie_by_id.get(one) for one in booking.left_sortie_ids or ()]
    if last is None or any(one is None for one in left):
        return False
    return all(
        one is not None
        and one.sortie_id != last.sortie_id
        and (one.origin, one.planned_destination) == (last.origin, last.planned_destination)
        and (one.status == "cancelled" or bool(booking.care_chosen))
        for one in left
    )


def _check_ride(booking: Booking, name: str, paid_tiyn: int, ground: Check) -> None:
    """Check a party that is driven, and the money that goes with it."""
    arrives_ms = booking.care_arrival_at_ms
    ground.expect(
        booking.care == "ground"
        and booking.status == "refunded"
        and arrives_ms is not None
        and arrives_ms > booking.requested_at_ms
        and booking.refund_tiyn == booking.fare_tiyn
        and paid_tiyn == (booking.ride_tiyn or 0),
        f"{name}: driven, there at {arrives_ms} ms, refund {booking.refund_tiyn} tiyn of "
        f"{booking.fare_tiyn} tiyn, {paid_tiyn} tiyn paid of {booking.ride_tiyn} tiyn for the ride",
    )
