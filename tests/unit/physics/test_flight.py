"""Powers of flight against facts 2.3 and 2.6, and the laws facts 2.2 asks to check."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aspan.physics.flight import (
    aux_power_kw,
    best_range_speed_mps,
    climb_energy_kwh,
    cruise_power_kw,
    descent_credit_kwh,
    ground_energy_kwh,
    hover_power_kw,
    lift_to_drag,
    transition_power_kw,
)
from aspan.physics.reserve import final_reserve_kwh
from aspan.primitives.units import M_PER_KM, S_PER_H, celsius_to_kelvin
from aspan.world.aircraft import AircraftType
from aspan.world.atmosphere import air_density_kg_m3, standard_pressure_pa

HOT_AND_HIGH = [
    (0, 15, 480, 557, 187, 0.72, 41.6),
    (700, 15, 500, 580, 180, 0.70, 43.3),
    (700, 38, 520, 603, 175, 0.68, 45.0),
    (900, 36, 524, 608, 174, 0.67, 45.4),
    (1690, 30, 545, 632, 170, 0.66, 47.2),
    (700, -15, 473, 549, 190, 0.73, 41.0),
]
"""Facts 2.3: elevation, temperature, hover at both masses, cruise, kWh/km, 20-minute reserve."""


def density(elevation_m: float, temperature_c: float) -> float:
    """Return the density of a row of facts 2.3."""
    return air_density_kg_m3(standard_pressure_pa(elevation_m), celsius_to_kelvin(temperature_c))


@pytest.mark.parametrize("row", HOT_AND_HIGH)
def test_hot_and_high_table(aircraft: AircraftType, row: tuple[float, ...]) -> None:
    """Every column of every row of facts 2.3 within its printed rounding."""
    elevation_m, temperature_c, light_kw, heavy_kw, cruise_kw, kwh_per_km, reserve_kwh = row
    air = density(elevation_m, temperature_c)
    light = hover_power_kw(aircraft, mass_kg=2177, density_kg_m3=air)
    heavy = hover_power_kw(aircraft, mass_kg=2404, density_kg_m3=air)
    cruise = cruise_power_kw(aircraft, mass_kg=2404, density_kg_m3=air, airspeed_mps=72)
    reserve = final_reserve_kwh(
        aircraft, mass_kg=2404, density_kg_m3=air, duration_s=1200, aux_kw=0.0
    )
    assert light == pytest.approx(light_kw, abs=0.5)
    assert heavy == pytest.approx(heavy_kw, abs=0.5)
    assert cruise == pytest.approx(cruise_kw, abs=0.5)
    assert cruise / 72 * M_PER_KM / S_PER_H == pytest.approx(kwh_per_km, abs=0.0051)
    assert reserve == pytest.approx(reserve_kwh, abs=0.05)


@pytest.mark.parametrize(
    ("mass_kg", "air", "power_kw"), [(2404, 1.225, 557), (2177, 0.949, 545), (2404, 1.043, 603)]
)
def test_hover_vectors(aircraft: AircraftType, mass_kg: float, air: float, power_kw: float) -> None:
    """Hover powers of facts 2.6 and 2.2 within their rounding."""
    found = hover_power_kw(aircraft, mass_kg=mass_kg, density_kg_m3=air)
    assert found == pytest.approx(power_kw, abs=0.6)


def test_cruise_vectors(aircraft: AircraftType) -> None:
    """Speed of best range, lift over drag and cruise power of facts 2.6."""
    best = best_range_speed_mps(aircraft, mass_kg=2404, density_kg_m3=1.127)
    ratio = lift_to_drag(aircraft, mass_kg=2404, density_kg_m3=1.127, airspeed_mps=72)
    power = cruise_power_kw(aircraft, mass_kg=2404, density_kg_m3=1.127, airspeed_mps=72)
    assert best == pytest.approx(57.3, abs=0.05)
    assert ratio == pytest.approx(11.8, abs=0.05)
    assert power == pytest.approx(180, abs=0.5)


@given(
    mass_kg=st.floats(1800, 2600),
    air=st.floats(0.8, 1.4),
    factor=st.floats(0.5, 2.0),
)
def test_hover_power_follows_its_powers_of_mass_and_density(
    aircraft: AircraftType, mass_kg: float, air: float, factor: float
) -> None:
    """Hover power goes with mass to 1.5 and density to -0.5 (facts 2.2)."""
    power = hover_power_kw(aircraft, mass_kg=mass_kg, density_kg_m3=air)
    heavier = hover_power_kw(aircraft, mass_kg=mass_kg * factor, density_kg_m3=air)
    denser = hover_power_kw(aircraft, mass_kg=mass_kg, density_kg_m3=air * factor)
    assert heavier / power == pytest.approx(factor**1.5)
    assert denser / power == pytest.approx(factor**-0.5)


@given(mass_kg=st.floats(1800, 2600), air=st.floats(0.8, 1.4), ratio=st.floats(0.6, 1.6))
def test_energy_per_distance_is_least_at_the_speed_of_best_range(
    aircraft: AircraftType, mass_kg: float, air: float, ratio: float
) -> None:
    """No airspeed needs less cruise energy per kilometre than that of best range."""
    best_mps = best_range_speed_mps(aircraft, mass_kg=mass_kg, density_kg_m3=air)
    least = cruise_power_kw(aircraft, mass_kg=mass_kg, density_kg_m3=air, airspeed_mps=best_mps)
    other_mps = ratio * best_mps
    other = cruise_power_kw(aircraft, mass_kg=mass_kg, density_kg_m3=air, airspeed_mps=other_mps)
    assert other / other_mps >= least / best_mps * (1 - 1e-12)


def test_transition_is_the_stated_share_of_hover(aircraft: AircraftType) -> None:
    """Transition takes 0.70 of hover power (facts 2.2 item 3)."""
    hover = hover_power_kw(aircraft, mass_kg=2404, density_kg_m3=1.1)
    found = transition_power_kw(aircraft, mass_kg=2404, density_kg_m3=1.1)
    assert found == pytest.approx(0.70 * hover)


@pytest.mark.parametrize(
    ("temperature_c", "power_kw"), [(-0.1, 5), (0, 3), (15, 3), (30, 3), (30.1, 5)]
)
def test_auxiliaries_by_temperature(
    aircraft: AircraftType, temperature_c: float, power_kw: float
) -> None:
    """3 kW from 0 to 30 degrees, 5 kW beyond either bound (facts 2.2 item 7)."""
    assert aux_power_kw(aircraft, celsius_to_kelvin(temperature_c)) == power_kw


def test_climb_and_descent_of_400_m(aircraft: AircraftType) -> None:
    """A climb of 400 m costs 3.27 kWh and its descent gives back 70 % (facts 2.4: net 1.0)."""
    up = climb_energy_kwh(aircraft, mass_kg=2404, climb_m=400)
    down = descent_credit_kwh(aircraft, mass_kg=2404, descent_m=400, cruise_kwh=20)
    assert up == pytest.approx(3.274, abs=5e-4)
    assert down == pytest.approx(0.7 * up)
    assert up - down == pytest.approx(1.0, abs=0.05)


def test_a_descent_never_regenerates(aircraft: AircraftType) -> None:
    """The credit stops at the cruise energy it is taken from."""
    assert descent_credit_kwh(aircraft, mass_kg=2404, descent_m=9000, cruise_kwh=5.0) == 5.0


def test_ground_energy_is_power_over_time() -> None:
    """Twenty minutes at 3 kW are one kilowatt-hour."""
    assert ground_energy_kwh(duration_s=1200, power_kw=3.0) == pytest.approx(1.0)
