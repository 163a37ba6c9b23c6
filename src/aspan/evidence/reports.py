"""Reports: what software tells the test site, unsigned; never a decision of a person.

The software that may tell is told by where it runs: the limit watch and the recorder of the site,
its weather service. A report repeated says nothing new.
"""

from typing import Final, Literal

import msgspec

NO_CEILING_M: Final = 99_999.0
"""Of a sky without a ceiling."""

HOURS_MAX: Final = 96
"""Most hours of one weather report."""

Place = Literal["pad", "alternate"]


class ReportKnockItOff(msgspec.Struct, frozen=True, kw_only=True, tag_field="report", tag=True):
    """The limit watch saw a limit passed.

    Parameters
    ----------
    at_ms
        When, in telemetry time.
    value
        Of the channel; None where there is none.
    """

    run_id: str
    limit_id: str
    at_ms: int
    value: float | None = None


class ReportTelemetry(msgspec.Struct, frozen=True, kw_only=True, tag_field="report", tag=True):
    """The recorder keeps the telemetry of a run; the last report of a run counts.

    Parameters
    ----------
    manifest_sha256
        Of the manifest that names every part and its hash.
    gaps, flagged
        Gaps in the sequence; rows with any doubt.
    is_twin
        Whether the twin flew it, not an aircraft.
    recorder_id
        What recorded it: of an aircraft, a recorder that the range knows to be on board.
    """

    run_id: str
    manifest_sha256: str
    rows: int
    gaps: int = 0
    flagged: int = 0
    from_at_ms: int | None = None
    until_at_ms: int | None = None
    is_twin: bool = True
    recorder_id: str = "twin"


class AirHour(msgspec.Struct, frozen=True, kw_only=True):
    """The air at a place from an instant until the next hour of the report, one hour at most."""

    at_ms: int
    visibility_m: float
    ceiling_agl_m: float
    wind_mps: float
    gust_mps: float
    temperature_k: float
    pressure_pa: float


class ReportWeather(msgspec.Struct, frozen=True, kw_only=True, tag_field="report", tag=True):
    """What is observed at a place, and forecast for the hours after.

    Parameters
    ----------
    hours
        In order of time; the first is the observation, at `observed_at_ms`.
    """

    place: Place
    source: str
    observed_at_ms: int
    hours: tuple[AirHour, ...]


SiteReport = ReportKnockItOff | ReportTelemetry | ReportWeather
"""Every report."""
