"""A hundred demonstration days on which things break: spectators are safe, every day ends well."""

import sys

import pytest

from demonstration_days import count_days

pytestmark = pytest.mark.long

DAYS = 100


def test_100_days(capsys: pytest.CaptureFixture[str]) -> None:
    """No rule is broken on any day, and days end in every way there is but for a fault."""
    endings, broken, told = count_days(range(DAYS))
    with capsys.disabled():
        sys.stdout.write(f"\n{dict(endings)}; {told}\n")
    assert broken == []
    assert endings.total() == DAYS
    assert set(endings) >= {
        "run_of_show", "shortened_show", "static_display_only", "postponed", "stopped",
    }  # fmt: skip
