"""A campaign identified: every estimate its runs allow, and what they lack for the others."""

from collections.abc import Sequence

from aspan.evidence.identify.estimates import (
    Calibration,
    Estimate,
    Identification,
    NotIdentified,
)
from aspan.evidence.identify.flight import (
    estimate_auxiliaries,
    estimate_cruise,
    estimate_hover,
    estimate_sound,
)
from aspan.evidence.identify.packs import (
    TAPER_KNEES,
    estimate_age,
    estimate_cold,
    estimate_taper,
)
from aspan.evidence.identify.points import (
    charge_curves,
    discharge_points,
    sound_points,
    steady_points,
)
from aspan.evidence.identify.runs import TestRun
from aspan.physics.noise import CRUISE_REFERENCE_M, TERMINAL_REFERENCE_M
from aspan.primitives.errors import InvalidInput
from aspan.world.aircraft import AircraftType

NO_CALIBRATION = Calibration()
"""Nothing stated: intervals hold the scatter between runs alone."""


def identify(
    runs: Sequence[TestRun], kind: AircraftType, calibration: Calibration = NO_CALIBRATION
) -> Identification:
    """Return what the runs say of the aircraft.

    Parameters
    ----------
    kind
        What is taken as known: disc area, download, window of charge, temperatures.
    """
    if len({run.run_id for run in runs}) != len(runs):
        raise InvalidInput("runs", [run.run_id for run in runs], "each run once")
    steady = [point for run in runs for point in steady_points(run)]
    discharges = [point for run in runs for point in discharge_points(run)]
    full_rate_k = (kind.full_rate_k_min, kind.full_rate_k_max)
    curves = [
        curve
        for run in runs
        for curve in charge_curves(run, full_rate_k=full_rate_k, knees=TAPER_KNEES)
    ]
    sounds = [
        point
        for run in runs
        for point in sound_points(run, cruise_m=CRUISE_REFERENCE_M, terminal_m=TERMINAL_REFERENCE_M)
    ]
    found = [
        *estimate_hover(steady, kind, calibration),
        *estimate_cruise(steady, kind, calibration),
        *estimate_auxiliaries(steady, kind, calibration),
        *estimate_age(discharges, calibration),
        *estimate_cold(discharges, kind),
        *estimate_taper(curves, calibration),
        *estimate_sound(sounds, calibration),
    ]
    return Identification(
        maker="twin" if any(run.maker == "twin" for run in runs) else "aircraft",
        estimates=tuple(e for e in found if isinstance(e, Estimate)),
        not_identified=tuple(e for e in found if isinstance(e, NotIdentified)),
        runs={run.run_id: run.manifest_sha256 for run in sorted(runs, key=lambda r: r.run_id)},
    )
