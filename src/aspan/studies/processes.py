"""Processes: days flown in processes of this machine.

Each process is handed batches of one plan after another and tells every day as it is flown. One
that dies is replaced, and what it had not told is flown again; a day that costs three processes
their lives ends the run. When the process that hands out dies, the others end by themselves.
"""

import gc
import os
import signal
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing import connection, get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING, Final

from aspan.primitives.errors import InvalidInput, InvariantError, ensure
from aspan.studies.batches import Batch, Network, list_batches, network_of
from aspan.studies.day_figures import DayFigures
from aspan.studies.day_task import DayTask
from aspan.studies.day_worker import PREPARED_KEPT, fly_tasks

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

DEATHS_MAX: Final = 3
"""Processes that may die over one day."""

WORKERS_MAX: Final = 256

CLOSE_S: Final = 5.0
"""How long a process that was told to end may take before it is ended."""


class _Hand:
    """A process that flies batches, and the tasks it has not told yet.

    Attributes
    ----------
    flown
        What it has flown last and still has prepared, the last one at the end.
    """

    def __init__(self, number: int) -> None:
        # A fresh interpreter: compiled kernels and threads do not survive a fork.
        context = get_context("spawn")
        self.line, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(
            target=_serve, args=(theirs,), name=f"days-{number}", daemon=True
        )
        self.process.start()
        theirs.close()
        self.left: deque[DayTask] = deque()
        self.flown: deque[Network] = deque(maxlen=PREPARED_KEPT)

    def send(self, batch: Batch) -> None:
        """Hand over a batch; a process that is dead takes none, which its end will tell."""
        self.left.extend(batch)
        self.flown.append(network_of(batch[0]))
        with suppress(OSError):
            self.line.send(batch)

    def take(self) -> DayFigures | None:
        """Return the next figures that were told; None if the process has died."""
        try:
            told = self.line.recv()
        except (EOFError, OSError):
            return None
        if isinstance(told, Exception):
            raise told
        figures: DayFigures = told
        task = self.left.popleft()
        ensure(task.key == figures.key, f"day {figures.key} is told in its turn")
        return figures

    def end(self) -> int | None:
        """End the process; return its exit status."""
        self.line.close()
        self.process.join(CLOSE_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        status = self.process.exitcode
        self.process.close()
        return status


def _serve(line: "Connection") -> None:
    """Fly the batches that come over a line, until nobody is at its other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    is_prepared = False
    while True:
        try:
            for figures in fly_tasks(line.recv()):
                line.send(figures)
                if not is_prepared:  # What the first day has read and prepared stays.
                    gc.collect()
                    gc.freeze()
                    is_prepared = True
        except (EOFError, OSError):
            return
        except (InvalidInput, InvariantError) as error:
            with suppress(OSError):
                line.send(error)


def _end_with_parent() -> None:
    """End this process as soon as the one that hands out is dead, in the middle of a day too."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class _Work:
    """Batches that nobody flies yet, by what they share."""

    def __init__(self, batches: Sequence[Batch]) -> None:
        self._batches: dict[Network, deque[Batch]] = {}
        for batch in batches:
            self._batches.setdefault(network_of(batch[0]), deque()).append(batch)

    @property
    def is_done(self) -> bool:
        """Whether there is nothing left to hand out."""
        return not self._batches

    def take(self, hand: _Hand, hands: Sequence[_Hand]) -> Batch:
        """Return a batch: of what the process has prepared, else of what no other flies."""
        taken = {network_of(other.left[0]) for other in hands if other.left}
        ready = [network for network in reversed(hand.flown) if network in self._batches]
        fresh = [network for network in self._batches if network not in taken]
        longest = max(self._batches, key=lambda network: len(self._batches[network]))
        network = (ready or fresh or [longest])[0]
        batch = self._batches[network].popleft()
        if not self._batches[network]:
            del self._batches[network]
        return batch

    def put_back(self, batch: Batch) -> None:
        """Take back what a process that died had not told."""
        if batch:
            self._batches.setdefault(network_of(batch[0]), deque()).appendleft(batch)


class Processes:
    """Flies days in processes of this machine, which live until `close`.

    Parameters
    ----------
    count
        How many; each holds a city and what is prepared of it.
    """

    def __init__(self, count: int) -> None:
        if not 1 <= count <= WORKERS_MAX:
            raise InvalidInput("workers", count, f"1 to {WORKERS_MAX} processes")
        self._count = count
        self._started = 0
        self._hands: list[_Hand] = []

    @property
    def process_ids(self) -> list[int]:
        """Ids of the processes, the oldest first."""
        return [hand.process.pid for hand in self._hands if hand.process.pid is not None]

    def run(self, tasks: Sequence[DayTask]) -> Iterator[DayFigures]:
        """Yield the figures of every task as they come."""
        work, deaths = _Work(list_batches(tasks)), Counter[str]()
        is_whole = False
        try:
            while not work.is_done or any(hand.left for hand in self._hands):
                self._hand_out(work)
                for hand in self._wait():
                    figures = hand.take()
                    if figures is None:
                        self._bury(hand, work, deaths)
                    else:
                        yield figures
            is_whole = True
        finally:
            if not is_whole:
                self.close()

    def _hand_out(self, work: _Work) -> None:
        """Give a batch to every process that has none."""
        while len(self._hands) < self._count and not work.is_done:
            hand = _Hand(self._started)
            self._started += 1
            hand.send(work.take(hand, self._hands))
            self._hands.append(hand)
        for hand in self._hands:
            if not hand.left and not work.is_done:
                hand.send(work.take(hand, self._hands))

    def _wait(self) -> list[_Hand]:
        """Return the processes at work that have told something, or have died."""
        busy = [hand for hand in self._hands if hand.left]
        ready = connection.wait([hand.line for hand in busy])
        return [hand for hand in busy if hand.line in ready]

    def _bury(self, hand: _Hand, work: _Work, deaths: Counter[str]) -> None:
        """Replace a process that died; `InvalidInput` if its day has cost too many."""
        self._hands.remove(hand)
        left = tuple(hand.left)
        work.put_back(left)
        status = hand.end()
        deaths[left[0].key] += 1
        if deaths[left[0].key] >= DEATHS_MAX:
            task = left[0]
            expected = (
                f"processes that live: {DEATHS_MAX} died over {task.day.isoformat()} of plan"
                f" {task.plan.plan_id}, the last with exit status {status}"
            )
            raise InvalidInput("workers", self._count, expected)

    def close(self) -> None:
        """End the processes."""
        while self._hands:
            self._hands.pop().end()
