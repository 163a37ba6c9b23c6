"""Own short form of the flight-energy model, and what a battery has available.

Facts 2.2 (momentum theory in hover, parabolic drag in cruise) and 2.5 (cold factor), written again
from their formulas. Not modelled: accelerations, ground effect, wind that changes on the way.

References
----------
.. [1] J. G. Leishman, *Principles of Helicopter Aerodynamics*, 2nd ed., 2006, ch. 2 (hover).
.. [2] ICAO Doc 7488, *Manual of the ICAO Standard Atmosphere*, 1993 (density of dry air).
"""

from math import sqrt
from typing import Final

import numpy as np

from aspan.audit.geodesy import Floats
from aspan.audit.rows import Aircraft, Sortie
from aspan.audit.run import Run, Track
from aspan.audit.truth import CraftTruth
from aspan.primitives.units import (
    J_PER_KWH,
    KELVIN_AT_0_C,
    MS_PER_H,
    MS_PER_S,
    S_PER_H,
    STANDARD_GRAVITY_MPS2,
    W_PER_KW,
)

AIR_GAS_CONSTANT_J_PER_KG_K: Final = 287.05
_STANDARD_PA: Final = 101_325.0
_STANDARD_K: Final = 288.15
_COLD_C: Final = (-20.0, -10.0, 0.0, 10.0, 20.0)


def cold_factor(craft: CraftTruth, pack_temperature_k: float) -> float:
    """Return the share of stored energy that a cold pack gives, facts B.5, straight between."""
    shares = (
        craft.cold_factor_at_minus_20,
        craft.cold_factor_at_minus_10,
        craft.cold_factor_at_0,
        craft.cold_factor_at_10,
        1.0,
    )
    return float(np.interp(pack_temperature_k - KELVIN_AT_0_C, _COLD_C, shares))


def available_kwh(
    craft: CraftTruth, aircraft: Aircraft, soc: float, pack_temperature_k: float
) -> float:
    """Return the energy above the floor that can be drawn, negative below it."""
    above_floor = soc - aircraft.floor_soc
    return above_floor * aircraft.capacity_kwh * cold_factor(craft, pack_temperature_k)


def density_kg_m3(run: Run, place_id: str, at_ms: float) -> float:
    """Return the air density at a site, from its weather or the standard atmosphere."""
    weather = run.find_weather(place_id, at_ms)
    if weather is not None:
        return weather.pressure_pa / (AIR_GAS_CONSTANT_J_PER_KG_K * weather.temperature_k)
    site = run.city.sites.get(place_id)
    height_m = 0.0 if site is None else site.elevation_amsl_m
    pressure_pa = _STANDARD_PA * (1.0 - 2.25577e-5 * height_m) ** 5.25588
    temperature_k = _STANDARD_K - 0.0065 * height_m
    return float(pressure_pa / (AIR_GAS_CONSTANT_J_PER_KG_K * temperature_k))


def take_off_mass_kg(run: Run, sortie: Sortie) -> float:
    """Return empty mass, pilot and payload of a sortie."""
    aircraft = run.aircraft_by_id.get(sortie.aircraft_id)
    empty_kg = run.city.craft.empty_kg if aircraft is None else aircraft.empty_kg
    return empty_kg + run.city.craft.pilot_kg + sortie.payload_kg


def hover_kw(craft: CraftTruth, mass_kg: float, density: float) -> float:
    """Return battery power in hover."""
    thrust_n = (1.0 + craft.download_fraction) * mass_kg * STANDARD_GRAVITY_MPS2
    induced_w = thrust_n * sqrt(thrust_n / (2.0 * density * craft.disc_area_m2))
    return induced_w / (craft.figure_of_merit * craft.drivetrain_efficiency) / W_PER_KW


def best_range_speed_mps(craft: CraftTruth, mass_kg: float, density: float) -> float:
    """Return the airspeed of least drag."""
    by_mass = mass_kg / craft.best_range_mass_kg
    by_density = craft.best_range_density_kg_m3 / density
    return craft.best_range_speed_mps * sqrt(by_mass * by_density)


