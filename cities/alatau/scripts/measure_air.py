"""Measure how reliable the flights of the twin are, for `[reliability]` of `city.toml`.

    python cities/alatau/scripts/measure_air.py [--days 60] [--seed 11] [--fleet 20] [--demand 12]

Flies days spread evenly over 2023 and 2024 with travellers of their own. At random instants of each
a random party asks for a random pair of vertiports, to leave in ten minutes to three hours, and
books what it is offered. Told is what became of those who came: flown and how late on block, or not
flown to where they meant to go; by what was known when they booked. Ranges: the quarters of the
days, taken each for itself.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import msgspec

from aspan.compose.runs import RunSettings, open_twin, pair
from aspan.compose.tables import fold_run
from aspan.journeys.availability import AirAsk
from aspan.operations.availability import EngineAvailability
from aspan.operations.city_index import CityIndex
from aspan.operations.commands import RequestBooking
from aspan.operations.events import BookingConfirmed
from aspan.operations.lifecycles import BookingStatus
from aspan.operations.log import MemoryLog
from aspan.primitives.dice import draw
from aspan.primitives.ids import BookingId, TripId
from aspan.primitives.units import MS_PER_H, MS_PER_MIN, MS_PER_S
from aspan.twin.clock import AlertList, LeapingClock
from aspan.twin.travellers import is_no_show
from aspan.world.readers import load_city

FIRST_DAY, SPAN_DAYS = date(2023, 1, 1), 731
FROM_MS, UNTIL_MS = 6 * MS_PER_H, 20 * MS_PER_H
AHEAD_MS = (10 * MS_PER_MIN, 180 * MS_PER_MIN)
ASKS_A_DAY = 150
QUARTERS = 4
LEAD_EDGES_MIN = (0, 30, 60, 120, 999)
LATE_MS = 2 * MS_PER_MIN
"""Later than this is late: what is less is how sorties differ, by taxi and wind."""


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """One party that booked and came.

    Parameters
    ----------
    late_ms
        On block against what was confirmed; None if it was not flown to where it meant to go.
    lead_ms
        From booking to off-block.
    """

    day: date
    hour: int
    lead_ms: int
    is_unsettled: bool
    late_ms: int | None


def probe_day(index: CityIndex, day: date, *, seed: int, fleet: int, demand: float) -> list[Probe]:
    """Return what became of those who asked on one day."""
    settings = RunSettings(day=day, seed=seed, fleet=fleet, demand=demand)
    run = open_twin(index.city, settings, index=index)
    log = MemoryLog()
    unsettled: dict[BookingId, bool] = {}
    loop = pair(run, log, clock=LeapingClock(run.start_ms), notices=AlertList())

    def luck(what: str, number: int) -> float:
        return draw(seed, "probe", day.isoformat(), what, number)

    instants = sorted(
        (run.start_ms + FROM_MS + round((UNTIL_MS - FROM_MS) * luck("at", n)), n)
        for n in range(ASKS_A_DAY)
    )
    for now_ms, number in instants:
        loop.run(now_ms)
        ask = _draw_ask(index, luck, number, now_ms)
        (found,) = EngineAvailability(run.engine, now_ms).list_answers([ask])
        if found:
            command = _book(index, ask, f"probe-{day.isoformat()}-{number}")
            unsettled[command.booking_id] = found[0].is_unsettled
            loop.take(f"probe/{number}", command, at_ms=now_ms)
    loop.run(run.end_ms)
    folded = fold_run(log.events, end_ms=run.end_ms, reliability=None)
    no_show, probes = index.rules.service.no_show, []
    for event in log.events:
        if not isinstance(event, BookingConfirmed) or event.booking_id not in unsettled:
            continue
        line = folded.bookings.by_id[event.booking_id]
        if is_no_show(seed, event.booking_id, no_show) or line.status is BookingStatus.NO_SHOW:
            continue
        door_ms = folded.bookings.find_arrival_ms(line, folded.sorties)
        probes.append(
            Probe(
                day=day,
                hour=(event.at_ms - run.start_ms) // MS_PER_H,
                lead_ms=event.off_block_at_ms - event.at_ms,
                is_unsettled=unsettled[event.booking_id],
                late_ms=None if door_ms is None else door_ms - event.promised_arrival_at_ms,
            )
        )
    return probes


def _draw_ask(
    index: CityIndex, luck: Callable[[str, int], float], number: int, now_ms: int
) -> AirAsk:
    sites = index.site_ids
    first = int(luck("from", number) * len(sites))
    last = (first + 1 + int(luck("to", number) * (len(sites) - 1))) % len(sites)
    party = 1 + int(luck("party", number) * 3)
    low, high = AHEAD_MS
    return AirAsk(
        origin=sites[first],
        destination=sites[last],
        ready_at_ms=now_ms + int(low + (high - low) * luck("ahead", number)),
        by_ms=None,
        party=party,
        payload_kg=88.0 * party,
    )


def _book(index: CityIndex, ask: AirAsk, name: str) -> RequestBooking:
    origin, destination = index.sites[ask.origin], index.sites[ask.destination]
    return RequestBooking(
        booking_id=BookingId(f"B-{name}"),
        trip_id=TripId(name),
        origin=ask.origin,
        destination=ask.destination,
        ready_at_ms=ask.ready_at_ms or 0,
        party=ask.party,
        payload_kg=ask.payload_kg,
        egress_ms=0,
        origin_lon_deg=origin.lon_deg,
        origin_lat_deg=origin.lat_deg,
        destination_lon_deg=destination.lon_deg,
        destination_lat_deg=destination.lat_deg,
    )


def describe(name: str, probes: list[Probe]) -> str:
    """Return a line: how many, share not flown, share late, their mean delay."""
    flown = [probe.late_ms for probe in probes if probe.late_ms is not None]
    late = [late_ms for late_ms in flown if late_ms > LATE_MS]
    lost = 1.0 - len(flown) / max(1, len(probes))
    share = len(late) / max(1, len(flown))
    mean_s = sum(late) / max(1, len(late)) / MS_PER_S
    return f"{name:12} {len(probes):6} {lost:9.4f} {share:9.4f} {mean_s:9.0f}"


def main() -> None:
    """Fly, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--fleet", type=int, default=20)
    parser.add_argument("--demand", type=float, default=12.0)
    asked = parser.parse_args()
    index = CityIndex(load_city("alatau"))
    probes: list[Probe] = []
    for number in range(asked.days):
        day = FIRST_DAY + timedelta(days=number * SPAN_DAYS // asked.days)
        probes += probe_day(index, day, seed=asked.seed, fleet=asked.fleet, demand=asked.demand)
        print(f"{day} {len(probes)}", file=sys.stderr)
    print(f"{'':12} {'parties':>6} {'not flown':>9} {'late':>9} {'delay s':>9}")
    for is_unsettled in (False, True):
        chosen = [probe for probe in probes if probe.is_unsettled is is_unsettled]
        print(describe("unsettled" if is_unsettled else "settled", chosen))
        for part in range(QUARTERS):
            cut = slice(part * len(chosen) // QUARTERS, (part + 1) * len(chosen) // QUARTERS)
            print(describe(f"  quarter {part + 1}", chosen[cut]))
    print(describe("all", probes))
    for low_min, high_min in pairwise(LEAD_EDGES_MIN):
        within = [p for p in probes if low_min <= p.lead_ms / MS_PER_MIN < high_min]
        print(describe(f"lead {low_min} min", within))
    for month in range(1, 13):
        print(describe(f"month {month}", [p for p in probes if p.day.month == month]))
    for hour in range(FROM_MS // MS_PER_H, UNTIL_MS // MS_PER_H):
        print(describe(f"hour {hour}", [p for p in probes if p.hour == hour]))


if __name__ == "__main__":
    main()
