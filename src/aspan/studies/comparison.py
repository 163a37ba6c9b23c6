"""Variants flown on the same days: what each comes to, and how it differs from the first."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.studies.answer_parts import Comparison, Figure
from aspan.studies.day_figures import DayFigures
from aspan.studies.estimates import SKEWED, estimate_mean
from aspan.studies.flown import Flown, tell_estimate
from aspan.studies.plan import Plan
from aspan.studies.plan_city import make_city
from aspan.studies.programme_money import DEFICIT, NPC, ProgrammeMoney
from aspan.studies.setting import Setting
from aspan.studies.study import Study, Variant
from aspan.studies.variants import edit_plan
from aspan.world.city import City

TOLD: Final[Mapping[str, tuple[str, Callable[[DayFigures], float]]]] = {
    "passengers_flown": ("1", lambda day: float(day.passengers_flown)),
    "minutes_saved": ("min", lambda day: day.minutes_saved),
    "revenue_tiyn": ("tiyn", lambda day: float(day.revenue_tiyn - day.refunds_tiyn)),
    "sorties_flown": ("1", lambda day: float(day.sorties_flown)),
    "sorties_empty": ("1", lambda day: float(day.sorties_empty)),
    "sorties_cancelled": ("1", lambda day: float(day.sorties_cancelled)),
    "sorties_cancelled_weather": ("1", lambda day: float(day.sorties_cancelled_weather)),
    "sorties_diverted": ("1", lambda day: float(day.sorties_diverted)),
    "bookings": ("1", lambda day: float(day.bookings)),
    "bookings_cancelled": ("1", lambda day: float(day.bookings_cancelled)),
    "energy_kwh": ("kWh", lambda day: day.energy_kwh),
    "grid_kwh": ("kWh", lambda day: day.grid_kwh),
}
"""Figures of a mean day that are compared, with unit; fares less refunds."""

MONEY_TOLD: Final = (NPC, DEFICIT)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A variant with its plan."""

    variant: Variant
    plan: Plan

    @property
    def setting(self) -> Setting:
        """In which its days are flown."""
        return self.variant.setting


class VariantDays(msgspec.Struct, frozen=True, kw_only=True):
    """A variant with the days it flew."""

    case: Case
    flown: Flown


def edit_variants(study: Study, base: City, found: Plan | None) -> tuple[Case, ...]:
    """Return the variants of a study with their plans; `InvalidInput` naming one that cannot be.

    Parameters
    ----------
    found
        By the search of the study; None where nothing is searched.
    """
    cases = []
    for variant in study.variants:
        try:
            plan = edit_plan(base, variant.edit, found)
            make_city(base, plan, variant.setting)
        except InvalidInput as error:
            name = f"variants.{variant.variant_id}: {error.field}"
            raise InvalidInput(name, error.value, error.expected) from None
        cases.append(Case(variant=variant, plan=plan))
    return tuple(cases)


def compare_variants(
    variants: tuple[VariantDays, ...], money: Mapping[str, ProgrammeMoney]
) -> tuple[Comparison, ...]:
    """Return every variant with its figures, and its differences to the first.

    Parameters
    ----------
    money
        Of each variant, by its id.
    """
    found = []
    for number, each in enumerate(variants):
        variant_id = each.case.variant.variant_id
        figures = {
            name: each.flown.figure_of(name, unit)
            if name in SKEWED
            else each.flown.figure(of, unit)
            for name, (unit, of) in TOLD.items()
        }
        figures |= {
            name: figure
            for name in MONEY_TOLD
            if (figure := money[variant_id].figure(name)) is not None
        }
        first = variants[0]
        found.append(
            Comparison(
                variant_id=variant_id,
                names=each.case.variant.names,
                plan=each.case.plan,
                setting=each.case.setting,
                days=len(each.flown.days),
                figures=figures,
                differences={}
                if number == 0
                else differ(each.flown, first.flown)
                | _differ_money(money[variant_id], money[first.case.variant.variant_id]),
            )
        )
    return tuple(found)


def differ(one: Flown, other: Flown) -> dict[str, Figure]:
    """Return by name what one comes to more than the other, from the days both flew."""
    twins = {(day.date, day.seed): day for day in other.days}
    pairs = [(day, twins[day.date, day.seed]) for day in one.days if (day.date, day.seed) in twins]
    if len(pairs) < 2:
        return {}
    return {
        name: tell_estimate(
            estimate_mean([(a.month, of(a) - of(b)) for a, b in pairs], months=one.months), unit
        )
        for name, (unit, of) in TOLD.items()
    }


def _differ_money(one: ProgrammeMoney, other: ProgrammeMoney) -> dict[str, Figure]:
    """Return what money differs by; no interval, as each has its own."""
    return {
        name: Figure(
            value=one.outputs[name] - other.outputs[name], unit="tiyn", basis="computed",
            days=len(one.stages[-1].days),
        )
        for name in MONEY_TOLD
        if name in one.outputs and name in other.outputs
    }  # fmt: skip
