"""Requirements as data: what a card may show, where it is written, and whether we have read it.

Three bodies of them: criteria of the type certificate (facts 5.a), rules of the operator, rules of
the test site itself. The list is data and nothing here knows a section by heart. A text that nobody
has compared with its source carries `verified = false`, and whatever shows it must say so
(`told_as`); the numbers and titles of the criteria are recalled, none is quoted.
"""

from pathlib import Path
from typing import Final, Literal, cast, get_args

import msgspec

from aspan.evidence.card import RequirementId
from aspan.primitives.errors import InvalidInput
from aspan.world.quantity import Mark
from aspan.world.readers.folder import find_folder
from aspan.world.readers.tables import Table, read_toml

FILE: Final = "requirements.toml"

Body = Literal["criterion", "operator", "site"]
"""Of the type certificate; of the operator; of the test site."""

Means = Literal["ground_test", "flight_test", "rig_test", "analysis", "inspection"]
"""How compliance is shown; a flight or ground test is a card here, a rig test is done elsewhere."""

Status = Literal["open", "elsewhere", "closed"]
"""To be shown by cards of this site; shown by the holder of the type, not here; shown and taken."""


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that must be shown.

    Parameters
    ----------
    group
        As its source groups it ("Flight performance").
    text
        What it asks, in our words.
    source
        Document and place in it.
    means
        How it is to be shown, at least one.
    mark
        How far id, title and text may be trusted.
    verified
        Whether a person has compared them with the source.
    """

    requirement_id: RequirementId
    title: str
    body: Body
    group: str
    text: str
    source: str
    means: tuple[Means, ...]
    status: Status
    mark: Mark
    verified: bool


def told_as(requirement: Requirement) -> str:
    """Return the words that must stand beside a requirement where it is shown; none if checked."""
    if requirement.verified:
        return ""
    if requirement.mark == "recalled":
        return "recalled: number, title and text not checked against the source"
    return "not checked against its source"


def load_requirements(city: str) -> tuple[Requirement, ...]:
    """Return the requirements of a city's test site, in the order written."""
    return read_requirements(find_folder(city) / FILE)


def read_requirements(path: Path) -> tuple[Requirement, ...]:
    """Return the requirements of a file, in the order written.

    `InvalidInput` names file and row of what is missing, written twice or not a word known here.
    """
    top = read_toml(path, city=path.parent.name, quantities={})
    found: dict[RequirementId, Requirement] = {}
    for row in top.rows("requirements"):
        requirement = _read_one(row)
        if requirement.requirement_id in found:
            raise row.refuse("id", requirement.requirement_id, "an id that is not there yet")
        found[requirement.requirement_id] = requirement
    top.close()
    if not found:
        raise InvalidInput(f"{path.parent.name}/{FILE}", None, "at least one [[requirements]]")
    return tuple(found.values())


def _read_one(row: Table) -> Requirement:
    means = row.texts("means", among=get_args(Means))
    if not means:
        raise row.refuse("means", list(means), f"some of {', '.join(get_args(Means))}")
    return Requirement(
        requirement_id=RequirementId(row.text("id")),
        title=row.text("title"),
        body=cast("Body", row.text("body", among=get_args(Body))),
        group=row.text("group"),
        text=row.text("text"),
        source=row.text("source"),
        means=cast("tuple[Means, ...]", means),
        status=cast("Status", row.text("status", among=get_args(Status))),
        mark=cast("Mark", row.text("mark", among=get_args(Mark))),
        verified=row.flag("verified"),
    )
