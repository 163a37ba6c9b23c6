"""The fight for the last seats: clients, a provider that misbehaves, and a service that is killed.

Everybody asks over HTTP, from other processes than the service and the provider, and asks again
under the same key when no answer came. Afterwards the log, the provider's books, the ledger and the
auditor are asked whether a seat was sold twice, a booking lost, or a tiyn unaccounted for.
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import msgspec

from aspan.faces.cli.main import execute
from aspan.live.sqlite_log import SqliteLog, verify
from aspan.operations import events as ev
from aspan.operations import sales_events as sale
from aspan.operations.city_index import CityIndex
from aspan.operations.lifecycles import BookingStatus, PaymentState
from aspan.operations.payments import list_payment_tasks
from aspan.operations.replay import fold_log
from aspan.operations.state import State
from aspan.primitives.dice import draw
from aspan.primitives.ids import BookingId
from aspan.primitives.instants import local_midnight_ms, parse_date
from aspan.primitives.units import MS_PER_DAY, MS_PER_MIN
from aspan.world.readers import load_city
from property.sales_books import Books

DATE = "2025-04-15"
WAIT_S = 120.0
MISCHIEF = {
    "slow_ms": 300,
    "slow_share": 0.2,
    "lie_share": 0.1,
    "double_share": 0.2,
    "lost_share": 0.1,
    "fail_share": 0.1,
    "decline_share": 0.1,
}
"""What the provider does to whoever asks it, and how often."""

QUIET_S = 4.0
"""Wall time in which the provider's books must not change before all is taken for done."""


class Fight(msgspec.Struct, frozen=True, kw_only=True):
    """What decides a fight.

    Parameters
    ----------
    wishes
        How often each client tries to buy.
    kills
        Spread evenly over all wishes.
    speed
        Of the service's clock: holds run out after 120 s of it.
    """

    city: str = "tiny"
    clients: int = 8
    sorties: int = 10
    wishes: int = 6
    kills: int = 1
    speed: float = 20.0
    seed: int = 1


class Told(msgspec.Struct):
    """What the clients were told, and so must be true."""

    confirmed: dict[str, str] = {}
    cancelled: dict[str, int] = {}
    codes: Counter[str] = msgspec.field(default_factory=Counter)
    wishes: int = 0
    repeats: int = 0
    again: int = 0


def find_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class House:
    """The service and the provider, each a process of its own."""

    def __init__(self, fight: Fight, folder: Path) -> None:
        self.fight, self.folder = fight, folder
        self.store = folder / "fight.sqlite"
        self.port, self.bank_port = find_port(), find_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.bank_url = f"http://127.0.0.1:{self.bank_port}"
        secret = f"{self.store}.payments.secret"
        self._serve = ["serve", fight.city, "--date", DATE, "--start", "08:00", "--demand", "0"]
        self._serve += ["--store", str(self.store), "--port", str(self.port)]
        self._serve += ["--speed", str(fight.speed), "--payments", self.bank_url]
        bank = ["payments", "sandbox", "--port", str(self.bank_port), "--secret-file", secret]
        bank += ["--store", str(folder / "bank.sqlite"), "--seed", str(fight.seed)]
        bank += ["--webhook", f"{self.url}/v1/payments/webhook"]
        self.bank = self._start(bank)
        self.service = self._start(self._serve)

    def _start(self, words: list[str]) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "aspan.faces.cli.main", *words]
        with (self.folder / "heard.txt").open("a") as heard:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=heard, text=True)
        assert process.stdout is not None
        assert process.stdout.readline(), (self.folder / "heard.txt").read_text()
        return process

    def kill(self) -> None:
        """Kill the service without warning, and start it again."""
        os.kill(self.service.pid, signal.SIGKILL)
        self.service.communicate()
        self.service = self._start(self._serve)

    def end(self) -> None:
        """End the service with everything on disk."""
        self.service.send_signal(signal.SIGINT)
        self.service.communicate(timeout=WAIT_S)

    def close(self) -> None:
        """End what still runs."""
        for process in (self.service, self.bank):
            if process.poll() is None:
                process.kill()
            process.communicate()


