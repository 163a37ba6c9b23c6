"""Webhooks of the sandbox: signed, tried again with growing pauses, and now and then not true."""

import asyncio
from collections.abc import Callable
from typing import Final

import httpx
import msgspec

from aspan.faces.sandbox.mischief import LATE_S, Mischief
from aspan.live.payment_http import find_back_off_s
from aspan.live.payment_wire import SIGNATURE_HEADER, WebhookBody, sign_webhook

QUEUE_MAX: Final = 10_000
"""Webhooks that wait at once; one beyond is not sent, and counted."""

ATTEMPTS_MAX: Final = 8
"""Times one is tried: over some two minutes."""

SENDERS: Final = 8

TIMEOUT_S: Final = 5.0

_STALE_S: Final = 3_600


class WebhookSender:
    """Sends what is put into its queue until it is ended.

    Attributes
    ----------
    sent, dropped
        Webhooks that were taken; those that never were, or found no room.
    """

    def __init__(
        self,
        url: str,
        secret: bytes,
        *,
        find_mischief: Callable[[], Mischief],
        now_s: Callable[[], int],
    ) -> None:
        self.sent = 0
        self.dropped = 0
        self._url = url
        self._secret = secret
        self._find_mischief = find_mischief
        self._now_s = now_s
        self._queue: asyncio.Queue[tuple[str, str]] = asyncio.Queue(QUEUE_MAX)
        self._tasks: list[asyncio.Task[None]] = []

    def put(self, webhook_id: str, reference: str, is_doubled: bool) -> None:
        """Have a webhook sent, or two that are the same."""
        for _ in range(2 if is_doubled else 1):
            if self._queue.full():
                self.dropped += 1
            else:
                self._queue.put_nowait((webhook_id, reference))

    def start(self) -> None:
        """Begin."""
        self._tasks = [asyncio.create_task(self._run()) for _ in range(SENDERS)]

    async def stop(self) -> None:
        """End; what waits is not sent."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self) -> None:
        async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as client:
            while True:
                webhook_id, reference = await self._queue.get()
                if await self._deliver(client, webhook_id, reference):
                    self.sent += 1
                else:
                    self.dropped += 1

    async def _deliver(self, client: httpx.AsyncClient, webhook_id: str, reference: str) -> bool:
        """Send one until it is taken; False if it never was."""
        said = WebhookBody(id=webhook_id, type="payment.changed", reference=reference)
        body = msgspec.json.encode(said)
        for attempt in range(1, ATTEMPTS_MAX + 1):
            lie = self._find_mischief().choose_webhook_lie(webhook_id, attempt)
            if lie == "late":
                await asyncio.sleep(LATE_S)
            if lie != "lost" and await self._send(client, body, lie):
                return True
            if attempt < ATTEMPTS_MAX:
                pause_s = find_back_off_s(1, webhook_id, attempt, first_s=0.5, most_s=60.0)
                await asyncio.sleep(pause_s)
        return False

    async def _send(self, client: httpx.AsyncClient, body: bytes, lie: str) -> bool:
        """Send it once; taken if the answer is 2xx, or 409: it was there already."""
        at_s = self._now_s() - (_STALE_S if lie == "stale" else 0)
        secret = b"nobody" if lie == "forged" else self._secret
        headers = {
            SIGNATURE_HEADER: sign_webhook(secret, body, at_s=at_s),
            "Content-Type": "application/json",
        }
        try:
            answer = await client.post(self._url, content=body, headers=headers)
        except httpx.HTTPError:
            return False
        return answer.is_success or answer.status_code == httpx.codes.CONFLICT
