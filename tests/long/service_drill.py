"""The whole service killed while it sells, boards and pays: one process with its sandbox and gates.

Everybody asks over HTTP and asks again under the same key when no answer came. The kills come while
a request is under way: in the selling, the boarding and the paying. What was acknowledged before a
kill must be so after it, at the gates too.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import msgspec

from aspan.faces.cli.main import execute
from aspan.faces.http.partners import hash_secret
from aspan.live.sqlite_log import SqliteLog, verify
from aspan.operations.city_index import CityIndex
from aspan.operations.lifecycles import BookingStatus
from aspan.operations.replay import fold_log
from aspan.operations.state import State
from aspan.primitives.dice import draw
from aspan.primitives.ids import BookingId
from aspan.primitives.units import MS_PER_MIN
from aspan.world.readers import load_city
from gate_device import GateDevice
from long.last_seats import find_port, judge_log, judge_money

WAIT_S = 180.0
CODE = "DRILLCODE1"
SECRET = "the secret of a drill"
ORIGIN, DESTINATION = "WEST", "EAST"
PARTNERS = f"""
[[partner]]
id = "superapp"
name = "Super App"
secrets = ["{hash_secret(SECRET)}"]
scopes = ["offers", "bookings", "payments", "people"]
rate_per_s = 1000
"""
SEATS = 4
AHEAD_MS = 35 * MS_PER_MIN
"""A departure is sold so long before; its tickets hold already, and nobody is at its desk yet."""

KILL_S_MAX = 0.03
"""Wall time into a request, at most, at which it meets the kill."""


class Drill(msgspec.Struct, frozen=True, kw_only=True):
    """What decides a drill: departures sold, boarded and paid, and the dice of its kills."""

    rounds: int = 1
    seed: int = 1


class Told(msgspec.Struct):
    """What was acknowledged, and so must be true."""

    payments: dict[str, str] = {}
    boarded: list[str] = []
    cancelled: list[str] = []
    kills: int = 0
    again: int = 0


class Process:
    """The service as `aspan serve` starts it, its sandbox beside it, and whoever asks it."""

    def __init__(self, folder: Path, drill: Drill) -> None:
        self.told, self.folder, self._drill = Told(), folder, drill
        self.store, self._heard = folder / "drill.sqlite", folder / "heard.txt"
        port = find_port()
        (folder / "code.txt").write_text(CODE)
        (folder / "partners.toml").write_text(PARTNERS)
        self._command = [sys.executable, "-m", "aspan.faces.cli.main", "serve", "tiny", "--twin"]
        self._command += ["--start", "09:00", "--demand", "0.01", "--store", str(self.store)]
        self._command += ["--port", str(port), "--payments", "sandbox"]
        self._command += ["--gate-code-file", str(folder / "code.txt")]
        self._command += ["--partners", str(folder / "partners.toml")]
        self._http = httpx.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=20.0, trust_env=False
        )
        self._until_kill = 0
        self._start()
        form = {"grant_type": "client_credentials", "client_id": "superapp"}
        answer = self._http.post("/v1/oauth/token", data=form | {"client_secret": SECRET})
        self._partner = f"Bearer {answer.json()['access_token']}"

    def _start(self) -> None:
        with self._heard.open("w") as heard:
            self.service = subprocess.Popen(
                self._command, stdout=subprocess.PIPE, stderr=heard, text=True
            )
        assert self.service.stdout is not None
        assert self.service.stdout.readline(), self._heard.read_text()
        said = self._heard.read_text().split("a sandbox at ")[1]
        self.bank_url = said.split(",")[0]

    def kill(self, after_s: float = 0.0) -> None:
        """Kill the service without warning, its sandbox with it, and begin it anew."""
        time.sleep(after_s)
        self.told.kills += 1
        os.kill(self.service.pid, signal.SIGKILL)
        self.service.communicate()
        self._start()

    def kill_within(self, requests: int) -> None:
        """Kill it while one of so many requests that come now is under way."""
        dice = draw(self._drill.seed, "request", self.told.kills)
        self._until_kill = 1 + int(dice * requests)

    def ask(
        self, method: str, path: str, body: object = None, *, key: str = "", who: str = ""
    ) -> Any:  # noqa: ANN401
        """Return what is answered, however often it must be asked; a dictionary with `http`."""
        self._until_kill -= 1
        after_s = KILL_S_MAX * draw(self._drill.seed, "moment", self.told.kills)
        killer = threading.Thread(target=self.kill, args=(after_s,))
        is_killed = self._until_kill == 0
        if is_killed:
            killer.start()
        headers = {"Authorization": who or self._partner, "Idempotency-Key": key}
        until_s = time.monotonic() + WAIT_S
        while time.monotonic() < until_s:
            try:
                answer = self._http.request(method, path, json=body, headers=headers)
                if answer.status_code not in (429, 503):
                    break
            except httpx.HTTPError:
                pass
            self.told.again += 1
            time.sleep(0.1)
        else:
            raise AssertionError(f"no answer to {method} {path} in {WAIT_S} s")
        if is_killed:
            killer.join()
        return answer.json() | {"http": answer.status_code}

    def ask_as_gate(self, method: str, path: str, body: object) -> Any:  # noqa: ANN401
        """Return what a gate is answered, which must be good."""
        answer = self.ask(method, path, body, who=f"Bearer g1.{CODE}")
        assert answer["http"] == 200, answer
        return answer

    def now_ms(self) -> int:
        """Return the service's clock."""
        return int(self.ask("GET", "/api/health")["at_ms"])

    def pass_until(self, holds: Any, what: str) -> None:  # noqa: ANN401
        """Let the clock run fast until something holds; then at the wall's pace again."""
        self._pace(120)
        until_s = time.monotonic() + WAIT_S
        while not holds():
            assert time.monotonic() < until_s, f"never came: {what}"
            time.sleep(0.05)
        self._pace(1)

    def _pace(self, speed: int) -> None:
        order = {"key": f"pace-{time.monotonic_ns()}", "who": "drill", "why": "time passes"}
        action = {"action": "set_pace", "speed": speed}
        assert self.ask("POST", "/api/actions", order | {"action": action})["http"] == 200

    def read_books(self) -> list[dict[str, Any]]:
        """Return the sandbox's own books."""
        answer = httpx.get(f"{self.bank_url}/sandbox/books", trust_env=False)
        return list(answer.json()["operations"])

    def end(self) -> None:
        """End it in order."""
        self.service.send_signal(signal.SIGINT)
        self.service.communicate(timeout=WAIT_S)
        assert self.service.returncode == 0, self._heard.read_text()

    def close(self) -> None:
        """End what still runs."""
        self._http.close()
        if self.service.poll() is None:
            self.service.kill()
        self.service.communicate()


