"""Availability: what is offered is confirmed, at the offered times, if it is booked at once."""

import msgspec
import pytest

from aspan.compose.runs import Run, RunSettings, open_twin, pair
from aspan.journeys.availability import AirAsk, AirDeparture
from aspan.operations import events as ev
from aspan.operations.availability import EngineAvailability
from aspan.operations.commands import RequestBooking
from aspan.operations.engine import Engine
from aspan.operations.log import MemoryLog
from aspan.operations.offers import OFFER_VALID_MS, VALID_STEP_MS
from aspan.operations.state import State
from aspan.operations.state_copy import Copier
from aspan.primitives.dice import draw
from aspan.primitives.ids import BookingId, TripId, VertiportId
from aspan.primitives.units import MS_PER_H, MS_PER_MIN, MS_PER_S
from aspan.twin.clock import AlertList, LeapingClock
from aspan.world.readers import load_city

ASKS = 200
SEED = 3


@pytest.fixture(scope="module")
def run() -> Run:
    """Return a day of the small city with other travellers, not yet begun."""
    city = load_city("tiny")
    return open_twin(city, RunSettings(day=city.fair_weather_date, demand=2.0))


def draw_ask(run: Run, number: int, now_ms: int) -> AirAsk:
    """Return what a party asks for; every fourth asks to be somewhere by an instant."""
    sites = run.index.site_ids
    first = int(draw(SEED, "from", number) * len(sites))
    last = (first + 1 + int(draw(SEED, "to", number) * (len(sites) - 1))) % len(sites)
    party = 1 + int(draw(SEED, "party", number) * 4)
    ahead_ms = int((10 + draw(SEED, "ahead", number) * 80) * MS_PER_MIN)
    is_by = number % 4 == 3
    return AirAsk(
        origin=sites[first],
        destination=sites[last],
        ready_at_ms=None if is_by else now_ms + ahead_ms,
        by_ms=now_ms + 40 * MS_PER_MIN + ahead_ms if is_by else None,
        party=party,
        payload_kg=88.0 * party,
    )


def book(run: Run, number: int, ask: AirAsk, offer: AirDeparture) -> RequestBooking:
    """Return the booking that takes an offer."""
    service_ready_ms = ask.ready_at_ms
    if service_ready_ms is None:
        service_ready_ms = offer.off_block_at_ms
    origin, destination = run.index.sites[ask.origin], run.index.sites[ask.destination]
    return RequestBooking(
        booking_id=BookingId(f"B-asked-{number}"),
        trip_id=TripId(f"asked-{number}"),
        origin=ask.origin,
        destination=ask.destination,
        ready_at_ms=service_ready_ms,
        party=ask.party,
        payload_kg=ask.payload_kg,
        egress_ms=0,
        origin_lon_deg=origin.lon_deg,
        origin_lat_deg=origin.lat_deg,
        destination_lon_deg=destination.lon_deg,
        destination_lat_deg=destination.lat_deg,
    )


def test_what_is_offered_is_confirmed(run: Run) -> None:
    """Over a day of a twin, of 200 random asks none that was offered is refused when booked."""
    log = MemoryLog()
    loop = pair(run, log, clock=LeapingClock(run.start_ms), notices=AlertList())
    step_ms = 13 * MS_PER_H // ASKS
    offered = 0
    refused: list[str] = []
    for number in range(ASKS):
        now_ms = run.start_ms + 7 * MS_PER_H + number * step_ms
        loop.run(now_ms)
        ask = draw_ask(run, number, now_ms)
        (answer,) = EngineAvailability(run.engine, now_ms).list_answers([ask])
        if not answer:
            continue
        offered += 1
        offer = answer[0]
        events = loop.take(f"asked/{number}", book(run, number, ask, offer), at_ms=now_ms)
        confirmed = [event for event in events if isinstance(event, ev.BookingConfirmed)]
        if not confirmed:
            refused += [e.reason for e in events if isinstance(e, ev.BookingRefused)]
            continue
        assert confirmed[0].off_block_at_ms == offer.off_block_at_ms, number
        assert confirmed[0].fare_tiyn == offer.fare_tiyn
        assert confirmed[0].promised_arrival_at_ms == offer.on_block_at_ms, number
        if ask.by_ms is not None:
            assert offer.on_block_at_ms <= ask.by_ms
    assert refused == []
    assert offered >= ASKS // 4


