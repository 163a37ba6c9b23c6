"""Why a flight does not go, in words for its passengers: plain, in Kazakh, Russian and English.

The desk reads the field's own words (`faces/report`); these stand in the middle of a sentence.
"""

import json
from functools import cache
from importlib.resources import files

OTHER = "other"
"""Key of the words for a cause that has none of its own."""


@cache
def read_causes() -> dict[str, dict[str, str]]:
    """Return the words by cause and language."""
    content = files("aspan.faces.http").joinpath("cause_words.json").read_text("utf-8")
    return dict(json.loads(content))


def tell_plainly(lang: str, cause: str) -> str:
    """Return a cause as in the middle of a sentence; empty without one, never its code."""
    if not cause:
        return ""
    words = read_causes()
    return words.get(cause, words[OTHER])[lang]
