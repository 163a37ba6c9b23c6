"""The people of a demonstration day and their orders: every sortie passes the test site's one door.

The twin's people are made for the day, with keys that only the twin has; they sign what real people
would sign. A sortie is flown only after `RunBegun`; what the site refuses, it refuses here too.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aspan.evidence import orders
from aspan.evidence.card import Card
from aspan.evidence.demonstration.items import REQUIREMENT
from aspan.evidence.orders import Evidence
from aspan.evidence.people import Person, PersonId, Role
from aspan.evidence.reports import ReportWeather
from aspan.evidence.signing import KeyPair, encode_bytes, sign
from aspan.evidence.site import SiteRefused, TestSite
from aspan.evidence.site_events import RunBegun, SiteEvent
from aspan.primitives.errors import ensure
from aspan.primitives.ids import AircraftId
from aspan.world.range import Range

PEOPLE: Final[dict[str, tuple[Role, ...]]] = {
    "twin-director": ("test_director",),
    "twin-engineer": ("lead_engineer",),
    "twin-safety": ("safety_officer",),
    "twin-manager": ("accountable_manager",),
    "twin-tester": ("flight_test_engineer",),
    "twin-pilot": ("pilot",),
    "twin-range": ("range_officer",),
}

_CREW: Final = (
    (PersonId("twin-pilot"), "pilot"),
    (PersonId("twin-tester"), "flight_test_engineer"),
)

Answer = list[SiteEvent] | SiteRefused


def twin_key(name: str) -> KeyPair:
    """Return the key of one of the twin's people: the same every day, worth nothing outside it."""
    private = Ed25519PrivateKey.from_private_bytes(sha256(f"aspan twin {name}".encode()).digest())
    return KeyPair(
        public_key=encode_bytes(private.public_key().public_bytes_raw()),
        private_key=encode_bytes(private.private_bytes_raw()),
    )


class Company:
    """The people, and the site they ask; everything the site records is kept in `events`."""

    def __init__(self, site: Range) -> None:
        self.site = TestSite(site, frozenset({REQUIREMENT}))
        self.events: list[SiteEvent] = []
        self._versions: dict[str, str] = {}
        self._keys = {name: twin_key(name) for name in PEOPLE}
        self._count = 0

    def prepare(self, cards: Sequence[Card], at_ms: int) -> None:
        """Enrol everybody, file the cards of the show and approve them."""
        for name, roles in PEOPLE.items():
            person = Person(
                person_id=PersonId(name),
                name=name,
                roles=roles,
                public_key=self._keys[name].public_key,
            )
            self._must("twin-director", orders.Enrol(key=self._key(), person=person), at_ms)
        for card in cards:
            version = sha256(repr(card).encode()).hexdigest()
            self._versions[card.card_id] = version
            filed = orders.FileCard(key=self._key(), card=card, version=version)
            self._must("twin-tester", filed, at_ms)
            for name in ("twin-safety", "twin-manager", "twin-engineer"):
                approved = orders.ApproveCard(
                    key=self._key(), card_id=card.card_id, version=version
                )
                self._must(name, approved, at_ms)

    def report(self, weather: Sequence[ReportWeather], at_ms: int) -> None:
        """Tell the site the weather of its places."""
        for one in weather:
            answer = self.site.handle(one, at_ms)
            ensure(not isinstance(answer, SiteRefused), f"weather refused: {answer}")
            self.events += answer if isinstance(answer, list) else ()

    def book(
        self, slot_id: str, card: Card, aircraft_id: AircraftId, span: tuple[int, int], at_ms: int
    ) -> Answer:
        """Ask for a slot for one item."""
        order = orders.BookSlot(
            key=self._key(),
            slot_id=slot_id,
            card_id=card.card_id,
            volume_ids=card.volume_ids,
            from_ms=span[0],
            until_ms=span[1],
            aircraft_id=aircraft_id,
            crew=_CREW,
        )
        return self._ask("twin-range", order, at_ms)

    def free(self, slot_id: str, why: str, at_ms: int) -> None:
        """Give back a slot that is not used."""
        self._ask("twin-range", orders.FreeSlot(key=self._key(), slot_id=slot_id, why=why), at_ms)

    def release_and_begin(
        self, run_id: str, slot_id: str, card: Card, evidence: tuple[Evidence, ...], at_ms: int
    ) -> str:
        """Sign the list and begin the run; return why not, "" if it is begun."""
        release = orders.ReleaseRun(
            key=self._key(),
            run_id=run_id,
            card_id=card.card_id,
            version=self._versions[card.card_id],
            slot_id=slot_id,
            evidence=evidence,
        )
        answer = self._ask("twin-director", release, at_ms)
        if not isinstance(answer, SiteRefused):
            begin = orders.BeginRun(key=self._key(), run_id=run_id)
            answer = self._ask("twin-director", begin, at_ms)
        if isinstance(answer, SiteRefused):
            return f"{answer.reason}: {answer.detail}"
        ensure(any(isinstance(e, RunBegun) for e in answer), f"{run_id} is not begun")
        return ""

    def end(self, run_id: str, at_ms: int, knocked_off: str = "") -> None:
        """End a run, called off first if there is a reason."""
        if knocked_off:
            call = orders.CallKnockItOff(key=self._key(), run_id=run_id, why=knocked_off)
            self._must("twin-pilot", call, at_ms)
        self._must("twin-director", orders.EndRun(key=self._key(), run_id=run_id), at_ms)

    def _key(self) -> str:
        self._count += 1
        return f"show-{self._count}"

    def _ask(self, name: str, order: orders.Order, at_ms: int) -> Answer:
        signed = sign(order, PersonId(name), self._keys[name].private_key)
        answer = self.site.handle(signed, at_ms)
        self.events += answer.recorded if isinstance(answer, SiteRefused) else answer
        return answer

    def _must(self, name: str, order: orders.Order, at_ms: int) -> None:
        answer = self._ask(name, order, at_ms)
        ensure(not isinstance(answer, SiteRefused), f"{type(order).__name__}: {answer}")
