"""The exact search for losses of separation against plain sampling."""

from pathlib import Path

import numpy as np
import pytest

from aspan.audit.geodesy import Plane
from aspan.audit.law04_separation import Segments, _pair_candidates, _quadratic_span
from aspan.audit.run import Track
from unit.audit.runs import audit_rows, make_run, pick, violated


def random_track(name: str, dice: np.random.Generator) -> Track:
    """Return a wandering track of twenty vertices in a square of 20 km."""
    steps = dice.uniform(-1500.0, 1500.0, (2, 20)).cumsum(axis=1)
    at_ms = dice.uniform(0, 60_000) + np.arange(20, dtype=np.float64) * 20_000.0
    start = dice.uniform(0.0, 20_000.0, 2)
    zero = np.zeros(20, dtype=np.float64)
    return Track(
        name, at_ms, start[0] + steps[0], start[1] + steps[1], zero, zero, zero, zero, ("",) * 20
    )


@pytest.mark.parametrize("seed", range(5))
def test_candidates_hold_every_pair_that_comes_near(seed: int) -> None:
    """Two tracks that sampling finds within the minimum share a candidate pair of segments."""
    dice = np.random.default_rng(seed)
    tracks = tuple(random_track(f"S{i}", dice) for i in range(12))
    segments = Segments(tracks)
    a, b = _pair_candidates(segments, 460.0)
    pairs = {tuple(sorted(p)) for p in zip(segments.owner[a], segments.owner[b], strict=True)}
    instants = np.arange(60_000.0, 380_000.0, 500.0)
    x = [np.interp(instants, t.at_ms, t.x_m) for t in tracks]
    y = [np.interp(instants, t.at_ms, t.y_m) for t in tracks]
    near = {
        (i, j)
        for i in range(12)
        for j in range(i + 1, 12)
        if np.hypot(x[i] - x[j], y[i] - y[j]).min() < 460.0
    }
    assert near
    assert near <= pairs


def test_quadratic_span_is_where_the_form_is_negative() -> None:
    """The roots of s² - 4 bound its span; a constant is negative always or never."""
    low, high = _quadratic_span(np.array([1.0, 0.0, 0.0]), np.zeros(3), np.array([-4.0, -1.0, 1.0]))
    assert (low[0], high[0]) == (-2.0, 2.0)
    assert (low[1], high[1]) == (-np.inf, np.inf)
    assert low[2] > high[2]


@pytest.mark.parametrize(("apart_m", "broken"), [(458.0, {"separation"}), (461.0, set())])
def test_loss_between_vertices_is_found_to_a_metre(
    apart_m: float, broken: set[str], tmp_path: Path
) -> None:
    """Head-on cruise on parallel lines is a loss below 460 m sideways, not above."""
    run = make_run()
    plane = Plane(77.11)
    _, south = plane.project_point(77.11, 43.494)
    _, north = plane.project_point(77.11, 43.495)
    for row in run["tracks"]:
        if row["sortie_id"] == "S2" and row["altitude_amsl_m"] == 1300.0:
            row["altitude_amsl_m"] = 1000.0
            row["lat_deg"] += -0.012 + 0.001 * apart_m / (north - south)
    assert pick(run, "tracks", sortie_id="S2", altitude_amsl_m=1000.0)["lat_deg"] < 43.499
    found = violated(audit_rows(run, tmp_path))
    assert found - {"track-speed-stated"} == broken
