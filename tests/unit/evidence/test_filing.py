"""Cards before they are flown: what can be filed, and whose approval counts."""

from typing import Any

import pytest

from aspan.evidence import orders
from aspan.evidence.approval_rule import list_open, suffices
from aspan.evidence.card import (
    Bounds,
    CardId,
    Crew,
    EnvelopePoint,
    Hazard,
    Limit,
    Minima,
    RequirementId,
    Risk,
)
from aspan.evidence.lifecycles import CardPhase
from aspan.evidence.people import PersonId, Role
from aspan.evidence.refusals import Reason
from aspan.evidence.site import SiteRefused
from aspan.twin.card_profile import LoadState, Segment
from ranging import Town, make_card, person, reason_of, version_of


def limit(channel: str = "airspeed_mps", *, low: float | None, high: float | None) -> Limit:
    """Return a limit."""
    return Limit(limit_id="L", channel=channel, low=low, high=high)


def fair(**changes: Any) -> Minima:  # noqa: ANN401  fields of any type
    """Return minima that can be met, with changes."""
    given = {"visibility_m": 5_000.0, "ceiling_agl_m": 300.0, "wind_mps": 8.0, "gust_mps": 8.0}
    return Minima(**{**given, **changes})


def speed(low: float | None, high: float | None) -> EnvelopePoint:
    """Return a point at an airspeed."""
    return EnvelopePoint(airspeed_mps=Bounds(low=low, high=high))


def hover(**changes: Any) -> tuple[Segment, ...]:  # noqa: ANN401  fields of any type
    """Return a profile of one segment, with changes."""
    return (Segment(**{"label": "a", "manoeuvre": "hover", "duration_s": 60.0, **changes}),)


HAZARD = make_card().hazards[0]

