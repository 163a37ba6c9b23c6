"""City files that are damaged, or say what no city can: each refused in one named line."""

import shutil
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from aspan.primitives.errors import InvalidInput
from aspan.world.readers import load_city

TINY = Path(__file__).parents[3] / "cities" / "tiny"
HEADWAY = 'headway_s = { value = 3600, unit = "s", low = 1800'
SEATS = 'seats = { value = 4, unit = "1", low = 4'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the small city that a test may spoil."""
    return Path(shutil.copytree(TINY, tmp_path / "copy"))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"hello", b"PK\x03\x04 cut"])
@pytest.mark.parametrize("file", ["city.toml", "weather_daily.csv", "terrain.npz"])
def test_a_damaged_file_is_named(folder: Path, file: str, content: bytes) -> None:
    """Whatever bytes stand in a file, the error names the file."""
    (folder / file).write_bytes(content)
    with pytest.raises(InvalidInput, match=f"copy/{file}") as caught:
        load_city(str(folder))
    assert "pickle" not in str(caught.value)


@pytest.mark.parametrize("at", range(60, 2000, 97))
def test_a_flipped_byte_in_the_terrain_is_refused_or_harmless(folder: Path, at: int) -> None:
    """A flipped byte of the terrain is bad input, never another error."""
    path = folder / "terrain.npz"
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= 0xFF
    path.write_bytes(content)
    with suppress(InvalidInput):
        assert load_city(str(folder)).city_id == "tiny"


def test_a_folder_in_the_place_of_a_file_is_named(folder: Path) -> None:
    """A folder called like a file cannot be read, and the error says so."""
    (folder / "demand.toml").unlink()
    (folder / "demand.toml").mkdir()
    with pytest.raises(InvalidInput, match=r"copy/demand.toml: 'Is a directory'"):
        load_city(str(folder))


@pytest.mark.parametrize("heights", [np.zeros(9, np.int16), np.zeros((1, 9), np.int16)])
def test_a_terrain_without_a_grid_is_refused(folder: Path, heights: np.ndarray) -> None:
    """Heights must have two rows and two columns at least."""
    np.savez(
        folder / "terrain.npz", heights_amsl_m=heights, west_deg=76.0, south_deg=43.0, step_deg=1.0
    )
    with pytest.raises(InvalidInput, match="2 rows and columns"):
        load_city(str(folder))


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("city.toml", '"Asia/Almaty"', '"Asia"', "time_zone: 'Asia' is not accepted"),
        ("city.toml", "utm_epsg = 32643", "utm_epsg = 4326", "utm_epsg: 4326"),
        ("city.toml", "utm_epsg = 32643", "utm_epsg = 32699", "utm_epsg: 32699"),
        ("city.toml", HEADWAY, HEADWAY.replace("3600", "0.5").replace("1800", "0"), "at least 60"),
        ("city.toml", "winter_months = [1", "winter_months = [13", r"winter_months\[0\]: 13"),
        ("city.toml", "low = 370, high = 670", "low = 370, high = inf", None),
        (
            "city.toml", 'value = 460, unit = "m", low = 370, high = 670',
            'value = inf, unit = "m", low = 370, high = inf', "horizontal_m: inf .* finite",
        ),
        ("aircraft.toml", SEATS, SEATS.replace("4", "0"), "seats: 0.0 .* more than 0"),
        (
            "vertiports.toml", 'stand_ids = ["EAST-S01"]', 'stand_ids = ["EAST-S01", "EAST-S01"]',
            "stand_ids: .* each stand once",
        ),
    ],
)  # fmt: skip
def test_what_no_city_can_say_is_refused(
    folder: Path, file: str, old: str, new: str, said: str | None
) -> None:
    """A value outside what its name can mean is refused; an open upper bound alone is not."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    if said is None:
        assert load_city(str(folder)).city_id == "tiny"
        return
    with pytest.raises(InvalidInput, match=said):
        load_city(str(folder))


def test_a_fleet_of_none_is_refused(folder: Path) -> None:
    """A city has one airframe at least."""
    (folder / "fleet.toml").write_text("[airframes]\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="at least one airframe"):
        load_city(str(folder))
