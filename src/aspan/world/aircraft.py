"""Aircraft: the type with every number its physics needs, and the airframes of the fleet."""

import msgspec

from aspan.primitives.ids import AircraftId, AircraftTypeId, VertiportId


class AircraftType(msgspec.Struct, frozen=True, kw_only=True):
    """A type of aircraft; fields of the energy model are those of facts 2.2 and 2.5.

    Parameters
    ----------
    seats
        For passengers; the pilot is not counted.
    payload_kg_max
        Passengers and bags at `mass_kg`; `alternative_payload_kg_max` goes with the other case.
    mass_kg, alternative_mass_kg
        Greatest take-off mass of the default and of the alternative mass case.
    empty_kg
        With battery, without pilot.
    download_fraction
        Of hover thrust lost to download on the airframe, 0.03.
    figure_of_merit, drivetrain_efficiency, cruise_efficiency
        Rotor in hover; battery to rotor in hover; battery to thrust power in cruise. In (0, 1].
    transition_power_fraction
        Power in transition over hover power.
    best_range_speed_mps
        At `best_range_mass_kg` and `best_range_density_kg_m3`.
    descent_credit
        Greatest share of the potential energy of a descent that lessens cruise energy.
    aux_kw, aux_extreme_kw
        Avionics and cabin; the second below `aux_cold_below_k` and above `aux_hot_above_k`.
    gross_kwh
        Battery energy when new.
    floor_soc, ceiling_soc
        Window of state of charge, in [0, 1].
    cold_factor_at_minus_20, cold_factor_at_minus_10, cold_factor_at_0, cold_factor_at_10
        Usable share of energy at this cell temperature [°C], linear between, 1 from 20 °C up; the
        defaults are those of facts B.5.
    climb_gradient_max, descent_gradient_max
        Height gained or lost per distance flown in lanes.
    """

    type_id: AircraftTypeId
    name: str
    seats: int
    payload_kg_max: float
    alternative_payload_kg_max: float
    mass_kg: float
    alternative_mass_kg: float
    empty_kg: float
    pilot_kg: float
    disc_area_m2: float
    download_fraction: float
    figure_of_merit: float
    drivetrain_efficiency: float
    transition_power_fraction: float
    transition_s: float
    hover_take_off_s: float
    hover_landing_s: float
    cruise_efficiency: float
    lift_to_drag_max: float
    best_range_speed_mps: float
    best_range_mass_kg: float
    best_range_density_kg_m3: float
    cruise_speed_mps: float
    speed_mps_max: float
    descent_credit: float
    aux_kw: float
    aux_extreme_kw: float
    aux_cold_below_k: float
    aux_hot_above_k: float
    ground_speed_fraction_min: float
    climb_gradient_max: float
    descent_gradient_max: float
    gross_kwh: float
    floor_soc: float
    ceiling_soc: float
    retire_soh: float
    pack_mass_kg: float
    pack_heat_capacity_j_per_kg_k: float
    pack_loss_fraction: float
    pack_target_k: float
    pack_hold_k_min: float
    pack_cooling_time_s: float
    charge_k_min: float
    charge_k_max: float
    full_rate_k_min: float
    full_rate_k_max: float
    dispatch_k_min: float
    dispatch_k_max: float
    charge_c_rate_max: float
    charge_c_rate_at_80: float
    charge_c_rate_at_95: float
    d_value_m: float
    rotor_diameter_m: float
    noise_cruise_dba_at_500_m: float
    noise_terminal_dba_at_100_m: float
    cold_factor_at_minus_20: float = 0.75
    cold_factor_at_minus_10: float = 0.85
    cold_factor_at_0: float = 0.90
    cold_factor_at_10: float = 0.95


class Airframe(msgspec.Struct, frozen=True, kw_only=True):
    """One aircraft of the fleet at the start of a run.

    Parameters
    ----------
    soh
        State of health of the battery, in (0, 1].
    initial_soc
        State of charge at the start, of `gross_kwh · soh`, in [0, 1].
    phase
        First phase of the network in which it is there, from 1.
    """

    aircraft_id: AircraftId
    type_id: AircraftTypeId
    soh: float
    initial_soc: float
    home_vertiport_id: VertiportId
    phase: int = 1
