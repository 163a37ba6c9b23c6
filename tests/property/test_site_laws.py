"""Laws of the test site under any sequence of orders, weather and time.

Whoever is asked for whatever in whatever order: a run begins only with the approvals its risk asks
for, by persons who did not write it and of the text that is newest, on a list that says go, in a
slot that stands; slots share nothing; the fold of the log is the state.
"""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from aspan.evidence import orders
from aspan.evidence.approval_rule import suffices
from aspan.evidence.card import CardId, Risk, card_risk
from aspan.evidence.people import Person, PersonId
from aspan.evidence.reports import ReportKnockItOff
from aspan.evidence.site import SiteRefused
from aspan.evidence.site_events import (
    ApprovalWithdrawn,
    CardApproved,
    CardFiled,
    PersonDismissed,
    PersonEnrolled,
    RunBegun,
    RunReleased,
    SiteEvent,
    SlotBooked,
    SlotFreed,
    WeatherReported,
)
from aspan.evidence.site_fold import fold, state_bytes
from aspan.primitives.ids import AircraftId
from aspan.primitives.units import MS_PER_MIN
from ranging import CREW, FROM_MS, Town, evidence, make_card, person, version_of

NAMES = sorted(CREW)
RISKS: tuple[Risk, ...] = ("low", "medium", "high")
STEPS_MS = (0, MS_PER_MIN, 10 * MS_PER_MIN, 45 * MS_PER_MIN)

APPROVERS = ("sanzhar", "aigul", "lena", "dana")
names = st.sampled_from(NAMES)
approvers = st.sampled_from(APPROVERS)
authors = st.sampled_from(["farid", "lena", "dana"])
cards = st.sampled_from(["C1", "C1", "C2"])
versions = st.sampled_from("ab")
slots = st.sampled_from(["S1", "S1", "S2", "S3"])
runs = st.sampled_from(["RUN1", "RUN2", "RUN3"])


class Books:
    """What an onlooker writes down from the events alone, in words of their own."""

    def __init__(self) -> None:
        self.people: dict[PersonId, Person] = {}
        self.texts: dict[CardId, CardFiled] = {}
        self.authors: dict[tuple[CardId, str], set[PersonId]] = {}
        self.approvals: dict[CardId, set[PersonId]] = {}
        self.slots: dict[str, SlotBooked] = {}
        self.releases: dict[str, RunReleased] = {}
        self.gust_mps: dict[str, float] = {}
        self.begun: list[str] = []

    def note(self, event: SiteEvent) -> None:
        """Write an event down; a run that begins against the law is told here."""
        match event:
            case PersonEnrolled():
                self.people[event.person.person_id] = event.person
            case PersonDismissed():
                del self.people[event.person_id]
                for approvers in self.approvals.values():
                    approvers.discard(event.person_id)
            case CardFiled():
                self.texts[event.card.card_id] = event
                text = (event.card.card_id, event.version)
                self.authors.setdefault(text, set()).add(event.by)
                self.approvals[event.card.card_id] = set()
            case CardApproved():
                assert event.by not in self.authors[event.card_id, event.version]
                assert event.version == self.texts[event.card_id].version
                assert event.by not in self.approvals[event.card_id]
                self.approvals[event.card_id].add(event.by)
            case ApprovalWithdrawn():
                self.approvals[event.card_id].remove(event.by)
            case SlotBooked():
                self.slots[event.slot.slot_id] = event
            case SlotFreed():
                del self.slots[event.slot_id]
            case RunReleased():
                assert event.go_no_go.is_go
                self.releases[event.run_id] = event
            case WeatherReported():
                self.gust_mps[event.report.place] = event.report.hours[0].gust_mps
            case RunBegun():
                self._judge(event)
            case _:
                pass

    def _judge(self, event: RunBegun) -> None:
        """Hold a run that begins against the law."""
        assert event.run_id not in self.begun, "begun twice"
        self.begun.append(event.run_id)
        filed = self.texts[event.card_id]
        assert event.version == filed.version, "a changed card"
        approvers = self.approvals[event.card_id]
        assert not approvers & self.authors[event.card_id, event.version], "an author"
        assert len(approvers) >= 2
        assert suffices(card_risk(filed.card), [self.people[name] for name in approvers])
        release = self.releases[event.run_id]
        assert (release.card_id, release.version) == (event.card_id, event.version)
        assert release.slot_id == event.slot_id
        assert event.at_ms - release.at_ms <= 30 * MS_PER_MIN, "an old list"
        assert max(self.gust_mps.values()) <= filed.card.minima.gust_mps, "a gust"
        slot = self.slots[event.slot_id].slot
        assert slot.card_id == event.card_id
        assert slot.from_ms <= event.at_ms < slot.until_ms
        assert all(role in self.people[name].roles for name, role in slot.crew)


