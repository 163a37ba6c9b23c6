"""What a card must say to be filed: limits, envelope, minima and names that can be.

Whether it is a good test is for those who approve it; here only what no test can be.
"""

from collections.abc import Container, Iterator
from itertools import chain
from typing import Final

import msgspec

from aspan.evidence.card import Bounds, Card, Limit, RequirementId
from aspan.evidence.refusals import Reason, Refusal, refuse
from aspan.twin.card_profile import Segment
from aspan.world.range import Range
from aspan.world.telemetry import CHANNEL_BY_NAME

SPECIAL_CHANNELS: Final = ("link", "fence", "cell_spread", "pack_temperature", "unit_power")
"""Names a limit may watch besides channels of telemetry."""

ENVELOPE: Final = {
    "airspeed_mps": (0.0, 150.0),
    "height_agl_m": (0.0, 5_000.0),
    "density_altitude_m": (-3_000.0, 8_000.0),
    "wind_mps": (0.0, 40.0),
}
"""Beyond these no aircraft of this kind flies. Assumed: as wide as the channels that measure it."""

SEGMENT_S_MAX: Final = 86_400.0
"""Longest segment: a day, as the longest slot."""

TEXT_MAX: Final = 200
"""Most characters of an id."""


def check_card(
    card: Card, *, site: Range, requirement_ids: Container[RequirementId]
) -> Refusal | None:
    """Return why a card cannot be filed; None if it can."""
    return next(
        chain(
            _check_names(card, site, requirement_ids),
            _check_parts(card),
            _check_limits(card),
            _check_envelope(card),
            _check_minima(card),
        ),
        None,
    )


def _check_names(
    card: Card, site: Range, requirement_ids: Container[RequirementId]
) -> Iterator[Refusal]:
    if not 1 <= len(card.card_id) <= TEXT_MAX:
        yield refuse(Reason.CARD_IMPOSSIBLE, f"card_id of {len(card.card_id)} characters")
    if not card.volume_ids:
        yield refuse(Reason.UNKNOWN_VOLUME, "a card books at least one volume")
    for volume_id in card.volume_ids:
        if site.find_volume(volume_id) is None:
            known = ", ".join(volume.volume_id for volume in site.volumes)
            yield refuse(Reason.UNKNOWN_VOLUME, f"volume {volume_id}; the range has {known}")
    asked = (*card.requirement_ids, *(check.requirement_id for check in card.checks))
    for requirement_id in asked:
        if requirement_id not in requirement_ids:
            yield refuse(Reason.UNKNOWN_REQUIREMENT, f"requirement {requirement_id}")
    if card.card_id in card.after:
        yield refuse(Reason.CARD_IMPOSSIBLE, f"card {card.card_id} is to be flown after itself")


def _check_parts(card: Card) -> Iterator[Refusal]:
    parts = {
        "requirement_ids": card.requirement_ids,
        "profile": card.profile,
        "steps": card.steps,
        "checks": card.checks,
        "limits": card.limits,
        "hazards": card.hazards,
        "abort_actions": card.abort_actions,
    }
    for name, part in parts.items():
        if not part:
            yield refuse(Reason.CARD_IMPOSSIBLE, f"{name} is empty")
    ids: dict[str, list[str]] = {
        "limit_id": [limit.limit_id for limit in card.limits],
        "label": [segment.label for segment in card.profile],
        "check_id": [check.check_id for check in card.checks],
        "hazard_id": [hazard.hazard_id for hazard in card.hazards],
        "volume_ids": list(card.volume_ids),
    }
    for name, found in ids.items():
        if len(set(found)) < len(found):
            yield refuse(Reason.CARD_IMPOSSIBLE, f"{name} twice: {', '.join(sorted(found))}")
    order = ("low", "medium", "high")
    for hazard in card.hazards:
        if order.index(hazard.risk_after) > order.index(hazard.risk_before):
            yield refuse(
                Reason.CARD_IMPOSSIBLE, f"hazard {hazard.hazard_id}: mitigation raises its risk"
            )
    load = card.load
    is_right = {
        "repeats": card.repeats >= 1,
        "step": card.step >= 1,
        "priority": card.priority > 0.0,
        "prediction_band": 0.0 < card.prediction_band <= 1.0,
        "load.mass_kg": load.mass_kg > 0.0,
        "load.cg_share": 0.0 <= load.cg_share <= 1.0,
        "load.soc": 0.0 <= load.soc <= 1.0,
        "crew": min(msgspec.structs.astuple(card.crew)) >= 0
        and sum(msgspec.structs.astuple(card.crew)) >= 1,
    }
    for name, is_ok in is_right.items():
        if not is_ok:
            yield refuse(Reason.CARD_IMPOSSIBLE, f"{name} is impossible")


