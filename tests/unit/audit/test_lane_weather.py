"""Weather on the way, judged by the audit: thunder near a track and ice on it, on both sides."""

from pathlib import Path

import msgspec
import pytest

from aspan.audit.truth import CityTruth
from unit.audit.runs import CITY, HOUR, T0, audit_rows, make_run, violated

FAR_M = 60_000.0
"""Beyond the distance of any two sites of tiny."""


def with_radii(**radii: float) -> CityTruth:
    """Return tiny with other distances at which a report counts."""
    minima = msgspec.structs.replace(CITY.rules.weather_minima, **radii)
    rules = msgspec.structs.replace(CITY.rules, weather_minima=minima)
    return msgspec.structs.replace(CITY, rules=rules)


def found(folder: Path, city: CityTruth, **values: object) -> set[str]:
    """Return what is violated if NORTH had other weather in the hours of the first releases."""
    run = make_run()
    for row in run["weather"]:
        if row["place_id"] == "NORTH" and T0 - 2 * HOUR <= row["at_ms"] <= T0:
            row.update(values)
    return violated(audit_rows(run, folder, city)) & {"thunder-near", "ice-on-lane"}


@pytest.mark.parametrize(("radius_m", "broken"), [(FAR_M, {"thunder-near"}), (600.0, set())])
def test_thunder_counts_within_its_radius(
    radius_m: float, broken: set[str], tmp_path: Path
) -> None:
    """Thunder at a site is found from tracks within the radius and from no other."""
    city = with_radii(thunderstorm_radius_m=radius_m, icing_radius_m=0.0)
    assert found(tmp_path, city, present_weather="TS") == broken


@pytest.mark.parametrize(
    ("weather", "broken"),
    [
        ({"present_weather": "FZRA", "temperature_k": 290.0}, {"ice-on-lane"}),
        ({"present_weather": "FZFG", "temperature_k": 270.0}, {"ice-on-lane"}),
        ({"present_weather": "RA", "precipitation_mm_h": 1.0, "temperature_k": 275.0},
         {"ice-on-lane"}),
        ({"present_weather": "RA", "precipitation_mm_h": 1.0, "temperature_k": 290.0}, set()),
        ({"ceiling_agl_m": 30.0, "temperature_k": 270.0}, {"ice-on-lane"}),
        ({"ceiling_agl_m": 3000.0, "temperature_k": 270.0}, set()),
    ],
)  # fmt: skip
def test_ice_needs_cold_and_moisture(
    weather: dict[str, object], broken: set[str], tmp_path: Path
) -> None:
    """Freezing kinds, cold rain and cold low cloud under a track are found; warm or dry is not."""
    city = with_radii(icing_radius_m=FAR_M, thunderstorm_radius_m=0.0)
    assert found(tmp_path, city, **weather) == broken


def test_ice_far_from_the_track_does_not_count(tmp_path: Path) -> None:
    """Freezing rain at a site that no track passes within the radius breaks nothing on the way."""
    city = with_radii(icing_radius_m=600.0, thunderstorm_radius_m=0.0)
    assert found(tmp_path, city, present_weather="FZRA") == set()
