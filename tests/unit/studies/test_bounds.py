"""Bounds: what a flow needs, by hand and by law."""

import msgspec
import pytest

from aspan.primitives.errors import InvalidInput
from aspan.studies.bounds import (
    Duty,
    Flow,
    PairFlow,
    good_chargers,
    good_fleet,
    good_stands,
    least_chargers,
    least_fleet,
    least_pilots,
    least_stands,
)

FLOW = Flow(
    pairs=(
        PairFlow(origin="A", destination="B", sorties_per_h=6.0, block_h=0.2, charge_h=0.3),
        PairFlow(origin="B", destination="A", sorties_per_h=3.0, block_h=0.25, charge_h=0.05),
    ),
    turnaround_h=0.1,
    away_share=0.5,
    empty_h=0.3,
    patience_h=0.6,
    sorties_per_day=90.0,
    block_h_per_day=20.0,
    service_h=14.0,
)
DUTY = Duty(duty_h=10.0, flight_h=7.0, sectors=20)


def test_the_least_fleet_is_littles_law() -> None:
    """On the mean 6 · 0.65 + 3 · 0.5 = 5.4 aircraft are busy, so 6 are the least."""
    assert FLOW.busy_aircraft == pytest.approx(5.4)
    assert least_fleet(FLOW) == 6


def test_a_good_fleet_is_never_less_than_the_least() -> None:
    """Chance costs aircraft beyond the mean, and more so where less may be lost."""
    good = good_fleet(FLOW)
    assert good >= least_fleet(FLOW)
    assert good_fleet(FLOW, lost_max=0.001) > good_fleet(FLOW, lost_max=0.3)


def test_stands_and_chargers_follow_what_arrives() -> None:
    """6 arrivals an hour of 6 min and of 18 min of charge fill one stand and two chargers."""
    assert least_stands(FLOW, "B") == 1
    assert least_chargers(FLOW, "B") == 2
    assert good_stands(FLOW, "B", parked=3.0) > good_stands(FLOW, "B", parked=0.5)
    assert good_chargers(FLOW, "B") >= least_chargers(FLOW, "B")


def test_pilots_cover_the_tightest_of_their_limits_on_every_day() -> None:
    """90 sectors by 16 a pilot make 6; 3 aircraft manned 14 h make 6: each day of the year, 10."""
    assert least_pilots(FLOW, DUTY, 3) == 10
    assert least_pilots(FLOW, DUTY, 6) > least_pilots(FLOW, DUTY, 3)
    long = msgspec.structs.replace(FLOW, block_h_per_day=200.0)
    assert least_pilots(long, DUTY, 3) == 60


def test_no_flow_needs_no_aircraft() -> None:
    """Nothing asked for, nothing bought."""
    none = msgspec.structs.replace(FLOW, pairs=())
    assert (least_fleet(none), good_fleet(none)) == (0, 0)


def test_a_flow_that_is_none_is_refused() -> None:
    """A negative rate or a pair without length is bad input."""
    bad = PairFlow(origin="A", destination="B", sorties_per_h=-1.0, block_h=0.2, charge_h=0.1)
    with pytest.raises(InvalidInput, match="sorties_per_h"):
        msgspec.structs.replace(FLOW, pairs=(bad,))
    with pytest.raises(InvalidInput, match="away_share"):
        msgspec.structs.replace(FLOW, away_share=1.5)
