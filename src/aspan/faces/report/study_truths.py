"""What the first page must say plainly though nobody asked: budget, fare, weather, approval."""

from typing import Final

from aspan.faces.report.study_found import list_fares
from aspan.faces.report.study_words import StudyWords
from aspan.studies.answer import Answer

WHOLE_BUDGET: Final = 0.97
"""Above this share of the budget nothing is said of the rest."""

AS_MANY: Final = 1.25
"""Up to so many times the passengers, more aircraft are said to bring no more of them."""


def list_truths(answer: Answer, words: StudyWords) -> list[str]:
    """Return what must be said plainly, the dearest first."""
    page = answer.first_page
    told = []
    if answer.study.is_search:
        told += [_tell_rest(answer, words), _tell_alone(answer, words)]
    told.append(_tell_fares(answer, words))
    busiest = words.place(page.site_ids[0]) if page.site_ids else ""
    told.append(
        words.count("study.truth.weather", round(page.days_lost_per_year.value), site=busiest)
        if busiest
        else ""
    )
    told.append(words.t("study.truth.approval"))
    return [text for text in told if text]


def _tell_rest(answer: Answer, words: StudyWords) -> str:
    """Return that the budget does not bind; empty if it does."""
    page = answer.first_page
    used = page.budget_used_tiyn.value
    if used >= WHOLE_BUDGET * page.budget_tiyn:
        return ""
    return words.t(
        "study.truth.rest",
        used=words.usd(used),
        budget=words.usd(page.budget_tiyn),
        rest=words.usd(page.budget_tiyn - used),
        margin=words.percent(page.indifference),
    )


def _tell_alone(answer: Answer, words: StudyWords) -> str:
    """Return what the whole budget carries if it buys aircraft and nothing but."""
    page = answer.first_page
    alone, people = page.alone, page.passengers_per_day.value
    if alone.fleet <= 0:
        return ""
    told = words.t(
        "study.truth.alone",
        budget=words.usd(page.budget_tiyn),
        aircraft=words.count("study.count.aircraft", alone.fleet),
        people=words.near(alone.passengers_per_day.value),
        fleet=words.number(page.fleet),
        chosen=words.near(people),
    )
    if alone.passengers_per_day.value <= AS_MANY * people:
        told = f"{told} {words.t('study.truth.no_more')}"
    return told


def _tell_fares(answer: Answer, words: StudyWords) -> str:
    """Return that no fare pays for running where so, what would, and whether passengers let it."""
    page = answer.first_page
    tried = list_fares(answer)
    told = []
    if len(tried) > 1 and all(point.deficit_per_year_tiyn.value > 0 for point in tried):
        told.append(words.t("study.truth.no_fare"))
    if page.break_even_fare_tiyn is not None and page.verdict != "pays_its_way":
        fare = words.tenge(page.break_even_fare_tiyn.value)
        told.append(words.t("study.truth.break_even", fare=fare))
        told.append(_tell_answering(answer, words))
    return " ".join(told)


def _tell_answering(answer: Answer, words: StudyWords) -> str:
    """Return at what fare the service pays when passengers answer to it."""
    found = answer.finance.paying_fare
    if found is None:
        return words.t("study.truth.hardly")
    if found.fare_tiyn is None:
        return words.t("study.truth.pays_nowhere", **words.fares(found.low_tiyn, found.high_tiyn))
    return words.t("study.truth.pays_at", fare=words.tenge(found.fare_tiyn))
