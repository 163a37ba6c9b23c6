"""The first page of a study: what it draws from an answer, and what it says though nobody asks."""

import msgspec
import pytest

from aspan.faces.report.study_found import (
    find_busiest_pair,
    find_cover,
    find_paid_fares,
    is_cheapest_fare,
    list_fares,
    list_grounded,
    list_hardly_served,
)
from aspan.faces.report.study_front import Front, Reply, make_front
from aspan.faces.report.study_page import make_view
from aspan.faces.report.study_words import StudyWords
from aspan.faces.report.study_years import count_settled
from aspan.faces.report.words import LANGUAGES
from aspan.primitives.ids import VertiportId
from aspan.studies.answer import Answer, FirstPage
from aspan.studies.flown import FEW_DAYS
from study_answers import make_answer
from study_parts import told

GAP = "\N{NO-BREAK SPACE}"


@pytest.fixture(scope="module")
def answer() -> Answer:
    """Return an answer made up by code."""
    return make_answer()


def tell(answer: Answer, language: str = "en") -> Front:
    """Return the first page in a language."""
    return make_front(answer, StudyWords(language, answer))


def find_reply(front: Front, code: str) -> Reply:
    """Return the answer to a question."""
    return next(reply for reply in front.replies if reply.code == code)


def ask_fare(answer: Answer, fare_factor: float) -> Answer:
    """Return the answer with another fare in its last stage."""
    *before, last = answer.programme.stages
    plan = msgspec.structs.replace(last.plan, fare_factor=fare_factor)
    stages = (*before, msgspec.structs.replace(last, plan=plan))
    return msgspec.structs.replace(
        answer, programme=msgspec.structs.replace(answer.programme, stages=stages)
    )


def change_page(answer: Answer, **values: object) -> Answer:
    """Return the answer with other values on its first page."""
    page: FirstPage = msgspec.structs.replace(answer.first_page, **values)
    return msgspec.structs.replace(answer, first_page=page)


def test_lowest_fare_tried_is_told_as_such(answer: Answer) -> None:
    """Where the plan asks the lowest fare tried, the page says that nothing cheaper was tried."""
    tried = list_fares(answer)
    cheapest = ask_fare(answer, tried[0].fare_factor)
    assert is_cheapest_fare(cheapest)
    assert any("nothing cheaper was tried" in n for n in find_reply(tell(cheapest), "fare").notes)
    dearer = ask_fare(answer, tried[-1].fare_factor)
    assert not is_cheapest_fare(dearer)
    notes = " ".join(find_reply(tell(dearer), "fare").notes)
    assert "nothing cheaper" not in notes
    assert "Fares tried" in notes


def test_fares_by_route_are_those_that_somebody_pays(answer: Answer) -> None:
    """A pair that nobody flies does not widen the range of fares."""
    idle = msgspec.structs.replace(
        answer.pairs[0], passengers_per_day=told(0.0), fare_tiyn=100, origin=answer.pairs[1].origin
    )
    wider = msgspec.structs.replace(answer, pairs=(*answer.pairs, idle))
    fares = [pair.fare_tiyn for pair in answer.pairs]
    assert find_paid_fares(wider) == (min(fares), max(fares))


def test_no_fare_that_pays_is_told_unless_one_does(answer: Answer) -> None:
    """The page says that no fare tried pays for running, and is silent where one does."""
    sentence = "No fare that was tried pays even for the running costs."
    assert any(sentence in text for text in tell(answer).truths)
    points = list(answer.finance.fare_load)
    points[0] = msgspec.structs.replace(points[0], deficit_per_year_tiyn=told(-1.0, unit="tiyn"))
    paid = msgspec.structs.replace(
        answer, finance=msgspec.structs.replace(answer.finance, fare_load=tuple(points))
    )
    assert not any(sentence in text for text in tell(paid).truths)


def test_budget_that_binds_is_not_said_to_be_loose(answer: Answer) -> None:
    """A plan that uses the budget up says nothing of a rest; one that does not names both."""
    (rest,) = [text for text in tell(answer).truths if "does not bind" in text]
    assert f"$119{GAP}M of $300{GAP}M" in rest
    assert f"other $181{GAP}M" in rest
    full = told(0.99 * answer.first_page.budget_tiyn, 0.01, "tiyn")
    assert not [t for t in tell(change_page(answer, budget_used_tiyn=full)).truths if "bind" in t]


def test_districts_hardly_served_are_named(answer: Answer) -> None:
    """Districts with under 2 flights a year for 1,000 residents are named, with their residents."""
    assert [d.zone_id for d in list_hardly_served(answer)] == ["TURKSIB", "TALGAR"]
    people = sum(d.population for d in answer.districts)
    share = round(100 * (289_900 + 42_194) / people)
    notes = find_reply(tell(answer), "whom").notes
    (note,) = [n for n in notes if "Hardly served" in n]
    assert "Turksib District and Talgar" in note
    assert f"home to {share}% of residents" in note


