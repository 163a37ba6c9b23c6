"""METAR: published examples, the traps of the format, archives of lines, spoilt reports."""

from datetime import UTC, datetime
from itertools import count

import pytest

from aspan.primitives.dice import draw
from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import datetime_to_ms
from aspan.primitives.units import MPS_PER_KT, celsius_to_kelvin
from aspan.world.readers.metar import (
    MetarReport,
    list_reports,
    parse_metar,
    read_metar_archive,
)
from aspan.world.weather import CEILING_UNLIMITED_M
from aspan.world.weather_archive import Observation

ICAO_A = (
    "METAR YUDO 221630Z 24004MPS 0600 R12/1000U DZ FG SCT010 OVC020 17/16 Q1018"
    " BECMG TL1700 0800 FG BECMG AT1800 9999 NSW="
)
"""ICAO Annex 3, 20th ed., 2018, app. 3, example A3-1 a."""

ICAO_B = (
    "SPECI YUDO 151115Z 05025G37KT 3000 1200NE +TSRA BKN005CB 25/22 Q1008"
    " TEMPO TL1200 0600 BECMG AT1200 8000 NSW NSC="
)
"""ICAO Annex 3, app. 3, example A3-2 (its units in knots)."""

WMO_LBBG = (
    "METAR LBBG 041600Z 12012MPS 090V150 1400 R04/P1500N R22/P1500U +SN BKN022 OVC050"
    " M04/M07 Q1020 NOSIG 8849//91="
)
"""The example of WMO's code FM 15 that encyclopaedias quote: Burgas."""

FAA = (
    "METAR KEWR 111851Z VRB03G19KT 2SM R04R/3000VP6000FT TSRA BR FEW015 BKN040CB BKN065 OVC200"
    " 22/22 A2987 RMK AO2 PK WND 29028/1817 WSHFT 1812 TSB05RAB22 SLP114 FRQ LTGICCCCG TS OHD"
    " AND NW-N-E MOV NE P0013 T02270215"
)
"""The example that the documentation of python-metar explains."""


def _seen(text: str) -> Observation:
    return parse_metar(text, year=2025, month=1).observation


def test_icao_fog_example() -> None:
    """The routine report of ICAO Annex 3 reads 600 m in fog and drizzle, overcast at 2,000 ft."""
    report = parse_metar(ICAO_A, year=2025, month=1)
    seen = report.observation
    assert (report.station_id, report.is_special) == ("YUDO", False)
    assert seen.at_ms == datetime_to_ms(datetime(2025, 1, 22, 16, 30, tzinfo=UTC))
    assert (seen.wind_mps, seen.wind_from_deg, seen.gust_mps) == (4.0, 240.0, None)
    assert (seen.visibility_m, seen.present_weather) == (600.0, "FG")
    assert seen.ceiling_agl_m == pytest.approx(2000 * 0.3048)
    assert seen.temperature_k == pytest.approx(celsius_to_kelvin(17.0))
    assert seen.qnh_pa == pytest.approx(101_800.0)
    assert seen.precipitation_mm_h is not None
    assert seen.precipitation_mm_h > 0.0


def test_icao_thunder_example() -> None:
    """The special report of ICAO Annex 3 reads gusts of 37 kt, thunder, the least visibility."""
    report = parse_metar(ICAO_B, year=2025, month=1)
    seen = report.observation
    assert report.is_special
    assert seen.wind_mps == pytest.approx(25 * MPS_PER_KT, abs=0.01)
    assert seen.gust_mps == pytest.approx(37 * MPS_PER_KT, abs=0.01)
    assert (seen.visibility_m, seen.present_weather) == (1200.0, "TS")
    assert seen.ceiling_agl_m == pytest.approx(500 * 0.3048)


def test_wmo_snow_example() -> None:
    """The Burgas report reads heavy snow at -4 degC, 1,400 m, ceiling 2,200 ft."""
    seen = _seen(WMO_LBBG)
    assert (seen.visibility_m, seen.present_weather) == (1400.0, "SN")
    assert seen.temperature_k == pytest.approx(celsius_to_kelvin(-4.0))
    assert seen.ceiling_agl_m == pytest.approx(2200 * 0.3048)
    assert seen.relative_humidity == pytest.approx(0.80, abs=0.02)


