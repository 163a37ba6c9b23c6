"""Availability: in what part of the hours of service the weather lets a site be used.

Every date of the record is judged under each seed of the hourly model, by the company minima at
release; nothing is flown. A part of an hour of service counts as that part of the hour's weather,
as in the figures of simulated days. Hours are modelled around real daily rows; what is between
years and seeds is told, the model's own error is not in it (facts 9.18, 9.19). Not judged here:
lanes between sites, forecasts that err, and what a closed destination does to its pairs.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import msgspec
import numpy as np

from aspan.operations.opening import service_hours_ms
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import PlaceId
from aspan.primitives.units import MS_PER_H
from aspan.studies.estimates import MONTH_DAYS, MONTHS, Floats
from aspan.twin.weather import WeatherModeller
from aspan.twin.weather_frame import Place
from aspan.twin.weather_statistics import vfr_hours
from aspan.world.city import City

HOURS: Final = 24
NETWORK: Final = "network"
"""Place id of the mean over all sites."""

LOST_SHARE: Final = 0.5
"""A day is lost to a site that is shut for this share of its hours of service or more."""


class SiteAvailability(msgspec.Struct, frozen=True, kw_only=True):
    """One site, or the mean over all.

    Parameters
    ----------
    share
        By month and local hour, twelve rows of 24, in [0, 1]; 0 where there is no service.
    service_h
        Hours of service judged, by month and local hour: 0 where there is none.
    open_share
        Of all hours of service, in a mean year; `low` and `high` of single years and seeds.
    days_lost_per_year
        Days of the months judged on which it is shut for half its hours of service or more.
    """

    place_id: str
    share: tuple[tuple[float, ...], ...]
    service_h: tuple[tuple[float, ...], ...]
    open_share: float
    open_share_low: float
    open_share_high: float
    days_lost_per_year: float
    years: tuple[int, ...]
    seeds: tuple[int, ...]


def judge_availability(
    city: City,
    *,
    first: date,
    until: date,
    seeds: Sequence[int] = (1,),
    months: Sequence[int] = (),
) -> tuple[SiteAvailability, ...]:
    """Return availability of every vertiport in the city's order, and of the network at the end.

    Parameters
    ----------
    city
        With the weather of the setting that is asked about.
    first, until
        Half-open range of dates.
    months
        Those that are judged; all if empty.
    """
    asked = frozenset(months or MONTHS)
    span = (first + timedelta(days=n) for n in range((until - first).days))
    days = [day for day in span if day.month in asked]
    if not days or not seeds:
        expected = "dates of the months asked for, and a seed"
        raise InvalidInput("availability: days", f"{first} to {until}", expected)
    tally = _Tally(city, days, seeds)
    for day in days:
        for number, seed in enumerate(seeds):
            tally.judge(day, number, seed)
    return tally.conclude()


class _Tally:
    """Hours of service, and those that are open, of all sites."""

    def __init__(self, city: City, days: Sequence[date], seeds: Sequence[int]) -> None:
        self._city = city
        self._seeds = tuple(seeds)
        self._years = tuple(sorted({day.year for day in days}))
        self._days = len(days)
        self._days_per_year = sum(MONTH_DAYS[month] for month in sorted({d.month for d in days}))
        self._places = [
            Place(place_id=PlaceId(site.vertiport_id), elevation_amsl_m=site.elevation_amsl_m)
            for site in city.vertiports
        ]
        self._modeller = WeatherModeller(city.weather, city.time_zone, self._places)
        self._height_m = city.lanes.rules.layer_heights_agl_m[0]
        samples = len(self._years) * len(seeds)
        self._service = np.zeros((12, HOURS))
        self._open = np.zeros((len(self._places), 12, HOURS))
        self._sample_service = np.zeros((samples, 12))
        self._sample_open = np.zeros((len(self._places) + 1, samples, 12))
        self._lost = np.zeros(len(self._places) + 1)

    def judge(self, day: date, number: int, seed: int) -> None:
        """Add one date under one seed."""
        try:
            from_ms, until_ms = service_hours_ms(self._city, day.isoformat())
        except InvalidInput:
            return  # no daylight in the hours of service: nothing is open, nothing is lost
        hours = self._modeller.make_day(day, seed)
        minima = self._city.rules.weather_minima
        _, met = vfr_hours(hours, minima, planned_height_agl_m=self._height_m)
        starts_ms = (hours.first_hour + np.arange(len(hours.middle_h))) * MS_PER_H
        parts_ms = np.minimum(starts_ms + MS_PER_H, until_ms) - np.maximum(starts_ms, from_ms)
        part_h = np.maximum(parts_ms, 0) / MS_PER_H
        clock = hours.middle_h.astype(np.int64) % HOURS
        month = day.month - 1
        open_h = met * part_h
        np.add.at(self._service[month], clock, part_h)
        for site, row in enumerate(open_h):
            np.add.at(self._open[site, month], clock, row)
        whole, by_site = float(part_h.sum()), open_h.sum(axis=1)
        by_place = np.append(by_site, by_site.mean())
        sample = self._years.index(day.year) * len(self._seeds) + number
        self._sample_service[sample, month] += whole
        self._sample_open[:, sample, month] += by_place
        self._lost += by_place <= LOST_SHARE * whole

    def conclude(self) -> tuple[SiteAvailability, ...]:
        """Return what was counted."""
        ids = [*(str(place.place_id) for place in self._places), NETWORK]
        opened = np.concatenate([self._open, self._open.mean(axis=0)[None]])
        return tuple(self._tell(place_id, i, opened[i]) for i, place_id in enumerate(ids))

    def _tell(self, place_id: str, number: int, opened: Floats) -> SiteAvailability:
        """Return one place."""
        safe = np.where(self._service > 0.0, self._service, 1.0)
        judged = self._sample_service.sum(axis=1)
        by_sample = self._sample_open[number].sum(axis=1)[judged > 0.0] / judged[judged > 0.0]
        cases = self._days * len(self._seeds)
        return SiteAvailability(
            place_id=place_id,
            share=_rows(opened / safe),
            service_h=_rows(self._service),
            open_share=round(float(by_sample.mean()), 4) if len(by_sample) else 0.0,
            open_share_low=round(float(by_sample.min(initial=1.0)), 4),
            open_share_high=round(float(by_sample.max(initial=0.0)), 4),
            days_lost_per_year=round(float(self._lost[number]) / cases * self._days_per_year, 2),
            years=self._years,
            seeds=self._seeds,
        )


def _rows(table: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(round(value, 4) for value in row) for row in table.tolist())
