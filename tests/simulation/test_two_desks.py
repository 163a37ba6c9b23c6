"""Two desks at once: one aircraft, one key; each order is done once, or told why it is not."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from litestar.testing import TestClient

from aspan.compose.service import Asked, TwinService, open_service
from aspan.faces.http.app import create_app
from aspan.faces.http.engine_view import EngineView
from aspan.live.service import Answer
from aspan.operations import actions as act
from aspan.operations import events as ev
from aspan.operations.commands import TakeAction
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId
from aspan.primitives.units import MS_PER_H

DESKS = 8


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[TwinService]:
    """Return a service that runs from eight in the morning at twenty times the wall's pace."""
    asked = Asked(city="tiny", start_ms=6 * MS_PER_H, demand=4.0)
    found = open_service(asked, tmp_path / "a.sqlite", speed=20.0, lead_in_ms=2 * MS_PER_H)
    found.service.start()
    yield found
    found.service.stop(10.0)
    assert found.service.failure is None
    found.log.close()


def _actions_on_log(twin: TwinService) -> list[ev.Event]:
    twin.service.find_answer(twin.log.sync)
    return [e for _, e in twin.log.read() if isinstance(e, ev.ActionTaken | ev.ActionRefused)]


def _order_at_once(twin: TwinService, orders: list[TakeAction]) -> list[Answer | InvalidInput]:
    """Give each order from a thread of its own, all at one moment; return what came of each."""
    barrier = Barrier(len(orders))

    def give(order: TakeAction) -> Answer | InvalidInput:
        barrier.wait()
        try:
            return twin.service.take_action(order)
        except InvalidInput as refused:
            return refused

    with ThreadPoolExecutor(len(orders)) as desks:
        return list(desks.map(give, orders))


def _ground(key: str, aircraft_id: str) -> TakeAction:
    action = act.GroundAircraft(aircraft_id=AircraftId(aircraft_id))
    return TakeAction(key=key, who="desk", why="drill", action=action)


def test_one_aircraft_is_grounded_by_one_desk(twin: TwinService) -> None:
    """Eight desks ground one aircraft: one has done it, seven hear that it is grounded already."""
    aircraft_id = min(twin.run.engine.state.aircraft)
    found = _order_at_once(twin, [_ground(f"desk-no-{n}", aircraft_id) for n in range(DESKS)])
    reasons = Counter(a.record.reason for a in found if isinstance(a, Answer))
    assert reasons == {"": 1, "grounded_already": DESKS - 1}
    assert len(_actions_on_log(twin)) == DESKS


def test_one_key_is_taken_once_whoever_sends_it(twin: TwinService) -> None:
    """Eight times the same order and key is one line of the log; all are told of the same one."""
    aircraft_id = min(twin.run.engine.state.aircraft)
    found = _order_at_once(twin, [_ground("the-same-key", aircraft_id)] * DESKS)
    answers = [a for a in found if isinstance(a, Answer)]
    assert len(answers) == DESKS
    assert sum(not a.is_repeated for a in answers) == 1
    assert len({a.record.seq for a in answers}) == 1
    assert len(_actions_on_log(twin)) == 1


def test_one_key_for_two_orders_is_bad_input_for_one(twin: TwinService) -> None:
    """Whoever comes second with a key that means something else is told to take another."""
    first, second, *_ = sorted(twin.run.engine.state.aircraft)
    found = _order_at_once(twin, [_ground("one-key-two", a) for a in (first, second)])
    assert sorted(type(a).__name__ for a in found) == ["Answer", "InvalidInput"]
    assert len(_actions_on_log(twin)) == 1


def test_two_desks_over_http_get_one_yes_and_one_no(twin: TwinService) -> None:
    """Both act on one aircraft at once: 200 and 409 with a reason; the same key twice: 200, 200."""
    view = EngineView(twin)
    aircraft_id = max(twin.run.engine.state.aircraft)
    action = {"action": "ground_aircraft", "aircraft_id": aircraft_id}
    with TestClient(create_app(view)) as client, ThreadPoolExecutor(2) as desks:

        def give(key: str) -> Any:  # noqa: ANN401
            order = {"key": key, "who": "desk", "why": "drill", "action": action}
            return client.post("/api/actions", json=order)

        two = list(desks.map(give, ["desk-one-1", "desk-two-2"]))
        assert sorted(a.status_code for a in two) == [200, 409]
        assert {a.json()["reason"] for a in two} == {"", "grounded_already"}
        same = list(desks.map(give, ["desk-one-1"] * 2))
    view.close()
    assert all(a.json()["is_repeated"] for a in same)
    assert len(_actions_on_log(twin)) == 2
