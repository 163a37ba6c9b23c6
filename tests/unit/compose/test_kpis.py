"""Figures of a run: every key of the contract, totals that are those of the tables."""

import json
from pathlib import Path

import msgspec
import pytest

from aspan.audit.auditor import audit_folder
from aspan.compose.city_json import describe_city
from aspan.compose.kpis import Measured, make_kpis, share_ms
from aspan.compose.serviceability import list_not_serviceable
from aspan.compose.tables import make_tables
from aspan.primitives.units import MS_PER_H
from aspan.world.city import City

from .conftest import Flown

KEYS = (
    "trips bookings passengers_flown sorties_flown sorties_empty sorties_cancelled "
    "sorties_diverted load_factor wait_ms delay_ms minutes_saved energy_kwh "
    "min_energy_above_reserve_kwh aircraft_hours revenue_tiyn cost_tiyn events events_per_sortie "
    "wall_s process_s sorties_per_wall_s peak_memory_mb log_sha256 seed date code_version "
    "not_serviceable people_above_day_limit people_above_night_limit peak_site_power_share"
)


@pytest.mark.parametrize(
    ("values", "p50", "p95"),
    [([], None, None), ([7], 7, 7), ([3, 1, 2], 2, 3), (list(range(1, 101)), 50, 95)],
)
def test_shares_by_nearest_rank(values: list[int], p50: int | None, p95: int | None) -> None:
    """The nearest rank: the least value that the share of all lie at or below."""
    assert (share_ms(values, 0.50), share_ms(values, 0.95)) == (p50, p95)


def test_figures_have_every_key(day: Flown, empty: Flown) -> None:
    """Every key is there, on a full day and on one without a sortie, and is plain JSON."""
    for flown in (day, empty):
        kpis = make_kpis(flown.run, flown.folded, flown.log.head_sha256(), Measured(wall_s=0.5))
        assert set(KEYS.split()) <= set(kpis)
        assert json.loads(json.dumps(kpis)) == kpis


def test_figures_are_those_of_the_tables(day: Flown) -> None:
    """Sorties, persons, energy and hours are counted alike from the tables."""
    kpis = make_kpis(day.run, day.folded, "", Measured(wall_s=2.0))
    flown = [r for r in day.tables["sorties"].rows() if r["on_block_at_ms"] is not None]
    block_ms = sum(r["on_block_at_ms"] - r["off_block_at_ms"] for r in flown)
    assert kpis["sorties_flown"] == len(flown)
    assert kpis["passengers_flown"] == sum(r["passengers"] for r in flown)
    assert kpis["energy_kwh"] == pytest.approx(sum(r["energy_kwh"] for r in flown), abs=0.01)
    assert kpis["aircraft_hours"] == pytest.approx(block_ms / MS_PER_H, abs=1e-3)
    assert kpis["sorties_per_wall_s"] == pytest.approx(len(flown) / 2.0, abs=0.1)
    paid = sum(day.tables["money"].columns["amount_tiyn"])
    assert kpis["revenue_tiyn"] == paid
    assert sum(kpis["bookings_by_status"].values()) == kpis["bookings"]


def test_figures_agree_with_audit(day_folder: Path) -> None:
    """The independent checker finds the written figures equal to the tables'."""
    report = audit_folder(day_folder, "tiny")
    clauses = {c.clause: c for law in report.laws for c in law.clauses}
    assert clauses["kpis"].exercised >= 8
    assert clauses["kpis"].violations == 0


def test_energy_cost_is_told_only_where_a_price_is_stated(day: Flown) -> None:
    """A city that states no price of energy has no cost, not a cost of nothing."""
    assert day.run.city.rules.costs is None
    assert make_kpis(day.run, day.folded, "", Measured())["cost_tiyn"] is None


def test_pairs_that_cannot_be_served_say_why(day: Flown) -> None:
    """Each pair of the list has a reason; pairs with a lane and energy enough are not in it."""
    rows = list_not_serviceable(day.run.index)
    pairs = {(row["origin"], row["destination"]): row["reason"] for row in rows}
    assert all(pairs.values())
    flown = {(line.origin, line.planned_destination) for line in day.folded.sorties.list_landed()}
    assert flown
    assert not flown & set(pairs)


def test_city_json_names_every_place(city: City) -> None:
    """The document names each FATO, stand and charger, and the hash of the city's files."""
    document = describe_city(city)
    assert document["city_sha256"] == city.files_sha256
    for site, row in zip(city.vertiports, document["vertiports"], strict=True):
        assert [s["stand_id"] for s in row["stands"]] == [s.stand_id for s in site.stands]
        assert [f["fato_id"] for f in row["fatos"]] == [f.fato_id for f in site.fatos]
        assert len(row["chargers"]) == len(site.chargers)
    assert document["hours"]["night_approved"] is False


def test_impact_is_that_of_the_tables(day: Flown) -> None:
    """Residents above the limit are those of the cells, shares of power those of the minutes."""
    kpis = make_kpis(day.run, day.folded, "", Measured())
    cells = day.tables["noise"].rows()
    above = sum(row["people"] for row in cells if (row["laeq_day_dba"] or 0.0) > 55.0)
    assert kpis["people_above_day_limit"] == pytest.approx(above, rel=0.02, abs=1.0)
    low, high = kpis["people_above_day_limit_range"]
    assert low <= kpis["people_above_day_limit"] <= high
    minutes = day.tables["site_power"].rows()
    for site, share in kpis["peak_site_power_share"].items():
        own = [row["peak_kw"] / row["limit_kw"] for row in minutes if row["vertiport_id"] == site]
        assert share == pytest.approx(max(own), abs=1e-4)
        assert share <= kpis["peak_site_power_share_with_stands"][site]


def test_a_city_without_noise_limits_says_nothing_of_residents(day: Flown) -> None:
    """No limits stated: no figure, and no tables of noise."""
    rules = msgspec.structs.replace(day.run.city.rules, noise=None)
    city = msgspec.structs.replace(day.run.city, rules=rules)
    run = msgspec.structs.replace(day.run, city=city)
    assert make_kpis(run, day.folded, "", Measured())["people_above_day_limit"] is None
    names = [table.name for table in make_tables(run, day.folded)]
    assert "site_power" in names
    assert not {"noise", "noise_hours"} & set(names)
