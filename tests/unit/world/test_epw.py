"""EPW: head, fields, codes of missing values, hours of a typical year, spoilt files."""

from datetime import UTC, datetime
from itertools import count

import pytest

from aspan.primitives.dice import draw
from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import datetime_to_ms
from aspan.primitives.units import MS_PER_H, celsius_to_kelvin
from aspan.world.readers.epw import read_epw
from aspan.world.weather import CEILING_UNLIMITED_M
from aspan.world.weather_archive import Observation

HEAD = (
    "LOCATION,Chicago Ohare Intl Ap,IL,USA,TMY3,725300,41.98,-87.92,-6.0,201.0\n"
    "DESIGN CONDITIONS,0\nTYPICAL/EXTREME PERIODS,0\nGROUND TEMPERATURES,0\n"
    "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0\nCOMMENTS 1,hand-written sample\nCOMMENTS 2,\n"
    "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31\n"
)
"""The LOCATION line is the example of EnergyPlus' documentation; the hours are ours."""

FLAGS = "?9?9?9?9E0?9?9?9?9?9?9?9?9?9?9?9?9?9?9?9*9*9*9*9*9"


def _row(hour: int, *, month: int = 1, day: int = 1, **fields: str) -> str:
    """Return a line of 35 fields."""
    at = {
        "temp": "-6.1",
        "dew": "-8.3",
        "rh": "84",
        "pressure": "99300",
        "from": "270",
        "wind": "6.2",
        "sight": "16.1",
        "ceiling": "77777",
        "told": "0",
        "codes": "999999999",
        "rain": "0.0",
        "rain_h": "1.0",
    } | {key.rstrip("_"): value for key, value in fields.items()}
    return ",".join(
        ["1986", str(month), str(day), str(hour), "60", FLAGS, at["temp"], at["dew"], at["rh"],
         at["pressure"], *["0"] * 10, at["from"], at["wind"], "10", "10", at["sight"],
         at["ceiling"], at["told"], at["codes"], "5", "0.1110", "0", "88", "0.180", at["rain"],
         at["rain_h"]]
    )  # fmt: skip


def _read(*rows: str) -> Observation:
    """Return the first hour of a file of these rows, 1 January 00:00 of its standard time."""
    year = read_epw((HEAD + "\n".join(rows) + "\n").encode(), label="x.epw").year
    start = datetime_to_ms(datetime(2025, 1, 1, 6, tzinfo=UTC)) // MS_PER_H
    found = year.find(start)
    assert found is not None
    return found


def test_the_head_gives_place_and_time_zone() -> None:
    """Latitude, longitude, offset and elevation are those of the published LOCATION line."""
    location = read_epw((HEAD + _row(1)).encode(), label="x.epw").location
    assert (location.lat_deg, location.lon_deg) == (41.98, -87.92)
    assert (location.offset_h, location.elevation_amsl_m, location.wmo_id) == (
        -6.0,
        201.0,
        "725300",
    )


def test_fields_and_units() -> None:
    """Degrees, percent, pascal, km and metres come out in the house's units."""
    seen = _read(_row(1))
    assert seen.temperature_k == pytest.approx(celsius_to_kelvin(-6.1))
    assert (seen.relative_humidity, seen.pressure_pa) == (0.84, 99_300.0)
    assert (seen.wind_mps, seen.wind_from_deg) == (6.2, 270.0)
    assert seen.visibility_m == pytest.approx(16_100.0)
    assert (seen.ceiling_agl_m, seen.present_weather) == (CEILING_UNLIMITED_M, "")


def test_missing_codes_are_none() -> None:
    """99.9, 999, 999999, 9999, 99999 and an observation of 9 mean that nothing was told."""
    seen = _read(
        _row(1, temp="99.9", dew="99.9", rh="999", pressure="999999", from_="999", wind="999",
             sight="9999", ceiling="99999", told="9", rain="999", rain_h="99")
    )  # fmt: skip
    told = (
        seen.temperature_k, seen.relative_humidity, seen.pressure_pa, seen.wind_mps,
        seen.wind_from_deg, seen.visibility_m, seen.ceiling_agl_m, seen.present_weather,
        seen.precipitation_mm_h,
    )  # fmt: skip
    assert told == (None,) * 9


