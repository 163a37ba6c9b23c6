"""The reserve policy: its vectors, its clauses and the minimum dispatch charges of facts 2.5."""

import pytest
from msgspec.structs import replace

from aspan.physics.battery import soc_needed
from aspan.physics.reserve import (
    DiversionSite,
    RequiredEnergy,
    diversion_energy_kwh,
    final_reserve_kwh,
    required_energy,
)
from aspan.physics.sortie import SortieEnergy, sortie_energy
from aspan.physics.wind import WindRefused
from aspan.primitives.units import KELVIN_AT_0_C, M_PER_KM, celsius_to_kelvin
from aspan.world.aircraft import AircraftType
from aspan.world.atmosphere import air_density_kg_m3, standard_pressure_pa
from aspan.world.rules import Reserve

AIR = 1.0434
"""Density at 700 m and 38 degrees [kg/m3]: facts 2.3."""

NEAR = DiversionSite("near", 8_000.0, 0.0, 0.0, 0.0)
FAR = DiversionSite("far", 40_000.0, 0.0, 0.0, 0.0)
FARTHEST = DiversionSite("farthest", 60_000.0, 0.0, 0.0, 0.0)


def ask(
    aircraft: AircraftType,
    policy: Reserve,
    *,
    is_landable: bool = True,
    is_night: bool = False,
    diversions: tuple[DiversionSite, ...] = (),
    wind_mps: float = 0.0,
) -> RequiredEnergy | WindRefused:
    """Return what a trip of 40 kWh asks for at 38 degrees."""
    return required_energy(
        aircraft,
        policy,
        trip_kwh=40.0,
        mass_kg=2404.0,
        density_kg_m3=AIR,
        aux_kw=5.0,
        is_landable_everywhere=is_landable,
        is_night=is_night,
        diversions=diversions,
        wind_mps=wind_mps,
        wind_from_deg=0.0,
    )


def test_reserve_vector_with_and_without_auxiliaries(aircraft: AircraftType) -> None:
    """45.0 kWh of propulsion for 20 minutes; 46.7 with 5 kW of auxiliaries (facts 2.6)."""
    found = [
        final_reserve_kwh(aircraft, mass_kg=2404, density_kg_m3=AIR, duration_s=1200, aux_kw=aux_kw)
        for aux_kw in (0.0, 5.0)
    ]
    assert found == pytest.approx([45.0, 46.7], abs=0.05)


@pytest.mark.parametrize(
    ("is_landable", "is_night", "rule", "minutes"),
    [
        (True, False, "final_reserve", 20),
        (False, False, "final_reserve_not_landable", 30),
        (True, True, "final_reserve_night", 45),
        (False, True, "final_reserve_night", 45),
    ],
)
def test_final_reserve_by_clause(
    aircraft: AircraftType,
    policy: Reserve,
    is_landable: bool,
    is_night: bool,
    rule: str,
    minutes: float,
) -> None:
    """20, 30 and 45 minutes by route and light, and 5 % on the trip."""
    found = ask(aircraft, policy, is_landable=is_landable, is_night=is_night)
    assert isinstance(found, RequiredEnergy)
    assert found.rule == rule
    assert found.reserve_kwh == pytest.approx(46.7 / 20 * minutes, rel=0.002)
    assert found.required_kwh == pytest.approx(1.05 * 40.0 + found.reserve_kwh)
    assert found.diversion_site_id == ""


def test_the_farther_of_the_two_nearest_sites_sets_the_reserve(
    aircraft: AircraftType, policy: Reserve
) -> None:
    """Of three sites the second nearest counts, when it needs more than the final reserve."""
    found = ask(aircraft, policy, diversions=(FARTHEST, NEAR, FAR))
    assert isinstance(found, RequiredEnergy)
    assert found.rule == "diversion"
    assert found.diversion_site_id == "far"
    assert found.reserve_kwh == found.diversion_kwh > found.final_reserve_kwh


