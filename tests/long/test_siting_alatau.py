"""Site choice on Alatau's own sites: proven, and the best of every set there is."""

import msgspec
import pytest

from aspan.studies.site_choice import SiteChooser
from aspan.studies.siting import SiteChoice, choose_sites
from aspan.studies.study import Budget, Study
from aspan.studies.surrogate.surrogate import Surrogate
from aspan.studies.weighing import Weigher
from aspan.world.readers import load_city
from aspan.world.readers.costs import load_costs
from aspan.world.vertiport import Names
from site_sets import list_allowed, minutes_of

NAMES = Names(kk="Сынақ", ru="Проба", en="Trial")


@pytest.mark.long
@pytest.mark.parametrize("phase", [1, 2])
def test_the_choice_among_alataus_sites_is_the_best_of_all(phase: int) -> None:
    """Of all sets of three to nine sites, within budgets from tight to ample, none saves more."""
    city = load_city("alatau", phase=phase)
    study = Study(study_id="trial", names=NAMES, question=NAMES, budget=Budget(usd=300e6))
    weigher = Weigher(study, city, Surrogate(city), load_costs(city))
    whole = SiteChooser(weigher).make_problem(0.6)
    cost = sum(site.cost for site in whole.sites)
    values = {}
    for share in (0.35, 0.7, 1.0):
        problem = msgspec.structs.replace(whole, cost_max=cost * share + 1.0)
        found = choose_sites(problem)
        assert isinstance(found, SiteChoice)
        assert found.is_proven
        for ids in list_allowed(problem):
            key = tuple(sorted(ids))
            if key not in values:
                values[key] = minutes_of(problem, ids)
        best = max(values[tuple(sorted(ids))] for ids in list_allowed(problem))
        assert found.minutes == pytest.approx(best, rel=1e-6)
