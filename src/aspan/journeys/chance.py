"""Chance: how likely an itinerary is to keep its connections and its promised arrival.

Lateness against the plan is a distribution over steps of `STEP_MS`, carried from leg to leg: time
in a car, on foot and until a car comes scatters log-normally about the plan; a wait for a departure
swallows lateness up to its length, and who is later than that has missed it: by timetable one takes
the next, a flight is lost. A vehicle by timetable and a flight then have a delay of their own,
exponential. The law is that of `world/reliability.py`, from which a twin draws what happens.

Legs are taken as independent. Not modelled: a road closed, a morning on which everything is slow,
weather that grounds flights, beyond its shares in `Reliability`: a mean over days of which few are
bad and most are not.
"""

from functools import lru_cache
from math import ceil, exp

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.journeys.availability import AirDeparture
from aspan.journeys.itinerary import Itinerary, Leg
from aspan.journeys.ways import tell_way_leg
from aspan.primitives.units import MS_PER_MIN, MS_PER_S
from aspan.world.reliability import AirLaw, Reliability, find_departure_after, share_below
from aspan.world.timetable import Timetable

STEP_MS = 30_000
EARLIEST, STEPS = 40, 400
"""Lateness is followed from 20 minutes early to three hours late; beyond is never in time."""

Floats = NDArray[np.float64]


class Chances(msgspec.Struct, frozen=True, kw_only=True):
    """What an itinerary promises.

    Parameters
    ----------
    promised_at_ms
        The planned arrival and a cushion.
    on_time
        Chance of being there by then, in [0, 1].
    connections
        Of each leg the chance that it is reached as told by who is still on the way; None where
        nothing can be missed.
    """

    promised_at_ms: int
    on_time: float
    connections: tuple[float | None, ...]


def judge_chances(
    itinerary: Itinerary,
    reliability: Reliability,
    *,
    process_ms: int,
    timetable: Timetable | None = None,
) -> Chances:
    """Return what an itinerary promises and how likely it keeps that.

    Parameters
    ----------
    process_ms
        Time at a vertiport before off-block; who comes late by less than this still boards, as the
        desk checks in until the aircraft leaves.
    timetable
        In whose numbers the rides are; who misses one has lost the way if None.
    """
    late = np.zeros(EARLIEST + STEPS)
    late[EARLIEST] = 1.0
    connections: list[float | None] = []
    slack_ms = 0
    for number, leg in enumerate(itinerary.legs):
        reached = None
        way = tell_way_leg(itinerary.legs, number, timetable)
        if leg.mode == "process":
            slack_ms += process_ms
        elif leg.mode == "air" or way.kind == "timed":
            late, reached = _catch(late, slack_ms, way.again_ms)
            slack_ms = 0
            law = _find_law(leg, itinerary.departure, reliability)
            late = _delay(late * (1.0 - law.lost_share), law)
        elif way.kind == "wait":
            slack_ms += way.duration_ms
        else:
            late = _stretch(late, reliability.spread_of(way.kind), way.duration_ms)
        connections.append(reached)
    cushion_ms = promise_cushion_ms(itinerary, reliability)
    return Chances(
        promised_at_ms=itinerary.arrive_at_ms + cushion_ms,
        on_time=min(1.0, float(late[: EARLIEST + cushion_ms // STEP_MS + 1].sum())),
        connections=tuple(connections),
    )


def promise_cushion_ms(itinerary: Itinerary, reliability: Reliability) -> int:
    """Return what the promised arrival adds to the planned one, whole minutes."""
    share_ms = reliability.cushion_share * itinerary.duration_ms
    cushion_ms = max(reliability.cushion_s * MS_PER_S, share_ms)
    return ceil(cushion_ms / MS_PER_MIN) * MS_PER_MIN


def _catch(late: Floats, slack_ms: int, again_ms: int) -> tuple[Floats, float]:
    """Return the lateness at which one leaves, and what share leaves as told.

    Parameters
    ----------
    again_ms
        How much later each of the next departures is; who misses this one is lost if 0.
    """
    before = float(late.sum())
    within = EARLIEST + slack_ms // STEP_MS + 1
    caught = float(late[:within].sum())
    after = np.zeros_like(late)
    after[EARLIEST] = caught
    if again_ms > 0:
        for step in range(within, len(late)):
            over_ms = (step - EARLIEST) * STEP_MS - slack_ms
            leaves_ms = find_departure_after(over_ms, again_ms)
            place = EARLIEST + ceil((leaves_ms or 0) / STEP_MS)
            if place < len(after):
                after[place] += late[step]
    return after, caught / before if before > 0.0 else 0.0


def _find_law(leg: Leg, departure: AirDeparture | None, reliability: Reliability) -> AirLaw:
    """Return how reliable a vehicle by timetable, or a flight, is."""
    if leg.mode != "air":
        return AirLaw(1.0, reliability.timetable_delay_s, 0.0)
    if departure is None:
        return reliability.get_air_law(is_unsettled=False, lead_ms=0)
    return reliability.get_air_law(is_unsettled=departure.is_unsettled, lead_ms=departure.lead_ms)


def _delay(late: Floats, law: AirLaw) -> Floats:
    """Return lateness after a vehicle that may be late."""
    share, mean_s = law.late_share, law.delay_s
    if mean_s <= 0.0:
        return late
    edges = np.arange(STEPS + 1) * (STEP_MS / MS_PER_S)
    tails = np.exp(-edges / mean_s)
    kernel = np.zeros_like(late)
    kernel[EARLIEST : EARLIEST + STEPS] = share * (tails[:-1] - tails[1:])
    kernel[EARLIEST] += 1.0 - share
    return _convolve(late, kernel)


def _stretch(late: Floats, spread: float, duration_ms: int) -> Floats:
    """Return lateness after a leg whose time scatters log-normally about what was planned."""
    steps = round(duration_ms / STEP_MS)
    if spread <= 0.0 or steps == 0:
        return late
    return _convolve(late, _scatter(spread, steps * STEP_MS))


@lru_cache(maxsize=4096)
def _scatter(spread: float, duration_ms: int) -> Floats:
    """Return the lateness of one leg."""
    low = -min(EARLIEST, duration_ms // STEP_MS)
    high = min(STEPS - 1, 1 + int(duration_ms * (exp(3.5 * spread) - 1.0)) // STEP_MS)
    shares = [
        share_below(spread, 1.0 + (k + 0.5) * STEP_MS / duration_ms)
        for k in range(low - 1, high + 1)
    ]
    kernel = np.zeros(EARLIEST + STEPS)
    kernel[EARLIEST + low : EARLIEST + high + 1] = np.diff(shares)
    return kernel


def _convolve(late: Floats, kernel: Floats) -> Floats:
    """Return the sum of two latenesses; earlier than the first step counts as the first."""
    whole = np.convolve(late, kernel)
    kept = whole[EARLIEST : EARLIEST + len(late)].copy()
    kept[0] += whole[:EARLIEST].sum()
    return kept
