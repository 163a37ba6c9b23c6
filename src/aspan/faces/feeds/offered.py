"""What the air service promises the public on which dates.

Timetabled departures and hours of service are those the engine would open each date with, so the
cut to daylight is the engine's own; block times are those of standard still air, rounded up to
whole seconds. A departure that could not be on block by the end of service is not promised: the
engine would refuse it. Nor is a pair on a date on which no aircraft may carry passengers there.

Not promised: seats (they are sold one by one), and that the weather lets it fly.
"""

from collections import defaultdict
from datetime import date, timedelta

import msgspec

from aspan.compose.serviceability import list_serviceable
from aspan.operations.city_index import CityIndex
from aspan.operations.opening import list_timetable, service_hours_ms
from aspan.operations.planning import LEAD_MS
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import VertiportId
from aspan.primitives.instants import local_midnight_ms, parse_date
from aspan.primitives.units import MS_PER_MIN, MS_PER_S, S_PER_MIN
from aspan.world.approvals import list_passenger_approvals
from aspan.world.city import City
from aspan.world.vertiport import Vertiport

DAYS_DEFAULT = 365
DAYS_MAX = 800
"""Longest span of an export; two years, as no timetable is planned further ahead. Assumed."""
FROM_MIN, FROM_MAX = date(1970, 1, 2), date(2197, 12, 31)
"""First dates of an export: instants begin there, and readers of feeds, ours too, know no later
end than 2200."""

Pair = tuple[VertiportId, VertiportId]


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """A timetabled departure, with every date on which it is promised.

    Parameters
    ----------
    off_block_s
        Since local midnight.
    """

    origin: VertiportId
    destination: VertiportId
    off_block_s: int
    block_s: int
    dates: tuple[date, ...]


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """Hours in which a pair is flown on demand through one calendar month.

    Parameters
    ----------
    month
        `YYYY-MM`.
    from_s, until_s
        Since local midnight, whole minutes: first off-block, last on-block, good on every date.
    """

    origin: VertiportId
    destination: VertiportId
    month: str
    from_s: int
    until_s: int
    block_s: int
    dates: tuple[date, ...]


class AirService(msgspec.Struct, frozen=True, kw_only=True):
    """The whole promise of a city over `[from_date, until_date)`.

    Parameters
    ----------
    notice_min
        Shortest notice before off-block at which a seat can be had [min].
    check_in_s, leave_s
        Door of the vertiport to off-block; on-block to its door.
    is_approval_assumed
        Whether any of it stands on an approval that is only assumed.
    """

    city: City
    from_date: date
    until_date: date
    departures: tuple[Departure, ...]
    windows: tuple[Window, ...]
    fare_tiyn: dict[Pair, int]
    notice_min: int
    check_in_s: int
    leave_s: int
    is_approval_assumed: bool

    @property
    def timetabled_pairs(self) -> tuple[Pair, ...]:
        """Ordered pairs with a timetable, in order."""
        return tuple(sorted({(d.origin, d.destination) for d in self.departures}))

    @property
    def demand_pairs(self) -> tuple[Pair, ...]:
        """Ordered pairs flown on demand, in order."""
        return tuple(sorted({(w.origin, w.destination) for w in self.windows}))

    def list_sites(self, *, is_flexible: bool) -> tuple[Vertiport, ...]:
        """Return the vertiports that something flies to or from, with or without the demand."""
        pairs = (*self.timetabled_pairs, *(self.demand_pairs if is_flexible else ()))
        used = {site_id for pair in pairs for site_id in pair}
        return tuple(site for site in self.city.vertiports if site.vertiport_id in used)


def read_span(city: City, from_text: str | None, until_text: str | None) -> tuple[date, date]:
    """Return the dates of an export; `InvalidInput` naming the option that is wrong.

    The city's fair-weather date, and a year from it, if nothing is said.
    """
    first = city.fair_weather_date if from_text is None else parse_date(from_text, field="--from")
    if not FROM_MIN <= first <= FROM_MAX:
        raise InvalidInput("--from", first.isoformat(), f"a date from {FROM_MIN} to {FROM_MAX}")
    if until_text is None:
        return first, first + timedelta(days=DAYS_DEFAULT)
    until = parse_date(until_text, field="--until")
    if not first < until <= first + timedelta(days=DAYS_MAX):
        raise InvalidInput("--until", until_text, f"a date 1 to {DAYS_MAX} days after {first}")
    return first, until


