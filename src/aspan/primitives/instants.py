"""Instants: integer milliseconds UTC since 1970; text and time zones only at the edges."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aspan.primitives.errors import InvalidInput

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def parse_date(text: str, *, field: str = "date") -> date:
    """Return the date written `YYYY-MM-DD`; `InvalidInput` naming `field` otherwise."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(field, text, "a date as YYYY-MM-DD") from None
    if day.isoformat() != text:
        raise InvalidInput(field, text, "a date as YYYY-MM-DD")
    return day


def parse_local_time(text: str, *, field: str = "time") -> time:
    """Return the wall-clock time written `HH:MM`; `InvalidInput` naming `field` otherwise."""
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007  a wall-clock time has no zone
    except ValueError:
        raise InvalidInput(field, text, "a time of day as HH:MM") from None


def local_instant_ms(day: date, at: time, zone: str) -> int:
    """Return the instant [ms] of the wall-clock time `at` on `day` in the IANA `zone`."""
    return datetime_to_ms(datetime.combine(day, at, tzinfo=ZoneInfo(zone)))


def local_midnight_ms(day: date, zone: str) -> int:
    """Return the instant [ms] at which `day` begins in the IANA `zone`."""
    return local_instant_ms(day, time(0), zone)


def datetime_to_ms(moment: datetime) -> int:
    """Return the instant [ms] of an aware datetime."""
    return (moment - _EPOCH) // _MS


def ms_to_local(at_ms: int, zone: str) -> datetime:
    """Return the aware local datetime of an instant [ms] in the IANA `zone`."""
    return (_EPOCH + at_ms * _MS).astimezone(ZoneInfo(zone))


def format_utc(at_ms: int) -> str:
    """Return an instant [ms] as RFC 3339 text in UTC, `2026-04-15T03:00:00.000Z`."""
    return (_EPOCH + at_ms * _MS).isoformat(timespec="milliseconds").replace("+00:00", "Z")
