"""The watch calls what is beyond a limit, in time, and nothing else; whatever the batches."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from aspan.evidence.card import Limit
from aspan.evidence.fence import Fence, FenceVolume
from aspan.evidence.limit_watch import Breach, LimitWatch
from aspan.primitives.errors import InvalidInput
from knock_off_drill import HOVER, KINDS, OWN_CARDS, Kind, plant, ride

SPEED = Limit(limit_id="speed", channel="airspeed_mps", low=10.0, high=80.0)
LINK = Limit(limit_id="link", channel="link", high=5.0)

Columns = dict[str, NDArray[Any]]


def _rows(values: list[float], channel: str = "airspeed_mps") -> Columns:
    count = len(values)
    return {
        "at_ms": np.arange(count, dtype=np.int64) * 100,
        "sequence": np.arange(count, dtype=np.int64),
        channel: np.array(values, dtype=np.float64),
    }


def _cut(rows: Columns, sizes: list[int]) -> Iterator[Columns]:
    first = 0
    for size in [*sizes, len(rows["at_ms"])]:
        yield {name: column[first : first + size] for name, column in rows.items()}
        first += size


def _without(rows: Columns, lost: slice) -> Columns:
    keep = np.ones(len(rows["at_ms"]), dtype=bool)
    keep[lost] = False
    return {name: column[keep] for name, column in rows.items()}


def test_the_sixth_row_beyond_is_the_breach() -> None:
    """At 10 Hz six rows of nine at or beyond a limit break it, five do not."""
    assert LimitWatch([SPEED]).feed(_rows([50.0] * 20 + [80.0] * 5 + [50.0] * 20)) == []
    breaches = LimitWatch([SPEED]).feed(_rows([50.0] * 20 + [80.0] * 6))
    assert breaches == [
        Breach(limit_id="speed", channel="airspeed_mps", cause="beyond", at_ms=2_500, value=80.0)
    ]


def test_a_low_limit_is_watched_too() -> None:
    """Below the low is beyond."""
    assert [b.value for b in LimitWatch([SPEED]).feed(_rows([50.0] * 9 + [9.0] * 9))] == [9.0]


def test_spikes_and_missing_readings_are_no_breach() -> None:
    """One row in two may be a spike or NaN for two seconds."""
    assert LimitWatch([SPEED]).feed(_rows([50.0, 1e6, 50.0, np.nan, 1e6] * 20)) == []


def test_a_sensor_that_is_mostly_silent_is_watched_by_its_readings() -> None:
    """Six readings beyond are a breach, however many rows lie between them, in any batches."""
    for silent in (0, 1, 2, 9):
        values = [50.0] * 9 + ([90.0] + [np.nan] * silent) * 6
        told = LimitWatch([SPEED]).feed(_rows(values))
        assert [(b.cause, b.value) for b in told] == [("beyond", 90.0)]
        assert told[0].at_ms == 100 * (9 + 5 * (1 + silent))
        watch = LimitWatch([SPEED])
        assert [b for part in _cut(_rows(values), [1]) for b in watch.feed(part)] == told


def test_a_missing_channel_is_lost_after_five_seconds() -> None:
    """A watched channel that says nothing for 5 s, or that nobody records, is told as silent."""
    silent = LimitWatch([SPEED]).feed(_rows([50.0] * 10 + [np.nan] * 60))
    absent = LimitWatch([SPEED]).feed(_rows([50.0] * 60, "pitch_deg"))
    assert [(b.cause, b.at_ms) for b in silent] == [("silent", 900 + 5_000)]
    assert [(b.cause, b.at_ms) for b in absent] == [("silent", 5_000)]


def test_a_lost_link_is_told_by_the_clock_or_by_the_next_row() -> None:
    """Five seconds without a row: known at once by the clock, else at the next row, as of then."""
    rows = _without(_rows([50.0] * 100), slice(20, 80))
    ticking, waiting = LimitWatch([LINK]), LimitWatch([LINK])
    assert ticking.feed({name: column[:20] for name, column in rows.items()}) == []
    assert ticking.tick(6_800) == []
    told = ticking.tick(6_900)
    assert told == waiting.feed(rows)
    assert [(b.cause, b.at_ms, b.value) for b in told] == [("link", 6_900, 5.0)]
    assert ticking.tick(7_000) == []


def test_a_link_that_never_began_is_lost_too() -> None:
    """Without a first row the time of the link runs from the beginning of the run."""
    assert LimitWatch([LINK], begun_at_ms=1_000).tick(6_000) != []
    assert LimitWatch([LINK]).tick(6_000) == []


def test_late_and_doubled_rows_count_once() -> None:
    """The same row beyond the limit, sent nine times, is one reading."""
    rows = _rows([50.0] * 9 + [90.0] + [50.0] * 9)
    order = np.array([*range(10), *([9] * 9), *range(10, 19)])
    again = {name: column[order] for name, column in rows.items()}
    assert LimitWatch([SPEED]).feed(again) == []


def test_a_clock_that_steps_back_hides_nothing() -> None:
    """After a step back of a minute a silent channel is still told."""
    rows = _rows([50.0] * 20 + [np.nan] * 60)
    rows["at_ms"][20:] -= 60_000
    assert [b.cause for b in LimitWatch([SPEED, LINK]).feed(rows)] == ["silent"]


def test_a_fence_is_broken_outside_all_its_volumes() -> None:
    """Inside one of two volumes is inside; above both is not."""
    square = ((77.0, 43.0), (77.01, 43.0), (77.01, 43.01), (77.0, 43.01))
    low = FenceVolume(corners=square, upper_amsl_m=700.0)
    high = FenceVolume(corners=square, lower_amsl_m=700.0, upper_amsl_m=900.0)
    limit = Limit(limit_id="fence", channel="fence", high=0.0)
    watch = LimitWatch([limit], fence=Fence([low, high]))
    rows = _rows([600.0] * 9 + [800.0] * 9 + [903.0] * 9, "altitude_amsl_m")
    rows |= {"lon_deg": np.full(27, 77.005), "lat_deg": np.full(27, 43.005)}
    breaches = watch.feed(rows)
    assert [(b.limit_id, b.at_ms) for b in breaches] == [("fence", 2_300)]
    assert breaches[0].value == pytest.approx(3.0)


def test_distance_to_a_fence_is_measured_to_the_nearest_wall() -> None:
    """A degree of latitude at 43.87° is 111,106 m, of longitude 80,367 m (WGS 84)."""
    volume = FenceVolume(corners=((77.0, 43.87), (77.1, 43.87), (77.1, 43.97), (77.0, 43.97)))
    lon, lat = np.array([77.05, 76.9, 77.001]), np.array([43.86, 43.9, 43.9])
    outside = Fence([volume]).outside_m(lon, lat, np.zeros(3))
    assert outside == pytest.approx([1_111.06, 8_036.7, -80.37], rel=1e-3)


@given(st.lists(st.integers(1, 40), max_size=12), st.integers(0, 2**20))
def test_what_is_told_does_not_depend_on_batches(sizes: list[int], seed: int) -> None:
    """The same rows cut in any way breach the same limits at the same instants."""
    rng = np.random.Generator(np.random.PCG64(seed))
    values = 70.0 + 12.0 * rng.standard_normal(160).cumsum() / 6.0
    values[rng.random(160) < 0.2] = np.nan
    values[40:100] = np.where(rng.random() < 0.5, np.nan, values[40:100])
    rows = _without(_rows(values.tolist()), slice(110, 110 + int(rng.integers(0, 60))))
    limits = [SPEED, LINK]
    whole = LimitWatch(limits).feed(rows)
    watch = LimitWatch(limits)
    pieces = [breach for batch in _cut(rows, sizes) for breach in watch.feed(batch)]
    assert sorted(pieces, key=lambda b: (b.at_ms, b.cause)) == sorted(
        whole, key=lambda b: (b.at_ms, b.cause)
    )


@pytest.mark.parametrize(
    "limit",
    [
        Limit(limit_id="a", channel="airspeed_mps"),
        Limit(limit_id="a", channel="airspeed_mps", low=80.0, high=80.0),
        Limit(limit_id="a", channel="airspeed_mps", high=float("nan")),
        Limit(limit_id="a", channel="airspeed_kmh", high=300.0),
        Limit(limit_id="a", channel="link", high=0.0),
        Limit(limit_id="a", channel="fence", low=-1.0, high=0.0),
        Limit(limit_id="a", channel="fence", high=0.0),
    ],
)
def test_limits_that_nothing_can_keep_are_refused(limit: Limit) -> None:
    """No bound, crossed bounds, no number, an unknown channel, no time, no volumes: refused."""
    with pytest.raises(InvalidInput):
        LimitWatch([limit])


@pytest.mark.parametrize("kind", KINDS)
def test_a_planted_breach_is_called_within_a_second(kind: Kind) -> None:
    """A slice of the long drill: one breach of each kind, in a hover."""
    outcome = plant(900, kind, HOVER)
    assert outcome.called_at_ms is not None
    assert outcome.called_at_ms >= outcome.neared_at_ms
    assert outcome.delay_ms <= 1_000.0, outcome


def test_clean_runs_along_their_limits_are_left_alone() -> None:
    """A slice of the long drill: no alarm, for minutes along most limits."""
    rides = [ride(990 + number, card) for number, card in enumerate(OWN_CARDS)]
    assert [flown for flown in rides if flown.alarms] == []
    assert min(flown.riding_s for flown in rides) > 2_000.0
