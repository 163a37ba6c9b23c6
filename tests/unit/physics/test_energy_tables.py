"""The array form agrees with the scalars."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aspan.physics.reserve import (
    DiversionSite,
    RequiredEnergy,
    diversion_energy_kwh,
    final_reserve_kwh,
    required_energy,
)
from aspan.physics.sortie import SortieEnergy, sortie_energy
from aspan.physics.tables import (
    diversion_energy_table_kwh,
    final_reserve_table_kwh,
    pad_legs,
    required_energy_table_kwh,
    sortie_energy_table,
)
from aspan.physics.wind import WindRefused
from aspan.world.aircraft import AircraftType
from aspan.world.rules import Reserve

PARTS = (
    "hover_kwh",
    "transition_kwh",
    "cruise_kwh",
    "climb_kwh",
    "descent_credit_kwh",
    "aux_kwh",
    "total_kwh",
    "time_s",
)

lane_sets = st.lists(
    st.lists(st.tuples(st.floats(100, 40_000), st.floats(0, 360)), min_size=1, max_size=4),
    min_size=1,
    max_size=4,
)
winds = st.tuples(st.floats(0, 80), st.floats(0, 360))


@given(
    lanes=lane_sets,
    wind=winds,
    masses=st.tuples(st.floats(1950, 2404), st.floats(1950, 2404)),
    ends=st.tuples(st.floats(0.8, 1.3), st.floats(0.8, 1.3)),
    heights=st.tuples(st.floats(0, 1500), st.floats(0, 6000)),
)
def test_sortie_table_agrees_with_the_scalar(
    aircraft: AircraftType,
    lanes: list[list[tuple[float, float]]],
    wind: tuple[float, float],
    masses: tuple[float, float],
    ends: tuple[float, float],
    heights: tuple[float, float],
) -> None:
    """Lanes × masses in one call are the scalar's parts to 1e-9, and refused where it refuses."""
    distance_m, course_deg = pad_legs(lanes)
    table = sortie_energy_table(
        aircraft,
        mass_kg=np.array(masses),
        leg_distance_m=distance_m[:, np.newaxis, :],
        leg_course_deg=course_deg[:, np.newaxis, :],
        climb_m=heights[0],
        descent_m=heights[1],
        density_kg_m3=ends[0],
        destination_density_kg_m3=ends[1],
        aux_kw=3.0,
        wind_mps=wind[0],
        wind_from_deg=wind[1],
    )
    assert table.total_kwh.shape == (len(lanes), 2)
    for row, legs in enumerate(lanes):
        for column, mass_kg in enumerate(masses):
            scalar = sortie_energy(
                aircraft,
                mass_kg=mass_kg,
                legs=legs,
                climb_m=heights[0],
                descent_m=heights[1],
                density_kg_m3=ends[0],
                destination_density_kg_m3=ends[1],
                aux_kw=3.0,
                wind_mps=wind[0],
                wind_from_deg=wind[1],
            )
            assert table.is_refused[row, column] == isinstance(scalar, WindRefused)
            if isinstance(scalar, SortieEnergy):
                found = [float(getattr(table, part)[row, column]) for part in PARTS]
                expected = [getattr(scalar, part) for part in PARTS]
                assert found == pytest.approx(expected, rel=1e-9)


@given(
    mass_kg=st.floats(1950, 2404),
    airs=st.lists(st.floats(0.8, 1.3), min_size=1, max_size=5),
    distance_m=st.floats(0, 60_000),
    wind=winds,
    descent_m=st.floats(0, 3000),
)
def test_reserve_tables_agree_with_the_scalars(
    aircraft: AircraftType,
    policy: Reserve,
    mass_kg: float,
    airs: list[float],
    distance_m: float,
    wind: tuple[float, float],
    descent_m: float,
) -> None:
    """Final reserve, diversion and requirement over densities are the scalars' to 1e-9."""
    air = np.array(airs)
    final = final_reserve_table_kwh(
        aircraft, mass_kg=mass_kg, density_kg_m3=air, duration_s=1200.0, aux_kw=5.0
    )
    diversion = diversion_energy_table_kwh(
        aircraft,
        policy,
        distance_m=distance_m,
        course_deg=30.0,
        climb_m=200.0,
        descent_m=descent_m,
        mass_kg=mass_kg,
        density_kg_m3=air,
        aux_kw=5.0,
        wind_mps=wind[0],
        wind_from_deg=wind[1],
    )
    required = required_energy_table_kwh(
        policy, trip_kwh=40.0, final_reserve_kwh=final, diversion_kwh=diversion
    )
    site = DiversionSite("site", distance_m, 30.0, 200.0, descent_m)
    for index, density in enumerate(airs):
        scalar = required_energy(
            aircraft,
            policy,
            trip_kwh=40.0,
            mass_kg=mass_kg,
            density_kg_m3=density,
            aux_kw=5.0,
            diversions=(site,),
            wind_mps=wind[0],
            wind_from_deg=wind[1],
        )
        alone = final_reserve_kwh(
            aircraft, mass_kg=mass_kg, density_kg_m3=density, duration_s=1200.0, aux_kw=5.0
        )
        assert float(final[index]) == pytest.approx(alone, rel=1e-9)
        if isinstance(scalar, RequiredEnergy):
            assert float(diversion[index]) == pytest.approx(scalar.diversion_kwh, rel=1e-9)
            assert float(required[index]) == pytest.approx(scalar.required_kwh, rel=1e-9)
        else:
            assert np.isnan(diversion[index])


def test_the_scalar_diversion_is_what_the_table_gives_in_still_air(
    aircraft: AircraftType, policy: Reserve
) -> None:
    """A whole grid of distances in one call, each as the scalar."""
    distances = np.array([5_000.0, 20_000.0, 60_000.0])
    table = diversion_energy_table_kwh(
        aircraft,
        policy,
        distance_m=distances,
        course_deg=0.0,
        climb_m=100.0,
        descent_m=50.0,
        mass_kg=2404.0,
        density_kg_m3=1.1,
        aux_kw=3.0,
    )
    scalars = [
        diversion_energy_kwh(
            aircraft,
            policy,
            site=DiversionSite("site", distance, 0.0, 100.0, 50.0),
            mass_kg=2404.0,
            density_kg_m3=1.1,
            aux_kw=3.0,
        )
        for distance in distances.tolist()
    ]
    assert table.tolist() == pytest.approx(scalars, rel=1e-9)
