"""The aircraft, the reserve policy and the efficiencies of facts 1 and 2, at their defaults."""

from math import pi

import pytest

from aspan.primitives.ids import AircraftTypeId
from aspan.primitives.units import KELVIN_AT_0_C
from aspan.world.aircraft import AircraftType
from aspan.world.rules import Charging, Reserve


@pytest.fixture(scope="session")
def aircraft() -> AircraftType:
    """Return the type of facts 1 with the energy model of facts 2.2 and 2.5."""
    return AircraftType(
        type_id=AircraftTypeId("JAS4-1"),
        name="Joby S4",
        seats=4,
        payload_kg_max=363.0,
        alternative_payload_kg_max=137.0,
        mass_kg=2404.0,
        alternative_mass_kg=2177.0,
        empty_kg=1950.0,
        pilot_kg=90.0,
        disc_area_m2=6 * pi * (2.9 / 2) ** 2,
        download_fraction=0.03,
        figure_of_merit=0.75,
        drivetrain_efficiency=0.92,
        transition_power_fraction=0.70,
        transition_s=25.0,
        hover_take_off_s=30.0,
        hover_landing_s=45.0,
        cruise_efficiency=0.80,
        lift_to_drag_max=13.0,
        best_range_speed_mps=55.0,
        best_range_mass_kg=2404.0,
        best_range_density_kg_m3=1.225,
        cruise_speed_mps=72.0,
        speed_mps_max=89.0,
        descent_credit=0.70,
        aux_kw=3.0,
        aux_extreme_kw=5.0,
        aux_cold_below_k=KELVIN_AT_0_C,
        aux_hot_above_k=KELVIN_AT_0_C + 30.0,
        ground_speed_fraction_min=0.5,
        climb_gradient_max=0.10,
        descent_gradient_max=0.10,
        gross_kwh=150.0,
        floor_soc=0.10,
        ceiling_soc=0.95,
        retire_soh=0.80,
        pack_mass_kg=600.0,
        pack_heat_capacity_j_per_kg_k=1000.0,
        pack_loss_fraction=0.06,
        pack_target_k=KELVIN_AT_0_C + 25.0,
        pack_hold_k_min=KELVIN_AT_0_C + 15.0,
        pack_cooling_time_s=900.0,
        charge_k_min=KELVIN_AT_0_C + 5.0,
        charge_k_max=KELVIN_AT_0_C + 50.0,
        full_rate_k_min=KELVIN_AT_0_C + 15.0,
        full_rate_k_max=KELVIN_AT_0_C + 45.0,
        dispatch_k_min=KELVIN_AT_0_C + 10.0,
        dispatch_k_max=KELVIN_AT_0_C + 45.0,
        charge_c_rate_max=3.0,
        charge_c_rate_at_80=1.0,
        charge_c_rate_at_95=0.3,
        d_value_m=14.0,
        rotor_diameter_m=2.9,
        noise_cruise_dba_at_500_m=45.2,
        noise_terminal_dba_at_100_m=65.0,
    )


@pytest.fixture(scope="session")
def policy() -> Reserve:
    """Return the reserve policy of facts 2.2 item 9 and 4.2, 4.3."""
    return Reserve(
        rule="contingency 5 % plus final reserve or diversion",
        contingency_factor=1.05,
        final_reserve_s=1200.0,
        final_reserve_not_landable_s=1800.0,
        final_reserve_night_s=2700.0,
        diversion_hover_s=120.0,
    )


@pytest.fixture(scope="session")
def efficiencies() -> Charging:
    """Return the efficiencies of facts B.9."""
    return Charging(dc_to_battery=0.95, grid_to_battery=0.92, stand_load_kw=3.0)
