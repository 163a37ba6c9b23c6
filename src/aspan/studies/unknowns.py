"""Unknowns of a programme: the surrogate held to the flown days, the money, and all that is unsure.

Theory of operation. What is not known of demand, energy, batteries, fog and rules changes what is
flown; of prices, what it costs. For the first the surrogate is asked, whose ratio to its own answer
at the likeliest values moves the mean day that was flown (so the level is the simulation's and only
the slope is the surrogate's). It is run on cases spread over all ranges and a polynomial stands in
for it between them; how well, the answer tells. The second is the account itself.

The value of knowing needs a benefit in money of each plan that could be chosen. A minute saved is
valued at what the chosen programme pays for one: with the likeliest values its benefit is 0, and
another plan is worth more where it saves minutes for less. That is the price the choice itself
reveals, and no price of time from outside.
"""

from collections.abc import Callable, Mapping, Sequence
from math import ceil, comb, log2
from typing import Final

import msgspec
import numpy as np

from aspan.studies.answer_parts import Knowing, Sensitivity, SobolIndex
from aspan.studies.emulator import Emulator, list_cases
from aspan.studies.estimates import Floats
from aspan.studies.factors import Factor, list_factors, make_costs, make_setting
from aspan.studies.finance import account
from aspan.studies.knowing import KnowingOne, value_of_knowing
from aspan.studies.money import DayMeans
from aspan.studies.plan import Programme
from aspan.studies.programme_money import DEFICIT, NPC, make_case, read_outputs
from aspan.studies.setting import Setting
from aspan.studies.surrogate.surrogate import Surrogate
from aspan.studies.uncertainty import Sampled, Spread, sample_outputs
from aspan.world.costs import Costs

CASES_PER_TERM: Final = 1.5
DEGREE: Final = 3
CASES_MIN: Final = 16
"""Cases of the surrogate behind the polynomial of a plan: half as many again as it has terms of
the third degree, and a power of two, as their sequence wants."""

FOG_STEP: Final = 0.25
"""Fog is asked of the surrogate in these steps, as each needs skies of its own."""

PASSENGERS: Final = "passengers_per_day"
MINUTES: Final = "minutes_saved_per_day"

MOVED: Final = (
    "passengers_flown",
    "minutes_saved",
    "revenue_tiyn",
    "energy_kwh",
    "grid_kwh",
    "sorties_flown",
    "flight_ms",
)
"""Figures of a mean day that the surrogate moves."""

FOLLOWING: Final = {"refunds_tiyn": "revenue_tiyn", "care_tiyn": "passengers_flown"}
"""Figures that move as another does."""

LEAST: Final = 1e-9


def count_cases(factors: int) -> int:
    """Return how many cases stand behind the polynomial in so many factors."""
    least = CASES_PER_TERM * comb(factors + DEGREE, DEGREE)
    return max(CASES_MIN, 1 << ceil(log2(least + 1.0)))


class Rival(msgspec.Struct, frozen=True, kw_only=True):
    """A programme that could be chosen, with the mean day each of its stages flew."""

    programme: Programme
    means: tuple[DayMeans, ...]


class Unknowns(msgspec.Struct, frozen=True, kw_only=True):
    """What sampling told.

    Parameters
    ----------
    spreads
        Where each output lies, by name.
    explained
        Least share of the surrogate's variance that the polynomial explains, over all figures.
    """

    sensitivities: tuple[Sensitivity, ...]
    sobol: tuple[SobolIndex, ...]
    knowing: tuple[Knowing, ...]
    spreads: dict[str, Spread]
    factors: tuple[Factor, ...]
    explained: float


