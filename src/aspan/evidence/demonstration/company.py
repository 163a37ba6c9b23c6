"""The people of a demonstration day and their orders: every sortie passes the test site's one door.

They are made up by the twin (`twin_people`), and sign what real people would sign. A sortie is
flown only after `RunBegun`; what the site refuses, it refuses here too. The site is one on disk
where a store is given, else one in memory, made for the day.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final

from aspan.evidence import orders
from aspan.evidence.card import Card
from aspan.evidence.demonstration.items import REQUIREMENT
from aspan.evidence.orders import Evidence
from aspan.evidence.people import Role
from aspan.evidence.reports import ReportWeather
from aspan.evidence.signing import KeyFile, sign
from aspan.evidence.site import SiteRefused, TestSite
from aspan.evidence.site_events import RunBegun, SiteEvent
from aspan.evidence.site_state import SiteState
from aspan.evidence.site_store import SiteStore
from aspan.evidence.twin_people import make_crew, make_desk, make_site_id
from aspan.primitives.errors import InvalidInput, ensure
from aspan.primitives.ids import AircraftId
from aspan.world.range import Range

_CREW: Final[tuple[Role, ...]] = ("pilot", "flight_test_engineer")

_APPROVERS: Final = ("twin-safety", "twin-manager", "twin-lead")

Answer = list[SiteEvent] | SiteRefused


class Company:
    """The people, and the site they ask; what it records for the day is kept in `events`.

    Parameters
    ----------
    day
        Date of the show, in the key of every order: a day goes through a site once.
    seed
        Of the people's keys.
    """

    def __init__(self, site: Range, day: str, seed: int, store: SiteStore | None = None) -> None:
        self.events: list[SiteEvent] = []
        self._day = day
        self._versions: dict[str, str] = {}
        self._people: dict[str, KeyFile] = make_desk(seed)
        crew = [(make_crew(seed, role, 1)[0], role) for role in _CREW]
        self._people |= {who.person_id: who for who, _ in crew}
        self._crew = tuple((who.person_id, str(role)) for who, role in crew)
        self._pilot = crew[0][0].person_id
        self._count = 0
        self._handle: Callable[..., Answer]
        self._report: Callable[..., Answer]
        if store is not None:
            self._handle, self._report = store.order, store.report
            self._site_id = store.site_id
            store.look(self._ensure_new)
            self._known = store.look(_list_known)
        else:
            self._site_id = make_site_id(seed)
            test_site = TestSite(site, frozenset({REQUIREMENT}), self._site_id)
            self._handle = self._report = test_site.handle
            self._known = frozenset()

    def prepare(self, cards: Sequence[Card], at_ms: int) -> None:
        """Enrol everybody, file the cards of the show and approve them, where it is not done."""
        director = self._people["twin-director"]
        if not self._known:
            founding = orders.FoundSite(
                key=self._key(), site_id=self._site_id, person=director.person, is_training=True
            )
            self._must("twin-director", founding, at_ms)
        for who in self._people.values():
            if who.person_id not in self._known and (self._known or who is not director):
                self._must("twin-director", orders.Enrol(key=self._key(), person=who.person), at_ms)
        for card in cards:
            version = sha256(repr(card).encode()).hexdigest()
            self._versions[card.card_id] = version
            if version in self._known:
                continue
            filed = orders.FileCard(key=self._key(), card=card, version=version)
            self._must("twin-author", filed, at_ms)
            for name in _APPROVERS:
                approved = orders.ApproveCard(
                    key=self._key(), card_id=card.card_id, version=version
                )
                self._must(name, approved, at_ms)

    def report(self, weather: Sequence[ReportWeather], at_ms: int) -> None:
        """Tell the site the weather of its places."""
        for one in weather:
            answer = self._report(one, at_ms)
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
            crew=self._crew,
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

    def call_off(self, run_id: str, at_ms: int, why: str) -> None:
        """Let the pilot call a run off."""
        call = orders.CallKnockItOff(key=self._key(), run_id=run_id, why=why)
        self._must(self._pilot, call, at_ms)

    def end(self, run_id: str, at_ms: int) -> None:
        """End a run."""
        self._must("twin-director", orders.EndRun(key=self._key(), run_id=run_id), at_ms)

    def _ensure_new(self, state: SiteState) -> None:
        """Raise `InvalidInput` if the day went through this site before, whole or in part."""
        if any(key.startswith(self._key_begin()) for _, key in state.answers):
            raise InvalidInput("--date", self._day, "a day that this site has not seen yet")

    def _key_begin(self) -> str:
        return f"show-{self._day}-"

    def _key(self) -> str:
        self._count += 1
        return f"{self._key_begin()}{self._count}"

    def _ask(self, name: str, order: orders.Order, at_ms: int) -> Answer:
        who = self._people[name]
        answer = self._handle(sign(order, self._site_id, who.person_id, who.private_key), at_ms)
        self.events += answer.recorded if isinstance(answer, SiteRefused) else answer
        return answer

    def _must(self, name: str, order: orders.Order, at_ms: int) -> None:
        answer = self._ask(name, order, at_ms)
        if isinstance(answer, SiteRefused):
            expected = f"a {type(order).__name__} not refused ({answer.reason})"
            raise InvalidInput("demonstration", answer.detail, expected)


def _list_known(state: SiteState) -> frozenset[str]:
    """Return the people of a site, and the versions of its cards that stand."""
    return frozenset(state.people) | {record.version for record in state.cards.values()}
