"""What every log keeps of its promise, in memory and on disk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aspan.live.sqlite_log import SqliteLog
from aspan.operations.log import FIRST_HASH, MemoryLog, chain, encode_event
from aspan.operations.ports import EventLog
from contract.logs import make_batches


class EventLogContract:
    """The port `EventLog`; a subclass says which form is tried."""

    @pytest.fixture
    def log(self, tmp_path: Path) -> Iterator[EventLog]:
        """Return an empty log."""
        raise NotImplementedError

    def test_empty_log_has_the_first_hash(self, log: EventLog) -> None:
        """A log without events has length 0, nothing to read, and the hash of nothing."""
        assert len(log) == 0
        assert list(log.read()) == []
        assert log.head_sha256() == FIRST_HASH.hex()

    def test_reads_back_what_was_appended_in_order(self, log: EventLog) -> None:
        """Every event comes back equal, with its cause, in the order it was appended."""
        batches = make_batches(30)
        for cause, events in batches:
            log.append(cause, events)
        log.sync()
        assert list(log.read()) == [(c, e) for c, events in batches for e in events]
        assert len(log) == sum(len(events) for _, events in batches)

    def test_head_is_the_chain_over_all_lines(self, log: EventLog) -> None:
        """The head is the hash chained over every cause and line, whether synced or not."""
        head = FIRST_HASH
        for cause, events in make_batches(7):
            log.append(cause, events)
            for event in events:
                head = chain(head, cause, encode_event(event))
            assert log.head_sha256() == head.hex()
        log.sync()
        assert log.head_sha256() == head.hex()

    def test_sync_of_nothing_changes_nothing(self, log: EventLog) -> None:
        """Syncing twice, and syncing an empty log, leaves it as it was."""
        log.sync()
        log.append(*make_batches(1)[0])
        log.sync()
        before = log.head_sha256()
        log.sync()
        assert (len(log), log.head_sha256()) == (1, before)


class TestMemoryLog(EventLogContract):
    """The twin's log."""

    @pytest.fixture
    def log(self, tmp_path: Path) -> Iterator[EventLog]:
        """Return an empty log in memory."""
        yield from (MemoryLog(),)


class TestSqliteLog(EventLogContract):
    """The log on disk."""

    @pytest.fixture
    def log(self, tmp_path: Path) -> Iterator[EventLog]:
        """Return an empty log on disk."""
        log = SqliteLog(tmp_path / "log.sqlite")
        yield log
        log.close()
