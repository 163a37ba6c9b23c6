"""Energy tables: the array form of sortie energy and reserve, for whole sets of lanes at once.

Every argument is a number or an array; arrays broadcast against each other (lanes × weather ×
mass), legs along one more axis at the end. Where the wind forbids a leg the result is NaN. The
scalars in `sortie.py` and `reserve.py` are the reference; the two agree to 1e-9, relative.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aspan.primitives.units import J_PER_KWH, S_PER_H, STANDARD_GRAVITY_MPS2, W_PER_KW
from aspan.world.aircraft import AircraftType
from aspan.world.rules import Reserve

Floats = NDArray[np.float64]
Numbers = float | Floats


class SortieTable(NamedTuple):
    """Energies and time of many sorties; fields as in `sortie.SortieEnergy`, NaN if refused."""

    hover_kwh: Floats
    transition_kwh: Floats
    cruise_kwh: Floats
    climb_kwh: Floats
    descent_credit_kwh: Floats
    aux_kwh: Floats
    total_kwh: Floats
    time_s: Floats

    @property
    def is_refused(self) -> NDArray[np.bool_]:
        """Where the wind forbids the sortie."""
        return np.isnan(self.total_kwh)


def pad_legs(lanes: list[list[tuple[float, float]]]) -> tuple[Floats, Floats]:
    """Return distances and courses of lanes as arrays [lane, leg], short lanes padded with 0 m."""
    longest = max((len(legs) for legs in lanes), default=0)
    distance_m = np.zeros((len(lanes), longest))
    course_deg = np.zeros((len(lanes), longest))
    for row, legs in enumerate(lanes):
        for column, (leg_m, leg_deg) in enumerate(legs):
            distance_m[row, column] = leg_m
            course_deg[row, column] = leg_deg
    return distance_m, course_deg


def hover_power_table_kw(
    aircraft: AircraftType, *, mass_kg: Numbers, density_kg_m3: Numbers
) -> Floats:
    """Return `flight.hover_power_kw` for arrays."""
    thrust_n = (1.0 + aircraft.download_fraction) * np.asarray(mass_kg) * STANDARD_GRAVITY_MPS2
    wake = 2.0 * np.asarray(density_kg_m3) * aircraft.disc_area_m2
    efficiency = aircraft.figure_of_merit * aircraft.drivetrain_efficiency
    return np.asarray(thrust_n * np.sqrt(thrust_n / wake) / (efficiency * W_PER_KW))


def aux_power_table_kw(aircraft: AircraftType, temperature_k: Numbers) -> Floats:
    """Return `flight.aux_power_kw` for arrays."""
    air_k = np.asarray(temperature_k)
    is_mild = (aircraft.aux_cold_below_k <= air_k) & (air_k <= aircraft.aux_hot_above_k)
    return np.where(is_mild, aircraft.aux_kw, aircraft.aux_extreme_kw)


def best_range_speed_table_mps(
    aircraft: AircraftType, *, mass_kg: Numbers, density_kg_m3: Numbers
) -> Floats:
    """Return `flight.best_range_speed_mps` for arrays."""
    loading = np.asarray(mass_kg) / aircraft.best_range_mass_kg
    thinness = aircraft.best_range_density_kg_m3 / np.asarray(density_kg_m3)
    return np.asarray(aircraft.best_range_speed_mps * np.sqrt(loading * thinness))


def cruise_power_table_kw(
    aircraft: AircraftType,
    *,
    mass_kg: Numbers,
    density_kg_m3: Numbers,
    airspeed_mps: Numbers,
) -> Floats:
    """Return `flight.cruise_power_kw` for arrays."""
    best_mps = best_range_speed_table_mps(aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3)
    square = (np.asarray(airspeed_mps) / best_mps) ** 2
    lift_to_drag = aircraft.lift_to_drag_max * 2.0 / (square + 1.0 / square)
    drag_n = np.asarray(mass_kg) * STANDARD_GRAVITY_MPS2 / lift_to_drag
    return np.asarray(drag_n * np.asarray(airspeed_mps) / (aircraft.cruise_efficiency * W_PER_KW))


def cruise_time_table_s(
    aircraft: AircraftType,
    *,
    leg_distance_m: Numbers,
    leg_course_deg: Numbers,
    airspeed_mps: Numbers,
    wind_mps: Numbers,
    wind_from_deg: Numbers,
) -> Floats:
    """Return `sortie.cruise_time_s` for arrays; legs of 0 m count as none, refusals are NaN."""
    distance_m = np.asarray(leg_distance_m, dtype=np.float64)
    speed = np.asarray(airspeed_mps, dtype=np.float64)[..., np.newaxis]
    wind = np.asarray(wind_mps, dtype=np.float64)[..., np.newaxis]
    from_deg = np.asarray(wind_from_deg, dtype=np.float64)[..., np.newaxis]
    angle_rad = np.radians(from_deg - np.asarray(leg_course_deg, dtype=np.float64))
    rest = np.maximum(speed * speed - (wind * np.sin(angle_rad)) ** 2, 0.0)
    ground = np.where(rest > 0.0, np.sqrt(rest) - wind * np.cos(angle_rad), 0.0)
    is_refused = (ground < aircraft.ground_speed_fraction_min * speed) & (distance_m > 0.0)
    time_s = distance_m / np.where(ground > 0.0, ground, 1.0)
    return np.asarray(np.where(is_refused.any(axis=-1), np.nan, time_s.sum(axis=-1)))


def _climb_table_kwh(aircraft: AircraftType, mass_kg: Numbers, climb_m: Numbers) -> Floats:
    weight_n = np.asarray(mass_kg) * STANDARD_GRAVITY_MPS2
    return np.asarray(weight_n * np.asarray(climb_m) / (aircraft.cruise_efficiency * J_PER_KWH))


def sortie_energy_table(
    aircraft: AircraftType,
    *,
    mass_kg: Numbers,
    leg_distance_m: Numbers,
    leg_course_deg: Numbers,
    climb_m: Numbers,
    descent_m: Numbers,
    density_kg_m3: Numbers,
    destination_density_kg_m3: Numbers,
    aux_kw: Numbers,
    wind_mps: Numbers = 0.0,
    wind_from_deg: Numbers = 0.0,
) -> SortieTable:
    """Return `sortie.sortie_energy` for arrays, at the type's cruise speed."""
    cruise_s = cruise_time_table_s(
        aircraft,
        leg_distance_m=leg_distance_m,
        leg_course_deg=leg_course_deg,
        airspeed_mps=aircraft.cruise_speed_mps,
        wind_mps=wind_mps,
        wind_from_deg=wind_from_deg,
    )
    out_kw = hover_power_table_kw(aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3)
    in_kw = hover_power_table_kw(aircraft, mass_kg=mass_kg, density_kg_m3=destination_density_kg_m3)
    level_kw = cruise_power_table_kw(
        aircraft,
        mass_kg=mass_kg,
        density_kg_m3=0.5 * (np.asarray(density_kg_m3) + np.asarray(destination_density_kg_m3)),
        airspeed_mps=aircraft.cruise_speed_mps,
    )
    hover = (out_kw * aircraft.hover_take_off_s + in_kw * aircraft.hover_landing_s) / S_PER_H
    share = aircraft.transition_power_fraction * aircraft.transition_s / S_PER_H
    transition = share * (out_kw + in_kw)
    cruise = level_kw * cruise_s / S_PER_H
    climb = _climb_table_kwh(aircraft, mass_kg, climb_m)
    gained = aircraft.descent_credit * _climb_table_kwh(aircraft, mass_kg, descent_m)
    credit = np.minimum(gained, cruise)
    vertical_s = aircraft.hover_take_off_s + aircraft.hover_landing_s + 2.0 * aircraft.transition_s
    time_s = cruise_s + vertical_s
    aux = np.asarray(aux_kw) * time_s / S_PER_H
    total = hover + transition + cruise + climb - credit + aux
    parts = np.broadcast_arrays(hover, transition, cruise, climb, credit, aux, total, time_s)
    return SortieTable(*parts)