@pytest.mark.parametrize(
    ("codes", "sight", "present"),
    [
        ("099999999", "9.0", "TS"),
        ("969999999", "9.0", "FZRA"),
        ("996999999", "9.0", "FZRA"),
        ("999909999", "9.0", "SN"),
        ("909999999", "9.0", "RA"),
        ("999999099", "0.4", "FG"),
        ("999999099", "4.0", "BR"),
        ("999999199", "0.4", "FZFG"),
        ("999994999", "9.0", "TS"),
        ("000000000", "9.0", None),
        ("99999", "9.0", None),
    ],
)
def test_present_weather_digits(codes: str, sight: str, present: str | None) -> None:
    """The nine digits of TMY2 give the worst for flight; noughts throughout tell nothing."""
    assert _read(_row(1, codes=codes, sight=sight)).present_weather == present


def test_hour_one_ends_at_one_oclock_and_the_year_repeats() -> None:
    """Hour 24 of 31 December begins at 23:00 local, in every year; 29 February is the 28th's."""
    rows = [_row(1), _row(24, month=12, day=31, temp="3.0"), _row(5, month=2, day=28, temp="7.0")]
    year = read_epw((HEAD + "\n".join(rows)).encode(), label="x.epw").year
    for calendar in (1999, 2024):
        last = year.find(datetime_to_ms(datetime(calendar + 1, 1, 1, 5, tzinfo=UTC)) // MS_PER_H)
        assert last is not None
        assert last.temperature_k == pytest.approx(celsius_to_kelvin(3.0))
    leap = year.find(datetime_to_ms(datetime(2024, 2, 29, 10, tzinfo=UTC)) // MS_PER_H)
    assert leap is not None
    assert leap.temperature_k == pytest.approx(celsius_to_kelvin(7.0))
    assert year.is_typical
    assert year.find(datetime_to_ms(datetime(2024, 5, 1, tzinfo=UTC)) // MS_PER_H) is None


def test_bad_rows_are_listed_and_bad_heads_refused() -> None:
    """A short row and an hour 25 are skipped; no head, no hour, half-hours are bad input."""
    year = read_epw((HEAD + _row(1) + "\n1986,1,1\n" + _row(25)).encode(), label="x.epw").year
    assert [skipped.line for skipped in year.list_skipped()] == [10, 11]
    for text in (
        "",
        "LOCATION,a\n",
        HEAD,
        HEAD.replace("41.98", "x") + _row(1),
        HEAD.replace("PERIODS,1,1", "PERIODS,1,2") + _row(1),
    ):
        with pytest.raises(InvalidInput):
            read_epw(text.encode(), label="x.epw")


def test_two_thousand_mutated_files_never_crash() -> None:
    """Replaced, cut and doubled bytes give hours within bounds, skipped lines or `InvalidInput`."""
    whole = (HEAD + _row(1) + "\n" + _row(2, codes="969999999") + "\n").encode()
    refused = read = 0
    for n in range(2000):
        dice = (draw(11, "epw", n, k) for k in count())
        data = bytearray(whole)
        for _ in range(1 + int(next(dice) * 6)):
            at, what = int(next(dice) * len(data)), next(dice)
            if what < 0.6:
                data[at] = int(next(dice) * 256)
            elif what < 0.8:
                del data[at : at + 1 + int(next(dice) * 9)]
            else:
                data[at:at] = data[at : at + int(next(dice) * 40)]
        try:
            year = read_epw(bytes(data), label="x.epw").year
        except InvalidInput:
            refused += 1
            continue
        read += 1
        assert year.count_hours() >= 1
    assert min(refused, read) > 100
