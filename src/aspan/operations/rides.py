"""Rides: the taxi that brings a party home when no aircraft does, at our cost.

An estimate: streets are not known here, so the city's car model is taken by great circle with its
detour, the speed of the hour in which the ride begins and the cited tariff (`world/car.py`).
"""

import msgspec

from aspan.booking.care import GroundOption
from aspan.operations.events import BookingRefused
from aspan.operations.lifecycles import BookingStatus
from aspan.operations.records import BookingRecord, SortieRecord
from aspan.operations.state import State
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import MS_PER_H, seconds_to_ms
from aspan.world.car import ride_ms, ride_price_tiyn
from aspan.world.geodesy import great_circle_m

RIDE_AHEAD_MS_MAX = 3 * MS_PER_H
"""A taxi is offered to who would leave within this of now; who is told sooner than that has time to
find another way with the money. Assumed."""

SEATS_A_CAR = 4
"""Larger parties take more cars. A passenger car of class B, driver not counted."""

AT_THE_SITE = (BookingStatus.CHECKED_IN, BookingStatus.BOARDED)


class Ride(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A taxi for a party, and where it is picked up: at its own door if `vertiport_id` is empty."""

    option: GroundOption
    vertiport_id: VertiportId


def find_ride(
    state: State, booking: BookingRecord, sortie: SortieRecord, *, now_ms: int
) -> Ride | None:
    """Return the taxi from where a party stands to its own door; None if it cannot be meant yet.

    A party that is checked in stands at the vertiport, or where its sortie has set it down; one
    that is on its way, as it told it, is met there; one that has not left yet, at its own door.
    """
    asked = booking.asked
    if isinstance(asked, BookingRefused):
        return None
    pick_up_ms = seconds_to_ms(state.index.city.demand.car.pick_up_s)
    site_id = sortie.destination if sortie.is_diverted else sortie.origin
    site = state.index.sites[site_id]
    place = (site.lon_deg, site.lat_deg)
    earliest_ms = now_ms + pick_up_ms
    if booking.status not in AT_THE_SITE:
        home = (asked.origin_lon_deg, asked.origin_lat_deg)
        desk_ms = asked.ready_at_ms - state.index.rules.service.process_ms
        way_ms = sum(leg.duration_ms for leg in asked.access)
        if not asked.access:
            way_ms = _drive(state, home, place, desk_ms)[0]
        if desk_ms - way_ms > now_ms + RIDE_AHEAD_MS_MAX:
            return None
        if now_ms < desk_ms - way_ms:
            site_id, place, desk_ms = VertiportId(""), home, desk_ms - way_ms
        earliest_ms = max(earliest_ms, desk_ms)
    door = (asked.destination_lon_deg, asked.destination_lat_deg)
    takes_ms, cost_tiyn = _drive(state, place, door, earliest_ms)
    cars = -(-booking.party // SEATS_A_CAR)
    option = GroundOption(
        leaves_at_ms=earliest_ms, arrives_at_ms=earliest_ms + takes_ms, cost_tiyn=cars * cost_tiyn
    )
    return Ride(option=option, vertiport_id=site_id)


def _drive(
    state: State, start: tuple[float, float], end: tuple[float, float], at_ms: int
) -> tuple[int, int]:
    """Return how long a ride takes [ms] that begins at an instant, and its price [tiyn]."""
    car = state.index.city.demand.car
    hour = ms_to_local(at_ms, state.index.city.time_zone).hour
    distance_m = great_circle_m(*start, *end)
    takes_ms = ride_ms(car, distance_m, car.speed_mps_by_hour[hour])
    return takes_ms, ride_price_tiyn(car, distance_m, takes_ms)
