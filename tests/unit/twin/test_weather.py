"""The twin's true weather and its reports, held against the real days and against causality."""

from datetime import date, timedelta

import msgspec
import numpy as np
import pytest

from aspan.primitives.dice import draw_at, stream_key
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import PlaceId
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_H, celsius_to_kelvin
from aspan.twin.weather import WeatherModeller, WeatherTruth
from aspan.twin.weather_air import dew_point_k
from aspan.twin.weather_days import DailyRows
from aspan.twin.weather_fog import FogDays, find_score_bounds
from aspan.twin.weather_frame import Place
from aspan.twin.weather_noise import draws_at, smooth_noise, stream_keys
from aspan.twin.weather_report import report_visibility_m, report_weather
from aspan.twin.weather_sky import PRESENT
from aspan.world.city import City
from aspan.world.sun import sun_times
from aspan.world.weather import CEILING_UNLIMITED_M, Weather
from shipped import read_shipped

AIRPORT = PlaceId("AIRPORT")
MEDEU = PlaceId("MEDEU")
FOG_DATE = date(2025, 1, 6)
FOG_KINDS = ("FG", "FZFG")


@pytest.fixture(scope="module")
def alatau() -> City:
    """Return the real city, read once."""
    return read_shipped("alatau")


def _day_of(truth: WeatherTruth, place_id: PlaceId, day: date, zone: str) -> list[Weather]:
    midnight_ms = local_midnight_ms(day, zone)
    return [truth.at(place_id, midnight_ms + hour * MS_PER_H) for hour in range(24)]


def _at_reference(city: City) -> WeatherModeller:
    place = Place(
        place_id=PlaceId("REFERENCE"), elevation_amsl_m=city.weather.reference_elevation_m
    )
    return WeatherModeller(city.weather, city.time_zone, [place])


def test_columns_of_dice_are_the_dice() -> None:
    """A whole column of draws equals the draws one by one, hours before 1970 too."""
    key = stream_key(7, "weather", "gust", "NORTH")
    column = draws_at(stream_keys(7, "gust", ("NORTH",)), 480_000, 30)[0]
    assert column.tolist() == [draw_at(key, 480_000 + i) for i in range(30)]
    assert draws_at(stream_keys(7, "gust", ("NORTH",)), -3, 1)[0, 0] == draw_at(key, -3)


def test_smooth_noise_is_standard_and_remembers() -> None:
    """Noise has mean 0, variance 1 and a correlation that falls to 0 over its memory."""
    noise = smooth_noise(stream_keys(1, "test", ("A", "B", "C", "D")), 0, 20_000, 6)
    assert abs(float(noise.mean())) < 0.05
    assert float(noise.std()) == pytest.approx(1.0, abs=0.03)
    assert float(np.mean(noise[:, 1:] * noise[:, :-1])) == pytest.approx(5 / 6, abs=0.03)
    assert float(np.mean(noise[:, 6:] * noise[:, :-6])) == pytest.approx(0.0, abs=0.04)


def test_the_real_day_is_kept(alatau: City) -> None:
    """At the reference point the hours keep the real extremes, wind, precipitation and mean."""
    modeller = _at_reference(alatau)
    mean_errors_k = []
    for row in alatau.weather.days[300:1000:7]:
        hours = modeller.make_day(date.fromisoformat(row.date), 3)
        assert hours.temperature_k.min() > row.temperature_min_k - 2.5
        assert hours.temperature_k.max() < row.temperature_max_k + 2.5
        assert hours.wind_mps.max() == pytest.approx(row.wind_mps_max, rel=0.5, abs=0.3)
        assert hours.precipitation_mm_h.sum() == pytest.approx(row.precipitation_mm, abs=0.11)
        mean_errors_k.append(float(hours.temperature_k.mean()) - row.temperature_mean_k)
    assert abs(float(np.mean(mean_errors_k))) < 0.5
    assert float(np.std(mean_errors_k)) < 1.2


def test_a_summer_day_warms_until_mid_afternoon(alatau: City) -> None:
    """In July the coldest hour is about sunrise and the warmest in mid-afternoon."""
    truth = WeatherTruth(alatau, 1)
    coldest, warmest = [], []
    for number in range(1, 32):
        hours = _day_of(truth, AIRPORT, date(2024, 7, number), alatau.time_zone)
        kelvin = [weather.temperature_k for weather in hours]
        coldest.append(kelvin.index(min(kelvin)))
        warmest.append(kelvin.index(max(kelvin)))
    assert 3 <= float(np.median(coldest)) <= 6
    assert 13 <= float(np.median(warmest)) <= 15


