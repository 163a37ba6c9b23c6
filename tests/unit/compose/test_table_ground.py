"""Tables of the ground: stays, sessions and their power, duties, what is open at the end."""

from typing import Any

import pytest

from aspan.compose.table import Table
from aspan.compose.table_ground import make_charges
from aspan.physics.battery import capacity_kwh
from aspan.primitives.units import MS_PER_H, MS_PER_S

from .conftest import Flown


def _energy_kwh(flown: Flown, charge: dict[str, Any], power: Table) -> float:
    """Return the energy that the power steps of a session bring to the battery."""
    share = flown.run.city.rules.charging.dc_to_battery
    given: float = sum(
        step["power_kw"] * (step["end_at_ms"] - step["start_at_ms"]) / MS_PER_H
        for step in power.rows()
        if step["charger_id"] == charge["charger_id"]
        and charge["start_at_ms"] <= step["start_at_ms"]
        and step["end_at_ms"] <= charge["end_at_ms"]
    )
    return share * given


def test_power_steps_carry_the_energy_of_their_session(day: Flown) -> None:
    """Power over the steps, 0.95 of it, is the session's energy, which is its rise of charge."""
    kind = day.run.city.aircraft_type
    charges = day.tables["charges"].rows()
    assert charges
    for charge in charges:
        assert _energy_kwh(day, charge, day.tables["charge_power"]) == pytest.approx(
            charge["energy_kwh"], abs=0.01
        )
        rise = charge["soc_end"] - charge["soc_start"]
        capacity = capacity_kwh(kind, soh=day.folded.soh[charge["aircraft_id"]])
        assert charge["energy_kwh"] == pytest.approx(rise * capacity, abs=1e-5)


def test_power_steps_are_short_and_within_the_charger(day: Flown) -> None:
    """A step lasts at most a minute and no step exceeds its charger or the session's peak."""
    limit = {c.charger_id: c.power_kw for site in day.run.city.vertiports for c in site.chargers}
    for step in day.tables["charge_power"].rows():
        assert 0 < step["end_at_ms"] - step["start_at_ms"] <= 60 * MS_PER_S
        assert 0.0 <= step["power_kw"] <= limit[step["charger_id"]]


def test_session_open_at_the_end_is_closed_there(day: Flown) -> None:
    """A log that ends in a session closes it at the end, by the closed form."""
    longest = max(day.tables["charges"].rows(), key=lambda c: c["end_at_ms"] - c["start_at_ms"])
    end_ms = (longest["start_at_ms"] + longest["end_at_ms"]) // 2
    events = [event for event in day.log.events if event.at_ms < end_ms]
    charges, power = make_charges(events, day.run.city, day.folded.soh, end_ms=end_ms)
    cut = next(
        c
        for c in charges.rows()
        if (c["start_at_ms"], c["charger_id"]) == (longest["start_at_ms"], longest["charger_id"])
    )
    assert cut["end_at_ms"] == end_ms
    assert longest["soc_start"] < cut["soc_end"] < longest["soc_end"]
    assert _energy_kwh(day, cut, power) == pytest.approx(cut["energy_kwh"], abs=0.01)


def test_every_aircraft_is_somewhere_all_day(day: Flown) -> None:
    """Stays and sorties of an aircraft follow one another without a gap."""
    sorties = [r for r in day.tables["sorties"].rows() if r["status"] == "flown"]
    sorties.sort(key=lambda row: row["off_block_at_ms"])
    for aircraft in day.tables["aircraft"].rows():
        name = aircraft["aircraft_id"]
        stays = [s for s in day.tables["stand_uses"].rows() if s["aircraft_id"] == name]
        legs = [s for s in sorties if s["aircraft_id"] == name]
        assert stays[0]["stand_id"] == aircraft["initial_stand_id"]
        assert [s["end_at_ms"] for s in stays] == [*(r["off_block_at_ms"] for r in legs), None]
        assert [s["start_at_ms"] for s in stays[1:]] == [r["on_block_at_ms"] for r in legs]


def test_duties_begin_when_they_count(midday: Flown) -> None:
    """Duties still running at the end of the run end there, none before it begins."""
    duties = midday.tables["duties"].rows()
    assert any(d["end_at_ms"] == midday.folded.end_ms for d in duties)
    assert all(d["start_at_ms"] < d["end_at_ms"] for d in duties)


def test_approvals_are_told_for_aircraft_and_site(day: Flown) -> None:
    """Each aircraft has its approval at each site, marked as the assumption it is."""
    rows = day.tables["approvals"].rows()
    assert len(rows) == len(day.folded.soh) * len(day.run.city.vertiports)
    assert all(row["is_assumed"] and row["kind"] == "passenger" for row in rows)
