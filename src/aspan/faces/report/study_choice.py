"""Plans beside the chosen one: the Pareto front, those that were flown, variants of a question."""

from typing import Final

import msgspec
from markupsafe import Markup

from aspan.faces.report.study_charts import Spot, draw_difference, draw_scatter, list_ticks
from aspan.faces.report.study_words import StudyWords, Told
from aspan.studies.answer import Answer
from aspan.studies.answer_parts import Comparison, Figure, FrontPoint, PlanCompared

FIGURES: Final[tuple[str, ...]] = (
    "passengers_flown", "minutes_saved", "revenue_tiyn", "sorties_flown",
    "sorties_cancelled_weather", "sorties_cancelled", "net_present_cost_tiyn",
    "deficit_per_year_tiyn",
)  # fmt: skip
"""Figures of variants in the order they are shown; others follow by name."""


ROWS_BESIDE: Final = 12
"""Most plans of a front whose table stands beside its picture; more are folded below."""


GAP_TOLD: Final = 0.05
"""From this share on, the page tells how far simulation lies from the fast estimate."""

HEADS: Final = (
    "passengers_flown", "minutes_saved", "sorties_cancelled_weather", "deficit_per_year_tiyn",
)  # fmt: skip
"""Figures of variants that the first page of a comparison shows."""


class PlanRow(msgspec.Struct, frozen=True, kw_only=True):
    """One plan that was simulated, in words."""

    name: str
    sites: str
    status: str
    css: str
    days: str
    people: str
    people_range: str
    objective: str
    difference: str
    difference_range: str
    picture: Markup | None
    confidence: str
    cost: str


