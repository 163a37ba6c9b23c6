"""Workers: threads that answer what takes its time, so that the event loop never waits.

Each crowd of requests has its own few threads and its own limit; one beyond it is told at once
that the service is busy.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from aspan.faces.http.service_view import Unavailable

T = TypeVar("T")


class Workers:
    """A few threads with a bounded queue.

    Parameters
    ----------
    at_once_max
        Requests taken in, waiting ones included.
    """

    def __init__(self, name: str, *, threads: int, at_once_max: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._at_once_max = at_once_max
        self._at_once = 0

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """Return what `work` returns; `Unavailable` when too much is waiting already."""
        if self._at_once >= self._at_once_max:
            raise Unavailable("fewer requests at once")
        self._at_once += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, work, *arguments)
        finally:
            self._at_once -= 1

    def close(self) -> None:
        """Begin nothing more; what is under way ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)
