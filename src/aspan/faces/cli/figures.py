"""The figures of a run as `aspan simulate` tells them: a name, then what there is to say."""

from pathlib import Path
from textwrap import wrap
from typing import Any, Final

from aspan.faces.cli.words import WIDTH, english, list_refusals, tell_counts, tell_planning
from aspan.primitives.units import MS_PER_MIN, TIYN_PER_TENGE

_PAIRS_SHOWN: Final = 6
"""Pairs not serviceable printed in the short answer; `--json` has all."""

NAME_WIDTH: Final = 11
"""Columns of the names that the lines of the short answer begin with."""


def format_simulate(answer: dict[str, Any]) -> str:
    """Return the answer as a page of text for a person."""
    days = "" if answer["days"] == 1 else f", {answer['days']} days"
    lines = [
        f"{answer['city_id']}, phase {answer['phase']}, {answer['date']}{days}: "
        f"{answer['fleet']} aircraft, demand x{answer['demand']:g}, seed {answer['seed']}, "
        f"{answer['policy']}"
    ]
    if answer["weather_basis"]["note"]:
        lines += _row("weather", answer["weather_basis"]["note"])
    lines += _format_sorties(answer)
    lines += _format_people(answer)
    lines += _row(
        "energy",
        f"{answer['energy_kwh']:,.0f} kWh in {answer['aircraft_hours']:.1f} h off-block to "
        f"on-block; least margin above the reserve at touchdown "
        f"{_number(answer['min_energy_above_reserve_kwh'], 2)} kWh",
    )
    lines += _row(
        "money",
        f"revenue {_tenge(answer['revenue_tiyn'])}; cost of energy "
        f"{_tenge(answer['cost_tiyn'])} (no other cost is stated)",
    )
    lines += _row("around", _format_impact(answer))
    lines += _format_not_serviceable(answer["not_serviceable"])
    lines += _row(
        "log",
        f"{answer['events']:,} events; {answer['wall_s']:.2f} s to fly, "
        f"{answer['process_s']:.2f} s in all, {_number(answer['peak_memory_mb'])} MB of memory",
    )
    lines += _row("sha256", answer["log_sha256"])
    if answer["files"]:
        folder = Path(answer["files"][0]).parent
        lines += _row("tables", f"{len(answer['files'])} files in {folder}")
        lines += _row("next", f"aspan audit {folder}, aspan report {folder}")
    return "\n".join(lines)


def _row(name: str, text: str) -> list[str]:
    """Return a text under its name, broken between words where a terminal ends."""
    indent = " " * NAME_WIDTH
    return wrap(
        text,
        WIDTH,
        initial_indent=name.ljust(NAME_WIDTH),
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _format_sorties(answer: dict[str, Any]) -> list[str]:
    """Return what flew, what did not and why, what the weather stopped."""
    cancelled, diverted = answer["sorties_cancelled"], answer["sorties_diverted"]
    lines = _row(
        "sorties",
        f"{answer['sorties_flown']} flown, {answer['sorties_empty']} of them without passengers; "
        f"{sum(diverted.values())} diverted; {answer['sorties_unfinished']} unfinished at the end",
    )
    lines += _row("not flown", tell_not_flown(cancelled))
    if diverted:
        lines += _row("diverted", tell_counts(diverted))
    stopped = answer["departures_held"]
    if stopped:
        lines += _row(
            "stopped",
            f"{sum(stopped.values())} times all departures of a vertiport, each until its weather"
            f" cleared or changed its reason: {tell_counts(stopped)}; a sortie that waited for it"
            " and flew is among those flown",
        )
    return lines


def tell_not_flown(counts: dict[str, int]) -> str:
    """Return the sorties that did not fly by cause: those nobody wanted, the cancelled ones."""
    from aspan.faces.report.refusals import split_not_flown

    told = []
    for name, part in zip(("nobody wanted", "cancelled"), split_not_flown(counts), strict=True):
        causes = f" ({tell_counts(part)})" if part else ""
        told.append(f"{name} {sum(part.values())}{causes}")
    return f"{sum(counts.values())}: {', '.join(told)}"


def _format_people(answer: dict[str, Any]) -> list[str]:
    """Return who flew, how long they waited, what they saved."""
    people = english().count("count.passengers", answer["passengers_flown"])
    seats = answer["load_factor"]
    taken = "" if seats is None else f", {seats:.0%} of the seats flown"
    bookings = tell_counts(answer["bookings_by_status"], "booking")
    lines = _row("people", f"{people}{taken}; {answer['bookings']} bookings: {bookings}")
    if answer["bookings_refused"]:
        lines += _row("", f"bookings refused: {tell_counts(answer['bookings_refused'])}")
    lines += _row("", f"{answer['trips']:,} trips looked at one by one")
    saved = answer["minutes_saved"]
    lines += _row(
        "wait", f"of a party: {_minutes(answer['wait_ms'])}, from ready to board to off-block"
    )
    lines += _row(
        "delay",
        f"of a sortie: {_minutes(answer['delay_ms'])}, off-block against the time first planned;"
        " one that is on time may still be waited for long",
    )
    lines += _row(
        "saved",
        f"{_number(saved['mean_as_flown'])} min a trip against a car, as flown"
        f" ({_number(saved['mean'])} min as offered)",
    )
    return lines


def _format_impact(answer: dict[str, Any]) -> str:
    """Return the line of noise and site power."""
    shares = answer["peak_site_power_share"]
    used = {site: share for site, share in shares.items() if share is not None}
    highest = max(sorted(used), key=lambda site: used[site], default=None)
    power = "none drawn" if highest is None else f"{used[highest]:.0%} of the limit, at {highest}"
    people = answer["people_above_day_limit"]
    if people is None:
        return f"noise: no limits stated; highest site power {power}"
    low, high = answer["people_above_day_limit_range"]
    return (
        f"residents above the noise limit by day about {people:.0f} "
        f"({low:.0f} to {high:.0f}), by night {answer['people_above_night_limit']:.0f}; "
        f"highest site power {power}"
    )


def _format_not_serviceable(rows: list[dict[str, Any]]) -> list[str]:
    """Return the pairs that cannot be served, the first of many, under the conditions."""
    if not rows:
        return []
    lines = _row("no service", f"{len(rows)} pairs cannot be served in {tell_planning()}:")
    for told in list_refusals(rows[:_PAIRS_SHOWN]):
        lines += _row("", told)
    if len(rows) > _PAIRS_SHOWN:
        lines += _row("", f"{len(rows) - _PAIRS_SHOWN} more: aspan city check lists all")
    return lines


def _number(value: float | None, digits: int = 1) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _minutes(shares: dict[str, int | None]) -> str:
    """Return the middle and the tail of a duration."""
    middle, tail = (
        "-" if value is None else f"{value / MS_PER_MIN:.1f}" for value in shares.values()
    )
    return f"median {middle} min, 95 of 100 at most {tail} min"


def _tenge(amount_tiyn: int | None) -> str:
    return "not stated" if amount_tiyn is None else f"{amount_tiyn / TIYN_PER_TENGE:,.0f} KZT"
