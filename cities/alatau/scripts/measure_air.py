"""Measure how reliable the flights of the twin are, for `[reliability]` of `city.toml`.

    python cities/alatau/scripts/measure_air.py [--days 128] [--seed 11] [--workers 2]

Flies days spread evenly over 2020 to 2022, phases of the network in turn, with travellers of their
own; at random instants of each a random party besides asks for a random pair of vertiports, to
leave in ten minutes to three hours, and books what it is offered, since travellers of a model keep
to few routes and book late. Told is what became of all who booked and were there in time for their
flight: flown and how late on block, or not flown to where they meant to go; by the weather known
when they booked and by how long ahead that was. Who missed the flight on the way to it is left out:
ways on the ground have a law of their own. Ranges: the quarters of the days, each for itself.
"""

import argparse
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from functools import cache, partial
from itertools import pairwise

import msgspec

from aspan.compose.runs import Run, RunSettings, open_twin, pair
from aspan.compose.tables import Folded, fold_run
from aspan.journeys.availability import AirAsk
from aspan.operations.availability import EngineAvailability
from aspan.operations.city_index import CityIndex
from aspan.operations.commands import RequestBooking
from aspan.operations.events import BookingConfirmed, Event
from aspan.operations.fold import apply
from aspan.operations.lifecycles import BookingStatus
from aspan.operations.log import MemoryLog
from aspan.operations.sky import is_unsettled
from aspan.operations.state import State
from aspan.primitives.dice import draw
from aspan.primitives.ids import BookingId, TripId
from aspan.primitives.units import MS_PER_H, MS_PER_MIN, MS_PER_S
from aspan.twin.clock import AlertList, LeapingClock
from aspan.twin.travellers import is_no_show
from aspan.world.readers import load_city

FIRST_DAY, SPAN_DAYS = date(2020, 1, 1), 1096
PHASES = (1, 2)
FROM_MS, UNTIL_MS = 6 * MS_PER_H, 20 * MS_PER_H
AHEAD_MS = (10 * MS_PER_MIN, 180 * MS_PER_MIN)
ASKS_A_DAY = 150
SOON_MS = 40 * MS_PER_MIN
"""`soon_s` of the city: what is booked less than this ahead flies with aircraft at hand."""

QUARTERS = 4
LEAD_EDGES_MIN = (0, 20, 30, 40, 50, 60, 120, 999)
LATE_MS = 2 * MS_PER_MIN
"""Later than this is late: what is less is how sorties differ, by taxi and wind."""

CARRIED = (BookingStatus.FLOWN, BookingStatus.SETTLED)


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """One party that booked and was there in time.

    Parameters
    ----------
    late_ms
        On block against what was confirmed first; None if it was not flown to where it meant to go.
    lead_ms
        From booking to off-block.
    """

    day: date
    phase: int
    lead_ms: int
    is_unsettled: bool
    late_ms: int | None


@cache
def _index(phase: int) -> CityIndex:
    return CityIndex(load_city("alatau", phase=phase))


def probe_day(day_phase: tuple[date, int], *, seed: int, fleet: int, demand: float) -> list[Probe]:
    """Return what became of those who booked on one day."""
    day, phase = day_phase
    index = _index(phase)
    settings = RunSettings(day=day, seed=seed, fleet=fleet, demand=demand)
    run = open_twin(index.city, settings, index=index)
    log = _fly_asked(run, day, seed)
    folded = fold_run(log.events, end_ms=run.end_ms, reliability=index.city.reliability)
    share = index.rules.service.no_show
    return [
        Probe(
            day=day,
            phase=phase,
            lead_ms=sold.off_block_at_ms - sold.at_ms,
            is_unsettled=unsettled,
            late_ms=_find_late_ms(folded, sold),
        )
        for sold, unsettled in _list_sold(index, log.events)
        if not is_no_show(seed, sold.booking_id, share)
        and folded.bookings.by_id[sold.booking_id].status is not BookingStatus.NO_SHOW
    ]


