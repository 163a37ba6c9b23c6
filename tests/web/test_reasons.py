"""What the operation may say of a sortie, a booking or an order has words in every language."""

import re
from pathlib import Path

from aspan.faces.http.cause_words import read_causes, tell_plainly
from aspan.faces.http.notice_words import OF_ITS_OWN
from aspan.operations.actions import FATO_CLOSED, HELD_BY_DESK
from aspan.operations.gate import TOO_HEAVY
from aspan.operations.minima import MinimaReason
from web.test_catalogue import CATALOGUE

OPERATIONS = Path(__file__).parents[2] / "src" / "aspan" / "operations"
SOURCE = "\n".join(p.read_text(encoding="utf-8") for p in sorted(OPERATIONS.glob("*.py")))
BROKEN_SITES = ("no_airspace", "no_slot")  # `no_` and the reason of airspace/departures.py


def told(pattern: str, source: str = SOURCE) -> set[str]:
    """Return the codes that a pattern finds in the rooms' source."""
    return set(re.findall(pattern, source))


def without_words(codes: set[str], *groups: str) -> set[str]:
    """Return the codes that none of the groups has a word for."""
    return {c for c in codes if not any(f"{group}.{c}" in CATALOGUE for group in groups)}


def list_reasons() -> set[str]:
    """Return the reasons that holds, refusals, cancellations, crews and the desk name."""
    codes = told(r'(?:Hold|Refused|LegRefused)\(reason="(\w+)"')
    codes |= told(r'(?:cause|reason)="([a-z]+(?:_[a-z]+)*)"')
    codes |= told(r'return "((?:no_|pilot_|weather_)\w+)"')
    codes |= told(r'\n[A-Z_]+ = "((?:departures|fato|geozone|desk)\w*)"\n')
    return codes | {f"weather_{reason.value}" for reason in MinimaReason} | set(BROKEN_SITES)


def test_every_reason_of_a_sortie_or_booking_has_words() -> None:
    """Holds, refusals, cancellations, crews and the desk name reasons that the page can say."""
    codes = list_reasons()
    assert len(codes) >= 30
    assert without_words(codes, "cause", "refusal") == set()


def test_every_reason_is_told_to_passengers_in_plain_words() -> None:
    """Each cause of a sortie, and each of a party, is worded for passengers in each language.

    What is not worded is told in general, never by its code.
    """
    words = read_causes()
    codes = list_reasons() | told(r'cancel\(turn, \w+, "(\w+)"\)') | {TOO_HEAVY, OF_ITS_OWN}
    codes |= {FATO_CLOSED, HELD_BY_DESK}
    assert {"unbooked", "no_passengers", "weather_visibility", "grounded"} <= codes
    assert codes - set(words) == set()
    for code, texts in words.items():
        assert set(texts) == {"kk", "ru", "en"}, code
        assert len(set(texts.values())) == 3, code
        assert not any("_" in text or text.endswith(".") for text in texts.values()), code
    for lang in ("kk", "ru", "en"):
        assert tell_plainly(lang, "what_nobody_knows") == words["other"][lang]
        assert "_" not in tell_plainly(lang, "weather_visibility")
    assert tell_plainly("en", "weather_visibility") == "fog or poor visibility"


def test_every_reason_of_the_weather_has_words() -> None:
    """The bar and the weather view name each broken minimum by itself."""
    assert without_words({reason.value for reason in MinimaReason}, "cause") == set()


def test_every_effect_of_an_action_has_words() -> None:
    """The effects that a preview may tell are in the catalogue."""
    touched = (OPERATIONS / "touched.py").read_text(encoding="utf-8")
    codes = told(r'(?:effect(?: =|=) ?|, |else |\()"([a-z_]+)"', touched) - {"empty"}
    codes -= {"sortie_id", "booking_id"}  # names of fields
    codes |= {"waits", "goes", "cancelled", "reassigned", "other_fato", "diverted", "flies_on", "emptied"}
    assert without_words(codes, "effect") == set()
