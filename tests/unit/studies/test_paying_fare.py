"""The fare at which a programme pays for itself, with passengers who answer to it."""

from functools import cache

import msgspec
import pytest

from aspan.studies.finance import account, total
from aspan.studies.money import Case
from aspan.studies.paying_fare import FARE_FACTORS, find_paying_fare
from aspan.studies.plan import Programme, Stage
from aspan.studies.plan_city import own_plan
from aspan.studies.programme_money import make_case, mean_day_of
from aspan.studies.setting import Setting
from aspan.studies.surrogate.surrogate import Surrogate
from aspan.world.readers.costs import load_costs
from shipped import read_shipped


@cache
def _surrogate() -> Surrogate:
    return Surrogate(read_shipped("tiny"), parties=400)


def _case() -> Case:
    """Return two stages of the tiny city's own network at four fifths of its fare."""
    city = read_shipped("tiny")
    plan = own_plan(city, fare_factor=0.8)
    means = [mean_day_of(_surrogate().estimate(plan, Setting()))] * 2
    stages = tuple(
        Stage(first_year=first, years=years, plan=plan) for first, years in ((2029, 1), (2030, 4))
    )
    return make_case(Programme(stages=stages), means, load_costs(city), (2, 4))


def test_no_fare_pays_for_a_few_passengers() -> None:
    """No fare pays where costs are honest; every fare somebody pays was asked, least loss told."""
    case = _case()
    found = find_paying_fare(_surrogate(), case, Setting())
    assert found is not None
    assert found.fare_tiyn is None
    assert found.asked == len(FARE_FACTORS)
    assert found.low_tiyn < found.least_fare_tiyn <= found.high_tiyn
    own = total(account(case))
    assert own.mean_fare_tiyn is not None
    assert found.high_tiyn > 3 * own.mean_fare_tiyn
    assert 0 < found.least_cost_tiyn <= own.net_present_cost_tiyn
    assert found.least_passengers_per_day > 0.0


def test_a_fare_that_pays_is_told() -> None:
    """Were fares worth ten thousand times more every one would pay; the lowest is told."""
    case, surrogate = _case(), _surrogate()
    dear = msgspec.structs.replace(case.means[0], revenue_tiyn=case.means[0].revenue_tiyn * 1e4)
    rich = msgspec.structs.replace(case, means=(dear, dear))
    found = find_paying_fare(surrogate, rich, Setting(), more=(0.8,))
    assert found is not None
    fares = total(account(rich)).mean_fare_tiyn
    assert fares is not None
    assert found.low_tiyn < fares < found.high_tiyn
    assert found.fare_tiyn == found.low_tiyn


def test_without_passengers_nothing_is_told() -> None:
    """Where nobody flew no fare is asked about."""
    case = _case()
    nobody = msgspec.structs.replace(case.means[0], passengers_flown=0.0, revenue_tiyn=0.0)
    empty = msgspec.structs.replace(case, means=(nobody, nobody))
    assert find_paying_fare(_surrogate(), empty, Setting()) is None


@pytest.mark.parametrize("factor", [0.5, 1.0])
def test_answers_are_the_same_again(factor: float) -> None:
    """The same question has the same answer, and a fare of the study's own is asked as well."""
    first, again = (
        find_paying_fare(_surrogate(), _case(), Setting(), more=(factor,)) for _ in range(2)
    )
    assert first == again
    assert first is not None
    assert first.asked == len({*FARE_FACTORS, factor})
