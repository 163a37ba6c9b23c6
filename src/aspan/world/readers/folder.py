"""The folder of a city: where it is, and the one hash over its files."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from aspan.primitives.errors import InvalidInput

COSTS_NAME = "costs.toml"
"""Of what counts money alone; `readers.costs` hashes it."""

_CHECKOUT = Path(__file__).resolve().parents[4]


def list_homes() -> tuple[Path, ...]:
    """Return the folders in which cities are looked for by name."""
    return (Path("cities"), _CHECKOUT / "cities")


def list_cities() -> list[str]:
    """Return the names of the cities at hand, sorted."""
    found = {path.parent.name for home in list_homes() for path in home.glob("*/city.toml")}
    return sorted(found)


def find_folder(city: str) -> Path:
    """Return the folder of `city`: a name in `cities/`, or a path to a folder with `city.toml`."""
    if city:
        for folder in (*(home / city for home in list_homes()), Path(city)):
            if _is_city(folder):
                return folder.resolve()
    names = ", ".join(list_cities()) or "none is here"
    raise InvalidInput("city", city, f"one of {names}, or a path to a folder with city.toml")


def _is_city(folder: Path) -> bool:
    """Say whether a folder has a `city.toml`; a name too long for a file has none."""
    try:
        return (folder / "city.toml").is_file()
    except OSError:
        return False


def hash_files(folder: Path, beside: Iterable[str] = ()) -> str:
    """Return the SHA-256 over all files of `folder`, as `sha256sum` would list them.

    One line `<sha256>  <path>` for each file, sorted by path (`/` between names, relative to the
    folder), each ended by a line feed; the hash of that text. Hidden files and folders and
    `__pycache__` are left out, and so is `costs.toml`: no day reads it, and what counts money
    names its hash beside this one.

    Parameters
    ----------
    beside
        Files outside the folder that the city refers to, as it writes them (`../alatau/…`).
    """
    inside = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    names = [name for name in inside if not _is_left_out(name)]
    lines = sorted([*names, *beside])
    text = "".join(
        f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in lines
    )
    return sha256(text.encode()).hexdigest()


def _is_left_out(name: str) -> bool:
    parts = name.split("/")
    return name == COSTS_NAME or any(p.startswith(".") or p == "__pycache__" for p in parts)
