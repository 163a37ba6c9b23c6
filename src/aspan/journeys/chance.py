"""Chance: how likely an itinerary is to keep its connections and its promised arrival.

Lateness against the plan is a distribution over steps of `STEP_MS`, carried from leg to leg: time
in a car, on foot and until a car comes scatters log-normally about the plan; a wait for a departure
swallows lateness up to its length, and who is later than that has missed it; a vehicle by timetable
and a flight then have a delay of their own, exponential. A connection missed counts as not being
there in time, though another departure may follow: the chance told is the lower bound.

Legs are taken as independent. Not modelled: a road closed, a morning on which everything is slow,
weather that grounds flights, beyond its share in `Reliability`.
"""

from functools import lru_cache
from math import erf, exp, log, sqrt

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.journeys.itinerary import Itinerary, Leg
from aspan.primitives.units import MS_PER_S
from aspan.world.reliability import Reliability

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
        Of each leg the chance that it is reached, given that those before were; None where nothing
        can be missed.
    """

    promised_at_ms: int
    on_time: float
    connections: tuple[float | None, ...]


def judge_chances(itinerary: Itinerary, reliability: Reliability, *, process_ms: int) -> Chances:
    """Return what an itinerary promises and how likely it keeps that.

    Parameters
    ----------
    process_ms
        Time at a vertiport before off-block; who comes late by less than this still boards, as the
        desk checks in until the aircraft leaves.
    """
    late = np.zeros(EARLIEST + STEPS)
    late[EARLIEST] = 1.0
    connections: list[float | None] = []
    slack_ms = 0
    for number, leg in enumerate(itinerary.legs):
        duration_ms = leg.arrive_at_ms - leg.depart_at_ms
        reached = None
        if leg.mode == "wait" and not _waits_for_car(itinerary.legs, number):
            slack_ms += duration_ms
        elif leg.mode == "process":
            slack_ms += process_ms
        elif leg.mode == "air" or leg.ride is not None:
            late, reached = _catch(late, slack_ms)
            slack_ms = 0
            late = _delay(late, leg, reliability)
        elif duration_ms:
            late = _stretch(late, _spread_of(leg, reliability), duration_ms)
        connections.append(reached)
    planned_ms = itinerary.arrive_at_ms - itinerary.depart_at_ms
    cushion_ms = max(reliability.cushion_s * MS_PER_S, reliability.cushion_share * planned_ms)
    cushion = -(-round(cushion_ms) // (2 * STEP_MS)) * 2
    return Chances(
        promised_at_ms=itinerary.arrive_at_ms + cushion * STEP_MS,
        on_time=min(1.0, float(late[: EARLIEST + cushion + 1].sum())),
        connections=tuple(connections),
    )


def _waits_for_car(legs: tuple[Leg, ...], number: int) -> bool:
    """Say whether a wait ends when a car or an estimated bus comes, and not at a departure."""
    following = legs[number + 1] if number + 1 < len(legs) else None
    if following is None:
        return False
    return following.mode == "car" or following.is_estimate


def _spread_of(leg: Leg, reliability: Reliability) -> float:
    if leg.mode in ("walk", "leave"):
        return reliability.walk_spread
    return reliability.pick_up_spread if leg.mode == "wait" else reliability.ride_spread


def _catch(late: Floats, slack_ms: int) -> tuple[Floats, float]:
    """Return the lateness of who catches a departure, which is none, and what share of all do."""
    before = float(late.sum())
    caught = float(late[: EARLIEST + slack_ms // STEP_MS + 1].sum())
    after = np.zeros_like(late)
    after[EARLIEST] = caught
    return after, caught / before if before > 0.0 else 0.0


def _delay(late: Floats, leg: Leg, reliability: Reliability) -> Floats:
    """Return lateness after a vehicle that may be late or, in the air, not go at all."""
    if leg.mode == "air":
        share, mean_s = reliability.air_late_share, reliability.air_delay_s
        late = late * (1.0 - reliability.air_cancelled_share)
    else:
        share, mean_s = 1.0, reliability.timetable_delay_s
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
    shares = [_below((k + 0.5) * STEP_MS, duration_ms, spread) for k in range(low - 1, high + 1)]
    kernel = np.zeros(EARLIEST + STEPS)
    kernel[EARLIEST + low : EARLIEST + high + 1] = np.diff(shares)
    return kernel


def _below(late_ms: float, duration_ms: int, spread: float) -> float:
    """Return the chance that a leg takes less than so much more than planned."""
    ratio = (duration_ms + late_ms) / duration_ms
    if ratio <= 0.0:
        return 0.0
    return 0.5 * (1.0 + erf(log(ratio) / (spread * sqrt(2.0))))


def _convolve(late: Floats, kernel: Floats) -> Floats:
    """Return the sum of two latenesses; earlier than the first step counts as the first."""
    whole = np.convolve(late, kernel)
    kept = whole[EARLIEST : EARLIEST + len(late)].copy()
    kept[0] += whole[:EARLIEST].sum()
    return kept
