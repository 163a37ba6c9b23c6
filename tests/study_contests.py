"""Contests of made-up plans: days that share their luck, flown as the ranking asks for them."""

from datetime import date

import msgspec
import numpy as np

from aspan.studies.choose_days import FlownDay, draw_days
from aspan.studies.ranking import Ranked, RankingRules, rank_plans

DAYS = draw_days(per_month=8, seed=1, first=date(2020, 1, 1), until=date(2026, 1, 1))
RULES = RankingRules(per_month_first=2, per_month_max=8)
Truth = dict[str, dict[FlownDay, float]]


def draw_truth(means: list[float], seed: int, *, own_sd: float = 6.0) -> Truth:
    """Return days that share much luck and have a skewed part of their own, foggier in winter."""
    dice = np.random.default_rng(seed)
    fog = np.array([2.0 if d.day.month in (1, 2, 11, 12) else 1.0 for d in DAYS])
    shared = dice.normal(0.0, 15.0, len(DAYS)) * fog
    truth: Truth = {}
    for number, mean in enumerate(means):
        own = own_sd * (1.0 - dice.exponential(1.0, len(DAYS))) * fog
        days = mean + shared + own
        truth[f"plan{number}"] = dict(zip(DAYS, days.tolist(), strict=True))
    return truth


def play(
    truth: Truth, rules: RankingRules = RULES, costs: dict[str, float] | None = None
) -> tuple[Ranked, int]:
    """Fly what is asked for until it ends; return the end and how many days were flown."""
    flown: Truth = {name: {} for name in truth}
    while True:
        step = rank_plans(flown, DAYS, rules, costs=costs)
        if isinstance(step, Ranked):
            return step, sum(map(len, flown.values()))
        for name in step.names:
            flown[name] |= {day: truth[name][day] for day in step.days}


class Contests(msgspec.Struct, frozen=True, kw_only=True):
    """What many contests of plans with the same means came to, as shares of all.

    Parameters
    ----------
    told
        Told apart before the days were used up.
    wrong
        Told apart though the choice is worse than the best by more than the indifference.
    good
        Ended with a choice within the indifference, told apart or not.
    sure
        Mean of the confidence that was told.
    """

    told: float
    wrong: float
    good: float
    sure: float


def play_contests(means: list[float], count: int, *, own_sd: float = 6.0) -> Contests:
    """Return what `count` contests of the same plans came to, each with other luck."""
    return _judge([(means, 100 + seed) for seed in range(count)], own_sd)


def play_drawn_contests(
    plans: int, count: int, *, means_sd: float, own_sd: float = 6.0
) -> Contests:
    """Return what `count` contests came to, each of other plans with other luck."""
    drawn = np.random.default_rng(1).normal(100.0, means_sd, (count, plans))
    return _judge([(means, 100 + seed) for seed, means in enumerate(drawn.tolist())], own_sd)


def _judge(contests: list[tuple[list[float], int]], own_sd: float) -> Contests:
    told, good, sure = [], [], []
    for means, seed in contests:
        end, _ = play(draw_truth(means, seed, own_sd=own_sd))
        told.append(end.is_told_apart)
        good.append(means[int(end.choice[4:])] >= max(means) * (1.0 - RULES.indifference))
        sure.append(end.confidence)
    return Contests(
        told=float(np.mean(told)),
        wrong=float(np.mean([t and not g for t, g in zip(told, good, strict=True)])),
        good=float(np.mean(good)),
        sure=float(np.mean(sure)),
    )
