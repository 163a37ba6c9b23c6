"""The report of a study: whole in three languages, true to its answer, safe, on its own."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from aspan.faces.report.page import environment
from aspan.faces.report.study_choice import FIGURES
from aspan.faces.report.study_finance import make_finance
from aspan.faces.report.study_front import make_front
from aspan.faces.report.study_method import make_method
from aspan.faces.report.study_page import (
    ANSWER_NAME,
    make_view,
    read_answer,
    render_study,
    write_study_report,
)
from aspan.faces.report.study_unknowns import OUTPUTS
from aspan.faces.report.study_words import StudyWords
from aspan.faces.report.words import LANGUAGES, read_catalogue
from aspan.primitives.errors import InvalidInput
from aspan.studies.answer import Answer
from aspan.studies.answer_parts import Basis, Figure
from aspan.studies.factors import CARDS, list_factors
from aspan.studies.flown import COVERAGE, FEW_DAYS, GAPS, SELDOM
from aspan.studies.money import GROUP_OF
from aspan.studies.ranking import Status
from aspan.studies.study import Objective
from aspan.world.quantity import Mark
from aspan.world.readers.costs import load_costs
from shipped import read_shipped
from study_answers import make_answer, make_comparison_answer, make_first_page
from study_parts import MILLION_USD, names, told

THIN = "\N{NARROW NO-BREAK SPACE}"
GAP = "\N{NO-BREAK SPACE}"
UNREAD = ("style", "script", "code", "cite")


class PageReader(HTMLParser):
    """Texts of a page by the language they are in, addresses, ids, and answers by question."""

    VOID = ("meta", "link", "br", "input")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.texts: dict[str, list[str]] = {}
        self.addresses: list[str] = []
        self.ids: list[str] = []

    @property
    def language(self) -> str:
        """Language of the innermost element that names one; none where nothing is to be read."""
        if any(tag in UNREAD for tag, _ in self.open):
            return ""
        return next((lang for _, lang in reversed(self.open) if lang), "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that opens, its language, address, id and label."""
        named = dict(attrs)
        self.addresses += [v or "" for k, v in attrs if k in ("src", "href", "xlink:href")]
        self.ids += [v or "" for k, v in attrs if k == "id"]
        if tag not in self.VOID:
            self.open.append((tag, (named.get("lang") or "") if tag != "html" else ""))
            self.keep([named.get("aria-label") or ""])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the address of an element that closes itself."""
        self.addresses += [v or "" for k, v in attrs if k in ("src", "href", "xlink:href")]

    def handle_endtag(self, tag: str) -> None:
        """Note an element that closes; it must be the last that opened."""
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        """Keep a text under its language."""
        self.keep([data.strip()])

    def keep(self, texts: list[str]) -> None:
        """Keep what is not empty under the language it stands in."""
        if self.language:
            self.texts.setdefault(self.language, []).extend(text for text in texts if text)


def read_page(page: str) -> PageReader:
    """Return a page as read; every element must close in order."""
    reader = PageReader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def answer() -> Answer:
    """Return an answer made up by code."""
    return make_answer()


@pytest.fixture(scope="module")
def page(answer: Answer) -> str:
    """Return the page about it."""
    return render_study(answer)


def test_page_asks_no_other_machine(page: str) -> None:
    """The page names no address but places in itself, and its script asks for nothing."""
    reader = read_page(page)
    assert {a for a in reader.addresses if not a.startswith("#")} == {"data:,"}
    assert not re.search(r"https?://|@import|url\((?!#)|fetch\(|XMLHttpRequest|import\(", page)
    targets = {a[1:] for a in reader.addresses if a.startswith("#")}
    assert targets <= set(reader.ids)
    assert len(reader.ids) == len(set(reader.ids))


@pytest.mark.parametrize("make", [make_answer, make_comparison_answer])
def test_every_language_is_whole_and_unmixed(make: Callable[[], Answer]) -> None:
    """Each language has as many texts as the others, and letters of its own alone."""
    texts = read_page(render_study(make())).texts
    allowed = re.compile(r"^(Aspan|FATO|AIP|SHA)$")
    for language in ("ru", "kk"):
        latin = {w for t in texts[language] for w in re.findall(r"[A-Za-z]{2,}", t)}
        assert {w for w in latin if not allowed.match(w)} == set()
    assert not [t for t in texts["en"] if re.search("[А-Яа-яӘәҒғҚқҢңӨөҰұҮүҺһІі]", t)]
    counts = {language: len(texts[language]) for language in LANGUAGES}
    assert counts["ru"] == counts["kk"]
    assert abs(counts["en"] - counts["ru"]) < 0.35 * counts["en"]


@pytest.mark.parametrize("make", [make_answer, make_comparison_answer])
def test_nothing_unknown_is_shown(make: Callable[[], Answer]) -> None:
    """No None, no NaN, no infinity and no empty braces reach a reader."""
    texts = read_page(render_study(make())).texts
    for language in LANGUAGES:
        shown = " ".join(texts[language])
        assert not re.search(r"\b(None|nan|NaN|inf|Infinity|undefined)\b|\{|\}", shown)


def test_every_kazakh_text_is_kazakh() -> None:
    """No Kazakh text of a study is the Russian one copied, but for words both share."""
    same = {
        key
        for key, text in read_catalogue().items()
        if key.startswith("study.") and text["kk"] == text["ru"]
    }
    shared = {
        "study.usd", "study.million", "study.group.capital", "study.map.north", "study.fare.factor",
        "study.plan.size", "study.kind.batteries", "study.kind.simulators",
    }  # fmt: skip
    assert {key for key in same - shared if len(str(read_catalogue()[key]["kk"])) > 14} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_page_answers_seven_questions(answer: Answer, language: str) -> None:
    """How many, where, for whom, what fare, what deficit, from when and how sure are answered."""
    view = make_view(answer, language)
    replies = {reply.code: reply for reply in view.front.replies}
    assert list(replies) == ["fleet", "where", "whom", "fare", "deficit", "when", "sure"]
    comma = "." if language == "en" else ","
    gap = "," if language == "en" else THIN
    assert re.search(r"\b6\b", replies["fleet"].answer)
    assert re.search(r"\b5\b", replies["where"].answer)
    for site_id in answer.first_page.site_ids:
        assert view.words.place(site_id) in replies["where"].notes[0]
    assert "40" in replies["whom"].answer
    assert f"37{gap}500" in replies["fare"].answer
    assert f"9{comma}7" in replies["deficit"].answer
    assert replies["when"].answer == "2029"
    assert "97" in replies["sure"].answer
    assert "15–104" in replies["sure"].second
    assert "15–104" in replies["whom"].range
    assert any("18–93" in note for note in replies["sure"].notes)
    for reply in replies.values():
        assert reply.question
        assert all(reply.notes)


def test_figures_on_the_page_are_those_of_the_answer(answer: Answer) -> None:
    """A figure that is changed in the answer is changed on the page, there and nowhere else."""
    words = StudyWords("en", answer)
    before = {r.code: r for r in make_front(answer, words).replies}
    changed = msgspec.structs.replace(
        answer,
        first_page=msgspec.structs.replace(
            answer.first_page, deficit_per_year_tiyn=told(3.14 * MILLION_USD, 0.1, "tiyn")
        ),
    )
    after = {r.code: r for r in make_front(changed, words).replies}
    assert after["deficit"].answer == "$3.1\N{NO-BREAK SPACE}M a year"
    assert {code for code in before if before[code] != after[code]} == {"deficit"}


def test_years_add_up_to_the_answer(page: str, answer: Answer) -> None:
    """The table by year has each year's aircraft, passengers a day and money, once a language."""
    start = page.index('class="by-year"')
    table = page[start : page.index("</table>", start)]
    rows = re.findall(r"<tr><th scope=.*?</tr>", table, re.DOTALL)
    assert len(rows) == len(answer.years)
    for row, year in zip(rows, answer.years, strict=True):
        cells = [re.sub(r"<[^>]+>", "", c).strip() for c in re.findall(r"<t[dh].*?</t[dh]>", row)]
        assert cells[0] == str(year.year)
        assert cells[1] == str(year.fleet)
        assert cells[2] == str(len(year.site_ids))
        people = float(cells[3].partition(" ")[0])
        assert people == pytest.approx(year.passengers.value / 365, abs=0.5)
        assert float(cells[7]) == pytest.approx(year.deficit_tiyn / MILLION_USD, abs=0.06)