def test_the_valley_wind_turns(alatau: City) -> None:
    """On July days wind comes from the plain by day and from the mountain at night (facts 9.20)."""
    truth = WeatherTruth(alatau, 1)
    from_mountain = {3: 0.0, 14: 0.0}
    axis_rad = np.radians(alatau.weather.valley_axis_deg)
    for number in range(1, 32):
        hours = _day_of(truth, MEDEU, date(2023, 7, number), alatau.time_zone)
        for hour in from_mountain:
            turn_rad = np.radians(hours[hour].wind_from_deg) - axis_rad
            from_mountain[hour] += hours[hour].wind_mps * float(np.cos(turn_rad)) / 31
    assert from_mountain[3] > 0.8
    assert from_mountain[14] < -1.0


def test_every_value_is_possible(alatau: City) -> None:
    """Over a year at every place each value lies in its physical range and agrees with the rest."""
    places = [
        Place(place_id=PlaceId(v.vertiport_id), elevation_amsl_m=v.elevation_amsl_m)
        for v in alatau.vertiports
    ]
    modeller = WeatherModeller(alatau.weather, alatau.time_zone, places)
    for number in range(0, 366, 3):
        hours = modeller.make_day(date(2024, 1, 1) + timedelta(days=number), 5)
        assert hours.temperature_k.min() > celsius_to_kelvin(-45.0)
        assert hours.temperature_k.max() < celsius_to_kelvin(46.0)
        assert hours.wind_mps.min() > 0.0
        assert (hours.gust_mps >= hours.wind_mps).all()
        assert ((hours.wind_from_deg >= 0.0) & (hours.wind_from_deg < 360.0)).all()
        assert ((hours.relative_humidity > 0.0) & (hours.relative_humidity <= 1.0)).all()
        assert ((hours.visibility_m >= 30.0) & (hours.visibility_m < 60_000.0)).all()
        assert (hours.ceiling_agl_m <= CEILING_UNLIMITED_M).all()
        foggy = np.isin(hours.present, [PRESENT.index(kind) for kind in FOG_KINDS])
        assert (hours.visibility_m[foggy] < 1000.0).all()
        assert (hours.relative_humidity[foggy] >= 0.97).all()
        snowing = hours.present == PRESENT.index("SN")
        assert (hours.precipitation_mm_h[snowing] > 0.0).all()
        assert (hours.temperature_k[snowing] < celsius_to_kelvin(1.5)).all()


def test_thunder_belongs_to_summer_afternoons(alatau: City) -> None:
    """Some summer rain days have thunder, no winter day has."""
    modeller = _at_reference(alatau)
    thunder = PRESENT.index("TS")
    days: dict[int, int] = dict.fromkeys(range(1, 13), 0)
    for number in range(731):
        day = date(2023, 1, 1) + timedelta(days=number)
        hours = modeller.make_day(day, 2)
        stormy = (hours.present == thunder).any(axis=0)
        days[day.month] += bool(stormy.any())
        assert not (stormy & (hours.middle_h < 12.0)).any()
    assert sum(days[month] for month in (10, 11, 12, 1, 2, 3)) == 0
    assert 10 <= sum(days.values()) <= 80


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_fog_of_a_real_date_stays_in_the_plain_until_noon(alatau: City, seed: int) -> None:
    """On 2025-01-06 fog holds 3 daylight hours in the plain under every seed; not at Medeu."""
    truth = WeatherTruth(alatau, seed)
    sun = sun_times(
        lon_deg=alatau.weather.reference_lon_deg,
        lat_deg=alatau.weather.reference_lat_deg,
        day=FOG_DATE,
        zone=alatau.time_zone,
    )
    hours = _day_of(truth, AIRPORT, FOG_DATE, alatau.time_zone)
    foggy = [
        weather
        for weather in hours
        if sun.sunrise_at_ms <= weather.at_ms < sun.sunset_at_ms - MS_PER_H
        and weather.present_weather in FOG_KINDS
    ]
    assert len(foggy) >= 3
    assert any(
        sun.sunrise_at_ms <= weather.at_ms < sun.sunset_at_ms and weather.visibility_m >= 5000.0
        for weather in hours
    )
    above = _day_of(truth, MEDEU, FOG_DATE, alatau.time_zone)
    assert all(weather.present_weather not in FOG_KINDS for weather in above)
    assert sum(weather.visibility_m >= 5000.0 for weather in above) >= 20


