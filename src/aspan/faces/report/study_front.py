"""The first page of a study: seven questions answered, and the plain truth beside them.

How many aircraft, where, for whom, at what fare, what deficit, from when, how sure: whoever reads
nothing else has read the answer.
"""

from typing import Final

import msgspec

from aspan.faces.report.study_words import StudyWords, Told
from aspan.studies.answer import Answer
from aspan.studies.answer_parts import Figure, OutputSpread, Sensitivity, YearAnswer

WHOLE_BUDGET: Final = 0.97
"""Above this share of the budget nothing is said of the rest."""

AS_MANY: Final = 1.25
"""Up to so many times the passengers, more aircraft are said to bring no more of them."""

DAYS_A_YEAR: Final = 365


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """One of the seven questions with its answer, what belongs to it, and its mark."""

    code: str
    question: str
    answer: str
    range: str
    notes: tuple[str, ...]
    second: str = ""
    told: Told | None = None


class Front(msgspec.Struct, frozen=True, kw_only=True):
    """All that stands on the first page above the years."""

    verdict: str
    is_good: bool
    lead: str
    replies: tuple[Reply, ...]
    truths: tuple[str, ...]


def make_front(answer: Answer, words: StudyWords) -> Front:
    """Return the first page."""
    page = answer.first_page
    return Front(
        verdict=words.word("study.verdict", page.verdict),
        is_good=page.verdict in ("pays_its_way", "covers_operations"),
        lead=_tell_lead(answer, words),
        replies=(
            _tell_fleet(answer, words),
            _tell_where(answer, words),
            _tell_whom(answer, words),
            _tell_fare(answer, words),
            _tell_deficit(answer, words),
            _tell_when(answer, words),
            _tell_sure(answer, words),
        ),
        truths=tuple(_list_truths(answer, words)),
    )


def a_day(a_year: float) -> float:
    """Return the mean of a day of a year's sum."""
    return a_year / DAYS_A_YEAR


def find_built_year(answer: Answer) -> YearAnswer | None:
    """Return the first year of the network when built; None if no year is told."""
    last = answer.years[-1].stage if answer.years else 0
    return next((year for year in answer.years if year.stage == last), None)


def find_cover(answer: Answer) -> float | None:
    """Return the share of running costs that fares cover; None if nothing runs."""
    finance = answer.finance
    whole = finance.operations_per_year_tiyn.value
    return finance.fares_per_year_tiyn.value / whole if whole > 0 else None


def find_widest(answer: Answer, output: str) -> Sensitivity | None:
    """Return the unknown that moves an output most; None if none was tried."""
    bars = [bar for bar in answer.sensitivities if bar.output == output]
    return max(bars, key=lambda b: (abs(b.at_high - b.at_low), b.factor), default=None)


def find_spread(answer: Answer, output: str) -> OutputSpread | None:
    """Return how far all unknowns together move an output; None if that was not sampled."""
    return next((spread for spread in answer.spreads if spread.output == output), None)


def _tell_lead(answer: Answer, words: StudyWords) -> str:
    page = answer.first_page
    if page.passengers_per_day.value <= 0:
        return words.t("study.lead.nothing")
    told = words.t(
        "study.lead",
        aircraft=words.count("study.count.aircraft", page.fleet),
        sites=words.count("study.count.sites", len(page.site_ids)),
        people=words.near(page.passengers_per_day.value),
        fare=words.tenge(page.fare_tiyn.value),
    )
    cover = find_cover(answer)
    if cover is None or page.deficit_per_year_tiyn.value <= 0:
        return told
    return " ".join(
        (
            told,
            words.t(
                "study.lead.cover",
                share=_tell_small(words, cover),
                deficit=words.usd(page.deficit_per_year_tiyn.value),
            ),
        )
    )


def _tell_small(words: StudyWords, share: float) -> str:
    """Return a share as percent, with a decimal below one of them."""
    return words.percent(share, 1 if 0 < share < 0.0095 else 0)


