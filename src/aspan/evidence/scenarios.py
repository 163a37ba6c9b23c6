"""Scenarios: the folder of page-and-code twins of a city, loaded into one campaign.

`scenarios/CITY/NAME.md` tells test crews what is flown and why; `NAME.py` beside it builds the
cards (`CARDS`) and judges their runs (`@check`). A card's version is the SHA-256 over its id, both
files with line feeds as line ends, and the card as canonical JSON: a byte of the twin changed, or a
number that comes from elsewhere, makes it another version, on every machine the same.

The code of a scenario is run when it is loaded: load only what you would run.
"""

from collections.abc import Container, Iterator, Mapping
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Final

import msgspec

from aspan.evidence.campaign_order import list_order_faults, sort_by_order
from aspan.evidence.card import Card, CardId, CheckId, RequirementId
from aspan.evidence.documentation import Fault, find_judge, list_scenario_faults
from aspan.evidence.judging import Judge, judge_check
from aspan.evidence.prose import Prose, read_prose
from aspan.evidence.requirement import FILE, Requirement, read_requirements
from aspan.evidence.run_data import RunData
from aspan.evidence.verdict import Verdict
from aspan.primitives.errors import InvalidInput
from aspan.world.readers.folder import find_folder
from aspan.world.readers.range import FILE_NAME as RANGE_FILE
from aspan.world.readers.tables import read_toml

_CHECKOUT: Final = Path(__file__).resolve().parents[3]


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """One pair of twins: its name, its texts as on disk, and the cards it holds."""

    name: str
    title: str
    page: str
    code: str
    card_ids: tuple[CardId, ...]


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """All cards of a test site in build-up order, with all that belongs to them.

    Parameters
    ----------
    city
        The folder's name.
    judges
        Of every check of every card.
    versions
        Of every card, 64 hexadecimal digits.
    scenario_by_card
        Name of the scenario that a card comes from.
    """

    city: str
    cards: Mapping[CardId, Card]
    judges: Mapping[CheckId, Judge]
    versions: Mapping[CardId, str]
    requirements: Mapping[RequirementId, Requirement]
    scenarios: Mapping[str, Scenario]
    scenario_by_card: Mapping[CardId, str]


