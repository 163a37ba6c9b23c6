"""A gate's device, as the page of gates is one: judges tickets by lists it fetched, keeps a queue.

The same order of checks as `web/src/gate/state.ts`. What it knows outlives the service, as the
page's does on the tablet; so a service killed and begun again meets a gate that remembers.
"""

import base64
from collections.abc import Callable
from typing import Any

from aspan.booking.ticket import Ticket, TicketRefusal, find_refusal, read_ticket, use_key
from aspan.primitives.ids import SortieId, VertiportId

Ask = Callable[[str, str, object], Any]
"""Asks the service as a gate: method, path and body; returns what was answered."""


class GateDevice:
    """One gate at one site; off line until it is told to meet the service."""

    def __init__(self, gate_id: str, site: str, ask: Ask) -> None:
        self.gate_id, self.site = gate_id, site
        self.conflicts: list[dict[str, Any]] = []
        self._ask = ask
        self._keys: dict[str, bytes] = {}
        self._used: set[str] = set()
        self._queue: list[dict[str, Any]] = []
        self._parties: dict[str, dict[str, Any]] = {}
        self._number = 0
        self._seq = 0
        self._at_ms = 0

    def meet(self) -> None:
        """Be on line once: tell what was done, then learn what others did."""
        told = self._ask("GET", "/v1/gate/keys", None)
        self._keys = {name: base64.b64decode(text) for name, text in told["keys"].items()}
        if self._queue:
            body = {"gate_id": self.gate_id, "vertiport_id": self.site, "scans": self._queue}
            results = self._ask("POST", "/v1/gate/scans", body)["results"]
            assert [one["number"] for one in results] == [one["number"] for one in self._queue]
            self.conflicts += [one for one in results if one["outcome"] == "refused"]
            self._queue = []
        at = f"vertiport_id={self.site}"
        used = self._ask("GET", f"/v1/gate/used?{at}&after={self._seq}", None)
        self._used |= set(used["used"])
        page = self._ask("GET", f"/v1/gate/sorties?{at}", None)
        self._seq, self._at_ms = used["seq"], page["at_ms"]
        self._parties = {
            party["booking_id"]: party for sortie in page["sorties"] for party in sortie["parties"]
        }

    def check(self, text: str, sortie_id: str) -> str:
        """Judge a ticket without asking anybody; why it is refused, empty if it is taken."""
        found = read_ticket(text, self._keys)
        if isinstance(found, TicketRefusal):
            return found.value
        key, known = use_key(found.booking_id, found.serial), self._parties.get(found.booking_id)
        is_taken = known is not None and known["serial"] == found.serial and known["is_taken"]
        refusal = find_refusal(
            found,
            at_ms=self._at_ms,
            vertiport_id=VertiportId(self.site),
            sortie_id=SortieId(sortie_id),
            serial=self._find_serial(found),
            is_used=key in self._used or is_taken,
        )
        if refusal is None:
            self._used.add(key)
            self.do(action="check_in", text=text, sortie_id=sortie_id)
        return "" if refusal is None else refusal.value

    def do(self, **done: object) -> None:
        """Note what an agent did, to be told when there is a network."""
        self._number += 1
        self._queue.append({"number": self._number, "at_ms": self._at_ms, **done})

    def _find_serial(self, ticket: Ticket) -> int | None:
        """Return the newest plan seen here; None if the ticket's is newer still."""
        known = self._parties.get(ticket.booking_id)
        serials = [
            int(key.split("/")[1]) for key in self._used if key.startswith(f"{ticket.booking_id}/")
        ]
        newest = max([*serials, 0 if known is None else known["serial"]])
        return newest if newest > ticket.serial else None
