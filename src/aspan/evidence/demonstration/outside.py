"""What happens to a demonstration day from outside: weather that turns, an aircraft lost, lateness.

Drawn by keyed dice for trials; nothing of it is told to those who decide before it is there.
"""

from collections.abc import Callable
from datetime import date
from typing import Final, Literal

import msgspec

from aspan.primitives.dice import draw
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from aspan.world.weather import Weather

Turning = Literal["", "wind", "storm", "fog"]
Lost = Literal["", "before", "in_flight"]


class Disturbances(msgspec.Struct, frozen=True, kw_only=True):
    """What breaks on a day.

    Parameters
    ----------
    turning, turns_at_ms
        How the weather turns, from which hour on; as the twin makes it if "".
    lost, lost_item
        When the aircraft is lost, at which flown item, from 0.
    late_ms
        By which the show begins late.
    """

    turning: Turning = ""
    turns_at_ms: int = 0
    lost: Lost = ""
    lost_item: int = 0
    late_ms: int = 0

    def cover(self) -> Callable[[Weather, date], Weather] | None:
        """Return how the truth of an hour is changed; None if it is not."""
        if not self.turning:
            return None

        def turned(weather: Weather, _day: date) -> Weather:
            if weather.at_ms // MS_PER_H < self.turns_at_ms // MS_PER_H:
                return weather
            return _TURNS[self.turning](weather)

        return turned


def draw_disturbances(seed: int, begin_at_ms: int) -> Disturbances:
    """Return what breaks on the day of a seed: mostly one thing, at times several or none."""
    turns = draw(seed, "show", "turns") < 0.45
    loses = draw(seed, "show", "loses") < 0.35
    late = draw(seed, "show", "late") < 0.4
    kinds: tuple[Turning, ...] = ("wind", "storm", "fog")
    when: tuple[Lost, ...] = ("before", "in_flight")
    return Disturbances(
        turning=kinds[int(draw(seed, "show", "kind") * 3)] if turns else "",
        turns_at_ms=begin_at_ms + int((draw(seed, "show", "turn") * 8.0 - 5.0) * MS_PER_H),
        lost=when[int(draw(seed, "show", "when") * 2)] if loses else "",
        lost_item=int(draw(seed, "show", "item") * 4),
        late_ms=int(draw(seed, "show", "minutes") * 80) * MS_PER_MIN if late else 0,
    )


def _wind(weather: Weather) -> Weather:
    return msgspec.structs.replace(
        weather, wind_mps=weather.wind_mps + 9.0, gust_mps=weather.gust_mps + 14.0
    )


def _storm(weather: Weather) -> Weather:
    return msgspec.structs.replace(
        weather,
        present_weather="TS",
        gust_mps=weather.gust_mps + 13.0,
        ceiling_agl_m=min(weather.ceiling_agl_m, 600.0),
        precipitation_mm_h=max(weather.precipitation_mm_h, 6.0),
    )


def _fog(weather: Weather) -> Weather:
    return msgspec.structs.replace(
        weather,
        present_weather="FG",
        visibility_m=min(weather.visibility_m, 600.0),
        ceiling_agl_m=min(weather.ceiling_agl_m, 60.0),
        relative_humidity=1.0,
    )


_TURNS: Final[dict[str, Callable[[Weather], Weather]]] = {
    "wind": _wind,
    "storm": _storm,
    "fog": _fog,
}
