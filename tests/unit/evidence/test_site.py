"""The test site as a whole: signatures, keys, a card from its filing to its review."""

from aspan.evidence.refusals import Reason
from aspan.evidence.site import SiteRefused
from aspan.evidence.site_fold import fold, state_bytes
from ranging import FROM_MS, Town


def reason_of(answer: object) -> Reason:
    """Return why the site said no."""
    assert isinstance(answer, SiteRefused), answer
    return answer.reason


def test_a_card_is_flown_and_reviewed() -> None:
    """Filed, approved by two, booked, released on a list that says go, begun, ended, reviewed."""
    town = Town()
    town.prepare()
    town.fly()
    assert not isinstance(town.review(), SiteRefused)
    run = town.site.state.runs["RUN1"]
    assert run.is_accepted
    assert run.begun_at_ms == FROM_MS
    assert [type(event).__name__ for event in town.events if "RUN1" in str(event)] == [
        "OrderTaken", "RunReleased", "OrderTaken", "RunBegun", "OrderTaken", "RunEnded",
        "TelemetryKept", "OrderTaken", "RunReviewed",
    ]  # fmt: skip
    assert state_bytes(fold(town.events)) == state_bytes(town.site.state)
