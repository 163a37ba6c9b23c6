"""Skies: on which days and at what time of day weather and daylight let each pair be flown.

A few real dates of the record stand for the months, each under a seed of the hourly model, as the
twin would fly them: the same modeller, the same minima (`twin.weather_availability`). A departure
counts as open if the weather of its own hour and of the hour in which it lands meet every minimum,
and the service is open. Not modelled: what a forecast gets wrong, and what it makes a party miss.
"""

from collections.abc import Sequence
from datetime import date

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.demand.draws import Floats, Ints
from aspan.operations.city_index import CityIndex
from aspan.operations.opening import service_hours_ms
from aspan.primitives.dice import draw
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import PlaceId
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.twin.weather import DayHours, WeatherModeller
from aspan.twin.weather_availability import HoursJudge
from aspan.twin.weather_frame import Place
from aspan.world.atmosphere import STANDARD_TEMPERATURE_K
from aspan.world.city import WeatherModel
from aspan.world.weather_archive import STANDARD_LAPSE_K_PER_M

DAYS_A_MONTH = 4
"""Dates that stand for a calendar month, of several years. A cost of detail."""

STEP_MS = 15 * MS_PER_MIN
STEPS_A_DAY = 96
"""Departures are judged in quarters of an hour of the local day."""

SPANS_A_DAY = 8
"""Energy is judged for spans of three hours of the local day."""

Flags = NDArray[np.bool_]
Dated = tuple[date, int]
"""A date and the seed of its hours."""


class Skies(msgspec.Struct, frozen=True, kw_only=True):
    """Days that stand for the year, and what may be flown on them.

    Parameters
    ----------
    days
        Dates with seeds; `month` of each, from 1.
    open_from_ms, open_until_ms
        Service on each day, since local midnight.
    is_open
        Shape (days, steps of the day, pairs).
    is_safe
        Whether weather allows landing at a site, shape (days, steps of the day, sites).
    warmth_k
        Mean over both ends of the air over standard, shape (days, spans of the day, pairs).
    headwind_mps
        Along each pair, shape (days, spans of the day, pairs).
    """

    days: tuple[Dated, ...]
    month: Ints
    open_from_ms: Floats
    open_until_ms: Floats
    is_open: Flags
    is_safe: Flags
    warmth_k: Floats
    headwind_mps: Floats


def standard_temperature_k(elevation_amsl_m: float) -> float:
    """Return the temperature of the standard atmosphere at an altitude of the troposphere."""
    return STANDARD_TEMPERATURE_K - STANDARD_LAPSE_K_PER_M * elevation_amsl_m


def list_sky_days(
    model: WeatherModel, months: Sequence[int], *, days_a_month: int = DAYS_A_MONTH
) -> tuple[Dated, ...]:
    """Return so many dates of each month, spread evenly over the years of the record."""
    found: list[Dated] = []
    for month in months:
        known = [row.date for row in model.days if int(row.date[5:7]) == month]
        if not known:
            raise InvalidInput("months", month, "a month with days in the weather record")
        first = draw(0, "surrogate", "days", month)
        count = min(days_a_month, len(known))
        for number in range(count):
            place = int((number + first) / count * len(known))
            found.append((date.fromisoformat(known[place]), number + 1))
    return tuple(found)


