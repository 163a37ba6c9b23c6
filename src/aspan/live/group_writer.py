"""One SQLite connection for many threads, whose changes wait for the disk together.

Whoever comes while another's change is on its way to the disk waits in line; the first of the line
then carries out the work of all in one transaction. A work that fails is undone alone.
"""

import sqlite3
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

T = TypeVar("T")


class _Job:
    """One work in line, and what came of it."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.work = work
        self.is_done = False
        self.result: object = None
        self.error: BaseException | None = None


class GroupWriter:
    """Carries out works on a connection (`isolation_level=None`), each wholly or not at all."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._line: list[_Job] = []
        self._line_lock = Lock()
        self._db_lock = Lock()

    def run(self, work: Callable[[], T]) -> T:
        """Return what a work on the connection returns, once what it changed is on disk."""
        job = _Job(work)
        with self._line_lock:
            self._line.append(job)
        with self._db_lock:
            if not job.is_done:
                with self._line_lock:
                    jobs, self._line = self._line, []
                self._carry_out(jobs)
        if job.error is not None:
            raise job.error
        return job.result  # type: ignore[return-value]  # it is the work's

    def empty_wal(self) -> bool:
        """Move everything into the file itself and empty its write-ahead log; False if in use."""
        with self._db_lock:
            (is_busy, _, _) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not is_busy

    def close(self) -> None:
        """Close the connection after the work at hand."""
        with self._db_lock:
            self._db.close()

    def _carry_out(self, jobs: list[_Job]) -> None:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            for job in jobs:
                self._try(job)
            self._db.execute("COMMIT")
        except BaseException as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            for job in jobs:
                job.error = job.error or error
        for job in jobs:
            job.is_done = True

    def _try(self, job: _Job) -> None:
        self._db.execute("SAVEPOINT job")
        try:
            job.result = job.work()
        except Exception as error:
            job.error = error
            self._db.execute("ROLLBACK TO job")
        self._db.execute("RELEASE job")
