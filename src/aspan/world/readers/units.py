"""What a number's name says about it: the unit it must be written in and the values it may have.

Keys in the files are the field names of the world types, so their suffix (house units) fixes the
unit; only names whose suffix does not say it all are listed by hand.
"""

from math import inf

HEADWAY_S_MIN = 60.0
"""Shortest headway of a timetable; Assumed: a shorter one is a typing error."""

_BOUNDS = ("_min", "_max", "_low", "_high", "_by_hour")

_BY_SUFFIX = {
    "_kg_m3": "kg/m3",
    "_kzt_h": "KZT/h",
    "_spread_v": "V",
    "_tiyn": "tiyn",
    "_usd": "USD",
    "_mps": "m/s",
    "_kwh": "kWh",
    "_kzt": "KZT",
    "_deg": "deg",
    "_dba": "dBA",
    "_ms": "ms",
    "_m2": "m2",
    "_kw": "kW",
    "_kg": "kg",
    "_m": "m",
    "_s": "s",
    "_k": "K",
}

_BY_NAME = {
    "airport_passengers_per_day": "1/d",
    "build_lead_years": "a",
    "bus_g_per_km": "g/km",
    "calendar_fade_per_year": "1/a",
    "car_g_per_km": "g/km",
    "car_trips_per_day": "1/d",
    "charge_c_rate_at_80": "1/h",
    "charge_c_rate_at_95": "1/h",
    "charge_c_rate_max": "1/h",
    "charger_lifetime_years": "a",
    "charger_per_kw_usd": "USD/kW",
    "delay_kwh_per_min": "kWh/min",
    "duty_days_per_pilot_year": "d/a",
    "energy_per_kwh_tiyn": "tiyn/kWh",
    "grid_g_per_kwh": "g/kWh",
    "grid_lifetime_years": "a",
    "grid_per_kw_usd": "USD/kW",
    "head_office_year_usd": "USD/a",
    "horizon_days": "d",
    "kzt_per_usd": "KZT/USD",
    "lifetime_years": "a",
    "maintenance_per_aircraft_year_usd": "USD/a",
    "maintenance_per_flight_h_usd": "USD/h",
    "metro_passengers_per_day": "1/d",
    "noise_cruise_dba_at_500_m": "dBA",
    "noise_kwh_per_person_h": "kWh/person-h",
    "noise_terminal_dba_at_100_m": "dBA",
    "out_of_town_per_km_kzt": "KZT/km",
    "pack_heat_capacity_j_per_kg_k": "J/(kg K)",
    "per_km_kzt": "KZT/km",
    "per_km_tiyn": "tiyn/km",
    "per_min_kzt": "KZT/min",
    "price_per_kwh_usd": "USD/kWh",
    "rail_g_per_km": "g/km",
    "recurrent_year_usd": "USD/a",
    "service_days_per_year": "d/a",
    "transit_passengers_per_day": "1/d",
    "trips_per_resident_day": "1/d",
    "wage_month_kzt": "KZT/month",
}

_ROADS = (
    "motorway", "trunk", "primary", "secondary", "tertiary", "residential", "service",
)  # fmt: skip
"""Classes of road a car may take, as `world/streets.py` has them."""

_FRACTIONS = frozenset({
    "air_cancelled_share", "air_late_share", "cushion_share", "unsettled_cancelled_share",
    "unsettled_late_share",
    "airport_arrival_shares", "airport_departure_shares", "airport_share", "back_share",
    "advance_share", "calendar_fade_per_year", "discount_rate", "employer_share",
    "insurance_share", "overhead_share", "reserve_share", "residual_share", "sales_share",
    "spares_share", "upkeep_share",
    "ceiling_soc", "cold_factor_at_0", "cold_factor_at_10", "cold_factor_at_minus_10",
    "cold_factor_at_minus_20", "cruise_efficiency", "dc_to_battery", "descent_credit",
    "download_fraction",
    "fleet_share_ahead", "kept_share", "pooling_discount", "vat_rate",
    "drivetrain_efficiency", "figure_of_merit", "floor_soc", "fog_day_chance",
    "grid_to_battery", "ground_scale_share", "ground_speed_fraction_min", "hourly_shares",
    "initial_soc", "no_show", "pack_loss_fraction", "party_shares", "retire_soh", "soh",
    "link_share_min", "soc_tolerance", "soon_cancelled_share", "soon_late_share",
    "transition_power_fraction",
    *(f"{name}_factor" for name in _ROADS),
})  # fmt: skip

_POSITIVE = frozenset({
    "best_range_density_kg_m3", "best_range_mass_kg", "best_range_speed_mps", "cell_length_m",
    "charge_c_rate_at_80", "charge_c_rate_at_95", "charge_c_rate_max", "climb_gradient_max",
    "contingency_factor", "demand_factor_high", "demand_factor_low", "hold_ms", "horizon_days",
    "hour_factor_by_hour", "cruise_efficiency", "cruise_speed_mps", "dc_to_battery",
    "descent_gradient_max", "detour", "disc_area_m2", "drivetrain_efficiency",
    "figure_of_merit", "gravity_length_m", "grid_to_battery", "gross_kwh", "ground_scale_share",
    "headway_s", "lift_to_drag_max", "logit_scale_kzt", "mass_kg", "movement_s",
    "out_of_town_speed_mps",
    "pack_cooling_time_s", "pack_heat_capacity_j_per_kg_k", "pack_mass_kg", "power_kw",
    "seats", "smoothing_m", "soh", "speed_mps_by_hour", "speed_mps_max",
    "charger_lifetime_years", "duty_days_per_pilot_year", "full_cycles", "grid_lifetime_years",
    "kzt_per_usd", "lifetime_years", "pilots_per_simulator", "service_days_per_year",
    "snap_m_max", "value_of_time_median_kzt_h", "walk_speed_mps",
    *(f"{name}_factor" for name in _ROADS), *(f"{name}_mps" for name in _ROADS),
})  # fmt: skip
"""Numbers that something is divided by, or that mean nothing at 0."""


def unit_of(name: str) -> str:
    """Return the unit a number called `name` must be written in; `1` for fractions and counts."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    for bound in _BOUNDS:
        name = name.removesuffix(bound)
    for suffix, unit in _BY_SUFFIX.items():
        if name.endswith(suffix):
            return unit
    return "1"


def domain_of(name: str) -> tuple[float, float, bool]:
    """Return the lowest and highest value a number called `name` may have, and if 0 is refused."""
    is_positive = name in _POSITIVE
    if name in _FRACTIONS:
        return (0.0, 1.0, is_positive)
    if name.endswith("lon_deg"):
        return (-180.0, 180.0, False)
    if name.endswith("lat_deg"):
        return (-90.0, 90.0, False)
    if "amsl" in name:
        return (-500.0, 9000.0, False)
    if name == "air_constant":
        return (-inf, 0.0, False)
    if name == "headway_s":
        return (HEADWAY_S_MIN, inf, False)
    if name == "pack_tolerance_k":
        return (0.0, 100.0, False)
    if unit_of(name) == "K":
        return (150.0, 400.0, False)
    return (0.0, inf, is_positive)
