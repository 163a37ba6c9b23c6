"""Tables of places: what is read, what is refused with its line and column, what is joined."""

import shutil
from pathlib import Path

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.world.readers import load_city, load_feeds, load_places
from aspan.world.readers.places import COLUMNS, read_places
from shipped import read_shipped

CITIES = Path(__file__).parents[3] / "cities"
ROW = {
    "id": "a", "kind": "park", "name_kk": "Бақ", "name_ru": "Сад", "name_en": "Garden",
    "also": "Парк| Rose garden", "derived": "en", "lon": "76.9", "lat": "43.2", "weight": "0.5",
    "source": "a test",
}  # fmt: skip


def table(path: Path, *rows: dict[str, str]) -> Path:
    """Write a table of rows, each the one above but for what is given."""
    lines = [",".join(COLUMNS), *(",".join((ROW | row).values()) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_row_is_read(tmp_path: Path) -> None:
    """Names, other names, languages made up and weight come as written."""
    (place,) = read_places(table(tmp_path / "p.csv", {}), label="p.csv")
    assert place.names.kk == "Бақ"
    assert place.also == ("Парк", "Rose garden")
    assert place.derived == ("en",)
    assert (place.lon_deg, place.lat_deg, place.weight) == (76.9, 43.2, 0.5)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "castle"),
        ("lon", "east"),
        ("lat", "91"),
        ("weight", "1.5"),
        ("weight", "nan"),
        ("name_ru", " "),
        ("name_kk", "Б" * 300),
        ("derived", "de"),
        ("source", ""),
    ],
)
def test_a_wrong_cell_is_refused_with_line_and_column(
    tmp_path: Path, column: str, value: str
) -> None:
    """The second row is wrong: line 3 and the column are named."""
    path = table(tmp_path / "p.csv", {}, {"id": "b", column: value})
    with pytest.raises(InvalidInput) as refused:
        read_places(path, label="tiny/p.csv")
    assert refused.value.field == f"tiny/p.csv: line 3, {column}"
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"id,kind\na,park\n", "a header with the columns name_kk"),
        (b"", "a header with the columns id"),
        (b"\xff\xfe", "UTF-8"),
        (",".join(COLUMNS).encode() + b"\na,park\n", "as many cells as the header"),
        (",".join(COLUMNS).encode() + b'\n"a,park\n', "comma-separated"),
    ],
)
def test_a_broken_table_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    """A table that is none is refused in one line."""
    path = tmp_path / "p.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=told):
        read_places(path, label="p.csv")


def test_an_id_twice_is_refused(tmp_path: Path) -> None:
    """Two rows cannot be one place."""
    with pytest.raises(InvalidInput, match="ids that differ"):
        read_places(table(tmp_path / "p.csv", {}, {}), label="p.csv")


def test_a_city_names_its_tables(tmp_path: Path) -> None:
    """A table that is missing or outside the folder is refused when the city is loaded."""
    folder = Path(shutil.copytree(CITIES / "tiny", tmp_path / "copy"))
    city = folder / "city.toml"
    text = city.read_text(encoding="utf-8")
    for name in ("none.csv", "../tiny.csv"):
        city.write_text(f'places = ["{name}"]\n{text}', encoding="utf-8")
        with pytest.raises(InvalidInput, match=r"copy/city.toml: places\[0\]"):
            load_city(str(folder))
    table(folder / "p.csv", {"lon": "77.1", "lat": "43.5"})
    city.write_text(f'places = ["p.csv"]\n{text}', encoding="utf-8")
    kinds = {place.kind for place in load_places(load_city(str(folder)))}
    assert {"park", "vertiport"} <= kinds


def test_what_has_one_name_nearby_is_one_place(tmp_path: Path) -> None:
    """A row of a table stands for a vertiport of its name beside it, not for one far away."""
    folder = Path(shutil.copytree(CITIES / "tiny", tmp_path / "copy"))
    site = load_city(str(folder)).vertiports[0]
    city = folder / "city.toml"
    city.write_text(f'places = ["p.csv"]\n{city.read_text("utf-8")}', encoding="utf-8")
    for shift, count in ((0.001, 1), (0.1, 2)):
        lon, lat = f"{site.lon_deg + shift:.4f}", f"{site.lat_deg:.4f}"
        table(folder / "p.csv", {"name_ru": site.names.ru, "lon": lon, "lat": lat})
        places = load_places(load_city(str(folder)))
        assert sum(place.names.ru == site.names.ru for place in places) == count


def test_alatau_knows_its_places() -> None:
    """Towns, districts, all stations of the metro and hundreds of streets are there, each once."""
    city = read_shipped("alatau")
    places = load_places(city, load_feeds(city))
    assert len({place.place_id for place in places}) == len(places) > 800
    kinds = [place.kind for place in places]
    assert kinds.count("station") == 11
    assert kinds.count("district") >= 8
    assert kinds.count("street") > 200
    assert kinds.count("junction") > 300
    assert sum(place.names.en == "Almaty International Airport" for place in places) == 1
    assert all(place.source for place in places)