def _check_limits(card: Card) -> Iterator[Refusal]:
    for limit in card.limits:
        if limit.channel not in CHANNEL_BY_NAME and limit.channel not in SPECIAL_CHANNELS:
            yield refuse(Reason.UNKNOWN_CHANNEL, f"limit {limit.limit_id} on {limit.channel}")
        if limit.low is None and limit.high is None:
            yield refuse(Reason.LIMIT_IMPOSSIBLE, f"limit {limit.limit_id} limits nothing")
        if limit.low is not None and limit.high is not None and limit.low >= limit.high:
            text = f"limit {limit.limit_id}: low {limit.low:g} is not under high {limit.high:g}"
            yield refuse(Reason.LIMIT_IMPOSSIBLE, text)
    for name in card.record:
        if name not in CHANNEL_BY_NAME:
            yield refuse(Reason.UNKNOWN_CHANNEL, f"channel {name} is to be recorded")


def _check_envelope(card: Card) -> Iterator[Refusal]:
    """Refuse a point outside physics, outside the card's own limits, or a profile outside it."""
    for name, (least, most) in ENVELOPE.items():
        bounds: Bounds = getattr(card.envelope, name)
        low = least if bounds.low is None else bounds.low
        high = most if bounds.high is None else bounds.high
        if low > high:
            text = f"{name}: low {low:g} is above high {high:g}"
            yield refuse(Reason.ENVELOPE_IMPOSSIBLE, text)
        if low < least or high > most:
            text = f"{name}: {low:g} to {high:g} is not within {least:g} to {most:g}"
            yield refuse(Reason.ENVELOPE_IMPOSSIBLE, text)
        own = [limit for limit in card.limits if limit.channel == name]
        for limit in own:
            if _is_beyond(bounds.low, limit) or _is_beyond(bounds.high, limit):
                text = f"{name}: the point reaches limit {limit.limit_id}"
                yield refuse(Reason.ENVELOPE_IMPOSSIBLE, text)
            for segment in card.profile:
                if _is_beyond(_flown(segment, name), limit):
                    text = f"{name}: segment {segment.label} reaches limit {limit.limit_id}"
                    yield refuse(Reason.ENVELOPE_IMPOSSIBLE, text)
    for segment in card.profile:
        speed_max, height_max = ENVELOPE["airspeed_mps"][1], ENVELOPE["height_agl_m"][1]
        if (
            not 0.0 < segment.duration_s <= SEGMENT_S_MAX
            or not 0.0 <= segment.airspeed_mps <= speed_max
            or not 0.0 <= segment.height_agl_m <= height_max
            or segment.power_kw < 0.0
        ):
            yield refuse(Reason.ENVELOPE_IMPOSSIBLE, f"segment {segment.label} cannot be flown")


def _flown(segment: Segment, name: str) -> float | None:
    """Return what a segment holds of one quantity; None where it does not say."""
    if name == "airspeed_mps" and segment.airspeed_mps > 0.0:
        return segment.airspeed_mps
    if name == "height_agl_m" and segment.height_agl_m > 0.0:
        return segment.height_agl_m
    return None


def _is_beyond(value: float | None, limit: Limit) -> bool:
    """Say whether a value lies at or beyond a limit, where the run is knocked off."""
    if value is None:
        return False
    is_low = limit.low is not None and value <= limit.low
    return is_low or (limit.high is not None and value >= limit.high)


def _check_minima(card: Card) -> Iterator[Refusal]:
    minima, heat = card.minima, card.minima.temperature_k
    if min(minima.visibility_m, minima.ceiling_agl_m) < 0.0:
        yield refuse(Reason.MINIMA_EMPTY, "visibility or ceiling under 0")
    if minima.wind_mps <= 0.0 or minima.gust_mps < minima.wind_mps:
        text = f"wind {minima.wind_mps:g}, gust {minima.gust_mps:g}: no weather is within them"
        yield refuse(Reason.MINIMA_EMPTY, text)
    if heat.low is not None and heat.high is not None and heat.low >= heat.high:
        text = f"temperature {heat.low:g} to {heat.high:g}: no weather is within it"
        yield refuse(Reason.MINIMA_EMPTY, text)
    least = card.envelope.wind_mps.low
    if least is not None and least > minima.wind_mps:
        text = f"the point asks for {least:g} m/s of wind, the minima allow {minima.wind_mps:g}"
        yield refuse(Reason.MINIMA_EMPTY, text)
