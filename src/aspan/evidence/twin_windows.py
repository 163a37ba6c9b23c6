"""When the twin's weather lets a card be flown: the next slot of it from an instant on.

A quick look, not a decision: the go/no-go list decides again, with the weather as reported.
"""

from collections.abc import Iterator
from typing import Final

from aspan.evidence.card import Bounds, Card
from aspan.evidence.slots import duration_ms, is_in_daylight
from aspan.evidence.twin_weather import TwinWeather
from aspan.primitives.instants import local_midnight_ms, ms_to_local
from aspan.primitives.units import MS_PER_DAY, MS_PER_H, MS_PER_MIN
from aspan.world.atmosphere import air_density_kg_m3, density_altitude_m
from aspan.world.range import Range

DAYS_MAX: Final = 400
"""Days ahead that are looked at: every season once."""

OPENS_MS: Final = 6 * MS_PER_H
CLOSES_MS: Final = 20 * MS_PER_H
"""Working day of the site, from local midnight. Assumed."""

STEP_MS: Final = 30 * MS_PER_MIN
"""Slots begin at whole and half hours."""

SPARE_MS: Final = 20 * MS_PER_MIN
"""What a slot is longer than the segments of its card. Assumed: the ways between them, and time."""


def slot_ms(card: Card) -> int:
    """Return how long a slot of a card is, in whole half hours."""
    return -(-(duration_ms(card) + SPARE_MS) // STEP_MS) * STEP_MS


def find_window(
    card: Card, site: Range, weather: TwinWeather, not_before_ms: int
) -> tuple[int, int] | None:
    """Return the next interval in which a card may be flown; None if none comes in `DAYS_MAX`."""
    return next(list_windows(card, site, weather, not_before_ms), None)


def list_windows(
    card: Card, site: Range, weather: TwinWeather, not_before_ms: int
) -> Iterator[tuple[int, int]]:
    """Yield the intervals in which a card may be flown, by their beginning."""
    length_ms = slot_ms(card)
    day = ms_to_local(not_before_ms, site.time_zone).date()
    midnight_ms = local_midnight_ms(day, site.time_zone)
    for number in range(DAYS_MAX):
        start_ms = midnight_ms + number * MS_PER_DAY
        last_ms = start_ms + CLOSES_MS - length_ms
        for from_ms in range(start_ms + OPENS_MS, last_ms + 1, STEP_MS):
            until_ms = from_ms + length_ms
            if from_ms < not_before_ms or not suits(card, weather, from_ms, until_ms):
                continue
            if not card.minima.is_day_only or is_in_daylight(site, from_ms, until_ms):
                yield from_ms, until_ms


def suits(card: Card, weather: TwinWeather, from_ms: int, until_ms: int) -> bool:
    """Say whether every hour of an interval is within a card's minima and its envelope."""
    minima, envelope = card.minima, card.envelope
    first = weather.at("pad", from_ms)
    density = air_density_kg_m3(first.pressure_pa, first.temperature_k)
    if not _lies(first.wind_mps, envelope.wind_mps):
        return False
    if not _lies(density_altitude_m(density), envelope.density_altitude_m):
        return False
    for hour_ms in range(from_ms // MS_PER_H * MS_PER_H, until_ms, MS_PER_H):
        for at in (weather.at("pad", hour_ms), weather.at("alternate", hour_ms)):
            if (
                at.visibility_m < minima.visibility_m
                or at.ceiling_agl_m < minima.ceiling_agl_m
                or at.wind_mps > minima.wind_mps
                or at.gust_mps > minima.gust_mps
            ):
                return False
        pad = weather.at("pad", hour_ms)
        density = air_density_kg_m3(pad.pressure_pa, pad.temperature_k)
        if not _lies(pad.temperature_k, minima.temperature_k) or not _lies(
            density_altitude_m(density), envelope.density_altitude_m
        ):
            return False
    return True


def _lies(value: float, bounds: Bounds) -> bool:
    return (bounds.low is None or value >= bounds.low) and (
        bounds.high is None or value <= bounds.high
    )
