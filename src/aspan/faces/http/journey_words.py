"""The words of trips in Kazakh, Russian and English; why something is not flown in the reports'."""

import json
from functools import cache
from importlib.resources import files

from aspan.faces.report.words import Words, read_catalogue
from aspan.world.reference import Reference, list_cited


@cache
def _read() -> dict[str, dict[str, str]]:
    content = files("aspan.faces.http").joinpath("journey_words.json").read_text("utf-8")
    return dict(json.loads(content))


def tell(lang: str, key: str, **values: object) -> str:
    """Return a text with its values in place; a value that ends in a full stop ends the text."""
    return _read()[key][lang].format(**values).replace("..", ".")


def tell_cause(lang: str, code: str) -> str:
    """Return why something is refused, beginning with a capital; the code if nobody words it."""
    word = Words(lang, "UTC").word("cause", code)
    return word[:1].upper() + word[1:]


def has_cause(code: str) -> bool:
    """Say whether a code has words."""
    return f"cause.{code}" in read_catalogue()


def tell_source(source: str, references: dict[str, Reference]) -> str:
    """Return a source with the titles and sources of the rows it cites."""
    rows = [references[row] for row in list_cited(source, references) if row in references]
    if not rows:
        return source
    return f"{source} ({'; '.join(f'{row.title}: {row.source}' for row in rows)})"
