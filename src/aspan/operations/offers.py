"""Offers: the departure a party would really get, tried as a booking would try it; changes nothing.

`bookings.find_offer` says which sortie and which aircraft; here the airspace, the FATOs and the
empty sortie that brings the aircraft are asked too, so that what is offered would be confirmed if
it were booked at once. What happens between offer and booking can still refuse it.
"""

import msgspec

from aspan.operations.ahead import find_departure
from aspan.operations.bookings import DepartureOffer, SeatWish
from aspan.operations.legs import Leg
from aspan.operations.planning import Choice, Planner, Refused, Slots
from aspan.primitives.ids import SortieId
from aspan.primitives.units import MS_PER_MIN, MS_PER_S

OFFER_VALID_MS = 2 * MS_PER_MIN
"""An offer is told to hold so long, unless something happens; it is no hold on a seat."""

VALID_STEP_MS = 2 * MS_PER_S
"""An offer that time alone ends sooner is told to hold so many whole steps."""

TRIED_SORTIE = SortieId("tried")
"""Stands for the sortie that is tried, where an intent is asked for conflicts."""


def make_offer(planner: Planner, wish: SeatWish, *, now_ms: int) -> DepartureOffer | Refused:
    """Return the departure a party would be confirmed on if it booked now, or why there is none."""
    offer = find_departure(planner, wish, now_ms=now_ms)
    if isinstance(offer, Refused):
        return offer
    if offer.choice is None:
        sortie = None if offer.sortie_id is None else planner.state.sorties[offer.sortie_id]
        plan = None if sortie is None else sortie.assignment
        if plan is None:
            return offer
        return msgspec.structs.replace(offer, on_block_at_ms=plan.on_block_at_ms)
    latest_ms = wish.ready_at_ms + planner.index.rules.service.wait_ms_max
    way = _try_sortie(planner, wish, offer, offer.choice, latest_ms, now_ms)
    if isinstance(way, Refused):
        return way
    leg, slots = way
    fault = planner.find_fault(TRIED_SORTIE, leg, slots)
    if fault:
        return Refused(reason=fault)
    off_ms = slots.lift_off_at_ms - planner.index.taxi_ms
    return msgspec.structs.replace(
        offer, off_block_at_ms=off_ms, on_block_at_ms=off_ms + leg.block_ms
    )


def find_valid_ms(planner: Planner, wish: SeatWish, *, now_ms: int) -> int:
    """Return for how long an offer to a party would be confirmed if nothing happened.

    An aircraft that must come from elsewhere may be too late, or find no slot, if it is asked for a
    little later; asked for later still it may find one again. So it is tried step by step, up to
    the first that is refused, unless the very plan of now is made at the end of the time too: its
    slots then wait all the while. A refusal shorter than a step, between two of them, is not seen.
    """
    offer = make_offer(planner, wish, now_ms=now_ms)
    if isinstance(offer, Refused):
        return 0
    if make_offer(planner, wish, now_ms=now_ms + OFFER_VALID_MS) == offer:
        return OFFER_VALID_MS
    for valid_ms in range(VALID_STEP_MS, OFFER_VALID_MS + 1, VALID_STEP_MS):
        offer = make_offer(planner, wish, now_ms=now_ms + valid_ms)
        if isinstance(offer, Refused):
            return valid_ms - VALID_STEP_MS
    return OFFER_VALID_MS


def _try_sortie(
    planner: Planner,
    wish: SeatWish,
    offer: DepartureOffer,
    choice: Choice,
    latest_ms: int,
    now_ms: int,
) -> tuple[Leg, Slots] | Refused:
    """Return lane and slots the sortie would get, after the empty one that brings its aircraft."""
    chosen = choice.assignment
    soh = planner.state.aircraft[chosen.aircraft_id].soh
    earliest_ms = max(offer.off_block_at_ms, chosen.off_block_ms)
    if chosen.position_from is not None:
        empty = planner.find_way(
            chosen.position_from,
            wish.origin,
            seats=0,
            soh=soh,
            off_block_ms=chosen.position_off_block_ms,
            latest_off_block_ms=chosen.position_off_block_ms
            + planner.index.rules.service.wait_ms_max,
            now_ms=now_ms,
        )
        if isinstance(empty, Refused):
            return empty
        leg, slots = empty
        on_ms = slots.lift_off_at_ms - planner.index.taxi_ms + leg.block_ms
        earliest_ms = max(earliest_ms, on_ms + planner.index.turnaround_ms)
    return planner.find_way(
        wish.origin,
        wish.destination,
        seats=choice.seats,
        soh=soh,
        off_block_ms=earliest_ms,
        latest_off_block_ms=latest_ms,
        now_ms=now_ms,
    )