def test_faa_example() -> None:
    """The Newark report reads statute miles, inches and variable wind; remarks are not read."""
    seen = _seen(FAA)
    assert seen.visibility_m == pytest.approx(2 * 1609.344)
    assert seen.qnh_pa == pytest.approx(29.87 * 3386.389, rel=1e-4)
    assert (seen.wind_from_deg, seen.present_weather) == (None, "TS")
    assert seen.ceiling_agl_m == pytest.approx(4000 * 0.3048)


@pytest.mark.parametrize(
    ("groups", "present"),
    [
        ("9999 VCTS SCT030CB", "TS"),
        ("9999 SCT030CB", ""),
        ("0300 FZFG VV001", "FZFG"),
        ("3000 -FZDZ OVC008", "FZRA"),
        ("3000 PL OVC008", "FZRA"),
        ("9999 MIFG SCT030", "BR"),
        ("9999 VCFG SCT030", "BR"),
        ("9999 VCSH SCT030", ""),
        ("2000 -SHSN BR OVC010", "SN"),
        ("5000 HZ NSC", ""),
        ("0800 BCFG BR NSC", "FG"),
        ("9000 -RA OVC020", "RA"),
    ],
)
def test_the_most_restrictive_weather_is_kept(groups: str, present: str) -> None:
    """Of several groups the one worst for flight counts, thunder in the vicinity included."""
    assert _seen(f"UAAA 150600Z 09003MPS {groups} 05/M01 Q1018").present_weather == present


@pytest.mark.parametrize(
    ("sky", "ceiling_m"),
    [
        ("CAVOK", 1500.0),
        ("9999 NSC", 1500.0),
        ("9999 SKC", CEILING_UNLIMITED_M),
        ("9999 FEW010 SCT020", CEILING_UNLIMITED_M),
        ("9999 SCT010 BKN030 OVC060", 3000 * 0.3048),
        ("0200 FG VV001", 100 * 0.3048),
        ("0200 FG VV///", None),
        ("9999 BKN///", None),
    ],
)
def test_ceiling(sky: str, ceiling_m: float | None) -> None:
    """The ceiling is the lowest layer over half the sky, and not told where its height is not."""
    found = _seen(f"UAAA 150600Z 00000MPS {sky} 10/05 Q1018").ceiling_agl_m
    assert found == (None if ceiling_m is None else pytest.approx(ceiling_m))


def test_what_is_not_told_is_missing_and_never_good() -> None:
    """Slashes of an automatic station are no visibility, no ceiling, no weather, no wind."""
    seen = _seen("UAAA 011200Z AUTO /////MPS //// // ////// ///// Q////")
    assert seen.list_missing() == (
        "temperature_k", "wind_mps", "visibility_m", "ceiling_agl_m", "present_weather",
    )  # fmt: skip
    assert seen.qnh_pa is None


@pytest.mark.parametrize(
    "text",
    [
        "UAAA 011200Z NIL=",
        "",
        "NOT A REPORT",
        "UAAA 321200Z 02002MPS CAVOK 20/10 Q1013",
        "UAAA 012560Z 02002MPS CAVOK 20/10 Q1013",
        "UAAA 011200Z 02002MPS CAVOK 20/10 Q1013 NONSENSE",
        "UAAA 011200Z 02099MPS CAVOK 20/10 Q1013",
        "UAAA 011200Z 02002MPS CAVOK 20/10 Q0400",
        "UAAA 011200Z 02002MPS CAVOK 20/10 Q1013 " + "X" * 3000,
    ],
)
def test_a_bad_report_is_refused(text: str) -> None:
    """NIL, impossible days and numbers, unknown groups and endless lines are refused by name."""
    with pytest.raises(InvalidInput):
        parse_metar(text, year=2025, month=1)


