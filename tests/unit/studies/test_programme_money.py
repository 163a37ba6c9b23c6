"""The money of flown days: its sums are the account's, its intervals those of the days' luck."""

import msgspec
import numpy as np
import pytest

from aspan.studies.finance import account, total
from aspan.studies.flown import Flown
from aspan.studies.programme_money import CAPITAL, NPC, SUBSIDY, ProgrammeMoney, make_case
from money_cases import make_programme, tiny_costs
from unit.studies.flown_days import make_day

DELIVERIES = (2, 6, 15, 30)


def _flown(spread: float, **fixed: object) -> Flown:
    """Return two days a month about a mean, as unlike as `spread` says."""
    days = []
    for month in range(1, 13):
        for number, side in enumerate((-1.0, 1.0)):
            share = 1.0 + side * spread * (1.0 + 0.1 * month)
            lively = {
                "energy_kwh": 16_000.0 * share, "grid_kwh": 17_400.0 * share,
                "pilots_on_duty": round(120 * share), "flight_ms": round(144_000_000 * share),
                "sorties_flown": round(240 * share), "passengers_flown": round(300 * share),
                "revenue_tiyn": round(1_350_000_000 * share),
            }  # fmt: skip
            days.append(make_day(month, number, **(lively | fixed)))
    return Flown(days)


def _money(flown: Flown) -> ProgrammeMoney:
    return ProgrammeMoney(make_programme(), (flown, flown), tiny_costs(), DELIVERIES)


@pytest.mark.parametrize("field", ["pilots_on_duty", "energy_kwh"])
def test_an_interval_follows_the_trend_of_whole_things(field: str) -> None:
    """Days that differ in one figure give the width that the trend of the account gives.

    Pilots are rounded up and packs are bought whole; the trend is a line fitted through 201
    accounts within a third of the mean.
    """
    quiet = _flown(0.0)
    even = {name: getattr(quiet.days[0], name) for name in ("energy_kwh", "pilots_on_duty")}
    lively = Flown(
        tuple(
            msgspec.structs.replace(day, **{field: even[field] * (1.0 + side * 0.1)})
            for day, side in zip(quiet.days, (-1.0, 1.0) * 12, strict=True)
        )
    )
    money = _money(lively)
    found = money.figure(NPC)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    mean = even[field]
    values = np.linspace(mean * 2.0 / 3.0, mean * 4.0 / 3.0, 201)
    costs = []
    for value in values.tolist():
        means = [msgspec.structs.replace(m, **{field: value}) for m in money.case.means]
        case = make_case(make_programme(), means, tiny_costs(), DELIVERIES)
        costs.append(total(account(case)).net_present_cost_tiyn)
    slope = np.polyfit(values, costs, 1)[0]
    width = lively.figure_of(field, "1")
    assert width.low is not None
    assert width.high is not None
    assert found.high - found.low == pytest.approx(slope * (width.high - width.low), rel=0.1)


def test_sums_are_those_of_the_account_and_lie_in_their_intervals() -> None:
    """The value is the account of the mean day; livelier days make its interval wider."""
    calm, lively = _money(_flown(0.02)), _money(_flown(0.1))
    for name in (NPC, SUBSIDY):
        first, second = calm.figure(name), lively.figure(name)
        assert first is not None
        assert second is not None
        assert first.value == calm.outputs[name]
        for figure in (first, second):
            assert figure.low is not None
            assert figure.high is not None
            assert figure.low < figure.value < figure.high
        assert (second.high or 0.0) - (second.low or 0.0) > (first.high or 0) - (first.low or 0)
    assert total(calm.account).net_present_cost_tiyn == calm.outputs[NPC]


def test_days_that_are_all_alike_leave_nothing_open() -> None:
    """With one and the same day again and again the interval is its value."""
    money = _money(_flown(0.0))
    found = money.figure(CAPITAL)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((found.value, found.value))
