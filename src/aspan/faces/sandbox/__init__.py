"""The sandbox: a provider of payments that moves no money, as a process of its own.

It speaks `docs/payment-protocol.md`, keeps its own books in its own file, shows a payer a plain
page, and can be told to be slow, to fail, to lie, to lose and to double (`mischief.py`). Not here:
the rules of its books (`aspan.twin.payments`), and anything of the service, which it knows only by
a webhook's address. Start reading in `provider.py`, then `app.py`.
"""

__all__ = ["app", "checkout", "journal", "mischief", "provider", "server", "webhooks"]
