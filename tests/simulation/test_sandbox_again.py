"""The sandbox beside a service dies and is begun again, on its books and its port."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

from aspan.compose.service import Asked, open_service
from aspan.faces.cli.serve_payments import ServicePayments
from aspan.faces.cli.serve_sandbox import TRIES_MAX, SandboxChild
from aspan.faces.http.server import bind
from aspan.live.service import Service
from aspan.operations.lifecycles import PaymentState
from aspan.operations.sales import RequestPayment
from aspan.primitives.ids import PaymentId
from aspan.primitives.units import MS_PER_H

WAIT_S = 120.0


def await_that(service: Service, holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds in the service's state; other processes have it in hand."""
    until_s = time.monotonic() + WAIT_S
    pause = Event()
    while not service.find_answer(holds):
        pause.wait(0.02)
        assert time.monotonic() < until_s, f"never came: {what}"


def test_a_payment_comes_through_after_the_sandbox_was_killed(tmp_path: Path) -> None:
    """Killed in the middle, it is there again at the same address and knows what it did before."""
    store, told = tmp_path / "a.sqlite", list[str]()
    with bind("127.0.0.1", 0) as listener, ServicePayments("sandbox", store, listener) as payments:
        twin = open_service(Asked(city="tiny", start_ms=9 * MS_PER_H, demand=0.01), store)
        payments.attach(twin, told.append)
        twin.service.start()
        payments.start()
        state = twin.run.engine.state

        def pay(name: str) -> None:
            payment = RequestPayment(
                payment_id=PaymentId(name), seller="aspan", amount_tiyn=500, method="tok_ok"
            )
            twin.service.submit(f"book/{name}", payment)

        def is_authorised(name: str) -> bool:
            return state.payments[PaymentId(name)].state is PaymentState.AUTHORISED

        try:
            pay("PBEFORE")
            await_that(twin.service, lambda: is_authorised("PBEFORE"), "a payment")
            assert payments.sandbox_pid is not None
            os.kill(payments.sandbox_pid, signal.SIGKILL)
            pay("PAFTER")
            await_that(twin.service, lambda: is_authorised("PAFTER"), "a payment after the kill")
        finally:
            payments.stop()
            twin.service.stop(WAIT_S)
            twin.log.close()
    assert [line for line in told if "the sandbox ended (-9); begun again in" in line]


def test_a_sandbox_that_always_dies_is_given_up(tmp_path: Path) -> None:
    """It is begun again a few times with growing pauses, each told, and then no more."""
    line = '{"address": "http://127.0.0.1:9"}'
    count = tmp_path / "count"
    script = f"open({str(count)!r}, 'a').write('x'); print({line!r}, flush=True)"
    told: list[str] = []
    is_over = Event()

    def hear(line: str) -> None:
        told.append(line)
        if "not begun again" in line:
            is_over.set()

    child = SandboxChild([sys.executable, "-c", script], 0, pause_s=0.01)
    try:
        assert child.find_address() == "http://127.0.0.1:9"
        child.watch(hear)
        assert is_over.wait(WAIT_S)
    finally:
        child.close()
    assert told[-1] == "payments: the sandbox is not begun again; payments wait"
    assert len(told) == TRIES_MAX + 1
    assert count.read_text() == "x" * (TRIES_MAX + 1)
