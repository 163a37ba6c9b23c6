"""A real package of Alatau: no altered byte of it passes its check, nor any hand on its files."""

from contextlib import chdir
from pathlib import Path

import pytest

from aspan.evidence.package.verify import check_package
from aspan.faces.cli.main import execute
from package_hands import list_unseen

pytestmark = pytest.mark.long

CARDS = "TE1"
FAULT = 'TE1={"fault":"CellSpread","onset_s":5,"rate_v_per_s":0.02}'
COUNTS = (500, 250, 120)
"""Bytes anywhere, bytes of any file as likely, hands on whole files; of each of two packages."""


@pytest.fixture(scope="module", params=["signed", "unsigned"])
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the package of ground cards and of a tethered hover that is knocked off."""
    folder = tmp_path_factory.mktemp("site")
    key = ["--key", "lena.key"] if request.param == "signed" else []
    with chdir(folder):
        fly = f"range campaign fly alatau --cards {CARDS} --fault {FAULT} --out t.range"
        assert execute(fly.split()) == 1  # the card with the fault is left
        new = "range key new --name Lena --role lead_engineer --out lena.key"
        assert execute(new.split()) == 0
        assert execute(["range", "package", "t.range", "--out", "package", *key]) == 0
    return folder / "package"


def test_no_alteration_passes(package: Path) -> None:
    """None of 500 bytes anywhere, 250 of any file, 120 cuts, swaps, names and links passes."""
    found = check_package(package)
    assert len(found.book.verdicts) >= 6
    assert any(run.stops for run in found.book.runs)
    assert list(list_unseen(package, package.parent / "scratch", seed=2026, counts=COUNTS)) == []
    check_package(package)
