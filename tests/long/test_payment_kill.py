"""The service killed five times while its provider misbehaves: their books and ours agree."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from aspan.compose.service import Asked, open_service
from aspan.operations.lifecycles import PaymentState
from aspan.primitives.dice import draw
from aspan.primitives.units import MS_PER_H, MS_PER_MIN
from contract.providers import Sandbox

pytestmark = pytest.mark.long

SEED = 7
KILLS = 5
ORDERS_A_LIFE = 14
SETTLED_S_MAX = 240.0
ASKED = Asked(city="tiny", start_ms=9 * MS_PER_H, demand=0.01)


class Life:
    """One life of the service, from its start on the store to its end."""

    def __init__(self, store: Path, port: int, provider: str) -> None:
        command = [sys.executable, "-m", "aspan.faces.cli.main", "serve", "tiny"]
        command += ["--start", "09:00", "--demand", "0.01", "--speed", "60", "--port", str(port)]
        command += ["--store", str(store), "--payments", provider]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        address = self.process.stdout.readline().strip()
        self.http = httpx.Client(base_url=address, timeout=30.0, trust_env=False)
        form = {"grant_type": "client_credentials", "client_id": "sandbox"}
        form["client_secret"] = "sandbox-secret"
        token = self.http.post("/v1/oauth/token", data=form).json()["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def post(self, path: str, body: object, key: str) -> dict[str, Any]:
        """Return the answer to a request; `KeyError` later if it was refused."""
        headers = {"Idempotency-Key": key.rjust(16, "0")}
        return dict(self.http.post(path, json=body, headers=headers).json())

    def cancel(self, booking_id: str) -> None:
        """Give a booking back."""
        self.post(f"/v1/bookings/{booking_id}/cancellation", {}, f"cancel-{booking_id}")

    def buy(self, number: int) -> str:
        """Hold, pay, confirm, and of every third give back at once; of every fourth only pay.

        Returns the booking that stands; empty if none does.
        """
        name = f"order-{number:04d}"
        ready_ms = self.http.get("/api/state").json()["clock"]["at_ms"] + 90 * MS_PER_MIN
        departure = {"origin": "WEST", "destination": "EAST"}
        wish = {
            "departure": {**departure, "ready_at_ms": ready_ms + number * 60_000},
            "travellers": [{"kind": "adult", "mass_kg": 80.0, "bag_kg": 5.0}],
        }
        held = self.post("/v1/bookings", wish, f"{name}-hold")
        amount_tiyn = held["fare"]["total_tiyn"]
        paid = self.post("/v1/payments", {"amount_tiyn": amount_tiyn, "method": "tok_ok"}, name)
        if number % 4 == 3:
            return ""
        path = f"/v1/bookings/{held['booking_id']}"
        self.post(f"{path}/confirmation", {"payment_id": paid["payment_id"]}, f"{name}-confirm")
        if number % 3 == 2:
            self.cancel(held["booking_id"])
            return ""
        return str(held["booking_id"])

    def end(self, number: int) -> None:
        """End it with a signal."""
        self.http.close()
        os.kill(self.process.pid, number)
        self.process.communicate(timeout=60)


@pytest.fixture
def port() -> int:
    """Return a port that is free."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture
def sandbox(tmp_path: Path, port: int) -> Iterator[Sandbox]:
    """Return a provider that is slow, fails, lies, loses, doubles and declines."""
    secret = tmp_path / "a.sqlite.payments.secret"
    options = ["--secret-file", str(secret), "--seed", str(SEED)]
    options += ["--webhook", f"http://127.0.0.1:{port}/v1/payments/webhook"]
    for name in ("slow", "fail", "lie", "double", "lost"):
        options += [f"--{name}-share", "0.15"]
    options += ["--decline-share", "0.1", "--slow-ms", "600"]
    sandbox = Sandbox(tmp_path / "books.sqlite", *options)
    yield sandbox
    sandbox.end()


def _read_provider(sandbox: Sandbox) -> dict[str, dict[str, int]]:
    """Return what the provider did with each payment [tiyn]."""
    done: dict[str, dict[str, int]] = {}
    for each in sandbox.read_books()["operations"]:
        sums = done.setdefault(each["reference"], {})
        if each["state"] == "done":
            sums[each["kind"]] = sums.get(each["kind"], 0) + each["amount_tiyn"]
    return done


def _read_service(store: Path) -> tuple[dict[str, dict[str, int]], int]:
    """Return what the service's state says was done with each payment, and what is still owed."""
    twin = open_service(ASKED, store)
    state = twin.run.engine.state
    done: dict[str, dict[str, int]] = {}
    for payment_id, payment in state.payments.items():
        sums = done[payment_id] = {}
        if payment.state not in (PaymentState.REQUESTED, PaymentState.DECLINED):
            sums["authorise"] = payment.amount_tiyn
        if payment.state is PaymentState.VOIDED:
            sums["void"] = payment.amount_tiyn
        if payment.captured_tiyn:
            sums["capture"] = payment.captured_tiyn
        if payment.refunded_tiyn:
            sums["refund"] = payment.refunded_tiyn
    owed = len(state.payment_tasks)
    twin.log.close()
    return done, owed


def _await_settled(life: Life, sandbox: Sandbox) -> None:
    """Wait until every authorisation of the provider was captured or let go of."""
    until_s = time.monotonic() + SETTLED_S_MAX
    while time.monotonic() < until_s:
        done = _read_provider(sandbox).values()
        if all("capture" in sums or "void" in sums for sums in done if "authorise" in sums):
            time.sleep(10.0)  # refunds of what was captured follow
            return
        time.sleep(1.0)


def test_five_kills_and_a_provider_that_lies(tmp_path: Path, sandbox: Sandbox, port: int) -> None:
    """After five kills every payment was done as often, and for as much, as the state says."""
    store = tmp_path / "a.sqlite"
    standing: list[str] = []
    for number in range(KILLS):
        life = Life(store, port, sandbox.address)
        last = 2 + int(draw(SEED, "kill", number) * (ORDERS_A_LIFE - 2))
        for order in range(number * ORDERS_A_LIFE, number * ORDERS_A_LIFE + last):
            with suppress(KeyError, httpx.HTTPError):
                booking_id = life.buy(order)
                standing += [booking_id] if booking_id else []
        life.end(signal.SIGKILL)
    life = Life(store, port, sandbox.address)
    _await_settled(life, sandbox)
    for booking_id in standing[-6:]:  # captured, and not flown yet: refunds are owed
        life.cancel(booking_id)
    _await_settled(life, sandbox)
    life.end(signal.SIGINT)
    ours, owed = _read_service(store)
    theirs = _read_provider(sandbox)
    assert {name: sums for name, sums in theirs.items() if sums} == {
        name: sums for name, sums in ours.items() if sums
    }
    assert owed == 0
    kinds = {kind for sums in ours.values() for kind in sums}
    assert kinds == {"authorise", "capture", "void", "refund"}
    assert len(ours) >= 2 * KILLS
