"""Sections of a study's page: weather, sites, risks, unknowns, plans, as their answer has them."""

import msgspec
import pytest

from aspan.faces.report.study_page import make_view
from aspan.faces.report.study_words import StudyWords
from aspan.studies.answer import Answer
from aspan.studies.answer_parts import Risk, Sensitivity
from study_answers import make_answer

GAP = "\N{NO-BREAK SPACE}"


@pytest.fixture(scope="module")
def answer() -> Answer:
    """Return an answer made up by code."""
    return make_answer()


def test_weather_is_a_shaded_table(answer: Answer) -> None:
    """Each month and hour has its percent and the shade of its band; closed hours have a dash."""
    heat = make_view(answer, "en").sky.heats[0]
    network = next(a for a in answer.availability if a.place_id == "network")
    assert heat.head == tuple(f"{hour:02d}" for hour in range(6, 21))
    assert len(heat.rows) == 12
    for row, shares in zip(heat.rows, network.share, strict=True):
        assert [told for _, told in row.cells] == [f"{s * 100:.0f}" for s in shares[6:21]]
    worst = min(share for month in network.share for share in month[6:21])
    shades = {told: shade for row in heat.rows for shade, told in row.cells}
    assert shades[f"{worst * 100:.0f}"] == "s4"
    shut = (tuple(0.0 if hour < 8 else s for hour, s in enumerate(network.share[0])),)
    place = msgspec.structs.replace(network, share=(*shut, *network.share[1:]))
    closed = make_view(msgspec.structs.replace(answer, availability=(place,)), "en").sky.heats[0]
    assert closed.rows[0].cells[:2] == (("", "–"), ("", "–"))


def test_hours_open_are_those_of_the_record(answer: Answer) -> None:
    """A site is open as the years of weather say, not as the few days flown; else as these say."""
    sites = {row.name: row for row in make_view(answer, "en").places.sites}
    place = next(a for a in answer.availability if a.place_id == "MEDEU")
    shares = [s for month in place.share for s in month if s > 0]
    assert sites["Medeu"].hours_open.value == f"{100 * sum(shares) / len(shares):.0f}%"
    konaev = next(s for s in answer.sites if s.vertiport_id == "KONAEV")
    assert konaev.hours_open is not None
    assert sites["Konaev"].hours_open.value == f"{100 * konaev.hours_open.value:.0f}%"


def test_risks_of_one_kind_are_one_row_of_its_gravest(answer: Answer) -> None:
    """A kind of risk stands once, at its worst, with the sites where it is so."""
    risks = (
        Risk(code="grid", severity="low", subject="CENTRE"),
        Risk(code="grid", severity="high", subject="MEDEU"),
        Risk(code="grid", severity="high", subject="AIRPORT"),
        Risk(code="approval", severity="high"),
    )
    rows = make_view(msgspec.structs.replace(answer, risks=risks), "en").unknowns.risks
    assert [(row.css, row.subject) for row in rows] == [
        ("high", ""), ("high", "Almaty Airport, Medeu"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("factor", "unit", "low", "high", "expected"),
    [
        ("process_s", "s", 300.0, 1200.0, "5 · 10 · 20"),
        ("terms.discount_rate", "1", 0.05, 0.125, "5% · 10% · 12.5%"),
        ("fog_factor", "1", 0.75, 1.5, "×0.75 · ×1 · ×1.50"),
        ("aircraft.price_usd", "USD", 2.5e6, 6e6, f"$2.5{GAP}M · $4{GAP}M · $6{GAP}M"),
    ],
)
def test_unknowns_are_told_in_units_of_people(
    answer: Answer, factor: str, unit: str, low: float, high: float, expected: str
) -> None:
    """Seconds are told as minutes, shares as percent, factors with their sign."""
    base = {"process_s": 600.0, "terms.discount_rate": 0.1, "fog_factor": 1.0}.get(factor, 4e6)
    bar = Sensitivity(
        output="passengers_per_day", factor=factor, unit=unit, low_input=low, base_input=base,
        high_input=high, at_low=10.0, base=40.5, at_high=60.0, source="x", mark="assumed",
    )  # fmt: skip
    view = make_view(msgspec.structs.replace(answer, sensitivities=(bar,)), "en")
    assert view.unknowns.swings[0].rows[0].inputs == expected


def test_few_draws_are_said_to_be_rough(answer: Answer) -> None:
    """Shares of variance of few draws are marked as rough; of many they are not."""
    assert make_view(answer, "en").unknowns.rough == ""
    method = msgspec.structs.replace(answer.method, sobol_samples=64)
    view = make_view(msgspec.structs.replace(answer, method=method), "en")
    assert view.unknowns.rough.startswith("Drawn 64 times only")


def test_page_tells_how_far_simulation_lies_from_the_estimate(answer: Answer) -> None:
    """Where simulation finds more or less than the fast estimate, the page says by how much."""
    plans = tuple(
        msgspec.structs.replace(p, surrogate_objective=p.objective.value / 1.3)
        for p in answer.plans
    )
    view = make_view(msgspec.structs.replace(answer, plans=plans), "en")
    assert view.choice.gap == "Simulation finds 30% more than the fast estimate."
    assert make_view(msgspec.structs.replace(answer, plans=()), "en").choice.gap == ""


def test_less_than_a_tenth_is_told_as_such(answer: Answer) -> None:
    """A mean of days under a tenth of a passenger has no false digits, and none is none."""
    words = StudyWords("ru", answer)
    assert words.few(0.04) == f"<{GAP}0,1"
    assert words.few(0.0) == "0"
    assert words.few(0.14) == "0,1"
