"""Ways as they are gone: how late a party is at the desk, and when it is at its own door.

Drawn from the law that its chances were told by (`world/reliability.py`), keyed by seed, booking,
way and leg, so that a log tells all of it again. Nobody hurries: who knows that it is late goes no
faster, and who is early at a stop takes the vehicle it meant to take.
"""

from typing import Literal

from aspan.operations.events import BookingConfirmed
from aspan.primitives.dice import draw, draw_normal
from aspan.primitives.ids import BookingId
from aspan.primitives.units import MS_PER_H
from aspan.world.reliability import Reliability, WayLeg, find_departure_after

WayName = Literal["access", "egress"]

LOST_MS = MS_PER_H
"""How much later one is at one's door who has missed the last ride of the day. Assumed."""


def draw_late_ms(
    reliability: Reliability,
    legs: tuple[WayLeg, ...],
    *,
    seed: int,
    booking_id: BookingId,
    way: WayName,
    late_ms: int = 0,
) -> int | None:
    """Return how much later than planned a way ends; negative is early, None is lost.

    A wait at its end is not sat out: who is there sooner than told is early by it.

    Parameters
    ----------
    late_ms
        At its beginning.
    """
    slack_ms = 0
    for number, leg in enumerate(legs):
        name = (way, booking_id, number)
        if leg.kind == "wait":
            slack_ms += leg.duration_ms
        elif leg.kind == "timed":
            leaves_ms = find_departure_after(late_ms - slack_ms, leg.again_ms)
            if leaves_ms is None:
                return None
            slack_ms = 0
            late_ms = leaves_ms + reliability.draw_delay_ms(draw(seed, *name))
        else:
            late_ms += reliability.draw_ms(leg, draw_normal(seed, *name)) - leg.duration_ms
    return late_ms - slack_ms


def find_desk_ms(
    reliability: Reliability, booked: BookingConfirmed, *, seed: int, process_ms: int
) -> int | None:
    """Return when a party that told its way is at the desk; None if it never gets there.

    It leaves its door when its itinerary said, or when it has booked if that is later.
    """
    meant_ms = booked.ready_at_ms - process_ms
    leaves_ms = meant_ms - sum(leg.duration_ms for leg in booked.access)
    late_ms = draw_late_ms(
        reliability,
        booked.access,
        seed=seed,
        booking_id=booked.booking_id,
        way="access",
        late_ms=max(0, booked.at_ms - leaves_ms),
    )
    return None if late_ms is None else meant_ms + late_ms


def find_door_ms(
    reliability: Reliability | None, booked: BookingConfirmed, *, seed: int, on_block_ms: int
) -> int:
    """Return when a party is at its own door after an on-block where it meant to land.

    As it told the way if the city does not say how ways scatter, or the booking not what it is.
    """
    planned_ms = booked.promised_arrival_at_ms - booked.cushion_ms - booked.egress_ms
    if reliability is None or not booked.egress:
        return on_block_ms + booked.egress_ms
    late_ms = draw_late_ms(
        reliability,
        booked.egress,
        seed=seed,
        booking_id=booked.booking_id,
        way="egress",
        late_ms=on_block_ms - planned_ms,
    )
    if late_ms is None:
        return on_block_ms + booked.egress_ms + LOST_MS
    return planned_ms + booked.egress_ms + late_ms
