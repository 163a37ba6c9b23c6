"""Each fault does what it says, from its onset, and nothing else."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from aspan.twin.card_faults import (
    AnyFault,
    CellSpread,
    ClockStep,
    Duplicates,
    Geofence,
    LinkLoss,
    Offset,
    OverPower,
    OverSpeed,
    OverTemperature,
    RowsLost,
    Shuffled,
    Silent,
    Spikes,
    Stuck,
    VoltageSag,
)
from aspan.twin.card_flight import Recording, fly_card
from aspan.twin.card_place import Air
from aspan.twin.card_profile import Segment
from flown_cards import LOAD, PLACE, the_aircraft

CRUISE = Segment(
    label="cruise", manoeuvre="cruise", duration_s=120.0, airspeed_mps=60.0, height_agl_m=100.0
)
ONSET_S = 100.0
ROW = 1_000
"""Row of the onset at 10 Hz, well within the cruise."""


def _fly(*faults: AnyFault, recover_at_s: float | None = None) -> Recording:
    return fly_card(
        [CRUISE], LOAD, the_aircraft(), air=Air(), place=PLACE, seed=5, faults=faults,
        recover_at_s=recover_at_s,
    )  # fmt: skip


@pytest.fixture(scope="module")
def well() -> Recording:
    """Return the run without any fault."""
    return _fly()


def _changed(run: Recording, well: Recording) -> set[str]:
    """Return the channels whose truth differs from the run without a fault."""
    return {
        name for name, column in run.truth.items() if not np.array_equal(column, well.truth[name])
    }


def _more(run: Recording, well: Recording, channel: str, after_s: float) -> float:
    row = ROW + round(after_s * 10.0)
    return float(run.truth[channel][row] - well.truth[channel][row])


def _equal(one: NDArray[Any], other: NDArray[Any]) -> bool:
    return bool(np.array_equal(one, other, equal_nan=True))


@pytest.mark.parametrize(
    ("fault", "channel", "rate"),
    [
        (
            OverTemperature(onset_s=ONSET_S, pack=2, rate_k_per_s=0.4),
            "pack2_temperature_k", 0.4,
        ),
        (CellSpread(onset_s=ONSET_S, pack=3, rate_v_per_s=0.001), "pack3_cell_spread_v", 0.001),
        (VoltageSag(onset_s=ONSET_S, pack=4, rate_v_per_s=1.5), "pack4_voltage_v", -1.5),
    ],
)  # fmt: skip
def test_faults_of_packs_grow_in_one_pack(
    fault: AnyFault, channel: str, rate: float, well: Recording
) -> None:
    """Temperature, spread and voltage of the pack named leave the truth at the rate stated."""
    run = _fly(fault)
    assert _changed(run, well) == {channel}
    assert _equal(run.truth[channel][: ROW + 1], well.truth[channel][: ROW + 1])
    assert _more(run, well, channel, 20.0) == pytest.approx(20.0 * rate)


def test_a_unit_that_draws_too_much_drains_the_packs(well: Recording) -> None:
    """Power and torque of one unit rise, the others are well, and the packs pay for it."""
    run = _fly(OverPower(onset_s=ONSET_S, unit=2, rate_kw_per_s=2.0))
    assert _more(run, well, "unit2_electrical_kw", 10.0) == pytest.approx(20.0)
    assert "unit1_electrical_kw" not in _changed(run, well)
    assert run.truth["pack1_soc"][ROW + 200] < well.truth["pack1_soc"][ROW + 200]


def test_over_speed_ends_with_the_recovery(well: Recording) -> None:
    """Airspeed ramps to its excess and power with it; recovered, the aircraft comes home."""
    fault = OverSpeed(onset_s=ONSET_S, rate_mps2=2.0, excess_mps_max=15.0)
    run = _fly(fault, recover_at_s=ONSET_S + 12.0)
    assert _more(run, well, "airspeed_mps", 5.0) == pytest.approx(10.0)
    assert _more(run, well, "ground_speed_mps", 10.0) == pytest.approx(15.0)
    assert _more(run, well, "unit1_electrical_kw", 10.0) > 5.0
    assert run.truth["airspeed_mps"][ROW + 125 :].max() < 61.0
    assert run.truth["height_agl_m"][-1] == 0.0


def test_a_drift_leaves_the_track(well: Recording) -> None:
    """Ten seconds at 8 m/s sideways put the aircraft 80 m beside its track."""
    run = _fly(Geofence(onset_s=ONSET_S, course_deg=90.0, speed_mps=8.0))
    lon_m = 80_367.0 * _more(run, well, "lon_deg", 10.0)
    assert lon_m == pytest.approx(80.0, abs=1.0)
    assert _more(run, well, "lat_deg", 10.0) == pytest.approx(0.0, abs=1e-6)


def test_faults_of_sensors_leave_the_truth_alone(well: Recording) -> None:
    """Spikes, a stuck, a silent and a shifted sensor change readings, not the aircraft."""
    run = _fly(
        Spikes(onset_s=0.0, channel="pitch_deg", share=0.01, size=50.0),
        Stuck(onset_s=ONSET_S, channel="pack1_soc", duration_s=10.0),
        Silent(onset_s=ONSET_S, channel="roll_deg", duration_s=10.0),
        Offset(onset_s=ONSET_S, channel="pressure_pa", offset=500.0),
    )
    assert _changed(run, well) == set()
    apart = run.columns["pitch_deg"] - well.columns["pitch_deg"]
    assert set(np.round(apart, 6)) == {0.0, 50.0}
    assert np.mean(apart > 0.0) == pytest.approx(0.01, abs=0.005)
    stuck = run.columns["pack1_soc"]
    assert set(stuck[ROW : ROW + 100]) == {well.columns["pack1_soc"][ROW - 1]}
    assert np.flatnonzero(np.isnan(run.columns["roll_deg"])).tolist() == list(range(ROW, ROW + 100))
    shift = run.columns["pressure_pa"] - well.columns["pressure_pa"]
    assert np.allclose(shift, np.where(np.arange(len(shift)) >= ROW, 500.0, 0.0))


def test_a_lost_link_leaves_a_gap_and_the_segments_follow(well: Recording) -> None:
    """Rows of eight seconds never arrive; numbers show it; the segment is cut by as many."""
    run = _fly(LinkLoss(onset_s=ONSET_S, duration_s=8.0))
    lost = np.setdiff1d(well.columns["sequence"], run.columns["sequence"])
    assert lost.tolist() == list(range(ROW, ROW + 80))
    assert np.diff(run.columns["at_ms"]).max() == 8_100
    held, whole = run.segments["cruise"], well.segments["cruise"]
    assert (held.start, held.stop) == (whole.start, whole.stop - 80)
    assert len(run.truth["at_ms"]) == len(well.truth["at_ms"])


def test_rows_are_lost_doubled_shuffled_and_wrongly_stamped(well: Recording) -> None:
    """Each fault of the link changes which rows arrive or what they say of the time."""
    count = len(well.columns["at_ms"])
    lost = _fly(RowsLost(onset_s=0.0, share=0.05)).columns["sequence"]
    assert len(lost) == pytest.approx(0.95 * count, rel=0.02)
    twice = _fly(Duplicates(onset_s=0.0, share=0.05)).columns["sequence"]
    assert len(twice) == pytest.approx(1.05 * count, rel=0.02)
    assert len(np.unique(twice)) == count
    mixed = _fly(Shuffled(onset_s=ONSET_S, share=0.05)).columns["sequence"]
    assert sorted(mixed.tolist()) == list(range(count))
    assert mixed[:ROW].tolist() == list(range(ROW))
    assert (np.diff(mixed) < 0).any()
    stepped = _fly(ClockStep(onset_s=ONSET_S, step_ms=-3_000)).columns["at_ms"]
    assert int(stepped[ROW] - stepped[ROW - 1]) == -2_900
    assert _equal(stepped[:ROW], well.columns["at_ms"][:ROW])
