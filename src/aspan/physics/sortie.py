"""Energy of a sortie: planned over its lane, and flown phase by phase.

The plan counts cruise over the whole ground distance and adds hover and transition, which is
slightly conservative (facts 2.6). `flown_energy` counts what it is given; for phases of the planned
durations it returns the planned figures, as long as no descent is steeper than its credit
(about 1 in 8), where a phase by itself may not be credited what the whole sortie could.
"""

from collections.abc import Iterable
from enum import Enum

import msgspec

from aspan.physics.flight import (
    climb_energy_kwh,
    cruise_power_kw,
    descent_credit_kwh,
    hover_power_kw,
)
from aspan.physics.wind import WindRefused, ground_speed_mps
from aspan.primitives.units import S_PER_H
from aspan.world.aircraft import AircraftType

Leg = tuple[float, float]
"""Ground distance [m] and true course [deg] of a straight piece of a lane."""


class SortieEnergy(msgspec.Struct, frozen=True, gc=False):
    """Energy of one sortie at the battery from lift-off to touchdown, by what it was spent on.

    Parameters
    ----------
    descent_credit_kwh
        Taken off the cruise; not negative.
    time_s
        Lift-off to touchdown.
    """

    hover_kwh: float
    transition_kwh: float
    cruise_kwh: float
    climb_kwh: float
    descent_credit_kwh: float
    aux_kwh: float
    total_kwh: float
    time_s: float


class FlightPhase(Enum):
    """How an aircraft flies, as far as its power is concerned."""

    HOVER = "hover"
    TRANSITION = "transition"
    CRUISE = "cruise"


class FlownPhase(msgspec.Struct, frozen=True, gc=False):
    """A piece of flight at constant power.

    Parameters
    ----------
    height_gain_m
        Over the piece, negative in descent. Only cruise is credited for descent.
    airspeed_mps
        Of cruise; not read otherwise.
    """

    phase: FlightPhase
    duration_s: float
    density_kg_m3: float
    height_gain_m: float = 0.0
    airspeed_mps: float = 0.0


def cruise_time_s(
    aircraft: AircraftType,
    *,
    legs: Iterable[Leg],
    airspeed_mps: float,
    wind_mps: float,
    wind_from_deg: float,
) -> float | WindRefused:
    """Return the time over all legs at one airspeed in one wind, or the refusal; 0 m is no leg."""
    time_s = 0.0
    fraction_min = aircraft.ground_speed_fraction_min
    for distance_m, course_deg in legs:
        if distance_m == 0.0:
            continue
        speed_mps = ground_speed_mps(
            airspeed_mps=airspeed_mps,
            course_deg=course_deg,
            wind_mps=wind_mps,
            wind_from_deg=wind_from_deg,
            fraction_min=fraction_min,
        )
        if isinstance(speed_mps, WindRefused):
            return speed_mps
        time_s += distance_m / speed_mps
    return time_s


def sortie_energy(
    aircraft: AircraftType,
    *,
    mass_kg: float,
    legs: Iterable[Leg],
    climb_m: float,
    descent_m: float,
    density_kg_m3: float,
    aux_kw: float,
    wind_mps: float = 0.0,
    wind_from_deg: float = 0.0,
    destination_density_kg_m3: float | None = None,
    airspeed_mps: float | None = None,
) -> SortieEnergy | WindRefused:
    """Return the planned energy of a sortie, or why the wind forbids it (facts 2.2 and 2.4).

    Parameters
    ----------
    legs
        The lane from pad to pad; `[(distance_m, course_deg)]` for a straight one.
    climb_m, descent_m
        Sums of all ups and of all downs of the planned path, both 0 or more.
    density_kg_m3
        At the origin; hover and transition there use it.
    destination_density_kg_m3
        For hover and transition there; the origin's if None. Assumed: cruise flies in the mean of
        the two.
    airspeed_mps
        Of cruise; the type's cruise speed if None.
    """
    if airspeed_mps is None:
        airspeed_mps = aircraft.cruise_speed_mps
    cruise_s = cruise_time_s(
        aircraft,
        legs=legs,
        airspeed_mps=airspeed_mps,
        wind_mps=wind_mps,
        wind_from_deg=wind_from_deg,
    )
    if isinstance(cruise_s, WindRefused):
        return cruise_s
    return timed_sortie_energy(
        aircraft,
        mass_kg=mass_kg,
        cruise_s=cruise_s,
        airspeed_mps=airspeed_mps,
        climb_m=climb_m,
        descent_m=descent_m,
        density_kg_m3=density_kg_m3,
        destination_density_kg_m3=density_kg_m3
        if destination_density_kg_m3 is None
        else destination_density_kg_m3,
        aux_kw=aux_kw,
    )


