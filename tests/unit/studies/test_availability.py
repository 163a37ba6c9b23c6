"""Availability over weather years, from the weather alone."""

from datetime import date

import msgspec
import pytest

from aspan.operations.minima import MinimaMet, check_minima
from aspan.operations.opening import service_hours_ms
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import PlaceId
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import MS_PER_H
from aspan.studies.availability import NETWORK, judge_availability
from aspan.studies.plan_city import make_city, own_plan
from aspan.studies.setting import Setting
from aspan.twin.weather import WeatherTruth
from aspan.world.readers import load_city

CITY = load_city("alatau")
JANUARY = (date(2023, 1, 1), date(2023, 2, 1))


def test_hours_are_those_of_the_service() -> None:
    """Hours judged in a month sum to the hours of service of its days."""
    found = judge_availability(CITY, first=JANUARY[0], until=JANUARY[1])
    judged_h = sum(map(sum, found[0].service_h))
    spans = [service_hours_ms(CITY, date(2023, 1, d).isoformat()) for d in range(1, 32)]
    assert judged_h == pytest.approx(sum(b - a for a, b in spans) / MS_PER_H, abs=0.01)
    assert [site.place_id for site in found] == [
        *(site.vertiport_id for site in CITY.vertiports),
        NETWORK,
    ]


def test_one_day_hour_by_hour() -> None:
    """The share of an hour is 1 exactly if the twin's own weather of it meets every minimum."""
    day = date(2023, 12, 12)
    truth, height_m = WeatherTruth(CITY, 4), CITY.lanes.rules.layer_heights_agl_m[0]
    found = judge_availability(CITY, first=day, until=date(2023, 12, 13), seeds=[4])
    from_ms, until_ms = service_hours_ms(CITY, day.isoformat())
    shares, expected = [], []
    for site in found[:-1]:
        for hour_ms in range(from_ms - from_ms % MS_PER_H, until_ms, MS_PER_H):
            met = check_minima(
                truth.at(PlaceId(site.place_id), hour_ms),
                CITY.rules.weather_minima,
                planned_height_agl_m=height_m,
                at_ms=hour_ms,
            )
            expected.append(1.0 if isinstance(met, MinimaMet) else 0.0)
            local_hour = ms_to_local(hour_ms, CITY.time_zone).hour
            shares.append(site.share[11][local_hour])
    assert shares == expected
    assert set(expected) == {0.0, 1.0}


def test_fog_lies_in_the_plain_in_winter() -> None:
    """In December the plain is shut more than Medeu, and both more than in July."""
    year = {
        month: {
            site.place_id: site.open_share
            for site in judge_availability(
                CITY, first=date(2023, 1, 1), until=date(2024, 1, 1), months=[month]
            )
        }
        for month in (7, 12)
    }
    plain = CITY.vertiports[0].vertiport_id
    assert year[12][plain] < year[7][plain]
    assert min(year[12].values()) <= year[12][NETWORK] <= max(year[12].values())


def test_a_setting_without_fog_opens_the_plain() -> None:
    """With no chance of fog the plain is open longer, and fewer days are lost."""
    clear = make_city(CITY, own_plan(CITY), Setting(fog_factor=0.0))
    foggy, open_sky = (
        judge_availability(city, first=JANUARY[0], until=JANUARY[1])[0] for city in (CITY, clear)
    )
    assert open_sky.open_share > foggy.open_share
    assert open_sky.days_lost_per_year < foggy.days_lost_per_year


def test_share_is_of_years_and_seeds() -> None:
    """Low and high hold the mean; the same question has the same answer."""
    asked = {"first": JANUARY[0], "until": JANUARY[1], "seeds": (1, 2, 3)}
    found = judge_availability(CITY, **asked)  # type: ignore[arg-type]
    assert found == judge_availability(CITY, **asked)  # type: ignore[arg-type]
    for site in found:
        assert site.open_share_low <= site.open_share <= site.open_share_high
        assert 0.0 <= site.days_lost_per_year <= 31.0


def test_no_minima_shut_nothing() -> None:
    """With minima that nothing breaks every hour of service is open."""
    free = msgspec.structs.replace(
        CITY.rules.weather_minima,
        visibility_m=0.0, ceiling_agl_m=-1e6, wind_mps=1e3, gust_mps=1e3, gust_spread_mps=1e3,
        icing_temperature_k_max=0.0,
    )  # fmt: skip
    city = msgspec.structs.replace(
        CITY, rules=msgspec.structs.replace(CITY.rules, weather_minima=free)
    )
    found = judge_availability(city, first=date(2023, 4, 1), until=date(2023, 4, 4))
    assert found[0].open_share == pytest.approx(1.0)
    assert found[0].days_lost_per_year == 0.0


def test_dates_without_days_are_refused() -> None:
    """A range without a date of the months asked for is refused."""
    with pytest.raises(InvalidInput, match="availability"):
        judge_availability(CITY, first=JANUARY[0], until=JANUARY[1], months=[7])
