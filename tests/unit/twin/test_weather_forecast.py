"""Forecasts: honest errors, skill over climatology, and nothing of the future."""

from datetime import date

import msgspec
import numpy as np
import pytest

from aspan.primitives.errors import InvalidInput, InvariantError
from aspan.primitives.ids import PlaceId
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_H
from aspan.twin.weather import WeatherTruth
from aspan.twin.weather_forecast import Forecaster
from aspan.world.city import City
from aspan.world.weather import Forecast, Weather
from shipped import read_shipped

AIRPORT = PlaceId("AIRPORT")
LEADS_H = (1, 3, 6, 12, 24)


@pytest.fixture(scope="module")
def alatau() -> City:
    """Return the real city, read once."""
    return read_shipped("alatau")


@pytest.fixture(scope="module")
def forecaster(alatau: City) -> Forecaster:
    """Return one forecaster; it keeps nothing but what is usual."""
    return Forecaster(alatau)


def _pairs(
    city: City, forecaster: Forecaster, place_id: PlaceId, start: date, *, days: int, lead_h: int
) -> list[tuple[Forecast, Weather]]:
    """Return forecasts and what came, every second hour of service."""
    truth = WeatherTruth(city, 1)
    made = []
    for day in range(days):
        morning_ms = local_midnight_ms(start, city.time_zone) + (24 * day + 5) * MS_PER_H
        reports: list[Weather] = []
        for at_ms in range(morning_ms, morning_ms + 15 * MS_PER_H, 2 * MS_PER_H):
            reports.append(truth.report(place_id, at_ms))
            forecast = forecaster.forecast(
                place_id,
                reports,
                issued_at_ms=at_ms,
                valid_at_ms=at_ms + lead_h * MS_PER_H,
            )
            made.append((forecast, truth.at(place_id, at_ms + lead_h * MS_PER_H)))
    return made


@pytest.mark.parametrize("place", ["AIRPORT", "MEDEU"])
@pytest.mark.parametrize("start", [date(2023, 1, 5), date(2023, 4, 5), date(2023, 7, 5)])
def test_stated_errors_are_honest(
    alatau: City, forecaster: Forecaster, place: str, start: date
) -> None:
    """Over 60 days the errors met are 0.6 to 1.5 of those stated, at each lead."""
    for lead_h in LEADS_H:
        pairs = _pairs(alatau, forecaster, PlaceId(place), start, days=60, lead_h=lead_h)
        kelvin = [f.expected.temperature_k - came.temperature_k for f, came in pairs]
        mps = [f.expected.wind_mps - came.wind_mps for f, came in pairs]
        stated = pairs[0][0]
        assert 0.6 < float(np.sqrt(np.mean(np.square(kelvin)))) / stated.temperature_error_k < 1.5
        assert 0.6 < float(np.sqrt(np.mean(np.square(mps)))) / stated.wind_error_mps < 1.5


def test_stated_errors_grow_with_the_lead(alatau: City, forecaster: Forecaster) -> None:
    """The further ahead, the less is known, up to what climatology leaves open."""
    truth = WeatherTruth(alatau, 1)
    at_ms = local_midnight_ms(date(2024, 4, 20), alatau.time_zone)
    report = truth.report(AIRPORT, at_ms)
    forecasts = [
        forecaster.forecast(
            AIRPORT, [report], issued_at_ms=at_ms, valid_at_ms=at_ms + lead_h * MS_PER_H
        )
        for lead_h in (0, *LEADS_H)
    ]
    kelvin = [forecast.temperature_error_k for forecast in forecasts]
    assert kelvin == sorted(set(kelvin))
    assert kelvin[-1] < 4.0


@pytest.mark.parametrize("lead_h", [1, 3, 6])
def test_fog_chances_beat_climatology_and_are_calibrated(
    alatau: City, forecaster: Forecaster, lead_h: int
) -> None:
    """Over four Januaries the chance below minima has skill and is right on average."""
    minima = alatau.rules.weather_minima
    pairs = [
        pair
        for year in (2021, 2022, 2023, 2024)
        for pair in _pairs(alatau, forecaster, AIRPORT, date(year, 1, 1), days=31, lead_h=lead_h)
    ]
    said = np.array([forecast.probability_below_minima for forecast, _ in pairs])
    came = np.array(
        [
            weather.visibility_m < minima.visibility_m
            or weather.ceiling_agl_m < minima.ceiling_agl_m
            for _, weather in pairs
        ],
        dtype=np.float64,
    )
    assert ((said >= 0.0) & (said <= 1.0)).all()
    assert float(np.mean((said - came) ** 2)) < 0.9 * float(came.var())
    assert abs(float(said.mean() - came.mean())) < 0.08


