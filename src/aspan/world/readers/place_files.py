"""Which tables of places a city names; they are read only where something is searched."""

from pathlib import Path

from aspan.world.readers.tables import Table


def read_place_files(head: Table, folder: Path) -> tuple[str, ...]:
    """Return the tables that `city.toml` names under `places`; they must exist, unread so far."""
    files = head.texts("places")
    for place, name in enumerate(files):
        if ".." in Path(name).parts or Path(name).is_absolute():
            raise head.refuse(f"places[{place}]", name, "a path below the city's folder")
        if not (folder / name).is_file():
            raise head.refuse(f"places[{place}]", name, "a table of places (the file is missing)")
    return files