def timed_sortie_energy(
    aircraft: AircraftType,
    *,
    mass_kg: float,
    cruise_s: float,
    airspeed_mps: float,
    climb_m: float,
    descent_m: float,
    density_kg_m3: float,
    destination_density_kg_m3: float,
    aux_kw: float,
) -> SortieEnergy:
    """Return the planned energy of a sortie whose time in cruise is known; see `sortie_energy`."""
    out_kw = in_kw = hover_power_kw(aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3)
    if destination_density_kg_m3 != density_kg_m3:
        in_kw = hover_power_kw(aircraft, mass_kg=mass_kg, density_kg_m3=destination_density_kg_m3)
    hover_kwh = (out_kw * aircraft.hover_take_off_s + in_kw * aircraft.hover_landing_s) / S_PER_H
    transition_s = aircraft.transition_s
    transition_kwh = aircraft.transition_power_fraction * (out_kw + in_kw) * transition_s / S_PER_H
    level_kw = cruise_power_kw(
        aircraft,
        mass_kg=mass_kg,
        density_kg_m3=0.5 * (density_kg_m3 + destination_density_kg_m3),
        airspeed_mps=airspeed_mps,
    )
    cruise_kwh = level_kw * cruise_s / S_PER_H
    climb_kwh = climb_energy_kwh(aircraft, mass_kg=mass_kg, climb_m=climb_m)
    credit_kwh = descent_credit_kwh(
        aircraft, mass_kg=mass_kg, descent_m=descent_m, cruise_kwh=cruise_kwh
    )
    time_s = cruise_s + aircraft.hover_take_off_s + aircraft.hover_landing_s + 2.0 * transition_s
    aux_kwh = aux_kw * time_s / S_PER_H
    total_kwh = hover_kwh + transition_kwh + cruise_kwh + climb_kwh - credit_kwh + aux_kwh
    return SortieEnergy(
        hover_kwh, transition_kwh, cruise_kwh, climb_kwh, credit_kwh, aux_kwh, total_kwh, time_s
    )


def cruise_energy_kwh(
    aircraft: AircraftType,
    *,
    mass_kg: float,
    density_kg_m3: float,
    airspeed_mps: float,
    duration_s: float,
    height_gain_m: float,
    aux_kw: float,
) -> float:
    """Return the energy of one flown piece of cruise, auxiliaries included."""
    power_kw = cruise_power_kw(
        aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3, airspeed_mps=airspeed_mps
    )
    cruise_kwh = power_kw * duration_s / S_PER_H
    aux_kwh = aux_kw * duration_s / S_PER_H
    if height_gain_m >= 0.0:
        climb_kwh = climb_energy_kwh(aircraft, mass_kg=mass_kg, climb_m=height_gain_m)
        return cruise_kwh + climb_kwh + aux_kwh
    credit_kwh = descent_credit_kwh(
        aircraft, mass_kg=mass_kg, descent_m=-height_gain_m, cruise_kwh=cruise_kwh
    )
    return cruise_kwh - credit_kwh + aux_kwh


def hover_energy_kwh(
    aircraft: AircraftType,
    *,
    mass_kg: float,
    density_kg_m3: float,
    duration_s: float,
    aux_kw: float,
) -> float:
    """Return the energy of hovering for a time, auxiliaries included."""
    power_kw = hover_power_kw(aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3)
    return (power_kw + aux_kw) * duration_s / S_PER_H


def transition_energy_kwh(
    aircraft: AircraftType,
    *,
    mass_kg: float,
    density_kg_m3: float,
    duration_s: float,
    aux_kw: float,
) -> float:
    """Return the energy of a transition that takes this time, auxiliaries included."""
    power_kw = aircraft.transition_power_fraction * hover_power_kw(
        aircraft, mass_kg=mass_kg, density_kg_m3=density_kg_m3
    )
    return (power_kw + aux_kw) * duration_s / S_PER_H


def flown_energy(
    aircraft: AircraftType, *, mass_kg: float, aux_kw: float, phases: Iterable[FlownPhase]
) -> SortieEnergy:
    """Return the energy of the phases of a flight as they were flown."""
    hover_kwh = transition_kwh = cruise_kwh = climb_kwh = credit_kwh = time_s = 0.0
    for piece in phases:
        hours = piece.duration_s / S_PER_H
        time_s += piece.duration_s
        level_kwh = 0.0
        if piece.phase is FlightPhase.CRUISE:
            level_kwh = hours * cruise_power_kw(
                aircraft,
                mass_kg=mass_kg,
                density_kg_m3=piece.density_kg_m3,
                airspeed_mps=piece.airspeed_mps,
            )
            cruise_kwh += level_kwh
        else:
            spent_kwh = hours * hover_power_kw(
                aircraft, mass_kg=mass_kg, density_kg_m3=piece.density_kg_m3
            )
            if piece.phase is FlightPhase.HOVER:
                hover_kwh += spent_kwh
            else:
                transition_kwh += aircraft.transition_power_fraction * spent_kwh
        if piece.height_gain_m > 0.0:
            climb_kwh += climb_energy_kwh(aircraft, mass_kg=mass_kg, climb_m=piece.height_gain_m)
        elif level_kwh > 0.0:
            credit_kwh += descent_credit_kwh(
                aircraft, mass_kg=mass_kg, descent_m=-piece.height_gain_m, cruise_kwh=level_kwh
            )
    aux_kwh = aux_kw * time_s / S_PER_H
    total_kwh = hover_kwh + transition_kwh + cruise_kwh + climb_kwh - credit_kwh + aux_kwh
    return SortieEnergy(
        hover_kwh, transition_kwh, cruise_kwh, climb_kwh, credit_kwh, aux_kwh, total_kwh, time_s
    )
