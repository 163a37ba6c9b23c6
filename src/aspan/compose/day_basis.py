"""Day basis: does a run's date have a weather record, and if not, from which day is it drawn.

The twin flies any date; one without a record borrows a real day of the same calendar date
(`twin/weather_days.py`). Whoever shows such a day must say so. A date that no approval covers is
refused: nothing may fly on it, so there is nothing to see.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.twin.weather_days import DailyRows
from aspan.world.city import City


class DayBasis(msgspec.Struct, frozen=True, kw_only=True):
    """What stands behind the weather of a run's dates.

    Parameters
    ----------
    days, days_modelled
        Dates of the run; those of them without a record.
    first_modelled, drawn_from
        First date without a record, and the real day it is drawn from; empty if all have one.
    record_from, record_until
        First and last date of the city's record.
    """

    days: int
    days_modelled: int
    first_modelled: str
    drawn_from: str
    record_from: str
    record_until: str

    @property
    def sentence(self) -> str:
        """What must be said of it; empty if every date has a record."""
        if not self.days_modelled:
            return ""
        record = f"the record goes from {self.record_from} to {self.record_until}"
        drawn = f"a modelled day drawn from {self.drawn_from}"
        if self.days == 1:
            return f"no weather record for {self.first_modelled}: {drawn}; {record}"
        return (
            f"no weather record for {self.days_modelled} of {self.days} days, the first"
            f" {self.first_modelled}: {drawn}; {record}"
        )


def _list_dates(day: date, days: int) -> Iterator[date]:
    return (day + timedelta(days=n) for n in range(days))


def find_day_basis(city: City, *, day: date, days: int, seed: int) -> DayBasis:
    """Return which of so many dates have a weather record, and what the others are drawn from."""
    rows, record = DailyRows(city.weather.days), city.weather.days
    modelled = [at for at in _list_dates(day, days) if not rows.is_real(at)]
    return DayBasis(
        days=days,
        days_modelled=len(modelled),
        first_modelled=modelled[0].isoformat() if modelled else "",
        drawn_from=rows.get_row(modelled[0], seed).date if modelled else "",
        record_from=min(row.date for row in record),
        record_until=max(row.date for row in record),
    )


def check_day(city: City, *, day: date, days: int, field: str = "--date") -> None:
    """Refuse dates on none of which anything may fly."""
    spans = [(a.from_date, a.until_date) for a in city.approvals if a.kind != "none"]
    first, last = day.isoformat(), (day + timedelta(days=days - 1)).isoformat()
    if any(from_date <= last and first < until_date for from_date, until_date in spans):
        return
    if not spans:
        raise InvalidInput(field, first, "a city with an approval to fly on some date")
    until = date.fromisoformat(max(span[1] for span in spans)) - timedelta(days=1)
    expected = f"a date on which the city may fly: {min(span[0] for span in spans)} to {until}"
    raise InvalidInput(field, first, expected)
