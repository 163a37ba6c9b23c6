"""Estimates: what the runs of a campaign say of the aircraft, each with a 95 % interval.

    estimate = mean over runs (or straight fit through run points) +- t * scatter between runs

in quadrature with what calibrations common to all runs leave uncertain (`Calibration`). Everything
is linear in its unknowns, or becomes so: level cruise P/(m g V) = a V^2 rho/m + b m/(V^2 rho), the
parabolic polar [1], gives the product of lift-to-drag and cruise efficiency as 1/(2 sqrt(ab)) and
the best-range speed by (b/a)^(1/4). Lift-to-drag alone cannot be told from powered flight: drag is
never measured, only the power to overcome it; glides would part the two.

Not estimated: what `UNTOUCHED` says.

References
----------
.. [1] J. D. Anderson, *Introduction to Flight*, 8th ed., 2016, ch. 6: drag polar.
.. [2] J. G. Leishman, *Principles of Helicopter Aerodynamics*, 2nd ed., 2006, ch. 2.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from aspan.evidence.identify.intervals import NORMAL_95, Fitted
from aspan.evidence.identify.runs import Maker
from aspan.evidence.verdict import Measured

UNTOUCHED: Final = (
    "transition power and time, climb and descent, disc area, download, mass, heating and cooling "
    "of the packs, charge rates outside the temperatures of full rate"
)
"""What no estimate here speaks of; a dataset keeps its earlier numbers."""


class Calibration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Standard uncertainties that all runs of a campaign share, by the calibration of instruments.

    Parameters
    ----------
    torque_share, electrical_share, pack_share, airspeed_share, mass_share
        Of the gain of shaft torque, electrical power of units, power of packs, airspeed and the
        scales, as a share of the reading.
    pack_kw
        Of the zero of all packs' power together.
    sound_db
        Of the microphones.
    """

    torque_share: float = 0.0
    electrical_share: float = 0.0
    pack_share: float = 0.0
    airspeed_share: float = 0.0
    mass_share: float = 0.0
    pack_kw: float = 0.0
    sound_db: float = 0.0


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """One number of the aircraft with its 95 % interval.

    Parameters
    ----------
    name
        A field of `AircraftType` where there is one, else a name of its own (`names.NAMES`).
    systematic
        Standard uncertainty common to all runs that the interval holds, in `unit`.
    dof
        Degrees of freedom of the scatter between runs.
    runs
        That were used, sorted.
    caution
        What must be known to read it rightly; empty if nothing.
    """

    name: str
    value: float
    unit: str
    low: float
    high: float
    systematic: float
    dof: int
    runs: tuple[str, ...]
    caution: str = ""

    @property
    def half(self) -> float:
        """Half the width of the interval."""
        return 0.5 * (self.high - self.low)

    @property
    def standard_uncertainty(self) -> float:
        """Half the width as a standard uncertainty of a normal distribution."""
        return self.half / NORMAL_95

    def measured(self) -> Measured:
        """Return it as a value to be judged."""
        return Measured(value=self.value, low=self.low, high=self.high, unit=self.unit)


class NotIdentified(msgspec.Struct, frozen=True, kw_only=True):
    """What the runs do not tell, and which runs would."""

    name: str
    missing: str


class Identification(msgspec.Struct, frozen=True, kw_only=True):
    """All that a campaign says of an aircraft.

    Parameters
    ----------
    maker
        `twin` if any run was flown by the twin.
    runs
        Every run that was looked at, with the hash of its telemetry's manifest.
    """

    maker: Maker
    estimates: tuple[Estimate, ...]
    not_identified: tuple[NotIdentified, ...]
    runs: dict[str, str]

    def find(self, name: str) -> Estimate | None:
        """Return an estimate by its name, None if it was not identified."""
        return next((e for e in self.estimates if e.name == name), None)


def make_estimate(
    name: str,
    unit: str,
    fitted: Fitted,
    runs: Sequence[str],
    *,
    systematic: float = 0.0,
    caution: str = "",
) -> Estimate:
    """Return a fitted number with its interval."""
    half = fitted.half(systematic)
    return Estimate(
        name=name,
        value=fitted.value,
        unit=unit,
        low=fitted.value - half,
        high=fitted.value + half,
        systematic=systematic,
        dof=fitted.dof,
        runs=tuple(sorted(set(runs))),
        caution=caution,
    )
