"""The prose of a scenario: what `name.md` tells a test crew, read section by section.

The page is written for people and read here by its headings; `docs/adding-a-scenario.md` walks
through one. Objective, steps, hazards and abort actions of a card have no other home. Numbers stand
twice, here in the units people speak and in `name.py` in the units of the house, and
`documentation` holds the two to each other.

    # Title                   why these cards are flown, in paragraphs
    ## Cards
    ### ID: Title             objective (first paragraph), conditions (`- Mass: 2,177 kg`), notes
    #### Steps, …             of this card alone: replaces the steps, adds limits, checks, hazards
    ## Configuration          text
    ## Steps                  numbered
    ## Limits                 | limit | low | high | why |
    ## Record                 text; names of channels in backticks, `*` for any
    ## Checks                 | check | requirement | weight | criterion | why |
    ## Hazards
    ### ID: Title             - Cause: … - Effect: … - Mitigation: … - Emergency: …
                              - Risk: high, low      before and after mitigation
    ## Abort                  numbered
"""

import re
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Final, Literal, cast, get_args

import msgspec

from aspan.evidence.card import Hazard, Risk
from aspan.primitives.errors import InvalidInput

Severity = Literal["must", "should", "info"]

_SHARED: Final = ("Configuration", "Steps", "Limits", "Record", "Checks", "Hazards", "Abort")
_OWN: Final = ("Configuration", "Steps", "Limits", "Checks", "Hazards")
_HEADING: Final = re.compile(r"(#{1,5}) +(.+?) *")
_NAMED: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9.\-]*): +(.+)")
_ITEM: Final = re.compile(r"(?:- |\d+\. )(.+)")
_SPAN: Final = re.compile(r"`([^`]+)`")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a table of limits: as told, with what stands in each cell."""

    limit_id: str
    low: str
    high: str
    why: str


class ToldCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a table of checks."""

    name: str
    requirement_id: str
    severity: Severity
    criterion: str
    why: str


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What a scenario, or one card of it, tells under its headings."""

    configuration: str = ""
    steps: tuple[str, ...] = ()
    limits: tuple[Row, ...] = ()
    record: tuple[str, ...] = ()
    checks: tuple[ToldCheck, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    abort_actions: tuple[str, ...] = ()


class ToldCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card as the page tells it, with what it shares with the others of its page put in.

    Parameters
    ----------
    conditions
        By their name as written (`Mass`), the rest of the line.
    """

    card_id: str
    title: str
    objective: str
    conditions: dict[str, str]
    part: Part


class Prose(msgspec.Struct, frozen=True, kw_only=True):
    """A page, read; `file` is its name as messages have it."""

    file: str
    title: str
    cards: dict[str, ToldCard]


class _Section(msgspec.Struct):
    """A heading, its lines, and the sections one level below it."""

    depth: int
    heading: str
    lines: list[str]
    below: "list[_Section]"


def read_prose(path: Path | str) -> Prose:
    """Return the page at `path`; a path to the code beside it will do.

    `InvalidInput` names the file and the section that is missing or not as it should be.
    """
    path = Path(path).with_suffix(".md")
    file = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InvalidInput(file, None, "a page beside the code of its scenario") from None
    except UnicodeDecodeError:
        raise InvalidInput(file, "bytes", "text in UTF-8") from None
    return parse_prose(text, file=file)


def parse_prose(text: str, *, file: str) -> Prose:
    """Return a page from its text."""
    tops = _split(text).below
    if len(tops) != 1:
        raise InvalidInput(file, [top.heading for top in tops], "one heading of first level")
    sections = {section.heading: section for section in tops[0].below}
    if len(sections) != len(tops[0].below):
        raise InvalidInput(file, [s.heading for s in tops[0].below], "each heading once")
    for heading in ("Cards", *_SHARED):
        if heading not in sections:
            raise InvalidInput(f"{file}: ## {heading}", None, "this section")
    if unknown := set(sections) - {"Cards", *_SHARED}:
        raise InvalidInput(f"{file}: ## {min(unknown)}", "", f"one of {', '.join(_SHARED)}")
    if not _paragraphs(tops[0].lines):
        raise InvalidInput(f"{file}: # {tops[0].heading}", None, "why these cards are flown")
    shared = _read_part(file, list(sections.values()))
    cards: dict[str, ToldCard] = {}
    for section in sections["Cards"].below:
        card = _read_card(file, section, shared)
        if card.card_id in cards:
            raise InvalidInput(f"{file}: ### {card.card_id}", card.card_id, "each card once")
        cards[card.card_id] = card
    return Prose(file=file, title=tops[0].heading, cards=cards)


def _split(text: str) -> _Section:
    """Return the page as a tree of its headings."""
    root = _Section(depth=0, heading="", lines=[], below=[])
    open_sections = [root]
    for line in text.splitlines():
        match = _HEADING.fullmatch(line)
        if match is None:
            open_sections[-1].lines.append(line)
            continue
        section = _Section(depth=len(match[1]), heading=match[2], lines=[], below=[])
        while open_sections[-1].depth >= section.depth:
            open_sections.pop()
        open_sections[-1].below.append(section)
        open_sections.append(section)
    return root


