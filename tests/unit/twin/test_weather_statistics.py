"""Availability of the modelled years against facts 9.18 and 9.19."""

from datetime import date

import numpy as np
import pytest

from aspan.operations.minima import MinimaMet, check_minima
from aspan.primitives.ids import PlaceId
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_H
from aspan.twin.weather import WeatherModeller, WeatherTruth
from aspan.twin.weather_frame import Place
from aspan.twin.weather_statistics import MonthAvailability, place_availability, vfr_hours
from aspan.world.city import City
from shipped import read_shipped

PLANNED_HEIGHT_AGL_M = 700.0
YEARS = range(2020, 2026)
SUMMER = range(4, 11)
WINTER = (12, 1, 2)

Years = dict[str, list[MonthAvailability]]


@pytest.fixture(scope="module")
def alatau() -> City:
    """Return the real city, read once."""
    return read_shipped("alatau")


@pytest.fixture(scope="module")
def years(alatau: City) -> Years:
    """Return months of six real years at the heights of the airport and of Medeu."""
    places = [
        Place(place_id=PlaceId("AIRPORT"), elevation_amsl_m=681.0),
        Place(place_id=PlaceId("MEDEU"), elevation_amsl_m=1690.0),
    ]
    months: Years = {"AIRPORT": [], "MEDEU": []}
    for year in YEARS:
        for month in place_availability(
            alatau.weather,
            alatau.time_zone,
            places,
            alatau.rules.weather_minima,
            seeds=[1],
            year=year,
            planned_height_agl_m=PLANNED_HEIGHT_AGL_M,
        ):
            months[month.place_id].append(month)
    return months


@pytest.mark.parametrize("place", ["AIRPORT", "MEDEU"])
def test_summer_availability(years: Years, place: str) -> None:
    """From April to October day VFR holds 96 % of the time, +-6 points (facts 9.19)."""
    share = np.mean([month.vfr for month in years[place] if month.month in SUMMER])
    assert share == pytest.approx(0.96, abs=0.06)


def test_winter_availability_of_the_plain(years: Years) -> None:
    """From December to February it holds 75 to 80 %, mornings 60 %, +-6 points (facts 9.19)."""
    winter = [month for month in years["AIRPORT"] if month.month in WINTER]
    assert np.mean([month.vfr for month in winter]) == pytest.approx(0.775, abs=0.06)
    assert np.mean([month.morning_vfr for month in winter]) == pytest.approx(0.60, abs=0.06)


def test_medeu_is_often_clear_above_the_fog(years: Years) -> None:
    """In winter the foothills are better than the plain, mornings most of all (facts 9.18)."""
    winter = {place: [m for m in years[place] if m.month in WINTER] for place in years}
    by_day = {place: np.mean([m.vfr for m in winter[place]]) for place in winter}
    by_morning = {place: np.mean([m.morning_vfr for m in winter[place]]) for place in winter}
    assert by_day["MEDEU"] > by_day["AIRPORT"] + 0.05
    assert by_morning["MEDEU"] > by_morning["AIRPORT"] + 0.15
    assert sum(month.fog_days for month in years["MEDEU"]) == 0


def test_fog_days_of_the_airport(years: Years) -> None:
    """The plain has 50 to 70 fog days a year, four of five from November to March (9.18)."""
    fog_days = sum(month.fog_days for month in years["AIRPORT"]) / len(YEARS)
    season = sum(m.fog_days for m in years["AIRPORT"] if m.month not in SUMMER) / len(YEARS)
    assert 50 <= fog_days <= 70
    assert season >= 0.8 * fog_days


def test_every_minimum_together_is_no_better_than_vfr(years: Years) -> None:
    """Wind and icing take hours away and give none."""
    months = years["AIRPORT"] + years["MEDEU"]
    assert all(month.all_minima <= month.vfr for month in months)
    assert any(month.all_minima < month.vfr for month in months)


@pytest.mark.parametrize("day", [date(2025, 1, 6), date(2024, 3, 17), date(2023, 5, 20)])
def test_columns_judge_as_the_engine_does(alatau: City, day: date) -> None:
    """Availability over arrays says for each hour what `check_minima` says of its weather."""
    places = [
        Place(place_id=PlaceId(v.vertiport_id), elevation_amsl_m=v.elevation_amsl_m)
        for v in alatau.vertiports
    ]
    minima = alatau.rules.weather_minima
    hours = WeatherModeller(alatau.weather, alatau.time_zone, places).make_day(day, 1)
    _, met = vfr_hours(hours, minima, planned_height_agl_m=PLANNED_HEIGHT_AGL_M)
    truth = WeatherTruth(alatau, 1)
    midnight_ms = local_midnight_ms(day, alatau.time_zone)
    for i, place in enumerate(places):
        for hour in range(24):
            at_ms = midnight_ms + hour * MS_PER_H
            decision = check_minima(
                truth.at(place.place_id, at_ms),
                minima,
                planned_height_agl_m=PLANNED_HEIGHT_AGL_M,
                at_ms=at_ms,
            )
            assert bool(met[i, hour]) == isinstance(decision, MinimaMet)