def test_an_archive_with_stamps_and_without() -> None:
    """OGIMET stamps, Iowa rows and bare lines with a first month read the same three hours."""
    reports = [
        "UAAA 312300Z 02002MPS CAVOK M05/M10 Q1030",
        "UAAA 010000Z 02002MPS 0300 FZFG VV001 M06/M07 Q1031",
        "UAAA 010100Z 02003MPS CAVOK M06/M09 Q1031",
    ]
    stamps = ["202501312300", "202502010000", "202502010100"]
    ogimet = "\n".join(f"{s} METAR {r}=" for s, r in zip(stamps, reports, strict=True))
    iowa = "station,valid,metar\n" + "\n".join(
        f"UAAA,{s[:4]}-{s[4:6]}-{s[6:8]} {s[8:10]}:{s[10:]},{r}"
        for s, r in zip(stamps, reports, strict=True)
    )
    first_hour = datetime_to_ms(datetime(2025, 1, 31, 23, tzinfo=UTC)) // 3_600_000
    for text, month in ((ogimet, None), (iowa, None), ("\n".join(reports), "2025-01")):
        archive = read_metar_archive(text.encode(), label="a", station_id="UAAA", first_month=month)
        assert archive.span() == (first_hour, first_hour + 2)
        assert archive.list_skipped() == ()
        foggy = archive.find(first_hour + 1)
        assert foggy is not None
        assert foggy.present_weather == "FZFG"
        assert archive.find(first_hour + 3) is None


def test_lines_that_cannot_be_used_are_listed() -> None:
    """Other stations, garbage and NIL are skipped with their line and reason, the rest is read."""
    text = (
        "# sample\n202501010000 UAAA 010000Z 02002MPS CAVOK 01/M01 Q1013\n"
        "202501010100 UTTT 010100Z 02002MPS CAVOK 01/M01 Q1013\nrubbish\n"
        "202501010200 UAAA 010200Z NIL\n"
    )
    archive = read_metar_archive(text.encode(), label="a", station_id="UAAA")
    assert [skipped.line for skipped in archive.list_skipped()] == [3, 4, 5]
    assert archive.count_hours() == 1


def test_the_report_nearest_the_hour_counts_and_a_later_line_corrects() -> None:
    """Of reports at 05:53 and 06:30 the first is the hour's; a corrected line replaces it."""
    text = "\n".join(
        [
            "202501150553 UAAA 150553Z 02002MPS 3000 BR NSC 01/M01 Q1013",
            "202501150630 UAAA 150630Z 02002MPS CAVOK 01/M01 Q1013",
            "202501150553 METAR COR UAAA 150553Z 02002MPS 4000 BR NSC 01/M01 Q1013",
        ]
    )
    archive = read_metar_archive(text.encode(), label="a", station_id="UAAA")
    found = archive.find(datetime_to_ms(datetime(2025, 1, 15, 6, tzinfo=UTC)) // 3_600_000)
    assert found is not None
    assert found.visibility_m == 4000.0


def test_live_text_is_dated_near_now() -> None:
    """On 1 March a report of the 28th is of February, whatever the year of the service."""
    now_ms = datetime_to_ms(datetime(2031, 3, 1, 0, 20, tzinfo=UTC))
    data = b"UAAA 282330Z 02002MPS CAVOK 01/M01 Q1013\nUAAA 010000Z rubbish\n"
    (first_ms, first), (_, second) = list_reports(data, now_ms=now_ms, field="METAR")
    assert first_ms == datetime_to_ms(datetime(2031, 2, 28, 23, 30, tzinfo=UTC))
    assert isinstance(first, MetarReport)
    assert isinstance(second, str)


def test_two_thousand_mutated_reports_never_crash() -> None:
    """Cut, swapped and replaced characters give a report within bounds or `InvalidInput`."""
    alphabet = "0123456789/MAKVRBSNFGTZ +-=CPQ\x00\u0418\n"
    samples = [ICAO_A, ICAO_B, WMO_LBBG, FAA]
    refused = read = 0
    for n in range(2000):
        dice = (draw(7, "metar", n, k) for k in count())
        text = list(samples[n % len(samples)])
        for _ in range(1 + int(next(dice) * 4)):
            at, what = int(next(dice) * len(text)), next(dice)
            if what < 0.4:
                text[at] = alphabet[int(next(dice) * len(alphabet))]
            elif what < 0.6:
                del text[at]
            elif what < 0.8:
                text.insert(at, alphabet[int(next(dice) * len(alphabet))])
            else:
                text = text[: max(1, at)]
        try:
            seen = parse_metar("".join(text), year=2025, month=1).observation
        except InvalidInput:
            refused += 1
            continue
        read += 1
        assert seen.wind_mps is None or 0.0 <= seen.wind_mps <= 75.0
        assert seen.visibility_m is None or seen.visibility_m >= 0.0
        list_reports("".join(text).encode(), now_ms=0, field="METAR")
    assert min(refused, read) > 100
