"""Days of a study: the same for every plan, spread over years and days of the week."""

from collections import Counter
from datetime import date

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.studies.choose_days import FlownDay, draw_days, list_days
from aspan.studies.setting import Setting
from aspan.studies.study import Study
from aspan.world.vertiport import Names

FIRST, UNTIL = date(2020, 1, 1), date(2026, 1, 1)


def _draw(per_month: int, seed: int = 1, months: tuple[int, ...] = ()) -> tuple[FlownDay, ...]:
    return draw_days(per_month=per_month, seed=seed, first=FIRST, until=UNTIL, months=months)


def test_eight_a_month_are_spread() -> None:
    """Ninety-six days have eight of each month, and years and weekdays within one of even."""
    days = _draw(8)
    assert Counter(d.day.month for d in days) == dict.fromkeys(range(1, 13), 8)
    years = Counter(d.day.year for d in days)
    weekdays = Counter(d.day.weekday() for d in days)
    assert set(years.values()) == {16}
    assert set(weekdays.values()) <= {13, 14}
    for month in range(1, 13):
        own = [d.day for d in days if d.day.month == month]
        assert len({day.weekday() for day in own}) == 7
        assert len({day.year for day in own}) == 6
    assert len({d.day for d in days}) == 96


def test_more_days_go_on_from_fewer() -> None:
    """A longer list begins with the shorter one: what was flown stays of use."""
    assert _draw(8)[: 3 * 12] == _draw(3)


def test_days_are_of_the_seed_alone() -> None:
    """The same seed gives the same days and seeds of days; another gives others."""
    assert _draw(2) == _draw(2)
    assert set(_draw(2)).isdisjoint(_draw(2, seed=2))


def test_used_up_record_comes_again_with_other_luck() -> None:
    """After all dates of a month each comes again, with another seed."""
    days = _draw(200, months=(2,))
    dates = 6 * 28 + 2
    assert len({d.day for d in days[:dates]}) == dates
    assert {d.day for d in days[dates:]} <= {d.day for d in days[:dates]}
    assert len(set(days)) == 200


def test_every_date_is_as_likely() -> None:
    """Over many seeds the first eight days of a month fall on all days of the month alike."""
    drawn = Counter(d.day.day for seed in range(50) for d in _draw(8, seed, months=(1,)))
    expected = 50 * 8 / 31
    chi_square = sum((drawn[day] - expected) ** 2 / expected for day in range(1, 32))
    assert chi_square < 60.0  # 30 degrees of freedom: 0.1 % lie above 59.7


def test_study_says_months_and_record() -> None:
    """A study's own months, seed and dates are followed."""
    names = Names(kk="с", ru="с", en="s")
    study = Study(study_id="s", names=names, question=names, setting=Setting(months=(1, 12)))
    days = list_days(study, 4)
    assert [d.day.month for d in days] == [1, 12] * 4
    assert days == _draw(4, months=(1, 12))
    assert len(list_days(study)) == 16


@pytest.mark.parametrize("per_month", [0, 1001])
def test_unreasonable_counts_are_refused(per_month: int) -> None:
    """No day at all, or more than anybody flies, is refused by name."""
    with pytest.raises(InvalidInput, match="days per month"):
        _draw(per_month)


def test_month_outside_the_record_is_refused() -> None:
    """A record without a January has no January days."""
    with pytest.raises(InvalidInput, match="month 1"):
        draw_days(per_month=1, seed=1, first=date(2020, 2, 1), until=date(2020, 3, 1), months=(1,))
