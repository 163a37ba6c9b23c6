"""Words of place names, folded so that three languages and two scripts meet.

A name is cut into words of letters or digits. Each is written in one plain Latin spelling that
forgets what people leave out or mix up: Kazakh letters and their Russian neighbours (қ к q, ө о,
ұ у), the ways a sound is written in Latin (zh j ж, sh ch ш, kh h х, y i и ы), signs and doubled
letters. "Қапшағай", "Капчагай" and "Kapchagay" all become "kapxagai". Not kept apart: words that
differ only so; that is the price.
"""

import re
import unicodedata
from typing import Final

TEXT_CHARACTERS_MAX = 100
"""Characters of a query that are looked at."""
WORDS_MAX = 8
"""Words of a query that are looked at."""

_CYRILLIC: Final = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "j", "з": "z",
    "и": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "x", "ш": "x", "щ": "x",
    "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia", "ә": "a", "ғ": "g", "қ": "k",
    "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "і": "i",
}  # fmt: skip
_LATIN: Final = (
    ("shch", "x"), ("zh", "j"), ("dj", "j"), ("kh", "h"), ("gh", "g"), ("sh", "x"), ("ch", "x"),
    ("ck", "k"), ("c", "k"), ("ts", "c"), ("ph", "f"), ("y", "i"), ("w", "v"), ("q", "k"),
)  # fmt: skip
_LATIN_ONLY: Final = {"x": "ks", "ş": "x", "ç": "x", "ı": "i"}
_AFTER_VOWEL: Final = re.compile(r"(?<=[aeou])ie")
_DOUBLED: Final = re.compile(r"(.)\1+")
_WORD: Final = re.compile(r"\d+|[^\W\d_]+")

WEAK_WORDS: Final = frozenset(
    {
        "ul", "ulica", "pr", "prs", "prospekt", "per", "pereulok", "street", "st", "avenue", "ave",
        "av", "road", "koxesi", "koxe", "dangili", "g", "gorod", "city", "kiti", "kalasi", "kala",
        "imeni", "im", "m", "atindagi", "the", "of", "at", "in", "na", "v", "u", "s", "tc", "trc",
        "tik",
        "bc", "raion", "audani", "audan", "district", "distrikt", "posiolok", "poselok", "selo",
        "auil", "centr", "kenter", "kentre",
    }
)  # fmt: skip
"""Words, folded, that a query may hold without the place having them."""

_LATIN_KEYS: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_RUSSIAN_KEYS: Final = "йцукенгшщзхъфывапролджэячсмитьбюё"
_TO_RUSSIAN: Final = str.maketrans(_LATIN_KEYS, _RUSSIAN_KEYS)
_TO_LATIN: Final = str.maketrans(_RUSSIAN_KEYS, _LATIN_KEYS)


def fold_word(word: str) -> str:
    """Return one word in the plain spelling; empty if nothing of it is left."""
    lower = word.lower()
    if _has_cyrillic(lower):
        spelt = "".join(_CYRILLIC.get(letter, letter) for letter in lower)
        bare = _drop_accents(spelt).replace("dj", "j")
    else:
        spelt = "".join(_LATIN_ONLY.get(letter, letter) for letter in lower)
        bare = _drop_accents(spelt)
        for written, sound in _LATIN:
            bare = bare.replace(written, sound)
    return _DOUBLED.sub(r"\1", _AFTER_VOWEL.sub("e", bare))


def _drop_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _has_cyrillic(text: str) -> bool:
    return any("\u0400" <= letter <= "\u04ff" for letter in text)


def split_words(text: str, *, words_max: int | None = None) -> list[str]:
    """Return the folded words of a text in order; digits are words of their own."""
    composed = unicodedata.normalize("NFKC", text.replace("№", " "))
    found = (fold_word(word) for word in _WORD.findall(composed))
    words = [word for word in found if word]
    return words if words_max is None else words[:words_max]


def swap_layout(text: str) -> str:
    """Return a text as the same keys would have written it on the other layout.

    Latin letters become what the Russian layout has on their keys, and the reverse; the layouts are
    those of ISO/IEC 9995 keyboards as sold in Kazakhstan (QWERTY and ЙЦУКЕН).
    """
    lower = text.lower()
    return lower.translate(_TO_LATIN if _has_cyrillic(lower) else _TO_RUSSIAN)
