"""Made-up persons of the twin, who sign so that its flights pass the same doors as an aircraft's.

Their names say so. Their keys follow from the seed and are no secret: a signature of theirs proves
that the twin was at work, and nothing else.
"""

from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aspan.evidence.people import PersonId, Role, SiteId
from aspan.evidence.signing import SITE_ID_BYTES, KeyFile, encode_bytes

MADE_UP: Final = "made up by the twin"

_DESK: Final[tuple[tuple[str, str, tuple[Role, ...]], ...]] = (
    ("twin-director", "Director", ("test_director",)),
    ("twin-lead", "Lead engineer", ("lead_engineer",)),
    ("twin-safety", "Safety officer", ("safety_officer",)),
    ("twin-manager", "Accountable manager", ("accountable_manager",)),
    ("twin-range", "Range officer", ("range_officer",)),
    ("twin-author", "Author of cards", ("flight_test_engineer",)),
)


def make_site_id(seed: int) -> SiteId:
    """Return the id of a site of the twin alone: no more of a secret than its people's keys."""
    raw = sha256(f"aspan twin site {seed}".encode()).digest()
    return SiteId(encode_bytes(raw[:SITE_ID_BYTES]))


def make_desk(seed: int) -> dict[str, KeyFile]:
    """Return who decides: director, lead engineer, safety officer, manager, range, author."""
    return {name: make_person(seed, name, title, roles) for name, title, roles in _DESK}


def make_crew(seed: int, role: Role, count: int) -> list[KeyFile]:
    """Return persons of one role of a crew."""
    title = role.replace("_", " ").capitalize()
    return [
        make_person(seed, f"twin-{role.replace('_', '-')}-{n}", f"{title} {n}", (role,))
        for n in range(1, count + 1)
    ]


def make_person(seed: int, person_id: str, title: str, roles: tuple[Role, ...]) -> KeyFile:
    """Return a made-up person with the key that follows from the seed."""
    raw = sha256(f"aspan twin person {seed} {person_id}".encode()).digest()
    private = Ed25519PrivateKey.from_private_bytes(raw)
    return KeyFile(
        person_id=PersonId(person_id),
        name=f"{title} ({MADE_UP})",
        roles=roles,
        public_key=encode_bytes(private.public_key().public_bytes_raw()),
        private_key=encode_bytes(raw),
    )
