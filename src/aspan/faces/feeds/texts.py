"""Words of the feeds in Kazakh, Russian and English; causes are told as the reports tell them."""

import json
from functools import cache
from importlib.resources import files
from typing import Final

from aspan.faces.report.words import read_catalogue
from aspan.world.vertiport import Names

LANGUAGES: Final = ("kk", "ru", "en")
"""The first is the language of the feed, the state language; the others are translations."""

Told = tuple[str, str, Names]
"""A table, a field of it and a text there in all languages: what `translations.txt` is made of. A
table is called as its file, whichever was added to GTFS later (*GTFS Schedule Reference*,
translations.txt, `table_name`)."""


@cache
def _read_texts() -> dict[str, dict[str, str]]:
    content = files("aspan.faces.feeds").joinpath("texts.json").read_text(encoding="utf-8")
    return dict(json.loads(content))


def tell(key: str, **values: Names | str | int) -> Names:
    """Return a text in all languages; a value that is `Names` is told in the same language."""
    texts = _read_texts()[key]
    told = {
        language: texts[language].format(
            **{
                name: getattr(value, language) if isinstance(value, Names) else value
                for name, value in values.items()
            }
        )
        for language in LANGUAGES
    }
    return Names(**told)


def join(*parts: Names) -> Names:
    """Return texts one after the other, in each language."""
    return Names(
        kk=" ".join(part.kk for part in parts),
        ru=" ".join(part.ru for part in parts),
        en=" ".join(part.en for part in parts),
    )


def tell_cause(code: str, kind: str = "") -> Names:
    """Return the words of a cause of the log, or those of its kind, or that none is stated."""
    catalogue = read_catalogue()
    for name in (code, code.removeprefix("weather_"), kind.lower()):
        texts = catalogue.get(f"cause.{name}")
        if texts is not None:
            return Names(**{language: str(texts[language]) for language in LANGUAGES})
    return tell("cause_unstated")