IMPOSSIBLE: dict[str, tuple[dict[str, Any], Reason | None]] = {
    "low above high": ({"limits": (limit(low=5.0, high=4.0),)}, Reason.LIMIT_IMPOSSIBLE),
    "low at high": ({"limits": (limit(low=5.0, high=5.0),)}, Reason.LIMIT_IMPOSSIBLE),
    "low just under high": ({"limits": (limit(low=-1.0, high=5.001),)}, None),
    "limits nothing": ({"limits": (limit(low=None, high=None),)}, Reason.LIMIT_IMPOSSIBLE),
    "unknown channel": ({"limits": (limit("mood", low=0.0, high=1.0),)}, Reason.UNKNOWN_CHANNEL),
    "channel of the watch": ({"limits": (limit("fence", low=None, high=0.0),)}, None),
    "unknown record": ({"record": ("mood",)}, Reason.UNKNOWN_CHANNEL),
    "one limit twice": (
        {"limits": (limit(low=None, high=9.0), limit(low=None, high=9.0))},
        Reason.CARD_IMPOSSIBLE,
    ),
    "point upside down": ({"envelope": speed(5.0, 4.0)}, Reason.ENVELOPE_IMPOSSIBLE),
    "point of one value": ({"envelope": speed(4.0, 4.0)}, None),
    "point beyond physics": ({"envelope": speed(0.0, 150.1)}, Reason.ENVELOPE_IMPOSSIBLE),
    "point at the edge of physics": ({"envelope": speed(0.0, 150.0)}, None),
    "flown backwards": ({"envelope": speed(-0.1, 4.0)}, Reason.ENVELOPE_IMPOSSIBLE),
    "point at its own limit": (
        {"envelope": speed(0.0, 5.0), "limits": (limit(low=None, high=5.0),)},
        Reason.ENVELOPE_IMPOSSIBLE,
    ),
    "point within its own limit": (
        {"envelope": speed(0.0, 4.9), "limits": (limit(low=None, high=5.0),)}, None,
    ),
    "profile at its own limit": (
        {
            "profile": hover(height_agl_m=20.0),
            "limits": (limit("height_agl_m", low=None, high=20.0),),
            "envelope": EnvelopePoint(),
        },
        Reason.ENVELOPE_IMPOSSIBLE,
    ),
    "segment without time": ({"profile": hover(duration_s=0.0)}, Reason.ENVELOPE_IMPOSSIBLE),
    "segment of two days": ({"profile": hover(duration_s=1e9)}, Reason.ENVELOPE_IMPOSSIBLE),
    "segment under ground": ({"profile": hover(height_agl_m=-1.0)}, Reason.ENVELOPE_IMPOSSIBLE),
    "two segments of one name": ({"profile": hover() + hover()}, Reason.CARD_IMPOSSIBLE),
    "gust under wind": ({"minima": fair(gust_mps=7.9)}, Reason.MINIMA_EMPTY),
    "gust at wind": ({"minima": fair()}, None),
    "no wind allowed": ({"minima": fair(wind_mps=0.0)}, Reason.MINIMA_EMPTY),
    "visibility under 0": ({"minima": fair(visibility_m=-1.0)}, Reason.MINIMA_EMPTY),
    "temperatures upside down": (
        {"minima": fair(temperature_k=Bounds(low=280.0, high=280.0))}, Reason.MINIMA_EMPTY,
    ),
    "wind that the minima forbid": (
        {"envelope": EnvelopePoint(wind_mps=Bounds(low=8.1))}, Reason.MINIMA_EMPTY,
    ),
    "wind that they just allow": ({"envelope": EnvelopePoint(wind_mps=Bounds(low=8.0))}, None),
    "unknown volume": ({"volume_ids": ("MOON",)}, Reason.UNKNOWN_VOLUME),
    "no volume": ({"volume_ids": ()}, Reason.UNKNOWN_VOLUME),
    "volume twice": ({"volume_ids": ("PAD", "PAD")}, Reason.CARD_IMPOSSIBLE),
    "unknown requirement": (
        {"requirement_ids": (RequirementId("R9"),)}, Reason.UNKNOWN_REQUIREMENT,
    ),
    "no requirement": ({"requirement_ids": ()}, Reason.CARD_IMPOSSIBLE),
    "after itself": ({"after": (CardId("C1"),)}, Reason.CARD_IMPOSSIBLE),
    "no name": ({"card_id": CardId("")}, Reason.CARD_IMPOSSIBLE),
    "no steps": ({"steps": ()}, Reason.CARD_IMPOSSIBLE),
    "no hazards": ({"hazards": ()}, Reason.CARD_IMPOSSIBLE),
    "nobody on board": (
        {"crew": Crew(pilots=0, flight_test_engineers=0)}, Reason.CARD_IMPOSSIBLE,
    ),
    "an empty battery": ({"load": LoadState(mass_kg=2_000.0, soc=0.0)}, None),
    "more than full": ({"load": LoadState(mass_kg=2_000.0, soc=1.01)}, Reason.CARD_IMPOSSIBLE),
    "no mass": ({"load": LoadState(mass_kg=0.0)}, Reason.CARD_IMPOSSIBLE),
    "no band": ({"prediction_band": 0.0}, Reason.CARD_IMPOSSIBLE),
    "no repeats": ({"repeats": 0}, Reason.CARD_IMPOSSIBLE),
    "mitigation raises risk": (
        {"hazards": (Hazard(
            hazard_id="H", title="", cause="", effect="", mitigations=(),
            emergency_procedures=(), risk_before="low", risk_after="medium",
        ),)},
        Reason.CARD_IMPOSSIBLE,
    ),
}  # fmt: skip


def test_impossible_cards_are_refused() -> None:
    """A card that no test can be is refused with the reason; one just within is filed."""
    town = Town()
    for number, (case, (changes, reason)) in enumerate(IMPOSSIBLE.items()):
        answer = town.file(make_card(**changes), version=f"{number:064x}")
        found = answer.reason if isinstance(answer, SiteRefused) else None
        assert found is reason, (case, answer)


def test_a_version_is_one_text() -> None:
    """The same again is refused; a hash that stood for another text too; a text may come back."""
    town = Town()
    town.file(make_card())
    assert reason_of(town.file(make_card())) is Reason.CARD_UNCHANGED
    other = make_card(title="another")
    assert reason_of(town.file(other)) is Reason.VERSION_REUSED
    assert not isinstance(town.file(other, version_of("b")), SiteRefused)
    assert not isinstance(town.file(make_card()), SiteRefused)
    for version in ("a" * 63, "A" * 64, "g" * 64):
        assert reason_of(town.file(make_card(), version)) is Reason.BAD_ORDER


