"""Day basis: a date without a weather record is told, one without an approval is refused."""

from datetime import date

import pytest

from aspan.compose.day_basis import check_day, find_day_basis
from aspan.primitives.errors import InvalidInput
from aspan.world.readers import load_city

TINY = load_city("tiny")
RECORD = {date.fromisoformat(row.date) for row in TINY.weather.days}
LAST = max(RECORD)


def test_a_recorded_day_says_nothing() -> None:
    """A date of the record is flown on its own weather."""
    basis = find_day_basis(TINY, day=LAST, days=1, seed=1)
    assert (basis.days_modelled, basis.sentence) == (0, "")


def test_a_day_beyond_the_record_names_the_day_it_is_drawn_from() -> None:
    """The day named is a real one of the same calendar date."""
    basis = find_day_basis(TINY, day=date(2028, 3, 1), days=1, seed=1)
    drawn = date.fromisoformat(basis.drawn_from)
    assert drawn in RECORD
    assert (drawn.month, drawn.day) == (3, 1)
    assert basis.sentence.startswith(
        f"no weather record for 2028-03-01: a modelled day drawn from {drawn}"
    )


def test_days_that_leave_the_record_are_counted() -> None:
    """Only the dates after the last of the record are modelled."""
    basis = find_day_basis(TINY, day=LAST, days=3, seed=1)
    assert basis.days_modelled == 2
    assert basis.first_modelled > LAST.isoformat()
    assert "2 of 3 days" in basis.sentence


def test_a_date_on_which_nothing_may_fly_is_refused() -> None:
    """The approvals bound the dates, half-open; a run that touches them is flown."""
    check_day(TINY, day=date(2029, 12, 31), days=1)
    check_day(TINY, day=date(2019, 12, 31), days=2)
    for day, days in ((date(2030, 1, 1), 1), (date(2019, 12, 30), 2)):
        with pytest.raises(InvalidInput, match="2020-01-01 to 2029-12-31"):
            check_day(TINY, day=day, days=days)