class Client:
    """One who wants seats, and does not take silence for an answer."""

    def __init__(self, name: str, house: House, told: Told, http: httpx.AsyncClient) -> None:
        self._name, self._house, self._told, self._http = name, house, told, http
        self._asked = 0

    def _dice(self, what: str) -> float:
        return draw(self._house.fight.seed, self._name, what, self._asked)

    async def ask(self, method: str, path: str, body: Any = None, key: str = "") -> Any:  # noqa: ANN401
        """Return what is answered, however often it must be asked."""
        headers = {"Idempotency-Key": key} if key else {}
        until_s = time.monotonic() + WAIT_S
        while time.monotonic() < until_s:
            with contextlib.suppress(httpx.HTTPError):
                answer = await self._http.request(method, path, json=body, headers=headers)
                if answer.status_code not in (429, 503):
                    return answer.json() | {"http": answer.status_code}
            self._told.again += 1
            await asyncio.sleep(0.1 + 0.2 * self._dice("again"))
        raise AssertionError(f"{self._name}: no answer to {method} {path} in {WAIT_S} s")

    async def ask_as_people_do(self, path: str, body: Any, key: str) -> Any:  # noqa: ANN401
        """Ask, one time in three twice at once, which must be answered alike."""
        if self._dice(f"twice {path[-6:]}") > 0.33:
            return await self.ask("POST", path, body, key)
        two = await asyncio.gather(*(self.ask("POST", path, body, key) for _ in range(2)))
        self._told.repeats += 1
        for name in ("booking_id", "payment_id", "code"):
            assert two[0].get(name) == two[1].get(name), two
        return two[0]

    async def wish(self, departure: dict[str, Any], party: int) -> None:
        """Try to buy seats of a departure: hold, pay, and then what people do."""
        self._asked += 1
        self._told.wishes += 1
        key = f"{self._name}-{self._asked:08d}-{self._house.fight.seed:04d}"
        travellers = [{"mass_kg": 80, "bag_kg": 5}] * party
        body = {"departure": departure, "travellers": travellers}
        held = await self.ask_as_people_do("/v1/bookings", body, key)
        self._told.codes[str(held.get("code", "held"))] += 1
        if "booking_id" not in held:
            return
        booking_id, fate = held["booking_id"], self._dice("fate")
        if fate < 0.12:
            return  # the hold runs out
        if fate < 0.24:
            await self.cancel(booking_id)
            return
        payment_id = await self._pay(held["fare"]["total_tiyn"], key)
        if not payment_id:
            return
        done = await self.ask_as_people_do(
            f"/v1/bookings/{booking_id}/confirmation", {"payment_id": payment_id}, ""
        )
        self._told.codes[str(done.get("code", done.get("status")))] += 1
        if done["http"] != 200:
            return
        self._told.confirmed[booking_id] = payment_id
        if fate > 0.75:
            await self.cancel(booking_id)

    async def cancel(self, booking_id: str) -> None:
        """Give a hold back, or cancel a booking."""
        done = await self.ask("POST", f"/v1/bookings/{booking_id}/cancellation", {})
        self._told.codes[f"cancel {done.get('code', done.get('status'))}"] += 1
        if done["http"] == 200:
            self._told.cancelled[booking_id] = done["refund_tiyn"]

    async def _pay(self, amount_tiyn: int, key: str) -> str:
        body = {"amount_tiyn": amount_tiyn, "currency": "KZT", "method": "tok_ok"}
        paid = await self.ask_as_people_do("/v1/payments", body, key)
        until_s = time.monotonic() + WAIT_S
        while paid.get("state") == "requested" and time.monotonic() < until_s:
            await asyncio.sleep(0.2)
            paid = await self.ask("GET", f"/v1/payments/{paid['payment_id']}")
        self._told.codes[f"payment {paid.get('state', paid.get('code'))}"] += 1
        return str(paid["payment_id"]) if paid.get("state") == "authorised" else ""