def test_money_lines_are_those_of_the_answer(answer: Answer) -> None:
    """Every line of money is shown with its present worth, and each group with its sum."""
    finance = make_view(answer, "en").finance
    shown = [line for group in finance.groups for line in group.lines]
    assert len(shown) == len(answer.finance.lines)
    words = StudyWords("en", answer)
    assert [line.present for line in shown] == [
        words.usd(line.present_tiyn) for line in answer.finance.lines
    ]
    capital = sum(x.present_tiyn for x in answer.finance.lines if x.group == "capital")
    assert finance.groups[0].total == words.usd(capital)


def test_money_before_service_and_worth_left_are_told_apart(answer: Answer) -> None:
    """Lines begin in the years before service; what is left at the end is taken off no year."""
    last = answer.years[-1]
    worth = 7 * MILLION_USD
    lines = tuple(
        msgspec.structs.replace(line, amounts_tiyn=(5, *line.amounts_tiyn))
        for line in answer.finance.lines
    )
    residual = msgspec.structs.replace(
        lines[0], kind="residual", amounts_tiyn=(*(0 for _ in answer.years), -worth)
    )
    changed = msgspec.structs.replace(
        answer,
        finance=msgspec.structs.replace(answer.finance, lines=(*lines, residual)),
        years=(
            *answer.years[:-1],
            msgspec.structs.replace(
                last,
                capital_tiyn=last.capital_tiyn - worth,
                deficit_tiyn=last.deficit_tiyn - worth,
            ),
        ),
    )
    view = make_view(changed, "en")
    before = make_view(answer, "en")
    assert view.years is not None
    assert before.years is not None
    assert view.finance.years == ("2028", *before.finance.years)
    assert view.years.rows[-1] == before.years.rows[-1]
    assert "What is left in 2038 is worth $7\N{NO-BREAK SPACE}M" in view.years.left


