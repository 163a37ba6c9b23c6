"""Two runs side by side, told as text for a terminal and as one HTML page."""

from decimal import Decimal
from textwrap import wrap
from typing import Final

from aspan.faces.report.comparison import CAUSES, Comparison, Difference
from aspan.faces.report.page import environment
from aspan.faces.report.refusals import tell_cause
from aspan.faces.report.words import NONE, Words

WIDTH: Final = 100
"""Columns of a terminal that a line should fit."""

ROUTES_TOLD: Final = 12
"""Routes told on a terminal; the page and `--json` have all."""

TIMES_FROM: Final = 9.0
"""From a tenfold figure up a change is told as a factor: percent of next to nothing say little."""

Cells = tuple[str, str, str, str, str]


def tell_difference(words: Words, found: Difference, name: str) -> Cells:
    """Return a figure as cells: its name, A, B, the change, the relative change."""
    return (
        name,
        _tell_value(words, found, found.a),
        _tell_value(words, found, found.b),
        _tell_change(words, found),
        _tell_relative(words, found),
    )


def _tell_value(words: Words, found: Difference, value: float | None) -> str:
    if found.unit == "share":
        return words.percent(value, found.digits)
    if found.unit:
        return words.with_unit(value, found.unit, found.digits)
    return words.number(value, found.digits)


def _tell_change(words: Words, found: Difference) -> str:
    """Return the change between the two values as they are told; of a share in points.

    So that the three cells agree: 166 to 112 is 54 less, whatever was rounded off.
    """
    if found.a is None or found.b is None or found.change is None:
        return _tell_value(words, found, None)
    is_share = found.unit == "share"
    a, b = (_round(100.0 * v if is_share else v, found.digits) for v in (found.a, found.b))
    change = float(b - a)
    told = (
        words.with_unit(change, "points", found.digits)
        if is_share
        else _tell_value(words, found, change)
    )
    return _sign(change) + told


def _round(value: float, digits: int) -> Decimal:
    """Return a value as it is printed with so many digits."""
    return Decimal(f"{value:.{digits}f}")


def _sign(change: float | None) -> str:
    return "+" if change is not None and change > 0 else ""


def _tell_relative(words: Words, found: Difference) -> str:
    if found.change is not None and _is_too_small(found, found.change):
        return ""
    if found.relative is not None and found.relative >= TIMES_FROM:
        return words.t("compare.times", factor=words.number(1.0 + found.relative))
    if found.relative is not None:
        return _sign(found.relative) + words.percent(found.relative, 1)
    if found.a == 0 and found.b:
        return words.t("compare.new")
    return NONE if found.change is None else ""


def _tell_groups(words: Words, found: Comparison) -> list[tuple[str, list[Cells]]]:
    """Return the causes of each kind that either run knows."""
    return [
        (
            words.t(f"refused.{name}"),
            [tell_difference(words, d, tell_cause(words, d.name)) for d in found.causes[name]],
        )
        for name in CAUSES
        if found.causes[name]
    ]


def _is_too_small(found: Difference, change: float) -> bool:
    """Answer whether a change is nothing in the digits the figure is told with."""
    shown = 100.0 * change if found.unit == "share" else change
    return round(shown, found.digits) == 0.0


def render_comparison(found: Comparison, words: Words) -> str:
    """Return the page."""
    values = {
        "words": words,
        "title": words.t("compare.title", a=_last(found.a), b=_last(found.b)),
        "a": found.a,
        "b": found.b,
        "warnings": [
            (words.t(f"compare.warn.{name}"), "plain" if name == "draw" else "attention")
            for name in found.warnings
        ],
        "inputs": [
            (words.t(f"input.{i.name}"), i.a or NONE, i.b or NONE, i.is_same) for i in found.inputs
        ],
        "figures": [tell_difference(words, f, words.t(f"kpi.{f.name}")) for f in found.figures],
        "routes": [tell_difference(words, r, r.name) for r in found.routes],
        "groups": _tell_groups(words, found),
    }
    return environment().get_template("compare.html.j2").render(values)


def _last(folder: str) -> str:
    return folder.rstrip("/").rsplit("/", 1)[-1] or folder


def format_comparison(found: Comparison, words: Words) -> str:
    """Return the comparison as text for a terminal."""
    lines = [f"A  {found.a}", f"B  {found.b}"]
    for name in found.warnings:
        lines += wrap(f"!  {words.t(f'compare.warn.{name}')}", WIDTH, subsequent_indent="   ")
    lines += ["", words.t("compare.inputs")]
    differing = [i for i in found.inputs if not i.is_same]
    if not differing:
        lines.append(f"  {words.t('compare.same')}")
    rows: list[tuple[str, ...]] = [
        (words.t(f"input.{i.name}"), i.a or NONE, i.b or NONE) for i in differing
    ]
    lines += _align(rows)
    figures = [tell_difference(words, f, words.t(f"kpi.{f.name}")) for f in found.figures]
    lines += ["", *_align([_head(words, "compare.figure"), *figures])]
    routes = [tell_difference(words, r, r.name) for r in found.routes]
    if routes:
        lines += [
            "",
            words.t("compare.routes"),
            *_align([_head(words, "route.pair"), *routes[:ROUTES_TOLD]]),
        ]
    if len(routes) > ROUTES_TOLD:
        lines.append(f"  {words.count('route.more', len(routes) - ROUTES_TOLD)}")
    for title, causes in _tell_groups(words, found):
        lines += ["", title, *_align([_head(words, "compare.cause"), *causes])]
    return "\n".join(lines)


def _head(words: Words, name: str) -> Cells:
    t = words.t
    return (t(name), t("compare.a"), t("compare.b"), t("compare.change"), t("compare.relative"))


def _align(rows: "list[tuple[str, ...]] | list[Cells]") -> list[str]:
    """Return rows as lines, the first column to the left, the others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join(
            cell.rjust(width) if index else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]  # fmt: skip
