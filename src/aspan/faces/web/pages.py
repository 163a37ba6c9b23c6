"""Where the built pages are."""

from pathlib import Path


def find_pages() -> Path | None:
    """Return the folder of the built pages, None if they have not been built."""
    folder = Path(__file__).parent / "dist"
    return folder if (folder / "index.html").is_file() else None
