"""The test site on disk: a chained log beside a lock, replayed on opening, one writer.

What an order is answered with is on disk before it is told. The file is called `NAME.range`; the
telemetry of its runs lies in `NAME.range-data/`. Killed at any instant, the store opens again with
everything that was told.
"""

import sqlite3
from collections.abc import Callable, Container, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import RLock
from typing import Final, TypeVar

import msgspec

from aspan.evidence.card import RequirementId
from aspan.evidence.line_traffic import LineTraffic, NoLineTraffic, TrafficRefused
from aspan.evidence.orders import ReviewRun
from aspan.evidence.people import SignedOrder, SiteId
from aspan.evidence.refusals import Reason
from aspan.evidence.reports import SiteReport
from aspan.evidence.requirement import load_requirements
from aspan.evidence.signing import draw_site_id
from aspan.evidence.signing import verify as is_signed
from aspan.evidence.site import SiteRefused, TestSite, refuse_instead
from aspan.evidence.site_events import (
    AnySiteEvent,
    RunBegun,
    SiteEvent,
    Slot,
    SlotBooked,
    SlotFreed,
)
from aspan.evidence.site_state import SiteState
from aspan.live.sqlite_log import ChainedLog, StoredEvent, Verified, read_settings, verify
from aspan.live.store import connect, locked
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import GeozoneId
from aspan.world.city import City
from aspan.world.range import Range
from aspan.world.readers.range import load_range

SUFFIX: Final = ".range"
"""Of the name of a site's file."""

_KIND: Final = "test site"

NOT_OLD: Final = "a test site with an id of its own; this file is of an older version"

T = TypeVar("T")

_reviews: msgspec.json.Decoder[ReviewRun] = msgspec.json.Decoder(ReviewRun)

_events: msgspec.json.Decoder[SiteEvent] = msgspec.json.Decoder(AnySiteEvent)


def decode_site_event(line: bytes) -> SiteEvent:
    """Return the event of a line of a site's log; `InvalidInput` if it is none."""
    try:
        return _events.decode(line)
    except msgspec.DecodeError as error:
        raise InvalidInput("log line", line[:80], f"an event of a test site ({error})") from None


def verify_site(path: Path) -> Verified:
    """Return how long a site's log is whose rows all fit; `LogDamaged` at the first that does not.

    The file is only read; a site may be running on it.
    """
    refuse_old(path)
    return verify(path, decode_site_event)


def refuse_old(path: Path) -> None:
    """Raise `InvalidInput` where a log was made before sites had an id of their own."""
    if not path.is_file() or path.stat().st_size == 0:
        return
    connection = connect(path, is_read_only=True)
    try:
        told = read_settings(connection, path)
    finally:
        connection.close()
    if told.get("kind") == _KIND and "site_id" not in told:
        raise InvalidInput("store", str(path), NOT_OLD)


def open_site(path: Path, city: City, *, traffic: LineTraffic | None = None) -> "SiteStore":
    """Return the test site of a city on a file: its range and requirements as they are written."""
    requirements = load_requirements(city.folder)
    ids = frozenset(requirement.requirement_id for requirement in requirements)
    return SiteStore(path, load_range(city), ids, traffic=traffic)


def data_folder(path: Path) -> Path:
    """Return the folder in which the telemetry of a site's runs lies, one folder for each run."""
    return path.with_name(path.name + "-data")


