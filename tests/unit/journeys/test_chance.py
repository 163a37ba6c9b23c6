"""Chances: against a thousandfold playing of the same model, and as slack and delays change."""

from math import exp, log

import msgspec
import numpy as np
import pytest

from aspan.journeys.availability import AirDeparture
from aspan.journeys.chance import EARLIEST, STEPS, _catch, judge_chances
from aspan.journeys.itinerary import Itinerary, LegMode
from aspan.primitives.dice import draw, draw_normal
from aspan.primitives.units import MS_PER_MIN, MS_PER_S
from aspan.world.reliability import Reliability
from unit.journeys.itineraries import make

PROCESS_MS = 10 * MS_PER_MIN
PLAYED = 4_000
STATED = Reliability(
    ride_spread=0.18,
    walk_spread=0.08,
    pick_up_spread=0.4,
    timetable_delay_s=45.0,
    soon_s=0.0,
    soon_late_share=0.0,
    soon_delay_s=0.0,
    soon_cancelled_share=0.0,
    air_late_share=0.1,
    air_delay_s=480.0,
    air_cancelled_share=0.03,
    unsettled_late_share=0.2,
    unsettled_delay_s=900.0,
    unsettled_cancelled_share=0.25,
    unsettled_ceiling_agl_m=1200.0,
    cushion_s=300.0,
    cushion_share=0.15,
)
CERTAIN = Reliability(
    ride_spread=0.0,
    walk_spread=0.0,
    pick_up_spread=0.0,
    timetable_delay_s=0.0,
    soon_s=0.0,
    soon_late_share=0.0,
    soon_delay_s=0.0,
    soon_cancelled_share=0.0,
    air_late_share=0.0,
    air_delay_s=0.0,
    air_cancelled_share=0.0,
    unsettled_late_share=0.0,
    unsettled_delay_s=0.0,
    unsettled_cancelled_share=0.0,
    unsettled_ceiling_agl_m=1200.0,
    cushion_s=300.0,
    cushion_share=0.15,
)
WAYS: tuple[tuple[tuple[LegMode, float], ...], ...] = (
    (("wait", 6), ("car", 60)),
    (("walk", 9), ("wait", 3), ("metro", 20), ("walk", 11)),
    (("wait", 6), ("car", 20), ("process", 10), ("wait", 4), ("air", 9), ("leave", 2), ("car", 8)),
    (("wait", 5), ("bus", 40), ("walk", 5), ("wait", 6), ("metro", 7), ("wait", 6), ("car", 15)),
)  # fmt: skip


def play(itinerary: Itinerary, number: int) -> float | None:
    """Return how late [ms] one traveller of the same model is; None if a departure was missed."""
    late = slack = 0.0
    for place, leg in enumerate(itinerary.legs):
        planned = leg.arrive_at_ms - leg.depart_at_ms
        following = itinerary.legs[place + 1] if place + 1 < len(itinerary.legs) else None
        waits_for_car = following is not None and (following.mode == "car" or following.is_estimate)
        if leg.mode == "wait" and not waits_for_car:
            slack += planned
        elif leg.mode == "process":
            slack += PROCESS_MS
        elif leg.mode == "air" or leg.ride is not None:
            if late > slack:
                return None
            late = slack = 0.0
            share, mean_s = 1.0, STATED.timetable_delay_s
            if leg.mode == "air":
                if draw(1, "cancelled", number, place) < STATED.air_cancelled_share:
                    return None
                share, mean_s = STATED.air_late_share, STATED.air_delay_s
            if draw(1, "late", number, place) < share:
                late -= log(1.0 - draw(1, "delay", number, place)) * mean_s * MS_PER_S
        else:
            spread = STATED.ride_spread
            if leg.mode in ("walk", "leave"):
                spread = STATED.walk_spread
            elif leg.mode == "wait":
                spread = STATED.pick_up_spread
            late += planned * (exp(spread * draw_normal(1, "leg", number, place)) - 1.0)
    return late


@pytest.mark.parametrize("legs", WAYS)
def test_chances_agree_with_playing(legs: tuple[tuple[LegMode, float], ...]) -> None:
    """The chance told is within two standard errors and one point of the share that arrives."""
    itinerary = make(*legs)
    told = judge_chances(itinerary, STATED, process_ms=PROCESS_MS)
    cushion_ms = told.promised_at_ms - itinerary.arrive_at_ms
    played = [play(itinerary, number) for number in range(PLAYED)]
    share = sum(late is not None and late <= cushion_ms for late in played) / PLAYED
    error = (share * (1.0 - share) / PLAYED) ** 0.5
    assert told.on_time == pytest.approx(share, abs=0.01 + 2.0 * error)