class Site(RuleBasedStateMachine):
    """Anybody asks for anything."""

    def __init__(self) -> None:
        super().__init__()
        self.town = Town()
        self.books = Books()
        self.noted = 0
        self.risk: Risk = "low"

    @initialize(risk=st.sampled_from(RISKS), by=st.permutations(APPROVERS), count=st.integers(0, 4))
    def begin_with(self, risk: Risk, by: list[str], count: int) -> None:
        """Begin with a card that some have approved and that has a slot."""
        self.risk = risk
        self.town.file(make_card(risk=risk, title="a"), by="farid")
        self.town.approve(*by[:count])
        self.town.book()
        self.town.now_ms = FROM_MS - MS_PER_MIN
        self.town.observe()

    @rule(by=authors, card=cards, version=versions)
    def file(self, by: str, card: str, version: str) -> None:
        """File a text; its title goes with its version."""
        self.town.file(make_card(card, risk=self.risk, title=version), version_of(version), by=by)

    @rule(by=approvers, card=cards, version=versions)
    def approve(self, by: str, card: str, version: str) -> None:
        """Approve one text."""
        self.town.approve(by, card_id=card, version=version_of(version))

    @rule(by=st.permutations(APPROVERS), count=st.integers(1, 4), card=cards)
    def approve_newest(self, by: list[str], count: int, card: str) -> None:
        """Let some approve the newest text."""
        self.town.approve(*by[:count], card_id=card, version=self._newest(card))

    def _newest(self, card: str) -> str:
        filed = self.books.texts.get(CardId(card))
        return filed.version if filed is not None else version_of("a")

    def _withdraw(self, by: str, card: str) -> None:
        order = orders.WithdrawApproval(
            key=self.town.key(), card_id=CardId(card), version=self._newest(card), why="doubt"
        )
        self.town.ask(by, order)

    def _dismiss(self, whom: str) -> None:
        order = orders.Dismiss(key=self.town.key(), person_id=PersonId(whom))
        self.town.ask("dana" if whom != "dana" else "aigul", order)

    def _free(self, slot_id: str) -> None:
        self.town.ask("rustam", orders.FreeSlot(key=self.town.key(), slot_id=slot_id, why=""))

    @rule(by=approvers, card=cards)
    def withdraw(self, by: str, card: str) -> None:
        """Take an approval back."""
        self._withdraw(by, card)

    @rule(whom=names, is_back=st.booleans())
    def dismiss(self, whom: str, is_back: bool) -> None:
        """Dismiss somebody, and sometimes take them back at once."""
        self._dismiss(whom)
        if is_back:
            self.town.ask("dana", orders.Enrol(key=self.town.key(), person=person(whom)))

    @rule(
        card=cards, start=st.integers(-3, 8), length=st.integers(0, 8),
        aircraft=st.sampled_from(["AT01", "AT02"]), volume=st.sampled_from(["PAD", "EAST"]),
        pilot=st.sampled_from(["pavel", "petra"]), engineer=st.sampled_from(["farid", "fatima"]),
    )  # fmt: skip
    def book(
        self, card: str, start: int, length: int, aircraft: str, volume: str, pilot: str,
        engineer: str,
    ) -> None:  # fmt: skip
        """Book a slot about the hour at which the others are."""
        from_ms = self.town.now_ms + start * 10 * MS_PER_MIN
        self.town.book(
            f"S{len(self.town.site.state.slots) + 1}", card_id=CardId(card),
            volume_ids=tuple({"PAD": 0, volume: 0}),
            from_ms=from_ms, until_ms=from_ms + length * 10 * MS_PER_MIN,
            aircraft_id=AircraftId(aircraft),
            crew=((PersonId(pilot), "pilot"), (PersonId(engineer), "flight_test_engineer")),
        )  # fmt: skip

    @rule(slot_id=slots)
    def free(self, slot_id: str) -> None:
        """Give a slot back."""
        self._free(slot_id)

    @rule(run=runs, card=cards, version=versions, slot_id=slots)
    def release(self, run: str, card: str, version: str, slot_id: str) -> None:
        """Sign the list of anything at all."""
        self.town.release(run, version=version_of(version), card_id=CardId(card), slot_id=slot_id)

    @precondition(lambda self: self.books.releases)
    @rule(by=names, run=runs)
    def begin(self, by: str, run: str) -> None:
        """Begin."""
        self.town.begin(run, by=by)

    @rule(
        run=runs, is_missing=st.integers(0, 5), whom=names,
        turn=st.sampled_from(["", "", "", "text", "doubt", "dismissed", "freed", "late", "gust"]),
    )  # fmt: skip
    def attempt(self, run: str, is_missing: int, whom: str, turn: str) -> None:
        """Prepare a run as it should be, let something come between, and try to begin it."""
        town = self.town
        slot = next((s for s in town.site.state.live_slots() if s.until_ms > town.now_ms), None)
        if slot is None:
            self.book("C1", 0, 3, "AT01", "PAD", "pavel", "farid")
            return
        card_id, slot_id = slot.card_id, slot.slot_id
        town.approve(*APPROVERS, card_id=card_id, version=self._newest(card_id))
        town.now_ms = max(town.now_ms, slot.from_ms)
        town.observe()
        found = evidence(town.now_ms, **({"fire": None} if is_missing == 0 else {}))
        town.release(
            run, card_id=card_id, version=self._newest(card_id), slot_id=slot_id, evidence=found
        )
        match turn:
            case "text":
                text = "b" if self._newest(card_id) == version_of("a") else "a"
                town.file(
                    make_card(card_id, risk=self.risk, title=text), version_of(text), by="farid"
                )
            case "doubt":
                self._withdraw(whom, card_id)
            case "dismissed":
                self._dismiss(whom)
            case "freed":
                self._free(slot_id)
            case "late":
                town.now_ms += 40 * MS_PER_MIN
            case "gust":
                town.observe(gust_mps=30.0)
        town.begin(run)

    @precondition(lambda self: self.books.begun)
    @rule(run=runs, is_accepted=st.booleans())
    def finish(self, run: str, is_accepted: bool) -> None:
        """Call off, end, and review."""
        self.town.hand(ReportKnockItOff(run_id=run, limit_id="hot", at_ms=0, value=350.0))
        if run in self.books.begun:
            assert isinstance(self.town.begin(run), SiteRefused), "called off for good"
        self.town.end(run)
        self.town.keep_telemetry(run)
        self.town.review(run, is_accepted=is_accepted)

    @rule(step_ms=st.sampled_from(STEPS_MS), gust_mps=st.sampled_from([4.0, 4.0, 30.0]))
    def wait(self, step_ms: int, gust_mps: float) -> None:
        """Let time go on, and tell the weather."""
        self.town.now_ms += step_ms
        self.town.observe(gust_mps=gust_mps)

    @invariant()
    def law_holds(self) -> None:
        """Hold every new event against the law."""
        for event in self.town.events[self.noted :]:
            self.books.note(event)
        self.noted = len(self.town.events)

    @invariant()
    def slots_share_nothing(self) -> None:
        """No two slots that stand share aircraft, crew or air at one time."""
        stand = [booked.slot for booked in self.books.slots.values()]
        for i, one in enumerate(stand):
            for other in stand[i + 1 :]:
                if one.from_ms < other.until_ms and other.from_ms < one.until_ms:
                    raise AssertionError(f"{one.slot_id} and {other.slot_id} share the pad")

    def teardown(self) -> None:
        """Fold the log anew, as a site does that is opened again."""
        assert state_bytes(fold(self.town.events)) == state_bytes(self.town.site.state)


class ManySites(Site):
    """The same, thousands of times."""


Site.TestCase.settings = settings(max_examples=30, stateful_step_count=25)
TestSite = Site.TestCase
ManySites.TestCase.settings = settings(max_examples=1_000, stateful_step_count=50)
TestManySites = pytest.mark.long(ManySites.TestCase)
