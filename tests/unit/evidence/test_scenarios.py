"""Scenarios: twins load into a campaign; where page and code part, one line says where."""

from pathlib import Path

import pytest

from aspan.evidence.card import CardId, CheckId
from aspan.evidence.scenarios import Campaign, list_faults, load_campaign
from aspan.primitives.errors import InvalidInput
from shipped import read_shipped_campaign
from unit.evidence.small_campaign import CODE, PAGE, write_campaign


def _load(folder: Path, page: str = PAGE, code: str = CODE) -> Campaign:
    return load_campaign(*write_campaign(folder, page, code))


def test_twins_make_a_campaign(tmp_path: Path) -> None:
    """Words come from the page, numbers from the code, in build-up order."""
    campaign = _load(tmp_path)
    assert list(campaign.cards) == ["A1", "A2"]
    card = campaign.cards[CardId("A2")]
    assert card.objective == "Hover with more."
    assert card.steps == ("Lift off.", "Land.")
    assert card.load.mass_kg == 2_177.0
    assert [check.check_id for check in card.checks] == ["A2.packs", "A2.height"]
    assert card.requirement_ids == ("R-1",)
    assert "pack4_soc" in card.record
    assert "height_agl_m" in card.record
    assert set(campaign.judges) == {f"{a}.{b}" for a in ("A1", "A2") for b in ("packs", "height")}
    assert campaign.scenario_by_card[CardId("A1")] == "hover"


def test_a_judge_of_one_card_goes_before_that_of_all(tmp_path: Path) -> None:
    """`@check("A2.height")` judges that check of that card alone."""
    code = CODE + '\nheavy = check("A2.height")(packs_at_most(1.0))\n'
    judges = _load(tmp_path, code=code).judges
    assert judges[CheckId("A2.height")].names == ("A2.height",)
    assert judges[CheckId("A1.height")].names == ("height",)


PAGE_FAULTS = [
    ("- Mass: 2,177 kg", "- Mass: 2,404 kg", "A2: Mass", "2177", None),
    ("- Packs: 20 °C\n- Air: 0 to 28 °C\n- Wind: up to 3 m/s, gusts to 5 m/s\n", "", "A1", "", 1),
    ("- Air: 0 to 28 °C", "- Air: 0 to 30 °C", "A1: Air", "28", 1),
    ("- After: A1", "- After: none", "A2: After", "A1", None),
    ("- Where: PAD", "- Where: HOVER", "A1: Where", "PAD", 1),
    ("- Runs: 1", "- Luck: 1", "A1", "Luck|Runs", 1),
    ("| | 55 °C |", "| | 50 °C |", "limit pack_temperature high", "55", None),
    ("| `link` | | 5 s | blind |\n", "", "A1: limit", "link", None),
    ("| `link` | | 5 s | blind |", "| `link` | 1 s | 5 s | blind |", "link low", "open", None),
    ("| `height` | R-1 | should | Height within 3 m. | control |\n", "", "height", "", None),
    ("R-1 | must", "R-9 | must", "A1.packs", "R-9", None),
    ("R-1 | must", "R-1 | perhaps", "packs", "perhaps", None),
    ("R-1 | must", "R-1 | should", "checks", "must hold", None),
    ("### A2: Hover heavy", "### A1: Hover heavy", "### A1", "once", None),
    ("### A2: Hover heavy", "### A3: Hover heavy", "A2", "section", None),
    ("### A2: Hover heavy", "### Hover heavy", "Hover heavy", "id", None),
    ("Hover for the first time.\n", "", "A1", "objective", None),
    ("- Effect: it falls.\n", "", "Effect", "", None),
    ("- Effect: it falls.", "- Effect: it falls.\n- Luck: much", "Luck", "", None),
    ("- Risk: high, medium", "- Risk: low, high", "hazard H-1", "no more risk", None),
    ("- Risk: high, medium", "- Risk: high", "Risk", "before and after", None),
    ("## Abort\n1. Land.\n", "", "## Abort", "", None),
    ("## Abort\n1. Land.\n", "## Abort\n", "abort_actions", "at least one", None),
    ("## Abort\n", "## Luck\n\n## Abort\n", "Luck", "", None),
    ("Why it is hovered.\n", "", "# Hover", "why", None),
    ("| limit | low | high | why |", "| limit | high | low | why |", "Limits", "low", None),
    ("`pack*` and `height_agl_m`.", "Everything.", "record", "at least one", None),
]


@pytest.mark.parametrize(("old", "new", "where", "says", "count"), PAGE_FAULTS)
def test_pages_that_part_from_the_code_are_refused(
    tmp_path: Path, old: str, new: str, where: str, says: str, count: int | None
) -> None:
    """A fault on the page is one line that names the file and the thing."""
    assert old in PAGE
    page = PAGE.replace(old, new) if count is None else PAGE.replace(old, new, count)
    with pytest.raises(InvalidInput, match=says or where) as caught:
        _load(tmp_path, page=page)
    assert "hover." in str(caught.value)
    assert where in str(caught.value)
    assert "\n" not in str(caught.value)


