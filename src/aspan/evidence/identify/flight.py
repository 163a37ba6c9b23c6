"""Estimates from steady flight: hover, level cruise, auxiliaries, sound.

References
----------
.. [1] J. G. Leishman, *Principles of Helicopter Aerodynamics*, 2nd ed., 2006: momentum theory in
   ch. 2, ground effect in ch. 5.
.. [2] J. D. Anderson, *Introduction to Flight*, 8th ed., 2016, ch. 6: drag polar.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import hypot, sqrt
from typing import Final

import numpy as np

from aspan.evidence.identify.estimates import (
    Calibration,
    Estimate,
    NotIdentified,
    make_estimate,
)
from aspan.evidence.identify.intervals import (
    Fitted,
    Floats,
    fit_linear,
    mean_over_runs,
)
from aspan.evidence.identify.points import SoundPoint, SteadyPoint
from aspan.primitives.units import STANDARD_GRAVITY_MPS2, W_PER_KW
from aspan.world.aircraft import AircraftType

Found = list[Estimate | NotIdentified]

RUNS_MIN: Final = 3
"""Fewer do not tell how far runs lie apart."""

SPEEDS_MIN: Final = 3
"""At which one run must have cruised to tell the polar by itself."""

HOVER_ROTORS_MIN: Final = 3.0
"""Height in rotor diameters out of ground effect. Assumed: it is below 1 % there ([1])."""

HOVER_MPS_MAX: Final = 4.0
"""Through the air, wind included; at a quarter of the induced speed an ideal rotor needs some 1 %
less power than in hover ([1])."""

POOLED_RUNS_MIN: Final = 6
"""Runs that tell the polar only together."""

SPEED_SPAN_MIN: Final = 1.35
"""Fastest over slowest; nearer together they do not show how the polar bends."""

_SPEED_APART_MPS: Final = 4.0
_THRESHOLD_K: Final = 1.0
"""Nearer to a threshold of the auxiliaries it is not sure which of the two powers is drawn."""

PRODUCT: Final = "lift_to_drag_times_efficiency"
PRODUCT_CAUTION: Final = (
    "only the product of greatest lift-to-drag ratio and cruise efficiency can be told from "
    "powered flight; glides at zero thrust would part them"
)


def by_run(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Return the mean of the finite values of each run."""
    values: defaultdict[str, list[float]] = defaultdict(list)
    for run_id, value in pairs:
        if np.isfinite(value):
            values[run_id].append(value)
    return {run_id: float(np.mean(some)) for run_id, some in sorted(values.items())}


def estimate_mean(
    name: str,
    unit: str,
    values: dict[str, float],
    *,
    wanted: str,
    systematic_share: float = 0.0,
    systematic: float = 0.0,
    caution: str = "",
) -> Estimate | NotIdentified:
    """Return the mean over runs, or which runs are missing for it.

    Parameters
    ----------
    wanted
        What such a run is, for whoever has to fly more.
    """
    if len(values) < RUNS_MIN:
        return missing_runs(name, wanted, len(values), RUNS_MIN)
    fitted = mean_over_runs(np.array(list(values.values())))
    common = hypot(systematic, systematic_share * abs(fitted.value))
    return make_estimate(name, unit, fitted, list(values), systematic=common, caution=caution)


def missing_runs(name: str, wanted: str, have: int, need: int) -> NotIdentified:
    """Return which runs are missing."""
    return NotIdentified(name=name, missing=f"{have} of at least {need} runs with {wanted}")


def estimate_hover(
    points: Sequence[SteadyPoint], kind: AircraftType, calibration: Calibration
) -> Found:
    """Return figure of merit and drivetrain efficiency from steady hovers out of ground effect."""
    hovers = [
        p
        for p in points
        if p.manoeuvre == "hover"
        and p.height_agl_m > HOVER_ROTORS_MIN * kind.rotor_diameter_m
        and abs(p.airspeed_mps.value) < HOVER_MPS_MAX
    ]
    merits: list[tuple[str, float]] = []
    efficiencies: list[tuple[str, float]] = []
    for point in hovers:
        thrust_n = (1.0 + kind.download_fraction) * point.mass_kg * STANDARD_GRAVITY_MPS2
        ideal_w = thrust_n * sqrt(thrust_n / (2.0 * point.density_kg_m3 * kind.disc_area_m2))
        merits.append((point.run_id, ideal_w / W_PER_KW / point.shaft_kw.value))
        efficiencies.append((point.run_id, point.shaft_kw.value / point.units_kw.value))
    wanted = "a steady hover out of ground effect, torque, speed and electrical power of each unit"
    return [
        estimate_mean(
            "figure_of_merit",
            "1",
            by_run(merits),
            wanted=wanted,
            systematic_share=hypot(calibration.torque_share, 1.5 * calibration.mass_share),
            caution=f"with disc area {kind.disc_area_m2:g} m2 and download "
            f"{kind.download_fraction:g} of the dataset, which were not measured",
        ),
        estimate_mean(
            "drivetrain_efficiency",
            "1",
            by_run(efficiencies),
            wanted=wanted,
            systematic_share=hypot(calibration.torque_share, calibration.electrical_share),
        ),
    ]


def estimate_auxiliaries(
    points: Sequence[SteadyPoint], kind: AircraftType, calibration: Calibration
) -> Found:
    """Return what avionics and cabin draw on the stand, in mild and in extreme air."""
    mild: list[tuple[str, float]] = []
    extreme: list[tuple[str, float]] = []
    for point in points:
        if point.manoeuvre != "ground" or not np.isfinite(point.temperature_k):
            continue
        below_k = kind.aux_cold_below_k - point.temperature_k
        above_k = point.temperature_k - kind.aux_hot_above_k
        beyond_k = max(below_k, above_k)
        if abs(beyond_k) < _THRESHOLD_K:
            continue
        (extreme if beyond_k > 0.0 else mild).append((point.run_id, point.packs_kw.value))
    return [
        estimate_mean(
            name,
            "kW",
            by_run(pairs),
            wanted=f"auxiliaries alone on the stand, {air}",
            systematic=calibration.pack_kw,
        )
        for name, pairs, air in (
            ("aux_kw", mild, "in mild air"),
            ("aux_extreme_kw", extreme, "in air of extreme cold or heat"),
        )
    ]