def plan_air_service(
    city: City, *, from_date: date, until_date: date, index: CityIndex | None = None
) -> AirService:
    """Return what a city promises on the dates `[from_date, until_date)`.

    Parameters
    ----------
    index
        Of the same city, if there is one already.
    """
    index = CityIndex(city) if index is None else index
    blocks = {p: -(-ms // MS_PER_S) for p, ms in list_serviceable(index).block_ms.items()}
    timetabled = {
        (r.origin, r.destination)
        for r in city.rules.service.timetable
        if (r.origin, r.destination) in blocks
    }
    dates = [from_date + timedelta(days=n) for n in range((until_date - from_date).days)]
    opened, is_assumed = _list_open(city, dates, sorted(blocks))
    movement, service = city.rules.movement, city.rules.service
    closes_ms = round(movement.check_in_closes_s * MS_PER_S)
    notice_ms = max(service.process_ms, closes_ms, LEAD_MS)
    return AirService(
        city=city,
        from_date=from_date,
        until_date=until_date,
        departures=_list_departures(index, dates, blocks, opened),
        windows=_list_windows(
            city, dates, {p: b for p, b in blocks.items() if p not in timetabled}, opened
        ),
        fare_tiyn={pair: index.fare_tiyn[pair] for pair in sorted(blocks)},
        notice_min=-(-notice_ms // MS_PER_MIN),
        check_in_s=service.process_ms // MS_PER_S,
        leave_s=round(movement.leaving_s),
        is_approval_assumed=is_assumed,
    )


def _list_open(
    city: City, dates: list[date], pairs: list[Pair]
) -> tuple[dict[date, frozenset[Pair]], bool]:
    """Return the pairs that may carry passengers on each date, and whether that is assumed."""
    opened, is_assumed = {}, False
    for day in dates:
        approvals = {pair: list_passenger_approvals(city, *pair, day) for pair in pairs}
        opened[day] = frozenset(pair for pair, found in approvals.items() if found)
        is_assumed |= any(a.is_assumed for found in approvals.values() for a in found)
    return opened, is_assumed


def _list_departures(
    index: CityIndex,
    dates: list[date],
    blocks: dict[Pair, int],
    opened: dict[date, frozenset[Pair]],
) -> tuple[Departure, ...]:
    """Return the timetabled departures, by pair and time."""
    city = index.city
    flown: dict[tuple[VertiportId, VertiportId, int], list[date]] = defaultdict(list)
    for day in dates:
        midnight_ms = local_midnight_ms(day, city.time_zone)
        _, until_ms = service_hours_ms(city, day.isoformat())
        for off_ms, *ends in list_timetable(index, day.isoformat()):
            pair = (ends[0], ends[1])
            if pair in opened[day] and off_ms + blocks[pair] * MS_PER_S <= until_ms:
                flown[*pair, (off_ms - midnight_ms) // MS_PER_S].append(day)
    return tuple(
        Departure(
            origin=origin,
            destination=destination,
            off_block_s=off_block_s,
            block_s=blocks[origin, destination],
            dates=tuple(days),
        )
        for (origin, destination, off_block_s), days in sorted(flown.items())
    )


def _list_windows(
    city: City,
    dates: list[date],
    blocks: dict[Pair, int],
    opened: dict[date, frozenset[Pair]],
) -> tuple[Window, ...]:
    """Return the hours on demand by pair and month, where a month has room for one flight."""
    months: dict[str, list[date]] = defaultdict(list)
    for day in dates:
        months[day.strftime("%Y-%m")].append(day)
    windows = []
    for month, days in sorted(months.items()):
        from_min, until_min = _hours_of(city, days)
        for (origin, destination), block_s in sorted(blocks.items()):
            own = tuple(day for day in days if (origin, destination) in opened[day])
            window = Window(
                origin=origin,
                destination=destination,
                month=month,
                from_s=from_min * S_PER_MIN,
                until_s=until_min * S_PER_MIN,
                block_s=block_s,
                dates=own,
            )
            if own and window.from_s + block_s < window.until_s:
                windows.append(window)
    return tuple(sorted(windows, key=lambda w: (w.origin, w.destination, w.month)))


def _hours_of(city: City, days: list[date]) -> tuple[int, int]:
    """Return the minutes since local midnight between which service is open on all of `days`."""
    from_min, until_min = [], []
    for day in days:
        midnight_ms = local_midnight_ms(day, city.time_zone)
        from_ms, until_ms = service_hours_ms(city, day.isoformat())
        from_min.append(-((midnight_ms - from_ms) // MS_PER_MIN))
        until_min.append((until_ms - midnight_ms) // MS_PER_MIN)
    return max(from_min), min(until_min)
