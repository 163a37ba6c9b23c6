"""Geozones: when they are closed, and their file after ED-318, sound and spoilt."""

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from aspan.primitives.dice import draw
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import GeozoneId
from aspan.world.geodesy import Projection, great_circle_m
from aspan.world.geozones import (
    HIGHEST_AMSL_M,
    LOWEST_AMSL_M,
    Applicability,
    DailyPeriod,
    Geozone,
    GeozonePart,
    Restriction,
)
from aspan.world.readers import load_city
from aspan.world.readers.geozones import read_geozones
from aspan.world.vertiport import Names
from shipped import read_shipped

DAY = 86_400_000
HOUR = 3_600_000
MONDAY = 1_744_588_800_000
"""2025-04-14T00:00Z, a Monday."""
SQUARE = ((77.0, 43.4), (77.1, 43.4), (77.1, 43.5), (77.0, 43.5), (77.0, 43.4))
CITY = load_city("tiny")
PROJECTION = Projection(CITY.utm_epsg)

Json = dict[str, Any]


def zone(
    *periods: Applicability, restriction: Restriction = "prohibited", granted: bool = True
) -> Geozone:
    """Return a square zone with these periods."""
    return Geozone(
        zone_id=GeozoneId("Z"),
        names=Names(kk="Z", ru="Z", en="Z"),
        restriction=restriction,
        parts=(GeozonePart(rings=(SQUARE,), lower_amsl_m=0.0, upper_amsl_m=1000.0),),
        is_authorised=granted,
        applicability=periods,
    )


def collection(**properties: object) -> Json:
    """Return a file with one square zone, some of its properties changed."""
    stated: Json = {
        "identifier": "ABC1234",
        "country": "KAZ",
        "name": [{"text": "Test", "lang": "en-GB"}, {"text": "Проба", "lang": "ru-KZ"}],
        "type": "PROHIBITED",
        "variant": "COMMON",
        "reason": ["AIR_TRAFFIC"],
        "zoneAuthority": [{"purpose": "INFORMATION"}],
    }
    geometry = {
        "type": "Polygon",
        "coordinates": [[list(p) for p in SQUARE]],
        "layer": {
            "lower": 100, "lowerReference": "AMSL", "upper": 900, "upperReference": "AMSL",
            "uom": "m",
        },
    }  # fmt: skip
    feature = {"type": "Feature", "geometry": geometry, "properties": stated | properties}
    return {"type": "FeatureCollection", "features": [feature]}


def read(tmp_path: Path, content: object) -> tuple[Geozone, ...]:
    """Return the zones of a file with this content."""
    path = tmp_path / "geozones.geojson"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_geozones(path, city="copy", projection=PROJECTION, terrain=CITY.terrain)


def test_a_prohibited_zone_without_periods_is_always_closed() -> None:
    """It is closed now and at any time, never changes, and no leave opens it."""
    always = zone()
    assert always.is_closed_at(MONDAY)
    assert always.closed_intervals(MONDAY, MONDAY + 5) == ((MONDAY, MONDAY + 5),)
    assert always.next_change_ms(MONDAY) is None


@pytest.mark.parametrize("restriction", ["required_authorisation", "conditional"])
def test_leave_opens_zones_that_ask_for_it(restriction: Restriction) -> None:
    """With leave it is open, without it closed like a prohibited one."""
    assert not zone(restriction=restriction).is_closed_at(MONDAY)
    assert zone(restriction=restriction, granted=False).is_closed_at(MONDAY)
    assert not zone(restriction="none", granted=False).is_closed_at(MONDAY)


def test_hours_of_weekdays_are_half_open_and_may_pass_midnight() -> None:
    """Mondays 22 to 02 h: closed at 22:00 and 01:59 on Tuesday, open at 02:00 and on Sunday."""
    nights = Applicability(
        schedule=(DailyPeriod(weekdays=(0,), from_ms=22 * HOUR, until_ms=26 * HOUR),)
    )
    z = zone(nights)
    assert [z.is_closed_at(MONDAY + h * HOUR) for h in (21, 22, 25, 26, 46)] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert not z.is_closed_at(MONDAY - 1 * HOUR)
    week = z.closed_intervals(MONDAY, MONDAY + 9 * DAY)
    assert week == (
        (MONDAY + 22 * HOUR, MONDAY + 26 * HOUR),
        (MONDAY + 7 * DAY + 22 * HOUR, MONDAY + 7 * DAY + 26 * HOUR),
    )
    assert z.next_change_ms(MONDAY) == MONDAY + 22 * HOUR
    assert z.next_change_ms(MONDAY + 22 * HOUR) == MONDAY + 26 * HOUR
    assert z.next_change_ms(MONDAY + 26 * HOUR) == MONDAY + 7 * DAY + 22 * HOUR