CODE_FAULTS = [
    ('check("packs")', 'check("luck")', "luck|packs"),
    ('judge_height = check("height")', 'other = check("packs")', "packs|height"),
    ("height_agl_m=(1.0, 50.0)", "height_agl_m=(50.0, 1.0)", "low below high"),
    ("height_agl_m=(1.0, 50.0)", "height_agl_m=(None, None)", "no bound"),
    ("height_agl_m=(1.0, 50.0)", "height_ft=(1.0, 50.0)", "height"),
    ('("A1",)', '("A2",)', "without a circle|A1"),
    ("step=1,", 'step=1 if card_id == "A2" else 2,', "build-up step"),
    ('hover("hold", 60.0, 10.0),', 'hover("hold", 0.0, 10.0),', "duration"),
    ('(hover("hold", 60.0, 10.0),)', '(hover("a", 9.0, 9.0), hover("a", 9.0, 9.0))', "label"),
    (', _card("A2", 2_177.0, ("A1",))', ",", "card in the code"),
    ('_card("A2", 2_177.0, ("A1",))', '_card("A1", 2_000.0, ())', "each card once"),
    ("CARDS = ", "OTHER = ", "tuple of cards"),
    ("step=1,", "step=1, repeats=0,", "repeats|Runs"),
    ("PROSE = read_prose(__file__)", "PROSE = 1 +", "code that runs"),
    ("PROSE = read_prose(__file__)", "PROSE = no_such()", "code that runs"),
]


@pytest.mark.parametrize(("old", "new", "says"), CODE_FAULTS)
def test_code_that_parts_from_the_page_is_refused(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    """A fault in the code is one line that names the file and the thing."""
    assert old in CODE
    with pytest.raises(InvalidInput, match=says) as caught:
        _load(tmp_path, code=CODE.replace(old, new))
    assert "hover" in str(caught.value)


def test_a_card_after_one_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """Build-up cannot wait for a card that nobody has written."""
    page = PAGE.replace("- After: A1", "- After: A9")
    with pytest.raises(InvalidInput, match="A9"):
        _load(tmp_path, page=page, code=CODE.replace('("A1",)', '("A9",)'))


def test_a_circle_is_refused_by_its_cards(tmp_path: Path) -> None:
    """Two cards that wait for each other are named, in one line."""
    page = PAGE.replace("- After: none", "- After: A2")
    code = CODE.replace('_card("A1", 2_000.0, ())', '_card("A1", 2_000.0, ("A2",))')
    with pytest.raises(InvalidInput, match="A1 after A2 after A1"):
        _load(tmp_path, page=page, code=code)


def test_steps_written_in_the_code_must_be_on_the_page(tmp_path: Path) -> None:
    """A card that the code changed after making it is held to the page, word by word."""
    code = CODE.replace("CARDS = (", "CARDS = (*[], ").replace(
        "judge_packs", "import msgspec\n"
        'CARDS = tuple(msgspec.structs.replace(c, steps=("Lift off.", "Loop.")) for c in CARDS)\n'
        "judge_packs",
    )  # fmt: skip
    city, twins = write_campaign(tmp_path, code=code)
    words = [
        f"{fault.where}: {fault.value}: {fault.expected}" for fault in list_faults(city, twins)
    ]
    assert any("A1: step: Loop.: to be on the page" in line for line in words)
    assert any("A1: step: Land.: to be in the code" in line for line in words)


def test_a_volume_that_the_range_has_not_is_refused(tmp_path: Path) -> None:
    """Nobody can book air that is not there; a city without a range is asked nothing."""
    city, twins = write_campaign(tmp_path)
    assert list_faults(city, twins) == ()
    (Path(city) / "range.toml").write_text("[volumes.HOVER]\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="a volume of the range"):
        load_campaign(city, twins)


def test_half_a_scenario_is_refused(tmp_path: Path) -> None:
    """A page without code, or code without a page, is named by the half that is missing."""
    city, twins = write_campaign(tmp_path)
    (twins / "hover.md").rename(twins / "other.md")
    with pytest.raises(InvalidInput, match=r"hover\.md"):
        load_campaign(city, twins)


def test_two_scenarios_share_no_card(tmp_path: Path) -> None:
    """An id that two pages use could be approved as one and flown as the other."""
    city, twins = write_campaign(tmp_path)
    (twins / "again.md").write_text(PAGE, encoding="utf-8")
    (twins / "again.py").write_text(CODE, encoding="utf-8")
    with pytest.raises(InvalidInput, match="an id that is not in"):
        load_campaign(city, twins)


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (PAGE.replace("hovered.", "hovered,"), CODE),
        (PAGE, CODE.replace("60.0", "61.0")),
        (PAGE, CODE + "# a word\n"),
    ],
)
def test_any_byte_makes_another_version(tmp_path: Path, page: str, code: str) -> None:
    """Page and code are both in the version of every card of the scenario."""
    before, after = _load(tmp_path), _load(tmp_path, page, code)
    assert all(before.versions[name] != after.versions[name] for name in before.versions)
    assert len(set(before.versions.values())) == 2


def test_a_version_is_the_same_on_every_machine(tmp_path: Path) -> None:
    """Line ends and the place of the files make no difference."""
    (tmp_path / "elsewhere").mkdir()
    before = _load(tmp_path).versions
    after = _load(
        tmp_path / "elsewhere", PAGE.replace("\n", "\r\n"), CODE.replace("\n", "\r\n")
    ).versions
    assert after == before


def test_numbers_from_elsewhere_are_in_the_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A usual limit changed in the library asks for approval anew, though no twin changed."""
    before = _load(tmp_path).versions
    monkeypatch.setattr("aspan.evidence.card_parts.LINK_S", 4.0)
    page = PAGE.replace("| 5 s |", "| 4 s |")
    city, twins = write_campaign(tmp_path)
    assert [fault.expected for fault in list_faults(city, twins)] == ["4 as in the code"] * 2
    assert _load(tmp_path, page=page).versions != before


def test_the_shipped_campaign_has_no_fault() -> None:
    """Every page of Alatau agrees with its code; each card is found by its version."""
    assert list_faults("alatau") == ()
    campaign = read_shipped_campaign("alatau")
    assert set(campaign.versions) == set(campaign.cards)
