"""The sandbox provider beside a service: a process of its own, begun again when it dies.

It keeps its books and its port, so that what was asked of it before goes on with it after. Whoever
asks it meanwhile gets no answer and asks again, as of any provider.
"""

import json
import subprocess
from collections.abc import Callable, Sequence
from threading import Event, Lock, Thread
from time import monotonic
from typing import Final

from aspan.primitives.errors import InvalidInput

START_S_MAX: Final = 30.0
"""Wall time a sandbox has to start."""

END_S_MAX: Final = 3.0

PAUSE_S: Final = 0.5
PAUSE_S_MAX: Final = 30.0
"""Before it is begun again: first and longest; each is twice the one before."""

TRIES_MAX: Final = 6
"""Times it is begun again in a row. Assumed: what ends seven times within minutes is broken."""

CALM_S: Final = 120.0
"""Who lived so long did not fail at once: the next end is a first one again."""


class SandboxChild:
    """The process, as long as this service wants it.

    Parameters
    ----------
    command
        Starts it; `--port` is added.
    port
        Where it listens; 0 is any free one, and the same from then on.
    pause_s
        Before it is begun again the first time.
    """

    def __init__(self, command: Sequence[str], port: int, *, pause_s: float = PAUSE_S) -> None:
        self._command = [*command]
        self._port = port
        self._pause_s = pause_s
        self._is_over = Event()
        self._lock = Lock()
        self._tell: Callable[[str], None] = lambda _: None
        self._watcher = Thread(target=self._watch, name="sandbox", daemon=True)
        self._child = self._begin()

    @property
    def pid(self) -> int:
        """Its process now."""
        return self._child.pid

    def find_address(self) -> str:
        """Return its address once it answers; `InvalidInput` if it does not."""
        address = self._await(self._child)
        if not address:
            raise InvalidInput("--payments", "sandbox", "a sandbox that starts")
        self._port = int(address.rpartition(":")[2])
        return address

    def watch(self, tell: Callable[[str], None]) -> None:
        """Begin it again from now on when it ends; a person is told."""
        self._tell = tell
        self._watcher.start()

    def close(self) -> None:
        """End it."""
        with self._lock:
            self._is_over.set()
            _end(self._child)
        if self._watcher.is_alive():
            self._watcher.join(END_S_MAX)

    def _begin(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*self._command, "--port", str(self._port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is ours; it ends when we do
        )

    @staticmethod
    def _await(child: "subprocess.Popen[str]") -> str:
        """Return the address a process says it answers at; empty if it says none in time."""
        said: list[str] = []
        out = child.stdout
        if out is not None:
            reader = Thread(target=lambda: said.append(out.readline()), daemon=True)
            reader.start()
            reader.join(START_S_MAX)
        try:
            return str(json.loads(said[0])["address"])
        except (IndexError, ValueError, KeyError):
            return ""

    def _watch(self) -> None:
        from aspan.live.payment_http import find_back_off_s

        tries, since_s = 0, monotonic()
        while True:
            status = self._child.wait()
            if self._is_over.is_set():
                return
            tries = 1 if monotonic() - since_s >= CALM_S else tries + 1
            if tries > TRIES_MAX:
                self._tell("payments: the sandbox is not begun again; payments wait")
                return
            pause_s = find_back_off_s(
                1, "sandbox", tries, first_s=self._pause_s, most_s=PAUSE_S_MAX
            )
            self._tell(f"payments: the sandbox ended ({status}); begun again in {pause_s:.1f} s")
            if self._is_over.wait(pause_s):
                return
            with self._lock:
                if self._is_over.is_set():
                    return
                _end(self._child)
                since_s, self._child = monotonic(), self._begin()
            self._await(self._child)


def _end(child: "subprocess.Popen[str]") -> None:
    """End a process and let go of its pipes."""
    if child.stdin is not None:
        child.stdin.close()
    child.terminate()
    try:
        child.wait(END_S_MAX)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if child.stdout is not None:
        child.stdout.close()
