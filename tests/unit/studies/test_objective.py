"""The objective as a value of a day: what is better counts more, under every objective."""

from typing import get_args

import pytest

from aspan.studies.objective import Yardstick, least_served
from aspan.studies.study import Objective
from unit.studies.flown_days import make_day

BETTER: dict[str, dict[str, object]] = {
    "minutes_saved": {"minutes_saved": 700.0},
    "passengers": {"passengers_flown": 31},
    "fairness": {"passengers_by_zone": {"z1": 20.0, "z2": 11.0}},
    "noise": {"people_above_day_limit": -1},
    "deficit": {"refunds_tiyn": 0},
    "cost_per_minute": {"minutes_saved": 700.0},
}


@pytest.mark.parametrize("objective", get_args(Objective))
def test_a_better_day_is_worth_more(objective: Objective) -> None:
    """A day that is better in what the objective asks for has a greater value; another has not."""
    yardstick = Yardstick(
        objective=objective,
        kept_share=0.8,
        running_tiyn={"p": 1e6},
        whole_tiyn={"p": 5e6},
        minute_tiyn=1000.0,
        zone_ids=frozenset({"z2"}),
    )
    day = make_day(1, 0, people_above_day_limit=10)
    better = {"people_above_day_limit": 9} if objective == "noise" else BETTER[objective]
    assert yardstick.value(make_day(1, 0, **{"people_above_day_limit": 10, **better})) > (
        yardstick.value(day)
    )
    other = make_day(1, 0, people_above_day_limit=10, trips=9)
    assert yardstick.value(other) == yardstick.value(day)


def test_a_plan_that_costs_more_is_worth_less_by_money() -> None:
    """With the same day, a plan of dearer operations or dearer in all is worth less."""
    day = make_day(1, 0)
    for objective, field in (("deficit", "running_tiyn"), ("cost_per_minute", "whole_tiyn")):
        cheap, dear = (
            Yardstick(objective=objective, minute_tiyn=10.0, **{field: {"p": cost}})  # type: ignore[arg-type]
            for cost in (1.0, 2.0)
        )
        assert cheap.value(day) > dear.value(day)


def test_least_cost_a_minute_is_found_at_the_best_ratio() -> None:
    """Measured at the best ratio, the plan of that ratio is worth 0 and every other less."""
    minutes = {"a": 100.0, "b": 300.0, "c": 500.0}
    cost = {"a": 900.0, "b": 2400.0, "c": 4500.0}
    best = min(cost[name] / minutes[name] for name in cost)
    yardstick = Yardstick(objective="cost_per_minute", whole_tiyn=cost, minute_tiyn=best)
    worth = {
        name: yardstick.value(make_day(1, 0, plan_id=name, minutes_saved=minutes[name]))
        for name in cost
    }
    assert max(worth, key=lambda name: worth[name]) == "b"
    assert worth["b"] == pytest.approx(0.0)


def test_the_half_served_least_is_half_of_the_residents() -> None:
    """Zones are taken by passengers for each resident until half of the residents are in."""
    people = {"a": 100.0, "b": 300.0, "c": 600.0, "airport": 0.0}
    passengers = {"a": 10.0, "b": 3.0, "c": 1.0, "airport": 50.0}
    assert least_served(people, passengers) == {"c"}
    assert least_served(people, {"a": 0.0, "b": 0.0, "c": 9.0}) == {"a", "b", "c"}
