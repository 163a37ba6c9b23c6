"""Reduction: means of correlated readings, and power at standard conditions (facts 2.6)."""

from pathlib import Path

import numpy as np
import pytest

from aspan.evidence.reduction import (
    Floats,
    block_means,
    cruise_at_standard,
    hover_power_at_standard_kw,
    steady_mean,
)
from aspan.physics.flight import cruise_power_kw
from aspan.world.readers.fleet import read_aircraft_type
from aspan.world.readers.tables import read_toml


def _gusts(rng: np.random.Generator, count: int, *, memory: float) -> Floats:
    """Return noise of unit variance in which one reading remembers the last."""
    noise = float((1.0 - memory**2) ** 0.5) * rng.standard_normal(count)
    column: Floats = np.zeros(count)
    column[0] = noise[0]
    for n in range(1, count):
        column[n] = memory * column[n - 1] + noise[n]
    return column


def test_standard_error_counts_blocks_not_readings() -> None:
    """In gusts of 1 s the stated error is that of repeated runs, several times the naive one."""
    rng = np.random.default_rng(6)
    means = [steady_mean(_gusts(rng, 1_200, memory=0.9), rate_hz=10.0) for _ in range(60)]
    scatter = float(np.std([mean.value for mean in means]))
    stated = float(np.mean([mean.standard_error for mean in means]))
    assert stated == pytest.approx(scatter, rel=0.25)
    assert stated > 2.5 / np.sqrt(1_200)


def test_flagged_and_absent_readings_do_not_count() -> None:
    """A spike that is flagged and a silence move nothing; a block of silence is left out."""
    column = np.full(600, 100.0)
    usable = np.ones(600, dtype=np.bool_)
    column[10], usable[10] = 9_000.0, False
    column[100:200] = np.nan
    mean = steady_mean(column, rate_hz=10.0, usable=usable)
    assert (mean.value, mean.standard_error, mean.blocks, mean.readings) == (100.0, 0.0, 10, 499)
    assert np.isnan(block_means(column, rate_hz=10.0, usable=usable)[2:4]).all()
    assert steady_mean(np.full(50, np.nan), rate_hz=10.0).blocks == 0


def test_a_drift_is_told() -> None:
    """The slope of an unsteady stretch is that of its readings."""
    assert steady_mean(np.linspace(0.0, 11.98, 600), rate_hz=10.0).slope_per_s == pytest.approx(0.2)


def test_hover_power_at_standard_conditions() -> None:
    """545 kW at 2,177 kg in thin air are 557 kW at 2,404 kg in standard air (facts 2.6)."""
    standard_kw = hover_power_at_standard_kw(
        545.0, mass_kg=2_177.0, density_kg_m3=0.949, standard_mass_kg=2_404.0
    )
    assert standard_kw == pytest.approx(557.0, rel=0.01)


def test_cruise_at_standard_conditions_lies_on_the_standard_curve() -> None:
    """A point of a light aircraft in thin air becomes one of the curve at standard conditions."""
    file = read_toml(Path("cities/alatau/aircraft.toml"), city="alatau", quantities={})
    aircraft = read_aircraft_type(file)
    power_kw = cruise_power_kw(aircraft, mass_kg=2_177.0, density_kg_m3=0.949, airspeed_mps=72.0)
    standard_kw, speed_mps = cruise_at_standard(
        power_kw, 72.0, mass_kg=2_177.0, density_kg_m3=0.949, standard_mass_kg=2_404.0
    )
    expected_kw = cruise_power_kw(
        aircraft, mass_kg=2_404.0, density_kg_m3=1.225, airspeed_mps=speed_mps
    )
    assert standard_kw == pytest.approx(expected_kw, rel=1e-4)
