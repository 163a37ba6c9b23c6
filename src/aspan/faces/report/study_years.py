"""The programme year by year: aircraft, sites, passengers, money; a small table and two charts."""

from itertools import pairwise
from typing import Final

import msgspec
from markupsafe import Markup

from aspan.faces.report.study_charts import (
    Column,
    Stack,
    draw_columns,
    draw_stacks,
    list_ticks,
)
from aspan.faces.report.study_found import a_day
from aspan.faces.report.study_words import StudyWords
from aspan.faces.report.words import NONE
from aspan.primitives.units import TIYN_PER_TENGE
from aspan.studies.answer import Answer
from aspan.studies.answer_parts import YearAnswer

RESIDUAL: Final = "residual"
"""Kind of line that holds what is left at the end: no money of that year, so told apart."""


class YearRow(msgspec.Struct, frozen=True, kw_only=True):
    """One year in words."""

    year: str
    aircraft: str
    sites: str
    new_sites: str
    people: str
    people_range: str
    people_year: str
    minutes_year: str
    sorties_year: str
    load: str
    fare: str
    capital: str
    operations: str
    fares: str
    deficit: str


class Years(msgspec.Struct, frozen=True, kw_only=True):
    """The years as rows, and their charts.

    Parameters
    ----------
    early, settled
        Years until the network stands whole, and those after, in which nothing is added.
    mean
        What the settled years are in the mean, for paper; None if there are fewer than two.
    """

    rows: tuple[YearRow, ...]
    early: tuple[YearRow, ...]
    settled: tuple[YearRow, ...]
    mean: YearRow | None
    people: Markup
    money: Markup
    left: str


def make_years(answer: Answer, words: StudyWords) -> Years | None:
    """Return the years of the programme; None if the answer tells none."""
    if not answer.years:
        return None
    left = find_worth_left(answer)
    rows = tuple(_tell_year(year, left.get(year.year, 0), words) for year in answer.years)
    count = count_settled(answer.years)
    return Years(
        rows=rows,
        early=rows[: len(rows) - count],
        settled=rows[len(rows) - count :],
        mean=_tell_mean(answer.years[-count:], left, words) if count else None,
        people=_draw_people(answer, words),
        money=_draw_cash(answer, left, words),
        left=words.t("study.years.left", worth=words.usd(sum(left.values())), year=max(left))
        if left
        else "",
    )


def count_settled(years: tuple[YearAnswer, ...]) -> int:
    """Return how many of the last years, of two and more, go on as the year before them began."""
    count = 0
    for before, year in reversed(list(pairwise(years))):
        is_same = (year.fleet, year.site_ids) == (before.fleet, before.site_ids)
        if not is_same or year.stage != before.stage or year.delivered > 0:
            break
        count += 1
    return count if count > 1 else 0


def _tell_mean(years: tuple[YearAnswer, ...], left: dict[int, int], words: StudyWords) -> YearRow:
    """Return what years of the same network are in the mean, as one row."""

    def mean(amounts: list[int]) -> int:
        return round(sum(amounts) / len(amounts))

    last = years[-1]
    found = msgspec.structs.replace(
        last,
        capital_tiyn=mean([y.capital_tiyn + left.get(y.year, 0) for y in years]),
        operations_tiyn=mean([y.operations_tiyn for y in years]),
        fares_tiyn=mean([y.fares_tiyn for y in years]),
        vat_tiyn=mean([y.vat_tiyn for y in years]),
        deficit_tiyn=mean([y.deficit_tiyn + left.get(y.year, 0) for y in years]),
        passengers=msgspec.structs.replace(
            last.passengers, value=sum(y.passengers.value for y in years) / len(years)
        ),
    )
    span = words.span(str(years[0].year), str(last.year))
    return msgspec.structs.replace(
        _tell_year(found, 0, words), year=words.t("study.years.each", span=span)
    )


