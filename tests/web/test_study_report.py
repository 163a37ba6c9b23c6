"""The report of a study in a real browser: alone, in three languages, on a phone and on paper."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from study_answers import make_answer, make_comparison_answer

from aspan.faces.report.study_page import render_study
from web.test_axe import inject, serious

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.web

PHONE = {"width": 390, "height": 844}
SEEN = "[...document.querySelectorAll('.in')].filter(e => e.offsetParent !== null).map(e => e.lang)"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """[...document.querySelectorAll('.in-en *')].filter(e => e.offsetParent !== null
  && !(e instanceof SVGElement) && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())
  && parseFloat(getComputedStyle(e).fontSize) < 12).map(e => e.outerHTML.slice(0, 80))"""
COVERED = """(label) => { const box = (t) => t.getBoundingClientRect();
  const texts = [...document.querySelectorAll('.in-' + label + ' svg.study-map text')].map(box);
  return texts.filter((a, i) => texts.some((b, j) => i < j && a.left < b.right && b.left < a.right
    && a.top + 3 < b.bottom && b.top + 3 < a.bottom)).length; }"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a search."""
    path = tmp_path_factory.mktemp("study") / "report.html"
    path.write_text(render_study(make_answer()), encoding="utf-8")
    return path


@pytest.fixture
def page(browser: "Browser", report: Path) -> Iterator["Page"]:
    """Return the file opened in English, without a network; whatever it asks for is noted."""
    context = browser.new_context(locale="en-GB", offline=True, color_scheme="light")
    page = context.new_page()
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(report.as_uri())
    yield page
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert faults == []
    context.close()


def test_a_file_alone_shows_one_language(page: "Page") -> None:
    """Without a network the page shows the reader's language, and each other when it is chosen."""
    assert page.evaluate(SEEN) == ["en"]
    for language, name in (("ru", "Русский"), ("kk", "Қазақша"), ("en", "English")):
        page.locator(f".in label[for=in-{language}] >> visible=true").get_by_text(name).click()
        assert page.evaluate(SEEN) == [language]
        assert page.evaluate("document.documentElement.lang") == language
        assert page.title() == page.locator(f".in-{language} h1").inner_text()


def test_language_of_the_reader_and_of_the_address(browser: "Browser", report: Path) -> None:
    """The page opens in the language of the browser; the address may name another."""
    context = browser.new_context(locale="kk-KZ")
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.evaluate(SEEN) == ["kk"]
    page.goto(report.as_uri() + "#ru")
    page.reload()
    assert page.evaluate(SEEN) == ["ru"]
    context.close()


def test_switch_needs_no_script(browser: "Browser", report: Path) -> None:
    """Where scripts are off the languages and themes are switched all the same."""
    context = browser.new_context(java_script_enabled=False, color_scheme="light")
    page = context.new_page()
    page.goto(report.as_uri())
    page.locator("label[for=in-kk] >> visible=true").click()
    assert page.locator(".in-kk h1").is_visible()
    assert not page.locator(".in-en h1").is_visible()
    page.locator("label[for=theme-dark] >> visible=true").click()
    assert page.locator("#theme-dark").is_checked()
    context.close()


def test_keyboard_reaches_languages_and_marks(page: "Page") -> None:
    """Languages are changed by arrow keys, and a mark of truth opens its range by Enter."""
    page.locator("#in-en").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(SEEN) == ["ru"]
    page.keyboard.press("ArrowLeft")
    mark = page.locator('.in-en [data-ask="whom"] details.truth')
    mark.locator("summary").focus()
    page.keyboard.press("Enter")
    assert "96 simulated days" in mark.inner_text()


def test_theme_can_be_fixed(page: "Page") -> None:
    """The dark theme can be chosen against the system, and paper stays white."""
    colour = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(colour)
    page.locator(".in-en label[for=theme-dark]").click()
    assert page.evaluate(colour) != light
    page.emulate_media(media="print")
    assert page.evaluate(colour) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_phone_never_scrolls_sideways(page: "Page", language: str) -> None:
    """At 390 px no language is wider than the phone, and no label of the map covers another."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.locator(f".in-en label[for=in-{language}]").click()
    assert page.evaluate(SIDEWAYS) <= 0
    assert page.evaluate(COVERED, language) == 0
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert page.evaluate(SIDEWAYS) <= 0


NARROW = """(label) => [...document.querySelectorAll('.in-' + label + ' .reply dd')]
  .filter(e => e.getBoundingClientRect().width < 300).map(e => e.textContent.slice(0, 60))"""


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_answers_have_the_width_of_a_phone(page: "Page", language: str) -> None:
    """On a phone each line of the seven answers has the whole width, not a word of it."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.locator(f".in-en label[for=in-{language}]").click()
    assert page.evaluate(NARROW, language) == []


def test_no_text_is_smaller_than_twelve_pixels(page: "Page") -> None:
    """On a screen no text is under 12 px, opened or folded."""
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert page.evaluate(SMALL) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_serious_fault(page: "Page", theme: str) -> None:
    """Axe finds no serious fault in either theme, with everything unfolded."""
    page.locator(f".in-en label[for=theme-{theme}]").click()
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    inject(page)
    assert serious(page) == []


def test_first_sheet_holds_the_first_page(page: "Page", tmp_path: Path) -> None:
    """On A4 paper the first page fits on the first sheet in every language."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1032})  # A4 less 12 mm about, at 96 px an inch
    for language in ("en", "ru", "kk"):
        page.evaluate(f"document.getElementById('in-{language}').checked = true")
        high = page.evaluate(
            f"document.querySelector('.in-{language} .page-one').getBoundingClientRect().height"
        )
        assert high <= 1032, language
    pdf = page.pdf(path=str(tmp_path / "study.pdf"), prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF-")


def test_comparison_reads_as_well(browser: "Browser", tmp_path: Path) -> None:
    """The page of a comparison of variants fits a phone and passes axe too."""
    path = tmp_path / "report.html"
    path.write_text(render_study(make_comparison_answer()), encoding="utf-8")
    context = browser.new_context(locale="ru-RU", viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.evaluate(SIDEWAYS) <= 0
    inject(page)
    assert serious(page) == []
    context.close()
