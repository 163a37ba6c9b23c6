"""Orders in batches: one commit for all that wait, answered when on disk, within limits."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event, Semaphore

import pytest

from aspan.compose.service import Asked, TwinService, open_service
from aspan.live.orders import BATCH_ORDERS_MAX, ORDERS_MAX, NotAnswered, Outcome
from aspan.operations import actions as act
from aspan.operations.commands import ReportOffBlock, TakeAction
from aspan.operations.events import ActionRefused, ActionTaken
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import SortieId
from aspan.primitives.units import MS_PER_H

WAIT_S = 20.0

ASKED = Asked(city="tiny", start_ms=8 * MS_PER_H, demand=3.0)


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[TwinService]:
    """Return a service that runs from eight in the morning at the wall's pace."""
    found = open_service(ASKED, tmp_path / "a.sqlite", speed=1.0)
    found.service.start()
    yield found
    found.service.stop(WAIT_S)
    found.log.close()


class Heard:
    """Listens to what comes of orders, and looks at the disk each time."""

    def __init__(self, twin: TwinService) -> None:
        self._twin = twin
        self._came = Semaphore(0)
        self.batches: list[list[tuple[object, Outcome]]] = []
        self.are_kept: list[bool] = []

    def __call__(self, batch: Sequence[tuple[object, Outcome]]) -> None:
        """Note a batch; called in the service's thread."""
        self.batches.append(list(batch))
        self.are_kept.append(self._twin.log.kept == len(self._twin.log))
        for _ in batch:
            self._came.release()

    def wait(self, orders: int) -> list[tuple[object, Outcome]]:
        """Return the outcomes once this many have come."""
        for _ in range(orders):
            assert self._came.acquire(timeout=WAIT_S)
        return [pair for batch in self.batches for pair in batch]


class Hold:
    """Keeps the service's thread busy until it is let go."""

    def __init__(self, twin: TwinService) -> None:
        self._begun, self._over = Event(), Event()
        twin.service.ask_soon(self._stay, lambda _: None, "hold", begin=lambda: True)
        assert self._begun.wait(WAIT_S)

    def _stay(self) -> None:
        self._begun.set()
        assert self._over.wait(WAIT_S)

    def let_go(self) -> None:
        """Let the thread go on."""
        self._over.set()


def _order(twin: TwinService, number: int) -> TakeAction:
    aircraft_id = min(twin.run.engine.state.aircraft)
    action = act.GroundAircraft(aircraft_id=aircraft_id)
    return TakeAction(key=f"order-{number:05d}", who="desk", why="drill", action=action)


def _submit(twin: TwinService, number: int, heard: Heard) -> None:
    twin.service.submit_soon(f"action/{number}", _order(twin, number), heard, number)