class SiteStore:
    """A test site with its log on disk; any thread may ask, one at a time is answered.

    Parameters
    ----------
    path
        Made if it is not there. `InvalidInput` if another process has it open, if it is of another
        city, or is damaged.
    traffic
        The line traffic beside the range; whether the line flies is not known if None.
    check_review
        Says why an order to accept a run does not say what its telemetry says; "" if it does.
        Asked without the lock: whoever calls a run off does not wait for it.
    site_id
        Of a log that is made here; drawn if None. A log that is there keeps its own.
    """

    def __init__(
        self,
        path: Path,
        site: Range,
        requirement_ids: Container[RequirementId],
        *,
        traffic: LineTraffic | None = None,
        check_review: "Callable[[SiteStore, ReviewRun], str] | None" = None,
        site_id: SiteId | None = None,
    ) -> None:
        self.path = path
        self._check_review = check_review
        self._traffic = traffic if traffic is not None else NoLineTraffic()
        self._lock = RLock()
        self._failed = ""
        with ExitStack() as stack:
            stack.enter_context(locked(path))
            refuse_old(path)
            self._log = ChainedLog[SiteEvent](path, decode=decode_site_event, group_ms=0)
            stack.callback(self._log.close)
            own_id = self._check_settings(site, site_id)
            self.site = TestSite(site, requirement_ids, own_id, is_line_beside=traffic is not None)
            self.site.fold([event for _, event in self._log.read()])
            if self.site.state.site_id not in ("", own_id):
                raise InvalidInput("store", str(path), f"the log of site {own_id}")
            self._open = stack.pop_all()
        self._free_again()

    @property
    def site_id(self) -> SiteId:
        """Id of the site, for which orders are signed."""
        return self.site.site_id

    def order(self, signed: SignedOrder, at_ms: int) -> list[SiteEvent] | SiteRefused:
        """Answer a signed order; what it changes is on disk before this returns."""
        return self._answer(signed, at_ms, self._find_review_fault(signed))

    def report(self, report: SiteReport, at_ms: int) -> list[SiteEvent] | SiteRefused:
        """Take a report of software."""
        return self._answer(report, at_ms)

    def look(self, question: Callable[[SiteState], T]) -> T:
        """Return the answer to a question about the state, which must not be changed or kept."""
        with self._lock:
            return question(self.site.state)

    def events(self) -> list[SiteEvent]:
        """Return every event, from disk."""
        with self._lock:
            return [event for _, event in self._log.read()]

    def list_rows(self, after: int, limit: int) -> list[StoredEvent]:
        """Return up to `limit` rows of the log with a number above `after`, oldest first."""
        with self._lock:
            return self._log.list_rows(after, limit)

    def count(self) -> int:
        """Return the number of events on the log."""
        with self._lock:
            return len(self._log)

    def head_sha256(self) -> str:
        """Return the chained hash over the log."""
        with self._lock:
            return self._log.head_sha256()

    def run_folder(self, run_id: str) -> Path:
        """Return where the telemetry of a run lies or will lie."""
        return data_folder(self.path) / run_id

    def close(self) -> None:
        """Let go of the file and its lock."""
        with self._lock:
            self._failed = self._failed or "closed"
            self._open.close()

    def __enter__(self) -> "SiteStore":
        """Return itself, to be closed at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _check_settings(self, site: Range, site_id: SiteId | None) -> SiteId:
        """Return the id of the site; drawn and kept where the log is new."""
        wanted = {"kind": _KIND, "city": str(site.city_id)}
        if not self._log.settings and len(self._log) == 0:
            self._log.keep_settings(wanted | {"site_id": site_id or draw_site_id()})
        told = dict(self._log.settings)
        own_id = SiteId(told.pop("site_id", ""))
        if told != wanted or not own_id:
            raise InvalidInput("store", str(self.path), f"a test site of {site.city_id}")
        return own_id

    def _free_again(self) -> None:
        """Open the air of slots given back: their `free` may not have been heard before an end."""
        state = self.site.state
        for slot_id, record in state.slots.items():
            if record.is_freed and record.slot.until_ms > state.last_at_ms:
                self._traffic.free(slot_id)

    def _find_review_fault(self, signed: SignedOrder) -> str:
        """Return what speaks against an order to accept a run, by a person who is known."""
        person = self.look(lambda state: state.people.get(signed.by))
        if self._check_review is None or person is None:
            return ""
        try:
            order = _reviews.decode(signed.order)
        except msgspec.DecodeError:
            return ""
        if not order.is_accepted or not is_signed(signed, person.public_key, self.site.site_id):
            return ""
        return self._check_review(self, order)

    def _answer(
        self, item: SignedOrder | SiteReport, at_ms: int, fault: str = ""
    ) -> list[SiteEvent] | SiteRefused:
        with self._lock:
            if self._failed:
                raise InvalidInput("store", str(self.path), f"an open store ({self._failed})")
            answer = self.site.decide(item, at_ms)
            if self.site.is_answered(item):
                return answer
            if not isinstance(answer, SiteRefused):
                answer = (
                    refuse_instead(answer, Reason.BAD_ORDER, fault)
                    if fault
                    else self._ask_traffic(answer)
                )
            recorded = answer.recorded if isinstance(answer, SiteRefused) else answer
            self._keep(recorded)
            for event in recorded:
                if isinstance(event, SlotFreed):
                    self._traffic.free(event.slot_id)
            return answer

    def _keep(self, events: Sequence[SiteEvent]) -> None:
        """Put events on disk, then into the state; a store that cannot write answers no more."""
        if not events:
            return
        try:
            self._log.append(events[0].key, events)
            self._log.sync()
        except sqlite3.Error as error:
            self._failed = f"it could not be written: {error}"
            raise InvalidInput("store", str(self.path), self._failed) from error
        self.site.fold(events)

    def _ask_traffic(self, events: list[SiteEvent]) -> list[SiteEvent] | SiteRefused:
        """Let a slot stand, and a run begin, only where line traffic keeps out."""
        for event in events:
            if isinstance(event, SlotBooked):
                refused = self._reserve(event.slot)
            elif isinstance(event, RunBegun):
                refused = self._find_open(self.site.state.slots[event.slot_id].slot)
            else:
                continue
            if refused is not None:
                return refuse_instead(events, Reason.LINE_TRAFFIC, refused.detail)
        return events

    def _reserve(self, slot: Slot) -> TrafficRefused | None:
        zone_ids = tuple(sorted(self._zones(slot.volume_ids)))
        if not zone_ids:
            return None
        answer = self._traffic.reserve(zone_ids, slot.from_ms, slot.until_ms, slot.slot_id)
        return answer if isinstance(answer, TrafficRefused) else None

    def keep_air(self, slot: Slot) -> list[str]:
        """Ask for the air of a slot that stands again; return why it is not kept, or nothing."""
        refused = self._reserve(slot)
        return [] if refused is None else [refused.detail]

    def _find_open(self, slot: Slot) -> TrafficRefused | None:
        if not list(self._zones(slot.volume_ids)) or self._traffic.holds(slot.slot_id):
            return None
        return TrafficRefused(detail=f"the air of slot {slot.slot_id} is open to line traffic")

    def _zones(self, volume_ids: Iterable[str]) -> Iterable[GeozoneId]:
        found = (self.site.range.get_volume(volume_id).geozone_id for volume_id in volume_ids)
        return (zone_id for zone_id in found if zone_id)
