"""Variants: a plan told by what it changes of the city's own network, or of the one found."""

from math import ceil

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.studies.plan import Plan, SiteDesign
from aspan.studies.plan_city import KEPT_FREE, own_design, own_plan
from aspan.studies.study import PlanEdit
from aspan.world.city import City

PILOTS_PER_AIRCRAFT = 2
"""On the payroll where a variant does not say. Assumed: a long day of service is two duties, and
the money hires as many as duty needs."""


def edit_plan(base: City, edit: PlanEdit, found: Plan | None = None) -> Plan:
    """Return the plan of a variant; `InvalidInput` naming what cannot be.

    Parameters
    ----------
    base
        Loaded in its last phase.
    found
        By the search of the study; needed where the edit is of it.
    """
    if edit.of == "found":
        if found is None:
            raise InvalidInput("variants.plan.of", edit.of, "own, as nothing is searched")
        plan = found
    else:
        plan = own_plan(base, phase=edit.phase)
    if edit.site_ids:
        plan = _keep_sites(base, plan, edit.site_ids)
    if edit.charger_kw is not None:
        kw = edit.charger_kw
        plan = msgspec.structs.replace(
            plan, sites=tuple(msgspec.structs.replace(s, charger_kw=kw) for s in plan.sites)
        )
    fleet = plan.fleet if edit.fleet is None else edit.fleet
    pilots = plan.pilots if edit.fleet is None else PILOTS_PER_AIRCRAFT * fleet
    changes: dict[str, object] = {
        "fleet": fleet,
        "pilots": pilots if edit.pilots is None else edit.pilots,
    }
    if edit.fare_factor is not None:
        changes["fare_factor"] = edit.fare_factor
    if edit.pairs is not None:
        changes["pairs"] = _both_ways(edit.pairs)
    if edit.headway_s is not None:
        changes["headway_s"] = edit.headway_s
    return make_room(msgspec.structs.replace(plan, **changes))


def make_room(plan: Plan) -> Plan:
    """Return the plan with stands enough for its fleet, chargers in the same share; else as it is.

    Stands are added one by one where there are fewest for the size the site has.
    """
    short = plan.fleet - sum(max(0, site.stands - KEPT_FREE) for site in plan.sites)
    if short <= 0:
        return plan
    stands = {site.vertiport_id: site.stands for site in plan.sites}
    for _ in range(short):
        least = min(plan.sites, key=lambda s: (stands[s.vertiport_id] / s.stands, s.vertiport_id))
        stands[least.vertiport_id] += 1
    return msgspec.structs.replace(
        plan, sites=tuple(_with_stands(site, stands[site.vertiport_id]) for site in plan.sites)
    )


def scale_up(plan: Plan, fleet: int) -> Plan:
    """Return the network made as much larger as its fleet; a smaller fleet leaves it as it is.

    Stands, chargers and power keep their shares of the fleet; FATOs stay, as few aircraft a minute
    use them.
    """
    times = fleet / plan.fleet
    if times <= 1.0:
        return msgspec.structs.replace(plan, fleet=fleet, pilots=PILOTS_PER_AIRCRAFT * fleet)
    sites = tuple(
        msgspec.structs.replace(
            site,
            stands=ceil(site.stands * times),
            chargers=min(ceil(site.chargers * times), ceil(site.stands * times)),
            site_power_kw=site.site_power_kw * times,
        )
        for site in plan.sites
    )
    grown = msgspec.structs.replace(
        plan, sites=sites, fleet=fleet, pilots=PILOTS_PER_AIRCRAFT * fleet
    )
    return make_room(grown)


def _with_stands(site: SiteDesign, stands: int) -> SiteDesign:
    """Return a site with so many stands, and chargers for the same share of them."""
    if stands == site.stands:
        return site
    chargers = min(stands, -(-site.chargers * stands // site.stands))
    return msgspec.structs.replace(site, stands=stands, chargers=chargers)


def _keep_sites(base: City, plan: Plan, site_ids: tuple[VertiportId, ...]) -> Plan:
    """Return the plan on these sites alone, each as it is there or as the city's files have it."""
    designs = []
    for site_id in sorted(set(site_ids)):
        kept = plan.find_site(site_id)
        designs.append(own_design(base.get_vertiport(site_id)) if kept is None else kept)
    known = {design.vertiport_id for design in designs}
    pairs = plan.pairs
    if pairs is not None:
        pairs = tuple(pair for pair in pairs if set(pair) <= known)
    return msgspec.structs.replace(plan, sites=tuple(designs), pairs=pairs)


def _both_ways(
    pairs: tuple[tuple[VertiportId, VertiportId], ...],
) -> tuple[tuple[VertiportId, VertiportId], ...]:
    """Return the pairs in both directions, sorted."""
    return tuple(sorted({*pairs, *((there, here) for here, there in pairs)}))
