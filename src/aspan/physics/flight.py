"""Power in flight: hover, transition, cruise, climb and auxiliaries, at the battery.

Theory of operation: a powered-lift aircraft hovers on its discs (momentum theory) and cruises on
its wing (a parabolic polar about the speed of best range). Facts 2.2 states the model and its
parameters, all of them on `AircraftType`; facts 2.3 the numbers it must give. The uncertainty of
an energy is about 20 % (facts 2.4). Not modelled: ground effect, vortex ring state, icing,
compressibility, loss of a propulsion unit.

References
----------
.. [1] J. G. Leishman, *Principles of Helicopter Aerodynamics*, 2nd ed., 2006, ch. 2.
.. [2] J. D. Anderson, *Introduction to Flight*, 8th ed., 2016, ch. 6: drag polar, best range.
"""

from math import sqrt

from aspan.primitives.units import J_PER_KWH, S_PER_H, STANDARD_GRAVITY_MPS2, W_PER_KW
from aspan.world.aircraft import AircraftType


def hover_power_kw(aircraft: AircraftType, *, mass_kg: float, density_kg_m3: float) -> float:
    """Return the battery power to hover out of ground effect (facts 2.2 item 2)."""
    thrust_n = (1.0 + aircraft.download_fraction) * mass_kg * STANDARD_GRAVITY_MPS2
    ideal_power_w = thrust_n * sqrt(thrust_n / (2.0 * density_kg_m3 * aircraft.disc_area_m2))
    return ideal_power_w / (aircraft.figure_of_merit * aircraft.drivetrain_efficiency * W_PER_KW)


def transition_power_kw(aircraft: AircraftType, *, mass_kg: float, density_kg_m3: float) -> float:
    """Return the mean battery power between hover and wing-borne flight (facts 2.2 item 3)."""
    hover_kw = hover_power_kw(aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3)
    return aircraft.transition_power_fraction * hover_kw


def best_range_speed_mps(aircraft: AircraftType, *, mass_kg: float, density_kg_m3: float) -> float:
    """Return the airspeed of least energy per distance in still air (facts 2.2 item 4)."""
    return aircraft.best_range_speed_mps * sqrt(
        mass_kg / aircraft.best_range_mass_kg * aircraft.best_range_density_kg_m3 / density_kg_m3
    )


def lift_to_drag(
    aircraft: AircraftType, *, mass_kg: float, density_kg_m3: float, airspeed_mps: float
) -> float:
    """Return lift over drag at an airspeed, of a parabolic polar (facts 2.2 item 4)."""
    ratio = airspeed_mps / best_range_speed_mps(
        aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3
    )
    square = ratio * ratio
    return aircraft.lift_to_drag_max * 2.0 / (square + 1.0 / square)


def cruise_power_kw(
    aircraft: AircraftType, *, mass_kg: float, density_kg_m3: float, airspeed_mps: float
) -> float:
    """Return the battery power of level wing-borne flight, without auxiliaries."""
    drag_n = (
        mass_kg
        * STANDARD_GRAVITY_MPS2
        / lift_to_drag(
            aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3, airspeed_mps=airspeed_mps
        )
    )
    return drag_n * airspeed_mps / (aircraft.cruise_efficiency * W_PER_KW)


def aux_power_kw(aircraft: AircraftType, temperature_k: float) -> float:
    """Return the power of avionics and cabin in air of this temperature (facts 2.2 item 7)."""
    if aircraft.aux_cold_below_k <= temperature_k <= aircraft.aux_hot_above_k:
        return aircraft.aux_kw
    return aircraft.aux_extreme_kw


def climb_energy_kwh(aircraft: AircraftType, *, mass_kg: float, climb_m: float) -> float:
    """Return the energy that a climb adds to level flight (facts 2.2 item 5)."""
    return mass_kg * STANDARD_GRAVITY_MPS2 * climb_m / (aircraft.cruise_efficiency * J_PER_KWH)


def descent_credit_kwh(
    aircraft: AircraftType, *, mass_kg: float, descent_m: float, cruise_kwh: float
) -> float:
    """Return what a descent takes off the energy of the cruise it happens in, never more than that.

    Propulsion never regenerates, so the auxiliaries stay to be paid (facts 2.2 item 5).
    """
    gained_kwh = climb_energy_kwh(aircraft, mass_kg=mass_kg, climb_m=descent_m)
    return min(aircraft.descent_credit * gained_kwh, cruise_kwh)


def ground_energy_kwh(*, duration_s: float, power_kw: float) -> float:
    """Return the energy of a constant load on the ground: taxiing, boarding.

    Assumed: taxiing takes the auxiliaries alone; no power of ground taxi is published, and a tug or
    wheel drive of 1.5 kW over a minute would be 0.02 % of the pack. Hover taxi is hover.
    """
    return power_kw * duration_s / S_PER_H
