"""Ways as they are gone: quantiles of the law, missed rides, and the same luck after a rebuild."""

from math import exp, log
from statistics import quantiles

import msgspec
import pytest

from aspan.primitives.ids import BookingId
from aspan.primitives.units import MS_PER_MIN, MS_PER_S
from aspan.twin.ways import LOST_MS, draw_late_ms, find_desk_ms, find_door_ms
from aspan.world.reliability import WayLeg
from unit.journeys.test_chance import CERTAIN, STATED
from unit.operations.test_acceptance import confirmed

DRAWN = 4_000
RIDE = WayLeg("ride", 30 * MS_PER_MIN)
PROCESS_MS = 10 * MS_PER_MIN


def draw_many(*legs: WayLeg, late_ms: int = 0) -> list[int]:
    """Return how late many parties are at the end of the same way."""
    found = [
        draw_late_ms(
            STATED, legs, seed=1, booking_id=BookingId(f"B{n}"), way="access", late_ms=late_ms
        )
        for n in range(DRAWN)
    ]
    return [late for late in found if late is not None]


def test_rides_are_log_normal() -> None:
    """Median and tenths of a ride lie where the log-normal law puts them."""
    tenths = quantiles(draw_many(RIDE), n=10)
    for place, normal in ((0, -1.28155), (4, 0.0), (8, 1.28155)):
        lies_ms = RIDE.duration_ms * (exp(0.18 * normal) - 1.0)
        assert tenths[place] == pytest.approx(lies_ms, abs=0.03 * RIDE.duration_ms)


def test_a_vehicle_by_timetable_is_late_exponentially() -> None:
    """Who catches it is late by it alone: mean 45 s, half of them less than 31 s."""
    late = draw_many(WayLeg("wait", 60 * MS_PER_S), WayLeg("timed", 600_000, 240_000))
    assert sum(late) / DRAWN == pytest.approx(45 * MS_PER_S, rel=0.08)
    assert quantiles(late, n=2)[0] == pytest.approx(log(2.0) * 45 * MS_PER_S, rel=0.1)


def test_who_misses_it_waits_for_the_next() -> None:
    """A minute late with half a minute of slack, everybody is at least four minutes late."""
    legs = (WayLeg("wait", 30_000), WayLeg("timed", 600_000, 240_000))
    late = draw_many(*legs, late_ms=60_000)
    assert len(late) == DRAWN
    assert min(late) >= 240_000
    assert sum(late) / DRAWN == pytest.approx(285_000, rel=0.03)


def test_nobody_is_late_twice_for_one_delay() -> None:
    """Slack swallows lateness, and a wait at the end is time in hand."""
    assert draw_many(WayLeg("wait", 90_000), late_ms=60_000)[0] == -30_000
    spare = (WayLeg("wait", 90_000), WayLeg("timed", 1, 0))
    assert draw_late_ms(
        CERTAIN, spare, seed=1, booking_id=BookingId("B"), way="access", late_ms=60_000
    ) == 0  # fmt: skip


def test_after_the_last_ride_the_way_is_lost() -> None:
    """To the vertiport one never comes; to one's own door an hour later."""
    legs = (WayLeg("timed", 600_000, 0),)
    booked = confirmed(access=legs, egress=legs)
    late = msgspec.structs.replace(booked, at_ms=10 * PROCESS_MS)
    assert find_desk_ms(CERTAIN, late, seed=1, process_ms=PROCESS_MS) is None
    assert find_door_ms(CERTAIN, booked, seed=1, on_block_ms=30) == 30 + 10 + LOST_MS


@pytest.mark.parametrize(("confirmed_after_ms", "late_ms"), [(-5_000, 0), (0, 0), (7_000, 7_000)])
def test_who_books_late_leaves_late(confirmed_after_ms: int, late_ms: int) -> None:
    """The way begins when the itinerary said, or with the booking."""
    leaves_ms = 50_000_000
    booked = msgspec.structs.replace(
        confirmed(access=(RIDE,)),
        ready_at_ms=leaves_ms + RIDE.duration_ms + PROCESS_MS,
        at_ms=leaves_ms + confirmed_after_ms,
    )
    desk_ms = find_desk_ms(CERTAIN, booked, seed=1, process_ms=PROCESS_MS)
    assert desk_ms == leaves_ms + RIDE.duration_ms + late_ms


def test_the_door_is_reached_after_the_block_flown() -> None:
    """Without scatter the way on takes what was told, and a late aircraft is late at the door."""
    booked = msgspec.structs.replace(
        confirmed(egress=(WayLeg("leave", 4), WayLeg("ride", 6))), egress_ms=10, cushion_ms=7
    )
    planned_ms = booked.promised_arrival_at_ms - 17
    for late_ms in (-3, 0, 900):
        door_ms = find_door_ms(CERTAIN, booked, seed=1, on_block_ms=planned_ms + late_ms)
        assert door_ms == planned_ms + late_ms + 10
    assert find_door_ms(None, booked, seed=1, on_block_ms=77) == 87


def test_luck_is_keyed() -> None:
    """Another leg, way, booking or seed is other luck; the same is the same."""

    def once(seed: int = 1, booking: str = "B", way: str = "access") -> int | None:
        return draw_late_ms(
            STATED,
            (RIDE,),
            seed=seed,
            booking_id=BookingId(booking),
            way=way,  # type: ignore[arg-type]
        )

    assert once() == once()
    assert len({once(), once(seed=2), once(booking="C"), once(way="egress")}) == 4