def final_reserve_table_kwh(
    aircraft: AircraftType,
    *,
    mass_kg: Numbers,
    density_kg_m3: Numbers,
    duration_s: Numbers,
    aux_kw: Numbers,
) -> Floats:
    """Return `reserve.final_reserve_kwh` for arrays."""
    level_kw = cruise_power_table_kw(
        aircraft,
        mass_kg=mass_kg,
        density_kg_m3=density_kg_m3,
        airspeed_mps=best_range_speed_table_mps(
            aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3
        ),
    )
    return np.asarray((level_kw + np.asarray(aux_kw)) * np.asarray(duration_s) / S_PER_H)


def diversion_energy_table_kwh(
    aircraft: AircraftType,
    policy: Reserve,
    *,
    distance_m: Numbers,
    course_deg: Numbers,
    climb_m: Numbers,
    descent_m: Numbers,
    mass_kg: Numbers,
    density_kg_m3: Numbers,
    aux_kw: Numbers,
    wind_mps: Numbers = 0.0,
    wind_from_deg: Numbers = 0.0,
) -> Floats:
    """Return `reserve.diversion_energy_kwh` for arrays; NaN where the wind forbids it."""
    speed_mps = best_range_speed_table_mps(aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3)
    cruise_s = cruise_time_table_s(
        aircraft,
        leg_distance_m=np.asarray(distance_m)[..., np.newaxis],
        leg_course_deg=np.asarray(course_deg)[..., np.newaxis],
        airspeed_mps=speed_mps,
        wind_mps=wind_mps,
        wind_from_deg=wind_from_deg,
    )
    hover_kw = hover_power_table_kw(aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3)
    level_kw = cruise_power_table_kw(
        aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3, airspeed_mps=speed_mps
    )
    transition_s = 2.0 * aircraft.transition_s
    powered_s = policy.diversion_hover_s + aircraft.transition_power_fraction * transition_s
    cruise = level_kw * cruise_s / S_PER_H
    climb = _climb_table_kwh(aircraft, mass_kg, climb_m)
    gained = aircraft.descent_credit * _climb_table_kwh(aircraft, mass_kg, descent_m)
    aux = np.asarray(aux_kw) * (cruise_s + transition_s + policy.diversion_hover_s) / S_PER_H
    total = hover_kw * powered_s / S_PER_H + cruise + climb - np.minimum(gained, cruise) + aux
    return np.asarray(total)


def required_energy_table_kwh(
    policy: Reserve,
    *,
    trip_kwh: Numbers,
    final_reserve_kwh: Numbers,
    diversion_kwh: Numbers = 0.0,
) -> Floats:
    """Return `reserve.required_energy(...).required_kwh` for arrays."""
    reserve = np.maximum(np.asarray(final_reserve_kwh), np.asarray(diversion_kwh))
    return np.asarray(policy.contingency_factor * np.asarray(trip_kwh) + reserve)
