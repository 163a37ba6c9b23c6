"""Lifecycles: the tables allow what the field does and nothing else."""

import pytest

from aspan.operations import events as ev
from aspan.operations.lifecycles import (
    BOOKING_LIFECYCLE,
    ENDED_BOOKING_STATUSES,
    ENDED_SORTIE_PHASES,
    FLYING_SORTIE_PHASES,
    SORTIE_LIFECYCLE,
    BookingStatus,
    SortiePhase,
    next_booking_status,
    next_sortie_phase,
)
from aspan.primitives.errors import InvariantError

SORTIE_EVENTS = {event for moves in SORTIE_LIFECYCLE.values() for event in moves}
BOOKING_EVENTS = {event for moves in BOOKING_LIFECYCLE.values() for event in moves}


@pytest.mark.parametrize("phase", SortiePhase)
def test_a_sortie_moves_only_as_its_table_says(phase: SortiePhase) -> None:
    """Every move of the table is made, and every other raises and names sortie and phase."""
    for event in SORTIE_EVENTS:
        if event in SORTIE_LIFECYCLE[phase]:
            assert next_sortie_phase("S1", phase, event) is SORTIE_LIFECYCLE[phase][event]
        else:
            with pytest.raises(InvariantError, match=rf"S1: {event.__name__} while {phase}"):
                next_sortie_phase("S1", phase, event)


@pytest.mark.parametrize("status", BookingStatus)
def test_a_booking_moves_only_as_its_table_says(status: BookingStatus) -> None:
    """Every move of the table is made, and every other raises and names booking and status."""
    for event in BOOKING_EVENTS:
        if event in BOOKING_LIFECYCLE[status]:
            assert next_booking_status("B1", status, event) is BOOKING_LIFECYCLE[status][event]
        else:
            with pytest.raises(InvariantError, match=rf"B1: {event.__name__} while {status}"):
                next_booking_status("B1", status, event)


def test_what_has_ended_moves_no_more_and_all_else_can_end() -> None:
    """The ended phases are those without a move; from every other one an end is reached."""
    assert {p for p, moves in SORTIE_LIFECYCLE.items() if not moves} == ENDED_SORTIE_PHASES
    settled = {BookingStatus.SETTLED}
    over = {s for s, moves in BOOKING_LIFECYCLE.items() if set(moves.values()) <= settled}
    assert over == ENDED_BOOKING_STATUSES
    for phase in SortiePhase:
        reached, ahead = set[SortiePhase](), [phase]
        while ahead:
            at = ahead.pop()
            if at not in reached:
                reached.add(at)
                ahead += SORTIE_LIFECYCLE[at].values()
        assert reached & ENDED_SORTIE_PHASES


def test_what_was_released_cannot_be_cancelled() -> None:
    """From release on only the end of the flight ends a sortie."""
    for phase in FLYING_SORTIE_PHASES:
        assert ev.SortieCancelled not in SORTIE_LIFECYCLE[phase]
        assert ev.SortieHeld not in SORTIE_LIFECYCLE[phase]


def test_the_straight_way() -> None:
    """A sortie flown without trouble passes through its phases in order."""
    phase = SortiePhase.SCHEDULED
    for event in (
        ev.SortieAssigned,
        ev.SortieReleased,
        ev.SortieOffBlock,
        ev.SortieLiftedOff,
        ev.SortieTouchedDown,
        ev.SortieOnBlock,
    ):
        phase = next_sortie_phase("S1", phase, event)
    assert phase is SortiePhase.ON_BLOCK
