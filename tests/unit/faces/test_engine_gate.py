"""The gate to the engine: many requests on one event loop, woken once a batch."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from aspan.compose.service import Asked, TwinService, open_service
from aspan.faces.http.engine_gate import EngineGate
from aspan.faces.http.service_view import Unavailable
from aspan.operations import actions as act
from aspan.operations.commands import ReportOffBlock, TakeAction
from aspan.operations.engine import Engine
from aspan.operations.events import Event as LogEvent
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import SortieId
from aspan.primitives.units import MS_PER_H

REQUESTS = 200


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[TwinService]:
    """Return a service that runs from eight in the morning at the wall's pace."""
    asked = Asked(city="tiny", start_ms=8 * MS_PER_H)
    found = open_service(asked, tmp_path / "a.sqlite", speed=1.0)
    found.service.start()
    yield found
    found.service.stop(20.0)
    assert found.service.failure is None
    found.log.close()


def _order(twin: TwinService, number: int) -> TakeAction:
    action = act.GroundAircraft(aircraft_id=min(twin.run.engine.state.aircraft))
    return TakeAction(key=f"order-{number:05d}", who="desk", why="drill", action=action)


def test_a_batch_wakes_the_event_loop_once(
    twin: TwinService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred requests at once get what each read, on disk, by a few wake-ups."""
    gate = EngineGate(twin.service, twin.run.engine)

    def read(engine: Engine, events: list[LogEvent]) -> tuple[str, int, int]:
        return next(reversed(engine.state.actions)), len(events), engine.state.events

    async def ask_all() -> list[tuple[tuple[str, int, int], int]]:
        loop = asyncio.get_running_loop()
        wake = loop.call_soon_threadsafe

        def counted(*arguments: object) -> object:
            wakes.append(1)
            return wake(*arguments)  # type: ignore[arg-type]

        async def ask_one(number: int) -> tuple[tuple[str, int, int], int]:
            found = await gate.take(f"action/{number}", _order(twin, number), read)
            return found, twin.log.kept

        monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
        return await asyncio.gather(*(ask_one(n) for n in range(REQUESTS)))

    wakes: list[int] = []
    found = asyncio.run(ask_all())
    assert [key for (key, _, _), _ in found] == [f"order-{n:05d}" for n in range(REQUESTS)]
    assert all(events == 1 for (_, events, _), _ in found)
    assert all(kept >= seen for (_, _, seen), kept in found)
    assert len(wakes) < REQUESTS / 4


def test_faults_reach_who_asked(twin: TwinService) -> None:
    """Bad input is raised where it was given, a question is answered, an end is `Unavailable`."""
    gate = EngineGate(twin.service, twin.run.engine)
    nobody = ReportOffBlock(sortie_id=SortieId("S9"), soc=0.9, pack_temperature_k=290.0)

    async def ask() -> int:
        with pytest.raises(InvalidInput, match="S9"):
            await gate.submit("a/1", nobody)
        return await gate.ask(lambda engine: engine.state.events)

    assert asyncio.run(ask()) == twin.log.kept
    twin.service.stop(20.0)

    async def too_late() -> None:
        with pytest.raises(Unavailable):
            await gate.submit("a/2", _order(twin, 2))

    asyncio.run(too_late())


def test_a_request_given_up_is_not_carried_out(twin: TwinService) -> None:
    """Who goes away before the turn has come has ordered nothing."""
    gate = EngineGate(twin.service, twin.run.engine)

    begun, over = Event(), Event()

    def stay(_: Engine) -> bool:
        begun.set()
        return over.wait(20.0)

    async def give_up() -> list[str]:
        busy = asyncio.ensure_future(gate.ask(stay))
        while not begun.is_set():
            await asyncio.sleep(0)
        given_up = asyncio.ensure_future(gate.submit("action/1", _order(twin, 1)))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.sleep(0)
        over.set()
        assert await busy
        await gate.submit("action/2", _order(twin, 2))
        return await gate.ask(lambda engine: list(engine.state.actions))

    assert asyncio.run(give_up()) == ["order-00002"]
