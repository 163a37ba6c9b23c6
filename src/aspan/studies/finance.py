"""Finance: the account of a programme added up, discounted, and asked what it would take.

Amounts are discounted to the price year; one paid in that year counts in full. A net present cost
is what the service costs beyond what passengers pay; where it is below 0 they pay more.

**Break-even fare.** The mean fare a passenger, tax in it, at which the net present cost is 0, if as
many fly as do now: fares, what is paid back, tax and the cost of sale move with it, nothing else.
That is a lower bound of the truth where fewer fly when it is dearer: `find_break_even` asks the
accounts of several fares, each with the demand that is left at it, and answers None where no fare
pays for what it costs.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.studies.exact import AMOUNT_MAX, UNITS, present, round_ratio, tiyn_to_cents, to_units
from aspan.studies.money import (
    CAPITAL,
    FARE_KINDS,
    GROUP_OF,
    INCOME,
    OPERATIONS,
    TAX,
    Account,
    Case,
    Line,
    YearFlow,
)
from aspan.studies.money_capital import (
    Asset,
    count_delivered,
    list_aircraft,
    list_built,
    list_capital,
)
from aspan.studies.money_running import count_pilots, list_running, list_year_units
from aspan.world.costs import Costs


class YearMoney(msgspec.Struct, frozen=True, kw_only=True):
    """One year of an account; what is paid is positive.

    Parameters
    ----------
    capital_tiyn
        Residuals of the last year in it, negative.
    fares_tiyn
        Fares less refunds, tax in it; positive.
    deficit_tiyn
        Operations and tax less fares.
    cash_tiyn
        Deficit and capital but residuals: what must be found in the year.
    cumulative_tiyn
        Cash of all years so far.
    present_tiyn
        Deficit and capital with residuals, discounted.
    """

    year: int
    capital_tiyn: int
    operations_tiyn: int
    fares_tiyn: int
    vat_tiyn: int
    deficit_tiyn: int
    cash_tiyn: int
    cumulative_tiyn: int
    present_tiyn: int


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """What an account comes to over all its years.

    Parameters
    ----------
    capital_tiyn, residual_tiyn
        Built and bought, not discounted; what of it is left at the end, positive.
    fares_tiyn, vat_tiyn
        Fares less refunds, tax in it; the tax.
    net_cost_tiyn
        Not discounted, residuals taken off.
    net_present_cost_cents, capital_cents
        In US cents at the exchange rate of the costs.
    passengers_present_units, minutes_present_units
        Passengers and minutes saved, discounted as money is, in millionths.
    mean_fare_tiyn
        A passenger, refunds taken off, tax in it; None if nobody flies.
    break_even_fare_tiyn
        At which the net present cost is 0 with as many passengers; None without fares.
    running_break_even_fare_tiyn
        The same for operations alone.
    subsidy_per_passenger_tiyn, subsidy_per_minute_tiyn
        Net present cost over discounted passengers, and over minutes saved; None of none.
    cost_per_minute_tiyn
        Net present cost before fares and tax, over discounted minutes saved; None of none.
    """

    price_year: int
    capital_tiyn: int
    residual_tiyn: int
    operations_tiyn: int
    fares_tiyn: int
    vat_tiyn: int
    net_cost_tiyn: int
    net_present_cost_tiyn: int
    net_present_cost_cents: int
    capital_present_tiyn: int
    capital_cents: int
    passengers_present_units: int
    minutes_present_units: int
    mean_fare_tiyn: int | None
    break_even_fare_tiyn: int | None
    running_break_even_fare_tiyn: int | None
    subsidy_per_passenger_tiyn: int | None
    subsidy_per_minute_tiyn: int | None
    cost_per_minute_tiyn: int | None


class FarePoint(msgspec.Struct, frozen=True, kw_only=True):
    """A fare, and what the programme costs when all who would still fly at it do."""

    fare_factor: float
    mean_fare_tiyn: int
    net_present_cost_tiyn: int


class BreakEven(msgspec.Struct, frozen=True, kw_only=True):
    """Where fares pay for everything, demand answering to them.

    Parameters
    ----------
    fare_tiyn
        Between two fares asked about, on the straight line; None: at none of them.
    cheapest
        Of the fares asked about, the one with the least net present cost.
    """

    fare_tiyn: int | None
    cheapest: FarePoint


def account(case: Case) -> Account:
    """Return the account of a programme."""
    pilots, built, fleet = count_pilots(case), list_built(case), list_aircraft(case)
    lines = [*list_capital(case, pilots, built, fleet), *list_running(case, pilots, built)]
    years = tuple(range(case.start_year, case.end_year + 1))
    return Account(
        case=case,
        years=years,
        lines=_merge(lines),
        flows=tuple(_flow(case, year, pilots, fleet) for year in years),
    )


def _merge(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return one line for each year, kind and subject, sorted."""
    sums: dict[tuple[int, str, str, str], int] = {}
    for line in lines:
        key = (line.year, line.group, line.kind, line.subject)
        sums[key] = sums.get(key, 0) + line.amount_tiyn
    return tuple(
        Line(year=year, group=group, kind=kind, subject=subject, amount_tiyn=amount)  # type: ignore[arg-type]
        for (year, group, kind, subject), amount in sorted(sums.items())
        if amount != 0
    )