class _Twin(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of twins, loaded."""

    scenario: Scenario
    prose: Prose
    cards: tuple[Card, ...]
    judges: tuple[Judge, ...]


def load_campaign(city: str, folder: Path | None = None) -> Campaign:
    """Return the campaign of a city; `InvalidInput` names file and thing of its first fault.

    Parameters
    ----------
    city
        A name in `cities/`, or a path to a city's folder.
    folder
        Of the twins. `scenarios/` of the city's name if None, below the current folder or in the
        checkout; for a copy of a city under another name, of the city that it says it is.
    """
    requirements = _read_requirements(city)
    twins = _load_twins(folder or find_scenarios(city))
    for fault in _list_faults(twins, requirements, _read_volumes(city)):
        raise fault.as_error()
    cards = {card.card_id: card for twin in twins for card in twin.cards}
    by_card = {card.card_id: twin for twin in twins for card in twin.cards}
    return Campaign(
        city=find_folder(city).name,
        cards={card.card_id: card for card in sort_by_order(cards)},
        judges=dict(chain.from_iterable(_name_judges(twin) for twin in twins)),
        versions={
            card_id: hash_card(cards[card_id], twin.scenario.page, twin.scenario.code)
            for card_id, twin in by_card.items()
        },
        requirements={RequirementId(name): each for name, each in requirements.items()},
        scenarios={twin.scenario.name: twin.scenario for twin in twins},
        scenario_by_card={card_id: twin.scenario.name for card_id, twin in by_card.items()},
    )


def list_faults(city: str, folder: Path | None = None) -> tuple[Fault, ...]:
    """Return everything that is wrong with a city's scenarios.

    `InvalidInput` where a file cannot be read at all.
    """
    requirements = _read_requirements(city)
    twins = _load_twins(folder or find_scenarios(city))
    return tuple(_list_faults(twins, requirements, _read_volumes(city)))


def find_scenarios(city: str) -> Path:
    """Return the folder of a city's scenarios."""
    home = find_folder(city)
    names = dict.fromkeys((home.name, _city_id(home)))
    places = [
        base / name for name in names for base in (Path("scenarios"), _CHECKOUT / "scenarios")
    ]
    for place in places:
        if place.is_dir():
            return place.resolve()
    raise InvalidInput("city", city, f"a city with a folder {' or '.join(names)} in scenarios/")


def judge_run(campaign: Campaign, run: RunData) -> tuple[Verdict, ...]:
    """Return the verdict of every check of a run's card, in the card's order."""
    return tuple(
        judge_check(check, campaign.judges[check.check_id], run) for check in run.card.checks
    )


def hash_card(card: Card, page: str, code: str) -> str:
    """Return the version of a card from its twins' texts and its own content."""
    parts = (
        str(card.card_id).encode(),
        _with_line_feeds(page).encode(),
        _with_line_feeds(code).encode(),
        msgspec.json.encode(card, order="deterministic"),
    )
    whole = sha256()
    for part in parts:
        whole.update(sha256(part).digest())
    return whole.hexdigest()


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_requirements(city: str) -> dict[str, Requirement]:
    path = find_folder(city) / FILE
    return {str(each.requirement_id): each for each in read_requirements(path)}


def _read_volumes(city: str) -> frozenset[str] | None:
    """Return the ids of the range's volumes, without the rest of it; None without a range."""
    path = find_folder(city) / RANGE_FILE
    if not path.is_file():
        return None
    table = read_toml(path, city=path.parent.name, quantities={})
    return frozenset(name for name, _ in table.tables("volumes"))


def _city_id(home: Path) -> str:
    """Return the id a city gives itself, for copies of it under another name."""
    for line in (home / "city.toml").read_text(encoding="utf-8").splitlines():
        key, equals, value = line.partition("=")
        if equals and key.strip() == "city_id":
            return value.strip().strip('"')
    return home.name


def _list_faults(
    twins: list[_Twin], requirements: Mapping[str, Requirement], volumes: Container[str] | None
) -> Iterator[Fault]:
    for twin in twins:
        yield from list_scenario_faults(twin.prose, twin.cards, twin.judges)
    cards = [(twin.prose.file, card) for twin in twins for card in twin.cards]
    yield from list_order_faults(cards, requirements, volumes)


def _load_twins(folder: Path) -> list[_Twin]:
    """Return every pair of twins of a folder, by name."""
    pages = {path.stem for path in folder.glob("*.md") if path.stem.isidentifier()}
    codes = {path.stem for path in folder.glob("*.py")}
    for name in sorted(pages ^ codes):
        missing = f"{name}.py" if name in pages else f"{name}.md"
        raise InvalidInput(f"{folder.name}/{missing}", None, "the other half of a scenario")
    if not pages:
        raise InvalidInput("scenarios", str(folder), "a folder with at least one page and its code")
    return [_load_twin(folder / name) for name in sorted(pages)]


def _load_twin(stem: Path) -> _Twin:
    page, code = (stem.with_suffix(end).read_bytes().decode("utf-8") for end in (".md", ".py"))
    prose = read_prose(stem.with_suffix(".md"))
    module = _run_code(stem.with_suffix(".py"), code)
    cards = module.get("CARDS")
    if not isinstance(cards, tuple) or not all(isinstance(card, Card) for card in cards):
        where = f"{stem.parent.name}/{stem.name}.py: CARDS"
        raise InvalidInput(where, type(cards).__name__, "a tuple of cards")
    return _Twin(
        scenario=Scenario(
            name=stem.name,
            title=prose.title,
            page=page,
            code=code,
            card_ids=tuple(card.card_id for card in cards),
        ),
        prose=prose,
        cards=cards,
        judges=tuple(value for value in module.values() if isinstance(value, Judge)),
    )


def _run_code(path: Path, code: str) -> dict[str, object]:
    """Return what the code of a scenario defines; the very text is run that is hashed."""
    module: dict[str, object] = {"__file__": str(path), "__name__": f"scenario_{path.stem}"}
    try:
        exec(compile(code, str(path), "exec"), module)
    except InvalidInput:
        raise
    except (SyntaxError, NameError, TypeError, ValueError, ImportError, AttributeError) as fault:
        where = f"{path.parent.name}/{path.name}"
        raise InvalidInput(where, f"{type(fault).__name__}: {fault}", "code that runs") from fault
    return module


def _name_judges(twin: _Twin) -> Iterator[tuple[CheckId, Judge]]:
    for card in twin.cards:
        for check in card.checks:
            judge = find_judge(check.check_id, twin.judges)
            if judge is not None:
                yield check.check_id, judge