def _fly_asked(run: Run, day: date, seed: int) -> MemoryLog:
    """Fly a day on which random parties ask too; return its log."""
    index, log = run.engine.index, MemoryLog()
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
            loop.take(f"probe/{number}", command, at_ms=now_ms)
    loop.run(run.end_ms)
    return log


def _list_sold(index: CityIndex, events: Iterable[Event]) -> list[tuple[BookingConfirmed, bool]]:
    """Return what each booking was first confirmed as, and whether in unsettled weather."""
    assert index.city.reliability is not None
    ceiling_m = index.city.reliability.unsettled_ceiling_agl_m
    state = State(index)
    sold: dict[str, tuple[BookingConfirmed, bool]] = {}
    for event in events:
        if isinstance(event, BookingConfirmed):
            sortie = state.sorties[event.sortie_id]
            unsettled = any(
                is_unsettled(state, site_id, ceiling_agl_m=ceiling_m, now_ms=event.at_ms)
                for site_id in (sortie.origin, sortie.destination)
            )
            sold.setdefault(event.booking_id, (event, unsettled))
        apply(state, event)
    return list(sold.values())


def _find_late_ms(folded: Folded, sold: BookingConfirmed) -> int | None:
    """Return how much later than confirmed a party was on block; None if it did not fly there."""
    line = folded.bookings.by_id[sold.booking_id]
    if line.status not in CARRIED or not isinstance(line.asked, BookingConfirmed):
        return None
    on_block = folded.sorties.by_id[line.asked.sortie_id].on_block
    return None if on_block is None else on_block.at_ms - sold.promised_arrival_at_ms


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
    return f"{name:14} {len(probes):6} {lost:9.4f} {share:9.4f} {mean_s:9.0f}"


def list_days(count: int) -> list[tuple[date, int]]:
    """Return the dates, each with the phase of the network flown on it, two days each."""
    return [
        (FIRST_DAY + timedelta(days=number * SPAN_DAYS // count), PHASES[number // 2 % len(PHASES)])
        for number in range(count)
    ]


def main() -> None:
    """Fly, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--days", type=int, default=128)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--fleet", type=int, default=20)
    parser.add_argument("--demand", type=float, default=12.0)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    probe = partial(probe_day, seed=asked.seed, fleet=asked.fleet, demand=asked.demand)
    probes: list[Probe] = []
    with ProcessPoolExecutor(asked.workers) as pool:
        for found in pool.map(probe, list_days(asked.days)):
            probes += found
            if found:
                print(f"{found[-1].day} {len(probes)}", file=sys.stderr, flush=True)
    print(f"{'':14} {'parties':>6} {'not flown':>9} {'late':>9} {'delay s':>9}")
    settled = [probe for probe in probes if not probe.is_unsettled]
    groups = {
        "settled": settled,
        "soon": [probe for probe in settled if probe.lead_ms < SOON_MS],
        "later": [probe for probe in settled if probe.lead_ms >= SOON_MS],
        "unsettled": [probe for probe in probes if probe.is_unsettled],
    }
    for name, chosen in groups.items():
        print(describe(name, chosen))
        for part in range(QUARTERS):
            cut = slice(part * len(chosen) // QUARTERS, (part + 1) * len(chosen) // QUARTERS)
            print(describe(f"  quarter {part + 1}", chosen[cut]))
    print(describe("all", probes))
    for phase in PHASES:
        print(describe(f"phase {phase}", [p for p in probes if p.phase == phase]))
    for low_min, high_min in pairwise(LEAD_EDGES_MIN):
        within = [p for p in probes if low_min <= p.lead_ms / MS_PER_MIN < high_min]
        print(describe(f"lead {low_min} min", within))
    for month in range(1, 13):
        print(describe(f"month {month}", [p for p in probes if p.day.month == month]))


if __name__ == "__main__":
    main()
