"""The stream of the pages: one broadcaster, many clients, no client able to slow the others.

Twice a second the broadcaster asks the service where things are and writes one chunk of
server-sent events: `positions` always, `state` when something changed, `log` for each new event
of the log (its number is the event's id, so `Last-Event-ID` resumes). Every client has a bounded
queue; one that stops reading is dropped and may connect again. A new client first gets the whole
state, then only what changed.
"""

import asyncio
import logging
from collections.abc import AsyncIterator

import msgspec

from aspan.faces.http.service_view import LiveView
from aspan.faces.http.wire_now import AircraftNow, LogEntry, Snapshot

PERIOD_S = 0.5
"""Wall time between two chunks; smooth enough with the page's interpolation."""

QUEUE_CHUNKS_MAX = 40
"""Chunks a client may lag behind before it is dropped: 20 s."""

LOG_EVENTS_PER_CHUNK_MAX = 500
"""Log events in one chunk; a faster log is caught up over the following chunks."""

RESUME_EVENTS_MAX = 5_000
"""Log events replayed to a client that resumes; one further behind reads `/api/log`."""

CLIENTS_MAX = 1_000
"""Streams served at once."""

_LISTS = (
    ("aircraft", "aircraft_id"),
    ("sorties", "sortie_id"),
    ("vertiports", "vertiport_id"),
    ("weather", "place_id"),
    ("geozones", "zone_id"),
)
_LOGGER = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode


def format_event(name: str, data: bytes, number: int | None = None) -> bytes:
    """Return one server-sent event; `data` is JSON on one line."""
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {name}\ndata: ".encode() + data + b"\n\n"


def format_log(entries: list[LogEntry]) -> bytes:
    """Return log events as server-sent events, each with its number."""
    return b"".join(format_event("log", _encode(entry), entry.seq) for entry in entries)


def _visible(item: object) -> object:
    """Return the part of an item whose change is worth a `state` event.

    The motion of an aircraft in the air is told by `positions`, not here.
    """
    if isinstance(item, AircraftNow) and item.vertiport_id is None:
        return (item.phase, item.sortie_id, item.energy_margin_kwh, item.grounded_by)
    return item


def state_change(before: Snapshot | None, after: Snapshot) -> dict[str, object] | None:
    """Return what a page must change to get from one snapshot to the next, None if nothing.

    `is_full` is true without a predecessor: the page forgets what it had. Lists then hold all
    items, otherwise only those new or changed; `removed` names the ids that went.
    """
    change: dict[str, object] = {"seq": after.seq, "clock": after.clock, "is_full": before is None}
    removed: dict[str, list[str]] = {}
    for name, key in _LISTS:
        items = getattr(after, name)
        known = {getattr(i, key): i for i in getattr(before, name)} if before is not None else {}
        changed = []
        for item in items:
            old = known.pop(getattr(item, key), None)
            if old is None or _visible(old) != _visible(item):
                changed.append(item)
        if changed or before is None:
            change[name] = changed
        if known:
            removed[name] = sorted(known)
    if removed:
        change["removed"] = removed
    if before is None or before.figures != after.figures:
        change["figures"] = after.figures
    return change if len(change) > 3 else None


class Client:
    """One page on the stream: a bounded queue of chunks; None in it ends the stream."""

    def __init__(self, number: int, first: bytes) -> None:
        self.number = number
        self.is_dropped = False
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue(QUEUE_CHUNKS_MAX)
        self._queue.put_nowait(first)

    def offer(self, chunk: bytes) -> bool:
        """Queue a chunk; empty the queue and answer False if the client lags too far behind."""
        if self._queue.full():
            self.end()
            return False
        self._queue.put_nowait(chunk)
        return True

    def end(self) -> None:
        """End the stream, forgetting what was not read."""
        self.is_dropped = True
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(None)

    async def next_chunk(self) -> bytes | None:
        """Return the next chunk, None when the stream has ended."""
        return await self._queue.get()


class Broadcaster:
    """Asks the service twice a second and tells all clients what is new."""

    def __init__(self, service: LiveView) -> None:
        self._service = service
        self._clients: dict[int, Client] = {}
        self._count = 0
        self._last: Snapshot | None = None
        self._log_seq = 0
        self._task: asyncio.Task[None] | None = None
        self._is_closed = False
        self.failure = ""

    @property
    def client_count(self) -> int:
        """How many clients are on the stream."""
        return len(self._clients)

    def connect(self, last_event_id: int | None) -> Client | None:
        """Return a new client whose queue starts with all it has missed; None when full."""
        if len(self._clients) >= CLIENTS_MAX or self._is_closed:
            return None
        if self._last is None or not self._clients:
            self._last = self._service.snapshot()
            self._log_seq = self._service.last_seq()
        whole = state_change(None, self._last)
        first = [b"retry: 1000\n\n", format_event("state", _encode(whole))]
        first.append(format_event("positions", _encode(self._service.positions())))
        if last_event_id is not None:
            missed = self._log_seq - last_event_id
            limit = min(missed, RESUME_EVENTS_MAX)
            if limit > 0:
                first.append(format_log(self._service.list_log(self._log_seq - limit, limit)))
        self._count += 1
        client = Client(self._count, b"".join(first))
        self._clients[client.number] = client
        return client

    def disconnect(self, client: Client) -> None:
        """Forget a client."""
        self._clients.pop(client.number, None)

    def tell(self) -> None:
        """Ask the service once and queue one chunk for every client."""
        if not self._clients:
            return
        chunk = [format_event("positions", _encode(self._service.positions()))]
        now = self._service.snapshot()
        change = state_change(self._last, now)
        self._last = now
        if change is not None:
            chunk.append(format_event("state", _encode(change)))
        if now.seq > self._log_seq:
            entries = self._service.list_log(self._log_seq, LOG_EVENTS_PER_CHUNK_MAX)
            if entries:
                chunk.append(format_log(entries))
                self._log_seq = entries[-1].seq
        data = b"".join(chunk)
        for client in list(self._clients.values()):
            if not client.offer(data):
                self.disconnect(client)

    async def run(self) -> None:
        """Tell the clients every `PERIOD_S` until cancelled; a fault ends the streams, said so."""
        try:
            while True:
                self.tell()
                await asyncio.sleep(PERIOD_S)
        except Exception as fault:
            self.failure = f"{type(fault).__name__}: {fault}"
            _LOGGER.exception("the stream has stopped")
            self.close()

    def start(self) -> None:
        """Begin telling, on the running event loop."""
        self._task = asyncio.get_running_loop().create_task(self.run())

    def close(self) -> None:
        """End every stream; new clients are refused."""
        self._is_closed = True
        if self._task is not None:
            self._task.cancel()
            self._task = None
        for client in list(self._clients.values()):
            client.end()
        self._clients.clear()

    async def chunks(self, client: Client) -> AsyncIterator[bytes]:
        """Yield the client's chunks until it is dropped or leaves."""
        try:
            while (chunk := await client.next_chunk()) is not None:
                yield chunk
        finally:
            self.disconnect(client)