def _reply(
    words: StudyWords,
    code: str,
    answer: str,
    notes: list[str],
    *,
    span: str = "",
    second: str = "",
    told: Told | None = None,
) -> Reply:
    return Reply(
        code=code,
        question=words.t(f"study.ask.{code}"),
        answer=answer,
        range=span,
        notes=tuple(note for note in notes if note),
        second=second,
        told=told,
    )


def _tell_fleet(answer: Answer, words: StudyWords) -> Reply:
    page, built = answer.first_page, find_built_year(answer)
    notes = []
    if built is not None and page.fleet_first != page.fleet:
        full = next(y.year for y in answer.years if y.fleet == built.fleet)
        notes.append(
            words.t("study.fleet.ramp", first=page.fleet_first, year=page.from_year, full=full)
        )
    if built is not None:
        notes.append(
            words.t("study.fleet.with", pilots=words.number(built.pilots),
                    stands=words.number(built.stands), chargers=words.number(built.chargers))
        )  # fmt: skip
    return _reply(words, "fleet", words.count("study.count.aircraft", page.fleet), notes)


def _tell_where(answer: Answer, words: StudyWords) -> Reply:
    sites = [words.place(site_id) for site_id in answer.first_page.site_ids]
    count = words.count("study.count.sites", len(sites))
    unpublished = sum(
        not site.is_position_published for site in answer.sites if site.first_year is not None
    )
    note = words.count("study.where.unpublished", unpublished) if unpublished else ""
    return _reply(words, "where", count, [words.listed(sites) + ".", note])


def _tell_whom(answer: Answer, words: StudyWords) -> Reply:
    page = answer.first_page
    shares = {s.segment_id: s.share for s in answer.segments}
    segments = [
        f"{words.word('study.segment', code)} ({words.percent(shares.get(code))})"
        for code in page.top_segment_ids
    ]
    names = {d.zone_id: words.name(d.names) for d in answer.districts}
    districts = [names.get(zone, zone) for zone in page.top_district_ids]
    told = words.tell(page.passengers_per_day)
    notes = [
        words.t("study.whom.segments", segments=words.listed(segments)) if segments else "",
        words.t("study.whom.districts", districts=words.listed(districts)) if districts else "",
        words.t("study.whom.saves", minutes=words.figure(page.minutes_saved_per_passenger)),
    ]
    value = words.t("study.people_a_day", n=told.value)
    span = words.spread(find_spread(answer, "passengers_per_day")) or told.range
    return _reply(words, "whom", value, notes, span=span, told=told)


def _tell_fare(answer: Answer, words: StudyWords) -> Reply:
    page = answer.first_page
    told = words.tell(page.fare_tiyn, is_fare=True)
    notes = [
        words.t(
            "study.fare.between",
            span=words.tenge_span(page.fare_low_tiyn, page.fare_high_tiyn),
            usd=words.usd(page.fare_tiyn.value),
        )
    ]
    if page.car_fare_tiyn is not None:
        notes.append(words.t("study.fare.car", fare=words.tenge(page.car_fare_tiyn.value)))
    value = words.t("study.fare.seat", fare=told.value)
    return _reply(words, "fare", value, notes, told=told)


def _tell_deficit(answer: Answer, words: StudyWords) -> Reply:
    page = answer.first_page
    found = page.deficit_per_year_tiyn
    is_surplus = found.value < 0
    shown = _negate(found) if is_surplus else found
    told = words.tell(shown)
    key = "study.deficit.surplus" if is_surplus else "study.deficit.a_year"
    whole = words.usd(page.net_present_cost_tiyn.value)
    span = words.spread(find_spread(answer, "net_present_cost_tiyn"))
    span = span or words.range(page.net_present_cost_tiyn)
    notes = [
        words.t("study.deficit.capital", capital=words.usd(page.capital_tiyn.value)),
        words.t(
            "study.deficit.whole",
            years=words.count("study.count.years", len(answer.years)),
            cost=f"{whole} ({span})" if span else whole,
        ),
    ]
    spread = find_spread(answer, "deficit_per_year_tiyn")
    told_span = told.range if spread is None or is_surplus else words.spread(spread)
    value = words.t(key, amount=told.value)
    return _reply(words, "deficit", value, notes, span=told_span, told=told)


