"""Who still stands somewhere: parties kept waiting at each vertiport, and what is open to them."""

from aspan.faces.http.wire_stranded import OpenRemedy, StrandedPage, StrandedParty, StrandedSite
from aspan.operations.care import find_open, first_promise_ms
from aspan.operations.events import BookingRefused
from aspan.operations.lifecycles import BookingStatus
from aspan.operations.planning import Planner
from aspan.operations.records import BookingRecord
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_H

RIDES_BACK_MS = 3 * MS_PER_H
"""Taxis are looked for among bookings that ended within this: none is given further ahead."""

PARTIES_MAX = 500
"""Most parties that are told at once, those waiting longest first."""


def list_stranded(planner: Planner, now_ms: int) -> StrandedPage:
    """Return who stands at which vertiport now; whoever waits longest comes first."""
    found: list[tuple[VertiportId, StrandedParty]] = []
    for booking in planner.state.bookings.values():
        told = _wait_for_sortie(planner, booking, now_ms) or _wait_for_ride(
            planner, booking, now_ms
        )
        if told is not None:
            found.append(told)
    found.sort(key=lambda one: (one[1].since_ms, one[1].booking_id))
    sites: dict[VertiportId, list[StrandedParty]] = {}
    for site_id, party in found[:PARTIES_MAX]:
        sites.setdefault(site_id, []).append(party)
    return StrandedPage(
        at_ms=now_ms,
        passengers=sum(party.party for _, party in found),
        sites=tuple(
            StrandedSite(
                vertiport_id=site_id,
                passengers=sum(party.party for party in sites[site_id]),
                parties=tuple(sites[site_id]),
            )
            for site_id in sorted(sites)
        ),
    )


def _wait_for_sortie(
    planner: Planner, booking: BookingRecord, now_ms: int
) -> tuple[VertiportId, StrandedParty] | None:
    """Return a party that is checked in while its sortie waits or is late."""
    if booking.status is not BookingStatus.CHECKED_IN or isinstance(booking.asked, BookingRefused):
        return None
    sortie = planner.state.sorties[booking.sortie_id]
    since_ms = booking.asked.off_block_at_ms
    if since_ms > now_ms and not sortie.hold_reason:
        return None
    told = find_open(planner, booking, now_ms)
    if told is None:
        return None
    party = StrandedParty(
        booking_id=booking.booking_id,
        sortie_id=booking.sortie_id,
        destination=sortie.destination,
        party=booking.party,
        status=booking.status.value,
        since_ms=min(since_ms, now_ms),
        reason=sortie.hold_reason,
        promised_arrival_at_ms=first_promise_ms(booking),
        ride_leaves_at_ms=None,
        open=tuple(
            OpenRemedy(
                remedy=remedy.kind,
                sortie_id=remedy.sortie_id,
                leaves_at_ms=remedy.leaves_at_ms,
                arrives_at_ms=remedy.arrives_at_ms,
                refund_tiyn=remedy.refund_tiyn,
                cost_tiyn=remedy.cost_tiyn,
            )
            for remedy in told.remedies
        ),
    )
    return sortie.origin, party


def _wait_for_ride(
    planner: Planner, booking: BookingRecord, now_ms: int
) -> tuple[VertiportId, StrandedParty] | None:
    """Return a party that waits at a vertiport for the taxi it was given."""
    note = booking.care[-1] if booking.care else None
    if note is None or note.kind != "ground" or not note.vertiport_id:
        return None
    leaves_ms = note.leaves_at_ms
    if leaves_ms is None or leaves_ms <= now_ms or note.at_ms < now_ms - RIDES_BACK_MS:
        return None
    party = StrandedParty(
        booking_id=booking.booking_id,
        sortie_id=booking.sortie_id,
        destination=planner.state.sorties[booking.sortie_id].destination,
        party=booking.party,
        status=booking.status.value,
        since_ms=note.at_ms,
        reason=note.reason,
        promised_arrival_at_ms=first_promise_ms(booking),
        ride_leaves_at_ms=leaves_ms,
        open=(),
    )
    return note.vertiport_id, party
