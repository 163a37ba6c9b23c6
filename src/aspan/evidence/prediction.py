"""Prediction: what the model says of a segment, in the air and at the speed measured in it.

The prediction's own interval is that of what goes into it: the mass as weighed; speed, rate of
climb and air as measured, offsets of their instruments included. What the model may be wrong by is
not in it; for that stands the band of the card.
"""

from collections.abc import Callable
from math import hypot
from typing import Final

import numpy as np

from aspan.evidence.run_data import (
    NotRecordedError,
    RunData,
    density_kg_m3,
    mean_of,
    offset_of,
    rate_of,
    rows_per_s,
    smooth,
)
from aspan.evidence.verdict import Measured
from aspan.physics.flight import climb_energy_kwh, cruise_power_kw, hover_power_kw
from aspan.physics.tables import aux_power_table_kw
from aspan.primitives.units import S_PER_H

MASS_SHARE: Final = 0.005
"""Half of the 95 % interval of a weighed mass. Assumed: aircraft scales of 0.5 %."""

LEVEL_ROLL_DEG: Final = 5.0
"""More bank than this is a turn, not level flight."""


def hover_kw(run: RunData, label: str) -> Measured:
    """Return battery power in hover out of ground effect, auxiliaries included."""
    return _hover_share_kw(run, label, 1.0)


def transition_kw(run: RunData, label: str) -> Measured:
    """Return mean battery power of a whole transition, auxiliaries included."""
    return _hover_share_kw(run, label, run.aircraft.transition_power_fraction)


def cruise_kw(run: RunData, label: str) -> Measured:
    """Return battery power of level flight at the speed measured, auxiliaries included."""
    return _wing_kw(run, label, Measured(value=0.0, low=0.0, high=0.0, unit="m/s"))


def climb_kw(run: RunData, label: str) -> Measured:
    """Return battery power of a climb or descent at the rate measured, auxiliaries included.

    The rate is that of the heights, from which the altimeter's offset drops out: on a steep descent
    a tenth of a metre a second by the variometer is a tenth of the power that is left.
    A descent gives back a share of its height, never more than propulsion takes (facts 2.2 rule 5).
    """
    return _wing_kw(run, label, rate_of(run, run.of(label, "height_agl_m"), "m/s"))


def aux_kw(run: RunData, label: str) -> Measured:
    """Return auxiliary power in the air of each second; uncertain near its steps alone."""
    rows = max(1, round(rows_per_s(run)))
    air = smooth(run.of(label, "air_temperature_k"), rows)
    air = air[np.isfinite(air)]
    if len(air) == 0:
        raise NotRecordedError(f"channel air_temperature_k says nothing in segment {label}")
    offset_k = offset_of("air_temperature_k")
    powers = [
        float(aux_power_table_kw(run.aircraft, air + off_k).mean())
        for off_k in (0.0, -offset_k, offset_k)
    ]
    return Measured(value=powers[0], low=min(powers), high=max(powers), unit="kW")


def _hover_share_kw(run: RunData, label: str, share: float) -> Measured:
    density = density_kg_m3(run, label)

    def predict(mass_kg: float, auxiliaries_kw: float) -> float:
        hover = hover_power_kw(run.aircraft, mass_kg=mass_kg, density_kg_m3=density)
        return auxiliaries_kw + share * hover

    return _vary(predict, _mass(run), aux_kw(run, label))


def _wing_kw(run: RunData, label: str, rate: Measured) -> Measured:
    """Return power on the wing with what a rate of climb adds, or of descent takes off it."""
    density = density_kg_m3(run, label)
    offset_mps = offset_of("airspeed_mps")
    speed = mean_of(run, run.of(label, "airspeed_mps"), "m/s", offset=offset_mps)

    def predict(mass_kg: float, speed_mps: float, rate_mps: float, auxiliaries_kw: float) -> float:
        level = cruise_power_kw(
            run.aircraft, mass_kg=mass_kg, density_kg_m3=density, airspeed_mps=speed_mps
        )
        climb_m = abs(rate_mps) * S_PER_H
        change = climb_energy_kwh(run.aircraft, mass_kg=mass_kg, climb_m=climb_m)
        if rate_mps >= 0.0:
            return auxiliaries_kw + level + change
        return auxiliaries_kw + max(0.0, level - run.aircraft.descent_credit * change)

    return _vary(predict, _mass(run), speed, rate, aux_kw(run, label))


def _vary(predict: Callable[..., float], *inputs: Measured) -> Measured:
    """Return a prediction with the interval that those of its inputs, each by itself, give it."""
    values = [each.value for each in inputs]
    value, below, above = predict(*values), 0.0, 0.0
    for number, each in enumerate(inputs):
        ends = [
            predict(*values[:number], end, *values[number + 1 :]) - value
            for end in (each.low, each.high)
        ]
        below, above = hypot(below, min(0.0, *ends)), hypot(above, max(0.0, *ends))
    return Measured(value=value, low=value - below, high=value + above, unit="kW")


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


def _mass(run: RunData) -> Measured:
    mass_kg = run.card.load.mass_kg
    half_kg = MASS_SHARE * mass_kg
    return Measured(value=mass_kg, low=mass_kg - half_kg, high=mass_kg + half_kg, unit="kg")
