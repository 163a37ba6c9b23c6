"""Search: from a study to the few programmes that are worth simulating.

Theory of operation. First sites: the integer programme of `siting.py` gives the best sets of every
size, at the cheapest and the dearest fare that may be asked. Then each set at each fare is sized by
the bounds of flow and queueing (`sizing.py`), for the fleet they ask for and fractions of it. Then
the best of these are climbed from: more or fewer aircraft, stands, chargers, another fare, a site
more or less, as long as the objective rises within the budget. All by the surrogate; nothing is
drawn by chance, so the same study finds the same plans. What is handed on is a shortlist of
programmes of different sites and fares, best first, with the front of all that was weighed.

A search that ends in a local best is no proof that there is no better plan: the integer programme
is proven on its own model, the rest is not.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NoReturn

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.studies.bounds import good_fleet
from aspan.studies.money import check_budget_usd
from aspan.studies.plan import Plan, SiteDesign
from aspan.studies.plan_city import own_design
from aspan.studies.shortlist import Candidate, Shortlist, Weighed
from aspan.studies.site_choice import OPEN_MIN, SiteChooser
from aspan.studies.sizing import ample_plan, make_duty, make_flow, size_plan
from aspan.studies.staging import fleet_limit, stage_plan
from aspan.studies.study import Study
from aspan.studies.surrogate.surrogate import Surrogate
from aspan.studies.weighing import Weigher, Weight
from aspan.world.city import City
from aspan.world.costs import Costs

FLEET_PARTS: Final = (0.5, 1.0)
"""Of the fleet that the flow asks for, tried at first."""

CLIMBED: Final = 6
"""Plans that are climbed from."""

CLIMB_MAX: Final = 60
"""Plans weighed in one climb."""

FRONT_BESIDE: Final = 40
"""Plans told beside the front, best first."""


def propose(study: Study, city: City, surrogate: Surrogate, costs: Costs) -> Shortlist:
    """Return the shortlist of a study.

    `InvalidInput` where the budget is none, too small for any network, or no site may be chosen.

    Parameters
    ----------
    city
        Loaded in its last phase; the surrogate is of it.
    """
    if study.budget.usd is None:
        raise InvalidInput("budget", None, "US dollars")
    check_budget_usd(study.budget.usd)
    weigher = Weigher(study, city, surrogate, costs)
    chooser = SiteChooser(weigher)
    sets = chooser.list_sets()
    sizer = _Sizer(weigher)
    for site_ids in sets:
        for fare_factor in sorted(study.vary.fare_factors):
            for plan in sizer.list_first(site_ids, fare_factor):
                weigher.weigh(plan)
    _check_any(weigher)
    for start in _list_starts(weigher):
        _climb(weigher, sizer, start, chooser.allowed)
    kept = _shorten(weigher)
    return Shortlist(
        candidates=kept,
        front=_list_front([weight.told for weight in weigher.known.values()]),
        plans_weighed=len(weigher.known),
        sites_searched=chooser.count_subsets(),
        sites_proven=chooser.is_proven,
        refusals=chooser.tell_refusals(kept),
    )


class _Sizer:
    """Makes plans of given sites and fare."""

    def __init__(self, weigher: Weigher) -> None:
        self._weigher = weigher
        study = weigher.study
        self._duty = make_duty(weigher.city, weigher.costs)
        self.fleet_max = min(study.vary.fleet_max, fleet_limit(study))
        self.fleet_min = min(study.vary.fleet_min, self.fleet_max)

    def list_first(self, site_ids: Sequence[VertiportId], fare_factor: float) -> Iterator[Plan]:
        """Yield plans of the fleets that the flow of ample service asks for."""
        vary = self._weigher.study.vary
        for charger_kw in sorted(vary.charger_kw):
            for headway_s in vary.headways_s:
                ample = msgspec.structs.replace(
                    ample_plan(
                        self._weigher.city,
                        site_ids,
                        fare_factor=fare_factor,
                        charger_kw=charger_kw,
                        fleet=max(self.fleet_max, OPEN_MIN),
                    ),
                    headway_s=headway_s,
                )
                yield from self._size(ample, charger_kw)

    def _size(self, ample: Plan, charger_kw: float) -> Iterator[Plan]:
        weigher = self._weigher
        figures = weigher.surrogate.estimate(ample, weigher.study.setting)
        flow = make_flow(weigher.city, figures, charger_kw)
        good = good_fleet(flow)
        fleets = sorted({self.clip(round(part * good)) for part in FLEET_PARTS})
        for fleet in fleets:
            yield size_plan(weigher.city, ample, flow, self._duty, fleet=fleet)

    def clip(self, fleet: int) -> int:
        """Return a fleet within what the study allows."""
        return max(self.fleet_min, min(self.fleet_max, fleet))

    def resize(self, plan: Plan, fleet: int) -> Plan:
        """Return a plan for another fleet, all else by its flow."""
        weigher = self._weigher
        figures = weigher.weigh(plan).figures
        flow = make_flow(weigher.city, figures, plan.sites[0].charger_kw)
        return size_plan(weigher.city, plan, flow, self._duty, fleet=self.clip(fleet))


def _check_any(weigher: Weigher) -> None:
    """Refuse a budget that no plan keeps, or sites between which nobody flies."""
    weights = list(weigher.known.values())
    if any(not weight.obstacle for weight in weights):
        return
    flown = [weight for weight in weights if weight.obstacle != "nobody"]
    if not flown:
        raise InvalidInput(
            "vary: site_ids",
            sorted({site for weight in weights for site in weight.plan.site_ids}),
            "sites between which anybody would fly at the fares of the study",
        )
    _refuse(weigher, flown)


def _refuse(weigher: Weigher, weights: Sequence[Weight]) -> NoReturn:
    """Say what keeps plans that somebody would fly from being chosen."""
    dear = [weight for weight in weights if weight.obstacle == "budget"]
    if dear:
        covers_all = weigher.study.budget.covers == "all"
        weigher.refuse_budget(
            min(w.told.net_present_cost_tiyn if covers_all else w.told.capital_tiyn for w in dear)
        )
    raise InvalidInput("constraints", weights[0].obstacle, "limits that some plan keeps")


def _list_starts(weigher: Weigher) -> list[Plan]:
    """Return the plans to climb from: the best of different sites."""
    best = sorted(weigher.known.values(), key=lambda w: (w.rank, w.told.plan_id), reverse=True)
    starts: dict[tuple[VertiportId, ...], Plan] = {}
    for weight in best:
        if not weight.obstacle:
            starts.setdefault(weight.plan.site_ids, weight.plan)
    return list(starts.values())[:CLIMBED]


def _climb(weigher: Weigher, sizer: _Sizer, start: Plan, allowed: Sequence[VertiportId]) -> Weight:
    """Return the best plan reached by small changes, each the best of its round."""
    best, weighed = weigher.weigh(start), 0
    while weighed < CLIMB_MAX:
        tried = []
        for plan in _list_neighbours(weigher, sizer, best.plan, allowed):
            if plan.plan_id not in weigher.known:
                weighed += 1
            tried.append(weigher.weigh(plan))
        top = max(tried, key=lambda weight: (weight.rank, weight.told.plan_id), default=best)
        if top.rank <= best.rank:
            break
        best = top
    return best


def _list_neighbours(
    weigher: Weigher, sizer: _Sizer, plan: Plan, allowed: Sequence[VertiportId]
) -> Iterator[Plan]:
    """Yield the plans that differ in one thing."""
    replace = msgspec.structs.replace
    for fleet in (plan.fleet - 2, plan.fleet - 1, plan.fleet + 1, plan.fleet + 2,
                  round(plan.fleet * 0.75), round(plan.fleet * 1.25)):  # fmt: skip
        if sizer.clip(fleet) != plan.fleet:
            yield sizer.resize(plan, fleet)
    fares = sorted(weigher.study.vary.fare_factors)
    place = fares.index(plan.fare_factor) if plan.fare_factor in fares else 0
    for near in (place - 1, place + 1):
        if 0 <= near < len(fares):
            yield sizer.resize(replace(plan, fare_factor=fares[near]), plan.fleet)
    required = set(weigher.study.vary.required_site_ids)
    if len(plan.sites) > OPEN_MIN:
        for site_id in plan.site_ids:
            rest = tuple(site for site in plan.sites if site.vertiport_id != site_id)
            if site_id not in required and _is_linked(weigher, rest):
                yield sizer.resize(_fit(replace(plan, sites=rest, pairs=None)), plan.fleet)
    if len(plan.sites) < weigher.study.vary.sites_max:
        for site_id in allowed:
            if site_id not in plan.site_ids:
                own = own_design(weigher.city.get_vertiport(site_id))
                kw = plan.sites[0].charger_kw
                more = replace(own, stands=2, chargers=1, charger_kw=kw)
                sites = tuple(sorted((*plan.sites, more), key=lambda site: site.vertiport_id))
                if _is_linked(weigher, sites):
                    yield sizer.resize(replace(plan, sites=sites, pairs=None), plan.fleet)


def _fit(plan: Plan) -> Plan:
    """Return a plan with as many aircraft as its stands take."""
    room = sum(site.stands - 1 for site in plan.sites)
    return msgspec.structs.replace(plan, fleet=max(1, min(plan.fleet, room)))


def _is_linked(weigher: Weigher, sites: Sequence[SiteDesign]) -> bool:
    """Say whether a lane leads from and to each of some sites."""
    ids = {site.vertiport_id for site in sites}
    pairs = [pair for pair in weigher.surrogate.pairs if ids.issuperset(pair)]
    return {a for a, _ in pairs} == ids and {b for _, b in pairs} == ids


def _shorten(weigher: Weigher) -> tuple[Candidate, ...]:
    """Return programmes of the best plans, of different sites and fares first."""
    study = weigher.study
    best = sorted(
        (weight for weight in weigher.known.values() if not weight.obstacle),
        key=lambda w: (w.rank, w.told.plan_id),
        reverse=True,
    )
    seen: set[tuple[object, ...]] = set()
    first: list[Weight] = []
    others: list[Weight] = []
    for weight in best:
        key = (weight.plan.site_ids, weight.plan.fare_factor)
        (others if key in seen else first).append(weight)
        seen.add(key)
    found: list[Candidate] = []
    over: list[Weight] = []
    for weight in (*first, *others):
        if len(found) == study.ranking.plans:
            break
        staged = stage_plan(study, weigher.surrogate, weight.plan)
        whole = weigher.weigh_programme(staged.programme, staged.figures)
        if whole.obstacle:
            over.append(whole)
        else:
            found.append(
                Candidate(programme=staged.programme, objective=whole.objective, weighed=whole.told)
            )
    if not found:
        _refuse(weigher, over)
    return tuple(sorted(found, key=lambda c: (-c.objective, c.weighed.plan_id)))


def _list_front(told: Sequence[Weighed]) -> tuple[Weighed, ...]:
    """Return those that no other beats in cost, passengers and minutes, then some beside them."""

    def is_beaten(one: Weighed) -> bool:
        return any(
            other.net_present_cost_tiyn <= one.net_present_cost_tiyn
            and other.passengers_per_day >= one.passengers_per_day
            and other.minutes_saved_per_day >= one.minutes_saved_per_day
            and other is not one
            and (
                other.net_present_cost_tiyn < one.net_present_cost_tiyn
                or other.passengers_per_day > one.passengers_per_day
                or other.minutes_saved_per_day > one.minutes_saved_per_day
            )
            for other in told
        )

    front = sorted(
        (one for one in told if not is_beaten(one)),
        key=lambda one: (one.net_present_cost_tiyn, one.plan_id),
    )
    on_front = {one.plan_id for one in front}
    beside = sorted(
        (one for one in told if one.plan_id not in on_front),
        key=lambda one: (-one.minutes_saved_per_day, one.plan_id),
    )
    return (*front, *beside[:FRONT_BESIDE])
