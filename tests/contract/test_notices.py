"""What everyone who takes notices keeps of the promise."""

import pytest

from aspan.compose.service import AlertLine
from aspan.operations.ports import Notices
from aspan.twin.clock import AlertList


@pytest.mark.parametrize("notices", [AlertList(), AlertLine()], ids=["twin", "live"])
def test_an_alert_is_kept_in_order(notices: Notices) -> None:
    """Every alert can be read afterwards, in the order it was told."""
    notices.alert("first")
    notices.alert("second")
    assert getattr(notices, "messages", None) == ["first", "second"]


def test_a_live_alert_reaches_whoever_listens() -> None:
    """The live form passes every alert on at once."""
    heard: list[str] = []
    AlertLine(heard.append).alert("broken")
    assert heard == ["broken"]
