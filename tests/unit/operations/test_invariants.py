"""Invariants: each fires on the state that breaks it, and names thing, value and bound."""

from collections.abc import Callable

import msgspec
import pytest

from aspan.operations import events as ev
from aspan.operations.fold import apply
from aspan.operations.invariants import check_all, check_touched
from aspan.operations.lifecycles import SortiePhase
from aspan.operations.state import State
from aspan.primitives.errors import InvariantError
from aspan.primitives.ids import AircraftId, ChargerId, SortieId, StandId, VertiportId
from stories.story import Day, instant
from unit.operations.scenes import A1, AT_8, FIRST, ONE_SORTIE, before_release

HARBOUR, AIRPORT, REFUGE = VertiportId("Harbour"), VertiportId("Airport"), VertiportId("Refuge")
CHARGER = ChargerId("Harbour-C1")


def move_stand(state: State) -> None:
    """Say A1 stands where it does not."""
    state.aircraft[A1].stand_id = StandId("Harbour-S2")


def lose_aircraft(state: State) -> None:
    """Forget who is on A1's stand, and where A1 is."""
    state.sites[HARBOUR].occupants.clear()
    state.aircraft[A1].stand_id = None


def promise_occupied(state: State) -> None:
    """Promise an occupied stand to a sortie."""
    state.sites[HARBOUR].holds[StandId("Harbour-S1")] = FIRST


def fly_unreleased(state: State) -> None:
    """Let a sortie fly that nobody released."""
    state.sorties[FIRST].phase = SortiePhase.AIRBORNE


def feed_nobody(state: State) -> None:
    """Let a charger feed an aircraft that is not charging."""
    state.sites[HARBOUR].feeding[CHARGER] = A1


def change(name: str, value: object) -> Callable[[State], None]:
    """Return a change of a field of the first sortie, or of A1 if it has none such."""

    def spoil(state: State) -> None:
        owner = state.sorties[FIRST]
        setattr(owner if hasattr(owner, name) else state.aircraft[A1], name, value)

    return spoil


BROKEN: list[tuple[str, Callable[[State], None]]] = [
    (r"A1: soc 1\.2", change("soc", 1.2)),
    (r"A1: soc -0\.1", change("soc", -0.1)),
    ("stand Harbour-S2: None, not A1", move_stand),
    ("0 on stands, 0 flying", lose_aircraft),
    (r"stands \['Harbour-S1'\] are both occupied and promised", promise_occupied),
    ("S00001 flies unreleased", fly_unreleased),
    ("S00001: 2 seats booked, 3", change("seats_taken", 3)),
    (r"S00001: payload 400\.0 kg exceeds 363", change("payload_kg", 400.0)),
    ("charger Harbour-C1 feeds A1, which is not charging", feed_nobody),
]


@pytest.mark.parametrize(("message", "spoil"), BROKEN, ids=[message for message, _ in BROKEN])
def test_a_full_scan_finds_what_is_broken(message: str, spoil: Callable[[State], None]) -> None:
    """A sound state passes; the same state, spoiled, does not."""
    state = before_release().state
    check_all(state)
    spoil(state)
    with pytest.raises(InvariantError, match=message):
        check_all(state)


def test_a_sortie_in_the_chain_of_another_aircraft_is_found() -> None:
    """A chain holds only sorties that name its aircraft."""
    state = before_release(f"{ONE_SORTIE}  A2 at Harbour").state
    state.aircraft[AircraftId("A2")].chain.append(FIRST)
    with pytest.raises(InvariantError, match="S00001: in the chain of another aircraft"):
        check_all(state)


def test_chargers_above_their_power_or_the_sites_are_found() -> None:
    """A charger's own limit and the site's at the meter are both watched."""
    day = Day("""
        Harbour: 1 fato, 3 stands, site 400 kW    Airport: 1 fato, 3 stands    block 9 min
        A1 at Harbour, charge 0.30    A2 at Harbour, charge 0.30
    """).run("06:01")
    for aircraft in day.state.aircraft.values():
        assert aircraft.charge is not None
        aircraft.charge.power_kw = 290.0
    with pytest.raises(InvariantError, match=r"Harbour: \d+\.\d+ kW exceeds 400"):
        check_all(day.state)
    for aircraft in day.state.aircraft.values():
        assert aircraft.charge is not None
        aircraft.charge.power_kw = 301.0
    with pytest.raises(InvariantError, match=r"charger Harbour-C1: 301\.0 kW exceeds 300"):
        check_all(day.state)


def release(day: Day) -> ev.SortieReleased:
    """Let the first sortie be released, and return the event before it was folded."""
    day.run("08:01")
    return next(e for e in day.log.events if isinstance(e, ev.SortieReleased))


def test_a_release_onto_an_occupied_stand_is_found() -> None:
    """The stand promised at release is empty."""
    told = release(before_release())
    state = before_release().state
    state.sites[AIRPORT].occupants[told.stand_id] = AircraftId("A9")
    apply(state, told)
    with pytest.raises(InvariantError, match="is promised while occupied"):
        check_touched(state, told)


def test_more_claims_than_places_are_found() -> None:
    """Claims that one closure could call in together never exceed the pool."""
    told = release(before_release())
    state = before_release().state
    state.sites[told.alternate_id].claims[AIRPORT] = 1
    apply(state, told)
    with pytest.raises(InvariantError, match="2 claims if Airport closes, 1 place"):
        check_touched(state, told)


def test_a_lane_cell_is_not_held_twice() -> None:
    """A plan a second behind another on its lane is refused by the reservations themselves."""
    state = before_release().state
    sortie = state.sorties[FIRST]
    assert sortie.assignment is not None
    assert sortie.trajectory is not None
    late_ms = sortie.assignment.lift_off_at_ms + 1000
    lane = sortie.trajectory.lane
    with pytest.raises(InvariantError, match="cells held by others"):
        state.reservations.reserve(SortieId("S99999"), lane, sortie.trajectory, late_ms)


def test_time_does_not_run_back() -> None:
    """An event earlier than the last one is our fault."""
    day = before_release()
    late = next(e for e in reversed(day.log.events))
    early = msgspec.structs.replace(late, at_ms=instant("06:00") - 1)
    with pytest.raises(InvariantError, match="is earlier than"):
        apply(day.state, early)


def test_two_sorties_do_not_hold_one_fato_slot() -> None:
    """A slot calendar refuses an overlap, whoever asks."""
    state = before_release().state
    calendar = next(iter(state.sites[HARBOUR].fatos.values()))
    start, end, _ = calendar.list_held()[0]
    with pytest.raises(InvariantError, match="overlaps one already held"):
        calendar.reserve("S99999", end - 1, end + 1000)
    assert start <= AT_8 + 60_000 < end + 60_000
