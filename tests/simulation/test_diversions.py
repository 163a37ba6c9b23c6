"""A day on which fog closes a site with an aircraft on its way, through the commands."""

import json
from pathlib import Path

import polars as pl
import pytest

from simulation.days import Scenario
from simulation.test_matrix import aspan, simulate_command

CLOSED = Scenario(day="2024-01-21", seed=1, fleet=20, demand=20.0)


@pytest.mark.long
def test_a_closed_site_diverts_and_the_audit_agrees(tmp_path: Path) -> None:
    """The aircraft lands elsewhere, its parties are refunded, and no law is broken."""
    out = tmp_path / "run"
    assert aspan(*simulate_command(CLOSED, out))[0] == 0
    sorties = pl.read_parquet(out / "sorties.parquet")
    diverted = sorties.filter(pl.col("status") == "diverted")
    assert diverted.height >= 1
    assert (diverted["destination"] != diverted["planned_destination"]).all()
    kpis = json.loads((out / "kpis.json").read_text())
    assert sum(kpis["sorties_diverted"].values()) == diverted.height
    bookings = pl.read_parquet(out / "bookings.parquet")
    refunded = bookings.filter(pl.col("status") == "refunded")
    assert refunded["refund_tiyn"].to_list() == refunded["fare_tiyn"].to_list()
    assert aspan("audit", str(out), "--city", CLOSED.city)[0] == 0
