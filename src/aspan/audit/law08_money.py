"""Law 8: no seat sold twice; money charged equals money owed."""

from collections import defaultdict
from itertools import pairwise

from aspan.audit.findings import Check
from aspan.audit.law08_fares import WITHDRAWN, check_fares
from aspan.audit.rows import Booking, MoneyLine
from aspan.audit.run import Run

TITLE = "no seat sold twice; money charged equals money owed"
SOLD = ("held", "confirmed", "checked_in", "boarded", "flown", "settled", "no_show")
"""Statuses that hold, or held to the end, a seat."""
KEEPS_FARE = ("flown", "settled", "no_show")
OWES_NOTHING = ("expired", "refused", "refunded")


def check_law(run: Run) -> list[Check]:
    """Return the clauses of law 8, exercised."""
    return [*_check_seats(run), *_check_money(run), *check_fares(run)]


def _check_seats(run: Run) -> list[Check]:
    seats = run.city.craft.seats
    sold = run.begin("8", "seats-sold", f"parties booked on a sortie at most {seats} seats",
                     "sorties", "bookings")  # fmt: skip
    held = run.begin("8", "seats-held", "a booking holds a seat for each of its party, or none",
                     "bookings")  # fmt: skip
    once = run.begin("8", "trip-once", "a trip has one booking that holds seats", "bookings")
    exist = run.begin("8", "sorties-exist", "the sorties of a booking exist, each once",
                      "sorties", "bookings")  # fmt: skip
    chain = run.begin("8", "sorties-chain", "each sortie of a booking starts where the last ended",
                      "sorties", "bookings")  # fmt: skip
    trips: defaultdict[str, list[str]] = defaultdict(list)
    for booking in run.tables.bookings or ():
        name = f"booking {booking.booking_id}"
        held.expect(
            booking.party >= 1 and booking.seats_held in (0, booking.party),
            f"{name}: {booking.seats_held} seats held for a party of {booking.party}",
        )
        if booking.status in SOLD:
            trips[booking.trip_id].append(booking.booking_id)
        if exist.is_ready:
            _check_sorties(run, booking, exist=exist, chain=chain)
    for trip_id, bookings in sorted(trips.items()):
        once.expect(len(bookings) == 1, f"trip {trip_id}: sold as {', '.join(bookings)}")
    for sortie_id, bookings_here in sorted(run.bookings_by_sortie.items()):
        total = sum(b.party for b in bookings_here if b.status in SOLD)
        sold.expect(
            total <= seats, f"sortie {sortie_id}: {total} seats sold, has {seats}",
            sortie_id=sortie_id,
        )  # fmt: skip
    return [sold, held, once, exist, chain]


def _check_sorties(run: Run, booking: Booking, *, exist: Check, chain: Check) -> None:
    if booking.status not in SOLD:
        return
    name = f"booking {booking.booking_id}"
    ids = booking.sortie_ids
    unknown = [sortie_id for sortie_id in ids if sortie_id not in run.sortie_by_id]
    exist.expect(
        bool(ids) and not unknown and len(set(ids)) == len(ids),
        f"{name}, {booking.status}: sorties {list(ids)}, unknown {unknown}",
    )
    sorties = [run.sortie_by_id[sortie_id] for sortie_id in ids if sortie_id not in unknown]
    for before, after in pairwise(sorties):
        arrives_ms, leaves_ms = before.on_block_at_ms, after.off_block_at_ms
        in_time = arrives_ms is None or leaves_ms is None or arrives_ms <= leaves_ms
        chain.expect(
            before.landing_site == after.origin and in_time,
            f"{name}: {before.sortie_id} arrives at {before.landing_site} at {arrives_ms} ms, "
            f"{after.sortie_id} leaves {after.origin} at {leaves_ms} ms",
            sortie_id=after.sortie_id,
        )  # fmt: skip


