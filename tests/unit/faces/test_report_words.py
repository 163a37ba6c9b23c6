"""The catalogue of the reports: complete, in one script each, with plurals and numbers."""

import re
from pathlib import Path

import pytest

from aspan.faces.report.words import LANGUAGES, Words, choose_form, read_catalogue
from aspan.primitives.errors import InvalidInput

REPORT = Path(__file__).resolve().parents[3] / "src" / "aspan" / "faces" / "report"
THIN = "\N{NARROW NO-BREAK SPACE}"
GAP = "\N{NO-BREAK SPACE}"


def list_forms(text: str | dict[str, str]) -> list[str]:
    """Return a text, or all its plural forms."""
    return [text] if isinstance(text, str) else list(text.values())


def test_every_text_has_every_language() -> None:
    """Each text is there in three languages, with the plural forms its language needs."""
    forms = {"en": {"one", "other"}, "ru": {"one", "few", "many"}, "kk": {"other"}}
    for key, texts in read_catalogue().items():
        assert set(texts) == set(LANGUAGES), key
        for language, text in texts.items():
            assert all(form.strip() for form in list_forms(text)), key
            if isinstance(text, dict):
                assert set(text) == forms[language], key


def test_languages_ask_for_the_same_values() -> None:
    """A text names the same values in each language; a plural form may leave out none."""
    for key, texts in read_catalogue().items():
        asked = {
            tuple(sorted(set(re.findall(r"\{(\w+)\}", form))))
            for text in texts.values()
            for form in list_forms(text)
        }
        assert len(asked) == 1, key


def test_no_mixed_strings() -> None:
    """Russian and Kazakh texts hold Latin letters only in names of the field."""
    names = r"\{\w+\}|FATO|AIP|Aspan|SHA-256|kpis\.json|°C|→|\bA\b|\bB\b"
    for key, texts in read_catalogue().items():
        for language in ("ru", "kk"):
            for form in list_forms(texts[language]):
                assert not re.search("[A-Za-z]", re.sub(names, "", form)), (key, language)
        for form in list_forms(texts["en"]):
            assert not re.search("[А-Яа-яӘәҒғҚқҢңӨөҰұҮүҺһІі]", form), key


def test_every_text_asked_for_is_there() -> None:
    """Each key that the code or a template names in full is in the catalogue, and all are used."""
    source = "\n".join(
        path.read_text() for path in sorted(REPORT.rglob("*")) if path.suffix in (".py", ".j2")
    )
    asked = set(re.findall(r'words\.(?:t|count)\(\s*"([\w.]+)"', source))
    assert asked - set(read_catalogue()) == set()
    assert len(asked) > 80


def test_numbers_follow_the_language() -> None:
    """Thousands, decimals and signs are written as each language writes them."""
    en, ru = Words("en", "UTC"), Words("ru", "UTC")
    assert en.number(-12345.67, 1) == "\N{MINUS SIGN}12,345.7"
    assert ru.number(-12345.67, 1) == f"\N{MINUS SIGN}12{THIN}345,7"
    assert ru.number(-0.04, 1) == "0,0"
    assert en.percent(0.335, 1) == "33.5%"
    assert ru.percent(0.335, 1) == f"33,5{GAP}%"
    assert ru.money(1_240_000) == f"12{THIN}400{GAP}₸"
    assert en.money(None) == "–"
    assert Words("kk", "UTC").celsius(263.15) == f"\N{MINUS SIGN}10{GAP}°C"


@pytest.mark.parametrize(
    ("count", "form"),
    [(0, "many"), (1, "one"), (2, "few"), (5, "many"), (11, "many"), (12, "many"), (14, "many"),
     (21, "one"), (22, "few"), (101, "one"), (111, "many"), (112, "many"), (1004, "few")],
)  # fmt: skip
def test_russian_plural_forms(count: int, form: str) -> None:
    """Russian takes its plural form from the last two digits, as in Unicode CLDR."""
    assert choose_form("ru", count) == form


def test_times_are_local_to_the_city() -> None:
    """An instant is told on the city's wall clock, with the date of that place."""
    at_ms = 1_744_743_600_000 - 80 * 60_000
    assert Words("en", "Asia/Almaty").moment(at_ms) == "15 April 2025, 22:40"
    assert Words("ru", "UTC").moment(at_ms) == "15 апреля 2025 г., 17:40"
    assert Words("kk", "Asia/Almaty").date("2025-04-15") == "2025 ж. 15 сәуір"


def test_unknown_language_is_refused() -> None:
    """A language that is not spoken here is named with those that are."""
    with pytest.raises(InvalidInput, match="en, ru, kk"):
        Words("de", "UTC")
