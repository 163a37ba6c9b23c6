"""Archives dropped into a city: their hours replace the model, and say what they are."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aspan.operations.city_index import CityIndex
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import PlaceId
from aspan.primitives.instants import datetime_to_ms
from aspan.primitives.units import MS_PER_H
from aspan.twin.weather import WeatherTruth
from aspan.twin.weather_availability import city_availability, list_full_years
from aspan.world.city import City
from aspan.world.readers import load_city
from aspan.world.readers.folder import find_folder
from aspan.world.weather import CEILING_UNLIMITED_M, Weather

NORTH, EAST = PlaceId("NORTH"), PlaceId("EAST")
MORNING_MS = datetime_to_ms(datetime(2025, 1, 15, 3, tzinfo=UTC))

REPORTS = """# hand-written, no measurement
202501150300 UAAA 150300Z 36004G12MPS 0400 FZFG OVC002 M05/M06 Q1030
202501150400 UAAA 150400Z 36004MPS CAVOK M04/M09 Q1030
202501150500 UAAA 150500Z AUTO 36004MPS //// // ////// M04/M09 Q1030
"""

STATION = """
[stations.UAAA]
lon_deg = { value = 77.0, unit = "deg", low = 76.0, high = 78.0, source = "t", mark = "assumed" }
lat_deg = { value = 43.4, unit = "deg", low = 43.0, high = 44.0, source = "t", mark = "assumed" }
elevation_amsl_m = { value = 600, unit = "m", low = 0, high = 900, source = "t", mark = "assumed" }
places = ["NORTH"]
"""


def _city(folder: Path, extra: str, files: dict[str, str]) -> City:
    """Return the tiny city with more in its weather file and with files in `weather/`."""
    shutil.copytree(find_folder("tiny"), folder / "tiny")
    toml = folder / "tiny" / "weather.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + extra, encoding="utf-8")
    (folder / "tiny" / "weather").mkdir()
    for name, text in files.items():
        (folder / "tiny" / "weather" / name).write_text(text, encoding="utf-8")
    return load_city(str(folder / "tiny"))


@pytest.fixture
def measured(tmp_path: Path) -> City:
    """Return the tiny city with three reports for one of its sites."""
    extra = STATION + 'files = ["weather/uaaa.metar.txt"]\n'
    return _city(tmp_path, extra, {"uaaa.metar.txt": REPORTS})


def test_a_measured_hour_takes_the_place_of_the_model(measured: City) -> None:
    """What was told holds at the place of the station alone, and is not called modelled."""
    truth = WeatherTruth(measured, 1)
    told, model = truth.at(NORTH, MORNING_MS), truth.at(EAST, MORNING_MS)
    assert (told.visibility_m, told.present_weather, told.is_modelled) == (400.0, "FZFG", False)
    assert (told.wind_mps, told.gust_mps, told.wind_from_deg) == (4.0, 12.0, 0.0)
    assert model.is_modelled
    height_m = next(v for v in measured.vertiports if str(v.vertiport_id) == NORTH).elevation_amsl_m
    assert told.temperature_k == pytest.approx(268.15 - 0.0065 * (height_m - 600.0))


def test_what_was_not_told_stays_modelled(measured: City) -> None:
    """An hour without visibility takes the told wind and stays modelled, as hours not covered."""
    truth, model = WeatherTruth(measured, 1), WeatherTruth(load_city("tiny"), 1)
    partly_ms = MORNING_MS + 2 * MS_PER_H
    partly, whole = truth.at(NORTH, partly_ms), model.at(NORTH, partly_ms)
    assert partly.is_modelled
    assert (partly.wind_mps, partly.visibility_m) == (4.0, whole.visibility_m)
    for at_ms in (MORNING_MS - MS_PER_H, MORNING_MS + 3 * MS_PER_H):
        assert truth.at(NORTH, at_ms) == model.at(NORTH, at_ms)


def test_a_gust_not_told_is_below_what_is_told(measured: City) -> None:
    """Without a gust group the usual gust is taken, at most 5 m/s over the wind."""
    told = WeatherTruth(measured, 1).at(NORTH, MORNING_MS + MS_PER_H)
    assert told.wind_mps < told.gust_mps <= told.wind_mps + 5.0
    assert told.ceiling_agl_m < CEILING_UNLIMITED_M


def test_measured_hours_are_the_same_under_every_seed(measured: City) -> None:
    """Another seed, and another future, draw other models but the same measured hours."""
    one = WeatherTruth(measured, 1).at(NORTH, MORNING_MS)
    other = WeatherTruth(measured, 2, future_seed=3, future_from_ms=MORNING_MS)
    assert other.at(NORTH, MORNING_MS) == one


def test_a_typical_year_replaces_the_model_and_is_not_called_measured(tmp_path: Path) -> None:
    """An EPW hour holds in every year; the measured hour goes before it."""
    head = (
        "LOCATION,x,y,KAZ,z,368700,43.4,77.0,5.0,600.0\nDESIGN CONDITIONS,0\n"
        "TYPICAL/EXTREME PERIODS,0\nGROUND TEMPERATURES,0\nHOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0\n"
        "COMMENTS 1,hand-written\nCOMMENTS 2,\nDATA PERIODS,1,1,Data,Sunday,1/1,12/31\n"
    )
    row = (
        "1990,1,15,{},0,x,-7.0,-9.0,80,95000,"
        + "0," * 10
        + "90,7.5,5,5,12.0,2000,9,9,5,0,0,0,0,0,1"
    )
    epw = head + "\n".join(row.format(hour) for hour in (9, 12)) + "\n"
    extra = STATION + 'files = ["weather/x.epw", "weather/uaaa.metar.txt"]\n'
    city = _city(tmp_path, extra, {"x.epw": epw, "uaaa.metar.txt": REPORTS})
    truth = WeatherTruth(city, 1)
    noon_ms = datetime_to_ms(datetime(2023, 1, 15, 6, tzinfo=UTC))
    typical = truth.at(NORTH, noon_ms)
    assert (typical.wind_mps, typical.visibility_m) == (7.5, 12_000.0)
    assert typical.is_modelled
    assert truth.at(NORTH, MORNING_MS).wind_mps == 4.0
    answer = city_availability(CityIndex(city), years=[2025], seeds=[1])
    north = next(site for site in answer.sites if site.vertiport_id == NORTH)
    assert north.typical > 0.0
    assert north.measured > 0.0


@pytest.mark.parametrize(
    ("extra", "field"),
    [
        (STATION + 'files = ["weather/none.metar"]\n', "none.metar"),
        (STATION + 'files = ["../x.metar"]\n', "files"),
        (STATION + 'files = ["weather/uaaa.doc"]\n', "uaaa.doc"),
        (STATION.replace("NORTH", "NOWHERE"), "places"),
        (STATION + 'month = "2025-13"\nfiles = ["weather/uaaa.metar.txt"]\n', "month"),
    ],
)
def test_a_wrong_station_is_bad_input(tmp_path: Path, extra: str, field: str) -> None:
    """Missing files, paths that climb, unknown endings, places and months are named."""
    with pytest.raises(InvalidInput, match=field):
        _city(tmp_path, extra, {"uaaa.metar.txt": REPORTS})


def test_told_places_hear_and_are_not_fed() -> None:
    """A place told from outside has what was last told before an instant; others keep the model."""
    city = load_city("tiny")
    truth = WeatherTruth(city, 1, told_place_ids=[NORTH])
    model = WeatherTruth(city, 1)
    assert NORTH not in truth.fed_place_ids
    assert truth.place_ids == model.place_ids
    assert truth.at(NORTH, MORNING_MS) == model.at(NORTH, MORNING_MS)
    for minutes, wind_mps in ((0, 1.0), (30, 2.0), (10, 9.0)):
        truth.hear(_told(MORNING_MS + minutes * 60_000, wind_mps))
    assert [
        truth.at(NORTH, MORNING_MS + minutes * 60_000).wind_mps for minutes in (0, 29, 30, 400)
    ] == [1.0, 1.0, 2.0, 2.0]
    assert truth.heard_ms() == {NORTH: MORNING_MS + 30 * 60_000}
    assert truth.at(EAST, MORNING_MS) == model.at(EAST, MORNING_MS)


def _told(at_ms: int, wind_mps: float) -> Weather:
    """Return fair weather told at an instant."""
    return Weather(
        place_id=NORTH, at_ms=at_ms, temperature_k=280.0, pressure_pa=95_000.0, wind_mps=wind_mps,
        wind_from_deg=0.0, gust_mps=wind_mps, relative_humidity=0.5, visibility_m=10_000.0,
        ceiling_agl_m=CEILING_UNLIMITED_M, precipitation_mm_h=0.0, present_weather="",
        is_modelled=False,
    )  # fmt: skip


def test_availability_has_its_range(measured: City) -> None:
    """Every share lies within its range, by hour and month, and years are the full ones."""
    index = CityIndex(measured)
    assert len(list_full_years(index)) >= 1
    answer = city_availability(index, years=list_full_years(index)[:1], seeds=[1, 2])
    rows = [*answer.network, *(m for site in answer.sites for m in site.months)]
    spreads = [s for row in rows for s in (row.whole, *row.by_hour.values())]
    assert all(s.low <= s.share <= s.high and s.hours > 0 for s in spreads)
    assert any(s.low < s.high for s in spreads)
    pair = answer.pairs[0]
    by_site = {site.vertiport_id: site for site in answer.sites}
    for month in range(12):
        ends = [by_site[end].months[month].whole.share for end in (pair.origin, pair.destination)]
        assert pair.months[month].whole.share <= min(ends)