def test_names_cannot_write_into_the_page(answer: Answer) -> None:
    """Names, sources, credits and codes with markup in them are shown as they are written."""
    bad = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>&"
    sites = tuple(
        msgspec.structs.replace(s, names=names(bad, bad, bad), reason=bad) for s in answer.sites
    )
    districts = tuple(
        msgspec.structs.replace(d, names=names(bad, bad, bad)) for d in answer.districts
    )
    spoilt = msgspec.structs.replace(
        answer,
        sites=sites,
        districts=districts,
        credits=(bad,),
        study=msgspec.structs.replace(
            answer.study, question=names(bad, bad, bad), study_id=bad, names=names(bad, bad, bad)
        ),
        city_names=names(bad, bad, bad),
        risks=tuple(msgspec.structs.replace(r, code=bad, subject=bad) for r in answer.risks),
        assumptions=tuple(
            msgspec.structs.replace(a, path=bad, source=bad, unit=bad) for a in answer.assumptions
        ),
        sensitivities=tuple(
            msgspec.structs.replace(s, factor=bad, source=bad) for s in answer.sensitivities
        ),
        knowing=tuple(msgspec.structs.replace(k, factor=bad, card=bad) for k in answer.knowing),
    )
    page = render_study(spoilt)
    assert "<img" not in page
    assert page.count("<script>") == 1
    assert "alert('x')" not in page
    read_page(page)


