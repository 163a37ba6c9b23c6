"""The paying fare: at which fare, if any, a programme pays for itself when passengers answer to it.

The network stays as it is; the fare of all its stages moves. How many still fly is the surrogate's
slope at the level that was flown, as for the unknowns; what that costs is the account itself.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from aspan.primitives.units import TIYN_PER_TENGE
from aspan.studies.answer_parts import PayingFare
from aspan.studies.finance import FarePoint, account, find_break_even, total
from aspan.studies.money import Case, DayMeans
from aspan.studies.plan import Plan
from aspan.studies.setting import Setting
from aspan.studies.surrogate.figures import SurrogateFigures
from aspan.studies.surrogate.surrogate import Surrogate
from aspan.studies.unknowns import LEAST, MOVED, move_mean

FARE_FACTORS: Final = (0.25, 0.4, 0.6, 0.8, 1.0, 1.25, 1.6, 2.0, 2.5, 3.2, 4.0)
"""Times the fare of the city, each about a quarter dearer than the one before. Assumed: a network
that does not pay at four times its fare has too few passengers left for any."""


def find_paying_fare(
    surrogate: Surrogate, case: Case, setting: Setting, more: Sequence[float] = ()
) -> PayingFare | None:
    """Return at which fare a programme pays; None where nobody flew with it.

    Parameters
    ----------
    case
        Of the programme, with the mean days that its stages flew.
    more
        Fare factors asked about beside `FARE_FACTORS`, as those of the study.
    """
    stages = case.programme.stages
    here = [surrogate.estimate(stage.plan, setting) for stage in stages]
    points, people = [], {}
    for factor in sorted({*FARE_FACTORS, *more}):
        asked = [surrogate.estimate(_at_fare(stage.plan, factor), setting) for stage in stages]
        means = tuple(map(_answer, case.means, here, asked))
        totals = total(account(msgspec.structs.replace(case, means=means)))
        if totals.mean_fare_tiyn is None:
            continue
        people[factor] = means[-1].passengers_flown
        points.append(
            FarePoint(
                fare_factor=factor,
                mean_fare_tiyn=totals.mean_fare_tiyn,
                net_present_cost_tiyn=totals.net_present_cost_tiyn,
            )
        )
    return _tell(points, people) if points else None


def _at_fare(plan: Plan, factor: float) -> Plan:
    """Return a plan at another fare."""
    return msgspec.structs.replace(plan, fare_factor=factor)


def _answer(mean: DayMeans, here: SurrogateFigures, asked: SurrogateFigures) -> DayMeans:
    """Return a flown mean day as it would be at the fare that was asked about."""
    ratios = {}
    for name in MOVED:
        base = float(getattr(here, name))
        ratios[name] = float(getattr(asked, name)) / base if abs(base) > LEAST else 1.0
    return move_mean(mean, ratios)


def _tell(points: Sequence[FarePoint], people: Mapping[float, float]) -> PayingFare:
    """Return what accounts at several fares say."""
    found = find_break_even(points)
    fares = [point.mean_fare_tiyn for point in points]
    return PayingFare(
        fare_tiyn=None if found.fare_tiyn is None else _in_tenge(found.fare_tiyn),
        low_tiyn=_in_tenge(min(fares)),
        high_tiyn=_in_tenge(max(fares)),
        asked=len(points),
        least_fare_tiyn=_in_tenge(found.cheapest.mean_fare_tiyn),
        least_cost_tiyn=found.cheapest.net_present_cost_tiyn,
        least_passengers_per_day=people[found.cheapest.fare_factor],
    )


def _in_tenge(amount_tiyn: int) -> int:
    """Return an amount in whole tenge."""
    return round(amount_tiyn / TIYN_PER_TENGE) * TIYN_PER_TENGE
