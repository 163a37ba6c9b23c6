"""Every number of a city says where it comes from and how far it may be trusted."""

import math
import tomllib
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest

from aspan.world.quantity import Mark
from tidy.sources import ROOT, list_files, name_of, read_text

CITY_FILES = [
    path for path in list_files() if path.suffix == ".toml" and path.is_relative_to(ROOT / "cities")
]
CITIES = sorted({path.parent for path in CITY_FILES if path.name == "city.toml"})


@pytest.mark.parametrize("path", CITY_FILES, ids=name_of)
def test_quantities_are_complete(path: Path) -> None:
    """Every stated value has a unit, a range around it, a source and a mark."""
    bad = []
    for where, table in _quantities(tomllib.loads(read_text(path))):
        missing = {"unit", "low", "high", "source", "mark"} - set(table)
        if missing:
            bad.append(f"{where}: no {', '.join(sorted(missing))}")
        elif not table["low"] <= table["value"] <= table["high"]:
            bad.append(f"{where}: {table['value']} outside {table['low']} … {table['high']}")
        elif table["mark"] not in typing.get_args(Mark):
            bad.append(f"{where}: mark {table['mark']!r}")
        elif len(table["source"].strip()) < 5:
            bad.append(f"{where}: source {table['source']!r}")
    assert not bad, "\n" + "\n".join(bad)


@pytest.mark.parametrize("folder", CITIES, ids=name_of)
def test_sources_name_every_file(folder: Path) -> None:
    """`SOURCES.md` of a city names each of its files."""
    sources = read_text(folder / "SOURCES.md")
    files = [path.name for path in list_files() if path.parent == folder]
    assert [name for name in files if name != "SOURCES.md" and name not in sources] == []


def _quantities(table: dict[str, typing.Any], where: str = "") -> Iterator[tuple[str, typing.Any]]:
    """Yield every table with a number under `value`, with its dotted path."""
    if _is_number(table.get("value")):
        yield where, table
        return
    for key, value in table.items():
        path = f"{where}.{key}" if where else key
        if isinstance(value, dict):
            yield from _quantities(value, path)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    yield from _quantities(item, f"{path}[{index}]")


def _is_number(value: object) -> bool:
    """Answer whether a TOML value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
