"""Laws of the engine over whole days: fold = replay, energy, seats, money, one place, one end."""

from collections import Counter
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aspan.compose.runs import Run, fly
from aspan.operations import commands as cmd
from aspan.operations import events as ev
from aspan.operations.digest import describe_state, state_digest
from aspan.operations.fold import apply
from aspan.operations.lifecycles import ENDED_BOOKING_STATUSES, SortiePhase
from aspan.operations.log import MemoryLog, decode_event, encode_event
from aspan.operations.replay import fold_log
from aspan.operations.sales_events import RideProvided
from aspan.operations.state import State
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import BookingId, SortieId
from simulation.days import BUSY, CALM, Scenario, fly_day, open_day
from stories.story import play

SCENARIOS = [
    BUSY,
    Scenario(city="tiny", day="2025-01-20", demand=60.0),
    CALM,
]


@pytest.fixture(params=SCENARIOS, ids=str)
def flown(request: pytest.FixtureRequest) -> tuple[Run, MemoryLog]:
    """Return a day and its log."""
    return fly_day(request.param)


def test_the_state_is_the_fold_of_the_log(flown: tuple[Run, MemoryLog]) -> None:
    """A fresh state folded from the log, through its bytes, says what the engine's says."""
    run, log = flown
    read = [(cause, decode_event(encode_event(event))) for cause, event in log.read()]
    folded = fold_log(run.index, read)
    mine, theirs = describe_state(folded), describe_state(run.engine.state)
    for part, value in mine.items():
        assert value == theirs[part], part
    assert state_digest(folded) == state_digest(run.engine.state)


@given(share=st.floats(0.05, 1.0))
@settings(max_examples=5)
def test_the_engine_flown_to_any_instant_is_the_fold_of_its_log(share: float) -> None:
    """At any instant of the day, not only at its end, state and fold agree."""
    run = open_day(Scenario(city="tiny", seed=2, demand=15.0))
    until_ms = run.start_ms + int(share * (run.end_ms - run.start_ms))
    log = fly(run, until_ms=until_ms)
    assert state_digest(fold_log(run.index, log.read())) == state_digest(run.engine.state)


def test_folding_decides_nothing(flown: tuple[Run, MemoryLog]) -> None:
    """Folding the log twice over gives equal states, and changes no event."""
    run, log = flown
    before = log.head_sha256()
    assert state_digest(fold_log(run.index, log.read())) == state_digest(
        fold_log(run.index, log.read())
    )
    again = MemoryLog()
    for cause, event in log.read():
        again.append(cause, [event])
    assert again.head_sha256() == before


def test_energy_is_conserved_over_the_day(flown: tuple[Run, MemoryLog]) -> None:
    """What an aircraft has at the end is what it began with, plus charges, less flights."""
    run, log = flown
    gross_kwh = run.city.aircraft_type.gross_kwh
    balance: dict[str, float] = {}
    soh: dict[str, float] = {}
    aircraft: dict[str, str] = {}
    turns: Counter[str] = Counter()
    for event in log.events:
        match event:
            case ev.AircraftRegistered():
                soh[event.aircraft_id] = event.soh
                balance[event.aircraft_id] = event.soc * gross_kwh * event.soh
            case ev.SortieAssigned():
                aircraft[event.sortie_id] = event.aircraft_id
            case ev.ChargeEnded():
                balance[event.aircraft_id] += event.energy_kwh
                turns[event.aircraft_id] += 1
            case ev.SortieOnBlock():
                balance[aircraft[event.sortie_id]] -= event.energy_kwh
                turns[aircraft[event.sortie_id]] += 1
            case _:
                pass
    for name, record in run.engine.state.aircraft.items():
        left_kwh = record.soc * gross_kwh * soh[name]
        assert balance[name] == pytest.approx(left_kwh, abs=2e-4 * (1 + turns[name]))


def test_seats_are_conserved(flown: tuple[Run, MemoryLog]) -> None:
    """Who boards a sortie fits its seats, was booked on it, and leaves it where it ends."""
    run, log = flown
    seats = run.city.aircraft_type.seats
    sortie_of: dict[str, str] = {}
    party: dict[BookingId, int] = {}
    aboard: Counter[str] = Counter()
    released: dict[str, int] = {}
    for event in log.events:
        match event:
            case ev.BookingConfirmed():
                sortie_of[event.booking_id] = event.sortie_id
                party[event.booking_id] = event.party
            case ev.BookingBoarded():
                aboard[sortie_of[event.booking_id]] += party[event.booking_id]
            case ev.SortieReleased():
                released[event.sortie_id] = event.passengers
            case ev.BookingFlown() | ev.BookingRefunded():
                aboard[sortie_of[event.booking_id]] -= party[event.booking_id]
            case _:
                pass
        assert all(0 <= n <= seats for n in aboard.values())
    assert not +aboard, "somebody is still aboard"
    boarded = Counter(
        {
            s: sum(party[b] for b in record.bookings)
            for s, record in run.engine.state.sorties.items()
            if record.phase is SortiePhase.ON_BLOCK
        }
    )
    assert {s: n for s, n in released.items() if n} == {s: n for s, n in boarded.items() if n}