class Round:
    """One departure: sold, its tickets taken at two gates, boarded, paid for."""

    def __init__(self, process: Process, number: int, gates: tuple[GateDevice, GateDevice]) -> None:
        self._process, self._number, self._gates = process, number, gates
        self._ready_ms = process.now_ms() + AHEAD_MS

    def buy(self, who: int) -> str:
        """Hold, pay and confirm a seat; return the booking that was acknowledged."""
        process, key = self._process, f"drill-{self._number:06d}-{who:06d}"
        departure = {"origin": ORIGIN, "destination": DESTINATION, "ready_at_ms": self._ready_ms}
        wish = {
            "departure": departure,
            "travellers": [{"mass_kg": 80, "bag_kg": 5}],
            "contact": {"name": f"Passenger {who}", "lang": "kk"},
        }
        held = process.ask("POST", "/v1/bookings", wish, key=key)
        assert held["http"] in (200, 201), held
        order = {"amount_tiyn": held["fare"]["total_tiyn"], "method": "tok_ok"}
        paid = process.ask("POST", "/v1/payments", order, key=key)
        until_s = time.monotonic() + WAIT_S
        while paid["state"] == "requested" and time.monotonic() < until_s:
            paid = process.ask("GET", f"/v1/payments/{paid['payment_id']}")
        booking_id, payment_id = str(held["booking_id"]), str(paid["payment_id"])
        path = f"/v1/bookings/{booking_id}/confirmation"
        done = process.ask("POST", path, {"payment_id": payment_id})
        assert (done["http"], done["status"]) == (200, "confirmed"), done
        process.told.payments[booking_id] = payment_id
        return booking_id

    def play(self) -> None:
        """Sell, board and pay for one departure, with kills in between."""
        process, (gate_a, gate_b) = self._process, self._gates
        process.kill_within(3 * SEATS)
        bookings = [self.buy(who) for who in range(SEATS)]
        self._give_back(bookings.pop(), after_capture=False)
        tickets = [process.ask("GET", f"/v1/bookings/{one}/ticket") for one in bookings]
        self._take(tickets)
        sortie_id = tickets[0]["sortie_id"]
        assert {one["sortie_id"] for one in tickets} == {sortie_id}
        process.pass_until(lambda: self._is_boarding(sortie_id), "boarding")
        for booking_id in bookings:
            gate_b.do(action="board", booking_id=booking_id)
        gate_b.meet()
        process.told.boarded += bookings
        process.kill()
        for gate in (gate_a, gate_b):
            gate.meet()
            assert [gate.check(one["text"], sortie_id) for one in tickets] == ["used"] * 3
        for booking_id in bookings:
            status = process.ask("GET", f"/v1/bookings/{booking_id}")["status"]
            assert status in ("boarded", "flown", "settled"), status
        assert not gate_a.conflicts
        assert not gate_b.conflicts

    def _take(self, tickets: list[dict[str, Any]]) -> None:
        """Take tickets at one gate, on line and off; see each refused there and at the other."""
        process, (gate_a, gate_b) = self._process, self._gates
        first, second, third = (one["text"] for one in tickets)
        sortie_id = tickets[0]["sortie_id"]
        for gate in (gate_a, gate_b):
            gate.meet()
        assert gate_a.check(first, sortie_id) == ""
        gate_a.meet()
        assert gate_a.check(second, sortie_id) == ""  # nobody but this gate knows of it
        process.kill()
        assert [gate_a.check(one, sortie_id) for one in (first, second)] == ["used"] * 2
        process.kill_within(8)
        gate_a.meet()
        gate_b.meet()
        for gate in (gate_a, gate_b):
            assert [gate.check(one, sortie_id) for one in (first, second)] == ["used"] * 2
        assert gate_b.check(third, sortie_id) == ""
        gate_b.meet()
        gate_a.meet()
        assert gate_a.check(third, sortie_id) == "used"

    def _is_boarding(self, sortie_id: str) -> bool:
        page = self._process.ask_as_gate("GET", f"/v1/gate/sorties?vertiport_id={ORIGIN}", None)
        return any(one["sortie_id"] == sortie_id and one["is_boarding"] for one in page["sorties"])

    def _give_back(self, booking_id: str, *, after_capture: bool) -> None:
        """Cancel a booking, before it is captured or after."""
        process = self._process
        if after_capture:
            process.pass_until(lambda: self._is_captured(booking_id), "a capture")
            process.kill_within(1)
        done = process.ask("POST", f"/v1/bookings/{booking_id}/cancellation", {})
        assert (done["http"], done["status"]) == (200, "cancelled"), done
        process.told.cancelled.append(booking_id)

    def _is_captured(self, booking_id: str) -> bool:
        payment_id = self._process.told.payments[booking_id]
        return bool(self._process.ask("GET", f"/v1/payments/{payment_id}")["state"] == "captured")

    def refund(self) -> None:
        """Sell a seat of a later departure, and give it back when it was paid for."""
        self._ready_ms += AHEAD_MS
        self._give_back(self.buy(SEATS), after_capture=True)