def test_answer_with_nothing_known_is_told_calmly(answer: Answer) -> None:
    """A study in which nothing flies, with every optional figure absent, has a whole page."""
    nothing = Figure(value=0.0, unit="1", basis="simulated")
    first = msgspec.structs.replace(
        make_first_page(), verdict="nothing_flies", fleet=1, site_ids=(), top_district_ids=(),
        top_segment_ids=(), passengers_per_day=nothing, minutes_saved_per_day=nothing,
        minutes_saved_per_passenger=nothing, car_fare_tiyn=None, break_even_fare_tiyn=None,
        subsidy_per_passenger_tiyn=None, is_told_apart=False, confidence=0.3,
    )  # fmt: skip
    finance = msgspec.structs.replace(
        answer.finance, break_even_fare_tiyn=None, subsidy_per_passenger_tiyn=None,
        cost_per_minute_tiyn=None, lines=(), fare_load=(),
        operations_per_year_tiyn=told(0.0, unit="tiyn"),
    )  # fmt: skip
    bare = msgspec.structs.replace(
        answer, first_page=first, finance=finance, years=(), sites=(), districts=(), pairs=(),
        segments=(), availability=(), risks=(), sensitivities=(), sobol=(), knowing=(), front=(),
        plans=(), assumptions=(),
        method=msgspec.structs.replace(answer.method, surrogate_spearman=None, sites_proven=False),
    )  # fmt: skip
    texts = read_page(render_study(bare)).texts
    assert "Nothing would fly." in texts["en"]
    for language in LANGUAGES:
        assert not re.search(r"\b(None|nan|inf)\b", " ".join(texts[language]))


def test_surplus_is_no_deficit(answer: Answer) -> None:
    """A network that earns says so, with the range turned the same way."""
    earned = Figure(value=-2e6 * 5e4, low=-3e6 * 5e4, high=-1e6 * 5e4, unit="tiyn", basis="sampled")
    page = msgspec.structs.replace(
        answer.first_page, verdict="pays_its_way", deficit_per_year_tiyn=earned
    )
    front = make_front(msgspec.structs.replace(answer, first_page=page), StudyWords("en", answer))
    deficit = next(r for r in front.replies if r.code == "deficit")
    assert deficit.answer.startswith("none: $2")
    assert deficit.range == f"$1.0–3.0{GAP}M"
    assert front.is_good


def test_comparison_tells_which_differences_are_clear() -> None:
    """Variants are shown with their differences, clear where the interval leaves out zero."""
    view = make_view(make_comparison_answer(), "en")
    assert [v.is_first for v in view.choice.variants] == [True, False]
    rows = {row.name: row for row in view.choice.variants[1].rows}
    assert rows["Passengers a day"].is_clear
    assert rows["Passengers a day"].difference == "\N{MINUS SIGN}2.9"
    assert not rows["Minutes saved a day"].is_clear
    (finding,) = view.choice.findings
    assert finding == "30 min: 2.9 fewer passengers a day than 20 min (2–3.8)."
    assert view.choice.matrix[1].cells[0][1] == "\N{MINUS SIGN}2.9"


@pytest.mark.parametrize(
    ("language", "held", "rare"),
    [("kk", "92 пайызынан азында", "онынан азында"), ("ru", "менее чем в 92 %", "менее чем в дес"),
     ("en", "less than 92 % of samples for: bookings", "fewer than ten of the days")],
)  # fmt: skip
def test_intervals_that_hold_too_seldom_are_named(language: str, held: str, rare: str) -> None:
    """Figures of the answer's notes are named in words; without notes nothing is said."""
    answer = make_answer()
    cautions = " ".join(make_method(answer, StudyWords(language, answer)).cautions)
    assert held in cautions
    assert rare in cautions
    assert "_" not in cautions
    quiet = msgspec.structs.replace(answer.method, coverage_notes=(), seldom_notes=())
    answer = msgspec.structs.replace(answer, method=quiet)
    cautions = " ".join(make_method(answer, StudyWords(language, answer)).cautions)
    assert held not in cautions
    assert rare not in cautions


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fare_that_pays_is_told(language: str) -> None:
    """Where no fare pays the ends of what was asked are told; where one does, that fare."""
    answer = make_answer()
    words = StudyWords(language, answer)
    paying = answer.finance.paying_fare
    assert paying is not None
    told = make_finance(answer, words).paying
    front = " ".join(make_front(answer, words).truths)
    for end in (paying.low_tiyn, paying.high_tiyn):
        assert words.tenge(end) in told
        assert words.tenge(end) in front
    found = msgspec.structs.replace(paying, fare_tiyn=3_210_000)
    finance = msgspec.structs.replace(answer.finance, paying_fare=found)
    answer = msgspec.structs.replace(answer, finance=finance)
    assert words.tenge(3_210_000) in make_finance(answer, words).paying
    assert words.tenge(3_210_000) in " ".join(make_front(answer, words).truths)


