"""The test site as a whole: signatures, keys, people, a card from its filing to its review."""

from typing import Any

import msgspec
import pytest

from aspan.evidence import orders
from aspan.evidence.card import CardId
from aspan.evidence.lifecycles import CardPhase
from aspan.evidence.people import Person, PersonId
from aspan.evidence.refusals import Reason
from aspan.evidence.site import ORDER_BYTES_MAX, SiteRefused
from aspan.evidence.site_events import CardHeld, OrderRefused, OrderTaken
from aspan.evidence.site_fold import fold, state_bytes
from ranging import CREW, FROM_MS, Town, key_of, make_card, person, reason_of, version_of, weather


def test_a_card_is_flown_and_reviewed() -> None:
    """Filed, approved by two, booked, released on a list that says go, begun, ended, reviewed."""
    town = Town()
    town.prepare()
    town.fly()
    assert not isinstance(town.review(), SiteRefused)
    run = town.site.state.runs["RUN1"]
    assert run.is_accepted
    assert run.begun_at_ms == FROM_MS
    kinds = [type(event).__name__ for event in town.events if "RUN1" in str(event)]
    assert [kind for kind in kinds if kind != "OrderTaken"] == [
        "RunReleased", "RunBegun", "RunEnded", "TelemetryKept", "RunReviewed",
    ]  # fmt: skip
    assert state_bytes(fold(town.events)) == state_bytes(town.site.state)


def test_the_first_person_is_a_director_by_their_own_word() -> None:
    """Nobody decides before a test director enrols themselves, with the key that is enrolled."""
    town = Town(enrol=False)
    filing = orders.FileCard(key="f", card=make_card(), version=version_of("a"))
    assert reason_of(town.ask("dana", filing)) is Reason.FIRST_NOT_DIRECTOR
    for_another = town.founding("lena")
    assert reason_of(town.ask("dana", for_another)) is Reason.FIRST_NOT_DIRECTOR
    for_himself = orders.Enrol(key="e", person=person("dana"))
    assert reason_of(town.ask("dana", for_himself)) is Reason.FIRST_NOT_DIRECTOR
    pilot = town.founding("pavel")
    assert reason_of(town.ask("pavel", pilot)) is Reason.FIRST_NOT_DIRECTOR
    twice = msgspec.structs.replace(person("dana"), roles=("test_director", "test_director"))
    spoilt = msgspec.structs.replace(town.founding(), person=twice)
    assert reason_of(town.ask("dana", spoilt)) is Reason.NO_ROLES
    own = town.signed("dana", town.founding())
    forged = msgspec.structs.replace(own, signature=town.signed("lena", filing).signature)
    assert reason_of(town.hand(forged)) is Reason.BAD_SIGNATURE
    assert town.events == []
    town.hand(own)
    assert list(town.site.state.people) == ["dana"]
    assert town.site.state.site_id == town.site.site_id
    assert reason_of(town.ask("dana", town.founding())) is Reason.FOUNDED_ALREADY


def test_an_order_of_another_site_is_none_of_this_one() -> None:
    """Replayed from another log of the same people, an order is refused, however it is sent."""
    here, training = Town(), Town()
    kept = len(here.events)
    for event in training.events:
        if isinstance(event, OrderTaken):
            assert reason_of(here.hand(event.signed)) is Reason.ANOTHER_SITE
    filing = orders.FileCard(key="f", card=make_card(), version=version_of("a"))
    there = training.signed("farid", filing)
    assert reason_of(here.hand(there)) is Reason.ANOTHER_SITE
    renamed = msgspec.structs.replace(there, site_id=here.site.site_id)
    assert reason_of(here.hand(renamed)) is Reason.BAD_SIGNATURE
    assert len(here.events) == kept
    new = Town(enrol=False)
    assert reason_of(new.hand(training.signed("dana", training.founding()))) is Reason.ANOTHER_SITE
    elsewhere = new.signed("dana", training.founding())
    assert reason_of(new.hand(elsewhere)) is Reason.FIRST_NOT_DIRECTOR
    assert new.events == []


