"""People of the test site: who they are, what they may decide, and how a word of theirs is known.

A person holds an Ed25519 key [1]; the site knows the public half. What somebody decides is an order
in bytes with a signature over it, so that the log proves by itself who said what. The private half
never leaves the person: a file of theirs, or their browser. The signature is over the site's id
too, drawn once for each log: what was signed for one site is nothing on another.

References
----------
.. [1] S. Josefsson, I. Liusvaara, RFC 8032, *Edwards-Curve Digital Signature Algorithm*, 2017.
"""

from typing import Literal, NewType

import msgspec

PersonId = NewType("PersonId", str)

SiteId = NewType("SiteId", str)
"""Of one log of a test site: 16 bytes drawn when it is made, in base64url without padding."""

Role = Literal[
    "test_director",
    "lead_engineer",
    "safety_officer",
    "accountable_manager",
    "flight_test_engineer",
    "pilot",
    "safety_pilot",
    "range_officer",
]
"""What a person may decide or do; `approval_rule` says whose word a card needs."""

SIGNED_AS = b"aspan test site order 2\n"
"""Goes before the site's id, a line feed and the text that are signed, so that no signature made
elsewhere is one here."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A person of the test site; `public_key` is 32 bytes, in base64url without padding."""

    person_id: PersonId
    name: str
    roles: tuple[Role, ...]
    public_key: str


class SignedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it arrives: JSON of an `AnyOrder`, for which site, by whom, and the signature.

    Parameters
    ----------
    order
        Text of the JSON exactly as signed.
    site_id
        Of the site that it was signed for.
    signature
        64 bytes over `SIGNED_AS`, the site's id, a line feed and the text in UTF-8, base64url
        without padding.
    """

    order: str
    site_id: SiteId
    by: PersonId
    signature: str
