"""The guides are true: what they show is run as it is typed, in a folder of its own."""

import re
from datetime import date
from pathlib import Path

import pytest
from docs.show_outputs import DOCS, GUIDES, answer, list_shown

from aspan.compose.runs import RunSettings, fly, open_twin
from aspan.operations.city_index import CityIndex
from aspan.world.geodesy import Projection
from aspan.world.readers import load_city
from aspan.world.sun import sun_times

EXAMPLE = DOCS / "examples" / "santiago"
LONG = ("adding-an-aircraft.md", "adding-a-policy.md", "test-site.md", "tour.md")
CASES = [
    pytest.param(guide, marks=pytest.mark.long) if guide in LONG else guide for guide in GUIDES
]


@pytest.mark.parametrize("guide", CASES)
def test_a_guide_shows_what_happens(guide: str, tmp_path: Path) -> None:
    """Each command of a guide ends well and prints lines that begin as those shown do."""
    for name in ("cities", "docs"):
        (tmp_path / name).symlink_to(DOCS.parent / name)
    (tmp_path / "runs").mkdir()
    blocks = [commands for _, commands in list_shown((DOCS / guide).read_text("utf-8"))]
    assert blocks
    for command, shown in (shown for commands in blocks for shown in commands):
        status, printed = answer(command, tmp_path)
        assert status == 0, f"{command}\n{printed}"
        assert not printed.startswith(("error:", "fault:")), f"{command}\n{printed}"
        began = {line.split()[0] for line in printed.splitlines() if line.strip()}
        first = [line.split()[0] for line in shown.splitlines() if line.strip()][:3]
        assert set(first) <= began, f"{command}\n{printed}"


def test_what_the_city_guide_quotes_stands_in_its_example() -> None:
    """Every block of a file that the guide shows is in that city, line for line."""
    guide = (DOCS / "adding-a-city.md").read_text("utf-8")
    files = "\n".join(
        path.read_text("utf-8") for path in sorted(EXAMPLE.iterdir()) if path.suffix != ".md"
    )
    blocks = re.findall(r"^```(?:toml|text)\n(.*?)^```$", guide, re.M | re.S)
    assert len(blocks) >= 10
    assert [block for block in blocks if block not in files] == []


def test_the_example_names_the_origin_of_every_file() -> None:
    """`SOURCES.md` of the example has a row for each of its files."""
    sources = (EXAMPLE / "SOURCES.md").read_text("utf-8")
    files = sorted(path.name for path in EXAMPLE.iterdir() if path.name != "SOURCES.md")
    assert [name for name in files if f"`{name}`" not in sources] == []


def test_a_southern_western_city_lies_where_it_is() -> None:
    """Positions west and south come back from the plane; days are long in January."""
    city = load_city(str(EXAMPLE))
    plane = Projection(city.utm_epsg)
    for site in city.vertiports:
        assert plane.to_lonlat(site.x_m, site.y_m) == pytest.approx((site.lon_deg, site.lat_deg))
        assert site.y_m > 6_000_000  # the false northing of southern zones is 10,000 km
    site = city.vertiports[0]
    hours = []
    for day in (date(2025, 1, 15), date(2025, 6, 21)):
        sun = sun_times(lon_deg=site.lon_deg, lat_deg=site.lat_deg, day=day, zone=city.time_zone)
        hours.append((sun.sunset_at_ms - sun.sunrise_at_ms) / 3_600_000)
    assert hours == [pytest.approx(14.1, abs=0.2), pytest.approx(9.9, abs=0.2)]


@pytest.mark.parametrize("day", [date(2025, 4, 5), date(2025, 4, 6), date(2025, 9, 7)])
def test_days_on_which_clocks_change_are_flown(day: date) -> None:
    """Days of 25 and 23 hours, one without its own midnight, are flown within their hours."""
    city = load_city(str(EXAMPLE))
    run = open_twin(city, RunSettings(day=day, fleet=4), index=CityIndex(city))
    fly(run)
    sun = sun_times(
        lon_deg=city.vertiports[0].lon_deg,
        lat_deg=city.vertiports[0].lat_deg,
        day=day,
        zone=city.time_zone,
    )
    released = [s.release.at_ms for s in run.engine.state.sorties.values() if s.release]
    assert released
    assert sun.sunrise_at_ms - 600_000 <= min(released) <= max(released) <= sun.sunset_at_ms