def list_departures(fight: Fight) -> list[dict[str, Any]]:
    """Return the departures that are fought for, on the coming days, an hour apart."""
    city = load_city(fight.city)
    pairs = sorted(CityIndex(city).lanes)
    midnight_ms = local_midnight_ms(parse_date(DATE), city.time_zone)
    found = []
    for n in range(fight.sorties):
        origin, destination = pairs[n % len(pairs)]
        turn = n // len(pairs)
        day, hour = 1 + turn // 8, 9 + turn % 8
        at_ms = midnight_ms + day * MS_PER_DAY + hour * 60 * MS_PER_MIN
        found.append({"origin": origin, "destination": destination, "ready_at_ms": at_ms})
    return found


async def _fight(house: House, told: Told) -> None:
    fight = house.fight
    departures = list_departures(fight)
    limits = httpx.Limits(max_connections=2 * fight.clients)
    async with httpx.AsyncClient(base_url=house.url, limits=limits, timeout=20.0) as http:
        form = {"grant_type": "client_credentials", "client_id": "sandbox"}
        form["client_secret"] = "sandbox-secret"
        token = (await http.post("/v1/oauth/token", data=form)).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        await http.put(f"{house.bank_url}/sandbox/mischief", json=MISCHIEF)

        async def client(number: int) -> None:
            one = Client(f"client-{number:04d}", house, told, http)
            for n in range(fight.wishes):
                at = int(draw(fight.seed, "departure", number, n) * len(departures))
                await one.wish(departures[at], 1 + int(2 * draw(fight.seed, "party", number, n)))

        async def kill() -> None:
            every = fight.clients * fight.wishes // (fight.kills + 1)
            for number in range(fight.kills):
                while told.wishes < (number + 1) * every:
                    await asyncio.sleep(0.01)
                await asyncio.to_thread(house.kill)

        await asyncio.gather(kill(), *(client(n) for n in range(fight.clients)))
        honest = dict.fromkeys(MISCHIEF, 0)
        await http.put(f"{house.bank_url}/sandbox/mischief", json=honest)
        pace = {"key": "speed-it-up", "who": "drill", "why": "payments fall due"}
        await http.post(
            "/api/actions", json=pace | {"action": {"action": "set_pace", "speed": 900}}
        )
        await _wait(http, 15 * MS_PER_MIN)
        late = Client("late", house, told, http)
        for booking_id in sorted(told.confirmed.keys() - told.cancelled.keys())[::5]:
            await late.cancel(booking_id)  # what is paid back now was captured before
        await _wait_until_quiet(http, house)


async def _wait(http: httpx.AsyncClient, span_ms: int) -> None:
    """Wait until the service's clock has gone on by so much."""
    first_ms = (await http.get("/api/health")).json()["at_ms"]
    while (await http.get("/api/health")).json()["at_ms"] < first_ms + span_ms:
        await asyncio.sleep(0.2)


async def _wait_until_quiet(http: httpx.AsyncClient, house: House) -> None:
    """Wait until holds have run out, payments fallen due, and the provider has done it all."""
    first_ms = (await http.get("/api/health")).json()["at_ms"]
    until_s = time.monotonic() + WAIT_S
    before, since_s = "", time.monotonic()
    while time.monotonic() < until_s:
        await asyncio.sleep(0.5)
        books = (await http.get(f"{house.bank_url}/sandbox/books")).json()["operations"]
        at_ms = (await http.get("/api/health")).json()["at_ms"]
        if json.dumps(books) != before or at_ms < first_ms + 45 * MS_PER_MIN:
            before, since_s = json.dumps(books), time.monotonic()
        elif time.monotonic() - since_s > QUIET_S:
            return
    raise AssertionError("the provider's books were never at rest")