def test_periods_that_meet_are_merged_and_far_changes_are_found() -> None:
    """Two spans end to end are one interval; a change months ahead is found, then none."""
    far = MONDAY + 200 * DAY
    z = zone(
        Applicability(from_at_ms=far, until_at_ms=far + DAY),
        Applicability(from_at_ms=far + DAY, until_at_ms=far + 2 * DAY),
    )
    assert z.closed_intervals(far - DAY, far + 5 * DAY) == ((far, far + 2 * DAY),)
    assert z.next_change_ms(MONDAY) == far
    assert z.next_change_ms(far) == far + 2 * DAY
    assert z.next_change_ms(far + 2 * DAY) is None


def test_intervals_agree_with_the_state_at_every_minute_tried() -> None:
    """For drawn schedules: closed exactly within the intervals; changes are where they meet."""
    for n in range(40):
        start = int(draw(7, "start", str(n), 0) * DAY)
        length = 1 + int(draw(7, "length", str(n), 0) * DAY)
        days = tuple(d for d in range(7) if draw(7, "day", str(n), d) < 0.4) or (2,)
        z = zone(
            Applicability(
                from_at_ms=MONDAY + int(draw(7, "from", str(n), 0) * 5 * DAY),
                until_at_ms=MONDAY + 20 * DAY,
                schedule=(DailyPeriod(weekdays=days, from_ms=start, until_ms=start + length),),
            )
        )
        listed = z.closed_intervals(MONDAY - DAY, MONDAY + 30 * DAY)
        assert all(a < b for a, b in listed)
        assert all(a[1] < b[0] for a, b in pairwise(listed))
        for k in range(60):
            at = MONDAY - DAY + int(draw(7, "at", str(n), k) * 25 * DAY)
            assert z.is_closed_at(at) == any(a <= at < b for a, b in listed)
            edges = [e for i in listed for e in i if e > at]
            assert z.next_change_ms(at) == (min(edges) if edges else None)


def test_too_long_a_span_is_refused() -> None:
    """More than ten years of intervals are not listed."""
    with pytest.raises(InvalidInput, match="at most"):
        zone().closed_intervals(0, 4_000 * DAY)


def test_a_polygon_in_feet_reads_to_metres(tmp_path: Path) -> None:
    """Limits in feet become metres; names fall back to the first language given."""
    content = collection()
    content["features"][0]["geometry"]["layer"] |= {"upper": 3000, "uom": "ft"}
    (z,) = read(tmp_path, content)
    assert z.upper_amsl_m == pytest.approx(914.4)
    assert z.lower_amsl_m == pytest.approx(30.48)
    assert (z.names.en, z.names.ru, z.names.kk) == ("Test", "Проба", "Test")
    assert z.rings == (SQUARE,)
    assert z.restriction == "prohibited"


def test_no_layer_means_all_heights(tmp_path: Path) -> None:
    """A zone without limits reaches from under the ground to above any aircraft."""
    content = collection()
    del content["features"][0]["geometry"]["layer"]
    (z,) = read(tmp_path, content)
    assert (z.lower_amsl_m, z.upper_amsl_m) == (LOWEST_AMSL_M, HIGHEST_AMSL_M)


def test_heights_above_ground_are_taken_to_the_safe_side(tmp_path: Path) -> None:
    """From the lowest ground under the zone to the highest, the tiny city's terrain."""
    site = CITY.vertiports[0]
    content = collection()
    content["features"][0]["geometry"] = {
        "type": "Point",
        "coordinates": [site.lon_deg, site.lat_deg],
        "extent": {"subType": "Circle", "radius": 2000},
        "layer": {"lower": 0, "lowerReference": "AGL", "upper": 120, "upperReference": "AGL"},
    }
    (z,) = read(tmp_path, content)
    here_m = CITY.terrain.elevation_amsl_m(site.lon_deg, site.lat_deg)
    assert z.lower_amsl_m <= here_m
    assert z.upper_amsl_m >= here_m + 120
    away = [great_circle_m(site.lon_deg, site.lat_deg, *p) for p in z.rings[0]]
    assert min(away) > 2000 * 0.995  # great circles are good to 0.5 %
    assert max(away) < 2000 * 1.006


