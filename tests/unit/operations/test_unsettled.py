"""Unsettled weather: what of reports and forecasts counts, to its last step."""

import msgspec
import pytest

from aspan.operations.sky import hour_of, is_unsettled
from aspan.operations.state import State
from aspan.primitives.ids import VertiportId
from aspan.primitives.units import MS_PER_H
from aspan.world.weather import Forecast, Weather
from stories.story import Day, instant
from unit.operations.scenes import PAIR

HARBOUR = VertiportId("Harbour")
NOW = instant("07:40")
CEILING_AGL_M = 1200.0


def told(state: State) -> bool:
    """Say whether the harbour's weather is unsettled."""
    return is_unsettled(state, HARBOUR, ceiling_agl_m=CEILING_AGL_M, now_ms=NOW)


def fair(state: State) -> Weather:
    """Give the harbour fair weather and no forecast, and return it."""
    site = state.sites[HARBOUR]
    assert site.report is not None
    site.report = msgspec.structs.replace(
        site.report, present_weather="", ceiling_agl_m=CEILING_AGL_M
    )
    site.forecasts.clear()
    return site.report


def test_fair_weather_is_settled() -> None:
    """A ceiling of just so much is not low; without a report nothing is known to be."""
    state = Day(PAIR).run("07:40").state
    fair(state)
    assert not told(state)
    state.sites[HARBOUR].report = None
    assert not told(state)


@pytest.mark.parametrize("changes", [{"present_weather": "RA"}, {"ceiling_agl_m": 1199.9}])
@pytest.mark.parametrize(("ahead_h", "counts"), [(-1, False), (0, True), (2, True)])
def test_forecasts_count_from_this_hour_on(
    changes: dict[str, object], ahead_h: int, counts: bool
) -> None:
    """Rain or a low ceiling counts when reported, or forecast for this hour or a later one."""
    state = Day(PAIR).run("07:40").state
    bad = msgspec.structs.replace(fair(state), **changes)
    hour_ms = hour_of(NOW) + ahead_h * MS_PER_H
    state.sites[HARBOUR].forecasts[hour_ms] = Forecast(
        issued_at_ms=0,
        expected=msgspec.structs.replace(bad, at_ms=hour_ms),
        probability_below_minima=0.1,
        temperature_error_k=1.0,
        wind_error_mps=1.0,
    )
    assert told(state) is counts
    state.sites[HARBOUR].forecasts.clear()
    state.sites[HARBOUR].report = bad
    assert told(state)
