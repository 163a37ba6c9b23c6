"""Sortie energy against facts 2.4 and 2.6, and planned against flown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aspan.physics.sortie import (
    FlightPhase,
    FlownPhase,
    SortieEnergy,
    cruise_energy_kwh,
    flown_energy,
    hover_energy_kwh,
    sortie_energy,
    transition_energy_kwh,
)
from aspan.physics.wind import WindRefused
from aspan.primitives.units import M_PER_KM, S_PER_MIN, celsius_to_kelvin
from aspan.world.aircraft import AircraftType
from aspan.world.atmosphere import air_density_kg_m3, standard_pressure_pa

WORKED = [
    (15, 5.6, 12.1, 5.6, 10.4, 1.0, 0.3, 29.4, 29.8, 31.5, 29.9, 26.6),
    (30, 9.0, 12.1, 5.6, 20.9, 1.0, 0.5, 40.0, 40.1, 43.4, 41.9, 36.3),
    (50, 13.7, 12.1, 5.6, 34.8, 1.0, 0.7, 54.2, 53.9, 59.4, 57.9, 49.3),
    (80, 20.6, 12.1, 5.6, 55.7, 1.0, 1.0, 75.4, 74.5, 83.3, 81.9, 68.7),
]
"""Facts 2.4, all columns; times and parts are of the 15-degree case."""


def density(elevation_m: float, temperature_c: float) -> float:
    """Return the density of the standard pressure at a temperature."""
    return air_density_kg_m3(standard_pressure_pa(elevation_m), celsius_to_kelvin(temperature_c))


def fly(
    aircraft: AircraftType,
    distance_km: float,
    *,
    temperature_c: float = 15.0,
    elevation_m: float = 700.0,
    headwind_mps: float = 0.0,
    mass_kg: float = 2404.0,
    climb_m: float = 400.0,
    descent_m: float = 400.0,
) -> SortieEnergy:
    """Return the energy of a straight sortie with 3 kW of auxiliaries, as facts 2.4 counts it."""
    energy = sortie_energy(
        aircraft,
        mass_kg=mass_kg,
        legs=[(distance_km * M_PER_KM, 30.0)],
        climb_m=climb_m,
        descent_m=descent_m,
        density_kg_m3=density(elevation_m, temperature_c),
        aux_kw=3.0,
        wind_mps=headwind_mps,
        wind_from_deg=30.0,
    )
    assert isinstance(energy, SortieEnergy)
    return energy


@pytest.mark.parametrize("row", WORKED)
def test_worked_sorties(aircraft: AircraftType, row: tuple[float, ...]) -> None:
    """Every column of every row of facts 2.4 within its printed rounding."""
    km, minutes, hover, transition, cruise, climb_net, aux, *totals = row
    mild = fly(aircraft, km)
    parts = (
        mild.time_s / S_PER_MIN,
        mild.hover_kwh,
        mild.transition_kwh,
        mild.cruise_kwh,
        mild.climb_kwh - mild.descent_credit_kwh,
        mild.aux_kwh,
    )
    assert parts == pytest.approx((minutes, hover, transition, cruise, climb_net, aux), abs=0.051)
    found = (
        mild.total_kwh,
        fly(aircraft, km, temperature_c=38).total_kwh,
        fly(aircraft, km, temperature_c=38, headwind_mps=10).total_kwh,
        fly(aircraft, km, temperature_c=-15, headwind_mps=5).total_kwh,
        fly(aircraft, km, temperature_c=38, mass_kg=2177).total_kwh,
    )
    assert found == pytest.approx(tuple(totals), abs=0.051)


def test_headwind_vector(aircraft: AircraftType) -> None:
    """80 km at 38 degrees against 10 m/s: 83.3 kWh in 23.6 min (facts 2.6)."""
    energy = fly(aircraft, 80, temperature_c=38, headwind_mps=10)
    assert energy.total_kwh == pytest.approx(83.3, abs=0.05)
    assert energy.time_s / S_PER_MIN == pytest.approx(23.6, abs=0.05)


def test_airport_to_medeu_and_back(aircraft: AircraftType) -> None:
    """22 km up 1,010 m costs 42.8 kWh in 7.2 min, down 28.7 (facts 2.4; density at 681 m)."""
    up = fly(aircraft, 22, elevation_m=681, temperature_c=34, climb_m=1410, descent_m=400)
    down = fly(aircraft, 22, elevation_m=681, temperature_c=34, climb_m=400, descent_m=1410)
    assert up.total_kwh == pytest.approx(42.8, rel=0.005)
    assert up.time_s / S_PER_MIN == pytest.approx(7.2, abs=0.05)
    assert down.total_kwh == pytest.approx(28.7, rel=0.005)


def test_there_and_back_in_wind_costs_more_than_in_still_air(aircraft: AircraftType) -> None:
    """What the tail wind gives is less than what the head wind takes (facts 2.2)."""
    head = fly(aircraft, 50, headwind_mps=10).total_kwh
    tail = fly(aircraft, 50, headwind_mps=-10).total_kwh
    assert head + tail > 2 * fly(aircraft, 50).total_kwh


def test_a_polyline_in_one_wind_pays_for_each_course(aircraft: AircraftType) -> None:
    """Cruise time is the sum over legs: 10 km against the wind and 10 km across it."""
    energy = sortie_energy(
        aircraft,
        mass_kg=2404,
        legs=[(10_000, 0.0), (10_000, 90.0)],
        climb_m=0,
        descent_m=0,
        density_kg_m3=1.1,
        aux_kw=3.0,
        wind_mps=12.0,
        wind_from_deg=0.0,
    )
    assert isinstance(energy, SortieEnergy)
    expected_s = 10_000 / 60.0 + 10_000 / (72.0**2 - 12.0**2) ** 0.5 + 125.0
    assert energy.time_s == pytest.approx(expected_s)


def test_one_refused_leg_refuses_the_sortie(aircraft: AircraftType) -> None:
    """A wind that one leg cannot meet is returned as the refusal of that course."""
    energy = sortie_energy(
        aircraft,
        mass_kg=2404,
        legs=[(10_000, 180.0), (1_000, 0.0)],
        climb_m=0,
        descent_m=0,
        density_kg_m3=1.1,
        aux_kw=3.0,
        wind_mps=40.0,
        wind_from_deg=0.0,
    )
    assert isinstance(energy, WindRefused)
    assert energy.course_deg == 0.0


def test_each_end_hovers_in_its_own_air(aircraft: AircraftType) -> None:
    """Landing in thinner air costs more, and cruise flies in the mean of both."""

    def spent(first: float, second: float) -> SortieEnergy:
        energy = sortie_energy(
            aircraft,
            mass_kg=2404,
            legs=[(20_000, 0.0)],
            climb_m=0,
            descent_m=0,
            density_kg_m3=first,
            destination_density_kg_m3=second,
            aux_kw=3.0,
        )
        assert isinstance(energy, SortieEnergy)
        return energy

    level, up, down = spent(1.1, 1.1), spent(1.1, 0.95), spent(0.95, 1.1)
    thin, middle = spent(0.95, 0.95), spent(1.025, 1.025)
    assert level.hover_kwh < down.hover_kwh < up.hover_kwh < thin.hover_kwh
    assert up.transition_kwh == pytest.approx(down.transition_kwh)
    assert up.cruise_kwh == pytest.approx(middle.cruise_kwh)


def test_never_below_the_auxiliaries(aircraft: AircraftType) -> None:
    """However deep the descent, hover, transition and auxiliaries stay to be paid."""
    energy = fly(aircraft, 15, climb_m=0, descent_m=6000)
    left = energy.hover_kwh + energy.transition_kwh + energy.aux_kwh
    assert energy.total_kwh == pytest.approx(left)


@given(
    mass_kg=st.floats(1950, 2404),
    distance_m=st.floats(12_000, 80_000),
    shares=st.lists(st.floats(0.1, 1.0), min_size=1, max_size=6),
    headwind_mps=st.floats(-15, 15),
    climb_m=st.floats(0, 600),
    descent_m=st.floats(0, 600),
)
def test_phases_of_planned_durations_cost_what_was_planned(
    aircraft: AircraftType,
    mass_kg: float,
    distance_m: float,
    shares: list[float],
    headwind_mps: float,
    climb_m: float,
    descent_m: float,
) -> None:
    """Flown energy equals planned energy, part by part, when nothing deviates."""
    planned = sortie_energy(
        aircraft,
        mass_kg=mass_kg,
        legs=[(distance_m, 0.0)],
        climb_m=climb_m,
        descent_m=descent_m,
        density_kg_m3=1.1,
        aux_kw=5.0,
        wind_mps=headwind_mps,
        wind_from_deg=0.0,
    )
    assert isinstance(planned, SortieEnergy)
    cruise_s = distance_m / (72.0 - headwind_mps)
    half_s = 0.5 * cruise_s / sum(shares)
    pieces = [
        FlownPhase(FlightPhase.CRUISE, half_s * share, 1.1, height / sum(shares) * share, 72.0)
        for height in (climb_m, -descent_m)
        for share in shares
    ]
    ends = [
        FlownPhase(FlightPhase.HOVER, 30.0, 1.1),
        FlownPhase(FlightPhase.TRANSITION, 25.0, 1.1),
        FlownPhase(FlightPhase.TRANSITION, 25.0, 1.1),
        FlownPhase(FlightPhase.HOVER, 45.0, 1.1),
    ]
    phases = [*ends[:2], *pieces, *ends[2:]]
    flown = flown_energy(aircraft, mass_kg=mass_kg, aux_kw=5.0, phases=phases)
    assert flown.total_kwh == pytest.approx(planned.total_kwh, rel=1e-9)
    assert flown.time_s == pytest.approx(planned.time_s, rel=1e-9)
    assert flown.descent_credit_kwh == pytest.approx(planned.descent_credit_kwh, rel=1e-9)


def test_single_pieces_add_up_to_the_flown_sortie(aircraft: AircraftType) -> None:
    """Energy asked piece by piece sums to the energy of all phases together."""
    phases = [
        FlownPhase(FlightPhase.HOVER, 38.0, 1.1, 20.0),
        FlownPhase(FlightPhase.TRANSITION, 25.0, 1.08),
        FlownPhase(FlightPhase.CRUISE, 120.0, 1.05, 300.0, 70.0),
        FlownPhase(FlightPhase.CRUISE, 200.0, 1.0, -250.0, 74.0),
        FlownPhase(FlightPhase.HOVER, 45.0, 1.0, -60.0),
    ]
    whole = flown_energy(aircraft, mass_kg=2300, aux_kw=3.0, phases=phases)
    from_hover = hover_energy_kwh(
        aircraft, mass_kg=2300, density_kg_m3=1.1, duration_s=38, aux_kw=3.0
    ) + hover_energy_kwh(aircraft, mass_kg=2300, density_kg_m3=1.0, duration_s=45, aux_kw=3.0)
    from_transition = transition_energy_kwh(
        aircraft, mass_kg=2300, density_kg_m3=1.08, duration_s=25, aux_kw=3.0
    )
    from_cruise = sum(
        cruise_energy_kwh(
            aircraft,
            mass_kg=2300,
            density_kg_m3=piece.density_kg_m3,
            airspeed_mps=piece.airspeed_mps,
            duration_s=piece.duration_s,
            height_gain_m=piece.height_gain_m,
            aux_kw=3.0,
        )
        for piece in phases[2:4]
    )
    vertical = 2300 * 9.80665 * 20.0 / 0.8 / 3.6e6
    parts = from_hover + from_transition + from_cruise + vertical
    assert whole.total_kwh == pytest.approx(parts, rel=1e-12)
