"""The range of a city: what is read, and what is refused with file, path and value."""

import shutil
from pathlib import Path

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.world.city import City
from aspan.world.range import Range
from aspan.world.readers import load_city
from aspan.world.readers.range import FILE_NAME, find_range, load_range
from shipped import read_shipped

CITIES = Path(__file__).parents[3] / "cities"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Return the small city from a folder that a test may spoil."""
    folder = shutil.copytree(CITIES / "tiny", tmp_path_factory.mktemp("range") / "copy")
    return load_city(str(folder))


def read_with(city: City, old: str, new: str) -> Range:
    """Return the range of a text in which the first `old`, which must be there, is `new`."""
    text = (CITIES / "tiny" / FILE_NAME).read_text("utf-8")
    assert old in text
    (Path(city.folder) / FILE_NAME).write_text(text.replace(old, new, 1), "utf-8")
    return load_range(city)


def test_alatau_has_a_range() -> None:
    """The volumes of Alatau's range that share air know each other; its pad is within its fence."""
    found = load_range(read_shipped("alatau"))
    assert found.get_volume("PAD").meets == ("CIRCUIT", "EAST", "HOVER")
    assert found.get_volume("STAND").meets == ()
    assert found.get_volume("NORTH").geozone_id == "TSNORTH"
    assert found.quantities["go_no_go.link_share_min"].value == found.go_no_go.link_share_min
    assert found.find_aircraft("AT01") is not None
    assert found.find_aircraft("AS01") is None
    with pytest.raises(InvalidInput, match="one of CIRCUIT"):
        found.get_volume("MOON")


def test_a_city_without_a_file_has_no_range(city: City) -> None:
    """Where `range.toml` is absent there is no test site, and nothing else changes."""
    (Path(city.folder) / FILE_NAME).unlink(missing_ok=True)
    assert find_range(city) is None
    with pytest.raises(InvalidInput, match="missing"):
        load_range(city)
    assert read_with(city, "AT01", "AT01") == find_range(city)


def test_volumes_that_only_touch_do_not_meet(city: City) -> None:
    """Two volumes with one height between them are apart; a metre less and they share air."""
    line = 'lower_amsl_m = {{ value = {0}, unit = "m", low = {0}, high = {0}'
    at_top = read_with(city, line.format(694), line.format(750))
    assert at_top.get_volume("EAST").meets == ()
    below = read_with(city, line.format(694), line.format(749))
    assert below.get_volume("EAST").meets == ("PAD",)


SPOILT = {
    "crossing ring": (
        "[[77.2975, 43.4982], [77.3025, 43.4982]", "[[77.3025, 43.5018], [77.3025, 43.4982]",
        "volumes.PAD.ring", "meets itself nowhere",
    ),
    "two corners": (
        "ring = [[77.28, 43.47], [77.6, 43.47], [77.6, 43.53], [77.28, 43.53]]",
        "ring = [[77.28, 43.47], [77.6, 43.47]]", "volumes.EAST.ring", "3 to 100 corners",
    ),
    "corner of one number": ("[77.28, 43.47],", "[77.28],", "ring[0]", "[longitude, latitude]"),
    "corner beyond the pole": ("[77.28, 43.47],", "[43.47, 95.0],", "ring[0]", "90"),
    "pad outside the fence": (
        "lat_deg = { value = 43.5, unit = \"deg\", low = 43.5, high = 43.5",
        "lat_deg = { value = 43.6, unit = \"deg\", low = 43.5, high = 43.6",
        "site.fence", "about the pad",
    ),
    "unknown alternate": ('alternate = "EAST"', 'alternate = "MOON"', "alternate", "EAST"),
    "upside down": (
        "upper_amsl_m = { value = 1894, unit = \"m\", low = 1894",
        "upper_amsl_m = { value = 694, unit = \"m\", low = 694",
        "volumes.EAST.upper_amsl_m", "more than lower_amsl_m 694",
    ),
    "long id of a zone": ('"TSEAST"', '"TSEASTERN"', "geozone_id", "1 to 7"),
    "one id for two zones": ('"TSEAST"', '"TSPAD"', "volumes", "of its own"),
    "aircraft of the fleet": ("[aircraft.AT02]", "[aircraft.AS01]", "aircraft.AS01", "fleet.toml"),
    "aircraft of another type": ('type_id = "JOBY-S4"', 'type_id = "X"', "type_id", "JOBY-S4"),
    "approval for passengers": ('kind = "test"', 'kind = "passenger"', "kind", "demonstration"),
    "fourth microphone": ("[microphones.3]", "[microphones.4]", "microphones.4", "1 to 3"),
    "limits the wrong way round": (
        "pack_temperature_k_max = { value = 318.15, unit = \"K\", low = 318.15",
        "pack_temperature_k_max = { value = 250, unit = \"K\", low = 250",
        "pack_temperature_k_max", "more than pack_temperature_k_min",
    ),
    "share above one": (
        "link_share_min = { value = 0.99, unit = \"1\", low = 0.99, high = 0.99",
        "link_share_min = { value = 99, unit = \"1\", low = 99, high = 99",
        "link_share_min", "at most 1",
    ),
    "key nobody knows": ("[people]\n", "[people]\ncooks = 2\n", "people.cooks", "no such key"),
}  # fmt: skip


@pytest.mark.parametrize("case", SPOILT)
def test_spoilt_ranges_are_refused(city: City, case: str) -> None:
    """A range that cannot be is refused, with where it is written and what was expected."""
    old, new, where, expected = SPOILT[case]
    with pytest.raises(InvalidInput) as found:
        read_with(city, old, new)
    assert where in found.value.field
    assert expected in str(found.value)
