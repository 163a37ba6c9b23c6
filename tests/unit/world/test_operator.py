"""The operator of a city: named with source and mark, and what is refused."""

import shutil
from pathlib import Path

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.world.operator import is_address
from aspan.world.readers import load_city
from shipped import read_shipped

TINY = Path(__file__).parents[3] / "cities" / "tiny"
TABLE = """
[operator]
names = { kk = "Кіші әуе", ru = "Малое небо", en = "Small Sky" }
source = "a test"
mark = "found"
url = "https://sky.example/"
url_source = "a test"
url_mark = "assumed"
"""


def write(tmp_path: Path, table: str) -> str:
    """Return a copy of the small city with a table more in `city.toml`."""
    folder = Path(shutil.copytree(TINY, tmp_path / "copy"))
    path = folder / "city.toml"
    path.write_text(path.read_text(encoding="utf-8") + table, encoding="utf-8")
    return str(folder)


def test_alatau_names_who_flies() -> None:
    """The operator's name was found; its address is a reserved one, and says so."""
    operator = read_shipped("alatau").operator
    assert operator is not None
    assert (operator.names.en, operator.mark) == ("Alatau Advance Air Group", "found")
    assert (operator.url, operator.url_mark) == ("https://example.com/", "assumed")


def test_a_city_need_not_say_who_flies(tmp_path: Path) -> None:
    """Without the table there is no operator; with it there is one, as written."""
    assert load_city("tiny").operator is None
    operator = load_city(write(tmp_path, TABLE)).operator
    assert operator is not None
    assert (operator.names.ru, operator.url) == ("Малое небо", "https://sky.example/")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("https://sky.example/", "sky.example", "operator.url"),
        ("https://sky.example/", "https://sky.example", "operator.url"),
        ("https://sky.example/", "ftp://sky.example/", "operator.url"),
        ('mark = "found"', 'mark = "sure"', "operator.mark"),
        ('url_mark = "assumed"\n', "", "operator.url_mark"),
        ('source = "a test"', 'source = ""', "operator.source"),
        ('url = "https', 'phone = "7"\nurl = "https', "operator.phone"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    """An address nobody can follow, an unknown mark, a missing or a strange key are refused."""
    with pytest.raises(InvalidInput, match=named):
        load_city(write(tmp_path, TABLE.replace(old, new, 1)))


@pytest.mark.parametrize("text", ["https://[", "http:///a", "https://a b/", "https://a\n/", "/a"])
def test_addresses_nobody_can_follow(text: str) -> None:
    """Without a host, with a space or a line in it, or not of the web."""
    assert not is_address(text)
