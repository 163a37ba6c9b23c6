"""The sky: what is remembered of the weather is what would be found anew."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from aspan.operations.events import ForecastIssued, WeatherReported
from aspan.operations.fold import apply
from aspan.operations.sky import Sky, find_lane_obstacle, find_obstacle
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.world.weather import Forecast, Weather
from stories.story import Day
from unit.operations.scenes import AT_8, before_release
from unit.operations.test_lane_watch import AIRPORT, HARBOUR, REFUGE, _watch_refuge, _weather

SKIES: tuple[dict[str, object], ...] = (
    {},
    {"present_weather": "TS"},
    {"present_weather": "FZRA"},
    {"visibility_m": 500.0},
    {"wind_mps": 30.0, "gust_mps": 30.0},
)
STEPS = st.tuples(
    st.sampled_from(["report", "forecast", "wait"]),
    st.sampled_from([HARBOUR, AIRPORT, REFUGE]),
    st.integers(0, len(SKIES) - 1),
    st.integers(0, 50),
)


def _check(sky: Sky, day: Day, lane_id: str, now_ms: int) -> None:
    for ahead_ms in (0, 30 * MS_PER_MIN, MS_PER_H, 2 * MS_PER_H):
        at_ms = now_ms + ahead_ms
        anew = find_lane_obstacle(day.state, lane_id, now_ms=now_ms, at_ms=at_ms)
        assert sky.find_lane_obstacle(lane_id, now_ms=now_ms, at_ms=at_ms) == anew
        for site_id in (HARBOUR, AIRPORT, REFUGE):
            anew = find_obstacle(day.state, site_id, layer=0, now_ms=now_ms, at_ms=at_ms)
            assert sky.find_obstacle(site_id, layer=0, now_ms=now_ms, at_ms=at_ms) == anew


@settings(max_examples=30, deadline=None)
@given(st.lists(STEPS, min_size=1, max_size=12))
def test_what_is_remembered_is_what_is_found_anew(
    steps: list[tuple[str, str, int, int]],
) -> None:
    """Whatever is told and however long nothing is, also asked for a little later and back."""
    day = before_release()
    lane_id, sky, now_ms = _watch_refuge(day), Sky(day.state), AT_8
    for what, place_id, kind, minutes in steps:
        now_ms += minutes * MS_PER_MIN
        weather = _weather(place_id=place_id, at_ms=now_ms, **SKIES[kind])
        if what == "report":
            apply(day.state, WeatherReported(at_ms=now_ms, weather=weather))
        elif what == "forecast":
            apply(day.state, ForecastIssued(at_ms=now_ms, forecasts=(_expect(weather),)))
        for asked_ms in (now_ms, now_ms + 61 * MS_PER_MIN, now_ms):
            _check(sky, day, lane_id, asked_ms)


def _expect(weather: Weather) -> Forecast:
    """Return a forecast of this weather for the next hour, sure of it."""
    return Forecast(
        issued_at_ms=weather.at_ms,
        expected=msgspec.structs.replace(
            weather, at_ms=weather.at_ms - weather.at_ms % MS_PER_H + MS_PER_H
        ),
        probability_below_minima=0.0,
        temperature_error_k=0.0,
        wind_error_mps=0.0,
    )
