"""Turnaround: chargers that share a site's power, closed form between changes, nothing lost."""

import pytest

from aspan.operations import events as ev
from aspan.operations.turnaround import (
    end_charge,
    plan_allocations,
    share_kw,
    soc_at,
    start_charge,
)
from aspan.physics.charging import battery_power_kw, grid_power_kw, soc_after_s
from aspan.primitives.ids import ChargerId, VertiportId
from aspan.primitives.units import MS_PER_MIN, MS_PER_S
from stories.story import Day, instant
from unit.operations.scenes import A1

HARBOUR = VertiportId("Harbour")
OPENS = instant("06:00")


def charging(aircraft: str, site_kw: int = 400) -> Day:
    """Return a day just after opening, with aircraft on chargers of 300 kW."""
    return Day(f"""
        Harbour: 1 fato, 4 stands, site {site_kw} kW    Airport: 1 fato, 4 stands
        block 9 min    {aircraft}
    """).run("06:01")


@pytest.mark.parametrize("feeding", [1, 2, 3, 4])
def test_the_share_of_a_site_is_its_limit_at_the_meter(feeding: int) -> None:
    """All chargers at their share draw the site's limit at the grid, to 1 W each."""
    day = charging("A1 at Harbour")
    charging_rules = day.index.rules.charging
    share = share_kw(day.state, HARBOUR, feeding)
    battery_kw = battery_power_kw(charging_rules, dc_kw=share * feeding)
    assert grid_power_kw(charging_rules, battery_kw) == pytest.approx(400.0, abs=0.001 * feeding)
    assert grid_power_kw(charging_rules, battery_kw) <= 400.0


def test_no_charger_gets_more_than_it_can_give() -> None:
    """One charger alone gets its own power, not the whole site's."""
    day = charging("A1 at Harbour", site_kw=2000)
    chargers = [ChargerId(f"Harbour-C{n}") for n in (1, 2)]
    assert set(plan_allocations(day.state, HARBOUR, chargers).values()) == {300.0}


def test_charging_is_the_closed_form() -> None:
    """Between changes the charge is what the formula says after the time since the start."""
    day = charging("A1 at Harbour, charge 0.30", site_kw=2000)
    aircraft = day.state.aircraft[A1]
    assert aircraft.charge is not None
    kind = day.index.city.aircraft_type
    for minutes in (1, 3, 5):
        expected = soc_after_s(
            kind,
            soc=0.30,
            duration_s=60.0 * minutes,
            soh=1.0,
            cap_kw=battery_power_kw(day.index.rules.charging, dc_kw=300.0),
            pack_k=kind.pack_target_k,
        )
        at_ms = OPENS + minutes * MS_PER_MIN
        assert soc_at(day.state, aircraft, at_ms) == pytest.approx(expected, abs=1e-6)


def test_a_change_of_shares_loses_no_energy() -> None:
    """What sessions report is what the battery gained, though the power changed in between."""
    day = charging("A1 at Harbour, charge 0.30    A2 at Harbour, charge 0.50", site_kw=300)
    day.run("08:00")
    gross_kwh = day.index.city.aircraft_type.gross_kwh
    starts = [e for e in day.log.events if isinstance(e, ev.ChargeStarted)]
    ends = [e for e in day.log.events if isinstance(e, ev.ChargeEnded)]
    shared = [e for e in day.log.events if isinstance(e, ev.ChargingReallocated)]
    assert len(starts) == len(ends) == 2
    assert len(shared) == 2
    begun = {e.aircraft_id: e.soc for e in starts}
    for end in ends:
        gained_kwh = (end.soc - begun[end.aircraft_id]) * gross_kwh
        assert end.energy_kwh == pytest.approx(gained_kwh, abs=1e-3)


def test_the_mean_power_of_a_session_never_exceeds_its_share() -> None:
    """Energy into the battery over time is at most the allocated power less its losses."""
    day = charging("A1 at Harbour, charge 0.30    A2 at Harbour, charge 0.30", site_kw=300)
    share_battery_kw = 0.5 * 300.0 * day.index.rules.charging.grid_to_battery
    half = [soc_at(day.state, a, OPENS + 10 * MS_PER_MIN) for a in day.state.aircraft.values()]
    gained_kwh = [(soc - 0.30) * day.index.city.aircraft_type.gross_kwh for soc in half]
    assert gained_kwh == pytest.approx([share_battery_kw / 6.0] * 2, abs=0.01)


def test_a_charge_too_small_is_not_begun() -> None:
    """Seconds of power are not worth a session, an occupied charger feeds nobody else."""
    day = charging("A1 at Harbour, charge 0.90")
    aircraft = day.state.aircraft[A1]
    assert aircraft.charge is None
    assert start_charge(day.state, aircraft, 0.9039, OPENS + MS_PER_MIN) == []
    assert len(start_charge(day.state, aircraft, 0.9041, OPENS + MS_PER_MIN)) == 1
    aircraft.pack_temperature_k = 250.0
    aircraft.since_ms = OPENS + MS_PER_MIN
    assert start_charge(day.state, aircraft, 0.95, OPENS + MS_PER_MIN) == []


def test_the_target_is_kept_below_the_ceiling() -> None:
    """No session is begun above the battery's ceiling, whatever is asked for."""
    day = charging("A1 at Harbour, charge 0.90")
    started = start_charge(day.state, day.state.aircraft[A1], 1.0, OPENS + MS_PER_MIN)[0]
    assert isinstance(started, ev.ChargeStarted)
    assert started.soc_target == day.index.city.aircraft_type.ceiling_soc


def test_ending_what_does_not_charge_is_nothing() -> None:
    """Without a session there is nothing to end."""
    day = charging("A1 at Harbour, charge 0.90")
    assert end_charge(day.state, day.state.aircraft[A1], OPENS + MS_PER_S) == []


def test_charging_stops_when_the_aircraft_must_go() -> None:
    """An aircraft released while it charges goes with what it has, and its charger is free."""
    day = Day("""
        Harbour: 1 fato, 4 stands, chargers 40 kW    Airport: 1 fato, 4 stands    block 9 min
        A1 at Harbour, charge 0.65    06:40 trip Harbour -> Airport, 1 passenger, asked 06:05
    """).run("06:50")
    end = next(e for e in day.log.events if isinstance(e, ev.ChargeEnded))
    off = next(e for e in day.log.events if isinstance(e, ev.SortieOffBlock))
    assert end.at_ms <= off.at_ms
    assert end.soc == off.soc
    assert not day.state.sites[HARBOUR].feeding
