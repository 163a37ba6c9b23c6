"""Instants: integer milliseconds inside, text and zones at the edge."""

from datetime import UTC, date, datetime, time

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import (
    datetime_to_ms,
    format_utc,
    local_instant_ms,
    local_midnight_ms,
    ms_to_local,
    parse_date,
    parse_local_time,
)

ALMATY = "Asia/Almaty"


def test_a_billion_seconds() -> None:
    """The Unix time 1,000,000,000 is 2001-09-09T01:46:40Z (IEEE Std 1003.1, 4.19)."""
    assert datetime_to_ms(datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)) == 1_000_000_000_000
    assert format_utc(1_000_000_000_000) == "2001-09-09T01:46:40.000Z"


@pytest.mark.parametrize(
    ("day", "hours_ahead"), [(date(2024, 2, 29), 6), (date(2024, 3, 2), 5), (date(2025, 7, 1), 5)]
)
def test_almaty_is_five_hours_ahead_since_march_2024(day: date, hours_ahead: int) -> None:
    """Almaty went from UTC+6 to UTC+5 on 2024-03-01 (IANA time zone database, 2024a)."""
    midnight_utc_ms = datetime_to_ms(datetime(day.year, day.month, day.day, tzinfo=UTC))
    assert local_midnight_ms(day, ALMATY) == midnight_utc_ms - hours_ahead * 3_600_000


def test_local_and_back() -> None:
    """An instant given by the wall clock is shown as it was given."""
    at_ms = local_instant_ms(date(2025, 4, 15), time(8, 30), ALMATY)
    shown = ms_to_local(at_ms, ALMATY)
    assert (shown.hour, shown.minute, shown.date()) == (8, 30, date(2025, 4, 15))


def test_milliseconds_are_not_lost() -> None:
    """Every millisecond has a text of its own."""
    assert format_utc(1) == "1970-01-01T00:00:00.001Z"
    assert datetime_to_ms(datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)) == -1


@pytest.mark.parametrize(
    "text", ["2025-13-01", "15.04.2025", "", "2025-02-29", "20250415", "2025-W16-2"]
)
def test_a_date_that_is_none_is_named(text: str) -> None:
    """The error names the field, the value and what was expected."""
    with pytest.raises(InvalidInput, match=r"--date.*YYYY-MM-DD") as error:
        parse_date(text, field="--date")
    assert error.value.value == text


@pytest.mark.parametrize("text", ["24:00", "8", "08:60", "08:00:00", ""])
def test_a_time_that_is_none_is_named(text: str) -> None:
    """A time of day is two pairs of digits on the clock."""
    with pytest.raises(InvalidInput, match="HH:MM"):
        parse_local_time(text)


def test_a_date_and_a_time_are_read() -> None:
    """What is well written is read."""
    assert parse_date("2024-02-29") == date(2024, 2, 29)
    assert parse_local_time("06:05") == time(6, 5)