def cruise_kw(craft: CraftTruth, mass_kg: float, density: float, airspeed_mps: Floats) -> Floats:
    """Return battery power in level cruise, auxiliaries left out."""
    ratio = np.maximum(airspeed_mps, 1.0) / best_range_speed_mps(craft, mass_kg, density)
    lift_to_drag = craft.lift_to_drag_max * 2.0 / (ratio**2 + ratio**-2)
    weight_n = mass_kg * STANDARD_GRAVITY_MPS2
    power_kw: Floats = weight_n * airspeed_mps / (lift_to_drag * craft.cruise_efficiency) / W_PER_KW
    return power_kw


def final_reserve_kwh(craft: CraftTruth, mass_kg: float, density: float, seconds: float) -> float:
    """Return the energy of so many seconds at best-range speed, auxiliaries at their lower value.

    The lower value, because hot or cold aid may be off at the boundary; so this is a lower bound.
    """
    speed = best_range_speed_mps(craft, mass_kg, density)
    power_kw = float(cruise_kw(craft, mass_kg, density, np.array([speed]))[0]) + craft.aux_kw
    return power_kw * seconds / S_PER_H


def track_power_kw(run: Run, sortie: Sortie, track: Track) -> Floats:
    """Return the mean battery power over each segment of a track.

    The phase of a segment is that of its first vertex: hover, transition, or else cruise with the
    wind of both ends, climb paid for and at most `descent_credit` of a descent given back.
    """
    craft = run.city.craft
    mass_kg = take_off_mass_kg(run, sortie)
    lift_off_ms = float(track.at_ms[0])
    density = 0.5 * (
        density_kg_m3(run, sortie.origin, lift_off_ms)
        + density_kg_m3(run, sortie.landing_site, lift_off_ms)
    )
    seconds = np.maximum(np.diff(track.at_ms), 1.0) / MS_PER_S
    east, north = run.wind_mps((sortie.origin, sortie.landing_site), lift_off_ms)
    airspeed = np.hypot(np.diff(track.x_m) / seconds - east, np.diff(track.y_m) / seconds - north)
    climb_mps = np.diff(track.altitude_amsl_m) / seconds
    climb_kw = mass_kg * STANDARD_GRAVITY_MPS2 * climb_mps / craft.cruise_efficiency / W_PER_KW
    level_kw = cruise_kw(craft, mass_kg, density, airspeed)
    climb_share = np.where(climb_kw > 0.0, 1.0, craft.descent_credit)
    power_kw = np.maximum(level_kw + climb_share * climb_kw, 0.0)
    hovering_kw = hover_kw(craft, mass_kg, density)
    phases = track.phase[:-1]
    is_transition = np.array(["transition" in phase for phase in phases])
    is_hover = np.array(["hover" in phase for phase in phases])
    power_kw = np.where(is_transition, craft.transition_power_fraction * hovering_kw, power_kw)
    power_kw = np.where(is_hover & ~is_transition, hovering_kw, power_kw)
    return power_kw + craft.aux_kw


def track_energy_kwh(run: Run, sortie: Sortie, track: Track) -> Floats:
    """Return the energy drawn up to each vertex of a track, 0 at the first."""
    hours = np.diff(track.at_ms) / MS_PER_H
    return np.concatenate([[0.0], np.cumsum(track_power_kw(run, sortie, track) * hours)])


def direct_energy_kwh(run: Run, sortie: Sortie, track: Track, place_id: str) -> Floats:
    """Return the energy from each vertex straight to a site and down on it: a lower bound.

    Cruise speed in still air, climb to the site if it lies higher, one transition and one landing.
    """
    craft = run.city.craft
    mass_kg = take_off_mass_kg(run, sortie)
    density = density_kg_m3(run, place_id, float(track.at_ms[0]))
    site_x_m, site_y_m = run.site_xy[place_id]
    seconds = np.hypot(track.x_m - site_x_m, track.y_m - site_y_m) / craft.cruise_speed_mps
    speed = np.array([craft.cruise_speed_mps])
    level_kw = float(cruise_kw(craft, mass_kg, density, speed)[0]) + craft.aux_kw
    hovering_kw = hover_kw(craft, mass_kg, density)
    ending_kwh = hovering_kw * craft.hover_landing_s / S_PER_H
    rise_m = np.maximum(run.city.sites[place_id].elevation_amsl_m - track.altitude_amsl_m, 0.0)
    rise_kwh = mass_kg * STANDARD_GRAVITY_MPS2 * rise_m / craft.cruise_efficiency / J_PER_KWH
    energy: Floats = level_kw * seconds / S_PER_H + ending_kwh + rise_kwh
    return energy
