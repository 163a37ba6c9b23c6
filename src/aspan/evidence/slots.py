"""Slots: volumes, an aircraft and people for one card, apart from every other slot.

Intervals are half-open: a slot may begin at the instant at which another ends. Whether line traffic
keeps out is asked by the store, before a slot stands (`line_traffic`).
"""

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Final

from aspan.evidence.asking import Asking, Decision
from aspan.evidence.card import Card
from aspan.evidence.crew_duty import check_duty, list_work
from aspan.evidence.orders import BookSlot, FreeSlot
from aspan.evidence.refusals import Reason, Refusal, refuse
from aspan.evidence.site_events import Slot, SlotBooked, SlotFreed
from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import MS_PER_DAY, MS_PER_H, MS_PER_S
from aspan.world.range import Range
from aspan.world.sun import sun_times

SLOT_MS_MAX: Final = MS_PER_DAY
"""Longest slot."""

AHEAD_MS_MAX: Final = 3 * 366 * MS_PER_DAY
"""Farthest ahead of its slot an order books it: a campaign of four seasons and its plan fit."""

SLOTS_MAX: Final = 100_000
"""Most slots of one log; a bound that a site does not reach in its life."""

CREW_ROLES: Final = {
    "pilot": "pilots",
    "flight_test_engineer": "flight_test_engineers",
    "safety_pilot": "safety_pilots",
}
"""Role of a person in a slot, and the field of a card's crew that counts it."""


def book_slot(asking: Asking, order: BookSlot) -> Decision:
    """Keep what a card needs for an interval, if all of it is free."""
    record = asking.state.cards.get(order.card_id)
    if record is None:
        return refuse(Reason.UNKNOWN_CARD, f"no card {order.card_id} is filed")
    slot = Slot(
        slot_id=order.slot_id,
        card_id=order.card_id,
        volume_ids=order.volume_ids,
        from_ms=order.from_ms,
        until_ms=order.until_ms,
        aircraft_id=order.aircraft_id,
        crew=order.crew,
    )
    against = next(
        chain(
            _check_slot(asking, slot),
            _check_needs(asking, slot, record.card),
            check_free(asking, slot),
            check_crew(asking, slot, record.card),
        ),
        None,
    )
    return against or [SlotBooked(**asking.stamp, slot=slot)]


def free_slot(asking: Asking, order: FreeSlot) -> Decision:
    """Give a slot back before anything was begun in it."""
    record = asking.state.slots.get(order.slot_id)
    if record is None:
        return refuse(Reason.UNKNOWN_SLOT, f"no slot {order.slot_id}")
    if record.is_freed:
        return refuse(Reason.SLOT_FREED, f"slot {order.slot_id} was given back")
    if asking.state.runs_of_slot(order.slot_id):
        return refuse(Reason.SLOT_USED, f"a run has begun in slot {order.slot_id}")
    return [SlotFreed(**asking.stamp, slot_id=order.slot_id, why=order.why)]


def _check_slot(asking: Asking, slot: Slot) -> Iterator[Refusal]:
    if slot.slot_id in asking.state.slots:
        yield refuse(Reason.SLOT_KNOWN, f"slot {slot.slot_id} was booked before")
    if not slot.slot_id or len(asking.state.slots) >= SLOTS_MAX:
        yield refuse(Reason.SLOT_IMPOSSIBLE, "a slot has an id, and a log has an end")
    if not 0 < slot.until_ms - slot.from_ms <= SLOT_MS_MAX:
        text = f"a slot lasts more than 0 and at most {SLOT_MS_MAX // MS_PER_H} h"
        yield refuse(Reason.SLOT_IMPOSSIBLE, text)
    if slot.from_ms - asking.at_ms > AHEAD_MS_MAX:
        text = f"a slot begins at most {AHEAD_MS_MAX // MS_PER_DAY} days ahead"
        yield refuse(Reason.SLOT_IMPOSSIBLE, text)
    if slot.from_ms < asking.at_ms:
        yield refuse(Reason.SLOT_PAST, f"slot {slot.slot_id} begins before it is booked")


def _check_needs(asking: Asking, slot: Slot, card: Card) -> Iterator[Refusal]:
    site = asking.site
    for volume_id in slot.volume_ids:
        if site.find_volume(volume_id) is None:
            yield refuse(Reason.UNKNOWN_VOLUME, f"volume {volume_id}")
    missing = sorted(set(card.volume_ids) - set(slot.volume_ids))
    if missing or len(set(slot.volume_ids)) < len(slot.volume_ids):
        text = f"card {card.card_id} needs {', '.join(sorted(card.volume_ids))}, each once"
        yield refuse(Reason.VOLUMES_MISSING, text)
    if site.find_aircraft(slot.aircraft_id) is None:
        known = ", ".join(aircraft.aircraft_id for aircraft in site.aircraft)
        yield refuse(Reason.UNKNOWN_AIRCRAFT, f"{slot.aircraft_id}; the range has {known}")
    if slot.from_ms + duration_ms(card) > slot.until_ms:
        text = f"card {card.card_id} takes {duration_ms(card) // MS_PER_S} s"
        yield refuse(Reason.SLOT_TOO_SHORT, text)
    if card.minima.is_day_only and not is_in_daylight(site, slot.from_ms, slot.until_ms):
        text = f"card {card.card_id} is flown between sunrise and sunset"
        yield refuse(Reason.SLOT_OUTSIDE_DAYLIGHT, text)