def _read_card(file: str, section: _Section, shared: Part) -> ToldCard:
    """Return a card with what the page says for all of its cards."""
    where = f"{file}: ### {section.heading}"
    card_id, title = _split_named(where, section.heading)
    paragraphs = _paragraphs(section.lines)
    if not paragraphs:
        raise InvalidInput(where, None, "the objective of the card, as first paragraph")
    conditions = dict(_named_items(where, section.lines))
    if unknown := {below.heading for below in section.below} - set(_OWN):
        raise InvalidInput(where, min(unknown), f"one of {', '.join(_OWN)}")
    own = _read_part(where, section.below)
    part = Part(
        configuration=" ".join(filter(None, (shared.configuration, own.configuration))),
        steps=own.steps or shared.steps,
        limits=(*shared.limits, *own.limits),
        record=shared.record,
        checks=(*shared.checks, *own.checks),
        hazards=(*shared.hazards, *own.hazards),
        abort_actions=shared.abort_actions,
    )
    return ToldCard(
        card_id=card_id, title=title, objective=paragraphs[0], conditions=conditions, part=part
    )


def _read_part(where: str, sections: list[_Section]) -> Part:
    """Return what stands under the headings of a part; those that are absent are empty."""
    lines = {section.heading: section.lines for section in sections}
    hazards = [below for section in sections if section.heading == "Hazards"
               for below in section.below]  # fmt: skip
    return Part(
        configuration=" ".join(_paragraphs(lines.get("Configuration", []))),
        steps=tuple(_items(lines.get("Steps", []))),
        limits=tuple(_read_limits(f"{where}: Limits", lines.get("Limits", []))),
        record=tuple(_SPAN.findall("\n".join(lines.get("Record", [])))),
        checks=tuple(_read_checks(f"{where}: Checks", lines.get("Checks", []))),
        hazards=tuple(_read_hazard(where, hazard) for hazard in hazards),
        abort_actions=tuple(_items(lines.get("Abort", []))),
    )


def _read_limits(where: str, lines: list[str]) -> Iterator[Row]:
    for limit, low, high, why in _rows(where, lines, ("limit", "low", "high", "why")):
        yield Row(limit_id=limit, low=low, high=high, why=why)


def _read_checks(where: str, lines: list[str]) -> Iterator[ToldCheck]:
    columns = ("check", "requirement", "weight", "criterion", "why")
    for name, requirement, weight, criterion, why in _rows(where, lines, columns):
        if weight not in get_args(Severity):
            raise InvalidInput(
                f"{where}: {name}", weight, f"one of {', '.join(get_args(Severity))}"
            )
        yield ToldCheck(
            name=name,
            requirement_id=requirement,
            severity=cast("Severity", weight),
            criterion=criterion,
            why=why,
        )


def _read_hazard(where: str, section: _Section) -> Hazard:
    """Return a hazard; cause, effect and risk once, mitigations and emergencies one a line."""
    where = f"{where}: ### {section.heading}"
    hazard_id, title = _split_named(where, section.heading)
    told: dict[str, list[str]] = {}
    for name, words in _named_items(where, section.lines):
        told.setdefault(name, []).append(words)
    asked = ("Cause", "Effect", "Mitigation", "Emergency", "Risk")
    for name in asked:
        if name not in told or (name in ("Cause", "Effect", "Risk") and len(told[name]) > 1):
            raise InvalidInput(f"{where}: {name}", told.get(name), f"a line `- {name}: …`")
    if unknown := set(told) - set(asked):
        raise InvalidInput(where, min(unknown), f"one of {', '.join(asked)}")
    risks = re.split(r", *", told["Risk"][0])
    if len(risks) != 2 or not set(risks) <= set(get_args(Risk)):
        raise InvalidInput(f"{where}: Risk", told["Risk"][0], "before and after, as `high, low`")
    return Hazard(
        hazard_id=hazard_id,
        title=title,
        cause=told["Cause"][0],
        effect=told["Effect"][0],
        mitigations=tuple(told["Mitigation"]),
        emergency_procedures=tuple(told["Emergency"]),
        risk_before=cast("Risk", risks[0]),
        risk_after=cast("Risk", risks[1]),
    )


def _split_named(where: str, heading: str) -> tuple[str, str]:
    match = _NAMED.fullmatch(heading)
    if match is None:
        raise InvalidInput(where, heading, "an id, a colon and a title")
    return match[1], match[2]


def _named_items(where: str, lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield name and words of each item `- Name: words`."""
    for item in _items(lines):
        name, colon, words = item.partition(": ")
        if not colon or not words.strip():
            raise InvalidInput(where, item, "a line `- Name: words`")
        yield name, words.strip()


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    """Yield runs of lines that no empty line parts."""
    block: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []


def _paragraphs(lines: list[str]) -> list[str]:
    """Return the paragraphs, each as one line; lists and tables are none, and end one."""
    paragraphs = []
    for block in _blocks(lines):
        words = list(takewhile(lambda line: not _is_listed(line), block))
        if words:
            paragraphs.append(" ".join(line.strip() for line in words))
    return paragraphs


def _is_listed(line: str) -> bool:
    return _ITEM.fullmatch(line) is not None or line.startswith("|")


def _items(lines: list[str]) -> list[str]:
    """Return the items of all lists, each as one line; indented lines go on with an item."""
    items: list[str] = []
    for line in lines:
        match = _ITEM.fullmatch(line)
        if match:
            items.append(match[1].strip())
        elif line.startswith("  ") and line.strip() and items:
            items[-1] += " " + line.strip()
    return items


def _rows(where: str, lines: list[str], columns: tuple[str, ...]) -> Iterator[list[str]]:
    """Yield the cells of each row of the table; its head must name the columns."""
    rows = [
        [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        for line in lines
        if line.startswith("|")
    ]
    if not rows:
        return
    if tuple(rows[0]) != columns:
        raise InvalidInput(where, rows[0], f"a table of {', '.join(columns)}")
    for row in rows[2:]:
        if len(row) != len(columns):
            raise InvalidInput(f"{where}: {row[0]}", row, f"{len(columns)} cells")
        yield row
