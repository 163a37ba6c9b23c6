"""Buy seats over HTTP as fast as a running service sells them, and see that each is really sold.

A service of `cities/bench` and a sandbox provider run as processes of their own; this one is a
third and asks over kept-alive connections. Payments are authorised before the clock starts. Then
each client holds seats of a departure within 30 service days and confirms them, first as fast as
answers come, then at a steady rate. At last the service is killed, and its store must hold every
booking that was acknowledged, none of them sold twice.

    python benchmarks/book_seats.py [--seconds 60] [--clients 32] [--rate 200] [--rate-seconds 30]

Prints one JSON document.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from aspan.live.sqlite_log import SqliteLog, verify
from aspan.operations.city_index import CityIndex
from aspan.operations.events import BookingCancelled, BookingConfirmed, BookingRebooked
from aspan.operations.sales_events import BookingHeld, SortieSlotted
from aspan.primitives.dice import draw
from aspan.primitives.units import MS_PER_DAY, MS_PER_H, MS_PER_MIN
from aspan.world.readers import load_city

CITY = "bench"
DATE = "2025-04-15"
DAYS = 30
FARE_TIYN = 60_000_00
"""Authorised for each booking; more than one seat of any pair costs."""

START_S_MAX = 120.0
TRIES_MAX = 3
"""Departures asked for before one booking is given up as sold out."""


class Line(asyncio.Protocol):
    """One kept-alive connection; one request at a time."""

    def __init__(self) -> None:
        self._buffer = b""
        self._waiting: asyncio.Future[tuple[int, bytes]] | None = None
        self._out: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what is written to."""
        assert isinstance(transport, asyncio.Transport)
        self._out = transport

    def data_received(self, data: bytes) -> None:
        """Give an answer out once all of it is there."""
        self._buffer += data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0 or self._waiting is None:
            return
        head = self._buffer[:head_end].lower()
        at = head.index(b"content-length:") + 15
        end = head_end + 4 + int(head[at : (head + b"\r\n").index(b"\r\n", at)])
        if len(self._buffer) >= end:
            waiting, self._waiting = self._waiting, None
            body, self._buffer = self._buffer[head_end + 4 : end], self._buffer[end:]
            if not waiting.done():
                waiting.set_result((int(head[9:12]), body))

    def connection_lost(self, _: Exception | None) -> None:
        """Tell whoever waits."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionResetError("the service hung up"))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Return status and body of the answer."""
        self._waiting = asyncio.get_running_loop().create_future()
        assert self._out is not None
        self._out.write(request)
        return await self._waiting


