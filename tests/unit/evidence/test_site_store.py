"""The test site on disk: told only once kept, one writer, closed to line traffic or not booked."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from aspan.evidence import orders
from aspan.evidence.line_traffic import NoLineTraffic, TrafficGranted, TrafficRefused
from aspan.evidence.people import PersonId, SignedOrder
from aspan.evidence.refusals import Reason
from aspan.evidence.reports import SiteReport
from aspan.evidence.site import SiteRefused
from aspan.evidence.site_events import SiteEvent, SlotBooked
from aspan.evidence.site_fold import state_bytes
from aspan.evidence.site_state import SiteState
from aspan.evidence.site_store import SiteStore, data_folder, open_site, verify_site
from aspan.live.sqlite_log import LogDamaged, SqliteLog
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import GeozoneId
from aspan.primitives.units import MS_PER_H
from aspan.world.readers import load_city
from ranging import CREW, FROM_MS, REQUIREMENTS, Town, make_card, reason_of, small_range


class StoredTown(Town):
    """The people of the tests before a site on disk."""

    def __init__(self, store: SiteStore) -> None:
        super().__init__(enrol=False)
        self.store = store
        self.site = store.site
        self.found()

    def hand(self, item: SignedOrder | SiteReport) -> list[SiteEvent] | SiteRefused:
        """Hand an item to the store."""
        if isinstance(item, SignedOrder):
            return self.store.order(item, self.now_ms)
        return self.store.report(item, self.now_ms)


class Traffic:
    """Line traffic that says no when told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.refusal = ""
        self.kept: dict[str, tuple[GeozoneId, ...]] = {}

    def reserve(
        self, zone_ids: tuple[GeozoneId, ...], from_ms: int, until_ms: int, key: str
    ) -> TrafficGranted | TrafficRefused:
        """Keep zones, or refuse."""
        if self.refusal:
            return TrafficRefused(detail=self.refusal)
        assert (from_ms, until_ms) == (FROM_MS, FROM_MS + 2 * MS_PER_H)
        self.kept[key] = zone_ids
        return TrafficGranted()

    def holds(self, key: str) -> bool:
        """Say whether a key is kept."""
        return key in self.kept

    def free(self, key: str) -> None:
        """Forget a key."""
        self.kept.pop(key, None)


def open_at(path: Path, traffic: Any = None) -> SiteStore:  # noqa: ANN401  any line traffic
    """Return the small site on a file."""
    return SiteStore(path, small_range(), REQUIREMENTS, traffic=traffic)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a site's log may be."""
    return tmp_path / "site.range"


@pytest.fixture
def town(path: Path) -> Iterator[StoredTown]:
    """Return a site on disk with its people."""
    with open_at(path) as store:
        yield StoredTown(store)


def test_what_was_told_is_there_again(path: Path) -> None:
    """Closed and opened again, a site is in the same state, and answers as before."""
    with open_at(path) as store:
        town = StoredTown(store)
        town.prepare()
        town.fly()
        order = town.signed("lena", orders.ReviewRun(
            key="r", run_id="RUN1", manifest_sha256="e" * 64, is_accepted=True, note="good",
        ))  # fmt: skip
        first = store.order(order, town.now_ms)
        before, head = store.look(state_bytes), store.head_sha256()
        assert store.run_folder("RUN1") == data_folder(path) / "RUN1"
    with open_at(path) as store:
        assert store.look(state_bytes) == before
        assert store.order(order, town.now_ms + 5) == first
        assert store.head_sha256() == head
        assert len(store.events()) == len(store.list_rows(0, 1_000))
    assert verify_site(path).head_sha256 == head


def test_one_process_at_a_time(path: Path, town: StoredTown) -> None:
    """A second one is kept out while the first is in, and let in after."""
    with pytest.raises(InvalidInput, match="no other service"):
        open_at(path)
    town.store.close()
    with open_at(path) as store:
        assert store.look(lambda state: len(state.people)) == len(CREW)


def test_a_closed_store_answers_nothing(town: StoredTown) -> None:
    """An order after the end is bad input, not an answer."""
    town.store.close()
    with pytest.raises(InvalidInput, match="closed"):
        town.file(make_card())


def test_another_citys_site_is_not_opened(path: Path, town: StoredTown) -> None:
    """A store keeps to its city, and is no log of the service."""
    town.store.close()
    moved = msgspec.structs.replace(small_range(), city_id="moon")
    with pytest.raises(InvalidInput, match="test site of moon"):
        SiteStore(path, moved, REQUIREMENTS)
    with pytest.raises(LogDamaged, match="event 1"):
        SqliteLog(path)


def test_each_log_has_an_id_of_its_own(path: Path, tmp_path: Path, town: StoredTown) -> None:
    """The id is drawn once, stays, and what is signed for one log is nothing in another."""
    own_id = town.store.site_id
    signed = town.signed("farid", orders.FileCard(key="f", card=make_card(), version="a" * 64))
    with open_at(tmp_path / "other.range") as other:
        assert other.site_id != own_id
        there = StoredTown(other)
        assert reason_of(there.hand(signed)) is Reason.ANOTHER_SITE
    town.store.close()
    with open_at(path) as again:
        assert again.site_id == again.look(lambda state: state.site_id) == own_id


