"""Runs: a city, a date and a seed become an engine with its outside, and fly.

`simulate` leaps from wake-up to wake-up; the live service sleeps in between. Same engine, same
twin, same log.
"""

from collections.abc import Callable
from datetime import date, timedelta

import msgspec

from aspan import __version__
from aspan.compose.placement import place_fleet
from aspan.compose.prepared import Prepared
from aspan.compose.trip_network import TripNetwork
from aspan.compose.wish_search import pair_finder
from aspan.dispatch.policies import DEFAULT_POLICY, get_policy
from aspan.operations.availability import EngineAvailability
from aspan.operations.city_index import CityIndex
from aspan.operations.commands import OpenService, Placement
from aspan.operations.engine import Engine
from aspan.operations.log import MemoryLog
from aspan.operations.loop import Loop
from aspan.operations.ports import Clock, EventLog, Notices
from aspan.operations.replay import resume_engine
from aspan.primitives.errors import InvalidInput, ensure
from aspan.primitives.ids import PlaceId
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_MIN
from aspan.twin.clock import AlertList, LeapingClock
from aspan.twin.disruptions import Disruptions, get_profile
from aspan.twin.outside import TwinOutside
from aspan.twin.travellers import Travellers
from aspan.twin.weather import WeatherTruth
from aspan.world.city import City

DAYS_MAX = 3660
"""Longest run, ten years: a longer one is a typing error."""

DATE_MIN = date(1970, 1, 2)
"""First date whose instants are not negative in any time zone."""

DEMAND_BOUND = 1000.0
"""Demand lies below this, at a thousand times honest; more than a city of millions could wish."""

SEED_BOUND = 2**63
"""Seeds lie below this in size, so that every store and every hash takes them."""


class RunSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What decides a run, beside the city's files.

    Parameters
    ----------
    fleet
        Number of aircraft; all that fit if None.
    demand
        Multiplies the wishes, 0 or more.
    faults
        Profile of what breaks (`twin/disruptions.py`).
    start_ms
        Since local midnight of `day`.
    future_seed, future_from_ms
        Another future after an instant, for the test that nothing knows it before.
    told_places
        Places whose weather comes from outside (live METAR) and not from the model.
    """

    day: date
    days: int = 1
    seed: int = 1
    fleet: int | None = None
    demand: float = 1.0
    policy: str = DEFAULT_POLICY
    faults: str = "none"
    start_ms: int = 0
    future_seed: int | None = None
    future_from_ms: int | None = None
    told_places: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be flown."""
        if not 1 <= self.days <= DAYS_MAX:
            raise InvalidInput("days", self.days, f"1 to {DAYS_MAX}")
        if not abs(self.seed) < SEED_BOUND:
            raise InvalidInput("seed", self.seed, f"a whole number within ±{SEED_BOUND - 1}")
        if not DATE_MIN <= self.day < date.max - timedelta(days=self.days):
            raise InvalidInput("date", self.day.isoformat(), f"{DATE_MIN} or later, before 9999")
        if not 0.0 <= self.demand < DEMAND_BOUND:
            raise InvalidInput("demand", self.demand, f"a factor from 0, below {DEMAND_BOUND:g}")
        get_policy(self.policy)
        get_profile(self.faults)


class Run(msgspec.Struct, kw_only=True):
    """An engine paired with its outside, ready to fly or flown.

    Parameters
    ----------
    network
        Of the travellers' search, for all who search trips in this run.
    """

    city: City
    index: CityIndex
    settings: RunSettings
    engine: Engine
    outside: TwinOutside
    travellers: Travellers
    network: TripNetwork
    truth: WeatherTruth
    start_ms: int
    end_ms: int


def open_twin(
    city: City,
    settings: RunSettings,
    *,
    index: CityIndex | None = None,
    log: EventLog | None = None,
    prepared: Prepared | None = None,
) -> Run:
    """Return a twin of a city that has not begun to fly, or stands where its log ends.

    Parameters
    ----------
    log
        What a twin of the same settings wrote; empty if None.
    prepared
        What all days of this city share, with its index; made for this run alone if None.
    """
    if prepared is None:
        prepared = Prepared(city, index=index)
    ensure(prepared.city is city, f"what is prepared is of this city, {city.city_id}")
    index, demand, network = prepared.index, prepared.demand, prepared.network
    start_ms = local_midnight_ms(settings.day, city.time_zone) + settings.start_ms
    end_ms = local_midnight_ms(settings.day + timedelta(days=settings.days), city.time_zone)
    future = {
        "future_seed": settings.future_seed,
        "future_from_ms": settings.future_from_ms,
    }
    told = tuple(PlaceId(place) for place in settings.told_places)
    placements = place_fleet(index, settings.fleet)
    faults = _find_disruptions(city, settings, placements)
    cover = None if faults is None else faults.cover
    truth = WeatherTruth(city, settings.seed, told_place_ids=told, cover=cover, **future)
    travellers = Travellers(demand, pair_finder(network), settings.seed, settings.demand, **future)
    engine = Engine(index) if log is None else resume_engine(index, log.read())
    rates = prepared.find_rates(settings.demand).bookings
    outside = TwinOutside(
        index,
        truth=truth,
        travellers=travellers,
        availability=lambda at_ms: EngineAvailability(engine, at_ms),
        opening=OpenService(
            seed=settings.seed,
            policy=settings.policy,
            demand_factor=settings.demand,
            code_version=__version__,
            placements=placements,
            pack_temperature_k=city.aircraft_type.pack_target_k,
        ),
        expected_rates=tuple(
            (origin, destination, tuple(round(rate, 4) for rate in hourly))
            for (origin, destination), hourly in sorted(rates.items())
        ),
        start_ms=start_ms,
        disruptions=faults,
    )
    if log is not None:
        outside.rebuild(log.read())
    return Run(
        city=city,
        index=index,
        settings=settings,
        engine=engine,
        outside=outside,
        travellers=travellers,
        network=network,
        truth=truth,
        start_ms=start_ms,
        end_ms=end_ms,
    )


def _find_disruptions(
    city: City, settings: RunSettings, placements: tuple[Placement, ...]
) -> Disruptions | None:
    """Return what breaks in a run; None if nothing does."""
    if settings.faults == "none":
        return None
    fleet = tuple(placed.aircraft_id for placed in placements)
    return Disruptions(city, get_profile(settings.faults), seed=settings.seed, fleet=fleet)


def pair(run: Run, log: EventLog, *, clock: Clock, notices: Notices) -> Loop:
    """Return the loop of a run between these ports."""
    return Loop(run.engine, clock=clock, link=run.outside, log=log, notices=notices)


def fly(
    run: Run,
    *,
    until_ms: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> MemoryLog:
    """Fly a run to its end, or to an instant, as fast as it goes; return its log.

    Parameters
    ----------
    progress
        Told the instant every simulated quarter of an hour.
    """
    log = MemoryLog()
    loop = pair(run, log, clock=LeapingClock(run.start_ms), notices=AlertList())
    end_ms = run.end_ms if until_ms is None else until_ms
    step_ms = 15 * MS_PER_MIN if progress is not None else end_ms - run.start_ms
    at_ms = run.start_ms
    while at_ms < end_ms:
        at_ms = min(at_ms + step_ms, end_ms)
        loop.run(at_ms)
        if progress is not None:
            progress(at_ms)
    return log
