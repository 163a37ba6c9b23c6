"""The page of an evidence package: what it tells, in which order, and that it needs nothing."""

import re
from pathlib import Path

import msgspec
import numpy as np
import pytest

from aspan.evidence.card import Bounds
from aspan.evidence.package.book import Book
from aspan.evidence.package.verify import check_package
from aspan.evidence.verdict import Measured, judge, judge_fact
from aspan.faces.report.evidence_card import tell_bounds, tell_value
from aspan.faces.report.evidence_page import read_package_columns, render_evidence
from aspan.faces.report.interval import draw_interval
from aspan.faces.report.strips import COLUMNS, Strip, draw_strip, sample
from aspan.twin.card_faults import OverTemperature
from packing import VERSION, fly_small


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the package of a small campaign, the second card of which is knocked off."""
    folder = tmp_path_factory.mktemp("site")
    fly_small(folder, faults={"A2": (OverTemperature(onset_s=20.0, rate_k_per_s=2.0),)})
    return folder / "package"


@pytest.fixture(scope="module")
def page(package: Path) -> str:
    """Return its page."""
    return (package / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def book(package: Path) -> Book:
    """Return what its files hold."""
    return check_package(package).book


def test_the_page_needs_nothing_beside_itself(page: str) -> None:
    """No script, no address of another machine; every link leads to a place on the page."""
    assert "<script" not in page
    assert re.findall(r"(?:src|href)=\"(?!#|data:,)", page) == []
    assert "url(http" not in page
    places = set(re.findall(r"id=\"([^\"]+)\"", page))
    assert set(re.findall(r"href=\"#([^\"]+)\"", page)) <= places


def test_the_front_page_says_whose_flights_they_were_in_three_languages(page: str) -> None:
    """Kazakh, Russian and English each say that the twin flew, and what is not shown."""
    cover = page[: page.index("<main>")]
    assert re.findall(r"<div lang=\"(\w+)\">", cover) == ["kk", "ru", "en"]
    for words in (
        "Every run was flown by the twin, not by an aircraft",
        "Все прогоны выполнил двойник, а не воздушное судно",
        "Барлық жүргізілімді егіз орындады, әуе кемесі емес",
        "1 requirement of 1 is not shown",
        "Не показано 1 требование из 1",
    ):
        assert words in cover


def test_gaps_come_before_anything_shown(page: str) -> None:
    """The matrix stands before the cards, and in it the requirement that is not shown."""
    places = [page.index(f'id="{name}"') for name in ("matrix", "matrix-cards", "A1", "people")]
    assert places == sorted(places)
    assert page.index("no run of A2 is accepted") < page.rindex("shown elsewhere, not here")


def test_everything_decided_stands_on_the_page(page: str, book: Book) -> None:
    """Each card's words and signatures, each run's list, verdicts, stop and hash are told."""
    for entry in book.cards:
        for word in (entry.author, *entry.approvals):
            assert word.signature in page
        assert entry.version in page
        assert all(step in page for step in entry.card.steps)
    for run in book.runs:
        assert run.raw is not None
        assert run.raw.manifest_sha256 in page
        assert f"Run {run.run_id} " in page
    assert book.log_sha256 in page
    assert page.count("flown by the twin, not by an aircraft") == 1 + 3
    assert page.count('class="warning-line">Knocked off') == 2
    assert "by its watched limit pack_temperature" in page
    assert page.count("Go/no-go list as it was signed") == 3
    assert page.count('class="strip"') == 3 * 6
    measured = [v for found in book.verdicts for v in found.verdicts if v.value is not None]
    assert page.count('class="interval"') == len(measured) >= 4


def test_the_same_package_gives_the_same_page(page: str, book: Book, package: Path) -> None:
    """Whoever has the files can make the page again, byte for byte."""
    assert render_evidence(book, VERSION, read_package_columns(package)) == page


def test_texts_are_escaped_and_silence_is_told(book: Book) -> None:
    """A title that is markup is text; a package without telemetry says less, and is no fault."""
    first, *rest = book.cards
    bad = msgspec.structs.replace(first.card, title="<script>alert(1)</script>")
    cards = (msgspec.structs.replace(first, card=bad), *rest)
    told = msgspec.structs.replace(book, cards=cards, verdicts=())
    page = render_evidence(told, VERSION, lambda _: None)
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "Not judged: not flown" in page
    assert 'class="strip"' not in page


def test_a_strip_hides_no_reading_and_shows_silence() -> None:
    """A spike of one row among thousands is in its band; rows without a reading are hatched."""
    at_ms = np.arange(20_000, dtype=np.int64) * 100
    values = np.zeros(20_000)
    values[7_777] = 50.0
    values[10_000:12_000] = np.nan
    columns = sample(at_ms, values, 0, int(at_ms[-1]))
    assert np.nanmax(columns.high) == 50.0
    assert np.nanmax(columns.mean) < 1.0
    assert np.isnan(columns.mean).sum() == pytest.approx(COLUMNS / 10, abs=2)
    strip = Strip(title="Height", unit="m", series=(values,), highs=(40.0,))
    drawn = draw_strip(strip, at_ms, (0, int(at_ms[-1])))
    assert 'class="below"' in drawn
    assert 'class="limit"' in drawn
    assert 'aria-label="Height [m]"' in drawn


def test_an_interval_is_drawn_where_something_was_measured() -> None:
    """A measured verdict has a picture with its words; a plain yes or no has none."""
    measured = Measured(value=1.0, low=0.8, high=1.2, unit="m")
    verdict = judge("A1.x", "Height is off by", measured, Bounds(high=2.0))  # type: ignore[arg-type]
    assert verdict.words in str(draw_interval(verdict))
    assert draw_interval(judge_fact("A1.y", True, "it is so")) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (328.15, "K", "55 °C"),
        (16_949.6, "m", "16950 m"),
        (1.5351, "m/s", "1.54 m/s"),
        (0.0153, "V", "0.015 V"),
        (0.998, "1", "0.998"),
    ],
)
def test_values_are_told_as_people_read_them(value: float, unit: str, told: str) -> None:
    """Temperatures in °C, digits by size, no unit where there is none."""
    assert tell_value(value, unit) == told


def test_bounds_are_told_in_words() -> None:
    """One side, both, a single value, none."""
    assert tell_bounds(Bounds(low=273.15, high=301.15), "K") == "0 °C to 28 °C"
    assert tell_bounds(Bounds(high=3.0), "m/s") == "at most 3 m/s"
    assert tell_bounds(Bounds(low=3.0), "m") == "at least 3 m"
    assert tell_bounds(Bounds(low=3.0, high=3.0), "m") == "3 m"
    assert tell_bounds(Bounds(), "m") == "not limited"
