"""A sandbox of its own process, to try providers of payments with."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from aspan.live.payment_http import TIMEOUT_S, HttpPaymentProvider
from aspan.live.payment_wire import PaymentKeys, derive_keys, open_secret


class Sandbox:
    """A running `aspan payments sandbox`."""

    def __init__(self, store: Path, *options: str) -> None:
        command = [sys.executable, "-m", "aspan.faces.cli.main", "payments", "sandbox"]
        command += ["--store", str(store), "--json"]
        if "--port" not in options:
            command += ["--port", "0"]
        self.process = subprocess.Popen(
            [*command, *options], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        said = json.loads(self.process.stdout.readline())
        self.address: str = said["address"]
        self.keys: PaymentKeys = derive_keys(open_secret(Path(said["secret_file"])))

    def open_provider(self, *, timeout_s: float = TIMEOUT_S) -> HttpPaymentProvider:
        """Return our end of the line to it."""
        return HttpPaymentProvider(self.address, self.keys.request_key, timeout_s=timeout_s)

    def misbehave(self, **mischief: float) -> None:
        """Change how it misbehaves."""
        body = json.dumps(mischief).encode()
        with urlopen(Request(f"{self.address}/sandbox/mischief", body, method="PUT")) as answer:
            assert answer.status == 200

    def read_books(self) -> dict[str, Any]:
        """Return its own books."""
        with urlopen(f"{self.address}/sandbox/books") as answer:
            return dict(json.load(answer))

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it with a signal; return its exit status."""
        if self.process.poll() is None:
            os.kill(self.process.pid, number)
        self.process.communicate(timeout=30)
        return self.process.returncode
