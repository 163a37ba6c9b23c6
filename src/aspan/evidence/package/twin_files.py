"""Copies of the page and code of filed cards, so that what was approved can always be read.

They are kept beside the site's log by the hash of what they say; a card's version proves which pair
is its own (`scenarios.hash_card`).
"""

from hashlib import sha256
from pathlib import Path
from typing import Final

from aspan.evidence.card import Card, CardId
from aspan.evidence.scenarios import Campaign, hash_card
from aspan.evidence.site_store import data_folder

KEPT: Final = "_cards"
"""Folder of the copies in that of the site's data: no id of a run begins so."""

_DIGITS: Final = 16


def keep_twin_files(store: Path, campaign: Campaign, card_id: CardId) -> Path:
    """Keep the two files of a card beside a site's log, once, and return their folder."""
    scenario = campaign.scenarios[campaign.scenario_by_card[card_id]]
    folder = data_folder(store) / KEPT / name_folder(scenario.name, scenario.page, scenario.code)
    folder.mkdir(parents=True, exist_ok=True)
    for end, text in ((".md", scenario.page), (".py", scenario.code)):
        (folder / f"{scenario.name}{end}").write_bytes(text.encode())
    return folder


def name_folder(name: str, page: str, code: str) -> str:
    """Return the folder of a pair: its name and the beginning of its hash."""
    both = sha256(page.encode()).digest() + sha256(code.encode()).digest()
    return f"{name}-{sha256(both).hexdigest()[:_DIGITS]}"


def find_twin_files(kept: Path, card: Card, version: str) -> Path | None:
    """Return the folder of the pair that is a version of a card; None where none is kept."""
    if not kept.is_dir():
        return None
    for folder in sorted(kept.iterdir()):
        pair = read_pair(folder)
        if pair is not None and hash_card(card, *pair) == version:
            return folder
    return None


def read_pair(folder: Path) -> tuple[str, str] | None:
    """Return page and code of a folder; None where it does not hold one of each."""
    pages, codes = sorted(folder.glob("*.md")), sorted(folder.glob("*.py"))
    if len(pages) != 1 or len(codes) != 1 or pages[0].stem != codes[0].stem:
        return None
    try:
        return pages[0].read_bytes().decode(), codes[0].read_bytes().decode()
    except UnicodeDecodeError:
        return None
