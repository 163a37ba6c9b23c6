"""A local date in numbers, added up from the chronicle."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from math import ceil

from aspan.faces.http.reasons import name_reason
from aspan.faces.http.wire_history import DaySummary, HourCount, RouteCount
from aspan.live.board import UNWANTED
from aspan.live.chronicle import BookingStory, Chronicle, SortieStory
from aspan.live.punctuality import judge_sortie, share_on_time
from aspan.physics.battery import available_kwh
from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import local_midnight_ms, ms_to_local, parse_date
from aspan.world.city import City

HOURS = 24


def draw_day(chronicle: Chronicle, city: City, date: str, *, now_ms: int) -> DaySummary:
    """Return a date in numbers; `InvalidInput` for one the chronicle cannot tell of."""
    day = parse_date(date, field="date")
    today = ms_to_local(now_ms, city.time_zone).date()
    expected = f"a date of this service, {today.isoformat()} or before"
    if day > today:
        raise InvalidInput("date", date, expected)
    from_ms = local_midnight_ms(day, city.time_zone)
    until_ms = local_midnight_ms(day + timedelta(days=1), city.time_zone)
    if until_ms <= chronicle.from_ms:
        raise InvalidInput("date", date, expected)

    def is_in(at_ms: int | None) -> bool:
        return at_ms is not None and from_ms <= at_ms < until_ms

    stories = [chronicle.sorties[s] for s in sorted(chronicle.sorties)]
    flown = [s for s in stories if is_in(s.on_block_ms)]
    called_off = [s for s in stories if s.on_block_ms is None and is_in(s.ended_ms)]
    bookings = [b for b in chronicle.bookings.values() if is_in(b.at_ms)]
    delays_ms = sorted(max(0, (s.off_block_ms or s.wanted_ms) - s.wanted_ms) for s in flown)
    margins = [_above_reserve_kwh(city, chronicle, s) for s in flown if s.release is not None]
    return DaySummary(
        date=date,
        flown=len(flown),
        empty=sum(s.passengers == 0 for s in flown),
        cancelled=_count(s.cause for s in called_off if s.cause not in UNWANTED),
        diverted=_count(s.cause for s in flown if s.diverted is not None),
        held=_count(reason for s in stories if is_in(s.wanted_ms) for reason in s.held),
        held_sorties=sum(bool(s.held) and is_in(s.wanted_ms) for s in stories),
        bookings=sum(b.status != "refused" for b in bookings),
        passengers=sum(_count_carried(chronicle, s) for s in flown),
        refused=_count(b.reason for b in bookings if b.status == "refused"),
        no_shows=sum(
            b.status == "no_show" and is_in(b.ended_ms) for b in chronicle.bookings.values()
        ),
        on_time_share=share_on_time(
            judge_sortie(
                s.wanted_ms,
                s.off_block_ms,
                is_cancelled=s.on_block_ms is None and s.ended_ms is not None,
                now_ms=now_ms,
            )
            for s in stories
            if is_in(s.wanted_ms)
        ),
        delay_p50_ms=_rank(delays_ms, 0.50),
        delay_p95_ms=_rank(delays_ms, 0.95),
        energy_kwh=round(sum(s.energy_kwh for s in flown), 1),
        min_above_reserve_kwh=round(min(margins), 2) if margins else None,
        by_hour=_count_hours(chronicle, flown, city.time_zone),
        by_route=_count_routes(chronicle, flown),
        revenue_tiyn=sum(_earned_tiyn(b) for b in bookings),
    )


def _count(reasons: Iterable[str]) -> dict[str, int]:
    """Return how often each reason is there, the most frequent first."""
    counts = Counter(name_reason(reason) for reason in reasons)
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _earned_tiyn(booking: BookingStory) -> int:
    return booking.fare_tiyn - booking.refund_tiyn


def _count_carried(chronicle: Chronicle, story: SortieStory) -> int:
    """Return the people who left the aircraft where it landed."""
    return sum(
        booking.party
        for booking_id in dict.fromkeys(story.bookings)
        if (booking := chronicle.bookings.get(booking_id)) is not None
        and booking.sortie_id == story.sortie_id
        and booking.status in ("boarded", "flown", "refunded")
    )


def _above_reserve_kwh(city: City, chronicle: Chronicle, story: SortieStory) -> float:
    release, diverted = story.release, story.diverted
    soh = chronicle.soh[story.aircraft_id] if story.aircraft_id is not None else 1.0
    left_kwh = available_kwh(
        city.aircraft_type, soc=story.soc_touchdown, soh=soh, pack_k=story.pack_temperature_k
    )
    reserve_kwh = release.final_reserve_kwh if release is not None else 0.0
    if diverted is not None and diverted.final_reserve_kwh is not None:
        reserve_kwh = diverted.final_reserve_kwh
    return left_kwh - reserve_kwh


def _rank(values: list[int], share: float) -> int | None:
    """Return the nearest-rank quantile of sorted values; None of none."""
    if not values:
        return None
    return values[max(0, ceil(share * len(values)) - 1)]


def _count_hours(
    chronicle: Chronicle, flown: list[SortieStory], zone: str
) -> tuple[HourCount, ...]:
    counts = [0] * HOURS
    people = [0] * HOURS
    for story in flown:
        if story.on_block_ms is not None:
            hour = ms_to_local(story.on_block_ms, zone).hour
            counts[hour] += 1
            people[hour] += _count_carried(chronicle, story)
    return tuple(
        HourCount(hour=hour, flown=counts[hour], passengers=people[hour]) for hour in range(HOURS)
    )


def _count_routes(chronicle: Chronicle, flown: list[SortieStory]) -> tuple[RouteCount, ...]:
    found: dict[tuple[str, str], list[SortieStory]] = {}
    for story in flown:
        found.setdefault((story.origin, story.destination), []).append(story)
    return tuple(
        RouteCount(
            origin=origin,
            destination=destination,
            flown=len(stories),
            passengers=sum(_count_carried(chronicle, story) for story in stories),
        )
        for (origin, destination), stories in sorted(found.items())
    )