def _negate(found: Figure) -> Figure:
    return msgspec.structs.replace(
        found,
        value=-found.value,
        low=None if found.high is None else -found.high,
        high=None if found.low is None else -found.low,
    )


def _tell_when(answer: Answer, words: StudyWords) -> Reply:
    built = find_built_year(answer)
    notes = []
    if built is not None and built.year != answer.first_page.from_year:
        notes.append(words.t("study.when.built", year=built.year))
    notes.append(words.t("study.when.assumed"))
    return _reply(words, "when", str(answer.first_page.from_year), notes)


def _tell_sure(answer: Answer, words: StudyWords) -> Reply:
    """Return how sure the choice is, how exact the figure, and what could still move it."""
    page = answer.first_page
    notes = []
    if answer.study.is_search:
        notes.append(
            words.t("study.sure.choice", share=words.percent(page.confidence, 0),
                    margin=words.percent(page.indifference, 0))
        )  # fmt: skip
        if not page.is_told_apart:
            notes.append(words.t("study.sure.not_apart"))
    span = words.range(page.passengers_per_day)
    widest = find_widest(answer, "passengers_per_day")
    second = ""
    if widest is not None:
        ends = sorted((widest.at_low, widest.at_high))
        alone = words.span(words.near(ends[0]), words.near(ends[1]))
        reach = words.spread(find_spread(answer, "passengers_per_day")) or alone
        second = words.t("study.sure.people", span=reach)
        factor = words.factor_within(widest.factor)
        notes.append(words.t("study.sure.unknown", factor=factor, span=alone))
    if span:
        notes.append(words.t("study.sure.luck", span=span))
    if not answer.study.is_search:
        return _reply(words, "sure", second or words.t("study.sure.days"), notes)
    value = words.t(
        "study.sure.plan", sure=words.sure(page.confidence), share=words.percent(page.confidence)
    )
    return _reply(words, "sure", value, notes, second=second)


def _tell_paying(answer: Answer, words: StudyWords) -> str:
    """Return at what fare the service pays when passengers answer; empty if that was not asked."""
    found = answer.finance.paying_fare
    if found is None:
        return ""
    if found.fare_tiyn is None:
        return words.t("study.truth.pays_nowhere", **words.fares(found.low_tiyn, found.high_tiyn))
    return words.t("study.truth.pays_at", fare=words.tenge(found.fare_tiyn))


def _list_truths(answer: Answer, words: StudyWords) -> list[str]:
    """Return what must be said plainly, the dearest first."""
    page = answer.first_page
    people = page.passengers_per_day.value
    truths = []
    rest = page.budget_tiyn - page.budget_used_tiyn.value
    if answer.study.is_search and page.budget_used_tiyn.value < WHOLE_BUDGET * page.budget_tiyn:
        truths.append(
            words.t("study.truth.rest", used=words.usd(page.budget_used_tiyn.value),
                    budget=words.usd(page.budget_tiyn), rest=words.usd(rest),
                    margin=words.percent(page.indifference))
        )  # fmt: skip
    alone = page.alone
    if answer.study.is_search and alone.fleet > 0:
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
        truths.append(told)
    if page.car_fare_tiyn is not None and page.car_fare_tiyn.value > 0:
        times = page.fare_tiyn.value / page.car_fare_tiyn.value
        truths.append(words.t("study.truth.car", times=words.near(times)))
    if page.subsidy_per_passenger_tiyn is not None and page.subsidy_per_passenger_tiyn.value > 0:
        truths.append(
            words.t("study.truth.subsidy", amount=words.usd(page.subsidy_per_passenger_tiyn.value))
        )
    if page.break_even_fare_tiyn is not None:
        fare = words.tenge(page.break_even_fare_tiyn.value)
        pays = _tell_paying(answer, words)
        truths.append(f"{words.t('study.truth.break_even', fare=fare)} {pays}".rstrip())
    days = words.count("study.count.days", round(page.days_lost_per_year.value))
    truths.append(words.t("study.truth.weather", days=days))
    truths.append(words.t("study.truth.approval"))
    return truths
