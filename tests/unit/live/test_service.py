"""The running service: how it breaks, and how questions are answered."""

from math import inf
from pathlib import Path
from threading import get_ident

import pytest

from aspan.compose.service import Asked, TwinService, open_service
from aspan.operations import actions as act
from aspan.operations.commands import TakeAction
from aspan.primitives.errors import InvariantError
from aspan.primitives.units import MS_PER_H

ASKED = Asked(city="tiny", start_ms=8 * MS_PER_H, demand=3.0)


def _open(tmp_path: Path, *, speed: float, until: str | None = None) -> TwinService:
    return open_service(ASKED, tmp_path / "a.sqlite", speed=speed, until=until)


def test_a_broken_invariant_ends_the_service_and_keeps_the_log(tmp_path: Path) -> None:
    """What broke is told and kept as the reason; what was logged before stays on disk."""
    heard: list[str] = []
    twin = open_service(ASKED, tmp_path / "a.sqlite", speed=inf, until="09:00", tell=heard.append)
    twin.service.start()
    twin.service.wait()
    kept = twin.log.kept
    twin.log.close()
    again = open_service(ASKED, tmp_path / "a.sqlite", speed=inf, until="12:00", tell=heard.append)
    for aircraft in again.run.engine.state.aircraft.values():
        aircraft.soc = 7.0
    try:
        again.service.start()
        again.service.wait()
    except InvariantError as error:
        again.service.failure = error
    assert isinstance(again.service.failure, InvariantError)
    assert "soc" in heard[0]
    assert again.log.kept >= kept
    again.log.close()


def test_questions_are_answered_in_the_engines_thread(tmp_path: Path) -> None:
    """While it runs at the wall's pace a question is answered at once, by the engine's thread."""
    twin = _open(tmp_path, speed=1.0)
    twin.service.start()
    assert twin.service.find_answer(get_ident) not in {None, get_ident()}
    shown = twin.service.find_answer(lambda: (len(twin.log), twin.log.kept))
    assert shown is not None
    assert shown[0] == shown[1] > 0
    twin.service.stop()
    assert twin.service.find_answer(get_ident) == get_ident()
    twin.log.close()


def test_a_question_that_fails_fails_for_who_asked(tmp_path: Path) -> None:
    """An error in a question reaches whoever asked, and the service goes on."""

    def fail() -> int:
        raise ValueError("no such thing")

    twin = _open(tmp_path, speed=1.0)
    twin.service.start()
    with pytest.raises(ValueError, match="no such thing"):
        twin.service.find_answer(fail)
    assert twin.service.find_answer(lambda: 7) == 7
    twin.service.stop()
    assert twin.service.failure is None
    twin.log.close()


def test_the_speed_that_the_desk_ordered_outlives_the_service(tmp_path: Path) -> None:
    """Begun again with another speed, time runs as the desk ordered, and a note says so."""
    first = _open(tmp_path, speed=10.0)
    first.service.start()
    slow = act.SetPace(speed=1.5)
    first.service.take_action(TakeAction(key="slow-down-now", who="A", why="b", action=slow))
    first.service.stop(10.0)
    first.log.close()
    again = _open(tmp_path, speed=10.0)
    assert any("1.5 times" in note for note in again.notes)
    again.service.start()
    assert again.clock.speed == 1.5
    again.service.stop(10.0)
    again.log.close()


def test_a_lead_in_is_leapt_through(tmp_path: Path) -> None:
    """A service with a lead-in begins its pace when that has passed, with all of it on disk."""
    twin = open_service(ASKED, tmp_path / "a.sqlite", speed=1.0, lead_in_ms=MS_PER_H)
    twin.service.start()
    twin.service.stop()
    assert twin.clock.now_ms() >= twin.run.start_ms + MS_PER_H
    assert twin.clock.speed == 1.0
    assert twin.log.kept == len(twin.log) > 50
    twin.log.close()