def _flow(case: Case, year: int, pilots: dict[int, int], fleet: list[Asset]) -> YearFlow:
    """Return what is not money in one year."""
    if year < case.programme.first_year:
        return YearFlow(
            year=year, stage=None, fleet=0, delivered=0, pilots=0, passengers_units=0,
            minutes_units=0, sorties_units=0,
        )  # fmt: skip
    passengers, minutes, sorties = list_year_units(case, year)
    return YearFlow(
        year=year,
        stage=case.stage_index(year),
        fleet=case.fleet_in(year),
        delivered=count_delivered(fleet, year, case.end_year),
        pilots=pilots[year],
        passengers_units=passengers,
        minutes_units=minutes,
        sorties_units=sorties,
    )


def list_years(kept: Account) -> tuple[YearMoney, ...]:
    """Return the account year by year."""
    sums = _sum_kinds(kept)
    rows: list[YearMoney] = []
    so_far_tiyn = 0
    for year in kept.years:
        of: dict[str, int] = dict.fromkeys(("capital", "operations", "income", "tax"), 0)
        for kind, amount in sums[year].items():
            of[GROUP_OF[kind]] += amount
        deficit = of["operations"] + of["tax"] + of["income"]
        cash = deficit + of["capital"] - sums[year].get("residual", 0)
        so_far_tiyn += cash
        rows.append(
            YearMoney(
                year=year,
                capital_tiyn=of["capital"],
                operations_tiyn=of["operations"],
                fares_tiyn=-of["income"],
                vat_tiyn=of["tax"],
                deficit_tiyn=deficit,
                cash_tiyn=cash,
                cumulative_tiyn=so_far_tiyn,
                present_tiyn=discount(kept.case.costs, deficit + of["capital"], year),
            )
        )
    return tuple(rows)


def _sum_kinds(kept: Account) -> dict[int, dict[str, int]]:
    """Return sums of lines by year of the account and kind."""
    sums: dict[int, dict[str, int]] = {year: {} for year in kept.years}
    for line in kept.lines:
        of_year = sums[line.year]
        of_year[line.kind] = of_year.get(line.kind, 0) + line.amount_tiyn
    return sums


def discount(costs: Costs, amount: int, year: int) -> int:
    """Return what an amount of a year is worth in the price year, rounded once."""
    rate = to_units(costs.terms.discount_rate, "terms.discount_rate")
    return present(amount, rate, year - costs.price_year)


