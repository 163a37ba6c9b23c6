"""The words of the page: complete, in the right letters, and all of them used."""

import json
import re
from pathlib import Path
from typing import get_args

from aspan.evidence.go_no_go_list import LINES
from aspan.evidence.matrix import GapKind
from aspan.evidence.people import Role
from aspan.evidence.refusals import Reason
from aspan.evidence.scenarios import load_campaign
from aspan.evidence.verdict import Outcome

WEB = Path(__file__).parents[2] / "web" / "src"
FILES = sorted(WEB.glob("strings*.json"))
CATALOGUES: list[dict[str, dict[str, str | dict[str, str]]]] = [
    json.loads(path.read_text(encoding="utf-8")) for path in FILES
]
CATALOGUE = {key: entry for catalogue in CATALOGUES for key, entry in catalogue.items()}
LANGUAGES = ("kk", "ru", "en")
SAME_IN_ALL = {"app.title", "clock.speed", "vertiport.fato"}
PLURALS = {"kk": {"other"}, "ru": {"one", "few", "many", "other"}, "en": {"one", "other"}}
KAZAKH_ONLY = set("әғқңөұүһіӘҒҚҢӨҰҮҺІ")


def forms(entry: str | dict[str, str]) -> list[str]:
    """Return every form of a text."""
    return list(entry.values()) if isinstance(entry, dict) else [entry]


def test_no_text_stands_in_two_files() -> None:
    """The catalogue's files share no key, so that each text is mended in one place."""
    assert len(FILES) >= 2
    assert len(CATALOGUE) == sum(len(catalogue) for catalogue in CATALOGUES)


def test_every_text_is_there_in_three_languages() -> None:
    """No text is missing or empty, in any plural form its language needs."""
    for key, entry in CATALOGUE.items():
        assert tuple(sorted(entry)) == tuple(sorted(LANGUAGES)), key
        for tag in LANGUAGES:
            assert all(form.strip() for form in forms(entry[tag])), (key, tag)
            if isinstance(entry[tag], dict):
                assert set(entry[tag]) == PLURALS[tag], (key, tag)


def test_places_to_fill_agree() -> None:
    """Each language fills in the same values."""
    for key, entry in CATALOGUE.items():
        wanted = {
            frozenset(re.findall(r"\{(\w+)\}", f)) for t in LANGUAGES for f in forms(entry[t])
        }
        assert len(wanted) == 1, key


def test_letters_belong_to_the_language() -> None:
    """English has no Cyrillic, Russian no Kazakh letters, and Russian and Kazakh are Cyrillic."""
    for key, entry in CATALOGUE.items():
        if key in SAME_IN_ALL:
            continue
        plain = {t: re.sub(r"\{\w+\}|FATO|\S+@\S+", "", "".join(forms(entry[t]))) for t in LANGUAGES}
        assert not re.search("[а-яА-ЯёЁ]", plain["en"]), key
        assert not KAZAKH_ONLY & set(plain["ru"]), key
        for tag in ("kk", "ru"):
            assert not re.search("[a-zA-Z]", plain[tag]), (key, tag)


def test_kazakh_is_not_russian() -> None:
    """Kazakh texts are translated: where they equal the Russian, the word is shared by both."""
    told = {k: e for k, e in CATALOGUE.items() if "unit" not in k.split(".")}
    same = [k for k, e in told.items() if e["kk"] == e["ru"] and re.search("[а-я]", str(e))]
    assert len(same) <= 25, same


def test_every_text_that_the_page_asks_for_exists_and_is_used() -> None:
    """Keys named in the source are in the catalogue, and no text is left over."""
    source = "\n".join(p.read_text(encoding="utf-8") for p in sorted(WEB.rglob("*.ts")))
    named = set(re.findall(r'\bt\(\s*"([\w.]+)"', source)) | set(
        re.findall(r'"((?:figures|board|vertiport|aircraft)\.\w+)"', source)
    )
    groups = set(re.findall(r"word\(\s*\"([\w.]+)\"", source)) | set(
        re.findall(r"t\(\s*`([\w.]+?)\.\$\{", source)
    )
    wanted = {key for key in named if key not in groups}
    assert wanted <= set(CATALOGUE), wanted - set(CATALOGUE)
    ends = set(re.findall(r"t\(`\$\{\w+\}\.(\w+)`", source))
    unused = [
        key
        for key in CATALOGUE
        if key not in source
        and key.rsplit(".", 1)[0] not in groups
        and key.rsplit(".", 1)[1] not in ends
    ]
    assert unused == []


def test_the_test_site_has_words_for_all_it_says() -> None:
    """Every reason, line, role, outcome, gap, channel of a limit, kind of card has its text."""
    cards = load_campaign("alatau").cards.values()
    told: dict[str, set[str]] = {
        "reason": {reason.value for reason in Reason},
        "line": {line.name for line in LINES},
        "role": set(get_args(Role)),
        "outcome": set(get_args(Outcome)),
        "gap": set(get_args(GapKind)),
        "channel": {limit.channel for card in cards for limit in card.limits},
        "kind": {card.kind for card in cards},
        "steps": {str(card.step) for card in cards},
    }
    wanted = {f"range.{group}.{code}" for group, codes in told.items() for code in codes}
    assert wanted - set(CATALOGUE) == set()
