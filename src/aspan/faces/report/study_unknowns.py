"""What could undo the answer, what would change it, and what is worth measuring first."""

from typing import Final

import msgspec
from markupsafe import Markup

from aspan.faces.report.study_charts import Bar, draw_tornado, list_ticks
from aspan.faces.report.study_words import StudyWords
from aspan.primitives.units import S_PER_MIN
from aspan.studies.answer import Answer
from aspan.studies.answer_parts import Knowing, Risk, Sensitivity, SobolIndex

OUTPUTS: Final = (
    "passengers_per_day", "minutes_saved_per_day", "net_present_cost_tiyn",
    "deficit_per_year_tiyn",
)  # fmt: skip
"""In the order they are shown; others follow by name."""

BARS_SHOWN: Final = 8

INDICES_SHOWN: Final = 8

INDEX_SHOWN: Final = 0.02
"""Unknowns that explain less of the variance than this, with all they meet, are left out."""

EVERYTHING: Final = "everything"
"""Name under which the value of knowing all unknowns stands; it is none of them."""

PARTS: Final = ("_share", "_rate", "soh", "_per_year")
"""Ends of the names of unknowns that are parts of one, told as percent."""

MULTIPLES: Final = ("_factor", "demand")
"""Ends of the names of unknowns that multiply what is assumed."""

ROUGH_SAMPLES: Final = 256
"""With fewer draws the page says that the shares are rough."""

SHARES: Final = ("cancellations", "diversions", "grid")
"""Risks whose figure is a share."""

_SEVERITIES: Final = ("high", "medium", "low")

_SMALL: Final = 0.005
"""A swing below this share of the base, or an index below it, is not drawn."""


class RiskRow(msgspec.Struct, frozen=True, kw_only=True):
    """One risk in words."""

    severity: str
    css: str
    text: str
    subject: str
    figure: str


class SwingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One bar of a tornado as a row of a table."""

    name: str
    path: str
    inputs: str
    outputs: str
    mark: str
    source: str


class Swing(msgspec.Struct, frozen=True, kw_only=True):
    """The tornado of one output."""

    title: str
    picture: Markup
    rows: tuple[SwingRow, ...]


class IndexRow(msgspec.Struct, frozen=True, kw_only=True):
    """Shares of variance of one unknown."""

    name: str
    first: str
    first_range: str
    total: str
    total_range: str
    first_length: float
    total_length: float


class Indices(msgspec.Struct, frozen=True, kw_only=True):
    """The Sobol indices of one output."""

    title: str
    rows: tuple[IndexRow, ...]


class KnowingRow(msgspec.Struct, frozen=True, kw_only=True):
    """What one unknown is worth knowing."""

    name: str
    value: str
    changes: str
    card: str
    length: float


class Unknowns(msgspec.Struct, frozen=True, kw_only=True):
    """The sections on risks and on what would change the answer."""

    risks: tuple[RiskRow, ...]
    swings: tuple[Swing, ...]
    indices: tuple[Indices, ...]
    knowing: tuple[KnowingRow, ...]
    first: str
    rough: str


def make_unknowns(answer: Answer, words: StudyWords) -> Unknowns:
    """Return risks and unknowns in words."""
    known = [k for k in answer.knowing if k.value_tiyn > 0 and k.factor != EVERYTHING]
    return Unknowns(
        risks=tuple(_tell_risk(risks, words) for risks in _group_risks(answer.risks)),
        swings=tuple(
            _make_swing(output, [b for b in answer.sensitivities if b.output == output], words)
            for output in _list_outputs([b.output for b in answer.sensitivities])
        ),
        indices=tuple(
            _make_indices(output, [i for i in answer.sobol if i.output == output], words)
            for output in _list_outputs([i.output for i in answer.sobol])
        ),
        knowing=tuple(_tell_knowing(k, known, words) for k in known),
        first=_tell_first(answer, known, words),
        rough=words.count("study.sobol.few", answer.method.sobol_samples)
        if 0 < answer.method.sobol_samples < ROUGH_SAMPLES
        else "",
    )


def tell_factor(words: StudyWords, code: str) -> str:
    """Return what an unknown is called; its code, readable, where there is no word."""
    return words.factor(code) or code.replace("_", " ")


def _list_outputs(found: list[str]) -> list[str]:
    names = set(found)
    return [o for o in OUTPUTS if o in names] + sorted(names - set(OUTPUTS))


def _group_risks(risks: tuple[Risk, ...]) -> list[list[Risk]]:
    """Return of each code the gravest risks together, the gravest code first."""
    worst: dict[str, int] = {}
    for risk in risks:
        level = _SEVERITIES.index(risk.severity)
        worst[risk.code] = min(level, worst.get(risk.code, level))
    return [
        [r for r in risks if r.code == code and r.severity == _SEVERITIES[level]]
        for code, level in sorted(worst.items(), key=lambda item: (item[1], item[0]))
    ]


def _tell_risk(risks: list[Risk], words: StudyWords) -> RiskRow:
    """Return risks of one code and weight in words: all they are about, the greatest figure."""
    risk = risks[0]
    known = set(words.list_places())
    subjects = [
        words.place(r.subject) if r.subject in known else tell_factor(words, r.subject)
        for r in sorted(risks, key=lambda r: r.subject)
        if r.subject
    ]
    figures = [r.figure for r in risks if r.figure is not None]
    figure = ""
    if figures and words.has(f"study.risk.figure.{risk.code}"):
        greatest = max(figures, key=lambda f: f.value)
        told = words.figure(greatest)
        if risk.code in SHARES:
            told = words.percent(greatest.value, 1 if 0 < greatest.value < 0.095 else 0)
        figure = words.t(f"study.risk.figure.{risk.code}", n=told)
    return RiskRow(
        severity=words.t(f"study.severity.{risk.severity}"),
        css=risk.severity,
        text=words.find_word("study.risk", risk.code) or risk.code.replace("_", " "),
        subject=", ".join(subjects),
        figure=figure,
    )


def _make_swing(output: str, bars: list[Sensitivity], words: StudyWords) -> Swing:
    base = bars[0].base
    bars = sorted(bars, key=lambda b: (-abs(b.at_high - b.at_low), b.factor))
    drawn = [b for b in bars if abs(b.at_high - b.at_low) > _SMALL * max(abs(base), 1e-9)]
    drawn = drawn[:BARS_SHOWN]
    is_money = output.endswith("_tiyn")
    factor = 1.0 / (1e8 * words.kzt_per_usd) if is_money else 1.0
    ends = [v * factor for b in drawn for v in (b.at_low, b.at_high)] + [base * factor]
    low = min(ends) if is_money else min(0.0, *ends)
    ticks = [(v, words.near(v)) for v in list_ticks(low, max(ends), 4)]
    title = words.word("study.output", output)
    return Swing(
        title=title,
        picture=draw_tornado(
            [_make_bar(b, factor, words) for b in drawn],
            base * factor,
            words.t("study.swing.base", n=words.near(base * factor)),
            title,
            ticks,
        ),
        rows=tuple(_tell_swing(b, words) for b in bars),
    )


def _make_bar(bar: Sensitivity, factor: float, words: StudyWords) -> Bar:
    name = tell_factor(words, bar.factor)
    low, high = (_tell_end(v, bar, words) for v in (bar.low_input, bar.high_input))
    return Bar(
        name=name,
        at_low=bar.at_low * factor,
        at_high=bar.at_high * factor,
        low_label=low,
        high_label=high,
        title=f"{name}: {low} … {high}",
    )


def _tell_end(value: float, bar: Sensitivity, words: StudyWords) -> str:
    """Return a number of an unknown: a share as percent, a factor with its sign, s as min."""
    if bar.unit == "s":
        return words.near(value / S_PER_MIN)
    if bar.unit in ("1", "1/a") and bar.factor.endswith(PARTS):
        return words.percent(value, 0 if abs(value * 100 - round(value * 100)) < 0.05 else 1)
    told = tell_input(value, bar.unit, words)
    return f"×{told}" if bar.factor.endswith(MULTIPLES) else told


def tell_input(value: float, unit: str, words: StudyWords) -> str:
    """Return a short number of an unknown: thousands and millions are told as such."""
    size = abs(value)
    if unit.startswith("USD") and size >= 1e6:
        return words.t("study.usd.million", n=words.near(value / 1e6))
    if unit.startswith("USD") and size >= 1e4:
        return words.t("study.usd.thousand", n=words.near(value / 1e3))
    if unit.startswith("USD") and value == round(value):
        return words.t("study.usd", n=words.number(value))
    if size >= 1e6:
        return words.t("study.million", n=words.near(value / 1e6))
    digits = 0 if size >= 100 or value == round(value) else 1 if size >= 10 else 2
    return words.number(value, digits)


def _tell_swing(bar: Sensitivity, words: StudyWords) -> SwingRow:
    ends = (bar.low_input, bar.base_input, bar.high_input)
    low, base, high = (_tell_end(v, bar, words) for v in ends)
    unit = "tiyn" if bar.output.endswith("_tiyn") else "1"
    at_low, at_base, at_high = (words.measure(v, unit) for v in (bar.at_low, bar.base, bar.at_high))
    return SwingRow(
        name=tell_factor(words, bar.factor),
        path=bar.factor,
        inputs=f"{low} · {base} · {high}",
        outputs=f"{at_low} · {at_base} · {at_high}",
        mark=words.word("mark", bar.mark),
        source=bar.source,
    )


def _make_indices(output: str, found: list[SobolIndex], words: StudyWords) -> Indices:
    found = sorted(found, key=lambda i: (-i.total, i.factor))
    rows = tuple(
        IndexRow(
            name=tell_factor(words, i.factor),
            first=words.percent(max(i.first, 0.0)),
            first_range=_tell_shares(i.first_low, i.first_high, words),
            total=words.percent(max(i.total, 0.0)),
            total_range=_tell_shares(i.total_low, i.total_high, words),
            first_length=min(max(i.first, 0.0), 1.0),
            total_length=min(max(i.total, 0.0), 1.0),
        )
        for i in found[:INDICES_SHOWN]
        if i.total >= INDEX_SHOWN
    )
    return Indices(title=words.word("study.output", output), rows=rows)


def _tell_shares(low: float, high: float, words: StudyWords) -> str:
    """Return the interval of a share; what sampling puts outside 0 to 1 is cut off."""
    low, high = (min(max(end, 0.0), 1.0) for end in (low, high))
    return words.span(words.number(low * 100), words.percent(high))


def _tell_knowing(found: Knowing, known: list[Knowing], words: StudyWords) -> KnowingRow:
    most = max(k.value_tiyn for k in known)
    return KnowingRow(
        name=tell_factor(words, found.factor),
        value=words.usd(found.value_tiyn),
        changes=words.percent(found.decision_changes_share),
        card=_tell_card(found, words),
        length=found.value_tiyn / most,
    )


def _tell_card(found: Knowing, words: StudyWords) -> str:
    if not found.card:
        return words.t("study.knowing.elsewhere")
    return words.find_word("study.card", found.card) or found.card.replace("_", " ")


def _tell_first(answer: Answer, known: list[Knowing], words: StudyWords) -> str:
    """Return which unknown the test site should measure first, and which is dearest of all."""
    if not answer.knowing:
        return ""
    whole = next((k.value_tiyn for k in answer.knowing if k.factor == EVERYTHING), 0)
    if not known:
        told = words.t("study.knowing.nothing")
        if whole > 0:
            told = f"{told} {words.t('study.knowing.all', value=words.usd(whole))}"
        return told
    best = max(known, key=lambda k: (k.value_tiyn, k.factor))
    told = words.t(
        "study.knowing.best",
        name=words.factor_within(best.factor),
        value=words.usd(best.value_tiyn),
    )
    on_site = [k for k in known if k.card]
    if not on_site:
        return f"{told} {words.t('study.knowing.no_card')}"
    first = max(on_site, key=lambda k: (k.value_tiyn, k.factor))
    site = words.t(
        "study.knowing.first",
        name=words.factor_within(first.factor),
        card=_tell_card(first, words),
        value=words.usd(first.value_tiyn),
    )
    return f"{told} {site}"
