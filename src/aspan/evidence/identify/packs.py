"""Estimates from the packs: energy against age and cold, rates of charging."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from aspan.evidence.identify.estimates import Calibration, NotIdentified, make_estimate
from aspan.evidence.identify.flight import RUNS_MIN, Found, estimate_mean, missing_runs
from aspan.evidence.identify.intervals import Floats, fit_linear, hats, mean_over_runs
from aspan.evidence.identify.points import ChargeCurve, DischargePoint
from aspan.physics.battery import list_cold_factors
from aspan.physics.charging import TAPER_BEGINS_SOC, TAPER_ENDS_SOC, TAPER_KNEE_SOC
from aspan.world.aircraft import AircraftType

FADE: Final = "fade_per_full_cycle"
TAPER_KNEES: Final = (TAPER_BEGINS_SOC, TAPER_KNEE_SOC, TAPER_ENDS_SOC)
COLD_FIELDS: Final = (
    "cold_factor_at_minus_20",
    "cold_factor_at_minus_10",
    "cold_factor_at_0",
    "cold_factor_at_10",
)
RATE_FIELDS: Final = ("charge_c_rate_max", "charge_c_rate_at_80", "charge_c_rate_at_95")

_CYCLES_APART: Final = 100.0
_COLD_FREEDOM_MIN: Final = 2
_NEAR_K: Final = 4.0
"""Within which a run belongs to a point of temperature."""
_BLOCKS_MIN: Final = 4
_SOC_OFFSET: Final = 3e-4
_PACK_OFFSET_K: Final = 0.045
"""Of the mean over four packs. Assumed: 0.3 of the noise of one reading (`world.telemetry`)."""


def estimate_age(points: Sequence[DischargePoint], calibration: Calibration) -> Found:
    """Return gross energy when new and its loss per full cycle, from packs of different age."""
    unaged = sum(not np.isfinite(p.cycles) for p in points)
    points = [p for p in points if np.isfinite(p.capacity_kwh) and np.isfinite(p.cycles)]
    cycles = np.array([p.cycles for p in points])
    capacity = np.array([p.capacity_kwh for p in points])
    runs = [p.run_id for p in points]
    is_aged = len(points) > 0 and float(np.ptp(cycles)) >= _CYCLES_APART
    wanted = "packs emptied on the load bank"
    if unaged:
        wanted += f" whose full cycles are told ({unaged} with packs of unknown age)"
    if len(points) < RUNS_MIN + 1:
        return [
            missing_runs(name, wanted, len(points), RUNS_MIN + 1) for name in ("gross_kwh", FADE)
        ]
    if not is_aged:
        one = NotIdentified(
            name=FADE, missing=f"runs with packs at least {_CYCLES_APART:g} full cycles apart"
        )
        if float(cycles.max()) > 0.0:
            new = NotIdentified(name="gross_kwh", missing="runs with new packs, or of another age")
            return [new, one]
        fitted = mean_over_runs(capacity)
        common = calibration.pack_share * fitted.value
        return [make_estimate("gross_kwh", "kWh", fitted, runs, systematic=common), one]
    line = fit_linear(np.column_stack([np.ones(len(cycles)), cycles]), capacity)
    gross, slope = float(line.values[0]), float(line.values[1])
    fade = line.combine(-slope / gross, np.array([slope / gross**2, -1.0 / gross]))
    return [
        make_estimate(
            "gross_kwh", "kWh", line.one(0), runs, systematic=calibration.pack_share * gross
        ),
        make_estimate(
            FADE,
            "1",
            fade,
            runs,
            caution="share of the new battery's energy; straight over the ages flown",
        ),
    ]


def estimate_cold(points: Sequence[DischargePoint], kind: AircraftType) -> Found:
    """Return the usable share of energy at each point of cell temperature that has runs near it.

    A pack that cut off gave a share of what its charge above the floor was worth; between two
    points of temperature the share is straight, and 1 at the warmest.
    """
    knots = np.array([at_k for at_k, _ in list_cold_factors(kind)])
    cold = [p for p in points if np.isfinite(p.given_kwh) and p.pack_k < knots[-1] - 0.5]
    near = [sum(abs(p.pack_k - knot) <= _NEAR_K for p in cold) for knot in knots[:-1]]
    sought = [n for n, count in enumerate(near) if count]
    cold = [p for p in cold if min(abs(p.pack_k - knots[n]) for n in sought) <= _NEAR_K]
    if len(cold) < len(sought) + _COLD_FREEDOM_MIN:
        sought = []
    found: Found = [
        missing_runs(name, _cold_wanted(knot), count, 2)
        for n, (name, knot, count) in enumerate(zip(COLD_FIELDS, knots, near, strict=False))
        if n not in sought
    ]
    if not sought:
        return found
    pack_k = np.array([p.pack_k for p in cold])
    share = np.array([p.given_kwh / ((p.soc - kind.floor_soc) * p.capacity_kwh) for p in cold])
    shares = np.array([factor for _, factor in list_cold_factors(kind)])
    design, stated = hats(pack_k, knots), shares.copy()
    stated[sought] = 0.0
    rest, scale = share - design @ stated, np.ones(len(cold))
    for _ in range(2):  # the second time with the slopes of the first
        fit = fit_linear(design[:, sought] / scale[:, None], rest / scale)
        shares[sought] = fit.values
        scale = _scatter(pack_k, knots, shares)
    caution = "by the aircraft's own count of charge and its floor"
    found += [
        make_estimate(
            COLD_FIELDS[n], "1", fit.one(place), [p.run_id for p in cold], caution=caution
        )
        for place, n in enumerate(sought)
    ]
    return found


def _cold_wanted(knot_k: float) -> str:
    return f"packs emptied on the load bank to cut-off, with cells near {knot_k - 273.15:.0f} °C"


def _scatter(pack_k: Floats, knots: Floats, shares: Floats) -> Floats:
    """Return how far a run's share may be off, of all runs alike but for a factor.

    By the offsets of charge and temperature: where the share falls steeply, a temperature that is
    off matters more. Effective variance: J. Orear, *Am. J. Phys.* 50 (1982), 912.
    """
    slopes = np.diff(shares) / np.diff(knots)
    nearest = np.abs(pack_k[:, None] - knots[None, :]).argmin(axis=1)
    left, right = np.maximum(nearest - 1, 0), np.minimum(nearest, len(slopes) - 1)
    square = 0.5 * (slopes[left] ** 2 + slopes[right] ** 2)
    return np.asarray(np.sqrt(_SOC_OFFSET**2 + square * _PACK_OFFSET_K**2))


def estimate_taper(curves: Sequence[ChargeCurve], calibration: Calibration) -> Found:
    """Return the rates of charging below 60 %, at 80 % and at 95 %, one value each a run.

    A zero of the power that is off moves the capacity with it (`ChargeCurve.counted_rate`).
    """
    solved: dict[str, Floats] = {}
    moved: dict[str, Floats] = {}
    for curve in curves:
        rates = _solve_taper(curve)
        if rates is not None:
            solved[curve.run_id] = rates
            zero = calibration.pack_kw / curve.capacity_kwh
            moved[curve.run_id] = zero * np.abs(1.0 - rates / curve.counted_rate)
    wanted = (
        "a charge to the ceiling, cells within the temperatures of full rate",
        "a charge to the ceiling at a charger that does not hold back below 60 %",
    )
    return [
        estimate_mean(
            name,
            "1/h",
            {run_id: float(rates[n]) for run_id, rates in solved.items() if np.isfinite(rates[n])},
            wanted=wanted[n == 0],
            systematic=float(np.mean([one[n] for one in moved.values() if np.isfinite(one[n])]))
            if any(np.isfinite(one[n]) for one in moved.values())
            else 0.0,
        )
        for n, name in enumerate(RATE_FIELDS)
    ]


def _solve_taper(curve: ChargeCurve) -> Floats | None:
    """Return the rates at the knees of one charge; NaN for the first where the charger held back.

    None where the falling pieces were not seen. The first piece falls straight from 60 %, so that
    part of it is enough for the second knee.
    """
    begins, knee, _ = TAPER_KNEES
    below = int((curve.soc < begins).sum())
    falling = int(((curve.soc > begins) & (curve.soc < knee)).sum())
    tail = int((curve.soc > knee).sum())
    if min(falling, tail) < _BLOCKS_MIN:
        return None
    design = hats(np.maximum(curve.soc, begins), np.array(TAPER_KNEES))
    rates = fit_linear(design, curve.rate).values
    if below < _BLOCKS_MIN:
        rates[0] = np.nan
    return rates
