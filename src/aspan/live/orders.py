"""Orders: what waits to be done by the service's thread, and what came of each.

Orders are carried out in the order of their arrival, each at an instant of its own. Those that
wait together share one commit and are answered together when it is on disk: a batch. Whoever
gives many gets all its outcomes of a batch in one call, so that one wake-up of an event loop
serves them all.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from time import monotonic

import msgspec

from aspan.primitives.errors import InvalidInput

ORDERS_MAX = 2_000
"""Most orders waiting at once; at the 500 bookings a second asked for, two seconds of them."""

BATCH_ORDERS_MAX = 256
"""Most orders that share a commit."""

BATCH_S_MAX = 0.05
"""Wall time after which a batch takes in no more, so that what is due is not kept waiting."""

ANSWER_S_MAX = 5.0
"""Wall time a question or an order waits; the longest step there is, the opening of a day, takes
far less."""


class NotAnswered(RuntimeError):
    """The service has ended or has no time; the message says if nothing was done."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of an order: what it returned, or why it did not."""

    value: object = None
    fault: BaseException | None = None


Done = Callable[[Sequence[tuple[object, Outcome]]], None]
"""Called in the service's thread, once a batch, with the mark and the outcome of each order."""


class Order(msgspec.Struct, frozen=True, eq=False):
    """Something to do between two instants.

    Parameters
    ----------
    run
        Given the instant with which it is stamped; `InvalidInput` if it makes no sense.
    done, mark
        Who is told what came of it, and under which mark.
    begin
        Asked before it is carried out; False if nobody wants it any more.
    """

    run: Callable[[int], Outcome]
    done: Done
    mark: object
    begin: Callable[[], bool]
    until_s: float


class Orders:
    """The queue of orders. Any thread may add; the service's thread takes."""

    def __init__(self) -> None:
        self._waiting: deque[Order] = deque()

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def add(
        self, run: Callable[[int], Outcome], done: Done, mark: object, begin: Callable[[], bool]
    ) -> None:
        """Let an order wait for its turn; `NotAnswered` where too many wait already."""
        if len(self._waiting) >= ORDERS_MAX:
            raise NotAnswered("the service takes no more commands now; nothing was done")
        self._waiting.append(Order(run, done, mark, begin, monotonic() + ANSWER_S_MAX))

    def take(self) -> Order | None:
        """Take the next order; None if none waits."""
        try:
            return self._waiting.popleft()
        except IndexError:  # another thread has dropped them
            return None

    def drop(self) -> None:
        """Tell whoever waits that the service has ended."""
        answer_all((order, Outcome(fault=NotAnswered("the service has ended"))) for order in self)

    def __iter__(self) -> Iterator[Order]:
        """Take all orders, one by one."""
        while (order := self.take()) is not None:
            yield order


def carry_out(order: Order, at_ms: int) -> Outcome | None:
    """Return what an order came to; None if nobody waited for it any more.

    Bad input is an outcome; whatever else it raises is raised: the service is broken.
    """
    if not order.begin():
        return None
    if monotonic() >= order.until_s:
        fault = NotAnswered(f"no time within {ANSWER_S_MAX:g} s; nothing was done")
        return Outcome(fault=fault)
    try:
        return order.run(at_ms)
    except InvalidInput as error:
        return Outcome(fault=error)


def look(question: Callable[[], object]) -> Outcome:
    """Return what a question found; what it raises is the outcome of whoever asked."""
    try:
        return Outcome(question())
    except Exception as error:
        return Outcome(fault=error)


def answer_all(outcomes: Iterator[tuple[Order, Outcome]] | Sequence[tuple[Order, Outcome]]) -> None:
    """Tell everybody what came of what, each of them once."""
    batches: dict[Done, list[tuple[object, Outcome]]] = {}
    for order, outcome in outcomes:
        batches.setdefault(order.done, []).append((order.mark, outcome))
    for done, batch in batches.items():
        done(batch)


def settle(batch: Sequence[tuple[object, Outcome]]) -> None:
    """Give the outcomes to the threads that wait for them; the marks are their futures."""
    for answer, outcome in batch:
        if not isinstance(answer, Future):
            continue
        if outcome.fault is None:
            answer.set_result(outcome.value)
        else:
            answer.set_exception(outcome.fault)


def wait_for(answer: "Future[object]") -> object:
    """Return an order's outcome to the thread that gave it; `NotAnswered` if there is none."""
    try:
        return answer.result(ANSWER_S_MAX)
    except CancelledError:
        raise NotAnswered("the service has ended") from None
    except TimeoutError:
        is_late = answer.cancel()
        done = "nothing was done" if is_late else "it is being done: ask again"
        raise NotAnswered(f"no answer within {ANSWER_S_MAX:g} s; {done}") from None
