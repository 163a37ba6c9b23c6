"""Ranking and selection: the choice is right as often as it says, and resumable."""

import numpy as np
import pytest

from aspan.primitives.errors import InvalidInput
from aspan.studies.ranking import MoreDays, RankingRules, rank_plans
from study_contests import DAYS, RULES, draw_truth, play, play_contests, play_drawn_contests


def test_clear_best_is_found_with_few_days() -> None:
    """A plan far above the others is told apart at the first look."""
    ranked, flown = play(draw_truth([100.0, 50.0, 40.0], 1))
    assert (ranked.choice, ranked.outcome, ranked.looks) == ("plan0", "best", 1)
    assert flown == 3 * 24
    assert ranked.confidence > 0.99
    assert [plan.status for plan in ranked.plans] == ["chosen", "dropped", "dropped"]


def test_days_used_up_is_said() -> None:
    """Plans too close for the days end at the limit, with a confidence that says so."""
    ends = [play(draw_truth([100.0, 99.0, 101.0], seed, own_sd=60.0)) for seed in range(5)]
    assert {ranked.outcome for ranked, _ in ends} == {"limit"}
    assert not any(ranked.is_told_apart for ranked, _ in ends)
    assert {flown for _, flown in ends} == {3 * 96}
    assert 0.3 < float(np.mean([ranked.confidence for ranked, _ in ends])) < 0.95


def test_cheapest_of_the_alike_is_chosen() -> None:
    """Among plans within the indifference of each other the cheapest is chosen."""
    truth = draw_truth([100.0, 100.2, 60.0], 3, own_sd=1.0)
    ranked, _ = play(truth, costs={"plan0": 1.0, "plan1": 2.0, "plan2": 0.5})
    assert (ranked.choice, ranked.outcome) == ("plan0", "alike")
    assert {plan.name: plan.status for plan in ranked.plans} == {
        "plan0": "chosen",
        "plan1": "indifferent",
        "plan2": "dropped",
    }


def test_slightly_worse_but_cheaper_is_kept() -> None:
    """A plan shown to be worse by less than the indifference is not dropped if it is cheaper."""
    truth = draw_truth([100.0, 99.2], 4, own_sd=0.4)
    ranked, _ = play(truth, costs={"plan0": 2.0, "plan1": 1.0})
    assert ranked.choice == "plan1"
    assert play(truth, costs={"plan0": 1.0, "plan1": 2.0})[0].choice == "plan0"


def test_goes_on_where_it_stopped() -> None:
    """Told everything again from the start, it ends with the same choice, asked in any order."""
    truth = draw_truth([100.0, 97.0, 99.0, 80.0], 5)
    ranked, _ = play(truth)
    again = rank_plans(dict(reversed(truth.items())), DAYS, RULES)
    assert again == ranked


def test_asks_only_for_what_is_missing() -> None:
    """Days that a plan has flown are not asked for again once all have them."""
    truth = draw_truth([100.0, 99.0], 6)
    flown = {name: {day: own[day] for day in DAYS[:24]} for name, own in truth.items()}
    step = rank_plans(flown, DAYS, RULES)
    assert isinstance(step, MoreDays)
    assert (step.names, step.days, step.look) == (("plan0", "plan1"), DAYS[24:36], 2)


def test_one_plan_alone_is_the_best() -> None:
    """A single plan is chosen after the first look."""
    ranked, flown = play(draw_truth([10.0], 7))
    assert (ranked.choice, ranked.outcome, ranked.confidence) == ("plan0", "best", 1.0)
    assert flown == 24


def test_plans_that_are_equal_every_day_are_alike() -> None:
    """Two plans that never differ are as good at once."""
    own = draw_truth([10.0], 8)["plan0"]
    ranked, _ = play({"a": own, "b": dict(own)})
    assert (ranked.outcome, ranked.confidence) == ("alike", 1.0)


@pytest.mark.parametrize("means", [[97.0] * 4 + [100.0], [95.0, 96.0, 98.5, 99.0, 100.0]])
def test_choice_is_right_as_often_as_said(means: list[float]) -> None:
    """When told apart, the choice lies within the indifference of the best in 95 % or more."""
    found = play_contests(means, 12)
    assert found.told > 0.2
    assert found.wrong <= 0.05 * found.told


def test_confidence_is_what_it_says() -> None:
    """Over plans of all kinds the choice is good about as often as the confidence told."""
    found = play_drawn_contests(5, 24, means_sd=4.0)
    assert found.sure == pytest.approx(found.good, abs=0.12)


def test_rules_that_tell_nothing_are_refused() -> None:
    """First days above the greatest number, a confidence of 1 and no plan are refused."""
    with pytest.raises(InvalidInput, match="per_month_first"):
        RankingRules(per_month_first=9)
    with pytest.raises(InvalidInput, match="confidence"):
        RankingRules(confidence=1.0)
    with pytest.raises(InvalidInput, match="plans"):
        rank_plans({}, DAYS, RULES)
    with pytest.raises(InvalidInput, match="days"):
        rank_plans({"a": {}}, DAYS[:12], RULES)
