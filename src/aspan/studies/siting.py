"""Site choice: which sites save most passenger-minutes within cost, noise and grid, proven optimal.

An integer programme of the capacitated facility-location kind with flights between the facilities
[1, 2]. Sites are open or not; groups of trips use pairs of open sites:

    maximise   sum over groups g and pairs p of   minutes[g, p] · use[g, p]
    subject to use[g, p] ≤ flown[p],  flown[p] ≤ open of either end,  sum over p of use[g, p] ≤ 1
               cost of open sites and flown pairs ≤ limit
               people above the limit of noise at open sites ≤ limit
               power that a site's landings draw ≤ its grid, for each site
               fixed sites open, forbidden ones closed, at least and at most so many open

What a group saves by a pair comes from the parties of the surrogate, so access is by street and by
the hour, and each group's share that flies is the logit's. A group may use what saves most, not
what it likes best, and fleets are not bounded here: the value is an upper bound of what the sites
can save, and right for ranking them.

Solved by HiGHS through OR-Tools' MathOpt, with a fixed seed and no gap, so `is_proven` means that
no other choice is better on the model. HiGHS searches in a fixed order whatever the machine.

References
----------
.. [1] M. S. Daskin, *Network and Discrete Location*, 2nd ed., 2013, ch. 8.
.. [2] J. F. Campbell, *Integer programming formulations of discrete hub location problems*,
   European Journal of Operational Research 72, 1994.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from ortools.math_opt.python import mathopt  # type: ignore[import-untyped]

SITES_MIN = 2
"""A flight has two ends."""

_SEED = 1


class SiteOption(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate site.

    Parameters
    ----------
    cost
        Of opening it, in any unit of money.
    noise_people
        Residents above the limit of the day if it is open.
    grid_kw
        Power for charging; without end if infinite.
    """

    site_id: str
    cost: float = 0.0
    noise_people: float = 0.0
    grid_kw: float = float("inf")
    is_fixed: bool = False
    is_forbidden: bool = False


class PairOption(msgspec.Struct, frozen=True, kw_only=True):
    """An ordered pair that could be flown, with the cost of flying it at all."""

    origin: str
    destination: str
    cost: float = 0.0


class GroupUse(msgspec.Struct, frozen=True, kw_only=True):
    """What one group of trips would do with one pair.

    Parameters
    ----------
    pair
        Number of the pair.
    minutes
        Passenger-minutes that all of the group save a day; more than 0.
    charge_kw
        Power that its landings draw at the destination in the busiest hour.
    """

    group: int
    pair: int
    minutes: float
    charge_kw: float = 0.0


class SitingProblem(msgspec.Struct, frozen=True, kw_only=True):
    """A choice of sites; limits are without end by default."""

    sites: tuple[SiteOption, ...]
    pairs: tuple[PairOption, ...]
    uses: tuple[GroupUse, ...]
    cost_max: float = float("inf")
    noise_people_max: float = float("inf")
    sites_min: int = SITES_MIN
    sites_max: int = 1_000

    def __post_init__(self) -> None:
        """Refuse what is no choice."""
        ids = [site.site_id for site in self.sites]
        if len(set(ids)) != len(ids):
            raise InvalidInput("siting: sites", ids, "each site once")
        for site in self.sites:
            if site.is_fixed and site.is_forbidden:
                raise InvalidInput(f"site {site.site_id}", "fixed and forbidden", "one of them")
            if min(site.cost, site.noise_people, site.grid_kw) < 0.0:
                raise InvalidInput(f"site {site.site_id}", "a negative number", "0 or more")
        for pair in self.pairs:
            for end in (pair.origin, pair.destination):
                if end not in ids:
                    raise InvalidInput("siting: pairs", end, f"one of {', '.join(ids)}")
        if self.sites_min < SITES_MIN:
            raise InvalidInput("siting: sites_min", self.sites_min, f"{SITES_MIN} or more")
        if self.sites_max < self.sites_min:
            raise InvalidInput("siting: sites_max", self.sites_max, f"{self.sites_min} or more")
        for use in self.uses:
            if not 0 <= use.pair < len(self.pairs):
                raise InvalidInput("siting: pair", use.pair, f"0 to {len(self.pairs) - 1}")


class SiteChoice(msgspec.Struct, frozen=True, kw_only=True):
    """Sites and pairs that save most.

    Parameters
    ----------
    site_ids, pairs
        Open and flown, sorted; a pair that nobody uses is not flown.
    minutes
        Passenger-minutes saved a day, on the model.
    is_proven
        Whether it is proven that nothing saves more.
    """

    site_ids: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    minutes: float
    cost: float
    is_proven: bool


class NoSites(msgspec.Struct, frozen=True, kw_only=True):
    """Why no choice of sites keeps every limit.

    Parameters
    ----------
    reason
        `cost`, `noise`, `too_few` (fewer than the least may be open), `too_many_fixed`, or
        `together` where no limit alone forbids it.
    """

    reason: str


def choose_sites(problem: SitingProblem) -> SiteChoice | NoSites:
    """Return the choice that saves most minutes, proven; or why there is none."""
    found = next(list_choices(problem, 1), None)
    return NoSites(reason=_find_obstacle(problem)) if found is None else found


def list_choices(problem: SitingProblem, count: int) -> Iterator[SiteChoice]:
    """Yield the best different sets of sites, most minutes first, as many as there are."""
    if _find_obstacle(problem) in ("too_few", "too_many_fixed"):
        return
    model = _Model(problem)
    for _ in range(count):
        found = model.solve()
        if found is None:
            return
        yield found
        model.forbid(found.site_ids)