def estimate_cruise(
    points: Sequence[SteadyPoint], kind: AircraftType, calibration: Calibration
) -> Found:
    """Return the product of lift-to-drag and cruise efficiency, and the best-range speed."""
    cruises = [p for p in points if p.manoeuvre == "cruise" and np.isfinite(p.units_kw.value)]
    runs: defaultdict[str, list[SteadyPoint]] = defaultdict(list)
    for point in cruises:
        runs[point.run_id].append(point)
    alone = {
        run_id: solved
        for run_id, some in sorted(runs.items())
        if _is_telling(some) and (solved := _solve_polar(some, kind)) is not None
    }
    if len(alone) >= RUNS_MIN:
        table = np.array(list(alone.values()))
        product, speed = mean_over_runs(table[:, 0]), mean_over_runs(table[:, 1])
        used = list(alone)
    elif len(runs) >= POOLED_RUNS_MIN and _is_telling(cruises):
        pooled = _pool_runs(runs, kind)
        if pooled is None:
            return _no_cruise(len(alone))
        product, speed = pooled
        used = list(runs)
    else:
        return _no_cruise(len(alone))
    c = calibration
    product_share = sqrt(c.electrical_share**2 + c.airspeed_share**2 + c.mass_share**2)
    return [
        make_estimate(
            PRODUCT,
            "1",
            product,
            used,
            systematic=product_share * product.value,
            caution=PRODUCT_CAUTION,
        ),
        make_estimate(
            "best_range_speed_mps",
            "m/s",
            speed,
            used,
            systematic=hypot(c.airspeed_share, 0.5 * c.mass_share) * speed.value,
            caution=f"at {kind.best_range_mass_kg:g} kg and {kind.best_range_density_kg_m3:g} "
            "kg/m3",
        ),
    ]


def _no_cruise(have: int) -> Found:
    wanted = f"level cruise at {SPEEDS_MIN} speeds or more (or {POOLED_RUNS_MIN} at one speed each)"
    return [
        missing_runs(name, wanted, have, RUNS_MIN) for name in (PRODUCT, "best_range_speed_mps")
    ]


def _is_telling(points: Sequence[SteadyPoint]) -> bool:
    """Answer whether there are enough speeds that lie apart, over a span wide enough."""
    speeds = sorted(p.airspeed_mps.value for p in points)
    count, last = 0, float("-inf")
    for speed in speeds:
        if speed - last >= _SPEED_APART_MPS:
            count, last = count + 1, speed
    return count >= SPEEDS_MIN and speeds[-1] >= SPEED_SPAN_MIN * speeds[0]


def _solve_polar(points: Sequence[SteadyPoint], kind: AircraftType) -> tuple[float, float] | None:
    """Return product and best-range speed of the polar through points; None if it bends wrongly."""
    mass = np.array([p.mass_kg for p in points])
    density = np.array([p.density_kg_m3 for p in points])
    speed = np.array([p.airspeed_mps.value for p in points])
    power_w = np.array([p.units_kw.value for p in points]) * W_PER_KW
    drag_share = power_w / (mass * STANDARD_GRAVITY_MPS2 * speed)
    square = speed**2 * density / mass
    square *= kind.best_range_mass_kg / kind.best_range_density_kg_m3
    # Weighed so that equal shares of power count alike.
    design = np.column_stack([square, 1.0 / square]) / drag_share[:, None]
    low, high = fit_linear(design, np.ones(len(points))).values.tolist()
    if low <= 0.0 or high <= 0.0:
        return None
    return 0.5 / sqrt(low * high), float((high / low) ** 0.25)


def _pool_runs(
    runs: dict[str, list[SteadyPoint]], kind: AircraftType
) -> tuple[Fitted, Fitted] | None:
    """Return both from all runs together; the error by leaving out one run after another.

    The jackknife over runs: B. Efron, R. J. Tibshirani, *An Introduction to the Bootstrap*, 1993,
    ch. 11. Two unknowns are taken off the degrees of freedom.
    """
    whole = _solve_polar([p for some in runs.values() for p in some], kind)
    left = [
        _solve_polar([p for other, some in runs.items() if other != gone for p in some], kind)
        for gone in sorted(runs)
    ]
    solved = [pair for pair in left if pair is not None]
    if whole is None or len(solved) < len(left):
        return None
    table: Floats = np.array(solved)
    count = len(solved)
    errors = np.sqrt((count - 1) / count * ((table - table.mean(axis=0)) ** 2).sum(axis=0))
    return (
        Fitted(whole[0], float(errors[0]), count - 2),
        Fitted(whole[1], float(errors[1]), count - 2),
    )


def estimate_sound(points: Sequence[SoundPoint], calibration: Calibration) -> Found:
    """Return both source levels at their reference distances."""
    return [
        estimate_mean(
            name,
            "dBA",
            by_run((p.run_id, p.level_dba) for p in points if p.state == state),
            wanted=wanted,
            systematic=calibration.sound_db,
        )
        for name, state, wanted in (
            ("noise_cruise_dba_at_500_m", "cruise", "a level pass near a microphone"),
            ("noise_terminal_dba_at_100_m", "terminal", "a hover near a microphone"),
        )
    ]
