"""Site choice: the integer programme of a study, and the sets of sites that are worth sizing.

Values come from the surrogate's parties, costs from what the least site must have built, grid from
the city's own limits.
"""

from collections.abc import Iterator, Sequence
from math import comb
from typing import Final

import msgspec

from aspan.operations.release import SAFE_SITES
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.studies.money_capital import value_site
from aspan.studies.plan import SiteDesign
from aspan.studies.plan_city import own_design
from aspan.studies.shortlist import Candidate, SiteRefusal
from aspan.studies.siting import (
    NoSites,
    PairOption,
    SiteChoice,
    SiteOption,
    SitingProblem,
    choose_sites,
    list_choices,
)
from aspan.studies.weighing import Weigher

OPEN_MIN: Final = SAFE_SITES + 1
"""Fewest sites of a network: an aircraft goes only where two others beyond are safe."""

SETS_A_SIZE: Final = 2
"""Sets of sites of each size and fare that the integer programme hands on. A cost of detail."""


class SiteChooser:
    """Asks the integer programme which sites are worth sizing.

    Attributes
    ----------
    allowed
        Candidate sites that the study may open in its last phase.
    is_proven
        Whether every answer so far was proven optimal.
    """

    def __init__(self, weigher: Weigher) -> None:
        self._weigher, self._study, self._city = weigher, weigher.study, weigher.city
        vary, known = self._study.vary, [v.vertiport_id for v in weigher.city.vertiports]
        last = self._study.horizon.phases[-1].site_ids
        asked = set(vary.site_ids or known)
        self.allowed: tuple[VertiportId, ...] = tuple(
            sorted(s for s in known if s in asked and (not last or s in last))
        )
        self.is_proven = True
        linked = {site for pair in weigher.surrogate.pairs for site in pair}
        self._able = tuple(s for s in self.allowed if s in linked)
        if len(self._able) < OPEN_MIN:
            raise InvalidInput(
                "vary: site_ids", list(self.allowed), f"{OPEN_MIN} sites or more that lanes lead to"
            )

    def list_sets(self) -> tuple[tuple[VertiportId, ...], ...]:
        """Return the sets of sites to size, most minutes first, each once."""
        study = self._study
        found: dict[tuple[VertiportId, ...], float] = {}
        fares = sorted({min(study.vary.fare_factors), max(study.vary.fare_factors)})
        for fare_factor in fares:
            problem = self.make_problem(fare_factor)
            most = max(OPEN_MIN, min(study.vary.sites_max, len(self._able)))
            for size in range(OPEN_MIN, most + 1):
                for choice in self._list_choices(problem, size):
                    ids = tuple(VertiportId(site_id) for site_id in choice.site_ids)
                    found[ids] = max(found.get(ids, 0.0), choice.minutes)
        if not found:
            self._refuse(self.make_problem(fares[0]))
        return tuple(sorted(found, key=lambda ids: (-found[ids], ids)))

    def _list_choices(self, problem: SitingProblem, size: int) -> Iterator[SiteChoice]:
        """Yield the best sets of at most so many sites."""
        if sum(site.is_fixed for site in problem.sites) > size:
            return
        for choice in list_choices(msgspec.structs.replace(problem, sites_max=size), SETS_A_SIZE):
            self.is_proven = self.is_proven and choice.is_proven
            yield choice

    def make_problem(self, fare_factor: float) -> SitingProblem:
        """Return the choice of sites at a fare; what must be built counts against the budget."""
        weigher, study = self._weigher, self._study
        required = set(study.vary.required_site_ids)
        surrogate = weigher.surrogate
        numbers = [
            number
            for number, pair in enumerate(surrogate.pairs)
            if pair[0] in self._able and pair[1] in self._able
        ]
        place = {number: row for row, number in enumerate(numbers)}
        uses = tuple(
            msgspec.structs.replace(use, pair=place[use.pair])
            for use in surrogate.list_site_uses(study.setting, fare_factor)
            if use.pair in place
        )
        charging = self._city.rules.charging
        return SitingProblem(
            sites=tuple(
                SiteOption(
                    site_id=site_id,
                    cost=float(sum(value_site(self._small(site_id), weigher.costs))),
                    grid_kw=self._city.get_vertiport(site_id).site_power_limit_kw
                    * charging.grid_to_battery,
                    is_fixed=site_id in required,
                )
                for site_id in self._able
            ),
            pairs=tuple(
                PairOption(origin=surrogate.pairs[n][0], destination=surrogate.pairs[n][1])
                for n in numbers
            ),
            uses=uses,
            cost_max=weigher.budget_tiyn,
            sites_min=OPEN_MIN,
            sites_max=max(OPEN_MIN, min(study.vary.sites_max, len(self._able))),
        )

    def _small(self, site_id: VertiportId) -> SiteDesign:
        """Return the least that can stand at a site."""
        own = own_design(self._city.get_vertiport(site_id))
        return msgspec.structs.replace(own, stands=2, chargers=1, site_power_kw=own.charger_kw)

    def _refuse(self, problem: SitingProblem) -> None:
        """Say why no set of sites may be chosen."""
        found = choose_sites(problem)
        reason = found.reason if isinstance(found, NoSites) else "nothing saves time"
        if reason == "cost":
            least = sum(sorted(site.cost for site in problem.sites)[:OPEN_MIN])
            self._weigher.refuse_budget(least)
        raise InvalidInput("vary: site_ids", list(self._able), f"sites that may be open ({reason})")

    def count_subsets(self) -> int:
        """Return how many sets of sites the choice stands for."""
        able, required = len(self._able), len(set(self._study.vary.required_site_ids))
        free = able - required
        least = max(0, OPEN_MIN - required)
        return sum(comb(free, more) for more in range(least, free + 1))

    def tell_refusals(self, kept: Sequence[Candidate]) -> tuple[SiteRefusal, ...]:
        """Return why sites of the city are in no programme of the shortlist."""
        used = {site for one in kept for site in one.programme.final_plan.site_ids}
        found = []
        for site in sorted(v.vertiport_id for v in self._city.vertiports):
            if site in used:
                continue
            reason = "saves_too_little"
            if site not in self.allowed:
                reason = "not_a_candidate"
            elif site not in self._able:
                reason = "not_serviceable"
            found.append(SiteRefusal(vertiport_id=site, reason=reason))
        return tuple(found)