def fight_and_judge(fight: Fight, folder: Path) -> dict[str, Any]:
    """Fight, and return the figures; an `AssertionError` where a law is broken."""
    house, told = House(fight, folder), Told()
    try:
        asyncio.run(_fight(house, told))
        books = httpx.get(f"{house.bank_url}/sandbox/books").json()["operations"]
        house.end()
    finally:
        house.close()
    verify(house.store)
    index = CityIndex(load_city(fight.city))
    log = SqliteLog(house.store)
    rows = list(log.read())
    log.close()
    sold = judge_log(index, [event for _, event in rows])
    state = fold_log(index, rows)
    judge_told(state, told)
    figures = judge_money(state, books)
    assert execute(["ledger", str(house.store)]) == 0
    assert execute(["log", "export", str(house.store), "--out", str(folder / "run")]) == 0
    assert execute(["audit", str(folder / "run"), "--city", fight.city]) == 0
    return (
        figures
        | sold
        | {
            "acknowledged": len(told.confirmed),
            "cancelled": len(told.cancelled),
            "asked twice at once": told.repeats,
            "asked again": told.again,
            "answers": dict(sorted(told.codes.items())),
        }
    )


def judge_log(index: CityIndex, events: list[ev.Event]) -> dict[str, int]:
    """Return how much was held and sold; no seat twice, no kilogram too much, event by event."""
    kind = index.city.aircraft_type
    books = Books(kind.seats, kind.payload_kg_max)
    for event in events:
        books.apply(event)
    held = [e for e in events if isinstance(e, sale.BookingHeld)]
    return {
        "events": len(events),
        "holds": len(held),
        "sorties": len({e.sortie_id for e in held}),
        "expired": sum(isinstance(e, sale.HoldExpired) for e in events),
    }


def judge_told(state: State, told: Told) -> None:
    """See that everything acknowledged is so."""
    for booking_id, payment_id in told.confirmed.items():
        booking = state.bookings[BookingId(booking_id)]
        assert booking.payment_id == payment_id, f"{booking_id} was acknowledged and is lost"
        assert booking.status not in (BookingStatus.HELD, BookingStatus.EXPIRED), booking
    for booking_id in told.cancelled:
        status = state.bookings[BookingId(booking_id)].status
        assert status is BookingStatus.CANCELLED, f"{booking_id} was cancelled and is {status}"


def judge_money(state: State, operations: list[dict[str, Any]]) -> dict[str, int]:
    """See that the provider's books say what ours do, payment by payment, to the tiyn."""
    tasks = list_payment_tasks(state)
    assert not tasks, f"{len(tasks)} payments are not at rest: {tasks[:3]}"
    theirs: dict[str, Counter[str]] = {}
    for line in operations:
        if line["state"] == "done":
            moves = theirs.setdefault(line["reference"], Counter())
            moves[line["kind"]] += line["amount_tiyn"]
    kept_tiyn = 0
    for payment in state.payments.values():
        moves = theirs.pop(payment.payment_id, Counter())
        assert moves["capture"] == payment.captured_tiyn, payment
        assert moves["refund"] == payment.refunded_tiyn, payment
        assert bool(moves["void"]) == (payment.state is PaymentState.VOIDED), (payment, moves)
        booking = state.bookings.get(payment.booking_id)
        if payment.state is PaymentState.CAPTURED:
            assert booking is not None
            assert payment.captured_tiyn - payment.refunded_tiyn == payment.kept_tiyn
        kept_tiyn += payment.captured_tiyn - payment.refunded_tiyn
    assert not any(moves["capture"] for moves in theirs.values()), theirs
    return {
        "payments": len(state.payments),
        "captured": sum(p.captured_tiyn > 0 for p in state.payments.values()),
        "refunded": sum(p.refunded_tiyn > 0 for p in state.payments.values()),
        "voided": sum(p.state is PaymentState.VOIDED for p in state.payments.values()),
        "kept_tiyn": kept_tiyn,
    }