def test_nobody_approves_what_they_wrote() -> None:
    """No author of a text approves it, though another person filed it again."""
    town = Town()
    town.file(make_card(), by="lena")
    assert reason_of(town.approve("lena")) is Reason.OWN_CARD
    town.file(make_card(title="another"), version_of("b"), by="dana")
    town.file(make_card(), by="farid")
    assert reason_of(town.approve("lena")) is Reason.OWN_CARD
    assert not isinstance(town.approve("dana"), SiteRefused)


def test_an_approval_is_of_the_newest_version_and_given_once() -> None:
    """An older text, an unknown card, a second time: refused."""
    town = Town()
    assert reason_of(town.approve("lena")) is Reason.UNKNOWN_CARD
    town.file(make_card())
    town.file(make_card(title="another"), version_of("b"))
    assert reason_of(town.approve("lena")) is Reason.VERSION_NOT_NEWEST
    town.approve("lena", version=version_of("b"))
    assert reason_of(town.approve("lena", version=version_of("b"))) is Reason.APPROVED_ALREADY


def test_a_changed_card_needs_its_approvals_anew() -> None:
    """A new version starts without approvals, and so does an old text that comes back."""
    town = Town()
    town.file(make_card())
    town.approve("lena", "sanzhar")
    assert town.phase() == CardPhase.CLEARED
    town.file(make_card(title="another"), version_of("b"))
    assert town.phase() == CardPhase.FILED
    town.file(make_card())
    assert town.phase() == CardPhase.FILED
    assert town.site.state.cards[CardId("C1")].approvals == {}


def test_an_approval_is_taken_back() -> None:
    """Who approved may withdraw, with a reason; the card is held if the rest do not suffice."""
    town = Town()
    town.file(make_card())
    town.approve("lena", "sanzhar", "dana")

    def withdraw(name: str, why: str = "a doubt") -> Any:  # noqa: ANN401  events or a refusal
        order = orders.WithdrawApproval(
            key=town.key(), card_id=CardId("C1"), version=version_of("a"), why=why
        )
        return town.ask(name, order)

    assert reason_of(withdraw("aigul")) is Reason.NOT_APPROVED
    assert reason_of(withdraw("dana", " ")) is Reason.TEXT_EMPTY
    withdraw("dana")
    assert town.phase() == CardPhase.CLEARED
    withdraw("lena")
    assert town.phase() == CardPhase.FILED
    town.approve("dana")
    assert town.phase() == CardPhase.CLEARED


@pytest.mark.parametrize(
    ("risk", "names", "is_enough"),
    [
        ("low", ("lena",), False),
        ("low", ("lena", "dana"), True),
        ("medium", ("lena", "dana"), False),
        ("medium", ("lena", "sanzhar"), True),
        ("medium", ("aigul", "sanzhar"), True),
        ("high", ("sanzhar", "aigul"), False),
        ("high", ("lena", "dana", "sanzhar"), False),
        ("high", ("sanzhar", "aigul", "dana"), True),
    ],
)
def test_approvals_rise_with_risk(risk: Risk, names: tuple[str, ...], is_enough: bool) -> None:
    """Two for a low risk, a safety officer among them for a medium, three for a high one."""
    town = Town()
    town.file(make_card(risk=risk))
    town.approve(*names)
    assert (town.phase() is CardPhase.CLEARED) is is_enough


def test_who_has_no_say_at_a_risk_is_refused() -> None:
    """The accountable manager has no place to fill on a card of low risk."""
    town = Town()
    town.file(make_card(risk="low"))
    assert reason_of(town.approve("aigul")) is Reason.ROLE_NOT_ENTITLED
    town.file(make_card(risk="medium"), version_of("b"))
    assert not isinstance(town.approve("aigul", version=version_of("b")), SiteRefused)


def test_one_person_counts_once() -> None:
    """A person of two roles fills one place, the one that leaves the others most."""
    both: tuple[Role, ...] = ("safety_officer", "accountable_manager")
    two_hats, safety, lead = (
        person("dana", both), person("sanzhar"), person("lena"),
    )  # fmt: skip
    assert not suffices("high", [two_hats, lead])
    assert suffices("high", [two_hats, lead, safety])
    assert suffices("medium", [safety, two_hats])
    assert list_open("high", [two_hats, safety]) == (
        ("test_director", "lead_engineer", "safety_officer", "accountable_manager"),
    )
    assert len(list_open("low", [])) == 2
    assert list_open("low", [safety, lead]) == ()
    assert PersonId("dana") == two_hats.person_id
