"""`aspan ledger`: what it prints of a service's log, and what it refuses."""

from pathlib import Path

import pytest

from aspan.faces.cli.main import execute


def test_a_store_that_is_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line names it; nothing is made."""
    path = tmp_path / "none.sqlite"
    assert execute(["ledger", str(path)]) == 2
    assert "the log of a service" in capsys.readouterr().err
    assert not path.exists()
