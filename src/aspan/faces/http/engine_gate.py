"""The gate: how a request that changes something reaches the engine without holding a thread.

A request waits for its outcome on the event loop. The service carries out all that wait together,
keeps them in one commit, and wakes the event loop once for the whole batch.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from aspan.faces.http.service_view import Unavailable
from aspan.live.orders import NotAnswered, Outcome
from aspan.live.service import Read, Service
from aspan.operations.commands import Command
from aspan.operations.engine import Engine

if TYPE_CHECKING:
    from aspan.operations.events import Event

T = TypeVar("T")


class EngineGate:
    """Commands and questions from one event loop to the engine's thread.

    Its methods are called on the event loop; `Unavailable` if the service has ended or has no time.
    """

    def __init__(self, service: Service, engine: Engine) -> None:
        self._service = service
        self._engine = engine
        self._loop: asyncio.AbstractEventLoop | None = None

    async def submit(self, cause: str, command: Command) -> "list[Event]":
        """Return the events of a command when they are on disk; `InvalidInput` as it raises it."""
        return await self.take(cause, command, lambda _, events: events)

    async def take(self, cause: str, command: Command, read: Read[T]) -> T:
        """Have a command handled; return what is read right after it, all of it on disk by then."""
        answer = self._await_one()
        try:
            self._service.submit_soon(
                cause, command, self._hear, answer, read=read, begin=lambda: not answer.cancelled()
            )
        except NotAnswered as fault:
            raise Unavailable(str(fault)) from None
        return await _find(answer)

    async def ask(self, question: Callable[[Engine], T]) -> T:
        """Return what a question finds between two commands; all that it shows is on disk."""
        answer = self._await_one()
        try:
            self._service.ask_soon(
                lambda: question(self._engine),
                self._hear,
                answer,
                begin=lambda: not answer.cancelled(),
            )
        except NotAnswered as fault:
            raise Unavailable(str(fault)) from None
        return await _find(answer)

    def _await_one(self) -> "asyncio.Future[Any]":
        self._loop = asyncio.get_running_loop()
        return self._loop.create_future()

    def _hear(self, batch: Sequence[tuple[object, Outcome]]) -> None:
        """Hand a batch over to the event loop; called in the engine's thread."""
        loop = self._loop
        try:
            if loop is not None:
                loop.call_soon_threadsafe(_settle, batch)
        except RuntimeError:
            pass  # the event loop has ended: nobody waits any more


async def _find(answer: "asyncio.Future[T]") -> T:
    try:
        return await answer
    except NotAnswered as fault:
        raise Unavailable(str(fault)) from None


def _settle(batch: Sequence[tuple[object, Outcome]]) -> None:
    """Give the outcomes to the requests that wait; who has gone away gets nothing."""
    for answer, outcome in batch:
        if not isinstance(answer, asyncio.Future) or answer.done():
            continue
        if outcome.fault is None:
            answer.set_result(outcome.value)
        else:
            answer.set_exception(outcome.fault)