class FrontRow(msgspec.Struct, frozen=True, kw_only=True):
    """One plan on the front, in words."""

    name: str
    people: str
    minutes: str
    cost: str
    basis: str
    is_chosen: bool


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of a variant, and how it differs from the first."""

    name: str
    value: Told
    difference: str
    range: str
    is_clear: bool
    picture: Markup | None


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """One variant in words."""

    name: str
    days: str
    is_first: bool
    rows: tuple[Difference, ...]


class VariantRow(msgspec.Struct, frozen=True, kw_only=True):
    """One variant in the table of the first page: its figures, each with how it differs."""

    name: str
    is_first: bool
    cells: tuple[tuple[str, str], ...]


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """The sections on other plans and on variants."""

    front: Markup | None
    gap: str
    front_rows: tuple[FrontRow, ...]
    is_front_long: bool
    plans: tuple[PlanRow, ...]
    variants: tuple[Variant, ...]
    heads: tuple[str, ...]
    matrix: tuple[VariantRow, ...]
    findings: tuple[str, ...]


def make_choice(answer: Answer, words: StudyWords) -> Choice:
    """Return the plans beside the chosen one in words."""
    differences = [p.difference for p in answer.plans if p.difference is not None]
    reach = _find_reach(differences)
    front = _list_front(answer)
    return Choice(
        is_front_long=len(front) > ROWS_BESIDE,
        front=_draw_front(answer, words),
        gap=_tell_gap(answer, words),
        front_rows=tuple(
            FrontRow(
                name=tell_size(words, p.fleet, p.sites, p.fare_factor),
                people=words.near(p.passengers_per_day),
                minutes=words.number(p.minutes_saved_per_day),
                cost=words.usd(p.net_present_cost_tiyn),
                basis=words.t(f"study.basis.short.{p.basis}"),
                is_chosen=p.is_chosen,
            )
            for p in front
        ),
        plans=tuple(_tell_plan(plan, reach, words) for plan in answer.plans),
        variants=tuple(
            _tell_variant(v, index == 0, words) for index, v in enumerate(answer.comparisons)
        ),
        heads=tuple(words.word("study.variant", name) for name in HEADS),
        matrix=tuple(
            VariantRow(
                name=words.name(v.names),
                is_first=index == 0,
                cells=tuple(_tell_cell(name, v, words) for name in HEADS),
            )
            for index, v in enumerate(answer.comparisons)
        ),
        findings=tuple(
            _tell_finding(v, answer.comparisons[0], words) for v in answer.comparisons[1:]
        ),
    )


def tell_size(words: StudyWords, fleet: int, sites: int, fare_factor: float) -> str:
    """Return a plan by its size: aircraft, sites, fare."""
    return words.t(
        "study.plan.size",
        aircraft=words.count("study.count.aircraft", fleet),
        sites=words.count("study.count.sites", sites),
        factor=words.number(fare_factor, 2),
    )


def _list_front(answer: Answer) -> list[FrontPoint]:
    points = [p for p in answer.front if p.is_on_front or p.is_chosen]
    return sorted(points, key=lambda p: (p.net_present_cost_tiyn, p.plan_id))


def _draw_front(answer: Answer, words: StudyWords) -> Markup | None:
    """Return plans as points of cost and minutes saved; None with fewer than two of them."""
    points = answer.front
    if len(points) < 2:
        return None
    million = 1e8 * words.kzt_per_usd
    costs = [p.net_present_cost_tiyn / million for p in points]
    minutes = [p.minutes_saved_per_day for p in points]
    across = [(v, words.near(v)) for v in list_ticks(min(0.0, *costs), max(costs), 4)]
    up = [(v, words.number(v)) for v in list_ticks(min(0.0, *minutes), max(minutes), 4)]
    spots = []
    for p in points:
        css = "chosen" if p.is_chosen else "on" if p.is_on_front else "off"
        size = tell_size(words, p.fleet, p.sites, p.fare_factor)
        people = words.t("study.people_a_day", n=words.near(p.passengers_per_day))
        label = words.count("study.count.aircraft", p.fleet) if p.is_chosen else ""
        spots.append(
            Spot(x=p.net_present_cost_tiyn / million, y=p.minutes_saved_per_day,
                 css=f"{css} {p.basis}", title=f"{size}: {people}", label=label)
        )  # fmt: skip
    best = [p for p in _list_front(answer) if p.is_on_front]
    alike = [p for p in best if p.basis == "surrogate"]
    front = [
        (p.net_present_cost_tiyn / million, p.minutes_saved_per_day)
        for p in (alike if len(alike) > 1 else best)
    ]
    names = (words.t("study.axis.cost"), words.t("study.axis.minutes"))
    return draw_scatter(spots, front, (across, up), names, words.t("study.front.title"))


def _tell_gap(answer: Answer, words: StudyWords) -> str:
    """Return how far simulation lies from the fast estimate over the plans that have both."""
    both = [(p.objective.value, p.surrogate_objective or 0.0) for p in answer.plans]
    both = [(flown, guess) for flown, guess in both if flown > 0 and guess > 0]
    if not both:
        return ""
    gap = sum(flown for flown, _ in both) / sum(guess for _, guess in both) - 1.0
    if abs(gap) < GAP_TOLD:
        return ""
    more = words.t(f"study.front.gap.{'more' if gap > 0 else 'less'}")
    return words.t("study.front.gap", share=words.percent(abs(gap)), more=more)


def _find_reach(figures: list[Figure]) -> float:
    """Return how far from zero a shared scale of differences must reach."""
    ends = [abs(e) for f in figures for e in (f.value, f.low, f.high) if e is not None]
    return max([*ends, 1e-9]) * 1.05


def _tell_plan(plan: PlanCompared, reach: float, words: StudyWords) -> PlanRow:
    found = plan.difference
    sites = [words.place(site) for site in plan.plan.site_ids]
    return PlanRow(
        name=tell_size(words, plan.plan.fleet, len(sites), plan.plan.fare_factor),
        sites=", ".join(sites),
        status=words.word("study.status", plan.reason or plan.status),
        css=plan.status,
        days=words.number(plan.days),
        people=words.figure(plan.passengers_per_day),
        people_range=words.range(plan.passengers_per_day),
        objective=words.figure(plan.objective),
        difference=tell_signed(words, found),
        difference_range=words.range(found),
        picture=_draw(found, reach, words),
        confidence=""
        if plan.status in ("chosen", "infeasible")
        else words.percent(plan.confidence),
        cost=words.figure(plan.net_present_cost_tiyn),
    )


def tell_signed(words: StudyWords, found: Figure | None) -> str:
    """Return a difference with its sign; nothing where there is none."""
    if found is None:
        return ""
    return ("+" if found.value > 0 else "") + words.figure(found)


def _draw(found: Figure | None, reach: float, words: StudyWords) -> Markup | None:
    if found is None or found.low is None or found.high is None:
        return None
    label = f"{tell_signed(words, found)} ({words.range(found)})"
    return draw_difference(found.value, found.low, found.high, reach, label)


def _is_clear(found: Figure | None) -> bool:
    """Answer whether the interval of a difference leaves out zero."""
    if found is None or found.low is None or found.high is None:
        return False
    return found.low * found.high > 0


def _tell_cell(name: str, variant: Comparison, words: StudyWords) -> tuple[str, str]:
    """Return a figure of a variant and, where it differs clearly, by how much."""
    found = variant.differences.get(name)
    if found is None:
        return words.figure(variant.figures.get(name)), ""
    told = tell_signed(words, found) if _is_clear(found) else words.t("study.clear.no")
    return words.figure(variant.figures.get(name)), told


def _tell_finding(variant: Comparison, first: Comparison, words: StudyWords) -> str:
    """Return in a sentence how many more or fewer fly than in the first variant."""
    found = variant.differences.get("passengers_flown")
    names = {"name": words.name(variant.names), "first": words.name(first.names)}
    if found is None or not _is_clear(found):
        return words.t("study.finding.same", **names)
    more = "more" if found.value > 0 else "fewer"
    size = msgspec.structs.replace(found, value=abs(found.value))
    low, high = sorted((abs(found.low or 0.0), abs(found.high or 0.0)))
    span = words.span(words.near(low), words.near(high))
    return words.t(f"study.finding.{more}", people=words.figure(size), span=span, **names)


def _tell_variant(variant: Comparison, is_first: bool, words: StudyWords) -> Variant:
    names = [n for n in FIGURES if n in variant.figures]
    names += sorted(set(variant.figures) - set(FIGURES))
    return Variant(
        name=words.name(variant.names),
        days=words.count("study.basis.days", variant.days),
        is_first=is_first,
        rows=tuple(_tell_difference(name, variant, words) for name in names),
    )


def _tell_difference(name: str, variant: Comparison, words: StudyWords) -> Difference:
    found = variant.differences.get(name)
    return Difference(
        name=words.find_word("study.variant", name) or name.replace("_", " "),
        value=words.tell(variant.figures[name]),
        difference=tell_signed(words, found),
        range=words.range(found),
        is_clear=_is_clear(found),
        picture=None if found is None else _draw(found, _find_reach([found]), words),
    )
