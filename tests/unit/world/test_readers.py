"""Reading a city: what is refused, in one line that names file, path, value and expectation."""

import re
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.world.readers import list_cities, load_city
from aspan.world.readers.units import domain_of, unit_of

TINY = Path(__file__).parents[3] / "cities" / "tiny"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the small city that a test may spoil."""
    return Path(shutil.copytree(TINY, tmp_path / "copy"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the first `old` in a file, which must be there."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


WEST_POWER = "site_power_limit_kw = { value = 1500"

SPOILT = {
    "missing key": ("city.toml", "taxi_s = {", "#", "city.toml: movement.taxi_s", "missing"),
    "wrong unit": (
        "city.toml", 'value = 45, unit = "s"', 'value = 45, unit = "min"',
        "city.toml: movement.taxi_s.unit", "expected s",
    ),
    "wrong unit of mass": (
        "aircraft.toml", 'value = 2404, unit = "kg", low = 2332',
        'value = 2404, unit = "lb", low = 2332',
        "aircraft.toml: aircraft_type.mass_kg.unit", "expected kg",
    ),
    "stand without a vertiport": (
        "vertiports.toml", 'WEST-S02 = { vertiport_id = "WEST" }', "WEST-S02 = {}",
        "vertiports.toml: stands.WEST-S02.vertiport_id", "one of EAST, NORTH, WEST",
    ),
    "stand of an unknown vertiport": (
        "vertiports.toml", 'WEST-S02 = { vertiport_id = "WEST"', 'WEST-S02 = { vertiport_id = "X"',
        "vertiports.toml: stands.WEST-S02.vertiport_id", "one of EAST, NORTH, WEST",
    ),
    "negative charger power": (
        "vertiports.toml", "power_kw = { value = 300", "power_kw = { value = -300",
        "vertiports.toml: chargers.EAST-C01.power_kw", "more than 0",
    ),
    "negative site power": (
        "vertiports.toml", WEST_POWER, "site_power_limit_kw = { value = -5",
        "vertiports.toml: vertiports.WEST.site_power_limit_kw", "at least 0",
    ),
    "charger beyond its cable": (
        "vertiports.toml", 'stand_ids = ["EAST-S01"]', 'stand_ids = ["WEST-S01"]',
        "vertiports.toml: chargers.EAST-C01.stand_ids[0]", "one of EAST-S01",
    ),
    "pool that is not marked": (
        "vertiports.toml", ", is_contingency = true", "",
        "vertiports.toml: vertiports.EAST.contingency_places", "expected 0",
    ),
    "vertiport off the terrain": (
        "vertiports.toml", "lon_deg = { value = 77.22, unit = \"deg\", low = 77.22, high = 77.22",
        "lon_deg = { value = 79.0, unit = \"deg\", low = 79.0, high = 79.0",
        "vertiports.toml: vertiports.EAST.lon_deg", "on the city's terrain",
    ),
    "vertiport in the air": (
        "vertiports.toml", "elevation_amsl_m = { value = 600, unit = \"m\", low = 600, high = 600",
        "elevation_amsl_m = { value = 700, unit = \"m\", low = 600, high = 700",
        "vertiports.toml: vertiports.EAST.elevation_amsl_m", "within 40 m of the terrain",
    ),
    "FATO far from its site": (
        "vertiports.toml",
        'tlof_id = "EAST-T1"\nlon_deg = { value = 77.22, unit = "deg", low = 77.22',
        'tlof_id = "EAST-T1"\nlon_deg = { value = 77.2, unit = "deg", low = 77.2',
        "vertiports.toml: fatos.EAST-F1", "at most 1000 m from EAST",
    ),
    "lane to an unknown vertiport": (
        "lanes.toml", 'destination = "NORTH"', 'destination = "MOON"',
        "lanes.toml: lanes.EAST-NORTH.destination", "one of NORTH, WEST",
    ),
    "lane to where it begins": (
        "lanes.toml", 'destination = "NORTH"', 'destination = "EAST"',
        "lanes.toml: lanes.EAST-NORTH.destination", "one of NORTH, WEST",
    ),
    "lane in no layer": (
        "lanes.toml", "layer = 0", "layer = 2",
        "lanes.toml: lanes.EAST-WEST.layer", "from 0 to 1",
    ),
    "lane through an unknown point": (
        "lanes.toml", "layer = 0", 'layer = 0\nvia = ["P"]',
        "lanes.toml: lanes.EAST-WEST.via[0]", "the city has none",
    ),
    "airframe of another type": (
        "fleet.toml", "JOBY-S4", "BALLOON",
        "fleet.toml: airframes.AS01.type_id", "one of JOBY-S4",
    ),
    "charge above full": (
        "fleet.toml", "initial_soc = { value = 0.92", "initial_soc = { value = 92",
        "fleet.toml: airframes.AS01.initial_soc", "at most 1",
    ),
    "value out of its own range": (
        "city.toml", "taxi_s = { value = 45", "taxi_s = { value = 90",
        "city.toml: movement.taxi_s", "within its own low 30, high 60",
    ),
    "no source": (
        "city.toml", 'source = "facts 7.5"', 'source = " "',
        "city.toml: movement.taxi_s.source", "a source",
    ),
    "unknown mark": (
        "city.toml", 'source = "facts 7.5", mark = "recalled"',
        'source = "facts 7.5", mark = "sure"',
        "city.toml: movement.taxi_s", "sure",
    ),
    "key with a typing error": (
        "city.toml", "night_approved", "nigth = true\nnight_approved",
        "city.toml: hours.nigth", "no such key",
    ),
    "end before start": (
        "city.toml", 'until_local = "21:00"', 'until_local = "05:00"',
        "city.toml: hours.until_local", "a time after from_local 06:30",
    ),
    "no wall-clock time": (
        "city.toml", 'from_local = "06:30"', 'from_local = "6.30h"',
        "city.toml: hours.from_local", "HH:MM",
    ),
    "unknown kind of approval": (
        "city.toml", 'kind = "passenger"', 'kind = "everything"',
        "city.toml: approvals[0].kind", "one of none, test, demonstration, passenger",
    ),
    "approval that ends before it begins": (
        "city.toml", 'until_date = "2030-01-01"', 'until_date = "2019-01-01"',
        "city.toml: approvals[0].until_date", "after from_date",
    ),
    "unknown time zone": (
        "city.toml", "Asia/Almaty", "Asia/Alatau", "city.toml: time_zone", "IANA",
    ),
    "no date": (
        "city.toml", 'fair_weather_date = "2025-04-12"', 'fair_weather_date = "12.4.2025"',
        "city.toml: fair_weather_date", "YYYY-MM-DD",
    ),
    "no TOML": ("city.toml", "[movement]", "[movement", "city.toml", "a file in TOML"),
    "shares that do not sum to 1": (
        "demand.toml", "party_shares = { values = [0.70", "party_shares = { values = [0.60",
        "demand.toml: segments.business.party_shares.values", "sum to 1",
    ),
    "a constant that raises air": (
        "demand.toml", "air_constant = { value = 0.0, unit = \"1\", low = -4.0, high = 0.0",
        "air_constant = { value = 1.0, unit = \"1\", low = -4.0, high = 2.0",
        "demand.toml: segments.business.air_constant", "at most 0",
    ),
    "too few months": (
        "weather.toml", "fog_day_chance = { values = [0.42, ", "fog_day_chance = { values = [",
        "weather.toml: fog.fog_day_chance.values", "12 numbers",
    ),
    "a gap in the days": (
        "weather_daily.csv", "2024-01-02,", "2024-01-09,", "weather_daily.csv", "without a gap",
    ),
    "a day that is no day": (
        "weather_daily.csv", "2024-01-01,", "2024-01-01,warm,",
        "weather_daily.csv: line 2", "numbers",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SPOILT))
def test_a_spoilt_file_is_told_in_one_line(folder: Path, name: str) -> None:
    """Each fault is bad input whose one line names file, path and what was expected."""
    file, old, new, field, expected = SPOILT[name]
    change(folder, file, old, new)
    with pytest.raises(InvalidInput) as caught:
        load_city(str(folder))
    message = str(caught.value)
    assert message.startswith(f"copy/{field}")
    assert expected in message
    assert "\n" not in message


@pytest.mark.parametrize("file", ["city.toml", "lanes.toml", "weather_daily.csv", "terrain.npz"])
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    """A file that is not there is bad input naming it; without city.toml there is no city."""
    (folder / file).unlink()
    with pytest.raises(
        InvalidInput, match=re.escape("city.toml" if file == "city.toml" else f"copy/{file}")
    ):
        load_city(str(folder))


def test_terrain_that_is_no_archive_is_named(folder: Path) -> None:
    """Bytes that NumPy cannot read are bad input naming the file."""
    (folder / "terrain.npz").write_bytes(b"hills")
    with pytest.raises(InvalidInput, match=r"copy/terrain\.npz"):
        load_city(str(folder))


@pytest.mark.parametrize("name", ["nowhere", "", "/nowhere/at/all", "../cities"])
def test_an_unknown_city_names_the_known_ones(name: str) -> None:
    """A name that is no folder with city.toml is refused, naming the cities at hand."""
    with pytest.raises(InvalidInput, match="one of alatau, bench, tiny"):
        load_city(name)
    assert {"alatau", "bench", "tiny"} <= set(list_cities())


def test_an_unknown_vertiport_names_the_known_ones() -> None:
    """Asking a city for a vertiport it does not have names those it has."""
    with pytest.raises(InvalidInput, match="one of EAST, NORTH, WEST"):
        load_city("tiny").get_vertiport("MOON")


def test_a_later_phase_is_left_out_with_all_that_needs_it(folder: Path) -> None:
    """A vertiport of phase 2 is not open in phase 1, nor its lanes, routes and airframes."""
    change(folder, "vertiports.toml", "phase = 1", "phase = 2")
    first, second = load_city(str(folder), phase=1), load_city(str(folder), phase=2)
    assert [v.vertiport_id for v in first.vertiports] == ["NORTH", "WEST"]
    assert [lane.lane_id for lane in first.lanes.lanes] == ["NORTH-WEST", "WEST-NORTH"]
    assert first.rules.service.timetable == ()
    assert "EAST" not in {a.home_vertiport_id for a in first.airframes}
    assert len(second.vertiports) == 3
    assert len(second.lanes.lanes) == 6
    for phase in (0, 3):
        with pytest.raises(InvalidInput, match="phase from 1 to 2"):
            load_city(str(folder), phase=phase)


def test_the_hash_is_that_of_sha256sum_and_sees_every_file(folder: Path) -> None:
    """The hash is over the listing that docs/city-files.md writes down; a new byte changes it."""
    names = sorted(path.name for path in folder.iterdir() if path.name != "costs.toml")
    listing = "".join(
        f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names
    )
    before = load_city(str(folder)).files_sha256
    assert before == sha256(listing.encode()).hexdigest()
    (folder / ".hidden").write_text("not a file of the city")
    (folder / "costs.toml").write_text("# read by what counts money, and hashed there")
    assert load_city(str(folder)).files_sha256 == before
    change(folder, "SOURCES.md", "A city", "a city")
    assert load_city(str(folder)).files_sha256 != before


def test_numbers_are_kept_with_range_source_and_mark() -> None:
    """A stated number can be found by its dotted path, as written."""
    stated = load_city("tiny").quantities["movement.taxi_s"]
    assert (stated.value, stated.unit, stated.low, stated.high) == (45, "s", 30, 60)
    assert (stated.source, stated.mark) == ("facts 7.5", "recalled")


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("wait_ms_max", "ms"), ("speed_mps_max", "m/s"), ("layer_heights_agl_m", "m"),
        ("noise_cruise_dba_at_500_m", "dBA"), ("pack_hold_k_min", "K"), ("soh", "1"),
        ("disc_area_m2", "m2"), ("top_amsl_m_low", "m"), ("per_km_tiyn", "tiyn/km"),
        ("best_range_density_kg_m3", "kg/m3"), ("speed_mps_by_hour", "m/s"), ("aux_kw", "kW"),
        ("gross_kwh", "kWh"), ("value_of_time_median_kzt_h", "KZT/h"), ("seats", "1"),
    ],
)  # fmt: skip
def test_a_name_says_its_unit(name: str, unit: str) -> None:
    """The suffix of a quantity's name fixes the unit it is written in."""
    assert unit_of(name) == unit


def test_domains_refuse_what_cannot_be() -> None:
    """Fractions stay in [0, 1], divisors above 0, heights on Earth."""
    assert domain_of("soh") == (0.0, 1.0, True)
    assert domain_of("no_show") == (0.0, 1.0, False)
    assert domain_of("elevation_amsl_m")[0] < 0
    assert domain_of("taxi_s")[0] == 0.0


def test_credits_are_the_city_s_own(folder: Path) -> None:
    """A city names whose data it shows; without the line it names nobody."""
    assert load_city(str(folder)).credits == ("Open-Meteo / Copernicus ERA5",)
    change(folder, "city.toml", 'credits = ["Open-Meteo / Copernicus ERA5"]\n', "")
    assert load_city(str(folder)).credits == ()
