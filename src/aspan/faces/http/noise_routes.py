"""The route of noise: the levels of the day so far, by cell and by vertiport, and who is above."""

from collections.abc import Callable

import msgspec
from litestar import get
from litestar.types import ControllerRouterHandler

from aspan.compose.noise_map import RINGS_M, NoiseMap, PeopleAbove
from aspan.compose.table_noise import DEGREE_DIGITS, LEVEL_DIGITS, PEOPLE_DIGITS, list_levels
from aspan.faces.http.history_routes import AsKnownAt
from aspan.primitives.errors import InvalidInput
from aspan.world.quantity import Quantity

Cell = tuple[float, float, float, float | None, float | None, float | None, float]
"""lon_deg, lat_deg, size_m, laeq_day_dba, laeq_night_dba, lamax_dba, people."""


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """Levels at a distance from a vertiport; null while it is silent."""

    distance_m: float
    laeq_day_dba: float | None
    laeq_hour_max_dba: float | None


class HourNow(msgspec.Struct, frozen=True, kw_only=True):
    """A local hour 0 … 23 with movements, and its level at 100 m."""

    hour: int
    hour_at_ms: int
    movements: int
    laeq_100m_dba: float


class VertiportLevels(msgspec.Struct, frozen=True, kw_only=True):
    """The noise about one vertiport."""

    vertiport_id: str
    rings: list[Ring]
    hours: list[HourNow]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The limits people are counted above, each with range, source and mark, and the night."""

    laeq_day_dba_max: Quantity
    laeq_night_dba_max: Quantity
    lamax_day_dba_max: Quantity
    lamax_night_dba_max: Quantity
    night_from_local: str
    night_until_local: str


class NoisePage(msgspec.Struct, frozen=True, kw_only=True):
    """The noise of an interval.

    Parameters
    ----------
    source_levels
        What the levels are computed from, with range, source and mark.
    cells
        Those loud enough to be shown: lon_deg, lat_deg, size_m, laeq_day_dba, laeq_night_dba,
        lamax_dba, people; a level is null where nothing is heard.
    people_above
        Residents above the limits; spread about zone points, so right for a district only.
    """

    from_ms: int
    until_ms: int
    limits: Limits
    source_levels: dict[str, Quantity]
    vertiports: list[VertiportLevels]
    cells: list[Cell]
    people_above: PeopleAbove


def noise_routes(
    find_noise: Callable[[int | None], NoiseMap | None],
) -> list[ControllerRouterHandler]:
    """Return the route of noise.

    Parameters
    ----------
    find_noise
        Returns the map of the day up to an instant, now if None, as
        `compose.noise_map.map_events` makes it; None where the city states no limits. It is called
        in a worker thread, and may keep a map as long as nothing has lifted off or landed since.
    """

    @get(
        "/api/noise",
        summary="Noise of the day so far: cells, vertiports, residents above the limits",
        sync_to_thread=True,
    )
    def noise(at_ms: AsKnownAt = None) -> NoisePage:
        found = find_noise(at_ms)
        if found is None:
            raise InvalidInput("noise", "no limits", "a city whose city.toml has a table noise")
        return describe_noise(found)

    return [noise]


def describe_noise(noise: NoiseMap) -> NoisePage:
    """Return a map as it goes over the wire."""
    stated, limits = noise.stated, noise.limits
    columns = (
        noise.lon_deg.round(DEGREE_DIGITS).tolist(),
        noise.lat_deg.round(DEGREE_DIGITS).tolist(),
        noise.size_m.tolist(),
        list_levels(noise.laeq_day_dba),
        list_levels(noise.laeq_night_dba),
        list_levels(noise.lamax_dba),
        noise.people.round(PEOPLE_DIGITS).tolist(),
    )
    return NoisePage(
        from_ms=noise.from_ms,
        until_ms=noise.until_ms,
        limits=Limits(
            laeq_day_dba_max=stated["noise.laeq_day_dba_max"],
            laeq_night_dba_max=stated["noise.laeq_night_dba_max"],
            lamax_day_dba_max=stated["noise.lamax_day_dba_max"],
            lamax_night_dba_max=stated["noise.lamax_night_dba_max"],
            night_from_local=limits.night_from_local,
            night_until_local=limits.night_until_local,
        ),
        source_levels={
            path.rpartition(".")[2]: quantity
            for path, quantity in stated.items()
            if not path.endswith("_max")
        },
        vertiports=_list_vertiports(noise),
        cells=list(zip(*columns, strict=True)),
        people_above=noise.people_above,
    )


def _list_vertiports(noise: NoiseMap) -> list[VertiportLevels]:
    at_100_m = RINGS_M.index(100.0)
    return [
        VertiportLevels(
            vertiport_id=site.vertiport_id,
            rings=[
                Ring(distance_m=ring_m, laeq_day_dba=_round(day), laeq_hour_max_dba=_round(hour))
                for ring_m, day, hour in zip(
                    RINGS_M, site.laeq_day_dba, site.laeq_hour_dba_max, strict=True
                )
            ],
            hours=[
                HourNow(
                    hour=hour.hour,
                    hour_at_ms=hour.hour_at_ms,
                    movements=hour.movements,
                    laeq_100m_dba=round(hour.laeq_dba[at_100_m], LEVEL_DIGITS),
                )
                for hour in noise.hours
                if hour.vertiport_id == site.vertiport_id
            ],
        )
        for site in noise.vertiports
    ]


def _round(level_dba: float | None) -> float | None:
    return None if level_dba is None else round(level_dba, LEVEL_DIGITS)