def test_only_people_who_are_enrolled_are_heard() -> None:
    """Strangers, the dismissed and forged signatures are refused, and leave nothing behind."""
    town = Town()
    kept = len(town.events)
    order = orders.NoteDeviation(key="n", run_id="RUN1", text="a gust")
    assert reason_of(town.ask("stranger", order)) is Reason.UNKNOWN_PERSON
    forged = msgspec.structs.replace(town.signed("lena", order), by=PersonId("dana"))
    assert reason_of(town.hand(forged)) is Reason.BAD_SIGNATURE
    unread = msgspec.structs.replace(forged, order="x" * (ORDER_BYTES_MAX + 1))
    assert reason_of(town.hand(unread)) is Reason.BAD_SIGNATURE
    assert len(town.events) == kept
    town.ask("dana", orders.Dismiss(key="d", person_id=PersonId("pavel")))
    assert reason_of(town.ask("pavel", order)) is Reason.PERSON_DISMISSED


SPOILT_ORDERS = {
    "no JSON": "{",
    "no order": '{"order":"LandAtOnce","key":"k"}',
    "a field nobody knows": '{"order":"BeginRun","key":"k","run_id":"R","force":true}',
    "no key": '{"order":"BeginRun","key":"","run_id":"R"}',
    "a long key": '{"order":"BeginRun","key":"' + "k" * 201 + '","run_id":"R"}',
    "a key over two lines": '{"order":"BeginRun","key":"a\\nb","run_id":"R"}',
    "a number out of range": '{"order":"ReviewRun","key":"k","run_id":"R","is_accepted":true,'
    '"manifest_sha256":"","note":"","off_prediction":1e999}',
}