def test_several_volumes_and_times_are_read(tmp_path: Path) -> None:
    """A collection of two layers, an applicability with dates, days and UTC hours."""
    content = collection(
        type="REQ_AUTHORISATION",
        extendedProperties={"aspan": {"is_authorised": False, "mark": "assumed", "source": "us"}},
        limitedApplicability=[
            {
                "startDateTime": "2025-04-14T00:00:00Z", "endDateTime": "2025-05-14T05:00:00+05:00",
                "schedule": [{"day": ["MON", "WED"], "startTime": "05:00:00Z",
                              "endTime": "04:00:00Z"}],
            }
        ],
    )  # fmt: skip
    feature = content["features"][0]
    other = copy.deepcopy(feature["geometry"])
    other["layer"]["lower"], other["layer"]["upper"] = 900, 1500
    members = [feature["geometry"], other]
    feature["geometry"] = {"type": "GeometryCollection", "geometries": members}
    (z,) = read(tmp_path, content)
    assert [(p.lower_amsl_m, p.upper_amsl_m) for p in z.parts] == [(100, 900), (900, 1500)]
    assert z.is_assumed
    assert z.source == "us"
    assert z.may_close
    assert z.closed_intervals(MONDAY, MONDAY + 2 * DAY) == (
        (MONDAY + 5 * HOUR, MONDAY + 28 * HOUR),
    )
    assert z.applicability[0].until_at_ms == MONDAY + 30 * DAY


def test_no_file_means_no_zones(tmp_path: Path) -> None:
    """A city without the file has no geozones."""
    path = tmp_path / "geozones.geojson"
    assert read_geozones(path, city="c", projection=PROJECTION, terrain=CITY.terrain) == ()
    assert CITY.geozones == ()


def _set(path: str, value: object) -> Callable[[Json], None]:
    """Return a change of one member of the only feature; `None` takes it away."""

    def change(content: Json) -> None:
        node = content["features"][0]
        *keys, last = path.split("/")
        for key in keys:
            node = node[int(key)] if key.isdigit() else node[key]
        node[int(last) if last.isdigit() else last] = value

    return change


def _each(path: str, *values: object) -> list[Callable[[Json], None]]:
    """Return one change for each value."""
    return [_set(path, value) for value in values]


BOWTIE = [[77.0, 43.4], [77.1, 43.5], [77.1, 43.4], [77.0, 43.5], [77.0, 43.4]]
PERIOD = {"startDateTime": "2025-04-14T00:00:00Z", "schedule": []}
SPOILT: dict[str, list[Callable[[Json], None]]] = {
    "identifier": _each("properties/identifier", "", None, 7, "TOOLONG1"),
    "country": _each("properties/country", "", "KZ", 3),
    "type": _each("properties/type", "CLOSED", None, ["PROHIBITED"]),
    "variant": _each("properties/variant", "ODD", None),
    "zoneAuthority": _each("properties/zoneAuthority", [], None, {}),
    "reason": _each("properties/reason", ["WHIM"], "NOISE"),
    "name": _each("properties/name", "Test", [{"lang": "en"}]),
    "is_authorised": _each("properties/extendedProperties", {"aspan": {"is_authorised": "yes"}}),
    "mark": _each("properties/extendedProperties", {"aspan": {"mark": "guessed"}}),
    "geometry": _each("geometry", None, {"type": "LineString"}, []),
    "coordinates": _each(
        "geometry/coordinates", None, [], [BOWTIE], [BOWTIE[:3]],
        [[[0, 0], [1, 0], [1, 1], [0, 1]]],
        [[[77.0, 43.4], [77.1, 43.4], [77.2, 43.4], [77.0, 43.4]]],
        [[[777.0, 43.4], [77.1, 43.4], [77.2, 43.5], [777.0, 43.4]]],
        [[["77", 43.4], [77.1, 43.4], [77.2, 43.5], ["77", 43.4]]],
    ),
    "layer": _each(
        "geometry/layer",
        {"lower": 900, "lowerReference": "AMSL", "upper": 900, "upperReference": "AMSL"},
        {"lower": "0", "lowerReference": "AMSL"}, {"lower": 0},
        {"lower": 0, "lowerReference": "WGS84"}, {"upper": 9e9, "upperReference": "AMSL"},
        {"uom": "yd", "upper": 1, "upperReference": "AMSL"},
    ),
    "limitedApplicability": _each(
        "properties/limitedApplicability", {}, [PERIOD | {"endDateTime": "2025-04-14T00:00:00Z"}],
        [{"startDateTime": "2025-04-14T00:00:00"}], [{"startDateTime": "tomorrow"}],
        [{"schedule": [{"day": []}]}], [{"schedule": [{"day": ["MOON"]}]}],
        [{"schedule": [{"day": ["MON"], "startTime": "5 o'clock"}]}],
        [{"schedule": [{"day": ["MON"], "startTime": "05:00:00+05:00"}]}],
        [{"schedule": [{"day": ["MON"], "startEvent": "SR"}]}],
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("member", "change"), [(member, c) for member, changes in SPOILT.items() for c in changes]
)
def test_a_spoilt_zone_is_named(
    tmp_path: Path, member: str, change: Callable[[Json], None]
) -> None:
    """Whatever is wrong with a zone, one line names file and member."""
    content = collection()
    change(content)
    with pytest.raises(InvalidInput) as caught:
        read(tmp_path, content)
    assert str(caught.value).startswith("copy/geozones.geojson.features[0].")
    assert member in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "null", '{"type": "FeatureCollection"}', "[" * 100_000, "NaN",
             '{"type": "FeatureCollection", "features": {}}'],
)  # fmt: skip
def test_a_file_that_is_no_collection_is_named(tmp_path: Path, text: str) -> None:
    """Text that is no FeatureCollection is refused by the name of the file."""
    with pytest.raises(InvalidInput, match=r"copy/geozones\.geojson"):
        read(tmp_path, text)