def test_a_log_of_an_older_version_says_so(path: Path, town: StoredTown) -> None:
    """A log that was made before sites had an id is told apart from a damaged one, in a line."""
    town.store.close()
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM settings WHERE name = 'site_id'")
    told = [("city", "tiny"), ("kind", "test site")]
    digest = sha256(msgspec.json.encode(told)).hexdigest()
    connection.execute("UPDATE settings SET value = ? WHERE name = 'sha256'", (digest,))
    connection.commit()
    connection.close()
    for ask in (open_at, verify_site):
        with pytest.raises(InvalidInput, match="older version"):
            ask(path)


def test_an_altered_row_is_found(path: Path, town: StoredTown) -> None:
    """Whoever changes a word of the log is found at that word, and the site does not open."""
    town.store.close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE events SET line = replace(line, 'Lena', 'Lina') WHERE seq = 4")
    connection.commit()
    connection.close()
    with pytest.raises(LogDamaged) as found:
        verify_site(path)
    assert found.value.seq == 4
    with pytest.raises(LogDamaged):
        open_at(path)


def test_what_cannot_be_written_is_not_told(path: Path, town: StoredTown) -> None:
    """Where the disk says no, nothing changes, nothing more is answered, and nothing is lost."""
    before = town.store.look(state_bytes)
    other = sqlite3.connect(path)
    other.execute("CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(FAIL, 'x'); END")
    other.commit()
    with pytest.raises(InvalidInput, match="could not be written"):
        town.file(make_card())
    with pytest.raises(InvalidInput, match="could not be written"):
        town.file(make_card())
    assert town.store.look(state_bytes) == before
    other.execute("DROP TRIGGER full")
    other.commit()
    other.close()
    town.store.close()
    with open_at(path) as store:
        assert store.look(state_bytes) == before


def test_threads_ask_one_after_the_other(town: StoredTown) -> None:
    """Orders of many threads are each answered once; of those that exclude each other, one wins."""
    town.file(make_card())
    booked = [
        town.signed("rustam", orders.BookSlot(
            key=f"b{n % 4}", slot_id=f"S{n % 4}", card_id=make_card().card_id,
            volume_ids=("PAD",), from_ms=FROM_MS, until_ms=FROM_MS + MS_PER_H,
            aircraft_id=small_range().aircraft[0].aircraft_id,
            crew=((PersonId("pavel"), "pilot"), (PersonId("farid"), "flight_test_engineer")),
        ))
        for n in range(16)
    ]  # fmt: skip
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(town.hand, booked))
    won = [answer for answer in answers if not isinstance(answer, SiteRefused)]
    assert len(won) == 4, "one slot, asked for four times"
    assert all(answer == won[0] for answer in won)
    events = town.store.events()
    assert sum(isinstance(event, SlotBooked) for event in events) == 1
    assert state_bytes(town.site.state) == state_bytes(town.store.look(_copy))


def _copy(state: SiteState) -> SiteState:
    return state


def test_a_slot_stands_once_line_traffic_keeps_out(path: Path) -> None:
    """Refused by line traffic a slot is not booked; granted, its air is kept until it is freed."""
    traffic = Traffic()
    with open_at(path, traffic) as store:
        town = StoredTown(store)
        town.file(make_card())
        town.approve("lena", "sanzhar")
        traffic.refusal = "sortie S7 would be inside"
        answer = town.book()
        assert reason_of(answer) is Reason.LINE_TRAFFIC
        assert answer.detail == "sortie S7 would be inside"
        assert store.look(lambda state: list(state.slots)) == []
        traffic.refusal = ""
        town.book("S2")
        assert traffic.kept == {"S2": ("TSPAD",)}
        town.ask("rustam", orders.FreeSlot(key="f", slot_id="S2", why="rain"))
        assert traffic.kept == {}
        traffic.kept["S2"] = (GeozoneId("TSPAD"),)
    with open_at(path, traffic):
        assert traffic.kept == {}, "told again, as the end may have come between"


def test_no_run_begins_in_air_that_is_open(path: Path) -> None:
    """If line traffic no longer keeps out, the run does not begin."""
    traffic = Traffic()
    with open_at(path, traffic) as store:
        town = StoredTown(store)
        town.prepare()
        town.release()
        town.now_ms = FROM_MS
        kept = traffic.kept.pop("S1")
        assert reason_of(town.begin()) is Reason.LINE_TRAFFIC
        traffic.kept["S1"] = kept
        assert not isinstance(town.begin(), SiteRefused)


def test_a_slot_that_no_line_meets_asks_nobody(path: Path) -> None:
    """The stand has no zone: its slots are booked and begun whatever line traffic says."""
    traffic = Traffic()
    traffic.refusal = "no"
    with open_at(path, traffic) as store:
        town = StoredTown(store)
        town.file(make_card(volume_ids=("STAND",)))
        town.approve("lena", "sanzhar")
        assert not isinstance(town.book(volume_ids=("STAND",)), SiteRefused)
        town.now_ms = FROM_MS
        town.observe()
        town.release()
        assert not isinstance(town.begin(), SiteRefused)


def test_a_site_alone_has_no_line_traffic() -> None:
    """Where no service runs everything is granted and stays so."""
    alone = NoLineTraffic()
    assert isinstance(alone.reserve((), 0, 1, "k"), TrafficGranted)
    alone.free("k")
    assert alone.holds("k")


def test_a_citys_site_opens_with_its_requirements(path: Path) -> None:
    """Alatau's site knows its own range and every requirement of the city."""
    with open_site(path, load_city("alatau")) as store:
        assert store.site.range.find_volume("NORTH") is not None
        assert "R1" not in store.site.requirement_ids