class Buyer:
    """What all clients share: where to ask, payments to use, what came of it."""

    def __init__(self, port: int, token: str, clients: int) -> None:
        self.port, self.clients = port, clients
        self._head = (
            f" HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\n"
        )
        self._asked = 0
        self._tried = 0
        self._pairs = sorted(CityIndex(load_city(CITY)).lanes)
        self.payments: list[str] = []
        self.booked: dict[str, str] = {}
        self.refused: Counter[str] = Counter()
        self.midnight_ms = 0
        self.first_day = 0

    def request(self, path: str, body: dict[str, Any], key: str = "") -> bytes:
        """Return a request as it goes over the wire."""
        content = json.dumps(body, separators=(",", ":"))
        named = f"Idempotency-Key: {key}\r\n" if key else ""
        length = f"Content-Length: {len(content)}\r\n\r\n"
        return f"POST {path}{self._head}{named}{length}{content}".encode()

    def _departure(self) -> dict[str, Any]:
        self._tried += 1

        def pick(what: str, count: int) -> int:
            return int(draw(1, what, self._tried) * count)

        origin, destination = self._pairs[pick("pair", len(self._pairs))]
        day = self.first_day + pick("day", DAYS - self.first_day)
        minute = 8 * 60 + pick("minute", 600)
        at_ms = self.midnight_ms + day * MS_PER_DAY + minute * MS_PER_MIN
        return {"origin": origin, "destination": destination, "ready_at_ms": at_ms}

    async def open(self) -> Line:
        """Return a new connection."""
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(Line, "127.0.0.1", self.port)
        return line

    def next_key(self, kind: str) -> str:
        """Return a new Idempotency-Key."""
        self._asked += 1
        return f"bench-{kind}-{self._asked:012d}"

    async def authorise(self, count: int) -> None:
        """Have payments authorised, to be used later."""
        done = 0

        async def work() -> None:
            nonlocal done
            line = await self.open()
            while done < count:
                done += 1
                body = {"amount_tiyn": FARE_TIYN, "currency": "KZT", "method": "tok_ok"}
                status, answer = await line.ask(
                    self.request("/v1/payments", body, self.next_key("pay"))
                )
                told = json.loads(answer)
                if status not in (200, 201) or told["state"] not in ("authorised", "requested"):
                    raise SystemExit(f"no payment: {status} {answer.decode()}")
                self.payments.append(told["payment_id"])

        await asyncio.gather(*(work() for _ in range(self.clients)))

    async def buy(self, line: Line) -> bool:
        """Hold one seat of some departure and confirm it; False if none was to be had."""
        for _ in range(TRIES_MAX):
            body = {"departure": self._departure(), "travellers": [{"mass_kg": 80, "bag_kg": 7}]}
            status, answer = await line.ask(
                self.request("/v1/bookings", body, self.next_key("hold"))
            )
            held = json.loads(answer)
            if status != 201:
                self.refused[str(held.get("code"))] += 1
                continue
            payment_id = self.payments.pop()
            status, answer = await line.ask(
                self.request(
                    f"/v1/bookings/{held['booking_id']}/confirmation", {"payment_id": payment_id}
                )
            )
            told = json.loads(answer)
            if status == 200 and told["status"] == "confirmed":
                self.booked[held["booking_id"]] = payment_id
                return True
            self.refused[str(told.get("code"))] += 1
        return False

    async def buy_as_fast_as_answered(self, seconds: float, left: int) -> dict[str, float]:
        """Let each client buy one seat after another until so many payments are left."""
        waits_ms: list[float] = []
        start = time.perf_counter()

        async def work() -> None:
            line = await self.open()
            while time.perf_counter() - start < seconds and len(self.payments) > left:
                begun = time.perf_counter()
                if await self.buy(line):
                    waits_ms.append((time.perf_counter() - begun) * 1000.0)

        await asyncio.gather(*(work() for _ in range(self.clients)))
        took_s = time.perf_counter() - start
        return {"bookings_per_s": len(waits_ms) / took_s, "took_s": took_s, **spread(waits_ms)}

    async def buy_at_a_rate(self, per_s: float, seconds: float) -> dict[str, float]:
        """Begin a purchase at even times, however long others take; waits count from then."""
        waits_ms: list[float] = []
        free: asyncio.Queue[Line] = asyncio.Queue()
        for _ in range(4 * self.clients):
            free.put_nowait(await self.open())
        start = time.perf_counter()

        async def work(due: float) -> None:
            line = await free.get()
            if await self.buy(line):
                waits_ms.append((time.perf_counter() - due) * 1000.0)
            free.put_nowait(line)

        tasks = []
        for number in range(int(per_s * seconds)):
            due = start + number / per_s
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.ensure_future(work(due)))
        await asyncio.gather(*tasks)
        took_s = time.perf_counter() - start
        return {"bookings_per_s": len(waits_ms) / took_s, "took_s": took_s, **spread(waits_ms)}


