"""The first page of a study: seven questions answered, and the plain truth beside them.

How many aircraft, where, for whom, at what fare, what deficit, from when, how sure: whoever reads
nothing else has read the answer. What needs no question stands in `study_truths.py`.
"""

from typing import Final

import msgspec

from aspan.faces.report.study_found import (
    HARDLY,
    find_built_year,
    find_busiest_pair,
    find_cover,
    find_paid_fares,
    find_spread,
    find_widest,
    is_cheapest_fare,
    list_fares,
    list_grounded,
    list_hardly_served,
)
from aspan.faces.report.study_truths import list_truths
from aspan.faces.report.study_words import StudyWords, Told
from aspan.studies.answer import Answer
from aspan.studies.answer_parts import Figure
from aspan.studies.flown import FEW_DAYS

BUSY_PAIR: Final = 0.3
"""From this share of all passengers on, the pair most of them fly is named."""

NAMED: Final = 4
"""Most districts that are named as hardly served."""

FAR_APART: Final = 2.0
"""A range whose high end is so many times the low one is told as not sure."""


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
        truths=tuple(list_truths(answer, words)),
    )


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
    covered = words.t(
        "study.lead.cover",
        share=_tell_small(words, cover),
        deficit=words.usd(page.deficit_per_year_tiyn.value),
        capital=words.usd(page.capital_tiyn.value),
    )
    return f"{told} {covered}"


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
    notes = [words.listed(sites) + "."]
    busiest = find_busiest_pair(answer)
    if busiest is not None and busiest[2] >= BUSY_PAIR and len(sites) > 2:
        one, other, share = busiest
        notes.append(
            words.t("study.where.busiest", one=words.place(one), other=words.place(other),
                    share=words.percent(share))
        )  # fmt: skip
    if unpublished:
        notes.append(words.count("study.where.unpublished", unpublished))
    return _reply(words, "where", count, notes)


def _tell_whom(answer: Answer, words: StudyWords) -> Reply:
    page = answer.first_page
    names = {d.zone_id: words.name(d.names) for d in answer.districts}
    districts = [names.get(zone, zone) for zone in page.top_district_ids]
    told = words.tell(page.passengers_per_day)
    saved = words.figure(page.minutes_saved_per_passenger)
    notes = [
        _tell_segments(answer, words),
        words.t("study.whom.districts", districts=words.listed(districts)) if districts else "",
        _tell_hardly(answer, words),
        words.t("study.whom.saves", minutes=saved) if page.passengers_per_day.value > 0 else "",
    ]
    value = words.t("study.people_a_day", n=told.value)
    span = words.spread(find_spread(answer, "passengers_per_day")) or told.range
    return _reply(words, "whom", value, notes, span=span, told=told)


def _tell_segments(answer: Answer, words: StudyWords) -> str:
    """Return who flies most, with their shares, and who does not at all."""
    shares = {s.segment_id: s.share for s in answer.segments}
    segments = [
        f"{words.word('study.segment', code)} ({words.percent(shares.get(code))})"
        for code in answer.first_page.top_segment_ids
    ]
    if not segments:
        return ""
    told = words.t("study.whom.segments", segments=words.listed(segments))
    nobody = [words.find_word("study.segment", code) for code in list_grounded(answer)]
    left = [name for name in nobody if name is not None]
    if left:
        told = f"{told} {words.t('study.whom.grounded', names=words.listed(left))}"
    return told


def _tell_hardly(answer: Answer, words: StudyWords) -> str:
    """Return which districts hardly anybody flies from or to; empty where nobody flies at all."""
    found = list_hardly_served(answer)
    people = sum(d.population for d in answer.districts)
    if not found or answer.first_page.passengers_per_day.value <= 0:
        return ""
    names = [words.name(d.names) for d in found[:NAMED]]
    more = len(found) - len(names)
    if more:
        names.append(words.count("study.whom.more", more))
    return words.t(
        "study.whom.hardly",
        limit=words.number(HARDLY),
        names=words.listed(names),
        share=words.percent(sum(d.population for d in found) / people),
    )


def _tell_fare(answer: Answer, words: StudyWords) -> Reply:
    page = answer.first_page
    told = words.tell(page.fare_tiyn, is_fare=True)
    notes = [
        words.t(
            "study.fare.between",
            span=words.tenge_span(*find_paid_fares(answer)),
            usd=words.usd(page.fare_tiyn.value),
        )
    ]
    car = page.car_fare_tiyn
    if car is not None and car.value > 0:
        times = words.times(page.fare_tiyn.value / car.value)
        notes.append(words.t("study.fare.car", fare=words.tenge(car.value), times=times))
    notes.append(_tell_tried(answer, words))
    value = words.t("study.fare.seat", fare=told.value)
    return _reply(words, "fare", value, notes, told=told)