def list_money_years(answer: Answer) -> list[int]:
    """Return the years that lines of money tell: those of service, and what is built before."""
    count = max((len(line.amounts_tiyn) for line in answer.finance.lines), default=0)
    last = answer.years[-1].year if answer.years else answer.programme.first_year + count - 1
    return list(range(last - count + 1, last + 1))


def find_worth_left(answer: Answer) -> dict[int, int]:
    """Return by year what is left at the end and counted as taken in, in tiyn; above 0."""
    years = list_money_years(answer)
    found: dict[int, int] = {}
    for line in answer.finance.lines:
        if line.kind == RESIDUAL:
            for year, amount in zip(years, line.amounts_tiyn, strict=True):
                if amount < 0:
                    found[year] = found.get(year, 0) - amount
    return found


def _tell_year(year: YearAnswer, left_tiyn: int, words: StudyWords) -> YearRow:
    """Return a year in words, fares without tax; what is left at the end is taken off no year."""
    people = year.passengers
    ends = people.low is not None and people.high is not None
    low, high = (a_day(people.low or 0.0), a_day(people.high or 0.0)) if ends else (0.0, 0.0)
    return YearRow(
        year=str(year.year),
        aircraft=words.number(year.fleet),
        sites=words.number(len(year.site_ids)),
        new_sites=", ".join(words.place(site) for site in year.new_site_ids),
        people=words.near(a_day(people.value)),
        people_range=words.span(words.near(low), words.near(high)) if ends else "",
        people_year=words.number(people.value),
        minutes_year=words.number(year.minutes_saved.value),
        sorties_year=words.number(year.sorties.value),
        load=words.percent(year.load_factor),
        fare=f"×{words.number(year.fare_factor, 2)}",
        capital=_millions(year.capital_tiyn + left_tiyn, words),
        operations=_millions(year.operations_tiyn, words),
        fares=_millions(year.fares_tiyn - year.vat_tiyn, words),
        deficit=_millions(year.deficit_tiyn + left_tiyn, words),
    )


def _millions(amount_tiyn: int, words: StudyWords) -> str:
    """Return an amount in millions of dollars; nothing is told as such."""
    if amount_tiyn == 0:
        return NONE
    return words.number(amount_tiyn / TIYN_PER_TENGE / words.kzt_per_usd / 1e6, 1)


def _draw_people(answer: Answer, words: StudyWords) -> Markup:
    columns = []
    for year in answer.years:
        people = year.passengers
        told = words.near(a_day(people.value))
        columns.append(
            Column(
                name=str(year.year),
                value=a_day(people.value),
                low=None if people.low is None else a_day(people.low),
                high=None if people.high is None else a_day(people.high),
                label=told,
                title=f"{year.year}: {words.t('study.people_a_day', n=told)}",
            )
        )
    return draw_columns(columns, words.t("study.years.people"))


def _draw_cash(answer: Answer, left: dict[int, int], words: StudyWords) -> Markup:
    """Return money by year: capital and running costs above zero, fares and what is left below."""
    million = 1e6 * TIYN_PER_TENGE * words.kzt_per_usd
    stacks = []
    for year in answer.years:
        worth = left.get(year.year, 0)
        taken = year.fares_tiyn - year.vat_tiyn
        parts = (year.capital_tiyn + worth, year.operations_tiyn, taken, worth)
        capital, operations, fares, kept = (max(part, 0) / million for part in parts)
        gap = words.usd(year.deficit_tiyn + worth)
        stacks.append(
            Stack(
                name=f"{year.year % 100:02d}",
                above=(("capital", capital), ("operations", operations)),
                below=(("fares", fares), ("kept", kept)),
                title=f"{year.year}: {words.t('study.money.gap')} {gap}",
            )
        )
    most = max((sum(v for _, v in stack.above) for stack in stacks), default=1.0)
    least = min((-sum(v for _, v in stack.below) for stack in stacks), default=0.0)
    ticks = [(v, words.near(v)) for v in list_ticks(least, max(most, 0.1), 4)]
    return draw_stacks(stacks, ticks, words.t("study.years.money"))
