"""Site power minute by minute: exact means and peaks, and the energy of the chargers' steps."""

from collections import defaultdict

import pytest

from aspan.compose.table import Table, table_from_rows
from aspan.compose.table_ground import CHARGE_POWER, STAND_USES
from aspan.compose.table_power import make_site_power, share_of_limit
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.world.city import City

from .conftest import Flown

START = 1_744_657_200_000


def draw(city: City, steps: list[tuple[float, float, float]], *, minutes: float = 4) -> Table:
    """Return the power of a city whose first site draws steps of minutes from, to and DC kW."""
    site = min(v.vertiport_id for v in city.vertiports)
    rows = [
        (site, "C1", START + round(a * MS_PER_MIN), START + round(b * MS_PER_MIN), kw)
        for a, b, kw in steps
    ]
    stays = [
        (site, "S1", "A1", START - MS_PER_H, START + 2 * MS_PER_MIN),
        (site, "S2", "A2", START + MS_PER_MIN // 2, None),
    ]
    return make_site_power(
        city,
        table_from_rows("charge_power", CHARGE_POWER, rows),
        table_from_rows("stand_uses", STAND_USES, stays),
        start_ms=START,
        end_ms=START + round(minutes * MS_PER_MIN),
    )


def test_means_and_peaks_are_exact(city: City) -> None:
    """Steps that begin and end within minutes: means by time, peaks where they overlap."""
    steps = [(0.5, 1.25, 100.0), (1.0, 2.0, 200.0), (2.0, 3.0, 50.0)]
    table = draw(city, steps)
    grid = city.rules.charging.dc_to_battery / city.rules.charging.grid_to_battery
    assert table.columns["mean_kw"][:4] == pytest.approx(
        [50.0 * grid, 225.0 * grid, 50.0 * grid, 0.0], abs=1e-3
    )
    assert table.columns["peak_kw"][:4] == pytest.approx(
        [100.0 * grid, 300.0 * grid, 50.0 * grid, 0.0], abs=1e-3
    )
    assert table.columns["from_at_ms"][:4] == [START + k * MS_PER_MIN for k in range(4)]


def test_standing_aircraft_are_counted_beside(city: City) -> None:
    """Each standing aircraft is 3 kW; one that came half-way through a minute half of it."""
    load_kw = city.rules.charging.stand_load_kw
    stand_kw = draw(city, []).columns["stand_kw"]
    assert stand_kw[:4] == pytest.approx([1.5 * load_kw, 2 * load_kw, load_kw, load_kw])
    assert sum(stand_kw[4:]) == 0.0


def test_the_last_minute_may_be_short(city: City) -> None:
    """A run that ends within a minute draws nothing in the rest of it: energies still add up."""
    table = draw(city, [(1.0, 1.25, 100.0), (1.25, 1.5, 300.0)], minutes=1.5)
    grid = city.rules.charging.dc_to_battery / city.rules.charging.grid_to_battery
    assert table.columns["mean_kw"][:2] == pytest.approx([0.0, 100.0 * grid], abs=1e-3)
    assert table.columns["peak_kw"][:2] == pytest.approx([0.0, 300.0 * grid], abs=1e-3)


def test_minutes_carry_the_energy_of_the_steps(day: Flown) -> None:
    """The day's energy at each meter is that of the chargers' steps over the efficiency."""
    charging = day.run.city.rules.charging
    grid = charging.dc_to_battery / charging.grid_to_battery
    drawn: defaultdict[str, float] = defaultdict(float)
    for step in day.tables["charge_power"].rows():
        hours = (step["end_at_ms"] - step["start_at_ms"]) / MS_PER_H
        drawn[step["vertiport_id"]] += grid * step["power_kw"] * hours
    told: defaultdict[str, float] = defaultdict(float)
    for row in day.tables["site_power"].rows():
        told[row["vertiport_id"]] += row["mean_kw"] * MS_PER_MIN / MS_PER_H
        assert 0.0 <= row["mean_kw"] <= row["peak_kw"] + 0.001
        assert row["peak_kw"] <= row["limit_kw"] + 0.5
    assert sum(drawn.values()) > 0.0
    for site, energy_kwh in told.items():
        assert energy_kwh == pytest.approx(drawn[site], abs=0.02)


def test_every_minute_of_every_site_has_a_row(day: Flown) -> None:
    """1,440 rows a site and day, those without power too."""
    table = day.tables["site_power"]
    assert table.height == 1440 * len(day.run.city.vertiports)


def test_shares_of_the_limit(city: City) -> None:
    """The greatest minute over the limit, with standing aircraft or without."""
    table = draw(city, [(0.0, 4.0, 200.0)])
    grid = city.rules.charging.dc_to_battery / city.rules.charging.grid_to_battery
    first = min(city.vertiports, key=lambda site: site.vertiport_id)
    alone, together = share_of_limit(table), share_of_limit(table, with_stands=True)
    limit_kw = first.site_power_limit_kw
    assert alone[first.vertiport_id] == pytest.approx(200.0 * grid / limit_kw, abs=1e-4)
    most_kw = 200.0 * grid + 2 * city.rules.charging.stand_load_kw
    assert together[first.vertiport_id] == pytest.approx(most_kw / limit_kw, abs=1e-4)
    assert [share for site, share in alone.items() if site != first.vertiport_id] == [0.0, 0.0]