def test_who_misses_a_metro_takes_the_next() -> None:
    """Two and a half minutes late with one of slack: the metro four minutes later, or none."""
    late = np.zeros(EARLIEST + STEPS)
    late[EARLIEST + 5] = 0.75
    late[EARLIEST - 3] = 0.25
    after, reached = _catch(late, MS_PER_MIN, 4 * MS_PER_MIN)
    assert reached == 0.25
    assert (after[EARLIEST], after[EARLIEST + 8]) == (0.25, 0.75)
    lost, _ = _catch(late, MS_PER_MIN, 0)
    assert float(lost.sum()) == 0.25


def test_more_slack_is_never_worse() -> None:
    """A longer wait before a departure only helps to catch it, and to be there in time."""
    reached, on_time = [], []
    for wait in (0, 1, 2, 4, 8, 16):
        itinerary = make(("car", 20), ("wait", wait), ("metro", 12), ("walk", 5))
        told = judge_chances(itinerary, STATED, process_ms=PROCESS_MS)
        reached.append(next(c for c in told.connections if c is not None))
        on_time.append(told.on_time)
    assert reached == sorted(reached)
    assert on_time == sorted(on_time)
    assert reached[0] == pytest.approx(0.5, abs=0.08)
    assert reached[-1] > 0.99


def test_without_scatter_all_is_certain() -> None:
    """Where nothing is ever late every connection is reached, one without a second to spare too."""
    itinerary = make(("walk", 9), ("metro", 20), ("process", 10), ("air", 9), ("walk", 11))
    told = judge_chances(itinerary, CERTAIN, process_ms=PROCESS_MS)
    assert told.on_time == 1.0
    assert told.connections == (None, 1.0, None, 1.0, None)


def test_the_promise_is_the_plan_with_a_cushion() -> None:
    """The greater of five minutes and the stated share of the whole way, in whole minutes."""
    short, long = make(("walk", 10)), make(("car", 100))
    told = [judge_chances(it, STATED, process_ms=PROCESS_MS) for it in (short, long)]
    assert told[0].promised_at_ms - short.arrive_at_ms == 5 * MS_PER_MIN
    assert told[1].promised_at_ms - long.arrive_at_ms == 15 * MS_PER_MIN


def test_a_cancelled_flight_is_not_in_time() -> None:
    """The share of flights that is cancelled is lost, whatever the cushion."""
    stated = msgspec.structs.replace(CERTAIN, air_cancelled_share=0.2)
    told = judge_chances(make(("process", 10), ("air", 9)), stated, process_ms=PROCESS_MS)
    assert told.on_time == pytest.approx(0.8)


def test_unsettled_weather_counts() -> None:
    """A flight offered in unsettled weather is lost as often as that weather's share says."""
    stated = msgspec.structs.replace(CERTAIN, unsettled_cancelled_share=0.3)
    made = make(("process", 10), ("air", 9))
    told = []
    for is_unsettled in (False, True):
        departure = AirDeparture(0, 0, 0, is_unsettled=is_unsettled)
        itinerary = msgspec.structs.replace(made, departure=departure)
        told.append(judge_chances(itinerary, stated, process_ms=PROCESS_MS).on_time)
    assert told == pytest.approx([1.0, 0.7])


def test_a_flight_offered_soon_before_it_is_late_less_often() -> None:
    """How often it is late hangs on how long before it is told; the weather goes before that."""
    stated = msgspec.structs.replace(
        CERTAIN, soon_s=2400.0, air_late_share=1.0, air_delay_s=1e9, unsettled_cancelled_share=0.5
    )
    made = make(("process", 10), ("air", 9))
    told = []
    for lead_ms, is_unsettled in ((2_399_999, False), (2_400_000, False), (2_400_000, True)):
        departure = AirDeparture(0, 0, 0, is_unsettled=is_unsettled, lead_ms=lead_ms)
        itinerary = msgspec.structs.replace(made, departure=departure)
        told.append(judge_chances(itinerary, stated, process_ms=PROCESS_MS).on_time)
    assert told == pytest.approx([1.0, 0.0, 0.5], abs=1e-6)