class Responses:
    """How a plan's mean day answers to factors of the setting, relative to the likeliest values."""

    def __init__(
        self,
        surrogate: Surrogate,
        rival: Rival,
        setting: Setting,
        factors: Sequence[Factor],
        *,
        seed: int,
        told: Callable[[], None],
    ) -> None:
        plan = rival.programme.final_plan
        cases = list_cases(factors, count_cases(len(factors)), seed)
        names = [factor.name for factor in factors]
        if "fog_factor" in names:
            column = names.index("fog_factor")
            low, high = factors[column].low, factors[column].high
            steps = np.round(cases[:, column] / FOG_STEP) * FOG_STEP
            cases[:, column] = np.clip(steps, low, high)
        likeliest = surrogate.estimate(
            plan, make_setting(setting, factors, [factor.value for factor in factors])
        )
        order = (
            np.argsort(cases[:, names.index("fog_factor")])
            if "fog_factor" in names
            else range(len(cases))
        )
        found = np.ones((len(cases), len(MOVED)))
        for row in order:
            figures = surrogate.estimate(plan, make_setting(setting, factors, cases[row].tolist()))
            for number, name in enumerate(MOVED):
                base = float(getattr(likeliest, name))
                if abs(base) > LEAST:
                    found[row, number] = float(getattr(figures, name)) / base
            told()
        self._emulator = Emulator(
            factors, cases, {name: found[:, number] for number, name in enumerate(MOVED)}
        )
        here = self._emulator.predict(np.array([[factor.value for factor in factors]]))
        self._likeliest = {name: float(values[0]) for name, values in here.items()}

    @property
    def explained(self) -> float:
        """Least share of variance explained, over the figures."""
        return min(self._emulator.explained.values())

    def find_ratios(self, values: Floats) -> dict[str, Floats]:
        """Return by figure how it moves for rows of the factors of the setting."""
        found = self._emulator.predict(values)
        return {
            name: np.maximum(found[name] / max(self._likeliest[name], LEAST), 0.0) for name in MOVED
        }


class Model:
    """The outputs of one programme for rows of all factors."""

    def __init__(
        self,
        rival: Rival,
        responses: Responses | None,
        factors: Sequence[Factor],
        costs: Costs,
        deliveries: Sequence[int],
    ) -> None:
        self._rival, self._responses, self._factors = rival, responses, tuple(factors)
        self._costs, self._deliveries = costs, tuple(deliveries)
        self._columns = [n for n, factor in enumerate(factors) if factor.kind == "setting"]

    def run(self, rows: Floats, told: Callable[[], None] | None = None) -> dict[str, Floats]:
        """Return every output for every row."""
        ratios = (
            {} if self._responses is None else self._responses.find_ratios(rows[:, self._columns])
        )
        last = self._rival.means[-1]
        outputs: dict[str, list[float]] = {PASSENGERS: [], MINUTES: [], NPC: [], DEFICIT: []}
        for number, row in enumerate(rows.tolist()):
            moved = {name: float(values[number]) for name, values in ratios.items()}
            means = [move_mean(mean, moved) for mean in self._rival.means]
            costs = make_costs(self._costs, self._factors, row)
            case = make_case(self._rival.programme, means, costs, self._deliveries)
            sums = read_outputs(account(case))
            outputs[PASSENGERS].append(last.passengers_flown * moved.get("passengers_flown", 1.0))
            outputs[MINUTES].append(last.minutes_saved * moved.get("minutes_saved", 1.0))
            outputs[NPC].append(sums[NPC])
            outputs[DEFICIT].append(sums[DEFICIT])
            if told is not None:
                told()
        return {name: np.array(values) for name, values in outputs.items()}


def move_mean(mean: DayMeans, ratios: Mapping[str, float]) -> DayMeans:
    """Return a mean day moved by ratios."""
    changes = {name: getattr(mean, name) * ratio for name, ratio in ratios.items()}
    for name, leader in FOLLOWING.items():
        changes[name] = getattr(mean, name) * ratios.get(leader, 1.0)
    return msgspec.structs.replace(mean, **changes)


