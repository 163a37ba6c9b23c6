"""Conditions of a card as its page tells them, held to the numbers of the code.

A line `- Mass: 2,177 kg` names a condition, and the numbers in it are those of the card, in order,
in the units people speak. What the card leaves open has no number.
"""

import re
from collections.abc import Callable
from typing import Final

from aspan.evidence.card import Bounds, Card, Limit
from aspan.primitives.units import kelvin_to_celsius
from aspan.world.telemetry import CHANNEL_BY_NAME

_NUMBER: Final = re.compile(r"(?<![\w.])[-−–]?\d[\d,]*(?:\.\d+)?(?![\w])")
_SAME: Final = 1e-6

_UNITS: Final = {
    "link": "s",
    "fence": "m",
    "cell_spread": "V",
    "pack_temperature": "K",
    "unit_power": "kW",
}
"""Of limits that are no channel of their own."""


def read_numbers(text: str) -> tuple[float, ...]:
    """Return the numbers a text tells, in order; `1,200` is one, a number in a name is none."""
    return tuple(
        float(number.replace(",", "").replace("−", "-").replace("–", "-"))
        for number in _NUMBER.findall(text)
    )


def is_told(text: str, numbers: tuple[float, ...]) -> bool:
    """Say whether a text tells exactly these numbers."""
    told = read_numbers(text)
    return len(told) == len(numbers) and all(
        abs(a - b) <= _SAME * max(1.0, abs(b)) for a, b in zip(told, numbers, strict=True)
    )


def _ends(bounds: Bounds, scale: Callable[[float], float] = lambda x: x) -> tuple[float, ...]:
    """Return the ends of a range that are not open; one number where they are the same."""
    ends = tuple(scale(end) for end in (bounds.low, bounds.high) if end is not None)
    return ends[:1] if len(ends) == 2 and ends[0] == ends[1] else ends


def _celsius(kelvin: float) -> float:
    return round(kelvin_to_celsius(kelvin), 6)


CONDITIONS: Final[dict[str, Callable[[Card], tuple[float, ...]]]] = {
    "Mass": lambda card: (card.load.mass_kg,),
    "Centre of gravity": lambda card: (100.0 * card.load.cg_share,),
    "Charge": lambda card: (100.0 * card.load.soc,),
    "Packs": lambda card: (_celsius(card.load.pack_k),),
    "Airspeed": lambda card: _ends(card.envelope.airspeed_mps),
    "Height": lambda card: _ends(card.envelope.height_agl_m),
    "Density altitude": lambda card: _ends(card.envelope.density_altitude_m),
    "Wind at the point": lambda card: _ends(card.envelope.wind_mps),
    "Wind": lambda card: (card.minima.wind_mps, card.minima.gust_mps),
    "Air": lambda card: _ends(card.minima.temperature_k, _celsius),
    "Sight": lambda card: (card.minima.visibility_m, card.minima.ceiling_agl_m),
    "Crew": lambda card: (
        card.crew.pilots, card.crew.flight_test_engineers, card.crew.safety_pilots,
    ),
    "Runs": lambda card: (float(card.repeats),),
    "Band": lambda card: (100.0 * card.prediction_band,),
}  # fmt: skip
"""By the name on the page: the numbers it must tell. `After` and `Where` are compared by name."""

ASKED: Final = ("Mass", "Charge", "Packs", "Wind", "Air", "Crew", "Runs", "Where", "After")
"""Every card tells these."""


def limit_numbers(limit: Limit) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return low and high of a limit in the units people speak, each empty if open."""
    unit = _UNITS.get(limit.channel) or CHANNEL_BY_NAME[limit.channel].unit

    def told(end: float | None) -> tuple[float, ...]:
        if end is None:
            return ()
        if unit == "K":
            return (_celsius(end),)
        return (100.0 * end,) if limit.channel.endswith("_soc") else (end,)

    return told(limit.low), told(limit.high)


def is_watched(channel: str) -> bool:
    """Say whether a limit can be put on a channel of this name."""
    return channel in _UNITS or channel in CHANNEL_BY_NAME
