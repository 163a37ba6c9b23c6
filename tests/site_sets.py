"""Every set of sites of a small problem, and what each saves by another solver."""

from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from aspan.studies.siting import SitingProblem


def minutes_of(problem: SitingProblem, chosen: set[str]) -> float:
    """Return the most minutes that a set of open sites saves, by another solver than the one."""
    rows = [
        n
        for n, use in enumerate(problem.uses)
        if {problem.pairs[use.pair].origin, problem.pairs[use.pair].destination} <= chosen
    ]
    if not rows:
        return 0.0
    uses = [problem.uses[n] for n in rows]
    groups = sorted({use.group for use in uses})
    bounded = [s for s in problem.sites if s.site_id in chosen and s.grid_kw < float("inf")]
    matrix = np.zeros((len(groups) + len(bounded), len(uses)))
    for column, use in enumerate(uses):
        matrix[groups.index(use.group), column] = 1.0
        for row, site in enumerate(bounded):
            if problem.pairs[use.pair].destination == site.site_id:
                matrix[len(groups) + row, column] = use.charge_kw
    limits = [1.0] * len(groups) + [site.grid_kw for site in bounded]
    found = linprog([-use.minutes for use in uses], A_ub=matrix, b_ub=limits, bounds=(0.0, 1.0))
    return -float(found.fun or 0.0)


def list_allowed(problem: SitingProblem) -> list[set[str]]:
    """Return every set of sites that keeps the limits."""
    allowed = []
    for size in range(problem.sites_min, problem.sites_max + 1):
        for some in combinations(problem.sites, size):
            ids = {site.site_id for site in some}
            if (
                sum(site.cost for site in some) <= problem.cost_max + 1e-9
                and sum(site.noise_people for site in some) <= problem.noise_people_max
                and all(site.site_id in ids for site in problem.sites if site.is_fixed)
                and not any(site.is_forbidden for site in some)
            ):
                allowed.append(ids)
    return allowed
