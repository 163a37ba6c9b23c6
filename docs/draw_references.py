"""Draw the references as a page: `python docs/draw_references.py` writes `docs/references.md`.

`cities/references.toml` is the truth; a test holds the page to it.
"""

from pathlib import Path
from typing import Final

from aspan.world.readers import load_references

PAGE: Final = Path(__file__).with_name("references.md")
_HEAD: Final = """# References

Where a source says "facts 4.31", it means row 4.31 below. Drawn from `cities/references.toml` by
`docs/draw_references.py`: change the file, then draw again. The [dictionary](dictionary.md)
defines the marks. A city's own numbers, with value, unit and range, stand in its files;
`aspan city check CITY` counts them by mark.

| row | about | says | where it was read, or from what it is made | mark |
|---|---|---|---|---|
"""


def draw_page() -> str:
    """Return the whole page."""
    rows = load_references(PAGE.parents[1] / "cities")
    return _HEAD + "".join(
        f"| {row_id} | {row.title} | {row.says} | {row.source} | {row.mark} |\n"
        for row_id, row in rows.items()
    )


if __name__ == "__main__":
    PAGE.write_text(draw_page(), encoding="utf-8")
