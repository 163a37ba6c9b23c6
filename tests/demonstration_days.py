"""Seeded demonstration days for tests: planned, flown with what breaks, judged and counted."""

from collections import Counter
from datetime import date, timedelta
from functools import cache

import msgspec

from aspan.evidence.demonstration.checker import Breach, check_day, measure_track
from aspan.evidence.demonstration.day import fly_demonstration
from aspan.evidence.demonstration.day_log import FlownDay
from aspan.evidence.demonstration.outside import Disturbances, draw_disturbances
from aspan.evidence.demonstration.show import Demonstration, plan_demonstration
from aspan.primitives.ids import AircraftId
from aspan.world.city import City
from aspan.world.range import Range
from aspan.world.readers import load_city
from aspan.world.readers.range import load_range

FIRST = date(2024, 1, 10)
JUNE, JUNE_RESERVE = date(2024, 6, 19), date(2024, 6, 21)


@cache
def place() -> tuple[City, Range]:
    """Return Alatau and its range, read once."""
    city = load_city("alatau")
    return city, load_range(city)


def with_spare(site: Range) -> Range:
    """Return the range with a second aircraft approved for demonstrations."""
    own = next(a for a in site.approvals if a.kind == "demonstration")
    spare = msgspec.structs.replace(own, aircraft_id=AircraftId("AT02"))
    return msgspec.structs.replace(site, approvals=(*site.approvals, spare))


@cache
def plan_day(day: date, *, has_spare: bool) -> Demonstration:
    """Return the plan of a day."""
    city, alone = place()
    site = with_spare(alone) if has_spare else alone
    plan = plan_demonstration(city, site, day, day + timedelta(days=2))
    assert isinstance(plan, Demonstration), plan
    return plan


def fly_day(
    seed: int, *, outside: Disturbances | None = None, day: date | None = None
) -> tuple[FlownDay, tuple[Breach, ...]]:
    """Return the day of a seed, flown, and what the checker says; odd seeds have a spare."""
    city, alone = place()
    site = with_spare(alone) if seed % 2 else alone
    on = day or FIRST + timedelta(days=seed * 37 % 360)
    plan = plan_day(on, has_spare=bool(seed % 2))
    breaks = outside if outside is not None else draw_disturbances(seed, plan.begin_at_ms)
    flown = fly_demonstration(plan, city, site, seed, breaks)
    return flown, check_day(flown, city, site)


def count_days(seeds: range) -> tuple[Counter[str], list[str], str]:
    """Return how days ended, what was broken, and a line of what spectators saw and heard."""
    city, site = place()
    endings: Counter[str] = Counter()
    broken: list[str] = []
    sorties = called = 0
    nearest, spare, loudest = float("inf"), float("inf"), 0.0
    for seed in seeds:
        flown, breaches = fly_day(seed)
        endings[flown.log.ending] += 1
        broken += [f"seed {seed}: {b}" for b in breaches]
        sorties += len(flown.log.sorties)
        called += sum(s.is_knocked_off for s in flown.log.sorties)
        for track in flown.tracks.values():
            found = measure_track(track, city, site)
            nearest = min(nearest, found.distance_m)
            spare = min(spare, found.spare_m)
            loudest = max(loudest, found.noise_dba)
    told = (
        f"{sorties} sorties, {called} called off; nearest {nearest:.0f} m, least to spare"
        f" {spare:.0f} m, loudest {loudest:.1f} dBA"
    )
    return endings, broken, told