def judge_skies(
    index: CityIndex, model: WeatherModel, days: Sequence[Dated], block_ms: Floats
) -> Skies:
    """Return what weather and daylight leave open on some days.

    Parameters
    ----------
    model
        Of the weather; a setting may change that of the city.
    block_ms
        Of every pair that a lane joins, sorted.
    """
    city = index.city
    places = [
        Place(place_id=PlaceId(site.vertiport_id), elevation_amsl_m=site.elevation_amsl_m)
        for site in city.vertiports
    ]
    modeller, judge = WeatherModeller(model, city.time_zone, places), HoursJudge(index)
    count, pairs = len(days), len(block_ms)
    is_open = np.zeros((count, STEPS_A_DAY, pairs), dtype=np.bool_)
    is_safe = np.zeros((count, STEPS_A_DAY, len(places)), dtype=np.bool_)
    warmth = np.zeros((count, SPANS_A_DAY, pairs))
    headwind = np.zeros((count, SPANS_A_DAY, pairs))
    bounds = np.zeros((2, count))
    ends = _PairEnds(index)
    off_ms = (np.arange(STEPS_A_DAY) + 0.5) * STEP_MS
    for row, (day, seed) in enumerate(days):
        hours = modeller.make_day(day, seed)
        safe, able = judge.judge(hours)
        from_ms, until_ms = _find_service_ms(index, day)
        bounds[:, row] = from_ms, until_ms
        landed_ms = off_ms[:, None] + block_ms
        last = able.shape[1] - 1
        leaves = np.minimum((off_ms // MS_PER_H).astype(np.int64), last)
        lands = np.minimum((landed_ms // MS_PER_H).astype(np.int64), last)
        met = able.T[leaves] & able[np.arange(pairs)[None], lands]
        in_hours = (off_ms[:, None] >= from_ms) & (landed_ms <= until_ms)
        is_open[row] = met & in_hours
        is_safe[row] = safe.T[leaves]
        warmth[row], headwind[row] = ends.measure(hours)
    return Skies(
        days=tuple(days),
        month=np.array([day.month for day, _ in days]),
        open_from_ms=bounds[0],
        open_until_ms=bounds[1],
        is_open=is_open,
        is_safe=is_safe,
        warmth_k=warmth,
        headwind_mps=headwind,
    )


def _find_service_ms(index: CityIndex, day: date) -> tuple[float, float]:
    """Return the hours of service since local midnight; none where there is no daylight."""
    midnight_ms = local_midnight_ms(day, index.city.time_zone)
    try:
        from_ms, until_ms = service_hours_ms(index.city, day.isoformat())
    except InvalidInput:
        return 0.0, 0.0
    return float(from_ms - midnight_ms), float(until_ms - midnight_ms)


class _PairEnds:
    """Measures the air of pairs as the energy of a leg sees it."""

    def __init__(self, index: CityIndex) -> None:
        sites = index.city.vertiports
        ids = [site.vertiport_id for site in sites]
        self._standard_k = np.array(
            [standard_temperature_k(site.elevation_amsl_m) for site in sites]
        )
        pairs = sorted(index.lanes)
        self._first = np.array([ids.index(origin) for origin, _ in pairs])
        self._last = np.array([ids.index(end) for _, end in pairs])
        x_m = np.array([site.x_m for site in sites])
        y_m = np.array([site.y_m for site in sites])
        self._course = np.arctan2(
            x_m[self._last] - x_m[self._first], y_m[self._last] - y_m[self._first]
        )

    def measure(self, hours: DayHours) -> tuple[Floats, Floats]:
        """Return warmth and headwind by span of the day and pair."""
        over_k = hours.temperature_k - self._standard_k[:, None]
        angle = np.deg2rad(hours.wind_from_deg)
        east, north = hours.wind_mps * np.sin(angle), hours.wind_mps * np.cos(angle)
        warmth = self._mean(over_k)
        head = np.sin(self._course)[:, None] * self._mean(east) + np.cos(self._course)[
            :, None
        ] * self._mean(north)
        return self._by_span(warmth), self._by_span(head)

    def _mean(self, values: Floats) -> Floats:
        mean: Floats = 0.5 * (values[self._first] + values[self._last])
        return mean

    def _by_span(self, values: Floats) -> Floats:
        """Return means by span of the day, shape (spans, pairs)."""
        hours = values[:, : 24 // SPANS_A_DAY * SPANS_A_DAY]
        spans: Floats = hours.reshape(len(values), SPANS_A_DAY, -1).mean(axis=2)
        return spans.T