def _tell_tried(answer: Answer, words: StudyWords) -> str:
    """Return which fares were tried and what the dearest does; empty with fewer than two."""
    tried = list_fares(answer)
    if len(tried) < 2 or not answer.study.is_search:
        return ""
    key = "study.fare.lowest" if is_cheapest_fare(answer) else "study.fare.tried"
    return words.t(
        key,
        span=words.tenge_span(tried[0].fare_tiyn, tried[-1].fare_tiyn),
        most=words.near(tried[0].passengers_per_day.value),
        least=words.near(tried[-1].passengers_per_day.value),
    )


def _tell_deficit(answer: Answer, words: StudyWords) -> Reply:
    page = answer.first_page
    found = page.deficit_per_year_tiyn
    is_surplus = found.value < 0
    shown = _negate(found) if is_surplus else found
    told = words.tell(shown)
    key = "study.deficit.surplus" if is_surplus else "study.deficit.a_year"
    spread = find_spread(answer, "deficit_per_year_tiyn")
    told_span = told.range if spread is None or is_surplus else words.spread(spread)
    notes = [
        words.t("study.deficit.capital", capital=words.usd(page.capital_tiyn.value)),
        _tell_whole(answer, words),
    ]
    return _reply(words, "deficit", words.t(key, amount=told.value), notes, span=told_span,
                  told=told)  # fmt: skip


def _tell_whole(answer: Answer, words: StudyWords) -> str:
    """Return what all years come to at today's worth, and that for each passenger."""
    page = answer.first_page
    whole = words.usd(page.net_present_cost_tiyn.value)
    span = words.spread(find_spread(answer, "net_present_cost_tiyn"))
    span = span or words.range(page.net_present_cost_tiyn)
    told = words.t(
        "study.deficit.whole",
        years=words.count("study.count.years", len(answer.years)),
        cost=f"{whole} ({span})" if span else whole,
    )
    each = page.subsidy_per_passenger_tiyn
    if each is None or each.value <= 0:
        return told
    return f"{told} {words.t('study.deficit.each', amount=words.usd(each.value))}"


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
    notes = [_tell_choice(answer, words)] if len(answer.plans) > 1 else []
    luck = words.range(page.passengers_per_day)
    widest = find_widest(answer, "passengers_per_day")
    second = ""
    if widest is not None:
        low, high = sorted((widest.at_low, widest.at_high))
        spread = find_spread(answer, "passengers_per_day")
        reach = (low, high) if spread is None else (spread.low, spread.high)
        is_wide = reach[1] >= FAR_APART * max(reach[0], 0.0)
        second = words.t(
            "study.sure.people.wide" if is_wide else "study.sure.people",
            span=words.span(*(words.near(end) for end in reach)),
        )
        factor = words.factor_within(widest.factor)
        alone = words.span(words.near(low), words.near(high))
        notes.append(words.t("study.sure.unknown", factor=factor, span=alone))
    if luck:
        notes.append(words.t("study.sure.luck", span=luck))
    notes.append(_tell_behind(answer, words))
    if not answer.study.is_search:
        return _reply(words, "sure", second or words.t("study.sure.days"), notes)
    share = words.percent(page.confidence)
    if page.passengers_per_day.note == FEW_DAYS:
        value = words.t("study.sure.plan.few", share=share)
    else:
        value = words.t("study.sure.plan", sure=words.sure(page.confidence), share=share)
    return _reply(words, "sure", value, notes, second=second)


def _tell_choice(answer: Answer, words: StudyWords) -> str:
    """Return what the confidence in the plan means, and whether it is less than was asked."""
    page = answer.first_page
    told = words.t(
        "study.sure.choice",
        n=words.number(len(answer.plans) - 1),
        share=words.percent(page.confidence),
        margin=words.percent(page.indifference),
    )
    if page.confidence < answer.method.confidence_asked:
        asked = words.percent(answer.method.confidence_asked)
        told = f"{told} {words.t('study.sure.not_apart', asked=asked)}"
    return told


def _tell_behind(answer: Answer, words: StudyWords) -> str:
    """Return how many simulated days stand behind the page, and that they are few where so."""
    told = words.count("study.sure.behind", answer.days.simulated)
    found = answer.first_page.passengers_per_day
    if found.note == FEW_DAYS:
        told = f"{told} {words.count('study.sure.few', found.days)}"
    return told
