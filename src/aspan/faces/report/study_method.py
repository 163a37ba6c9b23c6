"""How an answer was come by, and every stated number it rests on, each with its mark."""

from datetime import timedelta
from typing import Final

import msgspec

from aspan.faces.report.study_words import StudyWords
from aspan.primitives.instants import parse_date
from aspan.studies.answer import Answer
from aspan.studies.answer_parts import Assumption

MARKS: Final = ("measured", "found", "derived", "recalled", "modelled", "assumed")
"""From the firmest to the softest."""


MONTHS_ONLY: Final = "months_only"
"""Caution of an answer in which only some months of the year were flown."""


class AssumptionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One stated number."""

    path: str
    value: str
    unit: str
    range: str
    mark: str
    source: str


class AssumptionGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The stated numbers of one table of the city's files."""

    name: str
    count: str
    rows: tuple[AssumptionRow, ...]


class Method(msgspec.Struct, frozen=True, kw_only=True):
    """The sections on method and assumptions."""

    steps: tuple[str, ...]
    cautions: tuple[str, ...]
    marks: tuple[tuple[str, str, str], ...]
    groups: tuple[AssumptionGroup, ...]
    origin: tuple[tuple[str, str], ...]
    command: str


def make_method(answer: Answer, words: StudyWords) -> Method:
    """Return method, assumptions and provenance in words."""
    counts = {mark: sum(a.mark == mark for a in answer.assumptions) for mark in MARKS}
    return Method(
        steps=tuple(_list_steps(answer, words)),
        cautions=tuple(_list_cautions(answer, words)),
        marks=tuple(
            (words.word("mark", mark), words.number(counts[mark]), words.t(f"study.mark.{mark}"))
            for mark in MARKS
            if counts[mark]
        ),
        groups=_list_groups(answer.assumptions, words),
        origin=_list_origin(answer, words),
        command=_tell_command(answer),
    )


def _list_steps(answer: Answer, words: StudyWords) -> list[str]:
    """Return what was done, in the order it was done."""
    method, days = answer.method, answer.days
    study = answer.study
    steps = []
    if study.is_search:
        objective = words.t(f"study.objective.{study.objective}")
        key = "study.method.covers_all" if study.budget.covers == "all" else "study.method.capital"
        steps.append(
            words.t("study.method.goal", objective=objective, rule=words.t(key),
                    margin=words.percent(study.ranking.indifference))
        )  # fmt: skip
        proven = words.t("study.method.proven" if method.sites_proven else "study.method.unproven")
        steps.append(
            words.t("study.method.search", sites=words.number(method.sites_searched),
                    plans=words.number(method.plans_weighed), proven=proven)
        )  # fmt: skip
        if method.surrogate_spearman is not None:
            steps.append(
                words.t("study.method.spearman", rank=words.number(method.surrogate_spearman, 2))
            )
    steps.append(
        words.t(
            "study.method.days",
            days=words.count("study.count.days", days.simulated),
            sorties=words.number(days.sorties),
            since=words.date(days.weather_from_date),
            until=words.date(_day_before(days.weather_until_date)),
        )
    )
    if study.is_search:
        steps.append(
            words.t("study.method.ranking", rounds=words.number(method.ranking_stages),
                    asked=words.percent(method.confidence_asked))
        )  # fmt: skip
    if method.sobol_samples:
        steps.append(words.t("study.method.sobol", samples=words.number(method.sobol_samples)))
    return steps


def _day_before(day: str) -> str:
    """Return the last day of a range that ends before a day."""
    return (parse_date(day) - timedelta(days=1)).isoformat()


def _list_cautions(answer: Answer, words: StudyWords) -> list[str]:
    """Return where a guarantee stops."""
    cautions = [words.t("study.caution.weather"), words.t("study.caution.demand")]
    method = answer.method
    for key, codes in (("coverage", method.coverage_notes), ("seldom", method.seldom_notes)):
        names = [words.find_word("study.variant", code) or code.replace("_", " ") for code in codes]
        if names:
            listed = words.listed([name[:1].lower() + name[1:] for name in names])
            cautions.append(words.t(f"study.caution.{key}", name=listed))
    if len(answer.days.months) < 12:
        cautions.append(words.t(f"study.caution.{MONTHS_ONLY}"))
    cautions.append(words.t("study.caution.limits"))
    return cautions


def _list_groups(
    assumptions: tuple[Assumption, ...], words: StudyWords
) -> tuple[AssumptionGroup, ...]:
    """Return the stated numbers by the first word of their path."""
    found: dict[str, list[Assumption]] = {}
    for assumption in assumptions:
        found.setdefault(assumption.path.partition(".")[0], []).append(assumption)
    return tuple(
        AssumptionGroup(
            name=name,
            count=words.number(len(found[name])),
            rows=tuple(_tell_assumption(a, words) for a in sorted(found[name], key=_by_path)),
        )
        for name in sorted(found)
    )


def _by_path(assumption: Assumption) -> str:
    return assumption.path


def _tell_assumption(a: Assumption, words: StudyWords) -> AssumptionRow:
    low, value, high = (_tell_exactly(v, words) for v in (a.low, a.value, a.high))
    return AssumptionRow(
        path=a.path,
        value=value,
        unit="" if a.unit == "1" else a.unit,
        range=words.span(low, high) if a.low != a.high else "",
        mark=words.word("mark", a.mark),
        source=a.source,
    )


def _tell_exactly(value: float, words: StudyWords) -> str:
    """Return a stated number with all the digits it was stated with, six at most; years plain."""
    text = f"{value:.6g}"
    if "e" in text:
        return words.number(value)
    digits = len(text.partition(".")[2])
    if digits == 0 and 1900 <= value <= 2100:
        return text
    return words.number(value, digits)


def _list_origin(answer: Answer, words: StudyWords) -> tuple[tuple[str, str], ...]:
    made = answer.provenance
    seeds = ", ".join(f"{name} {made.seeds[name]}" for name in sorted(made.seeds))
    return (
        (words.t("study.origin.study"), made.study_hash),
        (words.t("method.city"), made.city_sha256),
        *([(words.t("study.origin.costs"), made.costs_sha256)] if made.costs_sha256 else []),
        (words.t("study.origin.logs"), made.logs_sha256),
        (words.t("method.code"), made.code_version),
        (words.t("study.origin.seeds"), seeds),
    )


def _tell_command(answer: Answer) -> str:
    study = answer.study
    city = study.city_id or answer.provenance.city_id
    parts = [f"aspan study {city}"]
    if study.budget.usd is not None:
        parts.append(f"--budget-usd {study.budget.usd:.0f}")
    return " ".join([*parts, f"--study {study.study_id}", "--out DIR"])
