"""The matrix of a campaign that nobody has flown: what is planned, shown elsewhere, or missing."""

from pathlib import Path

from aspan.evidence.package.contents import RequirementEntry, sort_gaps_first
from aspan.evidence.package.matrix import Records, make_matrix
from aspan.evidence.scenarios import Campaign, load_campaign
from shipped import read_shipped_campaign
from unit.evidence.small_campaign import write_campaign


def _draw(campaign: Campaign) -> dict[str, RequirementEntry]:
    planned = Records(planned=tuple(campaign.cards.values()))
    rows = make_matrix(campaign.requirements.values(), planned)
    return {str(row.requirement.requirement_id): row for row in sort_gaps_first(rows)}


def test_a_requirement_knows_its_cards(tmp_path: Path) -> None:
    """Cards that serve a requirement are listed with it, and are all gaps until they are flown."""
    rows = _draw(load_campaign(*write_campaign(tmp_path)))
    assert rows["R-1"].card_ids == ("A1", "A2")
    assert rows["R-1"].shown == "planned"
    assert rows["R-1"].gaps == ("A1 is not put before the site", "A2 is not put before the site")
    assert (rows["R-2"].shown, rows["R-2"].gaps) == ("elsewhere", ())


def test_alatau_says_first_which_requirements_no_card_serves() -> None:
    """Criteria shown on rigs are no gaps; what is to be shown here and has no card comes first."""
    rows = _draw(read_shipped_campaign("alatau"))
    missing = [name for name, row in rows.items() if row.shown == "none"]
    assert list(rows)[: len(missing)] == missing
    assert "JS4.2311" not in missing
    assert {"JS4.2300", "SITE-OUTWASH"} <= set(missing)
    served = {name for name, row in rows.items() if row.card_ids}
    assert served >= {"JS4.2105", "JS4.2135", "JS4.2430", "OPS-HOVER", "OPS-NOISE"}
