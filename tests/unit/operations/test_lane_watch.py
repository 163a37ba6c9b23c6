"""Weather between the ends: which places count for a lane, and what they forbid."""

import msgspec
import pytest

from aspan.operations.city_index import CityIndex
from aspan.operations.lane_watch import come_nearest, watch_lane
from aspan.operations.minima import (
    MinimaBroken,
    MinimaMet,
    check_ice_aloft,
    check_thunder,
    is_icing_aloft,
)
from aspan.operations.release import Hold, plan_release
from aspan.operations.sky import find_lane_obstacle
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_H
from aspan.world.weather import Weather
from aspan.world.weather_archive import STANDARD_LAPSE_K_PER_M
from shipped import read_shipped
from stories.story import Day
from unit.operations.scenes import AT_8, before_release, first_sortie
from unit.operations.test_minima import FAIR, MINIMA

HARBOUR, AIRPORT, REFUGE = VertiportId("Harbour"), VertiportId("Airport"), VertiportId("Refuge")
HEIGHT_M = 400.0
BOUND_K = MINIMA.icing_temperature_k_max + STANDARD_LAPSE_K_PER_M * HEIGHT_M


def _weather(**changes: object) -> Weather:
    return msgspec.structs.replace(FAIR, **changes)


@pytest.mark.parametrize(
    ("flies", "stays"),
    [
        (
            {"temperature_k": BOUND_K + 0.01, "present_weather": "RA"},
            {"temperature_k": BOUND_K - 0.01, "present_weather": "RA"},
        ),
        (
            {"temperature_k": BOUND_K + 0.01, "precipitation_mm_h": 0.1},
            {"temperature_k": BOUND_K - 0.01, "precipitation_mm_h": 0.1},
        ),
        (
            {"temperature_k": 270.0, "ceiling_agl_m": HEIGHT_M + 1.0},
            {"temperature_k": 270.0, "ceiling_agl_m": HEIGHT_M},
        ),
        ({"present_weather": "FG"}, {"present_weather": "FZFG"}),
        ({"present_weather": "RA"}, {"present_weather": "FZRA"}),
    ],
)
def test_ice_aloft_on_both_sides_of_its_bounds(
    flies: dict[str, object], stays: dict[str, object]
) -> None:
    """Cold air aloft with precipitation or cloud at the height, or anything freezing, is ice."""
    met = check_ice_aloft(_weather(**flies), MINIMA, height_agl_m=HEIGHT_M)
    broken = check_ice_aloft(_weather(**stays), MINIMA, height_agl_m=HEIGHT_M)
    assert met == MinimaMet()
    assert isinstance(broken, MinimaBroken)


def test_higher_is_colder() -> None:
    """Rain at 8 degC is no ice at 300 m and is ice at 900 m."""
    rain = _weather(temperature_k=281.15, present_weather="RA", precipitation_mm_h=1.0)
    assert not is_icing_aloft(rain, MINIMA, height_agl_m=300.0)
    assert is_icing_aloft(rain, MINIMA, height_agl_m=900.0)


def test_only_thunder_is_thunder() -> None:
    """Heavy rain near a lane is none of it; thunder is."""
    assert check_thunder(_weather(present_weather="RA")) == MinimaMet()
    assert isinstance(check_thunder(_weather(present_weather="TS")), MinimaBroken)


def test_places_within_the_radii_are_watched_and_no_others() -> None:
    """On both sides of each radius a site is watched or not; ends never count for ice."""
    city = read_shipped("alatau")
    index = CityIndex(city)
    lane = index.lanes[VertiportId("AIRPORT"), VertiportId("MEDEU")]
    site = index.sites[VertiportId("CENTRE")]
    away_m, _ = come_nearest(lane, site.x_m, site.y_m, within_m=0.0)
    for radius_m, is_near in ((away_m + 1.0, True), (away_m - 1.0, False)):
        minima = msgspec.structs.replace(
            city.rules.weather_minima, thunderstorm_radius_m=radius_m, icing_radius_m=radius_m
        )
        watch = watch_lane(lane, city.vertiports, minima)
        assert (site.vertiport_id in watch.thunder) is is_near
        assert (site.vertiport_id in dict(watch.ice)) is is_near
        assert {lane.origin, lane.destination} <= set(watch.thunder)
        assert not {lane.origin, lane.destination} & set(dict(watch.ice))


def _tell(day: Day, site_id: VertiportId, **changes: object) -> None:
    site = day.state.sites[site_id]
    assert site.report is not None
    site.report = msgspec.structs.replace(site.report, **changes)
    day.state.reports += 1


def _watch_refuge(day: Day) -> str:
    """Let Refuge lie by the lane of the first sortie; return the lane's id."""
    lane = day.index.lanes[HARBOUR, AIRPORT]
    watch = msgspec.structs.replace(
        day.index.watches[lane.lane_id], thunder=(REFUGE,), ice=((REFUGE, HEIGHT_M),)
    )
    day.index.watches[lane.lane_id] = watch
    return lane.lane_id


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"present_weather": "TS"}, "weather_thunderstorm"),
        ({"present_weather": "FZRA"}, "weather_icing"),
        ({"present_weather": "RA", "precipitation_mm_h": 1.0}, ""),
    ],
)
def test_a_place_by_the_lane_forbids(changes: dict[str, object], reason: str) -> None:
    """Thunder or ice reported by the lane holds a sortie; warm rain does not."""
    day = before_release()
    lane_id = _watch_refuge(day)
    _tell(day, REFUGE, **changes)
    assert find_lane_obstacle(day.state, lane_id, now_ms=AT_8, at_ms=AT_8) == reason
    sortie, aircraft = first_sortie(day)
    decided = plan_release(day.engine.planner, sortie, aircraft, AT_8)
    assert (decided.reason if isinstance(decided, Hold) else "") == reason


def test_a_report_that_is_too_old_says_nothing_about_the_lane() -> None:
    """Thunder of an hour and a minute ago by the lane holds nobody; of an hour ago it does."""
    day = before_release()
    lane_id = _watch_refuge(day)
    _tell(day, REFUGE, present_weather="TS", at_ms=AT_8 - MS_PER_H)
    assert find_lane_obstacle(day.state, lane_id, now_ms=AT_8, at_ms=AT_8)
    assert not find_lane_obstacle(day.state, lane_id, now_ms=AT_8 + 60_000, at_ms=AT_8 + 60_000)


def test_a_later_hour_is_judged_by_its_forecast() -> None:
    """Where there is a forecast for the hour it counts, not the report of now."""
    day = before_release()
    lane_id = _watch_refuge(day)
    _tell(day, REFUGE, present_weather="TS")
    later_ms = AT_8 + MS_PER_H
    assert find_lane_obstacle(day.state, lane_id, now_ms=AT_8, at_ms=later_ms) == "weather_forecast"
