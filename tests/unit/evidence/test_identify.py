"""Identification: the truth is found again, told with its interval, or refused with what lacks."""

from dataclasses import dataclass

import numpy as np
import pytest
from msgspec.structs import replace

import identifying
from aspan.evidence.identify.campaign import identify
from aspan.evidence.identify.estimates import Calibration, Identification
from aspan.evidence.identify.flight import PRODUCT
from aspan.evidence.identify.intervals import Fitted, fit_linear, hats, mean_over_runs, student
from aspan.evidence.identify.runs import TestRun
from aspan.primitives.errors import InvalidInput
from aspan.twin.card_profile import Segment
from identifying import Plan, default_type, fly_campaign, identify_campaign, plan_runs

LOOSER = {"charge": 2e-5, "cold": 2e-4}
"""The twin charges in steps of five seconds; a discharge is found to a tenth of a second."""


@dataclass(frozen=True)
class Clean:
    """A campaign whose telemetry is the truth."""

    runs: list[TestRun]
    known: dict[str, float]
    found: Identification


@pytest.fixture(scope="module")
def clean() -> Clean:
    """Return a campaign flown without noise, and what is identified of it."""
    runs, known = fly_campaign(3, noise=0.0)
    return Clean(runs, known, identify(runs, default_type()))


def test_truth_is_found_again_without_noise(clean: Clean) -> None:
    """Every number of the aircraft comes back, as near as the twin's own steps allow."""
    assert [gone.name for gone in clean.found.not_identified] == []
    for estimate in clean.found.estimates:
        off = abs(estimate.value / clean.known[estimate.name] - 1.0)
        limit = LOOSER.get(estimate.name.split("_")[0], 3e-6)
        assert off < limit, (estimate.name, off)


def test_every_estimate_tells_its_runs(clean: Clean) -> None:
    """An estimate names the runs it rests on, and what only the product can say."""
    merit, product = clean.found.find("figure_of_merit"), clean.found.find(PRODUCT)
    assert merit is not None
    assert product is not None
    assert merit.runs == tuple(f"hover {n}" for n in range(6))
    assert "glides" in product.caution
    assert clean.found.maker == "twin"


def test_intervals_hold_the_truth_in_noise() -> None:
    """In a campaign with noise, gusts, lost rows and spikes nearly all intervals hold it."""
    found, known = identify_campaign(0)
    assert len(found.estimates) == len(identifying.NAMES)
    outside = [e.name for e in found.estimates if not e.low <= known[e.name] <= e.high]
    assert len(outside) <= 3, outside


def test_too_few_runs_are_refused_with_what_lacks(clean: Clean) -> None:
    """Two hovers tell nothing of themselves; the answer names the runs that would."""
    found = identify(
        [run for run in clean.runs if run.run_id in ("hover 0", "hover 1")], default_type()
    )
    assert found.estimates == ()
    lacking = {gone.name: gone.missing for gone in found.not_identified}
    assert lacking["figure_of_merit"].startswith("2 of at least 3 runs with a steady hover")
    assert "load bank" in lacking["gross_kwh"]
    assert "3 speeds" in lacking[PRODUCT]


def test_one_run_twice_is_refused(clean: Clean) -> None:
    """A run counts once."""
    with pytest.raises(InvalidInput, match="each run once"):
        identify([clean.runs[0], clean.runs[0]], default_type())


def test_doubtful_readings_move_nothing(clean: Clean) -> None:
    """Readings that are absent are used nowhere: a tenth of them gone changes no estimate."""
    rng = np.random.default_rng(1)
    holed = []
    for run in clean.runs[:12]:
        gone = (
            rng.uniform(
                size=len(run.columns["at_ms"] if "at_ms" in run.columns else run.columns["lon_deg"])
            )
            < 0.1
        )
        columns = {name: np.where(gone, np.nan, column) for name, column in run.columns.items()}
        holed.append(replace(run, columns=columns))
    found = identify(holed, default_type())
    for name in ("figure_of_merit", "drivetrain_efficiency", PRODUCT, "best_range_speed_mps"):
        estimate = found.find(name)
        assert estimate is not None
        assert estimate.value == pytest.approx(clean.known[name], rel=1e-4)


def test_runs_of_one_speed_each_tell_the_polar_together() -> None:
    """Eight runs at four speeds, one each, give what no run gives alone."""
    plans = [
        Plan(
            f"cruise {n}",
            (
                Segment(
                    label="cruise",
                    manoeuvre="cruise",
                    duration_s=45.0,
                    airspeed_mps=(48.0, 56.0, 64.0, 72.0)[n % 4],
                    height_agl_m=150.0,
                    course_deg=90.0,
                ),
            ),
        )
        for n in range(8)
    ]
    runs, known = fly_campaign(5, noise=0.0, plans=plans)
    product = identify(runs, default_type()).find(PRODUCT)
    assert product is not None
    assert product.value == pytest.approx(known[PRODUCT], rel=1e-5)
    assert len(product.runs) >= 6


def test_a_knocked_off_discharge_tells_no_usable_energy(clean: Clean) -> None:
    """Where power fell away because the run was called off, the packs did not cut off."""
    runs = [replace(run, is_whole=False) for run in clean.runs if "empty" in run.run_id]
    found = identify(runs, default_type())
    assert found.find("cold_factor_at_0") is None
    assert found.find("gross_kwh") is not None


def test_common_uncertainty_widens_and_is_told() -> None:
    """A calibration shared by all runs adds in quadrature and shows beside the interval."""
    runs, _ = fly_campaign(7, plans=plan_runs()[:6])
    alone = identify(runs, default_type()).find("drivetrain_efficiency")
    told = identify(runs, default_type(), Calibration(torque_share=0.01)).find(
        "drivetrain_efficiency"
    )
    assert alone is not None
    assert told is not None
    assert told.systematic == pytest.approx(0.01 * told.value)
    assert told.half == pytest.approx(np.hypot(alone.half, 1.96 * told.systematic), rel=0.01)


def test_student_and_mean_are_the_textbook_ones() -> None:
    """t(4, 0.975) is 2.776; a mean's error is the scatter over the root of the runs."""
    assert student(4) == pytest.approx(2.776, abs=1e-3)
    mean = mean_over_runs(np.array([1.0, 2.0, 3.0]))
    assert (mean.value, mean.dof) == (2.0, 2)
    assert mean.error == pytest.approx(3**-0.5)


def test_freedom_grows_with_what_is_known() -> None:
    """With a common part that is known the interval is between Student's and the normal one."""
    fitted = Fitted(1.0, 0.1, 3)
    assert fitted.half() == pytest.approx(0.3182, abs=1e-4)
    assert 1.96 * 0.1414 < fitted.half(0.1) < 2.24 * 0.1414


def test_line_and_hats() -> None:
    """A straight fit gives back its line; hat functions give what is straight between knots."""
    x = np.array([0.0, 1.0, 2.0, 3.0])
    fit = fit_linear(np.column_stack([np.ones(4), x]), 2.0 + 3.0 * x)
    assert fit.values == pytest.approx([2.0, 3.0])
    knots = np.array([0.0, 1.0, 3.0])
    assert hats(np.array([-1.0, 0.5, 2.0, 4.0]), knots) @ np.array(
        [1.0, 2.0, 0.0]
    ) == pytest.approx([0.0, 1.5, 1.0, -1.0])
