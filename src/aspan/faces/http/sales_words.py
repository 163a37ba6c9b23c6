"""The words of bookings, fares and payments in Kazakh, Russian and English."""

import json
from functools import cache
from importlib.resources import files

from aspan.faces.http.journey_words import tell_cause


@cache
def _read() -> dict[str, dict[str, str]]:
    content = files("aspan.faces.http").joinpath("sales_words.json").read_text("utf-8")
    return dict(json.loads(content))


def say(lang: str, key: str, **values: object) -> str:
    """Return a text with its values in place."""
    return _read()[key][lang].format(**values)


def find_text(lang: str, key: str) -> str | None:
    """Return a text without values; None if there is none of that key."""
    texts = _read().get(key)
    return None if texts is None else texts[lang]


def say_reason(lang: str, reason: str) -> str:
    """Return why the field said no, as in the middle of a sentence; empty without a reason."""
    if not reason:
        return ""
    text = tell_cause(lang, reason)
    return text[:1].lower() + text[1:]
