"""Public transport of a city: feeds by name, fares, and the estimate of buses without a feed."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.world.readers import load_city, load_feeds
from aspan.world.readers.timetable import build_timetable
from aspan.world.transit import Transit
from feed_texts import SMALL, small, zipped
from shipped import read_shipped

TINY = Path(__file__).parents[3] / "cities" / "tiny"
NUMBER = (
    '{{ value = {0}, unit = "{1}", low = 0, high = 99999, source = "a test", mark = "assumed" }}'
)
TABLE = f"""
[transit]
bus_fare_tiyn = {NUMBER.format(12000, "tiyn")}
metro_fare_tiyn = {NUMBER.format(9000, "tiyn")}
[transit.bus]
headway_s = {NUMBER.format(600, "s")}
speed_mps = {NUMBER.format(5, "m/s")}
line_m = {NUMBER.format(20000, "m")}
walk_m = {NUMBER.format(300, "m")}
from_local = "06:00"
until_local = "23:00"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the small city with two feeds beside it, not yet named."""
    copy = Path(shutil.copytree(TINY, tmp_path / "copy"))
    (copy / "feeds").mkdir()
    (copy / "feeds" / "bus.zip").write_bytes(zipped(SMALL))
    metro = SMALL["routes.txt"].replace(",3\n", ",1\n")
    (copy / "feeds" / "metro.zip").write_bytes(zipped(small(routes=metro)))
    return copy


def write(folder: Path, feeds: str, table: str = TABLE) -> None:
    """Name feeds in the city's file and add the table."""
    path = folder / "city.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"feeds = {feeds}\n{text}{table}", encoding="utf-8")


def test_alatau_states_its_public_transport() -> None:
    """The metro, 120 KZT a boarding, and buses every 10.9 min at 18.5 km/h, each with its mark."""
    transit = read_shipped("alatau").transit
    assert transit.feeds == ("feeds/almaty_metro.zip",)
    assert transit.price_defaults()["metro"] == transit.price_defaults()["bus"] == 12_000
    assert transit.bus
    assert transit.bus.headway_s == pytest.approx(10.9 * 60)
    assert transit.bus.fare_tiyn == 12_000
    assert transit.bus.speed_mps == pytest.approx(18.5 / 3.6, abs=0.01)
    assert transit.bus.stated["headway_s"].mark == "found"
    assert set(transit.bus.stated) == {"headway_s", "speed_mps", "line_m", "walk_m", "fare_tiyn"}


def test_the_bus_estimate_vanishes_when_a_feed_has_buses(folder: Path) -> None:
    """A metro feed leaves it; a feed with a bus line takes its place."""
    write(folder, '["feeds/metro.zip"]')
    for feeds, is_there in ((["metro"], True), (["metro", "bus"], False)):
        text = (folder / "city.toml").read_text(encoding="utf-8")
        named = ", ".join(f'"feeds/{name}.zip"' for name in feeds)
        rest = text.split("\n", 1)[1]
        (folder / "city.toml").write_text(f"feeds = [{named}]\n{rest}", encoding="utf-8")
        city = load_city(str(folder))
        made = build_timetable(
            load_feeds(city), date(2026, 9, 4), city.time_zone,
            price_defaults=city.transit.price_defaults(),
        )  # fmt: skip
        assert (city.transit.find_bus_estimate(made.lines) is not None) is is_there
        assert made.lines[0].price_tiyn == 9_000


def test_a_city_may_say_nothing_of_public_transport() -> None:
    """Without a key and a table there are no feeds, no fares and no estimate."""
    city = load_city("tiny")
    assert city.transit == Transit()
    assert load_feeds(city) == ()


@pytest.mark.parametrize(
    ("feeds", "said"),
    [
        ('["feeds/none.zip"]', r"feeds\[0\]: 'feeds/none.zip'.*missing"),
        ('["../feeds/bus.zip"]', r"feeds\[0\].*below the city's folder"),
        ('["feeds/bus.zip", "feeds/bus.zip"]', r"feeds\[1\].*names differ"),
        ("[3]", r"feeds\[0\]: 3"),
    ],
)
def test_feeds_that_cannot_be_meant_are_refused(folder: Path, feeds: str, said: str) -> None:
    """A feed that is missing, outside the folder or named twice is bad input when loading."""
    write(folder, feeds)
    with pytest.raises(InvalidInput, match=said):
        load_city(str(folder))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("value = 5,", "value = 0,", r"transit\.bus\.speed_mps: 0"),
        ('"23:00"', '"05:00"', r"transit\.bus\.until_local: '05:00'.*after from_local"),
        ('"06:00"', '"6 am"', r"transit\.bus\.from_local: '6 am'"),
        ("walk_m", "walks_m", r"transit\.bus\.walk_m"),
    ],
)
def test_an_estimate_that_cannot_be_is_refused(folder: Path, old: str, new: str, said: str) -> None:
    """Standing buses, hours that end before they begin and unknown keys are bad input."""
    write(folder, "[]", TABLE.replace(old, new, 1))
    with pytest.raises(InvalidInput, match=said):
        load_city(str(folder))


def test_a_broken_feed_is_named_by_city_and_file(folder: Path) -> None:
    """The city still loads; reading its feeds names the feed, the file and the row."""
    write(folder, '["feeds/bus.zip"]')
    bad = SMALL["stop_times.txt"].replace(",Q,", ",QQ,")
    (folder / "feeds" / "bus.zip").write_bytes(zipped(small(stop_times=bad)))
    city = load_city(str(folder))
    with pytest.raises(InvalidInput, match=r"copy/feeds/bus\.zip: stop_times\.txt: row 3: stop_id"):
        load_feeds(city)


def test_feeds_named_below_a_table_say_where_they_belong(folder: Path) -> None:
    """Who adds the line at the end of the file is told that it stands above the first table."""
    path = folder / "city.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f'{text}\nfeeds = ["feeds/bus.zip"]\n', encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"feeds: .* expected feeds above the first \[table\]"):
        load_city(str(folder))