def test_every_code_has_its_words() -> None:
    """Kinds of money, unknowns, cards, sites, plans and variants are all told in words."""
    city = read_shipped("alatau")
    factors = list_factors(city, load_costs(city))
    asked = {f"study.kind.{kind}" for kind in GROUP_OF}
    asked |= {f"study.factor.{factor.name}" for factor in factors}
    asked |= {f"study.card.{card}" for card in CARDS.values()}
    asked |= {f"study.status.{status}" for status in (*get_args(Status), "infeasible")}
    asked |= {f"study.objective.{objective}" for objective in get_args(Objective)}
    asked |= {f"study.segment.{segment.segment_id}" for segment in city.demand.segments}
    asked |= {f"study.mark.{mark}" for mark in get_args(Mark)}
    asked |= {f"study.basis.{basis}" for basis in get_args(Basis)}
    asked |= {f"study.basis.short.{basis}" for basis in get_args(Basis)}
    asked |= {f"study.output.{output}" for output in OUTPUTS}
    asked |= {f"study.variant.{name}" for name in FIGURES}
    asked |= {f"study.note.{note}" for note in (COVERAGE, FEW_DAYS, GAPS, SELDOM)}
    assert asked - set(read_catalogue()) == set()


def test_report_is_written_beside_the_answer(tmp_path: Path, answer: Answer) -> None:
    """The page is written into the study's folder, of the answer that stands there."""
    (tmp_path / ANSWER_NAME).write_bytes(msgspec.json.encode(answer))
    path = write_study_report(tmp_path)
    assert path.parent == tmp_path
    assert path.read_text(encoding="utf-8") == render_study(answer)


def test_what_is_no_answer_is_refused(tmp_path: Path, answer: Answer) -> None:
    """A folder without an answer, half of one, and one of another version are refused."""
    with pytest.raises(InvalidInput, match=ANSWER_NAME):
        read_answer(tmp_path)
    whole = msgspec.json.encode(answer)
    path = tmp_path / ANSWER_NAME
    for content in (b"", whole[: len(whole) // 2], b"[]", b"\xff\xfe", b'{"version": 1}'):
        path.write_bytes(content)
        with pytest.raises(InvalidInput, match="answer"):
            read_answer(tmp_path)
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(answer, version=2)))
    with pytest.raises(InvalidInput, match="version: 2"):
        read_answer(tmp_path)


def test_last_day_of_the_weather_is_told(answer: Answer) -> None:
    """The range of the record is half-open in the answer and told by its last day."""
    steps = " ".join(make_view(answer, "en").method.steps)
    assert "from 1 January 2020 to 31 December 2025" in steps


def test_a_city_that_is_not_at_hand_has_a_map_without_ground(answer: Answer) -> None:
    """The map of sites is drawn where the city's folder is not there; the ground is left out."""
    study = msgspec.structs.replace(answer.study, city_id="nowhere")
    page = render_study(msgspec.structs.replace(answer, study=study))
    assert "study-ground" not in page
    assert page.count('class="map study-map"') == 3
    assert 'id="study-ground"' in render_study(answer)


def test_styles_of_the_page_are_whole() -> None:
    """The style sheet with its loops has as many braces closed as opened."""
    values = {"languages": LANGUAGES, "picks": ["in-en"], "themes": ["auto"]}
    css = environment().get_template("study.css").render(values)
    assert css.count("{") == css.count("}")
    assert "{%" not in css