def _check_money(run: Run) -> list[Check]:
    known = run.begin("8", "money-known", "every ledger line is of a booking", "bookings", "money")
    sign = run.begin("8", "money-sign", "charges to us above 0, refunds and compensation below 0",
                     "money")  # fmt: skip
    charged = run.begin("8", "money-charged", "charged once, exactly the fare", "bookings", "money")
    refunded = run.begin("8", "money-refunded", "refund lines add up to the booking's refund, at "
                         "most what was charged", "bookings", "money")  # fmt: skip
    owed = run.begin("8", "money-owed", "charges less refunds are what is owed: the fare, less "
                     "what lateness gives back, when flown, settled or not shown, nothing when "
                     "refused, expired, refunded or cancelled by the operator",
                     "bookings", "money")  # fmt: skip
    if not charged.is_ready:
        return [known, sign, charged, refunded, owed]
    lines: defaultdict[str, list[MoneyLine]] = defaultdict(list)
    for line in run.tables.money or ():
        lines[line.booking_id].append(line)
        is_right = line.amount_tiyn > 0 if line.kind == "charge" else line.amount_tiyn < 0
        sign.expect(
            is_right and line.kind in ("charge", "refund", "compensation"),
            f"booking {line.booking_id}: {line.kind} of {line.amount_tiyn} tiyn", at_ms=line.at_ms,
        )  # fmt: skip
    bookings = {booking.booking_id: booking for booking in run.tables.bookings or ()}
    for booking_id in sorted(lines):
        known.expect(
            booking_id in bookings, f"ledger lines of booking {booking_id}: no such booking"
        )
    for booking in bookings.values():
        _check_ledger(
            run, booking, lines[booking.booking_id], charged=charged, refunded=refunded, owed=owed
        )
    return [known, sign, charged, refunded, owed]


def _check_ledger(
    run: Run, booking: Booking, lines: list[MoneyLine], *,
    charged: Check, refunded: Check, owed: Check,
) -> None:  # fmt: skip
    """Check the ledger of one booking against its fare, refund and status."""
    name = f"booking {booking.booking_id}, {booking.status}"
    paid = sum(line.amount_tiyn for line in lines if line.kind == "charge")
    back = -sum(line.amount_tiyn for line in lines if line.kind == "refund")
    must_pay = booking.status in (*KEEPS_FARE, "boarded")
    charged.expect(
        paid == booking.fare_tiyn or (paid == 0 and not must_pay),
        f"{name}: charged {paid} tiyn, fare {booking.fare_tiyn} tiyn",
    )
    refunded.expect(
        back == (booking.refund_tiyn or 0) and back <= paid,
        f"{name}: refunded {back} tiyn of {paid} tiyn, booking says {booking.refund_tiyn} tiyn",
    )
    if booking.status in KEEPS_FARE and not _is_disturbed(run, booking):
        due = booking.fare_tiyn - (booking.late_refund_tiyn or 0)
    elif booking.status in OWES_NOTHING or _is_cancelled_by_operator(run, booking):
        due = 0
    else:
        return
    owed.expect(
        paid - back == due,
        f"{name}: charges less refunds {paid - back} tiyn, owes {due} tiyn",
    )


def _is_disturbed(run: Run, booking: Booking) -> bool:
    """Return whether a sortie of the booking was diverted or cancelled, so a refund may be due."""
    sorties = [run.sortie_by_id.get(sortie_id) for sortie_id in booking.sortie_ids]
    return any(s is None or s.status in ("diverted", "cancelled") for s in sorties)


def _is_cancelled_by_operator(run: Run, booking: Booking) -> bool:
    """Return whether a booking ended because the operator cancelled its sortie.

    Not one that its passenger gave up before, whatever became of its sortie.
    """
    sorties = [run.sortie_by_id.get(sortie_id) for sortie_id in booking.sortie_ids]
    cancelled = any(s is not None and s.status == "cancelled" for s in sorties)
    return booking.status == "cancelled" and booking.reason != WITHDRAWN and cancelled