def _find_obstacle(problem: SitingProblem) -> str:
    """Return what alone leaves no choice; `together` if nothing does."""
    able = [site for site in problem.sites if not site.is_forbidden]
    fixed = [site for site in able if site.is_fixed]
    if len(able) < problem.sites_min:
        return "too_few"
    if len(fixed) > problem.sites_max:
        return "too_many_fixed"
    free = [site for site in able if not site.is_fixed]
    more = max(0, problem.sites_min - len(fixed))
    for reason, limit, values in (
        ("cost", problem.cost_max, [site.cost for site in free]),
        ("noise", problem.noise_people_max, [site.noise_people for site in free]),
    ):
        bound = [site.cost if reason == "cost" else site.noise_people for site in fixed]
        if sum(bound) + sum(sorted(values)[:more]) > limit:
            return reason
    return "together"


class _Model:
    """The integer programme in the solver's words."""

    def __init__(self, problem: SitingProblem) -> None:
        from ortools.math_opt.python import mathopt

        self._mathopt, self._problem = mathopt, problem
        self._model = model = mathopt.Model(name="siting")
        self._open = {
            site.site_id: model.add_integer_variable(
                lb=float(site.is_fixed), ub=float(not site.is_forbidden), name=f"open {number}"
            )
            for number, site in enumerate(problem.sites)
        }
        self._flown = [
            model.add_variable(lb=0.0, ub=1.0, is_integer=pair.cost > 0.0, name=f"flown {number}")
            for number, pair in enumerate(problem.pairs)
        ]
        self._use = [
            model.add_variable(lb=0.0, ub=1.0, name=f"use {number}")
            for number in range(len(problem.uses))
        ]
        self._add_links()
        self._add_limits()
        model.maximize(
            mathopt.fast_sum(
                use.minutes * variable
                for use, variable in zip(problem.uses, self._use, strict=True)
            )
        )

    def _add_links(self) -> None:
        """Tie flights to open sites, and groups to flights."""
        model, problem, fast_sum = self._model, self._problem, self._mathopt.fast_sum
        for pair, flown in zip(problem.pairs, self._flown, strict=True):
            for end in (pair.origin, pair.destination):
                model.add_linear_constraint(flown <= self._open[end])
        by_group: dict[int, list[mathopt.Variable]] = {}
        for use, variable in zip(problem.uses, self._use, strict=True):
            model.add_linear_constraint(variable <= self._flown[use.pair])
            by_group.setdefault(use.group, []).append(variable)
        for _, variables in sorted(by_group.items()):
            model.add_linear_constraint(fast_sum(variables) <= 1.0)

    def _add_limits(self) -> None:
        """Bound cost, noise, power and the number of sites."""
        model, problem, fast_sum = self._model, self._problem, self._mathopt.fast_sum
        opens = [self._open[site.site_id] for site in problem.sites]
        model.add_linear_constraint(fast_sum(opens) >= float(problem.sites_min))
        model.add_linear_constraint(fast_sum(opens) <= float(problem.sites_max))
        for limit, values in (
            (problem.cost_max, [site.cost for site in problem.sites]),
            (problem.noise_people_max, [site.noise_people for site in problem.sites]),
        ):
            if limit < float("inf"):
                terms = [v * one for v, one in zip(values, opens, strict=True)]
                if limit is problem.cost_max:
                    terms += [
                        pair.cost * flown
                        for pair, flown in zip(problem.pairs, self._flown, strict=True)
                    ]
                model.add_linear_constraint(fast_sum(terms) <= limit)
        for site in problem.sites:
            if site.grid_kw < float("inf"):
                drawn = [
                    use.charge_kw * variable
                    for use, variable in zip(problem.uses, self._use, strict=True)
                    if problem.pairs[use.pair].destination == site.site_id
                ]
                limit_kw = site.grid_kw * self._open[site.site_id]
                model.add_linear_constraint(fast_sum(drawn) <= limit_kw)

    def forbid(self, site_ids: Sequence[str]) -> None:
        """Leave out one set of sites from now on."""
        taken = set(site_ids)
        differs = [1.0 - one if site_id in taken else one for site_id, one in self._open.items()]
        self._model.add_linear_constraint(self._mathopt.fast_sum(differs) >= 1.0)

    def solve(self) -> SiteChoice | None:
        """Return the best choice left; None if none keeps the limits."""
        mathopt, problem = self._mathopt, self._problem
        result = mathopt.solve(
            self._model,
            mathopt.SolverType.HIGHS,
            params=mathopt.SolveParameters(
                random_seed=_SEED, relative_gap_tolerance=0.0, absolute_gap_tolerance=0.0
            ),
        )
        if not result.has_primal_feasible_solution():
            return None
        values = result.variable_values()
        site_ids = tuple(sorted(s for s, one in self._open.items() if values[one] > 0.5))
        used = {
            use.pair
            for use, variable in zip(problem.uses, self._use, strict=True)
            if values[variable] > 1e-6
        }
        pairs = sorted((problem.pairs[n].origin, problem.pairs[n].destination) for n in used)
        costs = {site.site_id: site.cost for site in problem.sites}
        return SiteChoice(
            site_ids=site_ids,
            pairs=tuple(pairs),
            minutes=result.objective_value(),
            cost=sum(costs[site_id] for site_id in site_ids)
            + sum(problem.pairs[number].cost for number in sorted(used)),
            is_proven=result.termination.reason == mathopt.TerminationReason.OPTIMAL,
        )
