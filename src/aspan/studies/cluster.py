"""Cluster: days flown on a Dask cluster that runs already, by the address of its scheduler.

Every worker needs this package at the same code, and the city under the same name or path; else
the task is refused there, with the reason. Dask hands a batch on when its worker dies.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from aspan.primitives.errors import InvalidInput
from aspan.studies.batches import list_batches
from aspan.studies.day_figures import DayFigures
from aspan.studies.day_task import DayTask
from aspan.studies.day_worker import fly_batch

CONNECT_S: Final = 10.0
"""How long a scheduler may take to answer."""


class DaskCluster:
    """Flies days on the workers of a cluster.

    Parameters
    ----------
    address
        Of the scheduler, as `tcp://127.0.0.1:8786`.
    """

    def __init__(self, address: str) -> None:
        try:
            import distributed
        except ImportError:
            expected = "the extra `studies` of this package, which brings Dask"
            raise InvalidInput("--dask", address, expected) from None
        self._address = address
        try:
            dask: Any = distributed  # without types
            self._client: Any = dask.Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            expected = f"the address of a running scheduler ({str(error).splitlines()[0]})"
            raise InvalidInput("--dask", address, expected) from None

    def run(self, tasks: Sequence[DayTask]) -> Iterator[DayFigures]:
        """Yield the figures of every task as its batch comes back."""
        import distributed
        from distributed.scheduler import KilledWorker

        dask: Any = distributed
        batches = list_batches(tasks)
        if not batches:
            return
        futures = self._client.map(fly_batch, batches, pure=False)
        try:
            for _, told in dask.as_completed(futures, with_results=True, loop=self._client.loop):
                figures: list[DayFigures] = told
                yield from figures
        except KilledWorker as error:
            expected = f"workers that live ({str(error).splitlines()[0]})"
            raise InvalidInput("--dask", self._address, expected) from None
        finally:
            self._client.cancel(futures)

    def close(self) -> None:
        """Leave the cluster, which goes on."""
        self._client.close()