def spread(waits_ms: list[float]) -> dict[str, float]:
    """Return what is to be told of waits."""
    if not waits_ms:
        return {}
    ordered = sorted(waits_ms)
    return {
        "p50_ms": ordered[len(ordered) // 2],
        "p99_ms": ordered[int(0.99 * (len(ordered) - 1))],
        "max_ms": ordered[-1],
    }


def start(command: list[str], heard: Path) -> tuple["subprocess.Popen[str]", str]:
    """Start a process of ours; return it with the address it prints."""
    command = [sys.executable, "-m", "aspan.faces.cli.main", *command]
    with heard.open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    if not address:
        raise SystemExit(heard.read_text())
    return process, address


def fetch_token(port: int) -> str:
    """Return a token of the sandbox partner."""
    from urllib.request import urlopen

    form = b"grant_type=client_credentials&client_id=sandbox&client_secret=sandbox-secret"
    with urlopen(f"http://127.0.0.1:{port}/v1/oauth/token", form, timeout=START_S_MAX) as answer:
        return str(json.load(answer)["access_token"])


def judge(store: Path, buyer: Buyer) -> dict[str, Any]:
    """Return what the store says after the kill; it must hold all that was acknowledged."""
    head = verify(store)
    log = SqliteLog(store)
    city = load_city(CITY)
    seats_of: Counter[str] = Counter()
    where: dict[str, tuple[str, int]] = {}
    confirmed: dict[str, str] = {}
    busy_ms = 0
    for _, event in log.read():
        match event:
            case BookingHeld():
                where[event.booking_id] = (event.sortie_id, event.party)
            case BookingConfirmed():
                sortie_id, party = event.sortie_id, event.party
                seats_of[sortie_id] += party
                where[event.booking_id] = (sortie_id, party)
                confirmed[event.booking_id] = event.payment_id
            case BookingRebooked():
                before, party = where[event.booking_id]
                seats_of[before] -= party
                seats_of[event.sortie_id] += party
                where[event.booking_id] = (event.sortie_id, party)
            case BookingCancelled():
                before, party = where[event.booking_id]
                seats_of[before] -= party
            case SortieSlotted():
                busy_ms = max(busy_ms, event.busy_until_ms - event.off_block_at_ms)
    log.close()
    lost = [b for b, p in buyer.booked.items() if confirmed.get(b) != p]
    taken = [p for p in confirmed.values() if p]
    tariff = city.rules.tariff
    at_once = 0 if tariff is None else int(tariff.fleet_share_ahead * len(city.airframes))
    turns = int(10 * MS_PER_H / (busy_ms + city.rules.service.process_ms)) if busy_ms else 0
    return {
        "events": head.events,
        "acknowledged": len(buyer.booked),
        "lost": len(lost),
        "oversold_sorties": sum(n > city.aircraft_type.seats for n in seats_of.values()),
        "payments_used_twice": len(taken) - len(set(taken)),
        "seats_on_sale_at_least": DAYS * at_once * turns * city.aircraft_type.seats,
    }


def measure(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Run it all."""
    store = folder / "bench.sqlite"
    serve = ["serve", CITY, "--date", DATE, "--start", "08:00", "--store", str(store)]
    service, address = start(
        [*serve, "--port", "0", "--payments", "sandbox"], folder / "service.txt"
    )
    try:
        port = int(address.rstrip("/").rpartition(":")[2])
        buyer = Buyer(port, fetch_token(port), options.clients)
        return asyncio.run(_buy(options, buyer, service.pid)) | _end(service, store, buyer)
    finally:
        service.kill()
        service.wait()


def processor_s(pid: int) -> float:
    """Return the processor time a process has taken so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _buy(options: argparse.Namespace, buyer: Buyer, service_pid: int) -> dict[str, Any]:
    from datetime import date

    from aspan.primitives.instants import local_midnight_ms

    city = load_city(CITY)
    buyer.midnight_ms = local_midnight_ms(date.fromisoformat(DATE), city.time_zone)
    buyer.first_day = 1
    left = int(options.rate * options.rate_seconds) + options.clients
    needed = left + options.most
    before = time.perf_counter()
    await buyer.authorise(needed)
    authorised_s = time.perf_counter() - before
    line = await buyer.open()
    for _ in range(3 * DAYS):  # the tables of every date are worked out once
        await buyer.buy(line)
    result: dict[str, Any] = {"payments_per_s": needed / authorised_s}
    before, own = processor_s(service_pid), time.process_time()
    fast = await buyer.buy_as_fast_as_answered(options.seconds, left)
    bought = max(1.0, fast["bookings_per_s"] * fast["took_s"])
    fast["service_processor_ms"] = (processor_s(service_pid) - before) * 1000.0 / bought
    fast["client_processor_ms"] = (time.process_time() - own) * 1000.0 / bought
    result["fast"] = fast
    result["steady"] = await buyer.buy_at_a_rate(options.rate, options.rate_seconds)
    return result | {"refused": dict(buyer.refused)}


def _end(service: "subprocess.Popen[str]", store: Path, buyer: Buyer) -> dict[str, Any]:
    service.send_signal(signal.SIGKILL)
    service.wait()
    return {"after_kill": judge(store, buyer)}


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--rate", type=float, default=200.0)
    parser.add_argument("--rate-seconds", type=float, default=30.0)
    parser.add_argument("--most", type=int, default=60_000, help="payments for the fast part")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(options, Path(folder))))


if __name__ == "__main__":
    main()
