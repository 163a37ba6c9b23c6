"""Charge, availability and temperature of the pack (facts 2.5)."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aspan.physics.battery import (
    PackState,
    available_kwh,
    capacity_kwh,
    cold_factor,
    format_soc,
    is_charge_temperature,
    is_dispatch_temperature,
    pack_k_after_energy,
    pack_k_on_stand,
    pack_state,
    soc_after_energy,
    soc_needed,
    time_to_pack_k_s,
)
from aspan.primitives.units import KELVIN_AT_0_C, celsius_to_kelvin
from aspan.world.aircraft import AircraftType


@pytest.mark.parametrize(
    ("pack_c", "factor"),
    [
        (40, 1.0),
        (20, 1.0),
        (15, 0.975),
        (10, 0.95),
        (0, 0.90),
        (-10, 0.85),
        (-15, 0.80),
        (-20, 0.75),
        (-30, 0.65),
        (-200, 0.0),
    ],
)
def test_cold_factor(aircraft: AircraftType, pack_c: float, factor: float) -> None:
    """The points of facts B.5, linear between them, falling on below, never negative."""
    assert cold_factor(aircraft, celsius_to_kelvin(pack_c)) == pytest.approx(factor)


def test_new_pack_in_the_window_gives_127_5_kwh(aircraft: AircraftType) -> None:
    """From ceiling to floor a new warm pack gives 127.5 kWh (facts B.3)."""
    found = available_kwh(aircraft, soc=0.95, soh=1.0, pack_k=celsius_to_kelvin(25))
    assert found == pytest.approx(127.5)
    assert capacity_kwh(aircraft, soh=0.8) == pytest.approx(120.0)


def test_cold_shrinks_what_is_available_and_not_the_charge(aircraft: AircraftType) -> None:
    """At -10 degrees 85 % of the energy above the floor is available; the charge moves as ever."""
    warm = available_kwh(aircraft, soc=0.6, soh=0.9, pack_k=celsius_to_kelvin(20))
    cold = available_kwh(aircraft, soc=0.6, soh=0.9, pack_k=celsius_to_kelvin(-10))
    assert cold == pytest.approx(0.85 * warm)
    assert soc_after_energy(aircraft, soc=0.6, energy_kwh=27.0, soh=0.9) == pytest.approx(0.4)


def test_below_the_floor_what_is_missing_is_negative(aircraft: AircraftType) -> None:
    """A charge under the floor shows as missing energy, not as none."""
    assert available_kwh(aircraft, soc=0.05, soh=1.0, pack_k=300.0) == pytest.approx(-7.5)


@given(
    required_kwh=st.floats(0, 140),
    soh=st.floats(0.7, 1.0),
    pack_c=st.floats(-20, 45),
)
def test_the_charge_needed_makes_exactly_the_energy_available(
    aircraft: AircraftType, required_kwh: float, soh: float, pack_c: float
) -> None:
    """Charge needed and energy available are inverse to each other."""
    pack_k = celsius_to_kelvin(pack_c)
    soc = soc_needed(aircraft, required_kwh=required_kwh, soh=soh, pack_k=pack_k)
    back = available_kwh(aircraft, soc=soc, soh=soh, pack_k=pack_k)
    assert back == pytest.approx(required_kwh, abs=1e-9)


def test_no_charge_is_enough_where_the_cells_give_nothing(aircraft: AircraftType) -> None:
    """Deeply frozen cells need an infinite charge."""
    assert soc_needed(aircraft, required_kwh=1.0, soh=1.0, pack_k=100.0) == inf


def test_heating_of_a_sortie(aircraft: AircraftType) -> None:
    """About 8 K from 22 kWh of hover, climb and transition (facts B.7: 6 %, 600 kg, 1 kJ/kgK)."""
    warmed = pack_k_after_energy(aircraft, pack_k=300.0, energy_kwh=22.0)
    assert warmed - 300.0 == pytest.approx(0.06 * 22.0 * 3.6e6 / 600e3)
    assert warmed - 300.0 == pytest.approx(8.0, abs=0.1)


def test_conditioning_is_exponential_from_both_sides(aircraft: AircraftType) -> None:
    """After one cooling time 1/e of the difference to the target is left, hot or cold."""
    target_k = aircraft.pack_target_k
    for start_k in (target_k + 20.0, target_k - 20.0):
        left = pack_k_on_stand(aircraft, pack_k=start_k, duration_s=900.0) - target_k
        assert left == pytest.approx((start_k - target_k) / 2.718281828, rel=1e-6)


@given(pack_c=st.floats(-30, 80), low_c=st.floats(5, 20), high_c=st.floats(30, 50))
def test_time_to_a_temperature_leads_there(
    aircraft: AircraftType, pack_c: float, low_c: float, high_c: float
) -> None:
    """After the stated time the cells are at the bound they came from, or were within already."""
    pack_k, low_k, high_k = (celsius_to_kelvin(c) for c in (pack_c, low_c, high_c))
    wait_s = time_to_pack_k_s(aircraft, pack_k=pack_k, low_k=low_k, high_k=high_k)
    after_k = pack_k_on_stand(aircraft, pack_k=pack_k, duration_s=wait_s)
    assert after_k == pytest.approx(min(max(pack_k, low_k), high_k), abs=1e-6)


def test_a_target_outside_the_wanted_range_is_never_reached(aircraft: AircraftType) -> None:
    """Cells conditioned to 25 degrees never come to 26, nor quite to 25 itself."""
    cold_k = celsius_to_kelvin(0)
    for low_c in (25.0, 26.0):
        low_k = celsius_to_kelvin(low_c)
        found = time_to_pack_k_s(aircraft, pack_k=cold_k, low_k=low_k, high_k=low_k + 10.0)
        assert found == inf


@pytest.mark.parametrize(
    ("pack_c", "can_charge", "can_dispatch", "state"),
    [
        (4.9, False, False, PackState.NORMAL),
        (5.1, True, False, PackState.NORMAL),
        (10.1, True, True, PackState.NORMAL),
        (44.9, True, True, PackState.NORMAL),
        (45.1, True, False, PackState.NORMAL),
        (50.1, False, False, PackState.NORMAL),
        (55.1, False, False, PackState.ALERT),
        (60.1, False, False, PackState.LAND_AS_SOON_AS_POSSIBLE),
    ],
)
def test_temperature_gates(
    aircraft: AircraftType,
    pack_c: float,
    can_charge: bool,
    can_dispatch: bool,
    state: PackState,
) -> None:
    """The gates of facts B.6 on both sides of each bound."""
    pack_k = KELVIN_AT_0_C + pack_c
    assert is_charge_temperature(aircraft, pack_k) is can_charge
    assert is_dispatch_temperature(aircraft, pack_k) is can_dispatch
    assert pack_state(pack_k) is state


def test_a_charge_is_told_apart_from_its_ceiling() -> None:
    """One digit is enough but where it reads as the ceiling; what is the ceiling reads as it."""
    assert format_soc(0.922, ceiling_soc=0.95) == "92.2%"
    assert format_soc(0.9503, ceiling_soc=0.95) == "95.03%"
    assert format_soc(0.949996, ceiling_soc=0.95) == "94.9996%"
    assert format_soc(0.95, ceiling_soc=0.95) == "95.0%"


def test_cold_factor_is_the_types_own(aircraft: AircraftType) -> None:
    """A type measured to give more in the cold has more available, linear between its points."""
    measured = replace(aircraft, cold_factor_at_0=0.94, cold_factor_at_10=0.98)
    assert cold_factor(measured, celsius_to_kelvin(5)) == pytest.approx(0.96)