def total(kept: Account) -> Totals:
    """Return what an account comes to."""
    costs, rows, sums = kept.case.costs, list_years(kept), _sum_kinds(kept)
    rate = to_units(costs.terms.kzt_per_usd, "terms.kzt_per_usd")
    if rate <= 0:
        raise InvalidInput("terms.kzt_per_usd", costs.terms.kzt_per_usd, "more than 0")
    residual = -kept.sum_tiyn(kinds=("residual",))
    capital = sum(row.capital_tiyn for row in rows) + residual
    npc = sum(row.present_tiyn for row in rows)
    passengers = sum(discount(costs, f.passengers_units, f.year) for f in kept.flows)
    minutes = sum(discount(costs, f.minutes_units, f.year) for f in kept.flows)
    taken = _present_of(costs, sums, INCOME)
    moving = _present_of(costs, sums, FARE_KINDS)
    running = _present_of(costs, sums, (*OPERATIONS, *INCOME, *TAX))
    capital_present = _present_of(costs, sums, CAPITAL)
    paid = _present_of(costs, sums, (*CAPITAL, *OPERATIONS))
    return Totals(
        price_year=costs.price_year,
        capital_tiyn=capital,
        residual_tiyn=residual,
        operations_tiyn=sum(row.operations_tiyn for row in rows),
        fares_tiyn=sum(row.fares_tiyn for row in rows),
        vat_tiyn=sum(row.vat_tiyn for row in rows),
        net_cost_tiyn=sum(row.deficit_tiyn + row.capital_tiyn for row in rows),
        net_present_cost_tiyn=npc,
        net_present_cost_cents=tiyn_to_cents(npc, rate),
        capital_present_tiyn=capital_present,
        capital_cents=tiyn_to_cents(capital, rate),
        passengers_present_units=passengers,
        minutes_present_units=minutes,
        mean_fare_tiyn=_each(-taken, passengers),
        break_even_fare_tiyn=_break_even(npc - moving, taken, moving, passengers),
        running_break_even_fare_tiyn=_break_even(running - moving, taken, moving, passengers),
        subsidy_per_passenger_tiyn=_each(npc, passengers),
        subsidy_per_minute_tiyn=_each(npc, minutes),
        cost_per_minute_tiyn=_each(paid, minutes),
    )


def _present_of(costs: Costs, sums: Mapping[int, Mapping[str, int]], kinds: tuple[str, ...]) -> int:
    """Return the present sum of lines of some kinds: added up by year, then discounted."""
    return sum(
        discount(costs, sum(of_year.get(kind, 0) for kind in kinds), year)
        for year, of_year in sums.items()
    )


def present_of_kind(kept: Account, kind: str) -> int:
    """Return the present sum of one kind of line."""
    return _present_of(kept.case.costs, _sum_kinds(kept), (kind,))


def _each(amount_tiyn: int, units: int) -> int | None:
    """Return an amount over a number in millionths; None if that is not more than 0."""
    return _reasonable(round_ratio(amount_tiyn * UNITS, units)) if units > 0 else None


def _reasonable(amount_tiyn: int) -> int | None:
    """Return an amount a passenger or minute; None of hardly any, where it means nothing."""
    return amount_tiyn if abs(amount_tiyn) < AMOUNT_MAX else None


def _break_even(fixed: int, taken: int, moving: int, passengers: int) -> int | None:
    """Return the mean fare at which what moves with it pays for what does not; None of none.

    Parameters
    ----------
    fixed, moving
        Present sums that do not and do move with the fare.
    taken
        Present sum of fares less refunds, negative as money taken in is.
    """
    if passengers <= 0 or moving >= 0 or taken >= 0:
        return None
    return _reasonable(round_ratio(fixed * -taken * UNITS, -moving * passengers))


def find_break_even(points: Sequence[FarePoint]) -> BreakEven:
    """Return where fares pay for everything, over fares with the demand that is left at each.

    The lowest fare at which the net present cost falls to 0, on the straight line between two that
    were asked about; none is invented beyond them.
    """
    if not points:
        raise InvalidInput("break-even: points", 0, "at least one fare")
    ordered = sorted(points, key=lambda point: (point.mean_fare_tiyn, point.fare_factor))
    cheapest = min(ordered, key=lambda point: (point.net_present_cost_tiyn, point.fare_factor))
    found = ordered[0].mean_fare_tiyn if ordered[0].net_present_cost_tiyn <= 0 else None
    for before, after in pairwise(ordered):
        if found is None and after.net_present_cost_tiyn <= 0:
            fall = before.net_present_cost_tiyn - after.net_present_cost_tiyn
            step = after.mean_fare_tiyn - before.mean_fare_tiyn
            found = before.mean_fare_tiyn + round_ratio(before.net_present_cost_tiyn * step, fall)
    return BreakEven(fare_tiyn=found, cheapest=cheapest)
