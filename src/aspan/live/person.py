"""Person: a name and how to reach it; never on the log, never in a message of ours."""

import re
import unicodedata
from typing import Literal

import msgspec

from aspan.primitives.errors import InvalidInput

NAME_CHARACTERS_MAX = 500
"""Longest name that is kept; the longest ever on a birth certificate is about 1,000 characters, the
longest a passport's machine-readable zone carries 39 (ICAO Doc 9303, part 4). Assumed: enough."""

EMAIL_CHARACTERS_MAX = 254
"""Longest address that mail can carry (RFC 5321, section 4.5.3.1.3, less its brackets)."""

_PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{3,28}[0-9]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One person as they call themselves.

    Parameters
    ----------
    name
        Any letters of any script, in any order of writing.
    lang
        In which language to speak to them.
    """

    name: str
    phone: str = ""
    email: str = ""
    lang: Literal["kk", "ru", "en"] = "kk"

    def __post_init__(self) -> None:
        """Refuse what is no name and reaches nobody; the refusal repeats nothing of it."""
        if not self.name.strip() or len(self.name) > NAME_CHARACTERS_MAX or _is_odd(self.name):
            expected = f"1 to {NAME_CHARACTERS_MAX} characters on one line"
            raise InvalidInput("name", "…", expected)
        if self.phone and not _PHONE.fullmatch(self.phone):
            raise InvalidInput("phone", "…", "a number such as +7 701 234 56 78")
        is_long = len(self.email) > EMAIL_CHARACTERS_MAX
        if self.email and (is_long or _is_odd(self.email) or not _EMAIL.fullmatch(self.email)):
            raise InvalidInput("email", "…", "an address such as name@example.kz")

    def __repr__(self) -> str:
        """Return nothing of what it holds: what is printed may end in a log."""
        return "Person(…)"


def _is_odd(text: str) -> bool:
    """Say whether a text has characters that no line of writing has: controls, halves of pairs.

    Joiners and marks of direction are letters' companions in many scripts, and in emoji.
    """
    return any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in text)