def play_and_judge(drill: Drill, folder: Path) -> dict[str, Any]:
    """Play the rounds; return the figures, an `AssertionError` where something was lost."""
    process = Process(folder, drill)
    try:
        gates = tuple(GateDevice(name, ORIGIN, process.ask_as_gate) for name in ("a", "b"))
        for number in range(drill.rounds):
            one = Round(process, number, (gates[0], gates[1]))
            one.play()
            one.refund()
        process.pass_until(lambda: _is_at_rest(process), "payments at rest")
        books = process.read_books()
        process.end()
    finally:
        process.close()
    return judge(process.store, process.told, books, folder)


def _is_at_rest(process: Process) -> bool:
    """Say whether the provider has done all with what was confirmed."""
    done = {line["reference"]: set[str]() for line in process.read_books()}
    for line in process.read_books():
        if line["state"] == "done":
            done[line["reference"]].add(line["kind"])
    return all(
        "refund" in done[payment_id] or "void" in done[payment_id]
        if booking_id in process.told.cancelled
        else "capture" in done[payment_id]
        for booking_id, payment_id in process.told.payments.items()
    )


def judge(store: Path, told: Told, books: list[dict[str, Any]], folder: Path) -> dict[str, Any]:
    """See by the log, both books, the ledger and the auditor that nothing was lost."""
    verify(store)
    index = CityIndex(load_city("tiny"))
    log = SqliteLog(store)
    rows = list(log.read())
    log.close()
    figures = judge_log(index, [event for _, event in rows])
    state = fold_log(index, rows)
    judge_bookings(state, told)
    figures |= judge_money(state, books)
    assert execute(["ledger", str(store)]) == 0
    assert execute(["log", "export", str(store), "--out", str(folder / "run")]) == 0
    assert execute(["audit", str(folder / "run"), "--city", "tiny"]) == 0
    return figures | {
        "acknowledged": len(told.payments),
        "boarded": len(told.boarded),
        "kills": told.kills,
        "asked again": told.again,
    }


def judge_bookings(state: State, told: Told) -> None:
    """See that every acknowledged booking, cancellation and boarding is so."""
    carried = (BookingStatus.BOARDED, BookingStatus.FLOWN, BookingStatus.SETTLED)
    for booking_id, payment_id in told.payments.items():
        booking = state.bookings[BookingId(booking_id)]
        assert booking.payment_id == payment_id, f"{booking_id} was acknowledged and is lost"
        is_cancelled = booking.status is BookingStatus.CANCELLED
        assert is_cancelled == (booking_id in told.cancelled), booking
    for booking_id in told.boarded:
        assert state.bookings[BookingId(booking_id)].status in carried, booking_id
