"""The go/no-go list as it stands once evaluated: its lines, each with evidence, limit and verdict.

Its lines are those of facts 5.c, weather and battery taken apart, and four of the site's own: the
slot, the cards before, the approval of the aircraft, line traffic.
"""

from typing import Final, Literal

import msgspec

How = Literal["yes_no", "value", "text", "site"]
"""How a line is answered: by evidence that says yes, or a number, or words, or by the site itself
from what it holds: its log, its weather reports."""


class LineKind(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the list."""

    name: str
    how: How
    unit: str = ""


def _kind(name: str, how: How, unit: str = "") -> LineKind:
    return LineKind(name=name, how=how, unit=unit)


LINE_TRAFFIC: Final = "line_traffic"
"""Whether line traffic keeps out: the service says so itself; where there is none, evidence."""

LINES: Final = (
    _kind("card_approved", "site"),
    _kind("slot_held", "site"),
    _kind("previous_cards", "site"),
    _kind("aircraft_approval", "site"),
    _kind("conformity", "yes_no"),
    _kind("open_items", "value", "1"),
    _kind("software_baseline", "text"),
    _kind("pad_visibility", "site", "m"),
    _kind("pad_ceiling", "site", "m"),
    _kind("pad_wind", "site", "m/s"),
    _kind("pad_gust", "site", "m/s"),
    _kind("pad_temperature", "site", "K"),
    _kind("alternate_visibility", "site", "m"),
    _kind("alternate_ceiling", "site", "m"),
    _kind("alternate_wind", "site", "m/s"),
    _kind("alternate_gust", "site", "m/s"),
    _kind("density_altitude", "site", "m"),
    _kind("envelope_wind", "site", "m/s"),
    _kind("telemetry_link", "value", "1"),
    _kind("rescue", "yes_no"),
    _kind("fire", "yes_no"),
    _kind("range_clear", "yes_no"),
    _kind(LINE_TRAFFIC, "yes_no"),
    _kind("airspace_notice", "yes_no"),
    _kind("crew_rest", "site"),
    _kind("battery_soc", "value", "1"),
    _kind("battery_coldest", "value", "K"),
    _kind("battery_hottest", "value", "K"),
    _kind("cell_spread", "value", "V"),
)
"""Every line, in the order in which it is read out. Limits are told in the evaluated line."""

LINE_BY_NAME: Final = {kind.name: kind for kind in LINES}

EVIDENCE_LINES: Final = tuple(kind.name for kind in LINES if kind.how != "site")
"""Lines that a release must bring evidence for."""

Verdict = Literal["go", "no_go", "missing", "old"]
"""Only go is a go."""


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line, evaluated.

    Parameters
    ----------
    value, low, high
        What was found and the limits it must lie within, in the unit of the line.
    source, observed_at_ms
        Who or what says so, when.
    detail
        In words what is wrong, or what the site found.
    """

    name: str
    verdict: Verdict
    value: float | None = None
    low: float | None = None
    high: float | None = None
    source: str = ""
    observed_at_ms: int | None = None
    detail: str = ""


class GoNoGo(msgspec.Struct, frozen=True, kw_only=True):
    """The list and what follows from it; `reason` names every line that is not go."""

    lines: tuple[Line, ...]
    is_go: bool
    reason: str


def conclude(lines: tuple[Line, ...]) -> GoNoGo:
    """Return the verdict of evaluated lines: go only if every one of them is."""
    against = [line for line in lines if line.verdict != "go"]
    reason = "; ".join(f"{line.name}: {line.detail or line.verdict}" for line in against)
    return GoNoGo(lines=lines, is_go=not against, reason=reason)
