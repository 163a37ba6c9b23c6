"""A campaign made for tests of the plan: all kinds of card over four seasons, none of it real."""

import msgspec

from aspan.evidence.card import (
    Bounds,
    Card,
    CardId,
    CardKind,
    Crew,
    EnvelopePoint,
    Hazard,
    Minima,
    Risk,
)
from aspan.twin.card_profile import LoadState, Segment

_C0_K = 273.15

KINDS: tuple[tuple[CardKind, str, float, Risk], ...] = (
    ("ground", "STAND", 1800.0, "low"),
    ("charging", "STAND", 3600.0, "low"),
    ("hover", "HOVER", 240.0, "medium"),
    ("transition", "CIRCUIT", 420.0, "high"),
    ("cruise", "EAST", 1200.0, "medium"),
    ("wind", "HOVER", 240.0, "medium"),
    ("heat", "CIRCUIT", 420.0, "medium"),
    ("cold", "CIRCUIT", 420.0, "medium"),
    ("high", "HIGH", 900.0, "high"),
    ("noise", "CIRCUIT", 420.0, "low"),
    ("failure", "HOVER", 180.0, "high"),
    ("demonstration", "HOVER", 300.0, "medium"),
)


def make_card(
    card_id: str,
    kind: CardKind = "hover",
    *,
    volumes: tuple[str, ...] = ("HOVER",),
    flight_s: float = 240.0,
    risk: Risk = "low",
    after: tuple[str, ...] = (),
    repeats: int = 1,
    priority: float = 1.0,
    minima: Minima | None = None,
    envelope: EnvelopePoint | None = None,
    crew: Crew | None = None,
) -> Card:
    """Return a card with what the planner reads of it, and nothing to judge."""
    manoeuvre = {"ground": "ground", "charging": "charge"}.get(kind, "hover")
    hazard = Hazard(
        hazard_id="H1",
        title="any",
        cause="any",
        effect="any",
        mitigations=(),
        emergency_procedures=(),
        risk_before=risk,
        risk_after=risk,
    )
    return Card(
        card_id=CardId(card_id),
        title=card_id,
        objective=card_id,
        kind=kind,
        step=1,
        requirement_ids=(),
        configuration="any",
        load=LoadState(mass_kg=2177.0),
        envelope=envelope or EnvelopePoint(),
        profile=(
            msgspec.convert(
                {"label": "all", "manoeuvre": manoeuvre, "duration_s": flight_s, "power_kw": 100.0},
                Segment,
            ),
        ),
        steps=(),
        limits=(),
        record=(),
        checks=(),
        hazards=(hazard,),
        abort_actions=(),
        minima=minima or make_minima(),
        crew=crew or Crew(),
        volume_ids=volumes,
        after=tuple(CardId(a) for a in after),
        repeats=repeats,
        priority=priority,
    )


def make_minima(
    wind_mps: float = 8.0,
    gust_mps: float = 12.0,
    temperature_k: Bounds | None = None,
    *,
    is_day_only: bool = True,
) -> Minima:
    """Return minima of a usual card."""
    return Minima(
        visibility_m=5000.0,
        ceiling_agl_m=450.0,
        wind_mps=wind_mps,
        gust_mps=gust_mps,
        temperature_k=temperature_k or Bounds(),
        is_day_only=is_day_only,
    )


def make_campaign(each: int = 5) -> tuple[Card, ...]:
    """Return `each` cards of every kind: chains within a kind, kinds after the hover, seasons."""
    cards: list[Card] = []
    for kind, volume, flight_s, risk in KINDS:
        for number in range(each):
            after = [f"{kind}-{number - 1}"] if number else []
            if kind not in ("ground", "charging", "hover") and not number:
                after.append("hover-0")
            if kind == "hover" and not number:
                after.append("ground-0")
            cards.append(
                make_card(
                    f"{kind}-{number}",
                    kind,
                    volumes=(volume,),
                    flight_s=flight_s,
                    risk=risk,
                    after=tuple(after),
                    repeats=1 + number % 3,
                    priority=1.0 + (number % 2) + (kind == "failure"),
                    minima=_minima(kind, number),
                    envelope=_envelope(kind, number),
                    crew=Crew(
                        flight_test_engineers=1 + (kind in ("noise", "failure")),
                        safety_pilots=int(risk == "high"),
                    ),
                )
            )
    return tuple(cards)


def _minima(kind: CardKind, number: int) -> Minima:
    match kind:
        case "heat":
            return make_minima(temperature_k=Bounds(low=_C0_K + 28.0 + number))
        case "cold":
            return make_minima(temperature_k=Bounds(high=_C0_K - 3.0 - number))
        case "wind":
            return make_minima(wind_mps=14.0, gust_mps=18.0)
        case "noise":
            return make_minima(wind_mps=3.0, gust_mps=6.0)
        case "ground" | "charging":
            return make_minima(is_day_only=False)
        case _:
            return make_minima()


def _envelope(kind: CardKind, number: int) -> EnvelopePoint:
    if kind == "wind":
        return EnvelopePoint(wind_mps=Bounds(low=4.0 + 0.5 * number))
    if kind == "high":
        return EnvelopePoint(density_altitude_m=Bounds(low=1000.0 + 150.0 * number))
    return EnvelopePoint()
