"""Who still stands somewhere: parties kept waiting at each vertiport, and what is open to them."""

from collections import Counter

import msgspec

from aspan.faces.http.wire_stranded import OpenRemedy, StrandedPage, StrandedParty, StrandedSite
from aspan.operations.care import find_open, first_promise_ms, is_open
from aspan.operations.events import BookingRefused
from aspan.operations.lifecycles import BookingStatus
from aspan.operations.planning import Planner
from aspan.operations.records import BookingRecord
from aspan.operations.state import State
from aspan.primitives.ids import VertiportId

PARTIES_MAX = 100
"""Most parties that are told at once, those waiting longest first. What is open to each is planned
in the engine's time, about a millisecond for one."""


class _Waiting(msgspec.Struct, frozen=True):
    """A party that stands at a vertiport; `ride_leaves_at_ms` if it waits for a taxi."""

    since_ms: int
    booking: BookingRecord
    site_id: VertiportId
    reason: str
    ride_leaves_at_ms: int | None = None


def list_stranded(planner: Planner, now_ms: int) -> StrandedPage:
    """Return who stands at which vertiport now; whoever waits longest comes first."""
    found = [*_list_for_sortie(planner, now_ms), *_list_for_ride(planner.state, now_ms)]
    found.sort(key=lambda one: (one.since_ms, one.booking.booking_id))
    passengers: Counter[VertiportId] = Counter()
    for one in found:
        passengers[one.site_id] += one.booking.party
    sites: dict[VertiportId, list[StrandedParty]] = {site_id: [] for site_id in passengers}
    for one in found[:PARTIES_MAX]:
        sites[one.site_id].append(_tell(planner, one, now_ms))
    return StrandedPage(
        at_ms=now_ms,
        passengers=passengers.total(),
        sites=tuple(
            StrandedSite(
                vertiport_id=site_id,
                passengers=passengers[site_id],
                parties=tuple(sites[site_id]),
            )
            for site_id in sorted(sites)
        ),
    )


def _list_for_sortie(planner: Planner, now_ms: int) -> list[_Waiting]:
    """Return the parties that are checked in while their sortie waits or is late."""
    found = []
    for booking in planner.state.live_bookings.values():
        asked = booking.asked
        if booking.status is not BookingStatus.CHECKED_IN or isinstance(asked, BookingRefused):
            continue
        sortie = planner.state.sorties[booking.sortie_id]
        since_ms = asked.off_block_at_ms
        if since_ms > now_ms and not sortie.hold_reason:
            continue
        if is_open(planner, booking, now_ms):
            since_ms = min(since_ms, now_ms)
            found.append(_Waiting(since_ms, booking, sortie.origin, sortie.hold_reason))
    return found


def _list_for_ride(state: State, now_ms: int) -> list[_Waiting]:
    """Return the parties that wait at a vertiport for the taxi they were given."""
    found = []
    for booking_id, leaves_ms in state.rides.items():
        booking = state.bookings[booking_id]
        note = booking.care[-1]
        if note.vertiport_id and leaves_ms > now_ms:
            site_id = VertiportId(note.vertiport_id)
            found.append(_Waiting(note.at_ms, booking, site_id, note.reason, leaves_ms))
    return found


def _tell(planner: Planner, one: _Waiting, now_ms: int) -> StrandedParty:
    booking = one.booking
    told = None if one.ride_leaves_at_ms is not None else find_open(planner, booking, now_ms)
    return StrandedParty(
        booking_id=booking.booking_id,
        sortie_id=booking.sortie_id,
        destination=planner.state.sorties[booking.sortie_id].destination,
        party=booking.party,
        status=booking.status.value,
        since_ms=one.since_ms,
        reason=one.reason,
        promised_arrival_at_ms=first_promise_ms(booking),
        ride_leaves_at_ms=one.ride_leaves_at_ms,
        open=tuple(
            OpenRemedy(
                remedy=remedy.kind,
                sortie_id=remedy.sortie_id,
                leaves_at_ms=remedy.leaves_at_ms,
                arrives_at_ms=remedy.arrives_at_ms,
                refund_tiyn=remedy.refund_tiyn,
                cost_tiyn=remedy.cost_tiyn,
            )
            for remedy in (() if told is None else told.remedies)
        ),
    )