def test_an_identifier_used_twice_is_refused(tmp_path: Path) -> None:
    """Two zones with one identifier cannot be told apart."""
    content = collection()
    content["features"].append(content["features"][0])
    with pytest.raises(InvalidInput, match="each identifier once"):
        read(tmp_path, content)


def test_a_circle_beyond_the_terrain_with_heights_above_ground_is_refused(tmp_path: Path) -> None:
    """Heights above ground need the ground."""
    content = collection()
    content["features"][0]["geometry"] = {
        "type": "Point",
        "coordinates": [20.0, 43.0],
        "extent": {"subType": "Circle", "radius": 2000},
        "layer": {"upper": 120, "upperReference": "AGL"},
    }
    with pytest.raises(InvalidInput, match=r"(beyond the city's terrain|UTM zone)"):
        read(tmp_path, content)


def test_2000_cut_and_flipped_files_are_read_or_named(tmp_path: Path) -> None:
    """A byte changed or the end cut off: zones or one named error, never another."""
    raw = json.dumps(collection(limitedApplicability=[PERIOD])).encode()
    path = tmp_path / "geozones.geojson"
    read_whole = 0
    for n in range(2_000):
        at = int(draw(11, "at", n) * len(raw))
        spoilt = bytearray(raw)
        spoilt[at] = int(draw(11, "to", n) * 256)
        path.write_bytes(bytes(spoilt if n % 4 else spoilt[:at]))
        with suppress(InvalidInput):
            read_geozones(path, city="copy", projection=PROJECTION, terrain=CITY.terrain)
            read_whole += 1
    assert 0 < read_whole < 1_500


def test_alatau_states_its_zones() -> None:
    """CTR and TMA are assumed and open, strips closed, one area by time; each has three names."""
    zones = {z.zone_id: z for z in read_shipped("alatau").geozones}
    for name in ("UAAACTR", "UAAATMA", "UAARCTR"):
        assert zones[GeozoneId(name)].restriction == "required_authorisation"
        assert not zones[GeozoneId(name)].may_close
    for name in ("UAAA05L", "UAAA05R", "UAAR02"):
        assert zones[GeozoneId(name)].next_change_ms(MONDAY) is None
        assert zones[GeozoneId(name)].is_closed_at(MONDAY)
    assert zones[GeozoneId("KZTEMP1")].next_change_ms(MONDAY) is not None
    for z in zones.values():
        assert z.is_assumed
        assert "ssumed" in z.source
        assert len({z.names.kk, z.names.ru, z.names.en}) == 3
