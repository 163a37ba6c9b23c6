"""The daily rows behind the hours: the real day where there is one, else a day borrowed from them.

A borrowed day is a real day of the same calendar date in another year; ten days in a row come from
the same year, so that a borrowed week is a week that could have happened.
"""

from datetime import date, timedelta

from aspan.primitives.dice import draw
from aspan.primitives.errors import InvalidInput
from aspan.world.weather import DailyWeather

_BLOCK_DAYS = 10
"""Assumed: borrowed days come in runs of this length, about two weather systems."""

_LEAP_YEAR = 2024


class DailyRows:
    """Daily weather for any date."""

    def __init__(self, days: tuple[DailyWeather, ...]) -> None:
        if not days:
            raise InvalidInput("weather.days", 0, "at least one day of daily weather")
        self._by_ordinal = {date.fromisoformat(row.date).toordinal(): row for row in days}
        self._by_calendar: dict[tuple[int, int], list[DailyWeather]] = {}
        for ordinal in sorted(self._by_ordinal):
            day = date.fromordinal(ordinal)
            row = self._by_ordinal[ordinal]
            self._by_calendar.setdefault((day.month, day.day), []).append(row)

    def is_real(self, day: date) -> bool:
        """Say whether the file has this very date."""
        return day.toordinal() in self._by_ordinal

    def get_row(self, day: date, seed: int) -> DailyWeather:
        """Return the row of `day`: its own if the file has it, else one borrowed by `seed`."""
        real = self._by_ordinal.get(day.toordinal())
        if real is not None:
            return real
        candidates = self._candidates(day)
        share = draw(seed, "weather", "year", day.toordinal() // _BLOCK_DAYS)
        return candidates[int(share * len(candidates))]

    def _candidates(self, day: date) -> list[DailyWeather]:
        """Return the rows of the nearest calendar date that has any; the earlier date in a tie."""
        centre = date(_LEAP_YEAR, day.month, day.day)
        for distance in range(184):
            for step in (-distance, distance):
                near = centre + timedelta(days=step)
                found = self._by_calendar.get((near.month, near.day))
                if found:
                    return found
        raise InvalidInput("weather.days", len(self._by_ordinal), "rows within half a year")