def test_asking_changes_nothing(run: Run) -> None:
    """An ask leaves no event behind, and a pair without an offer says why."""
    city = load_city("tiny")
    fresh = open_twin(city, RunSettings(day=city.fair_weather_date))
    log = MemoryLog()
    loop = pair(fresh, log, clock=LeapingClock(fresh.start_ms), notices=AlertList())
    night_ms = fresh.start_ms + MS_PER_H
    loop.run(night_ms)
    before = log.head_sha256()
    availability = EngineAvailability(fresh.engine, night_ms)
    ask = draw_ask(fresh, 0, night_ms)
    assert list(availability.list_answers([ask])) == [()]
    assert availability.refusals == {(ask.origin, ask.destination): "hours"}
    assert log.head_sha256() == before


def test_an_offer_holds_as_long_as_it_says() -> None:
    """Asked for at the end of its time, with nothing between, it is still confirmed."""
    city = load_city("tiny")
    held = open_twin(city, RunSettings(day=city.fair_weather_date, demand=6.0))
    loop = pair(held, MemoryLog(), clock=LeapingClock(held.start_ms), notices=AlertList())
    told = []
    for number in range(60):
        now_ms = held.start_ms + 8 * MS_PER_H + number * 7 * MS_PER_MIN
        loop.run(now_ms)
        ask = msgspec.structs.replace(
            draw_ask(held, number, now_ms), ready_at_ms=now_ms + 2 * MS_PER_MIN, by_ms=None
        )
        offers = EngineAvailability(held.engine, now_ms)
        (answer,) = offers.list_answers([ask])
        if not answer:
            continue
        valid_ms = offers.find_valid_ms(ask)
        copier = Copier[State](held.index)
        engine = Engine(held.index, copier.restore(copier.copy(held.engine.state)))
        events = engine.handle(book(held, number, ask, answer[0]), at_ms=now_ms + valid_ms)
        assert isinstance(events[-1], ev.BookingConfirmed), number
        told.append(valid_ms)
    assert set(told) <= set(range(0, OFFER_VALID_MS + 1, VALID_STEP_MS))
    assert told.count(OFFER_VALID_MS) >= 10


def test_an_offer_that_time_refuses_for_a_while_only_is_told_to_hold_until_then() -> None:
    """The empty sortie of an offer finds a slot now and in a minute, and none in between.

    So it was on 13 September 2025 (seed 5, 20 aircraft, demand 12, question 162 of the drill): the
    next slot was later than an empty sortie waits, until a minute had gone by.
    """
    city = load_city("tiny")
    held = open_twin(city, RunSettings(day=city.fair_weather_date, fleet=2, demand=0.01))
    loop = pair(held, MemoryLog(), clock=LeapingClock(held.start_ms), notices=AlertList())
    now_ms = held.start_ms + 9 * MS_PER_H + 10 * MS_PER_MIN
    loop.run(now_ms)
    state, index = held.engine.state, held.index
    ask = msgspec.structs.replace(
        draw_ask(held, 0, now_ms),
        origin=VertiportId("NORTH"),
        destination=VertiportId("EAST"),
        ready_at_ms=now_ms + 63 * MS_PER_MIN,
        party=1,
        payload_kg=88.0,
        by_ms=None,
    )
    assert not state.sites[ask.origin].occupants
    copier = Copier[State](index)

    def try_at(after_ms: int) -> list[ev.Event]:
        (answer,) = EngineAvailability(held.engine, now_ms).list_answers([ask])
        engine = Engine(index, copier.restore(copier.copy(state)))
        return engine.handle(book(held, 0, ask, answer[0]), at_ms=now_ms + after_ms)

    free = EngineAvailability(held.engine, now_ms)
    assert free.find_valid_ms(ask) == OFFER_VALID_MS
    empty = next(e for e in try_at(0) if isinstance(e, ev.SortieAssigned))
    start, end = index.slot(index.departure_use(0))
    gone_ms, back_ms = 16 * MS_PER_S, 56 * MS_PER_S
    from_ms = empty.lift_off_at_ms + end + gone_ms
    until_ms = empty.lift_off_at_ms + start + index.rules.service.wait_ms_max + back_ms
    for site_id in index.site_ids:
        if site_id != ask.origin:
            for calendar in state.sites[site_id].fatos.values():
                calendar.reserve("others", from_ms, until_ms)
    valid_ms = EngineAvailability(held.engine, now_ms).find_valid_ms(ask)
    assert gone_ms - VALID_STEP_MS <= valid_ms <= gone_ms
    for after_ms in (0, valid_ms, back_ms + MS_PER_S, OFFER_VALID_MS):
        assert isinstance(try_at(after_ms)[-1], ev.BookingConfirmed), after_ms
    for after_ms in (gone_ms + MS_PER_S, back_ms - MS_PER_S):
        assert isinstance(try_at(after_ms)[-1], ev.BookingRefused), after_ms
