"""Telemetry: every row is kept, and what is doubtful about it is flagged."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from aspan.evidence.telemetry.doubts import Doubter, is_clean
from aspan.evidence.telemetry.flags import Doubt
from aspan.evidence.telemetry.keeping import load_run
from aspan.evidence.telemetry.layout import Column
from aspan.evidence.telemetry.manifest import read_manifest
from aspan.evidence.telemetry.rows import NO_TIME, Rows, make_rows, take_rows
from unit.evidence.telemetry_rows import CHANNELS, START_AT_MS, keep, make_layout, make_steady


def flagged(frame: pl.DataFrame, doubt: Doubt) -> list[int]:
    """Return the kept places of the rows with a doubt."""
    return np.flatnonzero(frame["flags"].to_numpy() & np.uint32(int(doubt))).tolist()


def pick(rows: Rows, *places: int | range) -> Rows:
    """Return rows in another order of arrival; one may come twice."""
    index = [k for place in places for k in (place if isinstance(place, range) else [place])]
    return take_rows(rows, np.array(index, np.int64))


def test_a_steady_flight_has_no_doubts(tmp_path: Path) -> None:
    """Noise of the stated size is neither a jump nor stuck, over 20,000 readings."""
    manifest = keep(tmp_path / "run", make_steady(5_000))
    assert manifest.doubts == {}
    assert manifest.missing_rows == 0
    frame = load_run(tmp_path / "run")
    assert frame["flags"].max() == 0
    assert is_clean(frame, CHANNELS, read_manifest(tmp_path / "run")).all()


def test_a_gap_is_counted_and_the_row_after_it_is_sound(tmp_path: Path) -> None:
    """Rows 10 to 14 are lost: the next says so, five are missing, and it may be used."""
    manifest = keep(tmp_path / "run", pick(make_steady(40), range(10), range(15, 40)))
    frame = load_run(tmp_path / "run")
    assert flagged(frame, Doubt.GAP) == [10]
    assert manifest.missing_rows == 5
    assert manifest.doubts == {"gap": 1}
    assert is_clean(frame, CHANNELS, read_manifest(tmp_path / "run")).all()


def test_shuffled_rows_are_put_in_order(tmp_path: Path) -> None:
    """Rows that come within the window of 5 are kept in order, flagged, and may be used."""
    keep(tmp_path / "run", pick(make_steady(30), range(10), 12, 11, 10, range(13, 30)))
    frame = load_run(tmp_path / "run")
    assert frame["sequence"].to_list() == list(range(30))
    assert flagged(frame, Doubt.SHUFFLED) == [10, 11]
    assert is_clean(frame, CHANNELS, read_manifest(tmp_path / "run")).all()


def test_a_row_beyond_the_window_is_kept_late(tmp_path: Path) -> None:
    """Row 10 comes 15 rows after its place: it stays where it came, flagged, and is not used."""
    manifest = keep(
        tmp_path / "run", pick(make_steady(40), range(10), range(11, 26), 10, range(26, 40))
    )
    frame = load_run(tmp_path / "run")
    assert len(frame) == 40
    assert flagged(frame, Doubt.LATE) == [25]
    assert frame["sequence"][25] == 10
    assert manifest.missing_rows == 1
    assert not is_clean(frame, CHANNELS, read_manifest(tmp_path / "run"))[25]


def test_a_copy_is_told_from_another_row_of_the_same_number(tmp_path: Path) -> None:
    """Of a number with two contents neither row is used; of a true copy the first one is."""
    rows = pick(make_steady(40), range(20), 5, 7, range(20, 40))
    rows.values[0, 21] += 1.0
    keep(tmp_path / "run", rows)
    frame = load_run(tmp_path / "run")
    assert flagged(frame, Doubt.DUPLICATE_SAME) == [20]
    assert flagged(frame, Doubt.DUPLICATE_OTHER) == [21]
    unused = np.flatnonzero(
        ~is_clean(frame, CHANNELS, read_manifest(tmp_path / "run")).to_numpy()
    ).tolist()
    assert unused == [7, 20, 21]


def test_a_misread_number_moves_nothing(tmp_path: Path) -> None:
    """Row 10 says 9,000,000: it is flagged, and the rows after it are in their places."""
    rows = make_steady(60)
    rows.sequence[10] = 9_000_000
    manifest = keep(tmp_path / "run", rows)
    frame = load_run(tmp_path / "run")
    odd = flagged(frame, Doubt.NO_SEQUENCE)
    assert [frame["sequence"][k] for k in odd] == [9_000_000]
    assert manifest.missing_rows == 1
    assert "late" not in manifest.doubts


def test_a_run_may_begin_at_any_number(tmp_path: Path) -> None:
    """Rows from 500 on are no gap."""
    manifest = keep(tmp_path / "run", pick(make_steady(600), range(500, 600)))
    assert manifest.doubts == {}


@pytest.mark.parametrize("step_ms", [1_000, 3_600_000])
def test_a_clock_that_steps_forward(tmp_path: Path, step_ms: int) -> None:
    """The row at the step is flagged; those after it keep time among themselves."""
    rows = make_steady(40)
    rows.at_ms[20:] += step_ms
    keep(tmp_path / "run", rows)
    assert flagged(load_run(tmp_path / "run"), Doubt.CLOCK_STEP) == [20]


def test_a_clock_that_runs_backward(tmp_path: Path) -> None:
    """Every row is flagged until the clock has passed its latest instant."""
    rows = make_steady(60)
    rows.at_ms[20:] -= 1_000
    keep(tmp_path / "run", rows)
    frame = load_run(tmp_path / "run")
    assert flagged(frame, Doubt.CLOCK_STEP) == [20]
    assert flagged(frame, Doubt.TIME_BACKWARD) == list(range(20, 29))


def test_without_numbers_lost_time_is_a_gap(tmp_path: Path) -> None:
    """A recorder that writes no numbers: two seconds lost are 20 rows at 10 Hz."""
    rows = make_steady(40)
    rows.at_ms[20:] += 2_000
    manifest = keep(tmp_path / "run", rows, layout=make_layout(sequence=None))
    assert manifest.doubts == {"gap": 1}
    assert manifest.missing_rows == 20


def test_a_row_without_an_instant(tmp_path: Path) -> None:
    """It is kept in its place with no time, and the next is held against the one before."""
    rows = make_steady(40)
    rows.at_ms[20] = NO_TIME
    manifest = keep(tmp_path / "run", rows)
    frame = load_run(tmp_path / "run")
    assert frame["at_ms"][20] is None
    assert manifest.doubts == {"no_time": 1}


def test_live_rows_are_held_against_their_arrival() -> None:
    """An instant ten seconds before its arrival is doubted, but only of live rows."""
    sequence = np.arange(4, dtype=np.int64)
    rows = make_rows(
        sequence,
        START_AT_MS + 100 * sequence,
        make_steady(4).values,
        received_at_ms=START_AT_MS + 10_000,
    )
    live = Doubter(make_layout(), is_live=True).mark(rows).rows.flags
    later = Doubter(make_layout(), is_live=False).mark(rows).rows.flags
    assert (live & int(Doubt.CLOCK_OFF) != 0).all()
    assert not later.any()


def test_a_spike_is_one_jump(tmp_path: Path) -> None:
    """A reading 60 m/s off is flagged; the one after it is held against the one before it."""
    rows = make_steady(40)
    rows.values[1, 20] += 60.0
    manifest = keep(tmp_path / "run", rows)
    frame = load_run(tmp_path / "run")
    assert flagged(frame, Doubt.JUMP) == [20]
    assert manifest.values_doubted == {"airspeed_mps": {"jump": 1}}
    assert not is_clean(frame, ("airspeed_mps",), read_manifest(tmp_path / "run"))[20]
    assert is_clean(frame, ("altitude_amsl_m",), read_manifest(tmp_path / "run"))[20]


def test_a_new_level_is_believed_once_it_could_be_reached(tmp_path: Path) -> None:
    """Speed that rises by 60 m/s at once, where 40 m/s take a second, is doubted for 1.4 s."""
    rows = make_steady(60)
    rows.values[1, 20:] += 60.0
    keep(tmp_path / "run", rows)
    assert flagged(load_run(tmp_path / "run"), Doubt.JUMP) == list(range(20, 33))


def test_silence_and_nonsense_of_a_sensor(tmp_path: Path) -> None:
    """NaN is absent; infinite, huge and impossible values are out of range, and kept."""
    rows = make_steady(40)
    rows.values[2, 10] = np.nan
    rows.values[2, 11:14] = (np.inf, 1e300, 1_000.0)
    keep(tmp_path / "run", rows)
    frame = load_run(tmp_path / "run")
    assert flagged(frame, Doubt.ABSENT) == [10]
    assert flagged(frame, Doubt.OUT_OF_RANGE) == [11, 12, 13]
    assert frame["pack1_temperature_k"][13] == 1_000.0
    assert frame["as_sent"][12] == '{"pack1_t":"1e+300"}'
    assert flagged(frame, Doubt.JUMP) == []


def test_a_stuck_sensor(tmp_path: Path) -> None:
    """A value that repeats is flagged after five seconds; a channel that may rest is not."""
    rows = make_steady(200)
    rows.values[3, 50:150] = 700.0
    rows.values[0, 50:150] = 700.0
    columns = [
        *make_layout().channels[1:],
        Column(column="alti", channel=CHANNELS[0], may_rest=True),
    ]
    rows = make_rows(rows.sequence, rows.at_ms, rows.values[[1, 2, 3, 0]])
    manifest = keep(tmp_path / "run", rows, layout=make_layout(channels=tuple(columns)))
    assert manifest.values_doubted == {"pack1_voltage_v": {"stuck": 50}}
    assert flagged(load_run(tmp_path / "run"), Doubt.STUCK) == list(range(100, 150))


def test_a_heading_through_north_is_no_jump(tmp_path: Path) -> None:
    """From 359 to 1 degree is a turn of two; a reading on the other side is a jump."""
    rows = make_steady(40)
    heading = (350.0 + 0.7 * np.arange(40)) % 360.0
    heading[30] = (heading[30] + 180.0) % 360.0
    rows.values[0] = heading
    columns = (Column(column="hdg", channel="heading_deg"), *make_layout().channels[1:])
    manifest = keep(tmp_path / "run", rows, layout=make_layout(channels=columns))
    assert manifest.values_doubted == {"heading_deg": {"jump": 1}}


def test_a_channel_in_a_doubtful_unit_is_clean_nowhere(tmp_path: Path) -> None:
    """Celsius told as kelvin: kept and named; its channel is never used, the others are."""
    rows = make_steady(400)
    rows.values[2] -= 273.15
    manifest = keep(tmp_path / "run", rows)
    assert [doubt.looks_like for doubt in manifest.units_doubtful] == ["degC or degF"]
    frame = load_run(tmp_path / "run")
    assert not is_clean(frame, ("pack1_temperature_k",), manifest).any()
    assert is_clean(frame, ("altitude_amsl_m",), manifest).all()
