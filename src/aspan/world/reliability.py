"""Reliability and emissions: how far journeys scatter about their plan, and what they emit.

Numbers of the city, `[reliability]` and `[emissions]` of `city.toml`, with their ranges among its
quantities; a city may state neither, and then nothing is said of either.

The law of a way on the ground stands here once: `WayLeg` says what a leg is, `Reliability` how it
scatters, `find_departure_after` what becomes of who comes late. Chances are computed from it, and
a twin draws from it.
"""

from collections.abc import Iterable
from math import ceil, erf, exp, log, sqrt
from typing import Literal

import msgspec

from aspan.primitives.units import MS_PER_S

WayKind = Literal["walk", "leave", "pick_up", "ride", "wait", "timed"]
"""On foot; out of a vertiport; until a car or an estimated bus comes; in one of them; slack before
a departure; in a vehicle by timetable."""


CAUGHT_SHARE = 0.9
"""Who leaves for a departure as late as it allows leaves so early that it is caught in this share
of all cases. Assumed: as people do who know the way."""

NORMAL_CAUGHT = 1.2815515655
"""Standard normal quantile of `CAUGHT_SHARE` (M. Abramowitz, I. A. Stegun, *Handbook of
Mathematical Functions*, 1964, table 26.5)."""


class WayLeg(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One element of a way on the ground, as the law sees it.

    Parameters
    ----------
    duration_ms
        As planned.
    again_ms
        Of a timed leg: how much later the next departure of the line is, for who misses this one.
        0 if none is known: then the way is lost.
    """

    kind: WayKind
    duration_ms: int
    again_ms: int = 0


class AirLaw(msgspec.Struct, frozen=True, gc=False):
    """How reliable flights are: shares in [0, 1], and the mean delay of those late.

    Parameters
    ----------
    delay_s
        Of an exponential.
    lost_share
        Not flown to where they meant to go.
    """

    late_share: float
    delay_s: float
    lost_share: float


class Reliability(msgspec.Struct, frozen=True, kw_only=True):
    """What may be late, and how much.

    Parameters
    ----------
    ride_spread, walk_spread, pick_up_spread
        Standard deviation of the logarithm of time by car or estimated bus, on foot, and until a
        car comes, over what is planned, which is the median.
    timetable_delay_s
        Mean delay of a vehicle by timetable, exponential.
    soon_s, soon_late_share, soon_delay_s, soon_cancelled_share
        Of bookings made less than so long before off-block: share flown late, their mean delay,
        exponential, and share not flown to where they were to go.
    air_late_share, air_delay_s, air_cancelled_share
        The same of those made longer before: until then aircraft may be wanted elsewhere, and
        weather may come up.
    unsettled_late_share, unsettled_delay_s, unsettled_cancelled_share
        The same of bookings made in unsettled weather, however long before: at either end the
        report, or a forecast, names fog, rain, snow or a thunderstorm, or a ceiling lower than
        `unsettled_ceiling_agl_m`.
    cushion_s, cushion_share
        What a promised arrival adds to the planned one: so many seconds, or that share of the
        whole journey, whichever is more.
    """

    ride_spread: float
    walk_spread: float
    pick_up_spread: float
    timetable_delay_s: float
    soon_s: float
    soon_late_share: float
    soon_delay_s: float
    soon_cancelled_share: float
    air_late_share: float
    air_delay_s: float
    air_cancelled_share: float
    unsettled_late_share: float
    unsettled_delay_s: float
    unsettled_cancelled_share: float
    unsettled_ceiling_agl_m: float
    cushion_s: float
    cushion_share: float

    def get_air_law(self, *, is_unsettled: bool, lead_ms: int) -> AirLaw:
        """Return how reliable a flight is that is booked in such weather, so long before it."""
        if is_unsettled:
            return AirLaw(
                self.unsettled_late_share, self.unsettled_delay_s, self.unsettled_cancelled_share
            )
        if lead_ms < self.soon_s * MS_PER_S:
            return AirLaw(self.soon_late_share, self.soon_delay_s, self.soon_cancelled_share)
        return AirLaw(self.air_late_share, self.air_delay_s, self.air_cancelled_share)

    def spread_of(self, kind: WayKind) -> float:
        """Return the standard deviation of the logarithm of a leg's time; 0 where none is."""
        if kind in ("walk", "leave"):
            return self.walk_spread
        if kind == "pick_up":
            return self.pick_up_spread
        return self.ride_spread if kind == "ride" else 0.0

    def draw_ms(self, leg: WayLeg, normal: float) -> int:
        """Return how long a leg takes whose luck is a standard normal number."""
        return round(leg.duration_ms * exp(self.spread_of(leg.kind) * normal))

    def leaving_cushion_ms(self, legs: Iterable[WayLeg]) -> int:
        """Return by how much a way is late at most in `CAUGHT_SHARE` of all cases.

        The sum of log-normal times is taken as log-normal with its mean and variance (L. F. Fenton,
        *The sum of log-normal probability distributions in scatter transmission systems*, IRE
        Transactions on Communications Systems 8, 1960); exact for one leg that scatters.
        """
        planned_ms = mean_ms = variance_ms2 = 0.0
        for leg in legs:
            square = self.spread_of(leg.kind) ** 2
            planned_ms += leg.duration_ms
            mean_ms += leg.duration_ms * exp(square / 2.0)
            variance_ms2 += leg.duration_ms**2 * exp(square) * (exp(square) - 1.0)
        if mean_ms == 0.0:
            return 0
        square = log(1.0 + variance_ms2 / mean_ms**2)
        high_ms = mean_ms * exp(NORMAL_CAUGHT * sqrt(square) - square / 2.0)
        return max(0, round(high_ms - planned_ms))

    def draw_delay_ms(self, uniform: float) -> int:
        """Return the delay of a vehicle by timetable whose luck is a number in [0, 1)."""
        return round(-log(1.0 - uniform) * self.timetable_delay_s * MS_PER_S)


def share_below(spread: float, ratio: float) -> float:
    """Return the chance that a leg takes less than `ratio` times what is planned, the median."""
    if ratio <= 0.0:
        return 0.0
    return 0.5 * (1.0 + erf(log(ratio) / (spread * sqrt(2.0))))


def find_departure_after(late_ms: int, again_ms: int) -> int | None:
    """Return how much after a departure one leaves, who comes so late for it; None if never.

    Who comes early or just in time has it; who misses it takes the first of those that follow at
    equal distances.
    """
    if late_ms <= 0:
        return 0
    return ceil(late_ms / again_ms) * again_ms if again_ms > 0 else None


class Emissions(msgspec.Struct, frozen=True, kw_only=True):
    """Carbon dioxide of travel, from well to wheel where the source says so.

    Parameters
    ----------
    car_g_per_km
        Of a car taxi, whoever sits in it.
    bus_g_per_km, rail_g_per_km
        Of one passenger.
    grid_g_per_kwh
        Of electricity at the meter.
    air_seats_taken
        Passengers an aircraft carries in the mean; its energy is shared among them.
    """

    car_g_per_km: float
    bus_g_per_km: float
    rail_g_per_km: float
    grid_g_per_kwh: float
    air_seats_taken: float
