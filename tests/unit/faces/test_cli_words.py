"""No code reaches a person: what the rooms may say has words on the command line and in reports."""

import json
import re
from pathlib import Path
from typing import get_args

from aspan.faces.cli.words import english, list_refusals, tell_counts, tell_refusal
from aspan.faces.report.refusals import tell_cause
from aspan.faces.report.words import LANGUAGES, Words
from aspan.operations.lifecycles import BookingStatus
from aspan.operations.minima import MinimaReason
from aspan.physics.reserve import ReserveRule

ROOT = Path(__file__).parents[3]
OPERATIONS = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "src" / "aspan" / "operations").glob("*.py"))
)


def list_codes() -> set[str]:
    """Return the reasons and causes that the operation may give, and those the pages can say."""
    codes: set[str] = set()
    for pattern in (
        r'(?:Hold|Refused|LegRefused)\(reason="(\w+)"',
        r'(?:cause|reason)="([a-z]+(?:_[a-z]+)*)"',
        r'return "((?:no_|pilot_|weather_)\w+)"',
        r'\n[A-Z_]+ = "((?:departures|fato|geozone|desk|no_passengers|unbooked)\w*)"\n',
    ):
        codes |= set(re.findall(pattern, OPERATIONS))
    codes |= {f"weather_{reason.value}" for reason in MinimaReason}
    pages = json.loads((ROOT / "web" / "src" / "strings.json").read_text(encoding="utf-8"))
    return codes | {key.split(".", 1)[1] for key in pages if key.startswith("cause.")}


def test_every_reason_has_words_in_every_language() -> None:
    """A code that the catalogue does not know would be printed bare: there is none."""
    codes = list_codes()
    assert {"no_passengers", "unbooked", "geozone_closed", "weather_forecast"} <= codes
    for language in LANGUAGES:
        words = Words(language, "UTC")
        assert {code for code in codes if "_" in tell_cause(words, code)} == set()
        assert {code for code in codes if not _is_told(words, code)} == set()


def _is_told(words: Words, code: str) -> bool:
    plain = code.removeprefix("weather_")
    return any(words.find_word("cause", name) is not None for name in (code, plain))


def test_every_status_of_a_booking_and_every_reserve_has_words() -> None:
    """Statuses and clauses of the reserve are told in words too."""
    words = english()
    for status in BookingStatus:
        assert words.find_word("booking", status.value) is not None, status
    for rule in get_args(ReserveRule):
        told = words.t(f"reserve.{rule}", minutes="20 min", site="EAST")
        assert "_" not in told
        assert told.startswith("Reserve: ")


def test_counts_are_told_the_commonest_first() -> None:
    """Two codes of one meaning are counted together, and nothing is told as none."""
    counts = {"no_passengers": 4, "unbooked": 69, "weather_visibility": 2, "visibility": 1}
    assert tell_counts(counts) == "nobody booked 69, no passengers 4, poor visibility 3"
    assert tell_counts({"no_show": 4}, "booking") == "did not come 4"
    assert tell_counts({}) == "none"


def test_refusals_name_party_charge_and_reserve_once() -> None:
    """Two pairs refused for energy share the line about the reserve."""
    row = {
        "origin": "A", "destination": "B", "code": "energy", "passengers": 1, "soc_needed": 0.952,
        "soc_ceiling": 0.95, "reserve_rule": "final_reserve_not_landable", "reserve_s": 1800.0,
        "diversion_site_id": "C",
    }  # fmt: skip
    lines = list_refusals([row, row | {"destination": "D"}])
    assert lines[0] == "A to B: needs a charge of 95.2% with 1 passenger, the ceiling is 95%"
    assert len(lines) == 3
    assert lines[2].startswith("Reserve: 30\N{NO-BREAK SPACE}min of flight")
    shut = {"code": "geozone_closed", "detail": "ZONE1"}
    assert tell_refusal(shut) == "lane crosses a closed geozone (ZONE1)"
