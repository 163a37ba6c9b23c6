"""A test card on the page: what it asks, who approved it, what its runs showed."""

from typing import Final

import msgspec

from aspan.evidence.card import Bounds, Card, Crew, Limit, Minima, card_risk
from aspan.evidence.package.contents import CardEntry, Word
from aspan.faces.report.words import Words
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import KELVIN_AT_0_C
from aspan.world.telemetry import CHANNEL_BY_NAME

_NOT_SAID: Final = "not limited"

_LIMIT_UNITS: Final = {
    "link": "s without telemetry",
    "fence": "m outside the booked volumes",
    "cell_spread": "V",
    "pack_temperature": "K",
    "unit_power": "kW",
}
"""Of the limits that are watched on more than one channel."""


class Fact(msgspec.Struct, frozen=True):
    """A name and what is said under it."""

    name: str
    text: str


class SegmentRow(msgspec.Struct, frozen=True):
    """A segment of a card's profile, as a row of text."""

    label: str
    manoeuvre: str
    duration: str
    speed: str
    height: str
    power: str


def tell_instant(at_ms: int | None, words: Words) -> str:
    """Return an instant to the second on the city's clock; a dash where there is none."""
    return "–" if at_ms is None else f"{ms_to_local(at_ms, words.zone):%Y-%m-%d %H:%M:%S}"


def tell_word(word: Word, words: Words) -> str:
    """Return who decided and when."""
    return f"{word.name} ({word.person_id}), {tell_instant(word.at_ms, words)}"


def tell_value(value: float, unit: str) -> str:
    """Return a value with its unit; temperatures in °C."""
    if unit == "K":
        value, unit = value - KELVIN_AT_0_C, "°C"
    digits = 0 if abs(value) >= 100.0 else 2 if abs(value) >= 1.0 else 3
    return f"{round(value, digits):.10g} {unit}".removesuffix(" 1")


def tell_bounds(bounds: Bounds, unit: str) -> str:
    """Return a range of a quantity in words."""
    low, high = (
        None if end is None else tell_value(end, unit) for end in (bounds.low, bounds.high)
    )
    if low is not None and high is not None:
        return low if low == high else f"{low} to {high}"
    if low is not None:
        return f"at least {low}"
    return f"at most {high}" if high is not None else _NOT_SAID


def list_facts(card: Card) -> list[Fact]:
    """Return configuration, load, envelope, minima and crew of a card."""
    load, envelope = card.load, card.envelope
    return [
        Fact("Configuration", card.configuration),
        Fact("Weather minima", _tell_minima(card.minima)),
        Fact("Kind, build-up step", f"{card.kind}, step {card.step}"),
        Fact("Risk after mitigation", card_risk(card)),
        Fact("Mass, centre of gravity", f"{load.mass_kg:g} kg, {load.cg_share:.0%} of its range"),
        Fact("Packs at the start", f"{load.soc:.0%}, {load.pack_k - KELVIN_AT_0_C:.0f} °C"),
        Fact("Airspeed", tell_bounds(envelope.airspeed_mps, "m/s")),
        Fact("Height above ground", tell_bounds(envelope.height_agl_m, "m")),
        Fact("Density altitude", tell_bounds(envelope.density_altitude_m, "m")),
        Fact("Wind of the point", tell_bounds(envelope.wind_mps, "m/s")),
        Fact("Crew", _tell_crew(card.crew)),
        Fact("Volumes", ", ".join(card.volume_ids) or "none"),
        Fact("Opens after", ", ".join(card.after) or "at once"),
        Fact("Prediction band", f"±{card.prediction_band:.0%} of the model"),
        Fact("Failure that is flown", card.failure or "none"),
    ]


def _tell_minima(minima: Minima) -> str:
    air = tell_bounds(minima.temperature_k, "K")
    day = "day only" if minima.is_day_only else "day or night"
    return (
        f"visibility {minima.visibility_m:g} m, ceiling {minima.ceiling_agl_m:g} m, wind "
        f"{minima.wind_mps:g} m/s, gust {minima.gust_mps:g} m/s, air {air}, {day}"
    )


def _tell_crew(crew: Crew) -> str:
    counts = (
        (crew.pilots, "pilot"),
        (crew.safety_pilots, "safety pilot"),
        (crew.flight_test_engineers, "flight-test engineer"),
    )
    told = [f"{count} {role}{'s' if count > 1 else ''}" for count, role in counts if count]
    return ", ".join(told) or "nobody aboard"


def list_segments(card: Card) -> list[SegmentRow]:
    """Return the profile of a card, segment by segment."""
    return [
        SegmentRow(
            segment.label,
            segment.manoeuvre.replace("_", " "),
            f"{segment.duration_s:g} s",
            f"{segment.airspeed_mps:g} m/s" if segment.airspeed_mps else "–",
            f"{segment.height_agl_m:g} m" if segment.height_agl_m else "–",
            f"{segment.power_kw:g} kW" if segment.power_kw else "–",
        )
        for segment in card.profile
    ]


def list_limits(card: Card) -> list[Fact]:
    """Return the knock-it-off limits of a card in words."""
    return [Fact(limit.limit_id, tell_limit(limit)) for limit in card.limits]


def tell_limit(limit: Limit) -> str:
    """Return on which channel a run is knocked off, and at what."""
    unit = _LIMIT_UNITS.get(limit.channel) or CHANNEL_BY_NAME[limit.channel].unit
    ends = (("at or below", limit.low), ("at or above", limit.high))
    told = [f"{word} {tell_value(end, unit)}" for word, end in ends if end is not None]
    return f"{limit.channel} {' or '.join(told)}"


def tell_approval(entry: CardEntry) -> str:
    """Return whether a version of a card is approved, in a few words."""
    if entry.is_approved:
        return f"approved by {len(entry.approvals)}"
    return f"NOT approved: {len(entry.approvals)} signatures, more are needed"