def test_inversion_makes_the_plain_colder_than_the_hill_in_fog(alatau: City) -> None:
    """In fog at 08:00 the airport is hardly warmer than a hill at 1,150 m, 470 m above it."""
    hill = Place(place_id=PlaceId("HILL"), elevation_amsl_m=1150.0)
    plain = Place(place_id=AIRPORT, elevation_amsl_m=681.0)
    modeller = WeatherModeller(alatau.weather, alatau.time_zone, [plain, hill])
    fog = modeller.make_day(FOG_DATE, 1).temperature_k[:, 8]
    fair = modeller.make_day(date(2024, 7, 14), 1).temperature_k[:, 14]
    assert fog[0] < fog[1] + 1.0
    assert fair[0] > fair[1] + 1.5


def test_the_seed_hardly_moves_which_dates_are_foggy(alatau: City) -> None:
    """Nine of ten winter dates agree about fog under two seeds, because the date is real."""
    rows = DailyRows(alatau.weather.days)
    fogs = FogDays(alatau.weather.fog, alatau.weather.days, rows)
    days = [date(2022, 11, 1) + timedelta(days=number) for number in range(120)]
    strengths = [
        [
            fogs.plan_fog(day, seed, sunrise_h=7.4, sunset_h=16.6, noon_deg=26.0).strength > 0.0
            for day in days
        ]
        for seed in (1, 2)
    ]
    agreed = sum(first == second for first, second in zip(*strengths, strict=True))
    assert agreed >= 0.9 * len(days)
    assert 20 <= sum(strengths[0]) <= 80


def test_score_bounds_give_the_stated_share_of_days(alatau: City) -> None:
    """Bounds found from the days are those the city's file states, so they were not mistyped."""
    found = find_score_bounds(alatau.weather.fog, alatau.weather.days)
    assert alatau.weather.fog.score_bound == pytest.approx(found, abs=0.006)


def test_a_day_knows_nothing_of_later_days(alatau: City) -> None:
    """Taking all later rows out of the file changes no byte of a day's weather."""
    day = date(2023, 1, 17)
    kept = tuple(row for row in alatau.weather.days if row.date <= day.isoformat())
    model = msgspec.structs.replace(alatau.weather, days=kept)
    past = msgspec.structs.replace(alatau, weather=model)
    for place_id in (AIRPORT, MEDEU):
        with_future = _day_of(WeatherTruth(alatau, 4), place_id, day, alatau.time_zone)
        assert _day_of(WeatherTruth(past, 4), place_id, day, alatau.time_zone) == with_future


@pytest.mark.parametrize("day", [date(2025, 1, 6), date(2031, 7, 4)])
def test_another_future_has_the_same_past(alatau: City, day: date) -> None:
    """Hours before the instant keep their bytes, hours from it on are drawn anew."""
    split_ms = local_midnight_ms(day, alatau.time_zone) + 11 * MS_PER_H + 1
    one = _day_of(WeatherTruth(alatau, 1), AIRPORT, day, alatau.time_zone)
    other_truth = WeatherTruth(alatau, 1, future_seed=99, future_from_ms=split_ms)
    other = _day_of(other_truth, AIRPORT, day, alatau.time_zone)
    assert other[:12] == one[:12]
    assert all(new != old for new, old in zip(other[12:], one[12:], strict=True))


def test_unknown_places_and_half_a_future_are_refused(alatau: City) -> None:
    """A place without weather is refused by name, and so is a future without its instant."""
    with pytest.raises(InvalidInput, match=r"NOWHERE.*AIRPORT"):
        WeatherTruth(alatau, 1).at(PlaceId("NOWHERE"), 0)
    with pytest.raises(InvalidInput, match="future"):
        WeatherTruth(alatau, 1, future_seed=2)


def test_order_of_questions_changes_nothing(alatau: City) -> None:
    """Hours asked backwards, far apart and after being forgotten are the same hours."""
    start_ms = local_midnight_ms(date(2024, 2, 20), alatau.time_zone)
    instants = [start_ms + step * 7 * MS_PER_H for step in range(120)]
    forwards = WeatherTruth(alatau, 8)
    backwards = WeatherTruth(alatau, 8)
    told = {at_ms: forwards.at(MEDEU, at_ms) for at_ms in instants}
    assert {at_ms: backwards.at(MEDEU, at_ms) for at_ms in reversed(instants)} == told
    assert forwards.at(MEDEU, instants[0]) == told[instants[0]]