def test_busiest_pair_counts_both_ways(answer: Answer) -> None:
    """The two sites most fly between are named with their share of all passengers, both ways."""
    found = find_busiest_pair(answer)
    assert found is not None
    total = sum(pair.passengers_per_day.value for pair in answer.pairs)
    assert found[:2] == (VertiportId("AIRPORT"), VertiportId("ALATAU"))
    assert found[2] == pytest.approx((6.1 + 5.8) / total)
    assert find_busiest_pair(msgspec.structs.replace(answer, pairs=())) is None


def test_travellers_of_whom_nobody_flies_are_named(answer: Answer) -> None:
    """A segment of the city that the answer does not name, or names with nobody, does not fly."""
    assert list_grounded(answer) == []
    flying = tuple(s for s in answer.segments if s.segment_id != "resident")
    fewer = msgspec.structs.replace(answer, segments=flying)
    assert list_grounded(fewer) == ["resident"]
    assert "None are residents" in find_reply(tell(fewer), "whom").notes[0]
    study = msgspec.structs.replace(answer.study, city_id="nowhere")
    away = msgspec.structs.replace(answer, study=study)
    assert list_grounded(msgspec.structs.replace(away, segments=flying)) == []


def test_few_days_are_owned_up_to(answer: Answer) -> None:
    """An answer of few days says on its first page that it is no ground for a decision."""
    assert "first look" not in " ".join(find_reply(tell(answer), "sure").notes)
    few = change_page(answer, passengers_per_day=told(40.5, days=12, note=FEW_DAYS))
    sure = find_reply(tell(few), "sure")
    assert "Only 12 of the chosen plan: a first look" in sure.notes[-1]
    assert sure.answer == "Which plan: not settled yet (97%, of few days)"


def test_less_confidence_than_was_asked_is_told(answer: Answer) -> None:
    """A confidence under the one asked for stands beside it; one above does not."""
    assert "was asked for" not in find_reply(tell(answer), "sure").notes[0]
    less = change_page(answer, confidence=0.82)
    assert "95% was asked for" in find_reply(tell(less), "sure").notes[0]


def test_settled_years_are_one_row_on_paper(answer: Answer) -> None:
    """Years in which nothing is added stand in the mean on paper, and one by one on a screen."""
    years = make_view(answer, "en").years
    assert years is not None
    assert count_settled(answer.years) == len(years.settled) == 7
    assert (*years.early, *years.settled) == years.rows
    assert years.mean is not None
    assert years.mean.year == "2032–2038, a year"
    capital = sum(y.capital_tiyn for y in answer.years[-7:]) / 7
    assert years.mean.capital == StudyWords("en", answer).number(capital / 5e10, 1)
    assert count_settled(answer.years[:3]) == 0
    alike = msgspec.structs.replace(answer.years[-1], delivered=0)
    assert count_settled((alike,) * 4) == 3


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [
        ("ru", 6.3, "6,3 раза"), ("ru", 12.4, "12 раз"), ("ru", 21.0, "21 раз"),
        ("ru", 2.0, "2 раза"), ("en", 6.3, "6.3 times"), ("kk", 6.3, "6,3 есе"),
    ],
)  # fmt: skip
def test_times_take_the_form_of_their_number(
    answer: Answer, language: str, value: float, expected: str
) -> None:
    """How many times as much is told in the right form, a fraction in Russian as a few."""
    assert StudyWords(language, answer).times(value) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same(answer: Answer, language: str) -> None:
    """Each language has as many notes to each question and as many truths as English."""
    english, other = tell(answer), tell(answer, language)
    assert [len(r.notes) for r in other.replies] == [len(r.notes) for r in english.replies]
    assert len(other.truths) == len(english.truths)


def test_year_by_year_adds_up_for_whoever_checks(answer: Answer) -> None:
    """Capital and running costs less fares are the shortfall in every row, within rounding."""
    years = make_view(answer, "en").years
    assert years is not None
    assert years.mean is not None
    for row in (*years.rows, years.mean):
        texts = (row.capital, row.operations, row.fares, row.deficit)
        capital, running, fares, short = (
            0.0 if t == "–" else float(t.replace("\N{MINUS SIGN}", "-")) for t in texts
        )
        assert capital + running - fares == pytest.approx(short, abs=0.16)


def test_share_that_fares_cover_goes_with_the_deficit(answer: Answer) -> None:
    """What fares cover and the deficit are all of the running costs."""
    share = find_cover(answer)
    assert share is not None
    running = answer.finance.operations_per_year_tiyn.value
    assert (1 - share) * running == pytest.approx(answer.first_page.deficit_per_year_tiyn.value)


def test_range_of_fares_has_its_unit_once(answer: Answer) -> None:
    """A range in tenge has one sign; ends of different size have each their own."""
    words = StudyWords("en", answer)
    assert words.tenge_span(1_873_000, 3_575_000) == f"18,700–35,800{GAP}₸"
    assert words.tenge_span(1_873_000, 1_873_000) == f"18,700{GAP}₸"
    assert words.tenge_span(1e6, 2e9) == f"10,000{GAP}₸–20{GAP}M ₸"
