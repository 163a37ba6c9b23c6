"""The costs that a study says it used, compared with the city's own files, read as plain TOML."""

import tomllib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from aspan.audit.study_money_rules import Inputs
from aspan.primitives.errors import InvalidInput

Stated = dict[str, Fraction | str]

_SECTIONS = ("terms", "aircraft", "battery", "crew", "ground", "charging", "service")


def read_stated(folder: Path) -> Stated:
    """Return what the files of a city state of its costs, by the path of an account's input."""
    costs, city, aircraft, sites = (
        _read(folder / f"{name}.toml") for name in ("costs", "city", "aircraft", "vertiports")
    )
    stated: Stated = dict(_numbers(costs, _SECTIONS))
    stated["price_year"] = Fraction(costs["price_year"])
    for kind, table in costs.get("site_types", {}).items():
        stated.update({f"site_types.{kind}.{name}": _units(row) for name, row in table.items()})
    for site, row in costs.get("sites", {}).items():
        stated[f"sites.{site}.type"] = row["type"]
        places = sites.get("vertiports", {}).get(site, {}).get("contingency_places")
        if places is not None:
            stated[f"sites.{site}.contingency_places"] = _units(places)
    for name in ("gross_kwh", "retire_soh"):
        stated[f"battery.{name}"] = _units(aircraft["aircraft_type"][name])
    if "costs" in city:
        energy = city["costs"]["energy_per_kwh_tiyn"]
        stated["service.energy_per_kwh_tiyn"] = _units(energy)
    for rate in city.get("tariff", {}).get("vat", []):
        stated[f"vat.{rate['from_date']}"] = _units(rate["vat_rate"])
    return stated


def list_unlike(given: Inputs, stated: Stated) -> list[tuple[str, int | None, int | None]]:
    """Return costs of an account that are not those stated: path, told and stated in millionths.

    Texts that differ have no numbers; a cost that the city does not state has none of the second.
    """
    unlike: list[tuple[str, int | None, int | None]] = []
    for path, value in sorted(given.values.items()):
        if path.startswith(("stages.", "deliveries.")):
            continue
        other = stated.get(path)
        if value != other:
            meant = int(other * 10**6) if isinstance(other, Fraction) else None
            unlike.append((path, int(value * 10**6), meant))
    for path, text in sorted(given.texts.items()):
        if stated.get(path) != text:
            unlike.append((path, None, None))
    return unlike


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InvalidInput(path.name, None, "a file of the city (it is missing)") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as fault:
        raise InvalidInput(path.name, str(fault), "a file in TOML, UTF-8") from None


def _units(row: dict[str, Any]) -> Fraction:
    """Return a stated number in whole millionths."""
    return Fraction(round(float(row["value"]) * 1e6), 10**6)


def _numbers(file: dict[str, Any], sections: tuple[str, ...]) -> Iterator[tuple[str, Fraction]]:
    for section in sections:
        for name, row in file.get(section, {}).items():
            yield f"{section}.{name}", _units(row)