def test_orders_that_wait_share_a_commit(
    twin: TwinService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came while the service was busy is done in order, in one commit, answered at once."""
    heard, hold, sync = Heard(twin), Hold(twin), twin.log.sync
    commits: list[int] = []

    def counted() -> None:
        before = twin.log.kept
        sync()
        if twin.log.kept > before:
            commits.append(twin.log.kept - before)

    monkeypatch.setattr(twin.log, "sync", counted)
    monkeypatch.setattr(twin.log, "group_ms", WAIT_S * 1000.0)
    for number in range(100):
        _submit(twin, number, heard)
    hold.let_go()
    found = heard.wait(100)
    assert [mark for mark, _ in found] == list(range(100))
    assert [type(e) for _, o in found for e in o.value] == [ActionTaken] + [ActionRefused] * 99  # type: ignore[attr-defined]
    stamps = [e.at_ms for _, o in found for e in o.value]  # type: ignore[attr-defined]
    assert stamps == sorted(stamps)
    assert heard.are_kept == [True] * len(heard.batches)
    assert len(heard.batches) <= 2  # one, unless it took longer than a batch may
    assert len(commits) <= 4


def test_a_batch_has_a_longest_length(twin: TwinService) -> None:
    """More orders than fit in one batch are answered in several, none of them longer."""
    heard, hold = Heard(twin), Hold(twin)
    for number in range(BATCH_ORDERS_MAX + 10):
        _submit(twin, number, heard)
    hold.let_go()
    assert len(heard.wait(BATCH_ORDERS_MAX + 10)) == BATCH_ORDERS_MAX + 10
    assert len(heard.batches) >= 2
    assert max(map(len, heard.batches)) <= BATCH_ORDERS_MAX


def test_one_order_too_many_is_told_so_at_once(twin: TwinService) -> None:
    """Where the most orders wait another one is refused, nothing is done, and all others are."""
    heard, hold = Heard(twin), Hold(twin)
    for number in range(ORDERS_MAX):
        _submit(twin, number, heard)
    with pytest.raises(NotAnswered, match="no more commands now; nothing was done"):
        _submit(twin, ORDERS_MAX, heard)
    hold.let_go()
    heard.wait(ORDERS_MAX)
    assert len(twin.run.engine.state.actions) == ORDERS_MAX


def test_what_is_due_has_its_turn_between_batches(tmp_path: Path) -> None:
    """Orders that never end keep no wake-up waiting: the day goes on to its end beside them."""
    twin = open_service(ASKED, tmp_path / "a.sqlite", speed=600.0, until="10:00")
    twin.service.start()
    before, given = len(twin.log), [0]

    def again(batch: Sequence[tuple[object, Outcome]]) -> None:
        for _ in batch:
            given[0] += 1
            try:
                twin.service.ask_soon(lambda: None, again, given[0], begin=lambda: True)
            except NotAnswered:
                return

    for number in range(4):
        twin.service.ask_soon(lambda: None, again, number, begin=lambda: True)
    twin.service.wait()
    assert twin.service.failure is None
    assert twin.log.last_at_ms is not None
    assert twin.log.last_at_ms >= twin.run.start_ms + 1.8 * MS_PER_H
    assert twin.log.kept > before
    assert given[0] > 1000
    twin.log.close()


def test_one_bad_order_spoils_no_other(twin: TwinService) -> None:
    """Bad input, and a look that fails, are the outcome of whoever gave them alone."""
    heard, hold = Heard(twin), Hold(twin)

    def fail(*_: object) -> None:
        raise ValueError("no such thing")

    nobody = ReportOffBlock(sortie_id=SortieId("S9"), soc=0.9, pack_temperature_k=290.0)
    twin.service.submit_soon("a/0", nobody, heard, 0)
    twin.service.submit_soon("a/1", _order(twin, 1), heard, 1, read=fail)
    twin.service.submit_soon("a/2", _order(twin, 2), heard, 2, begin=lambda: False)
    twin.service.submit_soon(
        "a/3", _order(twin, 3), heard, 3, read=lambda e, _: list(e.state.actions)
    )
    hold.let_go()
    found = dict(heard.wait(3))
    assert isinstance(found[0].fault, InvalidInput)
    assert isinstance(found[1].fault, ValueError)
    assert found[3].value == ["order-00001", "order-00003"]
    assert twin.service.find_answer(lambda: 7) == 7


def test_an_order_that_breaks_the_engine_leaves_those_before_it_kept(
    twin: TwinService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those before it are on disk and answered, it is told why, those after it that it is over."""
    heard, hold, take = Heard(twin), Hold(twin), type(twin.service)._take

    def broken(service: object, cause: str, command: object, at_ms: int) -> object:
        if cause == "action/1":
            raise RuntimeError("broken")
        return take(service, cause, command, at_ms)  # type: ignore[arg-type]

    monkeypatch.setattr(type(twin.service), "_take", broken)
    for number in range(3):
        _submit(twin, number, heard)
    hold.let_go()
    found = dict(heard.wait(3))
    twin.service.wait()
    assert str(twin.service.failure) == "broken"
    assert (found[0].fault, str(found[1].fault)) == (None, "broken")
    assert isinstance(found[2].fault, NotAnswered)
    assert heard.are_kept == [True, True]
    assert twin.log.kept == len(twin.log)
    with pytest.raises(NotAnswered):
        _submit(twin, 4, heard)
