"""Which days are flown: dates of the weather record with a seed each, the same for every plan.

Every plan meets the same weather, the same wishes and the same luck, so that what differs between
two plans is due to them (common random numbers). Dates are drawn month by month. In each month the
years of the record and the days of the week take turns in a keyed order, so that any first part of
the list is spread over both; more days a month continue the list and change none of those before.
When a month of the record is used up, its dates come again with another seed: the reanalysis day is
the same then, hours, wishes and faults are not.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from aspan.primitives.dice import draw, stream_key
from aspan.primitives.errors import InvalidInput
from aspan.studies.estimates import MONTHS
from aspan.studies.study import Study

PER_MONTH_MAX = 1000
"""Days of a month in a list: 12,000 a plan are more than any interval needs."""

_SEED_BITS = 31
_WEEK = 7


class FlownDay(NamedTuple):
    """A date of the record and the seed of everything that is chance on it."""

    day: date
    seed: int


def list_days(
    study: Study, per_month: int | None = None, seed: int | None = None
) -> tuple[FlownDay, ...]:
    """Return the days of a study, the first of every month, then the second, and so on.

    Parameters
    ----------
    per_month
        Of each month flown; those the study asks for if None.
    seed
        The study's if None.
    """
    days = study.days
    return draw_days(
        per_month=days.per_month if per_month is None else per_month,
        seed=days.seed if seed is None else seed,
        first=date.fromisoformat(days.from_date),
        until=date.fromisoformat(days.until_date),
        months=study.setting.months,
    )


def draw_days(
    *,
    per_month: int,
    seed: int,
    first: date,
    until: date,
    months: Sequence[int] = (),
) -> tuple[FlownDay, ...]:
    """Return `per_month` days of each month: the first of every month, then the second, and so on.

    Parameters
    ----------
    first, until
        Half-open range of dates of the record.
    months
        Those that are flown, 1 to 12; all if empty.
    """
    if not 1 <= per_month <= PER_MONTH_MAX:
        raise InvalidInput("days per month", per_month, f"1 to {PER_MONTH_MAX}")
    rows = [
        _list_month(month, per_month, seed, _list_dates(first, until, month))
        for month in sorted(set(months) or MONTHS)
    ]
    return tuple(row[number] for number in range(per_month) for row in rows)


def _list_dates(first: date, until: date, month: int) -> list[date]:
    """Return the dates of a calendar month in the record."""
    count = (until - first).days
    dates = [first + timedelta(days=n) for n in range(count)]
    found = [day for day in dates if day.month == month]
    if not found:
        raise InvalidInput("days", f"{first} to {until}", f"dates of month {month} among them")
    return found


def _list_month(month: int, per_month: int, seed: int, dates: list[date]) -> list[FlownDay]:
    """Return days of one month, a whole turn of the record at a time."""
    taken: list[FlownDay] = []
    turn = 0
    while len(taken) < per_month:
        for day in _order(month, seed, turn, dates):
            name = ("study", "day", day.isoformat(), turn)
            taken.append(FlownDay(day=day, seed=stream_key(seed, *name) >> (64 - _SEED_BITS)))
        turn += 1
    return taken[:per_month]


def _order(month: int, seed: int, turn: int, dates: list[date]) -> Iterator[date]:
    """Yield every date once; years take turns, and days of the week do.

    The two turns have lengths without a common factor for the six years of the record, so they
    meet in every combination. The month shifts both, so that the first days of all months are
    spread over the week and the years too.
    """
    years = _keyed_order(seed, "year", turn, sorted({day.year for day in dates}))
    weekdays = _keyed_order(seed, "weekday", turn, range(_WEEK))
    left = {day: draw(seed, "study", "date", day.isoformat(), turn) for day in dates}
    number = 0
    while left:
        year = years[(number + month) % len(years)]
        weekday = weekdays[(number + month) % _WEEK]
        rank = [(d.weekday() != weekday, d.year != year, luck, d) for d, luck in left.items()]
        chosen = min(rank)[3]
        del left[chosen]
        number += 1
        yield chosen


def _keyed_order(seed: int, what: str, turn: int, choices: Sequence[int]) -> list[int]:
    """Return choices in the order of one turn of the record, the same for all months."""
    return sorted(choices, key=lambda choice: (draw(seed, "study", what, turn, choice), choice))
