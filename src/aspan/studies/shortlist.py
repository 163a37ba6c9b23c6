"""The shortlist: the few programmes that the search hands to the simulation, and all it weighed."""

import msgspec

from aspan.studies.plan import Programme


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """A plan the surrogate weighed, for the Pareto front; figures are of the network when built.

    Parameters
    ----------
    net_present_cost_tiyn, capital_tiyn
        Of the whole programme, by the surrogate's days.
    """

    plan_id: str
    fleet: int
    sites: int
    fare_factor: float
    net_present_cost_tiyn: int
    capital_tiyn: int
    passengers_per_day: float
    minutes_saved_per_day: float


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A programme worth simulating.

    Parameters
    ----------
    objective
        By the surrogate, in the unit of the objective, greater is better; of a mean day of the
        network when built.
    """

    programme: Programme
    objective: float
    weighed: Weighed


class SiteRefusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a candidate site is in no plan of the shortlist: a code of `SiteAnswer.reason`."""

    vertiport_id: str
    reason: str


class Shortlist(msgspec.Struct, frozen=True, kw_only=True):
    """What a search found.

    Parameters
    ----------
    candidates
        The best by the surrogate first; empty if nothing within the budget carries anybody.
    front
        Plans weighed that no other weighed one beats in cost, passengers and minutes together, and
        some beside them.
    plans_weighed
        By the surrogate, in all.
    sites_searched
        Subsets of the candidate sites that the site choice stands for.
    sites_proven
        Whether the site choice is proven optimal on its model.
    """

    candidates: tuple[Candidate, ...]
    front: tuple[Weighed, ...]
    plans_weighed: int
    sites_searched: int
    sites_proven: bool
    refusals: tuple[SiteRefusal, ...] = ()
