"""What `aspan serve` has to do with payments: the provider, the worker, a sandbox beside it."""

import sys
from collections.abc import Callable
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, Annotated, Final

import typer

from aspan.faces.cli.serve_sandbox import SandboxChild
from aspan.primitives.errors import InvalidInput

if TYPE_CHECKING:
    from aspan.compose.service import TwinService
    from aspan.faces.http.payment_webhook_routes import PaymentWebhooks
    from aspan.live.payment_http import HttpPaymentProvider
    from aspan.live.payment_worker import PaymentWorker

PaymentsAt = Annotated[
    str,
    typer.Option(
        "--payments",
        metavar="URL|sandbox|none",
        help="Who moves money: a provider, one to try things with beside the service, nobody.",
    ),
]

SANDBOX: Final = "sandbox"
NONE: Final = "none"


class ServicePayments:
    """A service's end of the line to its provider; a sandbox's process too, if that is asked for.

    Begun early, since a sandbox takes a moment to start, and attached to the service later.

    Parameters
    ----------
    listener
        Where the service will listen; the sandbox tells its webhooks there, and takes the port
        above if it is free.

    Attributes
    ----------
    worker, webhooks
        None until attached, and where nobody moves money.
    """

    def __init__(self, asked: str, store: Path, listener: socket) -> None:
        if asked not in (NONE, SANDBOX) and not asked.startswith(("http://", "https://")):
            raise InvalidInput("--payments", asked, "none, sandbox, or an http address")
        self.worker: PaymentWorker | None = None
        self.webhooks: PaymentWebhooks | None = None
        self._provider: HttpPaymentProvider | None = None
        self._asked = asked
        self._books = store.with_name(f"{store.name}.payments")
        self._secret = ""
        self._child: SandboxChild | None = None
        if asked != NONE:
            from aspan.live.payment_wire import open_secret

            secret_path = store.with_name(f"{store.name}.payments.secret")
            self._secret = open_secret(secret_path)
            if asked == SANDBOX:
                self._child = self._start_sandbox(secret_path, listener.getsockname()[1])

    def __enter__(self) -> "ServicePayments":
        """Return it."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the worker and the sandbox."""
        self.close()

    @property
    def sandbox_pid(self) -> int | None:
        """Process of the sandbox now; None if there is none."""
        return None if self._child is None else self._child.pid

    def _start_sandbox(self, secret_path: Path, service_port: int) -> SandboxChild:
        command = [sys.executable, "-m", "aspan.faces.cli.main", "payments", "sandbox"]
        command += ["--json", "--with-parent"]
        command += ["--store", str(self._books), "--secret-file", str(secret_path)]
        command += ["--webhook", f"http://127.0.0.1:{service_port}/v1/payments/webhook"]
        return SandboxChild(command, _find_port(service_port + 1))

    def attach(self, twin: "TwinService", tell: Callable[[str], None]) -> None:
        """Make the worker over a service that is open but not begun; none if nobody moves money."""
        if self._asked == NONE:
            return
        from aspan.compose.service import AlertLine
        from aspan.faces.http.payment_webhook_routes import PaymentWebhooks
        from aspan.live.payment_http import HttpPaymentProvider
        from aspan.live.payment_queue import TASKS_MAX
        from aspan.live.payment_wire import WebhookCheck, derive_keys
        from aspan.live.payment_worker import PaymentWorker
        from aspan.operations.payments import list_payment_tasks

        address = self._asked
        if self._child is not None:
            address = self._child.find_address()
            self._child.watch(tell)
            tell(f"payments: a sandbox at {address}, no money moves; its books: {self._books}")
        keys = derive_keys(self._secret)
        service, state = twin.service, twin.run.engine.state
        self._provider = HttpPaymentProvider(address, keys.request_key)
        self.worker = PaymentWorker(
            self._provider,
            list_tasks=lambda: service.find_answer(
                lambda: list_payment_tasks(state, TASKS_MAX + 1)
            ),
            report=service.submit,
            notices=AlertLine(tell),
        )
        self.webhooks = PaymentWebhooks(WebhookCheck(keys.webhook_secret), self.worker.nudge)

    def start(self) -> None:
        """Begin to do what is owed; the service is running."""
        if self.worker is not None:
            self.worker.start()

    def stop(self) -> None:
        """Begin nothing more; what is under way is asked for again at the next start."""
        if self.worker is not None:
            self.worker.stop()
        if self._provider is not None:
            self._provider.close()

    def close(self) -> None:
        """End the sandbox."""
        self.stop()
        if self._child is not None:
            self._child.close()


def _find_port(wanted: int) -> int:
    """Return a port if it is free; else 0, for any."""
    if wanted > 65_535:
        return 0
    with socket() as trial:
        try:
            trial.bind(("127.0.0.1", wanted))
        except OSError:
            return 0
    return wanted