def test_a_near_diversion_leaves_the_final_reserve_in_force(
    aircraft: AircraftType, policy: Reserve
) -> None:
    """A diversion cheaper than 20 minutes of flight is named but does not rule."""
    found = ask(aircraft, policy, diversions=(NEAR,))
    assert isinstance(found, RequiredEnergy)
    assert found.rule == "final_reserve"
    assert 0 < found.diversion_kwh < found.final_reserve_kwh == found.reserve_kwh


def test_diversion_counts_two_transitions_and_two_minutes_of_hover(
    aircraft: AircraftType, policy: Reserve
) -> None:
    """A site at no distance costs hover and transitions: 603 kW for 120 s + 0.7 · 50 s, and aux."""
    found = diversion_energy_kwh(
        aircraft,
        policy,
        site=DiversionSite("here", 0.0, 0.0, 0.0, 0.0),
        mass_kg=2404,
        density_kg_m3=AIR,
        aux_kw=3.0,
    )
    assert found == pytest.approx(603.0 * 155 / 3600 + 3.0 * 170 / 3600, abs=0.02)


def test_a_site_the_wind_forbids_is_no_site(aircraft: AircraftType, policy: Reserve) -> None:
    """Sites against a storm drop out; the rest rule, and with none left the answer is a refusal."""
    behind = replace(FARTHEST, course_deg=180.0)
    found = ask(aircraft, policy, diversions=(NEAR, behind), wind_mps=40.0)
    assert isinstance(found, RequiredEnergy)
    assert found.diversion_site_id == "farthest"
    assert isinstance(ask(aircraft, policy, diversions=(NEAR, FAR), wind_mps=40.0), WindRefused)


def test_a_bent_way_pays_for_the_wind_on_each_leg(aircraft: AircraftType, policy: Reserve) -> None:
    """Half against and half with the wind costs more than all across it, on the same distance."""
    bent = replace(FAR, legs=((20_000.0, 0.0), (20_000.0, 180.0)))
    across = replace(FAR, course_deg=90.0)
    found = []
    for site in (bent, across):
        answer = ask(aircraft, policy, diversions=(site,), wind_mps=10.0)
        assert isinstance(answer, RequiredEnergy)
        found.append(answer.diversion_kwh)
    assert found[0] > found[1]


@pytest.mark.parametrize("km", [15, 30, 50, 80])
@pytest.mark.parametrize(
    ("column", "temperature_c", "headwind_mps", "soh", "pack_c"),
    [(0, 38, 0, 1.0, 25), (1, 38, 10, 1.0, 25), (2, 38, 0, 0.8, 25), (3, -15, 5, 1.0, -10)],
)
def test_minimum_dispatch_charge(
    aircraft: AircraftType,
    policy: Reserve,
    km: int,
    column: int,
    temperature_c: float,
    headwind_mps: float,
    soh: float,
    pack_c: float,
) -> None:
    """Every cell of the dispatch table of facts 2.5 to its percent (reserve without aux)."""
    printed = {
        15: (61, 62, 74, 67),
        30: (68, 70, 83, 77),
        50: (78, 82, 95, 90),
        80: (92, 98, 113, 110),
    }
    air = air_density_kg_m3(standard_pressure_pa(700), celsius_to_kelvin(temperature_c))
    trip = sortie_energy(
        aircraft,
        mass_kg=2404,
        legs=[(km * M_PER_KM, 0.0)],
        climb_m=400,
        descent_m=400,
        density_kg_m3=air,
        aux_kw=3.0,
        wind_mps=headwind_mps,
    )
    assert isinstance(trip, SortieEnergy)
    required = required_energy(
        aircraft, policy, trip_kwh=trip.total_kwh, mass_kg=2404, density_kg_m3=air, aux_kw=0.0
    )
    assert isinstance(required, RequiredEnergy)
    soc = soc_needed(
        aircraft, required_kwh=required.required_kwh, soh=soh, pack_k=KELVIN_AT_0_C + pack_c
    )
    assert 100 * soc == pytest.approx(printed[km][column], abs=0.51)