def sample_unknowns(
    surrogate: Surrogate,
    rivals: Mapping[str, Rival],
    chosen: str,
    *,
    costs: Costs,
    setting: Setting,
    deliveries: Sequence[int],
    samples: int,
    names: Sequence[str] = (),
    seed: int = 1,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> Unknowns:
    """Return what is unsure of the chosen programme, and what knowing it is worth.

    Parameters
    ----------
    rivals
        By name, the chosen one among them: between these knowing more could decide.
    samples
        Points of each set of the Sobol design, a power of two.
    names
        Factors wanted; all if empty.
    """
    factors = list_factors(surrogate.city, costs, setting, names)
    flown = [factor for factor in factors if factor.kind == "setting"]
    count = _Counter(
        told, len(rivals) * (count_cases(len(flown)) if flown else 0) + len(rivals) * 2 * samples
    )
    models, explained = {}, 1.0
    for name, rival in sorted(rivals.items()):
        responses = None
        if flown:
            responses = Responses(surrogate, rival, setting, flown, seed=seed, told=count.step)
            explained = min(explained, responses.explained)
        models[name] = Model(rival, responses, factors, costs, deliveries)
    sampled = sample_outputs(factors, models[chosen].run, samples=samples, seed=seed)
    return Unknowns(
        sensitivities=_list_sensitivities(factors, sampled),
        sobol=_list_indices(sampled),
        knowing=_list_knowing(factors, sampled, models, rivals, chosen, count),
        spreads={spread.output: spread for spread in sampled.spreads},
        factors=tuple(factors),
        explained=explained,
    )


class _Counter:
    """Counts runs and tells them."""

    def __init__(self, told: Callable[[int, int], None], total: int) -> None:
        self._told, self._total, self._done = told, total, 0

    def step(self) -> None:
        """Count one run."""
        self._done += 1
        self._told(min(self._done, self._total), self._total)


def _list_sensitivities(factors: Sequence[Factor], sampled: Sampled) -> tuple[Sensitivity, ...]:
    """Return the bars of the tornado, of each output the widest first."""
    by_name = {factor.name: factor for factor in factors}
    found = []
    for bar in sampled.bars:
        factor = by_name[bar.factor]
        found.append(
            Sensitivity(
                output=bar.output, factor=bar.factor, unit=factor.unit, low_input=factor.low,
                base_input=factor.value, high_input=factor.high, at_low=bar.at_low, base=bar.base,
                at_high=bar.at_high, source=factor.source, mark=factor.mark,
            )
        )  # fmt: skip
    return tuple(found)


def _list_indices(sampled: Sampled) -> tuple[SobolIndex, ...]:
    """Return the Sobol indices of the factors sampled together."""
    found = [
        SobolIndex(
            output=each.output, factor=each.factor, first=each.index.first, total=each.index.total,
            first_low=each.index.first_low, first_high=each.index.first_high,
            total_low=each.index.total_low, total_high=each.index.total_high,
        )
        for each in sampled.indices
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda i: (i.output, -i.total, i.factor)))


def _list_knowing(
    factors: Sequence[Factor],
    sampled: Sampled,
    models: Mapping[str, Model],
    rivals: Mapping[str, Rival],
    chosen: str,
    count: _Counter,
) -> tuple[Knowing, ...]:
    """Return what each factor is worth knowing before one of the rivals is chosen."""
    rows = np.tile([factor.value for factor in factors], (len(sampled.values), 1))
    rows[:, [list(factors).index(factor) for factor in sampled.kept]] = sampled.values
    base = models[chosen].run(np.array([[factor.value for factor in factors]]))
    minutes = float(base[MINUTES][0])
    each_tiyn = float(base[NPC][0]) / minutes if minutes > LEAST else 0.0
    benefits = {}
    for name in sorted(rivals):
        outputs = models[name].run(rows, count.step)
        benefits[name] = each_tiyn * outputs[MINUTES] - outputs[NPC]
    return tuple(map(_tell_knowing, value_of_knowing(sampled.kept, sampled.values, benefits)))


def _tell_knowing(one: KnowingOne) -> Knowing:
    """Return a value of knowing as an answer tells it."""
    return Knowing(
        factor=one.factor,
        value_tiyn=round(one.value),
        decision_changes_share=one.changes,
        card=one.card,
    )
