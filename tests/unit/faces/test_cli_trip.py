"""`aspan trip` from the command line: the short answer, JSON, places by name, bad input."""

import json

import msgspec
import pytest

from aspan.faces.cli.main import execute
from aspan.faces.cli.trip_places import find_point
from aspan.faces.cli.trip_text import format_trip
from aspan.faces.http.wire_journeys import ItinerariesPage
from aspan.primitives.errors import InvalidInput
from shipped import read_shipped

TINY = ["trip", "tiny", "--from", "43.5,77.22", "--to", "43.64,77.11"]


def test_the_answer_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    """When one is there, then a line an itinerary, none wider than a terminal."""
    assert execute([*TINY, "--depart-at", "10:00", "--party", "2"]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].startswith("There by ")
    assert max(map(len, lines)) <= 100
    assert any("fly " in line for line in lines)
    assert any("car " in line for line in lines)
    assert err == ""


def test_json_is_what_the_service_answers(capsys: pytest.CaptureFixture[str]) -> None:
    """One document; the twin has flown to half an hour before, and offers are of then."""
    assert execute([*TINY, "--depart-at", "2025-04-12T10:00", "--json"]) == 0
    page = json.loads(capsys.readouterr().out)
    assert page["query"]["depart_at_ms"] - page["now_ms"] == 30 * 60_000
    assert {"itineraries", "from", "to", "not_flown", "assumptions", "car"} <= set(page)
    assert all(it["depart_at_ms"] >= page["now_ms"] for it in page["itineraries"])


@pytest.mark.parametrize("option", ["--arrive-by", "--arrive-at"])
def test_who_must_arrive_does(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """By eleven nothing arrives later; both names of the option mean it."""
    assert execute([*TINY, option, "11:00", "--json"]) == 0
    page = json.loads(capsys.readouterr().out)
    assert page["itineraries"]
    assert max(it["arrive_at_ms"] for it in page["itineraries"]) <= page["query"]["arrive_by_ms"]


def test_who_must_arrive_is_told_when_to_leave(capsys: pytest.CaptureFixture[str]) -> None:
    """The time that was asked for is never answered by a later one as if that were meant."""
    assert execute([*TINY, "--arrive-by", "11:00", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    page = msgspec.convert(document, ItinerariesPage)
    best, asked_ms = page.itineraries[0], page.query.arrive_by_ms
    assert asked_ms is not None
    for promised_ms, said in (
        (None, False), (asked_ms, False), (asked_ms + 15 * 60_000, True),
    ):  # fmt: skip
        promised = msgspec.structs.replace(best, promised_arrival_at_ms=promised_ms)
        told = format_trip(msgspec.structs.replace(page, itineraries=[promised]), []).splitlines()
        assert told[0].startswith("Leave at ")
        assert ", there at 1" in told[0]
        assert ("promised only by 11:15" in " ".join(told[:2])) == said


def test_no_way_is_said_with_status_one(capsys: pytest.CaptureFixture[str]) -> None:
    """A door a thousand kilometres off is reached by nothing within the horizon."""
    assert execute([*TINY[:4], "--to", "52.0,77.0", "--depart-at", "10:00"]) == 1
    assert capsys.readouterr().out.startswith("No way found from ")


def test_places_have_names() -> None:
    """A name finds its place in Alatau, and says which others are called so."""
    city = read_shipped("alatau")
    point, note = find_point("--from", "airport", city)
    assert point == pytest.approx((77.012, 43.3466), abs=1e-3)
    assert "Almaty International Airport" in note
    assert find_point("--to", "43.25, 76.9", city) == ((76.9, 43.25), "")
    for wrong in ("qqqqxxzz", "1e1,76.9", "91,76.9", "43.2,181", "43.2,76.9,"):
        with pytest.raises(InvalidInput, match="--to"):
            find_point("--to", wrong, city)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ((), "--depart-at, --arrive-by"),
        (("--depart-at", "10:00", "--arrive-by", "11:00"), "--depart-at, --arrive-by"),
        (("--depart-at", "25:00"), "--depart-at"),
        (("--depart-at", "2025-04-12T10:00", "--date", "2025-04-13"), "--depart-at"),
        (("--depart-at", "2025-13-12T10:00"), "--depart-at"),
        (("--depart-at", "10:00", "--until", "15:00"), "--until: '15:00'"),
        (("--depart-at", "10:00", "--until", "09:59"), "expected from depart-at to 4 h after it"),
        (("--depart-at", "10:00", "--to", "4_3.2,7_6.9"), "--to: '4_3.2,7_6.9'"),
        (("--depart-at", "10:00", "--to", "43.2,76.9,1"), "--to"),
        (("--arrive-by", "10:00", "--until", "11:00"), "--until"),
        (("--depart-at", "10:00", "--party", "9"), "--party"),
        (("--depart-at", "10:00", "--walk-m", "-5"), "--walk-m"),
        (("--depart-at", "10:00", "--fleet", "0"), "fleet"),
        (("--depart-at", "10:00", "--date", "2025-02-30"), "--date"),
    ],
)
def test_bad_input_is_one_line(
    options: tuple[str, ...], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each names the option, the value and what was expected, with exit status 2."""
    assert execute([*TINY, *options]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert named in err
    assert len(err.splitlines()) == 1
