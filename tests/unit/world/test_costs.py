"""Costs are read with their ranges and sources, and what is wrong in the file is named."""

from pathlib import Path
from shutil import copytree

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.world.costs import Costs, get_input, list_paths
from aspan.world.readers import load_city
from aspan.world.readers.costs import load_costs
from aspan.world.readers.folder import COSTS_NAME
from tidy.sources import ROOT


@pytest.mark.parametrize("name", ["alatau", "tiny"])
def test_every_input_is_stated(name: str) -> None:
    """Each input has unit, range, source and mark, and lies in its range."""
    costs = load_costs(load_city(name))
    assert set(costs.quantities) == set(list_paths(costs))
    for path in list_paths(costs):
        stated = costs.quantities[path]
        assert stated.low <= get_input(costs, path) == stated.value <= stated.high
        assert stated.source


def test_alatau_prices_every_site() -> None:
    """Sites of every phase have a type, and the facts' prices are where they should be."""
    costs = load_costs(load_city("alatau", phase=2))
    assert [site.vertiport_id for site in costs.sites] == [
        "AIRPORT", "ALATAU", "BORALDAY", "CENTRE", "GATE", "GOLDEN", "KONAEV", "MEDEU", "SHYMBULAK",
    ]  # fmt: skip
    assert costs.get_site_type(costs.get_site("CENTRE").type).build_usd == 10e6
    assert costs.get_site("CENTRE").contingency_places == 1
    assert costs.service.energy_per_kwh_tiyn == 3567
    assert [costs.find_vat_rate(year) for year in (2025, 2026, 2029)] == [0.12, 0.16, 0.16]


def test_sixty_aircraft_come_to_the_memorandum() -> None:
    """Sixty aircraft with spares, a simulator and training are about 300 million (facts 3.7)."""
    costs = load_costs(load_city("alatau"))
    aircraft, crew = costs.aircraft, costs.crew
    usd = 60 * aircraft.price_usd * (1 + aircraft.spares_share)
    usd += crew.simulator_usd + 120 * crew.training_usd
    assert usd == pytest.approx(300e6, rel=0.05)


def test_a_charger_position_costs_what_facts_say() -> None:
    """Charger and grid of 300 kW come to 0.3 to 0.8 million, from low to high (facts 3.11)."""
    costs = load_costs(load_city("alatau"))
    charger, grid = (
        costs.quantities[f"charging.{name}_per_kw_usd"] for name in ("charger", "grid")
    )
    assert 300 * (charger.low + grid.low) == pytest.approx(0.3e6, rel=0.01)
    assert 300 * (charger.high + grid.high) == pytest.approx(0.8e6, rel=0.01)


SPOILT = {
    "price_year = 2026": ("price_year = 20260", "price_year"),
    'kzt_per_usd = { value = 500, unit = "KZT/USD"': (
        'kzt_per_usd = { value = 500, unit = "USD/KZT"', "terms.kzt_per_usd.unit",
    ),
    "spares_share = { value = 0.15": ("spares_share = { value = 1.15", "aircraft.spares_share"),
    "lifetime_years = { value = 15": ("lifetime_years = { value = 15.5", "aircraft.lifetime_years"),
    'WEST = { type = "vertistop"': ('WEST = { type = "airport"', "sites.WEST.type"),
    "WEST = {": ("SOUTH = {", "sites.WEST"),
    "[charging]": ("[charging]\ncolour = 1", "charging.colour"),
    "price_usd = { value = 4_000_000": ("price_usd = { value = nan", "aircraft.price_usd"),
}  # fmt: skip


@pytest.mark.parametrize("before", sorted(SPOILT))
def test_what_is_wrong_is_named(before: str, tmp_path: Path) -> None:
    """A spoilt file is refused by one line that names file and path."""
    after, path = SPOILT[before]
    folder = tmp_path / "tiny"
    copytree(ROOT / "cities" / "tiny", folder)
    text = (folder / COSTS_NAME).read_text("utf-8")
    assert text.count(before) == 1
    (folder / COSTS_NAME).write_text(text.replace(before, after), "utf-8")
    with pytest.raises(InvalidInput) as found:
        load_costs(load_city(str(folder)))
    assert found.value.field.startswith(f"tiny/{COSTS_NAME}: {path}")


def test_a_city_without_costs_says_so(tmp_path: Path) -> None:
    """Money cannot be counted where nothing is stated; the city itself is as good as before."""
    folder = tmp_path / "tiny"
    copytree(ROOT / "cities" / "tiny", folder)
    (folder / COSTS_NAME).unlink()
    city = load_city(str(folder))
    with pytest.raises(InvalidInput, match="it is missing"):
        load_costs(city)


def test_energy_is_stated_once(tmp_path: Path) -> None:
    """Where the city has a price of energy the costs must not have another."""
    folder = tmp_path / "tiny"
    copytree(ROOT / "cities" / "tiny", folder)
    text = (ROOT / "cities" / "alatau" / "city.toml").read_text("utf-8")
    line = next(row for row in text.splitlines() if row.startswith("energy_per_kwh_tiyn"))
    with (folder / "city.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[costs]\n{line}\n")
    with pytest.raises(InvalidInput, match="stated twice"):
        load_costs(load_city(str(folder)))


def test_kinds_and_sites_that_are_not_there_are_named() -> None:
    """Asked for a site or a kind that is not stated, the costs name those that are."""
    costs: Costs = load_costs(load_city("tiny"))
    with pytest.raises(InvalidInput, match="EAST, NORTH, WEST"):
        costs.get_site("SOUTH")
    with pytest.raises(InvalidInput, match="basic, city, vertistop"):
        costs.get_site_type("heliport")
