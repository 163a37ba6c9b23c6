"""Who stands behind a run, and under which name: what a change of card, crew or persons undoes."""

import msgspec
import pytest

from aspan.evidence import orders
from aspan.evidence.card import Crew
from aspan.evidence.people import PersonId
from aspan.evidence.refusals import Reason
from aspan.evidence.reports import ReportTelemetry
from aspan.evidence.site import SiteRefused
from aspan.primitives.units import MS_PER_H
from ranging import FROM_MS, Town, evidence, make_card, person, reason_of, version_of


def lines_against(answer: object) -> list[str]:
    """Return the lines of a list that say no."""
    assert isinstance(answer, SiteRefused)
    assert answer.go_no_go is not None
    return [line.name for line in answer.go_no_go.lines if line.verdict != "go"]


@pytest.mark.parametrize(
    "run_id", ["../up", "/tmp/x", "a/b", ".", "..", ".hid", "a b", "é", "x" * 101, "cards"]
)
def test_a_run_is_called_by_a_plain_name(run_id: str) -> None:
    """Its telemetry lies in a folder of that name: never outside, never in place of another."""
    town = Town()
    town.prepare()
    assert reason_of(town.release(run_id)) is Reason.BAD_ORDER
    assert not isinstance(town.release("GT1-S1_2.b"), SiteRefused)


def test_whoever_released_must_still_be_there() -> None:
    """A release falls with its signer: dismissed, or enrolled anew as something else."""
    for roles in (None, ("pilot",)):
        town = Town()
        second = msgspec.structs.replace(person("petra"), roles=("test_director",))
        town.ask("dana", orders.Dismiss(key="out", person_id=PersonId("petra")))
        town.ask("dana", orders.Enrol(key="in", person=second))
        town.prepare()
        town.release(by="petra")
        town.now_ms = FROM_MS
        town.ask("dana", orders.Dismiss(key="out-2", person_id=PersonId("petra")))
        if roles is not None:
            again = msgspec.structs.replace(second, roles=roles)
            town.ask("dana", orders.Enrol(key="in-2", person=again))
        assert reason_of(town.begin()) is Reason.NOT_RELEASED
        town.release(by="dana", evidence=evidence(town.now_ms))
        assert not isinstance(town.begin(), SiteRefused)


def test_a_card_that_asks_for_more_crew_finds_its_slot_too_small() -> None:
    """A slot is booked for a card as it was; a version that needs a safety pilot does not fly."""
    town = Town()
    town.prepare()
    more = make_card(crew=Crew(safety_pilots=1))
    town.file(more, version_of("b"))
    town.approve("lena", "sanzhar", version=version_of("b"))
    assert lines_against(town.release(version=version_of("b"))) == ["crew_rest"]


def test_a_card_that_became_one_of_the_day_is_not_flown_by_night() -> None:
    """The slot by night was booked for a version that could be flown in it."""
    town = Town()
    night = make_card(minima=msgspec.structs.replace(make_card().minima, is_day_only=False))
    town.file(night)
    town.approve("lena", "sanzhar")
    from_ms = FROM_MS + 12 * MS_PER_H
    assert not isinstance(town.book(from_ms=from_ms, until_ms=from_ms + MS_PER_H), SiteRefused)
    town.now_ms = from_ms
    town.observe()
    assert not isinstance(town.release(), SiteRefused)
    town.file(make_card(), version_of("b"))
    town.approve("lena", "sanzhar", version=version_of("b"))
    assert lines_against(town.release(version=version_of("b"))) == ["slot_held"]


def test_telemetry_of_another_time_is_none_of_the_run() -> None:
    """A recording of the day before, or after the run has ended, is not taken for its own."""
    town = Town()
    town.prepare()
    town.release()
    town.now_ms = FROM_MS
    town.begin()
    town.now_ms += 60_000
    town.end()
    day_ms, end_ms = 24 * MS_PER_H, town.now_ms

    def keep(from_ms: int, until_ms: int) -> object:
        report = ReportTelemetry(
            run_id="RUN1", manifest_sha256=version_of("e"), rows=600,
            from_at_ms=from_ms, until_at_ms=until_ms,
        )  # fmt: skip
        return town.hand(report)

    assert reason_of(keep(FROM_MS - day_ms, end_ms - day_ms)) is Reason.BAD_REPORT
    assert reason_of(keep(end_ms + 1, end_ms + day_ms)) is Reason.BAD_REPORT
    assert town.site.state.runs["RUN1"].telemetry is None
    assert not isinstance(keep(FROM_MS - 600_000, end_ms + 600_000), SiteRefused)


def test_a_text_filed_again_under_another_number_keeps_its_authors() -> None:
    """Who wrote a card does not come to approve it because another filed it once more."""
    town = Town()
    town.file(make_card(), by="lena")
    town.file(make_card(), version_of("b"), by="farid")
    assert reason_of(town.approve("lena", version=version_of("b"))) is Reason.OWN_CARD
    assert not isinstance(town.approve("dana", version=version_of("b")), SiteRefused)