def test_weather_is_constant_over_the_hour_through_a_change_of_clock(alatau: City) -> None:
    """Every hour of the 25-hour day on which Almaty went to +5 is there and starts on the hour."""
    truth = WeatherTruth(alatau, 1)
    first_ms = local_midnight_ms(date(2024, 2, 29), alatau.time_zone)
    last_ms = local_midnight_ms(date(2024, 3, 2), alatau.time_zone)
    assert (last_ms - first_ms) // MS_PER_H == 49
    for at_ms in range(first_ms, last_ms, MS_PER_H):
        weather = truth.at(AIRPORT, at_ms)
        assert weather.at_ms == at_ms
        assert truth.at(AIRPORT, at_ms + MS_PER_H - 1) is weather


def test_dates_outside_the_file_borrow_real_days(alatau: City) -> None:
    """A date without a row takes one of the same calendar date, kept for ten days, by seed."""
    rows = DailyRows(alatau.weather.days)
    assert rows.is_real(date(2025, 1, 6))
    assert not rows.is_real(date(2030, 1, 6))
    borrowed = [rows.get_row(date(2030, 1, 6), seed) for seed in range(40)]
    assert {row.date[5:] for row in borrowed} == {"01-06"}
    assert len({row.date for row in borrowed}) >= 4
    assert rows.get_row(date(2032, 2, 29), 1).date[5:] == "02-29"


def test_modelled_hours_say_so(alatau: City) -> None:
    """No hour is called measured, for none is."""
    truth = WeatherTruth(alatau, 1)
    hours = _day_of(truth, AIRPORT, FOG_DATE, alatau.time_zone)
    assert all(weather.is_modelled for weather in hours)


def test_fog_columns_must_have_a_number_a_month(alatau: City) -> None:
    """A column of months of another length is refused by name."""
    for name, field in (("fog_day_chance", "fog_day_chance"), ("score_bound", "score_bound")):
        columns = {"fog_day_chance": alatau.weather.fog.fog_day_chance, "score_bound": ()}
        fog = msgspec.structs.replace(alatau.weather.fog, **(columns | {field: (0.1,) * 11}))
        with pytest.raises(InvalidInput, match=f"weather.fog.{name}"):
            FogDays(fog, alatau.weather.days, DailyRows(alatau.weather.days))


def test_no_days_at_all_are_refused() -> None:
    """A weather model needs at least one day."""
    with pytest.raises(InvalidInput, match=r"weather\.days"):
        DailyRows(())


@pytest.mark.parametrize(
    ("temperature_c", "humidity", "dew_point_c"), [(20.0, 0.5, 9.26), (30.0, 1.0, 30.0)]
)
def test_dew_point(temperature_c: float, humidity: float, dew_point_c: float) -> None:
    """Air of 20 degC and 50 % has a dew point of 9.3 degC (Alduchov and Eskridge 1996)."""
    dew_k = dew_point_k(celsius_to_kelvin(temperature_c), humidity)
    assert dew_k == pytest.approx(celsius_to_kelvin(dew_point_c), abs=0.05)


@pytest.mark.parametrize(
    ("seen_m", "reported_m"),
    [(84.0, 50.0), (799.0, 750.0), (4999.0, 4900.0), (5000.0, 5000.0), (9999.0, 9000.0),
     (23_000.0, 10_000.0)],
)  # fmt: skip
def test_visibility_is_reported_in_steps(seen_m: float, reported_m: float) -> None:
    """Visibility is rounded down to the steps of a METAR (ICAO Annex 3, app. 3, 4.2.4)."""
    assert report_visibility_m(seen_m) == reported_m


def test_reports_are_truth_within_their_rounding(alatau: City) -> None:
    """A report differs from the truth by no more than its steps, and never flatters visibility."""
    truth = WeatherTruth(alatau, 6)
    start_ms = local_midnight_ms(date(2024, 11, 5), alatau.time_zone)
    for hour in range(240):
        weather = truth.at(AIRPORT, start_ms + hour * MS_PER_H)
        report = truth.report(AIRPORT, start_ms + hour * MS_PER_H)
        assert report == report_weather(weather)
        assert abs(report.temperature_k - weather.temperature_k) <= 0.0501
        assert abs(report.wind_mps - weather.wind_mps) <= 0.2501
        assert report.visibility_m <= weather.visibility_m
        assert 0.0 <= weather.ceiling_agl_m - report.ceiling_agl_m < 30.0
        assert 0.0 <= report.wind_from_deg < 360.0
        assert report.present_weather == weather.present_weather
