"""`aspan payments`: a provider of payments to try things with."""

import json
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from aspan.faces.cli.options import AsJson
from aspan.primitives.errors import InvalidInput

LOCK_S_MAX = 5.0
"""Wall time a sandbox waits for one before it, on the same books, to have ended."""


Port = Annotated[int, typer.Option(metavar="P", help="Port; 0 is any free one.")]
Store = Annotated[Path, typer.Option(metavar="FILE", help="Its books; made if not there.")]
SecretFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Shared secret; beside the books if not given."),
]
Webhook = Annotated[
    str, typer.Option(metavar="URL", help="Where changes are told; nowhere if not given.")
]
SlowMs = Annotated[int, typer.Option(metavar="N", help="How long an answer is kept back.")]
SlowShare = Annotated[float, typer.Option(metavar="X", help="Answers that are kept back.")]
FailShare = Annotated[float, typer.Option(metavar="X", help="Requests that fail with 503.")]
LieShare = Annotated[float, typer.Option(metavar="X", help="Answers and webhooks that are untrue.")]
DoubleShare = Annotated[float, typer.Option(metavar="X", help="Webhooks that are sent twice.")]
LostShare = Annotated[float, typer.Option(metavar="X", help="Requests and answers that are lost.")]
DeclineShare = Annotated[float, typer.Option(metavar="X", help="Authorisations declined.")]
Seed = Annotated[int, typer.Option(metavar="N", help="Of the dice of all mischief.")]
WithParent = Annotated[bool, typer.Option("--with-parent", help="End when standard input ends.")]


def register(app: typer.Typer) -> None:
    """Add `aspan payments …` to the application."""
    group = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="A provider of payments to try things with; no money moves.",
    )
    group.command(
        "sandbox",
        short_help="Run a provider that can be told to misbehave.",
        epilog="Example: aspan payments sandbox --port 8081 --lie-share 0.1 --seed 7",
    )(sandbox)
    app.add_typer(group, name="payments")


def sandbox(
    port: Port = 8081,
    store: Store = Path("runs/payments.sqlite"),
    secret_file: SecretFile = None,
    webhook: Webhook = "",
    slow_ms: SlowMs = 1_000,
    slow_share: SlowShare = 0.0,
    fail_share: FailShare = 0.0,
    lie_share: LieShare = 0.0,
    double_share: DoubleShare = 0.0,
    lost_share: LostShare = 0.0,
    decline_share: DeclineShare = 0.0,
    seed: Seed = 1,
    with_parent: WithParent = False,
    as_json: AsJson = False,
) -> None:
    """Run a provider of payments that moves no money, until Ctrl-C.

    It listens on 127.0.0.1 only, keeps its books in a file, and misbehaves as far as it is told
    to: by these options, or at any time by PUT /sandbox/mischief.
    """
    from aspan.faces.http.server import bind
    from aspan.faces.sandbox.mischief import Mischief
    from aspan.faces.sandbox.server import SandboxSettings, run_sandbox
    from aspan.live.payment_wire import open_secret

    mischief = Mischief(
        seed=seed,
        slow_ms=slow_ms,
        slow_share=slow_share,
        fail_share=fail_share,
        lie_share=lie_share,
        double_share=double_share,
        lost_share=lost_share,
        decline_share=decline_share,
    )
    if webhook and not webhook.startswith(("http://", "https://")):
        raise InvalidInput("--webhook", webhook, "an http address")
    if store == Path("runs/payments.sqlite"):
        store.parent.mkdir(exist_ok=True)

    def ready(address: str) -> None:
        said = {"address": address, "secret_file": str(secret_path)}
        print(json.dumps(said) if as_json else address, flush=True)

    with ExitStack() as stack:
        _enter_lock(stack, store)
        secret_path = secret_file or store.with_name(f"{store.name}.secret")
        settings = SandboxSettings(
            store=store,
            secret=open_secret(secret_path),
            mischief=mischief,
            webhook_url=webhook,
            ends_with_stdin=with_parent and sys.stdin is not None,
        )
        run_sandbox(settings, stack.enter_context(bind("127.0.0.1", port)), ready=ready)


def _enter_lock(stack: ExitStack, store: Path) -> None:
    """Keep every other sandbox off the books; wait for one that is just ending."""
    from aspan.live.store import locked

    until_s = time.monotonic() + LOCK_S_MAX
    while True:
        try:
            stack.enter_context(locked(store))
            return
        except InvalidInput:
            if time.monotonic() > until_s or not store.parent.is_dir():
                raise
            time.sleep(0.05)
