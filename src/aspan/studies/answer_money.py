"""The money in an answer: lines by kind, sums with intervals, the years, what a fare does."""

from collections.abc import Sequence
from typing import get_args

from aspan.primitives.units import TIYN_PER_TENGE
from aspan.studies.answer_parts import (
    FareLoad,
    Figure,
    Finance,
    MoneyLine,
    PayingFare,
    YearAnswer,
)
from aspan.studies.estimates import DAYS_PER_YEAR
from aspan.studies.finance import list_years
from aspan.studies.flown import Flown, scale_figure
from aspan.studies.money import GROUP_OF, Case
from aspan.studies.money_ranges import list_kind_ranges
from aspan.studies.programme_money import (
    BREAK_EVEN,
    CAPITAL,
    COST_PER_MINUTE,
    DEFICIT,
    FARES,
    NPC,
    OPERATIONS,
    SUBSIDY,
    ProgrammeMoney,
)
from aspan.world.costs import Costs
from aspan.world.quantity import Mark

COMPUTED = "Computed from days that were flown and from the tariff of the city"


def tell_finance(
    money: ProgrammeMoney, fare_load: Sequence[FareLoad], paying_fare: PayingFare | None
) -> Finance:
    """Return the money of a programme."""
    costs = money.case.costs
    return Finance(
        price_year=costs.price_year,
        kzt_per_usd=_stated(costs, "terms.kzt_per_usd"),
        discount_rate=_stated(costs, "terms.discount_rate"),
        lines=_list_lines(money),
        net_present_cost_tiyn=need_figure(money, NPC),
        capital_tiyn=need_figure(money, CAPITAL),
        operations_per_year_tiyn=need_figure(money, OPERATIONS),
        fares_per_year_tiyn=need_figure(money, FARES),
        deficit_per_year_tiyn=need_figure(money, DEFICIT),
        break_even_fare_tiyn=money.figure(BREAK_EVEN),
        subsidy_per_passenger_tiyn=money.figure(SUBSIDY),
        cost_per_minute_tiyn=money.figure(COST_PER_MINUTE),
        fare_load=tuple(sorted(fare_load, key=lambda point: point.fare_factor)),
        paying_fare=paying_fare,
    )


def need_figure(money: ProgrammeMoney, name: str) -> Figure:
    """Return a sum that every account has."""
    found = money.figure(name)
    return Figure(value=0.0, unit="tiyn", basis="computed") if found is None else found


def _stated(costs: Costs, path: str) -> Figure:
    """Return a number of the costs with its range."""
    quantity = costs.quantities[path]
    return Figure(
        value=quantity.value, unit=quantity.unit, basis="stated", low=quantity.low,
        high=quantity.high,
    )  # fmt: skip


def _list_lines(money: ProgrammeMoney) -> tuple[MoneyLine, ...]:
    """Return every kind of line that is not 0 in some year, in the order of kinds."""
    kept, costs = money.account, money.case.costs
    found = []
    for row in list_kind_ranges(money.case):
        amounts = kept.list_amounts_tiyn(row.kind)
        if not any(amounts):
            continue
        quantity = costs.quantities.get(row.path)
        found.append(
            MoneyLine(
                group=GROUP_OF[row.kind],
                kind=row.kind,
                amounts_tiyn=amounts,
                present_tiyn=row.present_tiyn,
                present_low_tiyn=row.low_tiyn,
                present_high_tiyn=row.high_tiyn,
                quantity_path=row.path,
                source=COMPUTED if quantity is None else quantity.source,
                mark=_mark("modelled" if quantity is None else quantity.mark),
            )
        )
    return tuple(found)


def _mark(text: str) -> Mark:
    """Return a mark of truth by its name."""
    return next(mark for mark in get_args(Mark) if mark == text)


def list_year_answers(money: ProgrammeMoney) -> tuple[YearAnswer, ...]:
    """Return the programme year by year, from the first of service on.

    What is paid before it is in the first year's capital.
    """
    case = money.case
    rows = {row.year: row for row in list_years(money.account)}
    flows = {flow.year: flow for flow in money.account.flows}
    found: list[YearAnswer] = []
    before: set[str] = set()
    for year in case.years:
        number = case.stage_index(year)
        plan, flown = case.programme.stages[number].plan, money.stages[number]
        row, flow = rows[year], flows[year]
        early = year == case.years[0]
        capital = row.capital_tiyn + (
            sum(rows[y].capital_tiyn for y in rows if y < year) if early else 0
        )
        deficit = (
            row.deficit_tiyn
            + row.capital_tiyn
            + (
                sum(rows[y].deficit_tiyn + rows[y].capital_tiyn for y in rows if y < year)
                if early
                else 0
            )
        )
        served = _served_days(case)
        found.append(
            YearAnswer(
                year=year,
                stage=number,
                site_ids=plan.site_ids,
                new_site_ids=tuple(s for s in plan.site_ids if s not in before),
                fleet=flow.fleet,
                delivered=flow.delivered,
                pilots=flow.pilots,
                stands=plan.stands,
                chargers=plan.chargers,
                fare_factor=plan.fare_factor,
                passengers=_of_year(flown, "passengers_flown", "1", served),
                minutes_saved=_of_year(flown, "minutes_saved", "min", served),
                sorties=_of_year(flown, "sorties_flown", "1", served),
                load_factor=flown.ratio(lambda d: d.passenger_km, lambda d: d.seat_km),
                energy_kwh=_of_year(flown, "grid_kwh", "kWh", served),
                capital_tiyn=capital,
                operations_tiyn=row.operations_tiyn,
                fares_tiyn=row.fares_tiyn,
                vat_tiyn=row.vat_tiyn,
                deficit_tiyn=deficit,
            )
        )
        before |= set(plan.site_ids)
    return tuple(found)


def _served_days(case: Case) -> float:
    """Return the days of a year that a mean day stands for."""
    return float(case.costs.terms.service_days_per_year)


def _of_year(flown: Flown, name: str, unit: str, days: float) -> Figure:
    """Return a field of a mean day, of a year."""
    return scale_figure(flown.figure(lambda day: float(getattr(day, name)), unit), days, unit)


def site_capital_tiyn(money: ProgrammeMoney) -> dict[str, int]:
    """Return by site what is built there over the horizon."""
    found: dict[str, int] = {}
    for line in money.account.lines:
        if line.group == "capital" and line.amount_tiyn > 0 and line.subject:
            found[line.subject] = found.get(line.subject, 0) + line.amount_tiyn
    return found


def tell_fare(fare_factor: float, flown: Flown, money: ProgrammeMoney) -> FareLoad:
    """Return what one fare does to the network when built."""
    persons = flown.mean_of("passengers_flown")
    paid = flown.mean(lambda day: day.revenue_tiyn - day.refunds_tiyn)
    fare = paid / persons if persons > 0.0 else 0.0
    return FareLoad(
        fare_factor=fare_factor,
        fare_tiyn=round(fare / TIYN_PER_TENGE) * TIYN_PER_TENGE,
        passengers_per_day=flown.figure(lambda day: float(day.passengers_flown), "1"),
        income_per_year_tiyn=scale_figure(
            flown.figure(lambda day: float(day.revenue_tiyn - day.refunds_tiyn), "tiyn"),
            DAYS_PER_YEAR,
            "tiyn",
        ),
        deficit_per_year_tiyn=need_figure(money, DEFICIT),
    )
