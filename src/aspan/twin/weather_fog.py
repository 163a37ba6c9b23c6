"""Inversion fog of the plain: on which dates, from when until when, and how high it reaches.

Theory of operation. The reanalysis does not see Almaty's winter fog, but it sees the days that
bring it: damp, calm, dry of precipitation, of little daily range, after a damp day. A *fog score*
is a weighted sum of these; a day has fog when its score is above a bound of its month, set so that
the stated share of days (facts 9.18) is above it. The seed moves the score a little, so the same
real date is foggy under nearly every seed. The further above the bound, the earlier fog forms, the
longer it lasts into the day, and the more likely it forms again in the evening (facts 9.17, 9.18).

Everything here is modelled: no fog observation of Almaty stands behind the single day.
"""

from datetime import date, timedelta
from math import exp

import msgspec

from aspan.primitives.dice import draw, draw_between, draw_normal
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import KELVIN_AT_0_C, MPS_PER_KMH
from aspan.twin.weather_days import DailyRows
from aspan.world.city import FogModel
from aspan.world.weather import DailyWeather

_MONTHS = 12
_SEED_NOISE = 0.2
"""Assumed: how far the seed moves the score, against a spread of about 2 between days."""

_DATE_LUCK = 2.2
"""Assumed: how much of a fog day its row does not show; the date's own, whatever the seed."""

_SCORE_OFFSET = 10.0
"""Keeps scores and their bounds above 0, as the city's files want of a pure number."""

_STRENGTH_SPAN = 2.8
"""Assumed: excess of the score over its bound at which fog is as strong as it gets."""

_LASTING_H = 5.1
_LOW_SUN_DEG = 24.0
_HIGH_SUN_DEG = 50.0
"""Assumed: the strongest fog lasts this long after sunrise while the noon sun stays at 24 deg
(December), and no longer than an hour where it climbs to 50 deg (April): burn-off needs sun."""


class FogDay(msgspec.Struct, frozen=True, kw_only=True):
    """Fog of one local date in the plain, hours counted from local midnight.

    Parameters
    ----------
    onset_h, clear_h
        Fog of the night and morning lies in [onset_h, clear_h); nothing if equal.
    evening_h
        Fog forms again from this hour until midnight; 24 or more if it does not.
    top_amsl_m
        Upper edge of fog and inversion.
    strength
        In [0, 1]; 0 on a day without fog.
    """

    onset_h: float
    clear_h: float
    evening_h: float
    top_amsl_m: float
    strength: float


def fog_score(row: DailyWeather, before: DailyWeather) -> float:
    """Return how much this day invites fog; only comparisons within a month mean anything.

    Assumed weights: each term is 1 for a change that fog forecasters call marked (10 % of humidity,
    4 km/h of wind, 1.5 mm of precipitation, 5 K of daily range, 15 K of mean temperature). A draw
    keyed by the date alone stands for what the row does not show.
    """
    luck = _DATE_LUCK * draw_normal(0, "fog luck", row.date)
    damp = (row.relative_humidity - 0.70) / 0.10
    damp_before = (before.relative_humidity - 0.70) / 0.20
    windy = (row.wind_mps_max / MPS_PER_KMH - 10.0) / 4.0
    wet = min(row.precipitation_mm, 3.0) / 1.5
    cold = (KELVIN_AT_0_C - row.temperature_mean_k) / 15.0
    ranging = (row.temperature_max_k - row.temperature_min_k - 8.0) / 5.0
    invites = _SCORE_OFFSET + luck + damp + damp_before + cold
    return invites - windy - wet - ranging


def find_score_bounds(model: FogModel, days: tuple[DailyWeather, ...]) -> tuple[float, ...]:
    """Return by month the score that `fog_day_chance` of the days are above."""
    if len(model.fog_day_chance) != _MONTHS:
        expected = "12 chances, one a month"
        raise InvalidInput("weather.fog.fog_day_chance", len(model.fog_day_chance), expected)
    by_month: list[list[float]] = [[] for _ in range(_MONTHS)]
    for before, row in zip(days[:1] + days[:-1], days, strict=True):
        by_month[int(row.date[5:7]) - 1].append(fog_score(row, before))
    bounds = []
    for scores, chance in zip(by_month, model.fog_day_chance, strict=True):
        scores.sort(reverse=True)
        count = round(chance * len(scores))
        if count == 0:
            bounds.append((scores[0] if scores else 0.0) + 1.0)
        elif count == len(scores):
            bounds.append(scores[-1] - 1.0)
        else:
            bounds.append(0.5 * (scores[count - 1] + scores[count]))
    return tuple(bounds)


class FogDays:
    """Fog of any date under any seed."""

    def __init__(self, model: FogModel, days: tuple[DailyWeather, ...], rows: DailyRows) -> None:
        self._model = model
        self._rows = rows
        self._bounds = model.score_bound or find_score_bounds(model, days)
        if len(self._bounds) != _MONTHS:
            raise InvalidInput("weather.fog.score_bound", len(self._bounds), "12, one a month")

    def plan_fog(
        self, day: date, seed: int, *, sunrise_h: float, sunset_h: float, noon_deg: float
    ) -> FogDay:
        """Return the fog of `day`, from rows of that date and earlier only.

        Parameters
        ----------
        sunrise_h, sunset_h
            Hours from local midnight.
        noon_deg
            Height of the sun at noon.
        """
        number = day.toordinal()
        strength = self._strength(day, seed)
        own = 0.8 * draw(0, "fog top", number) + 0.2 * draw(seed, "weather", "fog top", number)
        top_amsl_m = self._model.top_amsl_m_low + own * (
            self._model.top_amsl_m_high - self._model.top_amsl_m_low
        )
        if strength <= 0.0:
            return FogDay(
                onset_h=0.0, clear_h=0.0, evening_h=24.0, top_amsl_m=top_amsl_m, strength=0.0
            )
        yesterday = self._strength(day - timedelta(days=1), seed)
        onset_h = 0.0 if _forms_again(yesterday) else max(0.0, 5.5 * (1.0 - strength))
        low_sun = (_HIGH_SUN_DEG - noon_deg) / (_HIGH_SUN_DEG - _LOW_SUN_DEG)
        lasting_h = 0.8 + _LASTING_H * strength * min(1.0, max(0.0, low_sun))
        lasting_h += draw_between(-0.4, 0.4, seed, "weather", "fog clears", number)
        evening_h = sunset_h + 1.0 + 5.0 * (1.0 - strength) if _forms_again(strength) else 24.0
        return FogDay(
            onset_h=onset_h,
            clear_h=max(onset_h, sunrise_h + lasting_h),
            evening_h=evening_h,
            top_amsl_m=top_amsl_m,
            strength=strength,
        )

    def _strength(self, day: date, seed: int) -> float:
        """Return how strong the fog of `day` is, in [0, 1]."""
        row = self._rows.get_row(day, seed)
        before = self._rows.get_row(day - timedelta(days=1), seed)
        luck = _SEED_NOISE * draw_normal(seed, "weather", "fog", day.toordinal())
        excess = fog_score(row, before) + luck - self._bounds[day.month - 1]
        return 0.0 if excess <= 0.0 else 1.0 - exp(-2.0 * excess / _STRENGTH_SPAN)


def _forms_again(strength: float) -> bool:
    """Say whether fog of this strength comes back in the evening of its day."""
    return strength > 0.75
