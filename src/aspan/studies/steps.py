"""The steps of a study, each made when it is first asked for; `conduct` says what they are for."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

import msgspec

from aspan.compose.door_tables import find_door_tables
from aspan.operations.city_index import CityIndex
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import TIYN_PER_TENGE
from aspan.studies.answer_build import Findings
from aspan.studies.answer_money import tell_fare
from aspan.studies.answer_parts import AircraftAlone, Availability, FareLoad, PlanCompared
from aspan.studies.answer_plans import draw_front, find_spearman, list_compared
from aspan.studies.availability import judge_availability
from aspan.studies.choose_days import FlownDay, list_days
from aspan.studies.comparison import VariantDays, compare_variants, edit_variants
from aspan.studies.contest import NoiseLimit, hold_contest, make_yardstick, rules_of
from aspan.studies.day_task import day_code_version
from aspan.studies.executors import Executor
from aspan.studies.flights import Flights, Told
from aspan.studies.flown import Flown
from aspan.studies.money_tables import CHOSEN
from aspan.studies.objective import Yardstick
from aspan.studies.paying_fare import find_paying_fare
from aspan.studies.plan import FLEET_MAX, Plan, Programme, Stage
from aspan.studies.plan_city import make_city
from aspan.studies.programme_money import ProgrammeMoney
from aspan.studies.ranking import Ranked
from aspan.studies.search import propose
from aspan.studies.setting import Setting
from aspan.studies.shortlist import Candidate, Shortlist
from aspan.studies.study import Study
from aspan.studies.study_folder import (
    SHORTLIST_NAME,
    Identity,
    find_file,
    open_folder,
    write_file,
)
from aspan.studies.surrogate.surrogate import Surrogate
from aspan.studies.unknowns import Rival, Unknowns, sample_unknowns
from aspan.studies.variants import PILOTS_PER_AIRCRAFT, scale_up
from aspan.world.city import City
from aspan.world.costs import Costs

ALONE_MAX: Final = 200
"""Most aircraft that are flown to see what aircraft alone would carry; more carry no more."""


class Steps:
    """One study on its way.

    Parameters
    ----------
    tables
        Folder below which run tables are kept; they are not if None.
    """

    def __init__(
        self,
        study: Study,
        base: City,
        costs: Costs,
        folder: Path,
        *,
        executor: Executor,
        told: Told,
        tables: Path | None = None,
    ) -> None:
        self.study, self.base, self.costs = study, base, costs
        self._folder, self._told = folder, told
        self.code_version = day_code_version()
        open_folder(
            folder,
            Identity(
                study=study,
                city_id=base.city_id,
                city_sha256=base.files_sha256,
                costs_sha256=costs.file_sha256,
                code_version=self.code_version,
            ),
        )
        self.flights = Flights(folder, base, executor, told, tables)

    # ---- what is searched ----------------------------------------------------------------------

    @cached_property
    def surrogate(self) -> Surrogate:
        """The surrogate of the city."""
        self._told("surrogate", 0, 1)
        found = Surrogate(self.base)
        self._told("surrogate", 1, 1)
        return found

    @cached_property
    def shortlist(self) -> Shortlist:
        """What the search found; `InvalidInput` if nothing is feasible."""
        path = self._folder / SHORTLIST_NAME
        found = find_file(path, Shortlist)
        if found is None:
            self._told("search", 0, 1)
            found = propose(self.study, self.base, self.surrogate, self.costs)
            write_file(path, found)
            self._told("search", 1, 1)
        if not found.candidates:
            expected = (
                "a budget and candidate sites with which some plan can be flown: none of "
                f"{found.plans_weighed} weighed keeps the budget and the constraints"
            )
            raise InvalidInput("--budget-usd", self.study.budget.usd, expected)
        return found

    @cached_property
    def candidates(self) -> dict[str, Candidate]:
        """Candidates by the id of their network when built, the first of each."""
        if not self.study.is_search:
            return {}
        found: dict[str, Candidate] = {}
        for candidate in self.shortlist.candidates[: self.study.ranking.plans]:
            found.setdefault(candidate.programme.final_plan.plan_id, candidate)
        return found

    @cached_property
    def yardstick(self) -> Yardstick:
        """What a day is measured by."""
        return make_yardstick(self.study, self.surrogate, self.candidates, self.costs)

    @cached_property
    def ranked(self) -> Ranked | None:
        """How the contest ended; None where nothing is searched."""
        if not self.study.is_search:
            return None
        self._expect()
        return hold_contest(
            self.flights,
            {name: each.programme.final_plan for name, each in self.candidates.items()},
            self.setting,
            self.list_days(self.study.days.ranking_per_month_max),
            rules=rules_of(self.study),
            yardstick=self.yardstick,
            costs={
                name: float(each.weighed.net_present_cost_tiyn)
                for name, each in self.candidates.items()
            },
            limit=self._noise_limit,
        )

    @property
    def _noise_limit(self) -> NoiseLimit | None:
        """The limit that flown days must keep; None where the study asks for none."""
        people_max = self.study.constraints.people_above_limit_max
        return None if people_max is None else NoiseLimit(people_max, self.days, self.base)

    def _expect(self) -> None:
        """Tell the flights how many days each step may need at most."""
        study, months = self.study, len(self.setting.months_flown)
        days, beside = study.days, len(self.other_days)
        stages = len(study.horizon.phases) if study.is_search else 1
        self.flights.expect(
            {
                "ranking": len(self.candidates) * days.ranking_per_month_max * months,
                "final": stages * len(self.days),
                "variants": len(study.variants) * len(self.days),
                "alone": beside,
                "fares": len(study.vary.fare_factors) * beside,
            }
        )

    # ---- what is flown -------------------------------------------------------------------------

    @property
    def setting(self) -> Setting:
        """The setting of the programme of the answer."""
        return self.study.setting if self.study.is_search else self.study.variants[0].setting

    def list_days(self, per_month: int) -> tuple[FlownDay, ...]:
        """Return the first days of the study, so many of each month."""
        return list_days(self.study, per_month)

    @cached_property
    def days(self) -> tuple[FlownDay, ...]:
        """Days of each stage, and of each variant."""
        return self.list_days(self.study.days.per_month)

    @cached_property
    def other_days(self) -> tuple[FlownDay, ...]:
        """Days of what is flown beside the programme."""
        return self.list_days(min(self.study.days.other_per_month, self.study.days.per_month))

    @cached_property
    def programme(self) -> Programme:
        """The programme of the answer: the chosen one, or the first variant over the horizon."""
        if self.ranked is not None:
            return self.candidates[self.ranked.choice].programme
        self._expect()
        return self._lasting(edit_variants(self.study, self.base, None)[0].plan)

    def _lasting(self, plan: Plan) -> Programme:
        """Return a plan over the whole horizon; deliveries still bound its fleet at first."""
        horizon = self.study.horizon
        stage = Stage(first_year=horizon.first_year, years=horizon.years, plan=plan)
        return Programme(stages=(stage,))

    @cached_property
    def stages(self) -> tuple[Flown, ...]:
        """Flown days of every stage of the programme."""
        plans = [stage.plan for stage in self.programme.stages]
        self.flights.fly("final", [(plan, self.setting) for plan in plans], self.days)
        return tuple(self.flights.get(plan, self.setting, self.days) for plan in plans)

    @cached_property
    def variants(self) -> tuple[VariantDays, ...]:
        """The variants of the study, flown."""
        found = self.programme.final_plan if self.study.is_search else None
        cases = edit_variants(self.study, self.base, found)
        self.flights.fly("variants", [(case.plan, case.setting) for case in cases], self.days)
        return tuple(
            VariantDays(case=case, flown=self.flights.get(case.plan, case.setting, self.days))
            for case in cases
        )

    @cached_property
    def alone(self) -> AircraftAlone:
        """What the whole budget carries if it buys aircraft and nothing but."""
        plan = self.programme.final_plan
        bought = int((self.study.budget.usd or 0.0) / self._aircraft_usd)
        fleet = min(FLEET_MAX, ALONE_MAX, max(plan.fleet, bought))
        flown = self._fly_beside("alone", scale_up(plan, fleet))
        return AircraftAlone(
            fleet=bought if self.study.budget.usd else fleet,
            passengers_per_day=flown.figure(lambda day: float(day.passengers_flown), "1"),
        )

    @property
    def _aircraft_usd(self) -> float:
        """What an aircraft costs with its spares, and its pilots with their training."""
        bought, crew = self.costs.aircraft, self.costs.crew
        taught = crew.training_usd + crew.simulator_usd / crew.pilots_per_simulator
        return bought.price_usd * (1.0 + bought.spares_share) + PILOTS_PER_AIRCRAFT * taught

    @cached_property
    def fare_load(self) -> tuple[FareLoad, ...]:
        """What each fare that the study may ask, and its own, does to the network when built."""
        asked = {*self.study.vary.fare_factors, self.programme.final_plan.fare_factor}
        return tuple(self._ask_fare(fare_factor) for fare_factor in sorted(asked))

    def _ask_fare(self, fare_factor: float) -> FareLoad:
        """Return what the network when built carries and costs at a fare."""
        moved = msgspec.structs.replace(self.programme.final_plan, fare_factor=fare_factor)
        flown = self._fly_beside("fares", moved)
        money = self.money_of(self._lasting(moved), (flown,))
        return tell_fare(fare_factor, flown, money)

    def _fly_beside(self, step: str, plan: Plan) -> Flown:
        """Return days of a plan beside the programme."""
        self.flights.fly(step, [(plan, self.setting)], self.other_days)
        return self.flights.get(plan, self.setting, self.other_days)

    # ---- what it costs -------------------------------------------------------------------------

    def money_of(self, programme: Programme, stages: Sequence[Flown]) -> ProgrammeMoney:
        """Return the money of a programme whose stages flew these days."""
        return ProgrammeMoney(programme, stages, self.costs, self.study.horizon.deliveries)

    @cached_property
    def money(self) -> ProgrammeMoney:
        """The money of the programme."""
        return self.money_of(self.programme, self.stages)

    @cached_property
    def contest_days(self) -> dict[str, Flown]:
        """Flown days of every candidate, as many as each flew."""
        if self.ranked is None:
            return {}
        found = {}
        for plan in self.ranked.plans:
            days = self.list_days(self.study.days.ranking_per_month_max)[: plan.days]
            network = self.candidates[plan.name].programme.final_plan
            found[plan.name] = self.flights.get(network, self.setting, days)
        return found

    @cached_property
    def contest_money(self) -> dict[str, ProgrammeMoney]:
        """Money of every candidate; stages before the last count as that one flew, by the fleet."""
        return {
            name: self.money_of(
                self.candidates[name].programme,
                [flown] * len(self.candidates[name].programme.stages),
            )
            for name, flown in self.contest_days.items()
        }

    @cached_property
    def variant_money(self) -> dict[str, ProgrammeMoney]:
        """Money of every variant over the horizon, by its id."""
        return {
            each.case.variant.variant_id: self.money_of(
                self._lasting(each.case.plan), (each.flown,)
            )
            for each in (self.variants if self.study.variants else ())
        }

    @property
    def accounts(self) -> dict[str, ProgrammeMoney]:
        """Every account by the name it has in the tables of money."""
        named = {f"plan {name}": kept for name, kept in self.contest_money.items()}
        named |= {f"variant {name}": kept for name, kept in self.variant_money.items()}
        return {CHOSEN: self.money, **named}

    # ---- what is not known ---------------------------------------------------------------------

    @cached_property
    def unknowns(self) -> Unknowns:
        """What is not known, sampled."""
        chosen = self.programme.final_plan.plan_id
        rivals = {
            name: Rival(programme=kept.case.programme, means=kept.case.means)
            for name, kept in self.contest_money.items()
            if name != chosen
        }
        rivals[chosen] = Rival(programme=self.programme, means=self.money.case.means)
        return sample_unknowns(
            self.surrogate,
            rivals,
            chosen,
            costs=self.costs,
            setting=self.setting,
            deliveries=self.study.horizon.deliveries,
            samples=self.study.sampling.samples,
            names=self.study.sampling.factors,
            seed=self.study.sampling.seed,
            told=lambda done, total: self._told("unknowns", done, total),
        )

    @cached_property
    def availability(self) -> tuple[Availability, ...]:
        """How often weather lets each site of the network be used, and the network."""
        self._told("weather", 0, 1)
        days = self.study.days
        city = make_city(self.base, self.programme.final_plan, self.setting)
        found = judge_availability(
            city,
            first=date.fromisoformat(days.from_date),
            until=date.fromisoformat(days.until_date),
            seeds=(days.seed,),
            months=self.setting.months,
        )
        self._told("weather", 1, 1)
        return tuple(
            Availability(
                place_id=each.place_id,
                share=each.share,
                years=each.years,
                is_modelled=True,
                days_lost_per_year=each.days_lost_per_year,
            )
            for each in found
        )

    # ---- all of it -----------------------------------------------------------------------------

    @cached_property
    def compared(self) -> tuple[PlanCompared, ...]:
        """The plans of the contest."""
        if self.ranked is None:
            return ()
        return list_compared(
            self.ranked, self.candidates, self.contest_days, self.contest_money, self.yardstick
        )

    def find(self) -> Findings:
        """Return everything that is found, in the order in which it is flown."""
        chosen = self.programme.final_plan
        stages, variants = self.stages, self.variants if self.study.variants else ()
        alone, fares = self.alone, self.fare_load
        usd = self.study.budget.usd or 0.0
        return Findings(
            study=self.study,
            base=self.base,
            index=CityIndex(make_city(self.base, chosen, self.setting)),
            doors=find_door_tables(self.base),
            programme=self.programme,
            setting=self.setting,
            money=self.money,
            stages=stages,
            surrogate=self.surrogate.estimate(chosen, self.setting),
            shortlist=self.shortlist if self.study.is_search else None,
            ranked=self.ranked,
            plans=self.compared,
            front=draw_front(self.shortlist, self.contest_days, self.contest_money, chosen.plan_id)
            if self.study.is_search
            else (),
            comparisons=compare_variants(variants, self.variant_money),
            alone=alone,
            fare_load=fares,
            paying_fare=find_paying_fare(
                self.surrogate, self.money.case, self.setting, self.study.vary.fare_factors
            ),
            availability=self.availability,
            unknowns=self.unknowns,
            spearman=find_spearman(self.compared),
            budget_tiyn=round(usd * self.costs.terms.kzt_per_usd * TIYN_PER_TENGE),
            flown=tuple(self.flights.list_needed()),
            counts=self.flights.counts,
            asked_again=self.flights.asked_again,
            code_version=self.code_version,
        )
