"""Weather minima at release, on both sides of every bound."""

from typing import Any

import msgspec
import pytest

from aspan.operations.minima import (
    MinimaBroken,
    MinimaMet,
    MinimaReason,
    ceiling_agl_m_min,
    check_minima,
)
from aspan.primitives.errors import InvariantError
from aspan.primitives.ids import PlaceId
from aspan.primitives.units import MS_PER_MIN
from aspan.world.rules import WeatherMinima
from aspan.world.weather import Weather

MINIMA = WeatherMinima(
    visibility_m=5000.0,
    ceiling_agl_m=450.0,
    wind_mps=10.29,
    gust_mps=14.40,
    gust_spread_mps=5.14,
    icing_temperature_k_max=276.15,
    icing_visibility_m=1500.0,
    report_age_ms_max=60 * MS_PER_MIN,
)
FAIR = Weather(
    place_id=PlaceId("NORTH"),
    at_ms=0,
    temperature_k=290.0,
    pressure_pa=93_000.0,
    wind_mps=4.0,
    wind_from_deg=180.0,
    gust_mps=6.0,
    relative_humidity=0.5,
    visibility_m=10_000.0,
    ceiling_agl_m=9000.0,
    precipitation_mm_h=0.0,
    present_weather="",
    is_modelled=True,
)


def _reason(*, height_m: float = 400.0, at_ms: int = 0, **changes: object) -> MinimaReason | None:
    weather = msgspec.structs.replace(FAIR, **changes)
    decision = check_minima(weather, MINIMA, planned_height_agl_m=height_m, at_ms=at_ms)
    return decision.reason if isinstance(decision, MinimaBroken) else None


def test_fair_weather_is_met() -> None:
    """Fair weather breaks nothing."""
    assert check_minima(FAIR, MINIMA, planned_height_agl_m=400.0, at_ms=0) == MinimaMet()


@pytest.mark.parametrize(
    ("reason", "flies", "stays"),
    [
        (MinimaReason.VISIBILITY, {"visibility_m": 5000.0}, {"visibility_m": 4900.0}),
        (MinimaReason.CEILING, {"ceiling_agl_m": 700.0}, {"ceiling_agl_m": 699.0}),
        (
            MinimaReason.WIND,
            {"wind_mps": 10.29, "gust_mps": 12.0},
            {"wind_mps": 10.5, "gust_mps": 12.0},
        ),
        (
            MinimaReason.GUST,
            {"wind_mps": 10.0, "gust_mps": 14.4},
            {"wind_mps": 10.0, "gust_mps": 14.5},
        ),
        (
            MinimaReason.GUST_SPREAD,
            {"wind_mps": 4.0, "gust_mps": 9.0},
            {"wind_mps": 4.0, "gust_mps": 9.5},
        ),
        (MinimaReason.THUNDERSTORM, {"present_weather": "RA"}, {"present_weather": "TS"}),
        (
            MinimaReason.ICING,
            {"temperature_k": 278.76, "precipitation_mm_h": 0.2, "present_weather": "RA"},
            {"temperature_k": 278.74, "precipitation_mm_h": 0.2, "present_weather": "RA"},
        ),
        (
            MinimaReason.ICING,
            {"temperature_k": 270.0},
            {"temperature_k": 270.0, "visibility_m": 1400.0, "present_weather": "BR"},
        ),
        (
            MinimaReason.ICING,
            {"temperature_k": 280.0, "present_weather": "RA"},
            {"temperature_k": 280.0, "present_weather": "FZRA"},
        ),
        (MinimaReason.REPORT_TOO_OLD, {"at_ms": 0}, {"at_ms": -1}),
    ],
)
def test_both_sides_of_each_bound(
    reason: MinimaReason, flies: dict[str, Any], stays: dict[str, Any]
) -> None:
    """At the bound one flies; just beyond it the reason is named."""
    at_ms = MINIMA.report_age_ms_max if reason is MinimaReason.REPORT_TOO_OLD else 0
    flying = msgspec.structs.replace(FAIR, **flies)
    staying = msgspec.structs.replace(FAIR, **stays)
    met = check_minima(flying, MINIMA, planned_height_agl_m=400.0, at_ms=at_ms)
    broken = check_minima(staying, MINIMA, planned_height_agl_m=400.0, at_ms=at_ms)
    assert met == MinimaMet()
    assert isinstance(broken, MinimaBroken)
    assert broken.reason is reason


@pytest.mark.parametrize(("height_m", "least_m"), [(0.0, 450.0), (150.0, 450.0), (700.0, 1000.0)])
def test_ceiling_follows_the_planned_height(height_m: float, least_m: float) -> None:
    """The ceiling needed is 300 m over the planned height, and never less than the company's."""
    assert ceiling_agl_m_min(MINIMA, planned_height_agl_m=height_m) == least_m
    assert _reason(height_m=height_m, ceiling_agl_m=least_m) is None
    assert _reason(height_m=height_m, ceiling_agl_m=least_m - 1.0) is MinimaReason.CEILING


def test_the_refusal_says_value_and_bound() -> None:
    """A refusal carries the number that was too low and the bound it missed."""
    weather = msgspec.structs.replace(FAIR, visibility_m=300.0)
    assert check_minima(weather, MINIMA, planned_height_agl_m=400.0, at_ms=0) == MinimaBroken(
        MinimaReason.VISIBILITY, 300.0, 5000.0
    )


def test_cold_fog_is_icing_before_it_is_visibility() -> None:
    """When several minima are broken the first of the stated order is named."""
    assert (
        _reason(temperature_k=270.0, visibility_m=200.0, present_weather="FZFG")
        is MinimaReason.ICING
    )


def test_weather_of_a_later_hour_is_our_fault() -> None:
    """Judging a release by weather that has not been yet is a broken invariant."""
    with pytest.raises(InvariantError, match="after the release"):
        _reason(at_ms=-1)