@pytest.mark.parametrize("case", SPOILT_ORDERS)
def test_orders_that_cannot_be_read_are_refused(case: str) -> None:
    """What somebody signed but nobody can read is refused and not kept."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from aspan.evidence.people import SignedOrder
    from aspan.evidence.signing import decode_bytes, encode_bytes, words_signed

    town = Town()
    kept = len(town.events)
    text = SPOILT_ORDERS[case]
    raw = decode_bytes(key_of("dana").private_key, size=32, field="key")
    signature = Ed25519PrivateKey.from_private_bytes(raw).sign(
        words_signed(town.site.site_id, text)
    )
    signed = SignedOrder(
        order=text,
        site_id=town.site.site_id,
        by=PersonId("dana"),
        signature=encode_bytes(signature),
    )
    assert reason_of(town.hand(signed)) is Reason.BAD_ORDER
    assert len(town.events) == kept


def test_an_order_sent_twice_is_carried_out_once() -> None:
    """The same words under the same key are answered as before; other words are refused."""
    town = Town()
    order = orders.FileCard(key="f", card=make_card(), version=version_of("a"))
    first = town.ask("farid", order)
    kept = len(town.events)
    town.now_ms += 1_000
    assert town.ask("farid", order) == first
    other = orders.FileCard(key="f", card=make_card(), version=version_of("b"))
    assert reason_of(town.ask("farid", other)) is Reason.KEY_REUSED
    assert len(town.events) == kept
    assert not isinstance(town.ask("lena", other), SiteRefused), "a key is a person's own"


def test_a_refusal_is_kept_and_told_again() -> None:
    """What an enrolled person asked in vain is on the log, signed, and answered so again."""
    town = Town()
    order = orders.ApproveCard(key="a", card_id=CardId("C1"), version=version_of("a"))
    first = town.ask("lena", order)
    assert reason_of(first) is Reason.UNKNOWN_CARD
    taken, refused = town.events[-2:]
    assert isinstance(taken, OrderTaken)
    assert taken.signed == town.signed("lena", order)
    assert isinstance(refused, OrderRefused)
    town.file(make_card())
    assert town.ask("lena", order) == first


def test_time_does_not_go_back_but_a_run_can_always_be_called_off() -> None:
    """Orders before the last event are refused; a call to stop is taken at any time."""
    town = Town()
    town.prepare()
    town.release()
    town.now_ms = FROM_MS
    town.begin()
    town.now_ms -= 1
    note = orders.NoteDeviation(key="n", run_id="RUN1", text="a gust")
    assert reason_of(town.ask("farid", note)) is Reason.CLOCK_BACK
    early = weather("pad", town.now_ms, hours=1)
    assert reason_of(town.hand(early)) is Reason.CLOCK_BACK
    call = orders.CallKnockItOff(key="c", run_id="RUN1", why="a bird")
    assert not isinstance(town.ask("pavel", call), SiteRefused)
    assert town.events[-1].at_ms == FROM_MS
    town.now_ms = FROM_MS
    assert not isinstance(town.ask("farid", note), SiteRefused)


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("lena", orders.Enrol(key="x", person=person("dana"))),
        ("pavel", orders.FileCard(key="x", card=make_card(), version=version_of("a"))),
        ("pavel", orders.ApproveCard(key="x", card_id=CardId("C1"), version=version_of("a"))),
        ("lena", orders.FreeSlot(key="x", slot_id="S1", why="")),
        ("sanzhar", orders.BeginRun(key="x", run_id="RUN1")),
        ("pavel", orders.EndRun(key="x", run_id="RUN1")),
        (
            "farid",
            orders.ReviewRun(key="x", run_id="RUN1", manifest_sha256="", is_accepted=True, note=""),
        ),
    ],
)
def test_roles_are_entitled_to_their_own_orders(name: str, order: orders.Order) -> None:
    """An order of a person without a role for it is refused, and kept."""
    town = Town()
    assert reason_of(town.ask(name, order)) is Reason.ROLE_NOT_ENTITLED
    assert isinstance(town.events[-1], OrderRefused)


def _enrolled(**changes: Any) -> orders.Enrol:  # noqa: ANN401  fields of any type
    new = Person(
        person_id=PersonId("nora"), name="Nora", roles=("pilot",),
        public_key=key_of("nora").public_key,
    )  # fmt: skip
    return orders.Enrol(key="x", person=msgspec.structs.replace(new, **changes))


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (_enrolled(public_key=key_of("lena").public_key), Reason.KEY_IN_USE),
        (_enrolled(public_key=key_of("nora").public_key + "="), Reason.BAD_PUBLIC_KEY),
        (_enrolled(public_key=""), Reason.BAD_PUBLIC_KEY),
        (_enrolled(roles=()), Reason.NO_ROLES),
        (_enrolled(roles=("pilot", "pilot")), Reason.NO_ROLES),
        (_enrolled(person_id=PersonId("lena")), Reason.PERSON_KNOWN),
        (_enrolled(person_id=PersonId("")), Reason.BAD_ORDER),
        (orders.Dismiss(key="x", person_id=PersonId("nora")), Reason.UNKNOWN_PERSON),
        (orders.Dismiss(key="x", person_id=PersonId("dana")), Reason.LAST_DIRECTOR),
    ],
)
def test_people_who_cannot_be(order: orders.Order, reason: Reason) -> None:
    """One id is one person, one key is one person's, and a director is always left."""
    assert reason_of(Town().ask("dana", order)) is reason


def test_a_dismissed_person_comes_back_anew() -> None:
    """After a dismissal an id may come back with another key; a key stays its first holder's."""
    town = Town()
    town.ask("dana", orders.Dismiss(key="x", person_id=PersonId("lena")))
    taken = msgspec.structs.replace(_enrolled(public_key=key_of("lena").public_key), key="z")
    assert reason_of(town.ask("dana", taken)) is Reason.KEY_IN_USE
    back = _enrolled(person_id=PersonId("lena"))
    again = msgspec.structs.replace(back, key="y")
    assert not isinstance(town.ask("dana", again), SiteRefused)
    assert town.site.state.people[PersonId("lena")].public_key == key_of("nora").public_key


def test_approvals_of_the_dismissed_fall() -> None:
    """A card that stands on the word of a dismissed person is held, and needs a new approval."""
    town = Town()
    town.file(make_card())
    town.approve("lena", "sanzhar")
    town.ask("dana", orders.Dismiss(key="x", person_id=PersonId("lena")))
    assert isinstance(town.events[-1], CardHeld)
    town.ask("dana", orders.Enrol(key="y", person=person("lena")))
    assert town.phase() is CardPhase.FILED
    assert not isinstance(town.approve("lena"), SiteRefused)
    assert town.phase() == CardPhase.CLEARED
    assert set(CREW) == set(town.site.state.people)
