"""Prediction: what the model says of a segment, in the air and at the speed measured in it.

The prediction's own interval is that of what goes into it: the mass as weighed, and the speed as
measured. What the model may be wrong by is not in it; for that stands the band of the card.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from aspan.evidence.run_data import NotRecordedError, RunData, air_k, density_kg_m3, mean_of
from aspan.evidence.verdict import Measured
from aspan.physics.flight import aux_power_kw, climb_energy_kwh, cruise_power_kw, hover_power_kw
from aspan.primitives.units import S_PER_H

MASS_SHARE: Final = 0.005
"""Half of the 95 % interval of a weighed mass. Assumed: aircraft scales of 0.5 %."""

LEVEL_ROLL_DEG: Final = 5.0
"""More bank than this is a turn, not level flight."""


def hover_kw(run: RunData, label: str) -> Measured:
    """Return battery power in hover out of ground effect, auxiliaries included."""
    density = density_kg_m3(run, label)
    aux_kw = aux_power_kw(run.aircraft, air_k(run, label))
    low, value, high = (
        aux_kw + hover_power_kw(run.aircraft, mass_kg=mass_kg, density_kg_m3=density)
        for mass_kg in _masses_kg(run)
    )
    return Measured(value=value, low=low, high=high, unit="kW")


def transition_kw(run: RunData, label: str) -> Measured:
    """Return mean battery power of a whole transition, auxiliaries included."""
    aux_kw = aux_power_kw(run.aircraft, air_k(run, label))
    share = run.aircraft.transition_power_fraction
    own = hover_kw(run, label)
    low, value, high = (aux_kw + share * (kw - aux_kw) for kw in (own.low, own.value, own.high))
    return Measured(value=value, low=low, high=high, unit="kW")


def cruise_kw(run: RunData, label: str) -> Measured:
    """Return battery power of level flight at the speed measured, auxiliaries included."""
    density = density_kg_m3(run, label)
    aux_kw = aux_power_kw(run.aircraft, air_k(run, label))
    speed = mean_of(run, run.of(label, "airspeed_mps"), "m/s")
    powers = [
        aux_kw
        + cruise_power_kw(
            run.aircraft, mass_kg=mass_kg, density_kg_m3=density, airspeed_mps=speed_mps
        )
        for mass_kg in _masses_kg(run)
        for speed_mps in (speed.low, speed.value, speed.high)
    ]
    return Measured(value=powers[4], low=min(powers), high=max(powers), unit="kW")


def climb_kw(run: RunData, label: str) -> Measured:
    """Return battery power of a climb or descent at the rate measured, auxiliaries included.

    A descent gives back a share of its height, never more than propulsion takes (facts 2.2 rule 5).
    """
    level = cruise_kw(run, label)
    rate = mean_of(run, run.of(label, "vertical_speed_mps"), "m/s")
    aux_kw = aux_power_kw(run.aircraft, air_k(run, label))
    low, value, high = (
        _with_climb_kw(run, level_kw, aux_kw, rate_mps)
        for level_kw, rate_mps in zip(
            (level.low, level.value, level.high), (rate.low, rate.value, rate.high), strict=True
        )
    )
    return Measured(value=value, low=low, high=high, unit="kW")


def _with_climb_kw(run: RunData, level_kw: float, aux_kw: float, rate_mps: float) -> float:
    """Return level power with what a rate of climb adds to it, or of descent takes off it."""
    climb_m = abs(rate_mps) * S_PER_H
    change_kw = climb_energy_kwh(run.aircraft, mass_kg=run.card.load.mass_kg, climb_m=climb_m)
    if rate_mps >= 0.0:
        return level_kw + change_kw
    return max(aux_kw, level_kw - run.aircraft.descent_credit * change_kw)


def aux_kw(run: RunData, label: str) -> Measured:
    """Return auxiliary power in the air measured; nothing of it is uncertain to the model."""
    power_kw = aux_power_kw(run.aircraft, air_k(run, label))
    return Measured(value=power_kw, low=power_kw, high=power_kw, unit="kW")


def power_kw(run: RunData, label: str) -> Measured:
    """Return what the model says of a segment's battery power, by its manoeuvre."""
    manoeuvre = next(s.manoeuvre for s in run.card.profile if s.label == label)
    predict = _BY_MANOEUVRE.get(manoeuvre)
    if predict is None:
        raise NotRecordedError(f"the model has no power of a {manoeuvre}")
    return predict(run, label)


_BY_MANOEUVRE: Final[dict[str, Callable[[RunData, str], Measured]]] = {
    "ground": aux_kw,
    "hover": hover_kw,
    "transition_out": transition_kw,
    "transition_in": transition_kw,
    "cruise": cruise_kw,
    "climb": climb_kw,
    "descent": climb_kw,
}


def level_rows(run: RunData, values: np.ndarray) -> np.ndarray:
    """Return readings with those of turns left out."""
    return np.where(np.abs(run.column("roll_deg")) <= LEVEL_ROLL_DEG, values, np.nan)


def _masses_kg(run: RunData) -> tuple[float, float, float]:
    mass_kg = run.card.load.mass_kg
    return mass_kg * (1.0 - MASS_SHARE), mass_kg, mass_kg * (1.0 + MASS_SHARE)