def test_money_is_conserved(flown: tuple[Run, MemoryLog]) -> None:
    """What was charged is kept for flights and no-shows, and given back in full for the rest."""
    run, log = flown
    charged = {e.booking_id: e.fare_tiyn for e in log.events if isinstance(e, ev.BookingConfirmed)}
    refunded = Counter[BookingId]()
    for event in log.events:
        if isinstance(event, ev.BookingCancelled | ev.BookingRefunded | RideProvided):
            refunded[event.booking_id] += event.refund_tiyn
    kept = {e.booking_id for e in log.events if isinstance(e, ev.BookingFlown | ev.BookingNoShow)}
    assert refunded.keys() | kept == charged.keys()
    assert not refunded.keys() & kept
    assert all(refunded[b] == charged[b] for b in refunded)
    assert all(isinstance(fare, int) and fare > 0 for fare in charged.values())
    prices = run.index.prices
    for booking_id, fare in charged.items():
        record = run.engine.state.bookings[booking_id]
        sortie = run.engine.state.sorties[record.sortie_id]
        least, most = prices.find_bounds_tiyn(sortie.origin, sortie.planned_destination)
        assert record.party * least <= fare <= record.party * most


def test_every_booking_has_one_end(flown: tuple[Run, MemoryLog]) -> None:
    """Each party asked for ends once: refused, flown, driven, refunded, cancelled or absent."""
    run, log = flown
    ends = Counter(
        e.booking_id
        for e in log.events
        if isinstance(
            e,
            ev.BookingRefused
            | ev.BookingFlown
            | ev.BookingRefunded
            | ev.BookingCancelled
            | ev.BookingNoShow
            | RideProvided,
        )
    )
    assert set(ends.values()) == {1}
    assert ends.keys() == run.engine.state.bookings.keys()
    assert all(b.status in ENDED_BOOKING_STATUSES for b in run.engine.state.bookings.values())


def test_no_two_are_in_one_place_at_any_event(flown: tuple[Run, MemoryLog]) -> None:
    """After every event each stand has one aircraft, each aircraft one place, no FATO two slots."""
    run, log = flown
    state = State(run.index)
    for event in log.events:
        apply(state, event)
        if not isinstance(event, ev.SortieAssigned | ev.SortieOffBlock | ev.SortieOnBlock):
            continue
        places = [(s, a) for site in state.sites.values() for s, a in site.occupants.items()]
        standing = {a for _, a in places}
        flying = {a for a, r in state.aircraft.items() if r.sortie_id is not None}
        assert len(standing) == len(places)
        assert not standing & flying
        assert standing | flying == state.aircraft.keys()
        for site in state.sites.values():
            assert not site.occupants.keys() & site.holds.keys()
            for calendar in site.fatos.values():
                held = calendar.list_held()
                assert all(a[1] <= b[0] for a, b in pairwise(held))


TRIPS = st.lists(
    st.tuples(
        st.integers(6 * 60 + 40, 11 * 60),
        st.sampled_from(["Harbour -> Airport", "Airport -> Harbour"]),
        st.integers(1, 4),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@given(trips=TRIPS, stands=st.integers(1, 3), aircraft=st.integers(1, 3))
@settings(max_examples=40)
def test_any_small_day_ends_well(
    trips: list[tuple[int, str, int, bool]], stands: int, aircraft: int
) -> None:
    """Whatever is asked of a small city, everybody ends somewhere and no invariant breaks."""
    text = (
        f"Harbour: 1 fato, {aircraft + 1} stands\nAirport: 1 fato, {stands} stands\nblock 9 min\n"
    )
    text += "\n".join(f"A{n + 1} at Harbour, charge 0.5{n}" for n in range(aircraft))
    for minutes, pair, party, is_absent in sorted(trips):
        absent = ", absent" if is_absent else ""
        text += f"\n{minutes // 60:02d}:{minutes % 60:02d} trip {pair}, {party} passengers{absent}"
    day = play(text)
    assert len(day.state.bookings) == len(trips)
    assert all(b.status in ENDED_BOOKING_STATUSES for b in day.state.bookings.values())
    assert not day.state.live_sorties
    assert not day.alerts.messages


def test_bad_input_changes_nothing() -> None:
    """A command that makes no sense raises, and leaves the state as it was."""
    run, _ = fly_day(SCENARIOS[0])
    engine = run.engine
    before, now_ms = state_digest(engine.state), engine.state.now_ms
    report = cmd.ReportLiftOff(sortie_id=SortieId("S0"), soc=0.5, fato_from_ms=0, fato_until_ms=1)
    weather = next(iter(engine.state.sites.values())).report
    assert weather is not None
    nowhere = msgspec.structs.replace(weather, place_id="NOWHERE")
    for command, at_ms in (
        (cmd.Wake(), now_ms - 1),
        (cmd.CheckIn(booking_id=BookingId("B0")), now_ms),
        (report, now_ms),
        (cmd.ReportWeather(weather=nowhere, forecasts=()), now_ms),
    ):
        with pytest.raises(InvalidInput):
            engine.handle(command, at_ms=at_ms)
    assert state_digest(engine.state) == before
