"""The report of a study: one HTML file in three languages that needs nothing beside itself.

Theory of operation: the answer is read from the study's folder, each section is made by the file of
its noun, once in each language, and the template puts all three into one file with a switch that
needs no script. The ground of the map is drawn once and used by all. The page asks no other machine
for anything. Its first page is for whoever reads no further.
"""

from pathlib import Path
from typing import Final

import msgspec
from markupsafe import Markup

from aspan.faces.report.page import environment
from aspan.faces.report.study_choice import Choice, make_choice
from aspan.faces.report.study_finance import Finance, make_finance
from aspan.faces.report.study_front import Front, make_front
from aspan.faces.report.study_ground import draw_ground
from aspan.faces.report.study_map import draw_network, make_frame
from aspan.faces.report.study_method import Method, make_method
from aspan.faces.report.study_places import Places, make_places
from aspan.faces.report.study_sky import Sky, make_sky
from aspan.faces.report.study_unknowns import Unknowns, make_unknowns
from aspan.faces.report.study_words import StudyWords
from aspan.faces.report.study_years import Years, make_years
from aspan.faces.report.words import LANGUAGES
from aspan.primitives.errors import InvalidInput
from aspan.studies.answer import ANSWER_VERSION, Answer

ANSWER_NAME: Final = "answer.json"

REPORT_NAME: Final = "report.html"
"""Name of the page inside the study's folder."""

THEMES: Final = ("auto", "light", "dark")


class View(msgspec.Struct, frozen=True, kw_only=True):
    """The whole page in one language."""

    words: StudyWords
    title: str
    subtitle: str
    question: str
    front: Front
    map: Markup | None
    years: Years | None
    places: Places
    finance: Finance
    sky: Sky
    unknowns: Unknowns
    choice: Choice
    method: Method


def write_study_report(folder: Path) -> Path:
    """Write the report of the study in a folder into it; return where it stands."""
    path = folder / REPORT_NAME
    path.write_text(render_study(read_answer(folder)), encoding="utf-8")
    return path


def read_answer(folder: Path) -> Answer:
    """Return the answer in a study's folder; `InvalidInput` where there is none to be shown."""
    path = folder / ANSWER_NAME
    try:
        content = path.read_bytes()
    except OSError:
        raise InvalidInput("study", str(folder), f"a folder with {ANSWER_NAME}") from None
    try:
        found = msgspec.json.decode(content, type=_Versioned)
        if found.version != ANSWER_VERSION:
            raise InvalidInput(f"{path}: version", found.version, f"{ANSWER_VERSION}")
        return msgspec.json.decode(content, type=Answer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(str(path), str(error), "an answer as a study writes it") from None


class _Versioned(msgspec.Struct, frozen=True):
    version: int


def render_study(answer: Answer) -> str:
    """Return the page about an answer."""
    frame = make_frame(answer)
    city = answer.study.city_id or answer.provenance.city_id
    ground = None if frame is None else draw_ground(city, frame)
    views = [make_view(answer, language, has_ground=ground is not None) for language in LANGUAGES]
    values = {
        "views": views,
        "ground": ground,
        "languages": LANGUAGES,
        "themes": THEMES,
        "picks": [*(f"in-{language}" for language in LANGUAGES),
                  *(f"theme-{theme}" for theme in THEMES)],
        "credits": answer.credits,
        "sections": _list_sections(views[0]),
    }  # fmt: skip
    return environment().get_template("study.html.j2").render(values)


def make_view(answer: Answer, language: str, *, has_ground: bool = False) -> View:
    """Return everything the page says in one language."""
    words = StudyWords(language, answer)
    frame = make_frame(answer)
    return View(
        words=words,
        title=words.name(answer.study.names),
        subtitle=_tell_study(answer, words),
        question=words.name(answer.study.question),
        front=make_front(answer, words),
        map=None if frame is None else draw_network(answer, words, frame, has_ground=has_ground),
        years=make_years(answer, words),
        places=make_places(answer, words),
        finance=make_finance(answer, words),
        sky=make_sky(answer, words),
        unknowns=make_unknowns(answer, words),
        choice=make_choice(answer, words),
        method=make_method(answer, words),
    )


def _tell_study(answer: Answer, words: StudyWords) -> str:
    horizon = answer.study.horizon
    budget = answer.first_page.budget_tiyn
    told = words.t(
        "study.subtitle",
        city=words.name(answer.city_names),
        since=horizon.first_year,
        until=horizon.first_year + horizon.years - 1,
        year=answer.finance.price_year,
    )
    if not answer.study.is_search or budget <= 0:
        return told
    return f"{words.t('study.budget', budget=words.usd(budget))} · {told}"


def _list_sections(view: View) -> list[str]:
    """Return the sections in the order they stand, those with nothing in them left out."""
    sections = ["years"] if view.years is not None else []
    sections += ["variants"] if view.choice.variants else []
    sections += ["sites", "fleet", "service", "finance", "weather", "energy", "noise", "risks"]
    sections += ["change"]
    sections += ["plans"] if view.choice.front is not None or view.choice.plans else []
    return [*sections, "method", "assumptions"]