def test_fog_is_expected_to_burn_off(alatau: City, forecaster: Forecaster) -> None:
    """In morning fog the chance below minima falls through the day and fair weather is expected."""
    at_ms = local_midnight_ms(date(2025, 1, 6), alatau.time_zone) + 8 * MS_PER_H
    report = WeatherTruth(alatau, 1).report(AIRPORT, at_ms)
    assert report.present_weather == "FZFG"
    chances, seen_m = [], []
    for lead_h in (0, 1, 3, 5, 7):
        forecast = forecaster.forecast(
            AIRPORT, [report], issued_at_ms=at_ms, valid_at_ms=at_ms + lead_h * MS_PER_H
        )
        chances.append(forecast.probability_below_minima)
        seen_m.append(forecast.expected.visibility_m)
    assert chances[0] == 1.0
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] < 0.2
    assert seen_m[0] < 1000.0
    assert seen_m[-1] >= 5000.0


def test_at_no_lead_the_forecast_is_the_report(alatau: City, forecaster: Forecaster) -> None:
    """Within the hour of the report the expected weather is what was reported."""
    at_ms = local_midnight_ms(date(2024, 7, 14), alatau.time_zone) + 9 * MS_PER_H
    report = WeatherTruth(alatau, 2).report(AIRPORT, at_ms)
    forecast = forecaster.forecast(
        AIRPORT, [report], issued_at_ms=at_ms, valid_at_ms=at_ms + MS_PER_H - 1
    )
    assert forecast.expected.at_ms == at_ms
    assert forecast.expected.temperature_k == pytest.approx(report.temperature_k, abs=0.06)
    assert forecast.expected.wind_mps == pytest.approx(report.wind_mps, abs=0.06)


def test_a_forecast_hangs_on_its_reports_alone(alatau: City) -> None:
    """Two futures with the same past give the same forecast, from any forecaster."""
    at_ms = local_midnight_ms(date(2024, 12, 9), alatau.time_zone) + 7 * MS_PER_H
    forecasts = []
    for future_seed in (50, 60):
        truth = WeatherTruth(alatau, 1, future_seed=future_seed, future_from_ms=at_ms + MS_PER_H)
        truth.at(AIRPORT, at_ms + 5 * MS_PER_H)
        forecasts.append(
            Forecaster(alatau).forecast(
                AIRPORT,
                [truth.report(AIRPORT, at_ms)],
                issued_at_ms=at_ms,
                valid_at_ms=at_ms + 5 * MS_PER_H,
            )
        )
    assert forecasts[0] == forecasts[1]


def test_bad_questions_are_refused(alatau: City, forecaster: Forecaster) -> None:
    """No report, a valid hour before the issue, another place's or a later report: not answered."""
    at_ms = local_midnight_ms(date(2024, 7, 14), alatau.time_zone)
    report = WeatherTruth(alatau, 2).report(AIRPORT, at_ms)
    with pytest.raises(InvalidInput, match="reports"):
        forecaster.forecast(AIRPORT, [], issued_at_ms=at_ms, valid_at_ms=at_ms)
    with pytest.raises(InvalidInput, match="valid_at_ms"):
        forecaster.forecast(AIRPORT, [report], issued_at_ms=at_ms, valid_at_ms=at_ms - 1)
    other = msgspec.structs.replace(report, place_id=PlaceId("MEDEU"))
    with pytest.raises(InvariantError, match="MEDEU"):
        forecaster.forecast(AIRPORT, [other], issued_at_ms=at_ms, valid_at_ms=at_ms)
    with pytest.raises(InvariantError, match="later"):
        forecaster.forecast(AIRPORT, [report], issued_at_ms=at_ms - 1, valid_at_ms=at_ms)
