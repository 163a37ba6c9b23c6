"""Power of a card: what units and auxiliaries draw in each row, from `aspan.physics`.

Battery power of propulsion is the model's for hover, transition and wing, with climb and descent
counted as in `physics.sortie.flown_energy`; in a turn the wing carries the weight times the load
factor, which in a parabolic polar is the power of a mass that much greater. Each change comes
evenly over a second.

Assumed: a unit's shaft takes its electrical power times the drivetrain efficiency, in every
manoeuvre; so cruise efficiency is drivetrain times propeller efficiency. Hover power does not
depend on speed through the air. Turbulence moves power by 1 % a metre a second of it.
Not modelled: ground effect (hover cards stay above a rotor diameter), icing.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from aspan.physics.tables import (
    aux_power_table_kw,
    cruise_power_table_kw,
    hover_power_table_kw,
)
from aspan.primitives.units import STANDARD_GRAVITY_MPS2, W_PER_KW
from aspan.twin.card_aircraft import TestAircraft
from aspan.twin.card_path import Path, is_airborne, mean_of_last
from aspan.twin.card_rows import CHARGE, HOVER, OPEN, TRANSITION, WING

Floats = NDArray[np.float64]

_HOVER_RAD_PER_S: Final = 105.0
_WING_RAD_PER_S: Final = 62.0
"""Speed of the rotors. Assumed: 150 m/s at the tips in hover, 90 m/s on the wing, for quiet."""

_GUST_SHARE_PER_MPS: Final = 0.01


def propulsion_kw(
    path: Path, aircraft: TestAircraft, *, mass_kg: float, density_kg_m3: Floats
) -> Floats:
    """Return the battery power of all units together, before turbulence."""
    kind = aircraft.kind
    power = np.zeros(path.rows)
    is_lifted = (path.mode == HOVER) | (path.mode == TRANSITION)
    hover = hover_power_table_kw(kind, mass_kg=mass_kg, density_kg_m3=density_kg_m3[is_lifted])
    power[is_lifted] = hover
    power[path.mode == TRANSITION] *= kind.transition_power_fraction
    on_wing = path.mode == WING
    turn = np.radians(path.turn_deg_per_s[on_wing]) * path.airspeed_mps[on_wing]
    load_factor = np.sqrt(1.0 + (turn / STANDARD_GRAVITY_MPS2) ** 2)
    power[on_wing] = cruise_power_table_kw(
        kind,
        mass_kg=mass_kg * load_factor,
        density_kg_m3=density_kg_m3[on_wing],
        airspeed_mps=path.airspeed_mps[on_wing],
    )
    rise = mass_kg * STANDARD_GRAVITY_MPS2 * path.climb_mps / (kind.cruise_efficiency * W_PER_KW)
    credit = np.minimum(-kind.descent_credit * rise, power)
    power += np.where(rise > 0.0, rise, np.where(on_wing, -credit, 0.0))
    return mean_of_last(power, max(1, round(path.rate_hz)))


def share_among_units(
    path: Path, aircraft: TestAircraft, propulsion: Floats, gust_mps: Floats
) -> Floats:
    """Return the electrical power of each unit [row, unit], moved by turbulence."""
    moved = propulsion * (1.0 + _GUST_SHARE_PER_MPS * gust_mps)
    return np.asarray(moved[:, None] * np.asarray(aircraft.unit_shares))


def rotor_speed_rad_per_s(path: Path) -> Floats:
    """Return the speed of all rotors; they stand still on the ground."""
    share = path.tilt_deg / 90.0
    speed = _WING_RAD_PER_S + (_HOVER_RAD_PER_S - _WING_RAD_PER_S) * share
    speed[~is_airborne(path)] = 0.0
    return mean_of_last(speed, max(1, round(path.rate_hz)))


def auxiliaries_kw(path: Path, aircraft: TestAircraft, temperature_k: Floats) -> Floats:
    """Return what avionics and cabin draw from the packs, by the air the aircraft is in.

    Nothing while the charger feeds them, or with the contactors open.
    """
    power_kw = aux_power_table_kw(aircraft.kind, temperature_k)
    return np.where((path.mode == CHARGE) | (path.mode == OPEN), 0.0, power_kw)
