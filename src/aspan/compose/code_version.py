"""Code version: which code flew a day, down to its bytes.

The version of the package says which release it is; between releases code changes too. So a hash
over the sources of all rooms that a simulated day hangs on stands behind it.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import aspan

ROOMS: Final = (
    "airspace", "booking", "compose", "demand", "dispatch", "journeys", "operations", "physics",
    "primitives", "twin", "world",
)  # fmt: skip
"""Rooms that a day is flown by; what shows, serves or judges it changes none of its bytes."""

HASH_LENGTH: Final = 12


@cache
def code_version(*more: str) -> str:
    """Return the version of the package and a hash of the sources that days hang on.

    Parameters
    ----------
    more
        Further sources below the package, as `studies/plan_city.py`.
    """
    package = Path(aspan.__file__).parent
    paths = [path for room in ROOMS for path in (package / room).rglob("*.py")]
    paths += [package / name for name in more]
    found = sha256()
    for path in sorted(paths):
        name = path.relative_to(package).as_posix()
        found.update(b"%b\n%d\n" % (name.encode(), path.stat().st_size))
        found.update(path.read_bytes())
    return f"{aspan.__version__}+{found.hexdigest()[:HASH_LENGTH]}"