def duration_ms(card: Card) -> int:
    """Return how long the segments of a card take; what lies between them comes on top."""
    return round(sum(segment.duration_s for segment in card.profile) * MS_PER_S)


def is_in_daylight(site: Range, from_ms: int, until_ms: int) -> bool:
    """Say whether an interval lies between sunrise and sunset of one local day, both included."""
    day = ms_to_local(from_ms, site.time_zone).date()
    try:
        sun = sun_times(
            lon_deg=site.site.lon_deg, lat_deg=site.site.lat_deg, day=day, zone=site.time_zone
        )
    except InvalidInput:  # a place and date without sunrise or sunset
        return False
    return sun.sunrise_at_ms <= from_ms and until_ms <= sun.sunset_at_ms


def share_air(site: Range, volume_ids: tuple[str, ...], others: tuple[str, ...]) -> str:
    """Return a volume of the first that is, or shares air with, one of the others; "" if none."""
    for volume_id in volume_ids:
        meets = {volume_id, *site.get_volume(volume_id).meets}
        if meets & set(others):
            return volume_id
    return ""


def check_free(asking: Asking, slot: Slot) -> Iterator[Refusal]:
    """Refuse what another slot that stands keeps at the same time."""
    site = asking.site
    beside = [
        other
        for other in asking.state.live_slots()
        if other.slot_id != slot.slot_id
        and other.from_ms < slot.until_ms
        and slot.from_ms < other.until_ms
    ]
    crew = {person_id for person_id, _ in slot.crew}
    for other in beside:
        shared = share_air(site, slot.volume_ids, other.volume_ids)
        if shared:
            text = f"volume {shared} is kept by, or shares air with, slot {other.slot_id}"
            yield refuse(Reason.VOLUME_TAKEN, text)
        if other.aircraft_id == slot.aircraft_id:
            text = f"aircraft {slot.aircraft_id} is kept by slot {other.slot_id}"
            yield refuse(Reason.AIRCRAFT_TAKEN, text)
        for person_id in sorted(crew & {name for name, _ in other.crew}):
            yield refuse(Reason.PERSON_TAKEN, f"{person_id} is kept by slot {other.slot_id}")
    if _most_at_once(beside) >= served_at_once(site):
        text = f"stations and teams serve {served_at_once(site)} slots at a time"
        yield refuse(Reason.RESOURCES_TAKEN, text)


def served_at_once(site: Range) -> int:
    """Return how many slots stations and teams can serve at a time."""
    has = site.resources
    return min(has.telemetry_stations, has.rescue_teams, has.fire_engines)


def _most_at_once(slots: list[Slot]) -> int:
    """Return how many of the slots stand at one instant at most."""
    return max(
        (sum(s.from_ms <= at.from_ms < s.until_ms for s in slots) for at in slots), default=0
    )


def check_crew(asking: Asking, slot: Slot, card: Card) -> Iterator[Refusal]:
    """Refuse a crew that is not the card's, is not entitled, or works too long."""
    people = asking.state.people
    names = [person_id for person_id, _ in slot.crew]
    if len(set(names)) < len(names):
        yield refuse(Reason.CREW_INCOMPLETE, "each person is counted in one role")
    counted = Counter(role for _, role in slot.crew)
    for role, field in CREW_ROLES.items():
        wanted: int = getattr(card.crew, field)
        if counted.pop(role, 0) != wanted:
            text = f"card {card.card_id} needs {wanted} as {role}"
            yield refuse(Reason.CREW_INCOMPLETE, text)
    for role in sorted(counted):
        yield refuse(Reason.CREW_INCOMPLETE, f"no card needs a {role} in its crew")
    for person_id, role in slot.crew:
        person = people.get(person_id)
        if person is None or role not in person.roles:
            yield refuse(Reason.CREW_NOT_ENTITLED, f"{person_id} is not enrolled as {role}")
    yield from check_rest(asking, slot)


def check_rest(asking: Asking, slot: Slot) -> Iterator[Refusal]:
    """Refuse a crew of whom somebody would work too long or rest too little."""
    for person_id, _ in slot.crew:
        work = list_work(asking.state, person_id, besides=slot.slot_id)
        against = check_duty(person_id, work, (slot.from_ms, slot.until_ms), asking.site.people)
        if against is not None:
            yield against
