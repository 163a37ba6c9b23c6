"""Webhooks: tells partners what becomes of their bookings, each message at least once, in order.

One thread reads the log on from where it stopped and lets what concerns a partner wait; a few send.
Of one booking the next message is sent when the last was acknowledged; different bookings do not
wait for each other. Whoever does not answer is asked again with growing pauses, for days: what a
receiver that is down for hours missed it is told afterwards, from the log. Killed at any moment,
the worst that follows is a message told twice, with the same number.

Where it stops: a message that is refused for `GIVEN_UP_S` is given up, and a person is told.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Condition, Thread
from time import time
from typing import Final, Protocol

import httpx

from aspan.live.sqlite_log import StoredEvent
from aspan.live.webhook_event import (
    KINDS,
    MEDIA_TYPE,
    SIGNATURE,
    find_subject,
    sign,
    tell_event,
)
from aspan.live.webhook_store import WAITING_MAX, Endpoint, Waiting, WebhookStore
from aspan.operations.log import decode_event
from aspan.operations.ports import Notices
from aspan.primitives.dice import draw
from aspan.primitives.units import S_PER_H

ROWS_A_READ: Final = 1_000
"""Rows of the log looked at in one go."""

LOOK_S: Final = 0.25
"""Pause between two looks when nothing was found."""

SENDERS: Final = 8
"""Messages under way at once."""

PARTNER_SENDERS_MAX: Final = 4
"""Of them to one partner: one that is slow does not keep the others waiting."""

TIMEOUT_S: Final = 10.0
"""Wall time a receiver has to acknowledge."""

PAUSE_S: Final = 1.0
PAUSE_S_MAX: Final = 600.0
"""First pause after a failure, and the longest; each is twice the one before."""

GIVEN_UP_S: Final = 72.0 * S_PER_H
"""A message nobody takes for so long is given up. Assumed: a weekend and a day."""

SELLERS_MAX: Final = 100_000
"""Bookings whose seller is remembered."""

_MARKS: Final = tuple(f'"{name}"'.encode() for name in KINDS)


class EventRows(Protocol):
    """The log, as far as it is read here."""

    @property
    def kept(self) -> int:
        """Number of the newest event on disk."""
        ...

    def list_rows(self, after: int, limit: int) -> list[StoredEvent]:
        """Return up to `limit` events above a number, oldest first."""
        ...


class Webhooks:
    """Threads that tell partners.

    Parameters
    ----------
    find_sellers
        Returns who sold these bookings and payments, by id, those of nobody left out; None if
        there is no time to say.
    source
        Of the messages: whose events these are.
    pause_s
        The first after a failure.
    now_s
        The wall clock.
    """

    def __init__(
        self,
        store: WebhookStore,
        log: EventRows,
        *,
        find_sellers: Callable[[Sequence[str]], Mapping[str, str] | None],
        source: str,
        notices: Notices,
        seed: int = 0,
        pause_s: float = PAUSE_S,
        now_s: Callable[[], float] = time,
    ) -> None:
        self.store = store
        self._log = log
        self._find_sellers = find_sellers
        self._source = source
        self._notices = notices
        self._seed = seed
        self._pause_s = pause_s
        self._now_s = now_s
        self._changed = Condition()
        self._is_stopped = False
        self._has_endpoints = True
        self._under_way: set[tuple[str, str]] = set()
        self._silent: dict[str, tuple[int, float]] = {}
        self._sellers: OrderedDict[str, str] = OrderedDict()
        self._client = httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False)
        self._pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="webhook")
        self._thread = Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, wait_s: float = 0.0) -> None:
        """Begin nothing more; wait at most so long for each of reading and sending to end."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(wait_s)
        with self._changed:
            self._changed.wait_for(lambda: not self._under_way, wait_s)
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    # ---- what partners ask for -------------------------------------------------------------

    def put(self, partner_id: str, url: str, secret: str) -> Endpoint:
        """Tell a partner at an address from now on."""
        self.store.put_endpoint(partner_id, url, secret, from_seq=self._log.kept)
        with self._changed:
            self._has_endpoints = True
            self._silent.pop(partner_id, None)
            self._changed.notify_all()
        found = self.find(partner_id)
        if found is None:
            raise LookupError(partner_id)  # dropped by its partner in the same moment
        return found

    def find(self, partner_id: str) -> Endpoint | None:
        """Return where a partner is told; None if nowhere."""
        found = [one for one in self.store.list_endpoints() if one.partner_id == partner_id]
        return found[0] if found else None

    def drop(self, partner_id: str) -> bool:
        """Tell a partner nothing more; False if it was told nothing."""
        return self.store.drop_endpoint(partner_id)

    # ---- reading the log ---------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._is_stopped:
                    return
                has_endpoints = self._has_endpoints
            has_more = False
            if has_endpoints:
                try:
                    has_more = self._read() | self._begin_all()
                except Exception as error:  # a full disk: told, and tried again
                    self._notices.alert(f"webhooks: {error}")
            with self._changed:
                if not has_more and not self._is_stopped:
                    self._changed.wait(LOOK_S if has_endpoints else None)

    def _read(self) -> bool:
        """Let new events wait for whom they concern; True if there may be more at once."""
        endpoints = self.store.list_endpoints()
        if not endpoints:
            with self._changed:
                self._has_endpoints = bool(self.store.list_endpoints())
            return False
        open_now = [one for one in endpoints if one.waiting + ROWS_A_READ <= WAITING_MAX]
        after = min((one.read_seq for one in open_now), default=self._log.kept)
        if after >= self._log.kept:
            return False
        rows = self._log.list_rows(after, ROWS_A_READ)
        if not rows:
            return False
        found = self._sort(rows)
        if found is None:
            return False
        now_s, last = self._now_s(), rows[-1].seq
        for one in open_now:
            if one.read_seq < last:
                theirs = [
                    (seq, subject)
                    for seq, subject, seller in found
                    if seller == one.partner_id and seq > one.read_seq
                ]
                self.store.add(one.partner_id, theirs, read_seq=last, now_s=now_s)
        return len(rows) == ROWS_A_READ

    def _sort(self, rows: Sequence[StoredEvent]) -> list[tuple[int, str, str]] | None:
        """Return number, subject and seller of the events that somebody sold."""
        told: list[tuple[int, str]] = []
        unknown: dict[str, None] = {}
        for row in rows:
            if not any(mark in row.line[:48] for mark in _MARKS):
                continue
            event = decode_event(row.line)
            subject = find_subject(event)
            if not subject:
                continue
            told.append((row.seq, subject))
            seller = getattr(event, "seller", None)
            if isinstance(seller, str):
                self._remember(subject, seller)
            elif subject not in self._sellers:
                unknown[subject] = None
        if unknown:
            asked = list(unknown)
            sellers = self._find_sellers(asked)
            if sellers is None:
                return None
            for subject in asked:
                self._remember(subject, sellers.get(subject, ""))
        return [(seq, subject, self._sellers.get(subject, "")) for seq, subject in told]

    def _remember(self, subject: str, seller: str) -> None:
        self._sellers[subject] = seller
        self._sellers.move_to_end(subject)
        while len(self._sellers) > SELLERS_MAX + ROWS_A_READ:
            self._sellers.popitem(last=False)

    # ---- sending -----------------------------------------------------------------------------

    def _begin_all(self) -> bool:
        """Send what has its turn; True if something was begun."""
        begun = False
        for endpoint in self.store.list_endpoints():
            begun |= bool(endpoint.waiting) and self._begin(endpoint)
        return begun

    def _begin(self, endpoint: Endpoint) -> bool:
        """Send what has its turn at one partner, as far as senders are free."""
        partner_id, now_s = endpoint.partner_id, self._now_s()
        with self._changed:
            theirs = {subject for (who, subject) in self._under_way if who == partner_id}
            _, silent_until_s = self._silent.get(partner_id, (0, 0.0))
            if silent_until_s > now_s:
                return False
            # Whoever was silent is tried with one message, not with all that wait.
            most = 1 if silent_until_s else PARTNER_SENDERS_MAX
            free = min(most - len(theirs), SENDERS - len(self._under_way))
        if free <= 0:
            return False
        due = self.store.list_due(partner_id, now_s, limit=free, under_way=theirs)
        with self._changed:
            for one in due:
                if self._is_stopped:
                    return False
                self._under_way.add((partner_id, one.subject))
                self._pool.submit(self._send, one, endpoint)
        return bool(due)

    def _send(self, one: Waiting, endpoint: Endpoint) -> None:
        try:
            failure, is_silent = self._post(one, endpoint)
            self._note(one, failure, is_silent)
        except Exception as error:  # the thread must live on; the message waits as it did
            self._notices.alert(f"webhooks: {error}")
        finally:
            with self._changed:
                self._under_way.discard((one.partner_id, one.subject))
                self._changed.notify_all()

    def _post(self, one: Waiting, endpoint: Endpoint) -> tuple[str, bool]:
        """Return why a message was not taken, empty if it was, and whether nobody is there."""
        rows = self._log.list_rows(one.seq - 1, 1)
        if not rows or rows[0].seq != one.seq:
            return "the log has no such event", False
        body = tell_event(one.seq, decode_event(rows[0].line), source=self._source)
        headers = {
            "Content-Type": MEDIA_TYPE,
            SIGNATURE: sign(endpoint.secret, body, at_s=int(self._now_s())),
        }
        try:
            # Streamed, so that nobody makes us read what they answer.
            with self._client.stream("POST", endpoint.url, content=body, headers=headers) as answer:
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return type(error).__name__, True
        if 200 <= status < 300:
            return "", False
        return f"HTTP {status}", status >= 500 or status == 429

    def _note(self, one: Waiting, failure: str, is_silent: bool) -> None:
        now_s = self._now_s()
        with self._changed:
            if not failure:
                self._silent.pop(one.partner_id, None)
            elif is_silent:
                times = self._silent.get(one.partner_id, (0, 0.0))[0] + 1
                pause_s = self._find_pause_s(one, times)
                self._silent[one.partner_id] = (times, now_s + pause_s)
        if not failure:
            self.store.acknowledge(one)
        elif now_s - one.since_s >= GIVEN_UP_S:
            self.store.give_up(one, failure)
            self._notices.alert(
                f"webhooks: event {one.seq} was not taken by {one.partner_id} and is given up"
                f" ({failure})"
            )
        else:
            # Nobody there: the partner is waited for, its messages keep their turn.
            next_s = now_s if is_silent else now_s + self._find_pause_s(one, one.tries + 1)
            self.store.put_off(one, next_s=next_s, failure=failure)

    def _find_pause_s(self, one: Waiting, times: int) -> float:
        """Return the pause after so many failures: doubled, bounded, its upper half drawn.

        Keyed by what is told, so that receivers that failed together are not asked together
        (M. Brooker, *Exponential backoff and jitter*, 2015, "equal jitter").
        """
        whole_s = min(PAUSE_S_MAX, self._pause_s * 2.0 ** min(times - 1, 30))
        return whole_s * (0.5 + 0.5 * draw(self._seed, "webhook", one.partner_id, one.seq, times))
