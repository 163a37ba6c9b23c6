"""Staging: a network as built becomes a programme, growing with the aircraft that are delivered.

Each phase of the horizon has the aircraft that can have come by its first year. An early phase
opens the fewest of the sites that keep most of what its aircraft could do with all of them; what is
opened stays open, and is built whole at once: six aircraft on six stands lock each other, and
building a site twice costs more than its stands some years earlier.
"""

from typing import Final

import msgspec

from aspan.primitives.ids import VertiportId
from aspan.studies.plan import Plan, Programme, Stage
from aspan.studies.plan_city import KEPT_FREE
from aspan.studies.site_choice import OPEN_MIN
from aspan.studies.study import Study, StudyPhase
from aspan.studies.surrogate.figures import SurrogateFigures
from aspan.studies.surrogate.surrogate import Surrogate

KEPT_SHARE: Final = 0.9
"""Of the passenger-minutes that all sites would save with the same aircraft. Assumed: a site that
adds less waits for the next phase."""


class Staged(msgspec.Struct, frozen=True, kw_only=True):
    """A programme, and the figures of each of its stages."""

    programme: Programme
    figures: tuple[SurrogateFigures, ...]


def stage_plan(study: Study, surrogate: Surrogate, plan: Plan) -> Staged:
    """Return the programme that ends in a plan."""
    phases = study.horizon.phases
    final = surrogate.estimate(plan, study.setting)
    stages, figures = [], []
    opened: frozenset[VertiportId] = frozenset()
    fleet = 1
    for number, phase in enumerate(phases):
        if number == len(phases) - 1:
            stage_plan, told = plan, final
        else:
            fleet = max(fleet, min(plan.fleet, _aircraft_max(study, phase)))
            stage_plan = _open_few(study, surrogate, plan, phase, fleet, opened)
            told = surrogate.estimate(stage_plan, study.setting)
        opened = frozenset(stage_plan.site_ids)
        stages.append(Stage(first_year=phase.first_year, years=phase.years, plan=stage_plan))
        figures.append(told)
    return Staged(programme=Programme(stages=tuple(stages)), figures=tuple(figures))


def _aircraft_max(study: Study, phase: StudyPhase) -> int:
    """Return how many aircraft a phase can have in its first year."""
    most = study.horizon.aircraft_max(phase.first_year)
    return max(1, most if phase.aircraft_max is None else min(most, phase.aircraft_max))


def fleet_limit(study: Study) -> int:
    """Return how many aircraft the last phase can ever have."""
    last = study.horizon.phases[-1]
    most = study.horizon.aircraft_max(last.first_year + last.years - 1)
    return most if last.aircraft_max is None else min(most, last.aircraft_max)


def _open_few(
    study: Study,
    surrogate: Surrogate,
    plan: Plan,
    phase: StudyPhase,
    fleet: int,
    opened: frozenset[VertiportId],
) -> Plan:
    """Return the plan of an early phase: sites are left out as long as little is lost."""
    allowed = set(phase.site_ids) or set(plan.site_ids)
    chosen = [s for s in plan.site_ids if s in allowed or s in opened]
    if len(chosen) < OPEN_MIN:
        chosen = list(plan.site_ids)
    best = _cut(plan, chosen, fleet)
    whole = surrogate.estimate(best, study.setting).minutes_saved
    while len(chosen) > OPEN_MIN:
        tried = []
        for site_id in chosen:
            if site_id in opened:
                continue
            rest = [s for s in chosen if s != site_id]
            minutes = _minutes(study, surrogate, plan, rest, fleet)
            tried.append((-minutes, site_id))
        if not tried or -min(tried)[0] < KEPT_SHARE * whole:
            break
        chosen.remove(min(tried)[1])
        best = _cut(plan, chosen, fleet)
    return best


def _minutes(
    study: Study, surrogate: Surrogate, plan: Plan, site_ids: list[VertiportId], fleet: int
) -> float:
    """Return what some sites save with a fleet; nothing where no lane leads to one of them."""
    linked = {(a, b) for a, b in surrogate.pairs if a in site_ids and b in site_ids}
    if any(
        not any(site_id == a for a, _ in linked) or not any(site_id == b for _, b in linked)
        for site_id in site_ids
    ):
        return float("-inf")
    return surrogate.estimate(_cut(plan, site_ids, fleet), study.setting).minutes_saved


def _cut(plan: Plan, site_ids: list[VertiportId], fleet: int) -> Plan:
    """Return a plan of some of its sites, each as in the end, with a fleet that has room there."""
    sites = tuple(site for site in plan.sites if site.vertiport_id in site_ids)
    fleet = max(1, min(fleet, sum(site.stands - KEPT_FREE for site in sites)))
    pilots = max(1, -(-plan.pilots * fleet // plan.fleet))
    pairs = plan.pairs
    if pairs is not None:
        pairs = tuple(pair for pair in pairs if set(pair) <= set(site_ids))
    return msgspec.structs.replace(plan, sites=sites, fleet=fleet, pilots=pilots, pairs=pairs)
