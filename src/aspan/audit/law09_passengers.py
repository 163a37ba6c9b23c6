"""Law 9: every passenger ends somewhere: arrived, cancelled with reason, or still travelling."""

from aspan.audit.findings import Check
from aspan.audit.law09_care import check_care
from aspan.audit.law09_desk import check_desk_parties
from aspan.audit.rows import Booking
from aspan.audit.run import Run

TITLE = "every passenger ends somewhere"
TERMINAL = (
    "flown",
    "settled",
    "expired",
    "cancelled",
    "refused",
    "no_show",
    "rebooked",
    "refunded",
)
TRAVELLING = ("held", "confirmed", "checked_in", "boarded")
ARRIVED = ("flown", "settled")
WITH_REASON = ("cancelled", "refused", "refunded")


def check_law(run: Run) -> list[Check]:
    """Return the clauses of law 9, exercised."""
    ends = run.begin("9", "ends", "every booking has ended, or one of its sorties is still to be "
                     "flown or to land", "sorties", "bookings")  # fmt: skip
    arrived = run.begin("9", "arrived", "an arrival instant exactly when flown or settled, not "
                        "before on-block", "sorties", "bookings")  # fmt: skip
    carried = run.begin("9", "carried", "a flown booking's last sortie has landed",
                        "sorties", "bookings")  # fmt: skip
    reason = run.begin("9", "reason", "cancelled, refused and refunded bookings say why",
                       "bookings")  # fmt: skip
    refund = run.begin("9", "refund", "cancelled bookings state their refund, 0 or more and at "
                       "most the fare", "bookings")  # fmt: skip
    for booking in run.tables.bookings or ():
        name = f"booking {booking.booking_id}"
        if booking.status in WITH_REASON:
            reason.expect(bool(booking.reason), f"{name}: {booking.status} without a reason")
        if booking.status in ("cancelled", "refunded"):
            refund.expect(
                booking.refund_tiyn is not None and 0 <= booking.refund_tiyn <= booking.fare_tiyn,
                f"{name}: {booking.status} with refund {booking.refund_tiyn} tiyn of "
                f"{booking.fare_tiyn} tiyn",
            )
        if ends.is_ready:
            _check_end(run, booking, ends=ends, arrived=arrived, carried=carried)
    return [ends, arrived, carried, reason, refund, *check_care(run), *check_desk_parties(run)]


def _check_end(run: Run, booking: Booking, *, ends: Check, arrived: Check, carried: Check) -> None:
    """Check where one party ended."""
    name = f"booking {booking.booking_id}"
    sorties = [run.sortie_by_id.get(sortie_id) for sortie_id in booking.sortie_ids]
    last = sorties[-1] if sorties else None
    has_landed = last is not None and last.on_block_at_ms is not None
    is_travelling = (
        booking.status in TRAVELLING
        and not has_landed
        and all(s is None or s.status != "cancelled" for s in sorties)
    )
    if booking.status == "boarded":
        is_travelling = is_travelling and any(
            s is not None and s.off_block_at_ms is not None for s in sorties
        )
    ends.expect(
        booking.status in TERMINAL or is_travelling,
        f"{name}: ends the run {booking.status} with sorties {list(booking.sortie_ids)}",
        at_ms=run.end_ms,
    )
    if booking.status in ARRIVED:
        carried.expect(
            has_landed, f"{name}: {booking.status}, its last sortie has no on-block",
            sortie_id=None if last is None else last.sortie_id,
        )  # fmt: skip
    at_ms = booking.arrived_at_ms
    is_late_enough = (
        last is None or last.on_block_at_ms is None or at_ms is None or at_ms >= last.on_block_at_ms
    )
    arrived.expect(
        (at_ms is not None) == (booking.status in ARRIVED) and is_late_enough,
        f"{name}: {booking.status}, arrived at {at_ms} ms, last on-block at "
        f"{None if last is None else last.on_block_at_ms} ms",
        at_ms=at_ms,
    )
