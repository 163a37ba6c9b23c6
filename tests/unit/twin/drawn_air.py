"""Air for tests of the twin: the same weather everywhere and always, with one wind."""

import msgspec

from aspan.compose.serviceability import standard_weather
from aspan.operations.city_index import CityIndex
from aspan.primitives.ids import PlaceId, VertiportId
from aspan.twin.weather import WeatherTruth
from aspan.world.weather import Weather


class ConstantAir(WeatherTruth):
    """Truth that never changes: standard air at every site, with one wind."""

    def __init__(self, index: CityIndex, *, wind_mps: float, wind_from_deg: float) -> None:
        self._index = index
        self._wind = {"wind_mps": wind_mps, "wind_from_deg": wind_from_deg}

    def at(self, place_id: PlaceId, at_ms: int) -> Weather:
        """Return the weather, which is the same at every instant."""
        still = standard_weather(self._index, VertiportId(place_id))
        return msgspec.structs.replace(still, at_ms=at_ms, **self._wind)
