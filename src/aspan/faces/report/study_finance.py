"""The money of a study: every line with its range and source, cash by year, what a fare does."""

from typing import Final

import msgspec
from markupsafe import Markup

from aspan.faces.report.drawing import Drawing, Scale
from aspan.faces.report.study_charts import WIDTH, list_ticks
from aspan.faces.report.study_found import find_spread
from aspan.faces.report.study_words import StudyWords, Told
from aspan.faces.report.study_years import list_money_years
from aspan.primitives.units import TIYN_PER_TENGE
from aspan.studies.answer import Answer
from aspan.studies.answer_parts import FareLoad, MoneyLine, PayingFare


class LineRow(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of money in words."""

    name: str
    present: str
    range: str
    share: float
    is_income: bool
    amounts: tuple[str, ...]
    source: str
    path: str
    mark: str


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of one group and their sum."""

    name: str
    total: str
    amounts: tuple[str, ...]
    lines: tuple[LineRow, ...]


class Finance(msgspec.Struct, frozen=True, kw_only=True):
    """The section on money."""

    figures: tuple[tuple[str, Told, str], ...]
    basis: str
    years: tuple[str, ...]
    groups: tuple[Group, ...]
    fare: Markup | None
    fare_rows: tuple[tuple[str, ...], ...]
    paying: str


def make_finance(answer: Answer, words: StudyWords) -> Finance:
    """Return the money in words."""
    money = answer.finance
    shown = (
        ("npc", money.net_present_cost_tiyn),
        ("capital", money.capital_tiyn),
        ("operations", money.operations_per_year_tiyn),
        ("fares", money.fares_per_year_tiyn),
        ("deficit", money.deficit_per_year_tiyn),
        ("subsidy", money.subsidy_per_passenger_tiyn),
        ("break_even", money.break_even_fare_tiyn),
        ("minute", money.cost_per_minute_tiyn),
    )
    figures = [
        (
            words.t(f"study.figure.{name}"),
            words.tell(found, is_fare=name in ("break_even", "minute")),
            _tell_spread(answer, name, words),
        )
        for name, found in shown
        if found is not None
    ]
    rate = money.kzt_per_usd
    low, high = (rate.low or rate.value), (rate.high or rate.value)
    return Finance(
        figures=tuple(figures),
        basis=words.t(
            "study.money.basis",
            year=money.price_year,
            rate=words.number(rate.value),
            span=words.span(words.number(low), words.number(high)),
            discount=words.percent(money.discount_rate.value, 0),
        ),
        years=tuple(str(year) for year in list_money_years(answer)),
        groups=tuple(_list_groups(answer, words)),
        fare=_draw_fare(money.fare_load, words),
        fare_rows=tuple(_tell_fare(point, words) for point in _in_order(money.fare_load)),
        paying="" if money.paying_fare is None else _tell_paying(money.paying_fare, words),
    )


def _tell_paying(found: PayingFare, words: StudyWords) -> str:
    """Return at what fare, if any, the service pays for itself with passengers answering."""
    told = {
        **words.fares(found.low_tiyn, found.high_tiyn),
        "asked": words.number(found.asked),
        "least": words.tenge(found.least_fare_tiyn),
        "cost": words.usd(found.least_cost_tiyn),
        "people": words.near(found.least_passengers_per_day),
    }
    if found.fare_tiyn is None:
        return words.t("study.fare.pays_nowhere", **told)
    return words.t("study.fare.pays_at", fare=words.tenge(found.fare_tiyn), **told)


_SPREADS: Final = {"npc": "net_present_cost_tiyn", "deficit": "deficit_per_year_tiyn"}


def _tell_spread(answer: Answer, name: str, words: StudyWords) -> str:
    """Return how far all unknowns together move a sum; empty if that was not sampled."""
    spread = find_spread(answer, _SPREADS.get(name, f"{name}_tiyn"))
    return "" if spread is None else words.t("study.spread.short", span=words.spread(spread))


def _list_groups(answer: Answer, words: StudyWords) -> list[Group]:
    groups = []
    lines = answer.finance.lines
    most = max((abs(line.present_tiyn) for line in lines), default=1) or 1
    for code in ("capital", "operations", "income", "tax"):
        found = [line for line in lines if line.group == code]
        if not found:
            continue
        yearly = [
            sum(amounts) for amounts in zip(*(line.amounts_tiyn for line in found), strict=True)
        ]
        groups.append(
            Group(
                name=words.t(f"study.group.{code}"),
                total=words.usd(sum(line.present_tiyn for line in found)),
                amounts=tuple(_millions(amount, words) for amount in yearly),
                lines=tuple(_tell_line(line, most, words) for line in found),
            )
        )
    return groups


def _tell_line(line: MoneyLine, most: int, words: StudyWords) -> LineRow:
    low, high = line.present_low_tiyn, line.present_high_tiyn
    span = ""
    if low is not None and high is not None and low != high:
        low, high = sorted((low, high))
        span = words.usd_span(low, high)
    return LineRow(
        name=words.find_word("study.kind", line.kind) or line.kind.replace("_", " "),
        present=words.usd(line.present_tiyn),
        range=span,
        share=abs(line.present_tiyn) / most,
        is_income=line.present_tiyn < 0,
        amounts=tuple(_millions(amount, words) for amount in line.amounts_tiyn),
        source=line.source,
        path=line.quantity_path,
        mark=words.word("mark", line.mark),
    )


def _millions(amount_tiyn: int, words: StudyWords) -> str:
    """Return an amount in millions of dollars, a dot where it is nothing."""
    if amount_tiyn == 0:
        return "·"
    return words.number(amount_tiyn / TIYN_PER_TENGE / words.kzt_per_usd / 1e6, 2)


def _in_order(points: tuple[FareLoad, ...]) -> list[FareLoad]:
    return sorted(points, key=lambda p: p.fare_tiyn)


def _tell_fare(point: FareLoad, words: StudyWords) -> tuple[str, ...]:
    return (
        words.tenge(point.fare_tiyn),
        words.near(point.passengers_per_day.value),
        words.usd(point.income_per_year_tiyn.value),
        words.usd(point.deficit_per_year_tiyn.value),
    )


def _draw_fare(points: tuple[FareLoad, ...], words: StudyWords) -> Markup | None:
    """Return passengers a day over the fare of a seat; None with fewer than two fares."""
    ordered = _in_order(points)
    if len(ordered) < 2:
        return None
    height = 210.0
    drawing = Drawing(WIDTH, height, words.t("study.fare.chart"), "fare-load")
    kzt = [p.fare_tiyn / TIYN_PER_TENGE / 1000 for p in ordered]
    people = [p.passengers_per_day.value for p in ordered]
    up = list_ticks(0.0, max([*people, 0.1]), 4)
    across = list_ticks(min(kzt), max(kzt), 4)
    x = Scale(across[0], across[-1], 40, WIDTH - 14)
    y = Scale(0.0, up[-1], height - 40, 24)
    for value in up:
        drawing.line((40, y(value)), (WIDTH, y(value)), "axis" if value == 0 else "grid")
        drawing.text((34, y(value) + 4), words.near(value), "soft num", "end")
    for value in across:
        drawing.text((x(value), height - 22), words.near(value), "soft num", "middle")
    drawing.text((0, 12), words.t("study.axis.people"), "soft")
    drawing.text((WIDTH, height - 5), words.t("study.axis.fare"), "soft", "end")
    line = [(x(a), y(b)) for a, b in zip(kzt, people, strict=True)]
    drawing.path(line, "line")
    for at, value in zip(line, people, strict=True):
        drawing.circle(at, 3.5, "spot")
        drawing.text((at[0] + 4, at[1] - 8), words.near(value), "num halo")
    return drawing.markup()
