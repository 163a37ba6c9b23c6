"""The answer put together from what a study found."""

from collections.abc import Mapping
from hashlib import sha256

import msgspec

from aspan.operations.city_index import CityIndex
from aspan.studies.answer import ANSWER_VERSION, Answer, DayCounts, Method, Provenance
from aspan.studies.answer_first import Known, list_risks, make_first_page
from aspan.studies.answer_money import list_year_answers, site_capital_tiyn, tell_finance
from aspan.studies.answer_parts import (
    AircraftAlone,
    Assumption,
    Availability,
    Comparison,
    FareLoad,
    FrontPoint,
    OutputSpread,
    PayingFare,
    PlanCompared,
    SiteAnswer,
)
from aspan.studies.answer_service import list_districts, list_pairs, list_segments, list_sites
from aspan.studies.day_figures import DayFigures
from aspan.studies.estimates import COVERAGE_LOW, SKEWED
from aspan.studies.factors import Factor
from aspan.studies.flown import SELDOM, Flown
from aspan.studies.plan import Programme
from aspan.studies.programme_money import ProgrammeMoney
from aspan.studies.ranking import Ranked
from aspan.studies.setting import Setting
from aspan.studies.shortlist import Shortlist
from aspan.studies.study import Study
from aspan.studies.surrogate.figures import SurrogateFigures
from aspan.studies.uncertainty import Spread
from aspan.studies.unknowns import Unknowns
from aspan.world.city import City
from aspan.world.costs import Costs
from aspan.world.doors import DoorTables


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that steps of a study found.

    Parameters
    ----------
    surrogate
        Of the network when built.
    doors
        Ways of the base city, for how far districts are from sites.
    """

    study: Study
    base: City
    index: CityIndex
    doors: DoorTables
    programme: Programme
    setting: Setting
    money: ProgrammeMoney
    stages: tuple[Flown, ...]
    surrogate: SurrogateFigures
    shortlist: Shortlist | None
    ranked: Ranked | None
    plans: tuple[PlanCompared, ...]
    front: tuple[FrontPoint, ...]
    comparisons: tuple[Comparison, ...]
    alone: AircraftAlone
    fare_load: tuple[FareLoad, ...]
    paying_fare: PayingFare | None
    availability: tuple[Availability, ...]
    unknowns: Unknowns
    spearman: float | None
    budget_tiyn: int
    flown: tuple[DayFigures, ...]
    counts: dict[str, int]
    asked_again: int
    code_version: str


def build_answer(found: Findings) -> Answer:
    """Return the answer."""
    money, built = found.money, found.stages[-1]
    finance = tell_finance(money, found.fare_load, found.paying_fare)
    known = Known(
        study=found.study,
        base=found.base,
        index=found.index,
        programme=found.programme,
        flown=built,
        years=list_year_answers(money),
        sites=_list_sites(found),
        districts=list_districts(found.base, found.programme.final_plan, built, found.doors),
        pairs=list_pairs(found.index, built),
        segments=list_segments(built),
        finance=finance,
        availability=found.availability,
        alone=found.alone,
        budget_tiyn=found.budget_tiyn,
        confidence=1.0 if found.ranked is None else found.ranked.confidence,
        is_told_apart=found.ranked is None or found.ranked.is_told_apart,
    )
    page = make_first_page(known)
    return Answer(
        version=ANSWER_VERSION,
        study=found.study,
        city_names=found.base.names,
        credits=found.base.credits,
        programme=found.programme,
        first_page=page,
        years=known.years,
        sites=known.sites,
        districts=known.districts,
        pairs=known.pairs,
        segments=known.segments,
        finance=finance,
        availability=found.availability,
        risks=list_risks(known, page),
        sensitivities=found.unknowns.sensitivities,
        sobol=found.unknowns.sobol,
        knowing=found.unknowns.knowing,
        front=found.front,
        plans=found.plans,
        comparisons=found.comparisons,
        assumptions=_list_assumptions(money.case.costs, found.unknowns.factors),
        days=_count_days(found),
        method=_tell_method(found),
        provenance=_tell_provenance(found),
        spreads=_list_spreads(found.unknowns.spreads),
    )


def _list_spreads(spreads: Mapping[str, Spread]) -> tuple[OutputSpread, ...]:
    """Return where every output lies when all unknowns are drawn together."""
    return tuple(
        OutputSpread(output=name, base=each.base, median=each.median, low=each.low, high=each.high)
        for name, each in sorted(spreads.items())
    )


def _list_sites(found: Findings) -> tuple[SiteAnswer, ...]:
    refusals = (
        {}
        if found.shortlist is None
        else {each.vertiport_id: each.reason for each in found.shortlist.refusals}
    )
    study, every = found.study, [site.vertiport_id for site in found.base.vertiports]
    candidates = list(study.vary.site_ids or every) if study.is_search else []
    return list_sites(
        found.base,
        found.programme,
        found.stages[-1],
        surrogate=found.surrogate,
        capital_tiyn=site_capital_tiyn(found.money),
        reasons=refusals,
        candidates=candidates,
    )


def _list_assumptions(costs: Costs, factors: tuple[Factor, ...]) -> tuple[Assumption, ...]:
    """Return the numbers the answer rests on: the costs, then the unknowns of the setting."""
    found = {
        path: Assumption(
            path=path, value=q.value, unit=q.unit, low=q.low, high=q.high, source=q.source,
            mark=q.mark,
        )
        for path, q in sorted(costs.quantities.items())
    }  # fmt: skip
    for factor in factors:
        if factor.kind == "setting":
            path = f"study.{factor.name}"
            found[path] = Assumption(
                path=path, value=factor.value, unit=factor.unit, low=factor.low, high=factor.high,
                source=factor.source, mark=factor.mark,
            )  # fmt: skip
    return tuple(found[path] for path in sorted(found))


def _count_days(found: Findings) -> DayCounts:
    study = found.study
    return DayCounts(
        simulated=len(found.flown),
        by_step=dict(sorted(found.counts.items())),
        skipped=found.asked_again,
        sorties=sum(day.sorties_flown for day in found.flown),
        weather_from_date=study.days.from_date,
        weather_until_date=study.days.until_date,
        months=found.setting.months_flown,
    )


def _tell_method(found: Findings) -> Method:
    shortlist, ranked = found.shortlist, found.ranked
    built = found.stages[-1]
    seldom = [name for name in SKEWED if built.figure_of(name, "1").note == SELDOM]
    return Method(
        plans_weighed=0 if shortlist is None else shortlist.plans_weighed,
        sites_searched=0 if shortlist is None else shortlist.sites_searched,
        sites_proven=shortlist is not None and shortlist.sites_proven,
        surrogate_spearman=found.spearman,
        ranking_stages=0 if ranked is None else ranked.looks,
        confidence_asked=found.study.ranking.confidence,
        sobol_samples=found.study.sampling.samples,
        coverage_notes=tuple(sorted(COVERAGE_LOW)),
        seldom_notes=tuple(sorted(seldom)),
    )


def _tell_provenance(found: Findings) -> Provenance:
    logs = sha256("".join(f"{day.key} {day.log_sha256}\n" for day in found.flown).encode())
    study = found.study
    return Provenance(
        code_version=found.code_version,
        city_id=found.base.city_id,
        city_sha256=found.base.files_sha256,
        costs_sha256=found.money.case.costs.file_sha256,
        study_hash=study.study_hash,
        logs_sha256=logs.hexdigest(),
        seeds={"days": study.days.seed, "sampling": study.sampling.seed},
    )
